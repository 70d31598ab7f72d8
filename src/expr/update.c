/*-------------------------------------------------------------------------
 *
 * update.c
 *	  Applying an update to an item.
 *
 * First every action's new value is computed from the old item, in the order
 * of the text; then the item is built again, copying what no action names as
 * slices.  Paths of an update do not overlap, so the order of the actions
 * does not matter: they are taken in the order of the entries they lead to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "expr/bind.h"
#include "item/number.h"

/* What becomes of a target. */
typedef struct Edit
{
	const DynTarget *target;
	bool		nothing;		/* it stays as it is */
	bool		remove;			/* else it becomes the value */
	DynValue	value;
} Edit;

typedef struct Update
{
	const DynBinding *binding;
	const DynValue *old_item;	/* an absent one is its key; NULL where there is none */
	Size		bytes;			/* of the values computed so far */
} Update;

static void plan_edit(Update *update, const DynAction *action, Edit *edit);
static DynValue evaluate(Update *update, const DynNode *node);
static void count_bytes(Update *update, Size bytes);
static DynValue add_numbers(const DynValue *a, const DynValue *b, bool subtract);
static DynValue append_lists(Update *update, const DynValue *a, const DynValue *b);
static bool merge_sets(const DynValue *old, const DynValue *other, bool add, DynValue *result);
static DynValue rebuild(const DynValue *value, const Edit *edits, int nedits, int depth);
pg_noreturn static void raise_invalid_path(void);
pg_noreturn static void raise_operand_type(void);
pg_noreturn static void raise_target_type(const Update *update);

void
dyn_update_apply(const DynBinding *binding, const DynValue *old_item, const DynValue *key, DynUpdateResult *result)
{
	const DynExpression *expression = binding->expression;
	Update		update = {binding, old_item != NULL ? old_item : key, 0};
	Edit	   *planned = palloc0(sizeof(Edit) * (expression->nactions + 1));
	Edit	   *edits = palloc(sizeof(Edit) * (expression->nactions + 1));
	int			nedits = 0;
	bool		creates = false;

	for (int i = 0; i < expression->nactions; i++)
	{
		const DynAction *action = &expression->actions[i];

		if (action->kind == ACTION_SET || action->kind == ACTION_ADD)
			creates = true;
		else if (old_item == NULL)
		{
			/* of an absent item there is nothing to take away, wherever it would be */
			planned[i].nothing = true;
			continue;
		}
		plan_edit(&update, action, &planned[i]);
		count_bytes(&update, planned[i].value.length);
	}
	result->writes = old_item != NULL || creates;
	if (!result->writes)
		return;

	for (int i = 0; i < binding->ntargets; i++)
	{
		const DynTarget *target = &binding->targets[i];

		if (planned[target->number].nothing)
			continue;
		edits[nedits] = planned[target->number];
		edits[nedits++].target = target;
	}
	result->item = rebuild(update.old_item, edits, nedits, 0);
}

/* Compute what an action does at its path. */
static void
plan_edit(Update *update, const DynAction *action, Edit *edit)
{
	DynValue	old;
	bool		present;
	const DynValue *operand;

	switch (action->kind)
	{
		case ACTION_REMOVE:
			edit->remove = true;
			return;

		case ACTION_SET:
			edit->value = evaluate(update, action->value);
			return;

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
				edit->value = append_lists(update, &old, operand);
			else
				(void) merge_sets(&old, operand, true, &edit->value);
			return;

		case ACTION_DELETE:
			operand = &update->binding->values[action->value->slot];
			present = dyn_bound_path_get(update->binding, action->path, update->old_item, &old);
			if (present && old.tag != operand->tag)
				raise_target_type(update);
			/* without an attribute only the path to it is checked */
			edit->remove = !present || !merge_sets(&old, operand, false, &edit->value);
			return;
	}
	elog(ERROR, "unexpected action: %d", (int) action->kind);
}

/* Compute a right side from the old item. */
static DynValue
evaluate(Update *update, const DynNode *node)
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
						 errdetail("The item has nothing at %s.",
								   dyn_path_text(dyn_bound_steps(update->binding, node->path), node->path->count)),
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
				return append_lists(update, &first, &second);
			}
			break;

		default:
			break;
	}
	elog(ERROR, "unexpected node in an update: %d", (int) node->kind);
}

/*
 * Values are copied from the item and from each other, and a short expression
 * can copy them often: stop long before memory is short.
 */
static void
count_bytes(Update *update, Size bytes)
{
	update->bytes += bytes;
	if (update->bytes > DYN_MAX_UPDATE_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Item size to update has exceeded the maximum allowed size"),
				 errdetail("The update gives attributes values of more than %d bytes.", DYN_MAX_UPDATE_BYTES),
				 errhint("Keep large values outside the item and store a reference.")));
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

/* Finish a container and free its builder's memory. */
static DynValue
finish(DynBuilder *builder)
{
	DynValue	result = dyn_builder_finish(builder, 0);

	if (builder->entries != builder->inline_entries)
		pfree(builder->entries);
	return result;
}

static DynValue
append_lists(Update *update, const DynValue *a, const DynValue *b)
{
	DynBuilder	builder;

	if (a->tag != DYN_TAG_L || b->tag != DYN_TAG_L)
		raise_operand_type();
	count_bytes(update, (Size) a->length + b->length);
	dyn_builder_init(&builder, DYN_TAG_L);
	add_entries(&builder, a);
	add_entries(&builder, b);
	return finish(&builder);
}

/*
 * The union of two sets of one type (add), or the first without the second.
 * Both are sorted, so that they are merged.  False where the result is empty.
 */
static bool
merge_sets(const DynValue *old, const DynValue *other, bool add, DynValue *result)
{
	DynBuilder	builder;
	DynIterator olds;
	DynIterator others;
	DynEntry	left;
	DynEntry	right;
	bool		more_left;
	bool		more_right;

	dyn_builder_init(&builder, old->tag);
	dyn_iterator_begin(&olds, old);
	dyn_iterator_begin(&others, other);
	more_left = dyn_iterator_next(&olds, &left);
	more_right = dyn_iterator_next(&others, &right);
	while (more_left || (add && more_right))
	{
		int			order = !more_left ? 1 : !more_right ? -1 : dyn_value_compare(&left.value, &right.value);

		CHECK_FOR_INTERRUPTS();
		if (order < 0 || (order == 0 && add))
			dyn_builder_add(&builder, NULL, 0, &left.value);
		else if (order > 0 && add)
			dyn_builder_add(&builder, NULL, 0, &right.value);
		if (order <= 0)
			more_left = dyn_iterator_next(&olds, &left);
		if (order >= 0)
			more_right = dyn_iterator_next(&others, &right);
	}
	if (builder.count == 0)
		return false;
	*result = finish(&builder);
	return true;
}

/* Add the new value of a target to its container. */
static void
add_value(DynBuilder *builder, const Edit *edit)
{
	const DynTarget *target = edit->target;
	const DynPathStep *step = &target->steps[target->count - 1];

	if (target->count - 1 + dyn_value_levels(&edit->value) > DYN_MAX_NESTING)
		dyn_raise_nesting();
	dyn_builder_add(builder, step->name, step->name_length, &edit->value);
}

/* Do an edit of something that is not in its container. */
static void
add_missing(DynBuilder *builder, const Edit *edit, int depth)
{
	if (edit->target->count > depth + 1)
		raise_invalid_path();
	if (!edit->remove)
		add_value(builder, edit);
}

/*
 * Build a value again with the edits that lead into it, which are in the
 * order of its entries; depth is how many steps of their paths have been
 * taken.
 */
static DynValue
rebuild(const DynValue *value, const Edit *edits, int nedits, int depth)
{
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;
	DynPathStep here = {0};
	int			done = 0;

	check_stack_depth();

	/* paths that conflict have been refused: all edits lead on by name, or all by index */
	if (nedits > 0 && value->tag != (edits[0].target->steps[depth].name != NULL ? DYN_TAG_M : DYN_TAG_L))
		raise_invalid_path();

	dyn_builder_init(&builder, value->tag);
	dyn_iterator_begin(&iterator, value);
	for (; dyn_iterator_next(&iterator, &entry); here.index++)
	{
		int			first;

		CHECK_FOR_INTERRUPTS();
		here.name = entry.name;
		here.name_length = entry.name_length;
		while (done < nedits && dyn_steps_compare(&edits[done].target->steps[depth], &here) < 0)
			add_missing(&builder, &edits[done++], depth);
		first = done;
		while (done < nedits && dyn_steps_compare(&edits[done].target->steps[depth], &here) == 0)
			done++;

		if (done > first && edits[first].target->count == depth + 1)
		{
			if (!edits[first].remove)
				add_value(&builder, &edits[first]);
			continue;
		}
		if (done > first)
			entry.value = rebuild(&entry.value, &edits[first], done - first, depth + 1);
		dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
	}
	while (done < nedits)
		add_missing(&builder, &edits[done++], depth);
	return finish(&builder);
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
		if (action->kind != ACTION_SET)
			continue;
		if (dyn_bound_steps(update, action->path)[action->path->count - 1].name == NULL)
			cost += 1;
		if (action->value->kind == NODE_PLUS || action->value->kind == NODE_MINUS)
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
