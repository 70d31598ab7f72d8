/*-------------------------------------------------------------------------
 *
 * direct_range.c
 *	  Ranges of keys by the index and table access methods, without planning.
 *
 * A cursor in a secondary index is a comparison of rows, (index key, key) >
 * (a, b): the b-tree goes down to that very place, however many entries have
 * the same index key.  It must be the only condition at its end of the range,
 * because the b-tree would go by the other one and pass over all entries that
 * were returned before.
 *
 * Where the keys are all that is wanted, rows are looked at only if their
 * page is not known to be visible to everybody, or if a key is digested and
 * the row alone knows the values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/heap_rows.h"
#include "index/range_scan.h"

typedef struct DirectRange
{
	Relation	index;
	IndexScanDesc scan;
	ScanDirection direction;
	DynHeapRows rows;
	TupleTableSlot *slot;		/* of a row that an index-only scan must see; keeps its page pinned */
	ScanKeyData row[2];			/* of the cursor */
	bool		index_only;
	Buffer		visibility;		/* a page of the visibility map, or InvalidBuffer */
} DirectRange;

static void direct_begin(DynRangeScan *scan);
static bool direct_next(DynRangeScan *scan);
static void direct_end(DynRangeScan *scan);

static int	init_scan_keys(const DynRangeScan *scan, DirectRange *direct, ScanKey keys);
static void init_bound(ScanKey key, Relation index, StrategyNumber strategy, const struct varlena *bound);
static void init_cursor(const DynRangeScan *scan, DirectRange *direct, ScanKey key);
static FmgrInfo *comparison(Relation index, StrategyNumber strategy);
static bool next_row(DynRangeScan *scan);
static bool next_entry(DynRangeScan *scan);
static void set_item(DynRangeScan *scan, Datum item, bool isnull);
static struct varlena *entry_key(const DirectRange *direct, AttrNumber column);
static bool is_digested(const struct varlena *key);

const DynRangeScanMethods dyn_direct_range_methods = {
	.begin = direct_begin,
	.next = direct_next,
	.end = direct_end,
};

static void
direct_begin(DynRangeScan *scan)
{
	DirectRange *direct = palloc0(sizeof(DirectRange));
	Relation	relation = scan->relation->relation;
	ScanKeyData keys[2];
	int			nkeys;

	scan->state = direct;
	direct->index = index_open(scan->index != NULL ? scan->index->index_oid : scan->relation->table->primary_key,
							   AccessShareLock);
	direct->direction = scan->backward ? BackwardScanDirection : ForwardScanDirection;
	direct->index_only = scan->keys_suffice;
	direct->slot = direct->index_only ? table_slot_create(relation, NULL) : NULL;
	direct->visibility = InvalidBuffer;

	nkeys = init_scan_keys(scan, direct, keys);
	direct->scan = dyn_index_beginscan(relation, direct->index, GetActiveSnapshot(), nkeys, 0);
	direct->scan->xs_want_itup = direct->index_only;
	index_rescan(direct->scan, keys, nkeys, NULL, 0);
	dyn_heap_rows_begin(&direct->rows, direct->scan, direct->direction, scan->expected);
}

static void
direct_end(DynRangeScan *scan)
{
	DirectRange *direct = scan->state;

	if (direct->slot != NULL)
		ExecDropSingleTupleTableSlot(direct->slot);
	dyn_heap_rows_end(&direct->rows);
	index_endscan(direct->scan);
	if (BufferIsValid(direct->visibility))
		ReleaseBuffer(direct->visibility);
	index_close(direct->index, NoLock);
}

/* Make the conditions of the index scan, two at most; returns their number. */
static int
init_scan_keys(const DynRangeScan *scan, DirectRange *direct, ScanKey keys)
{
	int			n = 0;

	if (scan->range.lower != NULL)
		init_bound(&keys[n++], direct->index, BTGreaterEqualStrategyNumber, scan->range.lower);
	if (scan->range.upper != NULL)
		init_bound(&keys[n++], direct->index, BTLessStrategyNumber, scan->range.upper);
	if (scan->after != NULL)
		init_cursor(scan, direct, &keys[n++]);
	Assert(n <= 2);
	return n;
}

static void
init_bound(ScanKey key, Relation index, StrategyNumber strategy, const struct varlena *bound)
{
	ScanKeyEntryInitializeWithInfo(key, 0, 1, strategy, InvalidOid, index->rd_indcollation[0],
								   comparison(index, strategy), PointerGetDatum(bound));
}

static void
init_cursor(const DynRangeScan *scan, DirectRange *direct, ScanKey key)
{
	StrategyNumber strategy = scan->backward ? BTLessStrategyNumber : BTGreaterStrategyNumber;
	const struct varlena *places[2] = {scan->after->index_key, scan->after->key};

	if (scan->index == NULL)
	{
		init_bound(key, direct->index, strategy, scan->after->key);
		return;
	}
	for (int i = 0; i < 2; i++)
		ScanKeyEntryInitializeWithInfo(&direct->row[i], SK_ROW_MEMBER | (i == 1 ? SK_ROW_END : 0), i + 1, strategy,
									   InvalidOid, direct->index->rd_indcollation[i],
									   index_getprocinfo(direct->index, i + 1, BTORDER_PROC),
									   PointerGetDatum(places[i]));
	MemSet(key, 0, sizeof(ScanKeyData));
	key->sk_flags = SK_ROW_HEADER;
	key->sk_attno = 1;
	key->sk_strategy = strategy;
	key->sk_argument = PointerGetDatum(direct->row);
}

/*
 * The function of an operator on keys.  They are kept for the last operator
 * family, which is nearly always ours: the catalog would take two look-ups
 * for each.
 */
static FmgrInfo *
comparison(Relation index, StrategyNumber strategy)
{
	static FmgrInfo functions[BTMaxStrategyNumber + 1];
	static Oid	family = InvalidOid;

	if (family != index->rd_opfamily[0])
	{
		family = InvalidOid;
		memset(functions, 0, sizeof(functions));
	}
	if (!OidIsValid(functions[strategy].fn_oid))
	{
		Oid			type = index->rd_opcintype[0];
		Oid			operator = get_opfamily_member(index->rd_opfamily[0], type, type, strategy);

		if (!OidIsValid(operator))
			elog(ERROR, "index \"%s\" has no operator of strategy %d", RelationGetRelationName(index), strategy);
		fmgr_info_cxt(get_opcode(operator), &functions[strategy], TopMemoryContext);
		family = index->rd_opfamily[0];
	}
	return &functions[strategy];
}

static bool
direct_next(DynRangeScan *scan)
{
	DirectRange *direct = scan->state;

	return direct->index_only ? next_entry(scan) : next_row(scan);
}

static bool
next_row(DynRangeScan *scan)
{
	DirectRange *direct = scan->state;
	HeapTuple	row = dyn_heap_rows_next(&direct->rows);
	Datum		item;
	bool		isnull;

	if (row == NULL)
		return false;
	item = heap_getattr(row, scan->relation->table->item_attnum, RelationGetDescr(scan->relation->relation), &isnull);
	set_item(scan, item, isnull);
	return true;
}

/* The next entry that is visible, with the row only where it takes that. */
static bool
next_entry(DynRangeScan *scan)
{
	DirectRange *direct = scan->state;
	ItemPointer tid;

	while ((tid = index_getnext_tid(direct->scan, direct->direction)) != NULL)
	{
		BlockNumber block = ItemPointerGetBlockNumber(tid);

		scan->index_key = entry_key(direct, 1);
		scan->key = scan->index != NULL ? entry_key(direct, 2) : scan->index_key;
		if (VM_ALL_VISIBLE(scan->relation->relation, block, &direct->visibility) &&
			!is_digested(scan->index_key) && !is_digested(scan->key))
		{
			/* nothing of the row is read, so its page must be locked for SERIALIZABLE here */
			PredicateLockPage(scan->relation->relation, block, direct->scan->xs_snapshot);
			scan->has_item = false;
			return true;
		}
		if (index_fetch_heap(direct->scan, direct->slot))
		{
			bool		isnull;
			Datum		item = slot_getattr(direct->slot, scan->relation->table->item_attnum, &isnull);

			set_item(scan, item, isnull);
			return true;
		}
		CHECK_FOR_INTERRUPTS();
	}
	return false;
}

static void
set_item(DynRangeScan *scan, Datum item, bool isnull)
{
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a row of table \"%s\" has no item", RelationGetRelationName(scan->relation->relation))));
	scan->item = item;
	scan->has_item = true;
}

/* A key of the current index entry.  Keys are never compressed or stored outside in an index. */
static struct varlena *
entry_key(const DirectRange *direct, AttrNumber column)
{
	bool		isnull;
	Datum		key = index_getattr(direct->scan->xs_itup, column, direct->scan->xs_itupdesc, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_INDEX_CORRUPTED),
				 errmsg("index \"%s\" has an entry without a key", RelationGetRelationName(direct->index))));
	return PG_DETOAST_DATUM_PACKED(key);
}

static bool
is_digested(const struct varlena *key)
{
	return VARSIZE_ANY_EXHDR(key) > DYN_KEY_HASH_BYTES &&
		((const uint8 *) VARDATA_ANY(key))[DYN_KEY_HASH_BYTES] == DYN_KEY_DIGEST_TAG;
}
