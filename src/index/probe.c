/*-------------------------------------------------------------------------
 *
 * probe.c
 *	  Looking up a key in a relation's unique index, below the planner.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "index/probe.h"

static void check_isolation(bool deleted);
static void init_scan_key(ScanKey scan_key, Relation index);

bool
dyn_probe_key(Relation relation, Relation index, struct varlena *key, Snapshot snapshot, TupleTableSlot *slot)
{
	DynProbe	probe;
	bool		found;

	dyn_probe_begin(&probe, relation, index, snapshot);
	found = dyn_probe_find(&probe, key, snapshot, slot);
	dyn_probe_end(&probe);
	return found;
}

void
dyn_probe_begin(DynProbe *probe, Relation relation, Relation index, Snapshot snapshot)
{
	init_scan_key(&probe->scan_key, index);
	probe->scan = dyn_index_beginscan(relation, index, snapshot, 1, 0);
}

bool
dyn_probe_find(DynProbe *probe, struct varlena *key, Snapshot snapshot, TupleTableSlot *slot)
{
	probe->scan_key.sk_argument = PointerGetDatum(key);
	probe->scan->xs_snapshot = snapshot;
	index_rescan(probe->scan, &probe->scan_key, 1, NULL, 0);
	return index_getnext_slot(probe->scan, ForwardScanDirection, slot);
}

void
dyn_probe_end(DynProbe *probe)
{
	index_endscan(probe->scan);
}

/* The type cache has the equality function at hand; the catalog would take two look-ups. */
static void
init_scan_key(ScanKey scan_key, Relation index)
{
	TypeCacheEntry *type = lookup_type_cache(index->rd_opcintype[0], TYPECACHE_EQ_OPR_FINFO);

	ScanKeyEntryInitializeWithInfo(scan_key, 0, 1, BTEqualStrategyNumber, InvalidOid,
								   index->rd_indcollation[0], &type->eq_opr_finfo, (Datum) 0);
}

Snapshot
dyn_probe_newest_snapshot(void)
{
	return RegisterSnapshot(IsolationUsesXactSnapshot() ? GetTransactionSnapshot() : GetLatestSnapshot());
}

bool
dyn_probe_wait(Relation relation, Relation index, struct varlena *key)
{
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	SnapshotData dirty;
	TransactionId writer;
	bool		found;

	InitDirtySnapshot(dirty);
	for (;;)
	{
		ItemPointerData tid;

		CHECK_FOR_INTERRUPTS();
		found = dyn_probe_key(relation, index, key, &dirty, slot);
		if (!found)
			break;
		writer = TransactionIdIsValid(dirty.xmin) ? dirty.xmin : dirty.xmax;
		if (!TransactionIdIsValid(writer))
			break;

		tid = slot->tts_tid;
		ExecClearTuple(slot);
		if (dirty.speculativeToken != 0)
			SpeculativeInsertionWait(writer, dirty.speculativeToken);
		else
			XactLockTableWait(writer, relation, &tid, XLTW_InsertIndex);
	}
	ExecDropSingleTupleTableSlot(slot);

	if (found)
		check_isolation(false);
	return found;
}

static void
check_isolation(bool deleted)
{
	if (!IsolationUsesXactSnapshot())
		return;
	if (deleted)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent delete")));
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent update")));
}

bool
dyn_probe_is_done(TM_Result result)
{
	switch (result)
	{
		case TM_Ok:
			return true;
		case TM_Updated:
			check_isolation(false);
			return false;
		case TM_Deleted:
			check_isolation(true);
			return false;
		case TM_SelfModified:
			ereport(ERROR,
					(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
					 errmsg("the item was already modified by an operation triggered by the current command")));
			break;
		default:
			elog(ERROR, "unexpected result of writing an item's row: %d", (int) result);
	}
	return false;
}
