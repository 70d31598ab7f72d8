/*
 * What the stream worker knows and keeps: how far it got, the shards, the
 * records.  None of it is dumped: a restored database begins new streams.
 */
CREATE TABLE dynamo.stream_capture (
	incarnation pg_catalog.uuid NOT NULL,
	generation pg_catalog.int4 NOT NULL,
	node pg_catalog.int4 NOT NULL,
	slot pg_catalog.name COLLATE pg_catalog."C",
	system_id pg_catalog.text COLLATE pg_catalog."C",
	timeline pg_catalog.int4,
	position pg_catalog.pg_lsn,
	CONSTRAINT stream_capture_pkey PRIMARY KEY (incarnation),
	CONSTRAINT stream_capture_node CHECK (node BETWEEN 0 AND 999)
);

COMMENT ON TABLE dynamo.stream_capture IS 'how far the stream worker of this database has got; one row';
COMMENT ON COLUMN dynamo.stream_capture.incarnation IS 'this installation of the extension';
COMMENT ON COLUMN dynamo.stream_capture.generation IS 'rises whenever changes may have been missed; the first part of every sequence number';
COMMENT ON COLUMN dynamo.stream_capture.node IS 'the last part of every sequence number';
COMMENT ON COLUMN dynamo.stream_capture.slot IS 'the replication slot; NULL while there is none';
COMMENT ON COLUMN dynamo.stream_capture.system_id IS 'the server that the slot was made on';
COMMENT ON COLUMN dynamo.stream_capture.timeline IS 'its timeline then';
COMMENT ON COLUMN dynamo.stream_capture.position IS 'records of all commits before this one are stored';

INSERT INTO dynamo.stream_capture (incarnation, generation, node) VALUES (pg_catalog.gen_random_uuid(), 0, 0);

CREATE TABLE dynamo.stream_gaps (
	generation pg_catalog.int4 NOT NULL,
	noticed_at pg_catalog.timestamptz NOT NULL,
	reason pg_catalog.text NOT NULL,
	from_position pg_catalog.pg_lsn,
	to_position pg_catalog.pg_lsn NOT NULL,
	CONSTRAINT stream_gaps_pkey PRIMARY KEY (generation)
);
COMMENT ON TABLE dynamo.stream_gaps IS 'when changes may have been missed, and why';
COMMENT ON COLUMN dynamo.stream_gaps.generation IS 'the generation of sequence numbers that begins after the gap';
COMMENT ON COLUMN dynamo.stream_gaps.noticed_at IS 'when the worker noticed';
COMMENT ON COLUMN dynamo.stream_gaps.reason IS 'what happened';
COMMENT ON COLUMN dynamo.stream_gaps.from_position IS 'the last commit of which records were stored came before this position';
COMMENT ON COLUMN dynamo.stream_gaps.to_position IS 'commits from this position on are captured again';

CREATE SEQUENCE dynamo.stream_shard_number;
COMMENT ON SEQUENCE dynamo.stream_shard_number IS 'numbers of shards';

CREATE TABLE dynamo.stream_shards (
	stream pg_catalog.int8 NOT NULL,
	number pg_catalog.int8 NOT NULL,
	id pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	parent pg_catalog.int8,
	generation pg_catalog.int4 NOT NULL,
	node pg_catalog.int4 NOT NULL,
	hash_from pg_catalog.int8 NOT NULL,
	hash_to pg_catalog.int8 NOT NULL,
	begins pg_catalog.pg_lsn NOT NULL,
	ends pg_catalog.pg_lsn,
	opened_at pg_catalog.timestamptz NOT NULL,
	closed_at pg_catalog.timestamptz,
	CONSTRAINT stream_shards_pkey PRIMARY KEY (stream, number)
);
COMMENT ON TABLE dynamo.stream_shards IS 'shards of streams: ranges of the hash of keys, from one position to another';
COMMENT ON COLUMN dynamo.stream_shards.stream IS 'the stream''s id in dynamo.streams';
COMMENT ON COLUMN dynamo.stream_shards.number IS 'what records know the shard by; a child''s is greater than its parent''s';
COMMENT ON COLUMN dynamo.stream_shards.id IS 'ShardId';
COMMENT ON COLUMN dynamo.stream_shards.parent IS 'number of the shard that had this range before; it may have been trimmed';
COMMENT ON COLUMN dynamo.stream_shards.generation IS 'generation of its sequence numbers';
COMMENT ON COLUMN dynamo.stream_shards.node IS 'node of its sequence numbers';
COMMENT ON COLUMN dynamo.stream_shards.hash_from IS 'least hash (the first four bytes of a key) of the range';
COMMENT ON COLUMN dynamo.stream_shards.hash_to IS 'greatest hash of the range';
COMMENT ON COLUMN dynamo.stream_shards.begins IS 'its records are of commits at or after this position';
COMMENT ON COLUMN dynamo.stream_shards.ends IS 'and before this one; NULL while the shard is open';
COMMENT ON COLUMN dynamo.stream_shards.opened_at IS 'when it was opened';
COMMENT ON COLUMN dynamo.stream_shards.closed_at IS 'when it was closed';

/*
 * The ring: records are written to one slice, the current one, for a period
 * of time, then to the next, which has been emptied by TRUNCATE before.
 */
CREATE TABLE dynamo.stream_slices (
	slice pg_catalog.int2 NOT NULL,
	period pg_catalog.int8 NOT NULL,
	began_at pg_catalog.timestamptz NOT NULL,
	ended_at pg_catalog.timestamptz,
	generation pg_catalog.int4 NOT NULL,
	begins pg_catalog.pg_lsn,
	CONSTRAINT stream_slices_pkey PRIMARY KEY (slice)
);
COMMENT ON TABLE dynamo.stream_slices IS 'which slices of dynamo.stream_records hold records, and since when';
COMMENT ON COLUMN dynamo.stream_slices.slice IS 'the slice: the partition dynamo.stream_records_NN';
COMMENT ON COLUMN dynamo.stream_slices.period IS 'counts the periods: slices in order of their records';
COMMENT ON COLUMN dynamo.stream_slices.began_at IS 'when records began to be written to it';
COMMENT ON COLUMN dynamo.stream_slices.ended_at IS 'when the last one was written; NULL for the current slice';
COMMENT ON COLUMN dynamo.stream_slices.generation IS 'generation of its first record';
COMMENT ON COLUMN dynamo.stream_slices.begins IS
	'how far capture had got (stream_capture.position) before its first record; NULL where no record was ever before it';

CREATE TABLE dynamo.stream_records (
	shard pg_catalog.int8 NOT NULL,
	commit_lsn pg_catalog.pg_lsn NOT NULL,
	ordinal pg_catalog.int8 NOT NULL,
	slice pg_catalog.int2 NOT NULL,
	event pg_catalog."char" NOT NULL,
	service pg_catalog.bool NOT NULL,
	size pg_catalog.int4 NOT NULL,
	committed_at pg_catalog.timestamptz NOT NULL,
	stream pg_catalog.int8 NOT NULL,
	keys dynamo.item NOT NULL,
	new_image dynamo.item,
	old_image dynamo.item,
	CONSTRAINT stream_records_pkey PRIMARY KEY (shard, commit_lsn, ordinal, slice)
) PARTITION BY LIST (slice);
COMMENT ON TABLE dynamo.stream_records IS 'the records of all streams; read them with dynamo.stream or GetRecords';
COMMENT ON COLUMN dynamo.stream_records.shard IS 'number of the shard in dynamo.stream_shards';
COMMENT ON COLUMN dynamo.stream_records.commit_lsn IS 'position of the commit that made the change';
COMMENT ON COLUMN dynamo.stream_records.ordinal IS 'counts the captured changes of the transaction, from 1';
COMMENT ON COLUMN dynamo.stream_records.slice IS 'the slice of the ring';
COMMENT ON COLUMN dynamo.stream_records.event IS 'I: INSERT, M: MODIFY, R: REMOVE';
COMMENT ON COLUMN dynamo.stream_records.service IS 'was it time to live that deleted the item?';
COMMENT ON COLUMN dynamo.stream_records.size IS 'SizeBytes';
COMMENT ON COLUMN dynamo.stream_records.committed_at IS 'ApproximateCreationDateTime';
COMMENT ON COLUMN dynamo.stream_records.stream IS 'the stream''s id in dynamo.streams';
COMMENT ON COLUMN dynamo.stream_records.keys IS 'Keys';
COMMENT ON COLUMN dynamo.stream_records.new_image IS 'NewImage, where the view type has it';
COMMENT ON COLUMN dynamo.stream_records.old_image IS 'OldImage, where the view type has it';

/* They hold what is never updated, and are emptied as a whole: there is nothing to vacuum. */
CREATE TABLE dynamo.stream_records_00 PARTITION OF dynamo.stream_records FOR VALUES IN (0) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_01 PARTITION OF dynamo.stream_records FOR VALUES IN (1) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_02 PARTITION OF dynamo.stream_records FOR VALUES IN (2) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_03 PARTITION OF dynamo.stream_records FOR VALUES IN (3) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_04 PARTITION OF dynamo.stream_records FOR VALUES IN (4) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_05 PARTITION OF dynamo.stream_records FOR VALUES IN (5) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_06 PARTITION OF dynamo.stream_records FOR VALUES IN (6) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_07 PARTITION OF dynamo.stream_records FOR VALUES IN (7) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_08 PARTITION OF dynamo.stream_records FOR VALUES IN (8) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_09 PARTITION OF dynamo.stream_records FOR VALUES IN (9) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_10 PARTITION OF dynamo.stream_records FOR VALUES IN (10) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_11 PARTITION OF dynamo.stream_records FOR VALUES IN (11) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_12 PARTITION OF dynamo.stream_records FOR VALUES IN (12) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_13 PARTITION OF dynamo.stream_records FOR VALUES IN (13) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_14 PARTITION OF dynamo.stream_records FOR VALUES IN (14) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_15 PARTITION OF dynamo.stream_records FOR VALUES IN (15) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_16 PARTITION OF dynamo.stream_records FOR VALUES IN (16) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_17 PARTITION OF dynamo.stream_records FOR VALUES IN (17) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_18 PARTITION OF dynamo.stream_records FOR VALUES IN (18) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_19 PARTITION OF dynamo.stream_records FOR VALUES IN (19) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_20 PARTITION OF dynamo.stream_records FOR VALUES IN (20) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_21 PARTITION OF dynamo.stream_records FOR VALUES IN (21) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_22 PARTITION OF dynamo.stream_records FOR VALUES IN (22) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_23 PARTITION OF dynamo.stream_records FOR VALUES IN (23) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_24 PARTITION OF dynamo.stream_records FOR VALUES IN (24) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
CREATE TABLE dynamo.stream_records_25 PARTITION OF dynamo.stream_records FOR VALUES IN (25) WITH (autovacuum_enabled = off, toast.autovacuum_enabled = off);
COMMENT ON TABLE dynamo.stream_records_00 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_01 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_02 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_03 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_04 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_05 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_06 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_07 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_08 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_09 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_10 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_11 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_12 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_13 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_14 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_15 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_16 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_17 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_18 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_19 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_20 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_21 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_22 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_23 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_24 IS 'a slice of the ring of stream records';
COMMENT ON TABLE dynamo.stream_records_25 IS 'a slice of the ring of stream records';

/* Records hold items, so they are read through functions that ask for the table's privileges. */
GRANT SELECT ON dynamo.stream_capture, dynamo.stream_gaps, dynamo.stream_shards, dynamo.stream_slices TO PUBLIC;
