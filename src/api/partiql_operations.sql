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

CREATE FUNCTION dynamo.execute_transaction(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_execute_transaction';
COMMENT ON FUNCTION dynamo.execute_transaction(pg_catalog.json) IS
	'ExecuteTransaction: runs up to 100 PartiQL statements, each for one item, all or none';

CREATE FUNCTION dynamo.try_execute_transaction(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_try_execute_transaction';
COMMENT ON FUNCTION dynamo.try_execute_transaction(pg_catalog.json) IS
	'ExecuteTransaction: where it is cancelled, nothing is written, and the reasons are returned';
