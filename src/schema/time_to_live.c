/*-------------------------------------------------------------------------
 *
 * time_to_live.c
 *	  Reads and writes the rows of dynamo.time_to_live.
 *
 * Nobody caches them: operations on items do not need them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "schema/catalog_scan.h"
#include "schema/time_to_live.h"

/* Columns, in the order of time_to_live.sql. */
enum
{
	TTL_TABLE_NAME = 1,
	TTL_ATTRIBUTE,
	TTL_STATUS,
	TTL_ATTEMPTS,
	TTL_LAST_ERROR,
	TTL_COLUMNS = TTL_LAST_ERROR
};

static const char *const status_names[] = {"DISABLED", "ENABLING", "ENABLED", "DISABLING", NULL};

static Relation open_rows(LOCKMODE lockmode);
static void read_row(const DynCatalogScan *scan, DynTimeToLiveRow *row);
static HeapTuple form_row(Relation catalog, const DynTimeToLiveRow *row);

const char *
dyn_time_to_live_status_name(DynTimeToLiveStatus status)
{
	return status_names[status];
}

bool
dyn_time_to_live_find(const char *table_name, DynTimeToLiveRow *row)
{
	DynCatalogScan scan;
	ScanKeyData key;
	bool		found;

	memset(row, 0, sizeof(DynTimeToLiveRow));
	row->status = DYN_TTL_DISABLED;
	dyn_catalog_text_key(&key, TTL_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_scan_begin(&scan, open_rows(AccessShareLock), "time_to_live_pkey", 1, &key);
	found = dyn_catalog_scan_next(&scan) != NULL;
	if (found)
		read_row(&scan, row);
	dyn_catalog_scan_end(&scan);
	return found;
}

List *
dyn_time_to_live_rows(void)
{
	DynCatalogScan scan;
	List	   *rows = NIL;

	dyn_catalog_scan_begin(&scan, open_rows(AccessShareLock), "time_to_live_pkey", 0, NULL);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynTimeToLiveRow *row = palloc(sizeof(DynTimeToLiveRow));

		CHECK_FOR_INTERRUPTS();
		read_row(&scan, row);
		rows = lappend(rows, row);
	}
	dyn_catalog_scan_end(&scan);
	return rows;
}

void
dyn_time_to_live_insert(const DynTimeToLiveRow *row)
{
	Relation	catalog = open_rows(RowExclusiveLock);

	CatalogTupleInsert(catalog, form_row(catalog, row));
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}

void
dyn_time_to_live_update(const DynTimeToLiveRow *row)
{
	Relation	catalog = open_rows(RowExclusiveLock);
	ScanKeyData key;

	dyn_catalog_text_key(&key, TTL_TABLE_NAME, BTEqualStrategyNumber, row->table_name);
	dyn_catalog_update_row(catalog, "time_to_live_pkey", 1, &key, form_row(catalog, row));
}

void
dyn_time_to_live_remove(const char *table_name)
{
	ScanKeyData key;

	dyn_catalog_text_key(&key, TTL_TABLE_NAME, BTEqualStrategyNumber, table_name);
	(void) dyn_catalog_delete_rows(open_rows(RowExclusiveLock), "time_to_live_pkey", 1, &key);
}

static Relation
open_rows(LOCKMODE lockmode)
{
	return dyn_catalog_open("time_to_live", lockmode, TTL_COLUMNS);
}

static void
read_row(const DynCatalogScan *scan, DynTimeToLiveRow *row)
{
	row->table_name = TextDatumGetCString(scan->values[TTL_TABLE_NAME - 1]);
	row->attribute = TextDatumGetCString(scan->values[TTL_ATTRIBUTE - 1]);
	row->status = dyn_catalog_read_name(status_names, scan->values[TTL_STATUS - 1]);
	row->attempts = DatumGetInt32(scan->values[TTL_ATTEMPTS - 1]);
	row->last_error = scan->nulls[TTL_LAST_ERROR - 1] ? NULL : TextDatumGetCString(scan->values[TTL_LAST_ERROR - 1]);
}

static HeapTuple
form_row(Relation catalog, const DynTimeToLiveRow *row)
{
	Datum		values[TTL_COLUMNS];
	bool		nulls[TTL_COLUMNS] = {false};

	values[TTL_TABLE_NAME - 1] = CStringGetTextDatum(row->table_name);
	values[TTL_ATTRIBUTE - 1] = CStringGetTextDatum(row->attribute);
	values[TTL_STATUS - 1] = CStringGetTextDatum(status_names[row->status]);
	values[TTL_ATTEMPTS - 1] = Int32GetDatum(row->attempts);
	nulls[TTL_LAST_ERROR - 1] = row->last_error == NULL;
	if (row->last_error != NULL)
		values[TTL_LAST_ERROR - 1] = CStringGetTextDatum(row->last_error);
	return heap_form_tuple(RelationGetDescr(catalog), values, nulls);
}
