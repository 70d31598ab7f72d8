-- Ranges of keys for the queries that dynamo.query and dynamo.scan make.  They
-- say what they are of by texts, so that an argument which is known only at run
-- time can be in them, and so that EXPLAIN shows it.

CREATE FUNCTION dynamo.query_start(key_condition pg_catalog.text, "values" dynamo.item, names pg_catalog.jsonb,
		VARIADIC key_schema pg_catalog.text[]) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'dynamo_query_start';
COMMENT ON FUNCTION dynamo.query_start(pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text[]) IS
	'keys that meet the key condition are this one or greater';

CREATE FUNCTION dynamo.query_end(key_condition pg_catalog.text, "values" dynamo.item, names pg_catalog.jsonb,
		VARIADIC key_schema pg_catalog.text[]) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100
	AS 'MODULE_PATHNAME', 'dynamo_query_end';
COMMENT ON FUNCTION dynamo.query_end(pg_catalog.text, dynamo.item, pg_catalog.jsonb, pg_catalog.text[]) IS
	'keys that meet the key condition are less than this one';

CREATE FUNCTION dynamo.segment_start(segment pg_catalog.int4, total_segments pg_catalog.int4) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_segment_start';
COMMENT ON FUNCTION dynamo.segment_start(pg_catalog.int4, pg_catalog.int4) IS
	'keys of the segment of a Scan are this one or greater';

CREATE FUNCTION dynamo.segment_end(segment pg_catalog.int4, total_segments pg_catalog.int4) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_segment_end';
COMMENT ON FUNCTION dynamo.segment_end(pg_catalog.int4, pg_catalog.int4) IS
	'keys of the segment of a Scan are less than this one';

CREATE FUNCTION dynamo.in_range_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_in_range_support';
COMMENT ON FUNCTION dynamo.in_range_support(pg_catalog.internal) IS 'planner support for dynamo.in_range';

CREATE FUNCTION dynamo.in_range(key dynamo.key, lower dynamo.key, upper dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT dynamo.in_range_support
	AS 'MODULE_PATHNAME', 'dynamo_in_range';
COMMENT ON FUNCTION dynamo.in_range(dynamo.key, dynamo.key, dynamo.key) IS
	'is the key lower or greater, and less than upper? Indexes are used as for the two comparisons';
