/*-------------------------------------------------------------------------
 *
 * query_support.c
 *	  What the planner is told of the functions of query_functions.c.
 *
 * dynamo.partiql_parameter becomes the parameter itself: of an array that is
 * written out, which is what a call of dynamo.partiql has, its element, as a
 * dynamo.value.  So a plan shows what was passed, and indexes, joins and
 * estimates see it.  dynamo.partiql_text becomes the text that was passed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"

#include "index/planner.h"

static Node *element_of(const FuncExpr *call);
static Node *as_text(const Node *parameter);
static Node *as_value(Node *parameter, Oid value_type);

PG_FUNCTION_INFO_V1(dynamo_partiql_parameter_support);
PG_FUNCTION_INFO_V1(dynamo_partiql_type_support);
PG_FUNCTION_INFO_V1(dynamo_partiql_search_support);

/* The share of the items that contain a string, or begin with it; what Postgres thinks of patterns. */
#define FOUND_SHARE	0.005

Datum
dynamo_partiql_parameter_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(element_of(((SupportRequestSimplify *) request)->fcall));
}

static Node *
element_of(const FuncExpr *call)
{
	ArrayExpr  *array = linitial(call->args);
	Const	   *number = lsecond(call->args);
	int			position;

	if (!IsA(array, ArrayExpr) || array->multidims || !IsA(number, Const) || number->constisnull)
		return NULL;
	position = DatumGetInt32(number->constvalue);
	if (position < 1 || position > list_length(array->elements))
		return NULL;
	if (call->funcresulttype == TEXTOID)
		return as_text(list_nth(array->elements, position - 1));
	return as_value(list_nth(array->elements, position - 1), call->funcresulttype);
}

/* The text that a parameter was made of. */
static Node *
as_text(const Node *parameter)
{
	const FuncExpr *cast = (const FuncExpr *) parameter;

	if (!IsA(parameter, FuncExpr) || list_length(cast->args) != 1 || exprType(linitial(cast->args)) != TEXTOID)
		return NULL;
	return copyObject(linitial(cast->args));
}

/* A dynamo.parameter has the bytes of a dynamo.value. */
static Node *
as_value(Node *parameter, Oid value_type)
{
	if (IsA(parameter, Const))
	{
		Const	   *constant = copyObject((Const *) parameter);

		constant->consttype = value_type;
		return (Node *) constant;
	}
	if (IsA(parameter, FuncExpr))
	{
		FuncExpr   *cast = copyObject((FuncExpr *) parameter);

		cast->funcresulttype = value_type;
		return (Node *) cast;
	}
	if (IsA(parameter, RelabelType) && exprType((Node *) ((RelabelType *) parameter)->arg) == value_type)
		return copyObject((Node *) ((RelabelType *) parameter)->arg);
	return (Node *) makeRelabelType((Expr *) copyObject(parameter), value_type, -1, InvalidOid, COERCE_IMPLICIT_CAST);
}

/* Beside "<" a condition on types leaves nothing out, as far as anyone knows. */
Datum
dynamo_partiql_type_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = 1.0;
	PG_RETURN_POINTER(request);
}

/* What is looked for is in few; the rest of it is index/planner_clauses.c. */
Datum
dynamo_partiql_search_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = FOUND_SHARE;
	PG_RETURN_POINTER(request);
}
