/*-------------------------------------------------------------------------
 *
 * dispatch.h
 *	  From the name of an operation and the JSON of its request to the JSON
 *	  of its response.
 *
 * operations.def lists the operations of the API, shapes.def the shapes of
 * their requests, unsupported.def the members of requests whose feature is
 * not built.  To build an operation: make its row a DYN_OPERATION, give its
 * request a shape, declare dynamo.<SQL name> in operations.sql, and write
 * its handler in the file of its family.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_DISPATCH_H
#define DYN_API_DISPATCH_H

#include "fmgr.h"

#include "api/shape.h"
#include "base/compat.h"
#include "base/json_write.h"

/*
 * A handler answers one operation.  The request has passed the checks of its
 * shape and names no unsupported member; the handler writes the members of
 * the response object, but not its braces.  The current memory context is
 * the operation's own: allocate freely.  Errors are raised.
 */
typedef void (*DynOperationHandler) (const DynJson *request, DynJsonWriter *response);

/* The services, which have an API model and an X-Amz-Target of their own each. */
typedef enum DynService
{
	DYN_SERVICE_DYNAMODB,
	DYN_SERVICE_STREAMS
} DynService;

typedef struct DynOperation
{
	const char *name;			/* "PutItem" */
	const DynShape *input;		/* NULL where it is not built */
	DynOperationHandler handler;
	DynService	service;
} DynOperation;

#define DYN_OPERATION(name, sql_name, input) extern void dyn_api_##sql_name(const DynJson *request, DynJsonWriter *response);
#define DYN_STREAMS_OPERATION(name, sql_name, input) DYN_OPERATION(name, sql_name, input)
#define DYN_UNBUILT(name)
#include "api/operations.def"
#undef DYN_OPERATION
#undef DYN_STREAMS_OPERATION
#undef DYN_UNBUILT

/*
 * Find an operation by its name.  Raises UnknownOperationException where the
 * model has none of this name, or where it is not built.
 */
extern const DynOperation *dyn_operation_find(const char *name, size_t length);

/* The same, without raising: NULL where the model has none; one that is not built has no handler. */
extern const DynOperation *dyn_operation_lookup(const char *name, size_t length);

/*
 * The same by the X-Amz-Target of a request, "DynamoDB_20120810.PutItem" or
 * "DynamoDBStreams_20120810.GetRecords"; an operation of the other service is
 * none.
 */
extern const DynOperation *dyn_operation_lookup_target(const char *target, size_t length);

/* Raise UnknownOperationException for an operation that is not built. */
pg_noreturn extern void dyn_operation_raise_unbuilt(const DynOperation *operation);

/* Which row of operations.def it is, from 0: of one that was found. */
extern int	dyn_operation_number(const DynOperation *operation);

/*
 * Run an operation on the text of its request and append the text of its
 * response.  Allocates in the current memory context, which the caller
 * resets.
 */
extern void dyn_operation_run(const DynOperation *operation, const char *request, size_t length, StringInfo response);

/* The same with a request that was parsed already. */
extern void dyn_operation_answer(const DynOperation *operation, const DynJson *request, StringInfo response);

/* Run an operation for an SQL function; one of its arguments is the request, its result the response. */
extern Datum dyn_operation_call(FunctionCallInfo fcinfo, const DynOperation *operation, int argument);

/*
 * The memory context of one operation, kept in fn_extra of an SQL function
 * and empty at each call.  It goes with the function's own context.
 */
extern MemoryContext dyn_operation_context(FmgrInfo *flinfo);

#endif							/* DYN_API_DISPATCH_H */
