-- Scan: all items of a table, in pages and in segments.
SELECT dynamo.create_table('{"TableName": "scan", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "N"}, {"AttributeName": "sk", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL;
SELECT dynamo.scan(request => '{"TableName": "scan"}');
SELECT dynamo.scan(request => '{"TableName": "scan", "Limit": 1, "Select": "COUNT", "ReturnConsumedCapacity": "INDEXES"}');
INSERT INTO scan (item) SELECT jsonb_build_object('pk', p, 'sk', s, 'n', p * 10 + ascii(s))::dynamo.item FROM generate_series(1, 50) p, unnest('{a,b,c}'::text[]) s;

-- Partitions by their hash, items in them by the sort key: the order of the key column.
CREATE FUNCTION pg_temp.ids(answer json) RETURNS text[]
LANGUAGE sql AS $$
	SELECT ARRAY(SELECT (i -> 'pk' ->> 'N') || (i -> 'sk' ->> 'S') FROM json_array_elements(answer -> 'Items') WITH ORDINALITY AS t (i, n) ORDER BY n)
$$;
SELECT pg_temp.ids(dynamo.scan(request => '{"TableName": "scan"}')) = ARRAY(SELECT (item ->> 'pk') || (item ->> 'sk') FROM scan ORDER BY key);
SELECT dynamo.scan(request => '{"TableName": "scan", "Limit": 2}');
SELECT dynamo.scan(request => '{"TableName": "scan", "Limit": 2, "ExclusiveStartKey": {"pk": {"N": "37"}, "sk": {"S": "b"}}, "ProjectionExpression": "sk"}');
-- The item of a start key need not exist, nor its partition.
SELECT pg_temp.ids(dynamo.scan(request => '{"TableName": "scan", "ExclusiveStartKey": {"pk": {"N": "1000"}, "sk": {"S": "b"}}}'))
	= ARRAY(SELECT (item ->> 'pk') || (item ->> 'sk') FROM scan WHERE key > dynamo.key_of('{"pk": {"N": "1000"}, "sk": {"S": "b"}}', 'pk N', 'sk S') ORDER BY key);

-- Pages of any size in any number of segments: every item exactly once.
CREATE FUNCTION pg_temp.all_pages(request jsonb) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
	found text[] := '{}';
	answer json;
BEGIN
	LOOP
		answer := dynamo.scan(request::json);
		found := found || pg_temp.ids(answer);
		EXIT WHEN answer -> 'LastEvaluatedKey' IS NULL;
		request := request || jsonb_build_object('ExclusiveStartKey', answer -> 'LastEvaluatedKey');
	END LOOP;
	RETURN found;
END
$$;
SELECT page FROM unnest('{1,2,3,7,149,150,151}'::int[]) page
WHERE pg_temp.all_pages(jsonb_build_object('TableName', 'scan', 'Limit', page)) IS DISTINCT FROM pg_temp.ids(dynamo.scan(request => '{"TableName": "scan"}'));
SELECT total, count(*) AS items, count(DISTINCT id) AS different, count(DISTINCT segment) > total / 2 AND total < 100 AS shared
FROM unnest('{1,2,3,4,7,100}'::int[]) total, generate_series(0, total - 1) segment,
	LATERAL unnest(pg_temp.all_pages(jsonb_build_object('TableName', 'scan', 'Limit', 10, 'Segment', segment, 'TotalSegments', total))) id
GROUP BY total ORDER BY total;
-- Segments are shares of the hashes: the first byte of a key tells the one of 256.
SELECT count(*) FROM scan, LATERAL (SELECT get_byte(key::bytea, 0) AS segment) s
WHERE NOT ((item ->> 'pk') || (item ->> 'sk')) = ANY (pg_temp.ids(dynamo.scan(json_build_object('TableName', 'scan', 'Segment', segment, 'TotalSegments', 256))));
SELECT dynamo.scan(request => '{"TableName": "scan", "Select": "COUNT", "Segment": 999999, "TotalSegments": 1000000}');

-- Filters may name the key; ScanFilter is the older form.
SELECT dynamo.scan(request => '{"TableName": "scan", "FilterExpression": "pk = :p AND sk > :s", "ExpressionAttributeValues": {":p": {"N": "7"}, ":s": {"S": "a"}}}');
SELECT dynamo.scan(request => '{"TableName": "scan", "FilterExpression": "#n BETWEEN :a AND :b", "ExpressionAttributeNames": {"#n": "n"}, "ExpressionAttributeValues": {":a": {"N": "110"}, ":b": {"N": "118"}}, "ProjectionExpression": "#n, pk"}');
SELECT dynamo.scan(request => '{"TableName": "scan", "ScanFilter": {"pk": {"ComparisonOperator": "IN", "AttributeValueList": [{"N": "7"}, {"N": "9"}]}, "sk": {"ComparisonOperator": "NE", "AttributeValueList": [{"S": "a"}]}}, "AttributesToGet": ["n"]}');
SELECT dynamo.scan(request => '{"TableName": "scan", "Select": "COUNT", "ScanFilter": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "7"}]}, "sk": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "a"}]}}, "ConditionalOperator": "OR"}');
-- Its IN has no limit of its own, which that of expressions has.
SELECT dynamo.scan(request => json_build_object('TableName', 'scan', 'Select', 'COUNT', 'ScanFilter', json_build_object('pk',
	json_build_object('ComparisonOperator', 'IN', 'AttributeValueList', (SELECT json_agg(json_build_object('N', n::text)) FROM generate_series(9, 3000) n)))));

-- NOT_CONTAINS does not hold for a missing attribute, as NOT contains() does.
SELECT f, dynamo.scan(request => format('{"TableName": "scan", "Select": "COUNT", %s}', f)::json) -> 'Count' AS count
FROM unnest(ARRAY['"ScanFilter": {"sk": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "a"}]}}', '"ScanFilter": {"x": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "a"}]}}',
	'"ScanFilter": {"n": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "a"}]}}', '"FilterExpression": "NOT contains(x, :a)", "ExpressionAttributeValues": {":a": {"S": "a"}}',
	'"FilterExpression": "attribute_type(:a, :s)", "ExpressionAttributeValues": {":a": {"S": "a"}, ":s": {"S": "S"}}', '"FilterExpression": "attribute_type(:a, :n)", "ExpressionAttributeValues": {":a": {"S": "a"}, ":n": {"S": "N"}}']) f;

-- A name in AttributesToGet that no attribute can have.
SELECT dynamo.scan(request => '{"TableName": "scan", "AttributesToGet": ["n", ""]}');
SELECT dynamo.scan(request => '{"TableName": "scan", "FilterExpression": "attribute_exists(x)", "Limit": 3}') -> 'Count';
SELECT dynamo.scan(request => '{"TableName": "scan", "Select": "COUNT", "FilterExpression": "sk = :s", "ExpressionAttributeValues": {":s": {"S": "a"}}, "ReturnConsumedCapacity": "TOTAL", "ConsistentRead": true}');

-- A scan sees what its statement sees, and what the transaction did before.
BEGIN;
SELECT dynamo.put_item('scan', '{"pk": {"N": "0"}, "sk": {"S": "a"}}');
SELECT dynamo.scan(request => '{"TableName": "scan", "Select": "COUNT"}');
ROLLBACK;
SELECT dynamo.scan(request => '{"TableName": "scan", "Select": "COUNT"}');

-- Large items end a page, at least one is on it.
INSERT INTO scan (item) SELECT jsonb_build_object('pk', p, 'sk', 'large', 'x', repeat('x', 400000))::dynamo.item FROM generate_series(1, 5) p;
SELECT count(*), sum((answer ->> 'ScannedCount')::int), max(length(answer::text)) < 1500000 FROM (
	WITH RECURSIVE page AS (
		SELECT dynamo.scan(request => '{"TableName": "scan", "FilterExpression": "sk = :s", "ExpressionAttributeValues": {":s": {"S": "large"}}}') AS answer
		UNION ALL
		SELECT dynamo.scan(json_build_object('TableName', 'scan', 'FilterExpression', 'sk = :s', 'ExpressionAttributeValues', '{":s": {"S": "large"}}'::json,
			'ExclusiveStartKey', answer -> 'LastEvaluatedKey')) FROM page WHERE answer -> 'LastEvaluatedKey' IS NOT NULL)
	SELECT answer FROM page) AS pages;
SELECT dynamo.delete_table('{"TableName": "scan"}') IS NOT NULL;
