/*-------------------------------------------------------------------------
 *
 * project.c
 *	  The parts of an item that a set of paths names, in their nesting.
 *
 * Lists keep the named elements in ascending order, without gaps; an element
 * named by two paths appears once.  A container that has none of what is
 * named in it is left out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "expr/bind.h"

/*
 * Project one value by the targets that lead to it; depth is how many of
 * their steps have been taken.  False where nothing remains.
 */
static bool
project(const DynTarget *targets, int ntargets, int depth, const DynValue *value, DynValue *result)
{
	DynBuilder	builder;
	int			next;

	check_stack_depth();

	/* a path comes before those that it contains */
	if (targets[0].count == depth)
	{
		*result = *value;
		return true;
	}
	if (value->tag != DYN_TAG_M && value->tag != DYN_TAG_L)
		return false;

	dyn_builder_init(&builder, value->tag);
	for (int first = 0; first < ntargets; first = next)
	{
		const DynPathStep *step = &targets[first].steps[depth];
		DynValue	entry;
		DynValue	part;

		for (next = first + 1; next < ntargets; next++)
			if (dyn_steps_compare(step, &targets[next].steps[depth]) != 0)
				break;
		if (dyn_path_get(value, step, 1, &entry) &&
			project(&targets[first], next - first, depth + 1, &entry, &part))
			dyn_builder_add(&builder, step->name, step->name_length, &part);
	}
	if (builder.count == 0)
		return false;
	*result = dyn_builder_finish(&builder, 0);
	return true;
}

/* The parts of an item at the targets; nothing named gives an empty item. */
static DynValue
project_item(const DynBinding *binding, const DynValue *item)
{
	DynBuilder	nothing;
	DynValue	result;

	if (binding->ntargets > 0 && project(binding->targets, binding->ntargets, 0, item, &result))
		return result;
	dyn_builder_init(&nothing, DYN_TAG_M);
	return dyn_builder_finish(&nothing, 0);
}

/* As in PartiQL: what a path leads to becomes an attribute of its own. */
static DynValue
project_flat(const DynBinding *binding, const DynValue *item)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < binding->ntargets; i++)
	{
		const DynTarget *target = &binding->targets[i];
		DynEntry	entry;

		if (!dyn_path_get(item, target->steps, target->count, &entry.value))
			continue;
		dyn_path_end_name(target->steps, target->count, &entry);
		dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
	}
	return dyn_builder_finish(&builder, 0);
}

DynValue
dyn_project(const DynBinding *projection, const DynValue *item)
{
	return projection->expression->flat ? project_flat(projection, item) : project_item(projection, item);
}

DynValue
dyn_update_touched(const DynBinding *update, const DynValue *image)
{
	return project_item(update, image);
}
