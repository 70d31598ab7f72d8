/*-------------------------------------------------------------------------
 *
 * check.c
 *	  What names and values show to be wrong with an expression.
 *
 * The number of operands, operands that must differ, and operands of literal
 * type that can never fit their operator, in the service's order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/bind.h"
#include "item/number.h"

static void check_counts(const DynBinding *binding, const DynNode *node);
static void check_distinct(const DynBinding *binding, const DynNode *node);
static void check_condition_types(const DynBinding *binding, const DynNode *node);
static void check_action_types(const DynBinding *binding, const DynAction *action);
static void check_set_value(const DynBinding *binding, const DynNode *node);
static void require_path(const DynBinding *binding, const DynNode *node);
pg_noreturn static void raise_operand_type(const DynBinding *binding, const char *operator, const char *type);

void
dyn_condition_check(const DynBinding *binding, const DynNode *node)
{
	check_counts(binding, node);
	check_distinct(binding, node);
	check_condition_types(binding, node);
}

void
dyn_update_check(const DynBinding *binding)
{
	const DynExpression *expression = binding->expression;

	for (int i = 0; i < expression->nactions; i++)
		check_action_types(binding, &expression->actions[i]);
	for (int i = 0; i < expression->nactions; i++)
		if (expression->actions[i].kind == ACTION_SET)
			check_set_value(binding, expression->actions[i].value);
}

static const char *
prefix(const DynBinding *binding)
{
	return dyn_expression_prefix(binding->expression);
}

/* IN and functions take only so many operands. */
static void
check_counts(const DynBinding *binding, const DynNode *node)
{
	int			wanted;

	check_stack_depth();

	for (int i = 0; i < node->nargs; i++)
		check_counts(binding, node->args[i]);

	if (node->kind == NODE_IN && node->nargs - 1 > DYN_MAX_IN_OPERANDS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("%sThe IN operator is provided with too many operands; number of operands: %d",
						prefix(binding), node->nargs - 1),
				 errhint("IN takes at most %d operands.", DYN_MAX_IN_OPERANDS)));
	if (node->kind != NODE_FUNCTION)
		return;

	wanted = dyn_function_operands(node->function);
	if (node->nargs != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("%sIncorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
						prefix(binding), dyn_function_name(node->function), node->nargs),
				 errhint("%s takes %d.", dyn_function_name(node->function), wanted)));
}

/* An attribute is not compared with itself. */
static void
check_distinct(const DynBinding *binding, const DynNode *node)
{
	const char *operator;

	if (node->nargs == 0 || node->args[0]->kind != NODE_PATH)
		return;
	if (node->kind == NODE_COMPARE)
		operator = dyn_comparator_name(node->comparator);
	else if (node->kind == NODE_BETWEEN)
		operator = "BETWEEN";
	else if (node->kind == NODE_IN)
		operator = "IN";
	else
		operator = dyn_function_name(node->function);

	for (int i = 1; i < node->nargs; i++)
	{
		const DynPath *path = node->args[0]->path;

		if (node->args[i]->kind == NODE_PATH && dyn_paths_equal(binding, path, node->args[i]->path))
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("%sThe first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s",
							prefix(binding), operator,
							dyn_path_text(dyn_bound_steps(binding, path), path->count)),
					 errhint("Compare the attribute with another one, or with a value.")));
	}
}

/* The type that an operand has whatever the item is; NULL where the item decides. */
static const char *
literal_type(const DynBinding *binding, const DynNode *node)
{
	if (node->kind == NODE_VALUE)
		return dyn_tag_name(binding->values[node->slot].tag);
	if ((node->kind == NODE_FUNCTION && node->function == FUNCTION_SIZE) ||
		node->kind == NODE_PLUS || node->kind == NODE_MINUS)
		return "N";
	return NULL;
}

static bool
is_one_of(const char *type, const char *const *types, int ntypes)
{
	for (int i = 0; i < ntypes; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* A literal operand of this operator must be one of these types. */
static void
require_type(const DynBinding *binding, const DynNode *operand, const char *operator, const char *const *types, int ntypes)
{
	const char *type = literal_type(binding, operand);

	if (type != NULL && !is_one_of(type, types, ntypes))
		raise_operand_type(binding, operator, type);
}

static void
raise_operand_type(const DynBinding *binding, const char *operator, const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%sIncorrect operand type for operator or function; operator or function: %s, operand type: %s",
					prefix(binding), operator, type),
			 errhint("No attribute can ever match a value of that type here.")));
}

/* The first operand of this function must be a path. */
static void
require_path(const DynBinding *binding, const DynNode *node)
{
	if (node->args[0]->kind != NODE_PATH)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("%sOperator or function requires a document path; operator or function: %s",
						prefix(binding), dyn_function_name(node->function)),
				 errhint("Write the attribute itself as the first operand.")));
}

/* A bound of BETWEEN as the service's messages show it: {N:5}. */
static char *
bound_text(const DynValue *value)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "AttributeValue: {%s:", dyn_tag_name(value->tag));
	if (value->tag == DYN_TAG_N)
		dyn_number_write(&text, value->data, value->length);
	else if (value->tag == DYN_TAG_B)
		appendStringInfo(&text, "java.nio.HeapByteBuffer[pos=0 lim=%u cap=%u]", value->length, value->length);
	else
	{
		/* a message cannot contain what ends it */
		for (uint32 i = 0; i < value->length; i++)
			if (value->data[i] != '\0')
				appendStringInfoCharMacro(&text, value->data[i]);
	}
	appendStringInfoChar(&text, '}');
	return text.data;
}

/* Bounds that are both literal must be of one type and in order. */
static void
check_between(const DynBinding *binding, const DynNode *node)
{
	const DynValue *lower;
	const DynValue *upper;
	const char *problem;

	if (node->args[1]->kind != NODE_VALUE || node->args[2]->kind != NODE_VALUE)
		return;
	lower = &binding->values[node->args[1]->slot];
	upper = &binding->values[node->args[2]->slot];
	if (lower->tag != upper->tag)
		problem = "requires same data type for lower and upper bounds";
	else if (dyn_value_compare(lower, upper) > 0)
		problem = "requires upper bound to be greater than or equal to lower bound";
	else
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%sThe BETWEEN operator %s; lower bound operand: %s, upper bound operand: %s",
					prefix(binding), problem, bound_text(lower), bound_text(upper)),
			 errhint("The lower bound comes first.")));
}

/* attribute_type takes one of the ten names, as a literal. */
static void
check_type_name(const DynBinding *binding, const DynNode *operand)
{
	const char *type = literal_type(binding, operand);
	const DynValue *value;
	DynTag		tag;

	if (type == NULL)
		type = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
	if (strcmp(type, "S") != 0)
		raise_operand_type(binding, dyn_function_name(FUNCTION_ATTRIBUTE_TYPE), type);
	value = &binding->values[operand->slot];
	if (!dyn_tag_from_name((const char *) value->data, value->length, &tag))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("%sInvalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
						prefix(binding), pnstrdup((const char *) value->data, value->length)),
				 errhint("The type is a string such as \"S\".")));
}

/* Operands that are no attributes must have types that their operator takes. */
static void
check_condition_types(const DynBinding *binding, const DynNode *node)
{
	static const char *const ordered[] = {"S", "N", "B"};
	static const char *const prefixes[] = {"S", "B"};
	static const char *const sized[] = {"S", "B", "SS", "NS", "BS", "L", "M"};
	static const char *const number[] = {"N"};

	check_stack_depth();

	for (int i = 0; i < node->nargs; i++)
		check_condition_types(binding, node->args[i]);

	if (node->kind == NODE_COMPARE && node->comparator != TOKEN_EQ && node->comparator != TOKEN_NE)
	{
		for (int i = 0; i < node->nargs; i++)
			require_type(binding, node->args[i], dyn_comparator_name(node->comparator), ordered, lengthof(ordered));
		return;
	}
	if (node->kind == NODE_BETWEEN)
	{
		for (int i = 0; i < node->nargs; i++)
			require_type(binding, node->args[i], "BETWEEN", ordered, lengthof(ordered));
		check_between(binding, node);
		return;
	}
	if (node->kind == NODE_PLUS || node->kind == NODE_MINUS)
	{
		for (int i = 0; i < node->nargs; i++)
			require_type(binding, node->args[i], node->kind == NODE_PLUS ? "+" : "-", number, lengthof(number));
		return;
	}
	if (node->kind != NODE_FUNCTION)
		return;

	switch (node->function)
	{
		case FUNCTION_ATTRIBUTE_EXISTS:
		case FUNCTION_ATTRIBUTE_NOT_EXISTS:
			require_path(binding, node);
			break;
		case FUNCTION_ATTRIBUTE_TYPE:
			if (node->args[0]->kind != NODE_VALUE)
				require_path(binding, node);
			check_type_name(binding, node->args[1]);
			break;
		case FUNCTION_BEGINS_WITH:
			for (int i = 0; i < node->nargs; i++)
				require_type(binding, node->args[i], dyn_function_name(node->function), prefixes, lengthof(prefixes));
			break;
		case FUNCTION_SIZE:
			require_type(binding, node->args[0], dyn_function_name(node->function), sized, lengthof(sized));
			break;
		default:
			break;
	}
}

/* ADD and DELETE say the types of their operands in other words. */
static void
check_action_types(const DynBinding *binding, const DynAction *action)
{
	static const char *const names[] = {
		[DYN_TAG_NULL] = "NULL",
		[DYN_TAG_FALSE] = "BOOLEAN",
		[DYN_TAG_TRUE] = "BOOLEAN",
		[DYN_TAG_N] = "NUMBER",
		[DYN_TAG_S] = "STRING",
		[DYN_TAG_B] = "BINARY",
		[DYN_TAG_L] = "LIST",
		[DYN_TAG_M] = "MAP",
	};
	DynTag		tag;

	if (action->kind != ACTION_ADD && action->kind != ACTION_DELETE)
		return;
	tag = binding->values[action->value->slot].tag;
	if (DYN_TAG_IS_SET(tag) || (tag == DYN_TAG_N && action->kind == ACTION_ADD))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%sIncorrect operand type for operator or function; operator: %s, operand type: %s",
					prefix(binding), action->kind == ACTION_ADD ? "ADD" : "DELETE", names[tag]),
			 errhint("ADD takes a number or a set, DELETE takes a set.")));
}

/* Check a right side, the innermost functions first. */
static void
check_set_value(const DynBinding *binding, const DynNode *node)
{
	static const char *const number[] = {"N"};
	static const char *const list[] = {"L"};

	check_stack_depth();

	for (int i = 0; i < node->nargs; i++)
		check_set_value(binding, node->args[i]);

	if (node->kind == NODE_FUNCTION)
	{
		check_counts(binding, node);
		if (node->function == FUNCTION_IF_NOT_EXISTS)
			require_path(binding, node);
		if (node->function == FUNCTION_LIST_APPEND)
			for (int i = 0; i < node->nargs; i++)
				require_type(binding, node->args[i], dyn_function_name(node->function), list, lengthof(list));
	}
	else if (node->kind == NODE_PLUS || node->kind == NODE_MINUS)
		for (int i = 0; i < node->nargs; i++)
			require_type(binding, node->args[i], node->kind == NODE_PLUS ? "+" : "-", number, lengthof(number));
}
