CREATE FUNCTION dynamo.expires_at(item dynamo.item, attribute pg_catalog.text) RETURNS pg_catalog.timestamptz
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_expires_at';
COMMENT ON FUNCTION dynamo.expires_at(dynamo.item, pg_catalog.text) IS
	'when an item expires whose attribute says so as a Number of seconds since 1970; null where it never does';
