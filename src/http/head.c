/*-------------------------------------------------------------------------
 *
 * head.c
 *	  Reads the heads of HTTP/1.1 requests (RFC 9112, sections 2 to 6).
 *
 * Two passes.  The first looks at bytes as they arrive, each once: limits,
 * line ends, bytes that belong nowhere, and where the empty line is.  So a
 * client that sends a byte at a time costs no more than another, and what
 * can become no request is refused at once.  The second takes the complete
 * head apart.
 *
 *-------------------------------------------------------------------------
 */
#include "http/head.h"

#include <string.h>

/*
 * Classes of bytes: of a token (RFC 9110, 5.6.2); of a path, apart from "%"
 * (RFC 3986, 3.3, and "/"); of a field's value, space and tab included (RFC
 * 9110, 5.5); hexadecimal digits.  All that is not ASCII is of VALUE alone.
 */
enum
{
	TOKEN = 1,
	URI = 2,
	VALUE = 4,
	HEX = 8
};

static const unsigned char classes[128] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	4, 7, 4, 5, 7, 5, 7, 7, 6, 6, 7, 7, 6, 7, 7, 6,
	15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 6, 4, 6, 4, 4,
	6, 15, 15, 15, 15, 15, 15, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 4, 4, 5, 7,
	5, 15, 15, 15, 15, 15, 15, 7, 7, 7, 7, 7, 7, 7, 7, 7,
	7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4, 5, 4, 7, 0
};

static inline bool
is(int class, unsigned char byte)
{
	return ((byte < 128 ? classes[byte] : VALUE) & class) != 0;
}

static DynHttpResult find_end(DynHttpHeadReader *reader, const char *bytes, size_t length, size_t *size);
static DynHttpResult read_request_line(const char *line, size_t length, DynHttpHead *head);
static DynHttpResult read_target(DynSlice target, DynHttpHead *head);
static DynHttpResult read_field(const char *line, size_t length, DynHttpHead *head);
static DynHttpResult read_framing(DynHttpHead *head);
static DynHttpResult read_connection(DynHttpHead *head);

DynHttpResult
dyn_http_head_read(DynHttpHeadReader *reader, const char *bytes, size_t length, DynHttpHead *head, size_t *size)
{
	DynHttpResult result = find_end(reader, bytes, length, size);
	const char *line;
	const char *end;

	if (result != DYN_HTTP_DONE)
		return result;

	head->n_fields = 0;
	result = read_request_line(bytes + reader->begin, reader->fields - 2 - reader->begin, head);
	if (result != DYN_HTTP_DONE)
		return result;

	/* find_end has seen that every line ends with CRLF, and the last one is empty. */
	end = bytes + *size - 2;
	for (line = bytes + reader->fields; line < end;)
	{
		const char *line_end = memchr(line, '\r', end - line);

		result = read_field(line, line_end - line, head);
		if (result != DYN_HTTP_DONE)
			return result;
		line = line_end + 2;
	}

	result = read_framing(head);
	if (result != DYN_HTTP_DONE)
		return result;
	return read_connection(head);
}

/* ---- the first pass ---- */

/* A line ended before "next".  Returns DONE if it was the empty one after the fields. */
static DynHttpResult
end_line(DynHttpHeadReader *reader, size_t next)
{
	bool		empty = next - reader->line == 2;

	reader->line = next;
	if (reader->fields != 0)
		return empty ? DYN_HTTP_DONE : DYN_HTTP_MORE;

	/* RFC 9112, 2.2: one empty line before a request is to be ignored. */
	if (empty)
	{
		if (reader->begin != 0)
			return DYN_HTTP_BAD_REQUEST;
		reader->begin = next;
		return DYN_HTTP_MORE;
	}
	reader->fields = next;
	return DYN_HTTP_MORE;
}

/* Look at the bytes that are new, and find the end of the head. */
static DynHttpResult
find_end(DynHttpHeadReader *reader, const char *bytes, size_t length, size_t *size)
{
	while (reader->seen < length)
	{
		bool		in_fields = reader->fields != 0;
		size_t		limit = in_fields ? reader->fields + DYN_HTTP_MAX_HEADERS : reader->begin + DYN_HTTP_MAX_REQUEST_LINE;
		size_t		stop = length < limit ? length : limit;
		size_t		seen = reader->seen;
		DynHttpResult result;

		/* A line that begins with white space is folded, or comes before the request. */
		if (seen == reader->line && (bytes[seen] == ' ' || bytes[seen] == '\t'))
			return DYN_HTTP_BAD_REQUEST;

		while (seen < stop && is(VALUE, bytes[seen]))
			seen++;
		reader->seen = seen;
		if (seen == length)
			return DYN_HTTP_MORE;
		if (seen == limit)
			return in_fields ? DYN_HTTP_FIELDS_TOO_LARGE : DYN_HTTP_URI_TOO_LONG;

		/* Now this is CRLF, or nothing that belongs here. */
		if (bytes[seen] != '\r')
			return DYN_HTTP_BAD_REQUEST;
		if (seen + 1 == length)
			return DYN_HTTP_MORE;
		if (bytes[seen + 1] != '\n')
			return DYN_HTTP_BAD_REQUEST;
		if (seen + 2 > limit)
			return in_fields ? DYN_HTTP_FIELDS_TOO_LARGE : DYN_HTTP_URI_TOO_LONG;

		reader->seen = seen + 2;
		result = end_line(reader, reader->seen);
		if (result == DYN_HTTP_DONE)
			*size = reader->seen;
		if (result != DYN_HTTP_MORE)
			return result;
	}
	return DYN_HTTP_MORE;
}

/* ---- the second pass ---- */

/* method SP request-target SP HTTP-version */
static DynHttpResult
read_request_line(const char *line, size_t length, DynHttpHead *head)
{
	const char *end = line + length;
	const char *space = memchr(line, ' ', length);
	const char *second;
	DynSlice	target;
	DynSlice	version;

	if (space == NULL || space == line)
		return DYN_HTTP_BAD_REQUEST;
	second = memchr(space + 1, ' ', end - space - 1);
	if (second == NULL)
		return DYN_HTTP_BAD_REQUEST;
	head->method = (DynSlice) {line, space - line};
	target = (DynSlice) {space + 1, second - space - 1};
	version = (DynSlice) {second + 1, end - second - 1};

	for (size_t i = 0; i < head->method.length; i++)
		if (!is(TOKEN, head->method.at[i]))
			return DYN_HTTP_BAD_REQUEST;

	if (version.length != 8 || memcmp(version.at, "HTTP/", 5) != 0 || version.at[6] != '.' ||
		version.at[5] < '0' || version.at[5] > '9' || version.at[7] < '0' || version.at[7] > '9')
		return DYN_HTTP_BAD_REQUEST;
	if (version.at[5] != '1' || version.at[7] > '1')
		return DYN_HTTP_VERSION_NOT_SUPPORTED;
	head->minor_version = version.at[7] - '0';

	return read_target(target, head);
}

/* Do these bytes make a path or, with "?" in it, a query? */
static bool
is_uri_text(DynSlice text, bool query)
{
	for (size_t i = 0; i < text.length; i++)
	{
		if (text.at[i] == '%')
		{
			if (text.length - i < 3 || !is(HEX, text.at[i + 1]) || !is(HEX, text.at[i + 2]))
				return false;
			i += 2;
		}
		else if (!is(URI, text.at[i]) && !(query && text.at[i] == '?'))
			return false;
	}
	return true;
}

/* Is this an authority: host, or host and port (RFC 3986, 3.2)?  It may be empty. */
static bool
is_authority(DynSlice text)
{
	size_t		i = 0;

	if (text.length > 0 && text.at[0] == '[')
	{
		for (i = 1; i < text.length && (is(HEX, text.at[i]) || text.at[i] == ':' || text.at[i] == '.'); i++)
			;
		if (i == 1 || i == text.length || text.at[i] != ']')
			return false;
		i++;
	}
	else
		for (; i < text.length && text.at[i] != ':'; i++)
		{
			if (text.at[i] == '%' && text.length - i >= 3 && is(HEX, text.at[i + 1]) && is(HEX, text.at[i + 2]))
				i += 2;
			else if (!is(URI, text.at[i]) || text.at[i] == '@' || text.at[i] == '/')
				return false;
		}
	if (i == text.length)
		return true;
	if (text.at[i] != ':')
		return false;
	for (i++; i < text.length; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return true;
}

/* The length of "http://" or "https://" at the begin of a target, or 0. */
static size_t
scheme_length(DynSlice target)
{
	if (target.length > 7 && dyn_slice_is_nocase((DynSlice) {target.at, 7}, "http://"))
		return 7;
	if (target.length > 8 && dyn_slice_is_nocase((DynSlice) {target.at, 8}, "https://"))
		return 8;
	return 0;
}

/*
 * Take a request-target apart: "/path?query", the absolute form that clients
 * of a proxy send, or "*".  There is nothing to CONNECT to.
 */
static DynHttpResult
read_target(DynSlice target, DynHttpHead *head)
{
	const char *end = target.at + target.length;
	const char *path = target.at;
	const char *mark;
	size_t		scheme;

	head->query = (DynSlice) {NULL, 0};
	if (dyn_slice_is(target, "*"))
	{
		head->path = target;
		return dyn_slice_is(head->method, "OPTIONS") ? DYN_HTTP_DONE : DYN_HTTP_BAD_REQUEST;
	}
	if (dyn_slice_is(head->method, "CONNECT"))
		return DYN_HTTP_NOT_IMPLEMENTED;

	scheme = scheme_length(target);
	if (scheme > 0)
	{
		const char *authority = target.at + scheme;

		path = memchr(authority, '/', end - authority);
		if (path == NULL || path == authority || !is_authority((DynSlice) {authority, path - authority}))
			return DYN_HTTP_BAD_REQUEST;
	}

	if (path == end || *path != '/')
		return DYN_HTTP_BAD_REQUEST;
	mark = memchr(path, '?', end - path);
	head->path = (DynSlice) {path, (mark != NULL ? mark : end) - path};
	if (mark != NULL)
		head->query = (DynSlice) {mark + 1, end - mark - 1};
	return is_uri_text(head->path, false) && is_uri_text(head->query, true) ? DYN_HTTP_DONE : DYN_HTTP_BAD_REQUEST;
}

/* What is between two places, without the white space around it. */
static DynSlice
trim(const char *begin, const char *end)
{
	for (; begin < end && (*begin == ' ' || *begin == '\t'); begin++)
		;
	for (; end > begin && (end[-1] == ' ' || end[-1] == '\t'); end--)
		;
	return (DynSlice) {begin, end - begin};
}

/* field-name ":" OWS field-value OWS */
static DynHttpResult
read_field(const char *line, size_t length, DynHttpHead *head)
{
	const char *colon = memchr(line, ':', length);

	if (colon == NULL || colon == line)
		return DYN_HTTP_BAD_REQUEST;
	for (const char *at = line; at < colon; at++)
		if (!is(TOKEN, *at))
			return DYN_HTTP_BAD_REQUEST;
	if (head->n_fields == DYN_HTTP_MAX_FIELDS)
		return DYN_HTTP_FIELDS_TOO_LARGE;
	head->fields[head->n_fields++] = (DynHttpField) {{line, colon - line}, trim(colon + 1, line + length)};
	return DYN_HTTP_DONE;
}

/* Read digits; what does not fit is as large as can be. */
static bool
read_length(DynSlice text, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < text.length; i++)
	{
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		if (*number > (UINT64_MAX - 9) / 10)
			*number = UINT64_MAX;
		else
			*number = *number * 10 + (text.at[i] - '0');
	}
	return text.length > 0;
}

/* Content-Length, Transfer-Encoding and Host: once each, and not two ways to frame. */
static DynHttpResult
read_framing(DynHttpHead *head)
{
	DynSlice	value;
	int			lengths;
	int			encodings;
	int			hosts;

	head->chunked = false;
	head->content_length = 0;

	lengths = dyn_http_field_find(head, "content-length", &value);
	if (lengths > 1 || (lengths == 1 && !read_length(value, &head->content_length)))
		return DYN_HTTP_BAD_REQUEST;

	encodings = dyn_http_field_find(head, "transfer-encoding", &value);
	if (encodings > 0)
	{
		/* HTTP/1.0 knows none: who sends one there may be smuggling. */
		if (encodings > 1 || lengths > 0 || head->minor_version == 0)
			return DYN_HTTP_BAD_REQUEST;
		if (!dyn_slice_is_nocase(value, "chunked"))
			return DYN_HTTP_NOT_IMPLEMENTED;
		head->chunked = true;
	}

	hosts = dyn_http_field_find(head, "host", &value);
	if (hosts > 1 || (hosts == 0 && head->minor_version == 1) || (hosts == 1 && !is_authority(value)))
		return DYN_HTTP_BAD_REQUEST;
	return DYN_HTTP_DONE;
}

/* Is an option one of a comma-separated list? */
static bool
list_has(DynSlice list, const char *option)
{
	const char *end = list.at + list.length;

	for (const char *begin = list.at; begin < end;)
	{
		const char *comma = memchr(begin, ',', end - begin);
		const char *next = comma != NULL ? comma + 1 : end;

		if (dyn_slice_is_nocase(trim(begin, comma != NULL ? comma : end), option))
			return true;
		begin = next;
	}
	return false;
}

/* Connection and Expect. */
static DynHttpResult
read_connection(DynHttpHead *head)
{
	bool		close = false;

	head->keep_alive = head->minor_version == 1;
	head->expects_continue = false;
	for (int i = 0; i < head->n_fields; i++)
	{
		const DynHttpField *field = &head->fields[i];

		if (dyn_slice_is_nocase(field->name, "connection"))
		{
			close = close || list_has(field->value, "close");
			head->keep_alive = head->keep_alive || list_has(field->value, "keep-alive");
		}
		else if (dyn_slice_is_nocase(field->name, "expect"))
		{
			if (!dyn_slice_is_nocase(field->value, "100-continue"))
				return DYN_HTTP_EXPECTATION_FAILED;
			/* RFC 9110, 10.1.1: it means nothing in HTTP/1.0. */
			head->expects_continue = head->minor_version == 1;
		}
	}

	/* It wins, wherever it stands. */
	if (close)
		head->keep_alive = false;
	return DYN_HTTP_DONE;
}

/* ---- names and bytes ---- */

int
dyn_http_field_find(const DynHttpHead *head, const char *name, DynSlice *value)
{
	int			found = 0;

	for (int i = 0; i < head->n_fields; i++)
		if (dyn_slice_is_nocase(head->fields[i].name, name) && found++ == 0)
			*value = head->fields[i].value;
	return found;
}

bool
dyn_slice_is(DynSlice slice, const char *string)
{
	return strlen(string) == slice.length && memcmp(slice.at, string, slice.length) == 0;
}

bool
dyn_slice_is_nocase(DynSlice slice, const char *string)
{
	for (size_t i = 0; i < slice.length; i++)
	{
		char		byte = slice.at[i];

		if (byte >= 'A' && byte <= 'Z')
			byte += 'a' - 'A';
		if (string[i] == '\0' || byte != string[i])
			return false;
	}
	return string[slice.length] == '\0';
}

bool
dyn_http_is_token_byte(unsigned char byte)
{
	return is(TOKEN, byte);
}

/* Also what is not ASCII (obs-text). */
bool
dyn_http_is_value_byte(unsigned char byte)
{
	return is(VALUE, byte);
}
