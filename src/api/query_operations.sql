-- Query and Scan with the JSON of the API.

CREATE FUNCTION dynamo.query(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_query';
COMMENT ON FUNCTION dynamo.query(pg_catalog.json) IS
	'Query: reads a page of the items of a partition, in the order of the sort key';

CREATE FUNCTION dynamo.scan(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_scan';
COMMENT ON FUNCTION dynamo.scan(pg_catalog.json) IS
	'Scan: reads a page of the items of a table or an index, or of a segment';
