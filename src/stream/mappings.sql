/*
 * Event source mappings: functions that are called with the records of
 * streams.  Written by the functions below and by their workers only; the
 * positions of lanes are not dumped, because a restored database has new streams.
 */
CREATE TABLE dynamo.event_source_mappings (
	id pg_catalog.uuid NOT NULL,
	number pg_catalog.int4 NOT NULL,
	role pg_catalog.regrole NOT NULL,
	table_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	label pg_catalog.text COLLATE pg_catalog."C",
	function pg_catalog.text NOT NULL,
	batch_size pg_catalog.int4 NOT NULL,
	batching_window pg_catalog.interval NOT NULL,
	starting_position pg_catalog.text NOT NULL,
	filter pg_catalog.jsonb,
	max_retries pg_catalog.int4 NOT NULL,
	bisect_on_error pg_catalog.bool NOT NULL,
	parallelization pg_catalog.int4 NOT NULL,
	on_failure pg_catalog.regclass,
	enabled pg_catalog.bool NOT NULL,
	created_at pg_catalog.timestamptz NOT NULL,
	CONSTRAINT event_source_mappings_pkey PRIMARY KEY (id),
	CONSTRAINT event_source_mappings_number_key UNIQUE (number)
);
COMMENT ON TABLE dynamo.event_source_mappings IS 'functions that are called with the records of streams';
COMMENT ON COLUMN dynamo.event_source_mappings.id IS 'what functions know the mapping by';
COMMENT ON COLUMN dynamo.event_source_mappings.number IS 'what its workers know it by';
COMMENT ON COLUMN dynamo.event_source_mappings.role IS 'who made it: its function runs as this role';
COMMENT ON COLUMN dynamo.event_source_mappings.table_name IS 'DynamoDB''s name of the table whose stream is read';
COMMENT ON COLUMN dynamo.event_source_mappings.label IS 'label of the stream that is read; NULL: all streams that the table has, one after the other';
COMMENT ON COLUMN dynamo.event_source_mappings.function IS 'the function with its schema and the types of its arguments';
COMMENT ON COLUMN dynamo.event_source_mappings.batch_size IS 'most records of one call';
COMMENT ON COLUMN dynamo.event_source_mappings.batching_window IS 'how long a batch that is not full waits for more records';
COMMENT ON COLUMN dynamo.event_source_mappings.starting_position IS 'TRIM_HORIZON or LATEST';
COMMENT ON COLUMN dynamo.event_source_mappings.filter IS 'patterns of which records must match one; NULL: all records';
COMMENT ON COLUMN dynamo.event_source_mappings.max_retries IS 'how often a batch that failed is tried again; -1: until it succeeds';
COMMENT ON COLUMN dynamo.event_source_mappings.bisect_on_error IS 'is a batch that failed split in two?';
COMMENT ON COLUMN dynamo.event_source_mappings.parallelization IS 'number of lanes: of workers, each with the records of its share of partition keys';
COMMENT ON COLUMN dynamo.event_source_mappings.on_failure IS 'the table for batches that were given up; NULL is dynamo.dead_letters';
COMMENT ON COLUMN dynamo.event_source_mappings.enabled IS 'false while it is paused';
COMMENT ON COLUMN dynamo.event_source_mappings.created_at IS 'when it was made';

CREATE TABLE dynamo.event_source_lanes (
	mapping pg_catalog.uuid NOT NULL,
	lane pg_catalog.int4 NOT NULL,
	label pg_catalog.text COLLATE pg_catalog."C",
	position pg_catalog.text COLLATE pg_catalog."C",
	records pg_catalog.int8 NOT NULL DEFAULT 0,
	batches pg_catalog.int8 NOT NULL DEFAULT 0,
	dead_records pg_catalog.int8 NOT NULL DEFAULT 0,
	failures pg_catalog.int4 NOT NULL DEFAULT 0,
	last_error pg_catalog.text,
	last_error_at pg_catalog.timestamptz,
	last_batch_at pg_catalog.timestamptz,
	CONSTRAINT event_source_lanes_pkey PRIMARY KEY (mapping, lane)
) WITH (fillfactor = 50);
COMMENT ON TABLE dynamo.event_source_lanes IS 'how far each worker of an event source mapping has got';
COMMENT ON COLUMN dynamo.event_source_lanes.mapping IS 'id of the mapping';
COMMENT ON COLUMN dynamo.event_source_lanes.lane IS 'the lane, from 0';
COMMENT ON COLUMN dynamo.event_source_lanes.label IS 'label of the stream that it reads; NULL: of the first that there is';
COMMENT ON COLUMN dynamo.event_source_lanes.position IS 'sequence number of the last record that is done with; NULL: none yet';
COMMENT ON COLUMN dynamo.event_source_lanes.records IS 'records that the function has got';
COMMENT ON COLUMN dynamo.event_source_lanes.batches IS 'calls of the function that succeeded';
COMMENT ON COLUMN dynamo.event_source_lanes.dead_records IS 'records that were given up';
COMMENT ON COLUMN dynamo.event_source_lanes.failures IS 'calls of the function that failed since the last that succeeded';
COMMENT ON COLUMN dynamo.event_source_lanes.last_error IS 'why the last one that failed did';
COMMENT ON COLUMN dynamo.event_source_lanes.last_error_at IS 'and when';
COMMENT ON COLUMN dynamo.event_source_lanes.last_batch_at IS 'when the function was last called and succeeded';

CREATE TABLE dynamo.dead_letters (
	mapping pg_catalog.uuid NOT NULL,
	role pg_catalog.regrole NOT NULL,
	failed_at pg_catalog.timestamptz NOT NULL,
	attempts pg_catalog.int4 NOT NULL,
	message pg_catalog.text,
	first_sequence_number pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	last_sequence_number pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	event pg_catalog.json NOT NULL
);
ALTER TABLE dynamo.dead_letters ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_mappings ON dynamo.dead_letters USING (pg_catalog.pg_has_role(role, 'USAGE'));
GRANT SELECT, DELETE ON dynamo.dead_letters TO PUBLIC;
COMMENT ON TABLE dynamo.dead_letters IS 'batches of records that event source mappings have given up; each role sees its own';
COMMENT ON POLICY own_mappings ON dynamo.dead_letters IS 'records are seen by those who have the role that made the mapping';
COMMENT ON COLUMN dynamo.dead_letters.mapping IS 'id of the mapping';
COMMENT ON COLUMN dynamo.dead_letters.role IS 'who made the mapping';
COMMENT ON COLUMN dynamo.dead_letters.failed_at IS 'when the batch was given up';
COMMENT ON COLUMN dynamo.dead_letters.attempts IS 'how often the function was called with it';
COMMENT ON COLUMN dynamo.dead_letters.message IS 'the last error';
COMMENT ON COLUMN dynamo.dead_letters.first_sequence_number IS 'sequence number of the batch''s first record';
COMMENT ON COLUMN dynamo.dead_letters.last_sequence_number IS 'and of its last one';
COMMENT ON COLUMN dynamo.dead_letters.event IS 'what the function was called with';

SELECT pg_catalog.pg_extension_config_dump('dynamo.event_source_mappings', '');
SELECT pg_catalog.pg_extension_config_dump('dynamo.dead_letters', '');

CREATE FUNCTION dynamo.create_event_source_mapping(stream pg_catalog.text, function pg_catalog.regprocedure,
	batch_size pg_catalog.int4 DEFAULT 100, batching_window pg_catalog.interval DEFAULT '0',
	starting_position pg_catalog.text DEFAULT 'TRIM_HORIZON', filter pg_catalog.jsonb DEFAULT NULL,
	max_retries pg_catalog.int4 DEFAULT -1, bisect_on_error pg_catalog.bool DEFAULT false,
	parallelization pg_catalog.int4 DEFAULT 1, on_failure pg_catalog.regclass DEFAULT NULL) RETURNS pg_catalog.uuid
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_create_event_source_mapping';
COMMENT ON FUNCTION dynamo.create_event_source_mapping(pg_catalog.text, pg_catalog.regprocedure, pg_catalog.int4, pg_catalog.interval,
	pg_catalog.text, pg_catalog.jsonb, pg_catalog.int4, pg_catalog.bool, pg_catalog.int4, pg_catalog.regclass) IS
	'has a function called with the records of a stream, in batches, as the current role';

CREATE FUNCTION dynamo.event_matches(record pg_catalog.jsonb, filter pg_catalog.jsonb) RETURNS pg_catalog.bool
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_event_matches';
COMMENT ON FUNCTION dynamo.event_matches(pg_catalog.jsonb, pg_catalog.jsonb) IS
	'does a record match a filter, as create_event_source_mapping takes it?';

CREATE FUNCTION dynamo.pause_event_source_mapping(id pg_catalog.uuid) RETURNS pg_catalog.void
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_pause_event_source_mapping';
COMMENT ON FUNCTION dynamo.pause_event_source_mapping(pg_catalog.uuid) IS 'stops an event source mapping; a call that is running is rolled back';

CREATE FUNCTION dynamo.resume_event_source_mapping(id pg_catalog.uuid) RETURNS pg_catalog.void
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_resume_event_source_mapping';
COMMENT ON FUNCTION dynamo.resume_event_source_mapping(pg_catalog.uuid) IS 'lets an event source mapping go on where it was paused';

CREATE FUNCTION dynamo.delete_event_source_mapping(id pg_catalog.uuid) RETURNS pg_catalog.void
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_event_source_mapping';
COMMENT ON FUNCTION dynamo.delete_event_source_mapping(pg_catalog.uuid) IS 'deletes an event source mapping; what it gave up stays in its dead-letter table';

CREATE FUNCTION dynamo.event_source_lag(table_name pg_catalog.text, label pg_catalog.text, "position" pg_catalog.text)
	RETURNS pg_catalog.interval
	LANGUAGE C VOLATILE PARALLEL RESTRICTED
	AS 'MODULE_PATHNAME', 'dynamo_event_source_lag';
COMMENT ON FUNCTION dynamo.event_source_lag(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'the age of the first record of a stream after a position; zero where there is none';

CREATE FUNCTION dynamo.list_event_source_mappings(OUT id pg_catalog.uuid, OUT stream pg_catalog.text, OUT function pg_catalog.text,
	OUT role pg_catalog.regrole, OUT state pg_catalog.text, OUT batch_size pg_catalog.int4, OUT batching_window pg_catalog.interval,
	OUT starting_position pg_catalog.text, OUT filter pg_catalog.jsonb, OUT max_retries pg_catalog.int4,
	OUT bisect_on_error pg_catalog.bool, OUT parallelization pg_catalog.int4, OUT on_failure pg_catalog.regclass,
	OUT created_at pg_catalog.timestamptz)
	RETURNS SETOF pg_catalog.record
	LANGUAGE sql STABLE PARALLEL SAFE
	AS $$SELECT m.id, m.table_name OPERATOR(pg_catalog.||) COALESCE('/stream/' OPERATOR(pg_catalog.||) m.label, ''), m.function, m.role,
		CASE WHEN m.enabled THEN 'ENABLED' ELSE 'PAUSED' END, m.batch_size, m.batching_window, m.starting_position, m.filter, m.max_retries,
		m.bisect_on_error, m.parallelization, m.on_failure, m.created_at
		FROM dynamo.event_source_mappings AS m ORDER BY m.number$$;
COMMENT ON FUNCTION dynamo.list_event_source_mappings() IS 'the event source mappings of this database';

CREATE VIEW dynamo.event_source_mapping_state AS
	SELECT m.id, m.table_name, m.function, m.role, CASE WHEN m.enabled THEN 'ENABLED' ELSE 'PAUSED' END AS state, l.lane,
		   l.label, l.position, l.records, l.batches, l.dead_records, l.failures,
		   CASE WHEN pg_catalog.pg_has_role(m.role, 'USAGE') THEN l.last_error END AS last_error, l.last_error_at, l.last_batch_at,
		   dynamo.event_source_lag(m.table_name, l.label, l.position) AS lag
	  FROM dynamo.event_source_mappings AS m JOIN dynamo.event_source_lanes AS l ON l.mapping OPERATOR(pg_catalog.=) m.id;
COMMENT ON VIEW dynamo.event_source_mapping_state IS 'how far event source mappings have got, and what went wrong';
COMMENT ON COLUMN dynamo.event_source_mapping_state.id IS 'id of the mapping';
COMMENT ON COLUMN dynamo.event_source_mapping_state.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.event_source_mapping_state.function IS 'the function that is called';
COMMENT ON COLUMN dynamo.event_source_mapping_state.role IS 'as which role';
COMMENT ON COLUMN dynamo.event_source_mapping_state.state IS 'ENABLED or PAUSED';
COMMENT ON COLUMN dynamo.event_source_mapping_state.lane IS 'the lane, from 0';
COMMENT ON COLUMN dynamo.event_source_mapping_state.label IS 'label of the stream that it reads';
COMMENT ON COLUMN dynamo.event_source_mapping_state.position IS 'sequence number of the last record that is done with';
COMMENT ON COLUMN dynamo.event_source_mapping_state.records IS 'records that the function has got';
COMMENT ON COLUMN dynamo.event_source_mapping_state.batches IS 'calls that succeeded';
COMMENT ON COLUMN dynamo.event_source_mapping_state.dead_records IS 'records that were given up';
COMMENT ON COLUMN dynamo.event_source_mapping_state.failures IS 'calls that failed since the last that succeeded';
COMMENT ON COLUMN dynamo.event_source_mapping_state.last_error IS 'why the last one that failed did; shown to those who have the role';
COMMENT ON COLUMN dynamo.event_source_mapping_state.last_error_at IS 'and when';
COMMENT ON COLUMN dynamo.event_source_mapping_state.last_batch_at IS 'when the function was last called and succeeded';
COMMENT ON COLUMN dynamo.event_source_mapping_state.lag IS 'age of the first record that is not done with; zero where there is none';

/* Errors may tell what is in items, so only the view shows them. */
GRANT SELECT ON dynamo.event_source_mappings, dynamo.event_source_mapping_state TO PUBLIC;
