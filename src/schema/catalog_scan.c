/*-------------------------------------------------------------------------
 *
 * catalog_scan.c
 *	  Reading and writing rows of a table of dynamo's catalog.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "schema/catalog_scan.h"

Relation
dyn_catalog_open(const char *name, LOCKMODE lockmode, int ncolumns)
{
	Relation	catalog;

	Assert(ncolumns <= DYN_MAX_CATALOG_COLUMNS);
	catalog = table_open(get_relname_relid(name, get_namespace_oid("dynamo", false)), lockmode);

	if (RelationGetDescr(catalog)->natts != ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"dynamo.%s\" is of another version of the extension", name),
				 errdetail("It has %d columns; the library expects %d.", RelationGetDescr(catalog)->natts, ncolumns),
				 errhint("Run ALTER EXTENSION dynamo UPDATE.")));
	return catalog;
}

void
dyn_catalog_scan_begin(DynCatalogScan *scan, Relation catalog, const char *index_name, int nkeys, ScanKey keys)
{
	scan->catalog = catalog;
	scan->scan = systable_beginscan(catalog, get_relname_relid(index_name, RelationGetNamespace(catalog)),
									true, NULL, nkeys, keys);
}

/* Step to the next row and take it apart, or return NULL. */
HeapTuple
dyn_catalog_scan_next(DynCatalogScan *scan)
{
	HeapTuple	tuple = systable_getnext(scan->scan);

	if (HeapTupleIsValid(tuple))
		heap_deform_tuple(tuple, RelationGetDescr(scan->catalog), scan->values, scan->nulls);
	return tuple;
}

void
dyn_catalog_scan_end(DynCatalogScan *scan)
{
	systable_endscan(scan->scan);
	table_close(scan->catalog, AccessShareLock);
}

/* A condition on a text column; their collation is "C", which is ScanKeyInit's, too. */
void
dyn_catalog_text_key(ScanKey key, AttrNumber column, StrategyNumber strategy, const char *value)
{
	ScanKeyInit(key, column, strategy,
				strategy == BTEqualStrategyNumber ? F_TEXTEQ : F_TEXT_GT,
				CStringGetTextDatum(value));
}

/* Find a stored name in its list. */
int
dyn_catalog_read_name(const char *const *names, Datum value)
{
	char	   *name = TextDatumGetCString(value);

	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	elog(ERROR, "unexpected value in dynamo's catalog: \"%s\"", name);
}

/* Replace the row that the keys find, which must be there. */
void
dyn_catalog_update_row(Relation catalog, const char *index_name, int nkeys, ScanKey keys, HeapTuple new)
{
	DynCatalogScan scan;
	HeapTuple	old;

	dyn_catalog_scan_begin(&scan, catalog, index_name, nkeys, keys);
	old = dyn_catalog_scan_next(&scan);
	if (old == NULL)
		elog(ERROR, "row to be updated not found in \"%s\"", RelationGetRelationName(catalog));
	CatalogTupleUpdate(catalog, &old->t_self, new);
	systable_endscan(scan.scan);
	CacheInvalidateRelcache(catalog);
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}

/* Delete all rows that the keys find, and close the catalog.  Returns whether there were any. */
bool
dyn_catalog_delete_rows(Relation catalog, const char *index_name, int nkeys, ScanKey keys)
{
	DynCatalogScan scan;
	HeapTuple	tuple;
	bool		found = false;

	dyn_catalog_scan_begin(&scan, catalog, index_name, nkeys, keys);
	while ((tuple = dyn_catalog_scan_next(&scan)) != NULL)
	{
		CatalogTupleDelete(catalog, &tuple->t_self);
		found = true;
	}
	systable_endscan(scan.scan);
	if (found)
		CacheInvalidateRelcache(catalog);
	table_close(catalog, NoLock);
	if (found)
		CommandCounterIncrement();
	return found;
}
