/*-------------------------------------------------------------------------
 *
 * metrics_backlog.c
 *	  GET /metrics: how far behind the work is that goes on in the background.
 *
 * Unlike the counters this is asked of the database, in a transaction of its
 * own, whenever somebody reads the metrics.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "http/metrics.h"
#include "ttl/ttl.h"
#include "worker/worker.h"

/* Expired items of a table are counted so far: requests wait meanwhile. */
#define MOST_EXPIRED	10000

typedef struct Backlog
{
	DynTtlBacklog expired;
	int64		expired_seconds;
} Backlog;

static void look(void *argument);
static void write_gauge(StringInfo out, const char *name, const char *help, int64 value);

void
dyn_metrics_backlog_text(StringInfo out)
{
	Backlog		backlog;

	/* What fails is logged, and left out. */
	if (!dyn_worker_try(look, &backlog, NULL))
		return;
	write_gauge(out, "dynamo_ttl_expired_items", "Items that are expired and still there.", backlog.expired.items);
	write_gauge(out, "dynamo_ttl_lag_seconds", "Time since the first of them expired.", backlog.expired_seconds);
}

static void
look(void *argument)
{
	Backlog    *backlog = argument;
	MemoryContext caller = CurrentMemoryContext;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	backlog->expired_seconds = dyn_ttl_total_backlog(MOST_EXPIRED, &backlog->expired);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

static void
write_gauge(StringInfo out, const char *name, const char *help, int64 value)
{
	appendStringInfo(out, "# HELP %s %s\n# TYPE %s gauge\n%s " INT64_FORMAT "\n", name, help, name, name, value);
}
