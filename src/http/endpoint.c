/*-------------------------------------------------------------------------
 *
 * endpoint.c
 *	  The workers that serve the DynamoDB protocol: beginning, main loop, end.
 *
 * A worker waits for its sockets with epoll, and for its latch and the end of
 * the postmaster with a WaitEventSet, in which the epoll descriptor is one
 * more thing to wait for.  While there is work, only epoll is asked.
 *
 * SIGTERM drains it: it listens no more, answers what it has received, and
 * ends, within seconds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/pmsignal.h"
#include "utils/backend_status.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "base/compat.h"
#include "base/settings.h"
#include "http/access_keys.h"
#include "http/clients.h"
#include "http/endpoint.h"
#include "http/group_commit.h"
#include "http/listen.h"
#include "http/metrics.h"
#include "http/run.h"
#include "http/settings.h"
#include "http/shared.h"
#include "worker/worker.h"

#define MAX_EVENTS	256

/* How long a worker that is told to end waits for its clients. */
#define DRAIN_MS	2000

/* What it listens to, and by which settings. */
typedef struct Listening
{
	DynListeners listeners;
	int			port;
	char	   *addresses;
} Listening;

static int	my_number;
static int	epoll_fd;
static WaitEventSet *wait_set;
static Listening listening = {.port = 0};
static bool with_tls;
static bool is_idle = false;
static TimestampTz statistics_due = DT_NOEND;
static volatile sig_atomic_t told_to_end = false;

static int	count(const DynWorkerDatabase *database);
static void serve(const DynWorkerJob *job);
static void begin(void);
static void begin_listening(void *argument);
static void stop_listening(Listening *what);
static void check_trust(const DynListeners *listeners);
static void leave(int code, Datum argument);
static void loop(void);
static void go_round(struct epoll_event *events, int nevents);
static int	wait_for_events(struct epoll_event *events);
static void handle_event(const struct epoll_event *event);
static void report_statistics(TimestampTz now);
static bool is_interrupted(void);
static bool handle_interrupts(void);
static void configuration_changed(void);
static void drain(void);
static void told(SIGNAL_ARGS);

static const DynWorkerKind kind = {.name = "endpoint", .count = count, .without_opting_in = true, .on_standby = true,
.role = DYN_ENDPOINT_ROLE, .keeps_search_path = true, .main = serve};

void
dyn_endpoint_init(void)
{
	(void) dyn_worker_register(&kind);
	dyn_http_shared_init();
}

/* In the launcher. */
static int
count(const DynWorkerDatabase *database)
{
	return dyn_http_port != 0 && strcmp(database->name, dyn_http_database) == 0 ? dyn_http_workers : 0;
}

static void
serve(const DynWorkerJob *job)
{
	my_number = job->number;
	pqsignal(SIGTERM, told);
	if (!dyn_worker_has_extension())
		return;					/* CREATE EXTENSION brings it back */
	begin();
	loop();
	dyn_clients_end_all();
}

/* ---- beginning ---- */

static void
begin(void)
{
	/* Whatever the database sets: on the wire the service's limits hold. */
	dyn_on_the_wire = true;
	SetConfigOption("dynamo.enforce_limits", "on", PGC_SUSET, PGC_S_OVERRIDE);

	/* 17 has this one, too, which would end the worker. */
	if (GetConfigOption("transaction_timeout", true, false) != NULL)
		SetConfigOption("transaction_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);

	before_shmem_exit(leave, (Datum) 0);
	dyn_group_commit_init(my_number);
	dyn_metrics_begin_worker(my_number);

	dyn_raise_descriptors();
	ReserveExternalFD();
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0)
		ereport(ERROR,
				(errcode_for_socket_access(),
				 errmsg("epoll_create1 failed: %m"),
				 errhint("The limit of open files of the server's user may be too low.")));
	wait_set = dyn_create_wait_event_set(3);
	AddWaitEventToSet(wait_set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
	AddWaitEventToSet(wait_set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL, NULL);
	AddWaitEventToSet(wait_set, WL_SOCKET_READABLE, epoll_fd, NULL, NULL);

	dyn_clients_init(epoll_fd);
	with_tls = dyn_tls_load(ERROR);
	begin_listening(NULL);
}

/*
 * Listen to what the settings say, and then no more to what they said before.
 * The lock lets one worker after the other find out whether it is the first.
 */
static void
begin_listening(void *argument)
{
	Listening	next = {.port = dyn_http_port};
	bool		first = true;

	next.addresses = MemoryContextStrdup(TopMemoryContext, dyn_http_listen_addresses);
	LWLockAcquire(dyn_http_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < DYN_MAX_HTTP_WORKERS; i++)
		first &= dyn_http_shared->workers[i].port != next.port;
	dyn_listen(next.addresses, next.port, first, &next.listeners);
	dyn_http_shared->workers[my_number].port = next.port;
	LWLockRelease(dyn_http_shared->lock);

	stop_listening(&listening);
	listening = next;
	check_trust(&listening.listeners);
	ereport(LOG,
			(errmsg("listening for DynamoDB's clients on \"%s\", port %d%s", listening.addresses, listening.port,
					with_tls ? ", with TLS" : "")));
	for (int i = 0; i < listening.listeners.count; i++)
	{
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = &listening.listeners.fds[i]};

		if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listening.listeners.fds[i], &event) != 0)
			ereport(ERROR,
					(errcode_for_socket_access(),
					 errmsg("epoll_ctl failed: %m"),
					 errhint("The limit of watches of the server's user may be too low.")));
	}
}

static void
stop_listening(Listening *what)
{
	dyn_listeners_close(&what->listeners);
	if (what->addresses != NULL)
		pfree(what->addresses);
	what->addresses = NULL;
}

/* Who may connect may do everything that the role may: so only this machine may. */
static void
check_trust(const DynListeners *listeners)
{
	if (dyn_http_auth == DYN_HTTP_TRUST && !listeners->loopback_only)
		ereport(FATAL,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the endpoint trusts nobody who comes from another machine"),
				 errdetail("dynamo.http_auth is \"trust\", and \"%s\" are not all addresses of this machine alone.",
						   dyn_http_listen_addresses),
				 errhint("Set dynamo.http_auth to \"sigv4\", or dynamo.http_listen_addresses to \"localhost\".")));
}

static void
leave(int code, Datum argument)
{
	/* An error may have left the lock held. */
	LWLockReleaseAll();
	LWLockAcquire(dyn_http_shared->lock, LW_EXCLUSIVE);
	dyn_http_shared->workers[my_number].port = 0;
	LWLockRelease(dyn_http_shared->lock);
}

/* ---- the main loop ---- */

/* Returns when the extension is gone. */
static void
loop(void)
{
	struct epoll_event events[MAX_EVENTS];

	for (;;)
	{
		int			nevents = wait_for_events(events);
		TimestampTz now;

		if (is_interrupted() && !handle_interrupts())
			return;
		go_round(events, nevents);
		now = GetCurrentTimestamp();
		dyn_clients_expire(now);
		report_statistics(now);

		/* While there is work nothing waits for this. */
		if (!PostmasterIsAlive())
			proc_exit(1);
		if (told_to_end)
			drain();
	}
}

/*
 * Before a flush, which takes long, look once more for what has come since:
 * it becomes durable by the same one.
 */
static void
go_round(struct epoll_event *events, int nevents)
{
	dyn_clients_begin_round();
	do
	{
		for (int i = 0; i < nevents; i++)
			handle_event(&events[i]);
	} while (dyn_clients_run() && dyn_round_has_written() &&
			 (nevents = epoll_wait(epoll_fd, events, MAX_EVENTS, 0)) > 0);
	dyn_clients_end_round();
}

/* Wait for something to happen, and return how many events there are. */
static int
wait_for_events(struct epoll_event *events)
{
	int			nevents = epoll_wait(epoll_fd, events, MAX_EVENTS, 0);
	TimestampTz next;
	TimestampTz now;
	long		wait_ms = -1;
	WaitEvent	occurred;

	if (nevents > 0 || is_interrupted())
		return Max(nevents, 0);

	now = GetCurrentTimestamp();
	next = Min(dyn_clients_next(), statistics_due);
	if (next <= now)
		return 0;
	if (!is_idle)
		pgstat_report_activity(STATE_IDLE, NULL);
	is_idle = true;
	if (next != DT_NOEND)
		wait_ms = TimestampDifferenceMilliseconds(now, next) + 1;
	if (WaitEventSetWait(wait_set, wait_ms, &occurred, 1, PG_WAIT_EXTENSION) == 0)
		return 0;
	return Max(epoll_wait(epoll_fd, events, MAX_EVENTS, 0), 0);
}

static void
handle_event(const struct epoll_event *event)
{
	int		   *first = listening.listeners.fds;
	int		   *listener = event->data.ptr;

	is_idle = false;
	if (listener >= first && listener < first + DYN_MAX_LISTENERS)
		dyn_clients_accept(*listener, with_tls);
	else
		dyn_clients_event(event->data.ptr, event->events);
}

/* Report statistics now and then, as sessions do; an idle worker has reported all. */
static void
report_statistics(TimestampTz now)
{
	long		again_ms = pgstat_report_stat(now >= statistics_due);

	if (again_ms == 0)
		statistics_due = DT_NOEND;
	else if (statistics_due == DT_NOEND)
		statistics_due = TimestampTzPlusMilliseconds(now, again_ms);
}

/* Somebody who waited in a request may have reset the latch that a signal set. */
static bool
is_interrupted(void)
{
	return MyLatch->is_set || InterruptPending || ConfigReloadPending;
}

/* Look at whatever may have set the latch.  Returns false where the extension is gone. */
static bool
handle_interrupts(void)
{
	ResetLatch(MyLatch);
	QueryCancelPending = false; /* it was for a request that is over */
	if (ConfigReloadPending)
	{
		dyn_worker_interrupts();
		configuration_changed();
	}
	else
		dyn_worker_interrupts();
	return dyn_worker_has_extension();
}

static void
configuration_changed(void)
{
	with_tls = dyn_tls_load(LOG);
	if (dyn_http_port == 0 || told_to_end)
		return;					/* the launcher ends the workers */
	if ((dyn_http_port != listening.port || strcmp(dyn_http_listen_addresses, listening.addresses) != 0) &&
		!dyn_worker_try(begin_listening, NULL, NULL))
	{
		/* It has been logged.  What was listened to before still is. */
		LWLockReleaseAll();
	}
	check_trust(&listening.listeners);
}

/* ---- the end ---- */

static void
told(SIGNAL_ARGS)
{
	int			saved = errno;

	told_to_end = true;
	dyn_run_hurry();
	SetLatch(MyLatch);
	errno = saved;
}

/* Listen no more, and end once nobody waits for an answer, or waits too long. */
static void
drain(void)
{
	static TimestampTz until = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (until == 0)
	{
		until = TimestampTzPlusMilliseconds(now, DRAIN_MS);
		stop_listening(&listening);
		dyn_clients_drain();
	}
	if (dyn_clients_busy() > 0 && now < until)
	{
		statistics_due = Min(statistics_due, until);	/* to come here again */
		return;
	}
	dyn_clients_end_all();

	/* The launcher decides whether there is to be another one. */
	proc_exit(0);
}
