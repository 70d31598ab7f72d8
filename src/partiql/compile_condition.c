/*-------------------------------------------------------------------------
 *
 * compile_condition.c
 *	  A WHERE clause as a condition.
 *
 *	a IS [NOT] MISSING		attribute_not_exists(a), attribute_exists(a)
 *	a IS NULL, a IS LIST	attribute_type(a, 'NULL'), attribute_type(a, 'L')
 *	a NOT IN, NOT BETWEEN	NOT of them
 *	contains(a, 'x') = true	contains(a, 'x'); = false is NOT of it
 *
 * The simple conditions are checked one by one, in the order of the text, as
 * those of other expressions are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "partiql/compile.h"

/* Where a condition stands: what is told if there is none. */
#define IN_WHERE	"WHERE clause must contain an expression that resolves to a boolean"
#define IN_NOT		"The argument to NOT must be a Type or Expression"
#define IN_AND_OR	"The arguments to AND/OR must be Expressions"

static DynNode *compile(DynPartiqlBuilder *builder, const DynPartiqlNode *node, const char *if_none);
static DynNode *compile_compare(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static bool compile_truth(DynPartiqlBuilder *builder, const DynPartiqlNode *node, DynNode **condition);
static DynNode *compile_in(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static DynNode *compile_is(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static DynNode *compile_call(DynPartiqlBuilder *builder, const DynPartiqlNode *node, bool as_condition);
static DynNode *compile_operand(DynPartiqlBuilder *builder, const DynPartiqlNode *node);
static DynNode *negate(DynPartiqlBuilder *builder, DynNode *condition, bool negated);
static DynNode *check(DynPartiqlBuilder *builder, DynNode *simple);
static void list_paths(const DynNode *node, DynExpression *expression);
pg_noreturn static void refuse_node(const DynPartiqlBuilder *builder, const DynPartiqlNode *node, const char *if_none);

typedef struct Function
{
	const char *name;
	DynFunction function;
	bool		is_condition;
} Function;

static const Function functions[] = {
	{"attribute_exists", FUNCTION_ATTRIBUTE_EXISTS, true},
	{"attribute_not_exists", FUNCTION_ATTRIBUTE_NOT_EXISTS, true},
	{"attribute_type", FUNCTION_ATTRIBUTE_TYPE, true},
	{"begins_with", FUNCTION_BEGINS_WITH, true},
	{"contains", FUNCTION_CONTAINS, true},
	{"size", FUNCTION_SIZE, false},
};

typedef struct Type
{
	const char *name;
	const char *tag_name;		/* NULL: not supported */
} Type;

static const Type types[] = {
	{"NULL", "NULL"},
#define PARTIQL_TYPE(name, type) {name, type},
#include "partiql/types.def"
#undef PARTIQL_TYPE
};

const DynBinding *
dyn_partiql_compile_condition(const DynPartiqlInput *input, const DynPartiqlNode *node)
{
	DynPartiqlBuilder builder;

	dyn_partiql_builder_init(&builder, input, DYN_EXPR_CONDITION);
	builder.expression->condition = compile(&builder, node, IN_WHERE);
	if (builder.noperators > DYN_MAX_OPERATORS)
		dyn_partiql_refuse(psprintf("A condition has at most %d operators.", DYN_MAX_OPERATORS),
						   "The expression contains too many operators; operator count: %d", builder.noperators);
	return builder.binding;
}

static DynNode *
compile(DynPartiqlBuilder *builder, const DynPartiqlNode *node, const char *if_none)
{
	DynNode    *condition;

	check_stack_depth();
	switch (node->kind)
	{
		case PARTIQL_NODE_AND:
		case PARTIQL_NODE_OR:
			builder->noperators++;
			condition = dyn_partiql_node(node->kind == PARTIQL_NODE_AND ? NODE_AND : NODE_OR, 2, NULL, NULL);
			condition->args[0] = compile(builder, node->args[0], IN_AND_OR);
			condition->args[1] = compile(builder, node->args[1], IN_AND_OR);
			return condition;

		case PARTIQL_NODE_NOT:
			return negate(builder, compile(builder, node->args[0], IN_NOT), true);

		case PARTIQL_NODE_COMPARE:
			return compile_compare(builder, node);

		case PARTIQL_NODE_BETWEEN:
			builder->noperators++;
			condition = dyn_partiql_node(NODE_BETWEEN, 3, NULL, NULL);
			for (int i = 0; i < 3; i++)
				condition->args[i] = compile_operand(builder, node->args[i]);
			return negate(builder, check(builder, condition), node->negated);

		case PARTIQL_NODE_IN:
			return compile_in(builder, node);

		case PARTIQL_NODE_IS:
			return compile_is(builder, node);

		case PARTIQL_NODE_CALL:
			return check(builder, compile_call(builder, node, true));

		default:
			refuse_node(builder, node, if_none);
	}
}

static void
refuse_node(const DynPartiqlBuilder *builder, const DynPartiqlNode *node, const char *if_none)
{
	if (node->kind == PARTIQL_NODE_LIKE)
		dyn_partiql_refuse("begins_with and contains may do; dynamo.partiql takes LIKE, in the FROM of an SQL query.",
						   "Unsupported operation: Like");
	if (node->kind == PARTIQL_NODE_SELECT)
		dyn_partiql_refuse("A statement selects from one table; dynamo.partiql is joined with others, in the FROM of an SQL query.",
						   "Unsupported operation: Select");
	dyn_partiql_refuse("Compare it with something: attribute = true, for example.", "%s", if_none);
}

static DynNode *
negate(DynPartiqlBuilder *builder, DynNode *condition, bool negated)
{
	if (!negated)
		return condition;
	builder->noperators++;
	return dyn_partiql_node(NODE_NOT, 1, condition, NULL);
}

static DynNode *
check(DynPartiqlBuilder *builder, DynNode *simple)
{
	dyn_condition_check(builder->binding, simple);
	return simple;
}

static DynNode *
compile_compare(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	DynNode    *condition;

	builder->noperators++;
	if (compile_truth(builder, node, &condition))
		return condition;
	condition = dyn_partiql_node(NODE_COMPARE, 2, NULL, NULL);
	condition->comparator = node->comparator;
	condition->args[0] = compile_operand(builder, node->args[0]);
	condition->args[1] = compile_operand(builder, node->args[1]);
	return check(builder, condition);
}

static const Function *
find_function(const DynPartiqlBuilder *builder, const DynPartiqlNode *call)
{
	for (int i = 0; i < lengthof(functions); i++)
		if (strcmp(functions[i].name, call->name.data) == 0)
			return &functions[i];
	dyn_partiql_refuse("The functions of WHERE are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains and size.",
					   "Unrecognized function: %s%s", call->name.data,
					   dyn_partiql_at(builder->input->statement->text, call->place));
}

/* Is it true or false, rather than a value? */
static bool
is_condition(const DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	switch (node->kind)
	{
		case PARTIQL_NODE_AND:
		case PARTIQL_NODE_OR:
		case PARTIQL_NODE_NOT:
		case PARTIQL_NODE_COMPARE:
		case PARTIQL_NODE_BETWEEN:
		case PARTIQL_NODE_IN:
		case PARTIQL_NODE_IS:
			return true;
		case PARTIQL_NODE_CALL:
			return find_function(builder, node)->is_condition;
		default:
			return false;
	}
}

/* A condition compared with true or false. */
static bool
compile_truth(DynPartiqlBuilder *builder, const DynPartiqlNode *node, DynNode **condition)
{
	int			side = is_condition(builder, node->args[0]) ? 0 : 1;
	const DynPartiqlNode *other = node->args[1 - side];
	DynValue	value;

	if (!is_condition(builder, node->args[side]) || !dyn_partiql_is_constant(other) ||
		(node->comparator != TOKEN_EQ && node->comparator != TOKEN_NE))
		return false;
	value = dyn_partiql_value(builder->input, other);
	if (value.tag != DYN_TAG_TRUE && value.tag != DYN_TAG_FALSE)
		return false;
	*condition = negate(builder, compile(builder, node->args[side], IN_WHERE),
						(value.tag == DYN_TAG_TRUE) != (node->comparator == TOKEN_EQ));
	return true;
}

static DynNode *
compile_in(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	const DynPartiqlNode *list = node->args[1];
	DynNode    *condition;

	if (node->args[0]->kind != PARTIQL_NODE_PATH || list->nargs == 0 ||
		(list->kind != PARTIQL_NODE_LIST && list->kind != PARTIQL_NODE_SEQUENCE && list->kind != PARTIQL_NODE_BAG))
		dyn_partiql_refuse("Write attribute IN [value, ...].",
						   "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member");
	builder->noperators++;
	condition = dyn_partiql_node(NODE_IN, list->nargs + 1, NULL, NULL);
	condition->args[0] = compile_operand(builder, node->args[0]);
	for (int i = 0; i < list->nargs; i++)
		condition->args[i + 1] = compile_operand(builder, list->args[i]);
	return negate(builder, check(builder, condition), node->negated);
}

static DynNode *
compile_is(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	DynNode    *condition;
	DynValue	type;

	if (node->args[0]->kind != PARTIQL_NODE_PATH)
		dyn_partiql_refuse("Write attribute IS MISSING, for example.",
						   "The left hand side argument to IS must be a Variable Reference, Literal, or Path");
	builder->noperators++;
	condition = dyn_partiql_node(NODE_FUNCTION, 1, compile_operand(builder, node->args[0]), NULL);
	if (strcmp(node->name.data, "MISSING") == 0)
	{
		condition->function = node->negated ? FUNCTION_ATTRIBUTE_EXISTS : FUNCTION_ATTRIBUTE_NOT_EXISTS;
		return check(builder, condition);
	}

	for (int i = 0; i < lengthof(types); i++)
	{
		if (strcmp(types[i].name, node->name.data) != 0 || types[i].tag_name == NULL)
			continue;
		type = (DynValue) {DYN_TAG_S, strlen(types[i].tag_name), (const uint8 *) types[i].tag_name};
		condition = dyn_partiql_node(NODE_FUNCTION, 2, condition->args[0], dyn_partiql_value_node(builder, &type));
		condition->function = FUNCTION_ATTRIBUTE_TYPE;
		return negate(builder, check(builder, condition), node->negated);
	}
	dyn_partiql_refuse("attribute_type(path, 'S') tests for any type of DynamoDB.",
					   "Unsupported data type for IS operator: %s. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]",
					   node->name.data);
}

static DynNode *
compile_call(DynPartiqlBuilder *builder, const DynPartiqlNode *node, bool as_condition)
{
	const Function *function = find_function(builder, node);
	DynNode    *call;

	if (function->is_condition != as_condition)
		dyn_partiql_refuse(as_condition ? "Compare the size with a number." : "The function is a condition.",
						   "The function is not allowed to be used this way in an expression; function: %s", function->name);
	call = dyn_partiql_node(NODE_FUNCTION, node->nargs, NULL, NULL);
	call->function = function->function;
	for (int i = 0; i < node->nargs; i++)
		call->args[i] = compile_operand(builder, node->args[i]);
	return call;
}

static DynNode *
compile_operand(DynPartiqlBuilder *builder, const DynPartiqlNode *node)
{
	DynValue	value;
	DynNode    *sum;

	check_stack_depth();
	if (dyn_partiql_is_constant(node) || node->kind == PARTIQL_NODE_MISSING)
	{
		value = dyn_partiql_value(builder->input, node);
		return dyn_partiql_value_node(builder, &value);
	}
	switch (node->kind)
	{
		case PARTIQL_NODE_PATH:
			return dyn_partiql_path_node(builder, &node->path);
		case PARTIQL_NODE_CALL:
			return compile_call(builder, node, false);
		case PARTIQL_NODE_ARITHMETIC:
			if (node->name.length != 1 || (node->name.data[0] != '+' && node->name.data[0] != '-'))
				break;
			builder->noperators++;
			sum = dyn_partiql_node(node->name.data[0] == '+' ? NODE_PLUS : NODE_MINUS, 2, NULL, NULL);
			sum->args[0] = compile_operand(builder, node->args[0]);
			sum->args[1] = compile_operand(builder, node->args[1]);
			return sum;
		default:
			break;
	}
	dyn_partiql_refuse("An operand is a literal, a parameter, a path, size(path), or a sum or difference of them.",
					   "Unsupported operator in Condition Expression. Operator: %.*s",
					   (int) node->place.length, builder->input->statement->text + node->place.start);
}

/* ---- conditions made of others ---- */

/* Ids of paths are those of the whole WHERE clause, of which a condition may be a part. */
static int
count_ids(const DynBinding *condition)
{
	int			count = 0;

	for (int i = 0; condition != NULL && i < condition->expression->npaths; i++)
		count = Max(count, condition->expression->paths[i]->id + 1);
	return count;
}

/* Make a copy, to be given another root, with room for one more path.  NULL is no condition. */
static DynBinding *
derive(const DynBinding *condition)
{
	DynExpression *expression = palloc0(sizeof(DynExpression));
	DynBinding *binding = palloc0(sizeof(DynBinding));
	int			npaths = condition != NULL ? condition->expression->npaths : 0;
	int			nids = count_ids(condition);

	if (condition != NULL)
	{
		*expression = *condition->expression;
		*binding = *condition;
	}
	expression->kind = DYN_EXPR_CONDITION;
	expression->partiql = true;
	expression->text = "";
	binding->expression = expression;
	expression->paths = palloc0(sizeof(DynPath *) * (npaths + 1));
	binding->paths = palloc0(sizeof(DynPathStep *) * (nids + 1));
	if (condition != NULL)
	{
		memcpy(expression->paths, condition->expression->paths, sizeof(DynPath *) * npaths);
		memcpy(binding->paths, condition->paths, sizeof(DynPathStep *) * nids);
	}
	return binding;
}

const DynBinding *
dyn_partiql_condition_of(const DynBinding *condition, DynNode *root)
{
	DynBinding *binding;
	DynExpression *expression;

	if (root == NULL || root == condition->expression->condition)
		return root == NULL ? NULL : condition;
	binding = derive(condition);
	expression = unconstify(DynExpression *, binding->expression);
	expression->condition = root;
	expression->npaths = 0;
	list_paths(root, expression);
	return binding;
}

/* List the paths that a tree has: what else the WHERE clause names is not this condition's. */
static void
list_paths(const DynNode *node, DynExpression *expression)
{
	check_stack_depth();
	if (node->kind == NODE_PATH)
		expression->paths[expression->npaths++] = node->path;
	for (int i = 0; i < node->nargs; i++)
		list_paths(node->args[i], expression);
}

const DynBinding *
dyn_partiql_condition_on_existence(const DynBinding *condition, const char *attribute, uint32 length,
								   bool must_exist)
{
	DynBinding *binding;
	DynExpression *expression;
	DynPath    *path = palloc0(sizeof(DynPath));
	DynPathStep *step = palloc0(sizeof(DynPathStep));
	DynNode    *test = dyn_partiql_node(NODE_FUNCTION, 1, dyn_partiql_node(NODE_PATH, 0, NULL, NULL), NULL);
	int			id = count_ids(condition);

	binding = derive(condition);
	expression = unconstify(DynExpression *, binding->expression);
	step->name = attribute;
	step->name_length = length;
	path->id = id;
	path->count = 1;
	binding->paths[id] = step;
	expression->paths[expression->npaths++] = path;

	test->function = must_exist ? FUNCTION_ATTRIBUTE_EXISTS : FUNCTION_ATTRIBUTE_NOT_EXISTS;
	test->args[0]->path = path;
	expression->condition = condition == NULL ? test :
		dyn_partiql_node(must_exist ? NODE_AND : NODE_OR, 2, test, condition->expression->condition);
	return binding;
}
