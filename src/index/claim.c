/*-------------------------------------------------------------------------
 *
 * claim.c
 *	  Claiming a key that no row has, until the transaction ends.
 *
 * There is no row to lock, so one is made: a placeholder with the key and an
 * empty item is inserted and at once deleted again.  Nobody ever sees it, but
 * whoever inserts the same key finds it in the unique index and waits for us,
 * as for any row that is being inserted.  Vacuum removes it like other dead
 * rows.
 *
 * The placeholder is written below the planner also in relations that are
 * otherwise written by statements: it is never a row of the table, so
 * triggers, policies, defaults and constraints have no say in it, and it goes
 * into no index but the primary key.  Its insertion is not for logical
 * decoding (TABLE_INSERT_NO_LOGICAL): a subscriber would refuse an item
 * without key attributes.  The deletion is decoded, and finds nothing there.
 * A speculative insertion cannot be kept from decoding, so this is an
 * ordinary one, and taken back where the key turns out to be taken.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/probe.h"
#include "index/row.h"

/* The relation that stores, or would store, the row: the table or a partition of it. */
typedef struct Storage
{
	Relation	relation;
	Relation	primary_key;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
} Storage;

static void open_storage(const DynRow *row, Storage *storage);
static void close_storage(Storage *storage);
static AttrNumber column_of(Relation storage, Relation table, AttrNumber column);
static Oid	partition_of_key(const DynRow *row);
static TupleTableSlot *form_placeholder(const Storage *storage, struct varlena *key);
static bool insert_placeholder(const Storage *storage, TupleTableSlot *slot);

bool
dyn_row_claim(DynRow *row)
{
	Storage		storage;
	TupleTableSlot *slot;
	bool		claimed = false;

	open_storage(row, &storage);
	CheckCmdReplicaIdentity(storage.relation, CMD_DELETE);
	slot = form_placeholder(&storage, row->key);
	if (!dyn_probe_wait(storage.relation, storage.primary_key, row->key))
	{
		Snapshot	snapshot;

		claimed = insert_placeholder(&storage, slot);
		CommandCounterIncrement();
		snapshot = dyn_probe_newest_snapshot();
		simple_table_tuple_delete(storage.relation, &slot->tts_tid, snapshot);
		UnregisterSnapshot(snapshot);
	}
	ExecDropSingleTupleTableSlot(slot);
	close_storage(&storage);
	return claimed;
}

bool
dyn_row_exists(const DynRow *row)
{
	Storage		storage;
	TupleTableSlot *slot;
	Snapshot	snapshot;
	bool		exists;

	open_storage(row, &storage);
	slot = table_slot_create(storage.relation, NULL);
	snapshot = dyn_probe_newest_snapshot();
	exists = dyn_probe_key(storage.relation, storage.primary_key, row->key, snapshot, slot);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	close_storage(&storage);
	return exists;
}

static void
open_storage(const DynRow *row, Storage *storage)
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

static void
close_storage(Storage *storage)
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

/* Route the key to its partition, as an insertion would be.  Raises where there is none. */
static Oid
partition_of_key(const DynRow *row)
{
	Relation	relation = row->relation->relation;
	EState	   *estate = CreateExecutorState();
	ModifyTableState *modify = makeNode(ModifyTableState);
	ResultRelInfo *root = makeNode(ResultRelInfo);
	Storage		routed = {relation, NULL, row->relation->table->key_attnum, row->relation->table->item_attnum};
	TupleTableSlot *slot = form_placeholder(&routed, row->key);
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
	FreeExecutorState(estate);
	return relid;
}

/* The key and an empty item, NULL elsewhere. */
static TupleTableSlot *
form_placeholder(const Storage *storage, struct varlena *key)
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

/* Returns false where the index has, or may have, the key. */
static bool
insert_placeholder(const Storage *storage, TupleTableSlot *slot)
{
	IndexInfo  *info = BuildIndexInfo(storage->primary_key);
	Datum		values[INDEX_MAX_KEYS];
	bool		isnull[INDEX_MAX_KEYS];
	bool		unique;

	table_tuple_insert(storage->relation, slot, GetCurrentCommandId(true), TABLE_INSERT_NO_LOGICAL, NULL);
	FormIndexDatum(info, slot, NULL, values, isnull);
	unique = index_insert(storage->primary_key, values, isnull, &slot->tts_tid, storage->relation,
						  UNIQUE_CHECK_PARTIAL, false, info);
	dyn_index_insert_cleanup(storage->primary_key, info);
	return unique;
}
