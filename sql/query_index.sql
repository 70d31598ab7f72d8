-- Query and Scan on secondary indexes: projections, costs, cursors among equal keys, multi-attribute keys.
SELECT dynamo.create_table('{"TableName": "query_index", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [
		{"IndexName": "local", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]}},
		{"IndexName": "local-all", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "keys", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "KEYS_ONLY"}},
		{"IndexName": "include", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "z"]}},
		{"IndexName": "all", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL;
-- n has few values; some items are not in some of the indexes.
INSERT INTO query_index (item) SELECT jsonb_strip_nulls(jsonb_build_object('pk', 'p' || i % 2, 'sk', i, 'g', CASE WHEN i % 7 > 0 THEN 'g' END,
	'n', CASE WHEN i % 5 > 0 THEN i / 4 END, 'x', 'x' || i, 'y', 'y' || i))::dynamo.item FROM generate_series(1, 20) i;

CREATE FUNCTION pg_temp.answer(request jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.query(('{"TableName": "query_index"}' || request)::json);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN to_jsonb(SQLSTATE || ' ' || message);
END
$$;
-- The answer for an index, by its HASH attribute.
CREATE FUNCTION pg_temp.find(index_name text, more jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql AS $$
	SELECT pg_temp.answer(jsonb_build_object('IndexName', index_name,
		'KeyConditionExpression', CASE WHEN index_name LIKE 'local%' THEN 'pk = :h' ELSE 'g = :h' END,
		'ExpressionAttributeValues', CASE WHEN index_name LIKE 'local%' THEN '{":h": {"S": "p1"}}' ELSE '{":h": {"S": "g"}}' END::jsonb) || more)
$$;

-- What each projection returns.
SELECT name, jsonb_array_element(pg_temp.find(name, '{"Limit": 1}') -> 'Items', 0) FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT name, pg_temp.find(name, '{"Select": "COUNT"}') FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT name, jsonb_array_element(pg_temp.find(name, '{"Limit": 1, "Select": "ALL_PROJECTED_ATTRIBUTES"}') -> 'Items', 0) FROM unnest('{local,keys,all}'::text[]) name;
-- A local index reaches back to the table for the rest; a global one does not.
SELECT name, pg_temp.find(name, '{"Limit": 1, "Select": "ALL_ATTRIBUTES"}') FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT name, pg_temp.find(name, '{"Limit": 2, "ProjectionExpression": "y, sk, q.a"}') FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT name, pg_temp.find(name, '{"Limit": 2, "ProjectionExpression": "x, sk"}') FROM unnest('{local,keys,include}'::text[]) name;

-- A Query's filter sees what the index projects, and may name the table's key, but not that of the index.
SELECT name, pg_temp.find(name, '{"FilterExpression": "y = :y OR x = :y OR y <> :y", "ExpressionAttributeValues": {":h": {"S": "g"}, ":y": {"S": "y8"}}}')
FROM unnest('{local,keys,include}'::text[]) name;
SELECT pg_temp.find('include', '{"FilterExpression": "x = :x OR pk = :x", "ExpressionAttributeValues": {":h": {"S": "g"}, ":x": {"S": "x8"}}}');
SELECT pg_temp.find('include', '{"FilterExpression": "sk = :x", "ExpressionAttributeValues": {":h": {"S": "g"}, ":x": {"N": "8"}}}');
SELECT pg_temp.find('keys', '{"FilterExpression": "sk = :x AND pk = :p", "ExpressionAttributeValues": {":h": {"S": "g"}, ":x": {"N": "8"}, ":p": {"S": "p0"}}}');

-- What it costs: entries of the index, and, for a local index, the items that it reached back for.
SELECT name, pg_temp.find(name, '{"Select": "COUNT", "ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity' FROM unnest('{local,keys}'::text[]) name;
SELECT pg_temp.find('local', '{"Select": "ALL_ATTRIBUTES", "ConsistentRead": true, "ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity';
SELECT pg_temp.find('local', '{"Select": "ALL_ATTRIBUTES", "ReturnConsumedCapacity": "TOTAL"}') -> 'ConsumedCapacity';
-- An entry is small, however large its item is.
UPDATE query_index SET item['y'] = to_jsonb(repeat('y', 5000))::dynamo.value WHERE item['g'] IS NOT NULL;
SELECT name, pg_temp.find(name, '{"Select": "COUNT", "ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity' FROM unnest('{local,keys,include,all}'::text[]) name;
SELECT pg_temp.find('local', '{"ProjectionExpression": "y", "Limit": 3, "ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity';
SELECT pg_temp.find('keys', '{"ConsistentRead": true}');
SELECT pg_temp.find('no-such-index');

-- Pages of any size, forwards and backwards, among entries of equal keys: every item once, in the order of one page.
CREATE FUNCTION pg_temp.pages(index_name text, page int, forward bool) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text := '';
	more jsonb := jsonb_build_object('Limit', page, 'ScanIndexForward', forward);
	answer jsonb;
BEGIN
	LOOP
		answer := pg_temp.find(index_name, more);
		found := found || COALESCE((SELECT string_agg(' ' || (i -> 'sk' ->> 'N'), '' ORDER BY n)
			FROM jsonb_array_elements(answer -> 'Items') WITH ORDINALITY AS t (i, n)), '');
		EXIT WHEN NOT answer ? 'LastEvaluatedKey';
		more := more || jsonb_build_object('ExclusiveStartKey', answer -> 'LastEvaluatedKey');
	END LOOP;
	RETURN found;
END
$$;
SELECT name, pg_temp.pages(name, 1000, true), pg_temp.pages(name, 1000, false) FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT name, forward, count(*), count(DISTINCT pg_temp.pages(name, page, forward))
FROM unnest('{local,local-all,keys,include,all}'::text[]) name, unnest('{true,false}'::bool[]) forward, generate_series(1, 20) page
GROUP BY name, forward ORDER BY name, forward;
SELECT pg_temp.find('keys', '{"Limit": 3, "ProjectionExpression": "sk"}');
-- The item of a start key may have gone, or have moved to another key of the index.
DELETE FROM query_index WHERE item ->> 'sk' = '4';
UPDATE query_index SET item['n'] = to_jsonb(0)::dynamo.value WHERE item ->> 'sk' = '8';
SELECT pg_temp.find('keys', '{"Limit": 3, "ProjectionExpression": "sk", "ExclusiveStartKey": {"pk": {"S": "p0"}, "sk": {"N": "4"}, "g": {"S": "g"}, "n": {"N": "1"}}}');
SELECT pg_temp.find('keys', '{"Limit": 3, "ProjectionExpression": "sk", "ScanIndexForward": false, "ExclusiveStartKey": {"pk": {"S": "p0"}, "sk": {"N": "8"}, "g": {"S": "g"}, "n": {"N": "2"}}}');

-- Scan: all entries of the index, in segments; a filter sees what is projected.
SELECT name, dynamo.scan(json_build_object('TableName', 'query_index', 'IndexName', name, 'Select', 'COUNT')) FROM unnest('{local,local-all,keys,include,all}'::text[]) name;
SELECT dynamo.scan(request => '{"TableName": "query_index", "IndexName": "keys", "FilterExpression": "attribute_not_exists(x) AND n = :n", "ExpressionAttributeValues": {":n": {"N": "4"}}}');
SELECT dynamo.scan(request => '{"TableName": "query_index", "IndexName": "local", "FilterExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "4"}}, "ProjectionExpression": "sk, x", "Limit": 30, "ReturnConsumedCapacity": "INDEXES"}') -> 'ConsumedCapacity';
SELECT sum((dynamo.scan(json_build_object('TableName', 'query_index', 'IndexName', 'local', 'Select', 'COUNT', 'Segment', s, 'TotalSegments', 5)) ->> 'Count')::int) FROM generate_series(0, 4) s;
SELECT dynamo.delete_table('{"TableName": "query_index"}') IS NOT NULL;
