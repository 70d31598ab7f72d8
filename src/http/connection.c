/*-------------------------------------------------------------------------
 *
 * connection.c
 *	  One connection of a client: bytes in, requests out of them; answers in,
 *	  bytes out of them.
 *
 * The buffer of input holds, one after the other: the head of the first
 * request; what is known of its body's data; and bytes that were not looked
 * at, which are the rest of the body or the next requests.  The data of chunks
 * is moved down over what frames it, so each byte is moved once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/socket.h>
#include <unistd.h>

#include "storage/fd.h"

#include "http/connection.h"

/* Buffers begin with this much. */
#define FIRST_SIZE		4096

/* What the buffer of input holds beyond this counts as memory of bodies. */
#define FREE_SIZE		16384

/* A request with its head, and something of the next one. */
#define MAX_REQUEST_BYTES		(DYN_HTTP_MAX_REQUEST_LINE + DYN_HTTP_MAX_HEADERS + DYN_HTTP_MAX_BODY + FREE_SIZE)

/* How much is taken of one connection at a time, where it does not end by itself. */
#define MAX_RECEIVED	65536

/* The socket is not ready. */
#define BLOCKED			(-1)

static bool grow_input(DynHttpBuffer *in);
static void set_input_size(DynHttpBuffer *in, size_t size);
static DynHttpResult read_body(DynConnection *connection);

DynConnection *
dyn_connection_begin(int fd, bool with_tls)
{
	DynConnection *connection = calloc(1, sizeof(DynConnection));

	if (connection != NULL && with_tls)
	{
		connection->tls = dyn_tls_accept(fd);
		if (connection->tls == NULL)
		{
			free(connection);
			connection = NULL;
		}
	}
	if (connection != NULL)
		connection->fd = fd;
	else
	{
		close(fd);
		ReleaseExternalFD();
	}
	return connection;
}

void
dyn_connection_end(DynConnection *connection)
{
	if (connection->tls != NULL)
		dyn_tls_free(connection->tls);
	close(connection->fd);
	ReleaseExternalFD();
	set_input_size(&connection->in, 0);
	free(connection->out.bytes);
	free(connection);
}

/* ---- sockets, with TLS or without ---- */

/* Returns a number of bytes, 0 where the other side has ended, BLOCKED where there is nothing yet. */
static ssize_t
read_bytes(DynConnection *connection, char *bytes, size_t room)
{
	ssize_t		got;

	if (connection->tls != NULL)
	{
		got = dyn_tls_read(connection->tls, bytes, room);
		connection->read_wants_write = got == DYN_TLS_WANT_WRITE;
		if (got == DYN_TLS_WANT_READ || got == DYN_TLS_WANT_WRITE)
			return BLOCKED;
		return Max(got, 0);
	}
	do
		got = recv(connection->fd, bytes, room, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? BLOCKED : 0;
	return got;
}

static ssize_t
write_bytes(DynConnection *connection, const char *bytes, size_t length)
{
	ssize_t		put;

	if (connection->tls != NULL)
	{
		put = dyn_tls_write(connection->tls, bytes, length);
		connection->write_wants_read = put == DYN_TLS_WANT_READ;
		if (put == DYN_TLS_WANT_READ || put == DYN_TLS_WANT_WRITE)
			return BLOCKED;
		return Max(put, 0);
	}
	do
		put = send(connection->fd, bytes, length, MSG_NOSIGNAL);
	while (put < 0 && errno == EINTR);
	if (put < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? BLOCKED : 0;
	return put;
}

/* ---- input ---- */

/*
 * A socket tells by itself that there is more in it; TLS may have decrypted
 * more than was taken, so it is asked until it has nothing, but for so much at
 * a time.
 */
DynTransfer
dyn_connection_receive(DynConnection *connection)
{
	DynHttpBuffer *in = &connection->in;
	size_t		before = in->length;

	connection->more = false;
	do
	{
		ssize_t		got;

		if (in->length == in->size && !grow_input(in))
			return DYN_TRANSFER_NO_MEMORY;
		got = read_bytes(connection, in->bytes + in->length, in->size - in->length);
		if (got == BLOCKED)
			return DYN_TRANSFER_DONE;
		if (got == 0)
			return DYN_TRANSFER_ENDED;
		in->length += got;
	} while (connection->tls != NULL && in->length - before < MAX_RECEIVED);
	connection->more = connection->tls != NULL;
	return DYN_TRANSFER_DONE;
}

static bool
grow_input(DynHttpBuffer *in)
{
	size_t		size = in->size == 0 ? FIRST_SIZE : Min(in->size * 2, MAX_REQUEST_BYTES);
	size_t		counted = Max(size, FREE_SIZE) - Max(in->size, FREE_SIZE);
	char	   *larger;

	if (size == in->size || !dyn_body_memory_take(counted))
		return false;
	larger = realloc(in->bytes, size);
	if (larger == NULL)
	{
		dyn_body_memory_give(counted);
		return false;
	}
	in->bytes = larger;
	in->size = size;
	return true;
}

/* Make the buffer smaller; what it holds fits, and 0 frees it. */
static void
set_input_size(DynHttpBuffer *in, size_t size)
{
	char	   *smaller = NULL;

	if (size > 0)
	{
		smaller = realloc(in->bytes, size);
		if (smaller == NULL)
			return;
	}
	else
		free(in->bytes);
	dyn_body_memory_give(Max(in->size, FREE_SIZE) - Max(size, FREE_SIZE));
	in->bytes = smaller;
	in->size = size;
}

DynHttpResult
dyn_connection_request(DynConnection *connection, DynHttpRequest *request)
{
	DynHttpBuffer *in = &connection->in;
	DynHttpHeadReader again = {0};
	DynHttpHeadReader *reader = &connection->head_reader;
	bool		had_head = connection->head_size > 0;
	DynHttpResult result = DYN_HTTP_MORE;
	size_t		size;

	if (!had_head)
	{
		result = dyn_http_head_read(reader, in->bytes, in->length, &request->head, &size);
		if (result != DYN_HTTP_DONE)
			return result;
		connection->head_size = connection->body_end = connection->raw = size;
		result = dyn_http_body_begin(&connection->body, &request->head, DYN_HTTP_MAX_BODY);
		if (result != DYN_HTTP_DONE && result != DYN_HTTP_MORE)
			return result;
		connection->complete = result == DYN_HTTP_DONE;
		connection->awaits_continue = request->head.expects_continue && !connection->complete && size == in->length;
	}
	if (!connection->complete)
	{
		result = read_body(connection);
		if (result != DYN_HTTP_DONE)
			return result;
	}

	/* The buffer may have moved since the head was read. */
	if (had_head &&
		dyn_http_head_read(&again, in->bytes, connection->head_size, &request->head, &size) != DYN_HTTP_DONE)
		return DYN_HTTP_BAD_REQUEST;
	request->body.at = in->bytes + connection->head_size;
	request->body.length = connection->body_end - connection->head_size;
	return DYN_HTTP_DONE;
}

/* Put together what has come of the body. */
static DynHttpResult
read_body(DynConnection *connection)
{
	DynHttpBuffer *in = &connection->in;

	while (connection->raw < in->length)
	{
		size_t		used;
		DynSlice	data;
		DynHttpResult result = dyn_http_body_read(&connection->body, in->bytes + connection->raw,
												  in->length - connection->raw, &used, &data);

		if (result != DYN_HTTP_DONE && result != DYN_HTTP_MORE)
			return result;
		if (data.length > 0 && data.at != in->bytes + connection->body_end)
			memmove(in->bytes + connection->body_end, data.at, data.length);
		connection->body_end += data.length;
		connection->raw += used;
		connection->awaits_continue = false;
		if (result == DYN_HTTP_DONE)
		{
			connection->complete = true;
			return DYN_HTTP_DONE;
		}
	}
	/* All was looked at: more data goes right behind what is there. */
	connection->raw = in->length = connection->body_end;
	return DYN_HTTP_MORE;
}

bool
dyn_connection_wants_continue(DynConnection *connection)
{
	bool		wants = connection->awaits_continue;

	connection->awaits_continue = false;
	return wants;
}

void
dyn_connection_forget(DynConnection *connection)
{
	DynHttpBuffer *in = &connection->in;

	in->length -= connection->raw;
	if (in->length > 0)
		memmove(in->bytes, in->bytes + connection->raw, in->length);
	if (in->size > FREE_SIZE && in->length <= FREE_SIZE)
		set_input_size(in, FREE_SIZE);
	memset(&connection->head_reader, 0, sizeof(connection->head_reader));
	memset(&connection->body, 0, sizeof(connection->body));
	connection->head_size = connection->body_end = connection->raw = 0;
	connection->complete = connection->awaits_continue = false;
	connection->tries = 0;
}

bool
dyn_connection_has_input(const DynConnection *connection)
{
	return connection->in.length > 0;
}

void
dyn_connection_trim(DynConnection *connection)
{
	if (connection->in.length == 0 && connection->in.size > 0)
		set_input_size(&connection->in, 0);
	if (connection->out.length == 0 && connection->out.size > 0)
	{
		free(connection->out.bytes);
		memset(&connection->out, 0, sizeof(connection->out));
	}
}

/* ---- output ---- */

bool
dyn_connection_put(DynConnection *connection, const char *bytes, size_t length)
{
	DynHttpBuffer *out = &connection->out;

	if (out->size - out->length < length)
	{
		size_t		size = Max(out->size * 2, FIRST_SIZE);
		char	   *larger;

		while (size - out->length < length)
			size *= 2;
		larger = realloc(out->bytes, size);
		if (larger == NULL)
			return false;
		out->bytes = larger;
		out->size = size;
	}
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
	return true;
}

DynTransfer
dyn_connection_send(DynConnection *connection)
{
	DynHttpBuffer *out = &connection->out;

	while (connection->sent < out->length)
	{
		ssize_t		put = write_bytes(connection, out->bytes + connection->sent, out->length - connection->sent);

		if (put == BLOCKED)
			return DYN_TRANSFER_BLOCKED;
		if (put == 0)
			return DYN_TRANSFER_ENDED;
		connection->sent += put;
	}
	connection->sent = out->length = 0;
	return DYN_TRANSFER_DONE;
}

/* ---- the end ---- */

/*
 * To close a socket that has input left resets the connection, and the client
 * may never see what was sent last.  So only this direction is closed, and the
 * client has some time to notice.
 */
void
dyn_connection_linger(DynConnection *connection)
{
	if (connection->tls != NULL)
		dyn_tls_free(connection->tls);
	connection->tls = NULL;
	connection->read_wants_write = connection->write_wants_read = connection->more = false;
	(void) shutdown(connection->fd, SHUT_WR);
	connection->raw = connection->in.length;
	dyn_connection_forget(connection);
	dyn_connection_trim(connection);
}

DynTransfer
dyn_connection_discard(DynConnection *connection)
{
	char		thrown_away[16384];
	ssize_t		got = read_bytes(connection, thrown_away, sizeof(thrown_away));

	return got == 0 ? DYN_TRANSFER_ENDED : DYN_TRANSFER_DONE;
}
