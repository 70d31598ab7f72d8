CREATE FUNCTION dynamo.expire_items(table_name pg_catalog.text, max_items pg_catalog.int8 DEFAULT NULL)
	RETURNS pg_catalog.int8
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_expire_items';
COMMENT ON FUNCTION dynamo.expire_items(pg_catalog.text, pg_catalog.int8) IS
	'deletes the expired items of a table, at most so many, those first that expired first; returns their number';
