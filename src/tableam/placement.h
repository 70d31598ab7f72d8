/*-------------------------------------------------------------------------
 *
 * placement.h
 *	  Choosing the page for a new tuple.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_PLACEMENT_H
#define DYN_TABLEAM_PLACEMENT_H

#include "executor/tuptable.h"
#include "storage/block.h"

#include "tableam/item_relation.h"

/* What is to be placed, and what was found out about it. */
typedef struct DynPlacing
{
	DynItemRelation *item_relation;
	Datum		key;
	uint64		hash;			/* of its partition */
	Size		whole_length;	/* of the tuple, before it is toasted */
	Size		length;			/* of the tuple on its page, as far as it is known */
	Size		total;			/* space of all tuples that go together */
	int			placed;			/* siblings that are not in the index yet */
} DynPlacing;

/*
 * Begin to place a slot's tuple.  Returns false where the heap decides: the
 * setting is off, or the row has no key.
 */
extern bool dyn_placing_begin(DynPlacing *placing, Relation relation, TupleTableSlot *slot);

/*
 * Choose the block.  InvalidBlockNumber means that the partition has no place
 * of its own: its tuples go where small collections go.
 */
extern BlockNumber dyn_placing_choose(DynPlacing *placing, Relation relation);

/* Make the heap try a block first, or the one for small collections. */
extern void dyn_placing_steer(DynPlacing *placing, Relation relation, BlockNumber block);

/* Remember where a tuple went that was steered to "block". */
extern void dyn_placing_end(DynPlacing *placing, Relation relation, BlockNumber block, ItemPointer tid);

/* How long a slot's tuple will be on its page; without toasting. */
extern Size dyn_slot_tuple_length(TupleTableSlot *slot);

#endif							/* DYN_TABLEAM_PLACEMENT_H */
