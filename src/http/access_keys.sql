/*
 * The role that the endpoint's workers connect as.  Nobody logs in as it: it
 * has no password, and no connections but background workers.
 */
DO $$
BEGIN
	CREATE ROLE dynamo_endpoint LOGIN NOINHERIT CONNECTION LIMIT 0;
EXCEPTION
	WHEN duplicate_object OR unique_violation THEN
		IF EXISTS (SELECT FROM pg_catalog.pg_roles
					WHERE rolname = 'dynamo_endpoint' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
			RAISE EXCEPTION 'role "dynamo_endpoint" may do more than the endpoint needs'
				USING ERRCODE = 'object_not_in_prerequisite_state',
					  HINT = 'ALTER ROLE dynamo_endpoint NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS;';
		END IF;
END
$$;

/*
 * Who signs requests to the endpoint, and as which role they run.  Readable
 * and writable by superusers only, and not dumped.  Row-level security keeps
 * out those who may read all tables.
 */
CREATE TABLE dynamo.access_keys (
	access_key_id pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	role pg_catalog.oid NOT NULL,
	secret_access_key pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	session_token pg_catalog.text COLLATE pg_catalog."C",
	active pg_catalog.bool NOT NULL,
	created_at pg_catalog.timestamptz NOT NULL,
	CONSTRAINT access_keys_pkey PRIMARY KEY (access_key_id)
);
ALTER TABLE dynamo.access_keys ENABLE ROW LEVEL SECURITY;

COMMENT ON TABLE dynamo.access_keys IS 'access keys of the endpoint and their secrets';
COMMENT ON COLUMN dynamo.access_keys.access_key_id IS 'AccessKeyId, 20 characters';
COMMENT ON COLUMN dynamo.access_keys.role IS 'the role that its requests run as; where it is gone, the row is dead';
COMMENT ON COLUMN dynamo.access_keys.secret_access_key IS 'SecretAccessKey';
COMMENT ON COLUMN dynamo.access_keys.session_token IS 'SessionToken that requests must carry; NULL is none';
COMMENT ON COLUMN dynamo.access_keys.active IS 'is the key good?';
COMMENT ON COLUMN dynamo.access_keys.created_at IS 'when it was made';

CREATE FUNCTION dynamo.access_keys_changed() RETURNS pg_catalog.trigger
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_access_keys_changed';
COMMENT ON FUNCTION dynamo.access_keys_changed() IS
	'trigger of dynamo.access_keys: lets nobody but superusers write it, and makes workers look again';
CREATE TRIGGER access_keys_changed BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.access_keys
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.access_keys_changed();

CREATE FUNCTION dynamo.create_access_key(role pg_catalog.regrole, with_session_token pg_catalog.bool DEFAULT false,
	OUT access_key_id pg_catalog.text, OUT secret_access_key pg_catalog.text, OUT session_token pg_catalog.text)
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_create_access_key';
COMMENT ON FUNCTION dynamo.create_access_key(pg_catalog.regrole, pg_catalog.bool) IS
	'makes an access key whose requests run as a role; the secret is shown this once';

CREATE FUNCTION dynamo.list_access_keys(OUT access_key_id pg_catalog.text, OUT role pg_catalog.regrole,
	OUT active pg_catalog.bool, OUT has_session_token pg_catalog.bool, OUT created_at pg_catalog.timestamptz)
	RETURNS SETOF pg_catalog.record
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_list_access_keys';
COMMENT ON FUNCTION dynamo.list_access_keys() IS
	'the access keys of roles that the caller has or administers, without their secrets';

CREATE FUNCTION dynamo.activate_access_key(access_key_id pg_catalog.text) RETURNS pg_catalog.void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_activate_access_key';
COMMENT ON FUNCTION dynamo.activate_access_key(pg_catalog.text) IS 'makes an access key good again';

CREATE FUNCTION dynamo.deactivate_access_key(access_key_id pg_catalog.text) RETURNS pg_catalog.void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_deactivate_access_key';
COMMENT ON FUNCTION dynamo.deactivate_access_key(pg_catalog.text) IS 'makes an access key good for nothing until it is activated again';

CREATE FUNCTION dynamo.drop_access_key(access_key_id pg_catalog.text) RETURNS pg_catalog.void
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_drop_access_key';
COMMENT ON FUNCTION dynamo.drop_access_key(pg_catalog.text) IS 'drops an access key for good';
