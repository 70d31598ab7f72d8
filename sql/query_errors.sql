-- What Query and Scan refuse, in the service's words and order.
CREATE FUNCTION pg_temp.answer(operation text, request jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.call(operation, request::json);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message;
END
$$;
CREATE FUNCTION pg_temp.query(request jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.answer('Query', '{"TableName": "query_none"}' || request) $$;
CREATE FUNCTION pg_temp.scan(request jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.answer('Scan', '{"TableName": "query_none"}' || request) $$;

-- Types and constraints of members, all that are broken at once; a bad table name alone.
SELECT pg_temp.query('{"Limit": "1"}');
SELECT pg_temp.query('{"KeyConditions": []}');
SELECT pg_temp.query('{"KeyConditions": {"a": []}}');
SELECT pg_temp.query('{"KeyConditions": {"a": null}}');
SELECT pg_temp.query('{"ExclusiveStartKey": {"a": "b"}}');
SELECT pg_temp.query('{"ScanIndexForward": 1}');
SELECT pg_temp.query('{"ReturnConsumedCapacity": "hi", "AttributesToGet": [], "IndexName": "abc;", "Select": "hi", "Limit": -1, "KeyConditions": {"a": {}, "b": {"ComparisonOperator": ""}},
	"ConditionalOperator": "AN", "QueryFilter": {"a": {}, "b": {"ComparisonOperator": ""}}}');
SELECT pg_temp.scan('{"ReturnConsumedCapacity": "hi", "AttributesToGet": [], "IndexName": "abc;", "Segment": -1, "TotalSegments": -1, "Select": "hi", "Limit": -1,
	"ScanFilter": {"a": {}, "b": {"ComparisonOperator": ""}}, "ConditionalOperator": "AN"}');
SELECT pg_temp.query('{"TableName": "a;", "Limit": -1}');
SELECT pg_temp.query('{"Limit": 0}'), pg_temp.scan('{"Limit": 0}');
SELECT pg_temp.query('{"Limit": 0, "Select": "hi"}');
SELECT pg_temp.scan('{"Segment": 1000000, "TotalSegments": 1000001}');

-- Parameters that exclude each other.
SELECT pg_temp.query('{"ExclusiveStartKey": {"a": {}}, "Select": "SPECIFIC_ATTRIBUTES", "AttributesToGet": ["a", "a"], "QueryFilter": {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [{}]}},
	"ConditionalOperator": "OR", "KeyConditions": {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [{}]}}, "ProjectionExpression": "", "FilterExpression": "", "KeyConditionExpression": "",
	"ExpressionAttributeNames": {}, "ExpressionAttributeValues": {}}');
SELECT pg_temp.query('{"AttributesToGet": ["a", "a"], "QueryFilter": {}, "KeyConditions": {}, "ConditionalOperator": "OR", "FilterExpression": "", "ProjectionExpression": ""}');
SELECT pg_temp.scan('{"AttributesToGet": ["a", "a"], "ScanFilter": {}, "ConditionalOperator": "OR", "FilterExpression": "", "ProjectionExpression": "", "Segment": 1}');
SELECT pg_temp.query('{"KeyConditions": {}, "ExpressionAttributeNames": {}, "ExpressionAttributeValues": {}}');
SELECT pg_temp.query('{"KeyConditions": {}, "ExpressionAttributeValues": {}}'), pg_temp.scan('{"ExpressionAttributeValues": {}}');
SELECT pg_temp.query('{"KeyConditionExpression": "a = :a", "ConditionalOperator": "OR"}');
SELECT pg_temp.query('{"KeyConditions": {}, "ConditionalOperator": "OR"}');
SELECT pg_temp.scan('{"ScanFilter": {"a": {"ComparisonOperator": "NULL"}}, "ConditionalOperator": "OR"}');

-- The older filters, before duplicates in AttributesToGet for Query and after them for Scan.
SELECT pg_temp.query(jsonb_build_object('QueryFilter', jsonb_build_object('a', condition), 'AttributesToGet', '["a", "a"]'::jsonb)),
	pg_temp.scan(jsonb_build_object('ScanFilter', jsonb_build_object('a', condition), 'ExclusiveStartKey', '{"a": {}}'::jsonb))
FROM unnest(ARRAY['{"ComparisonOperator": "EQ", "AttributeValueList": [{}, {"S": ""}]}', '{"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}, {"SS": []}, {}]}',
	'{"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "x"}]}', '{"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a", "N": "1"}]}', '{"ComparisonOperator": "EQ"}',
	'{"ComparisonOperator": "NULL", "AttributeValueList": [{"S": "a"}]}', '{"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"S": "a"}]}',
	'{"ComparisonOperator": "LT", "AttributeValueList": [{"BOOL": true}]}', '{"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"N": "1"}]}',
	'{"ComparisonOperator": "IN", "AttributeValueList": [{"S": "a"}, {"N": "1"}]}', '{"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"S": "b"}, {"S": "a"}]}']::jsonb[]) condition;
SELECT pg_temp.query('{"QueryFilter": {}, "AttributesToGet": ["a", "b", "a"], "ExclusiveStartKey": {"a": {}}}');
SELECT pg_temp.scan('{"ScanFilter": {"a": {"ComparisonOperator": "EQ"}}, "AttributesToGet": ["a", "b", "a"]}');

-- The values of a start key.
SELECT pg_temp.query(jsonb_build_object('ExclusiveStartKey', jsonb_build_object('a', v))) = pg_temp.scan(jsonb_build_object('Segment', 1, 'ExclusiveStartKey', jsonb_build_object('a', v))) AS same,
	pg_temp.query(jsonb_build_object('ExclusiveStartKey', jsonb_build_object('a', v)))
FROM unnest(ARRAY['{}', '{"a": ""}', '{"M": {"a": {}}}', '{"L": [{}]}', '{"NULL": false}', '{"SS": []}', '{"BS": []}', '{"NS": []}', '{"SS": ["a", "a"]}', '{"BS": ["Yg==", "Yg=="]}', '{"NS": ["1", "1"]}',
	'{"N": ""}', '{"N": "b"}', '{"N": "123456789012345678901234567890123456789"}', '{"N": "1e126"}', '{"N": "1e-131"}', '{"S": "a", "N": "1"}']::jsonb[]) v;

-- Segments, Select, and a Query without a condition.
SELECT pg_temp.scan('{"Segment": 1, "FilterExpression": ""}'), pg_temp.scan('{"TotalSegments": 1, "FilterExpression": ""}');
SELECT pg_temp.scan('{"Segment": 5, "TotalSegments": 5, "FilterExpression": ""}');
SELECT pg_temp.query('{"Select": "SPECIFIC_ATTRIBUTES"}'), pg_temp.scan('{"Select": "SPECIFIC_ATTRIBUTES"}');
SELECT pg_temp.query('{"Select": "ALL_PROJECTED_ATTRIBUTES"}'), pg_temp.scan('{"Select": "ALL_PROJECTED_ATTRIBUTES"}');
SELECT pg_temp.query(jsonb_build_object('Select', s, 'IndexName', 'index', 'ProjectionExpression', 'a')), pg_temp.scan(jsonb_build_object('Select', s, 'IndexName', 'index', 'AttributesToGet', '["a"]'::jsonb))
FROM unnest('{COUNT,ALL_ATTRIBUTES,ALL_PROJECTED_ATTRIBUTES}'::text[]) s;
SELECT pg_temp.query('{}'), pg_temp.query('{"FilterExpression": ""}');

-- Expressions: the key condition first, then filter and projection; what is left unused comes after all of them.
SELECT pg_temp.query('{"KeyConditionExpression": "", "ExpressionAttributeNames": {}}'), pg_temp.query('{"KeyConditionExpression": "", "ExpressionAttributeValues": {"a": {"S": "b"}}}');
SELECT pg_temp.query('{"KeyConditionExpression": "", "FilterExpression": "", "ProjectionExpression": "", "ExpressionAttributeValues": {":0": {"S": "b"}}}');
SELECT pg_temp.query('{"KeyConditionExpression": "attribute_type(a, :a)", "FilterExpression": "", "ProjectionExpression": "", "ExpressionAttributeValues": {":a": {"S": "N"}}}');
SELECT pg_temp.query('{"KeyConditionExpression": "attribute_type(a, :a)", "FilterExpression": "a > b", "ProjectionExpression": "", "ExpressionAttributeValues": {":a": {"S": "N"}}}');
SELECT pg_temp.scan('{"FilterExpression": "", "ProjectionExpression": ""}'), pg_temp.scan('{"FilterExpression": "a > b", "ProjectionExpression": ""}');
SELECT pg_temp.query('{"KeyConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "N"}, ":b": {"S": "N"}}}');
SELECT e, pg_temp.query(jsonb_build_object('KeyConditionExpression', e, 'ExpressionAttributeValues', '{":a": {"S": "1"}, ":b": {"S": "2"}}'::jsonb))
FROM unnest('{a = :a OR a = :b,a IN (:a\, :b),attribute_exists(a) AND a = :a AND b = :b,NOT a = :a AND b = :b,a <> :a AND b = :b,":a BETWEEN :b AND :a","begins_with(:a, b) AND a > :b",
	a > size(b) AND b = :a AND c = :b,b > a.b AND a = :a AND c = :b,a.d > :a AND c = :b,:a > :b,b > :a AND b < :b,a BETWEEN :b AND :a}'::text[]) e;
SELECT pg_temp.query('{"KeyConditionExpression": "begins_with(a, :a)", "ExpressionAttributeValues": {":a": {"N": "1"}}}');
SELECT pg_temp.query('{"KeyConditionExpression": "a BETWEEN :b AND :a", "ExpressionAttributeValues": {":a": {"S": "a"}, ":b": {"N": "1"}}}');
SELECT pg_temp.query(jsonb_build_object('KeyConditions', c)) FROM unnest(ARRAY['{}', '{"a": {"ComparisonOperator": "EQ"}}', '{"a": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"N": "1"}]}}',
	'{"a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"S": "b"}, {"S": "a"}]}}']::jsonb[]) c;

-- The table comes after all that.
SELECT pg_temp.query('{"KeyConditions": {"z": {"ComparisonOperator": "NULL"}}, "ExclusiveStartKey": {}}'), pg_temp.scan('{"ExclusiveStartKey": {}}');

SELECT dynamo.create_table('{"TableName": "query_e_hash", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') IS NOT NULL;
SELECT dynamo.create_table('{"TableName": "query_e_range", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}, {"AttributeName": "d", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "index1", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "index3", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "index4", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}, {"AttributeName": "d", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["e"]}}]}') IS NOT NULL;
CREATE FUNCTION pg_temp.on_hash(request jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.answer('Query', '{"TableName": "query_e_hash"}' || request) $$;
CREATE FUNCTION pg_temp.on_range(request jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.answer('Query', '{"TableName": "query_e_range"}' || request) $$;
-- A start key: each type is written as its letter and a value, as in "a=S:x b=N:1".
CREATE FUNCTION pg_temp.start(text) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('ExclusiveStartKey', COALESCE(jsonb_object_agg(m[1], jsonb_build_object(m[2], m[3])), '{}')) FROM regexp_matches($1, '(\w)=(\w):(\S*)', 'g') m
$$;

-- The index, and ConsistentRead, come first.
SELECT pg_temp.on_range('{"IndexName": "whatever", "KeyConditions": {"z": {"ComparisonOperator": "NULL"}}, "ExclusiveStartKey": {}}');
SELECT pg_temp.on_range('{"IndexName": "index3", "ConsistentRead": true, "KeyConditions": {"z": {"ComparisonOperator": "NULL"}}, "ExclusiveStartKey": {}}');
-- Then the start key and the condition, attribute by attribute.
SELECT s, pg_temp.on_hash('{"KeyConditionExpression": "z = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}' || pg_temp.start(s)) FROM unnest('{"",b=S:a,"a=S:a b=S:a",a=N:1,a=B:YQ==,a=S:a}'::text[]) s;
SELECT s, pg_temp.on_range('{"KeyConditionExpression": "z = :a", "ExpressionAttributeValues": {":a": {"N": "1"}}}' || pg_temp.start(s))
FROM unnest('{"",z=N:1,"b=S:a c=S:b",a=S:a,"a=N:1 b=S:a c=S:b","a=N:1 z=S:a","a=B:YQ== b=S:a","a=S:a b=N:1","a=S:a c=N:1"}'::text[]) s;
SELECT s, pg_temp.on_range('{"KeyConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "b"}}}' || pg_temp.start(s)) FROM unnest('{"a=S:a z=S:1","a=S:a b=N:1","a=S:a b=S:a","a=S:b b=S:a","a=S: b=S:a","a=S:b b=S:"}'::text[]) s;
SELECT s, pg_temp.on_range('{"IndexName": "index1", "KeyConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "b"}}}' || pg_temp.start(s))
FROM unnest('{"a=S:a b=S:a","a=N:1 x=S:1 y=S:1","a=S:a b=S:a z=S:a","a=S:a b=N:1 c=S:a","a=S:a b=S:a c=N:1","a=S:a b=S:a c=S:a","a=S:b b=S:a c=S:a"}'::text[]) s;
SELECT s, pg_temp.on_range('{"IndexName": "index4", "KeyConditionExpression": "c = :a", "ExpressionAttributeValues": {":a": {"S": "b"}}}' || pg_temp.start(s))
FROM unnest('{c=S:1,"x=N:1 y=N:1 c=N:1 d=S:a","x=N:1 y=N:1 c=S:a d=S:a","a=S:1 b=N:1 c=S:a d=S:a","a=S:a b=S:a c=S:a d=S:a","a=S:a b=S:a c=S:b d=S:a"}'::text[]) s;
SELECT e, pg_temp.on_range(jsonb_build_object('KeyConditionExpression', e, 'ExpressionAttributeValues', '{":a": {"S": "b"}, ":b": {"S": "b"}}'::jsonb) || pg_temp.start('a=S:a b=S:a'))
FROM unnest('{a = :a AND c = :b,a = :a AND b > :b,a = :a AND b < :b,a = :a AND b = :b}'::text[]) e;
SELECT e, pg_temp.on_range(jsonb_build_object('IndexName', 'index4', 'KeyConditionExpression', e, 'ExpressionAttributeValues', '{":a": {"S": "a"}, ":b": {"S": "b"}}'::jsonb) || pg_temp.start('a=S:a b=S:a c=S:c d=S:a'))
FROM unnest('{c = :a AND d > :b,c = :a AND d < :b}'::text[]) e;
-- A table without a sort key has nothing to go on with.
SELECT s, pg_temp.on_hash('{"KeyConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}' || pg_temp.start(s)) FROM unnest('{a=S:a,a=S:b}'::text[]) s;

-- Key conditions that do not fit the key.
SELECT e, pg_temp.on_hash(jsonb_build_object('KeyConditionExpression', e, 'ExpressionAttributeValues', '{":a": {"S": "1"}}'::jsonb))
FROM unnest('{b = :a,a > :a,a BETWEEN :a AND :a,"begins_with(a, :a)",a = :a AND b = :a,y = :a AND z = :a}'::text[]) e;
SELECT pg_temp.on_hash('{"KeyConditionExpression": ":a > a", "ExpressionAttributeValues": {":a": {"N": "1"}}}');
SELECT op, pg_temp.on_hash(jsonb_build_object('KeyConditions', jsonb_build_object('a', jsonb_strip_nulls(jsonb_build_object('ComparisonOperator', op, 'AttributeValueList', CASE WHEN op NOT LIKE '%NULL' THEN '[{"S": "a"}]'::jsonb END)))))
FROM unnest('{"NULL",NOT_NULL,NE,CONTAINS,NOT_CONTAINS,IN,LE,BEGINS_WITH}'::text[]) op;
SELECT pg_temp.on_range('{"KeyConditionExpression": "a = :a AND b = :b AND c = :c", "ExpressionAttributeValues": {":a": {"S": "1"}, ":b": {"S": "1"}, ":c": {"S": "1"}}}');
SELECT pg_temp.on_range(jsonb_build_object('KeyConditionExpression', 'a = :a AND b >= :b', 'ExpressionAttributeValues', jsonb_build_object(':a', jsonb_build_object('S', a), ':b', jsonb_build_object('S', b))))
FROM (VALUES ('', 'b'), ('a', ''), (repeat('a', 2049), 'b'), ('a', repeat('b', 1025)), (repeat('a', 2048), repeat('b', 1024))) AS t (a, b);

-- Filters, projections and Select, in this order: paths of the projection, keys in the filter, Select, paths of the filter.
SELECT pg_temp.on_range('{"KeyConditionExpression": "a = :a", "ExpressionAttributeValues": {":a": {"S": "1"}}, "ProjectionExpression": "b.c", "FilterExpression": "b = :a"}');
SELECT e, pg_temp.on_range(jsonb_build_object('KeyConditionExpression', 'a = :a', 'FilterExpression', e, 'ExpressionAttributeValues', '{":a": {"S": "1"}}'::jsonb)) FROM unnest('{a = :a,b[1] = :a,attribute_exists(b.c) AND c = :a,d[1] = :a,d.c = :a,e.d = :a}'::text[]) e;
SELECT pg_temp.on_range('{"KeyConditions": {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "QueryFilter": {"b": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}}');
SELECT pg_temp.on_range('{"IndexName": "index4", "Select": "ALL_ATTRIBUTES", "KeyConditions": {"c": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "QueryFilter": {"d": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}}');
SELECT pg_temp.on_range('{"IndexName": "index4", "Select": "ALL_ATTRIBUTES", "KeyConditionExpression": "c = :a", "FilterExpression": "a = :a and a.b = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT pg_temp.on_range('{"IndexName": "index4", "KeyConditionExpression": "c = :a", "FilterExpression": "f = :a AND e = :a AND f.x = :a", "ProjectionExpression": "e, g, a", "ExpressionAttributeValues": {":a": {"S": "a"}}}');
SELECT pg_temp.on_range('{"IndexName": "index4", "KeyConditionExpression": "c = :a", "FilterExpression": "f = :a AND e = :a AND f.x = :a", "ProjectionExpression": "e, a", "ExpressionAttributeValues": {":a": {"S": "a"}}}');

-- Scan has an order of its own, and other words for the start key of a table.
CREATE FUNCTION pg_temp.scan_range(request jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.answer('Scan', '{"TableName": "query_e_range"}' || request) $$;
SELECT pg_temp.scan_range('{"IndexName": "whatever", "ExclusiveStartKey": {}, "FilterExpression": "attribute_exists(a.b)"}');
SELECT s, pg_temp.scan_range('{"FilterExpression": "attribute_exists(a.b)"}' || pg_temp.start(s)) FROM unnest('{"",a=S:a,"a=N:1 b=S:a","a=S:a b=B:YQ==","a=S:a c=S:a","a=S:a b=S:a c=S:a","a=S:a b=S:a"}'::text[]) s;
SELECT s, pg_temp.scan_range('{"IndexName": "index4", "Select": "ALL_ATTRIBUTES"}' || pg_temp.start(s)) FROM unnest('{c=S:1,"x=N:1 y=N:1 c=S:a d=N:1","x=N:1 y=N:1 c=S:a d=S:a"}'::text[]) s;
SELECT s, pg_temp.scan_range('{"IndexName": "index3"}' || pg_temp.start(s)) FROM unnest('{"a=S:a c=S:a","x=S:1 y=S:1 c=N:1","a=S:1 b=N:1 c=S:a","a=S:1 b=S:1 c=S:a"}'::text[]) s;
SELECT pg_temp.scan_range('{"Segment": 0, "TotalSegments": 2}' || pg_temp.start('a=S:a b=S:a')), pg_temp.scan_range('{"Segment": 1, "TotalSegments": 2}' || pg_temp.start('a=S:a b=S:a'));
SELECT pg_temp.scan_range('{"ProjectionExpression": "a.b", "FilterExpression": "attribute_exists(c[0])"}'), pg_temp.scan_range('{"FilterExpression": "attribute_exists(c[0])"}');

-- An index that is not ACTIVE cannot be read.
DROP INDEX query_e_range_index3_idx;
SELECT pg_temp.scan_range('{"IndexName": "index3"}');
SELECT dynamo.query('{"TableName": "query_e_range", "IndexName": "index3", "KeyConditionExpression": "c = :c", "ExpressionAttributeValues": {":c": {"S": "a"}}}');
SELECT dynamo.delete_table(json_build_object('TableName', name)) IS NOT NULL FROM unnest('{query_e_hash,query_e_range}'::text[]) name;
