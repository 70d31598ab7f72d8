/*-------------------------------------------------------------------------
 *
 * to_query_value.c
 *	  Values of a PartiQL statement in SQL.
 *
 *	Artist, m.Address.City	t1.item['Artist'], t1.item['Address']['City']
 *	'Rock', 5				'{"S":"Rock"}'::dynamo.value ...
 *	?						dynamo.partiql_parameter($2, 1)
 *	size(Tags)				dynamo.partiql_size(t1.item['Tags'])
 *	SUM(Price)				dynamo.partiql_rounded(pg_catalog.sum(dynamo.number_or_null(t1.item['Price'])))
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/error.h"
#include "partiql/to_query.h"

static void append_constant(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_container(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_path(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static bool is_grouped_by(const DynToQuery *query, const char *text);
static const char *unprojected(const DynToQuery *query, const DynQuerySource *source, const DynPathStep *step);
static void append_call(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_aggregate(DynToQuery *query, StringInfo out, const DynPartiqlNode *node, const char *const wrapping[2]);
static void append_arithmetic(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);

typedef struct Aggregate
{
	const char *name;
	const char *wrapping[2];	/* what stands before and after the value */
} Aggregate;

static const Aggregate aggregates[] = {
	{"count", {"CAST(pg_catalog.count(", ") AS dynamo.value)"}},
	{"sum", {"dynamo.partiql_rounded(pg_catalog.sum(dynamo.number_or_null(", ")))"}},
	{"avg", {"dynamo.partiql_rounded(pg_catalog.avg(dynamo.number_or_null(", ")))"}},
	{"min", {"dynamo.partiql_min(", ")"}},
	{"max", {"dynamo.partiql_max(", ")"}},
};

static const Aggregate *
find_aggregate(const DynPartiqlNode *node)
{
	for (int i = 0; node->kind == PARTIQL_NODE_CALL && i < lengthof(aggregates); i++)
		if (strcmp(node->name.data, aggregates[i].name) == 0)
			return &aggregates[i];
	return NULL;
}

bool
dyn_has_aggregate(const DynPartiqlNode *node)
{
	check_stack_depth();
	if (find_aggregate(node) != NULL)
		return true;
	for (int i = 0; i < node->nargs; i++)
		if (dyn_has_aggregate(node->args[i]))
			return true;
	return false;
}

void
dyn_to_query_value(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	check_stack_depth();
	switch (node->kind)
	{
		case PARTIQL_NODE_PARAMETER:
			appendStringInfo(out, "dynamo.partiql_parameter($2, %d)", node->number + 1);
			return;
		case PARTIQL_NODE_PATH:
			append_path(query, out, node);
			return;
		case PARTIQL_NODE_CALL:
			append_call(query, out, node);
			return;
		case PARTIQL_NODE_ARITHMETIC:
		case PARTIQL_NODE_NEGATIVE:
			append_arithmetic(query, out, node);
			return;
		default:
			append_constant(query, out, node);
			return;
	}
}

/* Is there a parameter in it? */
static bool
has_parameter(const DynPartiqlNode *node)
{
	check_stack_depth();
	if (node->kind == PARTIQL_NODE_PARAMETER)
		return true;
	for (int i = 0; i < node->nargs; i++)
		if (has_parameter(node->args[i]))
			return true;
	return false;
}

static void
append_constant(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	DynPartiqlInput input = {.statement = query->statement};
	DynValue	value;
	StringInfoData text;

	if (has_parameter(node))
	{
		append_container(query, out, node);
		return;
	}
	value = dyn_partiql_value(&input, node);
	initStringInfo(&text);
	dyn_value_write_json(&text, &value);
	appendStringInfo(out, "%s::dynamo.value", quote_literal_cstr(text.data));
}

/* A list or a map that is not constant, because there are parameters in it. */
static void
append_container(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	bool		map = node->kind == PARTIQL_NODE_MAP;

	if (!map && node->kind != PARTIQL_NODE_LIST)
		dyn_partiql_refuse("Give the whole set as one parameter.",
						   "dynamo.partiql takes no parameters within sets%s",
						   dyn_partiql_at(query->statement->text, node->place));
	appendStringInfoString(out, map ? "CAST(dynamo.partiql_item(ARRAY[" : "dynamo.partiql_list(ARRAY[");
	for (int i = 0; map && i < node->nargs; i += 2)
	{
		const DynValue *name = &node->args[i]->value;

		if (node->args[i]->kind != PARTIQL_NODE_LITERAL || name->tag != DYN_TAG_S)
			dyn_partiql_refuse("Write the names of attributes in single quotes: {'name': value}.",
							   "Tuple keys must be of type String%s",
							   dyn_partiql_at(query->statement->text, node->args[i]->place));
		appendStringInfo(out, "%s%s", i > 0 ? ", " : "",
						 quote_literal_cstr(pnstrdup((const char *) name->data, name->length)));
	}
	if (map)
		appendStringInfoString(out, "]::pg_catalog.text[], ARRAY[");
	for (int i = map ? 1 : 0; i < node->nargs; i += map ? 2 : 1)
	{
		if (i > 1 || (i > 0 && !map))
			appendStringInfoString(out, ", ");
		dyn_to_query_value(query, out, node->args[i]);
	}
	appendStringInfoString(out, map ? "]) AS dynamo.value)" : "])");
}

/* ---- paths ---- */

static bool
is_name(const DynPathStep *step, const DynPartiqlName *name)
{
	return step->name_length == name->length && memcmp(step->name, name->data, name->length) == 0;
}

/* A source is named by its alias, or by the last part of its own name. */
static const DynPartiqlName *
name_of(const DynPartiqlSource *source)
{
	return source->has_alias ? &source->alias : source->has_index ? &source->index : &source->table;
}

const DynQuerySource *
dyn_to_query_source(const DynToQuery *query, const DynPartiqlPath *path, int *first)
{
	const DynQuerySource *found = NULL;

	*first = 1;
	for (int i = 0; i < query->nsources; i++)
	{
		const DynPartiqlSource *source = query->sources[i].source;

		/* of a single table, only an alias stands before attributes */
		if ((query->nsources == 1 && !source->has_alias) || !is_name(&path->steps[0], name_of(source)))
			continue;
		if (found != NULL)
			dyn_partiql_refuse("Give each table of the FROM an alias.", "Table name \"%.*s\" is ambiguous",
							   (int) path->steps[0].name_length, path->steps[0].name);
		found = &query->sources[i];
	}
	if (found != NULL)
		return found;
	*first = 0;
	if (query->nsources == 1)
		return &query->sources[0];
	dyn_partiql_refuse("In a join each path begins with the alias or the name of its table: m.Artist.",
					   "It is not known which table \"%.*s\" is of",
					   (int) path->steps[0].name_length, path->steps[0].name);
}

static void
append_path(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const DynPartiqlPath *path = &node->path;
	const DynQuerySource *source;
	const char *value = NULL;
	StringInfoData text;
	int			first;

	dyn_partiql_check_path(path);
	source = dyn_to_query_source(query, path, &first);
	initStringInfo(&text);
	if (first == path->count)
	{
		appendStringInfoString(&text, "CAST(");
		dyn_to_query_whole_item(source, &text);
		appendStringInfoString(&text, " AS dynamo.value)");
	}
	else
	{
		if (path->steps[first].name == NULL)
			dyn_partiql_refuse("Only attributes that are lists have elements.", "An item has no element [%d]",
							   path->steps[first].index);
		value = unprojected(query, source, &path->steps[first]);
		appendStringInfoString(&text, value != NULL ? value : source->item);
		for (int i = first; value == NULL && i < path->count; i++)
		{
			const DynPathStep *step = &path->steps[i];

			if (step->name == NULL)
				appendStringInfo(&text, "[%d]", step->index);
			else
				appendStringInfo(&text, "[%s]", quote_literal_cstr(pnstrdup(step->name, step->name_length)));
		}
	}
	if (query->grouped && !query->in_aggregate && query->clause != DYN_CLAUSE_WHERE && !is_grouped_by(query, text.data))
		dyn_partiql_refuse("The aggregates are COUNT, SUM, AVG, MIN and MAX.",
						   "An attribute here must be in GROUP BY or in an aggregate%s",
						   dyn_partiql_at(query->statement->text, node->place));
	appendStringInfoString(out, text.data);
}

static bool
is_grouped_by(const DynToQuery *query, const char *text)
{
	ListCell   *cell;

	foreach(cell, query->groups)
		if (strcmp(lfirst(cell), text) == 0)
			return true;
	return false;
}

/*
 * What stands for an attribute that an index does not have; NULL where it
 * has it, or can fetch it.  As in ExecuteStatement a scan's filter finds it
 * missing, and where partitions are named it is an error.
 */
static const char *
unprojected(const DynToQuery *query, const DynQuerySource *source, const DynPathStep *step)
{
	const DynIndex *index = source->page.index;

	if (dyn_page_projects(&source->page, step))
		return NULL;
	if (query->clause == DYN_CLAUSE_WHERE && !source->keyed)
		return "CAST(NULL AS dynamo.value)";
	if (query->clause == DYN_CLAUSE_WHERE)
		dyn_partiql_refuse("A filter sees what the index projects.",
						   "One or more parameter values were invalid: Secondary index %s does not project one or more filter attributes: [%.*s]",
						   index->name, (int) step->name_length, step->name);
	if (index->kind == DYN_INDEX_GLOBAL)
		dyn_partiql_refuse("Join the table, or use an index that projects the attribute.",
						   "One or more parameter values were invalid: Global secondary index %s does not project [%.*s]",
						   index->name, (int) step->name_length, step->name);
	return NULL;
}

/* ---- functions ---- */

static void
append_call(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const Aggregate *aggregate = find_aggregate(node);

	if (aggregate != NULL)
	{
		append_aggregate(query, out, node, aggregate->wrapping);
		return;
	}
	if (strcmp(node->name.data, "size") != 0)
		dyn_partiql_refuse("dynamo.partiql has size, COUNT, SUM, AVG, MIN and MAX, and the conditions of ExecuteStatement.",
						   "Unrecognized function: %s%s", node->name.data,
						   dyn_partiql_at(query->statement->text, node->place));
	if (node->nargs != 1)
		dyn_partiql_refuse("size takes 1.",
						   "Incorrect number of operands for operator or function; operator or function: size, number of operands: %d",
						   node->nargs);
	appendStringInfoString(out, "dynamo.partiql_size(");
	dyn_to_query_value(query, out, node->args[0]);
	appendStringInfoChar(out, ')');
}

static void
append_aggregate(DynToQuery *query, StringInfo out, const DynPartiqlNode *node, const char *const wrapping[2])
{
	bool		star = node->nargs == 1 && node->args[0]->kind == PARTIQL_NODE_STAR;

	if (query->clause == DYN_CLAUSE_WHERE || query->in_aggregate)
		dyn_partiql_refuse("Aggregates stand in SELECT, HAVING and ORDER BY, and not in each other.",
						   "An aggregate cannot stand here%s", dyn_partiql_at(query->statement->text, node->place));
	if (node->nargs != 1 || (star && strcmp(node->name.data, "count") != 0))
		dyn_partiql_refuse("Write COUNT(*), or an aggregate of one value: SUM(Price).",
						   "Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
						   node->name.data, node->nargs);
	appendStringInfoString(out, wrapping[0]);
	query->in_aggregate = true;
	if (star)
		appendStringInfoChar(out, '*');
	else
		dyn_to_query_value(query, out, node->args[0]);
	query->in_aggregate = false;
	appendStringInfoString(out, wrapping[1]);
}

/* Of what are no numbers (strings, for ||) there is no result. */
static void
append_arithmetic(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const char *operator = node->kind == PARTIQL_NODE_NEGATIVE ? "-" : pnstrdup(node->name.data, node->name.length);

	if (strcmp(operator, "+") != 0 && strcmp(operator, "-") != 0)
		dyn_partiql_refuse("Compute it in SQL, of the columns that dynamo.partiql returns.",
						   "Unsupported operator: %s%s", operator,
						   dyn_partiql_at(query->statement->text, node->place));
	appendStringInfoString(out, "dynamo.partiql_sum(");
	if (node->nargs == 1)
		appendStringInfoString(out, "'{\"N\":\"0\"}'::dynamo.value");
	else
		dyn_to_query_value(query, out, node->args[0]);
	appendStringInfoString(out, ", ");
	dyn_to_query_value(query, out, node->args[node->nargs - 1]);
	appendStringInfo(out, ", %s)", operator[0] == '-' ? "true" : "false");
}
