/*-------------------------------------------------------------------------
 *
 * tls.h
 *	  TLS of the endpoint's connections, over sockets that do not block.
 *
 * A process has one certificate at a time, which dyn_tls_load reads from the
 * files that dynamo.http_tls_certificate and dynamo.http_tls_key name.  A
 * connection keeps the one that it began with.
 *
 * Nothing here raises but dyn_tls_load(ERROR); nothing here sleeps.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_TLS_H
#define DYN_HTTP_TLS_H

#include <stddef.h>
#include <sys/types.h>

/* What dyn_tls_read and dyn_tls_write return instead of a number of bytes. */
#define DYN_TLS_CLOSED		0	/* the client has ended the connection as TLS does it */
#define DYN_TLS_WANT_READ	(-1)	/* call again, with the same arguments, when the socket is readable */
#define DYN_TLS_WANT_WRITE	(-2)	/* ... when it is writable */
#define DYN_TLS_ERROR		(-3)	/* nothing is to be had from this connection any more */

typedef struct DynTls DynTls;

/*
 * Read certificate and key.  With "elevel" ERROR, as a worker starts, what is
 * wrong with them is raised.  With LOG, after SIGHUP, it is logged and the
 * former ones stay.  Returns whether connections are to begin with TLS from
 * now on.
 */
extern bool dyn_tls_load(int elevel);

/*
 * Begin TLS on a socket that was accepted; the handshake is made by the first
 * reads and writes.  Returns NULL where there is no memory for it.  The
 * socket stays the caller's.
 */
extern DynTls *dyn_tls_accept(int fd);

/*
 * Read or write some bytes.  Either may want the other direction.  Reading
 * must go on until it wants something: what has been decrypted already makes
 * no socket readable.  A write that wants something is to be repeated with
 * the same bytes, which may be elsewhere by then, and maybe more.
 */
extern ssize_t dyn_tls_read(DynTls *tls, void *bytes, size_t room);
extern ssize_t dyn_tls_write(DynTls *tls, const void *bytes, size_t length);

/* Say the farewell of TLS, if the socket takes it at once, and free everything; before the socket is closed. */
extern void dyn_tls_free(DynTls *tls);

#endif							/* DYN_HTTP_TLS_H */
