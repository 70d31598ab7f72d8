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
 * into no index but the primary key.
 *
 * The insertion is speculative, so that it can be taken back as if it had
 * never been where somebody else's entry was in the index first: else that
 * somebody, inserting the key once more, would wait for us while we wait for
 * him.  It is not for logical decoding (TABLE_INSERT_NO_LOGICAL): a
 * subscriber would refuse an item without key attributes.  Confirming it
 * would write a record that decoding cannot make sense of then, so it is not
 * confirmed: the deletion makes an ordinary deleted row of it.  The deletion
 * is decoded, and a subscriber finds nothing to delete.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/probe.h"
#include "index/storage.h"

static bool place(const DynStorage *storage, struct varlena *key);
static bool insert_index_entry(const DynStorage *storage, TupleTableSlot *slot);
static void delete_placeholder(const DynStorage *storage, TupleTableSlot *slot);

bool
dyn_row_claim(DynRow *row)
{
	DynStorage	storage;
	DynRowVersion version;
	bool		claimed;

	/*
	 * There is a row all the same.  What policies hide from the caller stays
	 * hidden, and needs no claim; one that has come since is to be decided on,
	 * and must not be left in "row" as what was found.
	 */
	if (!row->relation->direct && dyn_storage_version(row, &version))
	{
		dyn_row_find(row);
		return !row->found;
	}

	dyn_storage_open(row, &storage);
	CheckCmdReplicaIdentity(storage.relation, CMD_DELETE);
	claimed = !dyn_probe_wait(storage.relation, storage.primary_key, row->key) &&
		place(&storage, row->key);
	dyn_storage_close(&storage);
	return claimed;
}

/* Make the placeholder.  Returns false where somebody was faster. */
static bool
place(const DynStorage *storage, struct varlena *key)
{
	TupleTableSlot *slot = dyn_storage_placeholder(storage, key);
	TransactionId transaction = GetCurrentTransactionId();
	uint32		token = SpeculativeInsertionLockAcquire(transaction);
	bool		claimed;

	table_tuple_insert_speculative(storage->relation, slot, GetCurrentCommandId(true),
								   TABLE_INSERT_NO_LOGICAL, NULL, token);
	claimed = insert_index_entry(storage, slot);
	if (claimed)
		delete_placeholder(storage, slot);
	else
		table_tuple_complete_speculative(storage->relation, slot, token, false);
	SpeculativeInsertionLockRelease(transaction);
	ExecDropSingleTupleTableSlot(slot);
	return claimed;
}

/* Returns false where the index has, or may have, the key. */
static bool
insert_index_entry(const DynStorage *storage, TupleTableSlot *slot)
{
	IndexInfo  *info = BuildIndexInfo(storage->primary_key);
	Datum		values[INDEX_MAX_KEYS];
	bool		isnull[INDEX_MAX_KEYS];
	bool		unique;

	FormIndexDatum(info, slot, NULL, values, isnull);
	unique = index_insert(storage->primary_key, values, isnull, &slot->tts_tid, storage->relation,
						  UNIQUE_CHECK_PARTIAL, false, info);
	dyn_index_insert_cleanup(storage->primary_key, info);
	return unique;
}

/* In a command of its own, and in one that comes before whatever looks for the key next. */
static void
delete_placeholder(const DynStorage *storage, TupleTableSlot *slot)
{
	Snapshot	snapshot;

	CommandCounterIncrement();
	snapshot = dyn_probe_newest_snapshot();
	simple_table_tuple_delete(storage->relation, &slot->tts_tid, snapshot);
	UnregisterSnapshot(snapshot);
	CommandCounterIncrement();
}
