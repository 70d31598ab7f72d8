/*-------------------------------------------------------------------------
 *
 * batch_get.c
 *	  BatchGetItem: the items of many keys, as the current snapshot sees them.
 *
 * Everything is checked before anything is read.  The keys of a table are
 * looked up in their order, by one index scan, so neighbours meet the pages
 * that the ones before them have just read.
 *
 * An answer has 16 MB of items at most, by the service's accounting and as
 * they are stored.  From the first item on that would be too much, the keys
 * are left unprocessed; but one item there always is.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "base/settings.h"
#include "engine/batch_operations.h"
#include "engine/capacity.h"
#include "engine/item_key.h"
#include "engine/item_order.h"
#include "engine/key_paths.h"
#include "index/row.h"

/* A table of the batch, opened. */
typedef struct OpenTable
{
	DynRelation relation;
	DynNamedItem *items;		/* sorted */
} OpenTable;

typedef struct BatchGet
{
	const BatchGetItemRequest *request;
	OpenTable  *tables;
	MemoryContext caller;		/* in which the response is made */
	MemoryContext item_context; /* reset for each item */
	Size		bytes;			/* of the items of the answer */
	int			nitems;			/* of the answer, of all tables */
	bool		full;
} BatchGet;

static void check_request(const BatchGetItemRequest *request);
static void check_maps(const BatchGetTable *table);
static int	compare_maps(const void *a, const void *b);
pg_noreturn static void raise_duplicates(void);
static void open_table(const BatchGetTable *table, OpenTable *open);
static void read_table(BatchGet *batch, int number, BatchGetTableAnswer *answer);
static void take_item(BatchGet *batch, const BatchGetTable *table, const DynRow *row, int position,
					  BatchGetTableAnswer *answer);
static bool is_too_much(BatchGet *batch, Size size);
static DynValue copy_item(BatchGet *batch, const BatchGetTable *table, const DynValue *item);

void
dyn_batch_get_item(const BatchGetItemRequest *request, BatchGetItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	BatchGet	batch = {.request = request, .caller = caller};

	check_request(request);
	batch.tables = palloc0(sizeof(OpenTable) * request->ntables);
	batch.item_context = AllocSetContextCreate(context, "dynamo item", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < request->ntables; i++)
		open_table(&request->tables[i], &batch.tables[i]);

	response->tables = MemoryContextAllocZero(caller, sizeof(BatchGetTableAnswer) * request->ntables);
	for (int i = 0; i < request->ntables; i++)
		read_table(&batch, i, &response->tables[i]);

	for (int i = 0; i < request->ntables; i++)
		dyn_relation_close(&batch.tables[i].relation);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* What can be known of a request without its tables. */
static void
check_request(const BatchGetItemRequest *request)
{
	int			nkeys = 0;

	for (int i = 0; i < request->ntables; i++)
	{
		check_maps(&request->tables[i]);
		nkeys += request->tables[i].nkeys;
	}
	if (dyn_enforce_limits && nkeys > DYN_MAX_BATCH_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Too many items requested for the BatchGetItem call"),
				 errdetail("There are %d keys; %d are allowed.", nkeys, DYN_MAX_BATCH_KEYS),
				 errhint("Make several calls, or set dynamo.enforce_limits to off.")));
}

/* Raise where a table's keys contain duplicates, which comes before asking whether there is such a table. */
static void
check_maps(const BatchGetTable *table)
{
	const DynValue **maps;

	if (table->nkeys < 2 || table->keys[0].nvalues > 0)
		return;
	maps = palloc(sizeof(DynValue *) * table->nkeys);
	for (int i = 0; i < table->nkeys; i++)
		maps[i] = &table->keys[i].map;
	qsort(maps, table->nkeys, sizeof(DynValue *), compare_maps);
	for (int i = 1; i < table->nkeys; i++)
		if (compare_maps(&maps[i - 1], &maps[i]) == 0)
			raise_duplicates();
	pfree(maps);
}

/* Equal maps have equal bytes; beyond that any order will do. */
static int
compare_maps(const void *a, const void *b)
{
	const DynValue *x = *(const DynValue *const *) a;
	const DynValue *y = *(const DynValue *const *) b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return memcmp(x->data, y->data, x->length);
}

static void
raise_duplicates(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Provided list of item keys contains duplicates"),
			 errhint("Name each key once.")));
}

static void
open_table(const BatchGetTable *table, OpenTable *open)
{
	dyn_relation_open("BatchGetItem", table->table_name.data, table->table_name.length,
					  ACL_SELECT, AccessShareLock, &open->relation);
	open->items = palloc(sizeof(DynNamedItem) * table->nkeys);
	for (int i = 0; i < table->nkeys; i++)
	{
		DynValue	partition_key;

		open->items[i].relid = open->relation.table->relid;
		open->items[i].key = dyn_request_key(open->relation.table, &table->keys[i], &partition_key);
		open->items[i].position = i;
	}
	if (!dyn_named_items_sort(open->items, table->nkeys))
		raise_duplicates();
	dyn_check_key_paths(open->relation.table, table->projection);
}

static void
read_table(BatchGet *batch, int number, BatchGetTableAnswer *answer)
{
	const BatchGetTable *table = &batch->request->tables[number];
	const OpenTable *open = &batch->tables[number];
	MemoryContext context = MemoryContextSwitchTo(batch->caller);
	DynRow		row;

	answer->items = palloc(sizeof(DynValue) * table->nkeys);
	answer->unprocessed = palloc(sizeof(int) * table->nkeys);
	if (batch->request->return_consumed_capacity != DYN_CAPACITY_NONE)
		dyn_capacity_begin(&table->table_name, &answer->consumed_capacity);
	MemoryContextSwitchTo(context);
	if (table->nkeys == 0)
		return;

	dyn_row_begin(&row, &open->relation, open->items[0].key);
	for (int i = 0; i < table->nkeys; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (batch->full)
		{
			answer->unprocessed[answer->nunprocessed++] = open->items[i].position;
			continue;
		}
		if (i > 0)
			dyn_row_move(&row, open->items[i].key);
		dyn_row_read(&row);
		take_item(batch, table, &row, open->items[i].position, answer);
		MemoryContextReset(batch->item_context);
	}
	dyn_row_end(&row);
}

/* Add to the answer what was found. */
static void
take_item(BatchGet *batch, const BatchGetTable *table, const DynRow *row, int position, BatchGetTableAnswer *answer)
{
	bool		measure = batch->request->return_consumed_capacity != DYN_CAPACITY_NONE;
	MemoryContext context = MemoryContextSwitchTo(batch->item_context);
	DynValue	item;
	Size		size = 0;

	if (row->found)
	{
		item = dyn_row_item(row);
		size = dyn_item_size(&item);
		if (is_too_much(batch, size))
			answer->unprocessed[answer->nunprocessed++] = position;
		else
			answer->items[answer->nitems++] = copy_item(batch, table, &item);
	}
	if (measure && !batch->full)
		dyn_capacity_add_read(&answer->consumed_capacity, size, table->consistent_read);
	MemoryContextSwitchTo(context);
}

static bool
is_too_much(BatchGet *batch, Size size)
{
	batch->bytes += size;
	batch->full = batch->bytes > DYN_MAX_BATCH_GET_BYTES && batch->nitems > 0 &&
		dyn_enforce_limits && !batch->request->complete;
	if (!batch->full)
		batch->nitems++;
	return batch->full;
}

/* Copy what the request wants of an item to the caller's memory context. */
static DynValue
copy_item(BatchGet *batch, const BatchGetTable *table, const DynValue *item)
{
	DynValue	copy = table->projection != NULL ? dyn_project(table->projection, item) : *item;
	uint8	   *data = MemoryContextAlloc(batch->caller, copy.length);

	memcpy(data, copy.data, copy.length);
	copy.data = data;
	return copy;
}
