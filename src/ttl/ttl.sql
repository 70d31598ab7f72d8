CREATE FUNCTION dynamo.expire_items(table_name pg_catalog.text, max_items pg_catalog.int8 DEFAULT NULL)
	RETURNS pg_catalog.int8
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_expire_items';
COMMENT ON FUNCTION dynamo.expire_items(pg_catalog.text, pg_catalog.int8) IS
	'deletes the expired items of a table, at most so many, those first that expired first; returns their number';

CREATE FUNCTION dynamo.ttl_backlog(relation pg_catalog.regclass, attribute pg_catalog.text,
	OUT items pg_catalog.int8, OUT oldest pg_catalog.timestamptz, OUT lag pg_catalog.interval)
	RETURNS pg_catalog.record
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_ttl_backlog';
COMMENT ON FUNCTION dynamo.ttl_backlog(pg_catalog.regclass, pg_catalog.text) IS
	'how many items are expired and still there (counted to 100,000), and since when; null for who may read neither the table nor statistics, while it is locked, and without its index';

CREATE VIEW dynamo.ttl_tables AS
	SELECT t.table_name, r.relation, t.attribute_name, t.status, b.items AS expired_items, b.oldest AS oldest_expired, b.lag,
		   t.attempts, t.last_error
	  FROM dynamo.time_to_live AS t
		   JOIN dynamo.tables AS r ON r.name OPERATOR(pg_catalog.=) t.table_name
		   LEFT JOIN LATERAL dynamo.ttl_backlog(r.relation, t.attribute_name) AS b
		   ON t.status OPERATOR(pg_catalog.=) 'ENABLED'
	 WHERE dynamo.is_item_table(r.relation);
COMMENT ON VIEW dynamo.ttl_tables IS 'tables whose items expire, and how far deleting them is behind';
COMMENT ON COLUMN dynamo.ttl_tables.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.ttl_tables.relation IS 'the relation that holds the items';
COMMENT ON COLUMN dynamo.ttl_tables.attribute_name IS 'the attribute that says when an item expires';
COMMENT ON COLUMN dynamo.ttl_tables.status IS 'ENABLING, ENABLED or DISABLING';
COMMENT ON COLUMN dynamo.ttl_tables.expired_items IS 'items that are expired and still there, counted to 100,000; NULL for who may not know, while the table is locked, or without its index';
COMMENT ON COLUMN dynamo.ttl_tables.oldest_expired IS 'when the first of them expired';
COMMENT ON COLUMN dynamo.ttl_tables.lag IS 'how long ago that was; 0 where there is none';
COMMENT ON COLUMN dynamo.ttl_tables.attempts IS 'how often the work on the index, or on expired items, has failed since it last went well';
COMMENT ON COLUMN dynamo.ttl_tables.last_error IS 'why it failed last';
GRANT SELECT ON dynamo.ttl_tables TO PUBLIC;
