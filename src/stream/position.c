/*-------------------------------------------------------------------------
 *
 * position.c
 *	  The row of dynamo.stream_capture: how far the worker has got.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"

#include "schema/catalog_scan.h"
#include "stream/stream.h"

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
