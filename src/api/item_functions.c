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

#include "api/arguments.h"
#include "api/expression_json.h"
#include "api/shape.h"
#include "base/compat.h"
#include "base/error.h"
#include "engine/item_operations.h"

static DynReturnValues return_values_argument(FunctionCallInfo fcinfo, int argument);
static DynReturnValues update_return_values_argument(FunctionCallInfo fcinfo, int argument);
static bool on_failure_argument(FunctionCallInfo fcinfo, int argument);
static bool text_is(FunctionCallInfo fcinfo, int argument, const char *value);
static void bind_arguments(FunctionCallInfo fcinfo, const int *texts, int values_at, int names_at,
						   DynRequestExpressions *expressions);
static void bind_condition(FunctionCallInfo fcinfo, int condition_at, DynRequestExpressions *expressions);
static DynValue text_argument(FunctionCallInfo fcinfo, int argument);
static Datum get(FunctionCallInfo fcinfo, GetItemRequest *request);
static Datum delete(FunctionCallInfo fcinfo, DeleteItemRequest *request, int return_values_at);
static Datum written_item(FunctionCallInfo fcinfo, const WriteItemResponse *response);

PG_FUNCTION_INFO_V1(dynamo_get_item);
PG_FUNCTION_INFO_V1(dynamo_get_item_by_texts);
PG_FUNCTION_INFO_V1(dynamo_get_item_by_values);
PG_FUNCTION_INFO_V1(dynamo_get_item_projected);
PG_FUNCTION_INFO_V1(dynamo_put_item);
PG_FUNCTION_INFO_V1(dynamo_update_item);
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

/* get_item(table_name text, key dynamo.item, projection text, names jsonb) → dynamo.item */
Datum
dynamo_get_item_projected(PG_FUNCTION_ARGS)
{
	static const int texts[DYN_NTEXTS] = {[DYN_TEXT_UPDATE] = -1, [DYN_TEXT_CONDITION] = -1, [DYN_TEXT_KEY_CONDITION] = -1, [DYN_TEXT_FILTER] = -1, [DYN_TEXT_PROJECTION] = 2};
	GetItemRequest request = {0};
	DynRequestExpressions expressions;
	Datum		result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	request.key.map = dyn_item_view(PG_GETARG_DATUM(1));
	bind_arguments(fcinfo, texts, -1, 3, &expressions);
	request.projection = expressions.projection;
	result = get(fcinfo, &request);
	dyn_release_expressions(&expressions);
	return result;
}

static Datum
get(FunctionCallInfo fcinfo, GetItemRequest *request)
{
	GetItemResponse response = {0};

	request->table_name = dyn_table_name_argument(fcinfo);
	dyn_get_item(request, &response);

	if (!response.found)
		PG_RETURN_NULL();
	if (response.item_datum != NULL)
		PG_RETURN_POINTER(response.item_datum);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&response.item));
}

/* put_item(table_name text, item dynamo.item, return_values text, condition text, values, names, on failure) → dynamo.item */
Datum
dynamo_put_item(PG_FUNCTION_ARGS)
{
	PutItemRequest request = {0};
	WriteItemResponse response = {0};
	DynRequestExpressions expressions;

	request.table_name = dyn_table_name_argument(fcinfo);
	dyn_require_argument(fcinfo, 1, "item");
	request.item_datum = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	request.item = dyn_item_view(PointerGetDatum(request.item_datum));
	request.return_values = return_values_argument(fcinfo, 2);
	bind_condition(fcinfo, 3, &expressions);
	request.condition = expressions.condition;
	request.return_item_on_failure = on_failure_argument(fcinfo, 6);

	dyn_put_item(&request, &response);
	dyn_release_expressions(&expressions);
	return written_item(fcinfo, &response);
}

/*
 * update_item(table_name text, key dynamo.item, update text, values, names,
 *			   condition text, return_values text, on failure) → dynamo.item
 */
Datum
dynamo_update_item(PG_FUNCTION_ARGS)
{
	static const int texts[DYN_NTEXTS] = {[DYN_TEXT_UPDATE] = 2, [DYN_TEXT_CONDITION] = 5, [DYN_TEXT_KEY_CONDITION] = -1, [DYN_TEXT_FILTER] = -1, [DYN_TEXT_PROJECTION] = -1};
	UpdateItemRequest request = {0};
	WriteItemResponse response = {0};
	DynRequestExpressions expressions;

	request.table_name = dyn_table_name_argument(fcinfo);
	dyn_require_argument(fcinfo, 1, "key");
	request.key.map = dyn_item_view(PG_GETARG_DATUM(1));
	bind_arguments(fcinfo, texts, 3, 4, &expressions);
	request.update = expressions.update;
	request.condition = expressions.condition;
	request.return_values = update_return_values_argument(fcinfo, 6);
	request.return_item_on_failure = on_failure_argument(fcinfo, 7);

	dyn_update_item(&request, &response);
	dyn_release_expressions(&expressions);
	return written_item(fcinfo, &response);
}

/* delete_item(table_name text, key dynamo.item, return_values text) → dynamo.item */
Datum
dynamo_delete_item(PG_FUNCTION_ARGS)
{
	DeleteItemRequest request = {0};

	dyn_require_argument(fcinfo, 1, "key");
	request.key.map = dyn_item_view(PG_GETARG_DATUM(1));
	return delete(fcinfo, &request, 2);
}

/* delete_item(table_name text, partition_key text, sort_key text, return_values text) → dynamo.item */
Datum
dynamo_delete_item_by_texts(PG_FUNCTION_ARGS)
{
	DeleteItemRequest request = {0};

	dyn_require_argument(fcinfo, 1, "partitionKey");
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

	dyn_require_argument(fcinfo, 1, "partitionKey");
	request.key.nvalues = PG_ARGISNULL(2) ? 1 : 2;
	for (int i = 0; i < request.key.nvalues; i++)
		request.key.values[i] = dyn_value_view(PG_GETARG_DATUM(i + 1));
	return delete(fcinfo, &request, 3);
}

static Datum
delete(FunctionCallInfo fcinfo, DeleteItemRequest *request, int return_values_at)
{
	WriteItemResponse response = {0};
	DynRequestExpressions expressions;

	request->table_name = dyn_table_name_argument(fcinfo);
	request->return_values = return_values_argument(fcinfo, return_values_at);
	bind_condition(fcinfo, return_values_at + 1, &expressions);
	request->condition = expressions.condition;
	request->return_item_on_failure = on_failure_argument(fcinfo, return_values_at + 4);
	dyn_delete_item(request, &response);
	dyn_release_expressions(&expressions);
	return written_item(fcinfo, &response);
}

/* The result of a function that writes: the attributes that were asked for, else NULL. */
static Datum
written_item(FunctionCallInfo fcinfo, const WriteItemResponse *response)
{
	dyn_raise_if_condition_failed(response);
	if (!response->has_attributes)
		PG_RETURN_NULL();
	if (response->attributes_datum != NULL)
		PG_RETURN_POINTER(response->attributes_datum);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&response->attributes));
}

static DynReturnValues
return_values_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument) || text_is(fcinfo, argument, "NONE"))
		return DYN_RETURN_NONE;
	if (text_is(fcinfo, argument, "ALL_OLD"))
		return DYN_RETURN_ALL_OLD;
	dyn_raise_request("ReturnValues can only be ALL_OLD or NONE",
					  "Other values of return_values are for updates.");
}

static DynReturnValues
update_return_values_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument) || text_is(fcinfo, argument, "NONE"))
		return DYN_RETURN_NONE;
	if (text_is(fcinfo, argument, "ALL_OLD"))
		return DYN_RETURN_ALL_OLD;
	if (text_is(fcinfo, argument, "ALL_NEW"))
		return DYN_RETURN_ALL_NEW;
	if (text_is(fcinfo, argument, "UPDATED_OLD"))
		return DYN_RETURN_UPDATED_OLD;
	if (text_is(fcinfo, argument, "UPDATED_NEW"))
		return DYN_RETURN_UPDATED_NEW;
	dyn_raise_constraint(psprintf("'%s'", text_to_cstring(PG_GETARG_TEXT_PP(argument))), "returnValues",
						 "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
}

/* Is the item wanted where the condition fails? */
static bool
on_failure_argument(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument) || text_is(fcinfo, argument, "NONE"))
		return false;
	if (text_is(fcinfo, argument, "ALL_OLD"))
		return true;
	dyn_raise_constraint(psprintf("'%s'", text_to_cstring(PG_GETARG_TEXT_PP(argument))),
						 "returnValuesOnConditionCheckFailure", "Member must satisfy enum value set: [ALL_OLD, NONE]");
}

static bool
text_is(FunctionCallInfo fcinfo, int argument, const char *value)
{
	text	   *string;

	if (PG_ARGISNULL(argument))
		return false;
	string = PG_GETARG_TEXT_PP(argument);
	return VARSIZE_ANY_EXHDR(string) == strlen(value) &&
		memcmp(VARDATA_ANY(string), value, strlen(value)) == 0;
}

/* Compile and bind the expressions whose texts are arguments (-1: has none). */
static void
bind_arguments(FunctionCallInfo fcinfo, const int *texts_at, int values_at, int names_at,
			   DynRequestExpressions *expressions)
{
	const char *texts[DYN_NTEXTS] = {NULL};
	size_t		lengths[DYN_NTEXTS] = {0};
	DynValue	values;
	bool		has_values = values_at >= 0 && !PG_ARGISNULL(values_at);
	DynNames   *names = NULL;

	for (int i = 0; i < DYN_NTEXTS; i++)
		if (texts_at[i] >= 0 && !PG_ARGISNULL(texts_at[i]))
		{
			text	   *string = PG_GETARG_TEXT_PP(texts_at[i]);

			texts[i] = VARDATA_ANY(string);
			lengths[i] = VARSIZE_ANY_EXHDR(string);
		}
	if (has_values)
		values = dyn_item_view(PG_GETARG_DATUM(values_at));
	if (names_at >= 0 && !PG_ARGISNULL(names_at))
		names = dyn_names_from_jsonb(PG_GETARG_DATUM(names_at));
	dyn_bind_texts(texts, lengths, has_values ? &values : NULL, names, expressions);
}

/* The condition, its values and its names are three arguments in a row. */
static void
bind_condition(FunctionCallInfo fcinfo, int condition_at, DynRequestExpressions *expressions)
{
	const int	texts[DYN_NTEXTS] = {[DYN_TEXT_UPDATE] = -1, [DYN_TEXT_CONDITION] = condition_at, [DYN_TEXT_KEY_CONDITION] = -1, [DYN_TEXT_FILTER] = -1, [DYN_TEXT_PROJECTION] = -1};

	bind_arguments(fcinfo, texts, condition_at + 1, condition_at + 2, expressions);
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
