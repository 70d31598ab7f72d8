/*-------------------------------------------------------------------------
 *
 * mapping.h
 *	  Event source mappings: functions that are called with the records of
 *	  streams.
 *
 * A mapping has as many lanes as its parallelization says.  Each lane is a
 * worker (a task of the housekeeping worker), which reads the stream in the
 * order of commits, leaves out the partition keys of other lanes, and calls
 * the function with batches of records.  How far it has got is written in the
 * transaction of the call, so each record takes effect once.
 *
 * The mapping's lock (dyn_mapping_lock) is held in share mode by a lane's
 * transaction, and exclusively by who pauses or deletes it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_MAPPING_H
#define DYN_STREAM_MAPPING_H

#include "storage/lockdefs.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "stream/stream.h"
#include "worker/worker.h"

#define DYN_MAX_PARALLELIZATION		10
#define DYN_MAX_BATCH_SIZE			10000
#define DYN_MAX_RETRIES				10000

/* The argument of a lane's task. */
#define DYN_LANES_OF_NUMBER			16
#define dyn_mapping_task_argument(number, lane) ((Oid) ((number) * DYN_LANES_OF_NUMBER + (lane)))

typedef struct DynMapping
{
	pg_uuid_t	id;
	int32		number;
	Oid			role;
	char	   *table_name;
	char	   *label;			/* NULL: all streams of the table, one after the other */
	char	   *function;
	int			batch_size;
	long		window_ms;
	Jsonb	   *filter;			/* or NULL */
	int			max_retries;	/* -1: without end */
	bool		bisect;
	int			parallelization;
	Oid			on_failure;		/* InvalidOid: dynamo.dead_letters */
} DynMapping;

/* How far a lane has got. */
typedef struct DynLane
{
	char	   *label;			/* of the stream; NULL: of the first that there is */
	bool		has_position;
	DynSequence position;		/* of the last record that is done with */
} DynLane;

/* ---- mapping_catalog.c; results are palloc'd, and need a transaction ---- */

/* Run a statement on our own tables, whatever the current user may do.  Returns the number of rows. */
extern uint64 dyn_own_execute(const char *statement, int nargs, Oid *types, Datum *values, const char *nulls);

extern void dyn_mapping_lock(int32 number, LOCKMODE lockmode);

/* Find a mapping that is not paused. */
extern bool dyn_mapping_find(int32 number, DynMapping *mapping);

/* The lanes of all mappings that are not paused, as arguments of tasks; List of OIDs. */
extern List *dyn_mapping_lanes(void);

/* Read a lane's row, or make it. */
extern void dyn_lane_read(const DynMapping *mapping, int lane, DynLane *result);

/* Write down how far a lane has got: with a call of the function, or without (no records). */
extern void dyn_lane_advance(const DynMapping *mapping, int lane, const DynLane *to, int records);

/* Write down that records were given up. */
extern void dyn_lane_bury(const DynMapping *mapping, int lane, const DynLane *to, int records);

/* Write down why a call failed. */
extern void dyn_lane_failed(const DynMapping *mapping, int lane, const char *message);

/* ---- mapping_batch.c ---- */

/* What one attempt is to do, and what came of it. */
typedef struct DynBatch
{
	int			lane;
	int			limit;			/* most records */
	bool		bury;			/* give the batch up instead of calling the function */
	int			attempts;		/* for the dead letter */
	const char *message;		/* for the dead letter */
	TimestampTz waiting_since;	/* of the first record that waits for others; 0: none does */

	bool		gone;			/* the mapping is paused, or not there any more */
	int			count;			/* records of the batch */
	bool		poisoned;		/* its record cannot be jsonb */
	bool		moved;			/* the lane has got further */
	long		wait_ms;		/* look again after so long, at the latest */
} DynBatch;

/* Take the next batch of a mapping through, in a transaction of its own.  Outside transactions; raises. */
extern void dyn_mapping_run_batch(const DynMapping *mapping, DynBatch *batch);

/* ---- mapping_task.c ---- */

/* Register the task and the housekeeping worker's duty.  Called once, from _PG_init. */
extern void dyn_mapping_init(void);

/* End the tasks of a mapping that are running. */
extern void dyn_mapping_cancel(int32 number);

#endif							/* DYN_STREAM_MAPPING_H */
