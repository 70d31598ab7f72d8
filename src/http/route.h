/*-------------------------------------------------------------------------
 *
 * route.h
 *	  From an HTTP request to its answer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_ROUTE_H
#define DYN_HTTP_ROUTE_H

#include "http/connection.h"

typedef enum DynRouted
{
	DYN_ROUTED_ANSWERED,
	DYN_ROUTED_CONFLICT,		/* what it needs is locked: try it again */
	DYN_ROUTED_NO_MEMORY		/* there is none for the answer */
} DynRouted;

/*
 * Answer a request into what its connection sends.  It waits for locks so
 * long; where that was not enough and "last" is not set, nothing is answered.
 */
extern DynRouted dyn_route(DynConnection *connection, const DynHttpRequest *request, bool keep_alive,
						   int lock_wait_ms, bool last);

/* Refuse what is no request, or too much of one. */
extern bool dyn_route_refuse(DynConnection *connection, int status);

/* Called once, by each worker. */
extern void dyn_route_init(void);

#endif							/* DYN_HTTP_ROUTE_H */
