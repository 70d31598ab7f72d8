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
 * Project one value by the paths that lead to it; depth is how many of their
 * steps have been taken.  False where nothing remains.
 */
static bool
project(const DynBinding *binding, int npaths, DynPath *const *paths, int depth,
		const DynValue *value, DynValue *result)
{
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;
	DynPath   **deeper;

	check_stack_depth();

	for (int i = 0; i < npaths; i++)
		if (paths[i]->count == depth)
		{
			*result = *value;
			return true;
		}
	if (value->tag != DYN_TAG_M && value->tag != DYN_TAG_L)
		return false;

	deeper = palloc(sizeof(DynPath *) * npaths);
	dyn_builder_init(&builder, value->tag);
	dyn_iterator_begin(&iterator, value);
	for (uint32 position = 0; dyn_iterator_next(&iterator, &entry); position++)
	{
		int			ndeeper = 0;
		DynValue	part;

		for (int i = 0; i < npaths; i++)
			if (dyn_step_leads_to(&dyn_bound_steps(binding, paths[i])[depth], &entry, position))
				deeper[ndeeper++] = paths[i];
		if (ndeeper > 0 && project(binding, ndeeper, deeper, depth + 1, &entry.value, &part))
			dyn_builder_add(&builder, entry.name, entry.name_length, &part);
	}
	pfree(deeper);
	if (builder.count == 0)
		return false;
	*result = dyn_builder_finish(&builder, 0);
	return true;
}

/* The same, of a whole item: nothing named gives an empty item. */
static DynValue
project_item(const DynBinding *binding, int npaths, DynPath *const *paths, const DynValue *item)
{
	DynValue	result;

	if (!project(binding, npaths, paths, 0, item, &result))
	{
		DynBuilder	builder;

		dyn_builder_init(&builder, DYN_TAG_M);
		result = dyn_builder_finish(&builder, 0);
	}
	return result;
}

DynValue
dyn_project(const DynBinding *projection, const DynValue *item)
{
	return project_item(projection, projection->expression->npaths, projection->expression->paths, item);
}

DynValue
dyn_update_touched(const DynBinding *update, const DynValue *image)
{
	const DynExpression *expression = update->expression;
	DynPath   **paths = palloc(sizeof(DynPath *) * (expression->nactions + 1));

	for (int i = 0; i < expression->nactions; i++)
		paths[i] = expression->actions[i].path;
	return project_item(update, expression->nactions, paths, image);
}
