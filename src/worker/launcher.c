/*-------------------------------------------------------------------------
 *
 * launcher.c
 *	  The launcher: keeps the workers that there should be.
 *
 * Each time it is woken it asks which databases want workers, and compares
 * that with the slots.  It is woken by a commit that changed the settings of a
 * database, or an extension; by a worker that ended; by SIGHUP; and after
 * dynamo.naptime, for what nobody announces.
 *
 * A launcher that is started again finds the workers in their slots and keeps
 * them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "worker/shared.h"

/* How often a standby looks whether it is one still, which nobody tells. */
#define STANDBY_MS		1000

/* A process that has not begun by then never will. */
#define STARTING_MS		(60 * 1000)

/* One worker that there should be. */
typedef struct Wanted
{
	const DynWorkerDatabase *database;
	int			kind;
	int			number;
	Oid			role;
} Wanted;

static void leave(int code, Datum argument);
static long keep_workers(void);
static List *list_wanted(List *databases);
static void stop_unwanted(List *wanted, List *databases);
static long start_wanted(List *wanted);
static void warn_of_shortage(int nwanted, int nmissing);

void
dyn_launcher_register(void)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_ConsistentState;
	worker.bgw_restart_time = 1;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "dynamo");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "dyn_launcher_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "dynamo launcher");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "dynamo launcher");
	RegisterBackgroundWorker(&worker);
}

void
dyn_launcher_main(Datum argument)
{
	MemoryContext round;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();

	/* No database: it sees the shared catalogs, and is in nobody's way. */
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	dyn_worker_fix_settings(false);

	before_shmem_exit(leave, (Datum) 0);
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	dyn_worker_shared->launcher = MyLatch;
	LWLockRelease(dyn_worker_shared->lock);

	round = AllocSetContextCreate(TopMemoryContext, "dynamo launcher", ALLOCSET_DEFAULT_SIZES);
	for (;;)
	{
		long		wait_ms;

		MemoryContextSwitchTo(round);
		MemoryContextReset(round);
		dyn_worker_says("looking for databases that want workers");
		wait_ms = keep_workers();
		if (RecoveryInProgress())
			wait_ms = Min(wait_ms, STANDBY_MS);
		MemoryContextSwitchTo(TopMemoryContext);
		dyn_worker_wait(Min(wait_ms, dyn_naptime * 1000L));
	}
}

static void
leave(int code, Datum argument)
{
	LWLockReleaseAll();
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	dyn_worker_shared->launcher = NULL;
	LWLockRelease(dyn_worker_shared->lock);
}

/* Returns after how many milliseconds something is to be started again. */
static long
keep_workers(void)
{
	List	   *databases = dyn_worker_databases();
	List	   *wanted = list_wanted(databases);

	stop_unwanted(wanted, databases);
	return start_wanted(wanted);
}

/* Which workers should there be?  List of Wanted *. */
static List *
list_wanted(List *databases)
{
	List	   *wanted = NIL;
	MemoryContext context = CurrentMemoryContext;
	ListCell   *cell;

	StartTransactionCommand();
	MemoryContextSwitchTo(context);
	for (int kind = 0; kind < dyn_worker_nkinds; kind++)
	{
		const DynWorkerKind *registered = dyn_worker_kinds[kind];
		Oid			role = InvalidOid;

		if (registered->count == NULL || (!registered->on_standby && RecoveryInProgress()))
			continue;
		if (registered->role != NULL)
		{
			role = get_role_oid(registered->role, true);
			if (!OidIsValid(role))
				continue;		/* CREATE ROLE, and the next look finds it */
		}
		foreach(cell, databases)
		{
			const DynWorkerDatabase *database = lfirst(cell);
			int			count = database->opted_in || registered->without_opting_in ? registered->count(database) : 0;

			for (int number = 0; number < count; number++)
			{
				Wanted	   *worker = palloc(sizeof(Wanted));

				worker->database = database;
				worker->kind = kind;
				worker->number = number;
				worker->role = role;
				wanted = lappend(wanted, worker);
			}
		}
	}
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
	return wanted;
}

/* A task is wanted as long as its database is; the others are named one by one. */
static bool
is_wanted(const DynWorkerSlot *slot, List *wanted, List *databases)
{
	ListCell   *cell;

	if (dyn_worker_kinds[slot->kind]->count == NULL)
	{
		foreach(cell, databases)
		{
			const DynWorkerDatabase *database = lfirst(cell);

			if (database->oid == slot->database)
				return database->opted_in;
		}
		return false;
	}
	foreach(cell, wanted)
	{
		const Wanted *worker = lfirst(cell);

		if (worker->kind == slot->kind && worker->database->oid == slot->database &&
			worker->number == slot->number && worker->role == slot->role)
			return true;
	}
	return false;
}

static void
stop_unwanted(List *wanted, List *databases)
{
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

		if (slot->state == DYN_SLOT_FREE || is_wanted(slot, wanted, databases))
			continue;
		if (slot->state == DYN_SLOT_RUNNING)
		{
			/* Once: it may have something to bring to an end. */
			if (!slot->stopping)
				kill(slot->pid, SIGTERM);
			slot->stopping = true;
		}
		else
			slot->state = DYN_SLOT_FREE;	/* one that is starting will find that out */
	}
	LWLockRelease(dyn_worker_shared->lock);
}

/* Is a process to be started for this worker now?  If it is later, lower "wait_ms". */
static DynWorkerSlot *
slot_to_start(const Wanted *worker, TimestampTz now, long *wait_ms)
{
	DynWorkerSlot *slot = dyn_worker_find_slot(worker->kind, worker->database->oid, worker->number, InvalidOid);

	if (slot == NULL)
	{
		slot = dyn_worker_take_slot(worker->kind, worker->database->oid, worker->number, InvalidOid);
		if (slot != NULL)
			slot->role = worker->role;
		return slot;
	}
	if (slot->state == DYN_SLOT_STARTING && TimestampDifferenceExceeds(slot->since, now, STARTING_MS))
		dyn_worker_failed(slot);
	if (slot->state == DYN_SLOT_ENDED && slot->woken)
		return slot;
	if (slot->state == DYN_SLOT_FAILED)
	{
		if (slot->start_at <= now)
			return slot;
		*wait_ms = Min(*wait_ms, TimestampDifferenceMilliseconds(now, slot->start_at));
	}
	return NULL;
}

static long
start_wanted(List *wanted)
{
	long		wait_ms = PG_INT32_MAX;
	int			nmissing = 0;
	ListCell   *cell;

	foreach(cell, wanted)
	{
		const Wanted *worker = lfirst(cell);
		DynWorkerSlot *slot;

		LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
		slot = slot_to_start(worker, GetCurrentTimestamp(), &wait_ms);
		LWLockRelease(dyn_worker_shared->lock);

		if (slot != NULL && !dyn_worker_start(slot, worker->database->name))
		{
			nmissing++;
			wait_ms = Min(wait_ms, TimestampDifferenceMilliseconds(GetCurrentTimestamp(), slot->start_at));
		}
	}
	warn_of_shortage(list_length(wanted), nmissing);
	return wait_ms;
}

/* Say that max_worker_processes is too small, once for every number of workers that are missing. */
static void
warn_of_shortage(int nwanted, int nmissing)
{
	static int	last_wanted = 0;

	if (nmissing == 0 || nwanted == last_wanted)
		return;
	last_wanted = nwanted;
	ereport(WARNING,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("%d of %d workers of dynamo could not be started", nmissing, nwanted),
			 errdetail("max_worker_processes is %d; parallel query, logical replication and other extensions use them, too.",
					   max_worker_processes),
			 errhint("Set max_worker_processes to at least %d and restart the server.", max_worker_processes + nmissing)));
}
