/*-------------------------------------------------------------------------
 *
 * route.c
 *	  From an HTTP request to its answer.
 *
 * Checks come in the service's order: the method and the type of the content,
 * the JSON, the target, the signature, and then what the operation finds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/error_json.h"
#include "base/settings.h"
#include "http/answer.h"
#include "http/gunzip.h"
#include "http/metrics.h"
#include "http/route.h"
#include "http/run.h"

#define JSON_1_0	"application/x-amz-json-1.0"
#define JSON_PLAIN	"application/json"

/* The status of an encoding that is not known. */
#define UNSUPPORTED_MEDIA_TYPE	415

#define NOT_FOUND		"<UnknownOperationException/>\n"

/* An answer's memory is kept up to this size. */
#define KEPT_ANSWER		(1024 * 1024)

/* The body of the answer that is being made. */
static StringInfoData answer;

static bool put(DynConnection *connection, const DynHttpHead *head, int status, const char *content_type,
				const char *body, size_t length, bool keep_alive);
static bool answer_other(DynConnection *connection, const DynHttpRequest *request, bool keep_alive);
static const char *content_type(const DynHttpHead *head);
static DynHttpResult decode(const DynHttpRequest *request, DynSlice *body);
static const DynOperation *find_operation(const DynHttpHead *head);
static void ready_answer(void);

void
dyn_route_init(void)
{
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);

	initStringInfo(&answer);
	MemoryContextSwitchTo(caller);
	dyn_run_init();
}

DynRouted
dyn_route(DynConnection *connection, const DynHttpRequest *request, bool keep_alive, int lock_wait_ms, bool last)
{
	const DynHttpHead *head = &request->head;
	const char *type = content_type(head);
	DynSlice	body;
	DynHttpResult decoded;
	DynOutcome	outcome;
	bool		put_all;

	if (!dyn_slice_is(head->method, "POST") || (request->body.length > 0 && type == NULL))
		return answer_other(connection, request, keep_alive) ? DYN_ROUTED_ANSWERED : DYN_ROUTED_NO_MEMORY;

	decoded = decode(request, &body);
	if (decoded != DYN_HTTP_DONE)
		put_all = put(connection, head, decoded, NULL, "", 0, keep_alive);
	else
	{
		const DynOperation *operation = find_operation(head);

		ready_answer();
		dyn_metrics_begin_request();
		outcome = dyn_run(operation, head, request->body, body, lock_wait_ms, connection->tries > 0, &answer);
		if (outcome.conflict && !last)
			return DYN_ROUTED_CONFLICT;
		dyn_metrics_end_request(operation != NULL && operation->handler != NULL ? operation : NULL,
								outcome.error, GetCurrentTimestamp() - connection->arrived);
		put_all = put(connection, head, outcome.status, type != NULL ? type : JSON_PLAIN,
					  answer.data, answer.len, keep_alive);
	}
	dyn_gunzip_release();
	return put_all ? DYN_ROUTED_ANSWERED : DYN_ROUTED_NO_MEMORY;
}

bool
dyn_route_refuse(DynConnection *connection, int status)
{
	return put(connection, NULL, status, NULL, "", 0, false);
}

static bool
put(DynConnection *connection, const DynHttpHead *head, int status, const char *content_type,
	const char *body, size_t length, bool keep_alive)
{
	DynAnswer	put = {.status = status, .content_type = content_type, .body = body, .length = length,
	.head = head, .close = !keep_alive};

	return dyn_answer_put(connection, &put);
}

/* Empty the memory for the body of an answer, and give it back where it was a large one. */
static void
ready_answer(void)
{
	MemoryContext caller;

	if (answer.maxlen > KEPT_ANSWER)
	{
		caller = MemoryContextSwitchTo(TopMemoryContext);
		pfree(answer.data);
		initStringInfo(&answer);
		MemoryContextSwitchTo(caller);
	}
	resetStringInfo(&answer);
}

/* ---- what is no operation ---- */

static bool
answer_other(DynConnection *connection, const DynHttpRequest *request, bool keep_alive)
{
	const DynHttpHead *head = &request->head;
	DynSlice	origin;
	char		health[128];

	if (dyn_slice_is(head->method, "OPTIONS") && dyn_http_field_find(head, "origin", &origin) > 0)
		return put(connection, head, 200, NULL, "", 0, keep_alive);
	if ((dyn_slice_is(head->method, "GET") || dyn_slice_is(head->method, "HEAD")) && dyn_slice_is(head->path, "/"))
	{
		snprintf(health, sizeof(health), "healthy: dynamodb.%s.amazonaws.com ", dyn_region);
		return put(connection, head, 200, "text/plain", health, strlen(health), keep_alive);
	}
	if (dyn_slice_is(head->method, "GET") && dyn_slice_is(head->path, "/metrics") &&
		dyn_metrics_may_see(connection->fd))
	{
		ready_answer();
		dyn_metrics_text(&answer);
		dyn_metrics_backlog_text(&answer);
		return put(connection, head, 200, DYN_METRICS_CONTENT_TYPE, answer.data, answer.len, keep_alive);
	}
	return put(connection, head, 404, NULL, NOT_FOUND, strlen(NOT_FOUND), keep_alive);
}

/* ---- the parts of a request ---- */

/* The type of its body without parameters, if it is one of those that there are, or NULL. */
static const char *
content_type(const DynHttpHead *head)
{
	DynSlice	type;
	const char *semicolon;

	if (dyn_http_field_find(head, "content-type", &type) != 1)
		return NULL;
	semicolon = memchr(type.at, ';', type.length);
	if (semicolon != NULL)
		type.length = semicolon - type.at;
	while (type.length > 0 && (type.at[type.length - 1] == ' ' || type.at[type.length - 1] == '\t'))
		type.length--;
	if (dyn_slice_is_nocase(type, JSON_1_0))
		return JSON_1_0;
	return dyn_slice_is_nocase(type, JSON_PLAIN) ? JSON_PLAIN : NULL;
}

/* Decompress the body, if it is compressed. */
static DynHttpResult
decode(const DynHttpRequest *request, DynSlice *body)
{
	DynSlice	encoding;
	int			count = dyn_http_field_find(&request->head, "content-encoding", &encoding);

	*body = request->body;
	if (count == 0 || (count == 1 && dyn_slice_is_nocase(encoding, "identity")))
		return DYN_HTTP_DONE;
	if (count > 1 || !dyn_slice_is_nocase(encoding, "gzip"))
		return UNSUPPORTED_MEDIA_TYPE;
	return dyn_gunzip(request->body, DYN_HTTP_MAX_BODY, body);
}

/* The operation that the target names, or NULL. */
static const DynOperation *
find_operation(const DynHttpHead *head)
{
	DynSlice	target;

	if (dyn_http_field_find(head, "x-amz-target", &target) != 1)
		return NULL;
	return dyn_operation_lookup_target(target.at, target.length);
}
