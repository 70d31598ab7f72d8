/*-------------------------------------------------------------------------
 *
 * record_scan.c
 *	  Reading the records of one shard, slice by slice.
 *
 * A slice's index is on (shard, commit_lsn, ordinal, slice).  A b-tree scan
 * cannot begin in the middle of two columns, so a scan that begins within a
 * transaction first reads the rest of it (commit_lsn = x, ordinal >= y), then
 * what follows (commit_lsn > x): a transaction may have a million records.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "stream/record_scan.h"

/* Which part of a slice is read. */
typedef enum Part
{
	REST_OF_TRANSACTION,
	FOLLOWING_TRANSACTIONS
} Part;

struct DynRecordScan
{
	const DynShard *shard;
	XLogRecPtr	lsn;
	int64		ordinal;
	Snapshot	snapshot;
	List	   *slices;
	int			position;		/* in the slices: of the one that is open, or is next */
	Part		part;
	Relation	slice;			/* NULL: none is open */
	Relation	index;
	IndexScanDesc scan;
	TupleTableSlot *slot;
	MemoryContext record_context;
	DynStreamRecord record;
};

static bool open_slice(DynRecordScan *scan);
static void close_slice(DynRecordScan *scan);
static void begin_part(DynRecordScan *scan, Part part);
static void read_record(DynRecordScan *scan);

DynRecordScan *
dyn_record_scan_begin(const DynShard *shard, XLogRecPtr lsn, int64 ordinal, Snapshot snapshot)
{
	DynRecordScan *scan = palloc0(sizeof(DynRecordScan));

	scan->shard = shard;
	scan->lsn = lsn;
	scan->ordinal = ordinal;
	scan->snapshot = snapshot;
	scan->slices = dyn_stream_slices();
	scan->record_context = AllocSetContextCreate(CurrentMemoryContext, "dynamo stream record", ALLOCSET_DEFAULT_SIZES);
	scan->record.shard = shard;
	scan->record.sequence.generation = shard->generation;
	scan->record.sequence.node = shard->node;
	return scan;
}

const DynStreamRecord *
dyn_record_scan_next(DynRecordScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	while (scan->slice != NULL || open_slice(scan))
	{
		if (index_getnext_slot(scan->scan, ForwardScanDirection, scan->slot))
		{
			read_record(scan);
			return &scan->record;
		}
		if (scan->part == REST_OF_TRANSACTION)
			begin_part(scan, FOLLOWING_TRANSACTIONS);
		else
			close_slice(scan);
	}
	return NULL;
}

void
dyn_record_scan_end(DynRecordScan *scan)
{
	if (scan->slice != NULL)
		close_slice(scan);
	MemoryContextDelete(scan->record_context);
	list_free(scan->slices);
	pfree(scan);
}

/* Open the next slice; false where there is none. */
static bool
open_slice(DynRecordScan *scan)
{
	const DynStreamSlice *slice;

	if (scan->position >= list_length(scan->slices))
		return false;
	slice = list_nth(scan->slices, scan->position);
	scan->slice = table_open(slice->relation, AccessShareLock);
	scan->index = index_open(linitial_oid(RelationGetIndexList(scan->slice)), AccessShareLock);
	scan->slot = table_slot_create(scan->slice, NULL);
	scan->scan = dyn_index_beginscan(scan->slice, scan->index, scan->snapshot, 3, 0);
	begin_part(scan, scan->ordinal > 0 ? REST_OF_TRANSACTION : FOLLOWING_TRANSACTIONS);
	return true;
}

static void
close_slice(DynRecordScan *scan)
{
	index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->slot);
	index_close(scan->index, AccessShareLock);
	table_close(scan->slice, AccessShareLock);
	scan->slice = NULL;
	scan->position++;
}

/* Ordinals count from 1: a scan from ordinal 0 of a transaction needs no rest of it. */
static void
begin_part(DynRecordScan *scan, Part part)
{
	bool		rest = part == REST_OF_TRANSACTION;
	StrategyNumber strategy = rest ? BTEqualStrategyNumber :
		scan->ordinal > 0 ? BTGreaterStrategyNumber : BTGreaterEqualStrategyNumber;
	RegProcedure comparison = rest ? F_PG_LSN_EQ : scan->ordinal > 0 ? F_PG_LSN_GT : F_PG_LSN_GE;
	ScanKeyData keys[3];

	ScanKeyInit(&keys[0], RECORDS_SHARD, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(scan->shard->number));
	ScanKeyInit(&keys[1], RECORDS_COMMIT_LSN, strategy, comparison, LSNGetDatum(scan->lsn));

	/* The number of keys is fixed for a scan; all ordinals are positive. */
	ScanKeyInit(&keys[2], RECORDS_ORDINAL, BTGreaterEqualStrategyNumber, F_INT8GE,
				Int64GetDatum(rest ? scan->ordinal : 0));
	index_rescan(scan->scan, keys, 3, NULL, 0);
	scan->part = part;
}

static DynValue
read_item(TupleTableSlot *slot, AttrNumber column, bool *is_there)
{
	bool		isnull;
	Datum		datum = slot_getattr(slot, column, &isnull);
	DynValue	none = {0};

	*is_there = !isnull;
	return isnull ? none : dyn_item_view(datum);
}

static void
read_record(DynRecordScan *scan)
{
	TupleTableSlot *slot = scan->slot;
	DynStreamRecord *record = &scan->record;
	MemoryContext caller;
	bool		is_there;

	MemoryContextReset(scan->record_context);
	caller = MemoryContextSwitchTo(scan->record_context);
	slot_getallattrs(slot);
	record->sequence.lsn = DatumGetLSN(slot->tts_values[RECORDS_COMMIT_LSN - 1]);
	record->sequence.ordinal = DatumGetInt64(slot->tts_values[RECORDS_ORDINAL - 1]);
	record->event = DatumGetChar(slot->tts_values[RECORDS_EVENT - 1]);
	record->service = DatumGetBool(slot->tts_values[RECORDS_SERVICE - 1]);
	record->size = DatumGetInt32(slot->tts_values[RECORDS_SIZE - 1]);
	record->committed_at = DatumGetTimestampTz(slot->tts_values[RECORDS_COMMITTED_AT - 1]);
	record->keys = read_item(slot, RECORDS_KEYS, &is_there);
	record->new_image = read_item(slot, RECORDS_NEW_IMAGE, &record->has_new_image);
	record->old_image = read_item(slot, RECORDS_OLD_IMAGE, &record->has_old_image);
	MemoryContextSwitchTo(caller);
}
