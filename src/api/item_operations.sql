-- PutItem, GetItem, UpdateItem and DeleteItem: with the JSON of the API, and with typed
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

CREATE FUNCTION dynamo.put_item(table_name pg_catalog.text, item dynamo.item, return_values pg_catalog.text DEFAULT 'NONE',
		condition pg_catalog.text DEFAULT NULL, "values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL,
		return_values_on_condition_check_failure pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_put_item';
COMMENT ON FUNCTION dynamo.put_item(pg_catalog.text, dynamo.item, pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text) IS
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

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, key dynamo.item, return_values pg_catalog.text DEFAULT 'NONE',
		condition pg_catalog.text DEFAULT NULL, "values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL,
		return_values_on_condition_check_failure pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, dynamo.item, pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text) IS
	'deletes the item of a key, which is given as its attributes; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, partition_key pg_catalog.text, sort_key pg_catalog.text DEFAULT NULL,
								   return_values pg_catalog.text DEFAULT 'NONE',
		condition pg_catalog.text DEFAULT NULL, "values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL,
		return_values_on_condition_check_failure pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item_by_texts';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text) IS
	'deletes the item of a key, whose values are given as texts; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.delete_item(table_name pg_catalog.text, partition_key dynamo.value, sort_key dynamo.value DEFAULT NULL,
								   return_values pg_catalog.text DEFAULT 'NONE',
		condition pg_catalog.text DEFAULT NULL, "values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL,
		return_values_on_condition_check_failure pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_item_by_values';
COMMENT ON FUNCTION dynamo.delete_item(pg_catalog.text, dynamo.value, dynamo.value, pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text) IS
	'deletes the item of a key, whose values are given; returns the old item if return_values is ALL_OLD';

CREATE FUNCTION dynamo.get_item(table_name pg_catalog.text, key dynamo.item, projection pg_catalog.text,
		names pg_catalog.jsonb DEFAULT NULL) RETURNS dynamo.item
	LANGUAGE C STABLE PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_get_item_projected';
COMMENT ON FUNCTION dynamo.get_item(pg_catalog.text, dynamo.item, pg_catalog.text, pg_catalog.jsonb) IS
	'reads the parts of an item that a projection expression names';

CREATE FUNCTION dynamo.update_item(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_update_item';
COMMENT ON FUNCTION dynamo.update_item(pg_catalog.json) IS
	'UpdateItem: changes attributes of the item of a key, or creates it';

CREATE FUNCTION dynamo.update_item(table_name pg_catalog.text, key dynamo.item, update pg_catalog.text,
		"values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL,
		condition pg_catalog.text DEFAULT NULL, return_values pg_catalog.text DEFAULT 'NONE',
		return_values_on_condition_check_failure pg_catalog.text DEFAULT 'NONE') RETURNS dynamo.item
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_update_item';
COMMENT ON FUNCTION dynamo.update_item(pg_catalog.text, dynamo.item, pg_catalog.text, dynamo.item, pg_catalog.jsonb,
		pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'changes attributes of the item of a key by an update expression, or creates it; returns what return_values asks for';
