/*-------------------------------------------------------------------------
 *
 * shared.h
 *	  What the workers of the endpoint share, in shared memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_SHARED_H
#define DYN_HTTP_SHARED_H

#include "port/atomics.h"
#include "storage/lwlock.h"

/* dynamo.http_workers has no greater value. */
#define DYN_MAX_HTTP_WORKERS	64

/* One worker; each in cache lines of its own. */
typedef union DynHttpWorker
{
	struct
	{
		/* Has it committed what it has not flushed yet? */
		pg_atomic_uint32 unflushed;

		/* The port that it listens to, or 0; the lock protects it. */
		int			port;
	};
	char		padding[128];
} DynHttpWorker;

typedef struct DynHttpShared
{
	LWLock	   *lock;
	pg_atomic_uint64 body_memory;
	DynHttpWorker workers[DYN_MAX_HTTP_WORKERS];
} DynHttpShared;

/* NULL where the library was not preloaded. */
extern DynHttpShared *dyn_http_shared;

/* Ask for the memory.  Called once, from _PG_init. */
extern void dyn_http_shared_init(void);

#endif							/* DYN_HTTP_SHARED_H */
