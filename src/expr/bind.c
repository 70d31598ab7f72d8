/*-------------------------------------------------------------------------
 *
 * bind.c
 *	  Names and values of a request meet its expressions.
 *
 * What needs them is checked here, in the service's order: a condition by
 * each of its simple conditions in turn (undefined names and values, number
 * of operands, operands that must differ, types of literal operands), an
 * update as a whole (undefined names, undefined values, paths, operands of
 * ADD and DELETE, functions).  Names and values that no expression of the
 * request uses are refused last.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/bind.h"
#include "item/number.h"

typedef struct Binder
{
	DynBinding *binding;
	const DynNames *names;
	const DynValues *values;
	bool	   *name_used;		/* by entry of names */
	bool	   *value_used;		/* by entry of values, in their order */
} Binder;

static void resolve_name(Binder *binder, uint32 slot, DynPathStep *step);
static void resolve_value(Binder *binder, uint32 slot);
static void resolve_path(Binder *binder, const DynPath *path);
static void bind_condition(Binder *binder, const DynNode *node);
static void resolve_operands(Binder *binder, const DynNode *node);
static void check_counts(Binder *binder, const DynNode *node);
static void check_distinct(Binder *binder, const DynNode *node);
static void check_condition_types(Binder *binder, const DynNode *node);
static void bind_update(Binder *binder);
static void check_set_value(Binder *binder, const DynNode *node);
static void check_unused(const Binder *binder);
pg_noreturn static void raise_operand_type(Binder *binder, const char *operator, const char *type);

void
dyn_expressions_bind(int count, const DynExpression *const *expressions,
					 const DynNames *names, const DynValues *values, DynBinding **bindings)
{
	Binder		binder = {.names = names, .values = values};

	binder.name_used = palloc0(sizeof(bool) * (names != NULL ? names->count + 1 : 1));
	binder.value_used = palloc0(sizeof(bool) * (values != NULL ? dyn_value_count(values) + 1 : 1));

	for (int i = 0; i < count; i++)
	{
		const DynExpression *expression = expressions[i];

		bindings[i] = NULL;
		if (expression == NULL)
			continue;
		binder.binding = bindings[i] = palloc(sizeof(DynBinding));
		binder.binding->expression = expression;
		binder.binding->paths = palloc0(sizeof(DynPathStep *) * (expression->npaths + 1));
		binder.binding->values = palloc0(sizeof(DynValue) * (expression->nvalues + 1));

		if (expression->condition != NULL)
			bind_condition(&binder, expression->condition);
		else if (expression->kind == DYN_EXPR_UPDATE)
			bind_update(&binder);
		else
		{
			for (int path = 0; path < expression->npaths; path++)
				resolve_path(&binder, expression->paths[path]);
			dyn_paths_check(binder.binding, expression->npaths, expression->paths);
		}
	}
	check_unused(&binder);
}

static const char *
kind_name(Binder *binder)
{
	return dyn_expression_kind_name(binder->binding->expression->kind);
}

/* Find what the request calls a name slot. */
static void
resolve_name(Binder *binder, uint32 slot, DynPathStep *step)
{
	const DynExpression *expression = binder->binding->expression;
	const DynToken *token = &expression->names[slot];
	const char *placeholder = expression->text + token->start;

	for (int i = 0; binder->names != NULL && i < binder->names->count; i++)
	{
		const DynNameEntry *entry = &binder->names->entries[i];

		if (entry->placeholder_length == token->length &&
			memcmp(entry->placeholder, placeholder, token->length) == 0)
		{
			step->name = entry->name;
			step->name_length = entry->name_length;
			binder->name_used[i] = true;
			return;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s",
					kind_name(binder), pnstrdup(placeholder, token->length)),
			 errhint("Define it in ExpressionAttributeNames.")));
}

static void
resolve_value(Binder *binder, uint32 slot)
{
	const DynExpression *expression = binder->binding->expression;
	const DynToken *token = &expression->values[slot];
	const char *placeholder = expression->text + token->start;

	if (binder->binding->values[slot].tag != 0)
		return;
	if (binder->values != NULL)
	{
		DynIterator iterator;
		DynEntry	entry;

		dyn_iterator_begin(&iterator, binder->values);
		for (int i = 0; dyn_iterator_next(&iterator, &entry); i++)
			if (entry.name_length == token->length &&
				memcmp(entry.name, placeholder, token->length) == 0)
			{
				binder->binding->values[slot] = entry.value;
				binder->value_used[i] = true;
				return;
			}
	}
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s",
					kind_name(binder), pnstrdup(placeholder, token->length)),
			 errhint("Define it in ExpressionAttributeValues.")));
}

static void
resolve_path(Binder *binder, const DynPath *path)
{
	DynPathStep *steps = palloc0(sizeof(DynPathStep) * path->count);

	for (int i = 0; i < path->count; i++)
	{
		const DynStep *step = &path->steps[i];

		if (step->kind == STEP_SLOT)
			resolve_name(binder, step->number, &steps[i]);
		else if (step->kind == STEP_INDEX)
			steps[i].index = (int32) step->number;
		else
		{
			steps[i].name = step->name;
			steps[i].name_length = step->name_length;
		}
	}
	dyn_bound_steps(binder->binding, path) = steps;
}

static void
bind_condition(Binder *binder, const DynNode *node)
{
	check_stack_depth();

	if (node->kind == NODE_AND || node->kind == NODE_OR || node->kind == NODE_NOT)
	{
		for (int i = 0; i < node->nargs; i++)
			bind_condition(binder, node->args[i]);
		return;
	}
	resolve_operands(binder, node);
	check_counts(binder, node);
	check_distinct(binder, node);
	check_condition_types(binder, node);
}

static void
resolve_operands(Binder *binder, const DynNode *node)
{
	check_stack_depth();

	if (node->kind == NODE_PATH)
		resolve_path(binder, node->path);
	else if (node->kind == NODE_VALUE)
		resolve_value(binder, node->slot);
	for (int i = 0; i < node->nargs; i++)
		resolve_operands(binder, node->args[i]);
}

static void
check_counts(Binder *binder, const DynNode *node)
{
	int			wanted = -1;

	check_stack_depth();

	for (int i = 0; i < node->nargs; i++)
		check_counts(binder, node->args[i]);

	if (node->kind == NODE_IN && node->nargs - 1 > DYN_MAX_IN_OPERANDS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: The IN operator is provided with too many operands; number of operands: %d",
						kind_name(binder), node->nargs - 1),
				 errhint("IN takes at most %d operands.", DYN_MAX_IN_OPERANDS)));
	if (node->kind != NODE_FUNCTION)
		return;

	switch (node->function)
	{
		case FUNCTION_ATTRIBUTE_EXISTS:
		case FUNCTION_ATTRIBUTE_NOT_EXISTS:
		case FUNCTION_SIZE:
			wanted = 1;
			break;
		case FUNCTION_ATTRIBUTE_TYPE:
		case FUNCTION_BEGINS_WITH:
		case FUNCTION_CONTAINS:
		case FUNCTION_IF_NOT_EXISTS:
		case FUNCTION_LIST_APPEND:
			wanted = 2;
			break;
	}
	if (node->nargs != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
						kind_name(binder), dyn_function_name(node->function), node->nargs),
				 errhint("%s takes %d.", dyn_function_name(node->function), wanted)));
}

static void
check_distinct(Binder *binder, const DynNode *node)
{
	const char *operator;

	if (node->nargs != 2 || (node->kind != NODE_COMPARE && node->kind != NODE_FUNCTION) ||
		node->args[0]->kind != NODE_PATH || node->args[1]->kind != NODE_PATH ||
		!dyn_paths_equal(binder->binding, node->args[0]->path, node->args[1]->path))
		return;
	operator = node->kind == NODE_COMPARE ? dyn_comparator_name(node->comparator) : dyn_function_name(node->function);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s",
					kind_name(binder), operator, dyn_path_text(binder->binding, node->args[0]->path)),
			 errhint("Compare the attribute with another one, or with a value.")));
}

/* The type that an operand has whatever the item is; NULL where the item decides. */
static const char *
literal_type(Binder *binder, const DynNode *node)
{
	if (node->kind == NODE_VALUE)
		return dyn_tag_name(binder->binding->values[node->slot].tag);
	if (node->kind == NODE_FUNCTION && node->function == FUNCTION_SIZE)
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
require_type(Binder *binder, const DynNode *operand, const char *operator, const char *const *types, int ntypes)
{
	const char *type = literal_type(binder, operand);

	if (type != NULL && !is_one_of(type, types, ntypes))
		raise_operand_type(binder, operator, type);
}

static void
raise_operand_type(Binder *binder, const char *operator, const char *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: Incorrect operand type for operator or function; operator or function: %s, operand type: %s",
					kind_name(binder), operator, type),
			 errhint("No attribute can ever match a value of that type here.")));
}

/* Append a literal as the service's messages show it: {N:5}. */
static char *
attribute_value_text(const DynValue *value)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "AttributeValue: {%s:", dyn_tag_name(value->tag));
	if (value->tag == DYN_TAG_N)
		dyn_number_write(&text, value->data, value->length);
	else
		appendBinaryStringInfo(&text, (const char *) value->data, value->length);
	appendStringInfoChar(&text, '}');
	return text.data;
}

static void
check_between(Binder *binder, const DynNode *node)
{
	const DynValue *lower;
	const DynValue *upper;
	const char *problem;

	if (node->args[1]->kind != NODE_VALUE || node->args[2]->kind != NODE_VALUE)
		return;
	lower = &binder->binding->values[node->args[1]->slot];
	upper = &binder->binding->values[node->args[2]->slot];
	if (lower->tag != upper->tag)
		problem = "requires same data type for lower and upper bounds";
	else if (dyn_value_compare(lower, upper) > 0)
		problem = "requires upper bound to be greater than or equal to lower bound";
	else
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid %s: The BETWEEN operator %s; lower bound operand: %s, upper bound operand: %s",
					kind_name(binder), problem, attribute_value_text(lower), attribute_value_text(upper)),
			 errhint("The lower bound comes first.")));
}

/* attribute_type takes one of the ten names, as a literal. */
static void
check_type_name(Binder *binder, const DynNode *operand)
{
	const char *type = literal_type(binder, operand);
	const DynValue *value;
	DynTag		tag;

	if (type == NULL)
		type = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";
	if (strcmp(type, "S") != 0)
		raise_operand_type(binder, dyn_function_name(FUNCTION_ATTRIBUTE_TYPE), type);
	value = &binder->binding->values[operand->slot];
	if (!dyn_tag_from_name((const char *) value->data, value->length, &tag))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
						kind_name(binder), pnstrdup((const char *) value->data, value->length)),
				 errhint("The type is a string such as \"S\".")));
}

static void
check_condition_types(Binder *binder, const DynNode *node)
{
	static const char *const ordered[] = {"S", "N", "B"};
	static const char *const prefixes[] = {"S", "B"};
	static const char *const sized[] = {"S", "B", "SS", "NS", "BS", "L", "M"};

	for (int i = 0; i < node->nargs; i++)
		check_condition_types(binder, node->args[i]);

	if (node->kind == NODE_COMPARE && node->comparator != TOKEN_EQ && node->comparator != TOKEN_NE)
	{
		for (int i = 0; i < node->nargs; i++)
			require_type(binder, node->args[i], dyn_comparator_name(node->comparator), ordered, lengthof(ordered));
		return;
	}
	if (node->kind == NODE_BETWEEN)
	{
		for (int i = 0; i < node->nargs; i++)
			require_type(binder, node->args[i], "BETWEEN", ordered, lengthof(ordered));
		check_between(binder, node);
		return;
	}
	if (node->kind != NODE_FUNCTION)
		return;

	switch (node->function)
	{
		case FUNCTION_ATTRIBUTE_EXISTS:
		case FUNCTION_ATTRIBUTE_NOT_EXISTS:
			if (node->args[0]->kind != NODE_PATH)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("Invalid %s: Operator or function requires a document path; operator or function: %s",
								kind_name(binder), dyn_function_name(node->function)),
						 errhint("Write the attribute itself as the operand.")));
			break;
		case FUNCTION_ATTRIBUTE_TYPE:
			check_type_name(binder, node->args[1]);
			break;
		case FUNCTION_BEGINS_WITH:
			for (int i = 0; i < node->nargs; i++)
				require_type(binder, node->args[i], dyn_function_name(node->function), prefixes, lengthof(prefixes));
			break;
		case FUNCTION_SIZE:
			require_type(binder, node->args[0], dyn_function_name(node->function), sized, lengthof(sized));
			break;
		default:
			break;
	}
}

static void
bind_update(Binder *binder)
{
	const DynExpression *expression = binder->binding->expression;
	DynPath   **targets = palloc(sizeof(DynPath *) * (expression->nactions + 1));

	for (int i = 0; i < expression->npaths; i++)
		resolve_path(binder, expression->paths[i]);
	for (int i = 0; i < expression->nvalues; i++)
		resolve_value(binder, i);
	for (int i = 0; i < expression->nactions; i++)
		targets[i] = expression->actions[i].path;
	dyn_paths_check(binder->binding, expression->nactions, targets);

	for (int i = 0; i < expression->nactions; i++)
	{
		static const char *const long_names[] = {NULL, "NULL", "BOOLEAN", "BOOLEAN", "NUMBER", "STRING", "BINARY",
		NULL, NULL, NULL, "LIST", "MAP"};
		const DynAction *action = &expression->actions[i];
		DynTag		tag;

		if (action->kind != ACTION_ADD && action->kind != ACTION_DELETE)
			continue;
		tag = binder->binding->values[action->value->slot].tag;
		if (DYN_TAG_IS_SET(tag) || (tag == DYN_TAG_N && action->kind == ACTION_ADD))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Incorrect operand type for operator or function; operator: %s, operand type: %s",
						kind_name(binder), action->kind == ACTION_ADD ? "ADD" : "DELETE", long_names[tag]),
				 errhint("ADD takes a number or a set, DELETE takes a set.")));
	}
	for (int i = 0; i < expression->nactions; i++)
		if (expression->actions[i].kind == ACTION_SET)
			check_set_value(binder, expression->actions[i].value);
}

static void
check_set_value(Binder *binder, const DynNode *node)
{
	static const char *const number[] = {"N"};
	static const char *const list[] = {"L"};

	check_stack_depth();

	for (int i = 0; i < node->nargs; i++)
		check_set_value(binder, node->args[i]);

	if (node->kind == NODE_FUNCTION)
	{
		check_counts(binder, node);
		if (node->function == FUNCTION_IF_NOT_EXISTS && node->args[0]->kind != NODE_PATH)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Invalid %s: Operator or function requires a document path; operator or function: %s",
							kind_name(binder), dyn_function_name(node->function)),
					 errhint("Write the attribute itself as the first operand.")));
		if (node->function == FUNCTION_LIST_APPEND)
			for (int i = 0; i < node->nargs; i++)
				require_type(binder, node->args[i], dyn_function_name(node->function), list, lengthof(list));
	}
	else if (node->kind == NODE_PLUS || node->kind == NODE_MINUS)
		for (int i = 0; i < node->nargs; i++)
			require_type(binder, node->args[i], node->kind == NODE_PLUS ? "+" : "-", number, lengthof(number));
}

static void
check_unused(const Binder *binder)
{
	StringInfoData unused;

	initStringInfo(&unused);
	for (int i = 0; binder->names != NULL && i < binder->names->count; i++)
		if (!binder->name_used[i])
		{
			appendStringInfoString(&unused, unused.len > 0 ? ", " : "");
			appendBinaryStringInfo(&unused, binder->names->entries[i].placeholder,
								   binder->names->entries[i].placeholder_length);
		}
	if (unused.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", unused.data),
				 errhint("Leave out what no expression of the request uses.")));

	if (binder->values != NULL)
	{
		DynIterator iterator;
		DynEntry	entry;

		dyn_iterator_begin(&iterator, binder->values);
		for (int i = 0; dyn_iterator_next(&iterator, &entry); i++)
			if (!binder->value_used[i])
			{
				appendStringInfoString(&unused, unused.len > 0 ? ", " : "");
				appendBinaryStringInfo(&unused, entry.name, entry.name_length);
			}
	}
	if (unused.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", unused.data),
				 errhint("Leave out what no expression of the request uses.")));
}
