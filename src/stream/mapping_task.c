/*-------------------------------------------------------------------------
 *
 * mapping_task.c
 *	  The workers of event source mappings: one task a lane, started by the
 *	  housekeeping worker.
 *
 * A batch that fails is tried again after 0.1, 0.2, 0.4 ... at most 60
 * seconds.  With bisection it is halved at once instead, until one record is
 * left that fails.  After max_retries it is given up: it goes to a dead-letter table.
 * A batch that was tried once has the same records the next time, because a
 * lane takes as many from where it has got to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "stream/mapping.h"
#include "stream/notice.h"

#define FIRST_DELAY_MS		100
#define LONGEST_DELAY_MS	60000

/* Where no process is to be had, or one has failed. */
#define RETRY_MS			5000

static int	mapping_task = -1;

static long keep_tasks(void);
static void mapping_main(const DynWorkerJob *job);

static const DynDuty mapping_duty = {.name = "looking for event source mappings", .run = keep_tasks};
static const DynWorkerKind mapping_kind = {.name = "event source mapping", .main = mapping_main, .keeps_search_path = true};

void
dyn_mapping_init(void)
{
	mapping_task = dyn_worker_register(&mapping_kind);
	dyn_duty_register(&mapping_duty);
}

void
dyn_mapping_cancel(int32 number)
{
	for (int lane = 0; lane < DYN_MAX_PARALLELIZATION; lane++)
		dyn_worker_cancel_task(mapping_task, dyn_mapping_task_argument(number, lane));
}

/* ---- the housekeeping worker ---- */

static List *
find_lanes(void)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *lanes = NIL;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(context);
	if (OidIsValid(get_extension_oid("dynamo", true)))
		lanes = dyn_mapping_lanes();
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
	return lanes;
}

/* Start what does not run.  What has failed is started the next time. */
static long
keep_tasks(void)
{
	List	   *lanes = find_lanes();
	long		again_ms = -1;
	ListCell   *cell;

	foreach(cell, lanes)
	{
		DynTaskState state = dyn_worker_task_state(mapping_task, lfirst_oid(cell));

		if (state == DYN_TASK_RUNNING)
			continue;
		if (state == DYN_TASK_FAILED || !dyn_worker_start_task(mapping_task, lfirst_oid(cell)))
			again_ms = RETRY_MS;
	}

	/* Those of mappings that are paused or gone. */
	dyn_worker_forget_tasks(mapping_task);
	list_free(lanes);
	return again_ms;
}

/* ---- the task ---- */

typedef struct Task
{
	DynMapping	mapping;
	bool		found;
	DynBatch	batch;
	char	   *message;		/* why the last attempt failed */
	int			attempts;		/* calls of the function that failed, of this batch */
	int			outages;		/* failures in a row that are not the function's */
} Task;

static void open_task(void *argument);
static void run_batch(void *argument);
static void note_failure(void *argument);
static void decide(Task *task, long *delay_ms);
static void pause_for(long delay_ms);

static void
mapping_main(const DynWorkerJob *job)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "dynamo event source mapping", ALLOCSET_DEFAULT_SIZES);
	MemoryContext batch_context = AllocSetContextCreate(TopMemoryContext, "dynamo event batch", ALLOCSET_DEFAULT_SIZES);
	Task		task = {.mapping = {.number = (int32) (job->argument / DYN_LANES_OF_NUMBER)}};

	MemoryContextSwitchTo(context);
	if (!dyn_worker_try(open_task, &task, NULL))
		proc_exit(1);
	if (!task.found)
		return;
	task.batch.lane = (int) (job->argument % DYN_LANES_OF_NUMBER);
	task.batch.limit = task.mapping.batch_size;

	for (;;)
	{
		uint64		notices = dyn_stream_notices();
		long		delay_ms = 0;

		MemoryContextSwitchTo(batch_context);
		MemoryContextReset(batch_context);
		dyn_worker_says("reading a stream");
		if (dyn_worker_try(run_batch, &task, &task.message))
		{
			if (task.batch.gone)
				return;
			task.outages = 0;
			if (task.batch.moved)
			{
				task.batch.bury = false;
				task.batch.waiting_since = 0;
				task.attempts = 0;
				task.batch.limit = Min(task.batch.limit * 2, task.mapping.batch_size);
				dyn_worker_interrupts();
				continue;
			}
			if (!task.batch.poisoned)
			{
				dyn_stream_worker_wait(notices, task.batch.wait_ms > 0 ? task.batch.wait_ms : dyn_naptime * 1000L);
				continue;
			}
			task.message = "a record contains U+0000, which jsonb cannot hold";
		}
		(void) dyn_worker_try(note_failure, &task, NULL);
		decide(&task, &delay_ms);
		pause_for(delay_ms);
	}
}

/* Find the mapping, and become its role also for those who ask for the session's user. */
static void
open_task(void *argument)
{
	Task	   *task = argument;
	MemoryContext context = CurrentMemoryContext;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(context);
	task->found = OidIsValid(get_extension_oid("dynamo", true)) &&
		dyn_mapping_find(task->mapping.number, &task->mapping);
	if (task->found)
		SetSessionAuthorization(task->mapping.role, superuser_arg(task->mapping.role));
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
}

static void
run_batch(void *argument)
{
	Task	   *task = argument;

	dyn_mapping_run_batch(&task->mapping, &task->batch);
}

static void
note_failure(void *argument)
{
	Task	   *task = argument;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (OidIsValid(get_extension_oid("dynamo", true)))
		dyn_lane_failed(&task->mapping, task->batch.lane, task->message);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* What is done with a batch that failed, and after how long. */
static void
decide(Task *task, long *delay_ms)
{
	const DynMapping *mapping = &task->mapping;
	DynBatch   *batch = &task->batch;

	if (batch->poisoned && !batch->bury)
	{
		/* No retry would help. */
		batch->limit = 1;
		batch->bury = true;
	}
	else if (batch->bury || batch->count == 0)
	{
		/* It is not the function that fails. */
		*delay_ms = Min(FIRST_DELAY_MS << Min(task->outages, 16), LONGEST_DELAY_MS);
		task->outages++;
		return;
	}
	else if (mapping->bisect && batch->count > 1)
	{
		batch->limit = batch->count / 2;
		task->attempts = 0;
		*delay_ms = FIRST_DELAY_MS;
		return;
	}
	else
	{
		task->attempts++;
		batch->limit = batch->count;
		if (mapping->max_retries >= 0 && task->attempts > mapping->max_retries)
			batch->bury = true;
		else
		{
			*delay_ms = Min(FIRST_DELAY_MS << Min(task->attempts - 1, 16), LONGEST_DELAY_MS);
			return;
		}
	}
	batch->attempts = task->attempts;
	if (batch->message != NULL)
		pfree(unconstify(char *, batch->message));
	batch->message = MemoryContextStrdup(TopMemoryContext, task->message);
	*delay_ms = 0;
}

/* Sleep, whatever wakes us. */
static void
pause_for(long delay_ms)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), delay_ms);

	for (;;)
	{
		long		left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);

		dyn_worker_wait(Max(left_ms, 0));
		if (left_ms <= 0)
			return;
	}
}
