\set SHOW_CONTEXT never
-- UpdateTable: billing, throughput, class, protection, maxima on demand.
CREATE FUNCTION pg_temp.update(changes text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	answer jsonb;
BEGIN
	answer := dynamo.update_table((jsonb '{"TableName": "Changing"}' || changes::jsonb)::json)::jsonb -> 'TableDescription';
	RETURN NEXT 'answered: ' || regexp_replace((answer - '{TableId,TableArn,AttributeDefinitions,KeySchema,TableName,CreationDateTime,ItemCount,TableSizeBytes,WarmThroughput,GlobalSecondaryIndexes}'::text[])::text,
		'DateTime": [0-9.]+', 'DateTime": TIME', 'g');
	answer := dynamo.describe_table('Changing')::jsonb -> 'Table';
	RETURN NEXT 'described: ' || regexp_replace((answer - '{TableId,TableArn,AttributeDefinitions,KeySchema,TableName,CreationDateTime,ItemCount,TableSizeBytes,GlobalSecondaryIndexes}'::text[])::text,
		'DateTime": [0-9.]+', 'DateTime": TIME', 'g');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN NEXT SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' (without a hint)' ELSE '' END;
END
$$;
SELECT dynamo.create_table('{
	"TableName": "Changing",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}}') IS NOT NULL AS created;

-- throughput, up and down
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 20, "WriteCapacityUnits": 10}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 20, "WriteCapacityUnits": 5}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 30, "WriteCapacityUnits": 4}}');
UPDATE dynamo.tables SET decreased_at = decreased_at - interval '1 day' WHERE name = 'Changing';
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 40, "WriteCapacityUnits": 4}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 40, "WriteCapacityUnits": 4}}');
SELECT pg_temp.update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 39, "WriteCapacityUnits": 4}}');

-- billing mode
SELECT pg_temp.update('{"BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT pg_temp.update('{"BillingMode": "PAY_PER_REQUEST"}');
SELECT pg_temp.update('{"BillingMode": "PAY_PER_REQUEST"}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT pg_temp.update('{"BillingMode": "PROVISIONED"}');

-- maxima: set, changed one by one, removed
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 200}}');
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxReadRequestUnits": 300}}');
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxReadRequestUnits": -1}}');
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxReadRequestUnits": -2}}');
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxWriteRequestUnits": 0}}');
SELECT pg_temp.update('{"OnDemandThroughput": {}}');

-- back
SELECT pg_temp.update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}}');
SELECT pg_temp.update('{"OnDemandThroughput": {"MaxReadRequestUnits": 100}}');

-- class and protection
SELECT pg_temp.update('{"TableClass": "STANDARD_INFREQUENT_ACCESS", "DeletionProtectionEnabled": true}');
SELECT pg_temp.update('{"TableClass": "STANDARD"}');
SELECT pg_temp.update('{"DeletionProtectionEnabled": false}');

-- refused
SELECT pg_temp.update('{}');
SELECT pg_temp.update('{"AttributeDefinitions": [{"AttributeName": "x", "AttributeType": "S"}]}');
SELECT pg_temp.update('{"TableClass": "GLACIER"}');
SELECT pg_temp.update('{"ProvisionedThroughput": {}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": -1, "WriteCapacityUnits": -1}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 1000000000001}}');
SELECT pg_temp.update('{"ProvisionedThroughput": {"ReadCapacityUnits": 1000000000000, "WriteCapacityUnits": 1000000000001}}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "abc"}}]}');
SELECT pg_temp.update('{"StreamSpecification": {"StreamEnabled": true}}');
SELECT pg_temp.update('{"StreamSpecification": {"StreamEnabled": false, "StreamViewType": "KEYS_ONLY"}}');
SELECT pg_temp.update('{"StreamSpecification": {"StreamEnabled": false}}');
SELECT pg_temp.update('{"SSESpecification": {"Enabled": true}}');
SELECT pg_temp.update('{"TableName": "Missing", "DeletionProtectionEnabled": true}');
SELECT pg_temp.update('{"TableName": "Missing", "BillingMode": "PROVISIONED"}');
SELECT pg_temp.update('{"TableName": "ab"}');
SELECT pg_temp.update('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/Changing", "DeletionProtectionEnabled": true}');

-- only the owner may
CREATE ROLE regress_other;
SET ROLE regress_other;
SELECT pg_temp.update('{"DeletionProtectionEnabled": false}');
RESET ROLE;
DROP ROLE regress_other;
BEGIN READ ONLY;
SELECT dynamo.update_table('{"TableName": "Changing", "DeletionProtectionEnabled": false}');
ROLLBACK;

-- a change that is rolled back
BEGIN;
SELECT dynamo.update_table('{"TableName": "Changing", "DeletionProtectionEnabled": false}') IS NOT NULL AS updated;
SELECT dynamo.describe_table('Changing') #>> '{Table,DeletionProtectionEnabled}' AS protected;
ROLLBACK;
SELECT dynamo.describe_table('Changing') #>> '{Table,DeletionProtectionEnabled}' AS protected;
SELECT dynamo.update_table('{"TableName": "Changing", "DeletionProtectionEnabled": false}') IS NOT NULL AS updated;
SELECT dynamo.delete_table('Changing') IS NOT NULL AS deleted;

-- global indexes go on demand with their table, and keep it there
SELECT dynamo.create_table('{
	"TableName": "Changing",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"},
		"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}}') IS NOT NULL AS created;
SELECT name, read_units, write_units FROM dynamo.indexes WHERE table_name = 'Changing';
SELECT pg_temp.update('{"BillingMode": "PAY_PER_REQUEST"}');
SELECT name, read_units, write_units FROM dynamo.indexes WHERE table_name = 'Changing';
SELECT pg_temp.update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 8}}');
SELECT dynamo.delete_table('Changing') IS NOT NULL AS deleted;
