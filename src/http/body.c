/*-------------------------------------------------------------------------
 *
 * body.c
 *	  Reads the bodies of HTTP/1.1 requests.
 *
 * Everything but the data of a body goes through a machine that takes one
 * byte at a time, so it makes no difference how the bytes arrive:
 *
 *		chunk		1*HEXDIG *( ";" name [ "=" value ] ) CRLF data CRLF
 *		last chunk	1*"0" *( ";" ... ) CRLF
 *		trailers	*( field CRLF ) CRLF
 *
 * Extensions and trailers are read, counted and dropped.  White space is
 * allowed nowhere but in quoted values, values of trailers, and beside the
 * ";" and "=" of extensions, where RFC 9112 still takes it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/body.h"

enum
{
	DATA_BY_LENGTH,
	SIZE_FIRST,					/* first digit of a chunk's size */
	SIZE,
	EXTENSION_BEGIN,			/* after ";" */
	EXTENSION_NAME,
	EXTENSION_NAME_SPACE,		/* white space after a name: "=" or ";" follows */
	EXTENSION_VALUE_BEGIN,		/* after "=" */
	EXTENSION_TOKEN,
	EXTENSION_QUOTED,
	EXTENSION_ESCAPED,			/* after a backslash */
	EXTENSION_QUOTE_END,
	EXTENSION_SPACE,			/* white space after a size or a value: ";" follows */
	SIZE_LF,
	CHUNK_DATA,
	CHUNK_CR,
	CHUNK_LF,
	TRAILER_BEGIN,
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF,
	COMPLETE,
	BROKEN
};

/* More digits than any size needs; zeros in front count. */
#define MAX_SIZE_DIGITS 16

static DynHttpResult read_framing_byte(DynHttpBody *body, unsigned char byte);

DynHttpResult
dyn_http_body_begin(DynHttpBody *body, const DynHttpHead *head, uint64_t limit)
{
	body->limit = limit;
	body->extras = 0;
	body->digits = 0;
	body->total = 0;
	body->remaining = 0;
	if (head->chunked)
	{
		body->state = SIZE_FIRST;
		return DYN_HTTP_MORE;
	}
	if (head->content_length > limit)
	{
		body->state = BROKEN;
		return DYN_HTTP_CONTENT_TOO_LARGE;
	}
	body->remaining = body->total = head->content_length;
	body->state = body->total > 0 ? DATA_BY_LENGTH : COMPLETE;
	return body->total > 0 ? DYN_HTTP_MORE : DYN_HTTP_DONE;
}

DynHttpResult
dyn_http_body_read(DynHttpBody *body, const char *bytes, size_t length, size_t *used, DynSlice *data)
{
	*used = 0;
	*data = (DynSlice) {bytes, 0};

	while (*used < length)
	{
		DynHttpResult result;

		if (body->state == DATA_BY_LENGTH || body->state == CHUNK_DATA)
		{
			size_t		there = length - *used;

			if (there > body->remaining)
				there = (size_t) body->remaining;
			*data = (DynSlice) {bytes + *used, there};
			*used += there;
			body->remaining -= there;
			if (body->remaining > 0)
				return DYN_HTTP_MORE;
			body->state = body->state == CHUNK_DATA ? CHUNK_CR : COMPLETE;
			return body->state == COMPLETE ? DYN_HTTP_DONE : DYN_HTTP_MORE;
		}

		result = read_framing_byte(body, bytes[(*used)++]);
		if (result != DYN_HTTP_MORE)
		{
			body->state = result == DYN_HTTP_DONE ? COMPLETE : BROKEN;
			return result;
		}
	}
	return DYN_HTTP_MORE;
}

uint64_t
dyn_http_body_announced(const DynHttpBody *body)
{
	return body->total;
}

/* ---- what is between the data ---- */

static int
hex_digit(unsigned char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return -1;
}

/* Go to a state by way of a byte that belongs to an extension or a trailer. */
static DynHttpResult
extra(DynHttpBody *body, int state)
{
	if (++body->extras > DYN_HTTP_MAX_CHUNK_EXTRAS)
		return DYN_HTTP_FIELDS_TOO_LARGE;
	body->state = state;
	return DYN_HTTP_MORE;
}

static DynHttpResult
go_to(DynHttpBody *body, int state)
{
	body->state = state;
	return DYN_HTTP_MORE;
}

/* The line of a chunk's size has ended. */
static DynHttpResult
begin_chunk(DynHttpBody *body)
{
	if (body->remaining == 0)
		return go_to(body, TRAILER_BEGIN);
	if (body->remaining > body->limit - body->total)
		return DYN_HTTP_CONTENT_TOO_LARGE;
	body->total += body->remaining;
	return go_to(body, CHUNK_DATA);
}

/* Take a byte of a chunk's size or of what follows it: ";", a name and maybe "=" and a value, again and again. */
static DynHttpResult
read_size_byte(DynHttpBody *body, unsigned char byte)
{
	bool		token = dyn_http_is_token_byte(byte);
	bool		space = byte == ' ' || byte == '\t';
	int			digit;

	switch (body->state)
	{
		case SIZE_FIRST:
		case SIZE:
			digit = hex_digit(byte);
			if (digit >= 0)
			{
				if (++body->digits > MAX_SIZE_DIGITS)
					return DYN_HTTP_BAD_REQUEST;
				body->remaining = body->remaining * 16 + digit;
				return go_to(body, SIZE);
			}
			if (body->state == SIZE_FIRST)
				return DYN_HTTP_BAD_REQUEST;
			break;
		case EXTENSION_BEGIN:
			if (space)
				return extra(body, EXTENSION_BEGIN);
			return token ? extra(body, EXTENSION_NAME) : DYN_HTTP_BAD_REQUEST;
		case EXTENSION_NAME:
			if (token)
				return extra(body, EXTENSION_NAME);
			if (byte == '\r')
				break;
			/* FALLTHROUGH */
		case EXTENSION_NAME_SPACE:
			if (byte == '=')
				return extra(body, EXTENSION_VALUE_BEGIN);
			if (byte == ';')
				return extra(body, EXTENSION_BEGIN);
			return space ? extra(body, EXTENSION_NAME_SPACE) : DYN_HTTP_BAD_REQUEST;
		case EXTENSION_VALUE_BEGIN:
			if (space)
				return extra(body, EXTENSION_VALUE_BEGIN);
			if (byte == '"')
				return extra(body, EXTENSION_QUOTED);
			return token ? extra(body, EXTENSION_TOKEN) : DYN_HTTP_BAD_REQUEST;
		case EXTENSION_TOKEN:
			if (token)
				return extra(body, EXTENSION_TOKEN);
			break;
		case EXTENSION_QUOTED:
			if (byte == '"')
				return extra(body, EXTENSION_QUOTE_END);
			if (!dyn_http_is_value_byte(byte))
				return DYN_HTTP_BAD_REQUEST;
			return extra(body, byte == '\\' ? EXTENSION_ESCAPED : EXTENSION_QUOTED);
		case EXTENSION_ESCAPED:
			return dyn_http_is_value_byte(byte) ? extra(body, EXTENSION_QUOTED) : DYN_HTTP_BAD_REQUEST;
		case EXTENSION_SPACE:
			if (byte == '\r')
				return DYN_HTTP_BAD_REQUEST;
			break;
		default:
			break;
	}

	/* After a size, a name, a value, or the white space after one. */
	if (byte == ';')
		return extra(body, EXTENSION_BEGIN);
	if (space)
		return extra(body, EXTENSION_SPACE);
	return byte == '\r' ? go_to(body, SIZE_LF) : DYN_HTTP_BAD_REQUEST;
}

static DynHttpResult
read_trailer_byte(DynHttpBody *body, unsigned char byte)
{
	switch (body->state)
	{
		case TRAILER_BEGIN:
			if (byte == '\r')
				return go_to(body, LAST_LF);
			return dyn_http_is_token_byte(byte) ? extra(body, TRAILER_NAME) : DYN_HTTP_BAD_REQUEST;
		case TRAILER_NAME:
			if (byte == ':')
				return extra(body, TRAILER_VALUE);
			return dyn_http_is_token_byte(byte) ? extra(body, TRAILER_NAME) : DYN_HTTP_BAD_REQUEST;
		case TRAILER_VALUE:
			if (byte == '\r')
				return extra(body, TRAILER_LF);
			return dyn_http_is_value_byte(byte) ? extra(body, TRAILER_VALUE) : DYN_HTTP_BAD_REQUEST;
		case TRAILER_LF:
			return byte == '\n' ? extra(body, TRAILER_BEGIN) : DYN_HTTP_BAD_REQUEST;
		default:				/* LAST_LF */
			return byte == '\n' ? DYN_HTTP_DONE : DYN_HTTP_BAD_REQUEST;
	}
}

/* Take a byte that is not data. */
static DynHttpResult
read_framing_byte(DynHttpBody *body, unsigned char byte)
{
	switch (body->state)
	{
		case SIZE_LF:
			return byte == '\n' ? begin_chunk(body) : DYN_HTTP_BAD_REQUEST;
		case CHUNK_CR:
			return byte == '\r' ? go_to(body, CHUNK_LF) : DYN_HTTP_BAD_REQUEST;
		case CHUNK_LF:
			body->remaining = 0;
			body->digits = 0;
			return byte == '\n' ? go_to(body, SIZE_FIRST) : DYN_HTTP_BAD_REQUEST;
		case TRAILER_BEGIN:
		case TRAILER_NAME:
		case TRAILER_VALUE:
		case TRAILER_LF:
		case LAST_LF:
			return read_trailer_byte(body, byte);
		case COMPLETE:
		case BROKEN:
			return DYN_HTTP_BAD_REQUEST;
		default:
			return read_size_byte(body, byte);
	}
}
