/*
 * The tokens of requests that are done, for ten minutes: a request that comes
 * again with its token is not done again.  Written only by C code, and not
 * unique: one that has expired may still be there beside the next one.
 */
CREATE TABLE dynamo.request_tokens (
	operation pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	role pg_catalog.oid NOT NULL,
	token pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	digest pg_catalog.bytea NOT NULL,
	expires_at pg_catalog.timestamptz NOT NULL,
	table_names pg_catalog.text[] COLLATE pg_catalog."C" NOT NULL,
	read_units pg_catalog.float8[] NOT NULL
);
CREATE INDEX request_tokens_token ON dynamo.request_tokens (token, role, operation);
CREATE INDEX request_tokens_expires_at ON dynamo.request_tokens (expires_at);

COMMENT ON TABLE dynamo.request_tokens IS 'ClientRequestTokens of the last ten minutes';
COMMENT ON COLUMN dynamo.request_tokens.operation IS 'the operation of the API; each has tokens of its own';
COMMENT ON COLUMN dynamo.request_tokens.role IS 'the role that sent the request';
COMMENT ON COLUMN dynamo.request_tokens.token IS 'ClientRequestToken';
COMMENT ON COLUMN dynamo.request_tokens.digest IS 'SHA-256 of what was requested';
COMMENT ON COLUMN dynamo.request_tokens.expires_at IS 'when it is forgotten';
COMMENT ON COLUMN dynamo.request_tokens.table_names IS 'tables that the request named';
COMMENT ON COLUMN dynamo.request_tokens.read_units IS 'what it costs of each table to answer the request again';
