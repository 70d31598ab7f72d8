\set SHOW_CONTEXT never
-- DescribeTable: what it tells of a table and its indexes as they change.
SELECT dynamo.create_table('{
	"TableName": "Described", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [
		{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
CREATE FUNCTION pg_temp.described(member text DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
	SELECT CASE WHEN member IS NULL THEN t ELSE t -> member END
	FROM (SELECT dynamo.describe_table('Described')::jsonb -> 'Table' AS t) AS described
$$;

-- the name, the ARN, the request, and the operation by its name
SELECT dynamo.describe_table('Described') #>> '{Table,TableArn}' AS by_name,
	dynamo.describe_table('arn:aws:dynamodb:us-east-1:000000000000:table/Described') #>> '{Table,TableArn}' AS by_arn;
SELECT dynamo.describe_table('{"TableName": "Described"}') #>> '{Table,TableArn}' AS by_request,
	dynamo.describe_table(json '{"TableName": "Described"}') #>> '{Table,TableArn}' AS by_json,
	dynamo.call('DescribeTable', '{"TableName": "Described"}') #>> '{Table,TableArn}' AS by_operation;
SET dynamo.region = 'eu-west-3';
SET dynamo.account_id = '123456789012';
SELECT pg_temp.described('TableArn'), pg_temp.described('GlobalSecondaryIndexes') #> '{0,IndexArn}';
CREATE ROLE regress_reader;
SET ROLE regress_reader;
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:000000000000:table/Described');
RESET ROLE;
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:123456789012:table/Described');
RESET dynamo.region;
RESET dynamo.account_id;

-- the id and the date stay
SELECT pg_temp.described('TableId') = to_jsonb(id) AS id,
	pg_temp.described('CreationDateTime') = to_jsonb(round(extract(epoch FROM date_trunc('milliseconds', created_at)), 3)) AS date
	FROM dynamo.tables WHERE name = 'Described';

-- sizes and counts are as of the last ANALYZE
SELECT count(dynamo.put_item('Described', format('{"k":{"S":"%s"},"g":{"S":"x"}}', n)::dynamo.item)) FROM generate_series(1, 500) AS n;
ANALYZE "Described";
SELECT pg_temp.described('ItemCount'), pg_temp.described('TableSizeBytes')::int > 0 AS has_size,
	pg_temp.described('GlobalSecondaryIndexes') #> '{0,ItemCount}' AS index_items,
	(pg_temp.described('GlobalSecondaryIndexes') #> '{0,IndexSizeBytes}')::int > 0 AS index_has_size;

-- without its Postgres index an index is described, but not active
DROP INDEX "Described_by-g_idx";
SELECT pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'IndexStatus' AS status,
	pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'Backfilling' AS backfilling,
	pg_temp.described('TableStatus');
CREATE INDEX wrong_order ON "Described" (key, dynamo.index_key(item, 'g S'));
CREATE INDEX wrong_schema ON "Described" (dynamo.index_key(item, 'g N'), key);
CREATE INDEX wrong_items ON "Described" (dynamo.index_key(item, 'g S'), key) WHERE item ? 'x';
CREATE INDEX without_key ON "Described" (dynamo.index_key(item, 'g S'));
SELECT pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'IndexStatus' AS status;
CREATE INDEX whatever_name ON "Described" (dynamo.index_key(item, 'g S'), key);
SELECT pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'IndexStatus' AS status,
	pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'Backfilling' AS backfilling;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'whatever_name'::regclass;
ALTER TABLE "Described" SET (fillfactor = 90);
SELECT pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'IndexStatus' AS status,
	pg_temp.described('GlobalSecondaryIndexes') -> 0 ->> 'Backfilling' AS backfilling;
DROP INDEX whatever_name, wrong_order, wrong_schema, wrong_items, without_key;

-- everybody may describe
SET ROLE regress_reader;
SELECT pg_temp.described('TableStatus');
RESET ROLE;

-- a table that cannot be trusted is refused, with the statement that repairs it
ALTER TABLE "Described" DISABLE TRIGGER derive_key;
SELECT pg_temp.described();
ALTER TABLE public."Described" ENABLE REPLICA TRIGGER derive_key;
SELECT pg_temp.described();
ALTER TABLE public."Described" ENABLE TRIGGER derive_key;
SELECT pg_temp.described('TableStatus');
ALTER TABLE public."Described" ENABLE ALWAYS TRIGGER derive_key;
SELECT pg_temp.described('TableStatus');
ALTER TRIGGER derive_key ON "Described" RENAME TO "Derive";
SELECT pg_temp.described('TableStatus');
DROP TRIGGER "Derive" ON "Described";
SELECT pg_temp.described();
CREATE TRIGGER derive_key BEFORE INSERT ON public."Described" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('k N');
SELECT pg_temp.described();
DROP TRIGGER derive_key ON public."Described";
CREATE TRIGGER derive_key BEFORE INSERT ON public."Described" FOR EACH ROW WHEN (new.key IS NULL) EXECUTE FUNCTION dynamo.derive_key('k S');
SELECT pg_temp.described();
DROP TRIGGER derive_key ON public."Described"; CREATE TRIGGER derive_key BEFORE INSERT ON public."Described" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('k S');
SELECT pg_temp.described('TableStatus');
ALTER TABLE "Described" DROP CONSTRAINT key_schema;
SELECT pg_temp.described();
ALTER TABLE public."Described" ADD CONSTRAINT "my check" CHECK (dynamo.key_matches(key, item, 'k S')) NOT VALID;
SELECT pg_temp.described();
ALTER TABLE public."Described" VALIDATE CONSTRAINT "my check";
SELECT pg_temp.described('TableStatus');
ALTER TABLE "Described" DROP CONSTRAINT "Described_pkey";
SELECT pg_temp.described();
ALTER TABLE public."Described" ADD PRIMARY KEY (key) DEFERRABLE;
SELECT pg_temp.described();
ALTER TABLE public."Described" DROP CONSTRAINT "Described_pkey", ADD PRIMARY KEY (key);
SELECT pg_temp.described('TableStatus');

-- columns may have other names
ALTER TABLE "Described" RENAME item TO document;
ALTER TABLE "Described" RENAME key TO k;
SELECT pg_temp.described('KeySchema');
SELECT dynamo.get_item('Described', '7');
SELECT dynamo.put_item('Described', '{"k":{"S":"7"},"n":{"N":"8"}}'::dynamo.item);
SELECT dynamo.get_item('Described', '7');

SELECT dynamo.delete_table('Described') IS NOT NULL AS deleted;

-- what no table has
SELECT dynamo.create_table('Plain', 'k S');
SELECT dynamo.describe_time_to_live('{"TableName": "Plain"}');
SELECT dynamo.describe_continuous_backups('{"TableName": "Plain"}');
SELECT dynamo.delete_table('Plain') IS NOT NULL AS deleted;
SELECT dynamo.describe_time_to_live('{"TableName": "Plain"}');
SELECT dynamo.describe_continuous_backups('{"TableName": "Plain"}');
SELECT dynamo.describe_table('{"TableName": "Plain"}');
SELECT dynamo.describe_table('');
SELECT dynamo.describe_table('ab');
SELECT dynamo.describe_table('a b c');
SELECT dynamo.describe_table('{}');
SELECT dynamo.describe_table('{"TableName": "abc\u0000def"}');
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:000000000000:table/ab');
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:000000000000:table/');
SELECT dynamo.describe_table('arn:aws:dynamodb:eu-west-1:000000000000:table/Plain');
SET ROLE regress_reader;
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:123456789012:table/Plain');
RESET ROLE;
DROP ROLE regress_reader;
SELECT dynamo.describe_table('arn:aws:dynamodb:us-east-1:000000000000:table/Plain');
SELECT dynamo.describe_limits();
SELECT dynamo.describe_endpoints('{}');
