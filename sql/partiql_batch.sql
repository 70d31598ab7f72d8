-- BatchExecuteStatement: each statement is done or fails on its own.
SELECT dynamo.create_table('{"TableName": "partiql_batch", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
INSERT INTO partiql_batch (item) SELECT jsonb_build_object('pk', 'a', 'sk', n, 'x', n)::dynamo.item FROM generate_series(1, 5) n;
-- Statements, each with "t" for the table, as one batch; the responses one a line.
CREATE FUNCTION pg_temp.batch(statements text[], more jsonb DEFAULT '{}') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	answer json;
BEGIN
	answer := dynamo.batch_execute_statement((jsonb_build_object('Statements',
		(SELECT jsonb_agg(CASE WHEN s LIKE '{%' THEN s::jsonb ELSE jsonb_build_object('Statement', regexp_replace(s, '\mt\M', 'partiql_batch')) END ORDER BY n) FROM unnest(statements) WITH ORDINALITY u (s, n))) || more)::json);
	RETURN QUERY SELECT r::text FROM json_array_elements(answer -> 'Responses') r;
	IF answer -> 'ConsumedCapacity' IS NOT NULL THEN
		RETURN NEXT answer -> 'ConsumedCapacity';
	END IF;
EXCEPTION WHEN OTHERS THEN
	RETURN NEXT SQLSTATE || ' ' || SQLERRM;
END $$;
\pset format unaligned
\pset tuples_only on

-- Reads: a missing item, a projection, what is no key, an unknown table, what is not well formed.
SELECT pg_temp.batch(ARRAY['SELECT * FROM t WHERE pk = ''a'' AND sk = 1', 'SELECT x FROM t WHERE sk = 2 AND pk = ''a''', 'SELECT * FROM t WHERE pk = ''a'' AND sk = 99',
	'SELECT * FROM t WHERE pk = ''a''', 'SELECT * FROM t WHERE pk = ''a'' AND sk = 3 AND x = 3', 'SELECT * FROM t WHERE pk = ''a'' AND sk IN [1, 3]', 'SELECT * FROM t.by_x WHERE x = 1',
	'SELECT * FROM nothing WHERE pk = ''a'' AND sk = 1', 'SELECT', 'SELECT * FROM t WHERE pk = 1 AND sk = 1', 'SELECT * FROM t WHERE pk = ? AND sk = 1', 'EXISTS(SELECT * FROM t WHERE pk = ''a'' AND sk = 1)',
	'{"Statement": "SELECT * FROM partiql_batch WHERE pk = ? AND sk = ?", "Parameters": [{"S": "a"}, {"N": "4"}], "ConsistentRead": true}', '{"Statement": "SELECT * FROM partiql_batch WHERE pk = ? AND sk = 5", "Parameters": [{"S": "a", "N": "1"}]}'],
	'{"ReturnConsumedCapacity": "TOTAL"}');
-- Writes.
SELECT pg_temp.batch(ARRAY['INSERT INTO t VALUE {''pk'': ''b'', ''sk'': 1}', 'INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1}', 'UPDATE t SET x = x + 10 WHERE pk = ''a'' AND sk = 2 RETURNING ALL NEW *', 'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk = 99',
	'UPDATE t SET x.y = 1 WHERE pk = ''a'' AND sk = 3', 'DELETE FROM t WHERE pk = ''a'' AND sk = 4', 'DELETE FROM t WHERE pk = ''a'' AND sk = 5 AND x = 1', 'DELETE FROM t WHERE pk = ''a''', 'INSERT INTO t VALUE {''pk'': ''c''}',
	'DELETE FROM t WHERE pk = ''c'' AND sk = 1', '{"Statement": "DELETE FROM partiql_batch WHERE pk = ''a'' AND sk = 6 AND x = 1", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}'], '{"ReturnConsumedCapacity": "INDEXES"}');
SELECT item FROM partiql_batch ORDER BY key;
-- Writes that are refused are charged: the larger of what is there and what was to be.
SELECT pg_temp.batch(ARRAY['INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1, ''long'': ''' || repeat('x', 3000) || '''}', 'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk = 99', 'DELETE FROM t WHERE pk = ''a'' AND sk = 5 AND x = 1'], '{"ReturnConsumedCapacity": "INDEXES"}');
-- A condition that fails gives its item where that is asked for.
SELECT pg_temp.batch(ARRAY['{"Statement": "DELETE FROM partiql_batch WHERE pk = ''a'' AND sk = 5 AND x = 1", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}']);
-- What is wrong with the batch as a whole: nothing of it is done.
SELECT pg_temp.batch(ARRAY['SELECT * FROM t WHERE pk = ''a'' AND sk = 1', 'DELETE FROM t WHERE pk = ''a'' AND sk = 2']);
SELECT pg_temp.batch(ARRAY['DELETE FROM t WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = 1 WHERE sk = 1.0 AND pk = ''a''']);
SELECT pg_temp.batch(ARRAY['SELECT * FROM t WHERE pk = ''a'' AND sk = 1', 'SELECT x FROM t WHERE pk = ''a'' AND sk = 1']);
SELECT pg_temp.batch('{}');
SELECT left(answer, 60) || '...' || right(answer, 90) FROM pg_temp.batch(array_fill('SELECT * FROM t WHERE pk = ''a'' AND sk = 1'::text, '{26}')) answer;
SELECT count(*) FROM partiql_batch;
-- One statement's failure takes nothing of the others back, and nothing in the caller's transaction.
BEGIN;
SELECT pg_temp.batch(ARRAY['INSERT INTO t VALUE {''pk'': ''d'', ''sk'': 1}', 'UPDATE t SET x.y = 1 WHERE pk = ''a'' AND sk = 1']);
SELECT count(*) FROM partiql_batch;
ROLLBACK;
SELECT count(*) FROM partiql_batch;
SELECT dynamo.delete_table('{"TableName": "partiql_batch"}') IS NOT NULL AS deleted;
