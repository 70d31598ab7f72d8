-- BatchWriteItem: puts and deletes many items.
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

SELECT dynamo.create_table('{"TableName": "batch_write", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"},
							 {"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Year", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "by_year", "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
			{"AttributeName": "Year", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_genre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "batch_write.n", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;

-- Several tables at once, one of them by its ARN; nothing is left unprocessed.
SELECT dynamo.batch_write_item('{"RequestItems": {
	"batch_write": [
		{"PutRequest": {"Item": {"Artist": {"S": "a"}, "SongTitle": {"S": "1"}, "Genre": {"S": "Rock"}}}},
		{"PutRequest": {"Item": {"Artist": {"S": "a"}, "SongTitle": {"S": "2"}, "Year": {"N": "1999"}}}},
		{"PutRequest": {"Item": {"Artist": {"S": "b"}, "SongTitle": {"S": "1"}}}}],
	"arn:aws:dynamodb:us-east-1:000000000000:table/batch_write.n": [
		{"PutRequest": {"Item": {"id": {"N": "1"}, "s": {"S": "one"}}}},
		{"PutRequest": {"Item": {"id": {"N": "2.0"}}}}]}}');
SELECT item FROM batch_write ORDER BY key;
SELECT item FROM "batch_write.n" ORDER BY item['id']::int;

-- Puts replace, deletes of what is not there do nothing, both in one request.
SELECT dynamo.batch_write_item('{"RequestItems": {
	"batch_write.n": [{"DeleteRequest": {"Key": {"id": {"N": "2"}}}}, {"PutRequest": {"Item": {"id": {"N": "3"}}}},
		{"DeleteRequest": {"Key": {"id": {"N": "4"}}}}],
	"batch_write": [{"PutRequest": {"Item": {"Artist": {"S": "a"}, "SongTitle": {"S": "1"}, "Genre": {"S": "Jazz"}}}},
		{"DeleteRequest": {"Key": {"SongTitle": {"S": "1"}, "Artist": {"S": "b"}}}}]}}');
SELECT item FROM batch_write ORDER BY key;
SELECT item FROM "batch_write.n" ORDER BY item['id']::int;
-- The indexes follow.
SELECT dynamo.index_key(item, 'Genre S') FROM batch_write WHERE dynamo.index_key(item, 'Genre S') IS NOT NULL;

-- An item that is put as it is stays the same row.
SELECT ctid AS before FROM "batch_write.n" WHERE item['id']::int = 1 \gset
SELECT dynamo.batch_write_item('{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"s": {"S": "one"}, "id": {"N": "1.0"}}}}]}}');
SELECT ctid = :'before' AS untouched FROM "batch_write.n" WHERE item['id']::int = 1;

-- Capacity is a list by table; each write is rounded for itself, and indexes are added up.
CREATE FUNCTION pg_temp.put(key jsonb, bytes int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('PutRequest', jsonb_build_object('Item',
		key || jsonb_build_object('pad', jsonb_build_object('S', repeat('x', bytes))))) $$;
SELECT c.step, dynamo.batch_write_item(json_build_object('ReturnConsumedCapacity', c.capacity, 'RequestItems', json_build_object(
	'batch_write', json_build_array(
		pg_temp.put('{"Artist": {"S": "cap"}, "SongTitle": {"S": "1"}, "Genre": {"S": "g"}, "Year": {"N": "1"}}', 10),
		pg_temp.put('{"Artist": {"S": "cap"}, "SongTitle": {"S": "2"}, "Genre": {"S": "g"}}', 1024)),
	'batch_write.n', json_build_array(pg_temp.put('{"id": {"N": "9"}}', 2049), '{"DeleteRequest": {"Key": {"id": {"N": "10"}}}}'::json))))
  FROM (VALUES (1, 'NONE'), (2, 'TOTAL'), (3, 'INDEXES')) AS c(step, capacity) ORDER BY c.step;
SELECT dynamo.batch_write_item('{"ReturnConsumedCapacity": "INDEXES", "RequestItems": {
	"batch_write": [{"DeleteRequest": {"Key": {"Artist": {"S": "cap"}, "SongTitle": {"S": "1"}}}},
					{"DeleteRequest": {"Key": {"Artist": {"S": "cap"}, "SongTitle": {"S": "2"}}}}],
	"batch_write.n": [{"DeleteRequest": {"Key": {"id": {"N": "9"}}}}]}}');

-- Metrics: one for each collection of a table that has a local index.
SELECT dynamo.batch_write_item('{"ReturnItemCollectionMetrics": "SIZE", "RequestItems": {
	"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "5"}}}}],
	"batch_write": [{"PutRequest": {"Item": {"Artist": {"S": "x"}, "SongTitle": {"S": "1"}}}},
					{"PutRequest": {"Item": {"Artist": {"S": "y"}, "SongTitle": {"S": "1"}}}},
					{"DeleteRequest": {"Key": {"Artist": {"S": "x"}, "SongTitle": {"S": "2"}}}}]}}');
SELECT dynamo.batch_write_item('{"ReturnItemCollectionMetrics": "SIZE", "RequestItems": {
	"batch_write.n": [{"DeleteRequest": {"Key": {"id": {"N": "5"}}}}]}}');

-- 25 writes are allowed, 26 are not, in one table or in two.
CREATE FUNCTION pg_temp.writes(first int, last int) RETURNS json LANGUAGE sql AS $$
	SELECT json_agg(CASE WHEN n % 2 = 0 THEN json_build_object('PutRequest', json_build_object('Item', json_build_object('id', json_build_object('N', n::text))))
		ELSE json_build_object('DeleteRequest', json_build_object('Key', json_build_object('id', json_build_object('N', n::text)))) END)
	  FROM generate_series(first, last) AS n $$;
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch_write.n', pg_temp.writes(100, 124))));
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch_write.n', pg_temp.writes(200, 225))));
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch_write.n', pg_temp.writes(200, 224),
	'batch_write', '[{"DeleteRequest": {"Key": {"Artist": {"S": "x"}, "SongTitle": {"S": "1"}}}}]'::json)));
SELECT count(*) AS of_the_first_only FROM "batch_write.n" WHERE item['id']::int >= 100;
SET dynamo.enforce_limits = off;
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch_write.n', pg_temp.writes(1000, 1999))));
RESET dynamo.enforce_limits;
SELECT count(*) AS of_both FROM "batch_write.n" WHERE item['id']::int >= 100;
-- However many, all are found by their keys.
SELECT count(*) FROM "batch_write.n" AS t WHERE dynamo.get_item('batch_write.n', t.item['id']) = t.item;

-- What another write of the batch cannot take refuses all of it, before anything is written.
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "7"}}}},
	{"PutRequest": {"Item": {"id": {"S": "8"}}}}]}}');
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "7"}}}}],
	"batch_write.absent": [{"PutRequest": {"Item": {"id": {"N": "7"}}}}]}}');
SELECT count(*) FROM "batch_write.n" WHERE item['id']::int IN (7, 8);

-- What a constraint or a trigger of the table refuses is an error, too: the
-- batch is one statement of its transaction, and nothing of it stays.
ALTER TABLE "batch_write.n" ADD CONSTRAINT no_evil CHECK (item ->> 'evil' IS NULL);
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "31"}}}},
	{"PutRequest": {"Item": {"id": {"N": "32"}, "evil": {"BOOL": true}}}}, {"PutRequest": {"Item": {"id": {"N": "33"}}}}]}}');
SELECT count(*) FROM "batch_write.n" WHERE item['id']::int BETWEEN 31 AND 33;
SET lock_timeout = '10s';
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "31"}}}},
	{"PutRequest": {"Item": {"id": {"N": "32"}, "evil": {"BOOL": true}}}}, {"PutRequest": {"Item": {"id": {"N": "33"}}}}]}}');
SELECT count(*) FROM "batch_write.n" WHERE item['id']::int BETWEEN 31 AND 33;
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "31"}}}},
	{"PutRequest": {"Item": {"id": {"N": "33"}}}}]}}');
SELECT count(*) FROM "batch_write.n" WHERE item['id']::int BETWEEN 31 AND 33;
RESET lock_timeout;
-- Of a trigger that turns one write down without an error the others know nothing.
CREATE FUNCTION pg_temp.not_34() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN NEW.item['id']::int <> 34 THEN NEW END;
END
$$;
CREATE TRIGGER not_34 BEFORE INSERT ON "batch_write.n" FOR EACH ROW EXECUTE FUNCTION pg_temp.not_34();
SELECT pg_temp.answer('BatchWriteItem', '{"ReturnConsumedCapacity": "TOTAL", "RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "34"}}}},
	{"PutRequest": {"Item": {"id": {"N": "35"}}}}, {"PutRequest": {"Item": {"id": {"N": "36"}}}}]}}');
SELECT item FROM "batch_write.n" WHERE item['id']::int BETWEEN 34 AND 36 ORDER BY item['id']::int;
DROP TRIGGER not_34 ON "batch_write.n";
ALTER TABLE "batch_write.n" DROP CONSTRAINT no_evil;

-- In a transaction that rolls back nothing stays.
BEGIN;
SELECT dynamo.batch_write_item('{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "41"}}}},
	{"DeleteRequest": {"Key": {"id": {"N": "1"}}}}, {"DeleteRequest": {"Key": {"id": {"N": "42"}}}}]}}');
SELECT item FROM "batch_write.n" WHERE item['id']::int IN (1, 41, 42);
ROLLBACK;
SELECT item FROM "batch_write.n" WHERE item['id']::int IN (1, 41, 42);
-- A read-only transaction writes nothing.
BEGIN READ ONLY;
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch_write.n": [{"PutRequest": {"Item": {"id": {"N": "43"}}}}]}}');
ROLLBACK;

-- For people: one table, items to put and keys to delete.
DELETE FROM batch_write;
SELECT dynamo.batch_write_item('batch_write', ARRAY['{"Artist": {"S": "p"}, "SongTitle": {"S": "1"}}',
	'{"Artist": {"S": "p"}, "SongTitle": {"S": "2"}}', '{"Artist": {"S": "q"}, "SongTitle": {"S": "1"}}']::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', puts => ARRAY['{"Artist": {"S": "p"}, "SongTitle": {"S": "3"}}']::dynamo.item[],
	deletes => ARRAY['{"Artist": {"S": "p"}, "SongTitle": {"S": "1"}}', '{"Artist": {"S": "none"}, "SongTitle": {"S": "1"}}']::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', '{}', deletes => array_agg(dynamo.project(item, 'Artist, SongTitle'))) FROM batch_write WHERE item ->> 'Artist' = 'q';
SELECT dynamo.batch_write_item('batch_write', NULL);
SELECT item FROM batch_write ORDER BY key;
SELECT dynamo.batch_write_item(NULL, '{}');
SELECT dynamo.batch_write_item('', '{}');
SELECT dynamo.batch_write_item('batch_write', ARRAY[NULL]::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', '{}', ARRAY['{"Artist": {"S": "p"}, "SongTitle": {"S": "3"}}', NULL]::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', ARRAY['{"Artist": {"S": "p"}}']::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', '{}', ARRAY['{"Artist": {"S": "p"}}']::dynamo.item[]);
SELECT dynamo.batch_write_item('batch_write', array_agg(format('{"Artist": {"S": "p"}, "SongTitle": {"S": "%s"}}', n)::dynamo.item)) FROM generate_series(1, 26) AS n;
SELECT item FROM batch_write ORDER BY key;

DROP TABLE batch_write, "batch_write.n";
