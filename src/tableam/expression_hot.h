/*-------------------------------------------------------------------------
 *
 * expression_hot.h
 *	  HOT updates of tables with indexes on expressions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_EXPRESSION_HOT_H
#define DYN_TABLEAM_EXPRESSION_HOT_H

#include "access/tableam.h"

#include "base/compat.h"

/* What a backend has prepared for a relation's index expressions. */
typedef struct DynIndexExpressions DynIndexExpressions;

/*
 * The index expressions of a relation that the caller has locked for an
 * update.  NULL where it has none, where they are being evaluated already, or
 * where the setting is off: the heap decides alone then.
 */
extern DynIndexExpressions *dyn_index_expressions(Relation relation);

/*
 * Update a tuple as the heap's tuple_update does, but HOT also where columns
 * change that indexes compute something from, if what they compute stays.
 */
extern TM_Result dyn_update_with_expressions(DynIndexExpressions *expressions, Relation relation, ItemPointer otid,
											 TupleTableSlot *slot, CommandId cid, Snapshot snapshot,
											 Snapshot crosscheck, bool wait, TM_FailureData *failure,
											 LockTupleMode *lockmode, DynUpdateIndexes *update_indexes);

#endif							/* DYN_TABLEAM_EXPRESSION_HOT_H */
