/*-------------------------------------------------------------------------
 *
 * phases.c
 *	  What a connection waits for, and for how long.
 *
 * The connections are not kept in the order of their deadlines, of which most
 * never come.  What is kept is a time before which no deadline is; when it has
 * come all of them are looked at, and it is found anew.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "http/phases.h"
#include "http/settings.h"

/* Milliseconds that the rest of a head may take, that who was refused has to notice, and that buffers are kept for more. */
#define HEAD_MS			10000
#define LINGER_MS		3000
#define KEEP_BUFFERS_MS	2000

/* A deadline that has passed while the connection waits for its turn is looked at again after so long. */
#define AGAIN_MS		1000

static TimestampTz next_deadline = DT_NOEND;

static int64
phase_ms(DynPhase phase)
{
	switch (phase)
	{
		case DYN_PHASE_IDLE:
			return dyn_http_idle_timeout * INT64CONST(1000);
		case DYN_PHASE_HEAD:
			return Min(dyn_http_request_timeout * INT64CONST(1000), HEAD_MS);
		case DYN_PHASE_BODY:
		case DYN_PHASE_SEND:
			return dyn_http_request_timeout * INT64CONST(1000);
		case DYN_PHASE_LINGER:
			return LINGER_MS;
		case DYN_PHASE_ANSWER:
			break;
	}
	return 0;
}

void
dyn_phase_enter(DynConnection *connection, DynPhase phase, TimestampTz now)
{
	if (connection->phase == phase && phase != DYN_PHASE_IDLE)
		return;
	connection->phase = phase;
	connection->phase_began = now;
	if (phase == DYN_PHASE_ANSWER)
	{
		connection->deadline = DT_NOEND;
		return;
	}
	connection->deadline = TimestampTzPlusMilliseconds(now, phase_ms(phase));
	next_deadline = Min(next_deadline, connection->deadline);
	if (phase == DYN_PHASE_IDLE)
		next_deadline = Min(next_deadline, TimestampTzPlusMilliseconds(now, KEEP_BUFFERS_MS));
}

void
dyn_phase_extend(DynConnection *connection, TimestampTz now)
{
	connection->deadline = TimestampTzPlusMilliseconds(now, phase_ms(connection->phase));
}

TimestampTz
dyn_phases_next(void)
{
	return next_deadline;
}

void
dyn_phases_begin_look(void)
{
	next_deadline = DT_NOEND;
}

bool
dyn_phase_is_over(DynConnection *connection, TimestampTz now)
{
	if (connection->has_turn)
	{
		next_deadline = Min(next_deadline, TimestampTzPlusMilliseconds(now, AGAIN_MS));
		return false;
	}
	if (connection->deadline <= now)
		return true;
	next_deadline = Min(next_deadline, connection->deadline);
	if (connection->phase == DYN_PHASE_IDLE && connection->in.size + connection->out.size > 0)
	{
		TimestampTz trim_at = TimestampTzPlusMilliseconds(connection->phase_began, KEEP_BUFFERS_MS);

		if (trim_at <= now)
			dyn_connection_trim(connection);
		else
			next_deadline = Min(next_deadline, trim_at);
	}
	return false;
}
