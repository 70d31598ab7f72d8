/*-------------------------------------------------------------------------
 *
 * table_build.h
 *	  Between table_cache.c and table_describe.c: making a DynTable.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_TABLE_BUILD_H
#define DYN_SCHEMA_TABLE_BUILD_H

#include "schema/table.h"

/*
 * Describe an open, locked relation; what the description points to is
 * palloc'd in "context", and the current context is littered.  Raises as
 * dyn_table_describe does.
 */
extern void dyn_table_build(Relation relation, DynTable *table, MemoryContext context);

#endif							/* DYN_SCHEMA_TABLE_BUILD_H */
