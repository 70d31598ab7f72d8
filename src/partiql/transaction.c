/*-------------------------------------------------------------------------
 *
 * transaction.c
 *	  ExecuteTransaction: up to 100 statements, each for one item, all done or
 *	  none.
 *
 *	INSERT	a Put of an item that is not there
 *	UPDATE	an Update of an item that is there
 *	DELETE	a Delete
 *	EXISTS	a ConditionCheck
 *	SELECT	a Get
 *
 * They become the actions of TransactWriteItems, or of TransactGetItems; which
 * items are locked, and in which order, is decided there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "index/relation.h"
#include "partiql/transaction.h"

#define OPERATION	"ExecuteTransaction"

static DynPartiqlPrepared *prepare_statements(const ExecuteTransactionRequest *request);
static bool check_verbs(const DynPartiqlPrepared *prepared, int count);
static void execute_reads(const ExecuteTransactionRequest *request, const DynPartiqlPrepared *prepared,
						  ExecuteTransactionResponse *response);
static void execute_writes(const ExecuteTransactionRequest *request, const DynPartiqlPrepared *prepared,
						   ExecuteTransactionResponse *response);
static void make_read(const DynPartiqlPrepared *prepared, TransactGet *action);
static void make_write(const DynPartiqlPrepared *prepared, TransactWrite *action);
static DynTransactKind kind_of(DynPartiqlVerb verb);
static DynValue key_map(const DynTable *table, const DynRequestKey *key);

void
dyn_execute_transaction(const ExecuteTransactionRequest *request, ExecuteTransactionResponse *response)
{
	DynPartiqlPrepared *prepared = prepare_statements(request);

	memset(response, 0, sizeof(ExecuteTransactionResponse));
	if (check_verbs(prepared, request->nstatements))
		execute_reads(request, prepared, response);
	else
		execute_writes(request, prepared, response);
}

static DynPartiqlPrepared *
prepare_statements(const ExecuteTransactionRequest *request)
{
	DynPartiqlPrepared *prepared = palloc0(sizeof(DynPartiqlPrepared) * request->nstatements);

	for (int i = 0; i < request->nstatements; i++)
	{
		const TransactStatement *statement = &request->statements[i];

		dyn_partiql_prepare(statement->text, statement->length, statement->nparameters, statement->parameters,
							&prepared[i]);
		if (prepared[i].statement->returning != PARTIQL_RETURNING_NOTHING)
			dyn_partiql_refuse("ExecuteStatement returns what it writes.",
							   "Validation failed in TransactStatements[%d]: RETURNING clause is not supported in ExecuteTransaction.", i);
	}
	return prepared;
}

/* Do the statements read?  EXISTS goes with those that write. */
static bool
check_verbs(const DynPartiqlPrepared *prepared, int count)
{
	int			reads = 0;

	for (int i = 0; i < count; i++)
		if (prepared[i].input.statement->verb == PARTIQL_SELECT)
			reads++;
	if (reads > 0 && reads < count)
		dyn_partiql_refuse("Make one transaction that reads and one that writes; EXISTS (SELECT ...) checks an item in one that writes.",
						   "ExecuteTransaction API does not support both read and write operations in the same request.");
	return reads > 0;
}

/* ---- statements that read ---- */

static void
execute_reads(const ExecuteTransactionRequest *request, const DynPartiqlPrepared *prepared,
			  ExecuteTransactionResponse *response)
{
	TransactGet *actions = palloc0(sizeof(TransactGet) * request->nstatements);
	TransactGetItemsRequest get = {
		.operation = OPERATION,
		.nactions = request->nstatements,
		.actions = actions,
		.return_consumed_capacity = request->return_consumed_capacity,
	};
	TransactGetItemsResponse got;

	for (int i = 0; i < request->nstatements; i++)
		make_read(&prepared[i], &actions[i]);
	dyn_transact_get_items(&get, &got);

	response->cancelled = got.cancelled;
	response->reasons = got.reasons;
	response->answers = got.cancelled ? NULL : got.answers;
	response->ntables = got.ntables;
	response->tables = got.tables;
}

static void
make_read(const DynPartiqlPrepared *prepared, TransactGet *action)
{
	DynRelation relation;
	DynRequestKey key;

	dyn_relation_open(OPERATION, prepared->table_name.data, prepared->table_name.length,
					  ACL_SELECT, AccessShareLock, &relation);
	key = dyn_partiql_key_of_select(prepared, relation.table, false, OPERATION);
	action->table_name = prepared->table_name;
	action->key.map = key_map(relation.table, &key);
	action->projection = prepared->projection;
	dyn_relation_close(&relation);
}

/* ---- statements that write ---- */

static void
execute_writes(const ExecuteTransactionRequest *request, const DynPartiqlPrepared *prepared,
			   ExecuteTransactionResponse *response)
{
	TransactWrite *actions = palloc0(sizeof(TransactWrite) * request->nstatements);
	TransactWriteItemsRequest write = {
		.operation = OPERATION,
		.nactions = request->nstatements,
		.actions = actions,
		.token = request->token,
		.return_consumed_capacity = request->return_consumed_capacity,
		.undo = request->undo,
	};
	TransactWriteItemsResponse written;

	for (int i = 0; i < request->nstatements; i++)
	{
		make_write(&prepared[i], &actions[i]);
		actions[i].return_item_on_failure = request->statements[i].return_item_on_failure;
	}
	dyn_transact_write_items(&write, &written);

	response->cancelled = written.cancelled;
	response->reasons = written.reasons;
	response->ntables = written.ntables;
	response->tables = written.tables;
}

static void
make_write(const DynPartiqlPrepared *prepared, TransactWrite *action)
{
	DynRelation relation;
	DynPartiqlWrite write;

	if (prepared->index_name != NULL)
		dyn_partiql_refuse_index();
	dyn_relation_open(OPERATION, prepared->table_name.data, prepared->table_name.length,
					  dyn_partiql_privileges(prepared->input.statement), RowExclusiveLock, &relation);
	dyn_partiql_plan_prepared_write(prepared, relation.table, &write);

	action->kind = kind_of(prepared->input.statement->verb);
	action->table_name = prepared->table_name;
	action->condition = write.condition;
	action->update = prepared->update;
	action->item = prepared->item;
	action->only_new = action->kind == DYN_TRANSACT_PUT;
	action->only_existing = action->kind == DYN_TRANSACT_UPDATE;
	if (action->kind != DYN_TRANSACT_PUT)
		action->key.map = key_map(relation.table, &write.key);
	dyn_relation_close(&relation);
}

static DynTransactKind
kind_of(DynPartiqlVerb verb)
{
	switch (verb)
	{
		case PARTIQL_INSERT:
			return DYN_TRANSACT_PUT;
		case PARTIQL_UPDATE:
			return DYN_TRANSACT_UPDATE;
		case PARTIQL_DELETE:
			return DYN_TRANSACT_DELETE;
		default:
			return DYN_TRANSACT_CONDITION_CHECK;
	}
}

static DynValue
key_map(const DynTable *table, const DynRequestKey *key)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < key->nvalues; i++)
		dyn_builder_add(&builder, table->key_schema.attributes[i].name, table->key_schema.attributes[i].name_length,
						&key->values[i]);
	return dyn_builder_finish(&builder, 0);
}
