/*-------------------------------------------------------------------------
 *
 * query.h
 *	  Query and Scan: requests in, responses out.
 *
 * As in item_operations.h members have the names of the service's API model,
 * slices in a request must stay valid during the call, and what a response
 * holds is palloc'd in the memory context of the caller.  Items are not
 * collected: each is handed over as it is found.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_QUERY_H
#define DYN_ENGINE_QUERY_H

#include "engine/item_operations.h"
#include "expr/key_condition.h"

typedef enum DynSelect
{
	DYN_SELECT_DEFAULT,			/* what there is a projection for, else all that the table or index has */
	DYN_SELECT_ALL_ATTRIBUTES,
	DYN_SELECT_ALL_PROJECTED_ATTRIBUTES,
	DYN_SELECT_SPECIFIC_ATTRIBUTES,
	DYN_SELECT_COUNT
} DynSelect;

/*
 * Receives an item of a page, projected; the item is valid during the call
 * only.  The current memory context is emptied after each item.
 */
typedef void (*DynItemReceiver) (void *arg, const DynValue *item);

/* What Query and Scan have in common. */
typedef struct DynPageRequest
{
	DynTableName table_name;
	const char *index_name;		/* NULL: the table */
	size_t		index_name_length;
	DynSelect	select;			/* it fits the other members: the caller has checked that */
	const DynBinding *projection;	/* NULL: none */
	const DynBinding *filter;	/* NULL: none */
	int64		limit;			/* 0: none */
	bool		has_start_key;
	DynValue	exclusive_start_key;	/* M */
	bool		consistent_read;
	DynReturnConsumedCapacity return_consumed_capacity;

	DynItemReceiver receive;	/* not called for COUNT */
	void	   *receive_arg;
} DynPageRequest;

typedef struct QueryRequest
{
	DynPageRequest page;
	const DynKeyClauses *key_clauses;
	bool		backward;		/* ScanIndexForward is false */
} QueryRequest;

typedef struct ScanRequest
{
	DynPageRequest page;
	uint32		segment;
	uint32		total_segments; /* 0: the whole table */
} ScanRequest;

typedef struct DynPageResponse
{
	int64		count;
	int64		scanned_count;
	bool		has_last_evaluated_key;
	DynValue	last_evaluated_key; /* M */
	DynConsumedCapacity consumed_capacity;
} DynPageResponse;

extern void dyn_query(const QueryRequest *request, DynPageResponse *response);
extern void dyn_scan(const ScanRequest *request, DynPageResponse *response);

#endif							/* DYN_ENGINE_QUERY_H */
