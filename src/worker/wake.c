/*-------------------------------------------------------------------------
 *
 * wake.c
 *	  How sessions tell workers and the launcher that there is something new.
 *
 * A transaction notes what it changed, and sets latches once it has committed.
 * Changes that come by plain SQL are seen by a hook, which is there in every
 * session of a server that preloads the library: ALTER DATABASE and ALTER ROLE
 * ... SET, CREATE and DROP EXTENSION, CREATE ROLE, DROP DATABASE.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "catalog/pg_db_role_setting.h"
#include "catalog/pg_extension.h"
#include "miscadmin.h"

#include "worker/shared.h"

static object_access_hook_type next_hook = NULL;

static bool wake_workers = false;
static bool wake_launcher = false;
static bool wake_followers = false;

static void object_changed(ObjectAccessType access, Oid class, Oid object, int column, void *argument);
static void transaction_ended(XactEvent event, void *argument);
static void wake(void);
static void wake_those_that_follow(void);

void
dyn_wake_init(void)
{
	RegisterXactCallback(transaction_ended, NULL);
	if (!process_shared_preload_libraries_in_progress)
		return;
	next_hook = object_access_hook;
	object_access_hook = object_changed;
}

void
dyn_workers_follow_at_commit(void)
{
	wake_followers = true;
}

void
dyn_workers_wake_at_commit(void)
{
	wake_workers = true;
}

bool
dyn_workers_preloaded(void)
{
	return dyn_worker_shared != NULL;
}

bool
dyn_workers_run_here(void)
{
	DynWorkerSlot *slot;
	bool		found;

	if (dyn_worker_shared == NULL)
		return false;
	LWLockAcquire(dyn_worker_shared->lock, LW_SHARED);
	slot = dyn_worker_find_slot(dyn_housekeeping_kind, MyDatabaseId, 0, InvalidOid);
	found = slot != NULL && !slot->stopping;
	LWLockRelease(dyn_worker_shared->lock);
	return found;
}

static void
object_changed(ObjectAccessType access, Oid class, Oid object, int column, void *argument)
{
	if (next_hook)
		next_hook(access, class, object, column, argument);

	if (class == ExtensionRelationId && (access == OAT_POST_CREATE || access == OAT_DROP))
		wake_workers = true;
	else if ((class == DbRoleSettingRelationId && access == OAT_POST_ALTER) ||
			 (class == DatabaseRelationId && (access == OAT_DROP || access == OAT_POST_ALTER)) ||
			 (class == AuthIdRelationId && access == OAT_POST_CREATE))
		wake_launcher = true;
}

static void
transaction_ended(XactEvent event, void *argument)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
			if (wake_workers || wake_launcher)
				wake();
			if (wake_followers)
				wake_those_that_follow();
			break;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:
			break;				/* COMMIT PREPARED is found at the next nap's end */
		default:
			return;
	}
	wake_workers = wake_launcher = wake_followers = false;
}

/* Set the latches. */
static void
wake(void)
{
	if (dyn_worker_shared == NULL)
		return;
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	if (wake_workers)
	{
		for (int i = 0; i < dyn_worker_shared->nslots; i++)
		{
			DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

			if (slot->state == DYN_SLOT_FREE || slot->database != MyDatabaseId || slot->starter >= 0)
				continue;
			if (slot->state == DYN_SLOT_RUNNING)
				SetLatch(slot->latch);

			/* It may be about to end for want of work. */
			slot->woken = true;
			if (slot->state == DYN_SLOT_ENDED)
				wake_launcher = true;
		}
	}
	if (wake_launcher)
		dyn_worker_wake_launcher();
	LWLockRelease(dyn_worker_shared->lock);
}

/* Every write of a table with a stream comes here: others may, too, at the same time. */
static void
wake_those_that_follow(void)
{
	if (dyn_worker_shared == NULL)
		return;
	LWLockAcquire(dyn_worker_shared->lock, LW_SHARED);
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		const DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

		if (slot->state == DYN_SLOT_RUNNING && slot->database == MyDatabaseId &&
			dyn_worker_kinds[slot->kind]->follows_writes)
			SetLatch(slot->latch);
	}
	LWLockRelease(dyn_worker_shared->lock);
}
