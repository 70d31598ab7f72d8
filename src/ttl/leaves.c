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
	if (!relation->rd_rel->relhassubclass)
		return list_make1_oid(RelationGetRelid(relation));
	return find_all_inheritors(RelationGetRelid(relation), lockmode, NULL);
}

bool
dyn_expiry_leaf_open(DynExpiryLeaf *leaf, Oid relid, Relation relation, const DynTable *table, const char *attribute)
{
	TupleDesc	columns = RelationGetDescr(relation);
	Oid			index;

	leaf->relation = table_open(relid, NoLock);
	if (leaf->relation->rd_rel->relkind != RELKIND_RELATION)
	{
		table_close(leaf->relation, NoLock);
		return false;
	}
	/* Columns of a partition may have another order than those of the table. */
	leaf->key_attnum = get_attnum(relid, NameStr(TupleDescAttr(columns, table->key_attnum - 1)->attname));
	leaf->item_attnum = get_attnum(relid, NameStr(TupleDescAttr(columns, table->item_attnum - 1)->attname));
	index = find_index(leaf->relation, leaf->item_attnum, attribute);
	if (!OidIsValid(index))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has no expiry index any more", RelationGetRelationName(leaf->relation)),
				 errdetail("Without an index on dynamo.expires_at(item, %s) expired items are not found.",
						   quote_literal_cstr(attribute)),
				 errhint("Run: SELECT dynamo.build_indexes(%s);", quote_literal_cstr(table->name))));
	leaf->index = index_open(index, AccessShareLock);
	return true;
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
