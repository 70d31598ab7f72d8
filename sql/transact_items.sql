-- TransactWriteItems and TransactGetItems.
SELECT dynamo.create_table('{"TableName": "transact", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "transact.n", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;

-- All four actions, on two tables.
SELECT dynamo.transact_write_items('{"ReturnConsumedCapacity": "INDEXES", "TransactItems": [
	{"Put": {"TableName": "transact", "Item": {"id": {"S": "a"}, "g": {"S": "x"}, "n": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(id)"}},
	{"Update": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}},
	{"Delete": {"TableName": "transact.n", "Key": {"id": {"N": "1"}}}},
	{"ConditionCheck": {"TableName": "transact.n", "Key": {"id": {"N": "2"}}, "ConditionExpression": "attribute_not_exists(id)"}}]}');
SELECT item FROM transact ORDER BY item ->> 'id' COLLATE "C";
SELECT count(*) FROM "transact.n";

-- Answers in the order of the request; what is absent, or projected to nothing, has no Item.
SELECT dynamo.transact_get_items('{"ReturnConsumedCapacity": "INDEXES", "TransactItems": [
	{"Get": {"TableName": "transact", "Key": {"id": {"S": "b"}}}},
	{"Get": {"TableName": "transact.n", "Key": {"id": {"N": "1"}}}},
	{"Get": {"TableName": "transact", "Key": {"id": {"S": "a"}}, "ProjectionExpression": "#n", "ExpressionAttributeNames": {"#n": "n"}}},
	{"Get": {"TableName": "transact", "Key": {"id": {"S": "c"}}, "ProjectionExpression": "g"}}]}');

-- All conditions are looked at, and nothing is written where one is false.
SELECT dynamo.transact_write_items('{"TransactItems": [
	{"Put": {"TableName": "transact", "Item": {"id": {"S": "new"}}}},
	{"Put": {"TableName": "transact", "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
	{"Delete": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "ConditionExpression": "n > :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}}]}');
SELECT dynamo.try_transact_write_items('{"TransactItems": [
	{"Put": {"TableName": "transact", "Item": {"id": {"S": "new"}}}},
	{"ConditionCheck": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "ConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "3"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]}');
SELECT item FROM transact ORDER BY item ->> 'id' COLLATE "C";

-- What an item does not allow cancels; the other actions have no reason then.
SELECT dynamo.try_transact_write_items('{"TransactItems": [
	{"ConditionCheck": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "ConditionExpression": "attribute_exists(q)"}},
	{"Update": {"TableName": "transact", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = g + :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}}]}');
SELECT dynamo.try_transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"N": "1"}}}}, {"Put": {"TableName": "transact", "Item": {"id": {"S": "new"}}}}]}');
SELECT dynamo.try_transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"S": "new"}, "g": {"N": "1"}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "transact", "Key": {"id": {"N": "1"}}}}]}');

-- What is wrong with the request itself is an error of its own.
SELECT dynamo.transact_write_items('{"TransactItems": []}');
SELECT dynamo.transact_write_items('{"TransactItems": [{}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {}}, "Delete": {"TableName": "transact", "Key": {}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {}}, {"ConditionCheck": {"TableName": "transact", "Key": {}}}], "ClientRequestToken": ""}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "absent", "Item": {"id": {"S": "new"}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"S": ""}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"S": "c"}}}}, {"Delete": {"TableName": "transact", "Key": {"id": {"S": "c"}}}}]}');
SELECT dynamo.transact_get_items('{"TransactItems": [{"Get": {"TableName": "transact", "Key": {"id": {"S": "c"}}}}, {"Get": {"TableName": "transact", "Key": {"id": {"S": "c"}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [{"Update": {"TableName": "transact", "Key": {"id": {"S": "c"}}, "UpdateExpression": "SET"}}]}');

-- A token makes a request happen once.
SELECT dynamo.transact_write_items('{"ClientRequestToken": "t1", "ReturnConsumedCapacity": "TOTAL", "TransactItems": [
	{"Update": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "10"}}}}]}');
SELECT dynamo.transact_write_items('{"TransactItems": [
	{"Update": {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "10"}}, "TableName": "transact", "Key": {"id": {"S": "b"}}}}],
	"ClientRequestToken": "t1", "ReturnConsumedCapacity": "TOTAL"}');
SELECT dynamo.transact_write_items('{"ClientRequestToken": "t1", "TransactItems": [
	{"Update": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "11"}}}}]}');
SELECT item['n'] FROM transact WHERE item ->> 'id' = 'b';
-- Ten minutes later it is forgotten, and done again.
UPDATE dynamo.request_tokens SET expires_at = now() - interval '1 second' WHERE token = 't1';
SELECT dynamo.transact_write_items('{"ClientRequestToken": "t1", "TransactItems": [
	{"Update": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "11"}}}}]}');
SELECT item['n'] FROM transact WHERE item ->> 'id' = 'b';
SELECT count(*) FROM dynamo.request_tokens WHERE token = 't1' AND expires_at > now() + interval '9 minutes';
-- A transaction that was cancelled, or rolled back, leaves none behind.
SELECT dynamo.try_transact_write_items('{"ClientRequestToken": "t2", "TransactItems": [
	{"Delete": {"TableName": "transact", "Key": {"id": {"S": "b"}}, "ConditionExpression": "n < :n", "ExpressionAttributeValues": {":n": {"N": "0"}}}}]}');
BEGIN;
SELECT dynamo.transact_write_items('{"ClientRequestToken": "t2", "TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"S": "c"}}}}]}');
ROLLBACK;
SELECT count(*) FROM dynamo.request_tokens WHERE token = 't2';

-- Items and rows of other tables commit or roll back together.
CREATE TABLE orders (id int);
BEGIN;
INSERT INTO orders VALUES (1);
SELECT dynamo.transact_write_items('{"TransactItems": [{"Put": {"TableName": "transact", "Item": {"id": {"S": "c"}}}}]}');
ROLLBACK;
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM transact WHERE item ->> 'id' = 'c') AS items;

DELETE FROM dynamo.request_tokens WHERE token IN ('t1', 't2');
DROP TABLE transact, "transact.n", orders;
