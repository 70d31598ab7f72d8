/*-------------------------------------------------------------------------
 *
 * clients.c
 *	  All connections of a worker: whose turn it is, and who waits for what.
 *
 *		event: bytes came		→ its turn comes
 *		turn:	no request yet	→ wait for more bytes
 *				a request		→ answered, or parked; its turn comes again if more has come
 *				no HTTP			→ refused, to be closed
 *		end of the round		→ what was answered is durable, and is sent
 *
 * A round ends early when it has taken long or has made much, so that nobody
 * waits long for the answer to what was done first.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/epoll.h>

#include "utils/timestamp.h"

#include "http/answer.h"
#include "http/clients.h"
#include "http/group_commit.h"
#include "http/listen.h"
#include "http/metrics.h"
#include "http/parking.h"
#include "http/phases.h"
#include "http/route.h"
#include "http/settings.h"

/* Most connections that are taken at a time. */
#define MAX_ACCEPTED	64

/* A round ends after so many microseconds, or with so many bytes to send. */
#define ROUND_US		10000
#define ROUND_BYTES		(8 * 1024 * 1024)

/* Nothing more is taken of who has sent so much without waiting for answers. */
#define MAX_AHEAD		65536

static int	epoll_fd = -1;
static dlist_head all = DLIST_STATIC_INIT(all);
static dlist_head turns = DLIST_STATIC_INIT(turns);
static dlist_head answered = DLIST_STATIC_INIT(answered);
static int	nconnections = 0;
static int	nturns = 0;
static TimestampTz round_begin;
static size_t round_bytes;
static bool draining = false;

static void end(DynConnection *connection);
static bool receive(DynConnection *connection);
static void give_turn(DynConnection *connection);
static void take_turn(DynConnection *connection, TimestampTz now);
static void run(DynConnection *connection, const DynHttpRequest *request, TimestampTz now);
static void refuse(DynConnection *connection, int status, TimestampTz now);
static void note_answer(DynConnection *connection);
static void await_more(DynConnection *connection, TimestampTz now);
static void send_answers(void);
static void send_to(DynConnection *connection);
static void set_events(DynConnection *connection);

void
dyn_clients_init(int epoll)
{
	epoll_fd = epoll;
	dyn_route_init();
}

/* ---- beginning and ending ---- */

void
dyn_clients_accept(int listener, bool with_tls)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < MAX_ACCEPTED; i++)
	{
		struct epoll_event event = {.events = EPOLLIN};
		DynConnection *connection;
		int			fd = dyn_accept(listener);

		if (fd == -1)
			return;
		if (fd >= 0)
			dyn_metrics_count(DYN_COUNT_CONNECTIONS);
		connection = fd >= 0 ? dyn_connection_begin(fd, with_tls) : NULL;
		event.data.ptr = connection;
		if (connection != NULL && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
		{
			dyn_connection_end(connection);
			connection = NULL;
		}
		if (connection == NULL)
		{
			dyn_metrics_count(DYN_COUNT_CONNECTIONS_REFUSED);
			continue;
		}
		connection->events = event.events;
		dlist_push_tail(&all, &connection->node);
		dyn_metrics_set(DYN_GAUGE_CONNECTIONS, ++nconnections);

		/* One that says nothing at all has less time than one that was of use before. */
		connection->phase = DYN_PHASE_IDLE;
		dyn_phase_enter(connection, DYN_PHASE_HEAD, now);
	}
}

static void
end(DynConnection *connection)
{
	if (connection->has_turn)
	{
		dlist_delete(&connection->turn);
		nturns--;
	}
	if (connection->parked)
		dyn_unpark(connection);
	if (connection->has_answer)
		dlist_delete(&connection->answered);
	dlist_delete(&connection->node);
	dyn_connection_end(connection);
	dyn_metrics_set(DYN_GAUGE_CONNECTIONS, --nconnections);
}

void
dyn_clients_end_all(void)
{
	while (!dlist_is_empty(&all))
		end(dlist_container(DynConnection, node, dlist_head_node(&all)));
}

/* ---- events ---- */

void
dyn_clients_event(DynConnection *connection, uint32_t events)
{
	bool		reads = (events & EPOLLIN) != 0 || (connection->read_wants_write && (events & EPOLLOUT) != 0);

	if (connection->phase == DYN_PHASE_LINGER)
	{
		if (dyn_connection_discard(connection) == DYN_TRANSFER_ENDED)
			end(connection);
		return;
	}
	if (connection->phase == DYN_PHASE_SEND)
	{
		send_to(connection);
		return;
	}
	if (reads)
		(void) receive(connection);
	else if ((events & (EPOLLERR | EPOLLHUP)) != 0)
		end(connection);		/* nobody is there to be answered */
}

/* Take what has come, and let the connection have its turn.  Returns false where it is to be closed, or is gone. */
static bool
receive(DynConnection *connection)
{
	size_t		before = connection->in.length;

	switch (dyn_connection_receive(connection))
	{
		case DYN_TRANSFER_NO_MEMORY:
			dyn_metrics_count(DYN_COUNT_BAD_REQUESTS);
			refuse(connection, 503, GetCurrentTimestamp());
			return false;
		case DYN_TRANSFER_ENDED:
			connection->ended = true;
			if (!dyn_connection_has_input(connection) && !connection->has_answer)
			{
				end(connection);
				return false;
			}
			break;
		case DYN_TRANSFER_BLOCKED:
		case DYN_TRANSFER_DONE:
			break;
	}
	dyn_metrics_add(DYN_COUNT_BYTES_RECEIVED, connection->in.length - before);
	if (connection->in.length > before || connection->ended)
		give_turn(connection);
	set_events(connection);
	return true;
}

/* ---- rounds ---- */

static void
give_turn(DynConnection *connection)
{
	if (connection->has_turn || connection->parked || connection->closing)
		return;
	connection->has_turn = true;
	dlist_push_tail(&turns, &connection->turn);
	nturns++;
}

void
dyn_clients_begin_round(void)
{
	round_begin = GetCurrentTimestamp();
	round_bytes = 0;
	dyn_parking_new_round();
}

bool
dyn_clients_run(void)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int left = nturns; left > 0 && now < round_begin + ROUND_US && round_bytes < ROUND_BYTES; left--)
	{
		DynConnection *connection = dlist_container(DynConnection, turn, dlist_pop_head_node(&turns));

		nturns--;
		connection->has_turn = false;
		take_turn(connection, now);
		now = GetCurrentTimestamp();
	}
	return now < round_begin + ROUND_US && round_bytes < ROUND_BYTES;
}

void
dyn_clients_end_round(void)
{
	TimestampTz now = GetCurrentTimestamp();
	DynConnection *connection;

	/* One at least, or they would never get to it. */
	while ((connection = dyn_parked_due(now)) != NULL)
	{
		dyn_unpark(connection);
		take_turn(connection, now);
		now = GetCurrentTimestamp();
		if (now >= round_begin + ROUND_US / 2)
			break;
	}
	dyn_round_end();
	send_answers();
}

/* Look at what has come of a connection, and answer it if that is a request. */
static void
take_turn(DynConnection *connection, TimestampTz now)
{
	static DynHttpRequest request;
	DynHttpResult result;

	if (connection->more && !connection->complete && !receive(connection))
		return;
	result = dyn_connection_has_input(connection) ? dyn_connection_request(connection, &request) : DYN_HTTP_MORE;
	if (result == DYN_HTTP_DONE)
		run(connection, &request, now);
	else if (result == DYN_HTTP_MORE)
		await_more(connection, now);
	else
	{
		dyn_metrics_count(DYN_COUNT_BAD_REQUESTS);
		refuse(connection, result, now);
	}
}

static void
run(DynConnection *connection, const DynHttpRequest *request, TimestampTz now)
{
	bool		keep_alive = request->head.keep_alive && !draining;

	if (connection->tries == 0)
		connection->arrived = now;
	switch (dyn_route(connection, request, keep_alive, dyn_parking_lock_wait(), !dyn_parking_may(connection, now)))
	{
		case DYN_ROUTED_CONFLICT:
			dyn_park(connection, GetCurrentTimestamp());
			dyn_phase_enter(connection, DYN_PHASE_ANSWER, now);
			set_events(connection);
			return;
		case DYN_ROUTED_NO_MEMORY:
			end(connection);
			return;
		case DYN_ROUTED_ANSWERED:
			break;
	}
	dyn_connection_forget(connection);
	connection->closing = !keep_alive || (connection->ended && !dyn_connection_has_input(connection));
	note_answer(connection);
	dyn_phase_enter(connection, DYN_PHASE_ANSWER, now);
	if (dyn_connection_has_input(connection) || connection->more)
		give_turn(connection);
}

/* Answer what is no request, and close. */
static void
refuse(DynConnection *connection, int status, TimestampTz now)
{
	if (!dyn_route_refuse(connection, status))
	{
		end(connection);
		return;
	}
	if (connection->parked)
		dyn_unpark(connection);
	connection->closing = true;
	note_answer(connection);
	dyn_phase_enter(connection, DYN_PHASE_ANSWER, now);
}

/* It is sent at the end of the round. */
static void
note_answer(DynConnection *connection)
{
	round_bytes += connection->out.length;
	if (connection->has_answer)
		return;
	connection->has_answer = true;
	dlist_push_tail(&answered, &connection->answered);
}

/* Nothing can be done before more bytes come. */
static void
await_more(DynConnection *connection, TimestampTz now)
{
	if (connection->ended)
	{
		if (!connection->has_answer)
			end(connection);
		else
			connection->closing = true;
		return;
	}
	if (dyn_connection_wants_continue(connection))
	{
		if (!dyn_answer_put_continue(connection))
		{
			end(connection);
			return;
		}
		note_answer(connection);
	}
	if (connection->head_size > 0)
		dyn_phase_enter(connection, DYN_PHASE_BODY, now);
	else if (dyn_connection_has_input(connection))
		dyn_phase_enter(connection, DYN_PHASE_HEAD, now);
	else
		dyn_phase_enter(connection, DYN_PHASE_IDLE, now);
}

/* ---- sending ---- */

static void
send_answers(void)
{
	while (!dlist_is_empty(&answered))
	{
		DynConnection *connection = dlist_container(DynConnection, answered, dlist_pop_head_node(&answered));

		connection->has_answer = false;
		send_to(connection);
	}
}

static void
send_to(DynConnection *connection)
{
	TimestampTz now = GetCurrentTimestamp();
	size_t		before = connection->sent;
	size_t		length = connection->out.length;
	DynTransfer transfer = dyn_connection_send(connection);

	dyn_metrics_add(DYN_COUNT_BYTES_SENT, (transfer == DYN_TRANSFER_DONE ? length : connection->sent) - before);
	if (transfer == DYN_TRANSFER_ENDED)
	{
		end(connection);
		return;
	}
	if (transfer == DYN_TRANSFER_BLOCKED)
	{
		dyn_phase_enter(connection, DYN_PHASE_SEND, now);
		if (connection->sent > before)
			dyn_phase_extend(connection, now);
		if (connection->has_turn)
		{
			dlist_delete(&connection->turn);
			connection->has_turn = false;
			nturns--;
		}
	}
	else if (connection->closing)
	{
		dyn_connection_linger(connection);
		dyn_phase_enter(connection, DYN_PHASE_LINGER, now);
	}
	else if (!connection->has_turn && !connection->parked)
	{
		/* What came while it could not be answered has not had its turn. */
		if (connection->phase == DYN_PHASE_SEND)
		{
			dyn_phase_enter(connection, DYN_PHASE_ANSWER, now);
			give_turn(connection);
		}
		else if (connection->head_size == 0)
			dyn_phase_enter(connection, dyn_connection_has_input(connection) ? DYN_PHASE_HEAD : DYN_PHASE_IDLE, now);
	}
	set_events(connection);
}

/* ---- time ---- */

TimestampTz
dyn_clients_next(void)
{
	if (nturns > 0)
		return DT_NOBEGIN;
	return Min(dyn_phases_next(), dyn_parked_next());
}

void
dyn_clients_expire(TimestampTz now)
{
	dlist_mutable_iter iter;

	if (now < dyn_phases_next())
		return;
	dyn_phases_begin_look();
	dlist_foreach_modify(iter, &all)
	{
		DynConnection *connection = dlist_container(DynConnection, node, iter.cur);

		if (!dyn_phase_is_over(connection, now))
			continue;
		if (connection->phase != DYN_PHASE_IDLE && connection->phase != DYN_PHASE_LINGER)
			dyn_metrics_count(DYN_COUNT_CONNECTIONS_TIMED_OUT);
		if (connection->phase == DYN_PHASE_BODY ||
			(connection->phase == DYN_PHASE_HEAD && dyn_connection_has_input(connection)))
			refuse(connection, 408, now);
		else
			end(connection);
	}
	send_answers();
}

void
dyn_clients_drain(void)
{
	dlist_mutable_iter iter;

	draining = true;
	dlist_foreach_modify(iter, &all)
	{
		DynConnection *connection = dlist_container(DynConnection, node, iter.cur);

		if (!connection->has_turn && !connection->parked && !connection->has_answer &&
			!dyn_connection_has_input(connection) && connection->out.length == 0)
			end(connection);
	}
}

int
dyn_clients_busy(void)
{
	int			busy = 0;
	dlist_iter	iter;

	dlist_foreach(iter, &all)
		if (dlist_container(DynConnection, node, iter.cur)->phase != DYN_PHASE_LINGER)
			busy++;
	return busy;
}

/* ---- epoll ---- */

/* Ask for the events that there is a use for. */
static void
set_events(DynConnection *connection)
{
	struct epoll_event event = {.events = 0, .data.ptr = connection};

	if (connection->phase == DYN_PHASE_LINGER)
		event.events = EPOLLIN;
	else if (connection->phase == DYN_PHASE_SEND)
		event.events = connection->write_wants_read ? EPOLLIN : EPOLLOUT;
	else if (!connection->ended && !connection->closing && !connection->parked &&
			 !(connection->has_turn && connection->in.length > MAX_AHEAD && connection->complete))
		event.events = connection->read_wants_write ? EPOLLIN | EPOLLOUT : EPOLLIN;
	if (event.events == connection->events)
		return;
	connection->events = event.events;
	(void) epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event);
}
