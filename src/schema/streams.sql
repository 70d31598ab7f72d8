/*
 * The streams of tables, one row each, those that have ended included until
 * their records are trimmed.  Decoding reads it to know which changes to
 * capture, so that a stream begins and ends at a commit.
 */
CREATE TABLE dynamo.streams (
	id pg_catalog.int8 NOT NULL,
	table_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	label pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	relation pg_catalog.regclass NOT NULL,
	owner pg_catalog.oid NOT NULL,
	key_schema pg_catalog.text[] COLLATE pg_catalog."C" NOT NULL,
	view_type pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	status pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	with_table pg_catalog.bool NOT NULL,
	created_at pg_catalog.timestamptz NOT NULL,
	ended_at pg_catalog.timestamptz,
	identity pg_catalog.text COLLATE pg_catalog."C",
	incarnation pg_catalog.uuid NOT NULL,
	attempts pg_catalog.int4 NOT NULL,
	last_error pg_catalog.text,
	CONSTRAINT streams_pkey PRIMARY KEY (id),
	CONSTRAINT streams_label_key UNIQUE (table_name, label)
) WITH (user_catalog_table = true);
CREATE INDEX streams_relation ON dynamo.streams (relation);

COMMENT ON TABLE dynamo.streams IS 'the streams of tables, those that have ended included as long as they can be read';
COMMENT ON COLUMN dynamo.streams.id IS 'what shards and records know the stream by; a random number';
COMMENT ON COLUMN dynamo.streams.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.streams.label IS 'StreamLabel, the last part of its ARN';
COMMENT ON COLUMN dynamo.streams.relation IS 'the relation that holds the items; it may be gone';
COMMENT ON COLUMN dynamo.streams.owner IS 'owner of the table, as last seen: who may read the stream once the table is gone';
COMMENT ON COLUMN dynamo.streams.key_schema IS 'key schema of the table, as key_of takes it';
COMMENT ON COLUMN dynamo.streams.view_type IS 'KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES';
COMMENT ON COLUMN dynamo.streams.status IS 'ENABLING, ENABLED, DISABLING or DISABLED';
COMMENT ON COLUMN dynamo.streams.with_table IS 'was it made together with its table, which is CREATING as long as the stream is ENABLING?';
COMMENT ON COLUMN dynamo.streams.created_at IS 'CreationRequestDateTime';
COMMENT ON COLUMN dynamo.streams.ended_at IS 'when it was disabled';
COMMENT ON COLUMN dynamo.streams.identity IS 'replica identity of the relation before it was ENABLED: d, n, f or i';
COMMENT ON COLUMN dynamo.streams.incarnation IS 'which installation of the extension captures it; a restored row has another one';
COMMENT ON COLUMN dynamo.streams.attempts IS 'how often enabling it has failed';
COMMENT ON COLUMN dynamo.streams.last_error IS 'why it failed last';

GRANT SELECT ON dynamo.streams TO PUBLIC;

CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.streams
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.catalog_changed();

/* What a restore needs to begin a new stream where there was one. */
SELECT pg_catalog.pg_extension_config_dump('dynamo.streams',
	'WHERE status IN (''ENABLING'', ''ENABLED'') AND dynamo.is_item_table(relation)');
