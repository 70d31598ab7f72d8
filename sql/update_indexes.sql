\set SHOW_CONTEXT never
-- GlobalSecondaryIndexUpdates of UpdateTable, where no background workers run.
CREATE FUNCTION pg_temp.update(changes text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	answer jsonb;
BEGIN
	answer := dynamo.update_table((jsonb '{"TableName": "Growing"}' || changes::jsonb)::json)::jsonb -> 'TableDescription';
	RETURN (SELECT format('table %s; attributes %s', answer ->> 'TableStatus',
						  (SELECT string_agg(a ->> 'AttributeName', ' ') FROM jsonb_array_elements(answer -> 'AttributeDefinitions') a))
			|| coalesce(string_agg(format(E'\n%s %s%s %s/%s %s', i ->> 'IndexName', i ->> 'IndexStatus',
				' backfilling ' || (i ->> 'Backfilling'), i #>> '{ProvisionedThroughput,ReadCapacityUnits}',
				i #>> '{ProvisionedThroughput,WriteCapacityUnits}', i ->> 'OnDemandThroughput'), '' ORDER BY n), '')
			  FROM jsonb_array_elements(answer -> 'GlobalSecondaryIndexes') WITH ORDINALITY AS e (i, n));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' (without a hint)' ELSE '' END;
END
$$;
-- A Create of a global index on attributes that are defined as given.
CREATE FUNCTION pg_temp.create_index(name text, attributes text[], VARIADIC keys text[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.update(jsonb_build_object(
		'AttributeDefinitions', (SELECT coalesce(jsonb_agg(jsonb_build_object('AttributeName', split_part(a, ' ', 1), 'AttributeType', split_part(a, ' ', 2))), '[]')
								   FROM unnest(attributes) AS a),
		'GlobalSecondaryIndexUpdates', jsonb_build_array(jsonb_build_object('Create', jsonb_build_object(
			'IndexName', name,
			'KeySchema', (SELECT jsonb_agg(jsonb_build_object('AttributeName', split_part(k, ' ', 1), 'KeyType', split_part(k, ' ', 2)))
							FROM unnest(keys) AS k),
			'Projection', jsonb_build_object('ProjectionType', 'ALL')))))::text)
$$;
CREATE VIEW pg_temp.described AS
	SELECT format('table %s; attributes %s', t ->> 'TableStatus',
				  (SELECT string_agg(a ->> 'AttributeName', ' ') FROM jsonb_array_elements(t -> 'AttributeDefinitions') a))
		   || coalesce((SELECT string_agg(format(E'\n%s %s%s %s/%s %s', i ->> 'IndexName', i ->> 'IndexStatus',
				' backfilling ' || (i ->> 'Backfilling'), i #>> '{ProvisionedThroughput,ReadCapacityUnits}',
				i #>> '{ProvisionedThroughput,WriteCapacityUnits}', i ->> 'OnDemandThroughput'), '' ORDER BY n)
						  FROM jsonb_array_elements(t -> 'GlobalSecondaryIndexes') WITH ORDINALITY AS e (i, n)), '') AS described
	  FROM (SELECT dynamo.describe_table('Growing')::jsonb -> 'Table' AS t) AS s;
CREATE VIEW pg_temp.relations AS
	SELECT indexrelid::regclass::text COLLATE "C" AS relation, indisvalid AS valid, NULL AS statistics
	  FROM pg_index WHERE indrelid = to_regclass('"Growing"') AND NOT indisprimary
	UNION ALL
	SELECT NULL, NULL, array_to_string(pg_get_statisticsobjdef_expressions(oid), ',') COLLATE "C"
	  FROM pg_statistic_ext WHERE stxrelid = to_regclass('"Growing"')
	ORDER BY 1, 3;

SELECT dynamo.create_table('{
	"TableName": "Growing",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL AS created;

-- Items that the index will hold, and items that it will skip: of another type, empty, too long, without the attribute.
INSERT INTO "Growing" (item)
	SELECT format('{"k": {"S": "good"}, "s": {"N": "%s"}, "g": {"S": "g%s"}}', n, n % 3)::dynamo.item FROM generate_series(1, 6) AS n;
INSERT INTO "Growing" (item) VALUES
	('{"k": {"S": "number"}, "s": {"N": "1"}, "g": {"N": "1"}}'),
	('{"k": {"S": "list"}, "s": {"N": "1"}, "g": {"L": [{"S": "g"}]}}'),
	('{"k": {"S": "null"}, "s": {"N": "1"}, "g": {"NULL": true}}'),
	('{"k": {"S": "empty"}, "s": {"N": "1"}, "g": {"S": ""}}'),
	('{"k": {"S": "nul"}, "s": {"N": "1"}, "g": {"S": "a\u0000b"}}'),
	('{"k": {"S": "none"}, "s": {"N": "1"}}');
INSERT INTO "Growing" (item)
	SELECT format('{"k": {"S": "long"}, "s": {"N": "%s"}, "g": {"S": "%s"}}', n, repeat('x', n))::dynamo.item FROM unnest(ARRAY[2048, 2049, 66500]) AS n;

-- Creating one: the answer is the service's, and the index is there.
SELECT pg_temp.create_index('by-g', '{g S}', 'g HASH');
SELECT * FROM pg_temp.described;
SELECT * FROM pg_temp.relations;
SELECT status, attempts, last_error FROM dynamo.indexes WHERE table_name = 'Growing' AND name = 'by-g';
SELECT count(*) FROM dynamo.index_builds WHERE table_name = 'Growing';
SET enable_seqscan = off;
SELECT item['k']::text AS k, item['s']::int AS s FROM "Growing" WHERE dynamo.index_key(item, 'g S') IS NOT NULL ORDER BY key;
RESET enable_seqscan;
-- What was skipped stays as it is, and cannot be written again.
SELECT dynamo.get_item('Growing', 'number', 1);
SELECT dynamo.put_item('Growing', '{"k": {"S": "number"}, "s": {"N": "2"}, "g": {"N": "1"}}');
SELECT dynamo.put_item('Growing', '{"k": {"S": "empty"}, "s": {"N": "2"}, "g": {"S": ""}}');
SELECT dynamo.put_item('Growing', '{"k": {"S": "none"}, "s": {"N": "2"}}') IS NULL AS stored;
-- Its statistics can be computed whatever the types are.
ANALYZE "Growing";

-- More than one attribute, some of which are keys already.
SELECT pg_temp.create_index('by-g-l-s', '{g S,l S,s N}', 'g HASH', 'l HASH', 's RANGE');
-- The key of another index: they share the Postgres index.
SELECT pg_temp.create_index('by-g-again', '{g S}', 'g HASH');
SELECT * FROM pg_temp.described;
SELECT * FROM pg_temp.relations;

-- Deleting: what is shared stays, and what is used no more goes.
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g"}}]}');
SELECT * FROM pg_temp.described;
SELECT * FROM pg_temp.relations;
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g-again"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g-l-s"}}]}');
SELECT * FROM pg_temp.described;
SELECT * FROM pg_temp.relations;
SELECT dynamo.put_item('Growing', '{"k": {"S": "number"}, "s": {"N": "2"}, "g": {"N": "1"}}') IS NULL AS stored;

-- Projections, and maxima on demand.
SELECT pg_temp.update('{"AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "spurious", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "include", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]}, "OnDemandThroughput": {"MaxReadRequestUnits": 5}}}]}');
SELECT projection, non_key_attributes FROM dynamo.indexes WHERE table_name = 'Growing' AND name = 'include';
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "OnDemandThroughput": {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 7}}}]}');
SELECT * FROM pg_temp.described;

-- Provisioned: all global indexes are given their throughput.
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}}]}');
SELECT pg_temp.update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}');
SELECT pg_temp.update('{"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
	"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}}}]}');
SELECT * FROM pg_temp.described;
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 4}}}]}');
SELECT dynamo.describe_table('Growing') #>> '{Table,GlobalSecondaryIndexes,0,ProvisionedThroughput,NumberOfDecreasesToday}' AS decreases;
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 4}}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "OnDemandThroughput": {"MaxReadRequestUnits": 1}}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 4}}}]}');
SELECT pg_temp.create_index('unprovisioned', '{g S}', 'g HASH');
SELECT pg_temp.update('{"BillingMode": "PAY_PER_REQUEST"}');
SELECT * FROM pg_temp.described;

-- Refused: the list.
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": []}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [], "DeletionProtectionEnabled": false}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "include"}, "Update": {"IndexName": "include"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "include"}}, {"Update": {"IndexName": "include"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "include"}}, {"Delete": {"IndexName": "other"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ab"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "abc"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "include", "WarmThroughput": {"ReadUnitsPerSecond": 1}}}]}');

-- Refused: what is not there, or is not a global index.
SELECT pg_temp.update('{"TableName": "Missing", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "include"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "missing"}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "missing", "OnDemandThroughput": {"MaxReadRequestUnits": 1}}}]}');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "local"}}]}');

-- Refused: keys and attributes.
SELECT pg_temp.create_index('include', '{g S}', 'g HASH');
SELECT pg_temp.create_index('local', '{g S}', 'g HASH');
SELECT pg_temp.create_index('undefined', '{}', 'g HASH');
SELECT pg_temp.create_index('undefined', '{x S}', 'g HASH');
SELECT pg_temp.create_index('twice', '{x S,x S}', 'x HASH');
SELECT pg_temp.create_index('redefined', '{g N}', 'g HASH');
SELECT pg_temp.create_index('redefined', '{s S,x S}', 'x HASH', 's RANGE');
SELECT pg_temp.create_index('range-first', '{x S}', 'x RANGE');
SELECT pg_temp.create_index('same', '{x S}', 'x HASH', 'x RANGE');
SELECT pg_temp.create_index('many', '{a S,b S,c S,d S,e S}', 'a HASH', 'b HASH', 'c HASH', 'd HASH', 'e HASH');
SELECT * FROM pg_temp.described;

-- Counts.
INSERT INTO dynamo.indexes (table_name, name, kind, position, key_schema, projection, read_units, write_units, decreases, status, attempts)
	SELECT 'Growing', 'filler' || n, 'GLOBAL', 100 + n, '{g S}', 'ALL', 0, 0, 0, 'ACTIVE', 0 FROM generate_series(1, 19) AS n;
SELECT pg_temp.create_index('too-many', '{x S}', 'x HASH');
DELETE FROM dynamo.indexes WHERE table_name = 'Growing' AND name LIKE 'filler%';

-- One at a time: the work of another call has not been done yet.
UPDATE dynamo.indexes SET status = 'CREATING' WHERE table_name = 'Growing' AND name = 'include';
SELECT * FROM pg_temp.described;
SELECT table_name, index_name, relation, status, attempts FROM dynamo.index_builds WHERE table_name = 'Growing';
SELECT pg_temp.create_index('second', '{x S}', 'x HASH');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "missing"}}]}');
-- but one that is being created can be deleted.
BEGIN;
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "include"}}]}');
SELECT * FROM pg_temp.described;
SELECT * FROM pg_temp.relations;
ROLLBACK;
SELECT dynamo.build_indexes('Growing');
SELECT dynamo.build_indexes('Growing');
SELECT * FROM pg_temp.described;

-- The Postgres index is dropped by hand: it cannot be read, until it is there again.
DROP INDEX "Growing_include_idx";
SELECT * FROM pg_temp.described;
SELECT pg_temp.create_index('second', '{x S}', 'x HASH');
SELECT dynamo.build_indexes('Growing');
SELECT * FROM pg_temp.described;

-- Rolled back, and renamed.
BEGIN;
SELECT pg_temp.create_index('third', '{y S}', 'y HASH');
SELECT * FROM pg_temp.described;
ROLLBACK;
ALTER TABLE "Growing" RENAME TO growing_slowly;
SELECT pg_temp.create_index('third', '{y S}', 'y HASH');
SELECT * FROM pg_temp.described;
ALTER TABLE growing_slowly RENAME TO "Growing";

-- Columns with other names, and a partitioned table.
CREATE TABLE "Parts" (
	k dynamo.key NOT NULL PRIMARY KEY,
	i dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(k, i, 'a S'))
) PARTITION BY HASH (k);
CREATE TABLE "Parts1" PARTITION OF "Parts" FOR VALUES WITH (MODULUS 1, REMAINDER 0) USING dynamo;
SELECT dynamo.register_table('"Parts"');
SELECT pg_temp.update('{"TableName": "Parts", "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
	"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by-g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}');
SELECT dynamo.describe_table('Parts') #>> '{Table,GlobalSecondaryIndexes,0,IndexStatus}' AS status;
SELECT relname, pg_get_indexdef(oid, 1, true) AS first, pg_get_indexdef(oid, 2, true) AS second
  FROM pg_class WHERE relname LIKE 'Parts%' AND relname NOT LIKE '%pkey' AND relkind IN ('i', 'I') ORDER BY relname COLLATE "C";
SELECT pg_temp.update('{"TableName": "Parts", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-g"}}]}');
SELECT count(*) FROM pg_class WHERE relname LIKE 'Parts%' AND relname NOT LIKE '%pkey' AND relkind IN ('i', 'I');
DROP TABLE "Parts";

-- Who may: the owner, who can create in the schema.
CREATE ROLE regress_owner;
CREATE ROLE regress_other;
CREATE SCHEMA elsewhere;
GRANT USAGE ON SCHEMA elsewhere TO regress_owner, regress_other;
ALTER TABLE "Growing" SET SCHEMA elsewhere;
ALTER TABLE elsewhere."Growing" OWNER TO regress_owner;
SET ROLE regress_other;
SELECT pg_temp.create_index('fourth', '{x S}', 'x HASH');
SELECT dynamo.build_indexes('Growing');
SET ROLE regress_owner;
SELECT pg_temp.create_index('fourth', '{x S}', 'x HASH');
RESET ROLE;
GRANT CREATE ON SCHEMA elsewhere TO regress_owner;
SET ROLE regress_owner;
SELECT pg_temp.create_index('fourth', '{x S}', 'x HASH');
SELECT pg_temp.update('{"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "fourth"}}]}');
RESET ROLE;
BEGIN READ ONLY;
SELECT dynamo.build_indexes('Growing');
ROLLBACK;
DROP TABLE elsewhere."Growing" CASCADE;
DROP SCHEMA elsewhere;
DROP ROLE regress_owner, regress_other;
