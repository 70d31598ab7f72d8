/*-------------------------------------------------------------------------
 *
 * json_write.c
 *	  Writing JSON into a StringInfo.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/shortest_dec.h"

#include "base/compat.h"
#include "base/json_write.h"

#define EACH_BYTE(byte)		(UINT64CONST(0x0101010101010101) * (byte))

/* Does this byte need an escape inside a JSON string? */
static inline bool
needs_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

/* Does one of these eight bytes need an escape? */
static inline bool
one_needs_escape(uint64 bytes)
{
	uint64		quote = bytes ^ EACH_BYTE('"');
	uint64		backslash = bytes ^ EACH_BYTE('\\');

	/* A subtraction borrows into the top bit of a byte that is below what is subtracted. */
	return (((bytes - EACH_BYTE(0x20)) & ~bytes) |
			((quote - EACH_BYTE(1)) & ~quote) |
			((backslash - EACH_BYTE(1)) & ~backslash)) & EACH_BYTE(0x80);
}

/*
 * Copy bytes up to the first one that needs an escape, or to the end, and
 * return where that is.
 */
static inline const char *
copy_plain(char **to, const char *string, const char *end)
{
	char	   *copy = *to;

	while (end - string >= (ptrdiff_t) sizeof(uint64))
	{
		uint64		bytes;

		memcpy(&bytes, string, sizeof(bytes));
		if (one_needs_escape(bytes))
			break;
		memcpy(copy, &bytes, sizeof(bytes));
		string += sizeof(bytes);
		copy += sizeof(bytes);
	}
	while (string < end && !needs_escape((unsigned char) *string))
		*copy++ = *string++;
	*to = copy;
	return string;
}

/* Append one byte as an escape. */
static void
write_escape(StringInfo out, unsigned char byte)
{
	switch (byte)
	{
		case '"':
			appendStringInfoString(out, "\\\"");
			break;
		case '\\':
			appendStringInfoString(out, "\\\\");
			break;
		case '\b':
			appendStringInfoString(out, "\\b");
			break;
		case '\f':
			appendStringInfoString(out, "\\f");
			break;
		case '\n':
			appendStringInfoString(out, "\\n");
			break;
		case '\r':
			appendStringInfoString(out, "\\r");
			break;
		case '\t':
			appendStringInfoString(out, "\\t");
			break;
		default:
			appendStringInfo(out, "\\u%04x", byte);
			break;
	}
}

void
dyn_json_write_string(StringInfo out, const char *string, size_t length)
{
	const char *end = string + length;
	char	   *to;

	appendStringInfoCharMacro(out, '"');
	for (;;)
	{
		/* Most strings need no escape, and this is all that they need. */
		enlargeStringInfo(out, end - string + 1);
		to = out->data + out->len;
		string = copy_plain(&to, string, end);
		out->len = to - out->data;
		if (string == end)
			break;
		write_escape(out, (unsigned char) *string++);
	}
	out->data[out->len++] = '"';
	out->data[out->len] = '\0';
}

void
dyn_json_write_base64(StringInfo out, const uint8 *bytes, size_t length)
{
	int			room = pg_b64_enc_len(length);
	int			written;

	appendStringInfoCharMacro(out, '"');
	enlargeStringInfo(out, room + 1);
	written = dyn_b64_encode(bytes, length, out->data + out->len, room + 1);
	if (written < 0)
		elog(ERROR, "could not encode %zu bytes as base64", length);
	out->len += written;
	out->data[out->len] = '\0';
	appendStringInfoCharMacro(out, '"');
}

/* Put the comma that the next element needs. */
static void
separate(DynJsonWriter *writer)
{
	if (writer->comma)
		appendStringInfoCharMacro(writer->out, ',');
	writer->comma = true;
}

void
dyn_json_object_begin(DynJsonWriter *writer)
{
	separate(writer);
	appendStringInfoCharMacro(writer->out, '{');
	writer->comma = false;
}

void
dyn_json_object_end(DynJsonWriter *writer)
{
	appendStringInfoCharMacro(writer->out, '}');
	writer->comma = true;
}

void
dyn_json_array_begin(DynJsonWriter *writer)
{
	separate(writer);
	appendStringInfoCharMacro(writer->out, '[');
	writer->comma = false;
}

void
dyn_json_array_end(DynJsonWriter *writer)
{
	appendStringInfoCharMacro(writer->out, ']');
	writer->comma = true;
}

void
dyn_json_name(DynJsonWriter *writer, const char *name)
{
	dyn_json_name_bytes(writer, name, strlen(name));
}

void
dyn_json_name_bytes(DynJsonWriter *writer, const char *name, size_t length)
{
	separate(writer);
	dyn_json_write_string(writer->out, name, length);
	appendStringInfoCharMacro(writer->out, ':');
	writer->comma = false;
}

void
dyn_json_put_string(DynJsonWriter *writer, const char *string)
{
	separate(writer);
	dyn_json_write_string(writer->out, string, strlen(string));
}

void
dyn_json_put_integer(DynJsonWriter *writer, int64 value)
{
	separate(writer);
	appendStringInfo(writer->out, INT64_FORMAT, value);
}

void
dyn_json_put_boolean(DynJsonWriter *writer, bool value)
{
	separate(writer);
	appendStringInfoString(writer->out, value ? "true" : "false");
}

void
dyn_json_put_real(DynJsonWriter *writer, double value)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	separate(writer);
	double_to_shortest_decimal_buf(value, text);
	appendStringInfoString(writer->out, text);
}

void
dyn_json_put_raw(DynJsonWriter *writer)
{
	separate(writer);
}
