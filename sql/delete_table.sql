-- DeleteTable: what it takes away, what it answers, what keeps it from it.
CREATE FUNCTION pg_temp.stable(answer json) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(jsonb_pretty(answer::jsonb),
		'"TableId": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"', '"TableId": "ID"'),
		'DateTime": [0-9]{10}(\.[0-9]+)?', 'DateTime": TIME', 'g')
$$;
SELECT dynamo.create_table('{
	"TableName": "Doomed",
	"AttributeDefinitions": [
		{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"},
		"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
	"Tags": [{"Key": "a", "Value": "b"}],
	"DeletionProtectionEnabled": true}') IS NOT NULL AS created;
SELECT dynamo.delete_table('Doomed');
SELECT dynamo.update_table('{"TableName": "Doomed", "DeletionProtectionEnabled": false}') IS NOT NULL AS updated;

-- a deletion that is rolled back
BEGIN;
SELECT dynamo.delete_table('Doomed') #>> '{TableDescription,TableStatus}' AS status;
SELECT dynamo.get_item('Doomed', 'v');
ROLLBACK;
BEGIN;
SAVEPOINT before;
SELECT dynamo.delete_table('Doomed') #>> '{TableDescription,TableStatus}' AS status;
ROLLBACK TO before;
SELECT dynamo.put_item('Doomed', '{"k":{"S":"v"}}'::dynamo.item);
COMMIT;
SELECT dynamo.get_item('Doomed', 'v');

-- what DROP TABLE needs
CREATE ROLE regress_other;
CREATE ROLE regress_schema_owner;
SET ROLE regress_other;
SELECT dynamo.delete_table('Doomed');
RESET ROLE;
BEGIN READ ONLY;
SELECT dynamo.delete_table('Doomed');
ROLLBACK;
CREATE VIEW dependent AS SELECT item FROM "Doomed";
SELECT dynamo.delete_table('Doomed');
DROP VIEW dependent;

SELECT pg_temp.stable(dynamo.delete_table('arn:aws:dynamodb:us-east-1:000000000000:table/Doomed'));
SELECT to_regclass('"Doomed"') AS relation, (SELECT count(*) FROM dynamo.tables WHERE name = 'Doomed') AS tables,
	(SELECT count(*) FROM dynamo.indexes WHERE table_name = 'Doomed') AS indexes,
	(SELECT count(*) FROM dynamo.tags WHERE table_name = 'Doomed') AS tags;
SELECT dynamo.delete_table('Doomed');
SELECT dynamo.get_item('Doomed', 'v');

-- a new table of the name is another one
SELECT dynamo.create_table('Doomed', 'k N');
SELECT dynamo.get_item('Doomed', '1') IS NULL AS empty;

-- the owner of the schema may, too, and a member of the owner
GRANT USAGE, CREATE ON SCHEMA public TO regress_schema_owner;
CREATE SCHEMA owned AUTHORIZATION regress_schema_owner;
SET dynamo.schema = 'owned';
SELECT dynamo.create_table('InOwned', 'k S');
RESET dynamo.schema;
SET ROLE regress_schema_owner;
SELECT dynamo.delete_table('Doomed');
SELECT dynamo.delete_table('InOwned') #>> '{TableDescription,TableStatus}' AS status;
RESET ROLE;
ALTER TABLE "Doomed" OWNER TO regress_schema_owner;
GRANT regress_schema_owner TO regress_other;
SET ROLE regress_other;
SELECT dynamo.delete_table('{"TableName": "Doomed"}') #>> '{TableDescription,TableStatus}' AS status;
RESET ROLE;

-- a table that cannot be used can be deleted
SELECT dynamo.create_table('Broken', 'k S');
ALTER TABLE "Broken" DROP CONSTRAINT key_schema;
SELECT dynamo.delete_table('Broken') #>> '{TableDescription,TableStatus}' AS status;

DROP SCHEMA owned;
DROP OWNED BY regress_schema_owner;
DROP ROLE regress_other, regress_schema_owner;
