/*-------------------------------------------------------------------------
 *
 * item_json.c
 *	  PutItem, GetItem, UpdateItem and DeleteItem as JSON.
 *
 * The checks of shape.h are done when a handler is called; what is left are
 * the service's own rules, in its order: the values, then the rest of the
 * request, then the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/capacity_json.h"
#include "api/dispatch.h"
#include "api/expression_json.h"
#include "base/error.h"
#include "engine/item_key.h"
#include "engine/item_operations.h"

static DynTableName read_table_name(const DynJson *request);
static DynReturnValues read_return_values(const DynJson *request);
static DynReturnValues read_update_return_values(const DynJson *request);
static void write_written(DynReturnConsumedCapacity capacity, const WriteItemResponse *answer,
						  DynJsonWriter *response);

void
dyn_api_put_item(const DynJson *request, DynJsonWriter *response)
{
	PutItemRequest put = {0};
	WriteItemResponse answer = {0};
	DynRequestExpressions expressions;

	dyn_check_expression_parameters(request, DYN_USE_WRITE);
	put.table_name = read_table_name(request);
	put.item = dyn_item_from_json(dyn_json_member(request, "Item"));
	put.return_values = read_return_values(request);
	put.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	put.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");

	dyn_check_item_size(&put.item);
	dyn_read_expressions(request, DYN_USE_WRITE, &expressions);
	put.condition = expressions.condition;
	put.return_item_on_failure = dyn_read_return_item_on_failure(request);

	dyn_put_item(&put, &answer);
	dyn_release_expressions(&expressions);
	write_written(put.return_consumed_capacity, &answer, response);
}

void
dyn_api_get_item(const DynJson *request, DynJsonWriter *response)
{
	GetItemRequest get = {0};
	GetItemResponse answer = {0};
	DynRequestExpressions expressions;

	dyn_check_expression_parameters(request, DYN_USE_READ);
	get.table_name = read_table_name(request);
	get.key.map = dyn_item_from_json(dyn_json_member(request, "Key"));
	get.consistent_read = dyn_request_boolean(request, "ConsistentRead", false);
	get.return_consumed_capacity = dyn_read_return_consumed_capacity(request);

	dyn_read_expressions(request, DYN_USE_READ, &expressions);
	get.projection = expressions.projection;

	dyn_get_item(&get, &answer);
	dyn_release_expressions(&expressions);

	if (answer.found)
	{
		dyn_json_name(response, "Item");
		dyn_json_put_raw(response);
		dyn_item_write_json(response->out, &answer.item);
	}
	dyn_write_consumed_capacity(response, get.return_consumed_capacity, &answer.consumed_capacity);
}

void
dyn_api_delete_item(const DynJson *request, DynJsonWriter *response)
{
	DeleteItemRequest delete = {0};
	WriteItemResponse answer = {0};
	DynRequestExpressions expressions;

	dyn_check_expression_parameters(request, DYN_USE_WRITE);
	delete.table_name = read_table_name(request);
	delete.key.map = dyn_item_from_json(dyn_json_member(request, "Key"));
	delete.return_values = read_return_values(request);
	delete.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	delete.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");

	dyn_read_expressions(request, DYN_USE_WRITE, &expressions);
	delete.condition = expressions.condition;
	delete.return_item_on_failure = dyn_read_return_item_on_failure(request);

	dyn_delete_item(&delete, &answer);
	dyn_release_expressions(&expressions);
	write_written(delete.return_consumed_capacity, &answer, response);
}

void
dyn_api_update_item(const DynJson *request, DynJsonWriter *response)
{
	UpdateItemRequest update = {0};
	WriteItemResponse answer = {0};
	DynRequestExpressions expressions;

	dyn_check_expression_parameters(request, DYN_USE_UPDATE);
	update.table_name = read_table_name(request);
	update.key.map = dyn_item_from_json(dyn_json_member(request, "Key"));
	update.return_values = read_update_return_values(request);
	update.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	update.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");
	dyn_read_expressions(request, DYN_USE_UPDATE, &expressions);
	update.update = expressions.update;
	update.condition = expressions.condition;
	update.return_item_on_failure = dyn_read_return_item_on_failure(request);

	dyn_update_item(&update, &answer);
	dyn_release_expressions(&expressions);
	write_written(update.return_consumed_capacity, &answer, response);
}

static DynTableName
read_table_name(const DynJson *request)
{
	DynTableName name;

	name.data = dyn_request_string(request, "TableName", &name.length);
	return name;
}

/* The model's enum has more values, which are for UpdateItem. */
static DynReturnValues
read_return_values(const DynJson *request)
{
	if (dyn_request_is(request, "ReturnValues", "ALL_OLD"))
		return DYN_RETURN_ALL_OLD;
	if (dyn_request_member(request, "ReturnValues") != NULL && !dyn_request_is(request, "ReturnValues", "NONE"))
		dyn_raise_request("ReturnValues can only be ALL_OLD or NONE",
						  "The other values are for UpdateItem.");
	return DYN_RETURN_NONE;
}

static DynReturnValues
read_update_return_values(const DynJson *request)
{
	if (dyn_request_is(request, "ReturnValues", "ALL_OLD"))
		return DYN_RETURN_ALL_OLD;
	if (dyn_request_is(request, "ReturnValues", "ALL_NEW"))
		return DYN_RETURN_ALL_NEW;
	if (dyn_request_is(request, "ReturnValues", "UPDATED_OLD"))
		return DYN_RETURN_UPDATED_OLD;
	if (dyn_request_is(request, "ReturnValues", "UPDATED_NEW"))
		return DYN_RETURN_UPDATED_NEW;
	return DYN_RETURN_NONE;
}

/* Write the response of an operation that writes an item. */
static void
write_written(DynReturnConsumedCapacity capacity, const WriteItemResponse *answer, DynJsonWriter *response)
{
	dyn_raise_if_condition_failed(answer);
	if (answer->has_attributes)
	{
		dyn_json_name(response, "Attributes");
		dyn_json_put_raw(response);
		dyn_item_write_json(response->out, &answer->attributes);
	}
	dyn_write_consumed_capacity(response, capacity, &answer->consumed_capacity);
	dyn_write_item_collection_metrics(response, &answer->item_collection_metrics);
}
