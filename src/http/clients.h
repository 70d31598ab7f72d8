/*-------------------------------------------------------------------------
 *
 * clients.h
 *	  All connections of a worker: whose turn it is, who waits for what, and
 *	  for how long.
 *
 * The worker goes in rounds.  Each gives a turn to every connection that has
 * something new, makes durable what the requests wrote, and sends the answers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_CLIENTS_H
#define DYN_HTTP_CLIENTS_H

#include "http/connection.h"

/* Called once, by each worker; "epoll" is asked for the events of connections. */
extern void dyn_clients_init(int epoll);

/* Take connections that have come to a listener. */
extern void dyn_clients_accept(int listener, bool with_tls);

/* Something has happened to a connection; it may be gone afterwards. */
extern void dyn_clients_event(DynConnection *connection, uint32_t events);

/*
 * A round: run what there is to run, as often as there is more, and answer.
 * dyn_clients_run returns false where the round has taken long or made much.
 */
extern void dyn_clients_begin_round(void);
extern bool dyn_clients_run(void);
extern void dyn_clients_end_round(void);

/* When there is something to do although nothing happens; DT_NOBEGIN is now, DT_NOEND never. */
extern TimestampTz dyn_clients_next(void);

/* End what has taken too long. */
extern void dyn_clients_expire(TimestampTz now);

/* From now on each connection ends with the answer that it waits for; those that wait for none end now. */
extern void dyn_clients_drain(void);

/* How many connections have something to come still, while they are drained? */
extern int	dyn_clients_busy(void);

extern void dyn_clients_end_all(void);

#endif							/* DYN_HTTP_CLIENTS_H */
