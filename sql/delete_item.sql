-- DeleteItem: deletes the item of a key; that there is none is no error.
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

SELECT dynamo.create_table('{"TableName": "delete_item", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Track", "AttributeType": "N"},
							 {"AttributeName": "Genre", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Track", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "by_genre", "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
			{"AttributeName": "Genre", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT count(*) FROM (
	SELECT dynamo.put_item('delete_item', format('{"Artist": {"S": "a"}, "Track": {"N": "%s"}, "Genre": {"S": "g"}}', i)::dynamo.item)
	  FROM generate_series(1, 12) AS i) AS put;

SELECT dynamo.delete_item('{"TableName": "delete_item", "Key": {"Artist": {"S": "a"}, "Track": {"N": "1"}}}');
SELECT dynamo.delete_item('{"TableName": "delete_item", "Key": {"Artist": {"S": "a"}, "Track": {"N": "1"}}, "ReturnValues": "ALL_OLD"}');
SELECT dynamo.delete_item('{"TableName": "delete_item", "Key": {"Artist": {"S": "a"}, "Track": {"N": "2.0"}}, "ReturnValues": "ALL_OLD"}');
SELECT dynamo.delete_item('{"TableName": "delete_item", "Key": {"Artist": {"S": "a"}, "Track": {"N": "3"}}, "ReturnValues": "NONE"}');
SELECT dynamo.delete_item('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/delete_item",
	"Key": {"Artist": {"S": "a"}, "Track": {"N": "4"}}, "ReturnValues": "ALL_OLD"}');

-- Capacity, and the metrics of the collection.
SELECT pg_temp.answer('DeleteItem', format('{"TableName": "delete_item", "Key": {"Artist": {"S": "a"}, "Track": {"N": "%s"}},
	"ReturnConsumedCapacity": "%s", "ReturnItemCollectionMetrics": "%s"}', track, capacity, metrics)::json)
  FROM (VALUES
	(5, 'TOTAL', 'NONE'),
	(6, 'INDEXES', 'SIZE'),
	(7, 'NONE', 'SIZE'),
	(7, 'INDEXES', 'NONE')) AS calls(track, capacity, metrics);

-- With typed arguments.
SELECT dynamo.delete_item('delete_item', key => '{"Artist": {"S": "a"}, "Track": {"N": "8"}}', return_values => 'ALL_OLD');
SELECT dynamo.delete_item('delete_item', '{"Artist": {"S": "a"}, "Track": {"N": "8"}}'::dynamo.item, 'ALL_OLD') IS NULL AS none;
SELECT dynamo.delete_item('delete_item', 'a', '9') IS NULL AS not_asked_for;
SELECT dynamo.delete_item('delete_item', 'a', '10', 'ALL_OLD');
SELECT dynamo.delete_item('delete_item', 'a'::text::dynamo.value, 11::dynamo.value, 'ALL_OLD');
SELECT item FROM delete_item ORDER BY key;

-- What is wrong deletes nothing.
SELECT dynamo.delete_item('delete_item', 'a');
SELECT dynamo.delete_item('delete_item', 'a', NULL);
SELECT dynamo.delete_item('delete_item', NULL, '12');
SELECT dynamo.delete_item('delete_item', 'a', 'x');
SELECT dynamo.delete_item('delete_item', 'a', '12', 'ALL_NEW');
SELECT dynamo.delete_item('delete_item', key => NULL);
SELECT dynamo.delete_item('no such table', 'a', '12');
SELECT item FROM delete_item ORDER BY key;

-- It is part of the transaction, and can come back in it.
BEGIN;
SELECT dynamo.delete_item('delete_item', 'a', '12', 'ALL_OLD');
SELECT dynamo.delete_item('delete_item', 'a', '12', 'ALL_OLD') IS NULL AS none;
SELECT dynamo.put_item('delete_item', '{"Artist": {"S": "a"}, "Track": {"N": "12"}, "again": {"BOOL": true}}', 'ALL_OLD') IS NULL AS none;
SELECT dynamo.delete_item('delete_item', 'a', '12', 'ALL_OLD');
ROLLBACK;
SELECT item FROM delete_item ORDER BY key;

-- Put and delete in one statement, in its order.
SELECT i, dynamo.put_item('delete_item', format('{"Artist": {"S": "b"}, "Track": {"N": "%s"}}', i % 3)::dynamo.item, 'ALL_OLD') IS NULL AS new,
	   dynamo.delete_item('delete_item', 'b', (i % 3)::text, 'ALL_OLD') IS NULL AS gone
  FROM generate_series(1, 6) AS i ORDER BY i;
SELECT count(*) FROM delete_item WHERE item['Artist']::text = 'b';

SELECT dynamo.delete_table('{"TableName": "delete_item"}') IS NOT NULL AS deleted;
