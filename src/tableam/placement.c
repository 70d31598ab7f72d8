/*-------------------------------------------------------------------------
 *
 * placement.c
 *	  Choosing the page for a new tuple, so that the items of a partition key
 *	  are together.
 *
 * Items of many partitions arrive in turn, and a heap puts them down as they
 * come: a hundred items of one partition are on a hundred pages.  Here an
 * item goes, in this order,
 *
 *	1. to the page that its partition was on last, while that has room;
 *	2. if the partition is not there yet: to the page where this backend puts
 *	   new partitions, one after the other as in a heap, so that a table of
 *	   single items is as dense as a heap;
 *	3. if the partition has n items: to a page on which room is reserved for
 *	   it, a quarter more than these n take, and two items.  So it gets other
 *	   pages after 1, 4, 10, ... items, and as soon as that comes to a page it
 *	   has pages of its own.  What is reserved and not used is about as much
 *	   as what is used, at worst: just after a partition got a page.
 *
 * Sizes are bytes in the main table; what is toasted is not counted.
 *
 * The heap is steered, not replaced: it looks first at the relation's target
 * block, which we set before every insertion.  (A BulkInsertState would come
 * first, so it is not passed on.)  If the page turns out to be full the heap
 * finds another one by its own means, and only the place is not the best.
 *
 * Where the partition is, is remembered per backend (partition_cache.c) or
 * looked up in the index (siblings.c).  A look-up costs about a microsecond.
 * New partitions are all misses, so after a series of look-ups in vain only
 * some are made, until one finds something.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "storage/bufmgr.h"
#include "storage/freespace.h"
#include "utils/rel.h"

#include "base/settings.h"
#include "tableam/callbacks.h"
#include "tableam/pages.h"
#include "tableam/partition_cache.h"
#include "tableam/placement.h"
#include "tableam/siblings.h"

/* After so many look-ups in vain one of so many is made. */
#define ENOUGH_MISSES	64
#define SAMPLED_MISSES	8

/* What the free space map rounds to. */
#define MAP_UNIT		(BLCKSZ / 256)

#define UNLIMITED		SIZE_MAX

/*
 * So many siblings at least are looked at: other backends may have begun a
 * page, and of a partition in no order this many are a sample.
 */
#define SAMPLE			64

static Size predict_length(const DynPlacement *placement, Size length);
static void learn_length(DynPlacement *placement, Size length, Size stored);
static bool should_look_up(DynPlacement *placement);
static bool block_exists(DynPlacement *placement, Relation relation, BlockNumber block);
static bool has_room(DynPlacing *placing, Relation relation, BlockNumber block);
static Size reservation(const DynPlacing *placing, Relation relation, int siblings);
static BlockNumber next_fill_block(DynPlacing *placing, Relation relation);
static void fill_block_used(DynPlacing *placing, Relation relation, BlockNumber block);

void
dyn_tuple_insert(Relation relation, TupleTableSlot *slot, CommandId cid, int options, BulkInsertState bistate)
{
	DynPlacing	placing;
	BlockNumber block;

	if (!dyn_placing_begin(&placing, relation, slot))
	{
		dyn_heap->tuple_insert(relation, slot, cid, options, bistate);
		return;
	}
	block = dyn_placing_choose(&placing, relation);
	dyn_placing_steer(&placing, relation, block);
	dyn_heap->tuple_insert(relation, slot, cid, options, BlockNumberIsValid(block) ? NULL : bistate);
	dyn_placing_end(&placing, relation, block, &slot->tts_tid);
}

void
dyn_tuple_insert_speculative(Relation relation, TupleTableSlot *slot, CommandId cid, int options,
							 BulkInsertState bistate, uint32 token)
{
	DynPlacing	placing;
	BlockNumber block;

	if (!dyn_placing_begin(&placing, relation, slot))
	{
		dyn_heap->tuple_insert_speculative(relation, slot, cid, options, bistate, token);
		return;
	}
	block = dyn_placing_choose(&placing, relation);
	dyn_placing_steer(&placing, relation, block);
	dyn_heap->tuple_insert_speculative(relation, slot, cid, options,
									   BlockNumberIsValid(block) ? NULL : bistate, token);
	dyn_placing_end(&placing, relation, block, &slot->tts_tid);
}

bool
dyn_placing_begin(DynPlacing *placing, Relation relation, TupleTableSlot *slot)
{
	DynItemRelation *item_relation = dyn_item_relation(relation);
	bool		isnull;

	if (item_relation == NULL || !dyn_placement)
		return false;
	placing->key = slot_getattr(slot, item_relation->key_attnum, &isnull);
	if (isnull)
		return false;

	placing->item_relation = item_relation;
	placing->hash = dyn_partition_hash(item_relation->placement.relation_number, placing->key);
	placing->whole_length = dyn_slot_tuple_length(slot);
	placing->length = predict_length(&item_relation->placement, placing->whole_length);
	placing->total = dyn_tuple_space(placing->length);
	placing->placed = 0;
	return true;
}

BlockNumber
dyn_placing_choose(DynPlacing *placing, Relation relation)
{
	DynItemRelation *item_relation = placing->item_relation;
	DynPlacement *placement = &item_relation->placement;
	BlockNumber known = dyn_partition_cache_get(placing->hash);
	DynSiblings siblings;
	int			limit;

	if (BlockNumberIsValid(known))
	{
		if (block_exists(placement, relation, known))
		{
			if (has_room(placing, relation, known))
				return known;
			dyn_page_leave(relation, known);
		}
	}
	else if (!should_look_up(placement))
		return InvalidBlockNumber;

	/* Enough to see whether they fill a page, and to sample a larger partition. */
	limit = Max(dyn_page_capacity(relation) / dyn_tuple_space(placing->length) + 1, SAMPLE);
	dyn_siblings_find(relation, item_relation, placing->key, placing->length, limit, &siblings);

	if (!BlockNumberIsValid(known))
		placement->misses_in_vain = siblings.count > 0 ? 0 : Min(placement->misses_in_vain + 1, ENOUGH_MISSES);

	if (BlockNumberIsValid(siblings.adjacent))
		return siblings.adjacent;
	for (int i = 0; i < siblings.nblocks; i++)
	{
		BlockNumber block = siblings.blocks[i];

		/* The map spares us reading old pages, but knows nothing of the newest. */
		if (block != known && (i == 0 || dyn_page_may_have_room(relation, block, placing->length)) &&
			has_room(placing, relation, block))
			return block;
	}

	/*
	 * A large partition that is written in no order of its sort keys: these
	 * siblings are not its newest items.  If we have put nothing into it yet,
	 * we do not know the page that is being filled, and must not begin one
	 * for a single item; the second one will.
	 */
	if (siblings.more && !siblings.appends && !BlockNumberIsValid(known))
		return InvalidBlockNumber;

	if (siblings.count + placing->placed == 0 && placing->total * 10 < dyn_page_capacity(relation) * 9)
		return InvalidBlockNumber;

	return dyn_page_reserve(relation, reservation(placing, relation, siblings.count));
}

/*
 * Predict how long a tuple will be on its page.  Up to the threshold of the
 * toaster it stays as it is.  Beyond it may be compressed, or go out of line;
 * then tuples like it tell: those that would fit a page by how much they
 * shrink (in 1/256), larger ones by their length.
 */
static Size
predict_length(const DynPlacement *placement, Size length)
{
	if (length <= TOAST_TUPLE_THRESHOLD)
		return length;
	if (length <= MaxHeapTupleSize)
		return placement->shrinking == 0 ? length : length * placement->shrinking / 256;
	return placement->toasted_length == 0 ? TOAST_TUPLE_TARGET : placement->toasted_length;
}

/* Learn from a tuple that went through the toaster how long it has become. */
static void
learn_length(DynPlacement *placement, Size length, Size stored)
{
	if (length <= MaxHeapTupleSize)
	{
		uint32		shrinking = Max((stored * 256 + length - 1) / length, 1);

		placement->shrinking = placement->shrinking == 0 ? shrinking : (placement->shrinking * 3 + shrinking + 3) / 4;
	}
	else
		placement->toasted_length = placement->toasted_length == 0 ? stored :
			(placement->toasted_length * 3 + stored + 3) / 4;
}

/* Is it worth looking up a partition that is not remembered? */
static bool
should_look_up(DynPlacement *placement)
{
	if (placement->misses_in_vain < ENOUGH_MISSES)
		return true;
	placement->misses = (placement->misses + 1) % SAMPLED_MISSES;
	return placement->misses == 0;
}

/*
 * Is a block that was used earlier still there?  Reading one beyond the end
 * is an error, and vacuum may have truncated the file meanwhile.
 */
static bool
block_exists(DynPlacement *placement, Relation relation, BlockNumber block)
{
	if (block >= placement->nblocks)
		placement->nblocks = RelationGetNumberOfBlocks(relation);
	return block < placement->nblocks;
}

static bool
has_room(DynPlacing *placing, Relation relation, BlockNumber block)
{
	return dyn_page_room(relation, block) >= dyn_page_demand(relation, placing->length);
}

/*
 * How much to reserve for a partition with so many items: a quarter more than
 * they take and two items, rounded so that the parts fill a page; or a page.
 */
static Size
reservation(const DynPlacing *placing, Relation relation, int siblings)
{
	Size		capacity = dyn_page_capacity(relation);
	Size		space = dyn_tuple_space(placing->length);
	Size		siblings_space = (siblings + placing->placed) * space;
	Size		wanted = Max(siblings_space * 5 / 4 + 2 * space, placing->total);
	Size		parts;

	if (wanted * 10 >= capacity * 9)
		return capacity;

	/* the eighth lets three of 23 tuples be a seventh part, not an eighth */
	parts = Max((capacity * 8 / wanted + 1) / 8, 2);
	return Max(capacity / parts / MAP_UNIT * MAP_UNIT, space);
}

void
dyn_placing_steer(DynPlacing *placing, Relation relation, BlockNumber block)
{
	if (!BlockNumberIsValid(block))
		block = next_fill_block(placing, relation);
	RelationSetTargetBlock(relation, block);
}

/*
 * The block for small collections.  InvalidBlockNumber lets the heap find
 * one, as it does for the first insertion of a backend.
 */
static BlockNumber
next_fill_block(DynPlacing *placing, Relation relation)
{
	DynPlacement *placement = &placing->item_relation->placement;
	BlockNumber block = placement->fill_block;

	if (!BlockNumberIsValid(block) || !block_exists(placement, relation, block))
		return InvalidBlockNumber;

	/* When the page is full the heap tells the map and takes another one. */
	if (placement->fill_allowance >= dyn_tuple_space(placing->length))
		return block;

	/* The rest of it is reserved: the heap would not see that. */
	RecordPageWithFreeSpace(relation, block, 0);
	block = GetPageWithFreeSpace(relation, dyn_page_demand(relation, placing->length));
	if (!BlockNumberIsValid(block) || !block_exists(placement, relation, block))
		block = dyn_page_extend(relation);
	return block;
}

void
dyn_placing_end(DynPlacing *placing, Relation relation, BlockNumber block, ItemPointer tid)
{
	DynPlacement *placement = &placing->item_relation->placement;
	BlockNumber used = ItemPointerGetBlockNumber(tid);

	/* A page that the heap chose, because ours was full, is not the partition's. */
	if (!BlockNumberIsValid(block) || used == block)
		dyn_partition_cache_put(placing->hash, used);
	if (!BlockNumberIsValid(block))
		fill_block_used(placing, relation, used);
	if (placing->whole_length > TOAST_TUPLE_THRESHOLD)
	{
		Size		stored = dyn_page_tuple_length(relation, tid);

		if (stored > 0)
			learn_length(placement, placing->whole_length, stored);
	}
}

/*
 * A tuple went to a block for small collections.  If that is a new one, what
 * the map says of it is what may be taken; of a page that is new, all.
 */
static void
fill_block_used(DynPlacing *placing, Relation relation, BlockNumber block)
{
	DynPlacement *placement = &placing->item_relation->placement;
	Size		space = dyn_tuple_space(placing->length);

	if (block != placement->fill_block)
	{
		Size		recorded = GetRecordedFreeSpace(relation, block);
		Size		kept_free = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);

		placement->fill_block = block;
		placement->fill_allowance = recorded == 0 ? UNLIMITED : recorded > kept_free ? recorded - kept_free : 0;
	}
	if (placement->fill_allowance != UNLIMITED)
		placement->fill_allowance -= Min(space, placement->fill_allowance);
}

Size
dyn_slot_tuple_length(TupleTableSlot *slot)
{
	TupleDesc	descriptor = slot->tts_tupleDescriptor;
	Size		header = SizeofHeapTupleHeader;

	if ((TTS_IS_HEAPTUPLE(slot) || TTS_IS_BUFFERTUPLE(slot)) && ((HeapTupleTableSlot *) slot)->tuple != NULL)
		return ((HeapTupleTableSlot *) slot)->tuple->t_len;

	slot_getallattrs(slot);
	for (int i = 0; i < descriptor->natts; i++)
		if (slot->tts_isnull[i])
		{
			header += BITMAPLEN(descriptor->natts);
			break;
		}
	return MAXALIGN(header) + heap_compute_data_size(descriptor, slot->tts_values, slot->tts_isnull);
}
