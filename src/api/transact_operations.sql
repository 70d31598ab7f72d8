-- TransactWriteItems and TransactGetItems, with the JSON of the API.

CREATE FUNCTION dynamo.transact_write_items(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_transact_write_items';
COMMENT ON FUNCTION dynamo.transact_write_items(pg_catalog.json) IS
	'TransactWriteItems: puts, updates, deletes and checks items, all or none';

CREATE FUNCTION dynamo.try_transact_write_items(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_try_transact_write_items';
COMMENT ON FUNCTION dynamo.try_transact_write_items(pg_catalog.json) IS
	'TransactWriteItems: where it is cancelled, nothing is written, and the reasons are returned';

CREATE FUNCTION dynamo.transact_get_items(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_transact_get_items';
COMMENT ON FUNCTION dynamo.transact_get_items(pg_catalog.json) IS
	'TransactGetItems: reads items of several tables as they were at one moment';
