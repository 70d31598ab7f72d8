/*-------------------------------------------------------------------------
 *
 * key_branches.c
 *	  What a WHERE clause asks of the key.
 *
 * The condition is taken apart into branches: OR adds branches, AND joins
 * each of the one side with each of the other.  A condition that says nothing
 * of the key, or in a way that no range of keys can answer, leaves its branch
 * open; so a branch never has too few items, and the filter sees to the rest.
 * Where there would be too many branches, some of what they ask is forgotten.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "partiql/plan.h"

#define MAX_BRANCHES	64

static List *branches_of(const DynBinding *where, DynNode *node, const DynKeySchema *schema);
static List *join(const List *left, const List *right);
static List *leaf(const DynBinding *where, DynNode *node, const DynKeySchema *schema);
static bool is_open(const DynKeyBranch *branch);
static bool is_attribute(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute);
static bool mentions(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute);
static bool has_value(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute, DynValue *value);

List *
dyn_partiql_key_branches(const DynBinding *where, const DynKeySchema *schema)
{
	if (where == NULL)
		return list_make1(palloc0(sizeof(DynKeyBranch)));
	return branches_of(where, where->expression->condition, schema);
}

List *
dyn_partiql_conjuncts(DynNode *condition)
{
	check_stack_depth();
	if (condition->kind != NODE_AND)
		return list_make1(condition);
	return list_concat(dyn_partiql_conjuncts(condition->args[0]), dyn_partiql_conjuncts(condition->args[1]));
}

static List *
branches_of(const DynBinding *where, DynNode *node, const DynKeySchema *schema)
{
	List	   *branches;
	ListCell   *cell;

	check_stack_depth();
	if (node->kind == NODE_AND)
		return join(branches_of(where, node->args[0], schema), branches_of(where, node->args[1], schema));
	if (node->kind != NODE_OR)
		return leaf(where, node, schema);

	branches = list_concat(branches_of(where, node->args[0], schema), branches_of(where, node->args[1], schema));
	if (list_length(branches) <= MAX_BRANCHES)
	{
		foreach(cell, branches)
			if (!is_open(lfirst(cell)))
				return branches;
	}
	/* if none asks for anything, one will do */
	return list_make1(palloc0(sizeof(DynKeyBranch)));
}

static bool
is_open(const DynKeyBranch *branch)
{
	return branch->hashes == NIL && branch->sorts == NIL && !branch->negated;
}

static List *
join(const List *left, const List *right)
{
	List	   *joined = NIL;
	ListCell   *one;
	ListCell   *other;

	/* what the right side asks may be forgotten: the filter asks it, too */
	if (list_length(left) * list_length(right) > MAX_BRANCHES)
		return unconstify(List *, left);

	foreach(one, left)
	{
		foreach(other, right)
		{
			const DynKeyBranch *a = lfirst(one);
			const DynKeyBranch *b = lfirst(other);
			DynKeyBranch *both = palloc0(sizeof(DynKeyBranch));

			both->hashes = list_concat_copy(a->hashes, b->hashes);
			both->sorts = list_concat_copy(a->sorts, b->sorts);
			both->negated = a->negated || b->negated;
			joined = lappend(joined, both);
		}
	}
	return joined;
}

static List *
leaf(const DynBinding *where, DynNode *node, const DynKeySchema *schema)
{
	DynKeyBranch *branch = palloc0(sizeof(DynKeyBranch));
	DynHashChoice hash;
	DynSortChoice sort;

	if (dyn_partiql_hash_choice(where, node, schema, &hash))
	{
		DynHashChoice *copy = palloc(sizeof(DynHashChoice));

		*copy = hash;
		branch->hashes = list_make1(copy);
	}
	else if (dyn_partiql_sort_choice(where, node, schema, &sort))
	{
		DynSortChoice *copy = palloc(sizeof(DynSortChoice));

		*copy = sort;
		branch->sorts = list_make1(copy);
	}
	else if (schema->nrange > 0 &&
			 (node->kind == NODE_NOT || (node->kind == NODE_COMPARE && node->comparator == TOKEN_NE)))
		branch->negated = mentions(where, node, &schema->attributes[schema->nhash]);
	return list_make1(branch);
}

static bool
is_attribute(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute)
{
	const DynPathStep *step;

	if (node->kind != NODE_PATH || node->path->count != 1)
		return false;
	step = dyn_bound_steps(where, node->path);
	return step->name_length == attribute->name_length &&
		memcmp(step->name, attribute->name, step->name_length) == 0;
}

static bool
mentions(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute)
{
	check_stack_depth();
	if (is_attribute(where, node, attribute))
		return true;
	for (int i = 0; i < node->nargs; i++)
		if (mentions(where, node->args[i], attribute))
			return true;
	return false;
}

/* Is it a constant of the attribute's type? */
static bool
has_value(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute, DynValue *value)
{
	if (node->kind != NODE_VALUE)
		return false;
	*value = where->values[node->slot];
	return value->tag == attribute->tag;
}

bool
dyn_partiql_equality(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute, DynValue *value)
{
	int			side;

	if (node->kind != NODE_COMPARE || node->comparator != TOKEN_EQ)
		return false;
	side = is_attribute(where, node->args[0], attribute) ? 0 : 1;
	if (!is_attribute(where, node->args[side], attribute) || node->args[1 - side]->kind != NODE_VALUE)
		return false;
	*value = where->values[node->args[1 - side]->slot];
	return true;
}

bool
dyn_partiql_hash_choice(const DynBinding *where, const DynNode *node, const DynKeySchema *schema,
						DynHashChoice *choice)
{
	const DynKeyAttribute *attribute = &schema->attributes[0];

	choice->values = palloc(sizeof(DynValue) * (node->nargs + 1));
	choice->count = 1;
	if (dyn_partiql_equality(where, node, attribute, &choice->values[0]))
		return choice->values[0].tag == attribute->tag;
	if (node->kind != NODE_IN || !is_attribute(where, node->args[0], attribute))
		return false;
	choice->count = node->nargs - 1;
	for (int i = 0; i < choice->count; i++)
		if (!has_value(where, node->args[i + 1], attribute, &choice->values[i]))
			return false;
	return true;
}

/* The operator of a comparison of the attribute with a value, read from the attribute's side. */
static bool
read_comparison(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute, DynSortTest *test)
{
	bool		turned = !is_attribute(where, node->args[0], attribute);

	if (!is_attribute(where, node->args[turned ? 1 : 0], attribute) ||
		!has_value(where, node->args[turned ? 0 : 1], attribute, &test->values[0]))
		return false;
	switch (node->comparator)
	{
		case TOKEN_EQ:
			test->operator = DYN_KEY_EQ;
			return true;
		case TOKEN_LT:
			test->operator = turned ? DYN_KEY_GT : DYN_KEY_LT;
			return true;
		case TOKEN_LE:
			test->operator = turned ? DYN_KEY_GE : DYN_KEY_LE;
			return true;
		case TOKEN_GT:
			test->operator = turned ? DYN_KEY_LT : DYN_KEY_GT;
			return true;
		case TOKEN_GE:
			test->operator = turned ? DYN_KEY_LE : DYN_KEY_GE;
			return true;
		default:
			return false;
	}
}

bool
dyn_partiql_sort_choice(const DynBinding *where, const DynNode *node, const DynKeySchema *schema,
						DynSortChoice *choice)
{
	const DynKeyAttribute *attribute = &schema->attributes[schema->nhash];
	DynSortTest *test;

	if (schema->nrange == 0)
		return false;
	choice->tests = palloc0(sizeof(DynSortTest) * (node->nargs + 1));
	choice->count = 1;
	test = &choice->tests[0];
	switch (node->kind)
	{
		case NODE_COMPARE:
			return read_comparison(where, node, attribute, test);

		case NODE_BETWEEN:
			test->operator = DYN_KEY_BETWEEN;
			return is_attribute(where, node->args[0], attribute) &&
				has_value(where, node->args[1], attribute, &test->values[0]) &&
				has_value(where, node->args[2], attribute, &test->values[1]);

		case NODE_FUNCTION:
			test->operator = DYN_KEY_BEGINS_WITH;
			return node->function == FUNCTION_BEGINS_WITH && attribute->tag != DYN_TAG_N &&
				is_attribute(where, node->args[0], attribute) &&
				has_value(where, node->args[1], attribute, &test->values[0]);

		case NODE_IN:
			if (!is_attribute(where, node->args[0], attribute))
				return false;
			choice->count = node->nargs - 1;
			for (int i = 0; i < choice->count; i++)
			{
				choice->tests[i].operator = DYN_KEY_EQ;
				if (!has_value(where, node->args[i + 1], attribute, &choice->tests[i].values[0]))
					return false;
			}
			return true;

		default:
			return false;
	}
}
