/*-------------------------------------------------------------------------
 *
 * catalog.h
 *	  The rows of dynamo.tables, dynamo.indexes and dynamo.tags.
 *
 * A row of dynamo.tables is alive while its relation is an item table; a dead
 * row, and its indexes and tags, are seen by no reader here, and
 * dyn_catalog_remove_dead takes them away.
 *
 * Who writes rows of a table holds dyn_catalog_lock_name of its name from
 * before it looks for them to the end of the transaction, so two of them
 * never meet.  Readers take no such lock.  Nothing here asks for privileges:
 * the operations do.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_CATALOG_H
#define DYN_SCHEMA_CATALOG_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

#include "schema/table.h"

/* Longest name of a table or an index. */
#define DYN_MAX_TABLE_NAME	255

/* A point in time that has not come yet: SQL NULL. */
#define DYN_NEVER			DT_NOBEGIN

/* A maximum that is not set: SQL NULL. */
#define DYN_NO_MAXIMUM		(-1)

typedef enum DynBillingMode
{
	DYN_BILLING_PROVISIONED,
	DYN_BILLING_PAY_PER_REQUEST
} DynBillingMode;

typedef enum DynTableClass
{
	DYN_CLASS_UNSET,			/* STANDARD, but never said */
	DYN_CLASS_STANDARD,
	DYN_CLASS_INFREQUENT_ACCESS
} DynTableClass;

/* Throughput of a table or a global index, as it was provisioned. */
typedef struct DynThroughput
{
	int64		read_units;		/* 0 on demand */
	int64		write_units;
	TimestampTz increased_at;
	TimestampTz decreased_at;
	int32		decreases;		/* on the day (UTC) of decreased_at */
	int64		max_read_units; /* on demand */
	int64		max_write_units;
} DynThroughput;

typedef struct DynTableRow
{
	char	   *name;
	Oid			relation;
	pg_uuid_t	id;
	TimestampTz created_at;
	DynBillingMode billing_mode;
	TimestampTz pay_per_request_at;
	DynThroughput throughput;
	DynTableClass table_class;
	TimestampTz table_class_at;
	bool		deletion_protection;
} DynTableRow;

typedef struct DynIndexRow
{
	char	   *name;
	DynIndexKind kind;
	int32		position;
	DynKeySchema key_schema;
	DynProjectionType projection;
	int			n_non_key_attributes;
	char	  **non_key_attributes;
	DynThroughput throughput;
	DynIndexStatus status;		/* what is asked for: ACTIVE does not say that the Postgres index is there */
	int32		attempts;		/* failed ones */
	char	   *last_error;		/* or NULL */
} DynIndexRow;

typedef struct DynTagRow
{
	char	   *key;
	char	   *value;
} DynTagRow;

/* Is this a table with a column of type dynamo.key and one of type dynamo.item? */
extern bool dyn_is_item_table(Oid relid);

/* OID of dynamo.tables or dynamo.indexes, as the last look-up found it. */
extern Oid	dyn_catalog_tables_oid;
extern Oid	dyn_catalog_indexes_oid;

/* Names as they are stored: "PROVISIONED", "LOCAL", "KEYS_ONLY", ... */
extern const char *dyn_billing_mode_name(DynBillingMode billing_mode);
extern const char *dyn_table_class_name(DynTableClass table_class);
extern const char *dyn_index_kind_name(DynIndexKind kind);
extern const char *dyn_projection_name(DynProjectionType projection);
extern const char *dyn_index_status_name(DynIndexStatus status);

/* ---- reading; results are palloc'd ---- */

/* Find the row of a table that is alive, by its name or its relation. */
extern bool dyn_catalog_find_table(const char *name, DynTableRow *row);
extern bool dyn_catalog_find_relation(Oid relid, DynTableRow *row);

/* All names of tables that are alive and come after "after" (or NULL), in order; at most "limit". */
extern List *dyn_catalog_table_names(const char *after, int limit);

/* The indexes of a table, List of DynIndexRow *, in order of their position. */
extern List *dyn_catalog_indexes(const char *table_name);

/* Find an index of a table by its name. */
extern bool dyn_catalog_find_index(const char *table_name, const char *name, DynIndexRow *row);

/* The names of the tables, alive or dead, that have an index to be created or deleted. */
extern List *dyn_catalog_index_work(void);

/* The tags of a table, List of DynTagRow *, in order of their keys. */
extern List *dyn_catalog_tags(const char *table_name);

/* ---- writing ---- */

/* Wait until no other transaction changes the table of that name, and keep others from it. */
extern void dyn_catalog_lock_name(const char *name);

extern void dyn_catalog_insert_table(const DynTableRow *row);
extern void dyn_catalog_update_table(const DynTableRow *row);
extern void dyn_catalog_insert_index(const char *table_name, const DynIndexRow *row);
extern void dyn_catalog_update_index(const char *table_name, const DynIndexRow *row);
extern void dyn_catalog_remove_index(const char *table_name, const char *name);

/* Set a tag, new or not; remove a tag, if it is there. */
extern void dyn_catalog_set_tag(const char *table_name, const char *key, const char *value);
extern void dyn_catalog_remove_tag(const char *table_name, const char *key);

/* Remove a table's row, and those of its indexes, tags and time to live, alive or dead. */
extern void dyn_catalog_remove_table(const char *table_name);

/* Remove the rows of dead tables whose names nobody else has locked, a hundred tables at most. */
extern void dyn_catalog_remove_dead(void);

#endif							/* DYN_SCHEMA_CATALOG_H */
