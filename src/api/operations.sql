CREATE FUNCTION dynamo.call(operation pg_catalog.text, request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call';
COMMENT ON FUNCTION dynamo.call(pg_catalog.text, pg_catalog.json) IS
	'calls an operation of the DynamoDB API by its name, with its JSON request; returns its JSON response';
