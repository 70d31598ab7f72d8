-- What BatchGetItem and BatchWriteItem refuse, in the service's words.
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
SELECT dynamo.create_table('{"TableName": "batch.h", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "batch.r", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_c", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;

-- Types of JSON.
SELECT step, operation, pg_temp.answer(operation, request) FROM (VALUES
	(1, 'BatchGetItem', json '{"RequestItems": "x"}'),
	(2, 'BatchGetItem', '{"RequestItems": []}'),
	(3, 'BatchGetItem', '{"RequestItems": {"batch.h": 1}}'),
	(4, 'BatchGetItem', '{"RequestItems": {"batch.h": []}}'),
	(5, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": "x"}}}'),
	(6, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": {}}}}'),
	(7, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": ["x"]}}}'),
	(8, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [[]]}}}'),
	(9, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [{"a": "x"}]}}}'),
	(10, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [{"a": {"S": 1}}]}}}'),
	(11, 'BatchGetItem', '{"RequestItems": {"batch.h": {"ConsistentRead": 1}}}'),
	(12, 'BatchGetItem', '{"RequestItems": {"batch.h": {"AttributesToGet": "a"}}}'),
	(13, 'BatchGetItem', '{"RequestItems": {"batch.h": {"ProjectionExpression": []}}}'),
	(14, 'BatchGetItem', '{"RequestItems": {"batch.h": {"ExpressionAttributeNames": []}}}'),
	(20, 'BatchWriteItem', '{"RequestItems": 1.5}'),
	(21, 'BatchWriteItem', '{"RequestItems": []}'),
	(22, 'BatchWriteItem', '{"RequestItems": {"batch.h": "x"}}'),
	(23, 'BatchWriteItem', '{"RequestItems": {"batch.h": {}}}'),
	(24, 'BatchWriteItem', '{"RequestItems": {"batch.h": [1]}}'),
	(25, 'BatchWriteItem', '{"RequestItems": {"batch.h": [[]]}}'),
	(26, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"PutRequest": 1}]}}'),
	(27, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"DeleteRequest": []}]}}'),
	(28, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": 1}}]}}'),
	(29, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": []}}]}}'),
	(30, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"DeleteRequest": {"Key": {"a": {"B": "x"}}}}]}}'),
	(31, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": {"a": {"SS": "x"}}}}]}}'),
	(32, 'BatchWriteItem', '{"ReturnConsumedCapacity": true}'),
	(33, 'BatchWriteItem', '{"ReturnItemCollectionMetrics": 1}')
	) AS r(step, operation, request) ORDER BY step;

-- Constraints.
SELECT step, operation, pg_temp.answer(operation, request) FROM (VALUES
	(1, 'BatchGetItem', json '{}'),
	(2, 'BatchGetItem', '{"ReturnConsumedCapacity": "hi", "ReturnItemCollectionMetrics": "hi"}'),
	(3, 'BatchGetItem', '{"RequestItems": {}}'),
	(4, 'BatchGetItem', '{"RequestItems": {"": {}}, "ReturnConsumedCapacity": "hi"}'),
	(5, 'BatchGetItem', '{"RequestItems": {"aa;": {"Keys": []}}}'),
	(6, 'BatchGetItem', '{"RequestItems": {"batch.h": null}}'),
	(7, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [null]}}}'),
	(8, 'BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [{"a": {"S": "a"}}], "AttributesToGet": []}}}'),
	(20, 'BatchWriteItem', '{}'),
	(21, 'BatchWriteItem', '{"ReturnConsumedCapacity": "hi", "ReturnItemCollectionMetrics": "hi"}'),
	(22, 'BatchWriteItem', '{"RequestItems": {}}'),
	(23, 'BatchWriteItem', '{"RequestItems": {"": []}}'),
	(24, 'BatchWriteItem', '{"RequestItems": {"batch.h": []}, "ReturnConsumedCapacity": "hi", "ReturnItemCollectionMetrics": "hi"}'),
	(25, 'BatchWriteItem', '{"RequestItems": {"aa;": [{"PutRequest": {}, "DeleteRequest": {}}]}, "ReturnConsumedCapacity": "hi", "ReturnItemCollectionMetrics": "hi"}'),
	(26, 'BatchWriteItem', '{"RequestItems": {"batch.h": null}}'),
	(27, 'BatchWriteItem', '{"RequestItems": {"batch.h": [null]}}'),
	(28, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{}]}}'),
	(29, 'BatchWriteItem', '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": {"a": {"S": "a"}}}, "DeleteRequest": {"Key": {"a": {"S": "a"}}}}]}}')
	) AS r(step, operation, request) ORDER BY step;
SELECT step, operation, pg_temp.answer(operation, json_build_object('RequestItems', json_build_object(repeat('t', length), content))) FROM (VALUES
	(1, 'BatchGetItem', 1024, json '{"Keys": [{}]}'),
	(2, 'BatchGetItem', 1025, '{"Keys": [{}]}'),
	(3, 'BatchWriteItem', 1024, '[{"DeleteRequest": {"Key": {}}}]'),
	(4, 'BatchWriteItem', 1025, '[{"DeleteRequest": {"Key": {}}}]')
	) AS r(step, operation, length, content) ORDER BY step;

-- Rules for the request, before its tables are looked at.
SELECT step, pg_temp.answer('BatchGetItem', request) FROM (VALUES
	(1, json '{"RequestItems": {"absent": {"Keys": [{}], "AttributesToGet": ["a"], "ExpressionAttributeNames": {}, "ProjectionExpression": ""}}}'),
	(2, '{"RequestItems": {"absent": {"Keys": [{}], "AttributesToGet": ["a"]}, "batch.h": {"Keys": [{}], "ProjectionExpression": "a"}}}'),
	(3, '{"RequestItems": {"absent": {"Keys": [{}], "AttributesToGet": ["a"], "ExpressionAttributeNames": {}}}}'),
	(4, '{"RequestItems": {"absent": {"Keys": [{}], "ExpressionAttributeNames": {}, "ProjectionExpression": ""}}}'),
	(5, '{"RequestItems": {"absent": {"Keys": [{}], "ExpressionAttributeNames": {"a": "a"}, "ProjectionExpression": ""}}}'),
	(6, '{"RequestItems": {"absent": {"Keys": [{}], "ProjectionExpression": ""}}}'),
	(7, '{"RequestItems": {"absent": {"Keys": [{}], "ProjectionExpression": "a, b.c, a"}}}'),
	(8, '{"RequestItems": {"absent": {"Keys": [{}], "ProjectionExpression": "a, #b"}}}'),
	(9, '{"RequestItems": {"absent": {"Keys": [{}], "AttributesToGet": ["a", "a"]}}}'),
	(10, '{"RequestItems": {"absent": {"Keys": [{"a": {}}]}}}'),
	(11, '{"RequestItems": {"absent": {"Keys": [{"a": {"NULL": false}}]}}}'),
	(12, '{"RequestItems": {"absent": {"Keys": [{"a": {"N": "x"}}]}}}'),
	(13, '{"RequestItems": {"absent": {"Keys": [{"a": {"S": "x"}, "b": {"N": "1"}}, {"a": {"S": "y"}}, {"b": {"N": "1.0"}, "a": {"S": "x"}}]}}}'),
	(14, '{"RequestItems": {"absent": {"Keys": [{"a": {"S": "x"}}, {"a": {"S": "x"}}], "ProjectionExpression": ""}}}'),
	(15, '{"RequestItems": {"absent": {"Keys": [{}]}}}'),
	(16, '{"RequestItems": {"batch.h": {"Keys": [{"a": {"S": "x"}}, {"a": {"S": "x"}}]}}}')
	) AS r(step, request) ORDER BY step;
SELECT step, pg_temp.answer('BatchWriteItem', request) FROM (VALUES
	(1, json '{"RequestItems": {"absent": [{"PutRequest": {"Item": {"a": {}}}}]}}'),
	(2, '{"RequestItems": {"absent": [{"PutRequest": {"Item": {"a": {"SS": []}}}}]}}'),
	(3, '{"RequestItems": {"absent": [{"DeleteRequest": {"Key": {"a": {"S": "a", "N": "1"}}}}]}}'),
	(4, '{"RequestItems": {"absent": [{"PutRequest": {"Item": {}}}]}}'),
	(5, '{"RequestItems": {"absent": [{"PutRequest": {"Item": {"a": {"S": "x"}}}}, {"DeleteRequest": {"Key": {"a": {"S": "x"}}}}]}}'),
	(6, '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": {"a": {"S": "x"}, "c": {"S": "c"}}}}, {"DeleteRequest": {"Key": {"a": {"S": "x"}}}}]}}'),
	(7, '{"RequestItems": {"batch.h": [{"DeleteRequest": {"Key": {"a": {"S": "x"}}}}, {"DeleteRequest": {"Key": {"a": {"S": "x"}}}}]}}'),
	(8, '{"RequestItems": {"batch.h": [{"PutRequest": {"Item": {"a": {"S": "x"}, "c": {"S": "c"}}}}],
		"arn:aws:dynamodb:us-east-1:000000000000:table/batch.h": [{"PutRequest": {"Item": {"a": {"S": "x"}}}}]}}')
	) AS r(step, request) ORDER BY step;
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('absent', json_build_array(
	json_build_object('PutRequest', json_build_object('Item', json_build_object('a', json_build_object('S', repeat('x', bytes)))))))))
  FROM (VALUES (409599), (409600)) AS b(bytes);

-- Keys that are none of the table's.
SELECT expression AS item, pg_temp.answer('BatchGetItem', json_build_object('RequestItems', json_build_object('batch.h', json_build_object('Keys', json_build_array(expression))))) AS get,
	pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch.h', json_build_array(json_build_object('PutRequest', json_build_object('Item', expression)))))) AS put,
	pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch.h', json_build_array(json_build_object('DeleteRequest', json_build_object('Key', expression)))))) AS delete
  FROM unnest(ARRAY['{}', '{"b": {"S": "a"}}', '{"a": {"N": "1"}}', '{"a": {"BOOL": true}}', '{"a": {"L": []}}', '{"a": {"S": ""}}']::json[]) AS expression;
SELECT pg_temp.answer('BatchGetItem', '{"RequestItems": {"batch.h": {"Keys": [{"a": {"S": "a"}, "b": {"S": "a"}}]}}}');
SELECT pg_temp.answer('BatchGetItem', '{"RequestItems": {"batch.r": {"Keys": [{"a": {"S": "a"}}]}}}');
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch.r": [{"PutRequest": {"Item": {"a": {"S": "a"}}}}]}}');
SELECT pg_temp.answer('BatchWriteItem', '{"RequestItems": {"batch.r": [{"PutRequest": {"Item": {"a": {"S": "a"}, "b": {"S": "a"}, "c": {"N": "1"}}}}]}}');
SELECT pg_temp.answer('BatchWriteItem', json_build_object('RequestItems', json_build_object('batch.r', json_build_array(json_build_object('PutRequest',
	json_build_object('Item', json_build_object('a', json_build_object('S', repeat('x', a)), 'b', json_build_object('S', repeat('x', b)))))))))
  FROM (VALUES (2049, 1), (1, 1025)) AS l(a, b);
SELECT count(*) FROM "batch.h";
SELECT count(*) FROM "batch.r";

-- Hints say what to do.
\set VERBOSITY default
SELECT dynamo.batch_write_item('{"RequestItems": {"batch.h": [{}]}}');
SELECT dynamo.batch_write_item('{"RequestItems": {"batch.h": [{"DeleteRequest": {"Key": {"a": {"S": "x"}}}}, {"DeleteRequest": {"Key": {"a": {"S": "x"}}}}]}}');
SELECT dynamo.batch_get_item('{"RequestItems": {}}');

DROP TABLE "batch.h", "batch.r";
