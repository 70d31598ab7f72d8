/*-------------------------------------------------------------------------
 *
 * body.h
 *	  The bodies of HTTP/1.1 requests: by length, and in chunks (RFC 9112,
 *	  sections 6 and 7).
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_BODY_H
#define DYN_HTTP_BODY_H

#include "http/head.h"

/* What may come with chunks beside their data, in all of them: extensions and trailers, in bytes. */
#define DYN_HTTP_MAX_CHUNK_EXTRAS	16384

/* Where the reader of one body is.  Opaque. */
typedef struct DynHttpBody
{
	int			state;
	uint64_t	remaining;		/* bytes of data to come, of the body or of this chunk */
	uint64_t	total;			/* bytes of data of the whole body so far announced */
	uint64_t	limit;
	size_t		extras;			/* bytes of extensions and trailers so far */
	int			digits;			/* of this chunk's size */
} DynHttpBody;

/*
 * Begin the body that a head announces.  Returns MORE, DONE where there is
 * none, or CONTENT_TOO_LARGE where it says itself that it is.
 */
extern DynHttpResult dyn_http_body_begin(DynHttpBody *body, const DynHttpHead *head, uint64_t limit);

/*
 * Take the next part of the body from received bytes.  *used tells how many
 * of them are done with, *data which of them are data (none, maybe).  Returns
 * MORE until the body is complete; with *used = length it needs more bytes,
 * else it is to be called again with what is left.  Each byte is looked at
 * once.
 */
extern DynHttpResult dyn_http_body_read(DynHttpBody *body, const char *bytes, size_t length,
										size_t *used, DynSlice *data);

/* How much data the body is known to have: all of it by length, the chunks that have begun otherwise. */
extern uint64_t dyn_http_body_announced(const DynHttpBody *body);

#endif							/* DYN_HTTP_BODY_H */
