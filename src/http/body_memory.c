/*-------------------------------------------------------------------------
 *
 * body_memory.c
 *	  The memory that the buffers of all connections of all workers may take
 *	  together (dynamo.http_body_memory).
 *
 * What is in these buffers came from clients that nobody has asked yet who
 * they are: a signature covers the whole body.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "storage/ipc.h"

#include "http/connection.h"
#include "http/metrics.h"
#include "http/settings.h"
#include "http/shared.h"

/* What this process has taken of it. */
static uint64 taken = 0;
static bool gives_back = false;

static void give_back(int code, Datum argument);

bool
dyn_body_memory_take(size_t bytes)
{
	if (bytes == 0)
		return true;
	if (!gives_back)
	{
		on_shmem_exit(give_back, (Datum) 0);
		gives_back = true;
	}
	if (pg_atomic_fetch_add_u64(&dyn_http_shared->body_memory, bytes) + bytes > (uint64) dyn_http_body_memory * 1024)
	{
		pg_atomic_fetch_sub_u64(&dyn_http_shared->body_memory, bytes);
		return false;
	}
	taken += bytes;
	dyn_metrics_set(DYN_GAUGE_BODY_BYTES, taken);
	return true;
}

void
dyn_body_memory_give(size_t bytes)
{
	if (bytes == 0)
		return;
	pg_atomic_fetch_sub_u64(&dyn_http_shared->body_memory, bytes);
	taken -= bytes;
	dyn_metrics_set(DYN_GAUGE_BODY_BYTES, taken);
}

static void
give_back(int code, Datum argument)
{
	pg_atomic_fetch_sub_u64(&dyn_http_shared->body_memory, taken);
	taken = 0;
}
