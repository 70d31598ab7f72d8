/*-------------------------------------------------------------------------
 *
 * key_text.c
 *	  The type dynamo.key from and to text and the wire.
 *
 *		key			partition [ "/" sort ]
 *		partition	part { "," part }  |  "sha256:" 64 hexadecimal digits
 *		sort		part { "," part }
 *		part		a JSON string (S)  |  a decimal number (N)
 *					|  "\x" and hexadecimal digits (B)
 *
 * There are no spaces between them.  A partition that is too long to be
 * stored plainly may be written so, and is then digested; it prints as its
 * digest.  The hash is not written: it is that of the partition part.
 *
 * A bound of a range of keys (index/key_range.h) is not always a key, but
 * EXPLAIN shows it.  Bytes that are no key print as "bytes:" and hexadecimal
 * digits, which cannot be read back.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/json_write.h"
#include "item/key.h"
#include "item/number.h"

#define DIGEST_PREFIX	"sha256:"
#define BYTES_PREFIX	"bytes:"

/* How much of a text an error message shows. */
#define MAX_SHOWN_BYTES	100

/* A text that is being read: all of it for messages, and what is left. */
typedef struct Reader
{
	const char *text;
	const char *next;
} Reader;

static void read_digest(Reader *reader, DynKeyParts *parts);
static int	read_parts(Reader *reader, DynValue *values, int most);
static void read_part(Reader *reader, DynValue *value);
static void read_string(Reader *reader, DynValue *value);
static void read_number(Reader *reader, DynValue *value);
static void read_binary(Reader *reader, DynValue *value);
static uint8 *read_hex(Reader *reader, uint32 *length);
pg_noreturn static void refuse(const Reader *reader, const char *reason);
static const char *fault_reason(const DynKeyFault *fault);
static bool is_key(const uint8 *bytes, uint32 length, DynKeyParts *parts);
static void write_part(StringInfo out, const DynValue *value);
static void write_hex(StringInfo out, const uint8 *bytes, uint32 length);

PG_FUNCTION_INFO_V1(dynamo_key_in);
Datum
dynamo_key_in(PG_FUNCTION_ARGS)
{
	Reader		reader;
	DynKeyParts parts = {0};
	DynKeyFault fault;
	struct varlena *key;
	uint32		length;

	reader.text = reader.next = PG_GETARG_CSTRING(0);
	if (strncmp(reader.next, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) == 0)
		read_digest(&reader, &parts);
	else
		parts.nhash = read_parts(&reader, parts.values, DYN_MAX_HASH_ATTRIBUTES);
	if (*reader.next == '/')
	{
		reader.next++;
		parts.nrange = read_parts(&reader, parts.values + parts.nhash, DYN_MAX_RANGE_ATTRIBUTES);
	}
	if (*reader.next != '\0')
		refuse(&reader, "A part is followed by a comma, a slash or the end.");

	key = palloc(VARHDRSZ + DYN_MAX_KEY_BYTES);
	length = dyn_key_encode_parts(&parts, parts.nrange, (uint8 *) VARDATA(key), &fault);
	if (length == 0)
		refuse(&reader, fault_reason(&fault));
	SET_VARSIZE(key, VARHDRSZ + length);
	PG_RETURN_POINTER(key);
}

PG_FUNCTION_INFO_V1(dynamo_key_out);
Datum
dynamo_key_out(PG_FUNCTION_ARGS)
{
	struct varlena *key = PG_GETARG_VARLENA_PP(0);

	PG_RETURN_CSTRING(dyn_key_text((uint8 *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)));
}

PG_FUNCTION_INFO_V1(dynamo_key_recv);
Datum
dynamo_key_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	uint32		length = message->len - message->cursor;
	const uint8 *bytes = (const uint8 *) pq_getmsgbytes(message, length);
	struct varlena *key;
	DynKeyParts parts;

	if (!is_key(bytes, length, &parts))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of a key"),
				 errhint("Send what dynamo.key_send gave, or use the text form.")));
	key = palloc(VARHDRSZ + length);
	memcpy(VARDATA(key), bytes, length);
	SET_VARSIZE(key, VARHDRSZ + length);
	PG_RETURN_POINTER(key);
}

PG_FUNCTION_INFO_V1(dynamo_key_send);
Datum
dynamo_key_send(PG_FUNCTION_ARGS)
{
	struct varlena *key = PG_GETARG_VARLENA_PP(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

char *
dyn_key_text(const uint8 *bytes, uint32 length)
{
	DynKeyParts parts;
	StringInfoData out;

	initStringInfo(&out);
	if (!is_key(bytes, length, &parts))
	{
		appendStringInfoString(&out, BYTES_PREFIX);
		write_hex(&out, bytes, length);
		return out.data;
	}
	if (parts.digest != NULL)
	{
		appendStringInfoString(&out, DIGEST_PREFIX);
		write_hex(&out, parts.digest, DYN_DIGEST_BYTES);
	}
	for (int i = 0; i < parts.nhash + parts.nrange; i++)
	{
		if (i == parts.nhash)
			appendStringInfoCharMacro(&out, '/');
		else if (i > 0)
			appendStringInfoCharMacro(&out, ',');
		write_part(&out, &parts.values[i]);
	}
	return out.data;
}

/*
 * Take a key apart; false where the bytes are none.  They are one if they are
 * what encoding their parts gives: then every rule of the form holds, whatever
 * it is, and the text reads back as the same bytes.
 */
static bool
is_key(const uint8 *bytes, uint32 length, DynKeyParts *parts)
{
	uint8		encoded[DYN_MAX_KEY_BYTES];
	DynKeyFault fault;

	return dyn_key_decode(bytes, length, parts) && dyn_key_values_are_valid(parts) &&
		dyn_key_encode_parts(parts, parts->nrange, encoded, &fault) == length &&
		memcmp(encoded, bytes, length) == 0;
}

/* Read the digest of a partition part. */
static void
read_digest(Reader *reader, DynKeyParts *parts)
{
	uint32		length;

	reader->next += strlen(DIGEST_PREFIX);
	parts->digest = read_hex(reader, &length);
	if (length != DYN_DIGEST_BYTES)
		refuse(reader, "A digest has 64 hexadecimal digits.");
}

/* Read parts with commas between them; returns how many there were. */
static int
read_parts(Reader *reader, DynValue *values, int most)
{
	int			count = 0;

	do
	{
		if (count > 0)
			reader->next++;
		if (count == most)
			refuse(reader, "A key has at most 4 parts before and 4 after the slash.");
		read_part(reader, &values[count++]);
	} while (*reader->next == ',');
	return count;
}

static void
read_part(Reader *reader, DynValue *value)
{
	switch (*reader->next)
	{
		case '"':
			read_string(reader, value);
			break;
		case '\\':
			read_binary(reader, value);
			break;
		default:
			read_number(reader, value);
			break;
	}
}

/* Read a JSON string; one without escapes is a slice of the text. */
static void
read_string(Reader *reader, DynValue *value)
{
	const char *start = ++reader->next;
	uint32		length;
	bool		escaped = false;

	while (*reader->next != '"')
	{
		unsigned char c = *reader->next;

		if (c == '\\')
		{
			escaped = true;
			c = *++reader->next;
		}
		if (c < 0x20)
			refuse(reader, "A string has no closing quotation mark, or a control character that is not escaped.");
		reader->next++;
	}
	length = reader->next++ - start;

	if (!escaped)
	{
		value->tag = DYN_TAG_S;
		value->data = (const uint8 *) start;
		value->length = length;
	}
	else if (!dyn_string_unescape(start, length, value))
		refuse(reader, "A string has an escape that is not valid.");
}

static void
read_number(Reader *reader, DynValue *value)
{
	size_t		length = strspn(reader->next, "+-.0123456789eE");

	if (length == 0)
		refuse(reader, "A part begins with a quotation mark, a digit, a sign or \\x.");
	if (!dyn_read_number(reader->next, length, value))
		refuse(reader, "It has a number that is not valid.");
	reader->next += length;
}

static void
read_binary(Reader *reader, DynValue *value)
{
	if (reader->next[1] != 'x')
		refuse(reader, "A binary part begins with \\x.");
	reader->next += 2;
	value->tag = DYN_TAG_B;
	value->data = read_hex(reader, &value->length);
}

/* Read hexadecimal digits into palloc'd bytes. */
static uint8 *
read_hex(Reader *reader, uint32 *length)
{
	size_t		digits = strspn(reader->next, "0123456789abcdefABCDEF");
	uint8	   *bytes = palloc(digits / 2 + 1);

	if (digits % 2 != 0)
		refuse(reader, "It has an odd number of hexadecimal digits.");
	*length = hex_decode(reader->next, digits, (char *) bytes);
	reader->next += digits;
	return bytes;
}

static void
refuse(const Reader *reader, const char *reason)
{
	int			length = strlen(reader->text);
	int			shown = pg_mbcliplen(reader->text, length, MAX_SHOWN_BYTES);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%.*s%s\"", "dynamo.key",
					shown, reader->text, shown < length ? "..." : ""),
			 errdetail_internal("%s", reason),
			 errhint("Write a partition key, and after a slash a sort key, as in \"No One You Know\"/\"Call Me Today\" or 7/\\x00ff, or make keys with dynamo.key_of.")));
}

/* Why values cannot be a key, where each by itself is legal. */
static const char *
fault_reason(const DynKeyFault *fault)
{
	switch (fault->kind)
	{
		case DYN_KEY_HASH_TOO_LONG:
			return "The partition part has more than 2048 bytes.";
		case DYN_KEY_RANGE_TOO_LONG:
			return "The sort part has more than 1024 bytes.";
		default:
			return "The values of a key are not empty.";
	}
}

static void
write_part(StringInfo out, const DynValue *value)
{
	switch (value->tag)
	{
		case DYN_TAG_S:
			dyn_json_write_string(out, (const char *) value->data, value->length);
			break;
		case DYN_TAG_N:
			dyn_number_write(out, value->data, value->length);
			break;
		default:
			appendStringInfoString(out, "\\x");
			write_hex(out, value->data, value->length);
			break;
	}
}

static void
write_hex(StringInfo out, const uint8 *bytes, uint32 length)
{
	enlargeStringInfo(out, length * 2 + 1);
	hex_encode((const char *) bytes, length, out->data + out->len);
	out->len += length * 2;
	out->data[out->len] = '\0';
}
