-- Which way PartiQL takes, why, and what it costs; and the setting that refuses scans.
SELECT dynamo.create_table('{"TableName": "partiql_explain", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "Projection": {"ProjectionType": "ALL"},
		"KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}]}') IS NOT NULL AS created;
INSERT INTO partiql_explain (item) SELECT jsonb_build_object('pk', 'p' || n % 4, 'sk', n, 'g', 'g' || n % 2, 'text', repeat('x', 2000))::dynamo.item FROM generate_series(1, 40) n;
\pset format unaligned
\pset null -
SELECT statement, (dynamo.explain_partiql(statement)).* FROM unnest(ARRAY[
	'SELECT * FROM partiql_explain WHERE pk = ''p1'' AND sk = 1',
	'SELECT * FROM partiql_explain WHERE pk = ''p1'' AND sk = 1 AND g = ''g0''',
	'SELECT * FROM partiql_explain WHERE pk = ''p1''',
	'SELECT * FROM partiql_explain WHERE pk = ''p1'' AND sk > 30 AND size(text) > 0',
	'SELECT * FROM partiql_explain WHERE pk IN [''p1'', ''p2'', ''p9''] AND sk < 5',
	'SELECT * FROM partiql_explain.by_g WHERE g = ''g1'' ORDER BY sk DESC',
	'SELECT * FROM partiql_explain',
	'SELECT * FROM partiql_explain WHERE sk = 1',
	'SELECT * FROM partiql_explain WHERE pk = ''p1'' OR sk = 1',
	'SELECT * FROM partiql_explain WHERE g = ''g1'' AND sk = 3',
	'INSERT INTO partiql_explain VALUE {''pk'': ''p1'', ''sk'': 1}',
	'UPDATE partiql_explain SET x = 1 WHERE pk = ''p1'' AND sk = 1 AND x = 2',
	'DELETE FROM partiql_explain WHERE sk = 1 AND pk = ''p1''',
	'EXISTS(SELECT * FROM partiql_explain WHERE sk = 1 AND pk = ''p1'' AND x = 2)']) WITH ORDINALITY AS s (statement, n) ORDER BY n;
-- With parameters; nothing is written.
SELECT access_path, ranges, read_units FROM dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE pk = ? AND sk BETWEEN ? AND ?', '{"S": "p1"}', '{"N": "1"}', '{"N": "9"}');
SELECT access_path FROM dynamo.explain_partiql('DELETE FROM partiql_explain WHERE pk = ? AND sk = ?', '{"S": "p1"}', '{"N": "1"}');
SELECT count(*) FROM partiql_explain;
SELECT dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE pk = ?');
SELECT dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE pk = ?', NULL);
SELECT dynamo.explain_partiql('DELETE FROM partiql_explain WHERE pk = ''p1''');
SELECT dynamo.explain_partiql('SELECT * FROM nothing');
-- More than one page: the first is exact, the whole an estimate.
INSERT INTO partiql_explain (item) SELECT jsonb_build_object('pk', 'big', 'sk', n, 'text', repeat(md5(n::text), 400))::dynamo.item FROM generate_series(1, 120) n;
SELECT access_path, read_units, more_pages, total_read_units FROM dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE pk = ''big''');
SELECT access_path, read_units > 120 AS read, more_pages, total_read_units >= read_units AS total FROM dynamo.explain_partiql('SELECT * FROM partiql_explain');
-- Scans can be refused; reading by keys goes on.
SET dynamo.partiql_scans = off;
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_explain WHERE sk = 1"}');
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_explain.by_g"}');
SELECT json_array_length(dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_explain.by_g WHERE g = ''g1''"}') -> 'Items');
SELECT json_array_length(dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_explain WHERE pk = ''p1'' AND sk = 1"}') -> 'Items');
SELECT access_path, reason, read_units FROM dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE sk = 1');
RESET dynamo.partiql_scans;
-- It reads as the caller.
CREATE ROLE regress_partiql_explain;
SET ROLE regress_partiql_explain;
SELECT dynamo.explain_partiql('SELECT * FROM partiql_explain WHERE pk = ''p1''');
SELECT dynamo.explain_partiql('DELETE FROM partiql_explain WHERE pk = ''p1'' AND sk = 1');
RESET ROLE;
DROP ROLE regress_partiql_explain;
SELECT dynamo.delete_table('{"TableName": "partiql_explain"}') IS NOT NULL AS deleted;
