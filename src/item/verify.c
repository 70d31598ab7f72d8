/*-------------------------------------------------------------------------
 *
 * verify.c
 *	  The check of bytes from outside: is this the one form of a value?
 *
 * Nothing is assumed of the bytes.  What passes may be trusted, and is what
 * the builder would have made of the same value.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/compat.h"
#include "base/json_string.h"
#include "item/bytes.h"
#include "item/number.h"
#include "item/value.h"

pg_noreturn static void invalid(const char *why);

static void
invalid(const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of an item or a value"),
			 errdetail("%s", why),
			 errhint("Send what the send function of the same type gave, or use the text form.")));
}

/*
 * Read a varint of untrusted bytes before "end" and step over it.  It must
 * fit 32 bits and not be longer than it must.
 */
static uint32
verify_varint(const uint8 **p, const uint8 *end)
{
	uint64		result = 0;
	int			shift = 0;
	uint8		byte;

	do
	{
		if (*p == end || shift >= 7 * DYN_MAX_VARINT_BYTES)
			invalid("A length is incomplete.");
		byte = *(*p)++;
		result |= (uint64) (byte & 0x7F) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (result > PG_UINT32_MAX || (byte == 0 && shift > 7))
		invalid("A length is not in its shortest form.");
	return (uint32) result;
}

/* Check one entry of a container and its value; it gives back the entry. */
static void
verify_entry(DynTag container, const uint8 *start, const uint8 *end, int levels, DynEntry *entry)
{
	const uint8 *p = start;

	entry->name = NULL;
	entry->name_length = 0;
	switch (container)
	{
		case DYN_TAG_M:
			if (p == end)
				invalid("An attribute is incomplete.");
			entry->value.tag = (DynTag) (*p >> 4);
			entry->name_length = *p++ & 15;
			if (entry->name_length == DYN_LONG_NAME)
			{
				uint32		more = verify_varint(&p, end);

				if (more > DYN_MAX_NAME_BYTES)
					invalid("A name is too long.");
				entry->name_length += more;
			}
			if (entry->name_length > end - p)
				invalid("A name is incomplete.");
			entry->name = (const char *) p;
			p += entry->name_length;
			if (!dyn_name_is_valid(entry->name, entry->name_length) ||
				!dyn_utf8_is_valid(entry->name, entry->name_length))
				invalid("A name is empty, too long, or not text.");
			break;
		case DYN_TAG_L:
			if (p == end)
				invalid("A list element is incomplete.");
			entry->value.tag = (DynTag) *p++;
			break;
		case DYN_TAG_NS:
			entry->value.tag = DYN_TAG_N;
			break;
		case DYN_TAG_SS:
			entry->value.tag = DYN_TAG_S;
			break;
		default:
			entry->value.tag = DYN_TAG_B;
			break;
	}
	entry->value.data = p;
	entry->value.length = end - p;
	dyn_value_verify(&entry->value, levels);
}

/* Check a container and all that is in it. */
static void
verify_container(const DynValue *container, int levels)
{
	const uint8 *p = container->data;
	const uint8 *end = container->data + container->length;
	const uint8 *directory;
	const uint8 *entries;
	const uint8 *start;
	uint32		head = verify_varint(&p, end);
	uint32		count = head >> 2;
	uint32		code = head & 3;
	uint32		width = 1 << code;
	DynEntry	previous = {0};

	if (count == 0)
	{
		if (head != 0 || p != end || DYN_TAG_IS_SET(container->tag))
			invalid("An empty container has bytes, or is a set.");
		return;
	}
	if (code > 2 || (Size) (count - 1) * width > end - p)
		invalid("A directory is incomplete.");
	directory = p;
	entries = start = p + (Size) (count - 1) * width;
	if (dyn_width_code(end - entries) != code)
		invalid("A directory is wider than it must be.");

	for (uint32 i = 0; i < count; i++)
	{
		const uint8 *entry_end = end;
		DynEntry	entry;

		if (i + 1 < count)
		{
			uint32		offset = dyn_read_slot(directory, width, i);

			if (offset > end - entries || offset < start - entries)
				invalid("A directory is not in order.");
			entry_end = entries + offset;
		}
		verify_entry(container->tag, start, entry_end, levels, &entry);
		if (i > 0)
		{
			if (container->tag == DYN_TAG_M &&
				dyn_compare_bytes(previous.name, previous.name_length, entry.name, entry.name_length) >= 0)
				invalid("Names are not in order.");
			if (DYN_TAG_IS_SET(container->tag) && dyn_value_compare(&previous.value, &entry.value) >= 0)
				invalid("Elements of a set are not in order.");
		}
		previous = entry;
		start = entry_end;
	}
}

void
dyn_value_verify(const DynValue *value, int levels)
{
	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (levels <= 0)
		invalid("It has too many levels.");
	switch (value->tag)
	{
		case DYN_TAG_NULL:
		case DYN_TAG_FALSE:
		case DYN_TAG_TRUE:
			if (value->length != 0)
				invalid("A value of type NULL or BOOL has bytes.");
			return;
		case DYN_TAG_N:
			if (!dyn_number_is_valid(value->data, value->length))
				invalid("A number is not in its normal form.");
			return;
		case DYN_TAG_S:
			if (!dyn_utf8_is_valid((const char *) value->data, value->length))
				invalid("A string is not valid UTF-8.");
			return;
		case DYN_TAG_B:
			return;
		case DYN_TAG_NS:
		case DYN_TAG_SS:
		case DYN_TAG_BS:
			verify_container(value, levels);
			return;
		case DYN_TAG_L:
		case DYN_TAG_M:
			verify_container(value, levels - 1);
			return;
	}
	invalid("A type is unknown.");
}
