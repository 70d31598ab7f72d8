/*-------------------------------------------------------------------------
 *
 * slices.c
 *	  The ring of slices that holds the records.
 *
 * A period is a 24th of the retention.  The current slice is written until
 * its period is over, then the next one, which must have been emptied: its
 * records are older than the retention then, unless that was made longer, or
 * somebody reads them for so long; then the current period takes longer.
 * Emptying takes the slice's AccessExclusiveLock and never waits for it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "storage/lmgr.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "engine/table_ddl.h"
#include "schema/catalog.h"
#include "schema/catalog_scan.h"
#include "stream/capture.h"

#define RETENTION	(dyn_stream_retention * USECS_PER_SEC)
#define PERIOD		(RETENTION / (DYN_STREAM_SLICES - 2))

/* Columns, in the order of records.sql. */
enum
{
	SLICES_SLICE = 1,
	SLICES_PERIOD,
	SLICES_BEGAN_AT,
	SLICES_ENDED_AT,
	SLICES_GENERATION,
	SLICES_BEGINS,
	SLICES_COLUMNS = SLICES_BEGINS
};

static int
compare_slices(const ListCell *a, const ListCell *b)
{
	int64		x = ((const DynStreamSlice *) lfirst(a))->period;
	int64		y = ((const DynStreamSlice *) lfirst(b))->period;

	return x < y ? -1 : x > y;
}

Oid
dyn_stream_relid(const char *name)
{
	Oid			relid = get_relname_relid(name, get_namespace_oid("dynamo", false));

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"dynamo.%s\" does not exist", name),
				 errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return relid;
}

/* OID of dynamo.stream_records_NN. */
static Oid
slice_relation(int16 slice)
{
	char		name[NAMEDATALEN];

	snprintf(name, sizeof(name), "stream_records_%02d", slice);
	return dyn_stream_relid(name);
}

List *
dyn_stream_slices(void)
{
	Relation	slices = dyn_catalog_open("stream_slices", AccessShareLock, SLICES_COLUMNS);
	DynCatalogScan scan;
	List	   *result = NIL;

	dyn_catalog_scan_begin(&scan, slices, "stream_slices_pkey", 0, NULL);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynStreamSlice *slice = palloc(sizeof(DynStreamSlice));

		slice->slice = DatumGetInt16(scan.values[SLICES_SLICE - 1]);
		slice->relation = slice_relation(slice->slice);
		slice->period = DatumGetInt64(scan.values[SLICES_PERIOD - 1]);
		slice->began_at = DatumGetTimestampTz(scan.values[SLICES_BEGAN_AT - 1]);
		slice->ended_at = scan.nulls[SLICES_ENDED_AT - 1] ? DYN_NEVER :
			DatumGetTimestampTz(scan.values[SLICES_ENDED_AT - 1]);
		slice->generation = DatumGetInt32(scan.values[SLICES_GENERATION - 1]);
		slice->begins = scan.nulls[SLICES_BEGINS - 1] ? InvalidXLogRecPtr : DatumGetLSN(scan.values[SLICES_BEGINS - 1]);
		result = lappend(result, slice);
	}
	dyn_catalog_scan_end(&scan);
	list_sort(result, compare_slices);
	return result;
}

bool
dyn_stream_horizon(DynSequence *horizon)
{
	List	   *slices = dyn_stream_slices();
	const DynStreamSlice *oldest = slices == NIL ? NULL : linitial(slices);

	if (oldest == NULL || XLogRecPtrIsInvalid(oldest->begins))
		return false;
	horizon->generation = oldest->generation;
	horizon->lsn = oldest->begins;
	horizon->ordinal = 0;
	horizon->node = 0;
	return true;
}

/* ---- writing ---- */

/* Replace the row of a slice, or make it. */
static void
write_slice(const DynStreamSlice *slice, bool is_new)
{
	Relation	slices = dyn_catalog_open("stream_slices", RowExclusiveLock, SLICES_COLUMNS);
	Datum		values[SLICES_COLUMNS];
	bool		nulls[SLICES_COLUMNS] = {false};
	HeapTuple	tuple;
	ScanKeyData key;

	values[SLICES_SLICE - 1] = Int16GetDatum(slice->slice);
	values[SLICES_PERIOD - 1] = Int64GetDatum(slice->period);
	values[SLICES_BEGAN_AT - 1] = TimestampTzGetDatum(slice->began_at);
	values[SLICES_ENDED_AT - 1] = TimestampTzGetDatum(slice->ended_at);
	nulls[SLICES_ENDED_AT - 1] = slice->ended_at == DYN_NEVER;
	values[SLICES_GENERATION - 1] = Int32GetDatum(slice->generation);
	values[SLICES_BEGINS - 1] = LSNGetDatum(slice->begins);
	nulls[SLICES_BEGINS - 1] = XLogRecPtrIsInvalid(slice->begins);
	tuple = heap_form_tuple(RelationGetDescr(slices), values, nulls);
	if (is_new)
	{
		CatalogTupleInsert(slices, tuple);
		table_close(slices, NoLock);
		CommandCounterIncrement();
		return;
	}
	ScanKeyInit(&key, SLICES_SLICE, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(slice->slice));
	dyn_catalog_update_row(slices, "stream_slices_pkey", 1, &key, tuple);
}

static void
remove_slice(int16 slice)
{
	ScanKeyData key;

	ScanKeyInit(&key, SLICES_SLICE, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(slice));
	(void) dyn_catalog_delete_rows(dyn_catalog_open("stream_slices", RowExclusiveLock, SLICES_COLUMNS),
								   "stream_slices_pkey", 1, &key);
}

/* Empty a slice; false where somebody uses it. */
static bool
empty(const DynStreamSlice *slice)
{
	TruncateStmt *truncate = makeNode(TruncateStmt);

	if (!ConditionalLockRelationOid(slice->relation, AccessExclusiveLock))
		return false;
	truncate->relations = list_make1(dyn_ddl_range_var(slice->relation));
	dyn_ddl_run((Node *) truncate, "TRUNCATE by the stream worker");
	remove_slice(slice->slice);
	return true;
}

/* Was the slice emptied, and is its row there only to say where records begin? */
static bool
is_empty(const DynStreamSlice *slice)
{
	return slice->began_at == slice->ended_at;
}

Oid
dyn_slices_current(const DynStreamCapture *capture, int16 *slice)
{
	List	   *slices = dyn_stream_slices();
	DynStreamSlice *current = slices == NIL ? NULL : llast(slices);
	TimestampTz now = GetCurrentTimestamp();
	DynStreamSlice next = {0};
	ListCell   *cell;

	if (current != NULL && current->ended_at == DYN_NEVER && now - current->began_at < PERIOD)
	{
		*slice = current->slice;
		return current->relation;
	}

	next.began_at = now;
	next.ended_at = DYN_NEVER;
	next.generation = capture->generation;
	if (current != NULL)
	{
		next.period = current->period + 1;
		next.slice = (int16) ((current->slice + 1) % DYN_STREAM_SLICES);
		next.begins = capture->position;
	}
	next.relation = slice_relation(next.slice);
	foreach(cell, slices)
	{
		const DynStreamSlice *other = lfirst(cell);

		if (other->slice != next.slice)
			continue;
		if (now - other->ended_at < RETENTION || !empty(other))
		{
			if (current->ended_at != DYN_NEVER)
			{
				current->ended_at = DYN_NEVER;
				write_slice(current, false);
			}
			*slice = current->slice;
			return current->relation;
		}
	}
	if (current != NULL && current->ended_at == DYN_NEVER)
	{
		current->ended_at = now;
		write_slice(current, false);
	}
	else if (current != NULL && is_empty(current))
		remove_slice(current->slice);
	write_slice(&next, true);
	*slice = next.slice;
	return next.relation;
}

bool
dyn_slices_trim(const DynStreamCapture *capture)
{
	List	   *slices = dyn_stream_slices();
	TimestampTz now = GetCurrentTimestamp();
	bool		left = false;
	ListCell   *cell;

	foreach(cell, slices)
	{
		DynStreamSlice *slice = lfirst(cell);

		if (is_empty(slice))
			continue;

		/* Without records for so long, the current one's period is over, too. */
		if (slice->ended_at == DYN_NEVER && now - slice->began_at >= PERIOD)
		{
			slice->ended_at = now;
			write_slice(slice, false);
		}
		if (slice->ended_at == DYN_NEVER || now - slice->ended_at < RETENTION || !empty(slice))
			left = true;
		else if (cell == list_last_cell(slices))
		{
			/* The last one says where records will begin. */
			slice->period++;
			slice->began_at = slice->ended_at = now;
			slice->generation = capture->generation;
			slice->begins = capture->position;
			write_slice(slice, true);
		}
	}
	return left;
}

TimestampTz
dyn_slices_oldest(void)
{
	List	   *slices = dyn_stream_slices();

	return slices == NIL ? GetCurrentTimestamp() : ((DynStreamSlice *) linitial(slices))->began_at;
}
