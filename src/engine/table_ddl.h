/*-------------------------------------------------------------------------
 *
 * table_ddl.h
 *	  The DDL of item tables, as parse trees.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TABLE_DDL_H
#define DYN_ENGINE_TABLE_DDL_H

#include "nodes/parsenodes.h"

#include "schema/table.h"

/* A name for a relation of a schema that is like "name", fits, and is free. */
extern char *dyn_ddl_free_name(const char *name, Oid schema);

/* CREATE TABLE with its primary key, its CHECK key_schema and its trigger; returns its OID. */
extern Oid	dyn_ddl_create_table(Oid schema, const char *relation_name, const DynKeySchema *key_schema);

/* CREATE TRIGGER derive_key, and ADD PRIMARY KEY, for a table that lacks them. */
extern void dyn_ddl_create_trigger(Oid relid, const DynKeySchema *key_schema);
extern void dyn_ddl_add_primary_key(Oid relid, AttrNumber key_attnum);

/* DROP TABLE, RESTRICT. */
extern void dyn_ddl_drop_table(Oid relid);

/* ---- parts of statements ---- */

/* Run one utility statement in the caller's transaction; "what" is what logs call it. */
extern void dyn_ddl_run(Node *statement, const char *what);

/* A relation, and a column, as statements name them. */
extern RangeVar *dyn_ddl_range_var(Oid relid);
extern Node *dyn_ddl_column(const char *column);

/* 'text', and dynamo.function(arguments ...) */
extern Node *dyn_ddl_text(const char *text);
extern Node *dyn_ddl_call(const char *function, List *arguments);

/* dynamo.function(columns ..., 'Artist S', 'SongTitle S') */
extern Node *dyn_ddl_key_call(const char *function, List *columns, const DynKeySchema *key_schema);

#endif							/* DYN_ENGINE_TABLE_DDL_H */
