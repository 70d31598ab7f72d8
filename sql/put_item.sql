-- PutItem: inserts or replaces an item.
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

SELECT dynamo.create_table('{"TableName": "put_item", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"},
							 {"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Year", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "by_year", "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
			{"AttributeName": "Year", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_genre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "put_item.plain", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;

-- A new item has no old one.
SELECT dynamo.put_item('{"TableName": "put_item", "Item": {"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Call Me Today"},
	"AlbumTitle": {"S": "Somewhat Famous"}, "Awards": {"N": "1"}}}');
SELECT dynamo.put_item('{"TableName": "put_item", "ReturnValues": "ALL_OLD",
	"Item": {"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}}}');

-- Replacing is of the whole item.
SELECT dynamo.put_item('{"TableName": "put_item", "ReturnValues": "ALL_OLD",
	"Item": {"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Call Me Today"}, "Awards": {"N": "2.0"}}}');
SELECT dynamo.put_item('{"TableName": "put_item", "ReturnValues": "NONE",
	"Item": {"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}, "Length": {"N": "1e2"}}}');
SELECT item FROM put_item ORDER BY item['SongTitle']::text COLLATE "C";

-- The table's ARN is as good as its name.
SELECT dynamo.put_item('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/put_item", "ReturnValues": "ALL_OLD",
	"Item": {"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}}}');

-- All types, empty ones too; what comes back is equal to what went in.
SELECT dynamo.put_item('{"TableName": "put_item.plain", "Item": {"id": {"N": "1"},
	"S": {"S": "Ünïcode \u0000 \ud83d\ude00 \" \\ \n"}, "N": {"N": "-0012.340e1"}, "B": {"B": "AAECAwQ="},
	"T": {"BOOL": true}, "F": {"BOOL": false}, "Null": {"NULL": true},
	"SS": {"SS": ["b", "a", ""]}, "NS": {"NS": ["3", "1", "2.5"]}, "BS": {"BS": ["Yg==", "YQ=="]},
	"L": {"L": [{"S": "x"}, {"L": []}, {"M": {}}]}, "M": {"M": {"b": {"N": "2"}, "a": {"M": {"c": {"S": ""}}}}},
	"S0": {"S": ""}, "B0": {"B": ""}, "L0": {"L": []}, "M0": {"M": {}}}}');
SELECT dynamo.get_item('{"TableName": "put_item.plain", "Key": {"id": {"N": "1.0"}}}');

-- Equal numbers are one key; the last of doubled members wins.
SELECT dynamo.put_item('{"TableName": "put_item.plain", "ReturnValues": "ALL_OLD",
	"Item": {"id": {"N": "1e0"}, "a": {"S": "first"}, "a": {"S": "last"}}}');
SELECT item FROM "put_item.plain";

-- Names and text keep every character.
SELECT dynamo.put_item('{"TableName": "put_item.plain", "ReturnValues": "ALL_OLD",
	"Item": {"id": {"N": "1"}, "": {"S": "no name"}}}');
SELECT dynamo.put_item('{"TableName": "put_item.plain", "Item": {"id": {"N": "2"}, "a.b[0] \"c\"\n": {"S": "x"}}}');
SELECT dynamo.put_item('{"TableName": "put_item.plain", "Item": {"id": {"N": "2"}}, "ReturnValues": "ALL_OLD"}');

-- Capacity: the table, then each index whose entry changes.
SELECT pg_temp.answer('PutItem', format('{"TableName": "put_item", "ReturnConsumedCapacity": "%s",
	"ReturnItemCollectionMetrics": "%s", "Item": {"Artist": {"S": "c"}, "SongTitle": {"S": "c"} %s}}', capacity, metrics, more)::json)
  FROM (VALUES
	(1, 'NONE', 'NONE', ''),
	(2, 'TOTAL', 'NONE', ''),
	(3, 'INDEXES', 'NONE', ''),
	(4, 'INDEXES', 'NONE', ', "Year": {"N": "1"}'),
	(5, 'INDEXES', 'NONE', ', "Year": {"N": "1"}, "Genre": {"S": "g"}'),
	(6, 'INDEXES', 'NONE', ', "Year": {"N": "1"}, "Genre": {"S": "g"}'),
	(7, 'INDEXES', 'SIZE', ', "Year": {"N": "2"}, "Genre": {"S": "h"}'),
	(8, 'TOTAL', 'SIZE', ', "Year": {"N": "2"}, "x": {"S": "' || repeat('x', 3000) || '"}'),
	(9, 'INDEXES', 'NONE', '')) AS calls(n, capacity, metrics, more)
 ORDER BY n;
-- A table without a local index has no item collections.
SELECT dynamo.put_item('{"TableName": "put_item.plain", "ReturnItemCollectionMetrics": "SIZE", "ReturnConsumedCapacity": "INDEXES",
	"Item": {"id": {"N": "3"}}}');

-- With typed arguments.
SELECT dynamo.put_item('put_item', '{"Artist": {"S": "typed"}, "SongTitle": {"S": "one"}}');
SELECT dynamo.put_item('put_item', '{"Artist": {"S": "typed"}, "SongTitle": {"S": "one"}, "n": {"N": "1"}}', 'ALL_OLD');
SELECT dynamo.put_item(table_name => 'put_item', item => '{"Artist": "typed", "SongTitle": "one", "n": 2}'::jsonb::dynamo.item,
					   return_values => 'ALL_OLD');
SELECT dynamo.put_item('put_item', '{"Artist": {"S": "typed"}, "SongTitle": {"S": "one"}}', 'ALL_NEW');
SELECT dynamo.put_item('put_item', '{"Artist": {"S": "typed"}}');
SELECT dynamo.put_item('put_item', NULL);
SELECT dynamo.put_item(NULL, '{"Artist": {"S": "typed"}}');
SELECT dynamo.put_item('', '{"Artist": {"S": "typed"}}');
SELECT dynamo.put_item('no such table', '{"Artist": {"S": "typed"}}');
SELECT item FROM put_item WHERE item['Artist']::text = 'typed';

-- Many in one statement; what one wrote the next one sees.
SELECT count(dynamo.put_item('put_item.plain', format('{"id": {"N": "%s"}, "i": {"N": "%s"}}', 100 + i % 10, i)::dynamo.item, 'ALL_OLD'))
  FROM generate_series(1, 1000) AS i;
SELECT item FROM "put_item.plain" WHERE item['id']::int >= 100 ORDER BY item['id']::int;

-- It is part of the transaction.
BEGIN;
SELECT dynamo.put_item('put_item.plain', '{"id": {"N": "7"}}');
SAVEPOINT s;
SELECT dynamo.put_item('put_item.plain', '{"id": {"N": "7"}, "a": {"S": "x"}}', 'ALL_OLD');
SELECT dynamo.put_item('put_item.plain', '{"id": {"S": "7"}}');
ROLLBACK TO s;
SELECT item FROM "put_item.plain" WHERE item['id']::int = 7;
ROLLBACK;
SELECT item FROM "put_item.plain" WHERE item['id']::int = 7;

SELECT dynamo.delete_table('{"TableName": "put_item"}') IS NOT NULL AS deleted,
	   dynamo.delete_table('{"TableName": "put_item.plain"}') IS NOT NULL AS deleted;
