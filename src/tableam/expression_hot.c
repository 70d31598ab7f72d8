/*-------------------------------------------------------------------------
 *
 * expression_hot.c
 *	  HOT updates that change an item, but nothing an index has of it.
 *
 * The heap makes an update HOT, so that no index gets an entry, when no
 * column changes that an index is about; for an index on an expression of a
 * column that means the column.  Every update changes the item, so with one
 * secondary index none would be HOT.
 *
 * Here the expressions and predicates of all indexes are evaluated for the
 * old and for the new version.  If all give the same, the relation's list of
 * columns that forbid HOT is replaced by a narrower one while the heap's
 * update runs: by the columns that are indexed as they are.
 *
 * Why this is safe:
 *
 *	- The old version is the one that the heap replaces: it is pinned from
 *	  before it is read until the update is done, so that its place cannot be
 *	  reused, and a version never changes.
 *	- What is compared is the bytes of the values, not what an operator class
 *	  calls equal: an index-only scan shows those bytes.  Their layout is that
 *	  of the expression's type, which is not always the type that the index
 *	  stores.
 *	- Every index counts whose entries an update may have to make.  One that
 *	  CREATE INDEX CONCURRENTLY has only announced cannot be evaluated yet, and
 *	  forbids HOT by its columns as before.  An index that is announced later
 *	  than our lock on the table waits for us; the heap relies on that, too.
 *	- Between the replacement and the moment at which the heap has copied the
 *	  list, nothing can process an invalidation.  Later it can (the heap opens
 *	  the toast table), and rebuilds the relation's entry with a list of its
 *	  own, perhaps at the same address; so after an invalidation the list is
 *	  not put back but forgotten, and computed again when it is needed.
 *
 * What is prepared for a relation, the compiled expressions above all, is
 * kept until an invalidation, because preparing costs more than an update.
 * It belongs to the user who prepared it, as the privileges on the functions
 * were checked for that one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/settings.h"
#include "tableam/callbacks.h"
#include "tableam/expression_hot.h"

/* Beyond so many relations what is prepared is thrown away. */
#define MAX_RELATIONS	128

/* A column's number as bitmaps have it. */
#define attribute_bit(attnum) ((attnum) - FirstLowInvalidHeapAttributeNumber)

/* An index with expressions or a predicate. */
typedef struct ExpressionIndex
{
	ExprState  *predicate;		/* NULL: none, or see not_null */
	int			not_null;		/* the predicate is that this expression is not null; or -1 */
	int			nexpressions;
	ExprState **expressions;
	int16	   *lengths;		/* of the expressions' types */
	bool	   *by_value;
} ExpressionIndex;

struct DynIndexExpressions
{
	Oid			relid;			/* key of the hash table; first */
	bool		valid;			/* false since an invalidation */
	bool		busy;			/* being evaluated */
	bool		broken;			/* an error left it in an unknown state */
	Oid			userid;			/* who prepared it */
	MemoryContext context;		/* of all below */
	int			nindexes;		/* 0: nothing to evaluate */
	ExpressionIndex *indexes;
	int			nevaluations;	/* expressions and predicates in all of them */
	Bitmapset  *blocking;		/* columns that forbid HOT as they are */
	int			nattributes;
	AttrNumber *attributes;		/* columns that expressions read */
	ExprContext *econtext;
	TupleTableSlot *old;		/* the version to be replaced */
	TupleTableSlot *flat_old;	/* versions with detoasted values */
	TupleTableSlot *flat_new;
};

/* The relation whose list is replaced at the moment. */
typedef struct Narrowing
{
	Relation	relation;
	Bitmapset  *original;
	bool		disturbed;		/* the relation was invalidated meanwhile */
} Narrowing;

static HTAB *prepared = NULL;
static Narrowing *narrowing = NULL;

static DynIndexExpressions *find(Oid relid);
static void drop(DynIndexExpressions *expressions);
static void drop_all(void);
static void prepare(DynIndexExpressions *expressions, Relation relation);
static bool prepare_indexes(DynIndexExpressions *expressions, Relation relation, List *index_oids);
static void prepare_index(DynIndexExpressions *expressions, Relation index, Bitmapset **read);
static void compile(ExpressionIndex *prepared_index, List *index_expressions, List *predicate);
static int	not_null_expression(List *index_expressions, List *predicate);
static void set_attributes(DynIndexExpressions *expressions, Bitmapset *read);
static bool is_unchanged(DynIndexExpressions *expressions, Relation relation, ItemPointer otid,
						 TupleTableSlot *slot);
static bool columns_differ(DynIndexExpressions *expressions, TupleTableSlot *slot);
static TupleTableSlot *flatten(DynIndexExpressions *expressions, TupleTableSlot *slot, TupleTableSlot *flat);
static bool index_is_unchanged(ExpressionIndex *index, ExprContext *econtext, TupleTableSlot *old,
							   TupleTableSlot *new);
static void narrow(Narrowing *change, DynIndexExpressions *expressions, Relation relation);
static void widen(Narrowing *change);

DynIndexExpressions *
dyn_index_expressions(Relation relation)
{
	DynIndexExpressions *expressions;

	if (!dyn_expression_hot)
		return NULL;
	expressions = find(RelationGetRelid(relation));
	if (expressions->busy)
		return NULL;
	if (!expressions->valid || expressions->broken || expressions->userid != GetUserId())
		prepare(expressions, relation);
	return expressions->nindexes > 0 ? expressions : NULL;
}

TM_Result
dyn_update_with_expressions(DynIndexExpressions *expressions, Relation relation, ItemPointer otid,
							TupleTableSlot *slot, CommandId cid, Snapshot snapshot, Snapshot crosscheck,
							bool wait, TM_FailureData *failure, LockTupleMode *lockmode,
							DynUpdateIndexes *update_indexes)
{
	Narrowing	change = {NULL, NULL, false};
	TM_Result	result;

	expressions->busy = true;
	expressions->broken = true;
	PG_TRY();
	{
		if (is_unchanged(expressions, relation, otid, slot))
			narrow(&change, expressions, relation);
		result = dyn_heap->tuple_update(relation, otid, slot, cid, snapshot, crosscheck, wait, failure,
										lockmode, update_indexes);
		ExecClearTuple(expressions->old);
		expressions->broken = false;
	}
	PG_FINALLY();
	{
		/* After an error the pin goes with the transaction, the rest with prepare. */
		widen(&change);
		expressions->busy = false;
	}
	PG_END_TRY();
	return result;
}

void
dyn_expression_hot_invalidate(Oid relid)
{
	DynIndexExpressions *expressions;

	if (narrowing != NULL && (!OidIsValid(relid) || relid == RelationGetRelid(narrowing->relation)))
		narrowing->disturbed = true;
	if (prepared == NULL)
		return;
	if (OidIsValid(relid))
	{
		expressions = hash_search(prepared, &relid, HASH_FIND, NULL);
		if (expressions != NULL)
			expressions->valid = false;
	}
	else
	{
		HASH_SEQ_STATUS status;

		hash_seq_init(&status, prepared);
		while ((expressions = hash_seq_search(&status)) != NULL)
			expressions->valid = false;
	}
}

/* Find the entry of a relation, or make one that is not valid yet. */
static DynIndexExpressions *
find(Oid relid)
{
	DynIndexExpressions *expressions;
	bool		found;

	if (prepared == NULL)
	{
		HASHCTL		control = {0};

		control.keysize = sizeof(Oid);
		control.entrysize = sizeof(DynIndexExpressions);
		control.hcxt = CacheMemoryContext;
		prepared = hash_create("dynamo index expressions", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}

	expressions = hash_search(prepared, &relid, HASH_FIND, NULL);
	if (expressions != NULL)
		return expressions;

	if (hash_get_num_entries(prepared) >= MAX_RELATIONS)
		drop_all();
	expressions = hash_search(prepared, &relid, HASH_ENTER, &found);
	memset((char *) expressions + sizeof(Oid), 0, sizeof(DynIndexExpressions) - sizeof(Oid));
	return expressions;
}

/* Forget what was prepared, but for what is being evaluated by a caller. */
static void
drop_all(void)
{
	HASH_SEQ_STATUS status;
	DynIndexExpressions *expressions;

	hash_seq_init(&status, prepared);
	while ((expressions = hash_seq_search(&status)) != NULL)
	{
		if (expressions->busy)
			continue;
		drop(expressions);
		hash_search(prepared, &expressions->relid, HASH_REMOVE, NULL);
	}
}

static void
drop(DynIndexExpressions *expressions)
{
	if (expressions->context != NULL)
		MemoryContextDelete(expressions->context);
	memset((char *) expressions + sizeof(Oid), 0, sizeof(DynIndexExpressions) - sizeof(Oid));
}

/*
 * Prepare a relation's index expressions.  As in the relation cache, a change
 * of the list of indexes meanwhile makes us start over.
 */
static void
prepare(DynIndexExpressions *expressions, Relation relation)
{
	bool		same = false;

	while (!same)
	{
		List	   *index_oids;
		List	   *later;

		CHECK_FOR_INTERRUPTS();
		drop(expressions);
		expressions->broken = true;
		expressions->valid = true;
		expressions->userid = GetUserId();

		index_oids = RelationGetIndexList(relation);
		if (!prepare_indexes(expressions, relation, index_oids))
			drop(expressions);
		later = RelationGetIndexList(relation);
		same = equal(index_oids, later);
		list_free(index_oids);
		list_free(later);
	}
	expressions->valid = true;
	expressions->broken = false;
	expressions->userid = GetUserId();
}

/* Prepare these indexes; returns false where there is nothing to evaluate. */
static bool
prepare_indexes(DynIndexExpressions *expressions, Relation relation, List *index_oids)
{
	MemoryContext caller;
	Bitmapset  *read = NULL;
	TupleDesc	descriptor;
	ListCell   *cell;

	expressions->context = AllocSetContextCreate(CacheMemoryContext, "dynamo index expressions",
												 ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(expressions->context);

	expressions->indexes = palloc0(Max(list_length(index_oids), 1) * sizeof(ExpressionIndex));
	foreach(cell, index_oids)
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		prepare_index(expressions, index, &read);
		index_close(index, AccessShareLock);
	}

	if (expressions->nindexes > 0)
	{
		set_attributes(expressions, read);

		/* A copy: the relation's own counts references, and we outlive them. */
		descriptor = CreateTupleDescCopyConstr(RelationGetDescr(relation));
		expressions->old = MakeSingleTupleTableSlot(descriptor, table_slot_callbacks(relation));
		expressions->flat_old = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
		expressions->flat_new = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
		expressions->econtext = CreateStandaloneExprContext();
	}
	MemoryContextSwitchTo(caller);
	return expressions->nindexes > 0;
}

/* Prepare one index: what of it forbids HOT, and what must be evaluated. */
static void
prepare_index(DynIndexExpressions *expressions, Relation index, Bitmapset **read)
{
	Form_pg_index form = index->rd_index;
	List	   *index_expressions;
	List	   *predicate;
	Bitmapset  *columns = NULL;

	if (dyn_index_is_summarizing(index))
		return;

	for (int i = 0; i < form->indnatts; i++)
		if (form->indkey.values[i] != 0)
			expressions->blocking = bms_add_member(expressions->blocking, attribute_bit(form->indkey.values[i]));

	index_expressions = RelationGetIndexExpressions(index);
	predicate = RelationGetIndexPredicate(index);
	if (index_expressions == NIL && predicate == NIL)
		return;
	pull_varattnos((Node *) index_expressions, 1, &columns);
	pull_varattnos((Node *) predicate, 1, &columns);

	/*
	 * Not to be evaluated: what a statement is only about to build, whose
	 * expressions may fail for rows that are there; and references to whole
	 * rows.
	 */
	if (!form->indisready ||
		(!bms_is_empty(columns) && bms_next_member(columns, -1) <= attribute_bit(InvalidAttrNumber)))
	{
		expressions->blocking = bms_add_members(expressions->blocking, columns);
		return;
	}

	compile(&expressions->indexes[expressions->nindexes], index_expressions, predicate);
	expressions->nevaluations += expressions->indexes[expressions->nindexes].nexpressions +
		(expressions->indexes[expressions->nindexes].predicate != NULL ? 1 : 0);
	expressions->nindexes++;
	*read = bms_add_members(*read, columns);
}

static void
compile(ExpressionIndex *prepared_index, List *index_expressions, List *predicate)
{
	int			n = list_length(index_expressions);
	ListCell   *cell;

	prepared_index->nexpressions = n;
	prepared_index->expressions = palloc(Max(n, 1) * sizeof(ExprState *));
	prepared_index->lengths = palloc(Max(n, 1) * sizeof(int16));
	prepared_index->by_value = palloc(Max(n, 1) * sizeof(bool));
	foreach(cell, index_expressions)
	{
		Expr	   *expression = lfirst(cell);
		int			i = foreach_current_index(cell);

		prepared_index->expressions[i] = ExecInitExpr(expression, NULL);
		get_typlenbyval(exprType((Node *) expression), &prepared_index->lengths[i], &prepared_index->by_value[i]);
	}

	prepared_index->not_null = not_null_expression(index_expressions, predicate);
	if (prepared_index->not_null < 0)
		prepared_index->predicate = ExecInitQual(predicate, NULL);
}

/*
 * Which expression is it that a predicate "expression IS NOT NULL" is about?
 * Sparse indexes have it, and need not compute it twice.  -1: none.
 */
static int
not_null_expression(List *index_expressions, List *predicate)
{
	NullTest   *test;
	ListCell   *cell;

	if (list_length(predicate) != 1 || !IsA(linitial(predicate), NullTest))
		return -1;
	test = linitial_node(NullTest, predicate);
	if (test->nulltesttype != IS_NOT_NULL || test->argisrow)
		return -1;
	foreach(cell, index_expressions)
		if (equal(lfirst(cell), test->arg))
			return foreach_current_index(cell);
	return -1;
}

static void
set_attributes(DynIndexExpressions *expressions, Bitmapset *read)
{
	int			bit = -1;

	expressions->attributes = palloc(Max(bms_num_members(read), 1) * sizeof(AttrNumber));
	while ((bit = bms_next_member(read, bit)) >= 0)
		expressions->attributes[expressions->nattributes++] = bit + FirstLowInvalidHeapAttributeNumber;
}

/*
 * Do columns change that expressions read, and does every index compute the
 * same from both versions?  (If no such column changes the heap finds that
 * out by itself.)  Leaves the old version pinned in expressions->old.
 */
static bool
is_unchanged(DynIndexExpressions *expressions, Relation relation, ItemPointer otid, TupleTableSlot *slot)
{
	ExprContext *econtext = expressions->econtext;
	TupleTableSlot *old;
	TupleTableSlot *new;
	bool		unchanged = true;

	if (!table_tuple_fetch_row_version(relation, otid, SnapshotAny, expressions->old))
		return false;
	if (!columns_differ(expressions, slot))
		return false;

	old = flatten(expressions, expressions->old, expressions->flat_old);
	new = flatten(expressions, slot, expressions->flat_new);
	for (int i = 0; i < expressions->nindexes && unchanged; i++)
		unchanged = index_is_unchanged(&expressions->indexes[i], econtext, old, new);

	ExecClearTuple(expressions->flat_old);
	ExecClearTuple(expressions->flat_new);
	econtext->ecxt_scantuple = NULL;
	ResetExprContext(econtext);
	return unchanged;
}

/* Do the versions differ in a column that an expression reads?  As stored. */
static bool
columns_differ(DynIndexExpressions *expressions, TupleTableSlot *slot)
{
	for (int i = 0; i < expressions->nattributes; i++)
	{
		AttrNumber	attnum = expressions->attributes[i];
		Form_pg_attribute attribute = TupleDescAttr(expressions->old->tts_tupleDescriptor, attnum - 1);
		bool		old_isnull;
		bool		new_isnull;
		Datum		old = slot_getattr(expressions->old, attnum, &old_isnull);
		Datum		new = slot_getattr(slot, attnum, &new_isnull);

		if (old_isnull != new_isnull)
			return true;
		if (!old_isnull && !datumIsEqual(old, new, attribute->attbyval, attribute->attlen))
			return true;
	}
	return false;
}

/*
 * Detoast the columns that expressions read, once for all of them.  Returns
 * the slot itself where there is nothing to gain.
 */
static TupleTableSlot *
flatten(DynIndexExpressions *expressions, TupleTableSlot *slot, TupleTableSlot *flat)
{
	int			natts = flat->tts_tupleDescriptor->natts;
	bool		toasted = false;
	MemoryContext caller;

	if (expressions->nevaluations < 2)
		return slot;

	slot_getallattrs(slot);
	for (int i = 0; i < expressions->nattributes; i++)
	{
		int			column = expressions->attributes[i] - 1;
		Datum		value = slot->tts_values[column];

		if (slot->tts_isnull[column] || TupleDescAttr(flat->tts_tupleDescriptor, column)->attlen != -1 ||
			!(VARATT_IS_EXTERNAL(DatumGetPointer(value)) || VARATT_IS_COMPRESSED(DatumGetPointer(value))))
			continue;
		if (!toasted)
		{
			ExecClearTuple(flat);
			memcpy(flat->tts_values, slot->tts_values, natts * sizeof(Datum));
			memcpy(flat->tts_isnull, slot->tts_isnull, natts * sizeof(bool));
			toasted = true;
		}
		caller = MemoryContextSwitchTo(expressions->econtext->ecxt_per_tuple_memory);
		flat->tts_values[column] = PointerGetDatum(PG_DETOAST_DATUM(value));
		MemoryContextSwitchTo(caller);
	}
	return toasted ? ExecStoreVirtualTuple(flat) : slot;
}

/* Does an index have the same of both versions, or neither? */
static bool
index_is_unchanged(ExpressionIndex *index, ExprContext *econtext, TupleTableSlot *old, TupleTableSlot *new)
{
	if (index->predicate != NULL)
	{
		bool		old_inside;

		econtext->ecxt_scantuple = old;
		old_inside = ExecQual(index->predicate, econtext);
		econtext->ecxt_scantuple = new;
		if (ExecQual(index->predicate, econtext) != old_inside)
			return false;
		if (!old_inside)
			return true;
	}

	/* The one that decides whether there is an entry at all goes first. */
	for (int n = 0; n < index->nexpressions; n++)
	{
		int			i = index->not_null > 0 ? (n == 0 ? index->not_null : n - (n <= index->not_null)) : n;
		bool		old_isnull;
		bool		new_isnull;
		Datum		old_value;
		Datum		new_value;

		econtext->ecxt_scantuple = old;
		old_value = ExecEvalExprSwitchContext(index->expressions[i], econtext, &old_isnull);
		econtext->ecxt_scantuple = new;
		new_value = ExecEvalExprSwitchContext(index->expressions[i], econtext, &new_isnull);

		if (old_isnull != new_isnull)
			return false;
		if (old_isnull && i == index->not_null)
			return true;
		if (!old_isnull && !datum_image_eq(old_value, new_value, index->by_value[i], index->lengths[i]))
			return false;
	}
	return true;
}

/*
 * Replace the list of columns that forbid HOT.  Nothing is done where the
 * relation does not have its list at hand and cannot make it.
 */
static void
narrow(Narrowing *change, DynIndexExpressions *expressions, Relation relation)
{
	Bitmapset  *narrowed;
	MemoryContext caller;

	if (!dyn_hot_blocking_known(relation))
		bms_free(RelationGetIndexAttrBitmap(relation, DYN_HOT_BLOCKING));
	if (!dyn_hot_blocking_known(relation))
		return;

	/* The relation's entry may free it.  The table's OID never changes. */
	caller = MemoryContextSwitchTo(CacheMemoryContext);
	narrowed = expressions->blocking != NULL ? bms_copy(expressions->blocking) :
		bms_make_singleton(attribute_bit(TableOidAttributeNumber));
	MemoryContextSwitchTo(caller);

	change->relation = relation;
	change->original = dyn_hot_blocking(relation);
	change->disturbed = false;
	narrowing = change;
	dyn_hot_blocking(relation) = narrowed;
}

/* Put the list back, if it was replaced. */
static void
widen(Narrowing *change)
{
	if (change->relation == NULL)
		return;
	narrowing = NULL;
	if (change->disturbed)
	{
		dyn_hot_blocking_forget(change->relation);
		bms_free(change->original);
		return;
	}
	bms_free(dyn_hot_blocking(change->relation));
	dyn_hot_blocking(change->relation) = change->original;
}
