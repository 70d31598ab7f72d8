-- CreateTable: what it makes, what it answers, what it refuses.

-- Answers without what differs from run to run.
CREATE FUNCTION pg_temp.stable(answer json) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(jsonb_pretty(answer::jsonb),
		'"TableId": "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"', '"TableId": "ID"'),
		'(Date|_?)Time": [0-9]{10}(\.[0-9]+)?', '\1Time": TIME', 'g')
$$;

-- What a request is refused with.
CREATE FUNCTION pg_temp.refusal(request json) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	PERFORM dynamo.create_table(request);
	RETURN 'created';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || replace(SQLERRM, 'user/' || current_user, 'user/USER') || CASE WHEN hint = '' THEN ' (without a hint)' ELSE '' END;
END
$$;

-- a table of people
SELECT dynamo.create_table('Music', 'Artist S', 'SongTitle S');
\d "Music"
SELECT dynamo.create_table('Numbers', 'Id N');
\d "Numbers"
SELECT pg_temp.stable(dynamo.describe_table('Numbers'));

-- all that CreateTable takes
SELECT pg_temp.stable(dynamo.create_table('{
	"TableName": "Thread",
	"AttributeDefinitions": [
		{"AttributeName": "ForumName", "AttributeType": "S"},
		{"AttributeName": "Subject", "AttributeType": "S"},
		{"AttributeName": "LastPost", "AttributeType": "N"},
		{"AttributeName": "Digest", "AttributeType": "B"}],
	"KeySchema": [
		{"AttributeName": "ForumName", "KeyType": "HASH"},
		{"AttributeName": "Subject", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{
		"IndexName": "LastPostIndex",
		"KeySchema": [
			{"AttributeName": "ForumName", "KeyType": "HASH"},
			{"AttributeName": "LastPost", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "by.digest",
		"KeySchema": [{"AttributeName": "Digest", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Replies", "a \"b\""]},
		"ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}, {
		"IndexName": "the-same-key",
		"KeySchema": [
			{"AttributeName": "ForumName", "KeyType": "HASH"},
			{"AttributeName": "LastPost", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"},
		"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
	"TableClass": "STANDARD_INFREQUENT_ACCESS",
	"DeletionProtectionEnabled": true,
	"Tags": [{"Key": "team", "Value": "forum"}, {"Key": "cost", "Value": ""}]}'));
\d "Thread"
SELECT table_name, name, kind, position, key_schema, projection, non_key_attributes, read_units, write_units
	FROM dynamo.indexes WHERE table_name = 'Thread' ORDER BY position;
SELECT * FROM dynamo.tags WHERE table_name = 'Thread' ORDER BY key;
SELECT name, relation, billing_mode, read_units, write_units, table_class, deletion_protection
	FROM dynamo.tables WHERE name IN ('Music', 'Numbers', 'Thread') ORDER BY name;

-- a global index with a key of eight attributes, on demand, with maxima
SELECT pg_temp.stable(dynamo.create_table('{
	"TableName": "Wide",
	"BillingMode": "PAY_PER_REQUEST",
	"OnDemandThroughput": {"MaxReadRequestUnits": 10},
	"AttributeDefinitions": [
		{"AttributeName": "k", "AttributeType": "S"},
		{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "N"},
		{"AttributeName": "c", "AttributeType": "B"}, {"AttributeName": "d", "AttributeType": "S"},
		{"AttributeName": "e", "AttributeType": "S"}, {"AttributeName": "f", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "B"}, {"AttributeName": "h", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "all",
		"KeySchema": [
			{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"},
			{"AttributeName": "c", "KeyType": "HASH"}, {"AttributeName": "d", "KeyType": "HASH"},
			{"AttributeName": "e", "KeyType": "RANGE"}, {"AttributeName": "f", "KeyType": "RANGE"},
			{"AttributeName": "g", "KeyType": "RANGE"}, {"AttributeName": "h", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"},
		"OnDemandThroughput": {"MaxWriteRequestUnits": 7}}]}')) AS answer;
SELECT pg_get_indexdef('"Wide_all_idx"'::regclass);

-- inside the transaction that made it, a table is active
BEGIN;
SELECT dynamo.create_table('{"TableName": "Brief", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}') -> 'TableDescription' ->> 'TableStatus' AS status;
SELECT dynamo.describe_table('Brief') -> 'Table' ->> 'TableStatus' AS status;
SELECT dynamo.put_item('Brief', '{"k":{"S":"v"}}'::dynamo.item);
SELECT dynamo.get_item('Brief', 'v');
ROLLBACK;
SELECT dynamo.describe_table('Brief');

-- names: a second table of a name, an ARN for a name, names that are no
-- relation's, or another one's
SELECT dynamo.create_table('Music', 'Artist S');
SELECT dynamo.create_table('arn:aws:dynamodb:us-east-1:000000000000:table/ByArn', 'k S');
SELECT dynamo.create_table(repeat('n', 255), 'k S');
SELECT dynamo.create_table(repeat('n', 254) || 'm', 'k S');
CREATE TABLE "Taken" (n int);
SELECT dynamo.create_table('Taken', 'k S');
CREATE TYPE "TakenType" AS (n int);
SELECT dynamo.create_table('TakenType', 'k S');
SELECT dynamo.create_table('select.from-"x', 'k S');
SELECT dynamo.create_table('select.from-x', 'k S');
SELECT dynamo.describe_table(repeat('n', 255)) -> 'Table' ->> 'TableArn' = 'arn:aws:dynamodb:us-east-1:000000000000:table/' || repeat('n', 255);

-- attributes whose names need quoting in SQL and in JSON
SELECT dynamo.create_table('Quotes', 'it''s "a" \ key S', 'with space N');
SELECT dynamo.describe_table('Quotes') #> '{Table,KeySchema}';
SELECT dynamo.put_item('Quotes', '{"it''s \"a\" \\ key":{"S":"v"},"with space":{"N":"1"}}'::dynamo.item);
SELECT * FROM "Quotes";

-- the schema is that of dynamo.schema, whatever search_path says, and
-- whatever is in the way there
CREATE SCHEMA "Other Schema";
CREATE SCHEMA trap;
CREATE FUNCTION trap.key_matches(dynamo.key, dynamo.item, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION trap.derive_key() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
SET search_path = trap, pg_catalog;
SET dynamo.schema = 'Other Schema';
SELECT dynamo.create_table('Elsewhere', 'k S');
SELECT dynamo.put_item('Elsewhere', '{"k":{"S":"v"}}'::dynamo.item);
SELECT * FROM "Other Schema"."Elsewhere";
RESET search_path;
SET dynamo.schema = 'nowhere';
SELECT dynamo.create_table('Nowhere', 'k S');
SET dynamo.schema = 'pg_temp';
CREATE TEMP TABLE makes_the_schema (n int);
SELECT dynamo.create_table('Nowhere', 'k S');
RESET dynamo.schema;

-- the caller owns the table, and must be allowed to create it
CREATE ROLE regress_creator;
SET ROLE regress_creator;
SELECT pg_temp.refusal('{"TableName": "Forbidden", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}]}');
RESET ROLE;
GRANT CREATE ON SCHEMA public TO regress_creator;
SET ROLE regress_creator;
SELECT dynamo.create_table('Owned', 'k S');
INSERT INTO dynamo.tables SELECT * FROM dynamo.tables;
UPDATE dynamo.tables SET name = 'x';
DELETE FROM dynamo.indexes;
TRUNCATE dynamo.tags;
RESET ROLE;
SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'Owned';
BEGIN READ ONLY;
SELECT dynamo.create_table('ReadOnly', 'k S');
ROLLBACK;

-- event triggers see the statements
CREATE FUNCTION pg_temp.report() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
	command record;
BEGIN
	FOR command IN SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands() LOOP
		RAISE NOTICE '% %', command.command_tag, command.object_identity;
	END LOOP;
END
$$;
CREATE EVENT TRIGGER regress_report ON ddl_command_end EXECUTE FUNCTION pg_temp.report();
SELECT dynamo.create_table('Watched', 'k S');
DROP EVENT TRIGGER regress_report;

-- what is refused; b is what most of the requests have in common
CREATE FUNCTION pg_temp.request(rest text) RETURNS json LANGUAGE sql AS $$
	SELECT (jsonb '{"TableName": "abc", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}]}' || rest::jsonb)::json
$$;
SELECT refusal.*
FROM (VALUES
	-- the shape
	(1, json '{}'),
	(2, '{"TableName": "ab"}'),
	(3, '{"TableName": 5}'),
	(4, '{"TableName": "abc;"}'),
	(5, '{"TableName": "abc"}'),
	(6, '{"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/Foreign"}'),
	(7, pg_temp.request('{"TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/Foreign"}')),
	(8, pg_temp.request('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/x"}')),
	(9, pg_temp.request('{"StreamSpecification": {"StreamEnabled": true}}')),
	-- billing
	(10, pg_temp.request('{"BillingMode": "FREE"}')),
	(11, pg_temp.request('{"BillingMode": "PROVISIONED"}')),
	(12, pg_temp.request('{"BillingMode": null}')),
	(13, pg_temp.request('{"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}')),
	(14, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}}')),
	(15, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 1000000000001}}')),
	(16, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1000000000000, "WriteCapacityUnits": 1000000000001}}')),
	(17, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}, "OnDemandThroughput": {"MaxReadRequestUnits": 1}}')),
	(18, pg_temp.request('{"OnDemandThroughput": {"MaxReadRequestUnits": 0}}')),
	(19, pg_temp.request('{"OnDemandThroughput": {"MaxWriteRequestUnits": -1}}')),
	-- keys
	(20, pg_temp.request('{"AttributeDefinitions": []}')),
	(21, pg_temp.request('{"KeySchema": []}')),
	(22, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "S"}]}')),
	(23, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}')),
	(24, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "SS"}]}')),
	(25, pg_temp.request('{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "HASH"}]}')),
	(26, pg_temp.request('{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "HASH"}]}')),
	(27, pg_temp.request('{"KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}, {"AttributeName": "b", "KeyType": "HASH"}]}')),
	(28, pg_temp.request('{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}]}')),
	(29, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}, {"AttributeName": "c", "KeyType": "RANGE"}]}')),
	(30, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "N"}]}')),
	(31, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "", "AttributeType": "S"}]}')),
	(32, pg_temp.request(format('{"AttributeDefinitions": [{"AttributeName": "%s", "AttributeType": "S"}]}', repeat('x', 256)))),
	-- local indexes
	(40, pg_temp.request('{"LocalSecondaryIndexes": []}')),
	(41, pg_temp.request('{"LocalSecondaryIndexes": [{}]}')),
	(42, pg_temp.request('{"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
		"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(43, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "d", "KeyType": "RANGE"}, {"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(44, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(45, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {}}]}')),
	(46, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "a", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(47, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(48, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL", "NonKeyAttributes": ["x"]}}]}')),
	(49, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE"}}]}')),
	(50, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "SOME", "NonKeyAttributes": []}}]}')),
	-- global indexes
	(60, pg_temp.request('{"GlobalSecondaryIndexes": []}')),
	(61, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "a;", "KeySchema": [], "Projection": {}}]}')),
	(62, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "RANGE"}], "Projection": {}}]}')),
	(63, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["x"]}}]}')),
	(64, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}]}')),
	(65, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}')),
	(66, pg_temp.request('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 1}}]}')),
	(67, pg_temp.request('{"LocalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}')),
	(68, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "z", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}')),
	(69, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}')),
	(70, pg_temp.request('{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, {"AttributeName": "c", "AttributeType": "S"}],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}, {"AttributeName": "c", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}')),
	(71, pg_temp.request(format('{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "b", "AttributeType": "S"}, %s],
		"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [%s], "Projection": {"ProjectionType": "ALL"}}]}',
		(SELECT string_agg(format('{"AttributeName": "c%s", "AttributeType": "S"}', n), ',') FROM generate_series(1, 5) AS n),
		(SELECT string_agg(format('{"AttributeName": "c%s", "KeyType": "HASH"}', n), ',') FROM generate_series(1, 5) AS n)))),
	(72, pg_temp.request(format('{"GlobalSecondaryIndexes": [%s]}',
		(SELECT string_agg(format('{"IndexName": "abc%s", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}', n), ',') FROM generate_series(1, 21) AS n)))),
	(73, pg_temp.request(format('{"LocalSecondaryIndexes": [%s]}',
		(SELECT string_agg(format('{"IndexName": "abc%s", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}', n), ',') FROM generate_series(1, 6) AS n)))),
	(74, pg_temp.request(format('{"GlobalSecondaryIndexes": [%s]}',
		(SELECT string_agg(format('{"IndexName": "abc%s", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": [%s]}}', n,
			(SELECT string_agg(format('"x%s"', m), ',') FROM generate_series(1, 17) AS m)), ',') FROM generate_series(1, 6) AS n)))),
	(75, pg_temp.request('{"GlobalSecondaryIndexes": [{"IndexName": "abc", "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}, "WarmThroughput": {"ReadUnitsPerSecond": 1}}]}')),
	-- tags
	(80, pg_temp.request('{"Tags": [{"Key": "aws:x", "Value": "y"}]}')),
	(81, pg_temp.request('{"Tags": [{"Key": "x", "Value": "y"}, {"Key": "x", "Value": "z"}]}')),
	(82, pg_temp.request('{"Tags": [{"Key": "x#", "Value": "y"}]}')),
	(83, pg_temp.request('{"Tags": [{"Key": "x"}]}')),
	(84, pg_temp.request(format('{"Tags": [{"Key": "%s", "Value": "%s"}]}', repeat('é', 129), repeat('é', 256)))),
	(85, pg_temp.request(format('{"Tags": [%s]}',
		(SELECT string_agg(format('{"Key": "k%s", "Value": ""}', n), ',') FROM generate_series(1, 51) AS n))))
) AS requests (n, request), LATERAL (SELECT requests.n, pg_temp.refusal(requests.request)) AS refusal ORDER BY n;
SELECT dynamo.create_table('{"TableName": "abc", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a\u0000b", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a\u0000b", "KeyType": "HASH"}]}');
SELECT dynamo.create_table('abc', 'a S', 'b S', 'c S');
SELECT dynamo.create_table('abc', 'a');
SELECT dynamo.create_table('abc', NULL);
SELECT dynamo.create_table('abc', VARIADIC ARRAY['a S', NULL]);
SELECT dynamo.create_table('abc', VARIADIC '{}');
SELECT count(*) FROM dynamo.list_tables() WHERE table_name = 'abc';

-- a request with very many elements is refused at once
SELECT left(pg_temp.refusal(pg_temp.request(format('{"AttributeDefinitions": [%s], "KeySchema": [%s]}',
	(SELECT string_agg(format('{"AttributeName": "a%s", "AttributeType": "S"}', n), ',') FROM generate_series(1, 50000) AS n),
	(SELECT string_agg(format('{"AttributeName": "a%s", "KeyType": "HASH"}', n), ',') FROM generate_series(1, 50000) AS n)))), 100);

DROP SCHEMA trap CASCADE;
SELECT dynamo.delete_table('Thread');
SELECT dynamo.update_table('{"TableName": "Thread", "DeletionProtectionEnabled": false}') IS NOT NULL AS updated;
SELECT left(table_name, 20) AS table_name, dynamo.delete_table(table_name) #>> '{TableDescription,TableStatus}' AS status
	FROM dynamo.list_tables()
	WHERE table_name IN ('ByArn', 'Elsewhere', 'Music', 'Numbers', 'Owned', 'Quotes', 'Taken', 'TakenType', 'Thread',
		'Watched', 'Wide', 'select.from-x') OR table_name LIKE 'nnn%'
	ORDER BY table_name COLLATE "C";
DROP SCHEMA "Other Schema";
DROP TABLE "Taken";
DROP TYPE "TakenType";
REVOKE CREATE ON SCHEMA public FROM regress_creator;
DROP ROLE regress_creator;
