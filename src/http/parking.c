/*-------------------------------------------------------------------------
 *
 * parking.c
 *	  Requests that found something locked, and are tried again.
 *
 * Most locks are those of other workers, which hold them for less than the
 * first wait.  Where several requests of a round meet locks, they are probably
 * the same one, and the later ones wait less.  The times between two tries
 * grow, so that a row that is locked for long costs little.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "http/metrics.h"
#include "http/parking.h"
#include "http/settings.h"

/* How long the first request of a round waits for a lock, and those after one that was parked. */
#define FIRST_WAIT_MS	3
#define NEXT_WAIT_MS	1

/* A request is tried again after 2, 4, 8 ... milliseconds, at most this many. */
#define LONGEST_PAUSE_MS	64

static dlist_head parked = DLIST_STATIC_INIT(parked);
static int	nparked = 0;
static bool met_lock = false;

int
dyn_parking_lock_wait(void)
{
	return met_lock ? NEXT_WAIT_MS : FIRST_WAIT_MS;
}

void
dyn_parking_new_round(void)
{
	met_lock = false;
}

bool
dyn_parking_may(const DynConnection *connection, TimestampTz now)
{
	return now < TimestampTzPlusMilliseconds(connection->arrived, dyn_http_lock_timeout);
}

void
dyn_park(DynConnection *connection, TimestampTz now)
{
	int			pause = connection->tries < 5 ? 2 << connection->tries : LONGEST_PAUSE_MS;

	if (connection->tries++ == 0)
		dyn_metrics_count(DYN_COUNT_PARKED);
	met_lock = true;
	connection->retry_at = TimestampTzPlusMilliseconds(now, pause);
	connection->parked = true;
	dlist_push_tail(&parked, &connection->turn);
	dyn_metrics_set(DYN_GAUGE_PARKED, ++nparked);
}

void
dyn_unpark(DynConnection *connection)
{
	connection->parked = false;
	dlist_delete(&connection->turn);
	dyn_metrics_set(DYN_GAUGE_PARKED, --nparked);
}

DynConnection *
dyn_parked_due(TimestampTz now)
{
	dlist_iter	iter;

	dlist_foreach(iter, &parked)
	{
		DynConnection *connection = dlist_container(DynConnection, turn, iter.cur);

		if (connection->retry_at <= now)
			return connection;
	}
	return NULL;
}

TimestampTz
dyn_parked_next(void)
{
	TimestampTz next = DT_NOEND;
	dlist_iter	iter;

	dlist_foreach(iter, &parked)
		next = Min(next, dlist_container(DynConnection, turn, iter.cur)->retry_at);
	return next;
}
