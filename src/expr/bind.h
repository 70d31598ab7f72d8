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

/* A path that a projection reads or an update writes. */
typedef struct DynTarget
{
	const DynPathStep *steps;
	int			count;
	int			number;			/* position among the text's paths or actions */
} DynTarget;

struct DynBinding
{
	const DynExpression *expression;
	DynPathStep **paths;		/* the steps of each path, by its id */
	DynValue   *values;			/* by value slot */
	int			ntargets;		/* of a PROJECTION or an UPDATE */
	DynTarget  *targets;		/* sorted step by step */
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

/* Order of the entries that two steps from one map or list lead to. */
extern int	dyn_steps_compare(const DynPathStep *a, const DynPathStep *b);

extern bool dyn_paths_equal(const DynBinding *binding, const DynPath *a, const DynPath *b);

/* Make the targets of a binding whose paths are bound. */
extern void dyn_targets_make(DynBinding *binding);

/* Raise where two targets overlap ("a" and "a.b") or conflict ("a.b" and "a[1]"). */
extern void dyn_targets_check(const DynBinding *binding);

/* "[a, b, [1]]", as the service writes a path; palloc'd. */
extern char *dyn_path_text(const DynPathStep *steps, int count);

/* Name an entry by a path's last name and what follows it: "b[0]" of a.b[0]; slices, or palloc'd. */
extern void dyn_path_end_name(const DynPathStep *steps, int count, DynEntry *entry);

/* ---- check.c ---- */

/* Raise where the operands of a simple condition, or of an update, can never be right. */
extern void dyn_condition_check(const DynBinding *binding, const DynNode *node);
extern void dyn_update_check(const DynBinding *binding);

#endif							/* DYN_EXPR_BIND_H */
