/*-------------------------------------------------------------------------
 *
 * legacy.c
 *	  Expected, filters, AttributeUpdates and AttributesToGet as trees.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "expr/legacy.h"

typedef struct Comparison
{
	const char *name;
	int			minimum;
	int			maximum;
	const char *types;
} Comparison;

static const Comparison comparisons[] = {
#define DYN_COMPARISON(symbol, minimum, maximum, types) {#symbol, minimum, maximum, types},
#include "expr/comparisons.def"
#undef DYN_COMPARISON
};

bool
dyn_comparison_from_name(const char *name, size_t length, DynComparisonOperator *comparison)
{
	for (int i = 0; i < lengthof(comparisons); i++)
		if (strlen(comparisons[i].name) == length && memcmp(comparisons[i].name, name, length) == 0)
		{
			*comparison = i;
			return true;
		}
	return false;
}

const char *
dyn_comparison_name(DynComparisonOperator comparison)
{
	return comparisons[comparison].name;
}

void
dyn_comparison_counts(DynComparisonOperator comparison, int *minimum, int *maximum)
{
	*minimum = comparisons[comparison].minimum;
	*maximum = comparisons[comparison].maximum;
}

bool
dyn_comparison_takes(DynComparisonOperator comparison, DynTag tag)
{
	const char *types = comparisons[comparison].types;
	const char *name = dyn_tag_name(tag);

	return types == NULL || (name[1] == '\0' && strchr(types, name[0]) != NULL);
}

/* An expression without a text, with room for so many paths and values. */
static DynBinding *
make_binding(DynExpressionKind kind, int npaths, int nvalues)
{
	DynExpression *expression = palloc0(sizeof(DynExpression));
	DynBinding *binding = palloc0(sizeof(DynBinding));

	expression->kind = kind;
	expression->context = CurrentMemoryContext;
	expression->text = "";
	expression->legacy = true;
	expression->paths = palloc0(sizeof(DynPath *) * (npaths + 1));
	binding->expression = expression;
	binding->paths = palloc0(sizeof(DynPathStep *) * (npaths + 1));
	binding->values = palloc0(sizeof(DynValue) * (nvalues + 1));
	return binding;
}

static DynPath *
add_path(DynBinding *binding, DynExpression *expression, const DynBoundName *name)
{
	DynPath    *path = palloc0(sizeof(DynPath));
	DynPathStep *step = palloc0(sizeof(DynPathStep));

	step->name = name->name;
	step->name_length = name->length;
	path->id = expression->npaths;
	path->count = 1;
	binding->paths[path->id] = step;
	expression->paths[expression->npaths++] = path;
	return path;
}

static DynNode *
make_node(DynNodeKind kind, int room)
{
	DynNode    *node = palloc0(sizeof(DynNode));

	node->kind = kind;
	node->args = palloc0(sizeof(DynNode *) * (room + 1));
	return node;
}

static DynNode *
add_value(DynBinding *binding, DynExpression *expression, const DynValue *value)
{
	DynNode    *node = make_node(NODE_VALUE, 0);

	node->slot = expression->nvalues;
	binding->values[expression->nvalues++] = *value;
	return node;
}

/* An operator with an attribute as its first operand, and the values. */
static DynNode *
make_comparison(DynBinding *binding, DynExpression *expression, const DynLegacyCondition *condition)
{
	DynNode    *node = make_node(NODE_COMPARE, condition->nvalues + 1);
	DynNode    *not;
	DynNode    *both;

	node->args[node->nargs] = make_node(NODE_PATH, 0);
	node->args[node->nargs++]->path = add_path(binding, expression, &condition->name);
	for (int i = 0; i < condition->nvalues; i++)
		node->args[node->nargs++] = add_value(binding, expression, &condition->values[i]);

	switch (condition->comparison)
	{
		case DYN_COMPARISON_EQ:
			node->comparator = TOKEN_EQ;
			return node;
		case DYN_COMPARISON_NE:
			node->comparator = TOKEN_NE;
			return node;
		case DYN_COMPARISON_LT:
			node->comparator = TOKEN_LT;
			return node;
		case DYN_COMPARISON_LE:
			node->comparator = TOKEN_LE;
			return node;
		case DYN_COMPARISON_GT:
			node->comparator = TOKEN_GT;
			return node;
		case DYN_COMPARISON_GE:
			node->comparator = TOKEN_GE;
			return node;
		case DYN_COMPARISON_BETWEEN:
			node->kind = NODE_BETWEEN;
			return node;
		case DYN_COMPARISON_IN:
			node->kind = NODE_IN;
			return node;
		case DYN_COMPARISON_NOT_NULL:
			node->function = FUNCTION_ATTRIBUTE_EXISTS;
			break;
		case DYN_COMPARISON_NULL:
			node->function = FUNCTION_ATTRIBUTE_NOT_EXISTS;
			break;
		case DYN_COMPARISON_CONTAINS:
		case DYN_COMPARISON_NOT_CONTAINS:
			node->function = FUNCTION_CONTAINS;
			break;
		case DYN_COMPARISON_BEGINS_WITH:
			node->function = FUNCTION_BEGINS_WITH;
			break;
	}
	node->kind = NODE_FUNCTION;
	if (condition->comparison != DYN_COMPARISON_NOT_CONTAINS)
		return node;
	not = make_node(NODE_NOT, 1);
	not->args[not->nargs++] = node;

	/* unlike NE, it does not hold for an attribute that is missing */
	both = make_node(NODE_AND, 2);
	both->args[both->nargs] = make_node(NODE_FUNCTION, 1);
	both->args[both->nargs]->function = FUNCTION_ATTRIBUTE_EXISTS;
	both->args[both->nargs]->args[0] = node->args[0];
	both->args[both->nargs++]->nargs = 1;
	both->args[both->nargs++] = not;
	return both;
}

DynBinding *
dyn_legacy_condition(DynExpressionKind kind, int count, const DynLegacyCondition *conditions, bool any)
{
	int			nvalues = 0;
	DynBinding *binding;
	DynExpression *expression;
	DynNode    *all = NULL;

	for (int i = 0; i < count; i++)
		nvalues += conditions[i].nvalues;
	binding = make_binding(kind, count, nvalues);
	expression = unconstify(DynExpression *, binding->expression);

	for (int i = 0; i < count; i++)
	{
		DynNode    *one = make_comparison(binding, expression, &conditions[i]);
		DynNode    *both;

		if (all == NULL)
		{
			all = one;
			continue;
		}
		both = make_node(any ? NODE_OR : NODE_AND, 2);
		both->args[both->nargs++] = all;
		both->args[both->nargs++] = one;
		all = both;
	}
	expression->condition = all;
	return binding;
}

DynBinding *
dyn_legacy_update(int count, const DynLegacyUpdate *updates)
{
	DynBinding *binding = make_binding(DYN_EXPR_UPDATE, count, count);
	DynExpression *expression = unconstify(DynExpression *, binding->expression);

	expression->nactions = count;
	expression->actions = palloc0(sizeof(DynAction) * (count + 1));
	for (int i = 0; i < count; i++)
	{
		DynAction  *action = &expression->actions[i];

		action->path = add_path(binding, expression, &updates[i].name);
		if (updates[i].action == DYN_LEGACY_PUT)
			action->kind = ACTION_SET;
		else if (updates[i].action == DYN_LEGACY_ADD)
			action->kind = ACTION_ADD;
		else
			action->kind = updates[i].has_value ? ACTION_DELETE : ACTION_REMOVE;
		if (updates[i].has_value)
			action->value = add_value(binding, expression, &updates[i].value);
	}
	dyn_targets_make(binding);
	return binding;
}

DynBinding *
dyn_legacy_projection(int count, const DynBoundName *names)
{
	DynBinding *binding = make_binding(DYN_EXPR_PROJECTION, count, 0);

	for (int i = 0; i < count; i++)
		add_path(binding, unconstify(DynExpression *, binding->expression), &names[i]);
	dyn_targets_make(binding);
	return binding;
}
