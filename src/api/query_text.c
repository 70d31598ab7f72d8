/*-------------------------------------------------------------------------
 *
 * query_text.c
 *	  The query that Postgres plans for a Query or a Scan.
 *
 *		SELECT t.item AS item FROM public."Music" AS t
 *		 WHERE dynamo.in_range(t.key,
 *							   dynamo.query_start($2, $3, $4, 'Artist S', 'SongTitle S'),
 *							   dynamo.query_end($2, $3, $4, 'Artist S', 'SongTitle S'))
 *		   AND dynamo.query_filter(t.item, $5, $3, $4)
 *		 ORDER BY t.key
 *
 * Of an index it is dynamo.index_key(t.item, ...) instead of t.key, which is
 * what the Postgres index is on.  Bounds of constants are folded to constants;
 * others are computed when the scan of the index begins.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "api/query_text.h"
#include "base/json_write.h"

/* The attributes of an index, once each, as a projection expression of placeholders. */
typedef struct Attributes
{
	StringInfoData projection;
	StringInfoData names;		/* a JSON object */
	DynJsonWriter writer;
	List	   *told;			/* of their names */
} Attributes;

static void add_bounds(StringInfo text, const DynQueryText *query, const char *key);
static void add_condition(StringInfo text, const char *condition);
static char *returned(const DynQueryText *query, const char *item);
static bool is_partial(const DynPage *page);
static char *index_projection(const DynPage *page, const char *item);
static void add_key(Attributes *attributes, const DynKeySchema *schema);
static void add_attribute(Attributes *attributes, const char *name);

static char *
column(const DynPage *page, AttrNumber number)
{
	TupleDesc	columns = RelationGetDescr(page->relation.relation);

	return psprintf("t.%s", quote_identifier(NameStr(TupleDescAttr(columns, number - 1)->attname)));
}

char *
dyn_query_text(const DynQueryText *query)
{
	const DynPage *page = query->page;
	const DynTable *table = page->relation.table;
	const char *item = column(page, table->item_attnum);
	const char *table_key = column(page, table->key_attnum);
	const char *direction = query->backward ? " DESC" : "";
	const char *key = page->index == NULL ? table_key :
		psprintf("dynamo.index_key(%s, %s)", item, dyn_key_schema_literals(page->key_schema));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT %s AS item FROM %s AS t WHERE true",
					 returned(query, item), dyn_relation_quoted_name(page->relation.relation));
	if (query->check != NULL)
		add_condition(&text, query->check);
	/* the Postgres index is partial, and proving that it can be used takes this */
	if (page->index != NULL)
		add_condition(&text, psprintf("%s IS NOT NULL", key));
	add_bounds(&text, query, key);
	if (query->filter != 0)
		/* a Query has been refused where its filter needs more than the index has */
		add_condition(&text, psprintf("dynamo.query_filter(%s, $%d, $%d, $%d)",
									  query->keyed || !is_partial(page) ? item : index_projection(page, item),
									  query->filter, query->values, query->names));
	if (query->ordered)
	{
		appendStringInfo(&text, " ORDER BY %s%s", key, direction);
		if (page->index != NULL)
			appendStringInfo(&text, ", %s%s", table_key, direction);
	}
	return text.data;
}

static void
add_bounds(StringInfo text, const DynQueryText *query, const char *key)
{
	const char *arguments;

	if (query->keyed)
	{
		arguments = psprintf("($%d, $%d, $%d, %s)", query->key_condition, query->values, query->names,
							 dyn_key_schema_literals(query->page->key_schema));
		add_condition(text, query->one_key ?
					  psprintf("%s OPERATOR(pg_catalog.=) dynamo.query_start%s", key, arguments) :
					  psprintf("dynamo.in_range(%s, dynamo.query_start%s, dynamo.query_end%s)", key, arguments, arguments));
	}
	else if (query->total_segments != 0)
	{
		arguments = psprintf("($%d, $%d)", query->segment, query->total_segments);
		add_condition(text, psprintf("%s OPERATOR(pg_catalog.>=) dynamo.segment_start%s", key, arguments));
		add_condition(text, psprintf("%s OPERATOR(pg_catalog.<) dynamo.segment_end%s", key, arguments));
	}
}

static void
add_condition(StringInfo text, const char *condition)
{
	appendStringInfo(text, " AND %s", condition);
}

/* What is returned of an item. */
static char *
returned(const DynQueryText *query, const char *item)
{
	/* what is named has been found to be projected, or is fetched from the table */
	if (query->projection != 0)
		return psprintf("dynamo.query_project(%s, $%d, $%d)", item, query->projection, query->names);
	if (is_partial(query->page))
		return index_projection(query->page, item);
	return pstrdup(item);
}

/* Has the index a part of each item only? */
static bool
is_partial(const DynPage *page)
{
	return page->index != NULL && page->index->projection != DYN_PROJECT_ALL;
}

/* The attributes that the index has of an item. */
static char *
index_projection(const DynPage *page, const char *item)
{
	const DynIndex *index = page->index;
	Attributes	attributes = {0};

	initStringInfo(&attributes.projection);
	initStringInfo(&attributes.names);
	attributes.writer.out = &attributes.names;
	dyn_json_object_begin(&attributes.writer);
	add_key(&attributes, &page->relation.table->key_schema);
	add_key(&attributes, &index->key_schema);
	if (index->projection == DYN_PROJECT_INCLUDE)
	{
		for (int i = 0; i < index->n_non_key_attributes; i++)
			add_attribute(&attributes, index->non_key_attributes[i]);
	}
	dyn_json_object_end(&attributes.writer);
	return psprintf("dynamo.project(%s, %s, %s)", item, quote_literal_cstr(attributes.projection.data),
					quote_literal_cstr(attributes.names.data));
}

static void
add_key(Attributes *attributes, const DynKeySchema *schema)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		add_attribute(attributes, schema->attributes[i].name);
}

static void
add_attribute(Attributes *attributes, const char *name)
{
	ListCell   *cell;
	char	   *placeholder;

	foreach(cell, attributes->told)
		if (strcmp(lfirst(cell), name) == 0)
			return;
	placeholder = psprintf("#%d", list_length(attributes->told));
	appendStringInfo(&attributes->projection, "%s%s", attributes->told == NIL ? "" : ", ", placeholder);
	dyn_json_name(&attributes->writer, placeholder);
	dyn_json_put_string(&attributes->writer, name);
	attributes->told = lappend(attributes->told, unconstify(char *, name));
}
