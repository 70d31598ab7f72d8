-- PartiQL that writes: one item each, and never one that the statement does not name.
SELECT dynamo.create_table('{"TableName": "partiql_write", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}') IS NOT NULL AS created;
CREATE FUNCTION pg_temp.run(statement text, parameters json DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN (dynamo.execute_statement((jsonb_strip_nulls(jsonb_build_object('Statement', regexp_replace(statement, '\mt\M', 'partiql_write'),
		'Parameters', parameters)) || more)::json))::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || COALESCE(' / ' || NULLIF(detail, ''), '');
END $$;
CREATE VIEW pg_temp.items AS SELECT string_agg(item::text, E'\n' ORDER BY key) FROM partiql_write;
\pset format unaligned
\pset tuples_only on

-- INSERT: every type, and never over an item that is there.
SELECT pg_temp.run('INSERT INTO "t" VALUE {''pk'': ''a'', ''sk'': 1, ''str'': ''it''''s'', ''num'': -1.50e2, ''yes'': true, ''off'': FALSE, ''nil'': null, ''list'': [1, ''x'', []], ''map'': {''k'': {''l'': ?}}, ''set'': <<''b'', ''a''>>, ''bin'': ?}', '[{"N": "7"}, {"B": "AQI="}]');
TABLE pg_temp.items;
SELECT pg_temp.run('INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 1.0}');
SELECT pg_temp.run('INSERT INTO t VALUE ?', '[{"M": {"pk": {"S": "a"}, "sk": {"N": "2"}}}]');
SELECT pg_temp.run('insert into t value {''pk'': ?, ''sk'': ?}', '[{"S": "a"}, {"N": "2"}]', '{"ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.run('INSERT INTO t VALUE {''pk'': ''b'', ''sk'': 1}');

-- UPDATE: what SET and REMOVE can do, and what RETURNING tells.
SELECT pg_temp.run('UPDATE t SET num = num + 1 SET str = map.k.l, nil = list REMOVE yes REMOVE list[0] WHERE pk = ''a'' AND sk = 1 RETURNING MODIFIED NEW *');
SELECT pg_temp.run('UPDATE t SET num = 10 - num SET "set" = set_add("set", <<''c''>>) SET list = list_append(list, [''y'']) WHERE sk = 1 AND pk = ''a'' RETURNING MODIFIED OLD *');
SELECT pg_temp.run('UPDATE t SET "set" = SET_DELETE("set", <<''a'', ''z''>>) SET map.k.m = ''new'' REMOVE map.k.l WHERE ''a'' = pk AND 1 = sk RETURNING ALL NEW *');
SELECT pg_temp.run('UPDATE t REMOVE nil WHERE pk = ? AND sk = ? RETURNING ALL OLD *', '[{"S": "a"}, {"N": "1"}]', '{"ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.run('FROM t WHERE pk = ''a'' AND sk = 1 SET num = 0 RETURNING MODIFIED NEW *');
-- More conditions must hold, and the item be there: UPDATE never makes one.
SELECT pg_temp.run('UPDATE t SET num = 1 WHERE pk = ''a'' AND sk = 1 AND num = 0 AND off = false');
SELECT pg_temp.run('UPDATE t SET num = 2 WHERE pk = ''a'' AND sk = 1 AND num = 0');
SELECT pg_temp.run('UPDATE t SET num = 2 WHERE pk = ''a'' AND sk = 1 AND (num = 0 OR num = 5)', more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT pg_temp.run('UPDATE t SET num = 2 WHERE pk = ''a'' AND sk = 9');
SELECT pg_temp.run('UPDATE t SET num = 2 WHERE pk = ''a'' AND sk = 9 AND num IS MISSING', more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT pg_temp.run('UPDATE t SET nothing.x = 2 WHERE pk = ''a'' AND sk = 1');
SELECT pg_temp.run('UPDATE t SET x = nothing WHERE pk = ''a'' AND sk = 1');
SELECT pg_temp.run('UPDATE t SET str = str + 1, x = off + 1 WHERE pk = ''a'' AND sk = 1');
TABLE pg_temp.items;

-- DELETE: a missing item is no failure, one that does not meet the WHERE clause is.
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 2 AND num = 1');
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 1 AND num > 1', more => '{"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}');
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 9 AND num = 1 RETURNING ALL OLD *');
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 9', more => '{"ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 1 AND num = 1 RETURNING ALL OLD *', more => '{"ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''a'' AND sk = 2');
TABLE pg_temp.items;

-- The limit of an item, and the token that no write has.
SELECT pg_temp.run('INSERT INTO t VALUE {''pk'': ''a'', ''sk'': 3, ''x'': ?}', json_build_array(json_build_object('S', repeat('x', 409600))));
SELECT pg_temp.run('UPDATE t SET x = ? WHERE pk = ''b'' AND sk = 1', json_build_array(json_build_object('S', repeat('x', 409600))));
SELECT pg_temp.run('DELETE FROM t WHERE pk = ''b'' AND sk = 1', more => '{"NextToken": "AAAA"}');

-- Privileges are those of the SQL that would do the same.
CREATE ROLE regress_partiql_role;
CREATE FUNCTION pg_temp.may() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(w || ': ' || CASE pg_temp.run(s) WHEN '{"Items":[]}' THEN 'yes' ELSE 'no' END, ', ')
	FROM (VALUES ('insert', 'INSERT INTO t VALUE {''pk'': ''r'', ''sk'': 3}'), ('update', 'UPDATE t SET x = 1 WHERE pk = ''r'' AND sk = 1'),
		('select', 'SELECT * FROM t WHERE pk = ''r'' AND sk = 2'), ('scan', 'SELECT * FROM t WHERE x = 9'), ('delete', 'DELETE FROM t WHERE pk = ''r'' AND sk = 1')) v (w, s)
$$;
CREATE FUNCTION pg_temp.may_with(privileges text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	DELETE FROM partiql_write WHERE (item['pk'])::text = 'r';
	INSERT INTO partiql_write (item) VALUES ('{"pk": {"S": "r"}, "sk": {"N": "1"}}');
	EXECUTE 'GRANT ' || privileges || ' ON partiql_write TO regress_partiql_role';
	SET ROLE regress_partiql_role;
	answer := pg_temp.may();
	RESET ROLE;
	REVOKE ALL ON partiql_write FROM regress_partiql_role;
	RETURN privileges || ' gives ' || answer;
END $$;
SELECT pg_temp.may_with(p) FROM unnest('{"SELECT","SELECT, INSERT","SELECT, UPDATE","SELECT, DELETE","INSERT, UPDATE, DELETE","ALL"}'::text[]) p;
DROP ROLE regress_partiql_role;
DROP VIEW pg_temp.items;
SELECT dynamo.delete_table('{"TableName": "partiql_write"}') IS NOT NULL AS deleted;
