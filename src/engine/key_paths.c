/*-------------------------------------------------------------------------
 *
 * key_paths.c
 *	  What expressions may do with the attributes of keys.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "engine/key_paths.h"
#include "expr/bind.h"
#include "item/key.h"

static const DynAction *find_target(const DynBinding *update, const DynKeyAttribute *attribute, bool whole);
static bool is_type_known(const DynBinding *update, const DynAction *action, DynTag *tag);
pg_noreturn static void raise_key_path(const char *what, const DynKeyAttribute *attribute);

static bool
is_attribute(const DynKeyAttribute *attribute, const DynPathStep *step)
{
	return attribute->name_length == step->name_length &&
		memcmp(attribute->name, step->name, step->name_length) == 0;
}

/* The attribute of a key schema that a path begins with, or NULL. */
static const DynKeyAttribute *
key_attribute(const DynKeySchema *schema, const DynPathStep *step)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		if (is_attribute(&schema->attributes[i], step))
			return &schema->attributes[i];
	return NULL;
}

void
dyn_check_key_paths(const DynTable *table, const DynBinding *expression)
{
	if (expression == NULL)
		return;
	for (int i = 0; i < expression->expression->npaths; i++)
	{
		const DynPath *path = expression->expression->paths[i];
		const DynPathStep *step = dyn_bound_steps(expression, path);
		const DynKeyAttribute *attribute;

		if (path->count == 1)
			continue;
		attribute = key_attribute(&table->key_schema, step);
		if (attribute != NULL)
			raise_key_path("Key", attribute);
		for (int index = 0; index < table->nindexes; index++)
		{
			attribute = key_attribute(&table->indexes[index].key_schema, step);
			if (attribute != NULL)
				raise_key_path("IndexKey", attribute);
		}
	}
}

static void
raise_key_path(const char *what, const DynKeyAttribute *attribute)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: %s: %s",
					what, attribute->name),
			 errhint("Name the attribute itself.")));
}

void
dyn_check_update_targets(const DynTable *table, const DynBinding *update)
{
	if (update == NULL)
		return;
	for (int i = 0; i < dyn_key_schema_count(&table->key_schema); i++)
	{
		const DynKeyAttribute *attribute = &table->key_schema.attributes[i];

		if (find_target(update, attribute, false) != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key",
							attribute->name),
					 errhint("To give an item another key, put it anew and delete the old one.")));
	}
	for (int index = 0; index < table->nindexes; index++)
	{
		const DynKeySchema *schema = &table->indexes[index].key_schema;

		for (int i = 0; i < dyn_key_schema_count(schema); i++)
		{
			const DynAction *action = find_target(update, &schema->attributes[i], true);
			DynKeyFault fault = {.kind = DYN_KEY_TYPE, .position = i};

			if (action != NULL && is_type_known(update, action, &fault.found) &&
				fault.found != schema->attributes[i].tag)
				dyn_key_raise(schema, &fault, table->indexes[index].name);
		}
	}
}

/* The first action at an attribute itself ("whole"), or anywhere in it. */
static const DynAction *
find_target(const DynBinding *update, const DynKeyAttribute *attribute, bool whole)
{
	for (int i = 0; i < update->expression->nactions; i++)
	{
		const DynAction *action = &update->expression->actions[i];
		const DynPathStep *step = dyn_bound_steps(update, action->path);

		if (is_attribute(attribute, step) && (!whole || action->path->count == 1))
			return action;
	}
	return NULL;
}

/* Is the type of what an action writes known before there is an item? */
static bool
is_type_known(const DynBinding *update, const DynAction *action, DynTag *tag)
{
	const DynNode *value = action->value;

	if (value == NULL)
		return false;
	if (value->kind == NODE_VALUE)
		*tag = update->values[value->slot].tag;
	else if (value->kind == NODE_PLUS || value->kind == NODE_MINUS)
		*tag = DYN_TAG_N;
	else if (value->kind == NODE_FUNCTION && value->function == FUNCTION_LIST_APPEND)
		*tag = DYN_TAG_L;
	else
		return false;
	return true;
}

/* Does the update write an attribute of the key schema? */
static bool
writes_key(const DynKeySchema *schema, const DynBinding *update)
{
	for (int i = 0; i < update->expression->nactions; i++)
		if (key_attribute(schema, dyn_bound_steps(update, update->expression->actions[i].path)) != NULL)
			return true;
	return false;
}

void
dyn_check_updated_index_keys(const DynTable *table, const DynBinding *update, const DynValue *item)
{
	for (int i = 0; i < table->nindexes; i++)
	{
		const DynIndex *index = &table->indexes[i];
		DynKeyFault fault;

		if (!writes_key(&index->key_schema, update) ||
			dyn_key_may_be_indexed(&index->key_schema, item, &fault))
			continue;
		if (fault.kind == DYN_KEY_EMPTY)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.",
							fault.found == DYN_TAG_B ? "binary" : "string"),
					 errhint("Remove attribute %s to take the item out of index %s.",
							 index->key_schema.attributes[fault.position].name, index->name)));
		if (fault.kind == DYN_KEY_TYPE)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("The update expression attempted to update the secondary index key to unsupported type"),
					 errhint("Attribute %s is a key of index %s: give it type %s, or remove it to take the item out of the index.",
							 index->key_schema.attributes[fault.position].name, index->name,
							 dyn_tag_name(index->key_schema.attributes[fault.position].tag))));
		dyn_key_raise(&index->key_schema, &fault, index->name);
	}
}
