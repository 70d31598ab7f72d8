/*-------------------------------------------------------------------------
 *
 * expression_json.h
 *	  The expressions of a request, and the older parameters in their place.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_EXPRESSION_JSON_H
#define DYN_API_EXPRESSION_JSON_H

#include "api/shape.h"
#include "engine/item_operations.h"

/* Which of the parameters an operation has. */
typedef enum DynExpressionUse
{
	DYN_USE_READ,				/* ProjectionExpression; AttributesToGet */
	DYN_USE_WRITE,				/* ConditionExpression; Expected */
	DYN_USE_UPDATE,				/* UpdateExpression, ConditionExpression; AttributeUpdates, Expected */
	DYN_USE_QUERY,				/* KeyConditionExpression and so on; the older ones are read one by one */
	DYN_USE_SCAN,
	DYN_USE_TRANSACT_READ,		/* as READ, WRITE and UPDATE; transactions have no older parameters */
	DYN_USE_TRANSACT_WRITE,
	DYN_USE_TRANSACT_UPDATE
} DynExpressionUse;

/* The texts that expressions come as, in the order in which their faults are told. */
enum
{
	DYN_TEXT_UPDATE,
	DYN_TEXT_CONDITION,
	DYN_TEXT_KEY_CONDITION,
	DYN_TEXT_FILTER,
	DYN_TEXT_PROJECTION,
	DYN_NTEXTS
};

/*
 * Bound to the request's names and values; NULL where there is none.  Compiled
 * expressions are pinned until they are released.
 */
typedef struct DynRequestExpressions
{
	const DynBinding *update;
	const DynBinding *condition;
	const DynBinding *key_condition;
	const DynBinding *filter;
	const DynBinding *projection;
	const DynExpression *compiled[DYN_NTEXTS];
} DynRequestExpressions;

/*
 * Raise where the request mixes expressions with the older parameters, or
 * has names or values without an expression.  Comes before all other rules
 * for whole requests.
 */
extern void dyn_check_expression_parameters(const DynJson *request, DynExpressionUse use);

/* Read them; comes after the other rules.  Raises the service's errors. */
extern void dyn_read_expressions(const DynJson *request, DynExpressionUse use, DynRequestExpressions *expressions);

/* The same of texts, with values and names, any of them NULL or absent. */
extern void dyn_bind_texts(const char *const *texts, const size_t *lengths, const DynValue *values,
						   const DynNames *names, DynRequestExpressions *expressions);

/* AttributesToGet as a projection; NULL where there is none. */
extern const DynBinding *dyn_read_attributes_to_get(const DynJson *request);

/* Say that the operation is over. */
extern void dyn_release_expressions(const DynRequestExpressions *expressions);

/* Is the item to be told where the condition fails? */
extern bool dyn_read_return_item_on_failure(const DynJson *request);

/* Raise ConditionalCheckFailedException if the write's condition failed; the item is its detail. */
extern void dyn_raise_if_condition_failed(const WriteItemResponse *response);

#endif							/* DYN_API_EXPRESSION_JSON_H */
