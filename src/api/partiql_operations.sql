-- ExecuteStatement, BatchExecuteStatement and ExecuteTransaction: PartiQL with
-- the JSON of the API.

CREATE FUNCTION dynamo.execute_statement(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_execute_statement';
COMMENT ON FUNCTION dynamo.execute_statement(pg_catalog.json) IS
	'ExecuteStatement: runs a PartiQL statement';

CREATE FUNCTION dynamo.batch_execute_statement(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_batch_execute_statement';
COMMENT ON FUNCTION dynamo.batch_execute_statement(pg_catalog.json) IS
	'BatchExecuteStatement: runs up to 25 PartiQL statements, each for one item and on its own';
