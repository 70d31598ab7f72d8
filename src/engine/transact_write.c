/*-------------------------------------------------------------------------
 *
 * transact_write.c
 *	  TransactWriteItems: put, update, delete and check items, all or none.
 *
 * The items are gone through once, in the order of item_order.h: each is
 * found, its condition is checked, and it is written at once, which locks it.
 * What is only checked, or stays as it is, is locked, and a key that is
 * absent is claimed.  So what any of the conditions saw is true until the
 * transaction ends, two transactions never wait for each other both, and an
 * item costs no more than by an operation of its own.
 *
 * Once a condition is false, or an update impossible, nothing more is
 * written: the other conditions are only looked at, for the list of reasons.
 * What was written until then goes with the error that the caller raises, or
 * with the subtransaction where the request wants to go on ("undo").
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "base/try.h"
#include "engine/capacity.h"
#include "engine/collection.h"
#include "engine/item_key.h"
#include "engine/key_paths.h"
#include "engine/request_token.h"
#include "engine/transact.h"
#include "engine/write_item.h"

/* One action, and what came of it. */
typedef struct Action
{
	const TransactWrite *request;
	struct Transaction *transaction;
	int			table;
	DynValue	partition_key;
	struct varlena *put_datum;	/* of a PUT */
	DynGuard	guard;
	DynUpdate	update;			/* of an UPDATE */
	DynCancellationReason *reason;

	/* What the last decision was made on. */
	const DynRow *row;
	struct varlena **new_datum;
	DynVerdict	verdict;

	DynConsumedCapacity capacity;	/* of a write, if it is asked for */
	Size		image_size;		/* the larger of the old and the new item */
	bool		written;
} Action;

typedef struct Transaction
{
	const TransactWriteItemsRequest *request;
	TransactWriteItemsResponse *response;
	DynTransactTables tables;
	Action	   *actions;		/* in the request's order */
	DynNamedItem *items;		/* in the order in which they are locked */
	int			current;		/* the one that is being done */
	bool		hold;
	bool		failed;
	bool		invalid;		/* failed by an error of validation */
	bool		measure;		/* must sizes be known? */
	bool		replayed;		/* the token says that it was done before */
	int			ncosts;
	DynTokenCost *costs;
	MemoryContext caller;		/* in which the response is made */
	MemoryContext context;		/* of the operation */
	MemoryContext item_context; /* reset for each item */
} Transaction;

/* The action that is being done, for dyn_transact_current. */
static int	last_action = 0;

static void check_sizes(const TransactWriteItemsRequest *request);
static void open_tables(Transaction *transaction);
static AclMode privileges_for(const TransactWrite *action);
static void prepare_actions(Transaction *transaction);
static void prepare(Transaction *transaction, int number, DynNamedItem *item);
static void check_expressions(const DynTable *table, const TransactWrite *action);
static void do_actions(Transaction *transaction);
static void do_or_raise(void *argument);
static bool is_taken_back(int sqlerrcode);
static void do_all(Transaction *transaction);
static void do_action(Transaction *transaction, DynRow *row, Action *action);
static DynVerdict decide(void *argument, const DynRow *row, struct varlena **item);
static void decide_update(void *argument);
static void note_failed_condition(Action *action);
static void measure(Action *action);
static void finish_token(Transaction *transaction);
static void respond(Transaction *transaction);
static void respond_replayed(Transaction *transaction);
static void respond_done(Transaction *transaction);
static void add_metrics(Transaction *transaction, int number, TransactTableAnswer *answer);

void
dyn_transact_write_items(const TransactWriteItemsRequest *request, TransactWriteItemsResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = CurrentMemoryContext;
	Transaction transaction = {.request = request, .response = response, .caller = caller, .context = context};

	last_action = 0;
	memset(response, 0, sizeof(TransactWriteItemsResponse));
	response->reasons = palloc0(sizeof(DynCancellationReason) * request->nactions);

	MemoryContextSwitchTo(context);
	check_sizes(request);
	transaction.item_context = AllocSetContextCreate(context, "dynamo item", ALLOCSET_DEFAULT_SIZES);
	transaction.measure = request->token != NULL || request->return_consumed_capacity != DYN_CAPACITY_NONE;
	open_tables(&transaction);
	prepare_actions(&transaction);
	if (!transaction.failed)
		do_actions(&transaction);

	MemoryContextSwitchTo(caller);
	respond(&transaction);
	dyn_transact_close(&transaction.tables);
	MemoryContextDelete(context);
}

int
dyn_transact_current(void)
{
	return last_action;
}

/* What can be known of a request without its tables. */
static void
check_sizes(const TransactWriteItemsRequest *request)
{
	Size		bytes = 0;

	for (int i = 0; i < request->nactions; i++)
	{
		const TransactWrite *action = &request->actions[i];

		if (action->kind == DYN_TRANSACT_PUT)
			dyn_check_item_size(&action->item);
		bytes += action->kind == DYN_TRANSACT_PUT ? action->item.length : action->key.map.length;
	}

	/* Our bytes are never less than a quarter of the service's. */
	if (bytes <= DYN_MAX_TRANSACTION_BYTES / 4)
		return;
	bytes = 0;
	for (int i = 0; i < request->nactions; i++)
	{
		const TransactWrite *action = &request->actions[i];

		bytes += dyn_item_size(action->kind == DYN_TRANSACT_PUT ? &action->item : &action->key.map);
	}
	dyn_transact_check_size(bytes);
}

static void
open_tables(Transaction *transaction)
{
	const TransactWriteItemsRequest *request = transaction->request;

	transaction->actions = palloc0(sizeof(Action) * request->nactions);
	transaction->tables.tables = palloc0(sizeof(DynTransactTable) * request->nactions);
	for (int i = 0; i < request->nactions; i++)
		transaction->actions[i].table = dyn_transact_add_table(&transaction->tables, &request->actions[i].table_name,
															   privileges_for(&request->actions[i]));
	dyn_transact_open(&transaction->tables, request->operation, RowExclusiveLock);
}

/* A check locks the item, for which SQL wants UPDATE. */
static AclMode
privileges_for(const TransactWrite *action)
{
	switch (action->kind)
	{
		case DYN_TRANSACT_CONDITION_CHECK:
			return ACL_SELECT | ACL_UPDATE;
		case DYN_TRANSACT_DELETE:
			return ACL_SELECT | ACL_DELETE;
		default:
			return ACL_SELECT | (action->only_existing ? 0 : ACL_INSERT) | (action->only_new ? 0 : ACL_UPDATE);
	}
}

/* Make the keys.  One that does not fit its table cancels the transaction, but not before all were looked at. */
static void
prepare_actions(Transaction *transaction)
{
	int			nactions = transaction->request->nactions;
	int			nitems = 0;

	transaction->items = palloc(sizeof(DynNamedItem) * nactions);
	for (int i = 0; i < nactions; i++)
	{
		prepare(transaction, i, &transaction->items[nitems]);
		if (transaction->actions[i].reason->code == DYN_REASON_NONE)
			nitems++;
		else
			transaction->failed = transaction->invalid = true;
	}
	dyn_transact_sort(transaction->items, nitems);
}

static void
prepare(Transaction *transaction, int number, DynNamedItem *item)
{
	const TransactWrite *request = &transaction->request->actions[number];
	Action	   *action = &transaction->actions[number];
	const DynTable *table = transaction->tables.tables[action->table].relation.table;
	bool		put = request->kind == DYN_TRANSACT_PUT;

	action->request = request;
	action->transaction = transaction;
	action->reason = &transaction->response->reasons[number];
	action->guard.condition = request->condition;
	check_expressions(table, request);

	item->relid = table->relid;
	item->position = number;
	item->key = dyn_transact_key(table, &request->key, put ? &request->item : NULL,
								 &action->partition_key, transaction->caller, action->reason);
	if (item->key == NULL)
		return;
	if (put)
	{
		dyn_check_local_index_size(table, &request->item);
		action->put_datum = dyn_value_to_item_datum(&request->item);
	}
	if (request->kind == DYN_TRANSACT_UPDATE)
	{
		action->update.table = table;
		action->update.expression = request->update;
		action->update.measure_flat = true;
		action->update.key_map = dyn_request_key_map(table, &request->key);
	}
}

static void
check_expressions(const DynTable *table, const TransactWrite *action)
{
	if (action->update != NULL)
	{
		dyn_check_update_targets(table, action->update);
		dyn_check_key_paths(table, action->update);
	}
	dyn_check_key_paths(table, action->condition);
}

static void
do_actions(Transaction *transaction)
{
	ErrorData  *error;

	transaction->hold = dyn_is_one_of_many() || transaction->request->nactions > 1;
	if (!transaction->request->undo)
	{
		do_all(transaction);
		return;
	}

	error = dyn_try(do_or_raise, transaction, is_taken_back);
	if (error != NULL && error->sqlerrcode != ERRCODE_DYN_TRANSACTION_CANCELED)
	{
		DynCancellationReason *reasons = transaction->response->reasons;
		DynCancellationReason *reason = &reasons[transaction->items[transaction->current].position];

		memset(reasons, 0, sizeof(DynCancellationReason) * transaction->request->nactions);
		reason->code = DYN_REASON_TRANSACTION_CONFLICT;
		reason->message = "Transaction is ongoing for the item";
		transaction->failed = true;
	}
}

/* Do it in a subtransaction, which only an error takes back. */
static void
do_or_raise(void *argument)
{
	Transaction *transaction = argument;

	do_all(transaction);
	if (transaction->failed)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_TRANSACTION_CANCELED),
				 errmsg("Transaction cancelled"),
				 errhint("This error is caught, and tells to take back what was written.")));
}

static bool
is_taken_back(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_DYN_TRANSACTION_CANCELED ||
		sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE ||
		sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
}

static void
do_all(Transaction *transaction)
{
	const DynRequestToken *token = transaction->request->token;
	DynRow		row;
	int			table = -1;

	transaction->replayed = token != NULL &&
		dyn_token_begin(transaction->request->operation, token, &transaction->ncosts, &transaction->costs);
	if (transaction->replayed)
		return;

	for (int i = 0; i < transaction->request->nactions; i++)
	{
		Action	   *action = &transaction->actions[transaction->items[i].position];

		CHECK_FOR_INTERRUPTS();
		transaction->current = i;
		last_action = transaction->items[i].position;
		if (table == action->table)
			dyn_row_move(&row, transaction->items[i].key);
		else
		{
			if (table >= 0)
				dyn_row_end(&row);
			table = action->table;
			dyn_row_begin(&row, &transaction->tables.tables[table].relation, transaction->items[i].key);
		}
		do_action(transaction, &row, action);
		MemoryContextReset(transaction->item_context);
	}
	if (table >= 0)
		dyn_row_end(&row);
	if (token != NULL && !transaction->failed)
		finish_token(transaction);
}

static void
do_action(Transaction *transaction, DynRow *row, Action *action)
{
	MemoryContext context = MemoryContextSwitchTo(transaction->item_context);

	dyn_write_row(row, transaction->hold, decide, action);
	action->written = action->request->kind != DYN_TRANSACT_CONDITION_CHECK;
	if (transaction->measure && !transaction->failed)
		measure(action);
	MemoryContextSwitchTo(context);
}

static DynVerdict
decide(void *argument, const DynRow *row, struct varlena **item)
{
	Action	   *action = argument;
	Transaction *transaction = action->transaction;

	action->row = row;
	action->new_datum = item;
	if (!dyn_guard_allows(&action->guard, row))
	{
		note_failed_condition(action);
		return DYN_LEAVE;
	}

	switch (action->request->kind)
	{
		case DYN_TRANSACT_CONDITION_CHECK:
			action->verdict = DYN_KEEP;
			break;
		case DYN_TRANSACT_PUT:
			*item = action->put_datum;
			action->verdict = DYN_PUT;
			break;
		case DYN_TRANSACT_DELETE:
			action->verdict = row->found ? DYN_DELETE : DYN_KEEP;
			break;
		case DYN_TRANSACT_UPDATE:
			if (!dyn_transact_validates(decide_update, action, transaction->caller, action->reason))
				transaction->failed = transaction->invalid = true;
			break;
	}
	return transaction->failed ? DYN_LEAVE : action->verdict;
}

static void
decide_update(void *argument)
{
	Action	   *action = argument;

	action->verdict = dyn_decide_update(&action->update, action->row, action->new_datum);
}

/* What is told of it must outlive the operation. */
static void
note_failed_condition(Action *action)
{
	MemoryContext context;

	action->transaction->failed = true;
	action->reason->code = action->request->only_new ? DYN_REASON_DUPLICATE_ITEM : DYN_REASON_CONDITIONAL_CHECK_FAILED;
	action->reason->message = action->request->only_new ? DYN_DUPLICATE_ITEM_MESSAGE : "The conditional request failed";
	action->reason->has_item = action->request->return_item_on_failure && action->row->found;
	if (!action->reason->has_item)
		return;
	context = MemoryContextSwitchTo(action->transaction->caller);
	action->reason->item = dyn_item_view(PointerGetDatum(PG_DETOAST_DATUM_COPY(action->row->item)));
	MemoryContextSwitchTo(context);
}

/* Find out what the action costs.  A write that a trigger turned down met no item. */
static void
measure(Action *action)
{
	const DynRow *row = action->row;
	bool		found = row->found && !row->suppressed;
	const DynValue *new_item = NULL;
	DynValue	old_item;
	MemoryContext context;

	if (found)
		old_item = dyn_row_item(row);
	if (action->request->kind == DYN_TRANSACT_PUT)
		new_item = &action->request->item;
	else if (action->request->kind == DYN_TRANSACT_UPDATE && action->update.has_item)
		new_item = &action->update.new_item;

	action->image_size = Max(found ? dyn_item_size(&old_item) : 0, new_item != NULL ? dyn_item_size(new_item) : 0);
	if (action->request->kind == DYN_TRANSACT_CONDITION_CHECK ||
		action->transaction->request->return_consumed_capacity == DYN_CAPACITY_NONE)
		return;
	context = MemoryContextSwitchTo(action->transaction->context);
	dyn_capacity_of_write(&action->request->table_name, row->relation->table, found ? &old_item : NULL,
						  new_item, &action->capacity);
	MemoryContextSwitchTo(context);
}

/* To be answered again, the request is charged for reading the same images. */
static void
finish_token(Transaction *transaction)
{
	DynTransactTables *tables = &transaction->tables;
	DynTokenCost *costs = palloc0(sizeof(DynTokenCost) * tables->count);

	for (int i = 0; i < tables->count; i++)
		costs[i].table_name = pnstrdup(tables->tables[i].name->data, tables->tables[i].name->length);
	for (int i = 0; i < transaction->request->nactions; i++)
		costs[transaction->actions[i].table].read_units += dyn_transactional_read_units(transaction->actions[i].image_size);
	dyn_token_finish(transaction->request->operation, transaction->request->token, tables->count, costs);
}

/* In the caller's memory context. */
static void
respond(Transaction *transaction)
{
	TransactWriteItemsResponse *response = transaction->response;

	response->cancelled = transaction->failed;
	if (transaction->replayed)
		respond_replayed(transaction);
	else if (!transaction->failed)
		respond_done(transaction);

	/* An error of validation comes before all conditions. */
	for (int i = 0; transaction->invalid && i < transaction->request->nactions; i++)
		if (response->reasons[i].code != DYN_REASON_VALIDATION_ERROR)
			memset(&response->reasons[i], 0, sizeof(DynCancellationReason));
}

static void
respond_replayed(Transaction *transaction)
{
	TransactWriteItemsResponse *response = transaction->response;

	response->ntables = transaction->ncosts;
	response->tables = palloc0(sizeof(TransactTableAnswer) * transaction->ncosts);
	for (int i = 0; i < transaction->ncosts; i++)
	{
		DynConsumedCapacity *capacity = &response->tables[i].consumed_capacity;

		capacity->table_name = pstrdup(transaction->costs[i].table_name);
		capacity->transactional = DYN_TRANSACTIONAL_READ;
		capacity->table = capacity->total = transaction->costs[i].read_units;
	}
}

static void
respond_done(Transaction *transaction)
{
	const TransactWriteItemsRequest *request = transaction->request;
	TransactWriteItemsResponse *response = transaction->response;

	response->ntables = transaction->tables.count;
	response->tables = palloc0(sizeof(TransactTableAnswer) * transaction->tables.count);
	for (int i = 0; i < response->ntables; i++)
	{
		TransactTableAnswer *answer = &response->tables[i];

		answer->table_name = transaction->tables.tables[i].name;
		dyn_capacity_begin(answer->table_name, &answer->consumed_capacity);
		answer->consumed_capacity.transactional = DYN_TRANSACTIONAL_WRITE;
		if (request->return_item_collection_metrics)
			add_metrics(transaction, i, answer);
	}
	for (int i = 0; i < request->nactions && request->return_consumed_capacity != DYN_CAPACITY_NONE; i++)
	{
		const Action *action = &transaction->actions[i];
		DynConsumedCapacity *sum = &response->tables[action->table].consumed_capacity;

		if (action->request->kind == DYN_TRANSACT_CONDITION_CHECK)
			dyn_capacity_add_transactional_check(sum, action->image_size);
		else
			dyn_capacity_add_transactional_write(sum, &action->capacity);
	}
}

/* Add the metrics of each collection of a table that was written to. */
static void
add_metrics(Transaction *transaction, int number, TransactTableAnswer *answer)
{
	const DynNamedItem *last = NULL;

	answer->metrics = palloc(sizeof(DynItemCollectionMetrics) * transaction->request->nactions);
	for (int i = 0; i < transaction->request->nactions; i++)
	{
		const DynNamedItem *item = &transaction->items[i];
		const Action *action = &transaction->actions[item->position];
		DynItemCollectionMetrics *metrics = &answer->metrics[answer->nmetrics];

		if (action->table != number || !action->written ||
			(last != NULL && dyn_named_items_share_partition(last, item)))
			continue;
		last = item;
		dyn_item_collection_metrics(&transaction->tables.tables[number].relation, item->key,
									&action->partition_key, metrics);
		if (metrics->present)
			answer->nmetrics++;
	}
}
