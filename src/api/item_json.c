/*-------------------------------------------------------------------------
 *
 * item_json.c
 *	  PutItem, GetItem and DeleteItem as JSON.
 *
 * The checks of shape.c are done when a handler is called; what is left are
 * the service's own rules, in its order: the values, then the rest of the
 * request, then the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/capacity_json.h"
#include "api/dispatch.h"
#include "base/error.h"
#include "engine/item_operations.h"

static DynTableName read_table_name(const DynJson *request);
static DynReturnValues read_return_values(const DynJson *request);
static const DynEntry *read_attributes_to_get(const DynJson *list, int *count);
static int	compare_names(const void *a, const void *b);
static void write_written(DynReturnConsumedCapacity capacity, const WriteItemResponse *answer,
						  DynJsonWriter *response);

void
dyn_api_put_item(const DynJson *request, DynJsonWriter *response)
{
	PutItemRequest put = {0};
	WriteItemResponse answer = {0};

	put.table_name = read_table_name(request);
	put.item = dyn_item_from_json(dyn_json_member(request, "Item"));
	put.return_values = read_return_values(request);
	put.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	put.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");

	dyn_put_item(&put, &answer);
	write_written(put.return_consumed_capacity, &answer, response);
}

void
dyn_api_get_item(const DynJson *request, DynJsonWriter *response)
{
	GetItemRequest get = {0};
	GetItemResponse answer = {0};
	const DynJson *attributes = dyn_request_member(request, "AttributesToGet");

	get.table_name = read_table_name(request);
	get.key.map = dyn_item_from_json(dyn_json_member(request, "Key"));
	if (attributes != NULL)
		get.attributes_to_get = read_attributes_to_get(attributes, &get.n_attributes_to_get);
	get.consistent_read = dyn_request_boolean(request, "ConsistentRead", false);
	get.return_consumed_capacity = dyn_read_return_consumed_capacity(request);

	dyn_get_item(&get, &answer);

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

	delete.table_name = read_table_name(request);
	delete.key.map = dyn_item_from_json(dyn_json_member(request, "Key"));
	delete.return_values = read_return_values(request);
	delete.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	delete.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");

	dyn_delete_item(&delete, &answer);
	write_written(delete.return_consumed_capacity, &answer, response);
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

static const DynEntry *
read_attributes_to_get(const DynJson *list, int *count)
{
	size_t		n = dyn_json_array_size(list);
	DynEntry   *names = palloc0(n * sizeof(DynEntry));

	for (size_t i = 0; i < n; i++)
	{
		size_t		length;

		names[i].name = dyn_json_string(dyn_json_array_at(list, i), &length);
		names[i].name_length = length;
	}

	/* Sorted by reference: the request may name very many. */
	if (n > 1)
	{
		const DynEntry **sorted = palloc(n * sizeof(DynEntry *));

		for (size_t i = 0; i < n; i++)
			sorted[i] = &names[i];
		qsort(sorted, n, sizeof(DynEntry *), compare_names);
		for (size_t i = 1; i < n; i++)
			if (compare_names(&sorted[i - 1], &sorted[i]) == 0)
				dyn_raise_request(psprintf("One or more parameter values were invalid: Duplicate value in attribute name: %.*s",
										   (int) sorted[i]->name_length, sorted[i]->name),
								  "Name each attribute once.");
	}
	*count = n;
	return names;
}

static int
compare_names(const void *a, const void *b)
{
	const DynEntry *x = *(const DynEntry *const *) a;
	const DynEntry *y = *(const DynEntry *const *) b;

	if (x->name_length != y->name_length)
		return x->name_length < y->name_length ? -1 : 1;
	return memcmp(x->name, y->name, x->name_length);
}

/* Write the response of an operation that writes an item. */
static void
write_written(DynReturnConsumedCapacity capacity, const WriteItemResponse *answer, DynJsonWriter *response)
{
	if (answer->has_attributes)
	{
		dyn_json_name(response, "Attributes");
		dyn_json_put_raw(response);
		dyn_item_write_json(response->out, &answer->attributes);
	}
	dyn_write_consumed_capacity(response, capacity, &answer->consumed_capacity);
	dyn_write_item_collection_metrics(response, &answer->item_collection_metrics);
}
