/*-------------------------------------------------------------------------
 *
 * update.c
 *	  Applying an update to an item.
 *
 * First every action's new value is computed from the old item; then the
 * item is built again, copying what no action names as slices.  Paths of an
 * update do not overlap, so the order of the actions does not matter.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/bind.h"
#include "item/number.h"

/* What becomes of the end of a path. */
typedef struct Edit
{
	const DynPath *path;
	const DynPathStep *steps;	/* of the path */
	bool		remove;			/* else it becomes the value */
	bool		applied;
	DynValue	value;
} Edit;

typedef struct Update
{
	const DynBinding *binding;
	const DynValue *old_item;	/* an absent one is its key; NULL where there is none */
} Update;

static DynValue evaluate(const Update *update, const DynNode *node);
static bool plan_edit(const Update *update, const DynAction *action, Edit *edit);
static DynValue add_numbers(const DynValue *a, const DynValue *b, bool subtract);
static DynValue append_lists(const DynValue *a, const DynValue *b);
static bool merge_sets(const DynValue *old, const DynValue *other, bool keep_common, DynValue *result);
static DynValue rebuild(const Update *update, const DynValue *value, int nedits, Edit **edits, int depth);
pg_noreturn static void raise_invalid_path(void);
pg_noreturn static void raise_operand_type(void);
pg_noreturn static void raise_target_type(const Update *update);

void
dyn_update_apply(const DynBinding *binding, const DynValue *old_item, const DynValue *key, DynUpdateResult *result)
{
	const DynExpression *expression = binding->expression;
	Update		update = {binding, old_item != NULL ? old_item : key};
	Edit	   *edits = palloc0(sizeof(Edit) * (expression->nactions + 1));
	Edit	  **pending = palloc(sizeof(Edit *) * (expression->nactions + 1));
	int			nedits = 0;
	bool		creates = false;

	for (int i = 0; i < expression->nactions; i++)
	{
		const DynAction *action = &expression->actions[i];

		if (action->kind == ACTION_SET || action->kind == ACTION_ADD)
			creates = true;
		/* of an absent item there is nothing to take away, wherever it would be */
		else if (old_item == NULL)
			continue;
		if (plan_edit(&update, action, &edits[nedits]))
		{
			pending[nedits] = &edits[nedits];
			nedits++;
		}
	}
	result->writes = old_item != NULL || creates;
	if (result->writes)
		result->item = rebuild(&update, update.old_item, nedits, pending, 0);
}

/* Compute what an action does at its path.  False where it does nothing. */
static bool
plan_edit(const Update *update, const DynAction *action, Edit *edit)
{
	DynValue	old;
	bool		present;
	const DynValue *operand;

	edit->path = action->path;
	edit->steps = dyn_bound_steps(update->binding, action->path);
	switch (action->kind)
	{
		case ACTION_REMOVE:
			edit->remove = true;
			return true;

		case ACTION_SET:
			edit->value = evaluate(update, action->value);
			return true;

		case ACTION_ADD:
			operand = &update->binding->values[action->value->slot];
			present = update->old_item != NULL &&
				dyn_bound_path_get(update->binding, action->path, update->old_item, &old);
			if (!present)
				edit->value = *operand;
			else if (old.tag != operand->tag)
				raise_target_type(update);
			else if (old.tag == DYN_TAG_N)
				edit->value = add_numbers(&old, operand, false);
			else if (old.tag == DYN_TAG_L)	/* only of AttributeUpdates */
				edit->value = append_lists(&old, operand);
			else
				(void) merge_sets(&old, operand, true, &edit->value);
			return true;

		case ACTION_DELETE:
			operand = &update->binding->values[action->value->slot];
			present = dyn_bound_path_get(update->binding, action->path, update->old_item, &old);
			if (present && old.tag != operand->tag)
				raise_target_type(update);
			/* without an attribute only the path to it is checked */
			edit->remove = !present || !merge_sets(&old, operand, false, &edit->value);
			return true;
	}
	elog(ERROR, "unexpected action: %d", (int) action->kind);
}

/* Compute a right side from the old item. */
static DynValue
evaluate(const Update *update, const DynNode *node)
{
	DynValue	first;
	DynValue	second;

	check_stack_depth();

	switch (node->kind)
	{
		case NODE_VALUE:
			return update->binding->values[node->slot];

		case NODE_PATH:
			if (update->old_item == NULL ||
				!dyn_bound_path_get(update->binding, node->path, update->old_item, &first))
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("The provided expression refers to an attribute that does not exist in the item"),
						 errdetail("The item has nothing at %s.", dyn_path_text(update->binding, node->path)),
						 errhint("if_not_exists(path, value) gives a value for that case.")));
			return first;

		case NODE_PLUS:
		case NODE_MINUS:
			first = evaluate(update, node->args[0]);
			second = evaluate(update, node->args[1]);
			return add_numbers(&first, &second, node->kind == NODE_MINUS);

		case NODE_FUNCTION:
			if (node->function == FUNCTION_IF_NOT_EXISTS)
			{
				if (update->old_item != NULL &&
					dyn_bound_path_get(update->binding, node->args[0]->path, update->old_item, &first))
					return first;
				return evaluate(update, node->args[1]);
			}
			if (node->function == FUNCTION_LIST_APPEND)
			{
				first = evaluate(update, node->args[0]);
				second = evaluate(update, node->args[1]);
				return append_lists(&first, &second);
			}
			break;

		default:
			break;
	}
	elog(ERROR, "unexpected node in an update: %d", (int) node->kind);
}

static void
raise_operand_type(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("An operand in the update expression has an incorrect data type"),
			 errhint("+, - and ADD take numbers, list_append takes lists, ADD and DELETE take sets of the attribute's type.")));
}

/* An attribute has another type than what is added to it or deleted from it. */
static void
raise_target_type(const Update *update)
{
	if (!update->binding->expression->legacy)
		raise_operand_type();
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Type mismatch for attribute to update"),
			 errhint("ADD and DELETE take values of the attribute's type.")));
}

static void
raise_invalid_path(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("The document path provided in the update expression is invalid for update"),
			 errhint("Each map or list that the path goes through must be there already.")));
}

static DynValue
add_numbers(const DynValue *a, const DynValue *b, bool subtract)
{
	DynDecimal	left;
	DynDecimal	right;
	DynDecimal	sum;
	DynNumberFault fault;
	DynValue	result;
	uint8	   *bytes;

	if (a->tag != DYN_TAG_N || b->tag != DYN_TAG_N)
		raise_operand_type();
	dyn_decimal_decode(a->data, a->length, &left);
	dyn_decimal_decode(b->data, b->length, &right);
	fault = dyn_decimal_add(&left, &right, subtract, &sum);
	if (fault != DYN_NUMBER_OK)
		dyn_number_raise(fault, "", 0);

	bytes = palloc(DYN_MAX_NUMBER_BYTES);
	result.tag = DYN_TAG_N;
	result.length = dyn_decimal_encode(&sum, bytes);
	result.data = bytes;
	return result;
}

static void
add_entries(DynBuilder *builder, const DynValue *container)
{
	DynIterator iterator;
	DynEntry	entry;

	dyn_iterator_begin(&iterator, container);
	while (dyn_iterator_next(&iterator, &entry))
		dyn_builder_add(builder, entry.name, entry.name_length, &entry.value);
}

static DynValue
append_lists(const DynValue *a, const DynValue *b)
{
	DynBuilder	builder;

	if (a->tag != DYN_TAG_L || b->tag != DYN_TAG_L)
		raise_operand_type();
	dyn_builder_init(&builder, DYN_TAG_L);
	add_entries(&builder, a);
	add_entries(&builder, b);
	return dyn_builder_finish(&builder, 0);
}

/*
 * The union of two sets (keep_common), or the first without the second.
 * False where the result is empty.
 */
static bool
merge_sets(const DynValue *old, const DynValue *other, bool keep_common, DynValue *result)
{
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;

	dyn_builder_init(&builder, old->tag);
	dyn_iterator_begin(&iterator, old);
	while (dyn_iterator_next(&iterator, &entry))
		if (keep_common || !dyn_set_contains(other, &entry.value))
			dyn_builder_add(&builder, NULL, 0, &entry.value);
	if (keep_common)
	{
		dyn_iterator_begin(&iterator, other);
		while (dyn_iterator_next(&iterator, &entry))
			if (!dyn_set_contains(old, &entry.value))
				dyn_builder_add(&builder, NULL, 0, &entry.value);
	}
	if (builder.count == 0)
		return false;
	dyn_builder_check_set(&builder);
	*result = dyn_builder_finish(&builder, 0);
	return true;
}

/* Add the value at the end of a path to its container. */
static void
add_value(DynBuilder *builder, const char *name, uint32 name_length, const Edit *edit)
{
	if (edit->path->count - 1 + dyn_value_levels(&edit->value) > DYN_MAX_NESTING)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"),
				 errhint("An attribute has at most %d levels.", DYN_MAX_NESTING)));
	dyn_builder_add(builder, name, name_length, &edit->value);
}

static int
compare_by_index(const void *a, const void *b, void *depth)
{
	int32		x = (*(Edit *const *) a)->steps[*(int *) depth].index;
	int32		y = (*(Edit *const *) b)->steps[*(int *) depth].index;

	return x < y ? -1 : x > y;
}

/*
 * Build a value again with the edits that lead into it; depth is how many
 * steps of their paths have been taken.
 */
static DynValue
rebuild(const Update *update, const DynValue *value, int nedits, Edit **edits, int depth)
{
	bool		is_list = value->tag == DYN_TAG_L;
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;
	Edit	  **inner;

	check_stack_depth();

	for (int i = 0; i < nedits; i++)
		if ((edits[i]->steps[depth].name == NULL) != is_list ||
			(!is_list && value->tag != DYN_TAG_M))
			raise_invalid_path();

	inner = palloc(sizeof(Edit *) * (nedits + 1));
	dyn_builder_init(&builder, value->tag);
	dyn_iterator_begin(&iterator, value);
	for (uint32 position = 0; dyn_iterator_next(&iterator, &entry); position++)
	{
		Edit	   *final = NULL;
		int			ninner = 0;

		for (int i = 0; i < nedits; i++)
		{
			if (!dyn_step_leads_to(&edits[i]->steps[depth], &entry, position))
				continue;
			if (edits[i]->path->count == depth + 1)
			{
				edits[i]->applied = true;
				final = edits[i];
			}
			else
				inner[ninner++] = edits[i];
		}
		if (final == NULL && ninner > 0)
			entry.value = rebuild(update, &entry.value, ninner, inner, depth + 1);
		if (final == NULL)
			dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
		else if (!final->remove)
			add_value(&builder, entry.name, entry.name_length, final);
	}

	/* what was not there: new attributes, and elements beyond a list's end */
	if (is_list)
		qsort_arg(edits, nedits, sizeof(Edit *), compare_by_index, &depth);
	for (int i = 0; i < nedits; i++)
	{
		if (edits[i]->applied)
			continue;
		if (edits[i]->path->count > depth + 1)
			raise_invalid_path();
		if (edits[i]->remove)
			continue;
		add_value(&builder, edits[i]->steps[depth].name, edits[i]->steps[depth].name_length, edits[i]);
		edits[i]->applied = true;
	}
	pfree(inner);
	return dyn_builder_finish(&builder, 0);
}

Size
dyn_update_cost(const DynBinding *update)
{
	const DynExpression *expression = update->expression;
	Size		cost = 3;

	for (int i = 0; i < expression->nactions; i++)
	{
		const DynAction *action = &expression->actions[i];

		cost += action->kind == ACTION_SET || action->kind == ACTION_ADD ? 19 : 2;
		if (dyn_bound_steps(update, action->path)[action->path->count - 1].name == NULL)
			cost += 1;
		if (action->kind == ACTION_SET &&
			(action->value->kind == NODE_PLUS || action->value->kind == NODE_MINUS))
			cost += 50;
	}
	return cost;
}

int
dyn_update_targets(const DynBinding *update, DynEntry *names, int room)
{
	const DynExpression *expression = update->expression;
	int			n;

	for (n = 0; n < expression->nactions && n < room; n++)
	{
		const DynPathStep *step = dyn_bound_steps(update, expression->actions[n].path);

		names[n].name = step->name;
		names[n].name_length = step->name_length;
	}
	return n;
}
