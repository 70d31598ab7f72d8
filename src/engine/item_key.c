/*-------------------------------------------------------------------------
 *
 * item_key.c
 *	  The key that an operation names, and what an item to be written must be.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "base/settings.h"
#include "engine/index_entry.h"
#include "engine/item_key.h"

static void read_map(const DynTable *table, const DynValue *map, DynValue *values);
static void read_values(const DynTable *table, const DynRequestKey *request_key, DynValue *values);
static DynValue read_text(const DynKeyAttribute *attribute, const DynValue *text);
static struct varlena *item_key(const DynTable *table, const DynValue *item, bool in_batch, DynValue *partition_key);
pg_noreturn static void raise_key_fault(const DynTable *table, const DynKeyFault *fault);
pg_noreturn static void raise_mismatch(const DynTable *table);
pg_noreturn static void raise_item_size(Size size, const char *what);

struct varlena *
dyn_request_key(const DynTable *table, const DynRequestKey *request_key, DynValue *partition_key)
{
	DynValue	values[DYN_MAX_KEY_ATTRIBUTES];
	DynKeyFault fault;
	struct varlena *key;

	if (request_key->nvalues > 0)
		read_values(table, request_key, values);
	else
		read_map(table, &request_key->map, values);

	key = dyn_key_make_from_values(&table->key_schema, values, dyn_key_schema_count(&table->key_schema), &fault);
	if (key == NULL)
		raise_key_fault(table, &fault);
	*partition_key = values[0];
	return key;
}

DynValue
dyn_request_key_map(const DynTable *table, const DynRequestKey *request_key)
{
	DynValue	values[DYN_MAX_KEY_ATTRIBUTES];
	DynBuilder	builder;

	if (request_key->nvalues == 0)
		return request_key->map;
	read_values(table, request_key, values);
	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < dyn_key_schema_count(&table->key_schema); i++)
		dyn_builder_add(&builder, table->key_schema.attributes[i].name,
						table->key_schema.attributes[i].name_length, &values[i]);
	return dyn_builder_finish(&builder, 0);
}

/* The map has exactly the key attributes. */
static void
read_map(const DynTable *table, const DynValue *map, DynValue *values)
{
	int			count = dyn_key_schema_count(&table->key_schema);

	if (dyn_value_count(map) != count)
		raise_mismatch(table);
	for (int i = 0; i < count; i++)
	{
		const DynKeyAttribute *attribute = &table->key_schema.attributes[i];

		if (!dyn_map_get(map, attribute->name, attribute->name_length, &values[i]))
			raise_mismatch(table);
	}
}

static void
read_values(const DynTable *table, const DynRequestKey *request_key, DynValue *values)
{
	int			count = dyn_key_schema_count(&table->key_schema);

	if (request_key->nvalues != count)
		raise_mismatch(table);
	for (int i = 0; i < count; i++)
	{
		values[i] = request_key->values[i];
		if (request_key->values_are_texts)
			values[i] = read_text(&table->key_schema.attributes[i], &values[i]);
	}
}

static DynValue
read_text(const DynKeyAttribute *attribute, const DynValue *text)
{
	switch (attribute->tag)
	{
		case DYN_TAG_N:
			return dyn_make_number((const char *) text->data, text->length);
		case DYN_TAG_B:
			return dyn_make_binary((const char *) text->data, text->length);
		default:
			return *text;
	}
}

/* In "Key" a missing attribute and one of another type are one and the same. */
static void
raise_key_fault(const DynTable *table, const DynKeyFault *fault)
{
	const DynKeyAttribute *attribute = &table->key_schema.attributes[fault->position];

	if (fault->kind == DYN_KEY_MISSING || fault->kind == DYN_KEY_TYPE)
		raise_mismatch(table);
	if (fault->kind == DYN_KEY_EMPTY)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s",
						attribute->tag == DYN_TAG_B ? "binary" : "string", attribute->name),
				 errhint("Give the attribute a value of at least one byte.")));
	dyn_key_raise(&table->key_schema, fault, NULL);
}

static void
raise_mismatch(const DynTable *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("The provided key element does not match the schema"),
			 errhint("The key of table \"%s\" is exactly: %s.", table->name, dyn_key_schema_text(&table->key_schema))));
}

struct varlena *
dyn_item_key(const DynTable *table, const DynValue *item, DynValue *partition_key)
{
	return item_key(table, item, false, partition_key);
}

struct varlena *
dyn_batch_item_key(const DynTable *table, const DynValue *item, DynValue *partition_key)
{
	return item_key(table, item, true, partition_key);
}

static struct varlena *
item_key(const DynTable *table, const DynValue *item, bool in_batch, DynValue *partition_key)
{
	const DynKeyAttribute *partition = &table->key_schema.attributes[0];
	DynKeyFault fault;
	struct varlena *key = dyn_key_make(&table->key_schema, item, &fault);

	if (key == NULL && in_batch && (fault.kind == DYN_KEY_MISSING || fault.kind == DYN_KEY_TYPE))
		raise_mismatch(table);
	if (key == NULL)
		dyn_key_raise(&table->key_schema, &fault, NULL);
	(void) dyn_map_get(item, partition->name, partition->name_length, partition_key);
	for (int i = 0; i < table->nindexes; i++)
		dyn_key_check_indexed(&table->indexes[i].key_schema, item, table->indexes[i].name);
	return key;
}

/*
 * Our bytes are never less than a quarter of the service's, so most items
 * need not be measured.  (The worst are short lists of empty lists: 4 bytes
 * against 2.)
 */
void
dyn_check_item_size(const DynValue *item)
{
	Size		size;

	if (!dyn_enforce_limits || item->length <= DYN_MAX_ITEM_BYTES / 4)
		return;
	size = dyn_item_size(item);
	if (size > DYN_MAX_ITEM_BYTES)
		raise_item_size(size, "The item has");
}

/*
 * An updated item is measured with what its actions cost, but without its key
 * attributes, if that is more than its size alone.
 */
void
dyn_check_updated_size(const DynTable *table, const DynValue *item, Size cost)
{
	Size		size;
	Size		key_size = 0;

	if (!dyn_enforce_limits || item->length + cost <= DYN_MAX_ITEM_BYTES / 4)
		return;
	size = dyn_item_size(item);
	for (int i = 0; i < dyn_key_schema_count(&table->key_schema); i++)
	{
		const DynKeyAttribute *attribute = &table->key_schema.attributes[i];
		DynValue	value;

		if (dyn_map_get(item, attribute->name, attribute->name_length, &value))
			key_size += attribute->name_length + dyn_value_size(&value);
	}
	size = Max(size, size - key_size + cost);
	if (size > DYN_MAX_ITEM_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Item size to update has exceeded the maximum allowed size"),
				 errdetail("The item would have %zu bytes; %d are allowed.", size, DYN_MAX_ITEM_BYTES),
				 errhint("Keep large values outside the table and store a reference, or set dynamo.enforce_limits to off.")));
}

/* An item and its entries in all local indexes share the limit. */
void
dyn_check_local_index_size(const DynTable *table, const DynValue *item)
{
	Size		size = 0;
	bool		local = false;

	if (!dyn_enforce_limits)
		return;
	for (int i = 0; i < table->nindexes; i++)
	{
		DynIndexEntry entry;

		if (table->indexes[i].kind != DYN_INDEX_LOCAL)
			continue;
		if (!local)
			size = dyn_item_size(item);
		local = true;
		dyn_index_entry(table, &table->indexes[i], item, &entry);
		size += entry.size;
	}
	if (size > DYN_MAX_ITEM_BYTES)
		raise_item_size(size, "The item and its entries in local secondary indexes have");
}

static void
raise_item_size(Size size, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Item size has exceeded the maximum allowed size"),
			 errdetail("%s %zu bytes; %d are allowed.", what, size, DYN_MAX_ITEM_BYTES),
			 errhint("Keep large values outside the table and store a reference, or set dynamo.enforce_limits to off.")));
}
