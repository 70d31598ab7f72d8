/*-------------------------------------------------------------------------
 *
 * key_condition.c
 *	  What a Query asks of the key.
 *
 * A key condition is parsed and bound as any condition; what of that cannot
 * be asked of a key is refused here, clause by clause from the left.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/key_condition.h"

static void read_node(const DynBinding *binding, const DynNode *node, DynKeyClauses *clauses);
static void check_operator(const DynNode *node);
static DynKeyOperator key_operator(const DynNode *node, bool turned);
static DynKeyClause *add_clause(DynKeyClauses *clauses, const DynBoundName *name);
static void add_to_condition(const DynKeyClause *clause, const DynKeySchema *schema, int position,
							 DynKeyCondition *condition);
pg_noreturn static void raise_count(void);
pg_noreturn static void raise_condition(const char *problem);
pg_noreturn static void raise_operator(const char *operator);
pg_noreturn static void raise_unsupported(void);

#define KEY_HINT	"A key condition compares each HASH attribute by =, and RANGE attributes by =, <, <=, >, >=, BETWEEN or begins_with, joined by AND."

void
dyn_key_clauses_from_expression(const DynBinding *binding, DynKeyClauses *clauses)
{
	clauses->count = 0;
	read_node(binding, binding->expression->condition, clauses);
}

/* Add the clauses of a condition. */
static void
read_node(const DynBinding *binding, const DynNode *node, DynKeyClauses *clauses)
{
	const DynPath *path = NULL;
	int			position = 0;
	const DynPathStep *step;
	DynBoundName name;
	DynKeyClause *clause;

	check_stack_depth();

	if (node->kind == NODE_AND)
	{
		read_node(binding, node->args[0], clauses);
		read_node(binding, node->args[1], clauses);
		return;
	}
	check_operator(node);

	for (int i = 0; i < node->nargs; i++)
	{
		if (node->args[i]->kind == NODE_FUNCTION)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("KeyConditionExpressions cannot contain nested operations"),
					 errhint(KEY_HINT)));
		if (node->args[i]->kind != NODE_PATH)
			continue;
		if (path != NULL)
			raise_condition("Multiple attribute names used in one condition");
		path = node->args[i]->path;
		position = i;
		if (path->count > 1)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"),
					 errhint("Keys are attributes of the item itself.")));
	}
	if (path == NULL)
		raise_condition("No key attribute specified");

	step = dyn_bound_steps(binding, path);
	name.name = step->name;
	name.length = step->name_length;
	clause = add_clause(clauses, &name);
	clause->operator = key_operator(node, position == 1);
	for (int i = 0; i < node->nargs; i++)
		if (i != position)
			clause->values[clause->nvalues++] = binding->values[node->args[i]->slot];
}

/* Raise for an operator that no key has, and for one that does not begin with the attribute. */
static void
check_operator(const DynNode *node)
{
	const char *name = NULL;

	switch (node->kind)
	{
		case NODE_OR:
			raise_operator("OR");
		case NODE_NOT:
			raise_operator("NOT");
		case NODE_IN:
			raise_operator("IN");
		case NODE_COMPARE:
			if (node->comparator == TOKEN_NE)
				raise_operator(dyn_comparator_name(node->comparator));
			return;
		case NODE_BETWEEN:
			name = "BETWEEN";
			break;
		case NODE_FUNCTION:
			name = dyn_function_name(node->function);
			if (node->function != FUNCTION_BEGINS_WITH)
				raise_operator(name);
			break;
		default:
			elog(ERROR, "unexpected node in a key condition: %d", (int) node->kind);
	}
	if (node->args[0]->kind != NODE_PATH)
		raise_condition(psprintf("%s operator must have the key attribute as its first operand", name));
}

/* The operator with the attribute on its left; "turned" says that it was on the right. */
static DynKeyOperator
key_operator(const DynNode *node, bool turned)
{
	if (node->kind == NODE_BETWEEN)
		return DYN_KEY_BETWEEN;
	if (node->kind == NODE_FUNCTION)
		return DYN_KEY_BEGINS_WITH;
	switch (node->comparator)
	{
		case TOKEN_EQ:
			return DYN_KEY_EQ;
		case TOKEN_LT:
			return turned ? DYN_KEY_GT : DYN_KEY_LT;
		case TOKEN_LE:
			return turned ? DYN_KEY_GE : DYN_KEY_LE;
		case TOKEN_GT:
			return turned ? DYN_KEY_LT : DYN_KEY_GT;
		case TOKEN_GE:
			return turned ? DYN_KEY_LE : DYN_KEY_GE;
		default:
			break;
	}
	elog(ERROR, "unexpected comparator in a key condition: %d", (int) node->comparator);
}

static bool
names_equal(const DynBoundName *name, const char *other, uint32 length)
{
	return name->length == length && memcmp(name->name, other, length) == 0;
}

static DynKeyClause *
add_clause(DynKeyClauses *clauses, const DynBoundName *name)
{
	DynKeyClause *clause;

	for (int i = 0; i < clauses->count; i++)
		if (names_equal(name, clauses->clauses[i].name.name, clauses->clauses[i].name.length))
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("KeyConditionExpressions must only contain one condition per key"),
					 errhint("Use BETWEEN for two bounds.")));
	if (clauses->count == DYN_MAX_KEY_ATTRIBUTES)
		raise_count();
	clause = &clauses->clauses[clauses->count++];
	clause->name = *name;
	clause->nvalues = 0;
	return clause;
}

void
dyn_key_clauses_from_legacy(int count, const DynLegacyCondition *conditions, DynKeyClauses *clauses)
{
	static const DynKeyOperator operators[] = {
		[DYN_COMPARISON_EQ] = DYN_KEY_EQ,
		[DYN_COMPARISON_NE] = DYN_KEY_NO_OPERATOR,
		[DYN_COMPARISON_LT] = DYN_KEY_LT,
		[DYN_COMPARISON_LE] = DYN_KEY_LE,
		[DYN_COMPARISON_GT] = DYN_KEY_GT,
		[DYN_COMPARISON_GE] = DYN_KEY_GE,
		[DYN_COMPARISON_NOT_NULL] = DYN_KEY_NO_OPERATOR,
		[DYN_COMPARISON_NULL] = DYN_KEY_NO_OPERATOR,
		[DYN_COMPARISON_CONTAINS] = DYN_KEY_NO_OPERATOR,
		[DYN_COMPARISON_NOT_CONTAINS] = DYN_KEY_NO_OPERATOR,
		[DYN_COMPARISON_BEGINS_WITH] = DYN_KEY_BEGINS_WITH,
		[DYN_COMPARISON_BETWEEN] = DYN_KEY_BETWEEN,
		[DYN_COMPARISON_IN] = DYN_KEY_NO_OPERATOR,
	};

	if (count == 0)
		raise_count();
	clauses->count = 0;
	for (int i = 0; i < count; i++)
	{
		DynKeyClause *clause = add_clause(clauses, &conditions[i].name);

		clause->operator = operators[conditions[i].comparison];
		if (clause->operator == DYN_KEY_NO_OPERATOR)
			continue;
		Assert(conditions[i].nvalues <= lengthof(clause->values));
		clause->nvalues = conditions[i].nvalues;
		memcpy(clause->values, conditions[i].values, sizeof(DynValue) * clause->nvalues);
	}
}

/* The clause of an attribute, or NULL. */
static const DynKeyClause *
clause_of(const DynKeyClauses *clauses, const DynKeyAttribute *attribute)
{
	for (int i = 0; i < clauses->count; i++)
		if (names_equal(&clauses->clauses[i].name, attribute->name, attribute->name_length))
			return &clauses->clauses[i];
	return NULL;
}

void
dyn_key_condition_make(const DynKeyClauses *clauses, const DynKeySchema *schema, DynKeyCondition *condition)
{
	dyn_key_condition_make_checked(clauses, schema, NULL, NULL, condition);
}

void
dyn_key_condition_make_checked(const DynKeyClauses *clauses, const DynKeySchema *schema,
							   DynKeyAttributeCheck check, void *arg, DynKeyCondition *condition)
{
	int			nattributes = dyn_key_schema_count(schema);
	int			used = 0;

	if (nattributes <= 2 && clauses->count > 2)
		raise_count();

	memset(condition, 0, sizeof(DynKeyCondition));
	for (int i = 0; i < nattributes; i++)
	{
		const DynKeyAttribute *attribute = &schema->attributes[i];
		const DynKeyClause *clause = clause_of(clauses, attribute);

		if (check != NULL)
			check(arg, schema, i);
		if (nattributes == 1 && clauses->count > 1)
			raise_unsupported();

		/* RANGE attributes may be left out from the right */
		if (clause == NULL && i >= schema->nhash && used == clauses->count)
			continue;
		if (clause == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Query condition missed key schema element: %s", attribute->name),
					 errhint(KEY_HINT)));
		add_to_condition(clause, schema, i, condition);
		used++;
	}
	/* the others are of no key attribute */
	if (used < clauses->count)
		raise_unsupported();
}

/* Add what a clause asks of the attribute at a position, those before it being in the condition. */
static void
add_to_condition(const DynKeyClause *clause, const DynKeySchema *schema, int position, DynKeyCondition *condition)
{
	const DynKeyAttribute *attribute = &schema->attributes[position];

	if (clause->operator == DYN_KEY_NO_OPERATOR)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Attempted conditional constraint is not an indexable operation"),
				 errhint(KEY_HINT)));
	for (int value = 0; value < clause->nvalues; value++)
		if (clause->values[value].tag != attribute->tag)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("One or more parameter values were invalid: Condition parameter type does not match schema type"),
					 errdetail("Attribute %s of the key is of type %s.", attribute->name, dyn_tag_name(attribute->tag)),
					 errhint("Compare key attributes with values of their own type.")));

	/* what follows an attribute that is not fixed has no order of its own */
	if (condition->ranged || (position < schema->nhash && clause->operator != DYN_KEY_EQ))
		raise_unsupported();
	if (clause->operator == DYN_KEY_EQ)
	{
		condition->equal[condition->nequal++] = clause->values[0];
		return;
	}
	condition->ranged = true;
	condition->operator = clause->operator;
	memcpy(condition->values, clause->values, sizeof(DynValue) * clause->nvalues);
}

static void
raise_count(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Conditions can be of length 1 or 2 only"),
			 errhint(KEY_HINT)));
}

static void
raise_condition(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid condition in KeyConditionExpression: %s", problem),
			 errhint(KEY_HINT)));
}

static void
raise_operator(const char *operator)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Invalid operator used in KeyConditionExpression: %s", operator),
			 errhint(KEY_HINT)));
}

static void
raise_unsupported(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Query key condition not supported"),
			 errhint(KEY_HINT)));
}
