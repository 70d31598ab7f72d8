/*-------------------------------------------------------------------------
 *
 * key_decode.c
 *	  Taking keys apart: from the bytes of key.h to values.
 *
 * The bytes may come from outside, so every length is checked.  What is only
 * a matter of form (padding, length prefixes, the hash) is not: whoever must
 * know encodes the parts again and compares.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/json_string.h"
#include "item/key.h"
#include "item/number.h"

typedef struct Reader
{
	const uint8 *next;
	const uint8 *end;
} Reader;

#define bytes_left(reader)	((uint32) ((reader)->end - (reader)->next))

/* Does a tag of this kind come next? */
#define next_is(reader, kind) \
	(bytes_left(reader) > 0 && (*(reader)->next & 0xF0) == (kind))

static bool read_hash_value(Reader *reader, DynValue *value);
static bool read_grouped(Reader *reader, DynValue *value);
static bool read_last(Reader *reader, DynValue *value);
static bool read_tag(Reader *reader, DynTag *tag);

bool
dyn_key_decode(const uint8 *bytes, uint32 length, DynKeyParts *parts)
{
	Reader		reader = {bytes, bytes + length};
	DynValue   *value = parts->values;

	memset(parts, 0, sizeof(DynKeyParts));
	if (length <= DYN_KEY_HASH_BYTES || length > DYN_MAX_KEY_BYTES)
		return false;
	reader.next += DYN_KEY_HASH_BYTES;

	if (*reader.next == DYN_KEY_DIGEST_TAG)
	{
		reader.next++;
		if (bytes_left(&reader) < DYN_DIGEST_BYTES)
			return false;
		parts->digest = reader.next;
		reader.next += DYN_DIGEST_BYTES;
	}
	else
	{
		while (next_is(&reader, DYN_KEY_HASH_TAG))
			if (parts->nhash++ == DYN_MAX_HASH_ATTRIBUTES || !read_hash_value(&reader, value++))
				return false;
		if (parts->nhash == 0)
			return false;
	}
	if (bytes_left(&reader) == 0)
		return true;

	while (next_is(&reader, DYN_KEY_GROUPED_TAG))
		if (parts->nrange++ == DYN_MAX_RANGE_ATTRIBUTES - 1 || !read_grouped(&reader, value++))
			return false;
	parts->nrange++;
	return next_is(&reader, DYN_KEY_LAST_TAG) && read_last(&reader, value);
}

bool
dyn_key_values_are_valid(const DynKeyParts *parts)
{
	for (int i = 0; i < parts->nhash + parts->nrange; i++)
	{
		const DynValue *value = &parts->values[i];

		if (value->tag == DYN_TAG_S && !dyn_utf8_is_valid((const char *) value->data, value->length))
			return false;
		if (value->tag == DYN_TAG_N && !dyn_number_is_valid(value->data, value->length))
			return false;
	}
	return true;
}

/* Read a tag and a length-prefixed payload. */
static bool
read_hash_value(Reader *reader, DynValue *value)
{
	uint32		length;

	if (!read_tag(reader, &value->tag) || bytes_left(reader) == 0)
		return false;
	length = *reader->next++;
	if (length >= 0x80)
	{
		if (bytes_left(reader) == 0)
			return false;
		length = (length & 0x7F) | (uint32) *reader->next++ << 7;
	}
	if (length > bytes_left(reader))
		return false;
	value->data = reader->next;
	value->length = length;
	reader->next += length;
	return true;
}

/* Read a tag and a payload in groups with their marks. */
static bool
read_grouped(Reader *reader, DynValue *value)
{
	uint8	   *payload;
	uint32		length = 0;
	uint8		mark;

	if (!read_tag(reader, &value->tag))
		return false;
	payload = palloc(bytes_left(reader) + 1);
	do
	{
		if (bytes_left(reader) < DYN_KEY_GROUP_BYTES + 1)
			return false;
		memcpy(payload + length, reader->next, DYN_KEY_GROUP_BYTES);
		mark = reader->next[DYN_KEY_GROUP_BYTES];
		reader->next += DYN_KEY_GROUP_BYTES + 1;
		length += DYN_KEY_GROUP_BYTES;
	} while (mark == DYN_KEY_GROUP_MORE);

	if (mark < DYN_KEY_GROUP_LAST || mark > DYN_KEY_GROUP_LAST + DYN_KEY_GROUP_BYTES)
		return false;
	value->data = payload;
	value->length = length - DYN_KEY_GROUP_BYTES + (mark - DYN_KEY_GROUP_LAST);
	return true;
}

/* Read a tag and all that comes after it. */
static bool
read_last(Reader *reader, DynValue *value)
{
	if (!read_tag(reader, &value->tag))
		return false;
	value->data = reader->next;
	value->length = bytes_left(reader);
	return true;
}

/* Read the type of a tag. */
static bool
read_tag(Reader *reader, DynTag *tag)
{
	switch (*reader->next++ & 0x0F)
	{
		case 1:
			*tag = DYN_TAG_S;
			return true;
		case 2:
			*tag = DYN_TAG_N;
			return true;
		case 3:
			*tag = DYN_TAG_B;
			return true;
		default:
			return false;
	}
}
