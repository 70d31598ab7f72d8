/*-------------------------------------------------------------------------
 *
 * leaves.h
 *	  The relations that store the items of a table, and their expiry indexes.
 *	  For files of this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TTL_LEAVES_H
#define DYN_TTL_LEAVES_H

#include "access/genam.h"
#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"
#include "utils/snapshot.h"

/* A table, or one of its partitions; and its columns. */
typedef struct DynExpiryLeaf
{
	Relation	relation;
	Relation	index;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
} DynExpiryLeaf;

/*
 * The relations of an open, locked table, List of OIDs, locked.  Inheritance
 * children that are no partitions do not count.
 */
extern List *dyn_expiry_leaves(Relation relation, LOCKMODE lockmode);

typedef enum DynLeafResult
{
	DYN_LEAF_OPEN,
	DYN_LEAF_EMPTY,				/* it stores nothing */
	DYN_LEAF_NO_INDEX			/* it has no valid expiry index */
} DynLeafResult;

/* Open one of them and its index; "relation" is the table, and its columns are given. */
extern DynLeafResult dyn_expiry_leaf_open(DynExpiryLeaf *leaf, Oid relid, Relation relation, AttrNumber key_attnum,
										  AttrNumber item_attnum, const char *attribute);

/* Close it; locks are kept. */
extern void dyn_expiry_leaf_close(DynExpiryLeaf *leaf);

/* Scan the index for what expires in from <= time < before; "want_entries" is for who looks at xs_itup. */
extern IndexScanDesc dyn_expiry_leaf_scan(const DynExpiryLeaf *leaf, Snapshot snapshot, TimestampTz from,
										  TimestampTz before, bool want_entries);

#endif							/* DYN_TTL_LEAVES_H */
