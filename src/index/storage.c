/*-------------------------------------------------------------------------
 *
 * storage.c
 *	  The relation that stores the row of a key: the table, or a partition.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "index/probe.h"
#include "index/storage.h"

static AttrNumber column_of(Relation storage, Relation table, AttrNumber column);
static Oid	partition_of_key(const DynRow *row);
static bool lock_version(const DynRow *row, LockTupleMode mode, LockWaitPolicy policy, bool *would_block);
static bool has_item_found(const DynRow *row, const DynStorage *storage, TupleTableSlot *slot);

void
dyn_storage_open(const DynRow *row, DynStorage *storage)
{
	Relation	table = row->relation->relation;
	bool		partitioned = table->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
	Oid			primary_key = row->relation->table->primary_key;
	Oid			relid = partitioned ? partition_of_key(row) : RelationGetRelid(table);

	storage->relation = table_open(relid, RowExclusiveLock);
	if (partitioned)
	{
		list_free(RelationGetIndexList(storage->relation)); /* sets rd_pkindex */
		primary_key = storage->relation->rd_pkindex;
	}
	storage->primary_key = index_open(primary_key, RowExclusiveLock);
	storage->key_attnum = column_of(storage->relation, table, row->relation->table->key_attnum);
	storage->item_attnum = column_of(storage->relation, table, row->relation->table->item_attnum);
}

void
dyn_storage_close(DynStorage *storage)
{
	index_close(storage->primary_key, NoLock);
	table_close(storage->relation, NoLock);
}

/* Columns of a partition may have another order. */
static AttrNumber
column_of(Relation storage, Relation table, AttrNumber column)
{
	if (RelationGetRelid(storage) == RelationGetRelid(table))
		return column;
	return get_attnum(RelationGetRelid(storage), NameStr(TupleDescAttr(RelationGetDescr(table), column - 1)->attname));
}

/* Route the key to its partition, as an insertion would be. */
static Oid
partition_of_key(const DynRow *row)
{
	Relation	relation = row->relation->relation;
	EState	   *estate = CreateExecutorState();
	ModifyTableState *modify = makeNode(ModifyTableState);
	ResultRelInfo *root = makeNode(ResultRelInfo);
	DynStorage	routed = {relation, NULL, row->relation->table->key_attnum, row->relation->table->item_attnum};
	TupleTableSlot *slot = dyn_storage_placeholder(&routed, row->key);
	PartitionTupleRouting *routing;
	ResultRelInfo *leaf;
	Oid			relid;

	InitResultRelInfo(root, relation, 0, NULL, 0);
	modify->ps.state = estate;
	modify->operation = CMD_INSERT;
	modify->mt_nrels = 1;
	modify->resultRelInfo = root;
	modify->rootResultRelInfo = root;

	routing = ExecSetupPartitionTupleRouting(estate, relation);
	leaf = ExecFindPartition(modify, root, routing, slot, estate);
	relid = RelationGetRelid(leaf->ri_RelationDesc);
	ExecCleanupTupleRouting(modify, routing);
	ExecDropSingleTupleTableSlot(slot);
	ExecResetTupleTable(estate->es_tupleTable, false);
	FreeExecutorState(estate);
	return relid;
}

TupleTableSlot *
dyn_storage_placeholder(const DynStorage *storage, struct varlena *key)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(storage->relation), &TTSOpsVirtual);
	DynBuilder	empty;

	dyn_builder_init(&empty, DYN_TAG_M);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	slot->tts_values[storage->key_attnum - 1] = PointerGetDatum(key);
	slot->tts_isnull[storage->key_attnum - 1] = false;
	slot->tts_values[storage->item_attnum - 1] = PointerGetDatum(dyn_builder_finish_item(&empty));
	slot->tts_isnull[storage->item_attnum - 1] = false;
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(storage->relation);
	return slot;
}

bool
dyn_storage_version(const DynRow *row, DynRowVersion *version)
{
	DynStorage	storage;
	TupleTableSlot *slot;
	Snapshot	snapshot;
	bool		exists;
	bool		isnull;

	memset(version, 0, sizeof(DynRowVersion));
	dyn_storage_open(row, &storage);
	slot = table_slot_create(storage.relation, NULL);
	snapshot = dyn_probe_newest_snapshot();
	exists = dyn_probe_key(storage.relation, storage.primary_key, row->key, snapshot, slot);
	if (exists)
	{
		version->relid = RelationGetRelid(storage.relation);
		version->tid = slot->tts_tid;
		version->xmin = DatumGetTransactionId(slot_getsysattr(slot, MinTransactionIdAttributeNumber, &isnull));
	}
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	dyn_storage_close(&storage);
	return exists;
}

static bool
lock_version(const DynRow *row, LockTupleMode mode, LockWaitPolicy policy, bool *would_block)
{
	DynStorage	storage;
	TupleTableSlot *slot;
	TupleTableSlot *locked;
	Snapshot	snapshot;
	TM_FailureData failure;
	TM_Result	result;
	bool		done;

	dyn_storage_open(row, &storage);
	slot = table_slot_create(storage.relation, NULL);
	snapshot = dyn_probe_newest_snapshot();
	*would_block = false;
	done = dyn_probe_key(storage.relation, storage.primary_key, row->key, snapshot, slot) &&
		has_item_found(row, &storage, slot);
	if (done)
	{
		locked = table_slot_create(storage.relation, NULL);
		result = table_tuple_lock(storage.relation, &slot->tts_tid, snapshot, locked,
								  GetCurrentCommandId(false), mode, policy, 0, &failure);
		*would_block = result == TM_WouldBlock;
		done = !*would_block && dyn_probe_is_done(result);
		ExecDropSingleTupleTableSlot(locked);
	}
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	dyn_storage_close(&storage);
	return done;
}

bool
dyn_storage_lock(const DynRow *row)
{
	bool		would_block;

	return lock_version(row, LockTupleNoKeyExclusive, LockWaitBlock, &would_block);
}

bool
dyn_storage_lock_or_skip(DynRow *row)
{
	return lock_version(row, LockTupleExclusive, LockWaitSkip, &row->skipped);
}

static bool
has_item_found(const DynRow *row, const DynStorage *storage, TupleTableSlot *slot)
{
	bool		isnull;
	Datum		item = slot_getattr(slot, storage->item_attnum, &isnull);

	return !isnull && dyn_row_item_equals(row, PG_DETOAST_DATUM_PACKED(item));
}
