/*-------------------------------------------------------------------------
 *
 * path.c
 *	  Document paths of expressions: comparing them with each other.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "expr/bind.h"

static bool
steps_equal(const DynPathStep *a, const DynPathStep *b)
{
	if ((a->name == NULL) != (b->name == NULL))
		return false;
	if (a->name == NULL)
		return a->index == b->index;
	return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

bool
dyn_step_leads_to(const DynPathStep *step, const DynEntry *entry, uint32 position)
{
	if (step->name == NULL || entry->name == NULL)
		return step->name == NULL && entry->name == NULL && (uint32) step->index == position;
	return step->name_length == entry->name_length && memcmp(step->name, entry->name, step->name_length) == 0;
}

bool
dyn_paths_equal(const DynBinding *binding, const DynPath *a, const DynPath *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (!steps_equal(&dyn_bound_steps(binding, a)[i], &dyn_bound_steps(binding, b)[i]))
			return false;
	return true;
}

char *
dyn_path_text(const DynBinding *binding, const DynPath *path)
{
	const DynPathStep *steps = dyn_bound_steps(binding, path);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '[');
	for (int i = 0; i < path->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		if (steps[i].name == NULL)
			appendStringInfo(&text, "[%d]", steps[i].index);
		else
			appendBinaryStringInfo(&text, steps[i].name, steps[i].name_length);
	}
	appendStringInfoChar(&text, ']');
	return text.data;
}

typedef enum PathRelation
{
	PATHS_APART,
	PATHS_OVERLAP,
	PATHS_CONFLICT
} PathRelation;

static PathRelation
relate(const DynBinding *binding, const DynPath *a, const DynPath *b)
{
	const DynPathStep *steps_a = dyn_bound_steps(binding, a);
	const DynPathStep *steps_b = dyn_bound_steps(binding, b);

	for (int i = 0; i < a->count && i < b->count; i++)
	{
		if ((steps_a[i].name == NULL) != (steps_b[i].name == NULL))
			return PATHS_CONFLICT;
		if (!steps_equal(&steps_a[i], &steps_b[i]))
			return PATHS_APART;
	}
	return PATHS_OVERLAP;
}

void
dyn_paths_check(const DynBinding *binding, int npaths, DynPath *const *paths)
{
	const DynPath *conflict[2] = {NULL, NULL};

	/* an overlap is told before any conflict */
	for (int later = 1; later < npaths; later++)
		for (int earlier = 0; earlier < later; earlier++)
		{
			PathRelation relation = relate(binding, paths[earlier], paths[later]);

			if (relation == PATHS_OVERLAP)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("Invalid %s: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
								dyn_expression_kind_name(binding->expression->kind),
								dyn_path_text(binding, paths[earlier]), dyn_path_text(binding, paths[later])),
						 errhint("One of the paths contains the other.")));
			if (relation == PATHS_CONFLICT && conflict[0] == NULL)
			{
				conflict[0] = paths[earlier];
				conflict[1] = paths[later];
			}
		}
	if (conflict[0] != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid %s: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
						dyn_expression_kind_name(binding->expression->kind),
						dyn_path_text(binding, conflict[0]), dyn_path_text(binding, conflict[1])),
				 errhint("One path takes an attribute for a list, the other one for a map.")));
}
