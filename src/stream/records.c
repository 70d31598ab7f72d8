/*-------------------------------------------------------------------------
 *
 * records.c
 *	  Writes what is in the spool to the records.
 *
 * The records and the position up to which everything is stored are one
 * transaction, which is durable before the slot is told: so whatever happens
 * in between, decoding goes on right after what is stored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "commands/async.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "stream/capture.h"
#include "stream/notice.h"
#include "stream/spool.h"

/* Rows that are inserted at a time: so many, or so many bytes. */
#define BATCH_ROWS	500
#define BATCH_BYTES	(1024 * 1024)

/* A stream that records are written for in this transaction. */
typedef struct Target
{
	int64		stream;
	List	   *open;			/* DynShard * */
} Target;

typedef struct Writer
{
	DynStreamCapture *capture;
	Relation	slice;
	int16		slice_number;
	CatalogIndexState indexes;
	TupleTableSlot *slots[BATCH_ROWS];
	int			nslots;			/* made */
	int			nrows;			/* waiting */
	MemoryContext batch;		/* of the rows that wait */
	List	   *targets;		/* Target * */
} Writer;

static void write_all(Writer *writer);
static void add_row(Writer *writer, const DynCapturedChange *change);
static void flush_rows(Writer *writer);
static int64 find_shard(Writer *writer, const DynCapturedChange *change);
static void notify(const Writer *writer);

void
dyn_records_write(DynStreamCapture *capture, XLogRecPtr position)
{
	MemoryContext caller = CurrentMemoryContext;
	Writer		writer = {.capture = capture};

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	writer.slice = table_open(dyn_slices_current(capture, &writer.slice_number), RowExclusiveLock);
	writer.indexes = CatalogOpenIndexes(writer.slice);
	writer.batch = AllocSetContextCreate(CurrentMemoryContext, "dynamo stream records", ALLOCSET_DEFAULT_SIZES);
	write_all(&writer);
	for (int i = 0; i < writer.nslots; i++)
		ExecDropSingleTupleTableSlot(writer.slots[i]);
	CatalogCloseIndexes(writer.indexes);
	table_close(writer.slice, NoLock);

	capture->position = position;
	dyn_stream_capture_update(capture);
	notify(&writer);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);

	dyn_spool_reset();
	dyn_stream_notify();
}

static void
write_all(Writer *writer)
{
	MemoryContext caller = MemoryContextSwitchTo(writer->batch);
	DynCapturedChange change;
	Size		bytes = 0;

	dyn_spool_rewind();
	while (dyn_spool_next(&change))
	{
		CHECK_FOR_INTERRUPTS();
		add_row(writer, &change);
		bytes += change.size;
		if (writer->nrows == BATCH_ROWS || bytes >= BATCH_BYTES)
		{
			flush_rows(writer);
			bytes = 0;
		}
	}
	flush_rows(writer);
	MemoryContextSwitchTo(caller);
}

static void
add_row(Writer *writer, const DynCapturedChange *change)
{
	Datum		values[RECORDS_COLUMNS];
	bool		nulls[RECORDS_COLUMNS] = {false};
	HeapTuple	tuple;

	values[RECORDS_SHARD - 1] = Int64GetDatum(find_shard(writer, change));
	values[RECORDS_COMMIT_LSN - 1] = LSNGetDatum(change->commit_lsn);
	values[RECORDS_ORDINAL - 1] = Int64GetDatum(change->ordinal);
	values[RECORDS_SLICE - 1] = Int16GetDatum(writer->slice_number);
	values[RECORDS_EVENT - 1] = CharGetDatum(change->event);
	values[RECORDS_SERVICE - 1] = BoolGetDatum(change->service);
	values[RECORDS_SIZE - 1] = Int32GetDatum(change->size);
	values[RECORDS_COMMITTED_AT - 1] = TimestampTzGetDatum(change->committed_at);
	values[RECORDS_STREAM - 1] = Int64GetDatum(change->stream);
	values[RECORDS_KEYS - 1] = PointerGetDatum(change->keys);
	values[RECORDS_NEW_IMAGE - 1] = PointerGetDatum(change->new_image);
	nulls[RECORDS_NEW_IMAGE - 1] = change->new_image == NULL;
	values[RECORDS_OLD_IMAGE - 1] = PointerGetDatum(change->old_image);
	nulls[RECORDS_OLD_IMAGE - 1] = change->old_image == NULL;
	tuple = heap_form_tuple(RelationGetDescr(writer->slice), values, nulls);

	/* What is toasted is another tuple, whose place the insertion of many does not tell the indexes. */
	if (tuple->t_len > TOAST_TUPLE_THRESHOLD)
	{
		CatalogTupleInsertWithInfo(writer->slice, tuple, writer->indexes);
		return;
	}
	if (writer->nrows == writer->nslots)
	{
		MemoryContext caller = MemoryContextSwitchTo(MemoryContextGetParent(writer->batch));

		writer->slots[writer->nslots++] = MakeSingleTupleTableSlot(RelationGetDescr(writer->slice), &TTSOpsHeapTuple);
		MemoryContextSwitchTo(caller);
	}
	ExecStoreHeapTuple(tuple, writer->slots[writer->nrows], false);
	writer->nrows++;
}

static void
flush_rows(Writer *writer)
{
	CatalogTuplesMultiInsertWithInfo(writer->slice, writer->slots, writer->nrows, writer->indexes);
	for (int i = 0; i < writer->nrows; i++)
		ExecClearTuple(writer->slots[i]);
	writer->nrows = 0;
	MemoryContextReset(writer->batch);
}

/* The open shards of a stream; made where there are none. */
static List *
open_shards(Writer *writer, const DynCapturedChange *change)
{
	List	   *open = NIL;
	ListCell   *cell;

	for (int attempt = 0; open == NIL; attempt++)
	{
		if (attempt > 1)
			elog(ERROR, "a stream has no open shards");
		if (attempt == 1)
			dyn_shards_open(change->stream, writer->capture, writer->capture->position, NIL);
		foreach(cell, dyn_shards_list(change->stream))
		{
			DynShard   *shard = lfirst(cell);

			if (XLogRecPtrIsInvalid(shard->ends))
				open = lappend(open, shard);
		}
	}
	return open;
}

static int64
find_shard(Writer *writer, const DynCapturedChange *change)
{
	Target	   *target = NULL;
	ListCell   *cell;

	foreach(cell, writer->targets)
		if (((Target *) lfirst(cell))->stream == change->stream)
			target = lfirst(cell);
	if (target == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(MemoryContextGetParent(writer->batch));

		target = palloc(sizeof(Target));
		target->stream = change->stream;
		target->open = open_shards(writer, change);
		writer->targets = lappend(writer->targets, target);
		MemoryContextSwitchTo(caller);
	}
	foreach(cell, target->open)
	{
		const DynShard *shard = lfirst(cell);

		if (change->hash >= shard->hash_from && change->hash <= shard->hash_to)
			return shard->number;
	}
	elog(ERROR, "no open shard of a stream has hash %08x", change->hash);
}

/* NOTIFY once a stream. */
static void
notify(const Writer *writer)
{
	ListCell   *cell;

	foreach(cell, writer->targets)
	{
		DynStreamRow row;

		if (dyn_streams_find_id(((Target *) lfirst(cell))->stream, &row))
			Async_Notify(DYN_STREAM_CHANNEL, psprintf("%s/stream/%s", row.table_name, row.label));
	}
}
