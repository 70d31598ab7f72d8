/*-------------------------------------------------------------------------
 *
 * item_operations.h
 *	  PutItem, GetItem, UpdateItem and DeleteItem: requests in, responses out.
 *
 * Members have the names of the service's API model.  Slices in a request
 * must stay valid during the call; those in a response are palloc'd in the
 * memory context of the caller.  The engine raises the service's errors
 * (base/errors.def).
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_ITEM_OPERATIONS_H
#define DYN_ENGINE_ITEM_OPERATIONS_H

#include "expr/expr.h"

typedef enum DynReturnValues
{
	DYN_RETURN_NONE,
	DYN_RETURN_ALL_OLD,
	/* of UpdateItem only: */
	DYN_RETURN_ALL_NEW,
	DYN_RETURN_UPDATED_OLD,
	DYN_RETURN_UPDATED_NEW
} DynReturnValues;

typedef enum DynReturnConsumedCapacity
{
	DYN_CAPACITY_NONE,
	DYN_CAPACITY_METERED,		/* the client has not asked, but somebody counts */
	DYN_CAPACITY_TOTAL,
	DYN_CAPACITY_INDEXES
} DynReturnConsumedCapacity;

/* What an operation cost, in units; rules: AWS "Read and write operations". */
typedef struct DynIndexCapacity
{
	const char *index_name;
	bool		global;
	double		units;
} DynIndexCapacity;

/* Transactions cost twice, and say whether they read or wrote. */
typedef enum DynTransactional
{
	DYN_NOT_TRANSACTIONAL,
	DYN_TRANSACTIONAL_READ,
	DYN_TRANSACTIONAL_WRITE
} DynTransactional;

typedef struct DynConsumedCapacity
{
	const char *table_name;
	DynTransactional transactional;
	bool		writes;			/* are they write units? */
	double		total;
	double		table;
	int			nindexes;		/* only indexes that cost something */
	DynIndexCapacity *indexes;
} DynConsumedCapacity;

typedef struct DynItemCollectionMetrics
{
	bool		present;		/* asked for, and the table has a local index */
	const char *partition_key_name;
	DynValue	partition_key;
	double		lower_gb;
	double		upper_gb;
} DynItemCollectionMetrics;

typedef struct DynTableName
{
	const char *data;			/* a name or an ARN */
	size_t		length;
} DynTableName;

/*
 * The key of the item to read or to delete: a map, or, where nvalues is not
 * 0, the values of the key attributes, HASH first.  Values can be texts (tag
 * S) that mean values of the types that the key schema says; B is in base64.
 */
typedef struct DynRequestKey
{
	DynValue	map;			/* M: exactly the key attributes */
	int			nvalues;
	DynValue	values[2];
	bool		values_are_texts;
} DynRequestKey;

typedef struct GetItemRequest
{
	DynTableName table_name;
	DynRequestKey key;
	bool		consistent_read;
	const DynBinding *projection;	/* NULL: all attributes */
	DynReturnConsumedCapacity return_consumed_capacity;
} GetItemRequest;

typedef struct GetItemResponse
{
	bool		found;
	DynValue	item;			/* M, projected */
	struct varlena *item_datum; /* the same as a dynamo.item, not toasted, where there is one at hand; else NULL */
	DynConsumedCapacity consumed_capacity;
} GetItemResponse;

typedef struct PutItemRequest
{
	DynTableName table_name;
	DynValue	item;			/* M */
	struct varlena *item_datum; /* the same as a dynamo.item, not toasted, where there is one at hand; else NULL */
	const DynBinding *condition;	/* NULL: none */
	bool		only_new;		/* the condition refuses to replace an item, so no privilege for that is needed */
	bool		return_item_on_failure; /* ReturnValuesOnConditionCheckFailure */
	DynReturnValues return_values;
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;
} PutItemRequest;

typedef struct DeleteItemRequest
{
	DynTableName table_name;
	DynRequestKey key;
	const DynBinding *condition;
	bool		return_item_on_failure;
	DynReturnValues return_values;
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;
} DeleteItemRequest;

typedef struct UpdateItemRequest
{
	DynTableName table_name;
	DynRequestKey key;
	const DynBinding *update;	/* NULL: the item is created if there is none */
	const DynBinding *condition;
	bool		only_existing;	/* the condition refuses to create an item, so no privilege for that is needed */
	bool		measure_flat;	/* is the size of the new item all that counts for the limit? */
	bool		return_item_on_failure;
	DynReturnValues return_values;
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;
} UpdateItemRequest;

typedef struct WriteItemResponse
{
	bool		condition_failed;	/* nothing was written; attributes are the item, if asked for */
	bool		has_attributes;	/* some were asked for, and there are some */
	DynValue	attributes;		/* M */
	struct varlena *attributes_datum;	/* the same as a dynamo.item, not toasted, where there is one at hand; else NULL */
	DynConsumedCapacity consumed_capacity;
	DynItemCollectionMetrics item_collection_metrics;
} WriteItemResponse;

extern void dyn_get_item(const GetItemRequest *request, GetItemResponse *response);
extern void dyn_put_item(const PutItemRequest *request, WriteItemResponse *response);
extern void dyn_update_item(const UpdateItemRequest *request, WriteItemResponse *response);
extern void dyn_delete_item(const DeleteItemRequest *request, WriteItemResponse *response);

#endif							/* DYN_ENGINE_ITEM_OPERATIONS_H */
