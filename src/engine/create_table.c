/*-------------------------------------------------------------------------
 *
 * create_table.c
 *	  CreateTable: the relation, its indexes, its rows in the catalog.
 *
 * All in the caller's transaction: until it commits nobody else sees the
 * table, and if it rolls back there was none.  The lock on the name makes a
 * second CreateTable of it wait for the first one's end.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/error.h"
#include "base/settings.h"
#include "engine/describe_table.h"
#include "engine/index_ddl.h"
#include "engine/stream_specification.h"
#include "engine/table_ddl.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"
#include "index/key_statistics.h"

static Oid	find_schema(void);
static void create_indexes(Oid relid, List *indexes);

void
dyn_create_table(const CreateTableRequest *request, DynTableDescription *description)
{
	char	   *name;
	DynKeySchema key_schema;
	List	   *indexes;
	ListCell   *cell;
	DynTableRow row;
	Oid			schema;
	Relation	relation;

	PreventCommandIfReadOnly("CreateTable");
	PreventCommandIfParallelMode("CreateTable");

	name = dyn_table_name_resolve(request->table_name, "CreateTable");
	dyn_create_table_check(request, &key_schema, &indexes);
	dyn_check_tags(request->ntags, request->tags);
	dyn_stream_specification_check(&request->stream_specification, true);

	schema = find_schema();
	dyn_catalog_lock_name(name);
	if (dyn_catalog_find_table(name, &row))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_IN_USE),
				 errmsg("Table already exists: %s", name),
				 errdetail("Its items are in %s.",
						   quote_qualified_identifier(get_namespace_name(get_rel_namespace(row.relation)),
													  get_rel_name(row.relation))),
				 errhint("Choose another name, or delete the table first.")));
	dyn_catalog_remove_table(name);
	dyn_catalog_remove_dead();

	dyn_table_row_init(&row, name);
	row.relation = dyn_ddl_create_table(schema, dyn_ddl_free_name(name, schema), &key_schema);
	row.billing_mode = request->billing_mode;
	if (request->billing_mode == DYN_BILLING_PAY_PER_REQUEST)
		row.pay_per_request_at = row.created_at;
	row.throughput.read_units = request->provisioned_throughput.read_capacity_units;
	row.throughput.write_units = request->provisioned_throughput.write_capacity_units;
	if (request->on_demand_throughput.has_max_read)
		row.throughput.max_read_units = request->on_demand_throughput.max_read_request_units;
	if (request->on_demand_throughput.has_max_write)
		row.throughput.max_write_units = request->on_demand_throughput.max_write_request_units;
	row.table_class = request->table_class;
	row.deletion_protection = request->deletion_protection_enabled;
	dyn_catalog_insert_table(&row);

	create_indexes(row.relation, indexes);
	dyn_key_statistics_create(row.relation, &key_schema);
	foreach(cell, indexes)
	{
		DynIndexRow *index = lfirst(cell);

		dyn_key_statistics_create(row.relation, &index->key_schema);
		dyn_catalog_insert_index(name, index);
	}
	for (int i = 0; i < request->ntags; i++)
		dyn_catalog_set_tag(name, request->tags[i].key, request->tags[i].value);

	dyn_stream_specification_create(&request->stream_specification, &row, &key_schema);

	relation = table_open(row.relation, AccessShareLock);
	dyn_table_description_make(relation, &row, DYN_TABLE_CREATING, description);
	table_close(relation, NoLock);
}

void
dyn_table_row_init(DynTableRow *row, const char *name)
{
	memset(row, 0, sizeof(DynTableRow));
	row->name = pstrdup(name);
	row->id = *DatumGetUUIDP(DirectFunctionCall1(gen_random_uuid, (Datum) 0));
	row->created_at = GetCurrentTimestamp();
	row->billing_mode = DYN_BILLING_PAY_PER_REQUEST;
	row->pay_per_request_at = DYN_NEVER;
	row->throughput.increased_at = DYN_NEVER;
	row->throughput.decreased_at = DYN_NEVER;
	row->throughput.max_read_units = DYN_NO_MAXIMUM;
	row->throughput.max_write_units = DYN_NO_MAXIMUM;
	row->table_class = DYN_CLASS_UNSET;
	row->table_class_at = DYN_NEVER;
}

/* The schema for new tables; whether the caller may create there is for CREATE TABLE to ask. */
static Oid
find_schema(void)
{
	Oid			schema = get_namespace_oid(dyn_schema, true);

	if (!OidIsValid(schema) && strcmp(dyn_schema, "pg_temp") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("schema \"%s\" of the setting dynamo.schema does not exist", dyn_schema),
				 errhint("Run: CREATE SCHEMA %s;", quote_identifier(dyn_schema))));
	if (!OidIsValid(schema) || isAnyTempNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("tables of DynamoDB cannot be temporary"),
				 errhint("Set dynamo.schema to another schema.")));
	return schema;
}

/* Make one Postgres index for every key schema among the indexes. */
static void
create_indexes(Oid relid, List *indexes)
{
	for (int i = 0; i < list_length(indexes); i++)
	{
		const DynIndexRow *index = list_nth(indexes, i);
		Relation	relation = table_open(relid, NoLock);
		const DynTable *table = dyn_table_describe(relation);
		bool		shared = false;

		table_close(relation, NoLock);
		for (int j = 0; j < i && !shared; j++)
			shared = dyn_key_schema_equal(&index->key_schema, &((DynIndexRow *) list_nth(indexes, j))->key_schema);
		if (!shared)
			dyn_ddl_create_index(table, index->name, (DynIndexSubject) {.key_schema = &index->key_schema});
	}
}
