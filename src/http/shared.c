/*-------------------------------------------------------------------------
 *
 * shared.c
 *	  Shared memory of the endpoint.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"

#include "http/shared.h"

#define TRANCHE	"dynamo endpoint"

DynHttpShared *dyn_http_shared = NULL;

static shmem_request_hook_type next_request_hook = NULL;
static shmem_startup_hook_type next_startup_hook = NULL;

static void request(void);
static void startup(void);

void
dyn_http_shared_init(void)
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
	RequestAddinShmemSpace(sizeof(DynHttpShared));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

static void
startup(void)
{
	bool		found;

	if (next_startup_hook)
		next_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	dyn_http_shared = ShmemInitStruct(TRANCHE, sizeof(DynHttpShared), &found);
	if (!found)
	{
		memset(dyn_http_shared, 0, sizeof(DynHttpShared));
		dyn_http_shared->lock = &GetNamedLWLockTranche(TRANCHE)->lock;
		pg_atomic_init_u64(&dyn_http_shared->body_memory, 0);
		for (int i = 0; i < DYN_MAX_HTTP_WORKERS; i++)
			pg_atomic_init_u32(&dyn_http_shared->workers[i].unflushed, 0);
	}
	LWLockRelease(AddinShmemInitLock);
}
