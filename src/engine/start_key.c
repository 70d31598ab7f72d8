/*-------------------------------------------------------------------------
 *
 * start_key.c
 *	  ExclusiveStartKey and LastEvaluatedKey: the place between two pages.
 *
 * It is a map of exactly the key attributes of the table and, on an index,
 * of the index.  All that a cursor is, is in it, so it can be used in another
 * session and after a restart, and an item with these attributes need not be
 * there any more.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "engine/page.h"

static void check_value(const DynPage *page, const DynKeySchema *schema, const DynKeyFault *fault, const char *prefix);
static void add_attributes(DynBuilder *builder, const DynKeySchema *schema, const DynValue *item);
pg_noreturn static void raise_invalid(const DynPage *page, const char *message);

#define INVALID		"The provided starting key is invalid"
#define MISMATCH	"The provided key element does not match the schema"

/* Is this attribute one of the schema's first n? */
static bool
is_among(const DynKeySchema *schema, int n, const DynKeyAttribute *attribute)
{
	for (int i = 0; i < n; i++)
		if (schema->attributes[i].name_length == attribute->name_length &&
			memcmp(schema->attributes[i].name, attribute->name, attribute->name_length) == 0)
			return true;
	return false;
}

/* How many attributes a start key has. */
static int
count_attributes(const DynPage *page)
{
	const DynKeySchema *table = &page->relation.table->key_schema;
	int			count = dyn_key_schema_count(table);

	if (page->index == NULL)
		return count;
	for (int i = 0; i < dyn_key_schema_count(page->key_schema); i++)
		if (!is_among(table, dyn_key_schema_count(table), &page->key_schema->attributes[i]))
			count++;
	return count;
}

void
dyn_start_key_check_count(const DynPage *page, bool query)
{
	if (page->request->has_start_key &&
		dyn_value_count(&page->request->exclusive_start_key) != count_attributes(page))
		raise_invalid(page, query || page->index != NULL ? INVALID : INVALID ": " MISMATCH);
}

void
dyn_start_key_check_attribute(const DynPage *page, int position)
{
	const DynKeyAttribute *attribute = &page->key_schema->attributes[position];
	DynKeySchema single = {.nhash = position < page->key_schema->nhash ? 1 : 0};
	DynKeyFault fault;
	DynValue	value;

	if (!page->request->has_start_key)
		return;
	if (!dyn_map_get(&page->request->exclusive_start_key, attribute->name, attribute->name_length, &value))
		raise_invalid(page, INVALID);

	single.nrange = 1 - single.nhash;
	single.attributes[0] = *attribute;
	if (!dyn_key_may_be_indexed(&single, &page->request->exclusive_start_key, &fault))
		check_value(page, &single, &fault, "");
}

void
dyn_start_key_make(DynPage *page)
{
	const DynValue *map = &page->request->exclusive_start_key;
	const DynKeySchema *schema = &page->relation.table->key_schema;
	DynKeyFault fault;

	if (!page->request->has_start_key)
		return;
	page->start.key = dyn_key_make(schema, map, &fault);
	if (page->start.key == NULL)
		check_value(page, schema, &fault, INVALID ": ");
	if (page->index != NULL)
	{
		page->start.index_key = dyn_key_make(page->key_schema, map, &fault);
		/* the attributes were checked one by one, but not their lengths in sum */
		if (page->start.index_key == NULL)
			check_value(page, page->key_schema, &fault, "");
	}
	page->has_start = true;
}

/* Raise for what is wrong with a value. */
static void
check_value(const DynPage *page, const DynKeySchema *schema, const DynKeyFault *fault, const char *prefix)
{
	const DynKeyAttribute *attribute = &schema->attributes[fault->position];
	const char *message = MISMATCH;

	switch (fault->kind)
	{
		case DYN_KEY_OK:
		case DYN_KEY_MISSING:
		case DYN_KEY_TYPE:
			break;
		case DYN_KEY_EMPTY:
			message = psprintf("One or more parameter values were invalid: The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s",
							   attribute->tag == DYN_TAG_B ? "binary" : "string", attribute->name);
			break;
		case DYN_KEY_HASH_TOO_LONG:
			message = "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
			break;
		case DYN_KEY_RANGE_TOO_LONG:
			message = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
			break;
	}
	raise_invalid(page, psprintf("%s%s", prefix, message));
}

static void
raise_invalid(const DynPage *page, const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message),
			 page->index == NULL ?
			 errhint("Give the LastEvaluatedKey of the page before; it has exactly the attributes of the table's key.") :
			 errhint("Give the LastEvaluatedKey of the page before; it has exactly the attributes of the keys of table and index.")));
}

DynValue
dyn_last_evaluated_key(const DynPage *page, const DynValue *item)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	add_attributes(&builder, &page->relation.table->key_schema, item);
	if (page->index != NULL)
		add_attributes(&builder, page->key_schema, item);
	return dyn_builder_finish(&builder, 0);
}

/* An attribute that two keys name is added twice: the builder keeps one. */
static void
add_attributes(DynBuilder *builder, const DynKeySchema *schema, const DynValue *item)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		DynValue	value;

		if (dyn_map_get(item, attribute->name, attribute->name_length, &value))
			dyn_builder_add(builder, attribute->name, attribute->name_length, &value);
	}
}
