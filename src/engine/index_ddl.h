/*-------------------------------------------------------------------------
 *
 * index_ddl.h
 *	  The DDL of secondary indexes, of the statistics that come with them, and
 *	  of expiry indexes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_INDEX_DDL_H
#define DYN_ENGINE_INDEX_DDL_H

#include "nodes/pg_list.h"

#include "schema/table.h"

/*
 * What an index of ours is on: index_key(item, ...) of a key schema, or
 * expires_at(item, ...) of an attribute.  One of them is NULL.
 */
typedef struct DynIndexSubject
{
	const DynKeySchema *key_schema;
	const char *expiry;
} DynIndexSubject;

/* A Postgres index on such an expression, valid or not. */
typedef struct DynKeyIndexState
{
	Oid			oid;
	bool		valid;
	bool		plain;			/* neither unique nor for a constraint: nothing but such an index */
} DynKeyIndexState;

/* The Postgres indexes on that of a locked relation, List of DynKeyIndexState *. */
extern List *dyn_key_indexes(Relation relation, const DynTable *table, DynIndexSubject subject);

/* Is one of them valid? */
extern bool dyn_has_valid_index(List *states);

/* ---- in the caller's transaction ---- */

/* CREATE INDEX, which gets a name like "name". */
extern void dyn_ddl_create_index(const DynTable *table, const char *name, DynIndexSubject subject);

extern void dyn_ddl_drop_index(Oid index);

/*
 * CREATE STATISTICS for the attributes of a key that have none.  Postgres
 * ignores those of a partial index, so without them it would guess.
 */
extern void dyn_ddl_create_statistics(const DynTable *table, const DynKeySchema *key_schema);

/* DROP STATISTICS that the function above made for attributes of a key that no key of "others" (DynIndexRow *) has. */
extern void dyn_ddl_drop_statistics(const DynTable *table, const DynKeySchema *key_schema, List *others);

/* ---- outside transactions: these make several of their own, and block no writers ---- */

extern void dyn_ddl_create_index_concurrently(Oid relid, const char *name, DynIndexSubject subject);
extern void dyn_ddl_drop_index_concurrently(Oid index);

#endif							/* DYN_ENGINE_INDEX_DDL_H */
