/*-------------------------------------------------------------------------
 *
 * storage.h
 *	  The relation that stores the row of a key: the table, or a partition.
 *
 * For what the planned path has to do, or to know, below the planner.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_STORAGE_H
#define DYN_INDEX_STORAGE_H

#include "executor/tuptable.h"
#include "storage/itemptr.h"

#include "index/row.h"

typedef struct DynStorage
{
	Relation	relation;
	Relation	primary_key;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
} DynStorage;

/* Open it for writing; raises where no partition takes the key.  Locks are kept. */
extern void dyn_storage_open(const DynRow *row, DynStorage *storage);
extern void dyn_storage_close(DynStorage *storage);

/* A tuple with the key and an empty item, NULL elsewhere. */
extern TupleTableSlot *dyn_storage_placeholder(const DynStorage *storage, struct varlena *key);

/* Which version of a row it is; all zeros where there is none. */
typedef struct DynRowVersion
{
	Oid			relid;
	ItemPointerData tid;
	TransactionId xmin;
} DynRowVersion;

/*
 * Look up the version that a writer sees (dyn_row_find), whatever policies
 * hide from the caller.  Returns false where there is none.
 */
extern bool dyn_storage_version(const DynRow *row, DynRowVersion *version);

/*
 * Lock the row if it still has the item that was found; what the caller read
 * may stay true, whatever he may write.  Returns false where it has another,
 * or where there is none.
 */
extern bool dyn_storage_lock(const DynRow *row);

/*
 * Lock it for being deleted, but without waiting: row->skipped says that
 * another transaction has it locked.
 */
extern bool dyn_storage_lock_or_skip(DynRow *row);

#endif							/* DYN_INDEX_STORAGE_H */
