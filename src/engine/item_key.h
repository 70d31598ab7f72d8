/*-------------------------------------------------------------------------
 *
 * item_key.h
 *	  The key that an operation names, and what an item to be written must be.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_ITEM_KEY_H
#define DYN_ENGINE_ITEM_KEY_H

#include "engine/item_operations.h"
#include "item/key.h"
#include "schema/table.h"

/* Largest item of the service, in bytes of its accounting. */
#define DYN_MAX_ITEM_BYTES	409600

/*
 * Make the key that a request names in "Key", and give the value of its
 * partition key, a slice of the request or palloc'd.  Raises the service's
 * errors.
 */
extern struct varlena *dyn_request_key(const DynTable *table, const DynRequestKey *request_key,
									   DynValue *partition_key);

/* The key attributes of a request that dyn_request_key has accepted, as a map; palloc'd. */
extern DynValue dyn_request_key_map(const DynTable *table, const DynRequestKey *request_key);

/*
 * Make the key of an item to be put, and give the value of its partition key.
 * Raises the service's errors where it has none, or where an index cannot
 * take the item.
 */
extern struct varlena *dyn_item_key(const DynTable *table, const DynValue *item, DynValue *partition_key);

/* The same in BatchWriteItem, which has other words for an item without its key attributes. */
extern struct varlena *dyn_batch_item_key(const DynTable *table, const DynValue *item, DynValue *partition_key);

/* Raise if an item is too large to be put: before the table is known, and for its local indexes. */
extern void dyn_check_item_size(const DynValue *item);
extern void dyn_check_updated_size(const DynTable *table, const DynValue *item, Size cost);
extern void dyn_check_local_index_size(const DynTable *table, const DynValue *item);

#endif							/* DYN_ENGINE_ITEM_KEY_H */
