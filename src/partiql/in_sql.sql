-- PartiQL inside SQL.  A call of dynamo.partiql in FROM is planned as the query
-- that its statement stands for; see docs/architecture/partiql-in-sql.md.

-- ---- Parameters ----

-- A parameter has the bytes of a value.  It is a type of its own because
-- everything that can become a value shall do so where a parameter is wanted,
-- without a cast that is written; for dynamo.value, which has operators, that
-- would make expressions ambiguous.

CREATE TYPE dynamo.parameter;

CREATE FUNCTION dynamo.parameter_in(pg_catalog.cstring) RETURNS dynamo.parameter
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_in';
COMMENT ON FUNCTION dynamo.parameter_in(pg_catalog.cstring) IS 'input of dynamo.parameter: that of dynamo.value';

CREATE FUNCTION dynamo.parameter_out(dynamo.parameter) RETURNS pg_catalog.cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_out';
COMMENT ON FUNCTION dynamo.parameter_out(dynamo.parameter) IS 'output of dynamo.parameter: that of dynamo.value';

CREATE FUNCTION dynamo.parameter_recv(pg_catalog.internal) RETURNS dynamo.parameter
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_recv';
COMMENT ON FUNCTION dynamo.parameter_recv(pg_catalog.internal) IS 'binary input of dynamo.parameter: that of dynamo.value';

CREATE FUNCTION dynamo.parameter_send(dynamo.parameter) RETURNS pg_catalog.bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_send';
COMMENT ON FUNCTION dynamo.parameter_send(dynamo.parameter) IS 'binary output of dynamo.parameter: that of dynamo.value';

CREATE TYPE dynamo.parameter (
	INPUT = dynamo.parameter_in,
	OUTPUT = dynamo.parameter_out,
	RECEIVE = dynamo.parameter_recv,
	SEND = dynamo.parameter_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE dynamo.parameter IS 'a parameter of dynamo.partiql: a value, made of whatever can become one';

CREATE CAST (dynamo.value AS dynamo.parameter) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (dynamo.value AS dynamo.parameter) IS 'the value';
CREATE CAST (dynamo.parameter AS dynamo.value) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (dynamo.parameter AS dynamo.value) IS 'the value';
CREATE CAST (pg_catalog.text AS dynamo.parameter) WITH FUNCTION dynamo.text_to_value(pg_catalog.text) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.text AS dynamo.parameter) IS 'a value of type S';
CREATE CAST (pg_catalog.varchar AS dynamo.parameter) WITH FUNCTION dynamo.text_to_value(pg_catalog.text) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.varchar AS dynamo.parameter) IS 'a value of type S';
CREATE CAST (pg_catalog.bpchar AS dynamo.parameter) WITH FUNCTION dynamo.bpchar_to_value(pg_catalog.bpchar) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.bpchar AS dynamo.parameter) IS 'a value of type S';
CREATE CAST (pg_catalog.int2 AS dynamo.parameter) WITH FUNCTION dynamo.int2_to_value(pg_catalog.int2) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.int2 AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.int4 AS dynamo.parameter) WITH FUNCTION dynamo.int4_to_value(pg_catalog.int4) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.int4 AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.int8 AS dynamo.parameter) WITH FUNCTION dynamo.int8_to_value(pg_catalog.int8) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.int8 AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.numeric AS dynamo.parameter) WITH FUNCTION dynamo.numeric_to_value(pg_catalog.numeric) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.numeric AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.float4 AS dynamo.parameter) WITH FUNCTION dynamo.float4_to_value(pg_catalog.float4) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.float4 AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.float8 AS dynamo.parameter) WITH FUNCTION dynamo.float8_to_value(pg_catalog.float8) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.float8 AS dynamo.parameter) IS 'a value of type N';
CREATE CAST (pg_catalog.bool AS dynamo.parameter) WITH FUNCTION dynamo.boolean_to_value(pg_catalog.bool) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.bool AS dynamo.parameter) IS 'a value of type BOOL';
CREATE CAST (pg_catalog.bytea AS dynamo.parameter) WITH FUNCTION dynamo.bytea_to_value(pg_catalog.bytea) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.bytea AS dynamo.parameter) IS 'a value of type B';
CREATE CAST (pg_catalog.jsonb AS dynamo.parameter) WITH FUNCTION dynamo.jsonb_to_value(pg_catalog.jsonb) AS IMPLICIT;
COMMENT ON CAST (pg_catalog.jsonb AS dynamo.parameter) IS 'the value of this JSON';
CREATE CAST (dynamo.item AS dynamo.parameter) WITH FUNCTION dynamo.item_to_value(dynamo.item) AS IMPLICIT;
COMMENT ON CAST (dynamo.item AS dynamo.parameter) IS 'a value of type M';

-- ---- What the queries call ----

CREATE FUNCTION dynamo.partiql_parameter_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_parameter_support';
COMMENT ON FUNCTION dynamo.partiql_parameter_support(pg_catalog.internal) IS 'planner support for dynamo.partiql_parameter';

CREATE FUNCTION dynamo.partiql_parameter(parameters dynamo.parameter[], number pg_catalog.int4) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT dynamo.partiql_parameter_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_parameter';
COMMENT ON FUNCTION dynamo.partiql_parameter(dynamo.parameter[], pg_catalog.int4) IS
	'in queries of dynamo.partiql: a parameter of the statement';

CREATE FUNCTION dynamo.partiql_text(parameters dynamo.parameter[], number pg_catalog.int4) RETURNS pg_catalog.text
	LANGUAGE C IMMUTABLE PARALLEL SAFE SUPPORT dynamo.partiql_parameter_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_text';
COMMENT ON FUNCTION dynamo.partiql_text(dynamo.parameter[], pg_catalog.int4) IS
	'in queries of dynamo.partiql: a parameter of the statement that is a column of text';

CREATE FUNCTION dynamo.partiql_type_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_type_support';
COMMENT ON FUNCTION dynamo.partiql_type_support(pg_catalog.internal) IS
	'planner support for dynamo.partiql_is and dynamo.partiql_comparable';

CREATE FUNCTION dynamo.partiql_is(value dynamo.value, type pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_type_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_is';
COMMENT ON FUNCTION dynamo.partiql_is(dynamo.value, pg_catalog.text) IS
	'in queries of dynamo.partiql: is the value of this type?';

CREATE FUNCTION dynamo.partiql_comparable(a dynamo.value, b dynamo.value) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_type_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_comparable';
COMMENT ON FUNCTION dynamo.partiql_comparable(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: are both strings, numbers or binaries?';

CREATE FUNCTION dynamo.partiql_search_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_search_support';
COMMENT ON FUNCTION dynamo.partiql_search_support(pg_catalog.internal) IS
	'planner support for dynamo.partiql_begins_with, dynamo.partiql_contains and dynamo.partiql_like';

CREATE FUNCTION dynamo.partiql_begins_with(value dynamo.value, prefix dynamo.value) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_search_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_begins_with';
COMMENT ON FUNCTION dynamo.partiql_begins_with(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: begins_with';

CREATE FUNCTION dynamo.partiql_contains(container dynamo.value, element dynamo.value) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_search_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_contains';
COMMENT ON FUNCTION dynamo.partiql_contains(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: contains';

CREATE FUNCTION dynamo.partiql_like(value dynamo.value, pattern dynamo.value) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_search_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_like';
COMMENT ON FUNCTION dynamo.partiql_like(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: LIKE';

CREATE FUNCTION dynamo.partiql_like(value dynamo.value, pattern dynamo.value, escape dynamo.value) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT dynamo.partiql_search_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_like';
COMMENT ON FUNCTION dynamo.partiql_like(dynamo.value, dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: LIKE with ESCAPE';

CREATE FUNCTION dynamo.partiql_size(value dynamo.value) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_size';
COMMENT ON FUNCTION dynamo.partiql_size(dynamo.value) IS
	'in queries of dynamo.partiql: size, or null where the value has none';

CREATE FUNCTION dynamo.partiql_sum(a dynamo.value, b dynamo.value, subtract pg_catalog.bool) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_sum';
COMMENT ON FUNCTION dynamo.partiql_sum(dynamo.value, dynamo.value, pg_catalog.bool) IS
	'in queries of dynamo.partiql: the sum or difference of two numbers, or null';

CREATE FUNCTION dynamo.partiql_rounded(number pg_catalog.numeric) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_rounded';
COMMENT ON FUNCTION dynamo.partiql_rounded(pg_catalog.numeric) IS
	'in queries of dynamo.partiql: a number, rounded to the 38 digits that one has';

CREATE FUNCTION dynamo.partiql_item(names pg_catalog.text[], "values" dynamo.value[]) RETURNS dynamo.item
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_item';
COMMENT ON FUNCTION dynamo.partiql_item(pg_catalog.text[], dynamo.value[]) IS
	'in queries of dynamo.partiql: an item of the values that are not null';

CREATE FUNCTION dynamo.partiql_list("values" dynamo.value[]) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_list';
COMMENT ON FUNCTION dynamo.partiql_list(dynamo.value[]) IS
	'in queries of dynamo.partiql: a list of the values that are not null';

CREATE FUNCTION dynamo.partiql_part(item dynamo.item, names pg_catalog.text[]) RETURNS dynamo.item
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_part';
COMMENT ON FUNCTION dynamo.partiql_part(dynamo.item, pg_catalog.text[]) IS
	'in queries of dynamo.partiql: the attributes that an index has of an item';

CREATE FUNCTION dynamo.partiql_lesser(a dynamo.value, b dynamo.value) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_lesser';
COMMENT ON FUNCTION dynamo.partiql_lesser(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: the one that is less';

CREATE FUNCTION dynamo.partiql_greater(a dynamo.value, b dynamo.value) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_greater';
COMMENT ON FUNCTION dynamo.partiql_greater(dynamo.value, dynamo.value) IS
	'in queries of dynamo.partiql: the one that is greater';

CREATE AGGREGATE dynamo.partiql_min(dynamo.value) (
	SFUNC = dynamo.partiql_lesser, STYPE = dynamo.value, COMBINEFUNC = dynamo.partiql_lesser,
	SORTOP = OPERATOR(pg_catalog.<), PARALLEL = SAFE
);
COMMENT ON AGGREGATE dynamo.partiql_min(dynamo.value) IS
	'in queries of dynamo.partiql: MIN';

CREATE AGGREGATE dynamo.partiql_max(dynamo.value) (
	SFUNC = dynamo.partiql_greater, STYPE = dynamo.value, COMBINEFUNC = dynamo.partiql_greater,
	SORTOP = OPERATOR(pg_catalog.>), PARALLEL = SAFE
);
COMMENT ON AGGREGATE dynamo.partiql_max(dynamo.value) IS
	'in queries of dynamo.partiql: MAX';

-- ---- dynamo.partiql ----

CREATE FUNCTION dynamo.partiql_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_support';
COMMENT ON FUNCTION dynamo.partiql_support(pg_catalog.internal) IS 'planner support for dynamo.partiql';

CREATE FUNCTION dynamo.partiql_items(statement pg_catalog.text, parameters dynamo.parameter[]) RETURNS SETOF dynamo.item
	LANGUAGE C STABLE PARALLEL SAFE ROWS 100
	AS 'MODULE_PATHNAME', 'dynamo_partiql_items';
COMMENT ON FUNCTION dynamo.partiql_items(pg_catalog.text, dynamo.parameter[]) IS
	'implementation of dynamo.partiql where its call cannot be planned';

CREATE FUNCTION dynamo.partiql(statement pg_catalog.text, VARIADIC parameters dynamo.parameter[] DEFAULT '{}')
		RETURNS TABLE (item dynamo.item)
	LANGUAGE sql STABLE PARALLEL SAFE ROWS 100 SUPPORT dynamo.partiql_support
	AS 'SELECT dynamo.partiql_items($1, $2)';
COMMENT ON FUNCTION dynamo.partiql(pg_catalog.text, dynamo.parameter[]) IS
	'the items of a PartiQL SELECT; in FROM it is planned as part of the statement';

-- ---- dynamo.partiql_rows ----

CREATE FUNCTION dynamo.partiql_rows_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_partiql_rows_support';
COMMENT ON FUNCTION dynamo.partiql_rows_support(pg_catalog.internal) IS 'planner support for dynamo.partiql_rows';

-- A function that returns records has to be called with a list of columns, and
-- one that returns items without, so these are two.  The body of what is inlined
-- would raise, as it has no columns.
CREATE FUNCTION dynamo.partiql_rows(statement pg_catalog.text, VARIADIC parameters dynamo.parameter[] DEFAULT '{}')
		RETURNS SETOF pg_catalog.record
	LANGUAGE C STABLE PARALLEL SAFE ROWS 100 SUPPORT dynamo.partiql_rows_support
	AS 'MODULE_PATHNAME', 'dynamo_partiql_rows';
COMMENT ON FUNCTION dynamo.partiql_rows(pg_catalog.text, dynamo.parameter[]) IS
	'the rows of a PartiQL SELECT as columns: AS t("Artist" text, "Price" numeric); in FROM it is planned as part of the statement';

CREATE FUNCTION dynamo.partiql_rows_inlined(statement pg_catalog.text, parameters dynamo.parameter[])
		RETURNS SETOF pg_catalog.record
	LANGUAGE sql STABLE PARALLEL SAFE ROWS 100
	AS 'SELECT ROW(i) FROM dynamo.partiql_items(NULL, NULL) AS i';
COMMENT ON FUNCTION dynamo.partiql_rows_inlined(pg_catalog.text, dynamo.parameter[]) IS
	'what the planner replaces calls of dynamo.partiql_rows by; not to be called';
