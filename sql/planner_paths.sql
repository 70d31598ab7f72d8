-- The planner finds items by conditions on attributes: which index conditions
-- come of which conditions, and where none may come.

SELECT dynamo.create_table('{
	"TableName": "PlannedMusic",
	"AttributeDefinitions": [
		{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"},
		{"AttributeName": "Label", "AttributeType": "S"}, {"AttributeName": "Cover", "AttributeType": "B"},
		{"AttributeName": "Title", "AttributeType": "S"}, {"AttributeName": "Maker", "AttributeType": "S"}, {"AttributeName": "Writer", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "genre", "KeySchema": [
			{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Price", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "label", "KeySchema": [
			{"AttributeName": "Label", "KeyType": "HASH"}, {"AttributeName": "Title", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "maker", "KeySchema": [
			{"AttributeName": "Maker", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "writer", "KeySchema": [
			{"AttributeName": "Writer", "KeyType": "HASH"}, {"AttributeName": "Artist", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "cover", "KeySchema": [{"AttributeName": "Cover", "KeyType": "HASH"}],
			"Projection": {"ProjectionType": "ALL"}}],
	"BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL AS created;
SELECT dynamo.create_table('PlannedNumbers', 'Id N') IS NOT NULL AS created;
SELECT dynamo.create_table('PlannedReadings', 'Sensor B', 'At N') IS NOT NULL AS created;
CREATE TABLE planned_names (name text, song text, id bigint, price numeric);
INSERT INTO "PlannedMusic" (item)
	SELECT jsonb_build_object('Artist', 'artist ' || i % 10, 'Song', 'song ' || lpad(i::text, 3, '0'), 'Genre', 'Rock', 'Price', i,
							  'Label', 'Acme')::dynamo.item
	FROM generate_series(1, 100) AS i;
INSERT INTO "PlannedNumbers" (item) SELECT jsonb_build_object('Id', i)::dynamo.item FROM generate_series(1, 100) AS i;
INSERT INTO "PlannedReadings" (item)
	SELECT format('{"Sensor": {"B": "AA=="}, "At": {"N": "%s"}}', i)::dynamo.item FROM generate_series(1, 100) AS i;
INSERT INTO planned_names VALUES ('artist 3', 'song 003', 7, 5);
ANALYZE "PlannedMusic", "PlannedNumbers", "PlannedReadings", planned_names;

-- The plan, without what only some versions print.
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line !~ '^\s*(Disabled:|Filter:|Recheck Cond:|Join Filter:)' THEN
			RETURN NEXT line;
		END IF;
	END LOOP;
END
$$;

-- The indexes in a plan.
CREATE FUNCTION pg_temp.indexes(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN coalesce((SELECT string_agg(m[1], ', ' ORDER BY m[1])
		FROM regexp_matches(plan::text, '"Index Name": "([^"]*)"', 'g') AS m), 'none');
END
$$;

SET enable_seqscan = off;
SET enable_bitmapscan = off;

-- ---- the primary key ----
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE 'artist 1' = item['Artist']$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist']::text = 'artist 1'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist']::varchar = 'artist 1'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item ->> 'Artist' = 'artist 1'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item -> 'Artist' = 'artist 1'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item ->> 'Song' = 'song 001'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item['Song'] > 'song 05'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND 'song 05' >= item['Song']$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item['Song'] BETWEEN 'song 02' AND 'song 05'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1'
	AND item['Song']::text COLLATE "C" >= 'song 02' AND item ->> 'Song' < 'song 05' COLLATE "C"$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item['Song']::text ~>=~ 'song 02'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedNumbers" WHERE item['Id'] = 5$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedNumbers" WHERE item['Id']::numeric = 5.0$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedNumbers" WHERE item['Id'] IN (5, 6, 7)$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedNumbers" WHERE item['Id']::numeric = ANY ('{5,6,NULL,7}')$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedReadings" WHERE item['Sensor']::bytea = '\x00' AND item['At']::int BETWEEN 5 AND 7$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedReadings" WHERE item['Sensor']::bytea = '\x00' AND item['At']::bigint = 5$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedReadings" WHERE item['Sensor'] = '{"B": "AA=="}' AND item['At']::numeric > 5$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedReadings" WHERE dynamo.matches(item, 'Sensor = :s AND #at BETWEEN :from AND :to',
	'{":s": {"B": "AA=="}, ":from": {"N": "5"}, ":to": {"N": "7"}}', '{"#at": "At"}')$$);

-- a value that no key can have
SELECT pg_temp.plan($$SELECT FROM "PlannedNumbers" WHERE item['Id'] = 'five'$$);
SELECT count(*) FROM "PlannedNumbers" WHERE item['Id'] = 'five';
SELECT count(*) FROM "PlannedNumbers" WHERE item['Id']::numeric = 'NaN';

-- several ranges
SET enable_bitmapscan = on;
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] IN ('artist 1', 'artist 2')$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE (item ->> 'Artist' = 'artist 1' OR item ->> 'Artist' = 'artist 2') AND item['Song'] < 'song 05'$$);
EXPLAIN (COSTS OFF) SELECT FROM "PlannedMusic" WHERE item['Artist'] IN ('artist 1', 'artist 2');
SET enable_bitmapscan = off;

-- what is changed or locked
SELECT pg_temp.plan($$UPDATE "PlannedMusic" SET item['Seen'] = 1 WHERE item['Artist'] = 'artist 1' AND item['Song'] = 'song 001'$$);
SELECT pg_temp.plan($$DELETE FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item['Song'] = 'song 001'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' AND item['Song'] = 'song 001' FOR UPDATE$$);

-- parameters, in a plan for all of them
SET plan_cache_mode = force_generic_plan;
PREPARE by_value(dynamo.value, dynamo.value) AS SELECT item ->> 'Song' FROM "PlannedMusic" WHERE item['Artist'] = $1 AND item['Song'] <= $2;
PREPARE by_text(text) AS SELECT count(*) FROM "PlannedMusic" WHERE item ->> 'Artist' = $1;
PREPARE by_number(numeric[], numeric) AS SELECT count(*) FROM "PlannedNumbers" WHERE item['Id']::numeric IN ($1[1], $2);
SELECT pg_temp.plan('EXECUTE by_value(''artist 1'', ''song 02'')');
SELECT pg_temp.plan('EXECUTE by_text(''artist 1'')');
SELECT pg_temp.plan('EXECUTE by_number(''{1}'', 2)');
EXECUTE by_value('artist 1', 'song 02');
EXECUTE by_value('artist 1', '{"N": "5"}');
EXECUTE by_value('{"N": "5"}', 'song 02');
EXECUTE by_value(NULL, 'song 02');
EXECUTE by_text('artist 1');
EXECUTE by_text('');
EXECUTE by_text(repeat('x', 3000));
EXECUTE by_number('{1}', 1e200);
EXECUTE by_number('{NULL}', 2);
RESET plan_cache_mode;

-- joins
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT pg_temp.plan($$SELECT FROM planned_names AS n JOIN "PlannedMusic" AS m ON m.item['Artist']::text = n.name$$);
SELECT pg_temp.plan($$SELECT FROM planned_names AS n LEFT JOIN "PlannedMusic" AS m ON m.item ->> 'Artist' = n.name AND m.item ->> 'Song' = n.song$$);
SELECT pg_temp.plan($$SELECT FROM planned_names AS n JOIN "PlannedMusic" AS m ON m.item ->> 'Artist' = n.name AND m.item ->> 'Song' = n.song$$);
SELECT pg_temp.plan($$SELECT FROM planned_names AS n JOIN "PlannedNumbers" AS p ON p.item['Id'] = n.id$$);
SELECT pg_temp.plan($$SELECT FROM planned_names AS n, LATERAL (SELECT FROM "PlannedMusic" AS m WHERE m.item ->> 'Artist' = n.name LIMIT 1) AS one$$);
SELECT pg_temp.plan($$SELECT FROM planned_names AS n WHERE EXISTS (SELECT FROM "PlannedNumbers" AS p WHERE p.item['Id']::numeric = n.price + 1)$$);
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;

-- order
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' ORDER BY item['Song'] LIMIT 3$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' ORDER BY item['Song'] DESC LIMIT 3$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' ORDER BY item ->> 'Song' COLLATE "C" LIMIT 3$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedReadings" WHERE item['Sensor']::bytea = '\x00' ORDER BY item['At']::numeric DESC$$);
SELECT item ->> 'Song' FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1' ORDER BY item['Song'] DESC LIMIT 3;

-- a view, and the rights of its caller
CREATE VIEW planned_view AS SELECT item FROM "PlannedMusic" WHERE item ->> 'Artist' = 'artist 1';
SELECT pg_temp.plan('SELECT FROM planned_view WHERE item[''Song''] = ''song 001''');
DROP VIEW planned_view;

-- ---- secondary indexes ----
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = 'Rock' AND item['Price']::numeric = 5$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Genre'] = 'Rock' AND item['Price']::numeric > 5$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Genre'] = 'Rock' AND item['Price'] BETWEEN 5 AND 7$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE item['Cover']::bytea = '\x00'$$);
SELECT pg_temp.plan($$SELECT FROM "PlannedMusic" WHERE dynamo.matches(item, 'Genre = :g AND Price > :p', '{":g": {"S": "Rock"}, ":p": {"N": "5"}}')$$);

-- They lack items that the condition could be true of: of no price, ...
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Genre'] = 'Rock'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Genre'] = 'Rock' AND item['Price'] IS NOT NULL$$);
-- ... whose price is a string, ...
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Genre'] = 'Rock' AND item['Price'] > 5$$);
-- ... whose genre is a number, a list or of unknown type, ...
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = '5' AND item['Price'] = 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = '{"L":[]}' AND item['Price'] = 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = 'true' AND item['Price'] = 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = '\x00' AND item['Price'] = 5$$);
-- ... empty, or too long.
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Genre' = '' AND item['Price'] = 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Cover']::bytea = ''$$);
SELECT pg_temp.indexes(format($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item ->> 'Title' = '%s'$$, repeat('x', 1024)));
SELECT pg_temp.indexes(format($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item ->> 'Title' = '%s'$$, repeat('x', 1025)));
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item['Title'] BETWEEN 'a' AND 'b'$$);

-- Attributes of the table's key are in every item, but a partition key can be too long for a sort key.
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Maker' = 'Acme'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Maker'] = 'Acme' AND item['Song'] BETWEEN 'a' AND 'b'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Maker' >= 'Acme' COLLATE "C"$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Writer' = 'Acme'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Writer' = 'Acme' AND item ->> 'Artist' = 'a'$$);
-- A CHECK that there are no such items lets all of these use the index.
ALTER TABLE "PlannedMusic" ADD CONSTRAINT label_indexable CHECK (dynamo.indexable(item, 'Label S', 'Title S'));
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item['Title'] BETWEEN 'a' AND 'b'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = '5' AND item['Title'] IS NOT NULL$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item ? 'Title'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme'$$);
UPDATE "PlannedMusic" SET item['Label'] = 5 WHERE item['Artist'] = 'artist 1' AND item['Song'] = 'song 001';
ALTER TABLE "PlannedMusic" DROP CONSTRAINT label_indexable;
ALTER TABLE "PlannedMusic" ADD CONSTRAINT label_indexable CHECK (dynamo.indexable(item, 'Label S', 'Title S')) NOT VALID;
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item ->> 'Label' = 'Acme' AND item['Title'] BETWEEN 'a' AND 'b'$$);
ALTER TABLE "PlannedMusic" DROP CONSTRAINT label_indexable;

-- Conditions that no index answers.  (What depends on collations is in test/random/planner.py.)
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" WHERE item['Id']::int = 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" WHERE item['Id']::text = '5'$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" WHERE item['Id'] = item['Other']$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" WHERE item['Id'] > 5$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" WHERE item['Id'] = (random() * 100)::int$$);
SELECT pg_temp.indexes($$SELECT FROM "PlannedNumbers" TABLESAMPLE BERNOULLI (50) WHERE item['Id'] = 5$$);

-- The setting.
SET dynamo.planner_paths = off;
SELECT pg_temp.indexes($$SELECT FROM "PlannedMusic" WHERE item['Artist'] = 'artist 1'$$);
RESET dynamo.planner_paths;

-- ---- partitions ----
CREATE TABLE planned_parts (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Id N'))) PARTITION BY HASH (key);
CREATE TABLE planned_part0 PARTITION OF planned_parts FOR VALUES WITH (MODULUS 2, REMAINDER 0) USING dynamo;
CREATE TABLE planned_part1 (filler int, item dynamo.item NOT NULL, key dynamo.key NOT NULL PRIMARY KEY,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Id N')));
ALTER TABLE planned_part1 DROP COLUMN filler;
ALTER TABLE planned_parts ATTACH PARTITION planned_part1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO planned_parts (key, item) SELECT dynamo.key_of(i, 'Id N'), i
	FROM (SELECT jsonb_build_object('Id', n)::dynamo.item AS i FROM generate_series(1, 20) AS n) AS items;
SELECT pg_temp.plan('SELECT FROM planned_parts WHERE item[''Id''] = 5');
SELECT count(*) FROM planned_parts WHERE item['Id'] = 5;
SELECT count(*) FROM planned_parts WHERE item['Id']::numeric IN (5, 6, 7);

-- ---- row-level security: the policy is no obstacle ----
CREATE ROLE regress_planner_reader;
GRANT SELECT ON "PlannedMusic" TO regress_planner_reader;
ALTER TABLE "PlannedMusic" ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON "PlannedMusic" USING (item['Price']::numeric < 50);
SET ROLE regress_planner_reader;
EXPLAIN (COSTS OFF) SELECT FROM "PlannedMusic" WHERE item ->> 'Artist' = 'artist 1' AND item['Song'] > 'song 03';
SELECT count(*) FROM "PlannedMusic" WHERE item ->> 'Artist' = 'artist 1' AND item['Song'] > 'song 03';
RESET ROLE;
DROP POLICY low ON "PlannedMusic";
ALTER TABLE "PlannedMusic" DISABLE ROW LEVEL SECURITY;

-- WHERE CURRENT OF
BEGIN;
DECLARE one CURSOR FOR SELECT FROM "PlannedNumbers" WHERE item['Id'] = 5;
FETCH one;
UPDATE "PlannedNumbers" SET item['Seen'] = 1 WHERE CURRENT OF one;
ROLLBACK;

-- ---- what plans compute bounds with ----
SELECT dynamo.key_exact('S/N', 'a'::text, 5) AS key, dynamo.key_exact('S/N', ''::text, 5) AS empty, dynamo.key_exact('N', 'a'::text) AS other_type;
SELECT dynamo.key_exact('SN/BS', 'a'::text, '{"N": "1"}'::dynamo.value, '\x00'::bytea, 'b'::text);
SELECT dynamo.key_from('S/N', 'a'::text, 5) <= k AS from5, dynamo.key_to('S/N', 'a'::text, 5) > k AS to5, k
	FROM (SELECT dynamo.key_exact('S/N', 'a'::text, n) AS k FROM generate_series(4, 6) AS n) AS keys;
SELECT dynamo.key_from('S/N', 'a'::text, NULL::numeric) IS NULL AS no_bound;
SELECT dynamo.key_exact('S/', 'a'::text);
SELECT dynamo.key_exact('X', 'a'::text);
SELECT dynamo.key_exact('S/N', 'a'::text);
SELECT dynamo.key_from('S/N', 'a'::text, 1, 2);
SELECT dynamo.key_exact('S', true);
SELECT dynamo.key_exact('S', VARIADIC ARRAY['a']);

DROP TABLE planned_parts, planned_names;
DROP OWNED BY regress_planner_reader;
DROP ROLE regress_planner_reader;
SELECT dynamo.delete_table(t) IS NOT NULL AS deleted FROM unnest(ARRAY['PlannedMusic', 'PlannedNumbers', 'PlannedReadings']) AS t;
