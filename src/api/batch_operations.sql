-- BatchGetItem and BatchWriteItem: with the JSON of the API, and, for one
-- table, with typed arguments.

CREATE FUNCTION dynamo.batch_get_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_batch_get_item';
COMMENT ON FUNCTION dynamo.batch_get_item(pg_catalog.json) IS
	'BatchGetItem: reads the items of up to 100 keys';

CREATE FUNCTION dynamo.batch_write_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_batch_write_item';
COMMENT ON FUNCTION dynamo.batch_write_item(pg_catalog.json) IS
	'BatchWriteItem: puts and deletes up to 25 items';

CREATE FUNCTION dynamo.batch_get_item(table_name pg_catalog.text, keys dynamo.item[],
		projection pg_catalog.text DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL) RETURNS SETOF dynamo.item
	LANGUAGE C STABLE PARALLEL SAFE ROWS 100
	AS 'MODULE_PATHNAME', 'dynamo_batch_get_item';
COMMENT ON FUNCTION dynamo.batch_get_item(pg_catalog.text, dynamo.item[], pg_catalog.text, pg_catalog.jsonb) IS
	'reads the items of many keys, which are given as their attributes; a key without an item gives no row';

CREATE FUNCTION dynamo.batch_write_item(table_name pg_catalog.text, puts dynamo.item[],
		deletes dynamo.item[] DEFAULT NULL) RETURNS pg_catalog.void
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_batch_write_item';
COMMENT ON FUNCTION dynamo.batch_write_item(pg_catalog.text, dynamo.item[], dynamo.item[]) IS
	'puts items, and deletes those of keys, which are given as their attributes';
