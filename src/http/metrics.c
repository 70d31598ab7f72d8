/*-------------------------------------------------------------------------
 *
 * metrics.c
 *	  What the endpoint counts, in shared memory and as text.
 *
 * Numbers are changed atomically and read without a lock, so what is read
 * together may be a request apart.  A worker that dies leaves its gauges to
 * be zeroed: on its way out, or, if it could not, by the next one of its
 * number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "api/capacity_json.h"
#include "base/compat.h"
#include "http/metrics.h"
#include "http/settings.h"

/* For how long after somebody has read them consumed units are metered. */
#define METERED_FOR_MS	(15 * 60 * 1000)

/* Errors by their names on the wire; the last is for any other. */
static const char *const errors[] = {
#define DYN_ERROR(symbol, a, b, c, wire_name, wire_namespace, http_status) wire_name,
#include "base/errors.def"
#undef DYN_ERROR
	"other"
};

/* All operations of the API; the last is for what is none, or not built. */
static const char *const operations[] = {
#define DYN_OPERATION(name, sql_name, input) #name,
#define DYN_STREAMS_OPERATION(name, sql_name, input) #name,
#define DYN_UNBUILT(name) #name,
#include "api/operations.def"
#undef DYN_OPERATION
#undef DYN_STREAMS_OPERATION
#undef DYN_UNBUILT
	"unknown"
};

#define NERRORS			lengthof(errors)
#define NOPERATIONS		lengthof(operations)

/* Upper limits of the buckets of latency, in microseconds and as text in seconds. */
static const struct
{
	uint64		microseconds;
	const char *seconds;
}			buckets[] = {
	{100, "0.0001"}, {250, "0.00025"}, {500, "0.0005"},
	{1000, "0.001"}, {2500, "0.0025"}, {5000, "0.005"},
	{10000, "0.01"}, {25000, "0.025"}, {50000, "0.05"},
	{100000, "0.1"}, {250000, "0.25"}, {500000, "0.5"},
	{1000000, "1"}, {2500000, "2.5"}, {5000000, "5"}, {10000000, "10"},
};

#define NBUCKETS		lengthof(buckets)

typedef struct Metric
{
	const char *name;
	const char *help;
} Metric;

static const Metric counts[DYN_NCOUNTS] = {
	[DYN_COUNT_CONNECTIONS] = {"dynamo_http_connections_total", "Connections that were accepted."},
	[DYN_COUNT_CONNECTIONS_REFUSED] = {"dynamo_http_connections_refused_total", "Connections that were closed at once, because there were too many."},
	[DYN_COUNT_CONNECTIONS_TIMED_OUT] = {"dynamo_http_connections_timed_out_total", "Connections that were closed because the client was too slow."},
	[DYN_COUNT_TLS_FAILURES] = {"dynamo_http_tls_failures_total", "TLS handshakes that failed."},
	[DYN_COUNT_BAD_REQUESTS] = {"dynamo_http_bad_requests_total", "Requests that were refused before an operation was looked for."},
	[DYN_COUNT_BYTES_RECEIVED] = {"dynamo_http_received_bytes_total", "Bytes received, without those of TLS."},
	[DYN_COUNT_BYTES_SENT] = {"dynamo_http_sent_bytes_total", "Bytes sent, without those of TLS."},
	[DYN_COUNT_PARKED] = {"dynamo_http_parked_requests_total", "Requests that found a row locked and were put aside."},
	[DYN_COUNT_FLUSHES] = {"dynamo_http_flushes_total", "Flushes of the write-ahead log before answers."},
};

static const Metric gauges[DYN_NGAUGES] = {
	[DYN_GAUGE_CONNECTIONS] = {"dynamo_http_connections", "Connections that are open."},
	[DYN_GAUGE_BODY_BYTES] = {"dynamo_http_body_bytes", "Memory that bodies of requests take."},
	[DYN_GAUGE_PARKED] = {"dynamo_http_parked_requests", "Requests that wait for a row's lock."},
};

typedef struct OperationCounts
{
	pg_atomic_uint64 requests;
	pg_atomic_uint64 errors[NERRORS];
	pg_atomic_uint64 buckets[NBUCKETS]; /* each by itself; the text adds them up */
	pg_atomic_uint64 microseconds;
	/* thousandths of units: halves are the smallest there are */
	pg_atomic_uint64 read_units;
	pg_atomic_uint64 write_units;
} OperationCounts;

typedef struct Metrics
{
	pg_atomic_uint64 metered_until; /* TimestampTz: somebody has read consumed units not long ago */
	pg_atomic_uint64 counts[DYN_NCOUNTS];
	pg_atomic_uint64 gauges[DYN_METRICS_MAX_WORKERS][DYN_NGAUGES];
	OperationCounts operations[NOPERATIONS];
} Metrics;

static Metrics *metrics = NULL;
static int	my_number = -1;

static shmem_request_hook_type next_request_hook = NULL;
static shmem_startup_hook_type next_startup_hook = NULL;

static void request(void);
static void startup(void);
static void end_worker(int code, Datum argument);
static OperationCounts *counts_of(const DynOperation *operation);
static int	error_number(const char *name);
static void add(pg_atomic_uint64 *counter, uint64 n);
static void write_head(StringInfo out, const char *name, const char *type, const char *help);
static void write_operations(StringInfo out);
static void write_errors(StringInfo out);
static void write_latencies(StringInfo out);
static void write_units(StringInfo out);

void
dyn_metrics_init(void)
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
	RequestAddinShmemSpace(sizeof(Metrics));
}

static void
startup(void)
{
	bool		found;

	if (next_startup_hook)
		next_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	metrics = ShmemInitStruct("dynamo metrics", sizeof(Metrics), &found);
	if (!found)
	{
		/* The structure is made of nothing else. */
		for (Size i = 0; i < sizeof(Metrics) / sizeof(pg_atomic_uint64); i++)
			pg_atomic_init_u64((pg_atomic_uint64 *) metrics + i, 0);
	}
	LWLockRelease(AddinShmemInitLock);
}

void
dyn_metrics_begin_worker(int number)
{
	Assert(number >= 0 && number < DYN_METRICS_MAX_WORKERS);
	my_number = number;
	end_worker(0, (Datum) 0);
	before_shmem_exit(end_worker, (Datum) 0);
}

static void
end_worker(int code, Datum argument)
{
	for (int i = 0; i < DYN_NGAUGES; i++)
		dyn_metrics_set(i, 0);
}

void
dyn_metrics_add(DynMetricsCount count, uint64 n)
{
	if (metrics != NULL)
		add(&metrics->counts[count], n);
}

void
dyn_metrics_set(DynMetricsGauge gauge, uint64 value)
{
	if (metrics != NULL && my_number >= 0)
		pg_atomic_write_u64(&metrics->gauges[my_number][gauge], value);
}

static void
add(pg_atomic_uint64 *counter, uint64 n)
{
	(void) pg_atomic_fetch_add_u64(counter, (int64) n);
}

void
dyn_metrics_begin_request(void)
{
	dyn_capacity_meter.on = metrics != NULL &&
		pg_atomic_read_u64(&metrics->metered_until) > (uint64) GetCurrentTimestamp();
	dyn_capacity_meter.read = 0;
	dyn_capacity_meter.write = 0;
}

void
dyn_metrics_end_request(const DynOperation *operation, const char *error, uint64 microseconds)
{
	OperationCounts *its;

	if (metrics == NULL)
		return;
	its = counts_of(operation);
	add(&its->requests, 1);
	add(&its->microseconds, microseconds);
	for (int i = 0; i < NBUCKETS; i++)
	{
		if (microseconds <= buckets[i].microseconds)
		{
			add(&its->buckets[i], 1);
			break;
		}
	}
	if (error != NULL)
		add(&its->errors[error_number(error)], 1);
	if (dyn_capacity_meter.read > 0)
		add(&its->read_units, (uint64) (dyn_capacity_meter.read * 1000));
	if (dyn_capacity_meter.write > 0)
		add(&its->write_units, (uint64) (dyn_capacity_meter.write * 1000));
	dyn_capacity_meter.on = false;
}

static OperationCounts *
counts_of(const DynOperation *operation)
{
	return &metrics->operations[operation == NULL ? NOPERATIONS - 1 : dyn_operation_number(operation)];
}

static int
error_number(const char *name)
{
	int			number = 0;

	while (number < NERRORS - 1 && strcmp(errors[number], name) != 0)
		number++;
	return number;
}

bool
dyn_metrics_may_see(int fd)
{
	struct sockaddr_storage peer;
	socklen_t	length = sizeof(peer);
	const struct in6_addr *address;

	if (dyn_http_metrics != DYN_METRICS_LOCAL)
		return dyn_http_metrics == DYN_METRICS_ALL;
	if (getpeername(fd, (struct sockaddr *) &peer, &length) != 0)
		return false;
	if (peer.ss_family == AF_INET)
		return ntohl(((struct sockaddr_in *) &peer)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	if (peer.ss_family != AF_INET6)
		return false;
	address = &((struct sockaddr_in6 *) &peer)->sin6_addr;
	return IN6_IS_ADDR_LOOPBACK(address) ||
		(IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == IN_LOOPBACKNET);
}

void
dyn_metrics_text(StringInfo out)
{
	if (metrics == NULL)
		return;
	pg_atomic_write_u64(&metrics->metered_until,
						(uint64) TimestampTzPlusMilliseconds(GetCurrentTimestamp(), METERED_FOR_MS));

	write_operations(out);
	write_errors(out);
	write_latencies(out);
	write_units(out);
	for (int i = 0; i < DYN_NCOUNTS; i++)
	{
		write_head(out, counts[i].name, "counter", counts[i].help);
		appendStringInfo(out, "%s " UINT64_FORMAT "\n", counts[i].name, pg_atomic_read_u64(&metrics->counts[i]));
	}
	for (int i = 0; i < DYN_NGAUGES; i++)
	{
		uint64		sum = 0;

		for (int worker = 0; worker < DYN_METRICS_MAX_WORKERS; worker++)
			sum += pg_atomic_read_u64(&metrics->gauges[worker][i]);
		write_head(out, gauges[i].name, "gauge", gauges[i].help);
		appendStringInfo(out, "%s " UINT64_FORMAT "\n", gauges[i].name, sum);
	}
}

static void
write_head(StringInfo out, const char *name, const char *type, const char *help)
{
	appendStringInfo(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/*
 * Labels need no escapes: they are names of operations and errors, of the
 * lists that these are read from, and never what a client has sent.
 */
static void
write_operations(StringInfo out)
{
	write_head(out, "dynamo_requests_total", "counter", "Requests that were answered, errors included.");
	for (int i = 0; i < NOPERATIONS; i++)
	{
		uint64		n = pg_atomic_read_u64(&metrics->operations[i].requests);

		if (n > 0)
			appendStringInfo(out, "dynamo_requests_total{operation=\"%s\"} " UINT64_FORMAT "\n", operations[i], n);
	}
}

static void
write_errors(StringInfo out)
{
	write_head(out, "dynamo_errors_total", "counter", "Requests that were answered with an error.");
	for (int i = 0; i < NOPERATIONS; i++)
	{
		for (int error = 0; error < NERRORS; error++)
		{
			uint64		n = pg_atomic_read_u64(&metrics->operations[i].errors[error]);

			if (n > 0)
				appendStringInfo(out, "dynamo_errors_total{operation=\"%s\",error=\"%s\"} " UINT64_FORMAT "\n",
								 operations[i], errors[error], n);
		}
	}
}

static void
write_latencies(StringInfo out)
{
	write_head(out, "dynamo_request_seconds", "histogram",
			   "Time from a request's last byte to its answer's readiness.");
	for (int i = 0; i < NOPERATIONS; i++)
	{
		OperationCounts *its = &metrics->operations[i];
		uint64		n = pg_atomic_read_u64(&its->requests);
		uint64		below = 0;

		if (n == 0)
			continue;
		for (int bucket = 0; bucket < NBUCKETS; bucket++)
		{
			below += pg_atomic_read_u64(&its->buckets[bucket]);
			appendStringInfo(out, "dynamo_request_seconds_bucket{operation=\"%s\",le=\"%s\"} " UINT64_FORMAT "\n",
							 operations[i], buckets[bucket].seconds, below);
		}
		/* A request that is being counted may be in a bucket already. */
		n = Max(n, below);
		appendStringInfo(out, "dynamo_request_seconds_bucket{operation=\"%s\",le=\"+Inf\"} " UINT64_FORMAT "\n",
						 operations[i], n);
		appendStringInfo(out, "dynamo_request_seconds_sum{operation=\"%s\"} %.6f\n",
						 operations[i], (double) pg_atomic_read_u64(&its->microseconds) / 1000000.0);
		appendStringInfo(out, "dynamo_request_seconds_count{operation=\"%s\"} " UINT64_FORMAT "\n", operations[i], n);
	}
}

static void
write_units_of(StringInfo out, const char *name, const char *operation, pg_atomic_uint64 *thousandths)
{
	uint64		n = pg_atomic_read_u64(thousandths);

	if (n > 0)
		appendStringInfo(out, "%s{operation=\"%s\"} %.3f\n", name, operation, (double) n / 1000.0);
}

static void
write_units(StringInfo out)
{
	static const char reads[] = "dynamo_consumed_read_capacity_units_total";
	static const char writes[] = "dynamo_consumed_write_capacity_units_total";

	write_head(out, reads, "counter", "Read capacity units of requests that succeeded, metered while this page is read.");
	for (int i = 0; i < NOPERATIONS; i++)
		write_units_of(out, reads, operations[i], &metrics->operations[i].read_units);
	write_head(out, writes, "counter", "Write capacity units of requests that succeeded, metered while this page is read.");
	for (int i = 0; i < NOPERATIONS; i++)
		write_units_of(out, writes, operations[i], &metrics->operations[i].write_units);
}
