/*-------------------------------------------------------------------------
 *
 * tasks.c
 *	  Workers that a worker starts, one for each argument.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "worker/shared.h"

/* The postmaster forks at once; what has not begun by then never will. */
#define STARTING_MS		(60 * 1000)

static DynTaskState state_of(const DynWorkerSlot *slot);

bool
dyn_worker_start_task(int kind, Oid argument)
{
	DynWorkerSlot *slot;
	char		database_name[16];

	Assert(dyn_worker_my_slot != NULL);
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	slot = dyn_worker_find_slot(kind, MyDatabaseId, 0, argument);
	if (slot != NULL && state_of(slot) == DYN_TASK_RUNNING)
	{
		LWLockRelease(dyn_worker_shared->lock);
		return true;
	}
	if (slot == NULL)
		slot = dyn_worker_take_slot(kind, MyDatabaseId, 0, argument);
	if (slot != NULL)
	{
		slot->state = DYN_SLOT_STARTING;
		slot->starter = (int) (dyn_worker_my_slot - dyn_worker_shared->slots);
	}
	LWLockRelease(dyn_worker_shared->lock);

	if (slot == NULL)
		return false;
	snprintf(database_name, sizeof(database_name), "%u", MyDatabaseId);
	if (dyn_worker_start(slot, database_name))
		return true;

	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	slot->state = DYN_SLOT_FREE;
	LWLockRelease(dyn_worker_shared->lock);
	return false;
}

int
dyn_worker_count_tasks(int kind)
{
	int			count = 0;

	LWLockAcquire(dyn_worker_shared->lock, LW_SHARED);
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		const DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

		if (slot->state != DYN_SLOT_FREE && slot->kind == kind && slot->database == MyDatabaseId &&
			state_of(slot) == DYN_TASK_RUNNING)
			count++;
	}
	LWLockRelease(dyn_worker_shared->lock);
	return count;
}

DynTaskState
dyn_worker_task_state(int kind, Oid argument)
{
	DynTaskState state = DYN_TASK_NONE;
	DynWorkerSlot *slot;

	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	slot = dyn_worker_find_slot(kind, MyDatabaseId, 0, argument);
	if (slot != NULL)
	{
		state = state_of(slot);
		if (state != DYN_TASK_RUNNING)
			slot->state = DYN_SLOT_FREE;
	}
	LWLockRelease(dyn_worker_shared->lock);
	return state;
}

void
dyn_worker_forget_tasks(int kind)
{
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

		if (slot->state != DYN_SLOT_FREE && slot->kind == kind && slot->database == MyDatabaseId &&
			state_of(slot) != DYN_TASK_RUNNING)
			slot->state = DYN_SLOT_FREE;
	}
	LWLockRelease(dyn_worker_shared->lock);
}

void
dyn_worker_cancel_task(int kind, Oid argument)
{
	DynWorkerSlot *slot;

	if (dyn_worker_shared == NULL)
		return;
	LWLockAcquire(dyn_worker_shared->lock, LW_SHARED);
	slot = dyn_worker_find_slot(kind, MyDatabaseId, 0, argument);
	if (slot != NULL && slot->state == DYN_SLOT_RUNNING)
		kill(slot->pid, SIGTERM);
	LWLockRelease(dyn_worker_shared->lock);
}

static DynTaskState
state_of(const DynWorkerSlot *slot)
{
	switch (slot->state)
	{
		case DYN_SLOT_FREE:
			return DYN_TASK_NONE;
		case DYN_SLOT_STARTING:
			return TimestampDifferenceExceeds(slot->since, GetCurrentTimestamp(), STARTING_MS) ?
				DYN_TASK_FAILED : DYN_TASK_RUNNING;
		case DYN_SLOT_RUNNING:
			return DYN_TASK_RUNNING;
		case DYN_SLOT_ENDED:
			return DYN_TASK_DONE;
		case DYN_SLOT_FAILED:
			return DYN_TASK_FAILED;
	}
	return DYN_TASK_NONE;		/* not reached */
}
