/*-------------------------------------------------------------------------
 *
 * metrics.h
 *	  What the endpoint counts, for GET /metrics.
 *
 * Counts are in shared memory, of all workers together since the server
 * started; gauges are each worker's own, and are added up when they are read.
 * Without shared memory (the library was not preloaded) nothing is counted.
 *
 * What requests consume is metered only while somebody reads it: measuring
 * items costs time that most would pay for nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_METRICS_H
#define DYN_HTTP_METRICS_H

#include "lib/stringinfo.h"

#include "api/dispatch.h"

/* Most workers that the endpoint can have. */
#define DYN_METRICS_MAX_WORKERS		64

/* Numbers that only rise: one row in metrics.c each. */
typedef enum DynMetricsCount
{
	DYN_COUNT_CONNECTIONS,		/* accepted */
	DYN_COUNT_CONNECTIONS_REFUSED,	/* for want of descriptors, or of memory */
	DYN_COUNT_CONNECTIONS_TIMED_OUT,
	DYN_COUNT_TLS_FAILURES,		/* handshakes that failed; counted in tls.c */
	DYN_COUNT_BAD_REQUESTS,		/* what was no HTTP, or too large, or had to wait for memory too long */
	DYN_COUNT_BYTES_RECEIVED,
	DYN_COUNT_BYTES_SENT,
	DYN_COUNT_PARKED,			/* requests that found a row locked */
	DYN_COUNT_FLUSHES,			/* of the WAL, each for a round of requests */
	DYN_NCOUNTS
} DynMetricsCount;

/* Numbers that rise and fall, of one worker: one row in metrics.c each. */
typedef enum DynMetricsGauge
{
	DYN_GAUGE_CONNECTIONS,
	DYN_GAUGE_BODY_BYTES,		/* memory that bodies of requests take */
	DYN_GAUGE_PARKED,			/* requests that wait for a lock now */
	DYN_NGAUGES
} DynMetricsGauge;

/* Ask for shared memory.  Called once, from _PG_init. */
extern void dyn_metrics_init(void);

/* A worker begins: its number is less than DYN_METRICS_MAX_WORKERS.  Its gauges are 0, now and when it has ended. */
extern void dyn_metrics_begin_worker(int number);

extern void dyn_metrics_add(DynMetricsCount count, uint64 n);
#define dyn_metrics_count(count) dyn_metrics_add(count, 1)

extern void dyn_metrics_set(DynMetricsGauge gauge, uint64 value);

/*
 * Around each request of an operation, in the process that runs it:
 * dyn_metrics_begin_request before it is run (again, if it was parked),
 * dyn_metrics_end_request when its answer is complete.  "operation" is NULL
 * where the request named none that is built, "error" is the name of the
 * error on the wire ("ValidationException"), NULL where there was none, and
 * "microseconds" is the time since the request was complete.
 */
extern void dyn_metrics_begin_request(void);
extern void dyn_metrics_end_request(const DynOperation *operation, const char *error, uint64 microseconds);

/* May the other side of a connection see them?  dynamo.http_metrics says. */
extern bool dyn_metrics_may_see(int fd);

/* Append everything in the text format of Prometheus, version 0.0.4. */
#define DYN_METRICS_CONTENT_TYPE	"text/plain; version=0.0.4; charset=utf-8"
extern void dyn_metrics_text(StringInfo out);

/* Append what is behind in the background (metrics_backlog.c).  Outside transactions. */
extern void dyn_metrics_backlog_text(StringInfo out);

#endif							/* DYN_HTTP_METRICS_H */
