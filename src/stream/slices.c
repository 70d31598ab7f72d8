/*-------------------------------------------------------------------------
 *
 * slices.c
 *	  The ring of slices that holds the records.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "utils/lsyscache.h"
#include "utils/pg_lsn.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "schema/catalog.h"
#include "schema/catalog_scan.h"
#include "stream/capture.h"

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
