/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  BatchExecuteStatement: request in, response out.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_BATCH_H
#define DYN_PARTIQL_BATCH_H

#include "partiql/partiql.h"

typedef struct BatchStatement
{
	const char *fault;			/* what is wrong with it before it is read; else NULL */
	const char *text;
	size_t		length;
	int			nparameters;
	const DynValue *parameters;
	bool		consistent_read;
	bool		return_item_on_failure;
} BatchStatement;

typedef struct BatchExecuteStatementRequest
{
	int			nstatements;
	const BatchStatement *statements;
	DynReturnConsumedCapacity return_consumed_capacity;
} BatchExecuteStatementRequest;

typedef struct BatchStatementAnswer
{
	const char *code;			/* of BatchStatementErrorCodeEnum; NULL: it was done */
	const char *message;
	const char *table_name;		/* NULL: it is not told */
	bool		has_item;
	DynValue	item;			/* M: what was read or returned, or what failed the condition */
} BatchStatementAnswer;

typedef struct BatchExecuteStatementResponse
{
	BatchStatementAnswer *answers;	/* one for each statement */
	int			ntables;
	DynConsumedCapacity *capacities;
} BatchExecuteStatementResponse;

/*
 * Each statement is done or fails on its own.  Raises where the batch as a
 * whole is wrong, and for errors that are not the service's.
 */
extern void dyn_batch_execute_statement(const BatchExecuteStatementRequest *request,
										BatchExecuteStatementResponse *response);

#endif							/* DYN_PARTIQL_BATCH_H */
