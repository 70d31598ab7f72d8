-- Casts between attribute values (and items) and the types of Postgres.  The
-- casts to a value are implicit only from exact numbers, so that item['Price'] > 5
-- works; the others wait for an assignment.

CREATE FUNCTION dynamo.value_to_text(dynamo.value) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_value_to_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_text(dynamo.value) IS 'text of an attribute value';

CREATE CAST (dynamo.value AS text) WITH FUNCTION dynamo.value_to_text(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS text) IS 'text of an attribute value';

CREATE CAST (dynamo.value AS character varying) WITH FUNCTION dynamo.value_to_text(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS character varying) IS 'text of an attribute value';

CREATE CAST (dynamo.value AS character) WITH FUNCTION dynamo.value_to_text(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS character) IS 'text of an attribute value';

CREATE FUNCTION dynamo.value_to_numeric(dynamo.value) RETURNS numeric
	AS 'MODULE_PATHNAME', 'dynamo_value_to_numeric'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_numeric(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS numeric) WITH FUNCTION dynamo.value_to_numeric(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS numeric) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_int2(dynamo.value) RETURNS smallint
	AS 'MODULE_PATHNAME', 'dynamo_value_to_int2'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_int2(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS smallint) WITH FUNCTION dynamo.value_to_int2(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS smallint) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_int4(dynamo.value) RETURNS integer
	AS 'MODULE_PATHNAME', 'dynamo_value_to_int4'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_int4(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS integer) WITH FUNCTION dynamo.value_to_int4(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS integer) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_int8(dynamo.value) RETURNS bigint
	AS 'MODULE_PATHNAME', 'dynamo_value_to_int8'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_int8(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS bigint) WITH FUNCTION dynamo.value_to_int8(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS bigint) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_float4(dynamo.value) RETURNS real
	AS 'MODULE_PATHNAME', 'dynamo_value_to_float4'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_float4(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS real) WITH FUNCTION dynamo.value_to_float4(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS real) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_float8(dynamo.value) RETURNS double precision
	AS 'MODULE_PATHNAME', 'dynamo_value_to_float8'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_float8(dynamo.value) IS 'number of an attribute value';

CREATE CAST (dynamo.value AS double precision) WITH FUNCTION dynamo.value_to_float8(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS double precision) IS 'number of an attribute value';

CREATE FUNCTION dynamo.value_to_boolean(dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_value_to_boolean'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_boolean(dynamo.value) IS 'boolean of an attribute value';

CREATE CAST (dynamo.value AS boolean) WITH FUNCTION dynamo.value_to_boolean(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS boolean) IS 'boolean of an attribute value';

CREATE FUNCTION dynamo.value_to_bytea(dynamo.value) RETURNS bytea
	AS 'MODULE_PATHNAME', 'dynamo_value_to_bytea'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_bytea(dynamo.value) IS 'bytes of an attribute value';

CREATE CAST (dynamo.value AS bytea) WITH FUNCTION dynamo.value_to_bytea(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS bytea) IS 'bytes of an attribute value';

CREATE FUNCTION dynamo.value_to_item(dynamo.value) RETURNS dynamo.item
	AS 'MODULE_PATHNAME', 'dynamo_value_to_item'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_item(dynamo.value) IS 'map of an attribute value as an item';

CREATE CAST (dynamo.value AS dynamo.item) WITH FUNCTION dynamo.value_to_item(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS dynamo.item) IS 'map of an attribute value as an item';

CREATE FUNCTION dynamo.text_to_value(text) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_text_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.text_to_value(text) IS 'attribute value of type S';

CREATE CAST (text AS dynamo.value) WITH FUNCTION dynamo.text_to_value(text) AS ASSIGNMENT;
COMMENT ON CAST (text AS dynamo.value) IS 'attribute value of type S';

CREATE CAST (character varying AS dynamo.value) WITH FUNCTION dynamo.text_to_value(text) AS ASSIGNMENT;
COMMENT ON CAST (character varying AS dynamo.value) IS 'attribute value of type S';

CREATE FUNCTION dynamo.bpchar_to_value(character) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_bpchar_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.bpchar_to_value(character) IS 'attribute value of type S';

CREATE CAST (character AS dynamo.value) WITH FUNCTION dynamo.bpchar_to_value(character) AS ASSIGNMENT;
COMMENT ON CAST (character AS dynamo.value) IS 'attribute value of type S';

CREATE FUNCTION dynamo.numeric_to_value(numeric) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_numeric_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.numeric_to_value(numeric) IS 'attribute value of type N';

CREATE CAST (numeric AS dynamo.value) WITH FUNCTION dynamo.numeric_to_value(numeric) AS IMPLICIT;
COMMENT ON CAST (numeric AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.int2_to_value(smallint) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_int2_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.int2_to_value(smallint) IS 'attribute value of type N';

CREATE CAST (smallint AS dynamo.value) WITH FUNCTION dynamo.int2_to_value(smallint) AS IMPLICIT;
COMMENT ON CAST (smallint AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.int4_to_value(integer) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_int4_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.int4_to_value(integer) IS 'attribute value of type N';

CREATE CAST (integer AS dynamo.value) WITH FUNCTION dynamo.int4_to_value(integer) AS IMPLICIT;
COMMENT ON CAST (integer AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.int8_to_value(bigint) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_int8_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.int8_to_value(bigint) IS 'attribute value of type N';

CREATE CAST (bigint AS dynamo.value) WITH FUNCTION dynamo.int8_to_value(bigint) AS IMPLICIT;
COMMENT ON CAST (bigint AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.float4_to_value(real) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_float4_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.float4_to_value(real) IS 'attribute value of type N';

CREATE CAST (real AS dynamo.value) WITH FUNCTION dynamo.float4_to_value(real) AS ASSIGNMENT;
COMMENT ON CAST (real AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.float8_to_value(double precision) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_float8_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.float8_to_value(double precision) IS 'attribute value of type N';

CREATE CAST (double precision AS dynamo.value) WITH FUNCTION dynamo.float8_to_value(double precision) AS ASSIGNMENT;
COMMENT ON CAST (double precision AS dynamo.value) IS 'attribute value of type N';

CREATE FUNCTION dynamo.boolean_to_value(boolean) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_boolean_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.boolean_to_value(boolean) IS 'attribute value of type BOOL';

CREATE CAST (boolean AS dynamo.value) WITH FUNCTION dynamo.boolean_to_value(boolean) AS ASSIGNMENT;
COMMENT ON CAST (boolean AS dynamo.value) IS 'attribute value of type BOOL';

CREATE FUNCTION dynamo.bytea_to_value(bytea) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_bytea_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.bytea_to_value(bytea) IS 'attribute value of type B';

CREATE CAST (bytea AS dynamo.value) WITH FUNCTION dynamo.bytea_to_value(bytea) AS ASSIGNMENT;
COMMENT ON CAST (bytea AS dynamo.value) IS 'attribute value of type B';

CREATE FUNCTION dynamo.item_to_value(dynamo.item) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_item_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_to_value(dynamo.item) IS 'attribute value of type M';

CREATE CAST (dynamo.item AS dynamo.value) WITH FUNCTION dynamo.item_to_value(dynamo.item) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.item AS dynamo.value) IS 'attribute value of type M';

CREATE FUNCTION dynamo.parse_value(text) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_parse_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.parse_value(text) IS 'attribute value of its DynamoDB JSON, as in {"N": "5"}';
