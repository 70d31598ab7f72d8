/*-------------------------------------------------------------------------
 *
 * path.c
 *	  Reading and replacing what a document path leads to.
 *
 * Replacing rebuilds the containers on the path and copies the bytes of all
 * that is beside it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "item/path.h"

static bool take_step(const DynValue *container, const DynPathStep *step, DynValue *value);
static DynValue replace(const DynValue *container, const DynPathStep *steps, int nsteps, const DynValue *value);
static DynValue rebuild(const DynValue *container, const DynPathStep *step, const DynValue *value);
static void check_step(const DynValue *container, const DynPathStep *step);
pg_noreturn static void raise_invalid_path(const char *detail);

bool
dyn_path_get(const DynValue *document, const DynPathStep *steps, int nsteps, DynValue *value)
{
	DynValue	current = *document;

	for (int i = 0; i < nsteps; i++)
	{
		DynValue	next;

		if (!take_step(&current, &steps[i], &next))
			return false;
		current = next;
	}
	*value = current;
	return true;
}

bool
dyn_path_get_from_item(Datum item, const DynPathStep *steps, int nsteps, DynValue *value)
{
	DynValue	attribute;

	if (nsteps == 0)
	{
		*value = dyn_item_view(item);
		return true;
	}
	if (steps[0].name == NULL ||
		!dyn_item_get(item, steps[0].name, steps[0].name_length, &attribute))
		return false;
	return dyn_path_get(&attribute, steps + 1, nsteps - 1, value);
}

static bool
take_step(const DynValue *container, const DynPathStep *step, DynValue *value)
{
	DynEntry	entry;

	if (step->name != NULL)
		return container->tag == DYN_TAG_M &&
			dyn_map_get(container, step->name, step->name_length, value);

	if (container->tag != DYN_TAG_L || step->index < 0 ||
		(uint32) step->index >= dyn_value_count(container))
		return false;
	dyn_value_entry(container, step->index, &entry);
	*value = entry.value;
	return true;
}

DynValue
dyn_path_set(const DynValue *document, const DynPathStep *steps, int nsteps, const DynValue *value, int levels)
{
	Assert(nsteps > 0);

	/* What is already there is within the limit, so look at the new value. */
	if (value != NULL && nsteps + dyn_value_levels(value) > levels)
		dyn_raise_nesting();

	return replace(document, steps, nsteps, value);
}

/* Replace or remove what the path leads to; there is at least one step. */
static DynValue
replace(const DynValue *container, const DynPathStep *steps, int nsteps, const DynValue *value)
{
	DynValue	child;
	DynValue	changed;
	bool		found;

	check_step(container, &steps[0]);
	found = take_step(container, &steps[0], &child);

	if (nsteps == 1)
	{
		if (!found && value == NULL)
			return *container;
		return rebuild(container, &steps[0], value);
	}

	if (!found)
	{
		if (steps[0].name != NULL)
			raise_invalid_path(psprintf("There is no attribute \"%s\" to go into.",
										pnstrdup(steps[0].name, steps[0].name_length)));
		raise_invalid_path(psprintf("The list has no element %d to go into.", steps[0].index));
	}
	changed = replace(&child, steps + 1, nsteps - 1, value);
	if (changed.data == child.data)
		return *container;
	return rebuild(container, &steps[0], &changed);
}

/* Raise unless the container can have something at this step. */
static void
check_step(const DynValue *container, const DynPathStep *step)
{
	if (step->name == NULL)
	{
		if (step->index < 0)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("list index %d is negative", step->index),
					 errhint("The first element of a list has index 0; an index beyond the end appends.")));
		if (container->tag != DYN_TAG_L)
			raise_invalid_path(psprintf("An index leads into a list, but the value is of type %s.",
										dyn_tag_name(container->tag)));
		return;
	}

	if (container->tag != DYN_TAG_M)
		raise_invalid_path(psprintf("The name \"%s\" leads into a map, but the value is of type %s.",
									pnstrdup(step->name, step->name_length),
									dyn_tag_name(container->tag)));
}

static void
raise_invalid_path(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("The document path provided in the update expression is invalid for update"),
			 errdetail_internal("%s", detail),
			 errhint("Names lead into maps and integers into lists; assign the missing map or list first.")));
}

/* Build a container again with one entry replaced, added or removed. */
static DynValue
rebuild(const DynValue *container, const DynPathStep *step, const DynValue *value)
{
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;
	bool		pending = (value != NULL);
	int32		index = 0;

	dyn_builder_init(&builder, container->tag);
	dyn_iterator_begin(&iterator, container);
	for (; dyn_iterator_next(&iterator, &entry); index++)
	{
		bool		here;

		if (step->name != NULL)
			here = entry.name_length == step->name_length &&
				memcmp(entry.name, step->name, step->name_length) == 0;
		else
			here = index == step->index;

		if (!here)
			dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
		else if (value != NULL)
		{
			dyn_builder_add(&builder, entry.name, entry.name_length, value);
			pending = false;
		}
	}
	if (pending)
	{
		if (step->name != NULL)
			dyn_check_name(step->name, step->name_length);
		dyn_builder_add(&builder, step->name, step->name_length, value);
	}

	return dyn_builder_finish(&builder, 0);
}

int
dyn_value_levels(const DynValue *value)
{
	DynIterator iterator;
	DynEntry	entry;
	int			deepest = 0;

	if (value->tag != DYN_TAG_L && value->tag != DYN_TAG_M)
		return 1;

	check_stack_depth();
	dyn_iterator_begin(&iterator, value);
	while (dyn_iterator_next(&iterator, &entry))
	{
		int			levels = dyn_value_levels(&entry.value);

		deepest = Max(deepest, levels);
	}
	return deepest + 1;
}
