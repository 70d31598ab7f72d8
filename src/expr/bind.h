/*-------------------------------------------------------------------------
 *
 * bind.h
 *	  An expression with the names and values of one request.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_EXPR_BIND_H
#define DYN_EXPR_BIND_H

#include "expr/tree.h"

typedef struct DynBoundName
{
	const char *name;
	uint32		length;
} DynBoundName;

struct DynBinding
{
	const DynExpression *expression;
	DynBoundName *names;		/* by name slot */
	DynValue   *values;			/* by value slot */
};

/* The name of a step that is no index. */
static inline DynBoundName
dyn_step_name(const DynBinding *binding, const DynStep *step)
{
	DynBoundName result;

	if (step->kind == STEP_SLOT)
		return binding->names[step->number];
	result.name = step->name;
	result.length = step->name_length;
	return result;
}

/* ---- path.c ---- */

/* Follow a path; false where the item has nothing there. */
extern bool dyn_document_get(const DynBinding *binding, const DynPath *path, const DynValue *item, DynValue *value);

/* Are two steps the same? */
extern bool dyn_step_equal(const DynBinding *binding, const DynStep *a, const DynStep *b);

/*
 * Raise where two of the paths overlap ("a" and "a.b") or conflict ("a.b" and
 * "a[1]").
 */
extern void dyn_paths_check(const DynBinding *binding, int npaths, DynPath *const *paths);

/* "[a, b, [1]]", as the service writes a path; palloc'd. */
extern char *dyn_path_text(const DynBinding *binding, const DynPath *path);

#endif							/* DYN_EXPR_BIND_H */
