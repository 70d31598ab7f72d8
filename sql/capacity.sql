-- ConsumedCapacity by the service's rules; item collection metrics.
CREATE FUNCTION create_sizes() RETURNS bool LANGUAGE sql AS
$$
	SELECT dynamo.create_table('{"TableName": "Sizes", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
			{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "l", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
		"LocalSecondaryIndexes": [
			{"IndexName": "local-all", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
				"Projection": {"ProjectionType": "ALL"}}],
		"GlobalSecondaryIndexes": [
			{"IndexName": "keys", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
				"Projection": {"ProjectionType": "KEYS_ONLY"}},
			{"IndexName": "include", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
				"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["big"]}}]}') IS NOT NULL
$$;
SELECT create_sizes();

-- An item of exactly "bytes" bytes with the attributes given.
CREATE FUNCTION sized(bytes int, attributes jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS
$$
	SELECT item || jsonb_build_object('big', jsonb_build_object('S', repeat('x', bytes - 3 - dynamo.size(item::text::dynamo.item)::int)))
	FROM (SELECT '{"pk": {"S": "p"}, "sk": {"S": "s"}}' || attributes AS item) AS small
$$;
CREATE FUNCTION put(item jsonb, capacity text DEFAULT 'INDEXES') RETURNS jsonb LANGUAGE sql AS
$$
	SELECT dynamo.put_item(jsonb_build_object('TableName', 'Sizes', 'Item', item, 'ReturnConsumedCapacity', capacity)::json)::jsonb -> 'ConsumedCapacity'
$$;
CREATE FUNCTION get(consistent bool, sk text DEFAULT 's') RETURNS jsonb LANGUAGE sql AS
$$
	SELECT dynamo.get_item(jsonb_build_object('TableName', 'Sizes', 'Key', jsonb_build_object('pk', '{"S": "p"}'::jsonb, 'sk', jsonb_build_object('S', sk)),
		'ConsistentRead', consistent, 'ReturnConsumedCapacity', 'TOTAL')::json)::jsonb -> 'ConsumedCapacity'
$$;
CREATE FUNCTION del(capacity text DEFAULT 'INDEXES') RETURNS jsonb LANGUAGE sql AS
$$
	SELECT dynamo.delete_item(jsonb_build_object('TableName', 'Sizes', 'Key', '{"pk": {"S": "p"}, "sk": {"S": "s"}}'::jsonb,
		'ReturnConsumedCapacity', capacity)::json)::jsonb -> 'ConsumedCapacity'
$$;

-- Without indexed attributes only the table costs: the larger of the old and the new item, in units of 1 KB.
SELECT put(sized(1024));
SELECT put(sized(1024));
SELECT put(sized(1025));
SELECT put(sized(10), 'TOTAL');
SELECT put(sized(10), 'NONE');
-- Reads: units of 4 KB, half where the read need not be consistent; what is missing costs the least there is.
SELECT put(sized(4096), 'TOTAL') ->> 'CapacityUnits';
SELECT get(true), get(false), get(true, 'missing'), get(false, 'missing');
SELECT put(sized(4097), 'TOTAL') ->> 'CapacityUnits';
SELECT get(true), get(false);
-- Deleting costs what is deleted, or one unit.
SELECT del();
SELECT del();

-- Index arms: an entry appears
SELECT put(sized(3000, '{"g": {"S": "1"}, "l": {"S": "1"}}'));
-- stays the same, in an index that does not hold what changed
SELECT put(sized(3000, '{"g": {"S": "1"}, "l": {"S": "1"}, "n": {"N": "1"}}'));
SELECT put(sized(3000, '{"g": {"S": "1"}, "l": {"S": "1"}, "n": {"N": "1"}}'));
-- changes in its place
SELECT put(sized(2000, '{"g": {"S": "1"}, "l": {"S": "1"}, "n": {"N": "1"}}'));
-- moves to another key
SELECT put(sized(2000, '{"g": {"S": "2"}, "l": {"S": "1"}, "n": {"N": "1"}}'));
-- disappears
SELECT put(sized(2000, '{"l": {"S": "1"}, "n": {"N": "1"}}'));
SELECT del();

-- Item collection metrics: only tables with local indexes have them.
SELECT dynamo.put_item('{"TableName": "Sizes", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnItemCollectionMetrics": "SIZE"}');
SELECT dynamo.delete_item('{"TableName": "Sizes", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnItemCollectionMetrics": "SIZE"}');
SELECT dynamo.put_item('{"TableName": "Sizes", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnItemCollectionMetrics": "NONE"}');

-- An item shares the limit of 400 KB with its entries in local indexes.
\set VERBOSITY terse
SELECT put(sized(204800, '{"l": {"S": "1"}}'), 'TOTAL');
SELECT put(sized(204801, '{"l": {"S": "1"}}'), 'TOTAL');
SELECT put(sized(409600), 'TOTAL');
SELECT put(sized(409601), 'TOTAL');

DROP TABLE "Sizes";
DROP FUNCTION create_sizes, sized, put, get, del;
