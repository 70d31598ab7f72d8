/*-------------------------------------------------------------------------
 *
 * planner_clauses.c
 *	  Conditions on attributes of items, as statements write them.
 *
 *		item['Genre'] = 'Rock'			'Rock' = item['Genre']
 *		item['Genre']::text = 'Rock'	item ->> 'Genre' = 'Rock'
 *		item['Price']::numeric < 5		item['Year']::int BETWEEN 1990 AND 1999
 *		item['Genre'] IN ('Rock', $1)	item['Id'] = 1 OR item['Id'] = 2
 *		item['Genre'] IS NOT NULL		item ? 'Genre'
 *		dynamo.matches(item, 'Genre = :g', '{":g": {"S": "Rock"}}')
 *		dynamo.partiql_begins_with(item['Genre'], 'R')
 *
 * What -> and ->> read has become a subscript before (planner_support.c).
 * Values are anything that does not depend on the row: constants, parameters,
 * columns of other relations, and what is computed of them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "index/planner.h"

/* The column whose attributes are looked for. */
typedef struct ItemColumn
{
	PlannerInfo *root;
	Index		relid;
	AttrNumber	attnum;
} ItemColumn;

static DynItemClause *match_comparison(const ItemColumn *column, OpExpr *comparison);
static bool is_item(const ItemColumn *column, Node *node);
static DynItemClause *match_has(const ItemColumn *column, OpExpr *call);
static DynItemClause *match_array(const ItemColumn *column, ScalarArrayOpExpr *comparison);
static DynItemClause *match_or(const ItemColumn *column, BoolExpr *condition);
static DynItemClause *match_not_null(const ItemColumn *column, NullTest *test);
static DynItemClause *match_prefix(const ItemColumn *column, FuncExpr *call);
static DynItemClause *match_operator(const ItemColumn *column, Node *attribute, Oid operator, Oid collation);
static bool read_operator(Oid operator, Oid collation, DynItemClause *clause);
static bool is_free(const ItemColumn *column, Node *value);
static bool value_fits(const DynItemClause *clause, Node *value);
static List *array_elements(Node *array);

List *
dyn_item_clauses_of(PlannerInfo *root, RestrictInfo *rinfo, RelOptInfo *rel, AttrNumber item_attnum)
{
	ItemColumn	column = {root, rel->relid, item_attnum};
	Node	   *node = (Node *) rinfo->clause;
	DynItemClause *clause = NULL;
	List	   *clauses;
	ListCell   *cell;
	bool		complete;

	if (rinfo->pseudoconstant)
		return NIL;

	switch (nodeTag(node))
	{
		case T_OpExpr:
			clause = match_comparison(&column, (OpExpr *) node);
			if (clause == NULL)
				clause = match_has(&column, (OpExpr *) node);
			break;
		case T_ScalarArrayOpExpr:
			clause = match_array(&column, (ScalarArrayOpExpr *) node);
			break;
		case T_BoolExpr:
			clause = match_or(&column, (BoolExpr *) node);
			break;
		case T_NullTest:
			clause = match_not_null(&column, (NullTest *) node);
			break;
		case T_FuncExpr:
			clause = match_prefix(&column, (FuncExpr *) node);
			break;
		default:
			break;
	}

	clauses = clause != NULL ? list_make1(clause) : NIL;
	if (IsA(node, FuncExpr))
	{
		FuncExpr   *call = (FuncExpr *) node;

		if (call->args != NIL && is_item(&column, linitial(call->args)))
			clauses = dyn_item_clauses_of_matches(call, &complete);
	}
	foreach(cell, clauses)
	{
		clause = lfirst(cell);
		clause->rinfo = rinfo;
		clause->outer = bms_del_member(bms_copy(rinfo->clause_relids), rel->relid);
		if (bms_is_empty(clause->outer))
			clause->outer = NULL;
	}
	return clauses;
}

/* attribute op value, or value op attribute */
static DynItemClause *
match_comparison(const ItemColumn *column, OpExpr *comparison)
{
	Node	   *left;
	Node	   *right;
	DynItemClause *clause;

	if (list_length(comparison->args) != 2)
		return NULL;
	left = linitial(comparison->args);
	right = lsecond(comparison->args);

	clause = match_operator(column, left, comparison->opno, comparison->inputcollid);
	if (clause == NULL)
	{
		clause = match_operator(column, right, get_commutator(comparison->opno), comparison->inputcollid);
		right = left;
	}
	if (clause == NULL || !is_free(column, right) || !value_fits(clause, right))
		return NULL;
	clause->values = list_make1(right);
	return clause;
}

/* Is this the item column itself? */
static bool
is_item(const ItemColumn *column, Node *node)
{
	Var		   *var = (Var *) node;

	return IsA(node, Var) && var->varno == column->relid && var->varattno == column->attnum && var->varlevelsup == 0;
}

/* item ? 'name' */
static DynItemClause *
match_has(const ItemColumn *column, OpExpr *call)
{
	DynItemClause *clause;
	const char *function;

	if (list_length(call->args) != 2 || !is_item(column, linitial(call->args)))
		return NULL;
	function = dyn_function_name_of(get_opcode(call->opno));
	if (function == NULL || strcmp(function, "item_has") != 0)
		return NULL;

	clause = palloc0(sizeof(DynItemClause));
	clause->operator = DYN_ITEM_EXISTS;
	if (!dyn_attribute_name_read(lsecond(call->args), &clause->name, &clause->name_length))
		return NULL;
	return clause;
}

/* attribute IS NOT NULL */
static DynItemClause *
match_not_null(const ItemColumn *column, NullTest *test)
{
	DynItemClause *clause = palloc0(sizeof(DynItemClause));

	if (test->nulltesttype != IS_NOT_NULL ||
		!dyn_item_attribute_match((Node *) test->arg, column->relid, column->attnum,
								  &clause->form, &clause->name, &clause->name_length))
		return NULL;
	clause->operator = DYN_ITEM_EXISTS;
	return clause;
}

/* begins_with of PartiQL; it is false of values of another type */
static DynItemClause *
match_prefix(const ItemColumn *column, FuncExpr *call)
{
	DynItemClause *clause;
	const char *function;

	if (list_length(call->args) != 2)
		return NULL;
	clause = palloc0(sizeof(DynItemClause));
	clause->operator = DYN_ITEM_BEGINS;
	clause->equal_bytes = clause->byte_order = clause->same_type = true;
	if (!dyn_item_attribute_match(linitial(call->args), column->relid, column->attnum,
								  &clause->form, &clause->name, &clause->name_length) ||
		clause->form != DYN_FORM_VALUE || !is_free(column, lsecond(call->args)) || !value_fits(clause, lsecond(call->args)))
		return NULL;
	function = dyn_function_name_of(call->funcid);
	if (function == NULL || strcmp(function, "partiql_begins_with") != 0)
		return NULL;
	clause->values = list_make1(lsecond(call->args));
	return clause;
}

/* attribute = ANY (array), which is IN, too */
static DynItemClause *
match_array(const ItemColumn *column, ScalarArrayOpExpr *comparison)
{
	DynItemClause *clause;
	ListCell   *cell;

	if (!comparison->useOr)
		return NULL;
	clause = match_operator(column, linitial(comparison->args), comparison->opno, comparison->inputcollid);
	if (clause == NULL || clause->operator != DYN_ITEM_EQ)
		return NULL;

	clause->operator = DYN_ITEM_IN;
	clause->values = array_elements(lsecond(comparison->args));
	foreach(cell, clause->values)
	{
		Node	   *value = lfirst(cell);

		if (!is_free(column, value) || !value_fits(clause, value))
			return NULL;
		clause->arms = lappend(clause->arms,
							   make_opclause(comparison->opno, BOOLOID, false,
											 linitial(comparison->args), (Expr *) value,
											 InvalidOid, comparison->inputcollid));
	}
	return clause->values != NIL ? clause : NULL;
}

/* Equalities of one attribute: what IN becomes where its values have no array type in common with it. */
static DynItemClause *
match_or(const ItemColumn *column, BoolExpr *condition)
{
	DynItemClause *clause = NULL;
	ListCell   *cell;

	if (condition->boolop != OR_EXPR)
		return NULL;
	foreach(cell, condition->args)
	{
		DynItemClause *arm;

		if (!IsA(lfirst(cell), OpExpr))
			return NULL;
		arm = match_comparison(column, lfirst(cell));
		if (arm == NULL || arm->operator != DYN_ITEM_EQ)
			return NULL;
		if (clause == NULL)
			clause = arm;
		else
		{
			if (arm->form != clause->form || arm->name_length != clause->name_length ||
				memcmp(arm->name, clause->name, arm->name_length) != 0)
				return NULL;
			clause->values = list_concat(clause->values, arm->values);
			clause->equal_bytes = clause->equal_bytes && arm->equal_bytes;
		}
		clause->arms = lappend(clause->arms, lfirst(cell));
	}
	clause->operator = DYN_ITEM_IN;
	return clause;
}

/* Begin a clause where an operator compares an attribute; the value is the caller's business. */
static DynItemClause *
match_operator(const ItemColumn *column, Node *attribute, Oid operator, Oid collation)
{
	DynItemClause *clause = palloc0(sizeof(DynItemClause));

	if (!OidIsValid(operator) ||
		!dyn_item_attribute_match(attribute, column->relid, column->attnum,
								  &clause->form, &clause->name, &clause->name_length) ||
		!read_operator(operator, collation, clause))
		return NULL;
	return clause;
}

/* Find out what an operator asks of the form of an attribute that the clause has. */
static bool
read_operator(Oid operator, Oid collation, DynItemClause *clause)
{
	static const Oid types[] = {
		[DYN_FORM_VALUE] = InvalidOid,
		[DYN_FORM_TEXT] = TEXTOID,
		[DYN_FORM_NUMBER] = NUMERICOID,
		[DYN_FORM_INTEGER] = INT4OID,
		[DYN_FORM_BINARY] = BYTEAOID
	};
	Oid			type = clause->form == DYN_FORM_VALUE ? dyn_value_type() : types[clause->form];
	Oid			family = lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
	int			strategy = get_op_opfamily_strategy(operator, family);
	bool		pattern = false;

	if (strategy == 0 && clause->form == DYN_FORM_TEXT)
	{
		strategy = get_op_opfamily_strategy(operator, TEXT_PATTERN_BTREE_FAM_OID);
		pattern = true;
	}
	switch (strategy)
	{
		case BTLessStrategyNumber:
			clause->operator = DYN_ITEM_LT;
			break;
		case BTLessEqualStrategyNumber:
			clause->operator = DYN_ITEM_LE;
			break;
		case BTEqualStrategyNumber:
			clause->operator = DYN_ITEM_EQ;
			break;
		case BTGreaterEqualStrategyNumber:
			clause->operator = DYN_ITEM_GE;
			break;
		case BTGreaterStrategyNumber:
			clause->operator = DYN_ITEM_GT;
			break;
		default:
			return false;
	}

	clause->equal_bytes = clause->byte_order = true;
	if (clause->form == DYN_FORM_TEXT)
	{
		clause->equal_bytes = OidIsValid(collation) && get_collation_isdeterministic(collation);
		clause->byte_order = pattern || (OidIsValid(collation) && dyn_collation_is_c(collation));
	}
	return true;
}

/* Is this the same for all rows of the relation that a scan meets? */
static bool
is_free(const ItemColumn *column, Node *value)
{
	return !bms_is_member(column->relid, pull_varnos(column->root, value)) && !contain_volatile_functions(value);
}

/* Is the value of a type that bounds can be computed of, and not NULL? */
static bool
value_fits(const DynItemClause *clause, Node *value)
{
	Oid			type = exprType(value);

	if (IsA(value, Const) && ((Const *) value)->constisnull)
		return false;
	switch (clause->form)
	{
		case DYN_FORM_VALUE:
			return type == dyn_value_type();
		case DYN_FORM_TEXT:
			return type == TEXTOID || type == VARCHAROID;
		case DYN_FORM_NUMBER:
			return type == NUMERICOID;
		case DYN_FORM_INTEGER:
			return type == INT2OID || type == INT4OID || type == INT8OID;
		case DYN_FORM_BINARY:
			return type == BYTEAOID;
	}
	return false;
}

/* The elements of an array that is constant or is written out, but for NULLs; NIL where they are not known. */
static List *
array_elements(Node *array)
{
	List	   *elements = NIL;

	if (IsA(array, ArrayExpr) && !((ArrayExpr *) array)->multidims)
		return list_copy(((ArrayExpr *) array)->elements);
	if (IsA(array, Const) && !((Const *) array)->constisnull)
	{
		ArrayType  *datum = DatumGetArrayTypeP(((Const *) array)->constvalue);
		Oid			type = ARR_ELEMTYPE(datum);
		int16		length;
		bool		by_value;
		char		alignment;
		Datum	   *values;
		bool	   *nulls;
		int			count;

		get_typlenbyvalalign(type, &length, &by_value, &alignment);
		deconstruct_array(datum, type, length, by_value, alignment, &values, &nulls, &count);
		for (int i = 0; i < count; i++)
			if (!nulls[i])
				elements = lappend(elements, makeConst(type, -1, ((Const *) array)->constcollid, length,
													   values[i], false, by_value));
	}
	return elements;
}
