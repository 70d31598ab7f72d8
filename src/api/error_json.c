/*-------------------------------------------------------------------------
 *
 * error_json.c
 *	  Errors as the wire protocol has them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/error_json.h"
#include "api/partiql_json.h"
#include "api/shape.h"
#include "base/error.h"
#include "base/settings.h"
#include "engine/transact_operations.h"

#define CONFLICT_MESSAGE	"Transaction is ongoing for the item"
#define INTERNAL_MESSAGE	"The request processing has failed because of an unknown error, exception or failure."

/* The service's errors by their SQLSTATE. */
static const struct
{
	int			sqlerrcode;
	const char *name;
	const char *name_space;
	int			status;
}			errors[] = {
#define DYN_ERROR(symbol, a, b, c, wire_name, wire_namespace, http_status) \
	{ERRCODE_DYN_##symbol, wire_name, wire_namespace, http_status},
#include "base/errors.def"
#undef DYN_ERROR
};

static DynWireError write_own(const ErrorData *error, StringInfo body);
static DynWireError write_denied(const DynOperation *operation, const char *role, const DynJson *request, StringInfo body);
static DynWireError write_unprepared(StringInfo body);
static DynWireError write_conflict(const DynOperation *operation, const DynJson *request, StringInfo body);
static DynWireError write_refused(const ErrorData *error, StringInfo body);
static DynWireError write_other(const char *name, int status, bool log, const char *message, StringInfo body);
static bool is_read(const DynOperation *operation);

bool
dyn_error_is_conflict(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

DynWireError
dyn_error_write(const ErrorData *error, const DynOperation *operation, const char *role, const DynJson *request,
				StringInfo body)
{
	int			code = error->sqlerrcode;

	if (ERRCODE_TO_CATEGORY(code) == ERRCODE_TO_CATEGORY(ERRCODE_DYN_INTERNAL) && code != ERRCODE_DYN_INTERNAL)
		return write_own(error, body);
	if (operation == NULL)
		return write_other("InternalServerError", 500, true, INTERNAL_MESSAGE, body);
	if (code == ERRCODE_INSUFFICIENT_PRIVILEGE)
		return write_denied(operation, role, request, body);
	if (dyn_error_is_conflict(code))
		return write_conflict(operation, request, body);

	/* What SQL says of the client's data. */
	if (ERRCODE_TO_CATEGORY(code) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
		ERRCODE_TO_CATEGORY(code) == ERRCODE_DATA_EXCEPTION ||
		ERRCODE_TO_CATEGORY(code) == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		code == ERRCODE_RAISE_EXCEPTION || code == ERRCODE_WITH_CHECK_OPTION_VIOLATION)
		return write_refused(error, body);

	/* What an administrator has to do first: trying again is of no use. */
	if (code == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE)
		return write_unprepared(body);

	/* Another server, or another time, may do it. */
	if (code == ERRCODE_READ_ONLY_SQL_TRANSACTION)
		return write_other("ServiceUnavailable", 503, false, "This server is read-only at the moment.", body);
	if (code == ERRCODE_QUERY_CANCELED)
		return write_other("ServiceUnavailable", 503, true, "The request took too long and was ended.", body);
	if (ERRCODE_TO_CATEGORY(code) == ERRCODE_INSUFFICIENT_RESOURCES)
		return write_other("ServiceUnavailable", 503, true, "The server is short of resources at the moment.", body);
	return write_other("InternalServerError", 500, true, INTERNAL_MESSAGE, body);
}

/* ---- bodies ---- */

/* Some errors call their message Message. */
static const char *
message_member(int sqlerrcode)
{
	switch (sqlerrcode)
	{
		case ERRCODE_DYN_SERIALIZATION:
		case ERRCODE_DYN_ACCESS_DENIED:
		case ERRCODE_DYN_TRANSACTION_CANCELED:
		case ERRCODE_DYN_IDEMPOTENT_PARAMETER_MISMATCH:
			return "Message";
	}
	return "message";
}

/* Begin a body: its type. */
static DynJsonWriter
begin_body(const char *name_space, const char *name, StringInfo body)
{
	DynJsonWriter writer = {.out = body};

	dyn_json_object_begin(&writer);
	dyn_json_name(&writer, "__type");
	dyn_json_put_raw(&writer);
	appendStringInfo(body, "\"%s#%s\"", name_space, name);
	return writer;
}

/* The service's own errors.  Their details are data of the answer where they are JSON. */
static DynWireError
write_own(const ErrorData *error, StringInfo body)
{
	for (int i = 0; i < lengthof(errors); i++)
	{
		DynJsonWriter writer;

		if (errors[i].sqlerrcode != error->sqlerrcode)
			continue;
		writer = begin_body(errors[i].name_space, errors[i].name, body);
		dyn_json_name(&writer, message_member(error->sqlerrcode));
		dyn_json_put_string(&writer, error->message);
		if (error->detail != NULL &&
			(error->sqlerrcode == ERRCODE_DYN_CONDITIONAL_CHECK_FAILED || error->sqlerrcode == ERRCODE_DYN_TRANSACTION_CANCELED))
		{
			dyn_json_name(&writer, error->sqlerrcode == ERRCODE_DYN_TRANSACTION_CANCELED ? "CancellationReasons" : "Item");
			dyn_json_put_raw(&writer);
			appendStringInfoString(body, error->detail);
		}
		dyn_json_object_end(&writer);
		return (DynWireError) {errors[i].name, errors[i].status, false};
	}
	return write_other("InternalServerError", 500, true, INTERNAL_MESSAGE, body);
}

static DynWireError
write_other(const char *name, int status, bool log, const char *message, StringInfo body)
{
	dyn_error_write_named(DYN_NAMESPACE_DYNAMODB, name, message, body);
	return (DynWireError) {name, status, log};
}

void
dyn_error_write_named(const char *name_space, const char *name, const char *message, StringInfo body)
{
	DynJsonWriter writer = begin_body(name_space, name, body);

	if (message != NULL)
	{
		dyn_json_name(&writer, strcmp(name, "AccessDeniedException") == 0 ? "Message" : "message");
		dyn_json_put_string(&writer, message);
	}
	dyn_json_object_end(&writer);
}

/* A member of the request that is a string, NUL-terminated, or NULL. */
static const char *
request_text(const DynJson *request, const char *name)
{
	const DynJson *member;
	const char *text;
	size_t		length;

	if (request == NULL || dyn_json_kind(request) != DYN_JSON_OBJECT)
		return NULL;
	member = dyn_json_member(request, name);
	if (member == NULL || dyn_json_kind(member) != DYN_JSON_STRING)
		return NULL;
	text = dyn_json_string(member, &length);
	return strlen(text) == length ? text : NULL;
}

/* The table is the one that was asked for, whether it exists or not. */
static DynWireError
write_denied(const DynOperation *operation, const char *role, const DynJson *request, StringInfo body)
{
	const char *table = request_text(request, "TableName");
	const char *action = operation->name;
	StringInfoData message;

	if (operation->handler == dyn_api_execute_statement && request != NULL)
		action = dyn_statement_action(request, &table);
	initStringInfo(&message);
	appendStringInfo(&message, "User: arn:aws:iam::%s:user/%s is not authorized to perform: dynamodb:%s on resource: ",
					 dyn_account_id, role != NULL ? role : "unknown", action);
	if (table != NULL && strncmp(table, "arn:", 4) == 0)
		appendStringInfoString(&message, table);
	else
		appendStringInfo(&message, "arn:aws:dynamodb:%s:%s:table/%s", dyn_region, dyn_account_id, table != NULL ? table : "*");
	appendStringInfo(&message, " because no identity-based policy allows the dynamodb:%s action", action);
	dyn_error_write_named(DYN_NAMESPACE_CORAL, "AccessDeniedException", message.data, body);
	return (DynWireError) {"AccessDeniedException", 400, false};
}

/* ---- what others did at the same time ---- */

/* Which of a transaction's actions met the conflict is what the engine was at. */
static void
write_cancelled(int nactions, int conflicting, StringInfo body)
{
	DynJsonWriter writer = begin_body(DYN_NAMESPACE_DYNAMODB, "TransactionCanceledException", body);
	StringInfoData message;

	initStringInfo(&message);
	appendStringInfoString(&message, "Transaction cancelled, please refer cancellation reasons for specific reasons [");
	for (int i = 0; i < nactions; i++)
		appendStringInfo(&message, "%s%s", i > 0 ? ", " : "", i == conflicting ? "TransactionConflict" : "None");
	appendStringInfoChar(&message, ']');

	dyn_json_name(&writer, "Message");
	dyn_json_put_string(&writer, message.data);
	dyn_json_name(&writer, "CancellationReasons");
	dyn_json_array_begin(&writer);
	for (int i = 0; i < nactions; i++)
	{
		dyn_json_object_begin(&writer);
		dyn_json_name(&writer, "Code");
		dyn_json_put_string(&writer, i == conflicting ? "TransactionConflict" : "None");
		if (i == conflicting)
		{
			dyn_json_name(&writer, "Message");
			dyn_json_put_string(&writer, CONFLICT_MESSAGE);
		}
		dyn_json_object_end(&writer);
	}
	dyn_json_array_end(&writer);
	dyn_json_object_end(&writer);
}

/* The actions of a transaction; NULL: it is none. */
static const DynJson *
actions_of(const DynOperation *operation, const DynJson *request)
{
	if (operation->handler == dyn_api_transact_write_items || operation->handler == dyn_api_transact_get_items)
		return dyn_request_member(request, "TransactItems");
	if (operation->handler == dyn_api_execute_transaction)
		return dyn_request_member(request, "TransactStatements");
	return NULL;
}

static DynWireError
write_conflict(const DynOperation *operation, const DynJson *request, StringInfo body)
{
	const DynJson *actions = request != NULL ? actions_of(operation, request) : NULL;

	if (actions != NULL)
	{
		bool		reads = operation->handler == dyn_api_transact_get_items;

		write_cancelled(dyn_json_array_size(actions), reads ? 0 : dyn_transact_current(), body);
		return (DynWireError) {"TransactionCanceledException", 400, false};
	}
	if (operation->handler == dyn_api_put_item || operation->handler == dyn_api_update_item ||
		operation->handler == dyn_api_delete_item ||
		(operation->handler == dyn_api_execute_statement && request != NULL && !dyn_statement_reads(request)))
		return write_other("TransactionConflictException", 400, false, CONFLICT_MESSAGE, body);
	if (is_read(operation))
		return write_other("ServiceUnavailable", 503, false, "The table is busy at the moment.", body);

	/* Something of a batch or of a table is locked; a client tries again by itself. */
	dyn_error_write_named(DYN_NAMESPACE_CORAL, "ThrottlingException", "The table is busy; try again.", body);
	return (DynWireError) {"ThrottlingException", 400, false};
}

static bool
is_read(const DynOperation *operation)
{
	return operation->handler == dyn_api_get_item || operation->handler == dyn_api_batch_get_item ||
		operation->handler == dyn_api_query || operation->handler == dyn_api_scan ||
		operation->handler == dyn_api_execute_statement;
}

/* The log has what is missing, and the statement that mends it: clients cannot run it. */
static DynWireError
write_unprepared(StringInfo body)
{
	dyn_error_write_named("com.amazon.coral.validate", "ValidationException",
						  "The server or the table is not set up for this request; the server's log says what is missing", body);
	return (DynWireError) {"ValidationException", 400, true};
}

/*
 * What a rule of the table's owner refused: a constraint, an index on an
 * expression, a trigger.  The text of RAISE is written for the client; other
 * texts quote data.
 */
static DynWireError
write_refused(const ErrorData *error, StringInfo body)
{
	const char *message = "One or more parameter values were invalid: The item does not satisfy a rule of the table";

	if (error->sqlerrcode == ERRCODE_RAISE_EXCEPTION)
		message = error->message;
	else if (error->constraint_name != NULL)
		message = psprintf("One or more parameter values were invalid: The item violates the constraint %s of the table",
						   error->constraint_name);
	else if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_PROGRAM_LIMIT_EXCEEDED)
		message = "One or more parameter values were invalid: The item is too large for an index of the table";
	dyn_error_write_named("com.amazon.coral.validate", "ValidationException", message, body);
	return (DynWireError) {"ValidationException", 400, false};
}
