-- Estimates of conditions on attributes: within a factor of ten of what there
-- is, by the statistics that CreateTable makes.

SELECT dynamo.create_table('{
	"TableName": "EstimatedMusic",
	"AttributeDefinitions": [
		{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "genre2", "KeySchema": [
			{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}},
		{"IndexName": "genre", "KeySchema": [
			{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Price", "KeyType": "RANGE"}],
			"Projection": {"ProjectionType": "ALL"}}],
	"BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL AS created;

-- One artist has half of the songs, one genre nearly all; few songs have a genre of their own.
INSERT INTO "EstimatedMusic" (item)
	SELECT jsonb_build_object('Artist', 'artist ' || CASE WHEN i % 2 = 0 THEN 0 ELSE i % 100 END, 'Song', 'song ' || lpad(i::text, 5, '0'),
							  'Genre', CASE WHEN i % 50 = 0 THEN 'Jazz' WHEN i % 1000 = 1 THEN 'Polka' ELSE 'Rock' END, 'Price', i % 500)::dynamo.item
	FROM generate_series(1, 10000) AS i;
CREATE TABLE estimated_names AS SELECT 'artist ' || i AS name FROM generate_series(1, 20, 2) AS i;
ANALYZE "EstimatedMusic", estimated_names;

SELECT s.stxname, pg_get_statisticsobjdef_expressions(s.oid) AS expressions, d.stxdexpr IS NOT NULL AS filled
	FROM pg_statistic_ext AS s JOIN pg_statistic_ext_data AS d ON d.stxoid = s.oid
	WHERE s.stxrelid = '"EstimatedMusic"'::regclass ORDER BY s.stxname;

CREATE FUNCTION pg_temp.is_near(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	plan json;
	rows float8;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
	rows := (plan -> 0 -> 'Plan' ->> 'Actual Rows')::float8;
	IF rows = 0 THEN
		RAISE EXCEPTION 'no rows to estimate: %', query;
	END IF;
	RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8 BETWEEN rows / 10 AND rows * 10;
END
$$;

SELECT name, pg_temp.is_near(query) AS within_10 FROM (VALUES
	(1, 'a large collection', $$SELECT FROM "EstimatedMusic" WHERE item['Artist'] = 'artist 0'$$),
	(2, 'a small collection, as text', $$SELECT FROM "EstimatedMusic" WHERE item ->> 'Artist' = 'artist 7'$$),
	(3, 'a part of a collection', $$SELECT FROM "EstimatedMusic" WHERE item['Artist']::text = 'artist 0' AND item['Song'] BETWEEN 'song 01000' AND 'song 02000'$$),
	(4, 'a rare genre in a range of prices', $$SELECT FROM "EstimatedMusic" WHERE item ->> 'Genre' = 'Polka' AND item['Price']::numeric < 100$$),
	(5, 'artists of another table', $$SELECT FROM estimated_names AS n JOIN "EstimatedMusic" AS m ON m.item['Artist']::text = n.name$$),
	(6, 'genres of a list', $$SELECT FROM "EstimatedMusic" WHERE item['Genre'] IN ('Jazz', 'Polka')$$),
	(7, 'an expression of the service', $$SELECT FROM "EstimatedMusic" WHERE dynamo.matches(item, 'Genre = :g AND Price BETWEEN :a AND :b',
		'{":g": {"S": "Jazz"}, ":a": {"N": "100"}, ":b": {"N": "250"}}')$$)
) AS queries (number, name, query) ORDER BY number;

-- The same by the index, whose cost is that of the share of it which is read.
SET enable_seqscan = off;
SELECT name, pg_temp.is_near(query) AS within_10 FROM (VALUES
	(1, 'a large collection', $$SELECT FROM "EstimatedMusic" WHERE item['Artist'] = 'artist 0'$$),
	(2, 'a rare genre in a range of prices', $$SELECT FROM "EstimatedMusic" WHERE item ->> 'Genre' = 'Polka' AND item['Price']::numeric < 100$$)
) AS queries (number, name, query) ORDER BY number;
RESET enable_seqscan;

-- A plan for all parameters knows the average collection.
SET plan_cache_mode = force_generic_plan;
PREPARE of_artist(text) AS SELECT FROM "EstimatedMusic" WHERE item ->> 'Artist' = $1;
SELECT pg_temp.is_near('EXECUTE of_artist(''artist 7'')') AS within_10;
DEALLOCATE of_artist;
RESET plan_cache_mode;

-- An attribute of several keys has its statistics once.
SELECT count(*) FROM pg_statistic_ext WHERE stxrelid = '"EstimatedMusic"'::regclass;

-- ANALYZE does not fail, whatever the attributes are.
UPDATE "EstimatedMusic" SET item['Price'] = 'dear', item['Genre'] = '{"S": "\u0000"}' WHERE item['Artist'] = 'artist 7';
UPDATE "EstimatedMusic" SET item['Price'] = '{"B": "AA=="}', item['Genre'] = 5 WHERE item['Artist'] = 'artist 9';
ANALYZE "EstimatedMusic";
SELECT v, dynamo.text_or_null(v), dynamo.number_or_null(v), dynamo.bytes_or_null(v) FROM unnest(ARRAY['{"S": "a"}', '{"S": "\u0000"}', '{"N": "1.5"}',
	'{"B": "AP8="}', '{"B": ""}', '{"BOOL": true}', '{"NULL": true}', '{"L": [{"S": "\u0000"}]}', NULL]::dynamo.value[]) AS v;

DROP TABLE estimated_names;
SELECT dynamo.delete_table('EstimatedMusic') IS NOT NULL AS deleted;
