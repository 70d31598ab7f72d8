CREATE FUNCTION dynamo.call(operation text, request json) RETURNS json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call';
COMMENT ON FUNCTION dynamo.call(text, json) IS
	'calls an operation of the DynamoDB API by its name, with its JSON request; returns its JSON response';
