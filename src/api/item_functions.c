/*-------------------------------------------------------------------------
 *
 * item_functions.c
 *	  dynamo.get_item, dynamo.put_item and dynamo.delete_item with typed
 *	  arguments, for people.
 *
 * They call the engine without any JSON between.  They allocate in the
 * caller's memory context, as functions do: the executor resets it for each
 * row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "api/shape.h"
#include "base/compat.h"
#include "base/error.h"
#include "engine/item_operations.h"

static DynTableName table_name_argument(FunctionCallInfo fcinfo);
static DynReturnValues return_values_argument(FunctionCallInfo fcinfo, int argument);
static DynValue text_argument(FunctionCallInfo fcinfo, int argument);
static void require_argument(FunctionCallInfo fcinfo, int argument, const char *name);
static Datum get(FunctionCallInfo fcinfo, GetItemRequest *request);
static Datum delete(FunctionCallInfo fcinfo, DeleteItemRequest *request, int return_values_at);
static Datum old_item(FunctionCallInfo fcinfo, const WriteItemResponse *response);

PG_FUNCTION_INFO_V1(dynamo_get_item);
PG_FUNCTION_INFO_V1(dynamo_get_item_by_texts);
PG_FUNCTION_INFO_V1(dynamo_get_item_by_values);
PG_FUNCTION_INFO_V1(dynamo_put_item);
PG_FUNCTION_INFO_V1(dynamo_delete_item);
PG_FUNCTION_INFO_V1(dynamo_delete_item_by_texts);
PG_FUNCTION_INFO_V1(dynamo_delete_item_by_values);

/* get_item(table_name text, key dynamo.item) → dynamo.item; strict */
Datum
dynamo_get_item(PG_FUNCTION_ARGS)
{
	GetItemRequest request = {0};

	request.key.map = dyn_item_view(PG_GETARG_DATUM(1));
	return get(fcinfo, &request);
}

/* get_item(table_name text, partition_key text [, sort_key text]) → dynamo.item; strict */
Datum
dynamo_get_item_by_texts(PG_FUNCTION_ARGS)
{
	GetItemRequest request = {0};

	request.key.nvalues = PG_NARGS() - 1;
	request.key.values_are_texts = true;
	for (int i = 0; i < request.key.nvalues; i++)
		request.key.values[i] = text_argument(fcinfo, i + 1);
	return get(fcinfo, &request);
}

/* get_item(table_name text, partition_key dynamo.value [, sort_key dynamo.value]) → dynamo.item; strict */
Datum
dynamo_get_item_by_values(PG_FUNCTION_ARGS)
{
	GetItemRequest request = {0};

	request.key.nvalues = PG_NARGS() - 1;
	for (int i = 0; i < request.key.nvalues; i++)
		request.key.values[i] = dyn_value_view(PG_GETARG_DATUM(i + 1));
	return get(fcinfo, &request);
}

static Datum
get(FunctionCallInfo fcinfo, GetItemRequest *request)
{
	GetItemResponse response = {0};

	request->table_name = table_name_argument(fcinfo);
	dyn_get_item(request, &response);

	if (!response.found)
		PG_RETURN_NULL();
	if (response.item_datum != NULL)
		PG_RETURN_POINTER(response.item_datum);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&response.item));
}

/* put_item(table_name text, item dynamo.item, return_values text) → dynamo.item */
Datum
dynamo_put_item(PG_FUNCTION_ARGS)
{
	PutItemRequest request = {0};
	WriteItemResponse response = {0};

	request.table_name = table_name_argument(fcinfo);
	require_argument(fcinfo, 1, "item");
	request.item_datum = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	request.item = dyn_item_view(PointerGetDatum(request.item_datum));
	request.return_values = return_values_argument(fcinfo, 2);

	dyn_put_item(&request, &response);
	return old_item(fcinfo, &response);
}

/* delete_item(table_name text, key dynamo.item, return_values text) → dynamo.item */
Datum
dynamo_delete_item(PG_FUNCTION_ARGS)
{
	DeleteItemRequest request = {0};

	require_argument(fcinfo, 1, "key");
	request.key.map = dyn_item_view(PG_GETARG_DATUM(1));
	return delete(fcinfo, &request, 2);
}

/* delete_item(table_name text, partition_key text, sort_key text, return_values text) → dynamo.item */
Datum
dynamo_delete_item_by_texts(PG_FUNCTION_ARGS)
{
	DeleteItemRequest request = {0};

	require_argument(fcinfo, 1, "partitionKey");
	request.key.nvalues = PG_ARGISNULL(2) ? 1 : 2;
	request.key.values_are_texts = true;
	for (int i = 0; i < request.key.nvalues; i++)
		request.key.values[i] = text_argument(fcinfo, i + 1);
	return delete(fcinfo, &request, 3);
}

/* delete_item(table_name text, partition_key dynamo.value, sort_key dynamo.value, return_values text) → dynamo.item */
Datum
dynamo_delete_item_by_values(PG_FUNCTION_ARGS)
{
	DeleteItemRequest request = {0};

	require_argument(fcinfo, 1, "partitionKey");
	request.key.nvalues = PG_ARGISNULL(2) ? 1 : 2;
	for (int i = 0; i < request.key.nvalues; i++)
		request.key.values[i] = dyn_value_view(PG_GETARG_DATUM(i + 1));
	return delete(fcinfo, &request, 3);
}

static Datum
delete(FunctionCallInfo fcinfo, DeleteItemRequest *request, int return_values_at)
{
	WriteItemResponse response = {0};

	request->table_name = table_name_argument(fcinfo);
	request->return_values = return_values_argument(fcinfo, return_values_at);
	dyn_delete_item(request, &response);
	return old_item(fcinfo, &response);
}

/* The result of a function that writes: the old item if it was asked for, else NULL. */
static Datum
old_item(FunctionCallInfo fcinfo, const WriteItemResponse *response)
{
	if (!response->has_attributes)
		PG_RETURN_NULL();
	if (response->attributes_datum != NULL)
		PG_RETURN_POINTER(response->attributes_datum);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&response->attributes));
}

static DynTableName
table_name_argument(FunctionCallInfo fcinfo)
{
	DynTableName name;
	text	   *argument;

	require_argument(fcinfo, 0, "tableName");
	argument = PG_GETARG_TEXT_PP(0);
	name.data = VARDATA_ANY(argument);
	name.length = VARSIZE_ANY_EXHDR(argument);
	if (name.length == 0)
		dyn_raise_constraint("''", "tableName", "Member must have length greater than or equal to 1");
	return name;
}

static DynReturnValues
return_values_argument(FunctionCallInfo fcinfo, int argument)
{
	text	   *name;
	const char *data;
	int			length;

	if (PG_ARGISNULL(argument))
		return DYN_RETURN_NONE;
	name = PG_GETARG_TEXT_PP(argument);
	data = VARDATA_ANY(name);
	length = VARSIZE_ANY_EXHDR(name);
	if (length == 4 && memcmp(data, "NONE", 4) == 0)
		return DYN_RETURN_NONE;
	if (length == 7 && memcmp(data, "ALL_OLD", 7) == 0)
		return DYN_RETURN_ALL_OLD;
	dyn_raise_request("ReturnValues can only be ALL_OLD or NONE",
					  "Other values of return_values are for updates.");
}

/* A key's value as text: the key schema says what it means. */
static DynValue
text_argument(FunctionCallInfo fcinfo, int argument)
{
	text	   *string = PG_GETARG_TEXT_PP(argument);
	DynValue	value;

	value.tag = DYN_TAG_S;
	value.data = (const uint8 *) VARDATA_ANY(string);
	value.length = VARSIZE_ANY_EXHDR(string);
	return value;
}

/* Writing is never skipped because an argument is NULL. */
static void
require_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		dyn_raise_constraint("null", name, "Member must not be null");
}
