/*-------------------------------------------------------------------------
 *
 * arguments.h
 *	  Arguments that many of the functions for people have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_ARGUMENTS_H
#define DYN_API_ARGUMENTS_H

#include "fmgr.h"

#include "engine/item_operations.h"

/* Raise the service's error where an argument is NULL: nothing is skipped because of that. */
extern void dyn_require_argument(FunctionCallInfo fcinfo, int argument, const char *name);

/* The first argument: the name or the ARN of a table. */
extern DynTableName dyn_table_name_argument(FunctionCallInfo fcinfo);

/* The elements of an array of items, none of them NULL; without any where the argument is NULL. */
extern Datum *dyn_items_argument(FunctionCallInfo fcinfo, int argument, const char *name, int *count);

#endif							/* DYN_API_ARGUMENTS_H */
