/*-------------------------------------------------------------------------
 *
 * planned_row.c
 *	  Rows by saved statements: whatever the table has, Postgres honours it.
 *
 * Finding is a plain SELECT.  A write repeats, in its WHERE clause, the item
 * that was found; where it does nothing, either another transaction changed
 * the row (the caller starts over) or something of the table turned the write
 * down without an error: a trigger that returned NULL, a rule, or a policy.
 * Where there may be such a thing, the version of the row is looked up before
 * it is found and after it was not written: if it is the same one, nobody was
 * faster.  (A SELECT of xmin would take more privileges than operations need.)
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

#include "base/compat.h"
#include "index/row.h"
#include "index/statements.h"
#include "index/storage.h"

typedef struct PlannedRow
{
	DynStatements *statements;
	SPITupleTable *rows;		/* what was selected last */
	bool		policies;		/* do any apply to the caller? */
	bool		may_suppress;	/* may a write do nothing without an error? */
	DynRowVersion version;		/* if it may: of the row, from before it was found */
	int			unseen;			/* insertions that did nothing, for no visible reason */
} PlannedRow;

/* Enough to tell a row that policies hide, or a trigger's veto, from rows that come and go. */
#define MAX_UNSEEN	3

static void planned_begin(DynRow *row);
static void planned_move(DynRow *row);
static void planned_read(DynRow *row);
static void planned_find(DynRow *row);
static bool planned_lock(DynRow *row);
static bool planned_insert(DynRow *row, struct varlena *item);
static bool planned_replace(DynRow *row, struct varlena *item);
static bool planned_delete(DynRow *row);
static void planned_end(DynRow *row);

static void select_row(DynRow *row, DynStatement statement, bool read_only);
static uint64 run(DynRow *row, DynStatement statement, Datum *values, bool read_only);
static bool has_children(const DynRow *row);
static bool was_suppressed(DynRow *row);
static bool is_unchanged(DynRow *row);
static bool have_policies(Relation relation);
static bool may_suppress(Relation relation);
static bool may_suppress_insert(Relation relation);
static int	count_before_triggers(Relation relation, int16 event);
pg_noreturn static void raise_hidden(const DynRow *row);

const DynRowMethods dyn_planned_row_methods = {
	.begin = planned_begin,
	.move = planned_move,
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
	Relation	relation = row->relation->relation;
	MemoryContext caller = CurrentMemoryContext;
	PlannedRow *planned = palloc0(sizeof(PlannedRow));

	row->state = planned;
	planned->policies = have_policies(relation);
	planned->may_suppress = planned->policies || may_suppress(relation);
	SPI_connect();
	MemoryContextSwitchTo(caller);
	planned->statements = dyn_statements_acquire(row->relation);
}

static void
planned_move(DynRow *row)
{
	PlannedRow *planned = row->state;

	if (planned->rows != NULL)
		SPI_freetuptable(planned->rows);
	planned->rows = NULL;
	planned->unseen = 0;
}

static void
planned_end(DynRow *row)
{
	PlannedRow *planned = row->state;
	MemoryContext caller = CurrentMemoryContext;

	dyn_statements_release(planned->statements);
	SPI_finish();
	MemoryContextSwitchTo(caller);
}

static void
planned_read(DynRow *row)
{
	select_row(row, DYN_STATEMENT_READ, true);
}

static void
planned_find(DynRow *row)
{
	PlannedRow *planned = row->state;

	if (planned->may_suppress)
		(void) dyn_storage_version(row, &planned->version);
	select_row(row, DYN_STATEMENT_READ, false);
}

/*
 * A SELECT ... FOR UPDATE would take the privilege to update, and a policy's
 * consent: DeleteItem has not got them.  Only the row of an inheritance child
 * must be locked so.
 */
static bool
planned_lock(DynRow *row)
{
	struct varlena *item;

	if (!has_children(row))
		return dyn_storage_lock(row);

	item = PG_DETOAST_DATUM(row->item);
	select_row(row, DYN_STATEMENT_LOCK, false);
	return row->found && dyn_row_item_equals(row, item);
}

static bool
planned_insert(DynRow *row, struct varlena *item)
{
	PlannedRow *planned = row->state;
	Datum		values[2] = {PointerGetDatum(row->key), PointerGetDatum(item)};
	DynRowVersion version;

	if (run(row, DYN_STATEMENT_INSERT, values, false) > 0)
		return true;

	planned->unseen++;
	if (dyn_storage_version(row, &version))
	{
		if (planned->policies && planned->unseen >= MAX_UNSEEN)
			raise_hidden(row);
		return false;
	}
	/* The row in the way has gone again, or there was none. */
	row->suppressed = may_suppress_insert(row->relation->relation) || planned->unseen >= MAX_UNSEEN;
	return row->suppressed;
}

static bool
planned_replace(DynRow *row, struct varlena *item)
{
	PlannedRow *planned = row->state;
	Datum		values[3] = {PointerGetDatum(row->key), PointerGetDatum(item), row->item};

	if (run(row, DYN_STATEMENT_REPLACE, values, false) > 0)
		return true;
	if (!was_suppressed(row))
		return false;

	if (planned->policies)
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

	/* Which child of an inheritance tree has the row is not known here. */
	if (row->skip_locked && !has_children(row) && !dyn_storage_lock_or_skip(row))
		return row->skipped;
	if (run(row, DYN_STATEMENT_DELETE, values, false) > 0)
		return true;
	row->suppressed = was_suppressed(row);
	return row->suppressed;
}

static void
select_row(DynRow *row, DynStatement statement, bool read_only)
{
	PlannedRow *planned = row->state;
	Datum		key = PointerGetDatum(row->key);
	bool		isnull;

	row->found = run(row, statement, &key, read_only) > 0;
	planned->rows = SPI_tuptable;
	if (row->found)
		row->item = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
}

/* SPI leaves its own memory context current. */
static uint64
run(DynRow *row, DynStatement statement, Datum *values, bool read_only)
{
	PlannedRow *planned = row->state;
	MemoryContext caller = CurrentMemoryContext;
	uint64		nrows;

	nrows = dyn_statement_run(planned->statements, row->relation, statement, values, read_only);
	MemoryContextSwitchTo(caller);
	return nrows;
}

/* Has the table inheritance children, which are no partitions? */
static bool
has_children(const DynRow *row)
{
	Form_pg_class form = row->relation->relation->rd_rel;

	return form->relhassubclass && form->relkind != RELKIND_PARTITIONED_TABLE;
}

/* The row was not written: because nobody but the table itself wanted that? */
static bool
was_suppressed(DynRow *row)
{
	PlannedRow *planned = row->state;
	DynRowVersion version;

	if (!planned->may_suppress)
		return false;
	if (!dyn_storage_version(row, &version))
		return is_unchanged(row);
	return memcmp(&version, &planned->version, sizeof(DynRowVersion)) == 0;
}

/* Find a row of an inheritance child again, whose version is not known. */
static bool
is_unchanged(DynRow *row)
{
	struct varlena *item = PG_DETOAST_DATUM(row->item);

	select_row(row, DYN_STATEMENT_READ, false);
	return row->found && dyn_row_item_equals(row, item);
}

static bool
have_policies(Relation relation)
{
	return relation->rd_rel->relrowsecurity &&
		check_enable_rls(RelationGetRelid(relation), InvalidOid, true) == RLS_ENABLED;
}

/* Partitions and children can have triggers that their parent does not know. */
static bool
may_suppress(Relation relation)
{
	return relation->rd_rel->relhasrules || relation->rd_rel->relhassubclass ||
		count_before_triggers(relation, TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE) > 0;
}

/* Is there a rule, or a trigger beside derive_key, which every table has that is not partitioned? */
static bool
may_suppress_insert(Relation relation)
{
	return relation->rd_rel->relhasrules ||
		count_before_triggers(relation, TRIGGER_TYPE_INSERT) >
		(relation->rd_rel->relkind == RELKIND_RELATION && !relation->rd_rel->relispartition ? 1 : 0);
}

/* Count the BEFORE ... FOR EACH ROW triggers for any of these events. */
static int
count_before_triggers(Relation relation, int16 event)
{
	TriggerDesc *triggers = relation->trigdesc;
	int			count = 0;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		int16		type = triggers->triggers[i].tgtype;

		if (TRIGGER_FOR_ROW(type) && TRIGGER_FOR_BEFORE(type) && (type & event) != 0)
			count++;
	}
	return count;
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
