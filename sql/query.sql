-- Query on a table: conditions on the key, order, pages, filters, projections.
CREATE FUNCTION pg_temp.create_table(name text, sort_type text) RETURNS void
LANGUAGE sql AS $$
	SELECT dynamo.create_table(json_build_object('TableName', name, 'BillingMode', 'PAY_PER_REQUEST',
		'AttributeDefinitions', json_build_array(json_build_object('AttributeName', 'pk', 'AttributeType', 'S'),
			json_build_object('AttributeName', 'sk', 'AttributeType', sort_type)),
		'KeySchema', '[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]'::json));
$$;
SELECT pg_temp.create_table('query_s', 'S'), pg_temp.create_table('query_n', 'N'), pg_temp.create_table('query_b', 'B');

INSERT INTO query_s (item) SELECT jsonb_build_object('pk', pk, 'sk', sk, 'n', n)::dynamo.item
	FROM unnest('{a,b}'::text[]) pk, unnest('{"",1,10,2,a,aa,ab,b,ä,ÿ,Z}'::text[]) WITH ORDINALITY AS t (sk, n) WHERE sk <> '';
INSERT INTO query_n (item) SELECT format('{"pk": {"S": "a"}, "sk": {"N": "%s"}}', n)::dynamo.item
	FROM unnest('{0,1,-1,2,10,-10,1.5,1.50001,1e20,-1e20,1e-20,-1e-20,99999999999999999999999999999999999999}'::text[]) n;
INSERT INTO query_b (item) SELECT format('{"pk": {"S": "a"}, "sk": {"B": "%s"}}', encode(b, 'base64'))::dynamo.item
	FROM unnest('{"\\x00","\\x0000","\\x00ff","\\x01","\\x7f","\\x80","\\xfe","\\xfeff","\\xff","\\xff00","\\xffff","\\xffffff"}'::bytea[]) b;

-- The sort keys that a condition finds in partition a, and the counts.
CREATE FUNCTION pg_temp.find(table_name text, condition text, v1 text DEFAULT NULL, v2 text DEFAULT NULL, more jsonb DEFAULT '{}')
RETURNS text LANGUAGE sql AS $$
	SELECT COALESCE((SELECT string_agg(COALESCE(i -> 'sk' ->> 'S', i -> 'sk' ->> 'N', encode(decode(i -> 'sk' ->> 'B', 'base64'), 'hex')),
				' ' ORDER BY n) FROM json_array_elements(r -> 'Items') WITH ORDINALITY AS t (i, n)), '')
			|| ' (' || (r ->> 'Count') || '/' || (r ->> 'ScannedCount') || ')' || COALESCE(' ' || (r -> 'LastEvaluatedKey'), '')
	FROM dynamo.query((jsonb_build_object('TableName', table_name, 'KeyConditionExpression', 'pk = :p' || COALESCE(' AND ' || condition, ''),
		'ExpressionAttributeValues', jsonb_strip_nulls(jsonb_build_object(':p', '{"S": "a"}'::jsonb, ':v', v1::jsonb, ':w', v2::jsonb))) || more)::json) r
$$;

-- Every operator, on strings, in the order of their bytes.
SELECT pg_temp.find('query_s', NULL);
SELECT pg_temp.find('query_s', 'sk = :v', '{"S": "aa"}');
SELECT pg_temp.find('query_s', 'sk = :v', '{"S": "aaa"}');
SELECT pg_temp.find('query_s', 'sk < :v', '{"S": "a"}');
SELECT pg_temp.find('query_s', 'sk <= :v', '{"S": "a"}');
SELECT pg_temp.find('query_s', 'sk > :v', '{"S": "a"}');
SELECT pg_temp.find('query_s', 'sk >= :v', '{"S": "a"}');
SELECT pg_temp.find('query_s', 'sk BETWEEN :v AND :w', '{"S": "10"}', '{"S": "aa"}');
SELECT pg_temp.find('query_s', 'begins_with(sk, :v)', '{"S": "a"}');
SELECT pg_temp.find('query_s', 'begins_with(sk, :v)', '{"S": "1"}');
SELECT pg_temp.find('query_s', 'begins_with(sk, :v)', '{"S": "ÿ"}');
-- The value may stand on the left, clauses in any order, parentheses around them.
SELECT pg_temp.find('query_s', ':v > sk', '{"S": "a"}');
SELECT pg_temp.find('query_s', '(:v <= sk)', '{"S": "a"}');

-- On numbers, as numbers.
SELECT pg_temp.find('query_n', NULL);
SELECT pg_temp.find('query_n', 'sk = :v', '{"N": "1.50"}');
SELECT pg_temp.find('query_n', 'sk < :v', '{"N": "0"}');
SELECT pg_temp.find('query_n', 'sk <= :v', '{"N": "-0"}');
SELECT pg_temp.find('query_n', 'sk > :v', '{"N": "1.5"}');
SELECT pg_temp.find('query_n', 'sk >= :v', '{"N": "1.5"}');
SELECT pg_temp.find('query_n', 'sk BETWEEN :v AND :w', '{"N": "-1"}', '{"N": "1.5"}');

-- On binaries: the end of a prefix that is all 0xFF is the end of the partition.
SELECT pg_temp.find('query_b', NULL);
SELECT pg_temp.find('query_b', 'sk = :v', '{"B": "AA=="}');
SELECT pg_temp.find('query_b', 'sk < :v', '{"B": "AP8="}');
SELECT pg_temp.find('query_b', 'sk <= :v', '{"B": "AP8="}');
SELECT pg_temp.find('query_b', 'sk > :v', '{"B": "/v8="}');
SELECT pg_temp.find('query_b', 'sk >= :v', '{"B": "/v8="}');
SELECT pg_temp.find('query_b', 'sk BETWEEN :v AND :w', '{"B": "AAA="}', '{"B": "fw=="}');
SELECT pg_temp.find('query_b', 'begins_with(sk, :v)', '{"B": "AA=="}');
SELECT pg_temp.find('query_b', 'begins_with(sk, :v)', '{"B": "/w=="}');
SELECT pg_temp.find('query_b', 'begins_with(sk, :v)', '{"B": "//8="}');
SELECT pg_temp.find('query_b', 'begins_with(sk, :v)', '{"B": "/v8="}');

-- Backwards, and in pages: a page that ends at Limit says where, even at the last item.
SELECT pg_temp.find('query_s', NULL, more => '{"ScanIndexForward": false}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 4}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 4, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "a"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 2, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "b"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 3, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "b"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "ÿ"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 3, "ScanIndexForward": false, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "b"}}}');
-- A start key need not exist.
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 2, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "aaa"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"Limit": 2, "ScanIndexForward": false, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "aaa"}}}');
-- With a condition, the page ends where the condition does.
SELECT pg_temp.find('query_s', 'begins_with(sk, :v)', '{"S": "a"}', more => '{"Limit": 2}');
SELECT pg_temp.find('query_s', 'begins_with(sk, :v)', '{"S": "a"}', more => '{"Limit": 2, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "aa"}}}');
SELECT pg_temp.find('query_s', 'sk < :v', '{"S": "a"}', more => '{"Limit": 2, "ScanIndexForward": false, "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "10"}}}');
SELECT pg_temp.find('query_s', 'sk = :v', '{"S": "aa"}', more => '{"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "aa"}}}');

-- A filter comes after Limit and counts; it is no part of the key.
SELECT pg_temp.find('query_s', NULL, more => '{"FilterExpression": "n > :f", "ExpressionAttributeValues": {":p": {"S": "a"}, ":f": {"N": "4"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"FilterExpression": "n > :f", "Limit": 4, "ExpressionAttributeValues": {":p": {"S": "a"}, ":f": {"N": "4"}}}');
SELECT pg_temp.find('query_s', NULL, more => '{"FilterExpression": "attribute_exists(x)", "Limit": 4}');

-- What is returned.
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 2}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 2, "ProjectionExpression": "n"}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 2, "ProjectionExpression": "x.y", "Select": "SPECIFIC_ATTRIBUTES"}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 2, "Select": "COUNT"}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}, "Limit": 1, "Select": "ALL_ATTRIBUTES"}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "none"}}}');
SELECT dynamo.call('Query', '{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/query_s", "KeyConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": "pk"}, "ExpressionAttributeValues": {":p": {"S": "b"}}, "Limit": 1}');

-- The older parameters.
SELECT dynamo.query('{"TableName": "query_s", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["sk"], "Limit": 2}');
SELECT dynamo.query(format('{"TableName": "query_s", "KeyConditions": {"sk": {"ComparisonOperator": "%s", "AttributeValueList": %s}, "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["sk"]}',
	operator, list)::json) FROM (VALUES ('EQ', '[{"S": "a"}]'), ('LT', '[{"S": "10"}]'), ('LE', '[{"S": "10"}]'), ('GT', '[{"S": "b"}]'), ('GE', '[{"S": "b"}]'),
	('BEGINS_WITH', '[{"S": "a"}]'), ('BETWEEN', '[{"S": "Z"}, {"S": "a"}]')) AS t (operator, list);
SELECT dynamo.query('{"TableName": "query_s", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["sk"],
	"QueryFilter": {"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "9"}]}}}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["sk"],
	"QueryFilter": {"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "10"}]}, "x": {"ComparisonOperator": "NULL"}}, "ConditionalOperator": "AND"}');
SELECT dynamo.query('{"TableName": "query_s", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["sk"],
	"QueryFilter": {"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "10"}]}, "x": {"ComparisonOperator": "NOT_NULL"}}, "ConditionalOperator": "OR"}');
-- KeyConditions may go with a filter expression.
SELECT dynamo.query('{"TableName": "query_s", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "ProjectionExpression": "sk",
	"FilterExpression": "n > :n", "ExpressionAttributeValues": {":n": {"N": "10"}}}');

-- A table without a sort key.
SELECT dynamo.create_table('{"TableName": "query_hash", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL;
INSERT INTO query_hash (item) VALUES ('{"id": {"N": "1"}}'), ('{"id": {"N": "10"}}');
SELECT dynamo.query('{"TableName": "query_hash", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}');
SELECT dynamo.query('{"TableName": "query_hash", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"N": "1"}}, "Limit": 1}');
SELECT dynamo.query('{"TableName": "query_hash", "KeyConditionExpression": "id = :p", "ExpressionAttributeValues": {":p": {"N": "2"}}}');

-- Partition keys that are stored as a digest, with the longest sort keys.
INSERT INTO query_s (item) SELECT jsonb_build_object('pk', repeat(p, 2048), 'sk', repeat('x', 1023) || s)::dynamo.item
	FROM unnest('{p,q}'::text[]) p, unnest('{a,b,c,d}'::text[]) s;
SELECT left(i -> 'pk' ->> 'S', 1), right(i -> 'sk' ->> 'S', 2), length(i::text)
FROM dynamo.query(json_build_object('TableName', 'query_s', 'KeyConditionExpression', 'pk = :p AND sk > :s',
	'ExpressionAttributeValues', json_build_object(':p', json_build_object('S', repeat('q', 2048)), ':s', json_build_object('S', repeat('x', 1023) || 'a')),
	'ScanIndexForward', false, 'ExclusiveStartKey', json_build_object('pk', json_build_object('S', repeat('q', 2048)), 'sk', json_build_object('S', repeat('x', 1023) || 'd')))) r,
	json_array_elements(r -> 'Items') i;

-- A page ends once 1 MB of items was evaluated, before filters and projections.
INSERT INTO query_s (item) SELECT jsonb_build_object('pk', 'large', 'sk', to_char(n, 'FM00'), 'x', repeat('x', 99990))::dynamo.item FROM generate_series(1, 12) n;
SELECT pg_temp.find('query_s', NULL, more => '{"ExpressionAttributeValues": {":p": {"S": "large"}}, "ProjectionExpression": "sk", "ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.find('query_s', NULL, more => '{"ExpressionAttributeValues": {":p": {"S": "large"}}, "ProjectionExpression": "sk", "FilterExpression": "attribute_not_exists(x)"}');
SELECT pg_temp.find('query_s', NULL, more => '{"ExpressionAttributeValues": {":p": {"S": "large"}}, "ProjectionExpression": "sk", "ExclusiveStartKey": {"pk": {"S": "large"}, "sk": {"S": "02"}}}');
SET dynamo.enforce_limits = off;
SELECT pg_temp.find('query_s', NULL, more => '{"ExpressionAttributeValues": {":p": {"S": "large"}}, "ProjectionExpression": "sk"}');
RESET dynamo.enforce_limits;

-- What it costs: the bytes of the page are rounded once; COUNT costs the same, and nothing found costs the minimum.
SELECT dynamo.query(('{"TableName": "query_s", "KeyConditionExpression": "pk = :p", "Select": "COUNT", ' || more || '}')::json) -> 'ConsumedCapacity'
FROM (VALUES ('"ExpressionAttributeValues": {":p": {"S": "large"}}, "ReturnConsumedCapacity": "TOTAL", "Limit": 1'),
	('"ExpressionAttributeValues": {":p": {"S": "large"}}, "ReturnConsumedCapacity": "TOTAL", "Limit": 1, "ConsistentRead": true'),
	('"ExpressionAttributeValues": {":p": {"S": "large"}}, "ReturnConsumedCapacity": "INDEXES", "Limit": 3'),
	('"ExpressionAttributeValues": {":p": {"S": "a"}}, "ReturnConsumedCapacity": "INDEXES"'),
	('"ExpressionAttributeValues": {":p": {"S": "none"}}, "ReturnConsumedCapacity": "TOTAL"'),
	('"ExpressionAttributeValues": {":p": {"S": "none"}}, "ReturnConsumedCapacity": "NONE"')) AS t (more);

SELECT dynamo.delete_table(json_build_object('TableName', name)) IS NOT NULL FROM unnest('{query_s,query_n,query_b,query_hash}'::text[]) name;
