/*-------------------------------------------------------------------------
 *
 * partition_cache.h
 *	  The block that was used last for a partition key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_PARTITION_CACHE_H
#define DYN_TABLEAM_PARTITION_CACHE_H

#include "storage/block.h"

/* Set up the hooks that ask for shared memory.  Called once, from _PG_init. */
extern void dyn_partition_cache_init(void);

/* Hash the partition part of a key, together with a relation's file. */
extern uint64 dyn_partition_hash(Oid relation_number, Datum key);

/* The block of a partition, or InvalidBlockNumber where it is not known. */
extern BlockNumber dyn_partition_cache_get(uint64 hash);

extern void dyn_partition_cache_put(uint64 hash, BlockNumber block);

#endif							/* DYN_TABLEAM_PARTITION_CACHE_H */
