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
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/probe.h"
#include "index/storage.h"

static bool is_hidden(DynRow *row);
static bool insert_placeholder(const DynStorage *storage, TupleTableSlot *slot);
static void delete_placeholder(const DynStorage *storage, TupleTableSlot *slot);

bool
dyn_row_claim(DynRow *row)
{
	DynStorage	storage;
	TupleTableSlot *slot;
	bool		claimed = false;

	if (is_hidden(row))
		return true;

	dyn_storage_open(row, &storage);
	CheckCmdReplicaIdentity(storage.relation, CMD_DELETE);
	if (!dyn_probe_wait(storage.relation, storage.primary_key, row->key))
	{
		slot = dyn_storage_placeholder(&storage, row->key);
		claimed = insert_placeholder(&storage, slot);
		CommandCounterIncrement();
		delete_placeholder(&storage, slot);
		ExecDropSingleTupleTableSlot(slot);
	}
	dyn_storage_close(&storage);
	return claimed;
}

/* What policies hide from the caller stays hidden, and needs no claim. */
static bool
is_hidden(DynRow *row)
{
	DynRowVersion version;

	if (row->relation->direct || !dyn_storage_version(row, &version))
		return false;
	dyn_row_find(row);
	return !row->found;
}

/* Returns false where the index has, or may have, the key. */
static bool
insert_placeholder(const DynStorage *storage, TupleTableSlot *slot)
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

static void
delete_placeholder(const DynStorage *storage, TupleTableSlot *slot)
{
	Snapshot	snapshot = dyn_probe_newest_snapshot();

	simple_table_tuple_delete(storage->relation, &slot->tts_tid, snapshot);
	UnregisterSnapshot(snapshot);
}
