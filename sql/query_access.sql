-- What Query reads, and whom it lets read: rows only where they are needed, privileges and policies as for SELECT.
SELECT dynamo.create_table('{"TableName": "query_access", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "keys", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL;
-- An item fills half a page of the table, so reading the rows of 40 shows.
ALTER TABLE query_access ALTER item SET STORAGE PLAIN;
INSERT INTO query_access (item) SELECT jsonb_build_object('pk', 'p' || i % 4, 'sk', i, 'g', 'g', 'x', repeat('x', 3500))::dynamo.item FROM generate_series(1, 40) i;

-- The blocks of the table that a statement fetches, by what the session counts.
CREATE FUNCTION pg_temp.table_blocks(request json) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	before bigint;
BEGIN
	PERFORM dynamo.query(request);
	before := pg_stat_get_xact_blocks_fetched('query_access'::regclass);
	PERFORM dynamo.query(request);
	RETURN pg_stat_get_xact_blocks_fetched('query_access'::regclass) - before;
END
$$;
CREATE FUNCTION pg_temp.request(more jsonb DEFAULT '{}') RETURNS json LANGUAGE sql AS $$
	SELECT ('{"TableName": "query_access", "IndexName": "keys", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g"}}}' || more)::json
$$;
SET dynamo.direct_path = on;
-- Rows are looked at while their pages are not known to be visible to all.
SELECT pg_temp.table_blocks(pg_temp.request()) >= 20;
VACUUM (DISABLE_PAGE_SKIPPING) query_access;
-- Only the visibility map and the index, if no older transaction elsewhere keeps pages from being marked.
SELECT (SELECT relallvisible = relpages FROM pg_class WHERE oid = 'query_access'::regclass) IS FALSE OR pg_temp.table_blocks(pg_temp.request()) <= 2;
-- One row that changed is one page to look at.
UPDATE query_access SET item['y'] = to_jsonb(1)::dynamo.value WHERE item ->> 'sk' = '7';
SELECT dynamo.query(pg_temp.request('{"Limit": 40, "Select": "COUNT"}'));
RESET dynamo.direct_path;

-- SELECT on key and item is what it takes, whole or by columns.
CREATE ROLE regress_query_reader;
SET ROLE regress_query_reader;
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT"}'));
SELECT dynamo.scan(request => '{"TableName": "query_access", "Select": "COUNT"}');
RESET ROLE;
GRANT SELECT (key, item) ON query_access TO regress_query_reader;
SET ROLE regress_query_reader;
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT"}'));
RESET ROLE;

-- Policies hide items from the page before it counts them.
ALTER TABLE query_access ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON query_access FOR SELECT TO regress_query_reader USING ((item ->> 'sk')::int % 2 = 1);
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT"}'));
SET ROLE regress_query_reader;
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT", "Limit": 3}'));
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT", "ScanIndexForward": false}'));
SELECT dynamo.scan(request => '{"TableName": "query_access", "Select": "COUNT"}');
-- The index serves the condition below the policy.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT 1 FROM query_access WHERE dynamo.index_key(item, 'g S') IS NOT NULL AND dynamo.index_key(item, 'g S') >= dynamo.key_of('{"g": {"S": "g"}}', 'g S');
SET row_security = off;
SELECT dynamo.query(pg_temp.request('{"Select": "COUNT"}'));
RESET ROLE;
RESET row_security;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT dynamo.delete_table('{"TableName": "query_access"}') IS NOT NULL;
DROP ROLE regress_query_reader;
