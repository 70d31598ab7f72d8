/*-------------------------------------------------------------------------
 *
 * update_indexes.c
 *	  GlobalSecondaryIndexUpdates of UpdateTable: what is asked for is
 *	  checked and written into dynamo.indexes; index_work.c and
 *	  index_build.c do it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/error.h"
#include "engine/describe_table.h"
#include "engine/index_build.h"
#include "engine/update_indexes.h"

#define INVALID_VALUES	"One or more parameter values were invalid: "

static void require_throughput(const UpdateTableRequest *request, const DynTableRow *row);
static void check_alone(const UpdateTableRequest *request, const DynTableRow *row);
static void update_index(const DynIndexRequest *update, const DynTableRow *row, bool was_on_demand, TimestampTz now);
static void create_index(const UpdateTableRequest *request, const DynIndexRequest *create, const DynTableRow *row);
static void delete_index(const DynIndexRequest *delete, const DynTableRow *row);
static void check_redefined(const DynKeySchema *existing, const DynKeySchema *key_schema);
static const DynKeySchema *table_key_schema(Oid relid);
pg_noreturn static void raise_index_not_found(const char *table_name, const char *index_name);

void
dyn_index_updates_check(const UpdateTableRequest *request)
{
	for (int i = 0; i < request->n_index_updates; i++)
	{
		const DynIndexUpdate *update = &request->index_updates[i];
		int			asked = update->update + update->create + update->delete;

		if (asked != 1)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg(INVALID_VALUES "%s of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
							"GlobalSecondaryIndexUpdate.Delete must not be null", asked == 0 ? "One" : "Only one"),
					 errhint("Give each element of the list one of them.")));
		for (int j = 0; j < i; j++)
			if (strcmp(request->index_updates[j].index.index_name, update->index.index_name) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg(INVALID_VALUES "Only one global secondary index update per index is allowed simultaneously. "
								"Index: %s", update->index.index_name),
						 errhint("Ask for one thing at a time.")));
	}
}

bool
dyn_index_updates_need_work(const UpdateTableRequest *request)
{
	for (int i = 0; i < request->n_index_updates; i++)
		if (!request->index_updates[i].update)
			return true;
	return false;
}

void
dyn_index_updates_apply(const UpdateTableRequest *request, const DynTableRow *row,
						const DynTableRow *before, TimestampTz now)
{
	bool		was_on_demand = before->billing_mode == DYN_BILLING_PAY_PER_REQUEST;

	check_alone(request, row);
	if (was_on_demand && row->billing_mode == DYN_BILLING_PROVISIONED)
		require_throughput(request, row);
	for (int i = 0; i < request->n_index_updates; i++)
	{
		const DynIndexUpdate *update = &request->index_updates[i];

		if (update->update)
			update_index(&update->index, row, was_on_demand, now);
		else if (update->create)
			create_index(request, &update->index, row);
		else
			delete_index(&update->index, row);
	}
}

void
dyn_index_updates_describe(const UpdateTableRequest *request, const DynTableRow *before,
						   List *indexes_before, DynTableDescription *description)
{
	bool		same_mode = description->row.billing_mode == before->billing_mode;
	ListCell   *cell;

	for (int i = 0; i < description->nindexes; i++)
	{
		DynIndexDescription *index = &description->indexes[i];

		if (index->status != DYN_TABLE_UPDATING)
			continue;
		index->status = DYN_TABLE_ACTIVE;
		for (int j = 0; j < request->n_index_updates; j++)
			if (request->index_updates[j].update &&
				strcmp(request->index_updates[j].index.index_name, index->row.name) == 0)
				index->status = DYN_TABLE_UPDATING;
		foreach(cell, indexes_before)
		{
			const DynIndexRow *row = lfirst(cell);

			if (same_mode && strcmp(row->name, index->row.name) == 0)
			{
				index->row.throughput.read_units = row->throughput.read_units;
				index->row.throughput.write_units = row->throughput.write_units;
			}
		}
	}
}

/* ---- checks ---- */

/* Raise where a global index of a table that was on demand is not given its throughput. */
static void
require_throughput(const UpdateTableRequest *request, const DynTableRow *row)
{
	StringInfoData names;
	ListCell   *cell;

	initStringInfo(&names);
	foreach(cell, dyn_catalog_indexes(row->name))
	{
		const DynIndexRow *index = lfirst(cell);
		bool		given = index->kind == DYN_INDEX_LOCAL;

		for (int i = 0; i < request->n_index_updates; i++)
			given |= (request->index_updates[i].delete ||
					  request->index_updates[i].index.provisioned_throughput.present) &&
				strcmp(request->index_updates[i].index.index_name, index->name) == 0;
		if (!given)
			appendStringInfo(&names, "%s%s", names.len > 0 ? "," : "", index->name);
	}
	if (names.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "ProvisionedThroughput must be specified for index: %s", names.data),
				 errhint("Give it in GlobalSecondaryIndexUpdates, with Update.")));
}

/*
 * Raise where indexes of a table would be created or deleted at the same
 * time.  One that is being created may be deleted.
 */
static void
check_alone(const UpdateTableRequest *request, const DynTableRow *row)
{
	const char *name = NULL;
	bool		alone = true;
	bool		delete = false;
	ListCell   *cell;

	for (int i = 0; i < request->n_index_updates; i++)
	{
		if (request->index_updates[i].update)
			continue;
		alone = name == NULL;
		name = request->index_updates[i].index.index_name;
		delete = request->index_updates[i].delete;
		if (!alone)
			break;
	}
	if (name == NULL)
		return;
	foreach(cell, dyn_catalog_indexes(row->name))
	{
		const DynIndexRow *index = lfirst(cell);

		if (index->status == DYN_INDEX_ACTIVE)
			continue;
		alone &= delete && index->status == DYN_INDEX_CREATING && strcmp(index->name, name) == 0;
	}
	if (!alone)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_LIMIT_EXCEEDED),
				 errmsg("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"),
				 errhint("Wait until DescribeTable shows the other index ACTIVE, or no more; see dynamo.index_builds.")));
}

/* ---- Update ---- */

static void
update_index(const DynIndexRequest *update, const DynTableRow *row, bool was_on_demand, TimestampTz now)
{
	const DynProvisionedThroughput *provisioned = &update->provisioned_throughput;
	const DynOnDemandThroughput *maxima = &update->on_demand_throughput;
	DynIndexRow index;

	if (provisioned->present && (provisioned->read_capacity_units > DYN_MAX_CAPACITY_UNITS ||
								 provisioned->write_capacity_units > DYN_MAX_CAPACITY_UNITS))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("This operation cannot be performed with given input values. "
						"Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate"),
				 errdetail("Throughput goes up to " INT64_FORMAT ".", DYN_MAX_CAPACITY_UNITS),
				 errhint("Give smaller numbers.")));
	if (!dyn_catalog_find_index(row->name, update->index_name, &index) || index.kind != DYN_INDEX_GLOBAL)
		raise_index_not_found(row->name, update->index_name);
	if (index.status == DYN_INDEX_DELETING)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_RESOURCE_IN_USE),
				 errmsg("Attempt to change a resource which is still in use: Index is being deleted: %s", index.name),
				 errhint("Leave the index out.")));
	if (!provisioned->present && !maxima->present)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "ProvisionedThroughput or OnDemandThroughput must be specified for index: %s", index.name),
				 errhint("Say what is to be changed.")));

	if (provisioned->present)
	{
		if (row->billing_mode == DYN_BILLING_PAY_PER_REQUEST)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg(INVALID_VALUES "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
							"when BillingMode is PAY_PER_REQUEST"),
					 errhint("Leave ProvisionedThroughput out, or give BillingMode PROVISIONED.")));
		if (!was_on_demand && provisioned->read_capacity_units == index.throughput.read_units &&
			provisioned->write_capacity_units == index.throughput.write_units)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("The provisioned throughput for the index %s will not change. The requested value equals the current value. "
							"Current ReadCapacityUnits provisioned for the index: " INT64_FORMAT ". "
							"Requested ReadCapacityUnits: " INT64_FORMAT ". "
							"Current WriteCapacityUnits provisioned for the index: " INT64_FORMAT ". "
							"Requested WriteCapacityUnits: " INT64_FORMAT ". "
							"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
							index.name,
							index.throughput.read_units, provisioned->read_capacity_units,
							index.throughput.write_units, provisioned->write_capacity_units),
					 errhint("Leave the index out.")));
		dyn_throughput_set(&index.throughput, provisioned->read_capacity_units, provisioned->write_capacity_units, now);
		if (was_on_demand)
			index.throughput.max_read_units = index.throughput.max_write_units = DYN_NO_MAXIMUM;
	}
	if (maxima->present)
	{
		if (row->billing_mode != DYN_BILLING_PAY_PER_REQUEST)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg(INVALID_VALUES "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST"),
					 errhint("Give BillingMode PAY_PER_REQUEST, too, or leave OnDemandThroughput out.")));
		dyn_check_on_demand(maxima, true);
		if (maxima->has_max_read)
			index.throughput.max_read_units = maxima->max_read_request_units;
		if (maxima->has_max_write)
			index.throughput.max_write_units = maxima->max_write_request_units;
	}
	dyn_catalog_update_index(row->name, &index);
}

/* ---- Create ---- */

static void
create_index(const UpdateTableRequest *request, const DynIndexRequest *create, const DynTableRow *row)
{
	CreateTableRequest context = {0};
	List	   *indexes = dyn_catalog_indexes(row->name);
	DynIndexRow *index;
	ListCell   *cell;

	foreach(cell, indexes)
		if (strcmp(((const DynIndexRow *) lfirst(cell))->name, create->index_name) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Attempting to create an index which already exists"),
					 errdetail("The table has an index \"%s\".", create->index_name),
					 errhint("Choose another name, or delete the index first.")));

	context.n_attribute_definitions = request->n_attribute_definitions;
	context.attribute_definitions = request->attribute_definitions;
	context.billing_mode = row->billing_mode;
	index = dyn_create_index_check(&context, create, indexes == NIL ? 0 : ((DynIndexRow *) llast(indexes))->position + 1);
	check_redefined(table_key_schema(row->relation), &index->key_schema);
	foreach(cell, indexes)
		check_redefined(&((const DynIndexRow *) lfirst(cell))->key_schema, &index->key_schema);
	dyn_check_index_counts(lappend(indexes, index));
	dyn_index_check_may_create(row->relation);

	index->status = DYN_INDEX_CREATING;
	dyn_catalog_insert_index(row->name, index);
}

static void
print_key(StringInfo out, const DynKeySchema *key_schema)
{
	appendStringInfoString(out, "Schema:[");
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
		appendStringInfo(out, "%sSchemaElement: key{%s:%s:%s}", i > 0 ? ", " : "", key_schema->attributes[i].name,
						 dyn_tag_name(key_schema->attributes[i].tag), i < key_schema->nhash ? "HASH" : "RANGE");
	appendStringInfoChar(out, ']');
}

/* Raise where an attribute has another type in a key that is there. */
static void
check_redefined(const DynKeySchema *existing, const DynKeySchema *key_schema)
{
	for (int i = 0; i < dyn_key_schema_count(existing); i++)
		for (int j = 0; j < dyn_key_schema_count(key_schema); j++)
			if (strcmp(existing->attributes[i].name, key_schema->attributes[j].name) == 0 &&
				existing->attributes[i].tag != key_schema->attributes[j].tag)
			{
				StringInfoData text;

				initStringInfo(&text);
				appendStringInfoString(&text, "Existing schema: ");
				print_key(&text, existing);
				appendStringInfoString(&text, " New schema: ");
				print_key(&text, key_schema);
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg(INVALID_VALUES "Attributes cannot be redefined. Please check that your attribute has "
								"the same type as previously defined. %s", text.data),
						 errhint("An attribute has one type in all keys of a table.")));
			}
}

static const DynKeySchema *
table_key_schema(Oid relid)
{
	Relation	relation = table_open(relid, NoLock);
	const DynTable *table = dyn_table_describe(relation);

	table_close(relation, NoLock);
	return &table->key_schema;
}

/* Whoever builds the index does it as the table's owner, who must be allowed to. */
void
dyn_index_check_may_create(Oid relid)
{
	Oid			schema = get_rel_namespace(relid);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	if (dyn_schema_aclcheck(schema, owner, ACL_CREATE) != ACLCHECK_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for schema %s", get_namespace_name(schema)),
				 errdetail("Indexes are created as the table's owner, \"%s\", which may not create in the schema.",
						   GetUserNameFromId(owner, false)),
				 errhint("Run: GRANT CREATE ON SCHEMA %s TO %s;", quote_identifier(get_namespace_name(schema)),
						 quote_identifier(GetUserNameFromId(owner, false)))));
}

/* ---- Delete ---- */

static void
delete_index(const DynIndexRequest *delete, const DynTableRow *row)
{
	DynIndexRow index;

	if (!dyn_catalog_find_index(row->name, delete->index_name, &index))
		raise_index_not_found(row->name, delete->index_name);
	if (index.kind != DYN_INDEX_GLOBAL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "Index is not a global secondary index: %s", index.name),
				 errhint("Local secondary indexes live as long as their table.")));
	if (index.status == DYN_INDEX_CREATING)
		dyn_index_work_cancel(row->relation);
	index.status = DYN_INDEX_DELETING;
	index.attempts = 0;
	index.last_error = NULL;
	dyn_catalog_update_index(row->name, &index);
}

static void
raise_index_not_found(const char *table_name, const char *index_name)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_RESOURCE_NOT_FOUND),
			 errmsg("Requested resource not found"),
			 errdetail("The table %s has no global secondary index \"%s\".", table_name, index_name),
			 errhint("DescribeTable names its indexes.")));
}
