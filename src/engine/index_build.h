/*-------------------------------------------------------------------------
 *
 * index_build.h
 *	  Building and dropping the Postgres indexes of secondary indexes whose
 *	  rows say CREATING or DELETING.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_INDEX_BUILD_H
#define DYN_ENGINE_INDEX_BUILD_H

#include "schema/catalog.h"
#include "worker/worker.h"

/* ---- index_work.c: in the caller's transaction ---- */

/*
 * Can the work on this table be left to workers?  It can where they run and
 * the table is not partitioned, which Postgres cannot index concurrently.
 */
extern bool dyn_index_work_can_wait(Oid relid);

/* Leave it to them: they start when this transaction has committed. */
extern void dyn_index_work_later(void);

/*
 * Do it now, with locks that keep writers out until the transaction ends.
 * The caller has locked the table's name.  Returns the number of indexes.
 */
extern int	dyn_index_work_now(const DynTableRow *row);

/*
 * End what a worker does on this table at the moment, so that its lock can be
 * had.  It begins anew unless there is nothing to do any more.
 */
extern void dyn_index_work_cancel(Oid relid);

/* As dyn_index_work_now, for a table of the caller's; indexes that are gone are made again. */
extern int	dyn_build_indexes(const char *table_name);

/* ---- index_build.c: in workers ---- */

/* The housekeeping worker's duty of having the work done. */
extern const DynDuty dyn_index_build_duty;

/* Register the task that does it.  Called once, from _PG_init. */
extern void dyn_index_build_init(void);

#endif							/* DYN_ENGINE_INDEX_BUILD_H */
