/*-------------------------------------------------------------------------
 *
 * table_json.c
 *	  The requests of operations on tables, from JSON.
 *
 * Requests have passed the checks of their shapes.  table_description_json.c
 * writes the answers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/dispatch.h"
#include "api/request_text.h"
#include "api/table_description_json.h"
#include "base/error.h"
#include "engine/table_operations.h"

static DynAttributeDefinition *read_attribute_definitions(const DynJson *request, int *count);
static void read_key_schema(const DynJson *structure, DynKeySchemaRequest *key_schema);
static DynIndexRequest *read_indexes(const DynJson *request, const char *member, bool *present, int *count);
static void read_index(const DynJson *json, DynIndexRequest *index);
static DynIndexUpdate *read_index_updates(const DynJson *request, int *count);
static void read_projection(const DynJson *projection, DynIndexRequest *index);
static void read_provisioned_throughput(const DynJson *structure, DynProvisionedThroughput *throughput);
static void read_on_demand_throughput(const DynJson *structure, DynOnDemandThroughput *throughput);
static DynTableClass read_table_class(const DynJson *request);
static void read_stream_specification(const DynJson *request, DynStreamSpecification *specification);

void
dyn_api_create_table(const DynJson *request, DynJsonWriter *response)
{
	CreateTableRequest create = {0};
	DynTableDescription description;

	create.table_name = dyn_request_text(request, "TableName");
	create.attribute_definitions = read_attribute_definitions(request, &create.n_attribute_definitions);
	read_key_schema(request, &create.key_schema);
	create.local_indexes = read_indexes(request, "LocalSecondaryIndexes",
										&create.has_local_indexes, &create.n_local_indexes);
	create.global_indexes = read_indexes(request, "GlobalSecondaryIndexes",
										 &create.has_global_indexes, &create.n_global_indexes);
	create.billing_mode = dyn_request_is(request, "BillingMode", "PAY_PER_REQUEST") ?
		DYN_BILLING_PAY_PER_REQUEST : DYN_BILLING_PROVISIONED;
	read_provisioned_throughput(request, &create.provisioned_throughput);
	read_on_demand_throughput(request, &create.on_demand_throughput);
	create.table_class = read_table_class(request);
	read_stream_specification(request, &create.stream_specification);
	create.deletion_protection_enabled = dyn_request_boolean(request, "DeletionProtectionEnabled", false);
	create.tags = dyn_request_tags(request, &create.ntags);

	dyn_create_table(&create, &description);
	dyn_json_name(response, "TableDescription");
	dyn_write_table_description(response, &description);
}

void
dyn_api_describe_table(const DynJson *request, DynJsonWriter *response)
{
	DynTableDescription description;

	dyn_describe_table(dyn_request_text(request, "TableName"), &description);
	dyn_json_name(response, "Table");
	dyn_write_table_description(response, &description);
}

void
dyn_api_delete_table(const DynJson *request, DynJsonWriter *response)
{
	DynTableDescription description;

	dyn_delete_table(dyn_request_text(request, "TableName"), &description);
	dyn_json_name(response, "TableDescription");
	dyn_write_table_description(response, &description);
}

void
dyn_api_update_table(const DynJson *request, DynJsonWriter *response)
{
	UpdateTableRequest update = {0};
	DynTableDescription description;

	update.table_name = dyn_request_text(request, "TableName");
	update.attribute_definitions = read_attribute_definitions(request, &update.n_attribute_definitions);
	update.index_updates = read_index_updates(request, &update.n_index_updates);
	update.has_billing_mode = dyn_request_member(request, "BillingMode") != NULL;
	update.billing_mode = dyn_request_is(request, "BillingMode", "PAY_PER_REQUEST") ?
		DYN_BILLING_PAY_PER_REQUEST : DYN_BILLING_PROVISIONED;
	read_provisioned_throughput(request, &update.provisioned_throughput);
	read_on_demand_throughput(request, &update.on_demand_throughput);
	update.table_class = read_table_class(request);
	read_stream_specification(request, &update.stream_specification);
	update.has_deletion_protection = dyn_request_member(request, "DeletionProtectionEnabled") != NULL;
	update.deletion_protection_enabled = dyn_request_boolean(request, "DeletionProtectionEnabled", false);

	dyn_update_table(&update, &description);
	dyn_json_name(response, "TableDescription");
	dyn_write_table_description(response, &description);
}

void
dyn_api_list_tables(const DynJson *request, DynJsonWriter *response)
{
	ListTablesRequest list;
	ListTablesResponse tables;
	ListCell   *cell;

	list.exclusive_start_table_name = dyn_request_text(request, "ExclusiveStartTableName");
	list.limit = (int) dyn_request_integer(request, "Limit", DYN_MAX_LISTED_TABLES);

	dyn_list_tables(&list, &tables);
	dyn_json_name(response, "TableNames");
	dyn_json_array_begin(response);
	foreach(cell, tables.table_names)
		dyn_json_put_string(response, lfirst(cell));
	dyn_json_array_end(response);
	if (tables.last_evaluated_table_name != NULL)
	{
		dyn_json_name(response, "LastEvaluatedTableName");
		dyn_json_put_string(response, tables.last_evaluated_table_name);
	}
}

/* ---- reading ---- */

const char *
dyn_json_text(const DynJson *string)
{
	size_t		length;
	const char *text = dyn_json_string(string, &length);

	if (strlen(text) != length)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("One or more parameter values were invalid: Names and tags must not contain U+0000"),
				 errdetail("PostgreSQL keeps them in columns of type text, which cannot hold it."),
				 errhint("Choose another name.")));
	return text;
}

const char *
dyn_request_text(const DynJson *structure, const char *name)
{
	const DynJson *member = dyn_request_member(structure, name);

	return member == NULL ? NULL : dyn_json_text(member);
}

DynTagRow *
dyn_request_tags(const DynJson *request, int *count)
{
	const DynJson *list = dyn_request_member(request, "Tags");
	DynTagRow  *tags;

	*count = list == NULL ? 0 : (int) dyn_json_array_size(list);
	tags = palloc0(sizeof(DynTagRow) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		const DynJson *tag = dyn_json_array_at(list, i);

		tags[i].key = unconstify(char *, dyn_request_text(tag, "Key"));
		tags[i].value = unconstify(char *, dyn_request_text(tag, "Value"));
	}
	return tags;
}

static DynAttributeDefinition *
read_attribute_definitions(const DynJson *request, int *count)
{
	const DynJson *list = dyn_request_member(request, "AttributeDefinitions");
	DynAttributeDefinition *definitions;

	*count = (int) dyn_json_array_size(list);
	definitions = palloc0(sizeof(DynAttributeDefinition) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		const DynJson *definition = dyn_json_array_at(list, i);

		definitions[i].name = dyn_request_text(definition, "AttributeName");
		definitions[i].type = dyn_request_is(definition, "AttributeType", "S") ? DYN_TAG_S :
			dyn_request_is(definition, "AttributeType", "N") ? DYN_TAG_N : DYN_TAG_B;
	}
	return definitions;
}

static void
read_key_schema(const DynJson *structure, DynKeySchemaRequest *key_schema)
{
	const DynJson *list = dyn_request_member(structure, "KeySchema");

	key_schema->nelements = (int) dyn_json_array_size(list);
	key_schema->elements = palloc0(sizeof(DynKeySchemaElement) * Max(key_schema->nelements, 1));
	for (int i = 0; i < key_schema->nelements; i++)
	{
		const DynJson *element = dyn_json_array_at(list, i);

		key_schema->elements[i].name = dyn_request_text(element, "AttributeName");
		key_schema->elements[i].range = dyn_request_is(element, "KeyType", "RANGE");
	}
}

static DynIndexRequest *
read_indexes(const DynJson *request, const char *member, bool *present, int *count)
{
	const DynJson *list = dyn_request_member(request, member);
	DynIndexRequest *indexes;

	*present = list != NULL;
	*count = list == NULL ? 0 : (int) dyn_json_array_size(list);
	indexes = palloc0(sizeof(DynIndexRequest) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		read_index(dyn_json_array_at(list, i), &indexes[i]);
	return indexes;
}

static void
read_index(const DynJson *json, DynIndexRequest *index)
{
	index->index_name = dyn_request_text(json, "IndexName");
	read_key_schema(json, &index->key_schema);
	if (dyn_request_member(json, "Projection") != NULL)
		read_projection(dyn_request_member(json, "Projection"), index);
	read_provisioned_throughput(json, &index->provisioned_throughput);
	read_on_demand_throughput(json, &index->on_demand_throughput);
}

/* An element that asks for nothing, or for two things, is for the engine to refuse. */
static DynIndexUpdate *
read_index_updates(const DynJson *request, int *count)
{
	const DynJson *list = dyn_request_member(request, "GlobalSecondaryIndexUpdates");
	DynIndexUpdate *updates;

	*count = list == NULL ? 0 : (int) dyn_json_array_size(list);
	updates = palloc0(sizeof(DynIndexUpdate) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		const DynJson *element = dyn_json_array_at(list, i);
		const DynJson *update = dyn_request_member(element, "Update");
		const DynJson *create = dyn_request_member(element, "Create");
		const DynJson *delete = dyn_request_member(element, "Delete");

		updates[i].update = update != NULL;
		updates[i].create = create != NULL;
		updates[i].delete = delete != NULL;
		if (update != NULL || create != NULL || delete != NULL)
			read_index(update != NULL ? update : create != NULL ? create : delete, &updates[i].index);
	}
	return updates;
}

static void
read_projection(const DynJson *projection, DynIndexRequest *index)
{
	const DynJson *names = dyn_request_member(projection, "NonKeyAttributes");

	index->has_projection_type = dyn_request_member(projection, "ProjectionType") != NULL;
	index->projection_type = dyn_request_is(projection, "ProjectionType", "INCLUDE") ? DYN_PROJECT_INCLUDE :
		dyn_request_is(projection, "ProjectionType", "KEYS_ONLY") ? DYN_PROJECT_KEYS_ONLY : DYN_PROJECT_ALL;
	index->has_non_key_attributes = names != NULL;
	if (names == NULL)
		return;
	index->n_non_key_attributes = (int) dyn_json_array_size(names);
	index->non_key_attributes = palloc(sizeof(char *) * Max(index->n_non_key_attributes, 1));
	for (int i = 0; i < index->n_non_key_attributes; i++)
		index->non_key_attributes[i] = unconstify(char *, dyn_json_text(dyn_json_array_at(names, i)));
}

static void
read_provisioned_throughput(const DynJson *structure, DynProvisionedThroughput *throughput)
{
	const DynJson *member = dyn_request_member(structure, "ProvisionedThroughput");

	throughput->present = member != NULL;
	if (member == NULL)
		return;
	throughput->read_capacity_units = dyn_request_integer(member, "ReadCapacityUnits", 0);
	throughput->write_capacity_units = dyn_request_integer(member, "WriteCapacityUnits", 0);
}

static void
read_on_demand_throughput(const DynJson *structure, DynOnDemandThroughput *throughput)
{
	const DynJson *member = dyn_request_member(structure, "OnDemandThroughput");

	throughput->present = member != NULL;
	if (member == NULL)
		return;
	throughput->has_max_read = dyn_request_member(member, "MaxReadRequestUnits") != NULL;
	throughput->max_read_request_units = dyn_request_integer(member, "MaxReadRequestUnits", 0);
	throughput->has_max_write = dyn_request_member(member, "MaxWriteRequestUnits") != NULL;
	throughput->max_write_request_units = dyn_request_integer(member, "MaxWriteRequestUnits", 0);
}

static DynTableClass
read_table_class(const DynJson *request)
{
	if (dyn_request_is(request, "TableClass", "STANDARD"))
		return DYN_CLASS_STANDARD;
	if (dyn_request_is(request, "TableClass", "STANDARD_INFREQUENT_ACCESS"))
		return DYN_CLASS_INFREQUENT_ACCESS;
	return DYN_CLASS_UNSET;
}

static void
read_stream_specification(const DynJson *request, DynStreamSpecification *specification)
{
	const DynJson *member = dyn_request_member(request, "StreamSpecification");

	specification->present = member != NULL;
	if (member == NULL)
		return;
	specification->enabled = dyn_request_boolean(member, "StreamEnabled", false);
	for (DynStreamView view = DYN_STREAM_KEYS_ONLY; view <= DYN_STREAM_NEW_AND_OLD_IMAGES; view++)
	{
		if (dyn_request_is(member, "StreamViewType", dyn_stream_view_name(view)))
		{
			specification->has_view = true;
			specification->view = view;
		}
	}
}
