/*-------------------------------------------------------------------------
 *
 * position.c
 *	  The row of dynamo.stream_capture: how far the worker has got.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "schema/catalog_scan.h"
#include "stream/capture.h"

/* Columns, in the order of records.sql. */
enum
{
	CAPTURE_INCARNATION = 1,
	CAPTURE_GENERATION,
	CAPTURE_NODE,
	CAPTURE_SLOT,
	CAPTURE_SYSTEM_ID,
	CAPTURE_TIMELINE,
	CAPTURE_POSITION,
	CAPTURE_COLUMNS = CAPTURE_POSITION
};

enum
{
	GAPS_GENERATION = 1,
	GAPS_NOTICED_AT,
	GAPS_REASON,
	GAPS_FROM_POSITION,
	GAPS_TO_POSITION,
	GAPS_COLUMNS = GAPS_TO_POSITION
};

StaticAssertDecl((int) CAPTURE_COLUMNS == DYN_STREAM_CAPTURE_COLUMNS, "streams.h knows the columns, too");

void
dyn_stream_capture(DynStreamCapture *capture)
{
	Relation	relation = dyn_catalog_open("stream_capture", AccessShareLock, CAPTURE_COLUMNS);
	DynCatalogScan scan;

	dyn_catalog_scan_begin(&scan, relation, "stream_capture_pkey", 0, NULL);
	if (dyn_catalog_scan_next(&scan) == NULL)
		elog(ERROR, "dynamo.stream_capture has no row");
	capture->incarnation = *DatumGetUUIDP(scan.values[CAPTURE_INCARNATION - 1]);
	capture->generation = DatumGetInt32(scan.values[CAPTURE_GENERATION - 1]);
	capture->node = DatumGetInt32(scan.values[CAPTURE_NODE - 1]);
	capture->slot = scan.nulls[CAPTURE_SLOT - 1] ? NULL : pstrdup(NameStr(*DatumGetName(scan.values[CAPTURE_SLOT - 1])));
	capture->system_id = scan.nulls[CAPTURE_SYSTEM_ID - 1] ? NULL :
		TextDatumGetCString(scan.values[CAPTURE_SYSTEM_ID - 1]);
	capture->timeline = scan.nulls[CAPTURE_TIMELINE - 1] ? 0 : DatumGetInt32(scan.values[CAPTURE_TIMELINE - 1]);
	capture->position = scan.nulls[CAPTURE_POSITION - 1] ? InvalidXLogRecPtr :
		DatumGetLSN(scan.values[CAPTURE_POSITION - 1]);
	dyn_catalog_scan_end(&scan);
}

void
dyn_stream_capture_update(const DynStreamCapture *capture)
{
	Relation	relation = dyn_catalog_open("stream_capture", RowExclusiveLock, CAPTURE_COLUMNS);
	Datum		values[CAPTURE_COLUMNS];
	bool		nulls[CAPTURE_COLUMNS] = {false};
	NameData	slot;

	values[CAPTURE_INCARNATION - 1] = UUIDPGetDatum(&capture->incarnation);
	values[CAPTURE_GENERATION - 1] = Int32GetDatum(capture->generation);
	values[CAPTURE_NODE - 1] = Int32GetDatum(capture->node);
	if (capture->slot != NULL)
		namestrcpy(&slot, capture->slot);
	values[CAPTURE_SLOT - 1] = NameGetDatum(&slot);
	nulls[CAPTURE_SLOT - 1] = capture->slot == NULL;
	values[CAPTURE_SYSTEM_ID - 1] = capture->system_id == NULL ? (Datum) 0 : CStringGetTextDatum(capture->system_id);
	nulls[CAPTURE_SYSTEM_ID - 1] = capture->system_id == NULL;
	values[CAPTURE_TIMELINE - 1] = Int32GetDatum(capture->timeline);
	nulls[CAPTURE_TIMELINE - 1] = capture->timeline == 0;
	values[CAPTURE_POSITION - 1] = LSNGetDatum(capture->position);
	nulls[CAPTURE_POSITION - 1] = XLogRecPtrIsInvalid(capture->position);
	dyn_catalog_update_row(relation, "stream_capture_pkey", 0, NULL,
						   heap_form_tuple(RelationGetDescr(relation), values, nulls));
}

void
dyn_stream_gap(const DynStreamCapture *capture, const char *reason, XLogRecPtr from)
{
	Relation	relation = dyn_catalog_open("stream_gaps", RowExclusiveLock, GAPS_COLUMNS);
	Datum		values[GAPS_COLUMNS];
	bool		nulls[GAPS_COLUMNS] = {false};

	values[GAPS_GENERATION - 1] = Int32GetDatum(capture->generation);
	values[GAPS_NOTICED_AT - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[GAPS_REASON - 1] = CStringGetTextDatum(reason);
	values[GAPS_FROM_POSITION - 1] = LSNGetDatum(from);
	nulls[GAPS_FROM_POSITION - 1] = XLogRecPtrIsInvalid(from);
	values[GAPS_TO_POSITION - 1] = LSNGetDatum(capture->position);
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, NoLock);
	CommandCounterIncrement();
}
