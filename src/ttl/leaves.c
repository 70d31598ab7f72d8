/*-------------------------------------------------------------------------
 *
 * leaves.c
 *	  The relations that store the items of a table, and their expiry indexes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "schema/key_expressions.h"
#include "ttl/leaves.h"

static Oid	find_index(Relation relation, AttrNumber item_attnum, const char *attribute);

List *
dyn_expiry_leaves(Relation relation, LOCKMODE lockmode)
{
	if (relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(RelationGetRelid(relation));
	return find_all_inheritors(RelationGetRelid(relation), lockmode, NULL);
}

DynLeafResult
dyn_expiry_leaf_open(DynExpiryLeaf *leaf, Oid relid, Relation relation, AttrNumber key_attnum,
					 AttrNumber item_attnum, const char *attribute)
{
	TupleDesc	columns = RelationGetDescr(relation);
	Oid			index;

	if (get_rel_relkind(relid) != RELKIND_RELATION)
		return DYN_LEAF_EMPTY;

	/* Columns of a partition may have another order than those of the table. */
	leaf->key_attnum = get_attnum(relid, NameStr(TupleDescAttr(columns, key_attnum - 1)->attname));
	leaf->item_attnum = get_attnum(relid, NameStr(TupleDescAttr(columns, item_attnum - 1)->attname));
	leaf->relation = table_open(relid, NoLock);
	index = find_index(leaf->relation, leaf->item_attnum, attribute);
	if (!OidIsValid(index))
	{
		table_close(leaf->relation, NoLock);
		return DYN_LEAF_NO_INDEX;
	}
	leaf->index = index_open(index, AccessShareLock);
	return DYN_LEAF_OPEN;
}

/* The valid expiry index of a relation, or InvalidOid. */
static Oid
find_index(Relation relation, AttrNumber item_attnum, const char *attribute)
{
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(relation))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		bool		valid = index->rd_index->indisvalid && index->rd_index->indisready;
		char	   *of = valid ? dyn_index_expiry_attribute(index, item_attnum) : NULL;

		index_close(index, AccessShareLock);
		if (of != NULL && strcmp(of, attribute) == 0)
			return lfirst_oid(cell);
	}
	return InvalidOid;
}

void
dyn_expiry_leaf_close(DynExpiryLeaf *leaf)
{
	index_close(leaf->index, NoLock);
	table_close(leaf->relation, NoLock);
}

IndexScanDesc
dyn_expiry_leaf_scan(const DynExpiryLeaf *leaf, Snapshot snapshot, TimestampTz from, TimestampTz before,
					 bool want_entries)
{
	ScanKeyData keys[2];
	IndexScanDesc scan;

	ScanKeyInit(&keys[0], 1, BTGreaterEqualStrategyNumber, F_TIMESTAMPTZ_GE, TimestampTzGetDatum(from));
	ScanKeyInit(&keys[1], 1, BTLessStrategyNumber, F_TIMESTAMPTZ_LT, TimestampTzGetDatum(before));
	scan = dyn_index_beginscan(leaf->relation, leaf->index, snapshot, lengthof(keys), 0);
	scan->xs_want_itup = want_entries;
	index_rescan(scan, keys, lengthof(keys), NULL, 0);
	return scan;
}
