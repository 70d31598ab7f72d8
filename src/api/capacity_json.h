/*-------------------------------------------------------------------------
 *
 * capacity_json.h
 *	  ConsumedCapacity and ItemCollectionMetrics, which many responses have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_CAPACITY_JSON_H
#define DYN_API_CAPACITY_JSON_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "engine/item_operations.h"

/*
 * What requests consume, whether or not they ask, added up while "on": the
 * endpoint switches it on and reads it.
 */
typedef struct DynCapacityMeter
{
	bool		on;
	double		read;
	double		write;
} DynCapacityMeter;

extern DynCapacityMeter dyn_capacity_meter;

/* The request's ReturnConsumedCapacity. */
extern DynReturnConsumedCapacity dyn_read_return_consumed_capacity(const DynJson *request);

/* Write the member ConsumedCapacity with what was asked for: nothing, the total, or all arms. */
extern void dyn_write_consumed_capacity(DynJsonWriter *writer, DynReturnConsumedCapacity asked,
										const DynConsumedCapacity *capacity);

/* The same for operations on several tables: a list. */
extern void dyn_write_consumed_capacities(DynJsonWriter *writer, DynReturnConsumedCapacity asked,
										  int count, const DynConsumedCapacity *const *capacities);

/* Write the member ItemCollectionMetrics if there are any. */
extern void dyn_write_item_collection_metrics(DynJsonWriter *writer, const DynItemCollectionMetrics *metrics);

/* Write the metrics of one collection, as an object. */
extern void dyn_put_item_collection_metrics(DynJsonWriter *writer, const DynItemCollectionMetrics *metrics);

#endif							/* DYN_API_CAPACITY_JSON_H */
