/*-------------------------------------------------------------------------
 *
 * transact_operations.h
 *	  TransactWriteItems and TransactGetItems: requests in, responses out.
 *
 * As in item_operations.h: slices in a request must stay valid during the
 * call, what is in a response is palloc'd in the memory context of the
 * caller, and the service's errors for requests as a whole are raised.  That
 * a transaction is cancelled is no error here: the response says so, and why.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_TRANSACT_OPERATIONS_H
#define DYN_ENGINE_TRANSACT_OPERATIONS_H

#include "engine/item_operations.h"

/* The service's limit, which dynamo.enforce_limits lifts. */
#define DYN_MAX_TRANSACTION_BYTES		(4 * 1024 * 1024)

typedef enum DynReasonCode
{
	DYN_REASON_NONE,
	DYN_REASON_CONDITIONAL_CHECK_FAILED,
	DYN_REASON_DUPLICATE_ITEM,
	DYN_REASON_VALIDATION_ERROR,
	DYN_REASON_TRANSACTION_CONFLICT
} DynReasonCode;

/* Why an action cancelled its transaction. */
typedef struct DynCancellationReason
{
	DynReasonCode code;
	const char *message;		/* NULL for DYN_REASON_NONE */
	bool		has_item;		/* was the item asked for, and is there one? */
	DynValue	item;			/* M */
} DynCancellationReason;

/* ---- transact_write.c ---- */

typedef enum DynTransactKind
{
	DYN_TRANSACT_CONDITION_CHECK,
	DYN_TRANSACT_PUT,
	DYN_TRANSACT_DELETE,
	DYN_TRANSACT_UPDATE
} DynTransactKind;

typedef struct TransactWrite
{
	DynTransactKind kind;
	DynTableName table_name;
	DynRequestKey key;			/* but of a PUT */
	DynValue	item;			/* of a PUT: M */
	const DynBinding *update;	/* of an UPDATE */
	const DynBinding *condition;	/* NULL: none */
	bool		only_new;		/* of a PUT: the condition refuses to replace an item, and that is the reason then */
	bool		only_existing;	/* of an UPDATE: the condition refuses to create one */
	bool		return_item_on_failure;
} TransactWrite;

/* The reason of a PUT that is "only_new", and finds an item. */
#define DYN_DUPLICATE_ITEM_MESSAGE	"Duplicate primary key exists in table"

#define DYN_TOKEN_DIGEST_BYTES	32

/* ClientRequestToken, and a digest of what it was given for. */
typedef struct DynRequestToken
{
	const char *text;
	size_t		length;
	uint8		digest[DYN_TOKEN_DIGEST_BYTES];
} DynRequestToken;

typedef struct TransactWriteItemsRequest
{
	const char *operation;		/* "TransactWriteItems"; each operation has tokens of its own */
	int			nactions;
	const TransactWrite *actions;
	const DynRequestToken *token;	/* NULL: none */
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		return_item_collection_metrics;

	/*
	 * Take back what was written where it is cancelled, and take deadlocks,
	 * lock time-outs and serialization failures for conflicts.  Without that
	 * they are raised, and the caller raises an error if it is cancelled.
	 */
	bool		undo;
} TransactWriteItemsRequest;

/* What was done to a table. */
typedef struct TransactTableAnswer
{
	DynConsumedCapacity consumed_capacity;
	const DynTableName *table_name;
	int			nmetrics;
	DynItemCollectionMetrics *metrics;	/* of each collection that was written to */
} TransactTableAnswer;

typedef struct TransactWriteItemsResponse
{
	bool		cancelled;
	DynCancellationReason *reasons; /* one for each action, if it is */
	int			ntables;
	TransactTableAnswer *tables;
} TransactWriteItemsResponse;

extern void dyn_transact_write_items(const TransactWriteItemsRequest *request, TransactWriteItemsResponse *response);

/*
 * Which action was the last one that TransactWriteItems was at, counted from
 * 0?  For who caught an error of Postgres that it raised.
 */
extern int	dyn_transact_current(void);

/* ---- transact_get.c ---- */

typedef struct TransactGet
{
	DynTableName table_name;
	DynRequestKey key;
	const DynBinding *projection;	/* NULL: all attributes */
} TransactGet;

typedef struct TransactGetItemsRequest
{
	const char *operation;		/* "TransactGetItems" */
	int			nactions;
	const TransactGet *actions;
	DynReturnConsumedCapacity return_consumed_capacity;
} TransactGetItemsRequest;

typedef struct TransactGetAnswer
{
	bool		found;
	DynValue	item;			/* M, projected */
} TransactGetAnswer;

typedef struct TransactGetItemsResponse
{
	bool		cancelled;
	DynCancellationReason *reasons; /* one for each action, if it is */
	TransactGetAnswer *answers; /* one for each action, if it is not */
	int			ntables;
	TransactTableAnswer *tables;
} TransactGetItemsResponse;

extern void dyn_transact_get_items(const TransactGetItemsRequest *request, TransactGetItemsResponse *response);

#endif							/* DYN_ENGINE_TRANSACT_OPERATIONS_H */
