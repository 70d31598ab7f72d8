-- Query, Scan, batches, transactions on a table that is partitioned by the hash
-- of its keys, against a table of the same items that is not.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA regress_partitioned;
SET dynamo.schema = regress_partitioned;
SET search_path = regress_partitioned, public;
SELECT dynamo.create_table('{"TableName": "whole", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "l", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "parts_l", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "parts_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
CREATE TABLE parts (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p S', 's N'))
) PARTITION BY HASH (key);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 0) USING dynamo;
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 1) USING dynamo;
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 3, REMAINDER 2) USING heap;
CREATE INDEX parts_l ON parts (dynamo.index_key(item, 'p S', 'l N'), key) WHERE dynamo.index_key(item, 'p S', 'l N') IS NOT NULL;
CREATE INDEX parts_g ON parts (dynamo.index_key(item, 'g S', 's N'), key) WHERE dynamo.index_key(item, 'g S', 's N') IS NOT NULL;
SELECT dynamo.register_table('parts') IS NOT NULL AS registered;
SELECT i ->> 'IndexName' AS name FROM json_array_elements((dynamo.describe_table('parts') #> '{Table,LocalSecondaryIndexes}')::json) AS i
 UNION ALL SELECT i ->> 'IndexName' FROM json_array_elements((dynamo.describe_table('parts') #> '{Table,GlobalSecondaryIndexes}')::json) AS i;
-- Of a trigger a partitioned table has none, so that our operations make the key.
CREATE FUNCTION make(p int, s int, more jsonb DEFAULT '{}') RETURNS dynamo.item LANGUAGE sql IMMUTABLE AS
	$$ SELECT (jsonb_build_object('p', 'p' || p, 's', s, 'l', -s % 7, 'text', repeat('x', 20 + s)) ||
		CASE WHEN s % 3 > 0 THEN jsonb_build_object('g', 'g' || (p + s) % 4) ELSE '{}' END || more)::dynamo.item $$;
SELECT count(dynamo.batch_write_item(t, items)) FROM unnest(ARRAY['parts', 'whole']) AS t,
	(SELECT array_agg(make(p, s)) FROM generate_series(1, 20) AS p, generate_series(1, 30) AS s GROUP BY p, s / 20) AS b (items);
CREATE VIEW compared AS
	SELECT count(*) AS items, count(*) FILTER (WHERE parts.item IS DISTINCT FROM whole.item) AS differences FROM parts FULL JOIN whole USING (key);
SELECT * FROM compared;
SELECT count(DISTINCT tableoid) AS partitions, (SELECT max(n) FROM (SELECT count(DISTINCT tableoid) AS n FROM parts GROUP BY item['p']) AS c) AS of_a_collection FROM parts;

-- Everything that a Query or a Scan returns, page by page; the name of the table is in no answer.
CREATE FUNCTION pages(operation text, table_name text, request jsonb) RETURNS SETOF json LANGUAGE plpgsql AS $$
DECLARE
	page json;
BEGIN
	request := request || jsonb_build_object('TableName', table_name);
	LOOP
		page := dynamo.call(operation, request::json);
		RETURN NEXT page;
		EXIT WHEN page -> 'LastEvaluatedKey' IS NULL;
		request := jsonb_set(request, '{ExclusiveStartKey}', (page -> 'LastEvaluatedKey')::jsonb);
	END LOOP;
END
$$;
-- Pages, items, and whether both tables give the same pages.
CREATE FUNCTION alike(operation text, request jsonb, OUT pages int, OUT items int, OUT alike bool) LANGUAGE sql AS $$
	SELECT count(*), sum((page ->> 'Count')::int), array_agg(page::text) = (SELECT array_agg(p::text) FROM pages(operation, 'whole', request) AS p)
	  FROM pages(operation, 'parts', request) AS page
$$;
SELECT a.*, request - 'ExpressionAttributeValues' AS request FROM (VALUES
	(1, '{"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p7"}}}'::jsonb),
	(2, '{"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p7"}}, "ScanIndexForward": false, "Limit": 4}'),
	(3, '{"KeyConditionExpression": "p = :p AND s BETWEEN :a AND :b", "ExpressionAttributeValues": {":p": {"S": "p9"}, ":a": {"N": "5"}, ":b": {"N": "16"}}, "Limit": 5}'),
	(4, '{"KeyConditionExpression": "p = :p", "FilterExpression": "g = :g", "ExpressionAttributeValues": {":p": {"S": "p9"}, ":g": {"S": "g2"}}, "Limit": 10}'),
	(5, '{"IndexName": "parts_l", "KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p9"}}, "Limit": 3}'),
	(6, '{"IndexName": "parts_l", "KeyConditionExpression": "p = :p AND l > :l", "ExpressionAttributeValues": {":p": {"S": "p9"}, ":l": {"N": "-4"}}, "ScanIndexForward": false, "Limit": 2}'),
	(7, '{"IndexName": "parts_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g1"}}, "Limit": 7}'),
	(8, '{"IndexName": "parts_g", "KeyConditionExpression": "g = :g AND s < :s", "ExpressionAttributeValues": {":g": {"S": "g3"}, ":s": {"N": "12"}}, "ScanIndexForward": false, "Limit": 5}'),
	(9, '{"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "nobody"}}}')) AS r (n, request), alike('Query', request) AS a ORDER BY n;
SELECT a.*, request - 'ExpressionAttributeValues' AS request FROM (VALUES
	(1, '{}'::jsonb),
	(2, '{"Limit": 50}'),
	(3, '{"Limit": 70, "FilterExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g2"}}}'),
	(4, '{"Segment": 1, "TotalSegments": 3}'),
	(5, '{"Segment": 1, "TotalSegments": 3, "Limit": 40}'),
	(6, '{"IndexName": "parts_l", "Limit": 90}'),
	(7, '{"IndexName": "parts_g", "Limit": 90}')) AS r (n, request), alike('Scan', request) AS a ORDER BY n;
-- Segments have every item once.
SELECT count(*), count(DISTINCT item::text) FROM generate_series(0, 3) AS segment,
	pages('Scan', 'parts', jsonb_build_object('Segment', segment, 'TotalSegments', 4, 'Limit', 33)) AS page, json_array_elements(page -> 'Items') AS item;

-- As rows.
SELECT count(*) FROM dynamo.query('parts', 'p = :p AND s > :s', '{":p": {"S": "p7"}, ":s": {"N": "25"}}');
SELECT item['s'] FROM dynamo.query('parts', 'p = :p', '{":p": {"S": "p7"}}', descending => true) LIMIT 3;
SELECT count(*) FROM dynamo.scan('parts');

-- Batches and transactions go to all partitions.
SELECT count(*), count(item) FROM dynamo.batch_get_item('parts', (SELECT array_agg(jsonb_build_object('p', 'p' || p, 's', 40 - p)::dynamo.item) FROM generate_series(1, 20) AS p)) AS item;
SELECT count(dynamo.batch_write_item(t, (SELECT array_agg(make(p, 30, '{"changed": true}')) FROM generate_series(1, 10) AS p),
		(SELECT array_agg(jsonb_build_object('p', 'p' || p, 's', 29)::dynamo.item) FROM generate_series(1, 10) AS p)))
  FROM unnest(ARRAY['parts', 'whole']) AS t;
SELECT * FROM compared;
CREATE FUNCTION action(kind text, table_name text, p int, s int, more jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object(kind, jsonb_build_object('TableName', table_name) || more ||
		CASE WHEN kind = 'Put' THEN jsonb_build_object('Item', make(p, s)::text::jsonb)
			ELSE jsonb_build_object('Key', jsonb_build_object('p', jsonb_build_object('S', 'p' || p), 's', jsonb_build_object('N', s::text))) END)
$$;
CREATE FUNCTION transact(t text, checked int) RETURNS json LANGUAGE sql AS $$
	SELECT dynamo.try_transact_write_items(json_build_object('ReturnConsumedCapacity', 'TOTAL', 'TransactItems', json_build_array(
		action('Put', t, 1, 100, '{"ConditionExpression": "attribute_not_exists(p)"}'), action('Put', t, 2, 100, '{}'),
		action('Delete', t, 3, 1, '{}'), action('Delete', t, 4, 100, '{}'),
		action('Update', t, 5, 1, '{"UpdateExpression": "SET t = :t REMOVE g", "ExpressionAttributeValues": {":t": {"S": "t"}}}'),
		action('Update', t, 6, 100, '{"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}'),
		action('ConditionCheck', t, 7, checked, '{"ConditionExpression": "attribute_exists(p)"}'))))
$$;
SELECT transact('parts', 1);
SELECT transact('whole', 1) IS NOT NULL;
SELECT transact('parts', 2) ->> 'Message' AS done_twice, transact('parts', 100) #> '{CancellationReasons,6}' AS not_there;
SELECT * FROM compared;
SELECT json_array_length(dynamo.transact_get_items(json_build_object('TransactItems', json_agg(action('Get', 'parts', p, 100, '{}')))) -> 'Responses') FROM generate_series(1, 10) AS p;

-- An update that changes the key attributes moves the row, and the key says where to.
UPDATE parts SET item = make(n, 200), key = dynamo.key_of(make(n, 200), 'p S', 's N') FROM generate_series(100, 110) AS n WHERE key = dynamo.key_of(make(n - 95, 3), 'p S', 's N');
UPDATE whole SET item = make(n, 200), key = dynamo.key_of(make(n, 200), 'p S', 's N') FROM generate_series(100, 110) AS n WHERE key = dynamo.key_of(make(n - 95, 3), 'p S', 's N');
SELECT * FROM compared;
SELECT a.* FROM alike('Scan', '{"Limit": 77}') AS a;

-- Policies are those of the table that is named: through the partitioned table its own, not those of partitions.
CREATE ROLE regress_partitioned_reader;
GRANT USAGE ON SCHEMA regress_partitioned TO regress_partitioned_reader;
GRANT ALL ON ALL TABLES IN SCHEMA regress_partitioned TO regress_partitioned_reader;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE whole ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON parts USING (item['s']::int % 2 = 1);
CREATE POLICY odd ON whole USING (item['s']::int % 2 = 1);
ALTER TABLE parts_0 ENABLE ROW LEVEL SECURITY;
CREATE POLICY nothing ON parts_0 USING (false);
SET ROLE regress_partitioned_reader;
SELECT count(*) FROM parts_0;
SELECT a.* FROM alike('Scan', '{"Limit": 50}') AS a;
SELECT a.* FROM alike('Query', '{"KeyConditionExpression": "p = :p", "ExpressionAttributeValues": {":p": {"S": "p9"}}, "Limit": 6}') AS a;
SELECT a.* FROM alike('Query', '{"IndexName": "parts_g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "g3"}}, "Limit": 6}') AS a;
SELECT bool_and(item['s']::int % 2 = 1), count(*) FROM dynamo.scan('parts');
SELECT count(item) FROM dynamo.batch_get_item('parts', (SELECT array_agg(jsonb_build_object('p', 'p15', 's', s)::dynamo.item) FROM generate_series(1, 20) AS s)) AS item;
SELECT dynamo.batch_write_item('parts', ARRAY[make(15, 6)]);
SELECT dynamo.batch_write_item('parts', NULL, ARRAY['{"p": {"S": "p15"}, "s": {"N": "7"}}']::dynamo.item[]) IS NOT NULL AS deleted;
SELECT transact('parts', 1);
-- A partition that is named itself has its own.
SELECT count(*) FROM parts_0;
RESET ROLE;

SET client_min_messages = error;
SET search_path = public;
DROP SCHEMA regress_partitioned CASCADE;
DROP ROLE regress_partitioned_reader;
