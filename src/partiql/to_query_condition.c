/*-------------------------------------------------------------------------
 *
 * to_query_condition.c
 *	  Conditions of a PartiQL statement in SQL.
 *
 * They mean what expr/evaluate.c says: what is missing makes a condition
 * false (but "<>" true), and values of different types are neither less nor
 * greater.  The operators of dynamo.value find both out, but differently:
 * with NULL they are NULL, which WHERE takes for false, so that NOT becomes
 * IS NOT TRUE; and they order by type first, so that "<" needs a condition on
 * the types, unless they are known.
 *
 *	Price < 10				t1.item['Price'] < '{"N":"10"}' AND dynamo.partiql_is(t1.item['Price'], 'N')
 *	Price < ?				... AND dynamo.partiql_comparable(t1.item['Price'], <parameter>)
 *	SongTitle < ?			of the key, so it is a string: AND dynamo.partiql_is(<parameter>, 'S')
 *	Price <> 10				(t1.item['Price'] = '{"N":"10"}') IS NOT TRUE
 *	begins_with(a, 'x')		dynamo.partiql_begins_with(t1.item['a'], '{"S":"x"}')
 *
 * A string of the key that is joined with a text column is compared as text:
 * Postgres has statistics of the column, and none of what the column would be
 * as a value, and a join without them may hash the larger side.
 *
 *	Artist = ?				dynamo.text_or_null(t1.item['Artist']) = dynamo.partiql_text($2, 1)
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "optimizer/optimizer.h"

#include "index/planner.h"
#include "partiql/to_query.h"

static int	count_operators(const DynPartiqlNode *node);
static void append_condition(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static bool is_condition(const DynPartiqlNode *node);
static void append_comparison(DynToQuery *query, StringInfo out, const DynPartiqlNode *left, DynTokenKind comparator,
							  const DynPartiqlNode *right);
static bool append_text_equality(DynToQuery *query, StringInfo out, const DynPartiqlNode *path, const DynPartiqlNode *parameter);
static void append_sense(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_types(DynToQuery *query, StringInfo out, const DynPartiqlNode *left, const DynPartiqlNode *right);
static bool append_truth(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_in(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_is(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_like(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
static void append_call(DynToQuery *query, StringInfo out, const DynPartiqlNode *node);
pg_noreturn static void refuse_condition(DynToQuery *query, const DynPartiqlNode *node);

typedef struct Condition
{
	const char *name;
	int			nargs;
	const char *text[3];		/* SQL before, between and after the operands */
} Condition;

/* Functions that are conditions. */
static const Condition conditions[] = {
	{"attribute_exists", 1, {"", " IS NOT NULL"}},
	{"attribute_not_exists", 1, {"", " IS NULL"}},
	{"attribute_type", 2, {"dynamo.partiql_is(", ", CAST(", " AS pg_catalog.text))"}},
	{"begins_with", 2, {"dynamo.partiql_begins_with(", ", ", ")"}},
	{"contains", 2, {"dynamo.partiql_contains(", ", ", ")"}},
};

/* IS type: what dynamo.partiql_is calls it, or NULL. */
static const struct
{
	const char *name;
	const char *tag_name;
}			types[] = {
	{"NULL", "NULL"},
#define PARTIQL_TYPE(name, type) {name, type},
#include "partiql/types.def"
#undef PARTIQL_TYPE
};

void
dyn_to_query_condition(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	int			noperators = count_operators(node);

	if (noperators > DYN_MAX_OPERATORS)
		dyn_partiql_refuse(psprintf("A condition has at most %d operators.", DYN_MAX_OPERATORS),
						   "The expression contains too many operators; operator count: %d", noperators);
	append_condition(query, out, node);
}

/* As ExecuteStatement counts them: functions and values are none. */
static int
count_operators(const DynPartiqlNode *node)
{
	int			count = node->negated ? 1 : 0;

	check_stack_depth();
	if (is_condition(node) || node->kind == PARTIQL_NODE_ARITHMETIC || node->kind == PARTIQL_NODE_NEGATIVE)
		count += node->kind == PARTIQL_NODE_CALL ? 0 : 1;
	for (int i = 0; i < node->nargs; i++)
		count += count_operators(node->args[i]);
	return count;
}

static void
append_condition(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	check_stack_depth();
	appendStringInfoChar(out, '(');
	if (node->negated && node->kind != PARTIQL_NODE_IS)
		appendStringInfoChar(out, '(');
	switch (node->kind)
	{
		case PARTIQL_NODE_AND:
		case PARTIQL_NODE_OR:
			append_condition(query, out, node->args[0]);
			appendStringInfoString(out, node->kind == PARTIQL_NODE_AND ? " AND " : " OR ");
			append_condition(query, out, node->args[1]);
			break;
		case PARTIQL_NODE_NOT:
			append_condition(query, out, node->args[0]);
			appendStringInfoString(out, " IS NOT TRUE");
			break;
		case PARTIQL_NODE_COMPARE:
			if (!append_truth(query, out, node))
				append_comparison(query, out, node->args[0], node->comparator, node->args[1]);
			break;
		case PARTIQL_NODE_BETWEEN:
			append_comparison(query, out, node->args[0], TOKEN_GE, node->args[1]);
			appendStringInfoString(out, " AND ");
			append_comparison(query, out, node->args[0], TOKEN_LE, node->args[2]);
			break;
		case PARTIQL_NODE_IN:
			append_in(query, out, node);
			break;
		case PARTIQL_NODE_IS:
			append_is(query, out, node);
			break;
		case PARTIQL_NODE_LIKE:
			append_like(query, out, node);
			break;
		case PARTIQL_NODE_CALL:
			append_call(query, out, node);
			break;
		default:
			refuse_condition(query, node);
	}
	if (node->negated && node->kind != PARTIQL_NODE_IS)
		appendStringInfoString(out, ") IS NOT TRUE");
	appendStringInfoChar(out, ')');
}

static void
refuse_condition(DynToQuery *query, const DynPartiqlNode *node)
{
	if (node->kind == PARTIQL_NODE_SELECT)
		dyn_partiql_refuse("Call dynamo.partiql in a subquery of the SQL statement.",
						   "Unsupported operation: Select");
	dyn_partiql_refuse("Compare it with something: attribute = true, for example.",
					   "WHERE clause must contain an expression that resolves to a boolean%s",
					   dyn_partiql_at(query->statement->text, node->place));
}

/* ---- comparisons ---- */

static void
append_comparison(DynToQuery *query, StringInfo out, const DynPartiqlNode *left, DynTokenKind comparator,
				  const DynPartiqlNode *right)
{
	bool		unequal = comparator == TOKEN_NE;

	if (comparator == TOKEN_EQ &&
		(append_text_equality(query, out, left, right) || append_text_equality(query, out, right, left)))
		return;
	if (unequal)
		appendStringInfoChar(out, '(');
	dyn_to_query_value(query, out, left);
	appendStringInfo(out, " OPERATOR(pg_catalog.%s) ", unequal ? "=" : dyn_comparator_name(comparator));
	dyn_to_query_value(query, out, right);
	if (unequal)
	{
		appendStringInfoString(out, ") IS NOT TRUE");
		append_sense(query, out, left);
		append_sense(query, out, right);
	}
	else if (comparator != TOKEN_EQ)
		append_types(query, out, left, right);
}

/*
 * What is computed of something that is there, but cannot be computed of
 * (the size of a number), is not even different from anything.
 */
static void
append_sense(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	if (node->kind != PARTIQL_NODE_ARITHMETIC && node->kind != PARTIQL_NODE_NEGATIVE &&
		(node->kind != PARTIQL_NODE_CALL || dyn_has_aggregate(node)))
		return;
	check_stack_depth();
	appendStringInfoString(out, " AND (");
	for (int i = 0; i < node->nargs; i++)
	{
		dyn_to_query_value(query, out, node->args[i]);
		appendStringInfoString(out, " IS NULL OR ");
	}
	dyn_to_query_value(query, out, node);
	appendStringInfoString(out, " IS NOT NULL)");
	for (int i = 0; i < node->nargs && node->kind != PARTIQL_NODE_CALL; i++)
		append_sense(query, out, node->args[i]);
}

/* The attribute of the key that a path is, or NULL. */
static const DynKeyAttribute *
find_key_attribute(const DynToQuery *query, const DynPartiqlPath *path)
{
	int			first;
	const DynQuerySource *source = dyn_to_query_source(query, path, &first);
	const DynKeySchema *schemas[] = {source->page.key_schema, &source->page.relation.table->key_schema};

	if (path->count != first + 1)
		return NULL;
	for (int s = 0; s < lengthof(schemas); s++)
		for (int i = 0; i < dyn_key_schema_count(schemas[s]); i++)
		{
			const DynKeyAttribute *attribute = &schemas[s]->attributes[i];

			if (attribute->name_length == path->steps[first].name_length &&
				memcmp(attribute->name, path->steps[first].name, attribute->name_length) == 0)
				return attribute;
		}
	return NULL;
}

static bool
append_text_equality(DynToQuery *query, StringInfo out, const DynPartiqlNode *path, const DynPartiqlNode *parameter)
{
	const DynKeyAttribute *attribute;
	const FuncExpr *cast;
	const char *function;

	if (path->kind != PARTIQL_NODE_PATH || parameter->kind != PARTIQL_NODE_PARAMETER || query->parameters == NIL)
		return false;
	cast = list_nth(query->parameters, parameter->number);
	if (!IsA(cast, FuncExpr) || !contain_var_clause(linitial(cast->args)))
		return false;
	function = dyn_function_name_of(cast->funcid);
	if (function == NULL || strcmp(function, "text_to_value") != 0)
		return false;
	attribute = find_key_attribute(query, &path->path);
	if (attribute == NULL || attribute->tag != DYN_TAG_S)
		return false;
	appendStringInfoString(out, "dynamo.text_or_null(");
	dyn_to_query_value(query, out, path);
	appendStringInfo(out, ") OPERATOR(pg_catalog.=) dynamo.partiql_text($2, %d)", parameter->number + 1);
	return true;
}

/* The type of a value, if it has one and cannot have another. */
static bool
find_type(const DynToQuery *query, const DynPartiqlNode *node, DynTag *tag)
{
	const DynKeyAttribute *attribute;
	DynPartiqlInput input = {.statement = query->statement};

	switch (node->kind)
	{
		case PARTIQL_NODE_PATH:
			attribute = find_key_attribute(query, &node->path);
			if (attribute != NULL)
				*tag = attribute->tag;
			return attribute != NULL;
		case PARTIQL_NODE_LITERAL:
		case PARTIQL_NODE_NUMBER:
			*tag = dyn_partiql_value(&input, node).tag;
			return true;
		case PARTIQL_NODE_ARITHMETIC:
		case PARTIQL_NODE_NEGATIVE:
			*tag = DYN_TAG_N;
			return true;
		case PARTIQL_NODE_CALL:
			*tag = DYN_TAG_N;
			return strcmp(node->name.data, "min") != 0 && strcmp(node->name.data, "max") != 0;
		default:
			return false;
	}
}

/* Both sides must be strings, or numbers, or binaries. */
static void
append_types(DynToQuery *query, StringInfo out, const DynPartiqlNode *left, const DynPartiqlNode *right)
{
	DynTag		tag;
	DynTag		right_tag;
	bool		has_left = find_type(query, left, &tag);
	bool		has_right = find_type(query, right, &right_tag);

	if (!has_left && !has_right)
	{
		appendStringInfoString(out, " AND dynamo.partiql_comparable(");
		dyn_to_query_value(query, out, left);
		appendStringInfoString(out, ", ");
		dyn_to_query_value(query, out, right);
		appendStringInfoChar(out, ')');
		return;
	}
	if (!has_left)
		tag = right_tag;
	if ((tag != DYN_TAG_S && tag != DYN_TAG_N && tag != DYN_TAG_B) || (has_left && has_right && tag != right_tag))
		appendStringInfoString(out, " AND false");
	else if (!has_left || !has_right)
	{
		appendStringInfoString(out, " AND dynamo.partiql_is(");
		dyn_to_query_value(query, out, has_left ? right : left);
		appendStringInfo(out, ", '%s')", dyn_tag_name(tag));
	}
}

/* Is it true or false, rather than a value? */
static bool
is_condition(const DynPartiqlNode *node)
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
		case PARTIQL_NODE_LIKE:
			return true;
		case PARTIQL_NODE_CALL:
			for (int i = 0; i < lengthof(conditions); i++)
				if (strcmp(node->name.data, conditions[i].name) == 0)
					return true;
			return false;
		default:
			return false;
	}
}

/* A condition that is compared with true or false. */
static bool
append_truth(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	int			side = is_condition(node->args[0]) ? 0 : 1;
	const DynPartiqlNode *other = node->args[1 - side];
	bool		wanted;

	if (!is_condition(node->args[side]) || other->kind != PARTIQL_NODE_LITERAL ||
		(other->value.tag != DYN_TAG_TRUE && other->value.tag != DYN_TAG_FALSE) ||
		(node->comparator != TOKEN_EQ && node->comparator != TOKEN_NE))
		return false;
	wanted = (other->value.tag == DYN_TAG_TRUE) == (node->comparator == TOKEN_EQ);
	append_condition(query, out, node->args[side]);
	appendStringInfoString(out, wanted ? " IS TRUE" : " IS NOT TRUE");
	return true;
}

/* ---- the others ---- */

static void
append_in(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const DynPartiqlNode *list = node->args[1];

	if (list->kind == PARTIQL_NODE_SELECT)
		refuse_condition(query, list);
	if (list->nargs == 0 ||
		(list->kind != PARTIQL_NODE_LIST && list->kind != PARTIQL_NODE_SEQUENCE && list->kind != PARTIQL_NODE_BAG))
		dyn_partiql_refuse("Write attribute IN [value, ...].",
						   "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member");
	dyn_to_query_value(query, out, node->args[0]);
	/* IN would look for the operator in the search_path */
	appendStringInfoString(out, list->nargs == 1 ? " OPERATOR(pg_catalog.=) " : " OPERATOR(pg_catalog.=) ANY (ARRAY[");
	for (int i = 0; i < list->nargs; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		dyn_to_query_value(query, out, list->args[i]);
	}
	if (list->nargs > 1)
		appendStringInfoString(out, "])");
}

static void
append_is(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const char *tag_name = NULL;

	if (strcmp(node->name.data, "MISSING") == 0)
	{
		dyn_to_query_value(query, out, node->args[0]);
		appendStringInfoString(out, node->negated ? " IS NOT NULL" : " IS NULL");
		return;
	}
	for (int i = 0; i < lengthof(types) && tag_name == NULL; i++)
		if (strcmp(types[i].name, node->name.data) == 0)
			tag_name = types[i].tag_name;
	if (tag_name == NULL)
		dyn_partiql_refuse("attribute_type(path, 'S') tests for any type of DynamoDB.",
						   "Unsupported data type for IS operator: %s. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]",
						   node->name.data);
	appendStringInfoString(out, "dynamo.partiql_is(");
	dyn_to_query_value(query, out, node->args[0]);
	appendStringInfo(out, ", '%s')%s", tag_name, node->negated ? " IS NOT TRUE" : "");
}

static void
append_like(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	appendStringInfoString(out, "dynamo.partiql_like(");
	for (int i = 0; i < node->nargs; i++)
	{
		if (i > 0)
			appendStringInfoString(out, ", ");
		dyn_to_query_value(query, out, node->args[i]);
	}
	appendStringInfoChar(out, ')');
}

static void
append_call(DynToQuery *query, StringInfo out, const DynPartiqlNode *node)
{
	const Condition *condition = NULL;

	for (int i = 0; i < lengthof(conditions); i++)
		if (strcmp(conditions[i].name, node->name.data) == 0)
			condition = &conditions[i];
	if (condition == NULL)
		dyn_partiql_refuse("The functions of WHERE are attribute_exists, attribute_not_exists, attribute_type, begins_with, contains and size.",
						   "Unrecognized function: %s%s", node->name.data,
						   dyn_partiql_at(query->statement->text, node->place));
	if (node->nargs != condition->nargs)
		dyn_partiql_refuse(psprintf("%s takes %d.", condition->name, condition->nargs),
						   "Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d",
						   condition->name, node->nargs);
	for (int i = 0; i < node->nargs; i++)
	{
		appendStringInfoString(out, condition->text[i]);
		dyn_to_query_value(query, out, node->args[i]);
	}
	appendStringInfoString(out, condition->text[node->nargs]);
}
