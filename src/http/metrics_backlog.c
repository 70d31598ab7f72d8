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
#include "executor/spi.h"
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
	int64		stream_bytes;
	int64		event_source_seconds;
	int64		failing_event_sources;
} Backlog;

static void look(void *argument);
static void look_at_streams(Backlog *backlog);
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
	write_gauge(out, "dynamo_stream_lag_bytes", "Bytes of the write-ahead log that are to be captured for streams.",
				backlog.stream_bytes);
	write_gauge(out, "dynamo_event_source_lag_seconds",
				"Age of the oldest record that an event source mapping is not done with.", backlog.event_source_seconds);
	write_gauge(out, "dynamo_event_sources_failing", "Workers of event source mappings whose last call failed.",
				backlog.failing_event_sources);
}

static void
look(void *argument)
{
	Backlog    *backlog = argument;
	MemoryContext caller = CurrentMemoryContext;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	backlog->expired_seconds = dyn_ttl_total_backlog(MOST_EXPIRED, &backlog->expired);
	look_at_streams(backlog);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

/* Views that everybody may read tell; the database's search_path decides about nothing. */
static void
look_at_streams(Backlog *backlog)
{
	bool		isnull;

	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute("SELECT COALESCE((SELECT bytes_behind FROM dynamo.stream_lag), 0)::pg_catalog.int8, "
					"COALESCE(pg_catalog.max(pg_catalog.date_part('epoch', lag)), 0)::pg_catalog.int8, "
					"pg_catalog.count(*) FILTER (WHERE failures OPERATOR(pg_catalog.>) 0) "
					"FROM dynamo.event_source_mapping_state WHERE state OPERATOR(pg_catalog.=) 'ENABLED'", true, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not read the state of streams");
	backlog->stream_bytes = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	backlog->event_source_seconds = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	backlog->failing_event_sources = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3, &isnull));
	SPI_finish();
}

static void
write_gauge(StringInfo out, const char *name, const char *help, int64 value)
{
	appendStringInfo(out, "# HELP %s %s\n# TYPE %s gauge\n%s " INT64_FORMAT "\n", name, help, name, name, value);
}
