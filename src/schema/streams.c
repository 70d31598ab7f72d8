/*-------------------------------------------------------------------------
 *
 * streams.c
 *	  Reads and writes the rows of dynamo.streams.
 *
 * A change of a row sends an invalidation of the table that it is of, whose
 * cached description says whether it has a stream, and of dynamo.streams,
 * which is what decoding remembers streams by.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "schema/catalog.h"
#include "schema/catalog_scan.h"
#include "schema/streams.h"

/* Columns, in the order of streams.sql. */
enum
{
	STREAMS_ID = 1,
	STREAMS_TABLE_NAME,
	STREAMS_LABEL,
	STREAMS_RELATION,
	STREAMS_OWNER,
	STREAMS_KEY_SCHEMA,
	STREAMS_VIEW_TYPE,
	STREAMS_STATUS,
	STREAMS_WITH_TABLE,
	STREAMS_CREATED_AT,
	STREAMS_ENDED_AT,
	STREAMS_IDENTITY,
	STREAMS_INCARNATION,
	STREAMS_ATTEMPTS,
	STREAMS_LAST_ERROR,
	STREAMS_COLUMNS = STREAMS_LAST_ERROR
};

static const char *const view_names[] = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", NULL};
static const char *const status_names[] = {"ENABLING", "ENABLED", "DISABLING", "DISABLED", NULL};

Oid			dyn_catalog_streams_oid = InvalidOid;

static Relation open_streams(LOCKMODE lockmode);
static bool find(const char *index_name, int nkeys, ScanKey keys, DynStreamRow *row);
static void read_row(const DynCatalogScan *scan, DynStreamRow *row);
static HeapTuple form_row(Relation streams, const DynStreamRow *row);
static void id_key(ScanKey key, int64 id);
static Datum key_schema_datum(const DynKeySchema *schema);
static void read_key_schema(Datum array, DynKeySchema *schema);
static char *make_label(TimestampTz time);
static void invalidate(Relation streams, Oid relid);

const char *
dyn_stream_view_name(DynStreamView view)
{
	return view_names[view];
}

const char *
dyn_stream_status_name(DynStreamStatus status)
{
	return status_names[status];
}

char *
dyn_stream_arn(const char *table_name, const char *label)
{
	return psprintf("%s/stream/%s", dyn_table_arn(table_name), label);
}

const char *
dyn_stream_fault(Relation relation)
{
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return "it is partitioned";
	if (relation->rd_rel->relkind != RELKIND_RELATION)
		return "it is not a table";
	if (relation->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT)
		return "it is not logged";
	return NULL;
}

/* ---- reading ---- */

bool
dyn_streams_find(const char *table_name, const char *label, DynStreamRow *row)
{
	ScanKeyData keys[2];

	dyn_catalog_text_key(&keys[0], STREAMS_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_text_key(&keys[1], STREAMS_LABEL, BTEqualStrategyNumber, label);
	return find("streams_label_key", 2, keys, row);
}

bool
dyn_streams_find_id(int64 id, DynStreamRow *row)
{
	ScanKeyData key;

	id_key(&key, id);
	return find("streams_pkey", 1, &key, row);
}

/* Find the last of a relation's streams, or its live one. */
static bool
find_of_relation(Oid relid, bool live, DynStreamRow *row)
{
	Relation	streams = open_streams(AccessShareLock);
	DynCatalogScan scan;
	ScanKeyData key;
	bool		found = false;

	ScanKeyInit(&key, STREAMS_RELATION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	dyn_catalog_scan_begin(&scan, streams, "streams_relation", 1, &key);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		if (live && dyn_catalog_read_name(status_names, scan.values[STREAMS_STATUS - 1]) == DYN_STREAM_DISABLED)
			continue;
		if (found && DatumGetTimestampTz(scan.values[STREAMS_CREATED_AT - 1]) < row->created_at)
			continue;
		read_row(&scan, row);
		found = true;
	}
	dyn_catalog_scan_end(&scan);
	return found;
}

bool
dyn_streams_find_live(Oid relid, DynStreamRow *row)
{
	return find_of_relation(relid, true, row);
}

bool
dyn_streams_find_latest(Oid relid, DynStreamRow *row)
{
	return find_of_relation(relid, false, row);
}

static int
compare_rows(const ListCell *a, const ListCell *b)
{
	const DynStreamRow *x = lfirst(a);
	const DynStreamRow *y = lfirst(b);
	int			order = strcmp(x->table_name, y->table_name);

	return order != 0 ? order : strcmp(x->label, y->label);
}

List *
dyn_streams_list(const char *table_name)
{
	Relation	streams = open_streams(AccessShareLock);
	DynCatalogScan scan;
	ScanKeyData key;
	List	   *rows = NIL;

	if (table_name != NULL)
		dyn_catalog_text_key(&key, STREAMS_TABLE_NAME, BTEqualStrategyNumber, table_name);
	dyn_catalog_scan_begin(&scan, streams, "streams_label_key", table_name != NULL ? 1 : 0, &key);
	while (dyn_catalog_scan_next(&scan) != NULL)
	{
		DynStreamRow *row = palloc(sizeof(DynStreamRow));

		read_row(&scan, row);
		rows = lappend(rows, row);
	}
	dyn_catalog_scan_end(&scan);
	list_sort(rows, compare_rows);
	return rows;
}

/* ---- writing ---- */

/* The owner of a relation, or InvalidOid. */
static Oid
relation_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* The installation that this is, the first column of dynamo.stream_capture. */
static pg_uuid_t
read_incarnation(void)
{
	DynCatalogScan scan;
	pg_uuid_t	incarnation;

	dyn_catalog_scan_begin(&scan, dyn_catalog_open("stream_capture", AccessShareLock, DYN_STREAM_CAPTURE_COLUMNS),
						   "stream_capture_pkey", 0, NULL);
	if (dyn_catalog_scan_next(&scan) == NULL)
		elog(ERROR, "dynamo.stream_capture has no row");
	incarnation = *DatumGetUUIDP(scan.values[0]);
	dyn_catalog_scan_end(&scan);
	return incarnation;
}

void
dyn_streams_init(DynStreamRow *row, const char *table_name, Oid relid, const DynKeySchema *key_schema,
				 DynStreamView view)
{
	DynStreamRow other;
	uint64		id;

	memset(row, 0, sizeof(DynStreamRow));
	do
	{
		if (!pg_strong_random(&id, sizeof(id)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate a random number"),
					 errhint("Look into the server's log.")));
		row->id = (int64) (id & PG_INT64_MAX);
	} while (row->id == 0 || dyn_streams_find_id(row->id, &other));

	row->table_name = pstrdup(table_name);
	row->relation = relid;
	row->owner = relation_owner(relid);
	row->key_schema = *key_schema;
	row->view = view;
	row->status = DYN_STREAM_ENABLING;
	row->created_at = GetCurrentTimestamp();
	row->ended_at = DYN_NEVER;
	row->incarnation = read_incarnation();

	/* Two streams of a table within a millisecond get labels of two. */
	while (row->label = make_label(row->created_at), dyn_streams_find(table_name, row->label, &other))
		row->created_at += 1000;
}

/* "2015-05-11T21:21:33.291", in UTC. */
static char *
make_label(TimestampTz time)
{
	struct pg_tm tm;
	fsec_t		fraction;

	if (timestamp2tm(time, NULL, &tm, &fraction, NULL, NULL) != 0)
		elog(ERROR, "timestamp out of range");
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%03d", tm.tm_year, tm.tm_mon, tm.tm_mday,
					tm.tm_hour, tm.tm_min, tm.tm_sec, (int) (fraction / 1000));
}

void
dyn_streams_insert(const DynStreamRow *row)
{
	Relation	streams = open_streams(RowExclusiveLock);

	invalidate(streams, row->relation);
	CatalogTupleInsert(streams, form_row(streams, row));
	table_close(streams, NoLock);
	CommandCounterIncrement();
}

void
dyn_streams_update(const DynStreamRow *row)
{
	Relation	streams = open_streams(RowExclusiveLock);
	ScanKeyData key;

	id_key(&key, row->id);
	invalidate(streams, row->relation);
	dyn_catalog_update_row(streams, "streams_pkey", 1, &key, form_row(streams, row));
}

void
dyn_streams_remove(int64 id)
{
	ScanKeyData key;

	id_key(&key, id);
	(void) dyn_catalog_delete_rows(open_streams(RowExclusiveLock), "streams_pkey", 1, &key);
}

static void
invalidate(Relation streams, Oid relid)
{
	CacheInvalidateRelcache(streams);
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		CacheInvalidateRelcacheByRelid(relid);
}

/* ---- rows ---- */

static Relation
open_streams(LOCKMODE lockmode)
{
	Relation	streams = dyn_catalog_open("streams", lockmode, STREAMS_COLUMNS);

	dyn_catalog_streams_oid = RelationGetRelid(streams);
	return streams;
}

static bool
find(const char *index_name, int nkeys, ScanKey keys, DynStreamRow *row)
{
	Relation	streams = open_streams(AccessShareLock);
	DynCatalogScan scan;
	bool		found;

	dyn_catalog_scan_begin(&scan, streams, index_name, nkeys, keys);
	found = dyn_catalog_scan_next(&scan) != NULL;
	if (found)
		read_row(&scan, row);
	dyn_catalog_scan_end(&scan);
	return found;
}

static void
read_row(const DynCatalogScan *scan, DynStreamRow *row)
{
	const Datum *values = scan->values;
	const bool *nulls = scan->nulls;

	row->id = DatumGetInt64(values[STREAMS_ID - 1]);
	row->table_name = TextDatumGetCString(values[STREAMS_TABLE_NAME - 1]);
	row->label = TextDatumGetCString(values[STREAMS_LABEL - 1]);
	row->relation = DatumGetObjectId(values[STREAMS_RELATION - 1]);
	row->owner = DatumGetObjectId(values[STREAMS_OWNER - 1]);
	read_key_schema(values[STREAMS_KEY_SCHEMA - 1], &row->key_schema);
	row->view = dyn_catalog_read_name(view_names, values[STREAMS_VIEW_TYPE - 1]);
	row->status = dyn_catalog_read_name(status_names, values[STREAMS_STATUS - 1]);
	row->with_table = DatumGetBool(values[STREAMS_WITH_TABLE - 1]);
	row->created_at = DatumGetTimestampTz(values[STREAMS_CREATED_AT - 1]);
	row->ended_at = nulls[STREAMS_ENDED_AT - 1] ? DYN_NEVER : DatumGetTimestampTz(values[STREAMS_ENDED_AT - 1]);
	row->identity = nulls[STREAMS_IDENTITY - 1] ? '\0' : *TextDatumGetCString(values[STREAMS_IDENTITY - 1]);
	row->incarnation = *DatumGetUUIDP(values[STREAMS_INCARNATION - 1]);
	row->attempts = DatumGetInt32(values[STREAMS_ATTEMPTS - 1]);
	row->last_error = nulls[STREAMS_LAST_ERROR - 1] ? NULL : TextDatumGetCString(values[STREAMS_LAST_ERROR - 1]);
}

static HeapTuple
form_row(Relation streams, const DynStreamRow *row)
{
	Datum		values[STREAMS_COLUMNS];
	bool		nulls[STREAMS_COLUMNS] = {false};

	values[STREAMS_ID - 1] = Int64GetDatum(row->id);
	values[STREAMS_TABLE_NAME - 1] = CStringGetTextDatum(row->table_name);
	values[STREAMS_LABEL - 1] = CStringGetTextDatum(row->label);
	values[STREAMS_RELATION - 1] = ObjectIdGetDatum(row->relation);
	values[STREAMS_OWNER - 1] = ObjectIdGetDatum(row->owner);
	values[STREAMS_KEY_SCHEMA - 1] = key_schema_datum(&row->key_schema);
	values[STREAMS_VIEW_TYPE - 1] = CStringGetTextDatum(view_names[row->view]);
	values[STREAMS_STATUS - 1] = CStringGetTextDatum(status_names[row->status]);
	values[STREAMS_WITH_TABLE - 1] = BoolGetDatum(row->with_table);
	values[STREAMS_CREATED_AT - 1] = TimestampTzGetDatum(row->created_at);
	values[STREAMS_ENDED_AT - 1] = TimestampTzGetDatum(row->ended_at);
	nulls[STREAMS_ENDED_AT - 1] = row->ended_at == DYN_NEVER;
	values[STREAMS_IDENTITY - 1] = row->identity == '\0' ? (Datum) 0 :
		CStringGetTextDatum(psprintf("%c", row->identity));
	nulls[STREAMS_IDENTITY - 1] = row->identity == '\0';
	values[STREAMS_INCARNATION - 1] = UUIDPGetDatum(&row->incarnation);
	values[STREAMS_ATTEMPTS - 1] = Int32GetDatum(row->attempts);
	values[STREAMS_LAST_ERROR - 1] = row->last_error == NULL ? (Datum) 0 : CStringGetTextDatum(row->last_error);
	nulls[STREAMS_LAST_ERROR - 1] = row->last_error == NULL;
	return heap_form_tuple(RelationGetDescr(streams), values, nulls);
}

static void
id_key(ScanKey key, int64 id)
{
	ScanKeyInit(key, STREAMS_ID, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
}

/* A key schema as an array of texts, and back. */
static Datum
key_schema_datum(const DynKeySchema *schema)
{
	Datum		texts[DYN_MAX_KEY_ATTRIBUTES];
	int			count = dyn_key_schema_count(schema);

	for (int i = 0; i < count; i++)
		texts[i] = CStringGetTextDatum(dyn_key_schema_spec(schema, i));
	return PointerGetDatum(construct_array(texts, count, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
read_key_schema(Datum array, DynKeySchema *schema)
{
	Datum	   *elements;
	const char **specs;
	int			count;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	specs = palloc(sizeof(char *) * Max(count, 1));
	for (int i = 0; i < count; i++)
		specs[i] = TextDatumGetCString(elements[i]);
	dyn_key_schema_parse(count, specs, schema);
}
