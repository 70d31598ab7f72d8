-- dynamo.partiql in FROM: how it is planned, joined, prepared and stored, and for whom it reads.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_dynamo_ann;
CREATE ROLE regress_dynamo_bea;
CREATE SCHEMA regress_partiql;
GRANT USAGE ON SCHEMA regress_partiql TO PUBLIC;
SET dynamo.schema = regress_partiql;
SET search_path = regress_partiql;
SELECT dynamo.create_table('{"TableName": "partiql_music", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Price", "KeyType": "RANGE"}],
		 "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Plays"]}}]}') IS NOT NULL AS created;
INSERT INTO partiql_music (item)
	SELECT jsonb_build_object('Artist', 'artist ' || n % 20, 'Song', 'song ' || to_char(n / 20, 'FM00'), 'Genre', 'genre ' || n % 3,
							  'Price', n % 7, 'Plays', n, 'Owner', CASE n % 2 WHEN 0 THEN 'regress_dynamo_ann' ELSE 'regress_dynamo_bea' END)::dynamo.item
	  FROM generate_series(0, 399) n;
-- items without Price are in no index of it
UPDATE partiql_music SET item = dynamo.update(item, 'REMOVE Price') WHERE item['Song'] = 'song 19';
VACUUM ANALYZE partiql_music;
CREATE TABLE fans (name text PRIMARY KEY, artist text, most numeric);
INSERT INTO fans VALUES ('ann', 'artist 3', 2), ('bea', 'artist 4', 5), ('cay', 'artist 3', NULL), ('dot', 'nobody', 9);
ANALYZE fans;

-- Shows the scans and joins of a plan and their conditions.
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query
	LOOP
		IF line ~ '(Index Scan (Backward )?using|Seq Scan on|Cond:|One-Time|Sort|ProjectSet|Nested Loop|Join|Limit|Aggregate)' THEN
			RETURN NEXT btrim(line, ' ->');
		END IF;
	END LOOP;
END
$$;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END
$$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET enable_memoize = off;

-- One column, item; a key, a partition and an index are found by their conditions.
SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 07');
SELECT plan_of($$ SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 07') $$);
SELECT * FROM dynamo.partiql('SELECT Song, Plays FROM partiql_music WHERE Artist = ''artist 3'' AND Song > ''song 17'' ORDER BY Song DESC');
SELECT plan_of($$ SELECT * FROM dynamo.partiql('SELECT Song, Plays FROM partiql_music WHERE Artist = ''artist 3'' AND Song > ''song 17'' ORDER BY Song DESC') $$);
SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music.ByGenre WHERE Genre = ? AND Price BETWEEN 5 AND ? ORDER BY Price', 'genre 1', 5) LIMIT 2;
SELECT plan_of($$ SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music.ByGenre WHERE Genre = ? AND Price BETWEEN 5 AND ? ORDER BY Price', 'genre 1', 5) LIMIT 2 $$);
SELECT plan_of($$ SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song IN [?, ?]', 'artist 1', 'song 01', 'song 02') $$);
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND begins_with(Song, ?)', 'artist 3', 'song 1');
SELECT plan_of($$ SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND begins_with(Song, ?)', 'artist 3', 'song 1') $$);
-- An index has no more items than its attributes, whatever is asked for.
SELECT (SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music')) AS in_table,
	   (SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music.ByGenre')) AS in_index;
-- EXPLAIN ANALYZE counts what the scan itself did: nothing is in between.
CREATE FUNCTION rows_read(query text) RETURNS TABLE (node text, rows int) LANGUAGE plpgsql AS
$$
DECLARE
	plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT json) ' || query INTO plan;
	RETURN QUERY
		SELECT n ->> 'Node Type', (n ->> 'Actual Rows')::numeric::int FROM jsonb_path_query(plan, 'strict $.**') n WHERE n ? 'Node Type';
END
$$;
SELECT * FROM rows_read($$ SELECT item FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3') LIMIT 4 $$);

-- Columns with types, by name.
SELECT * FROM dynamo.partiql_rows('SELECT Song, Price, Plays FROM partiql_music WHERE Artist = ? AND Plays < 50 ORDER BY Song', 'artist 3')
	AS t ("Price" numeric(4, 1), "Song" text);
SELECT plan_of($$ SELECT "Song" FROM dynamo.partiql_rows('SELECT Song, Price FROM partiql_music WHERE Artist = ?', 'artist 3')
	AS t ("Price" numeric, "Song" text) WHERE "Song" = 'song 01' $$);
SELECT * FROM dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 00')
	AS t ("Plays" float8, "Song" dynamo.value, "Owner" name, "Genre" jsonb, "Absent" date);
SELECT a."Plays", b."Plays" FROM
	dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 01') AS a ("Plays" int),
	dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 01') AS b ("Plays" text);
SELECT * FROM dynamo.partiql_rows('SELECT Song FROM partiql_music', VARIADIC '{}') AS t ("Plays" int);

-- Joined: parameters are columns of other tables.
SELECT f.name, p.item['Song']::text AS song FROM fans f,
	dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song BETWEEN ''song 03'' AND ''song 04'' AND Price < ?', f.artist, f.most) p
 ORDER BY 1, 2;
SELECT plan_of($$ SELECT f.name, p.item['Song'] FROM fans f,
	dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song BETWEEN ''song 03'' AND ''song 04'' AND Price < ?', f.artist, f.most) p $$);
SELECT f.name, p."Song", p."Price" FROM fans f LEFT JOIN LATERAL
	dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song < ''song 01''', f.artist) AS p ("Song" text, "Price" int) ON true
 ORDER BY 1;
SELECT name FROM fans f WHERE EXISTS (SELECT FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', f.artist)) ORDER BY 1;
SELECT plan_of($$ SELECT name FROM fans f WHERE EXISTS (SELECT FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', f.artist)) $$);
SELECT name, (SELECT max(item['Plays']::int) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', f.artist)) FROM fans f ORDER BY 1;
-- Strings that text cannot hold are no obstacle for comparing keys with it, however it is joined.
BEGIN;
INSERT INTO partiql_music (item) VALUES ('{"Artist": {"S": "artist\u0000"}, "Song": {"S": "x"}}');
SET LOCAL enable_nestloop = off;
SET LOCAL enable_hashjoin = on;
SET LOCAL enable_seqscan = on;
SELECT plan_of($$ SELECT FROM fans f, dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', f.artist) $$);
SELECT f.name, count(*) FROM fans f, dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', f.artist) GROUP BY 1 ORDER BY 1;
ROLLBACK;
-- Aggregates, set operations, common tables, windows.
SELECT count(*), sum(item['Plays']::int) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3');
SELECT item['Song']::text FROM dynamo.partiql('SELECT Song FROM partiql_music WHERE Artist = ? AND Song < ?', 'artist 1', 'song 01')
 UNION ALL SELECT item['Song']::text FROM dynamo.partiql('SELECT Song FROM partiql_music WHERE Artist = ? AND Song > ?', 'artist 2', 'song 18');
WITH p AS MATERIALIZED (SELECT item['Plays']::int AS plays FROM dynamo.partiql('SELECT Plays FROM partiql_music WHERE Artist = ?', 'artist 3'))
	SELECT plays, sum(plays) OVER (ORDER BY plays) FROM p ORDER BY plays LIMIT 2;
-- Parameters of any type that can become a value; NULL is what is missing.
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Plays IN (?, ?, ?, ?, ?, ?) OR Song = ? OR Artist = ?',
	1::int2, 2, 3::int8, 4.0, 5::float8, '{"N": "6"}', 'x'::varchar, 'x'::char(3));
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? OR a = ? OR b = ? OR c = ? OR d = ?',
	NULL, true, '\x00'::bytea, '[1]'::jsonb, '{"a": {"S": "b"}}'::dynamo.item);
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE NOT Artist = ?', NULL);
SELECT error_of($$ SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', now()) $$);

-- The first statement of a session, with the library not there yet.
\c -
\set SHOW_CONTEXT never
EXPLAIN (COSTS OFF) SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 07');
\c -
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET dynamo.schema = regress_partiql;
SET search_path = regress_partiql;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;

-- Generic plans, and what becomes of them when tables change.
SET plan_cache_mode = force_generic_plan;
PREPARE songs AS SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song < ?', $1, $2);
PREPARE of_genre (text, numeric) AS SELECT count(*) FROM dynamo.partiql('SELECT Price FROM partiql_music.ByGenre WHERE Genre = ? AND Price > ?', $1, $2);
EXECUTE songs('artist 3', 'song 05');
EXECUTE songs('artist 3', '{"N": "5"}');
EXECUTE songs('nobody', 'song 05');
EXECUTE of_genre('genre 2', 4);
SELECT plan_of($$ EXECUTE songs('artist 3', 'song 05') $$);
SELECT plan_of($$ EXECUTE of_genre('genre 2', 4) $$);
ALTER TABLE partiql_music RENAME TO renamed;
EXECUTE songs('artist 3', 'song 05');
ALTER TABLE renamed RENAME TO partiql_music;
SELECT dynamo.update_table('{"TableName": "partiql_music", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "ByGenre"}}]}') IS NOT NULL AS deleted;
EXECUTE of_genre('genre 2', 4);
EXECUTE songs('artist 3', 'song 05');
RESET plan_cache_mode;
-- a text that becomes known with the parameters
PREPARE any_text (text, text) AS SELECT count(*) FROM dynamo.partiql($1, $2);
SET plan_cache_mode = force_custom_plan;
EXECUTE any_text('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3');
SELECT plan_of($$ EXECUTE any_text('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3') $$);
SET plan_cache_mode = force_generic_plan;
EXECUTE any_text('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3');
SELECT plan_of($$ EXECUTE any_text('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3') $$);
RESET plan_cache_mode;

-- Texts that are never known beforehand are run row by row.
SELECT count(*), count(DISTINCT p.item) FROM (VALUES ('partiql_music'), ('partiql_music')) t (name),
	dynamo.partiql('SELECT * FROM ' || t.name || ' WHERE Artist = ?', 'artist 3') p;
SELECT count(*), sum("Plays") FROM (VALUES ('partiql_music'), ('partiql_music')) t (name),
	dynamo.partiql_rows('SELECT Plays FROM ' || t.name || ' WHERE Artist = ?', 'artist 3') AS p ("Plays" int);
SELECT item['Plays']::int, ordinality FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? ORDER BY Song', 'artist 3') WITH ORDINALITY LIMIT 2;
SELECT * FROM ROWS FROM (dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? ORDER BY Song', 'artist 3') AS ("Plays" int, "Song" varchar(6)))
	WITH ORDINALITY LIMIT 2;
SELECT a.*, b."Plays" AS again, ordinality FROM ROWS FROM (dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 01') AS ("Song" text)) WITH ORDINALITY a,
	dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 01') AS b ("Plays" int);
SELECT (dynamo.partiql('SELECT Plays FROM partiql_music WHERE Artist = ? AND Song = ?', 'artist 3', 'song 01'))['Plays']::int;
SELECT error_of($$ SELECT dynamo.partiql_rows('SELECT Plays FROM partiql_music') $$);
SELECT error_of($$ SELECT * FROM (VALUES ('partiql_music')) t (name), dynamo.partiql_rows('SELECT Plays FROM ' || t.name) AS p ("Song" int) $$);

-- In statements that write, and with arguments that are volatile or queries.
BEGIN;
WITH updated AS (UPDATE fans f SET most = p.item['Plays']::numeric FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Song = ?', 'song 07') p
	WHERE f.artist = p.item['Artist']::text RETURNING f.name, f.most) SELECT * FROM updated ORDER BY name;
INSERT INTO fans SELECT 'fan of ' || "Artist", "Artist", max("Plays") FROM dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Song = ?', 'song 08')
	AS p ("Artist" text, "Plays" int) WHERE "Artist" > 'artist 8' COLLATE "C" GROUP BY 1, 2 RETURNING *;
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', (SELECT min(artist) FROM fans));
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Plays > ?', random() * 0);
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist IN (?, ?)', VARIADIC ARRAY['artist 1', (SELECT min(artist) FROM fans)]::dynamo.parameter[]);
ROLLBACK;

-- Operators and types of other schemas are not taken.
CREATE FUNCTION never(dynamo.value, dynamo.value) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR regress_partiql.= (LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = never);
CREATE OPERATOR regress_partiql.< (LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = never);
CREATE DOMAIN regress_partiql.text AS pg_catalog.int4;
SET search_path = regress_partiql, pg_catalog;
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist IN (?, ''artist 2'') AND Song = ? AND Price < 7 AND NOT Price = 100', 'artist 1', 'song 03');
SELECT * FROM dynamo.partiql_rows('SELECT Genre, COUNT(*) AS n FROM partiql_music GROUP BY Genre ORDER BY Genre LIMIT 1') AS t (n int, "Genre" pg_catalog.text);
SET search_path = regress_partiql;
DROP OPERATOR regress_partiql.= (dynamo.value, dynamo.value);
DROP OPERATOR regress_partiql.< (dynamo.value, dynamo.value);
DROP DOMAIN regress_partiql.text;

-- Views and functions keep the call; what it reads is the caller's.
CREATE VIEW songs_of_three AS
	SELECT "Song" AS song, "Owner" AS owner FROM dynamo.partiql_rows('SELECT * FROM partiql_music WHERE Artist = ? AND Song < ?', 'artist 3', 'song 03')
		AS p ("Song" text, "Owner" text);
CREATE FUNCTION plays_of(artist text) RETURNS SETOF int LANGUAGE sql STABLE
	BEGIN ATOMIC SELECT item['Plays']::int FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ? AND Song < ?', artist, 'song 02'); END;
SELECT * FROM songs_of_three;
SELECT plan_of('SELECT * FROM songs_of_three');
SELECT plays_of FROM plays_of('artist 5') ORDER BY 1;
SELECT plan_of($$ SELECT * FROM plays_of('artist 5') $$);
SELECT pg_get_viewdef('songs_of_three') ~ 'FROM dynamo.partiql_rows\(''SELECT ' AS has_the_call;
GRANT SELECT ON songs_of_three TO regress_dynamo_ann;
SET ROLE regress_dynamo_ann;
SELECT * FROM songs_of_three;
SELECT * FROM dynamo.partiql('SELECT * FROM partiql_music');
RESET ROLE;
GRANT SELECT ON partiql_music TO regress_dynamo_ann, regress_dynamo_bea;
ALTER TABLE partiql_music ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON partiql_music USING (item['Owner']::text = current_user);
SET ROLE regress_dynamo_ann;
SET plan_cache_mode = force_generic_plan;
PREPARE mine AS SELECT item['Owner']::text AS owner, count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist IN (?, ?)', $1, $2) GROUP BY 1 ORDER BY 1;
EXECUTE mine('artist 2', 'artist 3');
SET ROLE regress_dynamo_bea;
EXECUTE mine('artist 2', 'artist 3');
RESET ROLE;
EXECUTE mine('artist 2', 'artist 3');
RESET plan_cache_mode;
SET row_security = off;
SET ROLE regress_dynamo_bea;
SELECT count(*) FROM dynamo.partiql('SELECT * FROM partiql_music WHERE Artist = ?', 'artist 3');
RESET ROLE;
RESET row_security;
SELECT dynamo.delete_table('partiql_music') IS NOT NULL AS deleted;
SELECT error_of('SELECT * FROM songs_of_three');
SET client_min_messages = warning;
DROP SCHEMA regress_partiql CASCADE;
DROP ROLE regress_dynamo_ann;
DROP ROLE regress_dynamo_bea;
