/*-------------------------------------------------------------------------
 *
 * request_token.h
 *	  ClientRequestToken: a request that comes again is not done again.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_REQUEST_TOKEN_H
#define DYN_ENGINE_REQUEST_TOKEN_H

#include "engine/transact_operations.h"

/* What a request read of a table, to be charged when it is answered again. */
typedef struct DynTokenCost
{
	const char *table_name;
	double		read_units;
} DynTokenCost;

/*
 * Begin with a request.  Returns true if the same request was done before, in
 * the last ten minutes; then the costs are given, palloc'd.  Raises
 * TransactionInProgressException where it is being done by another
 * transaction, which it does not wait for, and
 * IdempotentParameterMismatchException where the token was used for another
 * request.
 */
extern bool dyn_token_begin(const char *operation, const DynRequestToken *token, int *ncosts, DynTokenCost **costs);

/* Remember that the request is done, if this transaction commits. */
extern void dyn_token_finish(const char *operation, const DynRequestToken *token, int ncosts, const DynTokenCost *costs);

#endif							/* DYN_ENGINE_REQUEST_TOKEN_H */
