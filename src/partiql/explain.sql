-- How PartiQL finds its items.

CREATE FUNCTION dynamo.explain_partiql(statement pg_catalog.text, VARIADIC parameters dynamo.value[] DEFAULT '{}',
		OUT access_path pg_catalog.text, OUT table_name pg_catalog.text, OUT index_name pg_catalog.text,
		OUT reason pg_catalog.text, OUT ranges pg_catalog.int4, OUT filtered pg_catalog.bool,
		OUT read_units pg_catalog.float8, OUT more_pages pg_catalog.bool, OUT total_read_units pg_catalog.float8)
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_explain_partiql';
COMMENT ON FUNCTION dynamo.explain_partiql(pg_catalog.text, dynamo.value[]) IS
	'which access path ExecuteStatement takes for a statement, why, and what the first page costs in read units';
