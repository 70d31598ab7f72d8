/*-------------------------------------------------------------------------
 *
 * multi_insert.c
 *	  Placement of many tuples at once, for COPY.
 *
 * A batch is sorted by partition.  What belongs to small collections is
 * handed to the heap in one piece; what has pages of its own, page by page.
 * Tuples may be inserted in any order, because every slot gets its own tid.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "tableam/callbacks.h"
#include "tableam/pages.h"
#include "tableam/partition_cache.h"
#include "tableam/placement.h"

typedef struct BatchItem
{
	DynPlacing	placing;
	TupleTableSlot *slot;
	int			position;		/* in the batch, to keep the order */
} BatchItem;

/* The arguments that go through to the heap. */
typedef struct Batch
{
	Relation	relation;
	CommandId	cid;
	int			options;
	BulkInsertState bistate;
	TupleTableSlot **slots;		/* room for all slots, to hand over */
} Batch;

static int	compare_items(const void *a, const void *b);
static int	insert_partition(Batch *batch, BatchItem *items, int nitems);
static void insert_small(Batch *batch, BatchItem **items, int nitems);

void
dyn_multi_insert(Relation relation, TupleTableSlot **slots, int nslots, CommandId cid, int options,
				 BulkInsertState bistate)
{
	Batch		batch = {relation, cid, options, bistate, NULL};
	BatchItem  *items;
	BatchItem **small;
	int			nsmall = 0;
	int			end;

	items = palloc(nslots * sizeof(BatchItem));
	for (int i = 0; i < nslots; i++)
	{
		if (!dyn_placing_begin(&items[i].placing, relation, slots[i]))
		{
			pfree(items);
			dyn_heap->multi_insert(relation, slots, nslots, cid, options, bistate);
			return;
		}
		items[i].slot = slots[i];
		items[i].position = i;
	}
	qsort(items, nslots, sizeof(BatchItem), compare_items);
	small = palloc(nslots * sizeof(BatchItem *));
	batch.slots = palloc(nslots * sizeof(TupleTableSlot *));

	for (int i = 0; i < nslots; i = end)
	{
		int			ninserted;

		CHECK_FOR_INTERRUPTS();
		for (end = i + 1; end < nslots && items[end].placing.hash == items[i].placing.hash; end++)
			;
		ninserted = insert_partition(&batch, &items[i], end - i);
		for (int j = i + ninserted; j < end; j++)
			small[nsmall++] = &items[j];
	}
	insert_small(&batch, small, nsmall);

	pfree(batch.slots);
	pfree(small);
	pfree(items);
}

static int
compare_items(const void *a, const void *b)
{
	const BatchItem *left = a;
	const BatchItem *right = b;

	if (left->placing.hash != right->placing.hash)
		return left->placing.hash < right->placing.hash ? -1 : 1;
	return left->position - right->position;
}

/*
 * Insert the items of one partition as long as it has places of its own;
 * returns how many.
 */
static int
insert_partition(Batch *batch, BatchItem *items, int nitems)
{
	Relation	relation = batch->relation;
	Size		kept_free = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
	Size		remaining = 0;
	int			ninserted = 0;

	for (int i = 0; i < nitems; i++)
		remaining += dyn_tuple_space(items[i].placing.length);

	while (ninserted < nitems)
	{
		DynPlacing *placing = &items[ninserted].placing;
		BlockNumber block;
		Size		room;
		Size		taken = 0;
		int			n = 0;

		placing->total = remaining;
		placing->placed = ninserted;
		block = dyn_placing_choose(placing, relation);
		if (!BlockNumberIsValid(block))
			break;

		room = dyn_page_room(relation, block);
		do
		{
			taken += dyn_tuple_space(items[ninserted + n].placing.length);
			batch->slots[n] = items[ninserted + n].slot;
			n++;
		} while (ninserted + n < nitems &&
				 taken + dyn_tuple_space(items[ninserted + n].placing.length) + kept_free <= room);

		RelationSetTargetBlock(relation, block);
		dyn_heap->multi_insert(relation, batch->slots, n, batch->cid, batch->options, NULL);
		ninserted += n;
		remaining -= taken;
		dyn_placing_end(placing, relation, block, &items[ninserted - 1].slot->tts_tid);
	}
	return ninserted;
}

/* Insert what belongs to small collections, in one piece. */
static void
insert_small(Batch *batch, BatchItem **items, int nitems)
{
	if (nitems == 0)
		return;
	for (int i = 0; i < nitems; i++)
		batch->slots[i] = items[i]->slot;

	/* A BulkInsertState knows its page itself. */
	if (batch->bistate == NULL)
		dyn_placing_steer(&items[0]->placing, batch->relation, InvalidBlockNumber);
	dyn_heap->multi_insert(batch->relation, batch->slots, nitems, batch->cid, batch->options, batch->bistate);
	for (int i = 0; i < nitems; i++)
		dyn_placing_end(&items[i]->placing, batch->relation, InvalidBlockNumber, &items[i]->slot->tts_tid);
}
