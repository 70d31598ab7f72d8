/*-------------------------------------------------------------------------
 *
 * key_fault.c
 *	  What the service says where an item has no key of a key schema.
 *
 * The message is the service's, to the letter; it differs for the key of the
 * table and the key of an index.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "item/key.h"

pg_noreturn static void raise_missing(const DynKeySchema *schema, const DynKeyAttribute *attribute);
pg_noreturn static void raise_type(const DynKeyAttribute *attribute, DynTag found, const char *index_name);
pg_noreturn static void raise_empty(const DynKeyAttribute *attribute, const char *index_name);
pg_noreturn static void raise_too_long(const char *message, const DynKeyAttribute *attribute, const char *index_name);

void
dyn_key_raise(const DynKeySchema *schema, const DynKeyFault *fault, const char *index_name)
{
	const DynKeyAttribute *attribute = &schema->attributes[fault->position];

	switch (fault->kind)
	{
		case DYN_KEY_OK:
			break;
		case DYN_KEY_MISSING:
			raise_missing(schema, attribute);
		case DYN_KEY_TYPE:
			raise_type(attribute, fault->found, index_name);
		case DYN_KEY_EMPTY:
			raise_empty(attribute, index_name);
		case DYN_KEY_HASH_TOO_LONG:
			raise_too_long("Size of hashkey has exceeded the maximum size limit of2048 bytes",
						   attribute, index_name);
		case DYN_KEY_RANGE_TOO_LONG:
			raise_too_long("Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
						   attribute, index_name);
	}
	elog(ERROR, "unexpected fault of a key: %d", fault->kind);
}

bool
dyn_key_may_be_indexed(const DynKeySchema *schema, const DynValue *item, DynKeyFault *fault)
{
	uint32		bytes = 0;

	fault->kind = DYN_KEY_OK;
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		bool		range = i >= schema->nhash;
		DynValue	value;

		if (i == schema->nhash)
			bytes = 0;
		if (!dyn_map_get(item, attribute->name, attribute->name_length, &value))
			continue;

		fault->position = i;
		fault->found = value.tag;
		if (value.tag != attribute->tag)
			fault->kind = DYN_KEY_TYPE;
		else if (value.length == 0)
			fault->kind = DYN_KEY_EMPTY;
		else if (value.length > (range ? DYN_MAX_RANGE_VALUE_BYTES : DYN_MAX_HASH_VALUE_BYTES) - bytes)
			fault->kind = range ? DYN_KEY_RANGE_TOO_LONG : DYN_KEY_HASH_TOO_LONG;
		if (fault->kind != DYN_KEY_OK)
			return false;
		bytes += value.length;
	}
	return true;
}

void
dyn_key_check_indexed(const DynKeySchema *schema, const DynValue *item, const char *index_name)
{
	DynKeyFault fault;

	if (!dyn_key_may_be_indexed(schema, item, &fault))
		dyn_key_raise(schema, &fault, index_name);
}

static void
raise_missing(const DynKeySchema *schema, const DynKeyAttribute *attribute)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values were invalid: Missing the key %s in the item", attribute->name),
			 errhint("Every item of the table has the attributes of its key schema: %s.", dyn_key_schema_text(schema))));
}

static void
raise_type(const DynKeyAttribute *attribute, DynTag found, const char *index_name)
{
	const char *expected = dyn_tag_name(attribute->tag);
	const char *actual = dyn_tag_name(found);

	if (index_name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
						attribute->name, expected, actual, index_name),
				 errhint("Leave the attribute out to keep the item out of the index, or give it type %s.", expected)));
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values were invalid: Type mismatch for key %s expected: %s actual: %s",
					attribute->name, expected, actual),
			 errhint("Give the attribute type %s.", expected)));
}

static void
raise_empty(const DynKeyAttribute *attribute, const char *index_name)
{
	const char *kind = attribute->tag == DYN_TAG_B ? "binary" : "string";

	if (index_name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s",
						kind, index_name, attribute->name),
				 errhint("Leave the attribute out to keep the item out of the index.")));
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s",
					kind, attribute->name),
			 errhint("Give the attribute a value of at least one byte.")));
}

static void
raise_too_long(const char *message, const DynKeyAttribute *attribute, const char *index_name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("One or more parameter values were invalid: %s", message),
			 index_name != NULL ? errdetail("The item's key in index %s is too long.", index_name) : 0,
			 errhint("Use a shorter value in attribute %s, or a digest of it.", attribute->name)));
}
