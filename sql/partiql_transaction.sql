-- ExecuteTransaction: statements that all are done, or none.
SELECT dynamo.create_table('{"TableName": "partiql_bank", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "Projection": {"ProjectionType": "ALL"}, "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}]}]}') IS NOT NULL AS created;
INSERT INTO partiql_bank (item) SELECT jsonb_build_object('id', id, 'n', 10)::dynamo.item FROM unnest('{a,b,c}'::text[]) id;
-- Statements, each with "t" for the table, as one transaction.
CREATE FUNCTION pg_temp.request(statements text[], more jsonb) RETURNS json LANGUAGE sql AS $$
	SELECT (jsonb_build_object('TransactStatements',
		(SELECT jsonb_agg(CASE WHEN s LIKE '{%' THEN s::jsonb ELSE jsonb_build_object('Statement', regexp_replace(s, '\mt\M', 'partiql_bank')) END ORDER BY n)
			FROM unnest(statements) WITH ORDINALITY u (s, n))) || more)::json
$$;
CREATE FUNCTION pg_temp.run(statements text[], more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN dynamo.execute_transaction(pg_temp.request(statements, more))::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || COALESCE(' / ' || NULLIF(detail, ''), '');
END $$;
CREATE FUNCTION pg_temp.items() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg((item['id'])::text || '=' || COALESCE((item['n'])::text, ''), ' ' ORDER BY (item['id'])::text COLLATE "C") FROM partiql_bank
$$;
\pset format unaligned
\pset tuples_only on

-- Reads, of one moment.
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id = ''a''', 'SELECT n FROM t WHERE id = ''b''', 'SELECT * FROM t WHERE id = ''nobody''', 'SELECT x FROM t WHERE id = ''c'''], '{"ReturnConsumedCapacity": "TOTAL"}');
-- Writes, with an item that is only checked.
SELECT pg_temp.run(ARRAY['UPDATE t SET n = n - 3 WHERE id = ''a'' AND n >= 3', 'UPDATE t SET n = n + 3 WHERE id = ''b''', 'EXISTS(SELECT * FROM t WHERE id = ''c'' AND n = 10)',
	'INSERT INTO t VALUE {''id'': ''d'', ''n'': 1}', 'DELETE FROM t WHERE id = ''nobody'''], '{"ReturnConsumedCapacity": "TOTAL"}'), pg_temp.items();
-- Whatever is not true cancels all of it, and every statement has its reason.
SELECT pg_temp.run(ARRAY['UPDATE t SET n = n - 3 WHERE id = ''a''', 'INSERT INTO t VALUE {''id'': ''d''}', 'EXISTS(SELECT * FROM t WHERE id = ''c'' AND n = 11)', 'UPDATE t SET n = 1 WHERE id = ''nobody''',
	'{"Statement": "DELETE FROM partiql_bank WHERE id = ? AND n = ?", "Parameters": [{"S": "b"}, {"N": "1"}], "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}']), pg_temp.items();
SELECT pg_temp.run(ARRAY['UPDATE t SET n = 0 WHERE id = ''a''', 'EXISTS(SELECT * FROM t WHERE id = ''e'')']), pg_temp.items();
SELECT pg_temp.run(ARRAY['UPDATE t SET n = 0 WHERE id = ''a''', 'UPDATE t SET n.x = 0 WHERE id = ''b''', 'DELETE FROM t WHERE id = ''c'' AND n = 0']), pg_temp.items();
SELECT pg_temp.run(ARRAY['UPDATE t SET n = 0 WHERE id = ''a''', 'INSERT INTO t VALUE {''n'': 1}', 'DELETE FROM t WHERE id = 1']), pg_temp.items();
-- The reasons as data; what was written before them is taken back.
SELECT dynamo.try_execute_transaction(pg_temp.request(ARRAY['UPDATE t SET n = 0 WHERE id = ''a''', 'UPDATE t SET n = 0 WHERE id = ''b'' AND n = 0'], '{}')), pg_temp.items();
SELECT dynamo.try_execute_transaction(pg_temp.request(ARRAY['UPDATE t SET n = n + 1 WHERE id = ''a'''], '{}')), pg_temp.items();

-- What is wrong with a transaction as a whole.
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id = ''a''', 'DELETE FROM t WHERE id = ''b''']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id = ''a''', 'EXISTS(SELECT * FROM t WHERE id = ''b'')']);
SELECT pg_temp.run(ARRAY['DELETE FROM t WHERE id = ''a''', 'UPDATE t SET n = 0 WHERE id = ''b'' RETURNING ALL NEW *']);
SELECT pg_temp.run(ARRAY['DELETE FROM t WHERE id = ''a''', 'EXISTS(SELECT * FROM t WHERE id = ''a'')']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id = ''a''', 'SELECT n FROM t WHERE ''a'' = id']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE n = 1']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id IN [''a'', ''b'']']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t WHERE id = ''a'' AND n = 1']);
SELECT pg_temp.run(ARRAY['SELECT * FROM t.by_g WHERE g = ''a''']);
SELECT pg_temp.run(ARRAY['EXISTS(SELECT * FROM t.by_g WHERE g = ''a'')']);
SELECT pg_temp.run(ARRAY['EXISTS(SELECT * FROM t WHERE n = 1)']);
SELECT pg_temp.run(ARRAY['DELETE FROM t WHERE n = 1']);
SELECT pg_temp.run(ARRAY['DELETE FROM t WHERE id = ''a''', 'DELETE FROM']);
SELECT pg_temp.run(ARRAY['DELETE FROM nothing WHERE id = ''a''']);
SELECT right(pg_temp.run(array_fill('SELECT * FROM t WHERE id = ''a'''::text, '{101}')), 100);
SELECT dynamo.execute_transaction('{"TransactStatements": []}');
SELECT pg_temp.items();
-- A hundred statements.
SELECT length(pg_temp.run(array_agg('INSERT INTO t VALUE {''id'': ''m' || i || '''}'))) FROM generate_series(1, 100) i;
DELETE FROM partiql_bank WHERE (item['id'])::text ~ '^m';
SELECT pg_temp.items();

-- The same request with the same token is done once; tokens are apart from those of TransactWriteItems.
SELECT pg_temp.run(ARRAY['UPDATE t SET n = n + 1 WHERE id = ''a'''], '{"ClientRequestToken": "partiql-1", "ReturnConsumedCapacity": "TOTAL"}'), pg_temp.items();
SELECT pg_temp.run(ARRAY['UPDATE t SET n = n + 1 WHERE id = ''a'''], '{"ClientRequestToken": "partiql-1", "ReturnConsumedCapacity": "TOTAL"}'), pg_temp.items();
SELECT pg_temp.run(ARRAY['UPDATE t SET n = n + 2 WHERE id = ''a'''], '{"ClientRequestToken": "partiql-1"}'), pg_temp.items();
SELECT dynamo.transact_write_items('{"ClientRequestToken": "partiql-1", "TransactItems": [{"Delete": {"TableName": "partiql_bank", "Key": {"id": {"S": "d"}}}}]}'), pg_temp.items();

-- Privileges.
CREATE ROLE regress_partiql_bank;
GRANT SELECT, INSERT ON partiql_bank TO regress_partiql_bank;
SET ROLE regress_partiql_bank;
SELECT pg_temp.run(ARRAY['INSERT INTO t VALUE {''id'': ''r''}']);
SELECT pg_temp.run(ARRAY['EXISTS(SELECT * FROM t WHERE id = ''a'')']);
SELECT pg_temp.run(ARRAY['UPDATE t SET n = 0 WHERE id = ''a''']);
SELECT pg_temp.run(ARRAY['DELETE FROM t WHERE id = ''a''']);
RESET ROLE;
REVOKE ALL ON partiql_bank FROM regress_partiql_bank;
GRANT SELECT, UPDATE ON partiql_bank TO regress_partiql_bank;
SET ROLE regress_partiql_bank;
SELECT pg_temp.run(ARRAY['UPDATE t SET n = 0 WHERE id = ''r''', 'EXISTS(SELECT * FROM t WHERE id = ''a'')']);
SELECT pg_temp.run(ARRAY['INSERT INTO t VALUE {''id'': ''s''}']);
RESET ROLE;
REVOKE ALL ON partiql_bank FROM regress_partiql_bank;
DROP ROLE regress_partiql_bank;
SELECT pg_temp.items();
SELECT dynamo.delete_table('{"TableName": "partiql_bank"}') IS NOT NULL AS deleted;
