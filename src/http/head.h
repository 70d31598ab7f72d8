/*-------------------------------------------------------------------------
 *
 * head.h
 *	  The heads of HTTP/1.1 requests: request line and header fields, read as
 *	  RFC 9112 writes them and not otherwise.
 *
 * What one server reads in one way and another in a second way is how
 * requests are smuggled, so nothing is repaired: a folded line, a bare CR or
 * LF, white space before a colon, a second Content-Length (equal or not), or
 * one beside Transfer-Encoding ends the connection.
 *
 * This file and its neighbours body.c and gunzip.c know neither Postgres nor
 * DynamoDB, raise nothing and, but for zlib's own state, allocate nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_HEAD_H
#define DYN_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits, tested before anything else is. */
#define DYN_HTTP_MAX_REQUEST_LINE	16384
#define DYN_HTTP_MAX_HEADERS		16384	/* bytes of all fields, line ends included */
#define DYN_HTTP_MAX_FIELDS			100

/* What a reader answers: MORE, DONE, or the status that refuses the request. */
typedef enum DynHttpResult
{
	DYN_HTTP_MORE = 0,			/* the bytes that are there are well-formed so far */
	DYN_HTTP_DONE = 1,
	DYN_HTTP_BAD_REQUEST = 400,
	DYN_HTTP_CONTENT_TOO_LARGE = 413,
	DYN_HTTP_URI_TOO_LONG = 414,
	DYN_HTTP_EXPECTATION_FAILED = 417,
	DYN_HTTP_FIELDS_TOO_LARGE = 431,
	DYN_HTTP_NOT_IMPLEMENTED = 501,
	DYN_HTTP_VERSION_NOT_SUPPORTED = 505
} DynHttpResult;

/* Some of the bytes that were received; not terminated. */
typedef struct DynSlice
{
	const char *at;
	size_t		length;
} DynSlice;

typedef struct DynHttpField
{
	DynSlice	name;			/* as it was written */
	DynSlice	value;			/* without the white space around it */
} DynHttpField;

typedef struct DynHttpHead
{
	DynSlice	method;
	DynSlice	path;			/* "/...", or "*" */
	DynSlice	query;			/* after "?"; at is NULL where there is none */
	int			minor_version;	/* HTTP/1.0 or HTTP/1.1 */
	int			n_fields;
	DynHttpField fields[DYN_HTTP_MAX_FIELDS];

	/* How the body is framed, and what happens after the answer. */
	bool		chunked;
	uint64_t	content_length; /* 0 where there is none */
	bool		keep_alive;
	bool		expects_continue;
} DynHttpHead;

/*
 * Where the reader of one head is.  Zero it before the first byte of a
 * request.
 */
typedef struct DynHttpHeadReader
{
	size_t		begin;			/* of the request line: after an empty line, if one came before it */
	size_t		seen;			/* bytes that were looked at */
	size_t		line;			/* begin of the line that is being looked at */
	size_t		fields;			/* begin of the first field, 0 until it is known */
} DynHttpHeadReader;

/*
 * Read a head from the bytes of a connection.  Call it again, with the same
 * and more bytes, after MORE: each byte is looked at once until the head is
 * complete.  After DONE, *head points into these bytes, and *size is where
 * the body begins.  After anything else the connection is beyond repair:
 * nobody knows where the next request would begin.
 */
extern DynHttpResult dyn_http_head_read(DynHttpHeadReader *reader, const char *bytes, size_t length,
										DynHttpHead *head, size_t *size);

/*
 * Find the field of a name, given in lower case.  Returns how many there
 * are; *value is the first one's.
 */
extern int	dyn_http_field_find(const DynHttpHead *head, const char *name, DynSlice *value);

/* Is a slice this string?  Without regard to case: "string" is in lower case. */
extern bool dyn_slice_is(DynSlice slice, const char *string);
extern bool dyn_slice_is_nocase(DynSlice slice, const char *string);

/* Classes of bytes, for the grammar of heads and trailers. */
extern bool dyn_http_is_token_byte(unsigned char byte);
extern bool dyn_http_is_value_byte(unsigned char byte);

#endif							/* DYN_HTTP_HEAD_H */
