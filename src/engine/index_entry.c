/*-------------------------------------------------------------------------
 *
 * index_entry.c
 *	  What a secondary index holds of an item: its projection, and its size.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "engine/index_entry.h"
#include "item/key.h"

static void project_key(DynBuilder *builder, const DynKeySchema *schema, const DynValue *item);
static void project_attribute(DynBuilder *builder, const char *name, size_t length, const DynValue *item);

void
dyn_index_entry(const DynTable *table, const DynIndex *index, const DynValue *item, DynIndexEntry *entry)
{
	DynKeyFault fault;

	memset(entry, 0, sizeof(DynIndexEntry));
	if (item == NULL)
		return;
	entry->key = dyn_key_make(&index->key_schema, item, &fault);
	if (entry->key == NULL)
		return;
	entry->projection = dyn_index_projection(table, index, item);
	entry->size = dyn_item_size(&entry->projection);
}

DynValue
dyn_index_projection(const DynTable *table, const DynIndex *index, const DynValue *item)
{
	DynBuilder	builder;

	if (index->projection == DYN_PROJECT_ALL)
		return *item;

	dyn_builder_init(&builder, DYN_TAG_M);
	project_key(&builder, &table->key_schema, item);
	project_key(&builder, &index->key_schema, item);
	if (index->projection == DYN_PROJECT_INCLUDE)
	{
		for (int i = 0; i < index->n_non_key_attributes; i++)
			project_attribute(&builder, index->non_key_attributes[i], strlen(index->non_key_attributes[i]), item);
	}
	return dyn_builder_finish(&builder, 0);
}

static void
project_key(DynBuilder *builder, const DynKeySchema *schema, const DynValue *item)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		project_attribute(builder, schema->attributes[i].name, schema->attributes[i].name_length, item);
}

/* An attribute that two keys name is added twice: the builder keeps one. */
static void
project_attribute(DynBuilder *builder, const char *name, size_t length, const DynValue *item)
{
	DynValue	value;

	if (dyn_map_get(item, name, length, &value))
		dyn_builder_add(builder, name, length, &value);
}
