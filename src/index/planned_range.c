/*-------------------------------------------------------------------------
 *
 * planned_range.c
 *	  Ranges of keys by saved statements: whatever the table has, Postgres
 *	  honours it.
 *
 * There is one statement for each index and direction, whatever bounds there
 * are: where one is missing, or there is no cursor, there are bytes that mean
 * the same.  The rows come from a cursor, so that no more of them is read
 * than is returned.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "index/range_scan.h"
#include "index/statements.h"

/* Rows fetched at a time, where it is not known how many will be taken. */
#define BATCH_ROWS	64

typedef struct PlannedRange
{
	DynStatements *statements;
	MemoryContext context;		/* of the caller */
	Portal		portal;
	SPITupleTable *rows;		/* the batch at hand, or NULL */
	uint64		nrows;
	uint64		position;		/* of the next row in it */
} PlannedRange;

static void planned_begin(DynRangeScan *scan);
static bool planned_next(DynRangeScan *scan);
static void planned_end(DynRangeScan *scan);

static const char *primary_text(const DynRangeScan *scan);
static const char *secondary_text(const DynRangeScan *scan);
static void primary_values(const DynRangeScan *scan, Datum *values);
static void secondary_values(const DynRangeScan *scan, Datum *values);
static struct varlena *make_key(const void *bytes, uint32 length, uint32 zeros);
static bool fetch(DynRangeScan *scan);

const DynRangeScanMethods dyn_planned_range_methods = {
	.begin = planned_begin,
	.next = planned_next,
	.end = planned_end,
};

static void
planned_begin(DynRangeScan *scan)
{
	PlannedRange *planned = palloc0(sizeof(PlannedRange));
	bool		primary = scan->index == NULL;
	Datum		values[3];

	scan->state = planned;
	planned->context = CurrentMemoryContext;
	if (primary)
		primary_values(scan, values);
	else
		secondary_values(scan, values);

	SPI_connect();
	MemoryContextSwitchTo(planned->context);
	planned->statements = dyn_statements_acquire(scan->relation);
	planned->portal = dyn_statement_open(planned->statements, scan->relation,
										 primary ? primary_text(scan) : secondary_text(scan),
										 primary ? 2 : 3, values);
	MemoryContextSwitchTo(planned->context);
}

static void
planned_end(DynRangeScan *scan)
{
	PlannedRange *planned = scan->state;

	SPI_cursor_close(planned->portal);
	dyn_statements_release(planned->statements);
	SPI_finish();
	MemoryContextSwitchTo(planned->context);
}

static const char *
column_name(const DynRangeScan *scan, AttrNumber column)
{
	TupleDesc	columns = RelationGetDescr(scan->relation->relation);

	return quote_identifier(NameStr(TupleDescAttr(columns, column - 1)->attname));
}

/* Everything is qualified: the caller's search_path finds nothing of this. */
static const char *
primary_text(const DynRangeScan *scan)
{
	const char *key = column_name(scan, scan->relation->table->key_attnum);

	return psprintf("SELECT t.%s FROM %s AS t"
					" WHERE t.%s OPERATOR(pg_catalog.>=) $1 AND t.%s OPERATOR(pg_catalog.<) $2 ORDER BY t.%s%s",
					column_name(scan, scan->relation->table->item_attnum),
					dyn_relation_quoted_name(scan->relation->relation),
					key, key, key, scan->backward ? " DESC" : "");
}

/* The index is a partial one: that its key is not null must be said. */
static const char *
secondary_text(const DynRangeScan *scan)
{
	const char *key = column_name(scan, scan->relation->table->key_attnum);
	const char *item = column_name(scan, scan->relation->table->item_attnum);
	const char *direction = scan->backward ? " DESC" : "";
	const char *index_key = psprintf("dynamo.index_key(t.%s, %s)", item,
									 dyn_key_schema_literals(&scan->index->key_schema));

	return psprintf("SELECT t.%s FROM %s AS t"
					" WHERE %s IS NOT NULL AND ROW(%s, t.%s) OPERATOR(pg_catalog.%s) ROW($1, $2)"
					" AND %s OPERATOR(pg_catalog.%s) $3 ORDER BY %s%s, t.%s%s",
					item, dyn_relation_quoted_name(scan->relation->relation),
					index_key, index_key, key, scan->backward ? "<" : ">",
					index_key, scan->backward ? ">=" : "<",
					index_key, direction, key, direction);
}

/* Less than every key, and greater. */
static Datum
lower_bound(const DynRangeScan *scan)
{
	return PointerGetDatum(scan->range.lower != NULL ? scan->range.lower : make_key(NULL, 0, 0));
}

static Datum
upper_bound(const DynRangeScan *scan)
{
	/* no tag of a partition is so great */
	static const uint8 above[DYN_KEY_HASH_BYTES + 1] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

	return PointerGetDatum(scan->range.upper != NULL ? scan->range.upper : make_key(above, sizeof(above), 0));
}

/* Behind a key comes the key with a zero byte. */
static void
primary_values(const DynRangeScan *scan, Datum *values)
{
	values[0] = lower_bound(scan);
	values[1] = upper_bound(scan);
	if (scan->after == NULL)
		return;
	if (scan->backward)
		values[1] = PointerGetDatum(scan->after->key);
	else
		values[0] = PointerGetDatum(make_key(VARDATA_ANY(scan->after->key), VARSIZE_ANY_EXHDR(scan->after->key), 1));
}

/* Before all entries of an index key is the one with the empty key. */
static void
secondary_values(const DynRangeScan *scan, Datum *values)
{
	values[0] = scan->backward ? upper_bound(scan) : lower_bound(scan);
	values[1] = PointerGetDatum(make_key(NULL, 0, 0));
	values[2] = scan->backward ? lower_bound(scan) : upper_bound(scan);
	if (scan->after == NULL)
		return;
	values[0] = PointerGetDatum(scan->after->index_key);
	values[1] = PointerGetDatum(scan->after->key);
}

static struct varlena *
make_key(const void *bytes, uint32 length, uint32 zeros)
{
	struct varlena *key = palloc0(VARHDRSZ + length + zeros);

	SET_VARSIZE(key, VARHDRSZ + length + zeros);
	if (length > 0)
		memcpy(VARDATA(key), bytes, length);
	return key;
}

static bool
planned_next(DynRangeScan *scan)
{
	PlannedRange *planned = scan->state;
	bool		isnull;

	if (planned->position == planned->nrows && !fetch(scan))
		return false;
	scan->item = SPI_getbinval(planned->rows->vals[planned->position++], planned->rows->tupdesc, 1, &isnull);
	scan->has_item = true;
	return true;
}

/* Fetch the next batch in place of the one before; false where there is none. */
static bool
fetch(DynRangeScan *scan)
{
	PlannedRange *planned = scan->state;
	MemoryContext caller = CurrentMemoryContext;
	int64		wanted = scan->expected > 0 ? Min(scan->expected, BATCH_ROWS) : BATCH_ROWS;

	if (planned->rows != NULL)
		SPI_freetuptable(planned->rows);
	planned->rows = NULL;
	SPI_cursor_fetch(planned->portal, true, wanted);
	planned->rows = SPI_tuptable;
	planned->nrows = SPI_processed;
	planned->position = 0;
	MemoryContextSwitchTo(caller);
	return planned->nrows > 0;
}
