/*-------------------------------------------------------------------------
 *
 * item_io.c
 *	  Input, output, receive and send of dynamo.item and dynamo.value.
 *
 * The binary form that is sent is the stored one without the varlena header.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"

#include "base/compat.h"
#include "base/error.h"
#include "item/value.h"

/* Room made for the text of an item beforehand, at most. */
#define EXPECTED_TEXT	65536

/* The text of an item is guessed to be twice as long, up to this length. */
#define MAX_GUESS	(1024 * 1024)

PG_FUNCTION_INFO_V1(dynamo_item_in);
PG_FUNCTION_INFO_V1(dynamo_item_out);
PG_FUNCTION_INFO_V1(dynamo_item_recv);
PG_FUNCTION_INFO_V1(dynamo_item_send);
PG_FUNCTION_INFO_V1(dynamo_value_in);
PG_FUNCTION_INFO_V1(dynamo_value_out);
PG_FUNCTION_INFO_V1(dynamo_value_recv);
PG_FUNCTION_INFO_V1(dynamo_value_send);

/* dynamo.item_in(cstring) */
Datum
dynamo_item_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	PG_RETURN_POINTER(dyn_item_from_text(text, strlen(text)));
}

/* dynamo.item_out(dynamo.item) */
Datum
dynamo_item_out(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	StringInfoData out;

	initStringInfo(&out);
	enlargeStringInfo(&out, Min(item.length * (Size) 2, EXPECTED_TEXT));
	dyn_item_write_json(&out, &item);
	PG_RETURN_CSTRING(out.data);
}

/*
 * Take the bytes of a message after the version byte, which must be ours.
 */
static const uint8 *
take_message(StringInfo message, uint32 *length)
{
	int			version = pq_getmsgbyte(message);

	if (version != DYN_FORMAT_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unknown version of the binary form: %d", version),
				 errhint("This version of the extension knows version %d; use the text form between different versions.",
						 DYN_FORMAT_VERSION)));
	*length = message->len - message->cursor;
	return (const uint8 *) pq_getmsgbytes(message, *length);
}

/* dynamo.item_recv(internal) */
Datum
dynamo_item_recv(PG_FUNCTION_ARGS)
{
	DynValue	item;

	item.tag = DYN_TAG_M;
	item.data = take_message((StringInfo) PG_GETARG_POINTER(0), &item.length);

	/* The item itself is no level of an attribute. */
	dyn_value_verify(&item, DYN_MAX_NESTING + 1);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&item));
}

/* dynamo.item_send(dynamo.item) */
Datum
dynamo_item_send(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, DYN_FORMAT_VERSION);
	pq_sendbytes(&message, (const char *) item.data, item.length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * dynamo.value_in(cstring)
 *
 * Text that begins with a brace is DynamoDB JSON; any other text is the
 * string of exactly these characters.
 */
Datum
dynamo_value_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	size_t		length = strlen(text);
	DynValue	string;

	if (text[strspn(text, " \t\n\r")] == '{')
		PG_RETURN_POINTER(dyn_value_from_text(text, length));
	string = dyn_make_string(text, length);
	PG_RETURN_POINTER(dyn_value_to_datum(&string));
}

/* dynamo.value_out(dynamo.value) */
Datum
dynamo_value_out(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	StringInfoData out;

	initStringInfo(&out);
	dyn_value_write_json(&out, &value);
	PG_RETURN_CSTRING(out.data);
}

/* dynamo.value_recv(internal) */
Datum
dynamo_value_recv(PG_FUNCTION_ARGS)
{
	DynValue	value;
	uint32		length;
	const uint8 *data = take_message((StringInfo) PG_GETARG_POINTER(0), &length);

	if (length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of an item or a value"),
				 errdetail("It has no type."),
				 errhint("Send what the send function of the same type gave, or use the text form.")));
	value.tag = (DynTag) data[0];
	value.data = data + 1;
	value.length = length - 1;
	dyn_value_verify(&value, DYN_MAX_NESTING);
	PG_RETURN_POINTER(dyn_value_to_datum(&value));
}

/* dynamo.value_send(dynamo.value) */
Datum
dynamo_value_send(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, DYN_FORMAT_VERSION);
	pq_sendbyte(&message, value.tag);
	pq_sendbytes(&message, (const char *) value.data, value.length);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
