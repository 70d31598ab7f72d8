/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  BatchExecuteStatement: up to 25 statements, each for one item.
 *
 *	1. every statement is read; one that is wrong gets its error
 *	2. the others are all reads or all writes
 *	3. their tables are found, and their keys; no two are for the same item
 *	4. each is done in a subtransaction of its own
 *
 * The items are gone through in the order of item_order.h, so that of two
 * batches one waits for the other, and never both.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "base/try.h"
#include "engine/capacity.h"
#include "engine/item_key.h"
#include "engine/item_order.h"
#include "index/relation.h"
#include "partiql/batch.h"

/* One statement, and what came of it. */
typedef struct Element
{
	const BatchStatement *statement;
	DynReturnConsumedCapacity return_consumed_capacity;
	DynPartiqlPrepared prepared;
	DynNamedItem item;
	MemoryContext context;		/* of the response */
	BatchStatementAnswer *answer;
	DynConsumedCapacity capacity;
} Element;

static void prepare(void *argument);
static void find_item(void *argument);
static void execute(void *argument);
static void receive(void *argument, const DynValue *item);
static void check_verbs(const Element *elements, int count);
static void note_error(Element *element, const ErrorData *error);
static bool is_validation(int sqlerrcode);
static bool is_told(int sqlerrcode);
static void add_capacity(const Element *element, BatchExecuteStatementResponse *response);

/* Names of errors in the responses of batches. */
static const struct
{
	int			sqlerrcode;
	const char *code;
}			codes[] = {
	{ERRCODE_DYN_VALIDATION, "ValidationError"},
	{ERRCODE_DYN_RESOURCE_NOT_FOUND, "ResourceNotFound"},
	{ERRCODE_DYN_ACCESS_DENIED, "AccessDenied"},
	{ERRCODE_INSUFFICIENT_PRIVILEGE, "AccessDenied"},
};

void
dyn_batch_execute_statement(const BatchExecuteStatementRequest *request, BatchExecuteStatementResponse *response)
{
	int			count = request->nstatements;
	Element    *elements = palloc0(sizeof(Element) * count);
	DynNamedItem *items = palloc(sizeof(DynNamedItem) * count);
	int			nitems = 0;

	memset(response, 0, sizeof(BatchExecuteStatementResponse));
	response->answers = palloc0(sizeof(BatchStatementAnswer) * count);
	response->capacities = palloc0(sizeof(DynConsumedCapacity) * count);
	for (int i = 0; i < count; i++)
	{
		elements[i].statement = &request->statements[i];
		elements[i].return_consumed_capacity = request->return_consumed_capacity;
		elements[i].answer = &response->answers[i];
		elements[i].context = CurrentMemoryContext;
		note_error(&elements[i], dyn_catch(prepare, &elements[i], is_validation));
	}
	check_verbs(elements, count);

	for (int i = 0; i < count; i++)
	{
		if (elements[i].answer->code != NULL)
			continue;
		note_error(&elements[i], dyn_try(find_item, &elements[i], is_told));
		if (elements[i].answer->code != NULL)
			continue;
		items[nitems] = elements[i].item;
		items[nitems++].position = i;
	}
	if (!dyn_named_items_sort(items, nitems))
		dyn_partiql_refuse("Each statement of a batch is for an item of its own.",
						   "Provided list of item keys contains duplicates");

	for (int i = 0; i < nitems; i++)
	{
		Element    *element = &elements[items[i].position];

		CHECK_FOR_INTERRUPTS();
		note_error(element, dyn_try(execute, element, is_told));
	}
	for (int i = 0; i < count; i++)
		if (request->return_consumed_capacity != DYN_CAPACITY_NONE && elements[i].capacity.table_name != NULL)
			add_capacity(&elements[i], response);
}

static bool
is_validation(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_DYN_VALIDATION;
}

/* Is it an error that a response tells? */
static bool
is_told(int sqlerrcode)
{
	for (int i = 0; i < lengthof(codes); i++)
		if (codes[i].sqlerrcode == sqlerrcode)
			return true;
	return false;
}

/* NULL is no error.  An error of validation does not tell the table. */
static void
note_error(Element *element, const ErrorData *error)
{
	BatchStatementAnswer *answer = element->answer;

	if (error == NULL)
		return;
	memset(answer, 0, sizeof(BatchStatementAnswer));
	for (int i = 0; i < lengthof(codes); i++)
		if (codes[i].sqlerrcode == error->sqlerrcode)
			answer->code = codes[i].code;
	answer->message = error->message;
	if (error->sqlerrcode != ERRCODE_DYN_VALIDATION)
		answer->table_name = pnstrdup(element->prepared.table_name.data, element->prepared.table_name.length);
}

static void
prepare(void *argument)
{
	Element    *element = argument;
	const BatchStatement *statement = element->statement;

	if (statement->fault != NULL)
		dyn_partiql_refuse("See the types of attribute values.", "%s", statement->fault);
	dyn_partiql_prepare(statement->text, statement->length, statement->nparameters, statement->parameters,
						&element->prepared);
	if (element->prepared.input.statement->verb == PARTIQL_EXISTS)
		dyn_partiql_refuse_exists();
}

static void
check_verbs(const Element *elements, int count)
{
	bool		reads = false;
	bool		writes = false;

	for (int i = 0; i < count; i++)
	{
		if (elements[i].answer->code != NULL)
			continue;
		if (elements[i].prepared.statement->verb == PARTIQL_SELECT)
			reads = true;
		else
			writes = true;
	}
	if (reads && writes)
		dyn_partiql_refuse("Make one batch that reads and one that writes.",
						   "Read and write requests together in the same batch is not supported.");
}

static void
find_item(void *argument)
{
	Element    *element = argument;
	const DynPartiqlPrepared *prepared = &element->prepared;
	bool		reads = prepared->statement->verb == PARTIQL_SELECT;
	DynRelation relation;
	DynRequestKey key;
	DynValue	partition_key;

	dyn_relation_open("BatchExecuteStatement", prepared->table_name.data, prepared->table_name.length,
					  dyn_partiql_privileges(prepared->input.statement), reads ? AccessShareLock : RowExclusiveLock, &relation);
	if (reads)
		key = dyn_partiql_key_of_select(prepared, relation.table, element->statement->consistent_read,
										"BatchExecuteStatement");
	else
	{
		DynPartiqlWrite write;

		dyn_partiql_plan_prepared_write(prepared, relation.table, &write);
		key = write.key;
	}
	element->item.relid = relation.table->relid;
	element->item.key = prepared->statement->verb == PARTIQL_INSERT ?
		dyn_item_key(relation.table, &prepared->item, &partition_key) :
		dyn_request_key(relation.table, &key, &partition_key);
	dyn_relation_close(&relation);
}

static void
execute(void *argument)
{
	Element    *element = argument;
	ExecuteStatementRequest request = {
		.prepared = &element->prepared,
		.consistent_read = element->statement->consistent_read,
		.return_item_on_failure = element->statement->return_item_on_failure,
		.return_consumed_capacity = element->return_consumed_capacity,
		.receive = receive,
		.receive_arg = element,
	};
	ExecuteStatementResponse response;
	BatchStatementAnswer *answer = element->answer;

	if (element->prepared.statement->verb == PARTIQL_SELECT)
		dyn_execute_select(&request, &response);
	else
		dyn_execute_write(&request, &response);

	element->capacity = response.consumed_capacity;
	answer->table_name = pnstrdup(element->prepared.table_name.data, element->prepared.table_name.length);
	if (!response.condition_failed)
		return;
	answer->code = response.duplicate ? "DuplicateItem" : "ConditionalCheckFailed";
	answer->message = response.duplicate ? DYN_DUPLICATE_ITEM_MESSAGE : "The conditional request failed";
	if (response.has_item)
		receive(element, &response.item);
}

/* There is one at most. */
static void
receive(void *argument, const DynValue *item)
{
	Element    *element = argument;
	uint8	   *data = MemoryContextAlloc(element->context, item->length);

	memcpy(data, item->data, item->length);
	element->answer->has_item = true;
	element->answer->item = (DynValue) {item->tag, item->length, data};
}

/* Capacities are added by table, in the order of the statements. */
static void
add_capacity(const Element *element, BatchExecuteStatementResponse *response)
{
	DynConsumedCapacity *sum = NULL;

	for (int i = 0; i < response->ntables && sum == NULL; i++)
		if (strcmp(response->capacities[i].table_name, element->capacity.table_name) == 0)
			sum = &response->capacities[i];
	if (sum == NULL)
	{
		sum = &response->capacities[response->ntables++];
		dyn_capacity_begin(&element->prepared.table_name, sum);
	}
	dyn_capacity_add(sum, &element->capacity);
}
