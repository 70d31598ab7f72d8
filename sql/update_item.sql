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

-- What is checked of targets: the table's key, then the types of index keys, then paths into keys.
SELECT dynamo.create_table('{"TableName": "update_index", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
CREATE FUNCTION pg_temp.update(update text, "values" dynamo.item DEFAULT NULL) RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT dynamo.update_item('update_index', '{"p": {"S": "a"}}', update, "values", return_values => 'ALL_NEW') $$;
SELECT pg_temp.update('SET q = p.x, g = :n ADD p.y :n', '{":n": {"N": "1"}}');
SELECT pg_temp.update('SET q = g.x, g = g - :n', '{":n": {"N": "1"}}');
SELECT pg_temp.update('SET q = p.x, g = list_append(q, q)');
SELECT pg_temp.update('SET q = g.x, g = if_not_exists(g, :n)', '{":n": {"N": "1"}}');
SELECT pg_temp.update('ADD g :n', '{":n": {"NS": ["1"]}}');
-- A new item has its key attributes when right sides are computed.
SELECT pg_temp.update('SET g = p, h = if_not_exists(p, nothing), n = :n', '{":n": {"N": "1"}}');
-- Of another type, as the item turns out.
SELECT pg_temp.update('SET g = n');
SELECT pg_temp.update('SET g = :e', '{":e": {"S": ""}}');
SELECT pg_temp.update('REMOVE g');
-- Each style of parameters has its words for types that do not fit.
SELECT pg_temp.update('ADD h :n', '{":n": {"N": "1"}}');
SELECT dynamo.update_item('{"TableName": "update_index", "Key": {"p": {"S": "a"}},
	"AttributeUpdates": {"h": {"Action": "ADD", "Value": {"N": "1"}}}}');
SELECT dynamo.update_item('{"TableName": "update_index", "Key": {"p": {"S": "a"}},
	"AttributeUpdates": {"h": {"Action": "DELETE", "Value": {"NS": ["1"]}}}}');
SELECT dynamo.update_item('{"TableName": "update_index", "Key": {"p": {"S": "a"}},
	"AttributeUpdates": {"g": {"Value": {"N": "1"}}}}');
SELECT dynamo.update_item('update_index', '{"p": {"S": "a"}}', 'REMOVE h', return_values_on_condition_check_failure => 'ALL_NEW');
SELECT dynamo.get_item('update_index', '{"p": {"S": "a"}}'::dynamo.item, '(n)');

-- Another column keeps its value.  An operation may run inside of another one, by a trigger.
ALTER TABLE update_index ADD COLUMN note text DEFAULT 'kept';
CREATE FUNCTION pg_temp.count_updates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.item['p'] <> '{"S": "count"}' THEN
		PERFORM dynamo.update_item('update_index', '{"p": {"S": "count"}}', 'ADD n :one', '{":one": {"N": "1"}}');
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER count_updates AFTER INSERT OR UPDATE ON update_index FOR EACH ROW EXECUTE FUNCTION pg_temp.count_updates();
UPDATE update_index SET note = 'mine';
SELECT pg_temp.update('ADD n :one', '{":one": {"N": "1"}}') FROM generate_series(1, 2);
SELECT item, note FROM update_index ORDER BY key;

-- Errors that are caught leave nothing behind: compiled expressions stay within their bounds.
BEGIN;
DO $$
BEGIN
	FOR i IN 1 .. 600 LOOP
		BEGIN
			PERFORM pg_temp.update(format('SET a%s = nothing', i));
		EXCEPTION WHEN SQLSTATE 'YD001' THEN NULL;
		END;
	END LOOP;
END $$;
SELECT count(*) BETWEEN 1 AND 256 AS bounded FROM pg_backend_memory_contexts WHERE name = 'dynamo expression';
COMMIT;
SELECT dynamo.delete_table('update_index') IS NOT NULL AS deleted;

-- GetItem with a projection.
SELECT dynamo.get_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ProjectionExpression": "#m.k, n, nothing", "ExpressionAttributeNames": {"#m": "m.x"}}');
SELECT dynamo.get_item('update_item', '{"p": {"S": "a"}, "s": {"N": "1"}}'::dynamo.item, 't, p');
SELECT dynamo.get_item('{"TableName": "update_item", "Key": {"p": {"S": "a"}, "s": {"N": "1"}},
	"ProjectionExpression": "n", "AttributesToGet": ["n"]}');

SELECT dynamo.delete_table('update_item') IS NOT NULL AS deleted;

-- AttributeUpdates cannot make a name that no attribute can have.
SELECT dynamo.update_item('{"TableName": "nothing", "Key": {"a": {"S": "x"}}, "AttributeUpdates": {"": {"Action": "PUT", "Value": {"N": "2"}}}}');
SELECT dynamo.update_item(format('{"TableName": "nothing", "Key": {"a": {"S": "x"}}, "AttributeUpdates": {"%s": {"Action": "PUT", "Value": {"N": "2"}}}}', repeat('x', 65536))::json);
