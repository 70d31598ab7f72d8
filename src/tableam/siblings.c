/*-------------------------------------------------------------------------
 *
 * siblings.c
 *	  Finding the items of one partition key through the index on the key.
 *
 * The scan reads index entries only, backwards from the end of the partition.
 * It is bounded on both sides: with an open bound the b-tree would copy every
 * entry of a leaf page before the first one is looked at.
 *
 * SnapshotAny means that no tuple is fetched, and that no predicate lock is
 * taken: what placement reads is not the transaction's reading.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/itup.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "item/key.h"
#include "tableam/pages.h"
#include "tableam/siblings.h"

/* The bounds of a partition in the index: start <= key < end. */
typedef struct Bounds
{
	struct varlena *start;
	struct varlena *end;
} Bounds;

static MemoryContext scratch = NULL;

static MemoryContext scratch_begin(void);
static void note_block(DynSiblings *siblings, BlockNumber block);
static void set_bounds(struct varlena *key, Bounds *bounds);
static struct varlena *make_bound(const uint8 *bytes, uint32 length);
static int	compare(const struct varlena *a, const struct varlena *b);

void
dyn_siblings_find(Relation relation, const DynItemRelation *item_relation, Datum key, Size length,
				  int limit, DynSiblings *siblings)
{
	MemoryContext caller = scratch_begin();
	struct varlena *own = PG_DETOAST_DATUM_PACKED(key);
	struct varlena *previous = NULL;
	Bounds		bounds;
	ScanKeyData scan_keys[2];
	Relation	index;
	IndexScanDesc scan;
	ItemPointer tid;

	memset(siblings, 0, sizeof(DynSiblings));
	siblings->appends = true;
	siblings->adjacent = InvalidBlockNumber;

	set_bounds(own, &bounds);
	index = index_open(item_relation->key_index, AccessShareLock);
	ScanKeyEntryInitializeWithInfo(&scan_keys[0], 0, 1, BTGreaterEqualStrategyNumber, InvalidOid, InvalidOid,
								   unconstify(FmgrInfo *, &item_relation->key_ge), PointerGetDatum(bounds.start));
	ScanKeyEntryInitializeWithInfo(&scan_keys[1], 0, 1, BTLessStrategyNumber, InvalidOid, InvalidOid,
								   unconstify(FmgrInfo *, &item_relation->key_lt), PointerGetDatum(bounds.end));
	scan = dyn_index_beginscan(relation, index, SnapshotAny, 2, 0);
	scan->xs_want_itup = true;
	index_rescan(scan, scan_keys, 2, NULL, 0);

	while ((tid = index_getnext_tid(scan, BackwardScanDirection)) != NULL)
	{
		bool		isnull;
		struct varlena *found = PG_DETOAST_DATUM_PACKED(index_getattr(scan->xs_itup, 1, scan->xs_itupdesc, &isnull));
		int			difference = compare(found, own);

		if (difference == 0 || (previous != NULL && compare(found, previous) == 0))
			continue;
		if (siblings->count == 0)
		{
			siblings->appends = difference < 0;
			if (siblings->appends &&
				dyn_page_room(relation, ItemPointerGetBlockNumber(tid)) >= dyn_page_demand(relation, length))
			{
				siblings->count = 1;
				siblings->adjacent = ItemPointerGetBlockNumber(tid);
				break;
			}
		}
		note_block(siblings, ItemPointerGetBlockNumber(tid));
		if (++siblings->count >= limit)
		{
			siblings->more = true;
			break;
		}
		/* the scan's entry goes with its page */
		previous = memcpy(palloc(VARSIZE_ANY(found)), found, VARSIZE_ANY(found));
	}
	index_endscan(scan);
	index_close(index, NoLock);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(scratch);
}

/*
 * Switch to memory that is reset after each look-up: callers insert many rows
 * in one context.  Returns the context to go back to.
 */
static MemoryContext
scratch_begin(void)
{
	if (scratch == NULL)
		scratch = AllocSetContextCreate(CacheMemoryContext, "dynamo siblings", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(scratch);
	return MemoryContextSwitchTo(scratch);
}

/* Keep a block if it is among the highest. */
static void
note_block(DynSiblings *siblings, BlockNumber block)
{
	int			position = 0;

	while (position < siblings->nblocks && siblings->blocks[position] > block)
		position++;
	if (position == DYN_SIBLING_BLOCKS || (position < siblings->nblocks && siblings->blocks[position] == block))
		return;

	if (siblings->nblocks < DYN_SIBLING_BLOCKS)
		siblings->nblocks++;
	memmove(&siblings->blocks[position + 1], &siblings->blocks[position],
			(siblings->nblocks - position - 1) * sizeof(BlockNumber));
	siblings->blocks[position] = block;
}

/*
 * All keys that begin with the partition part: up to the next bytes of that
 * length, or of a shorter one where the last bytes are 0xFF.  Bytes that are
 * no key may be all 0xFF, or none at all: they have no siblings.
 */
static void
set_bounds(struct varlena *key, Bounds *bounds)
{
	const uint8 *bytes = (const uint8 *) VARDATA_ANY(key);
	uint32		length = dyn_key_partition_length(bytes, VARSIZE_ANY_EXHDR(key));
	uint8	   *end;

	bounds->start = make_bound(bytes, length);
	while (length > 0 && bytes[length - 1] == 0xFF)
		length--;
	bounds->end = make_bound(bytes, length);
	end = (uint8 *) VARDATA(bounds->end);
	if (length > 0)
		end[length - 1]++;
}

static struct varlena *
make_bound(const uint8 *bytes, uint32 length)
{
	struct varlena *bound = palloc(VARHDRSZ + length);

	SET_VARSIZE(bound, VARHDRSZ + length);
	memcpy(VARDATA(bound), bytes, length);
	return bound;
}

/* Compare as the index does. */
static int
compare(const struct varlena *a, const struct varlena *b)
{
	Size		a_length = VARSIZE_ANY_EXHDR(a);
	Size		b_length = VARSIZE_ANY_EXHDR(b);
	int			result = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_length, b_length));

	if (result != 0)
		return result;
	return a_length < b_length ? -1 : a_length > b_length;
}
