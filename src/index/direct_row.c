/*-------------------------------------------------------------------------
 *
 * direct_row.c
 *	  Rows by the table and index access methods, without planning.
 *
 * Only for relations that the resolver found simple enough (relation.c):
 * nothing here fires triggers, checks constraints or policies, or routes.
 *
 * No lock is taken before a write.  table_tuple_update and _delete wait for
 * whoever writes the row, and report if it is not the newest version any
 * more; then the caller starts over.  A first write of a key is a
 * speculative insertion, as for INSERT ... ON CONFLICT: if the key's index
 * entry turns out not to be the first, the tuple is taken back, the other
 * writer is awaited, and the caller starts over.
 *
 * Indexes are opened only when a write has to touch them: a HOT update does
 * not.  They stay open for the writes of other keys that follow.  Their list
 * cannot change in between in a way that matters, because whoever builds or
 * drops an index waits for the lock that we hold on the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/probe.h"
#include "index/row.h"

typedef struct DirectRow
{
	MemoryContext context;		/* lives until the row is ended */
	Relation	index;			/* the primary key; opened when needed, as is the rest */
	bool		probing;
	DynProbe	probe;
	TupleTableSlot *found;		/* the version found; keeps its page pinned */
	TupleTableSlot *written;	/* the version to write */
	Snapshot	snapshot;		/* registered, of the last find */

	ResultRelInfo *indexes;		/* all of the table's */
	EState	   *estate;			/* in which their expressions are evaluated */
	List	   *arbiters;		/* those that make the key unique */
} DirectRow;

static void direct_begin(DynRow *row);
static void direct_move(DynRow *row);
static void direct_read(DynRow *row);
static void direct_find(DynRow *row);
static bool direct_lock(DynRow *row);
static bool direct_insert(DynRow *row, struct varlena *item);
static bool direct_replace(DynRow *row, struct varlena *item);
static bool direct_delete(DynRow *row);
static void direct_end(DynRow *row);

static void open_primary_key(DynRow *row, LOCKMODE lockmode);
static void fetch(DynRow *row, Snapshot snapshot);
static void release_snapshot(DirectRow *direct);
static TupleTableSlot *form_tuple(DynRow *row, struct varlena *item);
static bool insert_index_entries(DynRow *row, TupleTableSlot *slot, bool update, bool only_summarizing);
static void open_indexes(DynRow *row);
static void close_indexes(DirectRow *direct);
static List *unique_key_indexes(DynRow *row, ResultRelInfo *result_relation);

const DynRowMethods dyn_direct_row_methods = {
	.begin = direct_begin,
	.move = direct_move,
	.read = direct_read,
	.find = direct_find,
	.lock = direct_lock,
	.insert = direct_insert,
	.replace = direct_replace,
	.delete = direct_delete,
	.end = direct_end,
};

static void
direct_begin(DynRow *row)
{
	DirectRow  *direct = palloc0(sizeof(DirectRow));

	row->state = direct;
	direct->context = CurrentMemoryContext;
	direct->found = table_slot_create(row->relation->relation, NULL);
}

/* Everything serves the next key, too. */
static void
direct_move(DynRow *row)
{
}

static void
direct_end(DynRow *row)
{
	DirectRow  *direct = row->state;

	close_indexes(direct);
	if (direct->probing)
		dyn_probe_end(&direct->probe);
	release_snapshot(direct);
	ExecDropSingleTupleTableSlot(direct->found);
	if (direct->written != NULL)
		ExecDropSingleTupleTableSlot(direct->written);
	if (direct->index != NULL)
		index_close(direct->index, NoLock);
}

static void
direct_read(DynRow *row)
{
	open_primary_key(row, AccessShareLock);
	fetch(row, GetActiveSnapshot());
}

static void
direct_find(DynRow *row)
{
	DirectRow  *direct = row->state;

	open_primary_key(row, RowExclusiveLock);
	release_snapshot(direct);
	direct->snapshot = dyn_probe_newest_snapshot();
	fetch(row, direct->snapshot);
}

static void
open_primary_key(DynRow *row, LOCKMODE lockmode)
{
	DirectRow  *direct = row->state;

	if (direct->index == NULL)
		direct->index = index_open(row->relation->table->primary_key, lockmode);
}

static void
fetch(DynRow *row, Snapshot snapshot)
{
	DirectRow  *direct = row->state;
	MemoryContext caller = MemoryContextSwitchTo(direct->context);
	bool		isnull = false;

	if (!direct->probing)
		dyn_probe_begin(&direct->probe, row->relation->relation, direct->index, snapshot);
	direct->probing = true;
	row->found = dyn_probe_find(&direct->probe, row->key, snapshot, direct->found);
	MemoryContextSwitchTo(caller);
	if (!row->found)
		return;
	row->item = slot_getattr(direct->found, row->relation->table->item_attnum, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a row of table \"%s\" has no item", RelationGetRelationName(row->relation->relation))));
}

static void
release_snapshot(DirectRow *direct)
{
	if (direct->snapshot != NULL)
		UnregisterSnapshot(direct->snapshot);
	direct->snapshot = NULL;
}

static bool
direct_lock(DynRow *row)
{
	DirectRow  *direct = row->state;
	TupleTableSlot *locked = table_slot_create(row->relation->relation, NULL);
	TM_FailureData failure;
	TM_Result	result;

	result = table_tuple_lock(row->relation->relation, &direct->found->tts_tid, direct->snapshot, locked,
							  GetCurrentCommandId(false), LockTupleNoKeyExclusive, LockWaitBlock, 0, &failure);
	ExecDropSingleTupleTableSlot(locked);
	return dyn_probe_is_done(result);
}

static bool
direct_insert(DynRow *row, struct varlena *item)
{
	DirectRow  *direct = row->state;
	Relation	relation = row->relation->relation;
	TupleTableSlot *slot = form_tuple(row, item);
	uint32		token;
	bool		inserted;

	token = SpeculativeInsertionLockAcquire(GetCurrentTransactionId());
	table_tuple_insert_speculative(relation, slot, GetCurrentCommandId(true), 0, NULL, token);
	inserted = insert_index_entries(row, slot, false, false);
	table_tuple_complete_speculative(relation, slot, token, inserted);
	SpeculativeInsertionLockRelease(GetCurrentTransactionId());

	if (!inserted)
		dyn_probe_wait(relation, direct->index, row->key);
	return inserted;
}

static bool
direct_replace(DynRow *row, struct varlena *item)
{
	DirectRow  *direct = row->state;
	TupleTableSlot *slot = form_tuple(row, item);
	TM_FailureData failure;
	TM_Result	result;
	LockTupleMode lockmode;
	TU_UpdateIndexes update_indexes;

	CheckCmdReplicaIdentity(row->relation->relation, CMD_UPDATE);
	dyn_table_tuple_update(result, row->relation->relation, &direct->found->tts_tid, slot,
						   GetCurrentCommandId(true), direct->snapshot, &failure, &lockmode, &update_indexes);
	if (!dyn_probe_is_done(result))
		return false;
	if (update_indexes != TU_None)
		insert_index_entries(row, slot, true, update_indexes == TU_Summarizing);
	return true;
}

static bool
direct_delete(DynRow *row)
{
	DirectRow  *direct = row->state;
	TM_FailureData failure;
	TM_Result	result;

	CheckCmdReplicaIdentity(row->relation->relation, CMD_DELETE);
	result = table_tuple_delete(row->relation->relation, &direct->found->tts_tid, GetCurrentCommandId(true),
								direct->snapshot, InvalidSnapshot, !row->skip_locked, &failure, false);
	if (result == TM_BeingModified)
	{
		row->skipped = true;
		return true;
	}
	return dyn_probe_is_done(result);
}

static TupleTableSlot *
form_tuple(DynRow *row, struct varlena *item)
{
	DirectRow  *direct = row->state;
	Relation	relation = row->relation->relation;
	const DynTable *table = row->relation->table;
	TupleTableSlot *slot;

	if (direct->written == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(direct->context);

		direct->written = MakeSingleTupleTableSlot(RelationGetDescr(relation), &TTSOpsVirtual);
		MemoryContextSwitchTo(caller);
	}
	slot = direct->written;
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	slot->tts_values[table->key_attnum - 1] = PointerGetDatum(row->key);
	slot->tts_isnull[table->key_attnum - 1] = false;
	slot->tts_values[table->item_attnum - 1] = PointerGetDatum(item);
	slot->tts_isnull[table->item_attnum - 1] = false;
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(relation);
	return slot;
}

/*
 * Insert the tuple into the indexes.  Returns false if the primary key has
 * (or may have) the key already, which only happens without "update".
 */
static bool
insert_index_entries(DynRow *row, TupleTableSlot *slot, bool update, bool only_summarizing)
{
	DirectRow  *direct = row->state;
	bool		conflict = false;

	if (direct->indexes == NULL)
		open_indexes(row);
	dyn_insert_index_tuples(direct->indexes, slot, direct->estate, update, !update, &conflict,
							update ? NIL : direct->arbiters, only_summarizing);
	ResetPerTupleExprContext(direct->estate);
	return !conflict;
}

static void
open_indexes(DynRow *row)
{
	DirectRow  *direct = row->state;
	MemoryContext caller = MemoryContextSwitchTo(direct->context);
	ResultRelInfo *indexes = makeNode(ResultRelInfo);

	/* The members that matter to indexes; InitResultRelInfo would copy the triggers. */
	indexes->ri_RelationDesc = row->relation->relation;
	ExecOpenIndices(indexes, false);
	direct->estate = CreateExecutorState();
	direct->arbiters = unique_key_indexes(row, indexes);
	direct->indexes = indexes;
	MemoryContextSwitchTo(caller);
}

static void
close_indexes(DirectRow *direct)
{
	if (direct->indexes == NULL)
		return;
	ExecCloseIndices(direct->indexes);
	FreeExecutorState(direct->estate);
}

/*
 * The primary key, and whatever else makes the key unique: the successor that
 * REINDEX CONCURRENTLY is building, above all.  A racing writer's entry may be
 * met in each of them, and in none of them is it an error.
 */
static List *
unique_key_indexes(DynRow *row, ResultRelInfo *result_relation)
{
	DirectRow  *direct = row->state;
	List	   *indexes = list_make1_oid(row->relation->table->primary_key);

	for (int i = 0; i < result_relation->ri_NumIndices; i++)
	{
		Relation	index = result_relation->ri_IndexRelationDescs[i];
		Form_pg_index form = index->rd_index;

		if (form->indisunique && form->indimmediate && form->indnkeyatts == 1 &&
			form->indkey.values[0] == row->relation->table->key_attnum &&
			index->rd_opfamily[0] == direct->index->rd_opfamily[0] &&
			RelationGetIndexPredicate(index) == NIL)
			indexes = list_append_unique_oid(indexes, RelationGetRelid(index));
	}
	return indexes;
}
