/*-------------------------------------------------------------------------
 *
 * index_ddl.h
 *	  The DDL of secondary indexes, and of the statistics that come with them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_INDEX_DDL_H
#define DYN_ENGINE_INDEX_DDL_H

#include "nodes/pg_list.h"

#include "schema/table.h"

/* A Postgres index on index_key(item, ...) of a table, valid or not. */
typedef struct DynKeyIndexState
{
	Oid			oid;
	bool		valid;
	bool		plain;			/* neither unique nor for a constraint: nothing but a secondary index */
} DynKeyIndexState;

/* The Postgres indexes of a key schema on a locked relation, List of DynKeyIndexState *. */
extern List *dyn_key_indexes(Relation relation, const DynTable *table, const DynKeySchema *key_schema);

/* ---- in the caller's transaction ---- */

/* CREATE INDEX of a secondary index, which gets a name like "name". */
extern void dyn_ddl_create_index(const DynTable *table, const char *name, const DynKeySchema *key_schema);

extern void dyn_ddl_drop_index(Oid index);

/*
 * CREATE STATISTICS for the attributes of a key that have none.  Postgres
 * ignores those of a partial index, so without them it would guess.
 */
extern void dyn_ddl_create_statistics(const DynTable *table, const DynKeySchema *key_schema);

/* DROP STATISTICS that the function above made for attributes of a key that no key of "others" (DynIndexRow *) has. */
extern void dyn_ddl_drop_statistics(const DynTable *table, const DynKeySchema *key_schema, List *others);

/* ---- outside transactions: these make several of their own, and block no writers ---- */

extern void dyn_ddl_create_index_concurrently(Oid relid, const char *name, const DynKeySchema *key_schema);
extern void dyn_ddl_drop_index_concurrently(Oid index);

#endif							/* DYN_ENGINE_INDEX_DDL_H */
