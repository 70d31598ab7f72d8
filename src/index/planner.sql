-- What the planner writes into plans: bounds of keys.  See key_bounds.c.

CREATE FUNCTION dynamo.key_exact(types pg_catalog.text, VARIADIC "values" pg_catalog."any") RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_exact';
COMMENT ON FUNCTION dynamo.key_exact(pg_catalog.text, "any") IS
	'the key of these values; null where no item can have them. types: S/N is HASH S and RANGE N';

CREATE FUNCTION dynamo.key_from(types pg_catalog.text, VARIADIC "values" pg_catalog."any") RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_from';
COMMENT ON FUNCTION dynamo.key_from(pg_catalog.text, "any") IS
	'what no key with these values, the last one or more, is less than';

CREATE FUNCTION dynamo.key_to(types pg_catalog.text, VARIADIC "values" pg_catalog."any") RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_to';
COMMENT ON FUNCTION dynamo.key_to(pg_catalog.text, "any") IS
	'what every key with these values, the last one or less, is less than';

CREATE FUNCTION dynamo.key_to_prefix(types pg_catalog.text, VARIADIC "values" pg_catalog."any") RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_to_prefix';
COMMENT ON FUNCTION dynamo.key_to_prefix(pg_catalog.text, "any") IS
	'what every key with these values, the last one a prefix of its own, is less than';

-- A function of the planner's: it makes the library be there before paths are
-- made, brings -> and ->> into the form of subscripts, and knows how many items
-- dynamo.matches is true of.
CREATE FUNCTION dynamo.planner_support(pg_catalog.internal) RETURNS pg_catalog.internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_planner_support';
COMMENT ON FUNCTION dynamo.planner_support(pg_catalog.internal) IS 'planner support of the functions of items and values';

ALTER FUNCTION dynamo.item_get(dynamo.item, pg_catalog.text) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.item_get_text(dynamo.item, pg_catalog.text) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.matches(dynamo.item, pg_catalog.text, dynamo.item, pg_catalog.jsonb) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_eq(dynamo.value, dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_lt(dynamo.value, dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_le(dynamo.value, dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_gt(dynamo.value, dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_ge(dynamo.value, dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_text(dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_numeric(dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_int2(dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_int4(dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_int8(dynamo.value) SUPPORT dynamo.planner_support;
ALTER FUNCTION dynamo.value_to_bytea(dynamo.value) SUPPORT dynamo.planner_support;
