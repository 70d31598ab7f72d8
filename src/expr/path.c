/*-------------------------------------------------------------------------
 *
 * path.c
 *	  Document paths: following them, and comparing them with each other.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "expr/bind.h"

bool
dyn_document_get(const DynBinding *binding, const DynPath *path, const DynValue *item, DynValue *value)
{
	DynValue	current = *item;

	for (int i = 0; i < path->count; i++)
	{
		const DynStep *step = &path->steps[i];

		if (step->kind == STEP_INDEX)
		{
			DynEntry	entry;

			if (current.tag != DYN_TAG_L || step->number >= dyn_value_count(&current))
				return false;
			dyn_value_entry(&current, step->number, &entry);
			current = entry.value;
		}
		else
		{
			DynBoundName name = dyn_step_name(binding, step);

			if (current.tag != DYN_TAG_M || !dyn_map_get(&current, name.name, name.length, &current))
				return false;
		}
	}
	*value = current;
	return true;
}

bool
dyn_step_equal(const DynBinding *binding, const DynStep *a, const DynStep *b)
{
	DynBoundName name_a;
	DynBoundName name_b;

	if ((a->kind == STEP_INDEX) != (b->kind == STEP_INDEX))
		return false;
	if (a->kind == STEP_INDEX)
		return a->number == b->number;
	name_a = dyn_step_name(binding, a);
	name_b = dyn_step_name(binding, b);
	return name_a.length == name_b.length && memcmp(name_a.name, name_b.name, name_a.length) == 0;
}

char *
dyn_path_text(const DynBinding *binding, const DynPath *path)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '[');
	for (int i = 0; i < path->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		if (path->steps[i].kind == STEP_INDEX)
			appendStringInfo(&text, "[%u]", path->steps[i].number);
		else
		{
			DynBoundName name = dyn_step_name(binding, &path->steps[i]);

			appendBinaryStringInfo(&text, name.name, name.length);
		}
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
	for (int i = 0; i < a->count && i < b->count; i++)
	{
		if ((a->steps[i].kind == STEP_INDEX) != (b->steps[i].kind == STEP_INDEX))
			return PATHS_CONFLICT;
		if (!dyn_step_equal(binding, &a->steps[i], &b->steps[i]))
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
