/* DynamoDB Streams. */
CREATE FUNCTION dynamo.list_streams(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_list_streams';
COMMENT ON FUNCTION dynamo.list_streams(pg_catalog.json) IS 'ListStreams of the DynamoDB Streams API';

CREATE FUNCTION dynamo.list_streams(OUT table_name pg_catalog.text, OUT stream_arn pg_catalog.text,
	OUT status pg_catalog.text, OUT view_type pg_catalog.text, OUT created_at pg_catalog.timestamptz)
	RETURNS SETOF pg_catalog.record
	LANGUAGE C STABLE PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_list_streams';
COMMENT ON FUNCTION dynamo.list_streams() IS 'the streams of all tables, those that have ended included as long as they can be read';

CREATE FUNCTION dynamo.describe_stream(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_stream';
COMMENT ON FUNCTION dynamo.describe_stream(pg_catalog.json) IS 'DescribeStream of the DynamoDB Streams API';

CREATE FUNCTION dynamo.get_shard_iterator(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_get_shard_iterator';
COMMENT ON FUNCTION dynamo.get_shard_iterator(pg_catalog.json) IS 'GetShardIterator of the DynamoDB Streams API';

CREATE FUNCTION dynamo.get_records(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_get_records';
COMMENT ON FUNCTION dynamo.get_records(pg_catalog.json) IS 'GetRecords of the DynamoDB Streams API';

CREATE FUNCTION dynamo.get_records(request pg_catalog.json, wait pg_catalog.interval) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_records_waiting';
COMMENT ON FUNCTION dynamo.get_records(pg_catalog.json, pg_catalog.interval) IS
	'GetRecords that waits up to the given time for the first record';

/* As rows. */
CREATE FUNCTION dynamo.stream(stream pg_catalog.text, after pg_catalog.text DEFAULT NULL,
	since pg_catalog.timestamptz DEFAULT NULL, max_records pg_catalog.int4 DEFAULT NULL,
	wait pg_catalog.interval DEFAULT NULL,
	OUT sequence_number pg_catalog.text, OUT event pg_catalog.text, OUT at pg_catalog.timestamptz,
	OUT keys dynamo.item, OUT new_image dynamo.item, OUT old_image dynamo.item, OUT by_service pg_catalog.bool,
	OUT shard_id pg_catalog.text)
	RETURNS SETOF pg_catalog.record
	LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 1000
	AS 'MODULE_PATHNAME', 'dynamo_stream';
COMMENT ON FUNCTION dynamo.stream(pg_catalog.text, pg_catalog.text, pg_catalog.timestamptz, pg_catalog.int4, pg_catalog.interval) IS
	'the records of a stream (of a table, or by its ARN) in the order of commits: after a sequence number, or since a time';
