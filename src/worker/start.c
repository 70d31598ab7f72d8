/*-------------------------------------------------------------------------
 *
 * start.c
 *	  Asking the postmaster for a worker's process.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "worker/shared.h"

/* After a failure a worker is started again in 1, 2, 4 ... seconds, at most this many. */
#define LONGEST_DELAY	64

/* One that ran so long did not fail because of how it was started. */
#define LONG_RUN_MS		(60 * 1000)

bool
dyn_worker_start(DynWorkerSlot *slot, const char *database_name)
{
	BackgroundWorker worker = {0};
	const char *kind = dyn_worker_kinds[slot->kind]->name;
	uint32		generation;
	bool		started;

	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	slot->state = DYN_SLOT_STARTING;
	slot->since = GetCurrentTimestamp();
	slot->stopping = slot->woken = false;
	generation = ++slot->generation;
	LWLockRelease(dyn_worker_shared->lock);

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = dyn_worker_kinds[slot->kind]->on_standby ?
		BgWorkerStart_ConsistentState : BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;	/* whoever starts it starts it again */
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "dynamo");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "dyn_worker_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "dynamo %s in %s", kind, database_name);
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "dynamo %s", kind);
	worker.bgw_main_arg = Int32GetDatum((int32) (slot - dyn_worker_shared->slots));
	memcpy(worker.bgw_extra, &generation, sizeof(generation));
	worker.bgw_notify_pid = MyProcPid;

	started = RegisterDynamicBackgroundWorker(&worker, NULL);
	if (!started)
	{
		LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
		if (slot->generation == generation && slot->state == DYN_SLOT_STARTING)
			dyn_worker_failed(slot);
		LWLockRelease(dyn_worker_shared->lock);
	}
	return started;
}

void
dyn_worker_failed(DynWorkerSlot *slot)
{
	TimestampTz now = GetCurrentTimestamp();
	int			delay;

	if (slot->state == DYN_SLOT_RUNNING && TimestampDifferenceExceeds(slot->since, now, LONG_RUN_MS))
		slot->failures = 0;
	delay = slot->failures < 6 ? 1 << slot->failures : LONGEST_DELAY;
	slot->failures++;
	slot->state = DYN_SLOT_FAILED;
	slot->since = now;
	slot->start_at = TimestampTzPlusMilliseconds(now, delay * 1000L);
}
