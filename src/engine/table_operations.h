/*-------------------------------------------------------------------------
 *
 * table_operations.h
 *	  CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable and
 *	  the operations on tags: requests in, descriptions out.
 *
 * Members have the names of the service's API model; strings are
 * NUL-terminated.  Where a table is named, its ARN will do.  Results are
 * palloc'd in the memory context of the caller.  The engine raises the
 * service's errors (base/errors.def), and Postgres' own where the caller
 * lacks a privilege.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TABLE_OPERATIONS_H
#define DYN_ENGINE_TABLE_OPERATIONS_H

#include "schema/catalog.h"
#include "schema/streams.h"
#include "schema/table.h"

/* Limits of the service. */
#define DYN_MAX_LOCAL_INDEXES			5
#define DYN_MAX_GLOBAL_INDEXES			20
#define DYN_MAX_PROJECTED_ATTRIBUTES	100
#define DYN_MAX_CAPACITY_UNITS			INT64CONST(1000000000000)
#define DYN_MAX_TAGS					50
#define DYN_MAX_LISTED_TABLES			100

/* ---- requests ---- */

typedef struct DynAttributeDefinition
{
	const char *name;
	DynTag		type;			/* DYN_TAG_S, DYN_TAG_N or DYN_TAG_B */
} DynAttributeDefinition;

typedef struct DynKeySchemaElement
{
	const char *name;
	bool		range;			/* RANGE, not HASH */
} DynKeySchemaElement;

typedef struct DynKeySchemaRequest
{
	int			nelements;
	DynKeySchemaElement *elements;
} DynKeySchemaRequest;

typedef struct DynProvisionedThroughput
{
	bool		present;
	int64		read_capacity_units;
	int64		write_capacity_units;
} DynProvisionedThroughput;

typedef struct DynOnDemandThroughput
{
	bool		present;
	bool		has_max_read;
	bool		has_max_write;
	int64		max_read_request_units;
	int64		max_write_request_units;
} DynOnDemandThroughput;

typedef struct DynIndexRequest
{
	const char *index_name;
	DynKeySchemaRequest key_schema;
	bool		has_projection_type;
	DynProjectionType projection_type;
	bool		has_non_key_attributes;
	int			n_non_key_attributes;
	char	  **non_key_attributes;
	DynProvisionedThroughput provisioned_throughput;	/* global indexes only */
	DynOnDemandThroughput on_demand_throughput;
} DynIndexRequest;

typedef struct DynStreamSpecification
{
	bool		present;
	bool		enabled;
	bool		has_view;
	DynStreamView view;
} DynStreamSpecification;

typedef struct CreateTableRequest
{
	const char *table_name;
	int			n_attribute_definitions;
	DynAttributeDefinition *attribute_definitions;
	DynKeySchemaRequest key_schema;
	bool		has_local_indexes;
	int			n_local_indexes;
	DynIndexRequest *local_indexes;
	bool		has_global_indexes;
	int			n_global_indexes;
	DynIndexRequest *global_indexes;
	DynBillingMode billing_mode;
	DynProvisionedThroughput provisioned_throughput;
	DynOnDemandThroughput on_demand_throughput;
	DynTableClass table_class;
	bool		deletion_protection_enabled;
	DynStreamSpecification stream_specification;
	int			ntags;
	DynTagRow  *tags;
} CreateTableRequest;

/* An element of GlobalSecondaryIndexUpdates; one of the three is asked for. */
typedef struct DynIndexUpdate
{
	bool		update;
	bool		create;
	bool		delete;
	DynIndexRequest index;		/* as far as it applies */
} DynIndexUpdate;

typedef struct UpdateTableRequest
{
	const char *table_name;
	int			n_attribute_definitions;
	DynAttributeDefinition *attribute_definitions;
	int			n_index_updates;
	DynIndexUpdate *index_updates;
	bool		has_billing_mode;
	DynBillingMode billing_mode;
	DynProvisionedThroughput provisioned_throughput;
	DynOnDemandThroughput on_demand_throughput;
	DynTableClass table_class;	/* DYN_CLASS_UNSET: not to be changed */
	bool		has_deletion_protection;
	bool		deletion_protection_enabled;
	DynStreamSpecification stream_specification;
} UpdateTableRequest;

typedef struct ListTablesRequest
{
	const char *exclusive_start_table_name; /* or NULL */
	int			limit;
} ListTablesRequest;

/* ---- responses ---- */

typedef enum DynTableStatus
{
	DYN_TABLE_CREATING,
	DYN_TABLE_UPDATING,
	DYN_TABLE_DELETING,			/* no key schema, no indexes */
	DYN_TABLE_ACTIVE
} DynTableStatus;

typedef struct DynIndexDescription
{
	DynIndexRow row;
	DynTableStatus status;
	bool		backfilling;	/* is its Postgres index being built? */
	int			decreases_today;
	int64		size_bytes;
	int64		item_count;
} DynIndexDescription;

typedef struct DynTableDescription
{
	DynTableRow row;
	DynTableStatus status;
	DynKeySchema key_schema;
	int			nindexes;
	DynIndexDescription *indexes;
	int			decreases_today;
	int64		size_bytes;		/* as of the last VACUUM or ANALYZE */
	int64		item_count;
	bool		has_stream;		/* had it ever one that is still there? */
	DynStreamRow stream;		/* the latest */
} DynTableDescription;

typedef struct ListTablesResponse
{
	List	   *table_names;	/* of char * */
	const char *last_evaluated_table_name;	/* NULL at the end */
} ListTablesResponse;

/* ---- create_table.c ---- */

/* Create a table, its relation and its indexes.  Waits for others that create or delete one of this name. */
extern void dyn_create_table(const CreateTableRequest *request, DynTableDescription *description);

/* ---- create_table_check.c ---- */

/*
 * Check a request against everything that needs no look at the database, in
 * the service's order, and make the key schema and the rows of the indexes
 * (List of DynIndexRow *, local ones first).
 */
extern void dyn_create_table_check(const CreateTableRequest *request, DynKeySchema *key_schema, List **indexes);

/*
 * Check a global index for a table that is there, of which the request has
 * the attribute definitions and the billing mode, and make its row.
 */
extern DynIndexRow *dyn_create_index_check(const CreateTableRequest *request, const DynIndexRequest *index, int position);

/* Raise where the indexes (DynIndexRow *) are more, or project more, than a table may have. */
extern void dyn_check_index_counts(List *indexes);

/* Raise where provisioned throughput is beyond the service's bounds. */
extern void dyn_check_capacity_units(const DynProvisionedThroughput *throughput, const char *index_name);

/* Raise where a maximum is not positive; "or_remove" allows -1. */
extern void dyn_check_on_demand(const DynOnDemandThroughput *throughput, bool or_remove);

/* ---- describe_table.c ---- */

extern void dyn_describe_table(const char *table_name, DynTableDescription *description);
extern void dyn_list_tables(const ListTablesRequest *request, ListTablesResponse *response);

/* Raise TableNotFoundException, as operations on backups do, unless there is such a table. */
extern void dyn_require_backed_up_table(const char *table_name, const char *operation);

/* ---- update_table.c, delete_table.c ---- */

extern void dyn_update_table(const UpdateTableRequest *request, DynTableDescription *description);
extern void dyn_delete_table(const char *table_name, DynTableDescription *description);

/* ---- register_table.c ---- */

/*
 * Enter a relation that came by plain DDL into dynamo.tables, with the
 * indexes that are not there yet, and give it the trigger and the primary key
 * that it lacks.  The name may be NULL for the relation's own; returns the
 * name that it has.
 */
extern const char *dyn_register_table(Oid relid, const char *name);

/* ---- tags.c ---- */

extern void dyn_tag_resource(const char *resource_arn, int ntags, const DynTagRow *tags);
extern void dyn_untag_resource(const char *resource_arn, int nkeys, const char *const *keys);
extern List *dyn_list_tags_of_resource(const char *resource_arn);

/* Raise where these tags are not what the service allows. */
extern void dyn_check_tags(int ntags, const DynTagRow *tags);

#endif							/* DYN_ENGINE_TABLE_OPERATIONS_H */
