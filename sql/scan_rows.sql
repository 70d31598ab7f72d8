-- dynamo.scan as rows: what it returns, segments, indexes, and how it is planned.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA regress_scan_rows;
SET dynamo.schema = regress_scan_rows;
SET search_path = regress_scan_rows;
SELECT dynamo.create_table('{"TableName": "scan_rows", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Track", "AttributeType": "N"},
		{"AttributeName": "Genre", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Track", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"},
		{"AttributeName": "Track", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
INSERT INTO scan_rows (item)
	SELECT jsonb_build_object('Artist', 'artist ' || n % 50, 'Track', n / 50 + 1, 'Genre', 'genre ' || n % 3, 'Plays', n % 4)::dynamo.item
	  FROM generate_series(0, 499) n;
UPDATE scan_rows SET item = dynamo.update(item, 'REMOVE Genre') WHERE item['Track'] = 10;
VACUUM ANALYZE scan_rows;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query
	LOOP
		IF line ~ '(Scan (Backward )?using|Scan on|Cond:|Filter:|Sort|ProjectSet|Nested Loop|Limit|Aggregate)' THEN
			RETURN NEXT btrim(line, ' ->');
		END IF;
	END LOOP;
END
$$;

-- All of it; with LIMIT the items that Scan gives first.
SELECT count(*), count(DISTINCT item), sum(item['Plays']::int) FROM dynamo.scan('scan_rows');
SELECT (SELECT jsonb_agg(item::text::jsonb) FROM (SELECT * FROM dynamo.scan('scan_rows') LIMIT 25) s) =
	   dynamo.scan(request => '{"TableName": "scan_rows", "Limit": 25}')::jsonb -> 'Items' AS same;
SELECT plan_of('SELECT item FROM dynamo.scan(''scan_rows'') LIMIT 1');
SELECT plan_of('SELECT item FROM dynamo.scan(''scan_rows'')');
SELECT plan_of('SELECT count(*) FROM dynamo.scan(''scan_rows'', ''Plays > :p'', ''{":p": {"N": "2"}}'')');
-- Filters, projections, names.
SELECT count(*), min(item['Plays']::int) FROM dynamo.scan('scan_rows', '#p > :p AND begins_with(Artist, :a)',
	'{":p": {"N": "2"}, ":a": {"S": "artist 1"}}', '{"#p": "Plays"}');
SELECT DISTINCT item FROM dynamo.scan('scan_rows', projection => 'Plays') ORDER BY item;
SELECT count(*), count(*) FILTER (WHERE item = '{}') FROM dynamo.scan('scan_rows', projection => 'Genre');

-- Segments are disjoint and cover all; whatever their number comes from.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT plan_of('SELECT item FROM dynamo.scan(''scan_rows'', segment => 1, total_segments => 4)');
SELECT plan_of('SELECT item FROM generate_series(0, 3) n, dynamo.scan(''scan_rows'', segment => n, total_segments => 4)');
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT count(*), count(DISTINCT item), count(DISTINCT n) > 1 AS several
  FROM generate_series(0, 6) n, dynamo.scan('scan_rows', segment => n, total_segments => 7);
SELECT (SELECT count(*) FROM dynamo.scan('scan_rows', segment => 0, total_segments => 3)) +
	   (SELECT count(*) FROM dynamo.scan('scan_rows', segment => 1, total_segments => 3)) +
	   (SELECT count(*) FROM dynamo.scan('scan_rows', segment => 2, total_segments => 3)) AS all_of_it;
-- No partition is in two segments, also of an index.
SELECT count(*) FROM (
	SELECT item['Genre'] FROM generate_series(0, 99) n, dynamo.scan('scan_rows', index_name => 'ByGenre', segment => n, total_segments => 100)
	 GROUP BY 1 HAVING count(DISTINCT n) > 1) split;
SELECT count(*) FROM dynamo.scan('scan_rows', segment => 999999, total_segments => 1000000);

-- An index has the items that have its attributes, and of them what it projects; a filter sees no more.
SELECT count(*), count(item['Plays']), count(item['Artist']) FROM dynamo.scan('scan_rows', index_name => 'ByGenre');
SELECT count(*) FROM dynamo.scan('scan_rows', 'attribute_exists(Plays)', index_name => 'ByGenre');
SELECT count(*), max(item['Track']::int) FROM dynamo.scan('scan_rows', 'Genre = :g', '{":g": {"S": "genre 1"}}', index_name => 'ByGenre');
SELECT jsonb_array_length(dynamo.scan(request => '{"TableName": "scan_rows", "IndexName": "ByGenre",
	"FilterExpression": "attribute_exists(Plays)"}')::jsonb -> 'Items') AS of_the_operation;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT plan_of('SELECT item FROM dynamo.scan(''scan_rows'', index_name => ''ByGenre'') LIMIT 1');
RESET enable_seqscan;
RESET enable_bitmapscan;

-- Joins and subqueries see the table itself.
CREATE TABLE artists (name text PRIMARY KEY, country text);
INSERT INTO artists SELECT 'artist ' || n, CASE WHEN n % 2 = 0 THEN 'US' ELSE 'CA' END FROM generate_series(0, 49) n;
ANALYZE artists;
SELECT a.country, count(*) FROM dynamo.scan('scan_rows') s JOIN artists a ON a.name = s.item['Artist']::text GROUP BY 1 ORDER BY 1;
WITH plays AS (SELECT item['Artist']::text AS artist, sum(item['Plays']::int) AS plays FROM dynamo.scan('scan_rows') GROUP BY 1)
SELECT artist, plays FROM plays ORDER BY plays DESC, artist COLLATE "C" LIMIT 2;
SELECT count(*) FROM dynamo.scan('scan_rows') a, dynamo.scan('scan_rows') b WHERE a.item = b.item;

-- Errors.
SELECT * FROM dynamo.scan('no_such_table');
SELECT * FROM dynamo.scan('scan_rows', 'Plays > :p');
SELECT * FROM dynamo.scan('scan_rows', "values" => '{":p": {"N": "2"}}');
SELECT * FROM dynamo.scan('scan_rows', 'Artist.x = :p', '{":p": {"N": "2"}}');
SELECT * FROM dynamo.scan('scan_rows', index_name => 'ByPlays');
SELECT * FROM dynamo.scan('scan_rows', projection => 'Plays', index_name => 'ByGenre');
SELECT * FROM dynamo.scan('scan_rows', segment => 0);
SELECT * FROM dynamo.scan('scan_rows', total_segments => 2);
SELECT * FROM dynamo.scan('scan_rows', segment => 2, total_segments => 2);
SELECT * FROM dynamo.scan('scan_rows', segment => -1, total_segments => 2);
SELECT * FROM dynamo.scan('scan_rows', segment => 0, total_segments => 1000001);
SELECT item FROM generate_series(0, 3) n, dynamo.scan('scan_rows', segment => n, total_segments => 2);
-- A literal is the name of a table; the form for JSON is named, or cast.
SELECT dynamo.scan('{"TableName": "scan_rows"}');
SELECT dynamo.scan(request => '{"TableName": "scan_rows", "Select": "COUNT"}');
SELECT dynamo.scan('{"TableName": "scan_rows", "Select": "COUNT"}'::json);

SELECT dynamo.delete_table('scan_rows') IS NOT NULL AS deleted;
DROP SCHEMA regress_scan_rows CASCADE;
