/*-------------------------------------------------------------------------
 *
 * streams_json.c
 *	  The operations of DynamoDB Streams as JSON: ListStreams, DescribeStream,
 *	  GetShardIterator, GetRecords.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/dispatch.h"
#include "api/request_text.h"
#include "api/shapes.h"
#include "base/error.h"
#include "stream/stream_operations.h"

PG_FUNCTION_INFO_V1(dynamo_get_records_waiting);

static void write_stream(DynJsonWriter *writer, const DescribeStreamResponse *description);
static void write_shard(DynJsonWriter *writer, const DynShardDescription *description);
static void get_records(const DynJson *request, long wait_ms, DynJsonWriter *response);

static void
put_string(DynJsonWriter *writer, const char *name, const char *value)
{
	dyn_json_name(writer, name);
	dyn_json_put_string(writer, value);
}

static char *
stream_arn(const DynStreamRow *stream)
{
	return dyn_stream_arn(stream->table_name, stream->label);
}

void
dyn_api_list_streams(const DynJson *json, DynJsonWriter *response)
{
	ListStreamsRequest request = {0};
	ListStreamsResponse listed;
	ListCell   *cell;

	request.table_name = dyn_request_text(json, "TableName");
	request.exclusive_start_stream_arn = dyn_request_text(json, "ExclusiveStartStreamArn");
	request.limit = dyn_request_integer(json, "Limit", DYN_MAX_LISTED_STREAMS);
	dyn_list_streams(&request, &listed);

	dyn_json_name(response, "Streams");
	dyn_json_array_begin(response);
	foreach(cell, listed.streams)
	{
		const DynStreamRow *stream = lfirst(cell);

		dyn_json_object_begin(response);
		put_string(response, "StreamArn", stream_arn(stream));
		put_string(response, "TableName", stream->table_name);
		put_string(response, "StreamLabel", stream->label);
		dyn_json_object_end(response);
	}
	dyn_json_array_end(response);
	if (listed.more)
		put_string(response, "LastEvaluatedStreamArn", stream_arn(llast(listed.streams)));
}

void
dyn_api_describe_stream(const DynJson *json, DynJsonWriter *response)
{
	const DynJson *filter = dyn_request_member(json, "ShardFilter");
	DescribeStreamRequest request = {0};
	DescribeStreamResponse description;

	request.stream_arn = dyn_request_text(json, "StreamArn");
	request.exclusive_start_shard_id = dyn_request_text(json, "ExclusiveStartShardId");
	request.limit = dyn_request_integer(json, "Limit", DYN_MAX_LISTED_SHARDS);
	if (filter != NULL)
	{
		request.children_of = dyn_request_text(filter, "ShardId");
		if (request.children_of == NULL || dyn_request_member(filter, "Type") == NULL)
			dyn_raise_request("ShardFilter must have a Type and a ShardId",
							  "{\"Type\": \"CHILD_SHARDS\", \"ShardId\": \"shardId-...\"} asks for the children of a shard.");
	}
	dyn_describe_stream(&request, &description);
	dyn_json_name(response, "StreamDescription");
	write_stream(response, &description);
}

static void
write_stream(DynJsonWriter *writer, const DescribeStreamResponse *description)
{
	const DynStreamRow *stream = &description->stream;
	int64		created = stream->created_at + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
	ListCell   *cell;

	dyn_json_object_begin(writer);
	put_string(writer, "StreamArn", stream_arn(stream));
	put_string(writer, "StreamLabel", stream->label);
	put_string(writer, "StreamStatus", dyn_stream_status_name(stream->status));
	put_string(writer, "StreamViewType", dyn_stream_view_name(stream->view));
	dyn_json_name(writer, "CreationRequestDateTime");
	dyn_json_put_real(writer, (created / 1000) / 1000.0);
	put_string(writer, "TableName", stream->table_name);
	dyn_json_name(writer, "KeySchema");
	dyn_json_array_begin(writer);
	for (int i = 0; i < dyn_key_schema_count(&stream->key_schema); i++)
	{
		dyn_json_object_begin(writer);
		put_string(writer, "AttributeName", stream->key_schema.attributes[i].name);
		put_string(writer, "KeyType", i < stream->key_schema.nhash ? "HASH" : "RANGE");
		dyn_json_object_end(writer);
	}
	dyn_json_array_end(writer);
	dyn_json_name(writer, "Shards");
	dyn_json_array_begin(writer);
	foreach(cell, description->shards)
		write_shard(writer, lfirst(cell));
	dyn_json_array_end(writer);
	if (description->more)
		put_string(writer, "LastEvaluatedShardId",
				   ((const DynShardDescription *) llast(description->shards))->shard->id);
	dyn_json_object_end(writer);
}

static void
write_shard(DynJsonWriter *writer, const DynShardDescription *description)
{
	const DynShard *shard = description->shard;
	char		number[DYN_SEQUENCE_DIGITS + 1];

	dyn_json_object_begin(writer);
	put_string(writer, "ShardId", shard->id);
	dyn_json_name(writer, "SequenceNumberRange");
	dyn_json_object_begin(writer);
	dyn_shard_starting(shard, number);
	put_string(writer, "StartingSequenceNumber", number);
	if (!XLogRecPtrIsInvalid(shard->ends))
	{
		dyn_shard_ending(shard, number);
		put_string(writer, "EndingSequenceNumber", number);
	}
	dyn_json_object_end(writer);
	if (description->parent_id != NULL)
		put_string(writer, "ParentShardId", description->parent_id);
	dyn_json_object_end(writer);
}

static DynShardIteratorType
read_iterator_type(const DynJson *json)
{
	if (dyn_request_is(json, "ShardIteratorType", "LATEST"))
		return DYN_ITERATOR_LATEST;
	if (dyn_request_is(json, "ShardIteratorType", "AT_SEQUENCE_NUMBER"))
		return DYN_ITERATOR_AT_SEQUENCE_NUMBER;
	if (dyn_request_is(json, "ShardIteratorType", "AFTER_SEQUENCE_NUMBER"))
		return DYN_ITERATOR_AFTER_SEQUENCE_NUMBER;
	return DYN_ITERATOR_TRIM_HORIZON;
}

void
dyn_api_get_shard_iterator(const DynJson *json, DynJsonWriter *response)
{
	GetShardIteratorRequest request = {0};

	request.stream_arn = dyn_request_text(json, "StreamArn");
	request.shard_id = dyn_request_text(json, "ShardId");
	request.type = read_iterator_type(json);
	request.sequence_number = dyn_request_text(json, "SequenceNumber");
	put_string(response, "ShardIterator", dyn_get_shard_iterator(&request));
}

void
dyn_api_get_records(const DynJson *json, DynJsonWriter *response)
{
	get_records(json, 0, response);
}

static void
get_records(const DynJson *json, long wait_ms, DynJsonWriter *response)
{
	GetRecordsRequest request = {0};
	char	   *next;

	request.shard_iterator = dyn_request_text(json, "ShardIterator");
	request.limit = (int) Min(dyn_request_integer(json, "Limit", DYN_MAX_GOT_RECORDS), PG_INT32_MAX);
	request.wait_ms = wait_ms;
	dyn_json_name(response, "Records");
	dyn_json_put_raw(response);
	next = dyn_get_records(&request, response->out);
	if (next != NULL)
		put_string(response, "NextShardIterator", next);
}

/* dynamo.get_records(request json, wait interval) → json, after waiting for the first record */
Datum
dynamo_get_records_waiting(PG_FUNCTION_ARGS)
{
	text	   *text_of_request = PG_GETARG_TEXT_PP(0);
	const DynJson *request;
	StringInfoData response;
	DynJsonWriter writer = {.out = &response};

	initStringInfo(&response);
	request = dyn_json_parse(VARDATA_ANY(text_of_request), VARSIZE_ANY_EXHDR(text_of_request));
	dyn_shape_check_types(&dyn_shape_GetRecordsInput, request);
	dyn_shape_check_constraints(&dyn_shape_GetRecordsInput, request);
	dyn_json_object_begin(&writer);
	get_records(request, dyn_interval_milliseconds(PG_GETARG_INTERVAL_P(1)), &writer);
	dyn_json_object_end(&writer);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(response.data, response.len));
}
