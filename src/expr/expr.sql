-- Expressions of the service in any statement.

CREATE FUNCTION dynamo.matches(item dynamo.item, expression pg_catalog.text,
		"values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL)
	RETURNS pg_catalog.bool LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_matches';
COMMENT ON FUNCTION dynamo.matches(dynamo.item, pg_catalog.text, dynamo.item, pg_catalog.jsonb) IS
	'is the condition expression true of the item? values: {":v": {"N": "1"}}, names: {"#n": "Name"}';

CREATE FUNCTION dynamo.update(item dynamo.item, expression pg_catalog.text,
		"values" dynamo.item DEFAULT NULL, names pg_catalog.jsonb DEFAULT NULL)
	RETURNS dynamo.item LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_update';
COMMENT ON FUNCTION dynamo.update(dynamo.item, pg_catalog.text, dynamo.item, pg_catalog.jsonb) IS
	'the item after the update expression';

CREATE FUNCTION dynamo.project(item dynamo.item, expression pg_catalog.text, names pg_catalog.jsonb DEFAULT NULL)
	RETURNS dynamo.item LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_project';
COMMENT ON FUNCTION dynamo.project(dynamo.item, pg_catalog.text, pg_catalog.jsonb) IS
	'the parts of the item that the projection expression names';

-- The same for the queries that dynamo.query and dynamo.scan make, of requests
-- that have been checked as a whole: values and names may be more than the
-- expression uses, and without an expression it is as if there were none.

CREATE FUNCTION dynamo.query_filter(item dynamo.item, filter pg_catalog.text, "values" dynamo.item, names pg_catalog.jsonb)
	RETURNS pg_catalog.bool LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_query_filter';
COMMENT ON FUNCTION dynamo.query_filter(dynamo.item, pg_catalog.text, dynamo.item, pg_catalog.jsonb) IS
	'does the item pass the filter of a Query or Scan?';

CREATE FUNCTION dynamo.query_project(item dynamo.item, projection pg_catalog.text, names pg_catalog.jsonb)
	RETURNS dynamo.item LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_query_project';
COMMENT ON FUNCTION dynamo.query_project(dynamo.item, pg_catalog.text, pg_catalog.jsonb) IS
	'the parts of the item that the projection of a Query or Scan names';
