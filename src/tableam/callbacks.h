/*-------------------------------------------------------------------------
 *
 * callbacks.h
 *	  The callbacks of the access method, for the files of this folder.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_CALLBACKS_H
#define DYN_TABLEAM_CALLBACKS_H

#include "access/heapam.h"
#include "access/tableam.h"
#include "catalog/index.h"

#include "base/compat.h"

/* The heap's callbacks, and ours. */
extern const TableAmRoutine *dyn_heap;
extern const TableAmRoutine *dyn_tableam;

/*
 * What a relcache invalidation means to each file; InvalidOid means all
 * relations.  They run after the relation's entry was rebuilt.
 */
extern void dyn_heap_swap_invalidate(Oid relid);
extern void dyn_item_relation_invalidate(Oid relid);
extern void dyn_expression_hot_invalidate(Oid relid);

/* ---- placement.c ---- */
extern void dyn_tuple_insert(Relation relation, TupleTableSlot *slot, CommandId cid, int options,
							 BulkInsertState bistate);
extern void dyn_tuple_insert_speculative(Relation relation, TupleTableSlot *slot, CommandId cid, int options,
										 BulkInsertState bistate, uint32 token);

/* ---- multi_insert.c ---- */
extern void dyn_multi_insert(Relation relation, TupleTableSlot **slots, int nslots, CommandId cid, int options,
							 BulkInsertState bistate);

/* ---- update.c ---- */
extern TM_Result dyn_tuple_update(Relation relation, ItemPointer otid, TupleTableSlot *slot, CommandId cid,
								  Snapshot snapshot, Snapshot crosscheck, bool wait, TM_FailureData *failure,
								  LockTupleMode *lockmode, DynUpdateIndexes *update_indexes);

/* ---- heap_swap.c ---- */
extern double dyn_index_build_range_scan(Relation table, Relation index, IndexInfo *info, bool allow_sync,
										 bool anyvisible, bool progress, BlockNumber start, BlockNumber nblocks,
										 IndexBuildCallback callback, void *state, TableScanDesc scan);
extern void dyn_index_validate_scan(Relation table, Relation index, IndexInfo *info, Snapshot snapshot,
									ValidateIndexState *state);

/* ---- rewrite.c ---- */
extern void dyn_relation_copy_for_cluster(Relation old_table, Relation new_table, Relation index, bool use_sort,
										  TransactionId oldest_xmin, TransactionId *xid_cutoff,
										  MultiXactId *multi_cutoff, double *num_tuples, double *tups_vacuumed,
										  double *tups_recently_dead);

#endif							/* DYN_TABLEAM_CALLBACKS_H */
