-- GetItem: reads the item of a key.
SELECT dynamo.create_table('{"TableName": "get_item", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Track", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Track", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "get_item.binary", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('get_item', '{"Artist": {"S": "No One You Know"}, "Track": {"N": "1"},
	"Title": {"S": "Call Me Today"}, "Info": {"M": {"Awards": {"N": "1"}, "Tags": {"SS": ["a", "b"]}}}}');
SELECT dynamo.put_item('get_item', '{"Artist": {"S": "No One You Know"}, "Track": {"N": "2"}}');
SELECT dynamo.put_item('get_item.binary', '{"id": {"B": "AAE="}, "a": {"S": "x"}}');

SELECT dynamo.get_item('{"TableName": "get_item", "Key": {"Artist": {"S": "No One You Know"}, "Track": {"N": "1"}}}');
-- Numbers are keys by their value.
SELECT dynamo.get_item('{"TableName": "get_item", "Key": {"Track": {"N": "0.2e1"}, "Artist": {"S": "No One You Know"}}}');
-- There is none.
SELECT dynamo.get_item('{"TableName": "get_item", "Key": {"Artist": {"S": "No One You Know"}, "Track": {"N": "3"}}}');
SELECT dynamo.get_item('{"TableName": "get_item", "Key": {"Artist": {"S": "no one you know"}, "Track": {"N": "1"}}}');
-- Both kinds of consistency; the table's ARN.
SELECT dynamo.get_item('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/get_item.binary", "ConsistentRead": true,
	"Key": {"id": {"B": "AAE="}}}');
SELECT dynamo.get_item('{"TableName": "get_item.binary", "ConsistentRead": false, "Key": {"id": {"B": "AAE="}}}');

-- AttributesToGet names top-level attributes.
SELECT attributes, dynamo.get_item(format('{"TableName": "get_item", "Key": {"Artist": {"S": "No One You Know"}, "Track": {"N": "%s"}},
	"AttributesToGet": %s}', track, attributes)::json)
  FROM (VALUES
	(1, '["Title"]'),
	(1, '["Track", "Info", "Title"]'),
	(1, '["nothing", "Track"]'),
	(1, '["Info.Awards"]'),
	(1, '["nothing"]'),
	(3, '["Title"]')) AS calls(track, attributes);
SELECT dynamo.get_item('{"TableName": "get_item", "Key": {"Artist": {"S": "No One You Know"}, "Track": {"N": "1"}},
	"AttributesToGet": ["Title", "Info", "Title"]}');

-- Capacity: half a unit for 4 KB, one where the read is consistent; what is missing costs as much.
SELECT dynamo.put_item('get_item', format('{"Artist": {"S": "big"}, "Track": {"N": "1"}, "x": {"S": "%s"}}', repeat('x', 5000))::dynamo.item);
SELECT (dynamo.get_item(format('{"TableName": "get_item", "Key": {"Artist": {"S": "%s"}, "Track": {"N": "1"}},
	"AttributesToGet": ["Artist"], "ConsistentRead": %s, "ReturnConsumedCapacity": "%s"}', artist, consistent, capacity)::json))
  FROM (VALUES
	(1, 'big', 'false', 'TOTAL'),
	(2, 'big', 'true', 'TOTAL'),
	(3, 'big', 'true', 'INDEXES'),
	(4, 'No One You Know', 'true', 'TOTAL'),
	(5, 'No One You Know', 'false', 'INDEXES'),
	(6, 'nobody', 'true', 'TOTAL'),
	(7, 'nobody', 'false', 'TOTAL'),
	(8, 'nobody', 'false', 'NONE')) AS calls(n, artist, consistent, capacity)
 ORDER BY n;

-- With typed arguments: a key as an item, as values, or plainly as texts,
-- which mean what the key schema says.
SELECT dynamo.get_item('get_item', key => '{"Artist": {"S": "No One You Know"}, "Track": {"N": "1"}}');
SELECT dynamo.get_item('get_item', '{"Artist": "No One You Know", "Track": 2}'::jsonb::dynamo.item);
SELECT dynamo.get_item('get_item', 'No One You Know', '1');
SELECT dynamo.get_item('get_item', 'No One You Know'::text, '1.0'::text);
SELECT dynamo.get_item('get_item', partition_key => 'No One You Know', sort_key => '2');
SELECT dynamo.get_item('get_item', 'No One You Know'::text::dynamo.value, 2::dynamo.value);
SELECT dynamo.get_item('get_item.binary', 'AAE=');
SELECT dynamo.get_item('get_item.binary', '\x0001'::bytea::dynamo.value);
SELECT dynamo.get_item('get_item', 'No One You Know', '3') IS NULL AS none;
SELECT (dynamo.get_item('arn:aws:dynamodb:us-east-1:000000000000:table/get_item', 'No One You Know', '1'))['Title'];

-- The values of another item's attributes.
SELECT g.item['Track'], dynamo.get_item('get_item', g.item['Artist'], g.item['Track']) = g.item AS same
  FROM get_item AS g WHERE g.item['Artist']::text = 'No One You Know' ORDER BY g.item['Track']::int;

-- Bad keys.
SELECT dynamo.get_item('get_item', 'No One You Know');
SELECT dynamo.get_item('get_item', 'No One You Know', 'x');
SELECT dynamo.get_item('get_item', 'No One You Know', '');
SELECT dynamo.get_item('get_item', '', '1');
SELECT dynamo.get_item('get_item', 1::dynamo.value, 2::dynamo.value);
SELECT dynamo.get_item('get_item.binary', 'AAE=', 'x');
SELECT dynamo.get_item('get_item.binary', 'AAE');
SELECT dynamo.get_item('get_item', key => '{"Artist": {"S": "No One You Know"}}');
SELECT dynamo.get_item('', 'x');
SELECT dynamo.get_item('no such table', 'x');
-- NULL has no item.
SELECT dynamo.get_item(NULL, 'x') IS NULL AS none, dynamo.get_item('get_item', NULL, '1') IS NULL AS none,
	   dynamo.get_item('get_item', 'No One You Know', NULL) IS NULL AS none;

-- In a join; as a stable function it sees what its statement sees.
SELECT o.n, (dynamo.get_item('get_item', 'No One You Know', o.track::text))['Title']::text AS title
  FROM (VALUES (1, 1), (2, 2), (3, 3)) AS o(n, track) ORDER BY o.n;
-- So what its statement writes it does not see, but the next one does, in a function, too.
SELECT dynamo.put_item('get_item', '{"Artist": {"S": "new"}, "Track": {"N": "1"}}') AS put,
	   dynamo.get_item('get_item', 'new', '1') IS NULL AS none;
SELECT dynamo.get_item('get_item', 'new', '1');
DO $$
BEGIN
	PERFORM dynamo.put_item('get_item', '{"Artist": {"S": "new"}, "Track": {"N": "1"}, "a": {"BOOL": true}}');
	ASSERT (dynamo.get_item('get_item', 'new', '1'))['a']::boolean;
	PERFORM dynamo.delete_item('get_item', 'new', '1');
	ASSERT dynamo.get_item('get_item', 'new', '1') IS NULL;
END
$$;
-- Prepared.
PREPARE get(text, text) AS SELECT dynamo.get_item('get_item', $1, $2);
EXECUTE get('No One You Know', '2');
EXECUTE get('No One You Know', '4');
DEALLOCATE get;

-- Not from a table that is not one of items.
CREATE TABLE get_item_not (key text, item text);
SELECT dynamo.get_item('get_item_not', 'x');
DROP TABLE get_item_not;

SELECT dynamo.delete_table('{"TableName": "get_item"}') IS NOT NULL AS deleted,
	   dynamo.delete_table('{"TableName": "get_item.binary"}') IS NOT NULL AS deleted;
-- Now there is none.
SELECT dynamo.get_item('get_item', 'No One You Know', '1');
