/*-------------------------------------------------------------------------
 *
 * planner_support.c
 *	  The planner's support function of the functions of items and values.
 *
 * Being called is half of its use: whatever reads items in a statement loads
 * the library by that, so that the hook is there before paths are made, in
 * the first statement of a session, too.
 *
 * item -> 'a' becomes the subscript item['a'], and item ->> 'a' its cast to
 * text.  They mean the same; now they are the same for indexes, statistics
 * and planner_clauses.c, and a little faster to run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/subscripting.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "index/planner.h"

/* The share of the items that meets a condition of which nothing is known. */
#define UNKNOWN_SHARE	0.333

static Node *simplify(FuncExpr *call);
static Expr *make_subscript(Node *item, Const *name);
static Selectivity share_of_matches(SupportRequestSelectivity *request);
static Expr *make_condition(Node *item, const DynItemClause *clause);
static Expr *make_comparison(Expr *attribute, DynItemOperator operator, Expr *value);

PG_FUNCTION_INFO_V1(dynamo_planner_support);
Datum
dynamo_planner_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestSimplify))
		answer = simplify(((SupportRequestSimplify *) request)->fcall);
	else if (IsA(request, SupportRequestSelectivity))
	{
		SupportRequestSelectivity *selectivity = (SupportRequestSelectivity *) request;

		if (!selectivity->is_join)
		{
			selectivity->selectivity = share_of_matches(selectivity);
			if (selectivity->selectivity >= 0)
				answer = request;
		}
	}
	PG_RETURN_POINTER(answer);
}

/* Bring a call of an operator's function into the form of a subscript; NULL where it is none. */
static Node *
simplify(FuncExpr *call)
{
	const char *function;
	Expr	   *subscript;
	Oid			value_type;

	if (list_length(call->args) != 2 || !IsA(lsecond(call->args), Const) ||
		exprType(lsecond(call->args)) != TEXTOID || ((Const *) lsecond(call->args))->constisnull)
		return NULL;
	function = dyn_function_name_of(call->funcid);
	if (function == NULL)
		return NULL;

	if (strcmp(function, "item_get") == 0)
		return (Node *) make_subscript(linitial(call->args), lsecond(call->args));
	if (strcmp(function, "item_get_text") != 0)
		return NULL;
	subscript = make_subscript(linitial(call->args), lsecond(call->args));
	value_type = dyn_value_type();
	return (Node *) makeFuncExpr(LookupFuncName(list_make2(makeString("dynamo"), makeString("value_to_text")), 1, &value_type, false),
								 TEXTOID, list_make1(subscript), call->funccollid, InvalidOid, COERCE_EXPLICIT_CAST);
}

/* item['name'], as parse analysis makes it */
static Expr *
make_subscript(Node *item, Const *name)
{
	SubscriptingRef *subscript = makeNode(SubscriptingRef);

	subscript->refcontainertype = exprType(item);
	(void) getSubscriptingRoutines(subscript->refcontainertype, &subscript->refelemtype);
	subscript->refrestype = dyn_value_type();
	subscript->reftypmod = -1;
	subscript->refcollid = InvalidOid;
	subscript->refupperindexpr = list_make1(name);
	subscript->refexpr = (Expr *) item;
	return (Expr *) subscript;
}

/* ---- dynamo.matches ---- */

/* The share of the items that a call of dynamo.matches is true of; -1 where it is another function, or not constant. */
static Selectivity
share_of_matches(SupportRequestSelectivity *request)
{
	FuncExpr	call = {.xpr.type = T_FuncExpr, .funcid = request->funcid, .args = request->args};
	bool		complete;
	List	   *clauses = dyn_item_clauses_of_matches(&call, &complete);
	List	   *conditions = NIL;
	Selectivity share;
	ListCell   *cell;

	if (clauses == NIL)
		return -1;
	foreach(cell, clauses)
		conditions = lappend(conditions, make_condition(linitial(request->args), lfirst(cell)));
	share = clauselist_selectivity(request->root, conditions, request->varRelid, request->jointype, request->sjinfo);
	return complete ? share : share * UNKNOWN_SHARE;
}

/* The condition as SQL would say it. */
static Expr *
make_condition(Node *item, const DynItemClause *clause)
{
	Const	   *name = makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
								 PointerGetDatum(cstring_to_text_with_len(clause->name, clause->name_length)), false, false);
	Expr	   *attribute = make_subscript(item, name);
	List	   *arms = NIL;
	ListCell   *cell;

	if (clause->operator == DYN_ITEM_EXISTS)
	{
		NullTest   *test = makeNode(NullTest);

		test->arg = attribute;
		test->nulltesttype = IS_NOT_NULL;
		test->location = -1;
		return (Expr *) test;
	}
	foreach(cell, clause->values)
		arms = lappend(arms, make_comparison(attribute, clause->operator, lfirst(cell)));
	return list_length(arms) == 1 ? linitial(arms) : make_orclause(arms);
}

static Expr *
make_comparison(Expr *attribute, DynItemOperator operator, Expr *value)
{
	static const int strategies[] = {
		[DYN_ITEM_EQ] = BTEqualStrategyNumber,
		[DYN_ITEM_LT] = BTLessStrategyNumber,
		[DYN_ITEM_LE] = BTLessEqualStrategyNumber,
		[DYN_ITEM_GT] = BTGreaterStrategyNumber,
		[DYN_ITEM_GE] = BTGreaterEqualStrategyNumber,
		[DYN_ITEM_BEGINS] = BTGreaterEqualStrategyNumber,
		[DYN_ITEM_IN] = BTEqualStrategyNumber
	};
	Oid			type = exprType((Node *) value);
	Oid			family = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;

	return make_opclause(get_opfamily_member(family, type, type, strategies[operator]), BOOLOID, false,
						 attribute, value, InvalidOid, InvalidOid);
}
