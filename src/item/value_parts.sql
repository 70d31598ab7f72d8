-- Casts that give NULL where the cast itself would be an error: statistics are
-- computed of them, because ANALYZE must not fail on any item.

CREATE FUNCTION dynamo.text_or_null(dynamo.value) RETURNS pg_catalog.text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_text_or_null';
COMMENT ON FUNCTION dynamo.text_or_null(dynamo.value) IS 'text of an attribute value; null for strings with U+0000, which text cannot hold';

CREATE FUNCTION dynamo.number_or_null(dynamo.value) RETURNS pg_catalog.numeric
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_number_or_null';
COMMENT ON FUNCTION dynamo.number_or_null(dynamo.value) IS 'number of an attribute value; null where it is none';

CREATE FUNCTION dynamo.bytes_or_null(dynamo.value) RETURNS pg_catalog.bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_or_null';
COMMENT ON FUNCTION dynamo.bytes_or_null(dynamo.value) IS 'bytes of an attribute value; null where it is not binary';
