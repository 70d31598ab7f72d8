/*-------------------------------------------------------------------------
 *
 * capacity.h
 *	  What operations cost, in the service's units.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_CAPACITY_H
#define DYN_ENGINE_CAPACITY_H

#include "engine/item_operations.h"
#include "schema/table.h"

/*
 * What reading one item costs; item is NULL where there is none.  Everything
 * in *capacity is palloc'd or lives as long as the table's description.
 */
extern void dyn_capacity_of_read(const DynTableName *table_name, const DynValue *item, bool consistent,
								 DynConsumedCapacity *capacity);

/*
 * What a page of a Query or a Scan costs: bytes of the table or, where that is
 * not NULL, of the index, and of the items that a local index reached back
 * for.
 */
extern void dyn_capacity_of_page(const DynTableName *table_name, const DynIndex *index, Size bytes, Size table_bytes,
								 bool consistent, DynConsumedCapacity *capacity);

/* What writing one item costs: old and new item, or NULL where there was or is none. */
extern void dyn_capacity_of_write(const DynTableName *table_name, const DynTable *table, const DynValue *old_item,
								  const DynValue *new_item, DynConsumedCapacity *capacity);

/* What a write costs whose condition failed: no index was touched. */
extern void dyn_capacity_of_refused_write(const DynTableName *table_name, const DynValue *old_item,
										  const DynValue *new_item, DynConsumedCapacity *capacity);

/* Start a sum for a table; nothing was read or written yet. */
extern void dyn_capacity_begin(const DynTableName *table_name, DynConsumedCapacity *sum);

/* Add what reading one more item costs, 0 bytes for one that is not there: each is rounded on its own. */
extern void dyn_capacity_add_read(DynConsumedCapacity *sum, Size item_size, bool consistent);

/* Add what an operation of its own would have cost; indexes are added by name. */
extern void dyn_capacity_add(DynConsumedCapacity *sum, const DynConsumedCapacity *capacity);

/*
 * What an item costs in a transaction, each rounded on its own: reading it,
 * and writing it or checking a condition on it.  The sizes are 0 where there
 * is no item.  Indexes cost what they cost outside.
 */
extern double dyn_transactional_read_units(Size item_size);
extern void dyn_capacity_add_transactional_read(DynConsumedCapacity *sum, Size item_size);
extern void dyn_capacity_add_transactional_check(DynConsumedCapacity *sum, Size item_size);
extern void dyn_capacity_add_transactional_write(DynConsumedCapacity *sum, const DynConsumedCapacity *write);

#endif							/* DYN_ENGINE_CAPACITY_H */
