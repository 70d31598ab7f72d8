/*-------------------------------------------------------------------------
 *
 * to_query.c
 *	  dynamo.partiql in FROM: the query of Postgres that a PartiQL SELECT is.
 *
 *		SELECT Artist, Price FROM "Music"."GenreIndex" WHERE Genre = ?
 *
 *		SELECT dynamo.partiql_item(ARRAY['Artist', 'Price'], ARRAY[t1.item['Artist'], t1.item['Price']]) AS item
 *		  FROM public."Music" AS t1
 *		 WHERE dynamo.index_key(t1.item, 'Genre S', 'AlbumTitle S') IS NOT NULL
 *		   AND t1.item['Genre'] = dynamo.partiql_parameter($2, 1)
 *
 * Conditions stay conditions on attributes: finding keys and indexes for them
 * is the planner's (index/planner.h), which also joins by them.  That the key
 * of an index is not NULL is what makes an index of DynamoDB's a table of its
 * own: it has not every item, and it proves that the Postgres index has all
 * that are asked for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/primnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "index/row_function.h"
#include "partiql/to_query.h"

static char *query_of_partiql(const DynRowCall *call);
static const DynPartiqlStatement *read_statement(const DynRowCall *call);
static void check_parameters(const DynRowCall *call, const DynPartiqlStatement *statement);
static void append_query(DynToQuery *query, StringInfo out, TupleDesc columns, bool ordered);
static void append_distinct(DynToQuery *query, StringInfo out);
static void append_rows(DynToQuery *query, StringInfo out);
static void read_grouping(DynToQuery *query);
static void append_where(DynToQuery *query, StringInfo out);
static void append_grouping(DynToQuery *query, StringInfo out);
static void append_order(DynToQuery *query, StringInfo out);
static void append_count(DynToQuery *query, StringInfo out, const char *clause, const DynPartiqlNode *node);

PG_FUNCTION_INFO_V1(dynamo_partiql_support);
PG_FUNCTION_INFO_V1(dynamo_partiql_items);
PG_FUNCTION_INFO_V1(dynamo_partiql_rows_support);
PG_FUNCTION_INFO_V1(dynamo_partiql_rows);

Datum
dynamo_partiql_support(PG_FUNCTION_ARGS)
{
	return dyn_row_function_plan(fcinfo, query_of_partiql);
}

Datum
dynamo_partiql_items(PG_FUNCTION_ARGS)
{
	return dyn_row_function_run(fcinfo, query_of_partiql);
}

/* dynamo.partiql_rows: the same as columns */
Datum
dynamo_partiql_rows_support(PG_FUNCTION_ARGS)
{
	return dyn_record_function_plan(fcinfo, query_of_partiql, "partiql_rows_inlined");
}

Datum
dynamo_partiql_rows(PG_FUNCTION_ARGS)
{
	return dyn_row_function_run(fcinfo, query_of_partiql);
}

/* The order of rows is made only where it is seen, or says which rows there are. */
static char *
query_of_partiql(const DynRowCall *call)
{
	DynToQuery	query = {0};
	MemoryContext caller = CurrentMemoryContext;
	StringInfoData text;
	char	   *copy;

	if (!call->known[0])
		return NULL;
	query.statement = read_statement(call);
	check_parameters(call, query.statement);
	if (call->expressions != NIL && IsA(lsecond(call->expressions), ArrayExpr))
		query.parameters = ((ArrayExpr *) lsecond(call->expressions))->elements;
	dyn_to_query_open(&query);
	initStringInfo(&text);
	append_query(&query, &text, call->columns,
				 call->order != DYN_ORDER_UNSEEN || query.statement->limit != NULL || query.statement->offset != NULL);
	copy = MemoryContextStrdup(caller, text.data);
	for (int i = query.nsources - 1; i >= 0; i--)
		dyn_page_close(&query.sources[i].page);
	return copy;
}

static const DynPartiqlStatement *
read_statement(const DynRowCall *call)
{
	const DynPartiqlStatement *statement;
	text	   *string;

	if (call->args[0].isnull)
		dyn_partiql_refuse("Pass the text of a SELECT.",
						   "1 validation error detected: Value null at 'statement' failed to satisfy constraint: Member must not be null");
	string = DatumGetTextPP(call->args[0].value);
	statement = dyn_partiql_parse(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
	if (statement->verb != PARTIQL_SELECT)
		dyn_partiql_refuse("dynamo.execute_statement writes.", "dynamo.partiql takes only SELECT statements");
	if (statement->select_value)
		dyn_partiql_refuse("Name the attributes, or write SELECT *.",
						   "Select projection doesn't support value or pivot keywords");
	return statement;
}

/* How many parameters are there?  What is an array only at run time is looked at there. */
static void
check_parameters(const DynRowCall *call, const DynPartiqlStatement *statement)
{
	int			count;

	if (call->known[1] && !call->args[1].isnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(call->args[1].value);

		count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	}
	else if (call->expressions != NIL && IsA(lsecond(call->expressions), ArrayExpr))
		count = list_length(((ArrayExpr *) lsecond(call->expressions))->elements);
	else
		return;
	if (count != statement->nparameters)
		dyn_partiql_refuse(psprintf("The statement has %d, the call has %d.", statement->nparameters, count),
						   "Number of parameters in request and statement don't match.");
}

/* ---- the query ---- */

static void
append_query(DynToQuery *query, StringInfo out, TupleDesc columns, bool ordered)
{
	const DynPartiqlStatement *statement = query->statement;

	read_grouping(query);
	dyn_to_query_outputs(query);
	appendStringInfoString(out, "SELECT ");
	if (columns != NULL)
		dyn_to_query_columns(query, out, columns, statement->distinct ? "d.item" : NULL);
	else if (statement->distinct)
		appendStringInfoString(out, "d.item AS item");
	else
	{
		dyn_to_query_item(query, out);
		appendStringInfoString(out, " AS item");
	}
	if (statement->distinct)
		append_distinct(query, out);
	else
		append_rows(query, out);
	if (ordered)
		append_order(query, out);
	append_count(query, out, "LIMIT", statement->limit);
	append_count(query, out, "OFFSET", statement->offset);
}

/* A subquery of different items: what is ordered by, and what the columns are, is something else. */
static void
append_distinct(DynToQuery *query, StringInfo out)
{
	appendStringInfoString(out, " FROM (SELECT DISTINCT ");
	dyn_to_query_item(query, out);
	appendStringInfoString(out, " AS item");
	append_rows(query, out);
	appendStringInfoString(out, ") AS d");
}

/* FROM, WHERE, GROUP BY and HAVING */
static void
append_rows(DynToQuery *query, StringInfo out)
{
	query->clause = DYN_CLAUSE_WHERE;
	dyn_to_query_from(query, out);
	append_where(query, out);
	query->clause = DYN_CLAUSE_OTHER;
	append_grouping(query, out);
}

/* Find what is grouped by: SQL of paths. */
static void
read_grouping(DynToQuery *query)
{
	const DynPartiqlStatement *statement = query->statement;
	ListCell   *cell;

	query->clause = DYN_CLAUSE_OTHER;
	foreach(cell, statement->group_by)
	{
		const DynPartiqlNode *node = lfirst(cell);
		StringInfoData text;

		if (node->kind != PARTIQL_NODE_PATH)
			dyn_partiql_refuse("Compute it in SQL, of the columns that dynamo.partiql returns.",
							   "GROUP BY takes attributes and what is in them%s",
							   dyn_partiql_at(statement->text, node->place));
		initStringInfo(&text);
		dyn_to_query_value(query, &text, node);
		query->groups = lappend(query->groups, text.data);
	}
	query->grouped = statement->group_by != NIL || statement->having != NULL;
	foreach(cell, statement->selected)
		query->grouped = query->grouped || dyn_has_aggregate(((const DynPartiqlSelected *) lfirst(cell))->node);
	foreach(cell, statement->order_by)
		query->grouped = query->grouped || dyn_has_aggregate(((const DynPartiqlOrder *) lfirst(cell))->node);
}

static void
append_where(DynToQuery *query, StringInfo out)
{
	appendStringInfoString(out, " WHERE true");
	for (int i = 0; i < query->nsources; i++)
		if (query->sources[i].source->join != PARTIQL_JOIN_LEFT)
			dyn_to_query_presence(out, &query->sources[i]);
	if (query->statement->where == NULL)
		return;
	appendStringInfoString(out, " AND ");
	dyn_to_query_condition(query, out, query->statement->where);
}

static void
append_grouping(DynToQuery *query, StringInfo out)
{
	ListCell   *cell;
	const char *comma = " GROUP BY ";

	foreach(cell, query->groups)
	{
		appendStringInfo(out, "%s%s", comma, (const char *) lfirst(cell));
		comma = ", ";
	}
	if (query->statement->having == NULL)
		return;
	appendStringInfoString(out, " HAVING ");
	dyn_to_query_condition(query, out, query->statement->having);
}

/* The output that ORDER BY names by its alias, or that has this value; else NULL. */
static const DynQueryOutput *
find_output(const DynToQuery *query, const DynPartiqlNode *node, const char *value)
{
	const DynPathStep *step = node->path.steps;
	ListCell   *output;
	ListCell   *selected;

	forboth(output, query->outputs, selected, query->statement->selected)
	{
		const DynQueryOutput *candidate = lfirst(output);

		if (value != NULL ? strcmp(candidate->value, value) == 0 :
			((const DynPartiqlSelected *) lfirst(selected))->has_alias && candidate->name_length == step->name_length &&
			memcmp(candidate->name, step->name, step->name_length) == 0)
			return candidate;
	}
	return NULL;
}

/* What ORDER BY means, in SQL. */
static const char *
find_order(DynToQuery *query, const DynPartiqlNode *node)
{
	const DynQueryOutput *output = NULL;
	StringInfoData value;

	if (node->kind == PARTIQL_NODE_PATH && node->path.count == 1)
		output = find_output(query, node, NULL);
	if (output != NULL && !query->statement->distinct)
		return output->value;
	initStringInfo(&value);
	if (output == NULL)
		dyn_to_query_value(query, &value, node);
	if (!query->statement->distinct)
		return value.data;

	if (query->outputs == NIL && strncmp(value.data, query->sources[0].item, strlen(query->sources[0].item)) == 0)
		return psprintf("d.item%s", value.data + strlen(query->sources[0].item));
	if (output == NULL)
		output = find_output(query, node, value.data);
	if (output == NULL)
		dyn_partiql_refuse("Add it to the SELECT list.", "With DISTINCT, ORDER BY takes only what is selected%s",
						   dyn_partiql_at(query->statement->text, node->place));
	return psprintf("d.item[%s]", quote_literal_cstr(pnstrdup(output->name, output->name_length)));
}

static void
append_order(DynToQuery *query, StringInfo out)
{
	const char *comma = " ORDER BY ";
	ListCell   *cell;

	foreach(cell, query->statement->order_by)
	{
		const DynPartiqlOrder *order = lfirst(cell);

		appendStringInfo(out, "%s%s%s", comma, find_order(query, order->node), order->descending ? " DESC" : "");
		comma = ", ";
	}
}

/* LIMIT or OFFSET */
static void
append_count(DynToQuery *query, StringInfo out, const char *clause, const DynPartiqlNode *node)
{
	if (node == NULL)
		return;
	if (node->kind != PARTIQL_NODE_NUMBER && node->kind != PARTIQL_NODE_PARAMETER)
		dyn_partiql_refuse("Write a number or ?.", "%s takes a number or a parameter%s", clause,
						   dyn_partiql_at(query->statement->text, node->place));
	appendStringInfo(out, " %s CAST(", clause);
	dyn_to_query_value(query, out, node);
	appendStringInfoString(out, " AS pg_catalog.int8)");
}
