/*-------------------------------------------------------------------------
 *
 * gunzip.c
 *	  Decompresses the bodies of requests.
 *
 * All memory is malloc's: it belongs to the process and not to a request, so
 * an error that is raised later leaves nothing to clean up.
 *
 *-------------------------------------------------------------------------
 */
#include "http/gunzip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* 15 bits of window, and gzip's format only. */
#define GZIP_WINDOW_BITS	(15 + 16)

/* Memory for contents begins with this much, and more than this is not kept. */
#define FIRST_ROOM			65536

static z_stream stream;
static bool stream_made = false;
static char *room = NULL;
static size_t room_size = 0;

/* Make more room for what is decompressed, but no more than one byte over the limit. */
static bool
grow(size_t limit)
{
	size_t		size = room_size == 0 ? FIRST_ROOM : room_size * 2;
	char	   *larger;

	if (size > limit + 1)
		size = limit + 1;
	larger = realloc(room, size);
	if (larger == NULL)
		return false;
	room = larger;
	room_size = size;
	return true;
}

/* Be ready for the first member of a file. */
static bool
begin(void)
{
	if (stream_made)
		return inflateReset(&stream) == Z_OK;
	memset(&stream, 0, sizeof(stream));
	stream_made = inflateInit2(&stream, GZIP_WINDOW_BITS) == Z_OK;
	return stream_made;
}

DynHttpResult
dyn_gunzip(DynSlice compressed, size_t limit, DynSlice *content)
{
	size_t		length = 0;
	bool		whole = false;	/* does what was read end with a member? */

	if (!begin() || compressed.length > UINT32_MAX || limit >= UINT32_MAX)
		return DYN_HTTP_CONTENT_TOO_LARGE;
	stream.next_in = (Bytef *) compressed.at;
	stream.avail_in = (uInt) compressed.length;

	while (!whole || stream.avail_in > 0)
	{
		int			result;

		/* A next member. */
		if (whole && inflateReset(&stream) != Z_OK)
			return DYN_HTTP_BAD_REQUEST;
		whole = false;

		if (length == room_size && !grow(limit))
			return DYN_HTTP_CONTENT_TOO_LARGE;
		stream.next_out = (Bytef *) room + length;
		stream.avail_out = (uInt) (room_size - length);
		result = inflate(&stream, Z_NO_FLUSH);
		length = room_size - stream.avail_out;

		if (length > limit)
			return DYN_HTTP_CONTENT_TOO_LARGE;
		if (result == Z_STREAM_END)
			whole = true;
		else if (result != Z_OK && !(result == Z_BUF_ERROR && stream.avail_out == 0))
			return DYN_HTTP_BAD_REQUEST;
		else if (stream.avail_in == 0 && stream.avail_out > 0)
			return DYN_HTTP_BAD_REQUEST;	/* it is not all there */
	}

	*content = (DynSlice) {room, length};
	return DYN_HTTP_DONE;
}

void
dyn_gunzip_release(void)
{
	if (room_size <= FIRST_ROOM)
		return;
	free(room);
	room = NULL;
	room_size = 0;
}
