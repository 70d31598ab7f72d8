/*-------------------------------------------------------------------------
 *
 * batch_write.c
 *	  BatchWriteItem: put and delete many items, each for itself.
 *
 * Everything is checked before anything is written.  The writes are done in
 * the order of item_order.h, whatever order the request has, so two batches
 * never deadlock with each other.
 *
 * A write that waits for another transaction until lock_timeout is over
 * is left unprocessed, and nothing of it stays.  Taking one write back costs
 * a subtransaction.  So the batch is tried in one subtransaction first (and
 * in none, where there is no lock_timeout); only when a write meets a
 * time-out all of them are taken back, and the others are done again in a
 * subtransaction each.
 *
 * All other errors are raised, so that the batch is done as a whole or not
 * at all, as any statement of SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "base/settings.h"
#include "base/try.h"
#include "engine/batch_operations.h"
#include "engine/capacity.h"
#include "engine/collection.h"
#include "engine/item_key.h"
#include "engine/item_order.h"
#include "engine/write_item.h"

/* One write of the batch; its name's position is the one among all writes. */
typedef struct Write
{
	int			table;			/* in the request */
	int			position;		/* in the table's writes */
	DynValue	partition_key;
	const DynValue *new_item;	/* NULL: delete */
	struct varlena *new_datum;
	bool		unprocessed;
	DynConsumedCapacity capacity;
} Write;

typedef struct Batch
{
	const BatchWriteItemRequest *request;
	DynRelation *relations;		/* of each table of the request */
	int			nwrites;
	Write	   *writes;			/* in the request's order */
	DynNamedItem *items;		/* in the order in which they are written */
	int			first;			/* of the items that are being tried */
	int			end;
	int			current;		/* the one that is being written */
	bool		hold;
	MemoryContext context;		/* of the operation */
	MemoryContext item_context; /* reset for each item */
} Batch;

static void check_request(Batch *batch);
static void open_table(Batch *batch, int number);
static AclMode needed_privileges(const BatchWriteTable *table);
static void add_write(Batch *batch, int table, int position);
static void write_all(Batch *batch);
static void write_items(void *argument);
static void write_item(Batch *batch, DynRow *row, Write *write);
static DynVerdict decide(void *argument, const DynRow *row, struct varlena **item);
static bool is_lock_timeout(int sqlerrcode);
static void respond(Batch *batch, BatchWriteItemResponse *response);
static void add_metrics(Batch *batch, int number, BatchWriteTableAnswer *answer);

void
dyn_batch_write_item(const BatchWriteItemRequest *request, BatchWriteItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Batch		batch = {.request = request, .context = context};

	check_request(&batch);
	batch.item_context = AllocSetContextCreate(context, "dynamo item", ALLOCSET_DEFAULT_SIZES);
	batch.relations = palloc0(sizeof(DynRelation) * request->ntables);
	for (int i = 0; i < request->ntables; i++)
		open_table(&batch, i);
	if (!dyn_named_items_sort(batch.items, batch.nwrites))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Provided list of item keys contains duplicates"),
				 errhint("A batch puts or deletes each item once.")));

	write_all(&batch);
	MemoryContextSwitchTo(caller);
	respond(&batch, response);
	for (int i = 0; i < request->ntables; i++)
		dyn_relation_close(&batch.relations[i]);
	MemoryContextDelete(context);
}

/* What can be known of a request without its tables.  Makes room for the writes. */
static void
check_request(Batch *batch)
{
	int			nwrites = 0;

	for (int i = 0; i < batch->request->ntables; i++)
		nwrites += batch->request->tables[i].nwrites;
	if (dyn_enforce_limits && nwrites > DYN_MAX_BATCH_WRITES)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Too many items requested for the BatchWriteItem call"),
				 errdetail("There are %d writes; %d are allowed.", nwrites, DYN_MAX_BATCH_WRITES),
				 errhint("Make several calls, or set dynamo.enforce_limits to off.")));

	for (int i = 0; i < batch->request->ntables; i++)
	{
		const BatchWriteTable *table = &batch->request->tables[i];

		for (int j = 0; j < table->nwrites; j++)
			if (!table->writes[j].delete)
				dyn_check_item_size(&table->writes[j].item);
	}
	batch->writes = palloc0(sizeof(Write) * nwrites);
	batch->items = palloc(sizeof(DynNamedItem) * nwrites);
}

static void
open_table(Batch *batch, int number)
{
	const BatchWriteTable *table = &batch->request->tables[number];

	dyn_relation_open("BatchWriteItem", table->table_name.data, table->table_name.length,
					  needed_privileges(table), RowExclusiveLock, &batch->relations[number]);
	for (int i = 0; i < table->nwrites; i++)
		add_write(batch, number, i);
}

/* Those of PutItem and of DeleteItem, for what there is of each. */
static AclMode
needed_privileges(const BatchWriteTable *table)
{
	AclMode		privileges = ACL_SELECT;

	for (int i = 0; i < table->nwrites; i++)
		privileges |= table->writes[i].delete ? ACL_DELETE : ACL_INSERT | ACL_UPDATE;
	return privileges;
}

/* Make the key of a write, and the bytes of the item to put. */
static void
add_write(Batch *batch, int table, int position)
{
	const BatchWrite *request = &batch->request->tables[table].writes[position];
	const DynTable *description = batch->relations[table].table;
	Write	   *write = &batch->writes[batch->nwrites];
	DynNamedItem *item = &batch->items[batch->nwrites];

	write->table = table;
	write->position = position;
	item->relid = description->relid;
	item->position = batch->nwrites++;
	if (request->delete)
	{
		item->key = dyn_request_key(description, &request->key, &write->partition_key);
		return;
	}
	item->key = dyn_batch_item_key(description, &request->item, &write->partition_key);
	dyn_check_local_index_size(description, &request->item);
	write->new_item = &request->item;
	write->new_datum = request->item_datum != NULL ? request->item_datum : dyn_value_to_item_datum(&request->item);
}

static void
write_all(Batch *batch)
{
	batch->hold = dyn_is_one_of_many();
	batch->first = 0;
	batch->end = batch->nwrites;
	if (LockTimeout <= 0 || batch->request->complete)
	{
		write_items(batch);
		return;
	}

	if (dyn_try(write_items, batch, is_lock_timeout) == NULL)
		return;
	batch->writes[batch->items[batch->current].position].unprocessed = true;
	for (int i = 0; i < batch->nwrites; i++)
	{
		Write	   *write = &batch->writes[batch->items[i].position];

		batch->first = i;
		batch->end = i + 1;
		if (!write->unprocessed)
			write->unprocessed = dyn_try(write_items, batch, is_lock_timeout) != NULL;
	}
}

/* Write those from "first" to before "end". */
static void
write_items(void *argument)
{
	Batch	   *batch = argument;
	DynRow		row;
	int			table = -1;

	for (int i = batch->first; i < batch->end; i++)
	{
		Write	   *write = &batch->writes[batch->items[i].position];

		CHECK_FOR_INTERRUPTS();
		batch->current = i;
		if (table == write->table)
			dyn_row_move(&row, batch->items[i].key);
		else
		{
			if (table >= 0)
				dyn_row_end(&row);
			table = write->table;
			dyn_row_begin(&row, &batch->relations[table], batch->items[i].key);
		}
		write_item(batch, &row, write);
		MemoryContextReset(batch->item_context);
	}
	if (table >= 0)
		dyn_row_end(&row);
}

static void
write_item(Batch *batch, DynRow *row, Write *write)
{
	MemoryContext context = MemoryContextSwitchTo(batch->item_context);
	bool		found;
	DynValue	old_item;

	dyn_write_row(row, batch->hold, decide, write);
	if (batch->request->return_consumed_capacity != DYN_CAPACITY_NONE)
	{
		found = row->found && !row->suppressed;
		if (found)
			old_item = dyn_row_item(row);
		MemoryContextSwitchTo(batch->context);
		dyn_capacity_of_write(&batch->request->tables[write->table].table_name, row->relation->table,
							  found ? &old_item : NULL, write->new_item, &write->capacity);
	}
	MemoryContextSwitchTo(context);
}

static DynVerdict
decide(void *argument, const DynRow *row, struct varlena **item)
{
	const Write *write = argument;

	*item = write->new_datum;
	if (write->new_datum != NULL)
		return DYN_PUT;
	return row->found ? DYN_DELETE : DYN_KEEP;
}

static bool
is_lock_timeout(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
}

/* In the caller's memory context. */
static void
respond(Batch *batch, BatchWriteItemResponse *response)
{
	const BatchWriteItemRequest *request = batch->request;

	response->tables = palloc0(sizeof(BatchWriteTableAnswer) * request->ntables);
	for (int i = 0; i < request->ntables; i++)
	{
		BatchWriteTableAnswer *answer = &response->tables[i];

		answer->unprocessed = palloc(sizeof(int) * request->tables[i].nwrites);
		if (request->return_consumed_capacity != DYN_CAPACITY_NONE)
			dyn_capacity_begin(&request->tables[i].table_name, &answer->consumed_capacity);
		if (request->return_item_collection_metrics)
			add_metrics(batch, i, answer);
	}
	for (int i = 0; i < batch->nwrites; i++)
	{
		const Write *write = &batch->writes[i];
		BatchWriteTableAnswer *answer = &response->tables[write->table];

		if (write->unprocessed)
			answer->unprocessed[answer->nunprocessed++] = write->position;
		else if (request->return_consumed_capacity != DYN_CAPACITY_NONE)
			dyn_capacity_add(&answer->consumed_capacity, &write->capacity);
	}
}

/* Add the metrics of each collection of a table that was written to. */
static void
add_metrics(Batch *batch, int number, BatchWriteTableAnswer *answer)
{
	const DynNamedItem *last = NULL;

	answer->metrics = palloc(sizeof(DynItemCollectionMetrics) * (batch->request->tables[number].nwrites + 1));
	for (int i = 0; i < batch->nwrites; i++)
	{
		const DynNamedItem *item = &batch->items[i];
		const Write *write = &batch->writes[item->position];
		DynItemCollectionMetrics *metrics = &answer->metrics[answer->nmetrics];

		if (write->table != number || write->unprocessed ||
			(last != NULL && dyn_named_items_share_partition(last, item)))
			continue;
		last = item;
		dyn_item_collection_metrics(&batch->relations[number], item->key, &write->partition_key, metrics);
		if (metrics->present)
			answer->nmetrics++;
	}
}
