/*-------------------------------------------------------------------------
 *
 * shared.c
 *	  Shared memory for the workers, and the registry of their kinds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "worker/shared.h"

#define TRANCHE	"dynamo workers"

DynWorkerShared *dyn_worker_shared = NULL;
const DynWorkerKind *dyn_worker_kinds[DYN_MAX_KINDS];
int			dyn_worker_nkinds = 0;
DynWorkerSlot *dyn_worker_my_slot = NULL;

static shmem_request_hook_type next_request_hook = NULL;
static shmem_startup_hook_type next_startup_hook = NULL;

static void request(void);
static void startup(void);

void
dyn_worker_init(void)
{
	dyn_housekeeping_init();
	dyn_wake_init();

	/* Shared memory and the launcher are only to be had while the server starts. */
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	dyn_worker_shared_init();
	dyn_launcher_register();
}

void
dyn_worker_shared_init(void)
{
	next_request_hook = shmem_request_hook;
	shmem_request_hook = request;
	next_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup;
}

/* More slots than there can be processes: those that have ended keep theirs. */
static int
count_slots(void)
{
	return 4 * max_worker_processes + 16;
}

static Size
shared_size(void)
{
	return add_size(offsetof(DynWorkerShared, slots), mul_size(count_slots(), sizeof(DynWorkerSlot)));
}

static void
request(void)
{
	if (next_request_hook)
		next_request_hook();
	RequestAddinShmemSpace(shared_size());
	RequestNamedLWLockTranche(TRANCHE, 1);
}

static void
startup(void)
{
	bool		found;

	if (next_startup_hook)
		next_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	dyn_worker_shared = ShmemInitStruct("dynamo workers", shared_size(), &found);
	if (!found)
	{
		memset(dyn_worker_shared, 0, shared_size());
		dyn_worker_shared->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		dyn_worker_shared->nslots = count_slots();
	}
	LWLockRelease(AddinShmemInitLock);
}

int
dyn_worker_register(const DynWorkerKind *kind)
{
	if (dyn_worker_nkinds == DYN_MAX_KINDS)
		elog(ERROR, "too many kinds of workers");
	dyn_worker_kinds[dyn_worker_nkinds] = kind;
	return dyn_worker_nkinds++;
}

DynWorkerSlot *
dyn_worker_find_slot(int kind, Oid database, int number, Oid argument)
{
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		DynWorkerSlot *slot = &dyn_worker_shared->slots[i];

		if (slot->state != DYN_SLOT_FREE && slot->kind == kind && slot->database == database &&
			slot->number == number && slot->argument == argument)
			return slot;
	}
	return NULL;
}

DynWorkerSlot *
dyn_worker_take_slot(int kind, Oid database, int number, Oid argument)
{
	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		DynWorkerSlot *slot = &dyn_worker_shared->slots[i];
		uint32		generation = slot->generation;

		if (slot->state != DYN_SLOT_FREE)
			continue;
		memset(slot, 0, sizeof(DynWorkerSlot));
		slot->state = DYN_SLOT_STARTING;
		slot->kind = kind;
		slot->database = database;
		slot->number = number;
		slot->argument = argument;
		slot->starter = -1;
		slot->generation = generation;
		slot->since = GetCurrentTimestamp();
		return slot;
	}
	return NULL;
}

void
dyn_worker_wake_launcher(void)
{
	if (dyn_worker_shared->launcher != NULL)
		SetLatch(dyn_worker_shared->launcher);
}
