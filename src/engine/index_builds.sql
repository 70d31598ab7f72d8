/*
 * What workers are doing to indexes.  Progress of others' backends is kept
 * from ordinary users; that of these workers is no secret.
 */
CREATE FUNCTION dynamo.index_build_progress(OUT relation pg_catalog.oid, OUT pid pg_catalog.int4, OUT phase pg_catalog.text,
	OUT blocks_done pg_catalog.int8, OUT blocks_total pg_catalog.int8,
	OUT tuples_done pg_catalog.int8, OUT tuples_total pg_catalog.int8)
	RETURNS SETOF pg_catalog.record
	LANGUAGE sql VOLATILE PARALLEL RESTRICTED SECURITY DEFINER
BEGIN ATOMIC
	SELECT w.argument, w.pid, p.phase, p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total
	  FROM dynamo.list_workers() AS w
		   LEFT JOIN pg_catalog.pg_stat_progress_create_index AS p ON p.pid OPERATOR(pg_catalog.=) w.pid
	 WHERE w.kind OPERATOR(pg_catalog.=) 'index build'
	   AND w.state OPERATOR(pg_catalog.=) 'running';
END;
COMMENT ON FUNCTION dynamo.index_build_progress() IS 'how far the workers of this database are that build and drop indexes';

CREATE VIEW dynamo.index_builds AS
	SELECT i.table_name, i.name AS index_name, t.relation, i.status, p.pid, p.phase,
		   p.blocks_done, p.blocks_total, p.tuples_done, p.tuples_total, i.attempts, i.last_error
	  FROM dynamo.indexes AS i
		   JOIN dynamo.tables AS t ON t.name OPERATOR(pg_catalog.=) i.table_name
		   LEFT JOIN dynamo.index_build_progress() AS p ON p.relation OPERATOR(pg_catalog.=) t.relation
	 WHERE i.status OPERATOR(pg_catalog.<>) 'ACTIVE'
	   AND dynamo.is_item_table(t.relation);
COMMENT ON VIEW dynamo.index_builds IS 'secondary indexes that are being created or deleted';
COMMENT ON COLUMN dynamo.index_builds.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.index_builds.index_name IS 'DynamoDB''s name of the index';
COMMENT ON COLUMN dynamo.index_builds.relation IS 'the relation that holds the items';
COMMENT ON COLUMN dynamo.index_builds.status IS 'CREATING or DELETING';
COMMENT ON COLUMN dynamo.index_builds.pid IS 'the process that is at it; NULL while none is';
COMMENT ON COLUMN dynamo.index_builds.phase IS 'of CREATE INDEX CONCURRENTLY, as in pg_stat_progress_create_index';
COMMENT ON COLUMN dynamo.index_builds.blocks_done IS 'blocks of the table that were read in this phase';
COMMENT ON COLUMN dynamo.index_builds.blocks_total IS 'blocks of the table that this phase reads';
COMMENT ON COLUMN dynamo.index_builds.tuples_done IS 'entries that were written in this phase';
COMMENT ON COLUMN dynamo.index_builds.tuples_total IS 'entries that this phase writes';
COMMENT ON COLUMN dynamo.index_builds.attempts IS 'how often it has failed';
COMMENT ON COLUMN dynamo.index_builds.last_error IS 'why it failed last';
GRANT SELECT ON dynamo.index_builds TO PUBLIC;
