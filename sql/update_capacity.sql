-- What UpdateItem costs in a table with indexes: each arm by what becomes of the index's entry.
SELECT dynamo.create_table('{"TableName": "Costs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
		{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "l", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [
		{"IndexName": "local", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["extra"]}}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "all", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "keys", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;

-- The table's units, then those of the indexes that cost something, and the sum.
CREATE FUNCTION cost(update text, "values" jsonb DEFAULT NULL, condition text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', (c -> 'Table' ->> 'CapacityUnits'),
			(SELECT string_agg(format('%s=%s', k, v ->> 'CapacityUnits'), ' ' ORDER BY k COLLATE "C")
			   FROM jsonb_each(coalesce(c -> 'GlobalSecondaryIndexes', '{}') || coalesce(c -> 'LocalSecondaryIndexes', '{}')) AS e (k, v)),
			'total ' || (c ->> 'CapacityUnits'))
	  FROM (SELECT dynamo.update_item(jsonb_strip_nulls(jsonb_build_object('TableName', 'Costs', 'UpdateExpression', update,
				'ConditionExpression', condition, 'ExpressionAttributeValues', "values", 'ReturnConsumedCapacity', 'INDEXES',
				'Key', jsonb_build_object('pk', '{"S": "p"}'::jsonb, 'sk', '{"S": "s"}'::jsonb)))::json)::jsonb -> 'ConsumedCapacity' AS c) AS answer
$$;
CREATE FUNCTION s(bytes int) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object(':v', jsonb_build_object('S', repeat('x', bytes))) $$;

-- An item in no index: the larger of what was and what is, 1 KB a unit.  Key attributes have 6 bytes here.
SELECT cost('REMOVE nothing');
SELECT cost('SET v = :v', s(1024 - 7));
SELECT cost('SET v = :v', s(1024 - 6));
SELECT cost('SET v = :v', s(10));
SELECT cost('SET w = v');
-- An update that changes nothing costs what the item is.
SELECT cost('SET v = v');
SELECT cost(NULL);
-- An entry appears in "all"; half of the key of "keys" makes none there.
SELECT cost('SET g = :v, w = :w', s(1) || jsonb_build_object(':w', jsonb_build_object('S', repeat('x', 3000))));
-- Entries appear in "keys" and "local": their size.  In "all" l is no key, so the entry changes in its place.
SELECT cost('SET l = :l', '{":l": {"N": "1"}}');
-- What an index does not hold costs it nothing: only "all" holds v.
SELECT cost('SET v = :v', s(2));
-- "local" holds extra, too.
SELECT cost('SET extra = :v', s(1200));
-- The larger of the old and the new entry, in its place.
SELECT cost('SET extra = :v', s(1));
-- A key that changes: the old entry and the new one.  In "all" l is no key.
SELECT cost('ADD l :l', '{":l": {"N": "1"}}');
SELECT cost('SET g = :v', s(2));
-- The same key and the same entry: nothing, also where the number is written in another way.
SELECT cost('SET l = :l', '{":l": {"N": "2.0"}}');
-- An entry goes: the old entry's size.
SELECT cost('REMOVE l');
SELECT cost('REMOVE g');
-- The parameter that expressions replaced costs the same.
SELECT dynamo.update_item('{"TableName": "Costs", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnConsumedCapacity": "INDEXES",
	"AttributeUpdates": {"g": {"Value": {"S": "g"}}, "l": {"Action": "ADD", "Value": {"N": "1"}}}}') -> 'ConsumedCapacity' AS cost;
-- So do the other operations under a condition; TOTAL is the sum alone.
SELECT dynamo.put_item('{"TableName": "Costs", "Item": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnConsumedCapacity": "TOTAL",
	"ConditionExpression": "attribute_exists(g)"}') -> 'ConsumedCapacity' AS cost;
SELECT dynamo.delete_item('{"TableName": "Costs", "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}}, "ReturnConsumedCapacity": "INDEXES",
	"ConditionExpression": "attribute_not_exists(g)"}') -> 'ConsumedCapacity' AS cost;

SELECT dynamo.delete_table('Costs') IS NOT NULL AS deleted;
DROP FUNCTION cost;
DROP FUNCTION s;
