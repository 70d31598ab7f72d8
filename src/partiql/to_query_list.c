/*-------------------------------------------------------------------------
 *
 * to_query_list.c
 *	  The SELECT list of a PartiQL statement in SQL.
 *
 *	SELECT *				t1.item, or what the index has of it
 *	SELECT Artist, a.City	dynamo.partiql_item('{Artist,City}', ARRAY[t1.item['Artist'], ...])
 *
 * An element is named by its alias, or the end of its path; else by its
 * position: _1, _2.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "expr/bind.h"
#include "index/planner.h"
#include "partiql/to_query.h"

static void find_name(const DynPartiqlSelected *selected, int position, DynQueryOutput *output);
static void check_distinct(const DynToQuery *query, const DynQueryOutput *output);
static char *find_column(const DynToQuery *query, const char *name, const char *item);
static char *cast_to(Form_pg_attribute column, const char *value);
static void add_key(List **names, const DynKeySchema *schema);
static void add_name(List **names, const char *name);

void
dyn_to_query_outputs(DynToQuery *query)
{
	int			position = 0;
	ListCell   *cell;

	query->clause = DYN_CLAUSE_SELECT;
	query->outputs = NIL;
	foreach(cell, query->statement->selected)
	{
		const DynPartiqlSelected *selected = lfirst(cell);
		DynQueryOutput *output = palloc0(sizeof(DynQueryOutput));
		StringInfoData value;

		position++;
		if (selected->node->kind == PARTIQL_NODE_STAR)
		{
			if (list_length(query->statement->selected) > 1)
				dyn_partiql_refuse("* is all of them.",
								   "Other attributes should not be present in the projection when '*' is used.");
			if (query->nsources > 1 || query->grouped)
				dyn_partiql_refuse("Name attributes; the alias of a table alone is its whole item, as a map.",
								   "* cannot be selected of a join, or of groups");
			return;
		}
		initStringInfo(&value);
		dyn_to_query_value(query, &value, selected->node);
		output->value = value.data;
		find_name(selected, position, output);
		check_distinct(query, output);
		query->outputs = lappend(query->outputs, output);
	}
}

static void
find_name(const DynPartiqlSelected *selected, int position, DynQueryOutput *output)
{
	const DynPartiqlPath *path = &selected->node->path;
	DynEntry	entry;

	if (selected->has_alias)
	{
		output->name = selected->alias.data;
		output->name_length = selected->alias.length;
	}
	else if (selected->node->kind == PARTIQL_NODE_PATH)
	{
		dyn_path_end_name(path->steps, path->count, &entry);
		output->name = entry.name;
		output->name_length = entry.name_length;
	}
	else
	{
		output->name = psprintf("_%d", position);
		output->name_length = strlen(output->name);
	}
}

static void
check_distinct(const DynToQuery *query, const DynQueryOutput *output)
{
	ListCell   *cell;

	foreach(cell, query->outputs)
	{
		const DynQueryOutput *other = lfirst(cell);

		if (other->name_length == output->name_length && memcmp(other->name, output->name, output->name_length) == 0)
			dyn_partiql_refuse("Give one of them an alias: path AS name.",
							   "Duplicate identifiers in select clause: %.*s",
							   (int) output->name_length, output->name);
	}
}

void
dyn_to_query_item(DynToQuery *query, StringInfo out)
{
	ListCell   *cell;
	const char *comma = "";

	if (query->outputs == NIL)
	{
		dyn_to_query_whole_item(&query->sources[0], out);
		return;
	}
	appendStringInfoString(out, "dynamo.partiql_item(ARRAY[");
	foreach(cell, query->outputs)
	{
		const DynQueryOutput *output = lfirst(cell);

		appendStringInfo(out, "%s%s", comma, quote_literal_cstr(pnstrdup(output->name, output->name_length)));
		comma = ", ";
	}
	appendStringInfoString(out, "]::pg_catalog.text[], ARRAY[");
	comma = "";
	foreach(cell, query->outputs)
	{
		appendStringInfo(out, "%s%s", comma, ((const DynQueryOutput *) lfirst(cell))->value);
		comma = ", ";
	}
	appendStringInfoString(out, "])");
}

/* ---- columns ---- */

void
dyn_to_query_columns(DynToQuery *query, StringInfo out, TupleDesc columns, const char *item)
{
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);
		const char *name = NameStr(column->attname);

		appendStringInfo(out, "%s%s AS %s", i > 0 ? ", " : "", cast_to(column, find_column(query, name, item)),
						 quote_identifier(name));
	}
}

/* The value that a column is of, by its name. */
static char *
find_column(const DynToQuery *query, const char *name, const char *item)
{
	DynPathStep step = {.name = name, .name_length = strlen(name)};
	ListCell   *cell;

	foreach(cell, query->outputs)
	{
		const DynQueryOutput *output = lfirst(cell);

		if (output->name_length == step.name_length && memcmp(output->name, name, step.name_length) == 0)
			return item != NULL ? psprintf("%s[%s]", item, quote_literal_cstr(name)) : pstrdup(output->value);
	}
	if (query->outputs != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" is not selected by the PartiQL statement", name),
				 errhint("Columns are attributes of the result, by their names; write \"%s\" into its SELECT list.", name)));
	/* of all attributes of an index only those that it has */
	if (item == NULL && !dyn_page_projects(&query->sources[0].page, &step))
		return pstrdup("CAST(NULL AS dynamo.value)");
	return psprintf("%s[%s]", item != NULL ? item : query->sources[0].item, quote_literal_cstr(name));
}

/* Types that values have no cast to are made of their texts. */
static char *
cast_to(Form_pg_attribute column, const char *value)
{
	Oid			base = getBaseType(column->atttypid);
	const char *type = format_type_extended(column->atttypid, column->atttypmod,
											FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
	Oid			function;

	if (base == dyn_value_type() ||
		find_coercion_pathway(base, dyn_value_type(), COERCION_EXPLICIT, &function) == COERCION_PATH_FUNC)
		return psprintf("CAST(%s AS %s)", value, type);
	return psprintf("CAST(CAST(%s AS pg_catalog.%s) AS %s)", value, base == JSONOID ? "jsonb" : "text", type);
}

/* ---- the part of an item that an index has ---- */

void
dyn_to_query_whole_item(const DynQuerySource *source, StringInfo out)
{
	const DynIndex *index = source->page.index;
	List	   *names = NIL;
	ListCell   *cell;
	const char *comma = "";

	if (index == NULL || index->projection == DYN_PROJECT_ALL)
	{
		appendStringInfoString(out, source->item);
		return;
	}
	add_key(&names, &source->page.relation.table->key_schema);
	add_key(&names, &index->key_schema);
	for (int i = 0; index->projection == DYN_PROJECT_INCLUDE && i < index->n_non_key_attributes; i++)
		add_name(&names, index->non_key_attributes[i]);
	appendStringInfo(out, "dynamo.partiql_part(%s, ARRAY[", source->item);
	foreach(cell, names)
	{
		appendStringInfo(out, "%s%s", comma, quote_literal_cstr(lfirst(cell)));
		comma = ", ";
	}
	appendStringInfoString(out, "]::pg_catalog.text[])");
}

static void
add_key(List **names, const DynKeySchema *schema)
{
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		add_name(names, schema->attributes[i].name);
}

static void
add_name(List **names, const char *name)
{
	ListCell   *cell;

	foreach(cell, *names)
		if (strcmp(lfirst(cell), name) == 0)
			return;
	*names = lappend(*names, unconstify(char *, name));
}
