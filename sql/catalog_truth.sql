\set SHOW_CONTEXT never
-- The catalog stays true whatever SQL does to a table.
CREATE SCHEMA truth;
SET dynamo.schema = 'truth';
CREATE FUNCTION pg_temp.tables(OUT table_name text, OUT relation text) RETURNS SETOF record LANGUAGE sql AS $$
	SELECT table_name, relation::text FROM dynamo.list_tables() WHERE table_name LIKE 'truth%'
$$;
CREATE FUNCTION pg_temp.rows() RETURNS text LANGUAGE sql AS $$
	SELECT format('%s tables, %s indexes, %s tags',
		(SELECT count(*) FROM dynamo.tables WHERE name LIKE 'truth%'),
		(SELECT count(*) FROM dynamo.indexes WHERE table_name LIKE 'truth%'),
		(SELECT count(*) FROM dynamo.tags WHERE table_name LIKE 'truth%'))
$$;
CREATE FUNCTION pg_temp.create(name text) RETURNS boolean LANGUAGE sql AS $$
	SELECT dynamo.create_table(format('{
		"TableName": "%s", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
		"GlobalSecondaryIndexes": [{"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}],
		"Tags": [{"Key": "a", "Value": "b"}]}', name)::json) IS NOT NULL
$$;
SELECT pg_temp.create('truth.a'), pg_temp.create('truth.b');
SELECT dynamo.put_item('truth.a', '{"k":{"S":"v"}}'::dynamo.item);

-- RENAME and SET SCHEMA, kept and rolled back
BEGIN;
ALTER TABLE truth."truth.a" RENAME TO renamed;
SELECT * FROM pg_temp.tables();
SELECT dynamo.get_item('truth.a', 'v');
ROLLBACK;
SELECT * FROM pg_temp.tables();
ALTER TABLE truth."truth.a" RENAME TO renamed;
ALTER TABLE truth.renamed SET SCHEMA public;
SELECT * FROM pg_temp.tables();
SELECT dynamo.get_item('truth.a', 'v');
SELECT dynamo.describe_table('truth.a') #>> '{Table,TableName}' AS name;
-- the name is taken though no relation has it
SELECT pg_temp.create('truth.a');
-- a relation of that name gets in nobody's way
CREATE TABLE truth."truth.a" (n int);
SELECT dynamo.put_item('truth.a', '{"k":{"S":"w"}}'::dynamo.item);
SELECT count(*) FROM public.renamed;
DROP TABLE truth."truth.a";
ALTER SCHEMA truth RENAME TO "Truth 2";
SELECT * FROM pg_temp.tables();
SELECT dynamo.get_item('truth.b', 'v') IS NULL AS found_nothing;
ALTER SCHEMA "Truth 2" RENAME TO truth;

-- DROP TABLE, rolled back and kept
BEGIN;
DROP TABLE public.renamed;
SELECT * FROM pg_temp.tables();
SELECT dynamo.describe_table('truth.a');
ROLLBACK;
BEGIN;
SAVEPOINT before;
DROP TABLE public.renamed;
SELECT * FROM pg_temp.tables();
ROLLBACK TO before;
SELECT dynamo.get_item('truth.a', 'v');
COMMIT;
SELECT pg_temp.rows();
DROP TABLE public.renamed;
SELECT * FROM pg_temp.tables();
SELECT dynamo.get_item('truth.a', 'v');
SELECT dynamo.put_item('truth.a', '{"k":{"S":"v"}}'::dynamo.item);
SELECT dynamo.describe_table('truth.a');
SELECT dynamo.update_table('{"TableName": "truth.a", "DeletionProtectionEnabled": true}');
SELECT dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/truth.a"}');
SELECT dynamo.delete_table('truth.a');
-- the dead row is there until the next control operation
SELECT pg_temp.rows();
SELECT pg_temp.create('truth.c');
SELECT pg_temp.rows();
-- rolled back, it is dead again
DROP TABLE truth."truth.c";
BEGIN;
SELECT pg_temp.create('truth.c');
SELECT * FROM pg_temp.tables();
ROLLBACK;
SELECT * FROM pg_temp.tables();
SELECT pg_temp.rows();
-- dropped and created again in one transaction
BEGIN;
SELECT pg_temp.create('truth.c');
DROP TABLE truth."truth.c";
SELECT pg_temp.create('truth.c');
SELECT dynamo.delete_table('truth.c') IS NOT NULL AS deleted;
SELECT pg_temp.create('truth.c');
SELECT dynamo.put_item('truth.c', '{"k":{"S":"v"}}'::dynamo.item);
COMMIT;
SELECT dynamo.get_item('truth.c', 'v');
SELECT pg_temp.rows();

-- DROP SCHEMA CASCADE, DROP OWNED
BEGIN;
SET client_min_messages = warning;
DROP SCHEMA truth CASCADE;
SELECT * FROM pg_temp.tables();
ROLLBACK;
SELECT * FROM pg_temp.tables();
CREATE ROLE regress_owner;
ALTER TABLE truth."truth.c" OWNER TO regress_owner;
DROP OWNED BY regress_owner;
SELECT * FROM pg_temp.tables();
DROP ROLE regress_owner;
SET client_min_messages = warning;
DROP SCHEMA truth CASCADE;
RESET client_min_messages;
SELECT * FROM pg_temp.tables();
SELECT pg_temp.rows();
SELECT dynamo.delete_table('truth.b');
SELECT dynamo.create_table('truth.d', 'k S');
CREATE SCHEMA truth;
SELECT dynamo.create_table('truth.d', 'k S');
SELECT pg_temp.rows();

-- a row whose relation is another kind of relation is dead, too
UPDATE dynamo.tables SET relation = 'pg_class' WHERE name = 'truth.d';
SELECT * FROM pg_temp.tables();
SELECT dynamo.get_item('truth.d', 'v');
SELECT dynamo.create_table('truth.e', 'k S');
SELECT pg_temp.rows();
-- what an administrator writes with SQL is seen at once
SELECT dynamo.get_item('truth.e', 'v') IS NULL AS found_nothing;
UPDATE dynamo.tables SET name = 'truth.f' WHERE name = 'truth.e';
SELECT dynamo.get_item('truth.e', 'v');
SELECT dynamo.get_item('truth.f', 'v') IS NULL AS found_nothing;
DELETE FROM dynamo.tables WHERE name = 'truth.f';
SELECT dynamo.get_item('truth.f', 'v');
SELECT dynamo.register_table('truth."truth.e"', 'truth.e');
SELECT dynamo.get_item('truth.e', 'v') IS NULL AS found_nothing;

-- TRUNCATE, ALTER TABLE and a new access method do no harm
SELECT dynamo.put_item('truth.e', '{"k":{"S":"v"}}'::dynamo.item);
ALTER TABLE truth."truth.e" SET ACCESS METHOD heap;
SELECT dynamo.get_item('truth.e', 'v');
TRUNCATE truth."truth.e";
SELECT dynamo.get_item('truth.e', 'v') IS NULL AS found_nothing;
ALTER TABLE truth."truth.e" ADD COLUMN note text DEFAULT 'n';
SELECT dynamo.put_item('truth.e', '{"k":{"S":"v"}}'::dynamo.item);
SELECT * FROM truth."truth.e";

SELECT dynamo.delete_table('truth.e') IS NOT NULL AS deleted;
DROP TABLE truth."truth.d";
DROP SCHEMA truth;
SELECT pg_temp.rows();
