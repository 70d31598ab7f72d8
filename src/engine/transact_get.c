/*-------------------------------------------------------------------------
 *
 * transact_get.c
 *	  TransactGetItems: items of several tables, as one snapshot sees them.
 *
 * The snapshot is that of the statement, so nothing is locked, nothing is
 * waited for, and there are no conflicts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "engine/capacity.h"
#include "engine/key_paths.h"
#include "engine/transact.h"
#include "index/row.h"

typedef struct Reading
{
	const TransactGetItemsRequest *request;
	TransactGetItemsResponse *response;
	DynTransactTables tables;
	int		   *table_of;		/* of each action: its table's number */
	DynNamedItem *items;		/* sorted */
	Size		bytes;
	MemoryContext caller;		/* in which the response is made */
	MemoryContext item_context; /* reset for each item */
} Reading;

static void open_tables(Reading *reading);
static void make_keys(Reading *reading);
static void begin_response(Reading *reading);
static void read_items(Reading *reading);
static void take_item(Reading *reading, const DynRow *row, int position);
static DynValue copy_item(Reading *reading, const DynValue *item);

void
dyn_transact_get_items(const TransactGetItemsRequest *request, TransactGetItemsResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	Reading		reading = {.request = request, .response = response, .caller = MemoryContextSwitchTo(context)};

	reading.item_context = AllocSetContextCreate(context, "dynamo item", ALLOCSET_DEFAULT_SIZES);
	begin_response(&reading);
	open_tables(&reading);
	make_keys(&reading);
	if (!response->cancelled)
		read_items(&reading);
	dyn_transact_close(&reading.tables);
	MemoryContextSwitchTo(reading.caller);
	MemoryContextDelete(context);
}

static void
begin_response(Reading *reading)
{
	int			nactions = reading->request->nactions;
	MemoryContext context = MemoryContextSwitchTo(reading->caller);

	memset(reading->response, 0, sizeof(TransactGetItemsResponse));
	reading->response->reasons = palloc0(sizeof(DynCancellationReason) * nactions);
	reading->response->answers = palloc0(sizeof(TransactGetAnswer) * nactions);
	reading->response->tables = palloc0(sizeof(TransactTableAnswer) * nactions);
	MemoryContextSwitchTo(context);
}

static void
open_tables(Reading *reading)
{
	const TransactGetItemsRequest *request = reading->request;
	TransactGetItemsResponse *response = reading->response;
	MemoryContext context;

	reading->tables.tables = palloc0(sizeof(DynTransactTable) * request->nactions);
	reading->table_of = palloc(sizeof(int) * request->nactions);
	for (int i = 0; i < request->nactions; i++)
		reading->table_of[i] = dyn_transact_add_table(&reading->tables, &request->actions[i].table_name, ACL_SELECT);
	dyn_transact_open(&reading->tables, request->operation, AccessShareLock);

	context = MemoryContextSwitchTo(reading->caller);
	response->ntables = reading->tables.count;
	for (int i = 0; i < response->ntables; i++)
	{
		response->tables[i].table_name = reading->tables.tables[i].name;
		dyn_capacity_begin(response->tables[i].table_name, &response->tables[i].consumed_capacity);
		response->tables[i].consumed_capacity.transactional = DYN_TRANSACTIONAL_READ;
	}
	MemoryContextSwitchTo(context);
}

/* One that does not fit its table cancels the transaction, but not before all were looked at. */
static void
make_keys(Reading *reading)
{
	int			nactions = reading->request->nactions;
	int			nitems = 0;

	reading->items = palloc(sizeof(DynNamedItem) * nactions);
	for (int i = 0; i < nactions; i++)
	{
		const TransactGet *action = &reading->request->actions[i];
		const DynTable *table = reading->tables.tables[reading->table_of[i]].relation.table;
		DynNamedItem *item = &reading->items[nitems];
		DynValue	partition_key;

		dyn_check_key_paths(table, action->projection);
		item->relid = table->relid;
		item->position = i;
		item->key = dyn_transact_key(table, &action->key, NULL, &partition_key, reading->caller,
									 &reading->response->reasons[i]);
		if (item->key != NULL)
			nitems++;
	}
	reading->response->cancelled = nitems < nactions;
	dyn_transact_sort(reading->items, nitems);
}

static void
read_items(Reading *reading)
{
	DynRow		row;
	int			table = -1;

	for (int i = 0; i < reading->request->nactions; i++)
	{
		const DynNamedItem *item = &reading->items[i];

		CHECK_FOR_INTERRUPTS();
		if (table == reading->table_of[item->position])
			dyn_row_move(&row, item->key);
		else
		{
			if (table >= 0)
				dyn_row_end(&row);
			table = reading->table_of[item->position];
			dyn_row_begin(&row, &reading->tables.tables[table].relation, item->key);
		}
		dyn_row_read(&row);
		take_item(reading, &row, item->position);
		MemoryContextReset(reading->item_context);
	}
	if (table >= 0)
		dyn_row_end(&row);
}

static void
take_item(Reading *reading, const DynRow *row, int position)
{
	const TransactGet *action = &reading->request->actions[position];
	TransactGetAnswer *answer = &reading->response->answers[position];
	MemoryContext context = MemoryContextSwitchTo(reading->item_context);
	Size		size = 0;

	answer->found = row->found;
	if (row->found)
	{
		DynValue	item = dyn_row_item(row);

		size = dyn_item_size(&item);
		reading->bytes += size;
		dyn_transact_check_size(reading->bytes);
		if (action->projection != NULL)
			item = dyn_project(action->projection, &item);
		answer->item = copy_item(reading, &item);
	}
	if (reading->request->return_consumed_capacity != DYN_CAPACITY_NONE)
		dyn_capacity_add_transactional_read(&reading->response->tables[reading->table_of[position]].consumed_capacity, size);
	MemoryContextSwitchTo(context);
}

static DynValue
copy_item(Reading *reading, const DynValue *item)
{
	DynValue	copy = *item;
	uint8	   *data = MemoryContextAlloc(reading->caller, item->length);

	memcpy(data, item->data, item->length);
	copy.data = data;
	return copy;
}
