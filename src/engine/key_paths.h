/*-------------------------------------------------------------------------
 *
 * key_paths.h
 *	  What expressions may do with the attributes of keys.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_KEY_PATHS_H
#define DYN_ENGINE_KEY_PATHS_H

#include "expr/expr.h"
#include "schema/table.h"

/*
 * Raise where a path of the expression leads into an attribute of the table's
 * key or of an index's: those are scalars.  NULL is no expression.
 */
extern void dyn_check_key_paths(const DynTable *table, const DynBinding *expression);

/*
 * Raise where an update names an attribute of the table's key as a target, or
 * gives a key attribute of an index a value that is of another type whatever
 * the item is.
 */
extern void dyn_check_update_targets(const DynTable *table, const DynBinding *update);

/*
 * Raise where an update gives a key attribute of an index, which it names as
 * a target, a value that the index cannot take.
 */
extern void dyn_check_updated_index_keys(const DynTable *table, const DynBinding *update, const DynValue *item);

#endif							/* DYN_ENGINE_KEY_PATHS_H */
