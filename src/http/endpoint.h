/*-------------------------------------------------------------------------
 *
 * endpoint.h
 *	  The workers that serve the DynamoDB protocol.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_ENDPOINT_H
#define DYN_HTTP_ENDPOINT_H

/* Set up shared memory and the kind of workers.  Called once, from _PG_init. */
extern void dyn_endpoint_init(void);

#endif							/* DYN_HTTP_ENDPOINT_H */
