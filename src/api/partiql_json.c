/*-------------------------------------------------------------------------
 *
 * partiql_json.c
 *	  ExecuteStatement, BatchExecuteStatement and ExecuteTransaction as JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/capacity_json.h"
#include "api/dispatch.h"
#include "api/expression_json.h"
#include "api/partiql_json.h"
#include "api/shapes.h"
#include "api/transact_json.h"
#include "base/error.h"
#include "base/try.h"
#include "partiql/batch.h"
#include "partiql/transaction.h"

/* A statement of a batch, while it is read. */
typedef struct Reading
{
	const DynJson *json;
	DynStatementText text;
} Reading;

static void write_item(void *arg, const DynValue *item);
static void raise_if_failed(const ExecuteStatementResponse *answer);
static void read_batch_statement(const DynJson *json, BatchStatement *statement);
static void read_text(void *argument);
static bool is_of_value(int sqlerrcode);
static void write_answer(const BatchStatementAnswer *answer, DynJsonWriter *response);
static void write_answered_item(const BatchStatementAnswer *answer, DynJsonWriter *response);

static void execute_transaction(const DynJson *request, bool undo, DynJsonWriter *response);
static void try_execute_transaction(const DynJson *request, DynJsonWriter *response);

PG_FUNCTION_INFO_V1(dynamo_try_execute_transaction);

/* ---- ExecuteStatement ---- */

void
dyn_api_execute_statement(const DynJson *request, DynJsonWriter *response)
{
	ExecuteStatementRequest execute = {.receive = write_item, .receive_arg = response};
	ExecuteStatementResponse answer;
	DynPartiqlPrepared prepared;
	DynStatementText statement;

	dyn_read_statement(request, &statement);
	execute.consistent_read = dyn_request_boolean(request, "ConsistentRead", false);
	execute.limit = dyn_request_integer(request, "Limit", 0);
	execute.next_token = dyn_request_string(request, "NextToken", &execute.next_token_length);
	execute.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	execute.return_item_on_failure = dyn_read_return_item_on_failure(request);

	dyn_partiql_prepare(statement.text, statement.length, statement.nparameters, statement.parameters, &prepared);
	execute.prepared = &prepared;
	if (prepared.input.statement->verb == PARTIQL_EXISTS)
		dyn_partiql_refuse_exists();

	dyn_json_name(response, "Items");
	dyn_json_array_begin(response);
	if (prepared.statement->verb == PARTIQL_SELECT)
		dyn_execute_select(&execute, &answer);
	else
		dyn_execute_write(&execute, &answer);
	dyn_json_array_end(response);
	raise_if_failed(&answer);

	if (answer.next_token != NULL)
	{
		dyn_json_name(response, "NextToken");
		dyn_json_put_string(response, answer.next_token);
		dyn_json_name(response, "LastEvaluatedKey");
		write_item(response, &answer.last_evaluated_key);
	}
	dyn_write_consumed_capacity(response, execute.return_consumed_capacity, &answer.consumed_capacity);
}

void
dyn_read_statement(const DynJson *json, DynStatementText *statement)
{
	const DynJson *parameters = dyn_request_member(json, "Parameters");

	statement->text = dyn_request_string(json, "Statement", &statement->length);
	statement->nparameters = parameters != NULL ? dyn_json_array_size(parameters) : 0;
	statement->parameters = palloc(sizeof(DynValue) * (statement->nparameters + 1));
	for (int i = 0; i < statement->nparameters; i++)
		statement->parameters[i] = dyn_value_from_json(dyn_json_array_at(parameters, i));
}

static const DynPartiqlStatement *
read_tree(const DynJson *request)
{
	size_t		length;
	const char *text = dyn_request_string(request, "Statement", &length);
	const DynPartiqlStatement *statement = dyn_partiql_parse_cached(text, length);

	return statement->verb == PARTIQL_EXISTS ? statement->select : statement;
}

const char *
dyn_statement_action(const DynJson *request, const char **table)
{
	static const char *const actions[] = {
		[PARTIQL_SELECT] = "PartiQLSelect",
		[PARTIQL_INSERT] = "PartiQLInsert",
		[PARTIQL_UPDATE] = "PartiQLUpdate",
		[PARTIQL_DELETE] = "PartiQLDelete",
	};
	const DynPartiqlStatement *statement = read_tree(request);
	const DynPartiqlSource *source = linitial(statement->sources);

	*table = pnstrdup(source->table.data, source->table.length);
	return actions[statement->verb];
}

bool
dyn_statement_reads(const DynJson *request)
{
	return read_tree(request)->verb == PARTIQL_SELECT;
}

static void
write_item(void *arg, const DynValue *item)
{
	DynJsonWriter *response = arg;

	dyn_json_put_raw(response);
	dyn_item_write_json(response->out, item);
}

static void
raise_if_failed(const ExecuteStatementResponse *answer)
{
	WriteItemResponse written = {
		.condition_failed = answer->condition_failed,
		.has_attributes = answer->has_item,
		.attributes = answer->item,
	};

	if (answer->duplicate)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_DUPLICATE_ITEM),
				 errmsg(DYN_DUPLICATE_ITEM_MESSAGE),
				 errhint("Nothing was written: INSERT never replaces an item. UPDATE changes it, and PutItem replaces it.")));
	dyn_raise_if_condition_failed(&written);
}

/* ---- BatchExecuteStatement ---- */

void
dyn_api_batch_execute_statement(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *list = dyn_request_member(request, "Statements");
	BatchExecuteStatementRequest batch = {.nstatements = dyn_json_array_size(list)};
	BatchStatement *statements = palloc0(sizeof(BatchStatement) * batch.nstatements);
	BatchExecuteStatementResponse answer;
	const DynConsumedCapacity **capacities = palloc(sizeof(DynConsumedCapacity *) * batch.nstatements);

	for (int i = 0; i < batch.nstatements; i++)
		read_batch_statement(dyn_json_array_at(list, i), &statements[i]);
	batch.statements = statements;
	batch.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	dyn_batch_execute_statement(&batch, &answer);

	dyn_json_name(response, "Responses");
	dyn_json_array_begin(response);
	for (int i = 0; i < batch.nstatements; i++)
		write_answer(&answer.answers[i], response);
	dyn_json_array_end(response);
	for (int i = 0; i < answer.ntables; i++)
		capacities[i] = &answer.capacities[i];
	dyn_write_consumed_capacities(response, batch.return_consumed_capacity, answer.ntables, capacities);
}

/* A parameter that is no value is the fault of its statement alone. */
static void
read_batch_statement(const DynJson *json, BatchStatement *statement)
{
	Reading		reading = {.json = json};
	ErrorData  *error = dyn_catch(read_text, &reading, is_of_value);

	statement->fault = error != NULL ? error->message : NULL;
	statement->text = reading.text.text;
	statement->length = reading.text.length;
	statement->nparameters = reading.text.nparameters;
	statement->parameters = reading.text.parameters;
	statement->consistent_read = dyn_request_boolean(json, "ConsistentRead", false);
	statement->return_item_on_failure = dyn_read_return_item_on_failure(json);
}

static void
read_text(void *argument)
{
	Reading    *reading = argument;

	dyn_read_statement(reading->json, &reading->text);
}

static bool
is_of_value(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_DYN_VALIDATION;
}

static void
write_answer(const BatchStatementAnswer *answer, DynJsonWriter *response)
{
	dyn_json_object_begin(response);
	if (answer->code != NULL)
	{
		dyn_json_name(response, "Error");
		dyn_json_object_begin(response);
		dyn_json_name(response, "Code");
		dyn_json_put_string(response, answer->code);
		dyn_json_name(response, "Message");
		dyn_json_put_string(response, answer->message);
		write_answered_item(answer, response);
		dyn_json_object_end(response);
	}
	if (answer->table_name != NULL)
	{
		dyn_json_name(response, "TableName");
		dyn_json_put_string(response, answer->table_name);
	}
	if (answer->code == NULL)
		write_answered_item(answer, response);
	dyn_json_object_end(response);
}

static void
write_answered_item(const BatchStatementAnswer *answer, DynJsonWriter *response)
{
	if (!answer->has_item)
		return;
	dyn_json_name(response, "Item");
	write_item(response, &answer->item);
}

/* ---- ExecuteTransaction ---- */

void
dyn_api_execute_transaction(const DynJson *request, DynJsonWriter *response)
{
	execute_transaction(request, false, response);
}

/* try_execute_transaction(request json) → json */
Datum
dynamo_try_execute_transaction(PG_FUNCTION_ARGS)
{
	static const DynOperation operation = {"ExecuteTransaction", &dyn_shape_ExecuteTransactionInput, try_execute_transaction};

	return dyn_operation_call(fcinfo, &operation, 0);
}

static void
try_execute_transaction(const DynJson *request, DynJsonWriter *response)
{
	execute_transaction(request, true, response);
}

static void
execute_transaction(const DynJson *request, bool undo, DynJsonWriter *response)
{
	const DynJson *list = dyn_request_member(request, "TransactStatements");
	ExecuteTransactionRequest execute = {.nstatements = dyn_json_array_size(list), .undo = undo};
	ExecuteTransactionResponse answer;
	TransactStatement *statements = palloc0(sizeof(TransactStatement) * execute.nstatements);

	for (int i = 0; i < execute.nstatements; i++)
	{
		const DynJson *json = dyn_json_array_at(list, i);
		DynStatementText text;

		dyn_read_statement(json, &text);
		statements[i].text = text.text;
		statements[i].length = text.length;
		statements[i].nparameters = text.nparameters;
		statements[i].parameters = text.parameters;
		statements[i].return_item_on_failure = dyn_read_return_item_on_failure(json);
	}
	execute.statements = statements;
	execute.token = dyn_read_request_token(request, list);
	execute.return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	dyn_execute_transaction(&execute, &answer);

	if (answer.cancelled && !undo)
		dyn_raise_cancelled(execute.nstatements, answer.reasons);
	if (answer.cancelled)
	{
		dyn_write_cancelled(execute.nstatements, answer.reasons, response);
		return;
	}
	dyn_write_transact_answers(execute.nstatements, answer.answers, response);
	dyn_write_transact_capacities(execute.return_consumed_capacity, answer.ntables, answer.tables, response);
}
