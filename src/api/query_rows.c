/*-------------------------------------------------------------------------
 *
 * query_rows.c
 *	  dynamo.query and dynamo.scan with typed arguments: rows, for people.
 *
 *		arguments ─ query_arguments.c ─ request, checked as that of the operation
 *				  ─ query_text.c ─ text
 *				  ─ index/row_function: planned in place of the call, or run
 *
 * Of the arguments the planner must know the table, the index and the
 * direction; all others may come from parameters or from other tables of the
 * FROM.  Where it knows them all the request is checked while it is planned.
 * Else the query begins with a condition that checks it when it is run
 * (query_check.c).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "api/query_arguments.h"
#include "api/query_text.h"

static char *query_of_query(const DynRowCall *call);
static char *query_of_scan(const DynRowCall *call);
static char *make_text(const DynRowCall *call, const DynQuerySignature *signature, bool ordered);
static bool is_checkable(const DynRowCall *call, const DynQuerySignature *signature);
static char *check_call(const DynRowCall *call, const DynQuerySignature *signature);

PG_FUNCTION_INFO_V1(dynamo_query_support);
PG_FUNCTION_INFO_V1(dynamo_query_rows);
PG_FUNCTION_INFO_V1(dynamo_scan_support);
PG_FUNCTION_INFO_V1(dynamo_scan_rows);

Datum
dynamo_query_support(PG_FUNCTION_ARGS)
{
	return dyn_row_function_plan(fcinfo, query_of_query);
}

Datum
dynamo_query_rows(PG_FUNCTION_ARGS)
{
	return dyn_row_function_run(fcinfo, query_of_query);
}

Datum
dynamo_scan_support(PG_FUNCTION_ARGS)
{
	return dyn_row_function_plan(fcinfo, query_of_scan);
}

Datum
dynamo_scan_rows(PG_FUNCTION_ARGS)
{
	return dyn_row_function_run(fcinfo, query_of_scan);
}

/* The order of a Query costs nothing, because it is that of the index which finds the items. */
static char *
query_of_query(const DynRowCall *call)
{
	return make_text(call, &dyn_query_signature, call->order != DYN_ORDER_UNSEEN);
}

/*
 * All of a table in the order of its index is much slower than as it lies,
 * and would be sorted if the table is large.  So the order is kept where it
 * says which items are returned.
 */
static char *
query_of_scan(const DynRowCall *call)
{
	return make_text(call, &dyn_scan_signature, call->order == DYN_ORDER_OF_FIRST);
}

/* The number of an argument that may be there, as a parameter. */
static int
parameter(const DynRowCall *call, int argument)
{
	return dyn_argument_given(call, argument) ? argument + 1 : 0;
}

static char *
make_text(const DynRowCall *call, const DynQuerySignature *signature, bool ordered)
{
	bool		checkable = is_checkable(call, signature);
	DynOpenedQuery opened = {0};
	DynQueryText query = {0};
	MemoryContext caller = CurrentMemoryContext;
	char	   *text;

	if (!dyn_argument_known(call, signature->table_name) || !dyn_argument_known(call, signature->index_name) ||
		!dyn_argument_known(call, signature->descending))
		return NULL;

	if (checkable)
		dyn_arguments_check(call, signature, &opened);
	else
		dyn_arguments_open(call, signature, &opened);

	query.page = &opened.page;
	query.keyed = dyn_is_query(signature);
	query.one_key = query.keyed && dyn_arguments_name_one_key(call, signature, &opened.page);
	query.ordered = ordered;
	query.backward = dyn_argument_given(call, signature->descending) &&
		DatumGetBool(call->args[signature->descending].value);
	query.check = checkable ? NULL : check_call(call, signature);
	query.key_condition = signature->key_condition + 1;
	query.filter = parameter(call, signature->filter);
	query.projection = parameter(call, signature->projection);
	query.values = signature->values + 1;
	query.names = signature->names + 1;
	query.segment = signature->segment + 1;
	query.total_segments = parameter(call, signature->total_segments);
	text = MemoryContextStrdup(caller, dyn_query_text(&query));
	dyn_page_close(&opened.page);
	return text;
}

/* Is everything known that is to be checked? */
static bool
is_checkable(const DynRowCall *call, const DynQuerySignature *signature)
{
	return dyn_argument_known(call, signature->key_condition) && dyn_argument_known(call, signature->filter) &&
		dyn_argument_known(call, signature->projection) && dyn_argument_known(call, signature->values) &&
		dyn_argument_known(call, signature->names) && dyn_argument_known(call, signature->segment) &&
		dyn_argument_known(call, signature->total_segments);
}

/* "dynamo.query_check($1, $2, ...)" */
static char *
check_call(const DynRowCall *call, const DynQuerySignature *signature)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s(", signature->check);
	for (int i = 1; i <= call->nargs; i++)
		appendStringInfo(&text, "%s$%d", i > 1 ? ", " : "", i);
	appendStringInfoChar(&text, ')');
	return text.data;
}
