-- What is wrong with a PartiQL statement, in the service's words.
SELECT dynamo.create_table('{"TableName": "partiql_errors", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "l", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "by_l", "Projection": {"ProjectionType": "KEYS_ONLY"},
		"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}]}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "Projection": {"ProjectionType": "KEYS_ONLY"},
		"KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}]}]}') IS NOT NULL AS created;

-- Run statements, each with "t" for the table, and say what came of each.
CREATE FUNCTION pg_temp.run(statement text, parameters json DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (dynamo.execute_statement((jsonb_strip_nulls(jsonb_build_object('Statement', regexp_replace(statement, '\mt\M', 'partiql_errors'),
		'Parameters', parameters)) || more)::json))::text;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.run_each(statements text[]) RETURNS TABLE (statement text, answer text) LANGUAGE sql AS $$
	SELECT s, pg_temp.run(s) FROM unnest(statements) WITH ORDINALITY AS u (s, n) ORDER BY n
$$;
\pset format unaligned

-- Not well formed.
SELECT * FROM pg_temp.run_each(ARRAY[
	'SELECT', 'SELECT *', 'SELECT * FROM', 'SELECT * FROM t WHERE', 'SELECT * FROM t WHERE pk =', 'SELECT * FROM t WHERE pk = ''a',
	'SELECT * FROM "t', 'SELECT * FROM t WHERE pk = /* open', 'SELECT * FROM t WHERE pk = #', 'SELECT * FROM t WHERE pk = 1e',
	'SELECT * FROM t WHERE pk = (''a''', 'SELECT * FROM t WHERE pk IN [''a''', 'SELECT * FROM t WHERE pk BETWEEN 1',
	'SELECT * FROM t WHERE AND pk = 1', 'SELECT * FROM t WHERE pk = SELECT', 'SELECT * FROM t WHERE pk IS', 'SELECT * FROM t WHERE pk IS NOT FOO',
	'SELECT * FROM t t1 t2', 'SELECT * FROM t ORDER pk', 'SELECT pk, FROM t', 'SELECT pk. FROM t', 'SELECT l[ FROM t', 'SELECT * FROM t; SELECT * FROM t',
	'CREATE TABLE t', 'INSERT t VALUE {}', 'INSERT INTO t VALUE {''pk'' ''a''}', 'INSERT INTO t VALUE {''pk'': ''a''', 'UPDATE t WHERE pk = ''a''',
	'UPDATE t SET x WHERE pk = ''a''', 'UPDATE t SET x = WHERE pk = ''a''', 'UPDATE t SET 1 = 2', 'DELETE t WHERE pk = ''a''', 'DELETE FROM t WHERE pk = ''a'' RETURNING *',
	'DELETE FROM t WHERE pk = ''a'' RETURNING ALL *', 'EXISTS SELECT * FROM t', 'EXISTS(DELETE FROM t)', ';', '--']);
SELECT pg_temp.run('');
SELECT regexp_replace(pg_temp.run(repeat('x', 8193)), 'x{8193}', '...');
-- Characters count, not bytes.
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ''' || repeat('ä', 8000) || ''' AND sk = -');
SELECT pg_temp.run('SELECT * FROM t WHERE ' || repeat('(', 4000) || 'pk = 1' || repeat(')', 4000)) ~ '^(54001|YD001) ' AS refused;
\set VERBOSITY default
SELECT dynamo.execute_statement('{"Statement": "SELECT *\n  FROM t WHERE pk = ''ä'' = )"}');

-- Well formed, but not DynamoDB's.
SELECT * FROM pg_temp.run_each(ARRAY[
	'SELECT COUNT(*) FROM t', 'SELECT pk AS p FROM t', 'SELECT *, pk FROM t', 'SELECT pk, pk FROM t', 'SELECT a.b, c.b FROM t', 'SELECT size(pk) FROM t',
	'SELECT VALUE pk FROM t', 'SELECT DISTINCT pk FROM t', 'SELECT * FROM t AS x', 'SELECT * FROM t, t', 'SELECT * FROM t JOIN t ON 1 = 1',
	'SELECT * FROM t GROUP BY pk', 'SELECT * FROM t LIMIT 1', 'SELECT * FROM t WHERE pk LIKE ''a%''', 'SELECT * FROM "t"."a"."b"', 'SELECT * FROM ""',
	'SELECT * FROM t WHERE pk = (SELECT pk FROM t)', 'SELECT * FROM t WHERE EXISTS (SELECT * FROM t)', 'SELECT a.* FROM t', 'SELECT a[*] FROM t', 'SELECT a[-1] FROM t',
	'SELECT * FROM t WHERE pk', 'SELECT * FROM t WHERE NOT pk', 'SELECT * FROM t WHERE pk AND sk', 'SELECT * FROM t WHERE sk * 2 = 4', 'SELECT * FROM t WHERE pk || ''a'' = ''b''',
	'SELECT * FROM t WHERE foo(pk)', 'SELECT * FROM t WHERE size(x)', 'SELECT * FROM t WHERE begins_with(x, ''a'') = 1', 'SELECT * FROM t WHERE begins_with(x)',
	'SELECT * FROM t WHERE begins_with(x, 1)', 'SELECT * FROM t WHERE contains(x, x)', 'SELECT * FROM t WHERE attribute_type(x, ''Q'')', 'SELECT * FROM t WHERE x IS DATE',
	'SELECT * FROM t WHERE x = MISSING', 'SELECT * FROM t WHERE x IN x', 'SELECT * FROM t WHERE x IN []', 'SELECT * FROM t WHERE x = <<>>', 'SELECT * FROM t WHERE x = <<1, ''a''>>',
	'SELECT * FROM t WHERE x = <<1, 1>>', 'SELECT * FROM t WHERE x = {1: 2}', 'SELECT * FROM t WHERE x = {''a'': 1, ''a'': 2}', 'SELECT * FROM t WHERE x = 1e126',
	'SELECT * FROM t WHERE x = 123456789012345678901234567890123456789', 'SELECT * FROM t WHERE x BETWEEN 2 AND 1', 'SELECT * FROM t WHERE x BETWEEN 1 AND ''a''',
	'EXISTS(SELECT * FROM t WHERE pk = ''a'' AND sk = 1)']);
-- An order is one of strings, numbers and binaries: said before the table is looked for.
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM nothing WHERE x < true"}');
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM nothing WHERE x = true"}');

-- What it asks of the table and its indexes.
SELECT * FROM pg_temp.run_each(ARRAY[
	'SELECT * FROM t.nothing', 'SELECT * FROM t WHERE pk = 1', 'SELECT * FROM t WHERE pk = ''a'' AND sk = ''1''', 'SELECT * FROM t WHERE pk = ''''',
	'SELECT * FROM t WHERE pk.a = 1', 'SELECT pk.a FROM t', 'SELECT x FROM t.by_g WHERE g = ''a''', 'SELECT * FROM t.by_g WHERE g = ''a'' AND x = 1', 'SELECT * FROM t.by_g WHERE x = 1',
	'SELECT * FROM t ORDER BY pk', 'SELECT * FROM t WHERE sk = 1 ORDER BY sk', 'SELECT * FROM t WHERE pk = ''a'' ORDER BY x', 'SELECT * FROM t WHERE pk = ''a'' ORDER BY 1',
	'SELECT * FROM t WHERE pk IN [''a'', ''b''] ORDER BY sk', 'SELECT * FROM t WHERE pk = ''a'' AND sk < 5 OR pk = ''a'' AND sk > 3']);
SELECT pg_temp.run('SELECT * FROM t.by_g WHERE g = ''a''', more => '{"ConsistentRead": true}');
SELECT pg_temp.run('SELECT * FROM t WHERE pk IN [' || string_agg('''' || i || '''', ',') || ']') FROM generate_series(1, 50) i;
SELECT pg_temp.run('SELECT * FROM t WHERE pk IN [' || string_agg('''' || i || '''', ',') || ']') FROM generate_series(1, 51) i;
SELECT pg_temp.run('SELECT * FROM t WHERE x IN [' || string_agg(i::text, ',') || ']') FROM generate_series(1, 101) i;

-- Writes.
SELECT * FROM pg_temp.run_each(ARRAY[
	'INSERT INTO t.by_g VALUE {''pk'': ''a'', ''sk'': 1}', 'INSERT INTO t {''pk'': ''a'', ''sk'': 1}', 'INSERT INTO t VALUE [1]', 'INSERT INTO t VALUE {''pk'': ''a'', ''sk'': x}',
	'INSERT INTO t VALUE {''pk'': ''a''}', 'INSERT INTO t VALUE {''pk'': 1, ''sk'': 1}', 'INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1, ''g'': 1}',
	'INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1} RETURNING ALL OLD *', 'INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1, ''sk'': 2}',
	'UPDATE t.by_g SET x = 1 WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = 1', 'UPDATE t SET x = 1 WHERE pk = ''a''', 'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk > 1',
	'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk = 1 OR pk = ''b'' AND sk = 1', 'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk IN [1]', 'UPDATE t SET x = 1 WHERE pk = ''a'' AND sk = 1 AND sk = 2',
	'UPDATE t SET x = 1 WHERE NOT pk <> ''a'' AND sk = 1', 'UPDATE t SET pk = ''b'' WHERE pk = ''a'' AND sk = 1', 'UPDATE t REMOVE sk WHERE pk = ''a'' AND sk = 1',
	'UPDATE t SET x = 1 SET x = 2 WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x.y = 1 REMOVE x WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = 1 * 2 WHERE pk = ''a'' AND sk = 1',
	'UPDATE t SET x = x IS MISSING WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = size(x) WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = set_add(y, <<1>>) WHERE pk = ''a'' AND sk = 1',
	'UPDATE t SET x = set_add(x) WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = set_delete(x, 1) WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET g = 1 WHERE pk = ''a'' AND sk = 1',
	'UPDATE t SET x = 1 + ''a'' WHERE pk = ''a'' AND sk = 1', 'UPDATE t SET x = 1 WHERE pk = 1 AND sk = 1',
	'DELETE FROM t.by_g WHERE pk = ''a'' AND sk = 1', 'DELETE FROM t', 'DELETE FROM t WHERE pk = ''a''', 'DELETE FROM t WHERE pk = ''a'' AND sk = 1 OR 1 = 1', 'DELETE FROM t WHERE sk = 1 AND pk = x',
	'DELETE FROM t WHERE pk = ''a'' AND sk = 1 RETURNING ALL NEW *', 'DELETE FROM t WHERE pk = ''a'' AND sk = 1 RETURNING MODIFIED OLD *']);

-- Parameters, and the other members of the request.
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ?');
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ?', '[{"S": "a"}, {"S": "b"}]');
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ''?''', '[{"S": "a"}]');
SELECT pg_temp.run('SELECT * FROM t', '[]');
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ?', '[{"S": "a", "N": "1"}]');
SELECT pg_temp.run('SELECT * FROM t WHERE pk = ?', '["a"]');
SELECT pg_temp.run('SELECT * FROM t', more => '{"Limit": 0}');
SELECT pg_temp.run('SELECT * FROM t', more => '{"NextToken": "x"}');
SELECT dynamo.execute_statement('{}');
SELECT dynamo.delete_table('{"TableName": "partiql_errors"}') IS NOT NULL AS deleted;
