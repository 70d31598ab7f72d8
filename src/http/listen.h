/*-------------------------------------------------------------------------
 *
 * listen.h
 *	  The sockets that a worker of the endpoint listens to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_LISTEN_H
#define DYN_HTTP_LISTEN_H

#include "nodes/pg_list.h"

/* More addresses than any list of them has. */
#define DYN_MAX_LISTENERS	16

typedef struct DynListeners
{
	int			count;
	int			fds[DYN_MAX_LISTENERS];
	bool		loopback_only;
} DynListeners;

/*
 * Listen to a port on the addresses of a list as dynamo.http_listen_addresses
 * has it.  Each worker has sockets of its own on the same addresses, among
 * which the kernel shares connections out; "first" is no other worker has any
 * yet, and then a port that another server has is refused.  Raises an error,
 * with no socket left open, where one of the addresses cannot be had.
 */
extern void dyn_listen(const char *addresses, int port, bool first, DynListeners *listeners);

extern void dyn_listeners_close(DynListeners *listeners);

/*
 * Accept a connection.  Returns its descriptor, which is non-blocking and was
 * reported to fd.c; -1 where there is none; -2 where there is one, but no
 * descriptor for it: it was sent away.
 */
extern int	dyn_accept(int listener);

/*
 * Let this process have as many descriptors as max_files_per_process says,
 * even if the limit of the server's user is lower and can be raised.  A third
 * of them may be connections.
 */
extern void dyn_raise_descriptors(void);

#endif							/* DYN_HTTP_LISTEN_H */
