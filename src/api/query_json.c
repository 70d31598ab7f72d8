/*-------------------------------------------------------------------------
 *
 * query_json.c
 *	  Query and Scan as JSON.
 *
 * The rules for whole requests come in the service's order: parameters that
 * exclude each other, older filters and projections, the start key, then the
 * expressions.  The table is looked for after all of them.
 *
 * Items are written to the response while the page is read.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/capacity_json.h"
#include "api/condition_json.h"
#include "api/dispatch.h"
#include "api/expression_json.h"
#include "api/query_json.h"
#include "base/error.h"
#include "engine/query.h"

static void read_page(const DynJson *request, DynPageRequest *page);
static void check_query_limit(const DynJson *request);
static void read_start_key(const DynJson *request, DynPageRequest *page);
static bool is_told_alone(const char *message);
static void read_segment(const DynJson *request, ScanRequest *scan);
static DynSelect read_select(const DynJson *request, bool query);
static void use_expressions(const DynRequestExpressions *expressions, DynPageRequest *page);
static void begin_items(DynPageRequest *page, DynJsonWriter *response);
static void write_item(void *arg, const DynValue *item);
static void end_items(const DynPageRequest *page, const DynPageResponse *answer, DynJsonWriter *response);

void
dyn_api_query(const DynJson *request, DynJsonWriter *response)
{
	QueryRequest query = {0};
	DynPageResponse answer;
	DynRequestExpressions expressions;
	DynKeyClauses clauses;

	check_query_limit(request);
	dyn_check_expression_parameters(request, DYN_USE_QUERY);
	query.page.filter = dyn_read_filter(request, "QueryFilter");
	query.page.projection = dyn_read_attributes_to_get(request);
	read_page(request, &query.page);
	query.page.select = read_select(request, true);
	query.backward = !dyn_request_boolean(request, "ScanIndexForward", true);
	if (dyn_request_member(request, "KeyConditions") == NULL &&
		dyn_request_member(request, "KeyConditionExpression") == NULL)
		dyn_raise_no_key_condition();

	dyn_read_expressions(request, DYN_USE_QUERY, &expressions);
	use_expressions(&expressions, &query.page);
	if (expressions.key_condition != NULL)
		dyn_key_clauses_from_expression(expressions.key_condition, &clauses);
	else
		dyn_read_key_conditions(request, &clauses);
	query.key_clauses = &clauses;

	begin_items(&query.page, response);
	dyn_query(&query, &answer);
	dyn_release_expressions(&expressions);
	end_items(&query.page, &answer, response);
}

void
dyn_api_scan(const DynJson *request, DynJsonWriter *response)
{
	ScanRequest scan = {0};
	DynPageResponse answer;
	DynRequestExpressions expressions;

	dyn_check_expression_parameters(request, DYN_USE_SCAN);
	scan.page.projection = dyn_read_attributes_to_get(request);
	scan.page.filter = dyn_read_filter(request, "ScanFilter");
	read_page(request, &scan.page);
	read_segment(request, &scan);
	scan.page.select = read_select(request, false);

	dyn_read_expressions(request, DYN_USE_SCAN, &expressions);
	use_expressions(&expressions, &scan.page);

	begin_items(&scan.page, response);
	dyn_scan(&scan, &answer);
	dyn_release_expressions(&expressions);
	end_items(&scan.page, &answer, response);
}

/* Read what has no rules but those of its shape, and the start key. */
static void
read_page(const DynJson *request, DynPageRequest *page)
{
	page->table_name.data = dyn_request_string(request, "TableName", &page->table_name.length);
	page->index_name = dyn_request_string(request, "IndexName", &page->index_name_length);
	page->limit = dyn_request_integer(request, "Limit", 0);
	page->consistent_read = dyn_request_boolean(request, "ConsistentRead", false);
	page->return_consumed_capacity = dyn_read_return_consumed_capacity(request);
	read_start_key(request, page);
}

/* The service has other words for a Limit of 0 here than for any other that is too small. */
static void
check_query_limit(const DynJson *request)
{
	if (dyn_request_member(request, "Limit") != NULL && dyn_request_integer(request, "Limit", 0) == 0)
		dyn_raise_request("1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
						  "Leave Limit out to read as much as a page holds.");
}

/* What is wrong with a value of the start key is told as a fault of the start key, mostly. */
static void
read_start_key(const DynJson *request, DynPageRequest *page)
{
	const DynJson *json = dyn_request_member(request, "ExclusiveStartKey");
	MemoryContext context = CurrentMemoryContext;
	volatile DynValue key = {0};

	page->has_start_key = json != NULL;
	if (json == NULL)
		return;
	PG_TRY();
	{
		DynValue	read = dyn_item_from_json(json);

		key.tag = read.tag;
		key.length = read.length;
		key.data = read.data;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_DYN_VALIDATION || is_told_alone(error->message))
			PG_RE_THROW();
		FlushErrorState();
		dyn_raise_request(psprintf("The provided starting key is invalid: %s", error->message),
						  error->hint != NULL ? error->hint : "Give the LastEvaluatedKey of the page before.");
	}
	PG_END_TRY();
	page->exclusive_start_key = (DynValue) {key.tag, key.length, key.data};
}

/* These faults of values the service tells as they are. */
static bool
is_told_alone(const char *message)
{
	static const char *const parts[] = {"contains duplicates", "number set", "numeric value", "significant digits",
	"number with magnitude"};

	for (int i = 0; i < lengthof(parts); i++)
		if (strstr(message, parts[i]) != NULL)
			return true;
	return false;
}

static void
read_segment(const DynJson *request, ScanRequest *scan)
{
	scan->segment = dyn_request_integer(request, "Segment", 0);
	scan->total_segments = dyn_request_integer(request, "TotalSegments", 0);
	dyn_check_segment(dyn_request_member(request, "Segment") != NULL, scan->segment,
					  dyn_request_member(request, "TotalSegments") != NULL, scan->total_segments);
}

void
dyn_check_segment(bool has_segment, uint32 segment, bool has_total, uint32 total)
{
	const char *hint = "Segments of one parallel Scan are 0 to TotalSegments - 1.";

	if (has_segment && !has_total)
		dyn_raise_request("The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
						  hint);
	if (has_total && !has_segment)
		dyn_raise_request("The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
						  hint);
	if (has_segment && segment >= total)
		dyn_raise_request(psprintf("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %u is not less than TotalSegments: %u",
								   segment, total), hint);
}

/* Read Select, and refuse one that contradicts the other members. */
static DynSelect
read_select(const DynJson *request, bool query)
{
	static const struct
	{
		const char *name;
		DynSelect	select;
	}			selects[] = {
		{"ALL_ATTRIBUTES", DYN_SELECT_ALL_ATTRIBUTES},
		{"ALL_PROJECTED_ATTRIBUTES", DYN_SELECT_ALL_PROJECTED_ATTRIBUTES},
		{"SPECIFIC_ATTRIBUTES", DYN_SELECT_SPECIFIC_ATTRIBUTES},
		{"COUNT", DYN_SELECT_COUNT},
	};
	const char *projection = dyn_request_member(request, "ProjectionExpression") != NULL ? "ProjectionExpression" :
		dyn_request_member(request, "AttributesToGet") != NULL ? "AttributesToGet" : NULL;
	DynSelect	select = DYN_SELECT_DEFAULT;
	const char *name = NULL;

	for (int i = 0; i < lengthof(selects); i++)
		if (dyn_request_is(request, "Select", selects[i].name))
		{
			name = selects[i].name;
			select = selects[i].select;
		}

	if (select == DYN_SELECT_SPECIFIC_ATTRIBUTES && projection == NULL)
		dyn_raise_request(psprintf("%sMust specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
								   query ? "1 validation error detected: " : ""),
						  "Give a projection, or leave Select out.");
	if (select == DYN_SELECT_ALL_PROJECTED_ATTRIBUTES && dyn_request_member(request, "IndexName") == NULL)
		dyn_raise_request("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
						  "Select ALL_ATTRIBUTES, or leave Select out.");
	if (name != NULL && select != DYN_SELECT_SPECIFIC_ATTRIBUTES && projection != NULL)
		dyn_raise_request(psprintf("Cannot specify the %s when choosing to get %s", projection, name),
						  "With a projection, leave Select out or let it be SPECIFIC_ATTRIBUTES.");
	return select;
}

/* Expressions take the place of the older parameters, which are absent then. */
static void
use_expressions(const DynRequestExpressions *expressions, DynPageRequest *page)
{
	if (expressions->filter != NULL)
		page->filter = expressions->filter;
	if (expressions->projection != NULL)
		page->projection = expressions->projection;
}

static void
begin_items(DynPageRequest *page, DynJsonWriter *response)
{
	if (page->select == DYN_SELECT_COUNT)
		return;
	page->receive = write_item;
	page->receive_arg = response;
	dyn_json_name(response, "Items");
	dyn_json_array_begin(response);
}

static void
write_item(void *arg, const DynValue *item)
{
	DynJsonWriter *response = arg;

	dyn_json_put_raw(response);
	dyn_item_write_json(response->out, item);
}

static void
end_items(const DynPageRequest *page, const DynPageResponse *answer, DynJsonWriter *response)
{
	if (page->select != DYN_SELECT_COUNT)
		dyn_json_array_end(response);
	dyn_json_name(response, "Count");
	dyn_json_put_integer(response, answer->count);
	dyn_json_name(response, "ScannedCount");
	dyn_json_put_integer(response, answer->scanned_count);
	if (answer->has_last_evaluated_key)
	{
		dyn_json_name(response, "LastEvaluatedKey");
		dyn_json_put_raw(response);
		dyn_item_write_json(response->out, &answer->last_evaluated_key);
	}
	dyn_write_consumed_capacity(response, page->return_consumed_capacity, &answer->consumed_capacity);
}

void
dyn_raise_no_key_condition(void)
{
	dyn_raise_request("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
					  "Give KeyConditionExpression, or use Scan.");
}
