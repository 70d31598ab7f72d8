/*-------------------------------------------------------------------------
 *
 * answer.c
 *	  HTTP responses: status, headers, body.
 *
 * Every answer has an id of its own and the CRC-32 of its body's bytes, which
 * clients compare.  A client that says where its page comes from (Origin) may
 * be a browser, and is told that any page may read the answer: who may do
 * what is decided by signatures and not by pages.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <time.h>
#include <zlib.h>

#include "common/pg_prng.h"

#include "http/answer.h"

#define REQUEST_ID_LENGTH	52

/* The headers that are always there fit into this; those of CORS repeat what the client sent. */
#define MAX_FIXED_HEADERS	512

static const char *reason(int status);
static const char *date(void);
static void make_request_id(char id[REQUEST_ID_LENGTH + 1]);
static bool put_cors(DynConnection *connection, const DynAnswer *answer);
static bool put_echo(DynConnection *connection, const DynHttpHead *head, const char *asked, const char *name);

static bool
put_text(DynConnection *connection, const char *text)
{
	return dyn_connection_put(connection, text, strlen(text));
}

bool
dyn_answer_put(DynConnection *connection, const DynAnswer *answer)
{
	char		headers[MAX_FIXED_HEADERS];
	char		id[REQUEST_ID_LENGTH + 1];
	bool		no_body = answer->head != NULL && dyn_slice_is(answer->head->method, "HEAD");
	int			length;

	make_request_id(id);
	length = snprintf(headers, sizeof(headers),
					  "HTTP/1.1 %d %s\r\n"
					  "Server: Server\r\n"
					  "Date: %s\r\n"
					  "%s%s%s"
					  "Content-Length: %zu\r\n"
					  "Connection: %s\r\n"
					  "x-amzn-RequestId: %s\r\n"
					  "x-amz-crc32: %lu\r\n",
					  answer->status, reason(answer->status), date(),
					  answer->content_type != NULL ? "Content-Type: " : "",
					  answer->content_type != NULL ? answer->content_type : "",
					  answer->content_type != NULL ? "\r\n" : "",
					  answer->length, answer->close ? "close" : "keep-alive", id,
					  crc32(0, (const Bytef *) answer->body, (uInt) answer->length));
	Assert(length < sizeof(headers));
	return dyn_connection_put(connection, headers, length) &&
		put_cors(connection, answer) &&
		put_text(connection, "\r\n") &&
		(no_body || dyn_connection_put(connection, answer->body, answer->length));
}

bool
dyn_answer_put_continue(DynConnection *connection)
{
	return put_text(connection, "HTTP/1.1 100 Continue\r\n\r\n");
}

static const char *
reason(int status)
{
	switch (status)
	{
		case 200:
			return "OK";
		case 400:
			return "Bad Request";
		case 404:
			return "Not Found";
		case 408:
			return "Request Timeout";
		case 413:
			return "Content Too Large";
		case 414:
			return "URI Too Long";
		case 415:
			return "Unsupported Media Type";
		case 417:
			return "Expectation Failed";
		case 431:
			return "Request Header Fields Too Large";
		case 500:
			return "Internal Server Error";
		case 501:
			return "Not Implemented";
		case 503:
			return "Service Unavailable";
		case 505:
			return "HTTP Version Not Supported";
	}
	return "Error";
}

/* The time, in the one form that HTTP has for it; made once a second. */
static const char *
date(void)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static char text[64];
	static time_t made = 0;
	time_t		now = time(NULL);
	struct tm	tm;

	if (now == made)
		return text;
	gmtime_r(&now, &tm);
	snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
			 months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	made = now;
	return text;
}

/* An id tells requests apart; nobody has to be unable to guess it. */
static void
make_request_id(char id[REQUEST_ID_LENGTH + 1])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

	for (int i = 0; i < REQUEST_ID_LENGTH;)
	{
		uint64		bits = pg_prng_uint64(&pg_global_prng_state);

		for (int j = 0; j < 12 && i < REQUEST_ID_LENGTH; j++, bits >>= 5)
			id[i++] = digits[bits & 31];
	}
	id[REQUEST_ID_LENGTH] = '\0';
}

/* ---- CORS ---- */

static bool
put_cors(DynConnection *connection, const DynAnswer *answer)
{
	DynSlice	origin;

	if (answer->head == NULL || dyn_http_field_find(answer->head, "origin", &origin) == 0)
		return true;
	if (!put_text(connection,
				  "Access-Control-Allow-Origin: *\r\n"
				  "Access-Control-Expose-Headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,x-amz-crc32,Date\r\n"))
		return false;
	if (!dyn_slice_is(answer->head->method, "OPTIONS"))
		return true;
	return put_text(connection, "Access-Control-Max-Age: 172800\r\n") &&
		put_echo(connection, answer->head, "access-control-request-headers", "Access-Control-Allow-Headers: ") &&
		put_echo(connection, answer->head, "access-control-request-method", "Access-Control-Allow-Methods: ");
}

/* Allow what was asked for.  The reader of heads lets no line ends into values. */
static bool
put_echo(DynConnection *connection, const DynHttpHead *head, const char *asked, const char *name)
{
	DynSlice	value;

	if (dyn_http_field_find(head, asked, &value) == 0)
		return true;
	return put_text(connection, name) &&
		dyn_connection_put(connection, value.at, value.length) &&
		put_text(connection, "\r\n");
}
