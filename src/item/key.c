/*-------------------------------------------------------------------------
 *
 * key.c
 *	  Making keys: from an item and a key schema to the bytes of key.h.
 *
 *		item ─ gather ─ values ─ encode ─ bytes ─ dynamo.key
 *
 * Bytes are written to a buffer of fixed size, on the stack of most callers,
 * so that comparing a row's key with its item (the CHECK of every table)
 * allocates nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"

#include "base/compat.h"
#include "item/key.h"
#include "item/murmur3.h"

/* A HASH value's tag and the varint of its length (at most 2,048). */
#define MAX_HEAD_BYTES		3

/* The low digit of a value's tag in a key. */
#define type_digit(tag)		((tag) == DYN_TAG_S ? 1 : (tag) == DYN_TAG_N ? 2 : 3)

static bool gather(const DynKeySchema *schema, const DynValue *map, Datum datum, DynKeyParts *parts,
				   DynKeyFault *fault);
static bool set_fault(DynKeyFault *fault, DynKeyFaultKind kind, int position);
static bool check_value(const DynKeySchema *schema, int position, const DynValue *value, DynKeyFault *fault);
static bool check_lengths(const DynKeyParts *parts, DynKeyFault *fault);
static uint8 *put_partition(const DynKeyParts *parts, uint8 *to);
static int	make_head(const DynValue *value, uint8 *head);
static void put_digest(const DynKeyParts *parts, uint8 *to);
static uint8 *put_grouped(const DynValue *value, uint8 *to);
static uint8 *put_last(const DynValue *value, uint8 *to);
static struct varlena *make_varlena(const uint8 *bytes, uint32 length);

struct varlena *
dyn_key_make(const DynKeySchema *schema, const DynValue *item, DynKeyFault *fault)
{
	uint8		bytes[DYN_MAX_KEY_BYTES];
	DynKeyParts parts;

	if (!gather(schema, item, (Datum) 0, &parts, fault))
		return NULL;
	return make_varlena(bytes, dyn_key_encode_parts(&parts, schema->nrange, bytes, fault));
}

struct varlena *
dyn_key_make_from_datum(const DynKeySchema *schema, Datum item, DynKeyFault *fault)
{
	uint8		bytes[DYN_MAX_KEY_BYTES];

	return make_varlena(bytes, dyn_key_encode_datum(schema, item, bytes, fault));
}

struct varlena *
dyn_key_make_from_values(const DynKeySchema *schema, const DynValue *values, int nvalues, DynKeyFault *fault)
{
	uint8		bytes[DYN_MAX_KEY_BYTES];
	DynKeyParts parts;

	Assert(nvalues >= schema->nhash && nvalues <= dyn_key_schema_count(schema));
	parts.digest = NULL;
	parts.nhash = schema->nhash;
	parts.nrange = nvalues - schema->nhash;
	for (int i = 0; i < nvalues; i++)
	{
		if (!check_value(schema, i, &values[i], fault))
			return NULL;
		parts.values[i] = values[i];
	}
	return make_varlena(bytes, dyn_key_encode_parts(&parts, schema->nrange, bytes, fault));
}

uint32
dyn_key_encode_datum(const DynKeySchema *schema, Datum item, uint8 *bytes, DynKeyFault *fault)
{
	struct varlena *pointer = (struct varlena *) DatumGetPointer(item);
	DynKeyParts parts;

	if (VARATT_IS_EXTENDED(pointer) && !VARATT_IS_SHORT(pointer))
	{
		if (!gather(schema, NULL, item, &parts, fault))
			return 0;
	}
	else
	{
		DynValue	map = dyn_item_view(item);

		if (!gather(schema, &map, (Datum) 0, &parts, fault))
			return 0;
	}
	return dyn_key_encode_parts(&parts, schema->nrange, bytes, fault);
}

uint32
dyn_key_encode_parts(const DynKeyParts *parts, int total_nrange, uint8 *bytes, DynKeyFault *fault)
{
	uint8	   *partition = bytes + DYN_KEY_HASH_BYTES;
	uint8	   *end;
	uint32		hash;

	if (!check_lengths(parts, fault))
		return 0;

	end = put_partition(parts, partition);
	hash = dyn_murmur3(partition, end - partition, 0);
	bytes[0] = hash >> 24;
	bytes[1] = hash >> 16;
	bytes[2] = hash >> 8;
	bytes[3] = hash;

	for (int i = 0; i < parts->nrange; i++)
	{
		const DynValue *value = &parts->values[parts->nhash + i];

		end = i < total_nrange - 1 ? put_grouped(value, end) : put_last(value, end);
	}

	Assert(end <= bytes + DYN_MAX_KEY_BYTES);
	fault->kind = DYN_KEY_OK;
	return end - bytes;
}

uint32
dyn_key_partition_length(const uint8 *key, uint32 length)
{
	uint32		position = DYN_KEY_HASH_BYTES;

	if (length > position && key[position] == DYN_KEY_DIGEST_TAG)
		return Min(length, position + 1 + DYN_DIGEST_BYTES);

	/* a plain partition part is short: the length fits two bytes */
	while (position + 1 < length && (key[position] & 0xF0) == DYN_KEY_HASH_TAG)
	{
		uint32		value_length = key[position + 1];

		position += 2;
		if (value_length >= 0x80 && position < length)
			value_length = (value_length & 0x7F) | (uint32) key[position++] << 7;
		position += value_length;
	}
	return Min(length, position);
}

uint32
dyn_key_hash(const uint8 *key, uint32 length)
{
	uint32		hash = 0;

	for (uint32 i = 0; i < DYN_KEY_HASH_BYTES; i++)
		hash = hash << 8 | (i < length ? key[i] : 0);
	return hash;
}

/*
 * Collect an item's key attributes; false and a fault where one is missing,
 * of another type or empty.  The item is a map, or where that is NULL a datum
 * that is worth detoasting in parts.
 */
static bool
gather(const DynKeySchema *schema, const DynValue *map, Datum datum, DynKeyParts *parts, DynKeyFault *fault)
{
	parts->digest = NULL;
	parts->nhash = schema->nhash;
	parts->nrange = schema->nrange;
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		DynValue   *value = &parts->values[i];

		if (!(map != NULL ?
			  dyn_map_get(map, attribute->name, attribute->name_length, value) :
			  dyn_item_get(datum, attribute->name, attribute->name_length, value)))
			return set_fault(fault, DYN_KEY_MISSING, i);
		if (!check_value(schema, i, value, fault))
			return false;
	}
	return true;
}

/* Note a fault; always false, for callers to return. */
static bool
set_fault(DynKeyFault *fault, DynKeyFaultKind kind, int position)
{
	memset(fault, 0, sizeof(DynKeyFault));
	fault->kind = kind;
	fault->position = position;
	return false;
}

/* Is this a legal value, but for its length? */
static bool
check_value(const DynKeySchema *schema, int position, const DynValue *value, DynKeyFault *fault)
{
	if (value->tag != schema->attributes[position].tag)
	{
		set_fault(fault, DYN_KEY_TYPE, position);
		fault->found = value->tag;
		return false;
	}
	if (value->length == 0)
		return set_fault(fault, DYN_KEY_EMPTY, position);
	return true;
}

/* Are the values within the service's limits, together? */
static bool
check_lengths(const DynKeyParts *parts, DynKeyFault *fault)
{
	uint32		bytes = 0;

	for (int i = 0; i < parts->nhash + parts->nrange; i++)
	{
		uint32		length = parts->values[i].length;
		bool		range = i >= parts->nhash;

		if (i == parts->nhash)
			bytes = 0;
		if (length == 0)
			return set_fault(fault, DYN_KEY_EMPTY, i);
		if (length > (range ? DYN_MAX_RANGE_VALUE_BYTES : DYN_MAX_HASH_VALUE_BYTES) - bytes)
			return set_fault(fault, range ? DYN_KEY_RANGE_TOO_LONG : DYN_KEY_HASH_TOO_LONG, i);
		bytes += length;
	}
	return true;
}

/* Write the partition part, plain or digested; returns its end. */
static uint8 *
put_partition(const DynKeyParts *parts, uint8 *to)
{
	uint8		head[MAX_HEAD_BYTES];
	uint32		length = 0;

	for (int i = 0; i < parts->nhash; i++)
		length += make_head(&parts->values[i], head) + parts->values[i].length;

	if (parts->digest != NULL || length > DYN_MAX_PLAIN_PARTITION)
	{
		*to++ = DYN_KEY_DIGEST_TAG;
		put_digest(parts, to);
		return to + DYN_DIGEST_BYTES;
	}

	for (int i = 0; i < parts->nhash; i++)
	{
		const DynValue *value = &parts->values[i];

		to += make_head(value, to);
		memcpy(to, value->data, value->length);
		to += value->length;
	}
	return to;
}

/* Write a HASH value's tag and length; returns how many bytes that takes. */
static int
make_head(const DynValue *value, uint8 *head)
{
	head[0] = DYN_KEY_HASH_TAG | type_digit(value->tag);
	if (value->length < 0x80)
	{
		head[1] = value->length;
		return 2;
	}
	head[1] = 0x80 | (value->length & 0x7F);
	head[2] = value->length >> 7;
	return 3;
}

/* Write the SHA-256 of the plain partition part. */
static void
put_digest(const DynKeyParts *parts, uint8 *to)
{
	pg_cryptohash_ctx *context;
	bool		ok;

	if (parts->digest != NULL)
	{
		memcpy(to, parts->digest, DYN_DIGEST_BYTES);
		return;
	}

	context = pg_cryptohash_create(PG_SHA256);
	ok = context != NULL && pg_cryptohash_init(context) >= 0;
	for (int i = 0; ok && i < parts->nhash; i++)
	{
		const DynValue *value = &parts->values[i];
		uint8		head[MAX_HEAD_BYTES];
		int			head_length = make_head(value, head);

		ok = pg_cryptohash_update(context, head, head_length) >= 0 &&
			pg_cryptohash_update(context, value->data, value->length) >= 0;
	}
	if (!ok || pg_cryptohash_final(context, to, DYN_DIGEST_BYTES) < 0)
		elog(ERROR, "could not compute the SHA-256 of a partition key");
	pg_cryptohash_free(context);
}

/* Write a RANGE value in groups, so that no value is a prefix of another. */
static uint8 *
put_grouped(const DynValue *value, uint8 *to)
{
	const uint8 *from = value->data;
	uint32		left = value->length;

	*to++ = DYN_KEY_GROUPED_TAG | type_digit(value->tag);
	while (left > DYN_KEY_GROUP_BYTES)
	{
		memcpy(to, from, DYN_KEY_GROUP_BYTES);
		to[DYN_KEY_GROUP_BYTES] = DYN_KEY_GROUP_MORE;
		to += DYN_KEY_GROUP_BYTES + 1;
		from += DYN_KEY_GROUP_BYTES;
		left -= DYN_KEY_GROUP_BYTES;
	}
	memset(to, 0, DYN_KEY_GROUP_BYTES);
	if (left > 0)
		memcpy(to, from, left);
	to[DYN_KEY_GROUP_BYTES] = DYN_KEY_GROUP_LAST + left;
	return to + DYN_KEY_GROUP_BYTES + 1;
}

/* Write the last RANGE value of a key schema as it is. */
static uint8 *
put_last(const DynValue *value, uint8 *to)
{
	*to++ = DYN_KEY_LAST_TAG | type_digit(value->tag);
	memcpy(to, value->data, value->length);
	return to + value->length;
}

/* Make a dynamo.key of bytes; NULL where there are none. */
static struct varlena *
make_varlena(const uint8 *bytes, uint32 length)
{
	struct varlena *key;

	if (length == 0)
		return NULL;
	key = palloc(VARHDRSZ + length);
	SET_VARSIZE(key, VARHDRSZ + length);
	memcpy(VARDATA(key), bytes, length);
	return key;
}
