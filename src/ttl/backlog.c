/*-------------------------------------------------------------------------
 *
 * backlog.c
 *	  How many items of a table are expired and still there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "catalog/pg_authid.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "schema/catalog.h"
#include "schema/key_expressions.h"
#include "ttl/leaves.h"
#include "ttl/ttl.h"

PG_FUNCTION_INFO_V1(dynamo_ttl_backlog);

/* Counting ends here: what is asked every few seconds must not read whole indexes. */
#define MOST_COUNTED	100000

static bool may_know(Oid relid);
static bool count(Oid relid, const char *attribute, TimestampTz now, int64 most, DynTtlBacklog *backlog);
static bool count_relation(Relation relation, const char *attribute, TimestampTz now, int64 most, DynTtlBacklog *backlog);
static void count_leaf(const DynExpiryLeaf *leaf, TimestampTz now, int64 most, DynTtlBacklog *backlog);

/* dynamo.ttl_backlog(relation regclass, attribute text, OUT items int8, OUT oldest timestamptz, OUT lag interval) */
Datum
dynamo_ttl_backlog(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	char	   *attribute = text_to_cstring(PG_GETARG_TEXT_PP(1));
	TimestampTz now = dyn_ttl_now();
	DynTtlBacklog backlog = {0, DT_NOEND};
	bool		known;
	TupleDesc	columns;
	Datum		values[3] = {0};
	bool		nulls[3] = {true, true, true};

	if (get_call_result_type(fcinfo, NULL, &columns) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	known = may_know(relid) && count(relid, attribute, now, MOST_COUNTED, &backlog);
	if (known)
	{
		values[0] = Int64GetDatum(backlog.items);
		nulls[0] = false;
		values[1] = TimestampTzGetDatum(backlog.oldest);
		nulls[1] = backlog.items == 0;
		values[2] = DirectFunctionCall2(timestamp_mi, TimestampTzGetDatum(now),
										TimestampTzGetDatum(backlog.items == 0 ? now : backlog.oldest));
		nulls[2] = false;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls)));
}

/* Who may read the table, or the statistics of all, may know. */
static bool
may_know(Oid relid)
{
	return pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK ||
		has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
}

int64
dyn_ttl_total_backlog(int64 most, DynTtlBacklog *backlog)
{
	TimestampTz now = dyn_ttl_now();
	ListCell   *cell;

	backlog->items = 0;
	backlog->oldest = DT_NOEND;
	foreach(cell, dyn_time_to_live_rows())
	{
		const DynTimeToLiveRow *row = lfirst(cell);
		DynTableRow table;

		if (row->status == DYN_TTL_ENABLED && dyn_catalog_find_table(row->table_name, &table))
			(void) count(table.relation, row->attribute, now, backlog->items + most, backlog);
	}
	return backlog->items == 0 ? 0 : (now - backlog->oldest) / USECS_PER_SEC;
}

/*
 * Count what is expired in a table until there are "most" in all.  Returns
 * false where that cannot be done.  Who asks must not wait for a table that is
 * being rewritten.
 */
static bool
count(Oid relid, const char *attribute, TimestampTz now, int64 most, DynTtlBacklog *backlog)
{
	Relation	relation = NULL;
	bool		known;

	if (ConditionalLockRelationOid(relid, AccessShareLock))
		relation = try_relation_open(relid, NoLock);
	if (relation == NULL)
		return false;
	known = count_relation(relation, attribute, now, most, backlog);
	relation_close(relation, NoLock);
	return known;
}

/*
 * Count what is expired in all leaves.  Returns false where one has no index.
 * A table is not described for this, because that raises for one that needs
 * repair, and a view of all tables must not fail for it.
 */
static bool
count_relation(Relation relation, const char *attribute, TimestampTz now, int64 most, DynTtlBacklog *backlog)
{
	DynKeyCheck check;
	ListCell   *cell;

	if (!dyn_relation_key_check(relation, &check))
		return false;
	foreach(cell, dyn_expiry_leaves(relation, AccessShareLock))
	{
		DynExpiryLeaf leaf;

		switch (dyn_expiry_leaf_open(&leaf, lfirst_oid(cell), relation, check.key_attnum, check.item_attnum, attribute))
		{
			case DYN_LEAF_EMPTY:
				break;
			case DYN_LEAF_NO_INDEX:
				return false;
			case DYN_LEAF_OPEN:
				count_leaf(&leaf, now, most, backlog);
				dyn_expiry_leaf_close(&leaf);
				break;
		}
	}
	return true;
}

/* Count by the index; rows are looked at only where their page is not known to be visible to everybody. */
static void
count_leaf(const DynExpiryLeaf *leaf, TimestampTz now, int64 most, DynTtlBacklog *backlog)
{
	TupleTableSlot *slot = table_slot_create(leaf->relation, NULL);
	IndexScanDesc scan = dyn_expiry_leaf_scan(leaf, GetActiveSnapshot(), dyn_ttl_oldest(now), now, true);
	Buffer		visibility = InvalidBuffer;
	bool		first = true;
	ItemPointer tid;

	while (backlog->items < most && (tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (!VM_ALL_VISIBLE(leaf->relation, ItemPointerGetBlockNumber(tid), &visibility) &&
			!index_fetch_heap(scan, slot))
			continue;
		backlog->items++;
		if (first)
		{
			bool		isnull;
			TimestampTz at = DatumGetTimestampTz(index_getattr(scan->xs_itup, 1, scan->xs_itupdesc, &isnull));

			if (at < backlog->oldest)
				backlog->oldest = at;
		}
		first = false;
	}
	if (BufferIsValid(visibility))
		ReleaseBuffer(visibility);
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}
