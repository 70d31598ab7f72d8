/*-------------------------------------------------------------------------
 *
 * catalog.c
 *	  Reads and writes the rows of dynamo.tables, dynamo.indexes and
 *	  dynamo.tags, as Postgres does with its own catalogs.
 *
 * Scans use the catalog snapshot: they see what is committed at that moment,
 * and what this transaction did, under every isolation level, as look-ups in
 * pg_class do.  Every change of tables and indexes sends an invalidation of
 * the relation itself, so that the caches of table_cache.c drop in every
 * session at commit, and here at abort, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "schema/catalog.h"
#include "schema/catalog_scan.h"
#include "schema/time_to_live.h"

PG_FUNCTION_INFO_V1(dynamo_catalog_changed);
PG_FUNCTION_INFO_V1(dynamo_is_item_table);

/* Columns, in the order of catalog.sql. */
enum
{
	TABLES_NAME = 1,
	TABLES_RELATION,
	TABLES_ID,
	TABLES_CREATED_AT,
	TABLES_BILLING_MODE,
	TABLES_PAY_PER_REQUEST_AT,
	TABLES_READ_UNITS,			/* the seven columns of a DynThroughput */
	TABLES_WRITE_UNITS,
	TABLES_INCREASED_AT,
	TABLES_DECREASED_AT,
	TABLES_DECREASES,
	TABLES_MAX_READ_UNITS,
	TABLES_MAX_WRITE_UNITS,
	TABLES_TABLE_CLASS,
	TABLES_TABLE_CLASS_AT,
	TABLES_DELETION_PROTECTION,
	TABLES_COLUMNS = TABLES_DELETION_PROTECTION
};

enum
{
	INDEXES_TABLE_NAME = 1,
	INDEXES_NAME,
	INDEXES_KIND,
	INDEXES_POSITION,
	INDEXES_KEY_SCHEMA,
	INDEXES_PROJECTION,
	INDEXES_NON_KEY_ATTRIBUTES,
	INDEXES_READ_UNITS,			/* the seven columns of a DynThroughput */
	INDEXES_WRITE_UNITS,
	INDEXES_INCREASED_AT,
	INDEXES_DECREASED_AT,
	INDEXES_DECREASES,
	INDEXES_MAX_READ_UNITS,
	INDEXES_MAX_WRITE_UNITS,
	INDEXES_STATUS,
	INDEXES_ATTEMPTS,
	INDEXES_LAST_ERROR,
	INDEXES_COLUMNS = INDEXES_LAST_ERROR
};

enum
{
	TAGS_TABLE_NAME = 1,
	TAGS_KEY,
	TAGS_VALUE,
	TAGS_COLUMNS = TAGS_VALUE
};

/* Dead tables that one operation removes: each takes a lock. */
#define MOST_REMOVED	100

static const char *const billing_mode_names[] = {"PROVISIONED", "PAY_PER_REQUEST", NULL};
static const char *const table_class_names[] = {"", "STANDARD", "STANDARD_INFREQUENT_ACCESS", NULL};
static const char *const index_kind_names[] = {"LOCAL", "GLOBAL", NULL};
static const char *const projection_names[] = {"ALL", "KEYS_ONLY", "INCLUDE", NULL};
static const char *const index_status_names[] = {"CREATING", "ACTIVE", "DELETING", NULL};

Oid			dyn_catalog_tables_oid = InvalidOid;
Oid			dyn_catalog_indexes_oid = InvalidOid;

static Relation open_tables(LOCKMODE lockmode);
static Relation open_indexes(LOCKMODE lockmode);
static Relation open_tags(LOCKMODE lockmode);
static void read_table(const DynCatalogScan *scan, DynTableRow *row);
static HeapTuple form_table(Relation catalog, const DynTableRow *row);
static void read_index(const DynCatalogScan *scan, DynIndexRow *row);
static HeapTuple form_index(Relation catalog, const char *table_name, const DynIndexRow *row);
static bool lock_name(const char *name, bool wait);

/* ---- names ---- */

const char *
dyn_billing_mode_name(DynBillingMode billing_mode)
{
	return billing_mode_names[billing_mode];
}

const char *
dyn_table_class_name(DynTableClass table_class)
{
	return table_class_names[table_class];
}

const char *
dyn_index_kind_name(DynIndexKind kind)
{
	return index_kind_names[kind];
}

const char *
dyn_projection_name(DynProjectionType projection)
{
	return projection_names[projection];
}

const char *
dyn_index_status_name(DynIndexStatus status)
{
	return index_status_names[status];
}

/* ---- liveness ---- */

/* OID of a type of ours, or InvalidOid. */
static Oid
type_oid(const char *name)
{
	Oid			schema = get_namespace_oid("dynamo", true);

	return OidIsValid(schema) ?
		GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name), ObjectIdGetDatum(schema)) :
		InvalidOid;
}

bool
dyn_is_item_table(Oid relid)
{
	Oid			key_type = type_oid("key");
	Oid			item_type = type_oid("item");
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Form_pg_class relation;
	bool		is_table;
	int			ncolumns;
	bool		has_key = false;
	bool		has_item = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	relation = (Form_pg_class) GETSTRUCT(tuple);
	is_table = relation->relkind == RELKIND_RELATION || relation->relkind == RELKIND_PARTITIONED_TABLE;
	ncolumns = relation->relnatts;
	ReleaseSysCache(tuple);
	if (!is_table)
		return false;

	for (AttrNumber n = 1; n <= ncolumns && !(has_key && has_item); n++)
	{
		Form_pg_attribute column;

		tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(n));
		if (!HeapTupleIsValid(tuple))
			continue;
		column = (Form_pg_attribute) GETSTRUCT(tuple);
		if (!column->attisdropped)
		{
			has_key |= column->atttypid == key_type;
			has_item |= column->atttypid == item_type;
		}
		ReleaseSysCache(tuple);
	}
	return has_key && has_item;
}

Datum
dynamo_is_item_table(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(dyn_is_item_table(PG_GETARG_OID(0)));
}

/* ---- reading ---- */

bool
dyn_catalog_find_table(const char *name, DynTableRow *row)
{
	DynCatalogScan scan;
	ScanKeyData key;
	bool		found;

	dyn_catalog_text_key(&key, TABLES_NAME, BTEqualStrategyNumber, name);
	dyn_catalog_scan_begin(&scan, open_tables(AccessShareLock), "tables_pkey", 1, &key);
	found = dyn_catalog_scan_next(&scan) != NULL;
	if (found)
		read_table(&scan, row);
	dyn_catalog_scan_end(&scan);
	return found && dyn_is_item_table(row->relation);
}

bool
dyn_catalog_find_relation(Oid relid, DynTableRow *row)
{
	DynCatalogScan scan;
	ScanKeyData key;
	bool		found;

	ScanKeyInit(&key, TABLES_RELATION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	dyn_catalog_scan_begin(&scan, open_tables(AccessShareLock), "tables_relation_key", 1, &key);
	found = dyn_catalog_scan_next(&scan) != NULL;
	if (found)
		read_table(&scan, row);
	dyn_catalog_scan_end(&scan);
	return found && dyn_is_item_table(relid);
}

List *
dyn_catalog_table_names(const char *after, int limit)
{
	DynCatalogScan scan;
	ScanKeyData key;
	List	   *names = NIL;

	if (after != NULL)
		dyn_catalog_text_key(&key, TABLES_NAME, BTGreaterStrategyNumber, after);
	dyn_catalog_scan_begin(&scan, open_tables(AccessShareLock), "tables_pkey", after != NULL ? 1 : 0, &key);
	while (list_length(names) < limit && dyn_catalog_scan_next(&scan) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (dyn_is_item_table(DatumGetObjectId(scan.values[TABLES_RELATION - 1])))
			names = lappend(names, TextDatumGetCString(scan.values[TABLES_NAME - 1]));
	}
	dyn_catalog_scan_end(&scan);
	return names;
}

static int
compare_positions(const ListCell *a, const ListCell *b)
{
	int32		x = ((const DynIndexRow *) lfirst(a))->position;
	int32		y = ((const DynIndexRow *) lfirst(b))->position;

	return x < y ? -1 : x > y;
}

List *
dyn_catalog_indexes(const char *table_name)
{
	DynCatalogScan scan;
	ScanKeyData key;
	List	   *rows = NIL;

	dyn_catalog_text_key(&key, INDEXES_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_scan_begin(&scan, open_indexes(AccessShareLock), "indexes_pkey", 1, &key);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynIndexRow *row = palloc0(sizeof(DynIndexRow));

		read_index(&scan, row);
		rows = lappend(rows, row);
	}
	dyn_catalog_scan_end(&scan);
	list_sort(rows, compare_positions);
	return rows;
}

bool
dyn_catalog_find_index(const char *table_name, const char *name, DynIndexRow *row)
{
	DynCatalogScan scan;
	ScanKeyData keys[2];
	bool		found;

	dyn_catalog_text_key(&keys[0], INDEXES_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_text_key(&keys[1], INDEXES_NAME, BTEqualStrategyNumber, name);
	dyn_catalog_scan_begin(&scan, open_indexes(AccessShareLock), "indexes_pkey", 2, keys);
	found = dyn_catalog_scan_next(&scan) != NULL;
	if (found)
		read_index(&scan, row);
	dyn_catalog_scan_end(&scan);
	return found;
}

List *
dyn_catalog_index_work(void)
{
	DynCatalogScan scan;
	List	   *names = NIL;

	/* In the order of the names, so what is there already is the last one. */
	dyn_catalog_scan_begin(&scan, open_indexes(AccessShareLock), "indexes_pkey", 0, NULL);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (dyn_catalog_read_name(index_status_names, scan.values[INDEXES_STATUS - 1]) != DYN_INDEX_ACTIVE)
		{
			char	   *name = TextDatumGetCString(scan.values[INDEXES_TABLE_NAME - 1]);

			if (names == NIL || strcmp(llast(names), name) != 0)
				names = lappend(names, name);
		}
	}
	dyn_catalog_scan_end(&scan);
	return names;
}

List *
dyn_catalog_tags(const char *table_name)
{
	DynCatalogScan scan;
	ScanKeyData key;
	List	   *rows = NIL;

	dyn_catalog_text_key(&key, TAGS_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_scan_begin(&scan, open_tags(AccessShareLock), "tags_pkey", 1, &key);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynTagRow  *row = palloc(sizeof(DynTagRow));

		row->key = TextDatumGetCString(scan.values[TAGS_KEY - 1]);
		row->value = TextDatumGetCString(scan.values[TAGS_VALUE - 1]);
		rows = lappend(rows, row);
	}
	dyn_catalog_scan_end(&scan);
	return rows;
}

/* ---- writing ---- */

void
dyn_catalog_lock_name(const char *name)
{
	(void) lock_name(name, true);
}

void
dyn_catalog_insert_table(const DynTableRow *row)
{
	Relation	catalog = open_tables(RowExclusiveLock);
	DynCatalogScan scan;
	ScanKeyData key;
	char	   *stale = NULL;

	/* A dead row may have an OID that Postgres has used again. */
	ScanKeyInit(&key, TABLES_RELATION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(row->relation));
	dyn_catalog_scan_begin(&scan, open_tables(AccessShareLock), "tables_relation_key", 1, &key);
	if (dyn_catalog_scan_next(&scan) != NULL)
		stale = TextDatumGetCString(scan.values[TABLES_NAME - 1]);
	dyn_catalog_scan_end(&scan);
	if (stale != NULL)
		dyn_catalog_remove_table(stale);

	CatalogTupleInsert(catalog, form_table(catalog, row));
	CacheInvalidateRelcache(catalog);
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}

void
dyn_catalog_update_table(const DynTableRow *row)
{
	Relation	catalog = open_tables(RowExclusiveLock);
	ScanKeyData key;

	dyn_catalog_text_key(&key, TABLES_NAME, BTEqualStrategyNumber, row->name);
	dyn_catalog_update_row(catalog, "tables_pkey", 1, &key, form_table(catalog, row));
}

void
dyn_catalog_insert_index(const char *table_name, const DynIndexRow *row)
{
	Relation	catalog = open_indexes(RowExclusiveLock);

	CatalogTupleInsert(catalog, form_index(catalog, table_name, row));
	CacheInvalidateRelcache(catalog);
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}

void
dyn_catalog_update_index(const char *table_name, const DynIndexRow *row)
{
	Relation	catalog = open_indexes(RowExclusiveLock);
	ScanKeyData keys[2];

	dyn_catalog_text_key(&keys[0], INDEXES_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_text_key(&keys[1], INDEXES_NAME, BTEqualStrategyNumber, row->name);
	dyn_catalog_update_row(catalog, "indexes_pkey", 2, keys, form_index(catalog, table_name, row));
}

void
dyn_catalog_set_tag(const char *table_name, const char *key, const char *value)
{
	Relation	catalog = open_tags(RowExclusiveLock);
	Datum		values[TAGS_COLUMNS];
	bool		nulls[TAGS_COLUMNS] = {false};

	dyn_catalog_remove_tag(table_name, key);
	values[TAGS_TABLE_NAME - 1] = CStringGetTextDatum(table_name);
	values[TAGS_KEY - 1] = CStringGetTextDatum(key);
	values[TAGS_VALUE - 1] = CStringGetTextDatum(value);
	CatalogTupleInsert(catalog, heap_form_tuple(RelationGetDescr(catalog), values, nulls));
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}

void
dyn_catalog_remove_index(const char *table_name, const char *name)
{
	ScanKeyData keys[2];

	dyn_catalog_text_key(&keys[0], INDEXES_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_text_key(&keys[1], INDEXES_NAME, BTEqualStrategyNumber, name);
	(void) dyn_catalog_delete_rows(open_indexes(RowExclusiveLock), "indexes_pkey", 2, keys);
}

void
dyn_catalog_remove_tag(const char *table_name, const char *key)
{
	ScanKeyData keys[2];

	dyn_catalog_text_key(&keys[0], TAGS_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_text_key(&keys[1], TAGS_KEY, BTEqualStrategyNumber, key);
	(void) dyn_catalog_delete_rows(open_tags(RowExclusiveLock), "tags_pkey", 2, keys);
}

void
dyn_catalog_remove_table(const char *table_name)
{
	ScanKeyData key;

	/* The name is the first column of all three. */
	dyn_catalog_text_key(&key, TABLES_NAME, BTEqualStrategyNumber, table_name);
	(void) dyn_catalog_delete_rows(open_tables(RowExclusiveLock), "tables_pkey", 1, &key);
	(void) dyn_catalog_delete_rows(open_indexes(RowExclusiveLock), "indexes_pkey", 1, &key);
	(void) dyn_catalog_delete_rows(open_tags(RowExclusiveLock), "tags_pkey", 1, &key);
	dyn_time_to_live_remove(table_name);
}

void
dyn_catalog_remove_dead(void)
{
	DynCatalogScan scan;
	List	   *dead = NIL;
	ListCell   *cell;

	dyn_catalog_scan_begin(&scan, open_tables(AccessShareLock), "tables_pkey", 0, NULL);
	while (list_length(dead) < MOST_REMOVED && dyn_catalog_scan_next(&scan) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (!dyn_is_item_table(DatumGetObjectId(scan.values[TABLES_RELATION - 1])))
			dead = lappend(dead, TextDatumGetCString(scan.values[TABLES_NAME - 1]));
	}
	dyn_catalog_scan_end(&scan);

	foreach(cell, dead)
	{
		const char *name = lfirst(cell);
		DynTableRow row;

		/* Look again under the lock: somebody may have made a table of that name. */
		if (lock_name(name, false) && !dyn_catalog_find_table(name, &row))
			dyn_catalog_remove_table(name);
	}
}

/* Returns false where the lock is not to be had without waiting. */
static bool
lock_name(const char *name, bool wait)
{
	LOCKTAG		tag;

	table_close(open_tables(RowExclusiveLock), NoLock);
	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, dyn_catalog_tables_oid,
					   hash_bytes((const unsigned char *) name, strlen(name)), 0);
	if (LockAcquire(&tag, ExclusiveLock, false, !wait) == LOCKACQUIRE_NOT_AVAIL)
		return false;

	/* See what the transactions that we waited for did. */
	AcceptInvalidationMessages();
	return true;
}

/*
 * Make all sessions look again.  A trigger, because neither a restore nor an
 * administrator's UPDATE comes through this file.
 */
Datum
dynamo_catalog_changed(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called as a trigger", "dynamo.catalog_changed"),
				 errhint("Only the triggers of dynamo's catalog call it.")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}

/* ---- helpers ---- */

static Relation
open_tables(LOCKMODE lockmode)
{
	Relation	catalog = dyn_catalog_open("tables", lockmode, TABLES_COLUMNS);

	dyn_catalog_tables_oid = RelationGetRelid(catalog);
	return catalog;
}

static Relation
open_indexes(LOCKMODE lockmode)
{
	Relation	catalog = dyn_catalog_open("indexes", lockmode, INDEXES_COLUMNS);

	dyn_catalog_indexes_oid = RelationGetRelid(catalog);
	return catalog;
}

static Relation
open_tags(LOCKMODE lockmode)
{
	return dyn_catalog_open("tags", lockmode, TAGS_COLUMNS);
}

/* Read the seven columns of a throughput, of which "first" is the first. */
static void
read_throughput(const DynCatalogScan *scan, int first, DynThroughput *throughput)
{
	const Datum *values = &scan->values[first - 1];
	const bool *nulls = &scan->nulls[first - 1];

	throughput->read_units = DatumGetInt64(values[0]);
	throughput->write_units = DatumGetInt64(values[1]);
	throughput->increased_at = nulls[2] ? DYN_NEVER : DatumGetTimestampTz(values[2]);
	throughput->decreased_at = nulls[3] ? DYN_NEVER : DatumGetTimestampTz(values[3]);
	throughput->decreases = DatumGetInt32(values[4]);
	throughput->max_read_units = nulls[5] ? DYN_NO_MAXIMUM : DatumGetInt64(values[5]);
	throughput->max_write_units = nulls[6] ? DYN_NO_MAXIMUM : DatumGetInt64(values[6]);
}

/* Write them. */
static void
form_throughput(const DynThroughput *throughput, int first, Datum *values, bool *nulls)
{
	values += first - 1;
	nulls += first - 1;

	values[0] = Int64GetDatum(throughput->read_units);
	values[1] = Int64GetDatum(throughput->write_units);
	values[2] = TimestampTzGetDatum(throughput->increased_at);
	nulls[2] = throughput->increased_at == DYN_NEVER;
	values[3] = TimestampTzGetDatum(throughput->decreased_at);
	nulls[3] = throughput->decreased_at == DYN_NEVER;
	values[4] = Int32GetDatum(throughput->decreases);
	values[5] = Int64GetDatum(throughput->max_read_units);
	nulls[5] = throughput->max_read_units == DYN_NO_MAXIMUM;
	values[6] = Int64GetDatum(throughput->max_write_units);
	nulls[6] = throughput->max_write_units == DYN_NO_MAXIMUM;
}

static void
read_table(const DynCatalogScan *scan, DynTableRow *row)
{
	const Datum *values = scan->values;
	const bool *nulls = scan->nulls;

	row->name = TextDatumGetCString(values[TABLES_NAME - 1]);
	row->relation = DatumGetObjectId(values[TABLES_RELATION - 1]);
	row->id = *DatumGetUUIDP(values[TABLES_ID - 1]);
	row->created_at = DatumGetTimestampTz(values[TABLES_CREATED_AT - 1]);
	row->billing_mode = dyn_catalog_read_name(billing_mode_names, values[TABLES_BILLING_MODE - 1]);
	row->pay_per_request_at = nulls[TABLES_PAY_PER_REQUEST_AT - 1] ? DYN_NEVER :
		DatumGetTimestampTz(values[TABLES_PAY_PER_REQUEST_AT - 1]);
	read_throughput(scan, TABLES_READ_UNITS, &row->throughput);
	row->table_class = nulls[TABLES_TABLE_CLASS - 1] ? DYN_CLASS_UNSET :
		dyn_catalog_read_name(table_class_names, values[TABLES_TABLE_CLASS - 1]);
	row->table_class_at = nulls[TABLES_TABLE_CLASS_AT - 1] ? DYN_NEVER :
		DatumGetTimestampTz(values[TABLES_TABLE_CLASS_AT - 1]);
	row->deletion_protection = DatumGetBool(values[TABLES_DELETION_PROTECTION - 1]);
}

static HeapTuple
form_table(Relation catalog, const DynTableRow *row)
{
	Datum		values[TABLES_COLUMNS];
	bool		nulls[TABLES_COLUMNS] = {false};

	values[TABLES_NAME - 1] = CStringGetTextDatum(row->name);
	values[TABLES_RELATION - 1] = ObjectIdGetDatum(row->relation);
	values[TABLES_ID - 1] = UUIDPGetDatum(&row->id);
	values[TABLES_CREATED_AT - 1] = TimestampTzGetDatum(row->created_at);
	values[TABLES_BILLING_MODE - 1] = CStringGetTextDatum(billing_mode_names[row->billing_mode]);
	values[TABLES_PAY_PER_REQUEST_AT - 1] = TimestampTzGetDatum(row->pay_per_request_at);
	nulls[TABLES_PAY_PER_REQUEST_AT - 1] = row->pay_per_request_at == DYN_NEVER;
	form_throughput(&row->throughput, TABLES_READ_UNITS, values, nulls);
	values[TABLES_TABLE_CLASS - 1] = CStringGetTextDatum(table_class_names[row->table_class]);
	nulls[TABLES_TABLE_CLASS - 1] = row->table_class == DYN_CLASS_UNSET;
	values[TABLES_TABLE_CLASS_AT - 1] = TimestampTzGetDatum(row->table_class_at);
	nulls[TABLES_TABLE_CLASS_AT - 1] = row->table_class_at == DYN_NEVER;
	values[TABLES_DELETION_PROTECTION - 1] = BoolGetDatum(row->deletion_protection);

	return heap_form_tuple(RelationGetDescr(catalog), values, nulls);
}

/* Read an array of texts as C strings; NULL elements do not occur. */
static char **
read_texts(Datum array, int *count)
{
	Datum	   *elements;
	char	  **texts;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, count);
	texts = palloc(sizeof(char *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		texts[i] = TextDatumGetCString(elements[i]);
	return texts;
}

static Datum
form_texts(char *const *texts, int count)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(texts[i]);
	return PointerGetDatum(construct_array(elements, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
read_index(const DynCatalogScan *scan, DynIndexRow *row)
{
	const Datum *values = scan->values;
	int			nspecs;
	char	  **specs;

	memset(row, 0, sizeof(DynIndexRow));
	row->name = TextDatumGetCString(values[INDEXES_NAME - 1]);
	row->kind = dyn_catalog_read_name(index_kind_names, values[INDEXES_KIND - 1]);
	row->position = DatumGetInt32(values[INDEXES_POSITION - 1]);
	specs = read_texts(values[INDEXES_KEY_SCHEMA - 1], &nspecs);
	dyn_key_schema_parse(nspecs, (const char *const *) specs, &row->key_schema);
	row->projection = dyn_catalog_read_name(projection_names, values[INDEXES_PROJECTION - 1]);
	if (!scan->nulls[INDEXES_NON_KEY_ATTRIBUTES - 1])
		row->non_key_attributes = read_texts(values[INDEXES_NON_KEY_ATTRIBUTES - 1], &row->n_non_key_attributes);
	read_throughput(scan, INDEXES_READ_UNITS, &row->throughput);
	row->status = dyn_catalog_read_name(index_status_names, values[INDEXES_STATUS - 1]);
	row->attempts = DatumGetInt32(values[INDEXES_ATTEMPTS - 1]);
	if (!scan->nulls[INDEXES_LAST_ERROR - 1])
		row->last_error = TextDatumGetCString(values[INDEXES_LAST_ERROR - 1]);
}

static HeapTuple
form_index(Relation catalog, const char *table_name, const DynIndexRow *row)
{
	Datum		values[INDEXES_COLUMNS];
	bool		nulls[INDEXES_COLUMNS] = {false};
	char	   *specs[DYN_MAX_KEY_ATTRIBUTES];

	for (int i = 0; i < dyn_key_schema_count(&row->key_schema); i++)
		specs[i] = dyn_key_schema_spec(&row->key_schema, i);

	values[INDEXES_TABLE_NAME - 1] = CStringGetTextDatum(table_name);
	values[INDEXES_NAME - 1] = CStringGetTextDatum(row->name);
	values[INDEXES_KIND - 1] = CStringGetTextDatum(index_kind_names[row->kind]);
	values[INDEXES_POSITION - 1] = Int32GetDatum(row->position);
	values[INDEXES_KEY_SCHEMA - 1] = form_texts(specs, dyn_key_schema_count(&row->key_schema));
	values[INDEXES_PROJECTION - 1] = CStringGetTextDatum(projection_names[row->projection]);
	values[INDEXES_NON_KEY_ATTRIBUTES - 1] = form_texts(row->non_key_attributes, row->n_non_key_attributes);
	nulls[INDEXES_NON_KEY_ATTRIBUTES - 1] = row->n_non_key_attributes == 0;
	form_throughput(&row->throughput, INDEXES_READ_UNITS, values, nulls);
	values[INDEXES_STATUS - 1] = CStringGetTextDatum(index_status_names[row->status]);
	values[INDEXES_ATTEMPTS - 1] = Int32GetDatum(row->attempts);
	nulls[INDEXES_LAST_ERROR - 1] = row->last_error == NULL;
	if (row->last_error != NULL)
		values[INDEXES_LAST_ERROR - 1] = CStringGetTextDatum(row->last_error);

	return heap_form_tuple(RelationGetDescr(catalog), values, nulls);
}
