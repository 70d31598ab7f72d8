/* How far capture is behind, and how much of the log its slot keeps. */
CREATE VIEW dynamo.stream_lag AS
SELECT c.slot AS slot,
	c.generation AS generation,
	s.active AS active,
	s.wal_status AS wal_status,
	pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), s.confirmed_flush_lsn) AS bytes_behind,
	pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), s.restart_lsn) AS bytes_kept,
	s.safe_wal_size AS bytes_left,
	(SELECT pg_catalog.count(*) FROM dynamo.streams AS t WHERE t.status = 'ENABLED') AS streams,
	(SELECT pg_catalog.count(*) FROM dynamo.stream_gaps) AS gaps
FROM dynamo.stream_capture AS c
	LEFT JOIN pg_catalog.pg_replication_slots AS s ON s.slot_name OPERATOR(pg_catalog.=) c.slot
WHERE NOT pg_catalog.pg_is_in_recovery();
COMMENT ON VIEW dynamo.stream_lag IS 'how far the stream worker of this database is behind; one row, none on a standby';
COMMENT ON COLUMN dynamo.stream_lag.slot IS 'its replication slot; NULL while no stream needs one';
COMMENT ON COLUMN dynamo.stream_lag.generation IS 'the generation of sequence numbers';
COMMENT ON COLUMN dynamo.stream_lag.active IS 'does the worker run?';
COMMENT ON COLUMN dynamo.stream_lag.wal_status IS 'as in pg_replication_slots: "lost" is beyond max_slot_wal_keep_size';
COMMENT ON COLUMN dynamo.stream_lag.bytes_behind IS 'bytes of the write-ahead log that are to be captured';
COMMENT ON COLUMN dynamo.stream_lag.bytes_kept IS 'bytes of the log that the slot keeps';
COMMENT ON COLUMN dynamo.stream_lag.bytes_left IS 'bytes that may be written before the slot is given up';
COMMENT ON COLUMN dynamo.stream_lag.streams IS 'streams that are ENABLED';
COMMENT ON COLUMN dynamo.stream_lag.gaps IS 'how often changes may have been missed: see dynamo.stream_gaps';
GRANT SELECT ON dynamo.stream_lag TO PUBLIC;
