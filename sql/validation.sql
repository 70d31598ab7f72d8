-- Bad requests: the service's errors, in its order and words.
CREATE FUNCTION pg_temp.answer(operation text, request text) RETURNS text
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

\a
\t
\pset fieldsep '\n\t'

\echo == JSON ==
SELECT request, pg_temp.answer('PutItem', request)
  FROM (VALUES
	('{'),
	(''),
	('"x"'),
	('5'),
	('[]'),
	('{"TableName": "nothing", "Item": {"a": {"S": "\ud800"}}}'),
	('{"TableName": 1e999}'),
	('{"TableName": 99999999999999999999}')) AS requests(request);

\echo == types ==
SELECT request, pg_temp.answer('PutItem', request)
  FROM (VALUES
	('{"TableName": 5}'),
	('{"TableName": 5.5}'),
	('{"TableName": true}'),
	('{"TableName": false}'),
	('{"TableName": []}'),
	('{"TableName": {}}'),
	('{"Item": "x"}'),
	('{"Item": 5}'),
	('{"Item": []}'),
	('{"Item": {"a": "x"}}'),
	('{"Item": {"a": []}}'),
	('{"Item": {"a": {"S": 5}}}'),
	('{"Item": {"a": {"S": []}}}'),
	('{"Item": {"a": {"S": {}}}}'),
	('{"Item": {"a": {"N": 5}}}'),
	('{"Item": {"a": {"N": 5.5}}}'),
	('{"Item": {"a": {"BOOL": "x"}}}'),
	('{"Item": {"a": {"BOOL": 5}}}'),
	('{"Item": {"a": {"NULL": []}}}'),
	('{"Item": {"a": {"B": 5}}}'),
	('{"Item": {"a": {"B": []}}}'),
	('{"Item": {"a": {"B": {}}}}'),
	('{"Item": {"a": {"B": "x"}}}'),
	('{"Item": {"a": {"B": "YWJj*"}}}'),
	('{"Item": {"a": {"B": "YWI"}}}'),
	('{"Item": {"a": {"SS": "x"}}}'),
	('{"Item": {"a": {"SS": {}}}}'),
	('{"Item": {"a": {"SS": [5]}}}'),
	('{"Item": {"a": {"L": {}}}}'),
	('{"Item": {"a": {"L": ["x"]}}}'),
	('{"Item": {"a": {"M": []}}}'),
	('{"Item": {"a": {"M": "x"}}}'),
	('{"ExpressionAttributeNames": []}'),
	('{"ExpressionAttributeNames": {"#a": 5}}'),
	('{"Expected": []}'),
	('{"Expected": {"a": []}}'),
	('{"Expected": {"a": {"Exists": 5}}}'),
	('{"Expected": {"a": {"Value": "x"}}}'),
	('{"Expected": {"a": {"Value": []}}}'),
	('{"Expected": {"a": {"AttributeValueList": ["x"]}}}'),
	('{"Expected": {"a": {"AttributeValueList": {}}}}')) AS requests(request);
SELECT request, pg_temp.answer('GetItem', request)
  FROM (VALUES
	('{"ConsistentRead": "x"}'),
	('{"ConsistentRead": 1}'),
	('{"ConsistentRead": 1.5}'),
	('{"ConsistentRead": []}'),
	('{"ConsistentRead": {}}'),
	('{"AttributesToGet": "x"}'),
	('{"AttributesToGet": {}}'),
	('{"AttributesToGet": [5]}')) AS requests(request);
SELECT request, pg_temp.answer('CreateTable', request)
  FROM (VALUES
	('{"KeySchema": ["x"]}'),
	('{"KeySchema": [[]]}'),
	('{"ProvisionedThroughput": "x"}'),
	('{"ProvisionedThroughput": []}'),
	('{"ProvisionedThroughput": {"ReadCapacityUnits": "5"}}'),
	('{"ProvisionedThroughput": {"ReadCapacityUnits": true}}'),
	('{"ProvisionedThroughput": {"ReadCapacityUnits": []}}')) AS requests(request);
SELECT request, pg_temp.answer('ListTables', request)
  FROM (VALUES
	('{"Limit": "5"}'),
	('{"Limit": false}')) AS requests(request);

-- They come before everything else, wherever they stand.
SELECT pg_temp.answer('PutItem', '{"TableName": "", "Item": {"a": {}}, "ReturnValues": 5}');

\echo == constraints ==
SELECT operation, request, pg_temp.answer(operation, request)
  FROM (VALUES
	('PutItem', '{}'),
	('GetItem', '{}'),
	('DeleteItem', '{}'),
	('PutItem', '{"TableName": null, "Item": {}}'),
	('PutItem', '{"TableName": ""}'),
	('PutItem', '{"TableName": "a;"}'),
	('PutItem', '{"TableName": "nothing;", "ReturnValues": "x"}'),
	('PutItem', '{"TableName": "nothing"}'),
	('PutItem', '{"TableName": "nothing", "ReturnValues": "x", "ReturnConsumedCapacity": "y", "ReturnItemCollectionMetrics": "z"}'),
	('DeleteItem', '{"TableName": "nothing", "ReturnValues": "", "ReturnConsumedCapacity": "total", "ReturnItemCollectionMetrics": "z"}'),
	('GetItem', '{"TableName": "nothing", "ReturnConsumedCapacity": "y", "AttributesToGet": []}'),
	('GetItem', '{"TableName": "nothing", "Key": {}, "AttributesToGet": ["a", null]}'),
	('PutItem', '{"TableName": "nothing", "Item": {}, "ReturnValues": "a\u0000b"}'),
	('PutItem', '{"TableName": "nothing", "Item": {}, "Expected": {"a": {"ComparisonOperator": "x"}}}')) AS requests(operation, request);
SELECT left(pg_temp.answer('GetItem', json_build_object('TableName', repeat('x', 1025))::text), 60),
	   right(pg_temp.answer('GetItem', json_build_object('TableName', repeat('x', 1025))::text), 60);

-- Of more than ten failures ten are listed.
SELECT pg_temp.answer('CreateTable', '{"TableName": "nothing", "BillingMode": "x", "TableClass": "y",
	"AttributeDefinitions": [{}, {"AttributeName": "", "AttributeType": "X"}],
	"KeySchema": [], "ProvisionedThroughput": {"ReadCapacityUnits": 0},
	"LocalSecondaryIndexes": [{"IndexName": "i;"}]}');

\echo == values ==
SELECT request, pg_temp.answer('PutItem', format('{"TableName": "nothing", "Item": {"a": %s}}', request))
  FROM (VALUES
	('{}'),
	('null'),
	('{"X": "x"}'),
	('{"S": null}'),
	('{"S": "x", "N": "1"}'),
	('{"NULL": false}'),
	('{"SS": []}'),
	('{"NS": []}'),
	('{"BS": []}'),
	('{"SS": ["a", "a"]}'),
	('{"NS": ["1", "1.0"]}'),
	('{"BS": ["YQ==", "YQ=="]}'),
	('{"N": ""}'),
	('{"N": "x"}'),
	('{"N": " 1"}'),
	('{"N": "123456789012345678901234567890123456789"}'),
	('{"N": "1e126"}'),
	('{"N": "-1e126"}'),
	('{"N": "1e-131"}'),
	('{"NS": ["1", "x"]}'),
	('{"L": [{}]}'),
	('{"M": {"b": {"SS": []}}}')) AS requests(request);
SELECT pg_temp.answer('PutItem', format('{"TableName": "nothing", "Item": {"a": %s{"NULL": true}%s}}',
										repeat('{"L": [', levels), repeat(']}', levels)))
  FROM (VALUES (31), (33), (1000)) AS nested(levels);

\echo == the rest of the request ==
SELECT operation, request, pg_temp.answer(operation, request)
  FROM (VALUES
	('PutItem', '{"TableName": "nothing", "Item": {}, "ReturnValues": "ALL_NEW"}'),
	('PutItem', '{"TableName": "nothing", "Item": {}, "ReturnValues": "UPDATED_OLD"}'),
	('DeleteItem', '{"TableName": "nothing", "Key": {}, "ReturnValues": "UPDATED_NEW"}'),
	('PutItem', '{"TableName": "nothing", "Item": {"a": {}}, "ReturnValues": "ALL_NEW"}'),
	('GetItem', '{"TableName": "nothing", "Key": {"a": {}}, "AttributesToGet": ["a", "a"]}'),
	('GetItem', '{"TableName": "nothing", "Key": {}, "AttributesToGet": ["a", "b", "c", "b", "a"]}')) AS requests(operation, request);

\echo == the table ==
SELECT operation, request, pg_temp.answer(operation, request)
  FROM (VALUES
	('PutItem', '{"TableName": "nothing", "Item": {}}'),
	('GetItem', '{"TableName": "nothing", "Key": {}}'),
	('DeleteItem', '{"TableName": "nothing", "Key": {}}'),
	('GetItem', '{"TableName": "x", "Key": {}}'),
	('GetItem', '{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/nothing", "Key": {}}'),
	('GetItem', '{"TableName": "arn:aws:s3:us-east-1:000000000000:table/nothing", "Key": {}}'),
	('GetItem', '{"TableName": "arn:", "Key": {}}'),
	('GetItem', '{"TableName": "nothing", "Key": {}, "Unknown": {"of": "the model"}, "ConsistentRead": null}')) AS requests(operation, request);

\echo == the key ==
SELECT dynamo.create_table('{"TableName": "validation", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
							 {"AttributeName": "g", "AttributeType": "B"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
								"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT item, pg_temp.answer('PutItem', format('{"TableName": "validation", "Item": %s}', item))
  FROM (VALUES
	('{}'),
	('{"pk": {"S": "a"}}'),
	('{"sk": {"N": "1"}}'),
	('{"pk": {"N": "1"}, "sk": {"N": "1"}}'),
	('{"pk": {"S": "a"}, "sk": {"S": "1"}}'),
	('{"pk": {"S": ""}, "sk": {"N": "1"}}'),
	('{"pk": {"S": "a"}, "sk": {"N": "1"}, "g": {"S": "x"}}'),
	('{"pk": {"S": "a"}, "sk": {"N": "1"}, "g": {"NULL": true}}'),
	('{"pk": {"S": "a"}, "sk": {"N": "1"}, "g": {"B": ""}}')) AS items(item);
SELECT key, pg_temp.answer('GetItem', format('{"TableName": "validation", "Key": %s}', key)),
	   pg_temp.answer('DeleteItem', format('{"TableName": "validation", "Key": %s}', key))
  FROM (VALUES
	('{}'),
	('{"pk": {"S": "a"}}'),
	('{"pk": {"S": "a"}, "sk": {"S": "1"}}'),
	('{"pk": {"S": "a"}, "x": {"N": "1"}}'),
	('{"pk": {"S": "a"}, "sk": {"N": "1"}, "x": {"N": "1"}}'),
	('{"pk": {"S": ""}, "sk": {"N": "1"}}')) AS keys(key);

\echo == sizes ==
SELECT pg_temp.answer('PutItem', format('{"TableName": "validation", "Item": {"pk": {"S": "%s"}, "sk": {"N": "1"}}}',
										repeat('x', length)))
  FROM (VALUES (2048), (2049)) AS lengths(length);
SELECT pg_temp.answer('GetItem', format('{"TableName": "validation", "Key": {"pk": {"S": "%s"}, "sk": {"N": "1"}}}',
										repeat('x', 2049)));
-- 2 bytes for pk, 1 for a; 2 + 2 for sk; 1 for the name of x.
SELECT pg_temp.answer('PutItem', format('{"TableName": "validation", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "x": {"S": "%s"}}}',
										repeat('x', 409600 - 8 + more)))
  FROM (VALUES (0), (1)) AS sizes(more);
-- Nothing of all this was written but what was right.
SELECT left(item['pk']::text, 10) AS pk, dynamo.size(item) FROM validation ORDER BY dynamo.size(item);

\echo == deep JSON ==
-- Refused before the stack ends, by Postgres or by us.
SELECT levels, left(pg_temp.answer('PutItem', format('{"TableName": "nothing", "Item": {"a": %s%s}}',
										repeat('{"L": [', levels), repeat(']}', levels))), 5)
  FROM (VALUES (1020), (1100), (100000)) AS nested(levels);

SELECT dynamo.delete_table('{"TableName": "validation"}') IS NOT NULL AS deleted;
