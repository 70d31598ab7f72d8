/*-------------------------------------------------------------------------
 *
 * parking.h
 *	  Requests that found something locked, and are tried again.
 *
 * A worker never sleeps in a lock: it waits for a moment, puts the request
 * aside, and goes on with others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_PARKING_H
#define DYN_HTTP_PARKING_H

#include "http/connection.h"

/* Milliseconds for which the next request may wait for a lock. */
extern int	dyn_parking_lock_wait(void);

/* A new round of requests begins. */
extern void dyn_parking_new_round(void);

/* May a request of a connection be parked, or is its time over? */
extern bool dyn_parking_may(const DynConnection *connection, TimestampTz now);

/* Put a connection aside; take it out because it is closed, or because its time has come. */
extern void dyn_park(DynConnection *connection, TimestampTz now);
extern void dyn_unpark(DynConnection *connection);

/* The next one that is to be tried again, or NULL; and when to look again, DT_NOEND if never. */
extern DynConnection *dyn_parked_due(TimestampTz now);
extern TimestampTz dyn_parked_next(void);

#endif							/* DYN_HTTP_PARKING_H */
