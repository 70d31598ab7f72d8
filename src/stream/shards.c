/*-------------------------------------------------------------------------
 *
 * shards.c
 *	  The rows of dynamo.stream_shards.
 *
 * A shard holds the changes of a range of hashes, committed between two
 * positions.  The parent of one is the shard that had the range before, or,
 * where the range was split, the greater one that held it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "commands/sequence.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "schema/catalog.h"
#include "schema/catalog_scan.h"
#include "stream/capture.h"

/* Columns, in the order of records.sql. */
enum
{
	SHARDS_STREAM = 1,
	SHARDS_NUMBER,
	SHARDS_ID,
	SHARDS_PARENT,
	SHARDS_GENERATION,
	SHARDS_NODE,
	SHARDS_HASH_FROM,
	SHARDS_HASH_TO,
	SHARDS_BEGINS,
	SHARDS_ENDS,
	SHARDS_OPENED_AT,
	SHARDS_CLOSED_AT,
	SHARDS_COLUMNS = SHARDS_CLOSED_AT
};

static Relation
open_shards(LOCKMODE lockmode)
{
	return dyn_catalog_open("stream_shards", lockmode, SHARDS_COLUMNS);
}

static void
read_row(const DynCatalogScan *scan, DynShard *shard)
{
	const Datum *values = scan->values;
	const bool *nulls = scan->nulls;

	shard->stream = DatumGetInt64(values[SHARDS_STREAM - 1]);
	shard->number = DatumGetInt64(values[SHARDS_NUMBER - 1]);
	shard->id = TextDatumGetCString(values[SHARDS_ID - 1]);
	shard->parent = nulls[SHARDS_PARENT - 1] ? 0 : DatumGetInt64(values[SHARDS_PARENT - 1]);
	shard->generation = DatumGetInt32(values[SHARDS_GENERATION - 1]);
	shard->node = DatumGetInt32(values[SHARDS_NODE - 1]);
	shard->hash_from = (uint32) DatumGetInt64(values[SHARDS_HASH_FROM - 1]);
	shard->hash_to = (uint32) DatumGetInt64(values[SHARDS_HASH_TO - 1]);
	shard->begins = DatumGetLSN(values[SHARDS_BEGINS - 1]);
	shard->ends = nulls[SHARDS_ENDS - 1] ? InvalidXLogRecPtr : DatumGetLSN(values[SHARDS_ENDS - 1]);
	shard->opened_at = DatumGetTimestampTz(values[SHARDS_OPENED_AT - 1]);
	shard->closed_at = nulls[SHARDS_CLOSED_AT - 1] ? DYN_NEVER : DatumGetTimestampTz(values[SHARDS_CLOSED_AT - 1]);
}

static HeapTuple
form_row(Relation shards, const DynShard *shard)
{
	Datum		values[SHARDS_COLUMNS];
	bool		nulls[SHARDS_COLUMNS] = {false};

	values[SHARDS_STREAM - 1] = Int64GetDatum(shard->stream);
	values[SHARDS_NUMBER - 1] = Int64GetDatum(shard->number);
	values[SHARDS_ID - 1] = CStringGetTextDatum(shard->id);
	values[SHARDS_PARENT - 1] = Int64GetDatum(shard->parent);
	nulls[SHARDS_PARENT - 1] = shard->parent == 0;
	values[SHARDS_GENERATION - 1] = Int32GetDatum(shard->generation);
	values[SHARDS_NODE - 1] = Int32GetDatum(shard->node);
	values[SHARDS_HASH_FROM - 1] = Int64GetDatum((int64) shard->hash_from);
	values[SHARDS_HASH_TO - 1] = Int64GetDatum((int64) shard->hash_to);
	values[SHARDS_BEGINS - 1] = LSNGetDatum(shard->begins);
	values[SHARDS_ENDS - 1] = LSNGetDatum(shard->ends);
	nulls[SHARDS_ENDS - 1] = XLogRecPtrIsInvalid(shard->ends);
	values[SHARDS_OPENED_AT - 1] = TimestampTzGetDatum(shard->opened_at);
	values[SHARDS_CLOSED_AT - 1] = TimestampTzGetDatum(shard->closed_at);
	nulls[SHARDS_CLOSED_AT - 1] = shard->closed_at == DYN_NEVER;
	return heap_form_tuple(RelationGetDescr(shards), values, nulls);
}

/* ---- reading ---- */

static int
compare_shards(const ListCell *a, const ListCell *b)
{
	int64		x = ((const DynShard *) lfirst(a))->number;
	int64		y = ((const DynShard *) lfirst(b))->number;

	return x < y ? -1 : x > y;
}

List *
dyn_shards_list(int64 stream)
{
	Relation	shards = open_shards(AccessShareLock);
	DynCatalogScan scan;
	ScanKeyData key;
	List	   *result = NIL;

	ScanKeyInit(&key, SHARDS_STREAM, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(stream));
	dyn_catalog_scan_begin(&scan, shards, "stream_shards_pkey", 1, &key);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynShard   *shard = palloc(sizeof(DynShard));

		read_row(&scan, shard);
		result = lappend(result, shard);
	}
	dyn_catalog_scan_end(&scan);
	list_sort(result, compare_shards);
	return result;
}

bool
dyn_shards_find(int64 stream, const char *id, DynShard *shard)
{
	ListCell   *cell;

	foreach(cell, dyn_shards_list(stream))
	{
		if (strcmp(((DynShard *) lfirst(cell))->id, id) == 0)
		{
			*shard = *(DynShard *) lfirst(cell);
			return true;
		}
	}
	return false;
}

static void
write_position(const DynShard *shard, XLogRecPtr lsn, int64 ordinal, char *text)
{
	DynSequence sequence = {.generation = shard->generation, .lsn = lsn, .ordinal = ordinal, .node = shard->node};

	dyn_sequence_write(&sequence, text);
}

/* Ordinals begin with 1, and an ending is less than the starting of a child. */
void
dyn_shard_starting(const DynShard *shard, char *text)
{
	write_position(shard, shard->begins, 0, text);
}

void
dyn_shard_ending(const DynShard *shard, char *text)
{
	write_position(shard, shard->ends - 1, DYN_MAX_ORDINAL, text);
}

/* ---- writing ---- */

static void
remove_shard(const DynShard *shard)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], SHARDS_STREAM, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(shard->stream));
	ScanKeyInit(&keys[1], SHARDS_NUMBER, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(shard->number));
	(void) dyn_catalog_delete_rows(open_shards(RowExclusiveLock), "stream_shards_pkey", 2, keys);
}

/* "shardId-", the time in milliseconds in 20 digits, and 8 hexadecimal digits that make it unique. */
static char *
make_id(TimestampTz now, int64 number)
{
	int64		milliseconds = now / 1000 + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (USECS_PER_DAY / 1000);

	return psprintf("shardId-%020lld-%08x", (long long) milliseconds, hash_bytes_uint32((uint32) number));
}

static void
open_shard(Relation shards, int64 stream, const DynStreamCapture *capture, XLogRecPtr begins, int64 parent,
		   uint32 hash_from, uint32 hash_to)
{
	DynShard	shard = {0};

	shard.stream = stream;
	shard.number = nextval_internal(dyn_stream_relid("stream_shard_number"), false);
	shard.parent = parent;
	shard.generation = capture->generation;
	shard.node = capture->node;
	shard.hash_from = hash_from;
	shard.hash_to = hash_to;
	shard.begins = begins;
	shard.ends = InvalidXLogRecPtr;
	shard.opened_at = GetCurrentTimestamp();
	shard.closed_at = DYN_NEVER;
	shard.id = make_id(shard.opened_at, shard.number);
	CatalogTupleInsert(shards, form_row(shards, &shard));
	CommandCounterIncrement();
}

void
dyn_shards_open(int64 stream, const DynStreamCapture *capture, XLogRecPtr begins, List *parents)
{
	Relation	shards = open_shards(RowExclusiveLock);
	ListCell   *cell;

	foreach(cell, parents)
	{
		const DynShard *parent = lfirst(cell);

		open_shard(shards, stream, capture, begins, parent->number, parent->hash_from, parent->hash_to);
	}
	if (parents == NIL)
	{
		uint64		range = ((uint64) PG_UINT32_MAX + 1) / dyn_stream_shards;

		for (int i = 0; i < dyn_stream_shards; i++)
			open_shard(shards, stream, capture, begins, 0, (uint32) (range * i),
					   i == dyn_stream_shards - 1 ? PG_UINT32_MAX : (uint32) (range * (i + 1) - 1));
	}
	table_close(shards, NoLock);
}

void
dyn_shard_close(DynShard *shard, XLogRecPtr ends)
{
	Relation	shards = open_shards(RowExclusiveLock);
	ScanKeyData keys[2];

	Assert(ends >= shard->begins);
	shard->ends = ends;
	shard->closed_at = GetCurrentTimestamp();
	ScanKeyInit(&keys[0], SHARDS_STREAM, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(shard->stream));
	ScanKeyInit(&keys[1], SHARDS_NUMBER, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(shard->number));
	dyn_catalog_update_row(shards, "stream_shards_pkey", 2, keys, form_row(shards, shard));
}

void
dyn_shards_roll(int64 stream, const DynStreamCapture *capture, XLogRecPtr position)
{
	List	   *open = NIL;
	ListCell   *cell;

	foreach(cell, dyn_shards_list(stream))
	{
		DynShard   *shard = lfirst(cell);

		if (XLogRecPtrIsInvalid(shard->ends))
			open = lappend(open, shard);
	}
	foreach(cell, open)
	{
		DynShard   *shard = lfirst(cell);

		/* After a restore positions may begin anew. */
		dyn_shard_close(shard, Max(position, shard->begins + 1));
	}
	dyn_shards_open(stream, capture, position, open);
}

void
dyn_shards_trim(void)
{
	Relation	shards = open_shards(AccessShareLock);
	TimestampTz oldest = dyn_slices_oldest();
	TimestampTz now = GetCurrentTimestamp();
	DynCatalogScan scan;
	List	   *gone = NIL;
	ListCell   *cell;

	dyn_catalog_scan_begin(&scan, shards, "stream_shards_pkey", 0, NULL);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynShard   *shard = palloc(sizeof(DynShard));

		read_row(&scan, shard);
		if (shard->closed_at != DYN_NEVER && shard->closed_at < oldest &&
			now - shard->closed_at >= dyn_stream_retention * USECS_PER_SEC)
			gone = lappend(gone, shard);
	}
	dyn_catalog_scan_end(&scan);
	foreach(cell, gone)
		remove_shard(lfirst(cell));
}
