CREATE FUNCTION dynamo.start_workers() RETURNS pg_catalog.void
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_start_workers';
COMMENT ON FUNCTION dynamo.start_workers() IS
	'lets background workers run in this database: ALTER DATABASE ... SET dynamo.workers = on';

CREATE FUNCTION dynamo.stop_workers() RETURNS pg_catalog.void
	LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_stop_workers';
COMMENT ON FUNCTION dynamo.stop_workers() IS
	'ends the background workers of this database: ALTER DATABASE ... RESET dynamo.workers';

CREATE FUNCTION dynamo.list_workers(OUT kind pg_catalog.text, OUT number pg_catalog.int4, OUT argument pg_catalog.oid,
	OUT state pg_catalog.text, OUT pid pg_catalog.int4, OUT since pg_catalog.timestamptz, OUT failures pg_catalog.int4)
	RETURNS SETOF pg_catalog.record
	LANGUAGE C VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_list_workers';
COMMENT ON FUNCTION dynamo.list_workers() IS 'the background workers of this database';
