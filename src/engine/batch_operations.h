/*-------------------------------------------------------------------------
 *
 * batch_operations.h
 *	  BatchGetItem and BatchWriteItem: requests in, responses out.
 *
 * As in item_operations.h: slices in a request must stay valid during the
 * call, what is in a response is palloc'd in the memory context of the
 * caller, and the service's errors are raised.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_BATCH_OPERATIONS_H
#define DYN_ENGINE_BATCH_OPERATIONS_H

#include "engine/item_operations.h"

/* The service's limits, which dynamo.enforce_limits lifts. */
#define DYN_MAX_BATCH_KEYS			100
#define DYN_MAX_BATCH_WRITES		25
#define DYN_MAX_BATCH_GET_BYTES		(16 * 1024 * 1024)

/* ---- batch_get.c ---- */

/* The items of one table to read. */
typedef struct BatchGetTable
{
	DynTableName table_name;
	int			nkeys;
	DynRequestKey *keys;
	bool		consistent_read;
	const DynBinding *projection;	/* NULL: all attributes */
} BatchGetTable;

typedef struct BatchGetItemRequest
{
	int			ntables;
	const BatchGetTable *tables;
	bool		complete;		/* leave nothing unprocessed, however large the answer */
	DynReturnConsumedCapacity return_consumed_capacity;
} BatchGetItemRequest;

typedef struct BatchGetTableAnswer
{
	int			nitems;
	DynValue   *items;			/* M, projected; in the order of their keys */
	int			nunprocessed;
	int		   *unprocessed;	/* positions of their keys in the request */
	DynConsumedCapacity consumed_capacity;
} BatchGetTableAnswer;

typedef struct BatchGetItemResponse
{
	BatchGetTableAnswer *tables;	/* as many as the request has */
} BatchGetItemResponse;

extern void dyn_batch_get_item(const BatchGetItemRequest *request, BatchGetItemResponse *response);

/* ---- batch_write.c ---- */

/* An item to put, or the key of one to delete. */
typedef struct BatchWrite
{
	bool		delete;
	DynRequestKey key;			/* to delete */
	DynValue	item;			/* to put: M */
	struct varlena *item_datum; /* the same as a dynamo.item, not toasted, where there is one at hand; else NULL */
} BatchWrite;

typedef struct BatchWriteTable
{
	DynTableName table_name;
	int			nwrites;
	const BatchWrite *writes;
} BatchWriteTable;

typedef struct BatchWriteItemRequest
{
	int			ntables;
	const BatchWriteTable *tables;
	bool		complete;		/* leave nothing unprocessed: raise lock time-outs */
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;
} BatchWriteItemRequest;

typedef struct BatchWriteTableAnswer
{
	int			nunprocessed;
	int		   *unprocessed;	/* positions in the request's writes */
	DynConsumedCapacity consumed_capacity;
	int			nmetrics;
	DynItemCollectionMetrics *metrics;	/* of each collection that was written to */
} BatchWriteTableAnswer;

typedef struct BatchWriteItemResponse
{
	BatchWriteTableAnswer *tables;	/* as many as the request has */
} BatchWriteItemResponse;

extern void dyn_batch_write_item(const BatchWriteItemRequest *request, BatchWriteItemResponse *response);

#endif							/* DYN_ENGINE_BATCH_OPERATIONS_H */
