-- PutItem, GetItem and DeleteItem: with the JSON of the API, and with typed
-- arguments.

CREATE FUNCTION dynamo.put_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_put_item';
COMMENT ON FUNCTION dynamo.put_item(pg_catalog.json) IS
	'PutItem: inserts or replaces an item';

CREATE FUNCTION dynamo.get_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_get_item';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.json) IS
	'GetItem: reads the item of a key';

CREATE FUNCTION dynamo.delete_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_delete_item';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.json) IS
	'DeleteItem: deletes the item of a key';

CREATE FUNCTION dynamo.put_item(table_name pg_catalog.text, item dynamo.item, return_values pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_put_item';
COMMENT ON FUNCTION dynamo.put_item(pg_catalog.text, dynamo.item, pg_catalog.text) IS
	'inserts or replaces an item; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, key dynamo.item) RETURNS dynamo.item
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, dynamo.item) IS
	'reads the item of a key, which is given as its attributes';

-- A string literal is taken for a text where there is a choice, so plain keys
-- are the texts of key values; the key schema says which values they mean.
CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, partition_key pg_catalog.text) RETURNS dynamo.item
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item_by_texts';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, pg_catalog.text) IS
	'reads the item of a partition key, which is given as text';

CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, partition_key pg_catalog.text, sort_key pg_catalog.text) RETURNS dynamo.item
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item_by_texts';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'reads the item of a partition key and a sort key, which are given as texts';

CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, partition_key dynamo.value) RETURNS dynamo.item
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item_by_values';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, dynamo.value) IS
	'reads the item of a partition key';

CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, partition_key dynamo.value, sort_key dynamo.value) RETURNS dynamo.item
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item_by_values';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, dynamo.value, dynamo.value) IS
	'reads the item of a partition key and a sort key';

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, key dynamo.item, return_values pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, dynamo.item, pg_catalog.text) IS
	'deletes the item of a key, which is given as its attributes; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, partition_key pg_catalog.text, sort_key pg_catalog.text DEFAULT NULL,
								   return_values pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item_by_texts';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'deletes the item of a key, whose values are given as texts; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, partition_key dynamo.value, sort_key dynamo.value DEFAULT NULL,
								   return_values pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item_by_values';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, dynamo.value, dynamo.value, pg_catalog.text) IS
	'deletes the item of a key, whose values are given; returns the old item if return_values is ALL_OLD';
