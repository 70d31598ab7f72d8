/*-------------------------------------------------------------------------
 *
 * estimate.h
 *	  How much data there is, roughly and cheaply.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_ESTIMATE_H
#define DYN_INDEX_ESTIMATE_H

#include "index/relation.h"

/* Bytes on disk of a relation's rows, toasted values and partitions included. */
extern double dyn_estimate_table_bytes(Relation relation);

/* The share (0 .. 1) of the rows that have the partition part of a key, by the planner's statistics. */
extern double dyn_estimate_partition_share(const DynRelation *relation, const struct varlena *key);

#endif							/* DYN_INDEX_ESTIMATE_H */
