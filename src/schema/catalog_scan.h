/*-------------------------------------------------------------------------
 *
 * catalog_scan.h
 *	  Reading and writing rows of a table of dynamo's catalog.  For files of
 *	  this folder that know its columns.
 *
 * Scans use the catalog snapshot, and take AccessShareLock; see catalog.c.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_CATALOG_SCAN_H
#define DYN_SCHEMA_CATALOG_SCAN_H

#include "access/genam.h"
#include "access/stratnum.h"
#include "utils/relcache.h"

/* No table of the catalog has more columns. */
#define DYN_MAX_CATALOG_COLUMNS	32

/* A table of the catalog, open, and one scan of it. */
typedef struct DynCatalogScan
{
	Relation	catalog;
	SysScanDesc scan;
	Datum		values[DYN_MAX_CATALOG_COLUMNS];	/* of the current row */
	bool		nulls[DYN_MAX_CATALOG_COLUMNS];
} DynCatalogScan;

/* Open dynamo.<name>; raises where it has not as many columns as the library knows. */
extern Relation dyn_catalog_open(const char *name, LOCKMODE lockmode, int ncolumns);

/* Scan it by one of its indexes.  The end closes the catalog, too. */
extern void dyn_catalog_scan_begin(DynCatalogScan *scan, Relation catalog, const char *index_name, int nkeys, ScanKey keys);
extern HeapTuple dyn_catalog_scan_next(DynCatalogScan *scan);
extern void dyn_catalog_scan_end(DynCatalogScan *scan);

/* A condition on a text column. */
extern void dyn_catalog_text_key(ScanKey key, AttrNumber column, StrategyNumber strategy, const char *value);

/* Find a stored name in its list, which NULL ends. */
extern int	dyn_catalog_read_name(const char *const *names, Datum value);

/* Replace the row that the keys find, which must be there, and close the catalog. */
extern void dyn_catalog_update_row(Relation catalog, const char *index_name, int nkeys, ScanKey keys, HeapTuple new);

/* Delete all rows that the keys find, and close the catalog.  Returns whether there were any. */
extern bool dyn_catalog_delete_rows(Relation catalog, const char *index_name, int nkeys, ScanKey keys);

#endif							/* DYN_SCHEMA_CATALOG_SCAN_H */
