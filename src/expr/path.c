/*-------------------------------------------------------------------------
 *
 * path.c
 *	  Document paths of expressions: comparing them, putting them in order.
 *
 * The paths that a projection reads or an update writes are its targets.
 * They are kept sorted step by step, so that those through one map or list
 * are neighbours in the order of its entries: projecting and updating walk
 * both side by side, and paths that overlap or conflict are adjacent.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "expr/bind.h"

pg_noreturn static void raise_related_targets(const DynBinding *binding);

/* Names in the order of their bytes, as in a map; indexes after them. */
int
dyn_steps_compare(const DynPathStep *a, const DynPathStep *b)
{
	int			order;

	if (a->name == NULL || b->name == NULL)
	{
		if (a->name != NULL)
			return -1;
		if (b->name != NULL)
			return 1;
		return a->index < b->index ? -1 : a->index > b->index;
	}
	order = memcmp(a->name, b->name, Min(a->name_length, b->name_length));
	if (order != 0)
		return order;
	return a->name_length < b->name_length ? -1 : a->name_length > b->name_length;
}

bool
dyn_paths_equal(const DynBinding *binding, const DynPath *a, const DynPath *b)
{
	if (a->count != b->count)
		return false;
	for (int i = 0; i < a->count; i++)
		if (dyn_steps_compare(&dyn_bound_steps(binding, a)[i], &dyn_bound_steps(binding, b)[i]) != 0)
			return false;
	return true;
}

char *
dyn_path_text(const DynPathStep *steps, int count)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '[');
	for (int i = 0; i < count; i++)
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

void
dyn_path_end_name(const DynPathStep *steps, int count, DynEntry *entry)
{
	StringInfoData name;
	int			first = count - 1;

	while (first > 0 && steps[first].name == NULL)
		first--;
	entry->name = steps[first].name;
	entry->name_length = steps[first].name_length;
	if (first == count - 1)
		return;
	initStringInfo(&name);
	appendBinaryStringInfo(&name, entry->name, entry->name_length);
	for (int i = first + 1; i < count; i++)
		appendStringInfo(&name, "[%d]", steps[i].index);
	entry->name = name.data;
	entry->name_length = name.len;
}

/* For qsort: step by step; a path comes before those that it contains. */
static int
compare_targets(const void *a, const void *b)
{
	const DynTarget *x = a;
	const DynTarget *y = b;

	for (int i = 0; i < x->count && i < y->count; i++)
	{
		int			order = dyn_steps_compare(&x->steps[i], &y->steps[i]);

		if (order != 0)
			return order;
	}
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

void
dyn_targets_make(DynBinding *binding)
{
	const DynExpression *expression = binding->expression;
	bool		update = expression->kind == DYN_EXPR_UPDATE;

	binding->ntargets = update ? expression->nactions : expression->npaths;
	binding->targets = palloc(sizeof(DynTarget) * (binding->ntargets + 1));
	for (int i = 0; i < binding->ntargets; i++)
	{
		const DynPath *path = update ? expression->actions[i].path : expression->paths[i];

		binding->targets[i].steps = dyn_bound_steps(binding, path);
		binding->targets[i].count = path->count;
		binding->targets[i].number = i;
	}
	qsort(binding->targets, binding->ntargets, sizeof(DynTarget), compare_targets);
}

typedef enum PathRelation
{
	PATHS_APART,
	PATHS_OVERLAP,				/* "a" and "a.b" */
	PATHS_CONFLICT				/* "a.b" and "a[1]" */
} PathRelation;

static PathRelation
relate(const DynTarget *a, const DynTarget *b)
{
	for (int i = 0; i < a->count && i < b->count; i++)
	{
		if ((a->steps[i].name == NULL) != (b->steps[i].name == NULL))
			return PATHS_CONFLICT;
		if (dyn_steps_compare(&a->steps[i], &b->steps[i]) != 0)
			return PATHS_APART;
	}
	return PATHS_OVERLAP;
}

void
dyn_targets_check(const DynBinding *binding)
{
	for (int i = 1; i < binding->ntargets; i++)
		if (relate(&binding->targets[i - 1], &binding->targets[i]) != PATHS_APART)
			raise_related_targets(binding);
}

/* Two targets are related: tell the first overlap in the text's order, else the first conflict. */
static void
raise_related_targets(const DynBinding *binding)
{
	DynTarget  *targets = palloc(sizeof(DynTarget) * binding->ntargets);
	const DynTarget *pair[2] = {NULL, NULL};
	PathRelation found = PATHS_APART;

	for (int i = 0; i < binding->ntargets; i++)
		targets[binding->targets[i].number] = binding->targets[i];
	for (int later = 1; later < binding->ntargets && found != PATHS_OVERLAP; later++)
		for (int earlier = 0; earlier < later && found != PATHS_OVERLAP; earlier++)
		{
			PathRelation relation = relate(&targets[earlier], &targets[later]);

			if (relation == PATHS_OVERLAP || (relation == PATHS_CONFLICT && found == PATHS_APART))
			{
				found = relation;
				pair[0] = &targets[earlier];
				pair[1] = &targets[later];
			}
		}
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%sTwo document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
					dyn_expression_prefix(binding->expression),
					found == PATHS_OVERLAP ? "overlap" : "conflict",
					dyn_path_text(pair[0]->steps, pair[0]->count),
					dyn_path_text(pair[1]->steps, pair[1]->count)),
			 found == PATHS_OVERLAP ? errhint("One of the paths contains the other.") :
			 errhint("One path takes an attribute for a list, the other one for a map.")));
}
