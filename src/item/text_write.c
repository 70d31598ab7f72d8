/*-------------------------------------------------------------------------
 *
 * text_write.c
 *	  Writing values and items as DynamoDB JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/json_write.h"
#include "item/number.h"
#include "item/value.h"

/* Length of {"NULL": at most. */
#define MAX_OPENING		8

static void write_payload(StringInfo out, const DynValue *value);

/* Append a number in quotes. */
static void
write_number(StringInfo out, const DynValue *number)
{
	appendStringInfoCharMacro(out, '"');
	dyn_number_write(out, number->data, number->length);
	appendStringInfoCharMacro(out, '"');
}

void
dyn_value_write_json(StringInfo out, const DynValue *value)
{
	const char *name = dyn_tag_name(value->tag);
	char	   *to;

	CHECK_FOR_INTERRUPTS();
	enlargeStringInfo(out, MAX_OPENING);
	to = out->data + out->len;
	*to++ = '{';
	*to++ = '"';
	while (*name != '\0')
		*to++ = *name++;
	*to++ = '"';
	*to++ = ':';
	out->len = to - out->data;
	write_payload(out, value);
	appendStringInfoCharMacro(out, '}');
}

void
dyn_item_write_json(StringInfo out, const DynValue *item)
{
	DynIterator iterator;
	DynEntry	entry;
	bool		comma = false;

	Assert(item->tag == DYN_TAG_M);
	appendStringInfoCharMacro(out, '{');
	dyn_iterator_begin(&iterator, item);
	while (dyn_iterator_next(&iterator, &entry))
	{
		if (comma)
			appendStringInfoCharMacro(out, ',');
		comma = true;
		dyn_json_write_string(out, entry.name, entry.name_length);
		appendStringInfoCharMacro(out, ':');
		dyn_value_write_json(out, &entry.value);
	}
	appendStringInfoCharMacro(out, '}');
}

/* Append what stands after the type's name. */
static void
write_payload(StringInfo out, const DynValue *value)
{
	DynIterator iterator;
	DynEntry	entry;
	bool		comma = false;

	switch (value->tag)
	{
		case DYN_TAG_NULL:
		case DYN_TAG_TRUE:
			appendStringInfoString(out, "true");
			return;
		case DYN_TAG_FALSE:
			appendStringInfoString(out, "false");
			return;
		case DYN_TAG_N:
			write_number(out, value);
			return;
		case DYN_TAG_S:
			dyn_json_write_string(out, (const char *) value->data, value->length);
			return;
		case DYN_TAG_B:
			dyn_json_write_base64(out, value->data, value->length);
			return;
		case DYN_TAG_M:
			check_stack_depth();
			dyn_item_write_json(out, value);
			return;
		case DYN_TAG_L:
		case DYN_TAG_NS:
		case DYN_TAG_SS:
		case DYN_TAG_BS:
			break;
	}

	check_stack_depth();
	appendStringInfoCharMacro(out, '[');
	dyn_iterator_begin(&iterator, value);
	while (dyn_iterator_next(&iterator, &entry))
	{
		if (comma)
			appendStringInfoCharMacro(out, ',');
		comma = true;
		if (value->tag == DYN_TAG_L)
			dyn_value_write_json(out, &entry.value);
		else
			write_payload(out, &entry.value);
	}
	appendStringInfoCharMacro(out, ']');
}
