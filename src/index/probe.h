/*-------------------------------------------------------------------------
 *
 * probe.h
 *	  Looking up a key in a relation's unique index, below the planner.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_PROBE_H
#define DYN_INDEX_PROBE_H

#include "access/skey.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

/* Look up a key in a unique index of a relation; the row goes to the slot. */
extern bool dyn_probe_key(Relation relation, Relation index, struct varlena *key, Snapshot snapshot,
						  TupleTableSlot *slot);

/*
 * The same for one key after the other, by one index scan.  All of it
 * happens in one memory context, which lives until dyn_probe_end.
 */
typedef struct DynProbe
{
	struct IndexScanDescData *scan;
	ScanKeyData scan_key;
} DynProbe;

extern void dyn_probe_begin(DynProbe *probe, Relation relation, Relation index, Snapshot snapshot);
extern bool dyn_probe_find(DynProbe *probe, struct varlena *key, Snapshot snapshot, TupleTableSlot *slot);
extern void dyn_probe_end(DynProbe *probe);

/*
 * The snapshot that a writer looks through: the newest, or under REPEATABLE
 * READ and above the transaction's.  Registered; unregister it.
 */
extern Snapshot dyn_probe_newest_snapshot(void);

/*
 * Wait until nobody is inserting or deleting a row with this key, which the
 * caller has not seen.  Returns whether there is one then; raises a
 * serialization failure for it under REPEATABLE READ and above.
 */
extern bool dyn_probe_wait(Relation relation, Relation index, struct varlena *key);

/*
 * Was a version of a row written, or locked?  Returns false where another
 * transaction was faster; raises a serialization failure for that under
 * REPEATABLE READ and above.
 */
extern bool dyn_probe_is_done(TM_Result result);

#endif							/* DYN_INDEX_PROBE_H */
