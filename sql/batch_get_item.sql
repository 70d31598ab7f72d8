-- BatchGetItem: reads the items of many keys.
CREATE FUNCTION pg_temp.answer(operation text, request json) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.call(operation, request);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message;
END
$$;

SELECT dynamo.create_table('{"TableName": "batch_get", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "batch_get.n", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
INSERT INTO batch_get (item)
SELECT format('{"Artist": {"S": "%s"}, "SongTitle": {"S": "%s"}, "n": {"N": "%s"}, "m": {"M": {"x": {"S": "y"}, "z": {"L": [{"N": "1"}, {"N": "2"}]}}}}', a, s, s)::dynamo.item
  FROM unnest(ARRAY['a', 'b']) AS a, generate_series(1, 3) AS s;
INSERT INTO "batch_get.n" (item) SELECT format('{"id": {"N": "%s"}, "s": {"S": "%s"}}', n, n)::dynamo.item FROM generate_series(1, 300) AS n;

-- Items that are there, in the order of their keys; nothing for those that are not.
SELECT dynamo.batch_get_item('{"RequestItems": {"batch_get": {"Keys": [
	{"Artist": {"S": "a"}, "SongTitle": {"S": "3"}}, {"Artist": {"S": "none"}, "SongTitle": {"S": "1"}},
	{"SongTitle": {"S": "1"}, "Artist": {"S": "a"}}, {"Artist": {"S": "a"}, "SongTitle": {"S": "4"}}]}}}');
-- Several tables, one by its ARN, one without any of the items.
SELECT dynamo.batch_get_item('{"RequestItems": {
	"batch_get": {"Keys": [{"Artist": {"S": "z"}, "SongTitle": {"S": "3"}}]},
	"arn:aws:dynamodb:us-east-1:000000000000:table/batch_get.n": {"Keys": [{"id": {"N": "7.0"}}, {"id": {"N": "1e3"}}], "ConsistentRead": true}}}');

-- Projections: each table has its own.
SELECT dynamo.batch_get_item('{"RequestItems": {
	"batch_get": {"Keys": [{"Artist": {"S": "a"}, "SongTitle": {"S": "3"}}, {"Artist": {"S": "b"}, "SongTitle": {"S": "1"}}],
		"ProjectionExpression": "#n, m.z[1]", "ExpressionAttributeNames": {"#n": "n"}},
	"batch_get.n": {"Keys": [{"id": {"N": "7"}}], "ProjectionExpression": "absent"}}}');
SELECT dynamo.batch_get_item('{"RequestItems": {
	"batch_get": {"Keys": [{"Artist": {"S": "a"}, "SongTitle": {"S": "3"}}], "AttributesToGet": ["n", "SongTitle", "absent"]},
	"batch_get.n": {"Keys": [{"id": {"N": "7"}}]}}}');

-- Capacity is a list by table; each item is rounded for itself, also one that is not there.
INSERT INTO "batch_get.n" (item) SELECT json_build_object('id', json_build_object('N', '1000'), 's', json_build_object('S', repeat('x', 4096)))::text::dynamo.item;
SELECT c.step, dynamo.batch_get_item(json_build_object('ReturnConsumedCapacity', c.capacity, 'RequestItems', json_build_object(
	'batch_get.n', json_build_object('Keys', '[{"id": {"N": "1"}}, {"id": {"N": "2"}}, {"id": {"N": "1000"}}, {"id": {"N": "-1"}}]'::json,
		'ConsistentRead', c.consistent, 'ProjectionExpression', 'id'),
	'batch_get', '{"Keys": [{"Artist": {"S": "z"}, "SongTitle": {"S": "3"}}]}'::json)))
  FROM (VALUES (1, 'NONE', false), (2, 'TOTAL', false), (3, 'TOTAL', true), (4, 'INDEXES', true)) AS c(step, capacity, consistent) ORDER BY c.step;

-- 100 keys are allowed, 101 are not, of one table or of two.
CREATE FUNCTION pg_temp.keys(first int, last int) RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('Keys', json_agg(json_build_object('id', json_build_object('N', n::text)))) FROM generate_series(first, last) AS n $$;
SELECT json_array_length(dynamo.batch_get_item(json_build_object('RequestItems', json_build_object('batch_get.n', pg_temp.keys(251, 350)))) #> '{Responses,batch_get.n}');
SELECT pg_temp.answer('BatchGetItem', json_build_object('RequestItems', json_build_object('batch_get.n', pg_temp.keys(1, 101))));
SELECT pg_temp.answer('BatchGetItem', json_build_object('RequestItems', json_build_object('batch_get.n', pg_temp.keys(1, 100),
	'batch_get', '{"Keys": [{"Artist": {"S": "z"}, "SongTitle": {"S": "3"}}]}'::json)));
SET dynamo.enforce_limits = off;
SELECT json_array_length(dynamo.batch_get_item(json_build_object('RequestItems', json_build_object('batch_get.n', pg_temp.keys(1, 301)))) #> '{Responses,batch_get.n}');
RESET dynamo.enforce_limits;

-- An answer has 16 MB of items; the rest is to be asked for again, with all that was said of its table.
INSERT INTO "batch_get.n" (item)
SELECT json_build_object('id', json_build_object('N', (2000 + n)::text), 's', json_build_object('S', repeat('x', 400000)))::text::dynamo.item FROM generate_series(1, 50) AS n;
CREATE TABLE large AS SELECT dynamo.batch_get_item(json_build_object('ReturnConsumedCapacity', 'TOTAL', 'RequestItems', json_build_object(
	'batch_get.n', pg_temp.keys(2001, 2050)::jsonb || '{"ConsistentRead": true, "ProjectionExpression": "#i", "ExpressionAttributeNames": {"#i": "id"}}',
	'batch_get', '{"Keys": [{"Artist": {"S": "a"}, "SongTitle": {"S": "3"}}]}'::json)))::jsonb AS answer;
SELECT 16 * 1024 * 1024 / 400009 AS fit, jsonb_array_length(answer #> '{Responses,batch_get.n}') AS got, jsonb_array_length(answer #> '{Responses,batch_get}') AS later,
	jsonb_array_length(answer #> '{UnprocessedKeys,batch_get.n,Keys}') AS left, (answer #> '{UnprocessedKeys,batch_get.n}') - 'Keys' AS options,
	answer #> '{UnprocessedKeys,batch_get}' AS left_later, answer #> '{ConsumedCapacity}' AS consumed FROM large;
-- Together they are what was asked for.
SELECT count(DISTINCT id) FROM (SELECT jsonb_array_elements((answer #> '{Responses,batch_get.n}') || (answer #> '{UnprocessedKeys,batch_get.n,Keys}')) ->> 'id' AS id FROM large) AS all_ids;
-- The rest comes with the next call, and so does the other table.
SELECT jsonb_array_length(next #> '{Responses,batch_get.n}') AS got, jsonb_array_length(next #> '{Responses,batch_get}') AS later, next #> '{UnprocessedKeys}' AS left
  FROM (SELECT dynamo.batch_get_item(json_build_object('RequestItems', answer -> 'UnprocessedKeys'))::jsonb AS next FROM large) AS second;
SET dynamo.enforce_limits = off;
SELECT json_array_length(dynamo.batch_get_item(json_build_object('RequestItems', json_build_object('batch_get.n', pg_temp.keys(2001, 2050)))) #> '{Responses,batch_get.n}');
-- An item that is larger than an answer is answered.
INSERT INTO "batch_get.n" (item)
SELECT json_build_object('id', json_build_object('N', '3000'), 's', json_build_object('S', repeat('x', 17000000)))::text::dynamo.item;
RESET dynamo.enforce_limits;
SELECT length(dynamo.batch_get_item('{"RequestItems": {"batch_get.n": {"Keys": [{"id": {"N": "3000"}}]}}}') #>> '{Responses,batch_get.n,0,s,S}');

-- It sees what the statement around it sees.
BEGIN;
SELECT dynamo.batch_write_item('{"RequestItems": {"batch_get.n": [{"PutRequest": {"Item": {"id": {"N": "1"}, "new": {"BOOL": true}}}}, {"DeleteRequest": {"Key": {"id": {"N": "2"}}}}]}}');
SELECT dynamo.batch_get_item('{"RequestItems": {"batch_get.n": {"Keys": [{"id": {"N": "1"}}, {"id": {"N": "2"}}]}}}');
ROLLBACK;
SELECT dynamo.batch_get_item('{"RequestItems": {"batch_get.n": {"Keys": [{"id": {"N": "1"}}, {"id": {"N": "2"}}]}}}');

-- For people: one table, and rows; as many bytes as there are.
SELECT * FROM dynamo.batch_get_item('batch_get', ARRAY['{"Artist": {"S": "b"}, "SongTitle": {"S": "2"}}', '{"Artist": {"S": "none"}, "SongTitle": {"S": "2"}}',
	'{"Artist": {"S": "b"}, "SongTitle": {"S": "1"}}']::dynamo.item[]) AS item;
SELECT item['n']::int, item #> '{m,z,0}' FROM dynamo.batch_get_item('batch_get', keys => ARRAY['{"Artist": {"S": "b"}, "SongTitle": {"S": "2"}}']::dynamo.item[],
	projection => '#n, m.z[1]', names => '{"#n": "n"}') AS item;
SELECT dynamo.batch_get_item('batch_get', array_agg(dynamo.project(item, 'Artist, SongTitle')), 'SongTitle') FROM batch_get WHERE item['n']::int < 3;
SELECT count(*) FROM dynamo.batch_get_item('batch_get.n', (SELECT array_agg(format('{"id": {"N": "%s"}}', n)::dynamo.item) FROM generate_series(2001, 2050) AS n));
SELECT dynamo.batch_get_item('batch_get', '{}');
SELECT dynamo.batch_get_item('batch_get', NULL);
SELECT dynamo.batch_get_item(NULL, '{}');
SELECT dynamo.batch_get_item('batch_get', ARRAY['{"Artist": {"S": "b"}, "SongTitle": {"S": "2"}}', NULL]::dynamo.item[]);
SELECT dynamo.batch_get_item('batch_get', ARRAY['{"Artist": {"S": "b"}}']::dynamo.item[]);
SELECT dynamo.batch_get_item('batch_get', ARRAY['{"Artist": {"S": "b"}, "SongTitle": {"S": "2"}}', '{"SongTitle": {"S": "2"}, "Artist": {"S": "b"}}']::dynamo.item[]);
SELECT dynamo.batch_get_item('batch_get', ARRAY['{"Artist": {"S": "b"}, "SongTitle": {"S": "2"}}']::dynamo.item[], '#n', '{"#n": "n", "#o": "o"}');
SELECT dynamo.batch_get_item('batch_get.n', array_agg(format('{"id": {"N": "%s"}}', n)::dynamo.item)) FROM generate_series(1, 101) AS n;

DROP TABLE batch_get, "batch_get.n", large;
