/*-------------------------------------------------------------------------
 *
 * transaction.h
 *	  ExecuteTransaction: request in, response out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_TRANSACTION_H
#define DYN_PARTIQL_TRANSACTION_H

#include "partiql/partiql.h"

typedef struct TransactStatement
{
	const char *text;
	size_t		length;
	int			nparameters;
	const DynValue *parameters;
	bool		return_item_on_failure;
} TransactStatement;

typedef struct ExecuteTransactionRequest
{
	int			nstatements;
	const TransactStatement *statements;
	const DynRequestToken *token;	/* NULL: none */
	DynReturnConsumedCapacity return_consumed_capacity;
	bool		undo;			/* as of TransactWriteItems */
} ExecuteTransactionRequest;

typedef struct ExecuteTransactionResponse
{
	bool		cancelled;
	DynCancellationReason *reasons; /* one for each statement, if it is */
	TransactGetAnswer *answers; /* one for each statement; NULL: it writes, or is cancelled */
	int			ntables;
	TransactTableAnswer *tables;
} ExecuteTransactionResponse;

/* All statements are done, or none.  Raises the service's errors for statements that are wrong in themselves. */
extern void dyn_execute_transaction(const ExecuteTransactionRequest *request, ExecuteTransactionResponse *response);

#endif							/* DYN_PARTIQL_TRANSACTION_H */
