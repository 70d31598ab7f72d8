/*-------------------------------------------------------------------------
 *
 * notice.c
 *	  Telling those who wait for records that there are new ones.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "port/atomics.h"
#include "storage/condition_variable.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "stream/notice.h"
#include "stream/stream.h"
#include "worker/worker.h"

typedef struct StreamNotices
{
	pg_atomic_uint64 count;
	ConditionVariable changed;
} StreamNotices;

/* NULL where the library was not preloaded. */
static StreamNotices *notices = NULL;

static shmem_request_hook_type next_request_hook = NULL;
static shmem_startup_hook_type next_startup_hook = NULL;

static void request(void);
static void startup(void);

void
dyn_stream_notice_init(void)
{
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	next_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	next_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
}

static void
request(void)
{
	if (next_request_hook)
		next_request_hook();
	RequestAddinShmemSpace(sizeof(StreamNotices));
}

static void
startup(void)
{
	bool		found;

	if (next_startup_hook)
		next_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	notices = ShmemInitStruct("dynamo stream notices", sizeof(StreamNotices), &found);
	if (!found)
	{
		pg_atomic_init_u64(&notices->count, 0);
		ConditionVariableInit(&notices->changed);
	}
	LWLockRelease(AddinShmemInitLock);
}

uint64
dyn_stream_notices(void)
{
	return notices == NULL ? 0 : pg_atomic_read_u64(&notices->count);
}

void
dyn_stream_notify(void)
{
	if (notices == NULL)
		return;
	pg_atomic_fetch_add_u64(&notices->count, 1);
	ConditionVariableBroadcast(&notices->changed);
}

void
dyn_stream_wait(uint64 seen, long timeout_ms)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms);

	if (notices == NULL)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, timeout_ms, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		return;
	}
	ConditionVariablePrepareToSleep(&notices->changed);
	while (pg_atomic_read_u64(&notices->count) == seen)
	{
		long		left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);

		if (left_ms <= 0 || ConditionVariableTimedSleep(&notices->changed, left_ms, PG_WAIT_EXTENSION))
			break;
	}
	ConditionVariableCancelSleep();
}

void
dyn_stream_worker_wait(uint64 seen, long timeout_ms)
{
	if (notices == NULL)
	{
		dyn_worker_wait(timeout_ms);
		return;
	}

	/* A broadcast sets the latch of who is in the queue. */
	ConditionVariablePrepareToSleep(&notices->changed);
	if (pg_atomic_read_u64(&notices->count) == seen)
		dyn_worker_wait(timeout_ms);
	ConditionVariableCancelSleep();
}
