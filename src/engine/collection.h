/*-------------------------------------------------------------------------
 *
 * collection.h
 *	  Item collections: all items of one partition key.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_COLLECTION_H
#define DYN_ENGINE_COLLECTION_H

#include "engine/item_operations.h"
#include "index/relation.h"

/*
 * Estimate the size of the collection that a key belongs to.  Only tables
 * with local secondary indexes have metrics.  partition_key is the value of
 * the partition key; it is copied.
 */
extern void dyn_item_collection_metrics(const DynRelation *relation, const struct varlena *key,
										const DynValue *partition_key, DynItemCollectionMetrics *metrics);

#endif							/* DYN_ENGINE_COLLECTION_H */
