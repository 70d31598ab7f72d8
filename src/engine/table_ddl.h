/*-------------------------------------------------------------------------
 *
 * table_ddl.h
 *	  The DDL of item tables, as parse trees.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TABLE_DDL_H
#define DYN_ENGINE_TABLE_DDL_H

#include "schema/table.h"

/* A name for a relation of a schema that is like "name", fits, and is free. */
extern char *dyn_ddl_free_name(const char *name, Oid schema);

/* CREATE TABLE with its primary key, its CHECK key_schema and its trigger; returns its OID. */
extern Oid	dyn_ddl_create_table(Oid schema, const char *relation_name, const DynKeySchema *key_schema);

/* CREATE TRIGGER derive_key, and ADD PRIMARY KEY, for a table that lacks them. */
extern void dyn_ddl_create_trigger(Oid relid, const DynKeySchema *key_schema);
extern void dyn_ddl_add_primary_key(Oid relid, AttrNumber key_attnum);

/* CREATE INDEX of a secondary index, which gets a name like "name". */
extern void dyn_ddl_create_index(Oid relid, const char *name, const DynKeySchema *key_schema);

/* DROP TABLE, RESTRICT. */
extern void dyn_ddl_drop_table(Oid relid);

#endif							/* DYN_ENGINE_TABLE_DDL_H */
