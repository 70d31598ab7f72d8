/*-------------------------------------------------------------------------
 *
 * update.c
 *	  Updates: on the same page if there is room, and HOT if that is allowed.
 *
 * A version that does not fit beside the old one is placed as a new item of
 * its partition is.  One that fits stays, and may be HOT.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heaptoast.h"
#include "access/htup_details.h"

#include "tableam/callbacks.h"
#include "tableam/expression_hot.h"
#include "tableam/pages.h"
#include "tableam/placement.h"

static bool fits(Relation relation, ItemPointer otid, TupleTableSlot *slot);

TM_Result
dyn_tuple_update(Relation relation, ItemPointer otid, TupleTableSlot *slot, CommandId cid, Snapshot snapshot,
				 Snapshot crosscheck, bool wait, TM_FailureData *failure, LockTupleMode *lockmode,
				 DynUpdateIndexes *update_indexes)
{
	BlockNumber old_block = ItemPointerGetBlockNumber(otid);
	BlockNumber block;
	DynPlacing	placing;
	TM_Result	result;

	if (fits(relation, otid, slot))
	{
		DynIndexExpressions *expressions = dyn_index_expressions(relation);

		/* the heap may still need another page, and then its target is used */
		(void) dyn_item_relation(relation);
		if (expressions != NULL)
			return dyn_update_with_expressions(expressions, relation, otid, slot, cid, snapshot, crosscheck, wait,
											   failure, lockmode, update_indexes);
		return dyn_heap->tuple_update(relation, otid, slot, cid, snapshot, crosscheck, wait, failure, lockmode,
									  update_indexes);
	}

	if (!dyn_placing_begin(&placing, relation, slot))
		return dyn_heap->tuple_update(relation, otid, slot, cid, snapshot, crosscheck, wait, failure, lockmode,
									  update_indexes);

	block = dyn_placing_choose(&placing, relation);
	dyn_placing_steer(&placing, relation, block);
	result = dyn_heap->tuple_update(relation, otid, slot, cid, snapshot, crosscheck, wait, failure, lockmode,
									update_indexes);
	if (result == TM_Ok && ItemPointerGetBlockNumber(&slot->tts_tid) != old_block)
		dyn_placing_end(&placing, relation, block, &slot->tts_tid);
	return result;
}

/*
 * Is there room for the new version on the page of the old one?  A guess:
 * the page is not locked, and a version that will be toasted is taken to be
 * as long as the old one.
 */
static bool
fits(Relation relation, ItemPointer otid, TupleTableSlot *slot)
{
	Size		length = dyn_slot_tuple_length(slot);

	if (length > TOAST_TUPLE_THRESHOLD)
		length = dyn_page_tuple_length(relation, otid);
	return MAXALIGN(length) <= dyn_page_room(relation, ItemPointerGetBlockNumber(otid));
}
