/*-------------------------------------------------------------------------
 *
 * transact_json.c
 *	  TransactWriteItems and TransactGetItems as JSON.
 *
 * A transaction that was cancelled is an error whose detail is the list of
 * reasons, as the service's exception has it.  dynamo.try_transact_write_items
 * gives them as data.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/capacity_json.h"
#include "api/dispatch.h"
#include "api/expression_json.h"
#include "api/request_digest.h"
#include "api/shapes.h"
#include "api/transact_json.h"
#include "base/compat.h"
#include "base/error.h"
#include "engine/item_key.h"
#include "engine/transact_operations.h"

/* The actions of a TransactWriteItem, and how they are read. */
static const struct
{
	const char *member;
	DynTransactKind kind;
	DynExpressionUse use;
}			write_kinds[] = {
	{"ConditionCheck", DYN_TRANSACT_CONDITION_CHECK, DYN_USE_TRANSACT_WRITE},
	{"Put", DYN_TRANSACT_PUT, DYN_USE_TRANSACT_WRITE},
	{"Delete", DYN_TRANSACT_DELETE, DYN_USE_TRANSACT_WRITE},
	{"Update", DYN_TRANSACT_UPDATE, DYN_USE_TRANSACT_UPDATE},
};

static void transact_write(const DynJson *request, bool undo, DynJsonWriter *response);
static void try_transact_write(const DynJson *request, DynJsonWriter *response);
static void read_write(const DynJson *json, TransactWrite *action, DynRequestExpressions *expressions);
static int	find_write_kind(const DynJson *json);
static void write_written(const TransactWriteItemsRequest *request, const TransactWriteItemsResponse *answer,
						  DynJsonWriter *response);
static void write_metrics(const TransactWriteItemsResponse *answer, DynJsonWriter *response);
static void read_get(const DynJson *json, TransactGet *action, DynRequestExpressions *expressions);
static void write_read(const TransactGetItemsRequest *request, const TransactGetItemsResponse *answer,
					   DynJsonWriter *response);
static char *cancellation_message(int count, const DynCancellationReason *reasons);
static void write_reasons(int count, const DynCancellationReason *reasons, DynJsonWriter *writer);
static const char *reason_name(DynReasonCode code);
static DynTableName read_table_name(const DynJson *action);
static void put_item(const DynValue *item, DynJsonWriter *response);

PG_FUNCTION_INFO_V1(dynamo_try_transact_write_items);

/* ---- TransactWriteItems ---- */

void
dyn_api_transact_write_items(const DynJson *request, DynJsonWriter *response)
{
	transact_write(request, false, response);
}

/* try_transact_write_items(request json) → json */
Datum
dynamo_try_transact_write_items(PG_FUNCTION_ARGS)
{
	static const DynOperation operation = {"TransactWriteItems", &dyn_shape_TransactWriteItemsInput, try_transact_write};

	return dyn_operation_call(fcinfo, &operation, 0);
}

static void
try_transact_write(const DynJson *request, DynJsonWriter *response)
{
	transact_write(request, true, response);
}

static void
transact_write(const DynJson *request, bool undo, DynJsonWriter *response)
{
	const DynJson *items = dyn_request_member(request, "TransactItems");
	TransactWriteItemsRequest write = {
		.operation = "TransactWriteItems",
		.nactions = dyn_json_array_size(items),
		.undo = undo,
	};
	TransactWriteItemsResponse answer;
	TransactWrite *actions = palloc0(sizeof(TransactWrite) * write.nactions);
	DynRequestExpressions *expressions = palloc0(sizeof(DynRequestExpressions) * write.nactions);

	write.actions = actions;
	write.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	write.return_item_collection_metrics = dyn_request_is(request, "ReturnItemCollectionMetrics", "SIZE");
	for (int i = 0; i < write.nactions; i++)
		read_write(dyn_json_array_at(items, i), &actions[i], &expressions[i]);
	write.token = dyn_read_request_token(request, items);

	dyn_transact_write_items(&write, &answer);
	for (int i = 0; i < write.nactions; i++)
		dyn_release_expressions(&expressions[i]);
	if (!answer.cancelled)
	{
		write_written(&write, &answer, response);
		return;
	}
	if (!undo)
		dyn_raise_cancelled(write.nactions, answer.reasons);
	dyn_write_cancelled(write.nactions, answer.reasons, response);
}

void
dyn_write_cancelled(int count, const DynCancellationReason *reasons, DynJsonWriter *response)
{
	dyn_json_name(response, "Message");
	dyn_json_put_string(response, cancellation_message(count, reasons));
	dyn_json_name(response, "CancellationReasons");
	write_reasons(count, reasons, response);
}

const DynRequestToken *
dyn_read_request_token(const DynJson *request, const DynJson *items)
{
	DynRequestToken *token = palloc(sizeof(DynRequestToken));

	StaticAssertStmt(DYN_TOKEN_DIGEST_BYTES == DYN_REQUEST_DIGEST_BYTES, "digests have one length");
	token->text = dyn_request_string(request, "ClientRequestToken", &token->length);
	if (token->text == NULL)
		return NULL;
	if (memchr(token->text, '\0', token->length) != NULL)
		dyn_raise_request("ClientRequestToken cannot contain U+0000", "A UUID makes a good token.");
	dyn_request_digest(items, token->digest);
	return token;
}

static void
read_write(const DynJson *json, TransactWrite *action, DynRequestExpressions *expressions)
{
	int			kind = find_write_kind(json);
	const DynJson *members = dyn_request_member(json, write_kinds[kind].member);

	action->kind = write_kinds[kind].kind;
	action->table_name = read_table_name(members);
	action->return_item_on_failure = dyn_read_return_item_on_failure(members);
	dyn_check_expression_parameters(members, write_kinds[kind].use);
	if (action->kind == DYN_TRANSACT_PUT)
		action->item = dyn_item_from_json(dyn_request_member(members, "Item"));
	else
		action->key.map = dyn_item_from_json(dyn_request_member(members, "Key"));
	dyn_read_expressions(members, write_kinds[kind].use, expressions);
	action->update = expressions->update;
	action->condition = expressions->condition;
}

/* Exactly one of them is there. */
static int
find_write_kind(const DynJson *json)
{
	int			found = -1;

	for (int i = 0; i < lengthof(write_kinds); i++)
	{
		if (dyn_request_member(json, write_kinds[i].member) == NULL)
			continue;
		if (found >= 0)
			dyn_raise_request("TransactItems can only contain one of Check, Put, Update or Delete",
							  "Make an element of TransactItems for each action.");
		found = i;
	}
	if (found < 0)
		dyn_raise_request("Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
						  "Each element of TransactItems has a ConditionCheck, Put, Delete or Update.");
	return found;
}

static void
write_written(const TransactWriteItemsRequest *request, const TransactWriteItemsResponse *answer,
			  DynJsonWriter *response)
{
	write_metrics(answer, response);
	dyn_write_transact_capacities(request->return_consumed_capacity, answer->ntables, answer->tables, response);
}

/* Only tables with a local index have any. */
static void
write_metrics(const TransactWriteItemsResponse *answer, DynJsonWriter *response)
{
	bool		any = false;

	for (int i = 0; i < answer->ntables; i++)
	{
		const TransactTableAnswer *table = &answer->tables[i];

		if (table->nmetrics == 0)
			continue;
		if (!any)
		{
			dyn_json_name(response, "ItemCollectionMetrics");
			dyn_json_object_begin(response);
			any = true;
		}
		dyn_json_name_bytes(response, table->table_name->data, table->table_name->length);
		dyn_json_array_begin(response);
		for (int j = 0; j < table->nmetrics; j++)
			dyn_put_item_collection_metrics(response, &table->metrics[j]);
		dyn_json_array_end(response);
	}
	if (any)
		dyn_json_object_end(response);
}

/* ---- TransactGetItems ---- */

void
dyn_api_transact_get_items(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *items = dyn_request_member(request, "TransactItems");
	TransactGetItemsRequest get = {.operation = "TransactGetItems", .nactions = dyn_json_array_size(items)};
	TransactGetItemsResponse answer;
	TransactGet *actions = palloc0(sizeof(TransactGet) * get.nactions);
	DynRequestExpressions *expressions = palloc0(sizeof(DynRequestExpressions) * get.nactions);

	get.actions = actions;
	get.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	for (int i = 0; i < get.nactions; i++)
		read_get(dyn_request_member(dyn_json_array_at(items, i), "Get"), &actions[i], &expressions[i]);

	dyn_transact_get_items(&get, &answer);
	for (int i = 0; i < get.nactions; i++)
		dyn_release_expressions(&expressions[i]);
	if (answer.cancelled)
		dyn_raise_cancelled(get.nactions, answer.reasons);
	write_read(&get, &answer, response);
}

static void
read_get(const DynJson *json, TransactGet *action, DynRequestExpressions *expressions)
{
	action->table_name = read_table_name(json);
	dyn_check_expression_parameters(json, DYN_USE_TRANSACT_READ);
	action->key.map = dyn_item_from_json(dyn_request_member(json, "Key"));
	dyn_read_expressions(json, DYN_USE_TRANSACT_READ, expressions);
	action->projection = expressions->projection;
}

static void
write_read(const TransactGetItemsRequest *request, const TransactGetItemsResponse *answer, DynJsonWriter *response)
{
	dyn_write_transact_answers(request->nactions, answer->answers, response);
	dyn_write_transact_capacities(request->return_consumed_capacity, answer->ntables, answer->tables, response);
}

/* ---- both ---- */

/* Where a projection leaves nothing of an item, there is no Item either. */
void
dyn_write_transact_answers(int count, const TransactGetAnswer *answers, DynJsonWriter *response)
{
	dyn_json_name(response, "Responses");
	dyn_json_array_begin(response);
	for (int i = 0; i < count; i++)
	{
		dyn_json_object_begin(response);
		if (answers != NULL && answers[i].found && dyn_value_count(&answers[i].item) > 0)
		{
			dyn_json_name(response, "Item");
			put_item(&answers[i].item, response);
		}
		dyn_json_object_end(response);
	}
	dyn_json_array_end(response);
}

void
dyn_write_transact_capacities(DynReturnConsumedCapacity asked, int ntables, const TransactTableAnswer *tables,
							  DynJsonWriter *response)
{
	const DynConsumedCapacity **capacities = palloc(sizeof(DynConsumedCapacity *) * (ntables + 1));

	for (int i = 0; i < ntables; i++)
		capacities[i] = &tables[i].consumed_capacity;
	dyn_write_consumed_capacities(response, asked, ntables, capacities);
}

void
dyn_raise_cancelled(int count, const DynCancellationReason *reasons)
{
	StringInfoData detail;
	DynJsonWriter writer = {.out = &detail};

	initStringInfo(&detail);
	write_reasons(count, reasons, &writer);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_TRANSACTION_CANCELED),
			 errmsg_internal("%s", cancellation_message(count, reasons)),
			 errdetail_internal("%s", detail.data),
			 errhint("Nothing was done. The detail has a reason for each action, in the order of the request.")));
}

static char *
cancellation_message(int count, const DynCancellationReason *reasons)
{
	StringInfoData message;

	initStringInfo(&message);
	appendStringInfoString(&message, "Transaction cancelled, please refer cancellation reasons for specific reasons [");
	for (int i = 0; i < count; i++)
		appendStringInfo(&message, "%s%s", i > 0 ? ", " : "", reason_name(reasons[i].code));
	appendStringInfoChar(&message, ']');
	return message.data;
}

static void
write_reasons(int count, const DynCancellationReason *reasons, DynJsonWriter *writer)
{
	dyn_json_array_begin(writer);
	for (int i = 0; i < count; i++)
	{
		dyn_json_object_begin(writer);
		dyn_json_name(writer, "Code");
		dyn_json_put_string(writer, reason_name(reasons[i].code));
		if (reasons[i].message != NULL)
		{
			dyn_json_name(writer, "Message");
			dyn_json_put_string(writer, reasons[i].message);
		}
		if (reasons[i].has_item)
		{
			dyn_json_name(writer, "Item");
			put_item(&reasons[i].item, writer);
		}
		dyn_json_object_end(writer);
	}
	dyn_json_array_end(writer);
}

static const char *
reason_name(DynReasonCode code)
{
	switch (code)
	{
		case DYN_REASON_NONE:
			return "None";
		case DYN_REASON_CONDITIONAL_CHECK_FAILED:
			return "ConditionalCheckFailed";
		case DYN_REASON_DUPLICATE_ITEM:
			return "DuplicateItem";
		case DYN_REASON_VALIDATION_ERROR:
			return "ValidationError";
		case DYN_REASON_TRANSACTION_CONFLICT:
			return "TransactionConflict";
	}
	pg_unreachable();
}

static DynTableName
read_table_name(const DynJson *action)
{
	DynTableName name;

	name.data = dyn_request_string(action, "TableName", &name.length);
	return name;
}

static void
put_item(const DynValue *item, DynJsonWriter *response)
{
	dyn_json_put_raw(response);
	dyn_item_write_json(response->out, item);
}
