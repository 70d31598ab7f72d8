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
#include "item/path.h"

struct DynBinding
{
	const DynExpression *expression;
	DynPathStep **paths;		/* the steps of each path, by its id */
	DynValue   *values;			/* by value slot */
};

/* The steps of a path, with the request's names. */
#define dyn_bound_steps(binding, path)	((binding)->paths[(path)->id])

/* ---- path.c ---- */

/* Follow a path; false where the item has nothing there. */
static inline bool
dyn_bound_path_get(const DynBinding *binding, const DynPath *path, const DynValue *item, DynValue *value)
{
	return dyn_path_get(item, dyn_bound_steps(binding, path), path->count, value);
}

/* Is this the step to an entry of a container, which is at a position? */
extern bool dyn_step_leads_to(const DynPathStep *step, const DynEntry *entry, uint32 position);

extern bool dyn_paths_equal(const DynBinding *binding, const DynPath *a, const DynPath *b);

/*
 * Raise where two of the paths overlap ("a" and "a.b") or conflict ("a.b" and
 * "a[1]").
 */
extern void dyn_paths_check(const DynBinding *binding, int npaths, DynPath *const *paths);

/* "[a, b, [1]]", as the service writes a path; palloc'd. */
extern char *dyn_path_text(const DynBinding *binding, const DynPath *path);

#endif							/* DYN_EXPR_BIND_H */
