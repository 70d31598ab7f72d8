/*-------------------------------------------------------------------------
 *
 * row_function.h
 *	  Functions that return the rows of a query which their arguments say,
 *	  and that the planner sees through.
 *
 * Such a function is of language SQL and has a support function.  For each
 * call in FROM the planner asks the support function (row_function_plan.c),
 * which makes the query; in parse analysis of the function's body the query
 * takes the body's place, and Postgres inlines it.  What is left is a plan on
 * the tables themselves.  Where that cannot be, the body is run as it is
 * written: it calls a C function that runs the same query row by row
 * (row_function_run.c).
 *
 *		CREATE FUNCTION dynamo.scan(...) RETURNS TABLE (item dynamo.item)
 *			LANGUAGE sql STABLE SUPPORT dynamo.scan_support
 *			AS 'SELECT dynamo.scan_rows($1, $2, ...)';
 *
 *		dynamo_scan_support(PG_FUNCTION_ARGS) { return dyn_row_function_plan(fcinfo, scan_query); }
 *		dynamo_scan_rows(PG_FUNCTION_ARGS)	  { return dyn_row_function_run(fcinfo, scan_query); }
 *
 * The function must not be VOLATILE, STRICT or SECURITY DEFINER; its result
 * is one column, as that of the query, or a record.  docs/architecture/row-functions.md
 * tells how it works.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_ROW_FUNCTION_H
#define DYN_INDEX_ROW_FUNCTION_H

#include "access/tupdesc.h"
#include "fmgr.h"
#include "nodes/pg_list.h"

/* How much can be seen of the order of the rows? */
typedef enum DynRowOrder
{
	DYN_ORDER_UNSEEN,			/* they are joined, grouped or sorted */
	DYN_ORDER_AGGREGATED,		/* an aggregate takes them as they come */
	DYN_ORDER_OF_ALL,			/* all are returned */
	DYN_ORDER_OF_FIRST			/* the first ones are returned, or it is not known how many */
} DynRowOrder;

typedef struct DynRowCall
{
	int			nargs;
	const NullableDatum *args;	/* as declared, defaults filled in */
	const bool *known;			/* by argument: is its value known?  Else it is, when the query is run. */
	const List *expressions;	/* of the arguments, simplified; NIL where the query is run */
	DynRowOrder order;
	TupleDesc	columns;		/* of a function that returns records; else NULL */
} DynRowCall;

/*
 * Make the text of the query, one SELECT of one column (or of those that the
 * call has) that names everything with its schema; $1, $2, ... are the arguments.  Returns NULL where too
 * little is known; raises where what is known is wrong.  Locks that it takes
 * on the tables of the query must be kept.
 */
typedef char *(*DynRowQuery) (const DynRowCall *call);

/* ---- row_function_plan.c ---- */

/* Answer the planner: the whole of a support function. */
extern Datum dyn_row_function_plan(FunctionCallInfo fcinfo, DynRowQuery make_query);

/*
 * The same for a function that returns records.  It is of language C, because
 * only so it is told the columns where it has to run, and has an SQL function
 * beside it, with the same arguments, in the schema dynamo, which is inlined
 * in its place and never runs.
 */
extern Datum dyn_record_function_plan(FunctionCallInfo fcinfo, DynRowQuery make_query, const char *inlined);

/* Install the hook.  Called once, from _PG_init. */
extern void dyn_row_function_init(void);

/* ---- row_function_run.c ---- */

/* Return the next row: the whole of a set-returning function with the same arguments, of one column or of records. */
extern Datum dyn_row_function_run(FunctionCallInfo fcinfo, DynRowQuery make_query);

#endif							/* DYN_INDEX_ROW_FUNCTION_H */
