/*-------------------------------------------------------------------------
 *
 * dispatch.c
 *	  Finds an operation, checks its request, runs its handler.
 *
 * Checks come in the service's order: JSON, types, constraints, then what is
 * not supported here, then whatever the handler finds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "api/dispatch.h"
#include "api/shapes.h"
#include "api/unsupported.h"
#include "base/compat.h"
#include "base/error.h"

static const DynOperation operations[] = {
#define DYN_OPERATION(name, sql_name, input) {#name, &dyn_shape_##input, dyn_api_##sql_name, DYN_SERVICE_DYNAMODB},
#define DYN_STREAMS_OPERATION(name, sql_name, input) {#name, &dyn_shape_##input, dyn_api_##sql_name, DYN_SERVICE_STREAMS},
#define DYN_UNBUILT(name) {#name, NULL, NULL, DYN_SERVICE_DYNAMODB},
#include "api/operations.def"
#undef DYN_OPERATION
#undef DYN_STREAMS_OPERATION
#undef DYN_UNBUILT
};

/* What stands before the operation's name in X-Amz-Target, by DynService. */
static const char *const target_prefixes[] = {"DynamoDB_20120810.", "DynamoDBStreams_20120810."};

PG_FUNCTION_INFO_V1(dynamo_call);

/* dynamo.call(operation text, request json) → json */
Datum
dynamo_call(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);

	return dyn_operation_call(fcinfo, dyn_operation_find(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)), 1);
}

/* dynamo.<SQL name>(request json) → json */
#define DYN_OPERATION(name, sql_name, input) \
PG_FUNCTION_INFO_V1(dynamo_call_##sql_name); \
Datum \
dynamo_call_##sql_name(PG_FUNCTION_ARGS) \
{ \
	static const DynOperation operation = {#name, &dyn_shape_##input, dyn_api_##sql_name, DYN_SERVICE_DYNAMODB}; \
\
	return dyn_operation_call(fcinfo, &operation, 0); \
}
#define DYN_STREAMS_OPERATION(name, sql_name, input) DYN_OPERATION(name, sql_name, input)
#define DYN_UNBUILT(name)
#include "api/operations.def"
#undef DYN_OPERATION
#undef DYN_STREAMS_OPERATION
#undef DYN_UNBUILT

Datum
dyn_operation_call(FunctionCallInfo fcinfo, const DynOperation *operation, int argument)
{
	MemoryContext context = dyn_operation_context(fcinfo->flinfo);
	MemoryContext caller = MemoryContextSwitchTo(context);
	text	   *request = PG_GETARG_TEXT_PP(argument);
	StringInfoData response;
	text	   *result;

	initStringInfo(&response);
	dyn_operation_run(operation, VARDATA_ANY(request), VARSIZE_ANY_EXHDR(request), &response);

	MemoryContextSwitchTo(caller);
	result = cstring_to_text_with_len(response.data, response.len);
	MemoryContextReset(context);
	PG_RETURN_TEXT_P(result);
}

/*
 * A call that ended with an error leaves its memory behind, so the context
 * is reset before each use, too.
 */
MemoryContext
dyn_operation_context(FmgrInfo *flinfo)
{
	MemoryContext context = flinfo->fn_extra;

	if (context == NULL)
	{
		context = AllocSetContextCreate(flinfo->fn_mcxt, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = context;
	}
	else
		MemoryContextReset(context);
	return context;
}

const DynOperation *
dyn_operation_lookup(const char *name, size_t length)
{
	for (int i = 0; i < lengthof(operations); i++)
		if (strlen(operations[i].name) == length && memcmp(operations[i].name, name, length) == 0)
			return &operations[i];
	return NULL;
}

const DynOperation *
dyn_operation_find(const char *name, size_t length)
{
	const DynOperation *operation = dyn_operation_lookup(name, length);

	if (operation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_UNKNOWN_OPERATION),
				 errmsg("There is no operation \"%.*s\"", (int) Min(length, 64), name),
				 errhint("Operations have the names of the API, such as PutItem.")));
	if (operation->handler == NULL)
		dyn_operation_raise_unbuilt(operation);
	return operation;
}

void
dyn_operation_raise_unbuilt(const DynOperation *operation)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_UNKNOWN_OPERATION),
			 errmsg("The operation %s is not supported", operation->name),
			 errdetail("It is an operation of DynamoDB that is not built here."),
			 errhint("The operations that are built are the functions of schema dynamo; see \\df dynamo.*")));
}

const DynOperation *
dyn_operation_lookup_target(const char *target, size_t length)
{
	for (int service = 0; service < lengthof(target_prefixes); service++)
	{
		size_t		prefix = strlen(target_prefixes[service]);
		const DynOperation *operation;

		if (length < prefix || memcmp(target, target_prefixes[service], prefix) != 0)
			continue;
		operation = dyn_operation_lookup(target + prefix, length - prefix);
		if (operation != NULL && operation->service == service)
			return operation;
	}
	return NULL;
}

int
dyn_operation_number(const DynOperation *operation)
{
	Assert(operation >= operations && operation < operations + lengthof(operations));
	return (int) (operation - operations);
}

void
dyn_operation_run(const DynOperation *operation, const char *request, size_t length, StringInfo response)
{
	dyn_operation_answer(operation, dyn_json_parse(request, length), response);
}

void
dyn_operation_answer(const DynOperation *operation, const DynJson *request, StringInfo response)
{
	DynJsonWriter writer = {.out = response};

	dyn_shape_check_types(operation->input, request);
	dyn_shape_check_constraints(operation->input, request);
	dyn_check_unsupported(operation->name, request);

	dyn_json_object_begin(&writer);
	operation->handler(request, &writer);
	dyn_json_object_end(&writer);
}
