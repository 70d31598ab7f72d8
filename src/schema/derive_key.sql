CREATE FUNCTION dynamo.derive_key() RETURNS pg_catalog.trigger
	LANGUAGE c VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_derive_key';
COMMENT ON FUNCTION dynamo.derive_key() IS
	'trigger of item tables, BEFORE INSERT FOR EACH ROW: fills the key from the item and refuses what the service would';
