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
#include "utils/snapshot.h"

#include "schema/table.h"

/* A table, or one of its partitions; and its columns. */
typedef struct DynExpiryLeaf
{
	Relation	relation;
	Relation	index;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
} DynExpiryLeaf;

/* The relations of an open, locked table, List of OIDs, locked. */
extern List *dyn_expiry_leaves(Relation relation, LOCKMODE lockmode);

/*
 * Open one of them and its index.  Returns false for what stores nothing;
 * raises ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE where there is no index.
 */
extern bool dyn_expiry_leaf_open(DynExpiryLeaf *leaf, Oid relid, Relation relation, const DynTable *table,
								 const char *attribute);

/* Close it; locks are kept. */
extern void dyn_expiry_leaf_close(DynExpiryLeaf *leaf);

/* Scan the index for what expires in from <= time < before; "want_entries" is for who looks at xs_itup. */
extern IndexScanDesc dyn_expiry_leaf_scan(const DynExpiryLeaf *leaf, Snapshot snapshot, TimestampTz from,
										  TimestampTz before, bool want_entries);

#endif							/* DYN_TTL_LEAVES_H */
