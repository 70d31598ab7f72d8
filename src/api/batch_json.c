/*-------------------------------------------------------------------------
 *
 * batch_json.c
 *	  BatchGetItem and BatchWriteItem as JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/capacity_json.h"
#include "api/dispatch.h"
#include "api/expression_json.h"
#include "base/error.h"
#include "base/settings.h"
#include "engine/batch_operations.h"
#include "engine/item_key.h"

static void check_styles(const DynJson *tables);
static void read_get_table(const DynJsonMember *member, BatchGetTable *table, DynRequestExpressions *expressions);
static void check_key_count(const BatchGetTable *table);
static void write_responses(const BatchGetItemRequest *request, const BatchGetItemResponse *answer,
							DynJsonWriter *response);
static void write_unprocessed_keys(const BatchGetItemRequest *request, const DynJson *tables,
								   const BatchGetItemResponse *answer, DynJsonWriter *response);
static void read_write_table(const DynJsonMember *member, BatchWriteTable *table);
static void read_write(const DynJson *json, BatchWrite *write);
static void write_unprocessed_items(const BatchWriteItemRequest *request, const BatchWriteItemResponse *answer,
									DynJsonWriter *response);
static void write_request(const BatchWrite *write, DynJsonWriter *response);
static void write_metrics(const BatchWriteItemRequest *request, const BatchWriteItemResponse *answer,
						  DynJsonWriter *response);
static void read_table_name(const DynJsonMember *member, DynTableName *name);
static void write_name(const DynTableName *name, DynJsonWriter *response);
static void put_item(const DynValue *item, DynJsonWriter *response);
static void put_json(const DynJson *json, DynJsonWriter *response);

/* ---- BatchGetItem ---- */

void
dyn_api_batch_get_item(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *tables = dyn_request_member(request, "RequestItems");
	BatchGetItemRequest get = {.ntables = dyn_json_object_size(tables)};
	BatchGetItemResponse answer = {0};
	BatchGetTable *table = palloc0(sizeof(BatchGetTable) * get.ntables);
	DynRequestExpressions *expressions = palloc0(sizeof(DynRequestExpressions) * get.ntables);
	const DynConsumedCapacity **capacities = palloc(sizeof(DynConsumedCapacity *) * get.ntables);
	int			n = 0;

	if (get.ntables == 0)
		dyn_raise_request("The requestItems parameter is required for BatchGetItem", "Name the keys of at least one table.");
	get.tables = table;
	get.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	check_styles(tables);
	for (const DynJsonMember *m = dyn_json_first(tables); m != NULL; m = dyn_json_next(tables, m), n++)
		read_get_table(m, &table[n], &expressions[n]);

	dyn_batch_get_item(&get, &answer);
	for (int i = 0; i < get.ntables; i++)
	{
		dyn_release_expressions(&expressions[i]);
		capacities[i] = &answer.tables[i].consumed_capacity;
	}

	write_responses(&get, &answer, response);
	write_unprocessed_keys(&get, tables, &answer, response);
	dyn_write_consumed_capacities(response, get.return_consumed_capacity, get.ntables, capacities);
}

/* Expressions and the older parameters exclude each other, also where they are for different tables. */
static void
check_styles(const DynJson *tables)
{
	bool		expression = false;
	bool		legacy = false;

	for (const DynJsonMember *m = dyn_json_first(tables); m != NULL; m = dyn_json_next(tables, m))
	{
		expression |= dyn_request_member(dyn_json_member_value(m), "ProjectionExpression") != NULL;
		legacy |= dyn_request_member(dyn_json_member_value(m), "AttributesToGet") != NULL;
	}
	if (expression && legacy)
		dyn_raise_request("Can not use both expression and non-expression parameters in the same request: "
						  "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
						  "Say it all by expressions, for every table.");
}

static void
read_get_table(const DynJsonMember *member, BatchGetTable *table, DynRequestExpressions *expressions)
{
	const DynJson *json = dyn_json_member_value(member);
	const DynJson *keys = dyn_request_member(json, "Keys");

	read_table_name(member, &table->table_name);
	dyn_check_expression_parameters(json, DYN_USE_READ);
	table->consistent_read = dyn_request_boolean(json, "ConsistentRead", false);
	table->nkeys = dyn_json_array_size(keys);
	check_key_count(table);
	dyn_read_expressions(json, DYN_USE_READ, expressions);
	table->projection = expressions->projection;

	table->keys = palloc0(sizeof(DynRequestKey) * table->nkeys);
	for (int i = 0; i < table->nkeys; i++)
		table->keys[i].map = dyn_item_from_json(dyn_json_array_at(keys, i));
}

/* The service words this one as it words no other length of a list. */
static void
check_key_count(const BatchGetTable *table)
{
	if (!dyn_enforce_limits || table->nkeys <= DYN_MAX_BATCH_KEYS)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("1 validation error detected: Value at 'RequestItems.%.*s.member.Keys' failed to satisfy constraint: Member must have length less than or equal to %d",
					(int) table->table_name.length, table->table_name.data, DYN_MAX_BATCH_KEYS),
			 errhint("Make several calls, or set dynamo.enforce_limits to off.")));
}

static void
write_responses(const BatchGetItemRequest *request, const BatchGetItemResponse *answer, DynJsonWriter *response)
{
	dyn_json_name(response, "Responses");
	dyn_json_object_begin(response);
	for (int i = 0; i < request->ntables; i++)
	{
		const BatchGetTableAnswer *table = &answer->tables[i];

		write_name(&request->tables[i].table_name, response);
		dyn_json_array_begin(response);
		for (int j = 0; j < table->nitems; j++)
			put_item(&table->items[j], response);
		dyn_json_array_end(response);
	}
	dyn_json_object_end(response);
}

/* What is left of the request, to be sent again: the keys, and whatever else it says of their table. */
static void
write_unprocessed_keys(const BatchGetItemRequest *request, const DynJson *tables,
					   const BatchGetItemResponse *answer, DynJsonWriter *response)
{
	static const char *const options[] = {"AttributesToGet", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"};
	const DynJsonMember *member = dyn_json_first(tables);

	dyn_json_name(response, "UnprocessedKeys");
	dyn_json_object_begin(response);
	for (int i = 0; i < request->ntables; i++, member = dyn_json_next(tables, member))
	{
		const BatchGetTableAnswer *table = &answer->tables[i];

		if (table->nunprocessed == 0)
			continue;
		write_name(&request->tables[i].table_name, response);
		dyn_json_object_begin(response);
		dyn_json_name(response, "Keys");
		dyn_json_array_begin(response);
		for (int j = 0; j < table->nunprocessed; j++)
			put_item(&request->tables[i].keys[table->unprocessed[j]].map, response);
		dyn_json_array_end(response);
		for (int j = 0; j < lengthof(options); j++)
		{
			const DynJson *option = dyn_request_member(dyn_json_member_value(member), options[j]);

			if (option == NULL)
				continue;
			dyn_json_name(response, options[j]);
			put_json(option, response);
		}
		dyn_json_object_end(response);
	}
	dyn_json_object_end(response);
}

/* ---- BatchWriteItem ---- */

void
dyn_api_batch_write_item(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *tables = dyn_request_member(request, "RequestItems");
	BatchWriteItemRequest write = {.ntables = dyn_json_object_size(tables)};
	BatchWriteItemResponse answer = {0};
	BatchWriteTable *table = palloc0(sizeof(BatchWriteTable) * write.ntables);
	const DynConsumedCapacity **capacities = palloc(sizeof(DynConsumedCapacity *) * write.ntables);
	int			n = 0;

	write.tables = table;
	write.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	write.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");
	for (const DynJsonMember *m = dyn_json_first(tables); m != NULL; m = dyn_json_next(tables, m), n++)
		read_write_table(m, &table[n]);

	dyn_batch_write_item(&write, &answer);
	for (int i = 0; i < write.ntables; i++)
		capacities[i] = &answer.tables[i].consumed_capacity;

	write_unprocessed_items(&write, &answer, response);
	if (write.return_item_collection_metrics)
		write_metrics(&write, &answer, response);
	dyn_write_consumed_capacities(response, write.return_consumed_capacity, write.ntables, capacities);
}

static void
read_write_table(const DynJsonMember *member, BatchWriteTable *table)
{
	const DynJson *list = dyn_json_member_value(member);
	BatchWrite *writes;

	read_table_name(member, &table->table_name);
	table->nwrites = dyn_json_array_size(list);
	table->writes = writes = palloc0(sizeof(BatchWrite) * table->nwrites);
	for (int i = 0; i < table->nwrites; i++)
		read_write(dyn_json_array_at(list, i), &writes[i]);
}

static void
read_write(const DynJson *json, BatchWrite *write)
{
	const DynJson *put = dyn_request_member(json, "PutRequest");
	const DynJson *delete = dyn_request_member(json, "DeleteRequest");

	if ((put == NULL) == (delete == NULL))
		dyn_raise_request("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
						  "A write has either a PutRequest or a DeleteRequest.");
	if (delete != NULL)
	{
		write->delete = true;
		write->key.map = dyn_item_from_json(dyn_request_member(delete, "Key"));
		return;
	}
	write->item = dyn_item_from_json(dyn_request_member(put, "Item"));
	dyn_check_item_size(&write->item);
}

static void
write_unprocessed_items(const BatchWriteItemRequest *request, const BatchWriteItemResponse *answer,
						DynJsonWriter *response)
{
	dyn_json_name(response, "UnprocessedItems");
	dyn_json_object_begin(response);
	for (int i = 0; i < request->ntables; i++)
	{
		const BatchWriteTableAnswer *table = &answer->tables[i];

		if (table->nunprocessed == 0)
			continue;
		write_name(&request->tables[i].table_name, response);
		dyn_json_array_begin(response);
		for (int j = 0; j < table->nunprocessed; j++)
			write_request(&request->tables[i].writes[table->unprocessed[j]], response);
		dyn_json_array_end(response);
	}
	dyn_json_object_end(response);
}

static void
write_request(const BatchWrite *write, DynJsonWriter *response)
{
	dyn_json_object_begin(response);
	dyn_json_name(response, write->delete ? "DeleteRequest" : "PutRequest");
	dyn_json_object_begin(response);
	dyn_json_name(response, write->delete ? "Key" : "Item");
	put_item(write->delete ? &write->key.map : &write->item, response);
	dyn_json_object_end(response);
	dyn_json_object_end(response);
}

/* Only tables with a local index have any. */
static void
write_metrics(const BatchWriteItemRequest *request, const BatchWriteItemResponse *answer, DynJsonWriter *response)
{
	bool		any = false;

	for (int i = 0; i < request->ntables; i++)
	{
		const BatchWriteTableAnswer *table = &answer->tables[i];

		if (table->nmetrics == 0)
			continue;
		if (!any)
		{
			dyn_json_name(response, "ItemCollectionMetrics");
			dyn_json_object_begin(response);
			any = true;
		}
		write_name(&request->tables[i].table_name, response);
		dyn_json_array_begin(response);
		for (int j = 0; j < table->nmetrics; j++)
			dyn_put_item_collection_metrics(response, &table->metrics[j]);
		dyn_json_array_end(response);
	}
	if (any)
		dyn_json_object_end(response);
}

/* ---- both ---- */

/* The names of a map's members are names or ARNs of tables. */
static void
read_table_name(const DynJsonMember *member, DynTableName *name)
{
	name->data = dyn_json_member_name(member, &name->length);
}

static void
write_name(const DynTableName *name, DynJsonWriter *response)
{
	dyn_json_name_bytes(response, name->data, name->length);
}

static void
put_item(const DynValue *item, DynJsonWriter *response)
{
	dyn_json_put_raw(response);
	dyn_item_write_json(response->out, item);
}

/* Write what was read: an option of a table, which has no numbers in it. */
static void
put_json(const DynJson *json, DynJsonWriter *response)
{
	size_t		length;
	const char *string;

	switch (dyn_json_kind(json))
	{
		case DYN_JSON_BOOLEAN:
			dyn_json_put_boolean(response, dyn_json_boolean(json));
			break;
		case DYN_JSON_STRING:
			string = dyn_json_string(json, &length);
			dyn_json_put_raw(response);
			dyn_json_write_string(response->out, string, length);
			break;
		case DYN_JSON_ARRAY:
			dyn_json_array_begin(response);
			for (size_t i = 0; i < dyn_json_array_size(json); i++)
				put_json(dyn_json_array_at(json, i), response);
			dyn_json_array_end(response);
			break;
		case DYN_JSON_OBJECT:
			dyn_json_object_begin(response);
			for (const DynJsonMember *m = dyn_json_first(json); m != NULL; m = dyn_json_next(json, m))
			{
				string = dyn_json_member_name(m, &length);
				dyn_json_name_bytes(response, string, length);
				put_json(dyn_json_member_value(m), response);
			}
			dyn_json_object_end(response);
			break;
		default:
			elog(ERROR, "unexpected kind of JSON in an option: %d", (int) dyn_json_kind(json));
	}
}
