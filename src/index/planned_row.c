/*-------------------------------------------------------------------------
 *
 * planned_row.c
 *	  Rows by saved statements: whatever the table has, Postgres honours it.
 *
 * Finding is a plain SELECT.  A write repeats, in its WHERE clause, the item
 * that was found; where it does nothing, either another transaction changed
 * the row (the caller starts over) or something of the table turned the write
 * down without an error: a trigger that returned NULL, a rule, or a policy.
 * The row's xmin tells which: it is still the same version that was found, or
 * it is not.
 *
 * What a policy hides from UPDATE cannot be put, and that is an error, as it
 * is for INSERT ... ON CONFLICT DO UPDATE.  What it hides from DELETE is not
 * deleted, and that is none, as for DELETE.  A write that a trigger or rule
 * turned down is none either: that is what they are for.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "index/probe.h"
#include "index/row.h"
#include "index/statements.h"

typedef struct PlannedRow
{
	DynStatements *statements;
	MemoryContext context;		/* of the caller */
	TransactionId version;		/* xmin of the row found */
	int			unseen;			/* insertions that did nothing, for no visible reason */
} PlannedRow;

/* Enough to tell a row that policies hide, or a trigger's veto, from rows that come and go. */
#define MAX_UNSEEN	3

static void planned_begin(DynRow *row);
static void planned_read(DynRow *row);
static void planned_find(DynRow *row);
static bool planned_lock(DynRow *row);
static bool planned_insert(DynRow *row, struct varlena *item);
static bool planned_replace(DynRow *row, struct varlena *item);
static bool planned_delete(DynRow *row);
static void planned_end(DynRow *row);

static void select_row(DynRow *row, DynStatement statement, bool read_only);
static uint64 run(DynRow *row, DynStatement statement, Datum *values, bool read_only);
static bool is_same_version(DynRow *row);
static bool has_policies(const DynRow *row);
static bool may_suppress_insert(const DynRow *row);
static void raise_hidden(const DynRow *row) pg_attribute_noreturn();

const DynRowMethods dyn_planned_row_methods = {
	.begin = planned_begin,
	.read = planned_read,
	.find = planned_find,
	.lock = planned_lock,
	.insert = planned_insert,
	.replace = planned_replace,
	.delete = planned_delete,
	.end = planned_end,
};

static void
planned_begin(DynRow *row)
{
	PlannedRow *planned = palloc0(sizeof(PlannedRow));

	row->state = planned;
	planned->context = CurrentMemoryContext;
	SPI_connect();
	MemoryContextSwitchTo(planned->context);
	planned->statements = dyn_statements_acquire(row->relation);
}

static void
planned_end(DynRow *row)
{
	PlannedRow *planned = row->state;

	dyn_statements_release(planned->statements);
	SPI_finish();
	MemoryContextSwitchTo(planned->context);
}

static void
planned_read(DynRow *row)
{
	select_row(row, DYN_STATEMENT_READ, true);
}

static void
planned_find(DynRow *row)
{
	select_row(row, DYN_STATEMENT_READ, false);
}

/*
 * Postgres locks the newest version, so look whether it is the one found.  A
 * row that policies keep from being updated cannot be locked; it stays.
 */
static bool
planned_lock(DynRow *row)
{
	PlannedRow *planned = row->state;
	TransactionId version = planned->version;

	select_row(row, DYN_STATEMENT_LOCK, false);
	if (!row->found)
		return is_same_version(row);
	return planned->version == version;
}

static bool
planned_insert(DynRow *row, struct varlena *item)
{
	PlannedRow *planned = row->state;
	Datum		values[2] = {PointerGetDatum(row->key), PointerGetDatum(item)};

	if (run(row, DYN_STATEMENT_INSERT, values, false) > 0)
		return true;

	planned->unseen++;
	if (dyn_row_exists(row))
	{
		if (has_policies(row) && planned->unseen >= MAX_UNSEEN)
			raise_hidden(row);
		return false;
	}
	/* The row in the way has gone again, or there was none. */
	row->suppressed = may_suppress_insert(row) || planned->unseen >= MAX_UNSEEN;
	return row->suppressed;
}

static bool
planned_replace(DynRow *row, struct varlena *item)
{
	Datum		values[3] = {PointerGetDatum(row->key), PointerGetDatum(item), row->item};

	if (run(row, DYN_STATEMENT_REPLACE, values, false) > 0)
		return true;
	if (!is_same_version(row))
		return false;

	if (has_policies(row))
	{
		select_row(row, DYN_STATEMENT_LOCK, false);
		if (!row->found)
			raise_hidden(row);
	}
	row->suppressed = true;
	return true;
}

static bool
planned_delete(DynRow *row)
{
	Datum		values[2] = {PointerGetDatum(row->key), row->item};

	if (run(row, DYN_STATEMENT_DELETE, values, false) > 0)
		return true;
	row->suppressed = is_same_version(row);
	return row->suppressed;
}

static void
select_row(DynRow *row, DynStatement statement, bool read_only)
{
	PlannedRow *planned = row->state;
	Datum		key = PointerGetDatum(row->key);
	HeapTuple	tuple;
	bool		isnull;

	row->found = run(row, statement, &key, read_only) > 0;
	if (!row->found)
		return;

	tuple = SPI_tuptable->vals[0];
	row->item = SPI_getbinval(tuple, SPI_tuptable->tupdesc, 1, &isnull);
	planned->version = DatumGetTransactionId(SPI_getbinval(tuple, SPI_tuptable->tupdesc, 2, &isnull));
}

/* SPI leaves its own memory context current. */
static uint64
run(DynRow *row, DynStatement statement, Datum *values, bool read_only)
{
	PlannedRow *planned = row->state;
	uint64		nrows;

	nrows = dyn_statement_run(planned->statements, row->relation, statement, values, read_only);
	MemoryContextSwitchTo(planned->context);
	return nrows;
}

/* Find the row again: is it the version that was found before? */
static bool
is_same_version(DynRow *row)
{
	PlannedRow *planned = row->state;
	TransactionId version = planned->version;

	planned_find(row);
	return row->found && planned->version == version;
}

static bool
has_policies(const DynRow *row)
{
	Relation	relation = row->relation->relation;

	return relation->rd_rel->relrowsecurity &&
		check_enable_rls(RelationGetRelid(relation), InvalidOid, true) == RLS_ENABLED;
}

/* Is there a rule, or a BEFORE INSERT trigger beside derive_key? */
static bool
may_suppress_insert(const DynRow *row)
{
	Relation	relation = row->relation->relation;
	TriggerDesc *triggers = relation->trigdesc;
	int			count = 0;

	if (relation->rd_rel->relhasrules)
		return true;
	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		int16		type = triggers->triggers[i].tgtype;

		if (TRIGGER_FOR_ROW(type) && TRIGGER_FOR_BEFORE(type) && TRIGGER_FOR_INSERT(type))
			count++;
	}
	return count > (relation->rd_rel->relkind == RELKIND_RELATION ? 1 : 0);
}

static void
raise_hidden(const DynRow *row)
{
	const char *name = RelationGetRelationName(row->relation->relation);

	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("new row violates row-level security policy (USING expression) for table \"%s\"", name),
			 errdetail("There is an item with this key that the policies of the table do not let the current user replace.")));
}
