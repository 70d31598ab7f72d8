/*-------------------------------------------------------------------------
 *
 * planner_matches.c
 *	  What dynamo.matches(item, 'Genre = :g AND Price < :p', values) asks of
 *	  attributes, where expression, values and names are constant.
 *
 * Only what must be true is taken: conditions joined by AND.  Comparisons of
 * the service are false between values of different types.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/makefuncs.h"

#include "base/compat.h"
#include "expr/bind.h"
#include "index/planner.h"

/* The conditions found so far. */
typedef struct Found
{
	const DynBinding *binding;
	List	   *clauses;
	bool		complete;
} Found;

static bool constant_argument(const FuncExpr *call, int position, Const **constant);
static void collect(Found *found, const DynNode *node);
static void collect_comparison(Found *found, const DynNode *node);
static void add(Found *found, const DynNode *path, DynItemOperator operator, int nvalues, DynNode *const *values);

List *
dyn_item_clauses_of_matches(FuncExpr *call, bool *complete)
{
	const char *function = dyn_function_name_of(call->funcid);
	Const	   *string;
	Const	   *values;
	Const	   *names;
	text	   *characters;
	const DynExpression *expression;
	DynBinding *binding;
	DynValue	bound;
	Found		found = {.complete = true};

	*complete = false;
	if (function == NULL || strcmp(function, "matches") != 0 || list_length(call->args) != 4 ||
		!constant_argument(call, 1, &string) || string->constisnull ||
		!constant_argument(call, 2, &values) || !constant_argument(call, 3, &names))
		return NIL;

	characters = DatumGetTextPP(string->constvalue);
	expression = dyn_expression_compile(DYN_EXPR_CONDITION, VARDATA_ANY(characters), VARSIZE_ANY_EXHDR(characters));
	if (!values->constisnull)
		bound = dyn_item_view(values->constvalue);
	dyn_expressions_bind(1, &expression, names->constisnull ? NULL : dyn_names_from_jsonb(names->constvalue),
						 values->constisnull ? NULL : &bound, &binding);
	found.binding = binding;
	collect(&found, expression->condition);
	dyn_expression_release(expression);
	*complete = found.complete;
	return found.clauses;
}

static bool
constant_argument(const FuncExpr *call, int position, Const **constant)
{
	*constant = list_nth(call->args, position);
	return IsA(*constant, Const);
}

/* Take what a condition asks for, as far as it can be told. */
static void
collect(Found *found, const DynNode *node)
{
	check_stack_depth();
	switch (node->kind)
	{
		case NODE_AND:
			for (int i = 0; i < node->nargs; i++)
				collect(found, node->args[i]);
			break;
		case NODE_COMPARE:
			collect_comparison(found, node);
			break;
		case NODE_BETWEEN:
			add(found, node->args[0], DYN_ITEM_GE, 1, &node->args[1]);
			add(found, node->args[0], DYN_ITEM_LE, 1, &node->args[2]);
			break;
		case NODE_IN:
			add(found, node->args[0], DYN_ITEM_IN, node->nargs - 1, &node->args[1]);
			break;
		case NODE_FUNCTION:
			if (node->function == FUNCTION_ATTRIBUTE_EXISTS)
				add(found, node->args[0], DYN_ITEM_EXISTS, 0, NULL);
			else if (node->function == FUNCTION_BEGINS_WITH)
			{
				add(found, node->args[0], DYN_ITEM_BEGINS, 1, &node->args[1]);
				found->complete = false;
			}
			else
				found->complete = false;
			break;
		default:
			found->complete = false;
			break;
	}
}

/* path op value, or value op path */
static void
collect_comparison(Found *found, const DynNode *node)
{
	bool		turned = node->args[0]->kind == NODE_VALUE;
	DynItemOperator operator;

	switch (node->comparator)
	{
		case TOKEN_EQ:
			operator = DYN_ITEM_EQ;
			break;
		case TOKEN_LT:
			operator = turned ? DYN_ITEM_GT : DYN_ITEM_LT;
			break;
		case TOKEN_LE:
			operator = turned ? DYN_ITEM_GE : DYN_ITEM_LE;
			break;
		case TOKEN_GT:
			operator = turned ? DYN_ITEM_LT : DYN_ITEM_GT;
			break;
		case TOKEN_GE:
			operator = turned ? DYN_ITEM_LE : DYN_ITEM_GE;
			break;
		default:
			found->complete = false;
			return;
	}
	add(found, node->args[turned ? 1 : 0], operator, 1, &node->args[turned ? 0 : 1]);
}

/* Add a condition, if it is on an attribute itself, and its values are values. */
static void
add(Found *found, const DynNode *path, DynItemOperator operator, int nvalues, DynNode *const *values)
{
	const DynPathStep *step;
	DynItemClause *clause;

	if (path->kind != NODE_PATH || path->path->count != 1)
	{
		found->complete = false;
		return;
	}
	for (int i = 0; i < nvalues; i++)
		if (values[i]->kind != NODE_VALUE)
		{
			found->complete = false;
			return;
		}

	step = dyn_bound_steps(found->binding, path->path);
	clause = palloc0(sizeof(DynItemClause));
	clause->name = pnstrdup(step->name, step->name_length);
	clause->name_length = step->name_length;
	clause->form = DYN_FORM_VALUE;
	clause->operator = operator;
	clause->equal_bytes = clause->byte_order = clause->same_type = true;
	for (int i = 0; i < nvalues; i++)
	{
		struct varlena *value = dyn_value_to_datum(&found->binding->values[values[i]->slot]);

		clause->values = lappend(clause->values, makeConst(dyn_value_type(), -1, InvalidOid, -1,
														   PointerGetDatum(value), false, false));
	}
	found->clauses = lappend(found->clauses, clause);
}
