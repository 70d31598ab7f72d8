/*-------------------------------------------------------------------------
 *
 * connection.h
 *	  One connection of a client: bytes in, requests out of them; answers in,
 *	  bytes out of them.
 *
 * A connection holds the bytes of the requests that are not answered yet in
 * one buffer, in which the body of a chunked request is put together in place,
 * and the answers that are not sent yet in another.  It outlives transactions,
 * so its memory is malloc's.  It knows nothing of DynamoDB.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_CONNECTION_H
#define DYN_HTTP_CONNECTION_H

#include "datatype/timestamp.h"
#include "lib/ilist.h"

#include "http/body.h"
#include "http/head.h"
#include "http/tls.h"

/* The largest body, also after it has been decompressed. */
#define DYN_HTTP_MAX_BODY	(16 * 1024 * 1024)

/* Some bytes that belong to a connection. */
typedef struct DynHttpBuffer
{
	char	   *bytes;
	size_t		length;
	size_t		size;
} DynHttpBuffer;

/* What a connection waits for. */
typedef enum DynPhase
{
	DYN_PHASE_IDLE,				/* the first byte of a request */
	DYN_PHASE_HEAD,				/* the rest of its head */
	DYN_PHASE_BODY,				/* the rest of its body */
	DYN_PHASE_ANSWER,			/* its answer, which has all the time it needs */
	DYN_PHASE_SEND,				/* the client, to take what is sent */
	DYN_PHASE_LINGER			/* the client's end of the connection */
} DynPhase;

typedef struct DynConnection
{
	int			fd;
	DynTls	   *tls;			/* NULL: plain HTTP */
	bool		read_wants_write;	/* TLS has to write before it can read on, */
	bool		write_wants_read;	/* or the other way round */
	bool		more;			/* there is more to receive, of which the socket does not tell */
	uint32_t	events;			/* what epoll is asked for */
	dlist_node	node;			/* in the list of all */
	dlist_node	turn;			/* in the list of those whose turn comes, if it is in one */
	bool		has_turn;
	dlist_node	answered;		/* in the list of those that have answers to send, if it is in it */
	bool		has_answer;
	bool		parked;			/* its request is to be tried again */
	bool		ended;			/* the client sends no more */
	bool		closing;		/* to be closed once everything is sent */

	/* The request that is arriving, or being answered. */
	DynHttpBuffer in;
	DynHttpHeadReader head_reader;
	size_t		head_size;		/* 0: the head is not complete */
	DynHttpBody body;
	size_t		body_end;		/* of the data of the body that is put together */
	size_t		raw;			/* where the bytes begin that were not looked at */
	bool		complete;
	bool		awaits_continue;	/* the client asked whether it may send the body */

	DynHttpBuffer out;
	size_t		sent;			/* of out */

	DynPhase	phase;			/* phases.c */
	TimestampTz phase_began;
	TimestampTz deadline;		/* of this phase */

	TimestampTz arrived;		/* when the request was complete */
	TimestampTz retry_at;		/* when it is tried again, if it is parked */
	int			tries;			/* how often it was parked */
} DynConnection;

/* A request that has arrived.  It points into the connection's buffer. */
typedef struct DynHttpRequest
{
	DynHttpHead head;
	DynSlice	body;
} DynHttpRequest;

/* Begin with a socket that was accepted.  Returns NULL, with the socket closed, where memory is short. */
extern DynConnection *dyn_connection_begin(int fd, bool with_tls);

/* Close the socket and free everything. */
extern void dyn_connection_end(DynConnection *connection);

/* What came of reading or writing. */
typedef enum DynTransfer
{
	DYN_TRANSFER_DONE,			/* as much as there was */
	DYN_TRANSFER_BLOCKED,		/* the rest of the output has to wait */
	DYN_TRANSFER_ENDED,			/* the other side has ended, or is gone */
	DYN_TRANSFER_NO_MEMORY		/* there is more input than memory for it */
} DynTransfer;

/* Take what has come. */
extern DynTransfer dyn_connection_receive(DynConnection *connection);

/*
 * Take the next request out of what has come.  MORE: it is not all there.
 * DONE: *request is good until the next call for this connection.  Else the
 * status that refuses it, after which the connection is to be closed.
 */
extern DynHttpResult dyn_connection_request(DynConnection *connection, DynHttpRequest *request);

/* Is the client waiting to be told to go on?  It is taken to be told now. */
extern bool dyn_connection_wants_continue(DynConnection *connection);

/* The request was answered: forget it. */
extern void dyn_connection_forget(DynConnection *connection);

/* Has something of a request come that was not answered? */
extern bool dyn_connection_has_input(const DynConnection *connection);

/* Free the buffers that hold nothing. */
extern void dyn_connection_trim(DynConnection *connection);

/* Append to what is to be sent.  Returns false where memory is short. */
extern bool dyn_connection_put(DynConnection *connection, const char *bytes, size_t length);

/* Send what there is to send. */
extern DynTransfer dyn_connection_send(DynConnection *connection);

/* Nothing more is sent: say so.  What comes still is thrown away by dyn_connection_discard. */
extern void dyn_connection_linger(DynConnection *connection);
extern DynTransfer dyn_connection_discard(DynConnection *connection);

/* ---- body_memory.c: what the buffers of all workers may hold together ---- */

/* Take so much more, or return false where that would be too much. */
extern bool dyn_body_memory_take(size_t bytes);
extern void dyn_body_memory_give(size_t bytes);

#endif							/* DYN_HTTP_CONNECTION_H */
