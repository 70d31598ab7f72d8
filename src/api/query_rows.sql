-- Query and Scan as rows.  A call in FROM is planned as the query that it
-- stands for; see docs/architecture/row-functions.md.  The bodies are what is
-- run where that cannot be.

CREATE FUNCTION dynamo.query_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_query_support';
COMMENT ON FUNCTION dynamo.query_support(pg_catalog.internal) IS 'planner support for dynamo.query';

CREATE FUNCTION dynamo.query_rows(table_name pg_catalog.text, key_condition pg_catalog.text, "values" dynamo.item,
		names pg_catalog.jsonb, filter pg_catalog.text, projection pg_catalog.text, index_name pg_catalog.text,
		descending pg_catalog.bool) RETURNS SETOF dynamo.item
	LANGUAGE C STABLE PARALLEL SAFE ROWS 100
	AS 'MODULE_PATHNAME', 'dynamo_query_rows';
COMMENT ON FUNCTION dynamo.query_rows(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.text, pg_catalog.bool) IS
	'implementation of dynamo.query where its call cannot be planned';

CREATE FUNCTION dynamo.check_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_check_support';
COMMENT ON FUNCTION dynamo.check_support(pg_catalog.internal) IS 'planner support for dynamo.query_check and dynamo.scan_check';

CREATE FUNCTION dynamo.query_check(table_name pg_catalog.text, key_condition pg_catalog.text, "values" dynamo.item,
		names pg_catalog.jsonb, filter pg_catalog.text, projection pg_catalog.text, index_name pg_catalog.text,
		descending pg_catalog.bool) RETURNS pg_catalog.bool
	LANGUAGE C STABLE PARALLEL SAFE COST 100 SUPPORT dynamo.check_support
	AS 'MODULE_PATHNAME', 'dynamo_query_check';
COMMENT ON FUNCTION dynamo.query_check(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.text, pg_catalog.bool) IS
	'true, or the error of a Query with these arguments';

CREATE FUNCTION dynamo.query(table_name pg_catalog.text, key_condition pg_catalog.text, "values" dynamo.item DEFAULT NULL,
		names pg_catalog.jsonb DEFAULT NULL, filter pg_catalog.text DEFAULT NULL, projection pg_catalog.text DEFAULT NULL,
		index_name pg_catalog.text DEFAULT NULL, descending pg_catalog.bool DEFAULT false) RETURNS TABLE (item dynamo.item)
	LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 SUPPORT dynamo.query_support
	AS 'SELECT dynamo.query_rows($1, $2, $3, $4, $5, $6, $7, $8)';
COMMENT ON FUNCTION dynamo.query(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.text, pg_catalog.bool) IS
	'the items that meet a key condition, in the order of the sort key';

CREATE FUNCTION dynamo.scan_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_scan_support';
COMMENT ON FUNCTION dynamo.scan_support(pg_catalog.internal) IS 'planner support for dynamo.scan';

CREATE FUNCTION dynamo.scan_rows(table_name pg_catalog.text, filter pg_catalog.text, "values" dynamo.item,
		names pg_catalog.jsonb, projection pg_catalog.text, index_name pg_catalog.text, segment pg_catalog.int4,
		total_segments pg_catalog.int4) RETURNS SETOF dynamo.item
	LANGUAGE C STABLE PARALLEL SAFE ROWS 1000
	AS 'MODULE_PATHNAME', 'dynamo_scan_rows';
COMMENT ON FUNCTION dynamo.scan_rows(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.int4, pg_catalog.int4) IS
	'implementation of dynamo.scan where its call cannot be planned';

CREATE FUNCTION dynamo.scan_check(table_name pg_catalog.text, filter pg_catalog.text, "values" dynamo.item,
		names pg_catalog.jsonb, projection pg_catalog.text, index_name pg_catalog.text, segment pg_catalog.int4,
		total_segments pg_catalog.int4) RETURNS pg_catalog.bool
	LANGUAGE C STABLE PARALLEL SAFE COST 100 SUPPORT dynamo.check_support
	AS 'MODULE_PATHNAME', 'dynamo_scan_check';
COMMENT ON FUNCTION dynamo.scan_check(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.int4, pg_catalog.int4) IS
	'true, or the error of a Scan with these arguments';

-- With one string literal this is meant, not the form for JSON.
CREATE FUNCTION dynamo.scan(table_name pg_catalog.text, filter pg_catalog.text DEFAULT NULL, "values" dynamo.item DEFAULT NULL,
		names pg_catalog.jsonb DEFAULT NULL, projection pg_catalog.text DEFAULT NULL, index_name pg_catalog.text DEFAULT NULL,
		segment pg_catalog.int4 DEFAULT NULL, total_segments pg_catalog.int4 DEFAULT NULL) RETURNS TABLE (item dynamo.item)
	LANGUAGE sql STABLE PARALLEL SAFE ROWS 1000 SUPPORT dynamo.scan_support
	AS 'SELECT dynamo.scan_rows($1, $2, $3, $4, $5, $6, $7, $8)';
COMMENT ON FUNCTION dynamo.scan(pg_catalog.text, pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text,
		pg_catalog.text, pg_catalog.int4, pg_catalog.int4) IS
	'the items of a table or an index, or of a segment of it';
