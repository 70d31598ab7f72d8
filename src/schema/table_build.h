/*-------------------------------------------------------------------------
 *
 * table_build.h
 *	  What makes a relation an item table, and making a DynTable of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_TABLE_BUILD_H
#define DYN_SCHEMA_TABLE_BUILD_H

#include "nodes/pg_list.h"

#include "schema/key_expressions.h"
#include "schema/table.h"

/* A valid Postgres index on (index_key(item, ...), key). */
typedef struct DynKeyIndex
{
	Oid			oid;
	DynKeySchema key_schema;
} DynKeyIndex;

/* The parts of an item table, as far as they are there. */
typedef struct DynTableParts
{
	bool		has_check;		/* without it nothing is known of the indexes */
	DynKeyCheck check;
	bool		needs_trigger;	/* no partition and not partitioned */
	char	   *trigger_name;	/* of the one that calls derive_key, or NULL */
	bool		trigger_enabled;	/* but not only for replicas */
	bool		trigger_fits;	/* does it run before every INSERT, with derived_schema? */
	DynKeySchema derived_schema;	/* of its arguments; without attributes where they are none */
	Oid			primary_key;	/* the unique index on the key */
	List	   *key_indexes;	/* of DynKeyIndex * */
	bool		special_index;	/* is one deferrable, or for an exclusion constraint? */
} DynTableParts;

/* Look for the parts of an item table.  Results are palloc'd; raises nothing for what is missing. */
extern void dyn_table_look(Relation relation, DynTableParts *parts);

/*
 * Describe an open, locked relation; what the description points to is
 * palloc'd in "context", and the current context is littered.  Raises as
 * dyn_table_describe does.
 */
extern void dyn_table_build(Relation relation, DynTable *table, MemoryContext context);

#endif							/* DYN_SCHEMA_TABLE_BUILD_H */
