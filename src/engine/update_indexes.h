/*-------------------------------------------------------------------------
 *
 * update_indexes.h
 *	  GlobalSecondaryIndexUpdates of UpdateTable.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_UPDATE_INDEXES_H
#define DYN_ENGINE_UPDATE_INDEXES_H

#include "engine/table_operations.h"

/* Check what needs no look at the table. */
extern void dyn_index_updates_check(const UpdateTableRequest *request);

/*
 * Check and write the rows of dynamo.indexes.  "row" is the table as it will
 * be, "before" as it was; its name is locked.
 */
extern void dyn_index_updates_apply(const UpdateTableRequest *request, const DynTableRow *row,
									const DynTableRow *before, TimestampTz now);

/*
 * Give the indexes of a description the states, and the throughput, that the
 * service answers with.  "indexes_before" are their rows as they were.
 */
extern void dyn_index_updates_describe(const UpdateTableRequest *request, const DynTableRow *before,
									   List *indexes_before, DynTableDescription *description);

/* Is there an index to be created or deleted? */
extern bool dyn_index_updates_need_work(const UpdateTableRequest *request);

/* Raise unless the owner of a relation may create an index of it. */
extern void dyn_index_check_may_create(Oid relid);

#endif							/* DYN_ENGINE_UPDATE_INDEXES_H */
