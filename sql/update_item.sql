-- UpdateItem, and conditions on every write.
\set VERBOSITY terse
SELECT dynamo.create_table('update_item', 'p S', 's N') IS NOT NULL AS created;

-- It creates the item, or changes it.
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET n = :n, t = :t", "ExpressionAttributeValues": {":n": {"N": "10"}, ":t": {"SS": ["x"]}},
	"ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET n = n + :n, #m = :m REMOVE gone ADD t :t", "ExpressionAttributeNames": {"#m": "m.x"},
	"ExpressionAttributeValues": {":n": {"N": "0.5"}, ":t": {"SS": ["y"]}, ":m": {"M": {"k": {"L": []}}}},
	"ReturnValues": "UPDATED_NEW"}');
SELECT key, item FROM update_item;

-- Without an expression: the bare key, or nothing.
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "bare"}, "s": {"N": "1"}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "bare"}, "s": {"N": "1"}}, "ReturnValues": "ALL_OLD"}');
-- What only takes away creates nothing.
SELECT dynamo.update_item('update_item', '{"p": {"S": "none"}, "s": {"N": "1"}}', 'REMOVE a.b DELETE c :c',
						  '{":c": {"SS": ["x"]}}', return_values => 'ALL_NEW') IS NULL AS nothing;
SELECT count(*) FROM update_item WHERE item['p']::text = 'none';

-- All ReturnValues.
SELECT v, dynamo.update_item('update_item', '{"p": {"S": "a"}, "s": {"N": "1"}}', 'SET n = n + :one, new' || row_number() OVER () || ' = :one',
							 '{":one": {"N": "1"}}', return_values => v)
  FROM unnest(ARRAY['NONE', 'ALL_OLD', 'UPDATED_OLD', 'UPDATED_NEW']) AS v;
SELECT dynamo.update_item('update_item', '{"p": {"S": "a"}, "s": {"N": "1"}}', 'REMOVE new1, new2, new3, new4', return_values => 'ALL_NEW');

-- Conditions.
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET n = :n", "ConditionExpression": "n > :n", "ExpressionAttributeValues": {":n": {"N": "1000"}}}');
SELECT dynamo.put_item('{"TableName": "update_item", "Item": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ConditionExpression": "attribute_not_exists(p)"}');
SELECT dynamo.put_item('{"TableName": "update_item", "Item": {"p": {"S": "new"}, "s": {"N": "1"}},
	"ConditionExpression": "attribute_not_exists(p)"}');
SELECT dynamo.delete_item('{"TableName": "update_item", "Key": {"p": {"S": "new"}, "s": {"N": "1"}},
	"ConditionExpression": "attribute_exists(q)"}');
SELECT dynamo.delete_item('{"TableName": "update_item", "Key": {"p": {"S": "new"}, "s": {"N": "1"}},
	"ConditionExpression": "s = :s", "ExpressionAttributeValues": {":s": {"N": "1.0"}}, "ReturnValues": "ALL_OLD"}');

-- A failed condition is one SQLSTATE; the item is its detail where asked for.
DO $$
DECLARE
	detail text;
BEGIN
	PERFORM dynamo.put_item('update_item', '{"p": {"S": "a"}, "s": {"N": "1"}}', condition => 'n < :n', "values" => '{":n": {"N": "1"}}',
							return_values_on_condition_check_failure => 'ALL_OLD');
EXCEPTION WHEN SQLSTATE 'YD009' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RAISE NOTICE '%', (detail::dynamo.item)['n']::numeric;
END
$$;

-- The parameters that expressions replaced.
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "old"}, "s": {"N": "1"}},
	"AttributeUpdates": {"a": {"Value": {"S": "x"}}, "n": {"Action": "ADD", "Value": {"N": "2"}}, "l": {"Action": "ADD", "Value": {"L": [{"N": "1"}]}}},
	"ReturnValues": "ALL_NEW"}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "old"}, "s": {"N": "1"}},
	"AttributeUpdates": {"a": {"Action": "DELETE"}, "n": {"Action": "ADD", "Value": {"N": "2"}}, "l": {"Action": "ADD", "Value": {"L": [{"N": "2"}]}}},
	"Expected": {"a": {"Value": {"S": "x"}}, "q": {"Exists": false}}, "ReturnValues": "ALL_NEW"}');
SELECT dynamo.put_item('{"TableName": "update_item", "Item": {"p": {"S": "old"}, "s": {"N": "1"}},
	"Expected": {"n": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "4"}]}}}');
SELECT dynamo.put_item('{"TableName": "update_item", "Item": {"p": {"S": "old"}, "s": {"N": "1"}},
	"Expected": {"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "4"}, {"N": "5"}]}, "zz": {"ComparisonOperator": "NOT_NULL"}},
	"ConditionalOperator": "OR", "ReturnValues": "ALL_OLD"}');

-- What is refused.
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET s = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET p.x = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET q = :n", "AttributeUpdates": {}, "ExpressionAttributeValues": {":n": {"N": "1"}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET q = :n", "ExpressionAttributeValues": {":n": {"SS": []}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET q = :n", "ExpressionAttributeValues": {":n": {"N": "1"}, ":m": {"N": "1"}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET q = :n", "ExpressionAttributeValues": {"n": {"N": "1"}}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"UpdateExpression": "SET q = :n", "ExpressionAttributeValues": {}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ExpressionAttributeNames": {"#a": "a"}}');
SELECT dynamo.update_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ConditionalOperator": "AND"}');

-- GetItem with a projection.
SELECT dynamo.get_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ProjectionExpression": "#m.k, n, nothing", "ExpressionAttributeNames": {"#m": "m.x"}}');
SELECT dynamo.get_item('update_item', '{"p": {"S": "a"}, "s": {"N": "1"}}'::dynamo.item, 't, p');
SELECT dynamo.get_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ProjectionExpression": "n", "AttributesToGet": ["n"]}');

SELECT dynamo.delete_table('update_item') IS NOT NULL AS deleted;
