-- What only dynamo.partiql has: joins, groups, aggregates, any order, DISTINCT, LIMIT, LIKE, aliases; and what it refuses.
\set SHOW_CONTEXT never
CREATE SCHEMA regress_partiql_extensions;
SET dynamo.schema = regress_partiql_extensions;
SET search_path = regress_partiql_extensions;
SET client_min_messages = warning;
SELECT dynamo.create_table('{"TableName": "partiql_songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Song", "AttributeType": "S"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Song", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"},
		{"AttributeName": "Price", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('partiql_artists', 'Name S') IS NOT NULL AS created;
INSERT INTO partiql_songs (item) VALUES
	('{"Artist": {"S": "Ada"}, "Song": {"S": "50% less"}, "Genre": {"S": "rock"}, "Price": {"N": "2"}, "Tags": {"SS": ["a", "b"]}}'),
	('{"Artist": {"S": "Ada"}, "Song": {"S": "One_two"}, "Genre": {"S": "jazz"}, "Price": {"N": "3.5"}}'),
	('{"Artist": {"S": "Ada"}, "Song": {"S": "Onestwo"}, "Genre": {"S": "rock"}, "Price": {"N": "1"}, "Rating": {"S": "good"}}'),
	('{"Artist": {"S": "Bob"}, "Song": {"S": "Ünder"}, "Genre": {"S": "jazz"}, "Rating": {"N": "4"}}'),
	('{"Artist": {"S": "Bob"}, "Song": {"S": "Zoo"}, "Genre": {"S": "rock"}, "Price": {"N": "99999999999999999999999999999999999999"}, "Rating": {"N": "2"}}'),
	('{"Artist": {"S": "Cay"}, "Song": {"S": "Last"}, "Rating": {"N": "2"}}');
INSERT INTO partiql_artists (item) VALUES
	('{"Name": {"S": "Ada"}, "Home": {"M": {"City": {"S": "Rome"}}}, "Best": {"S": "Onestwo"}}'),
	('{"Name": {"S": "Bob"}, "Home": {"M": {"City": {"S": "Oslo"}}}, "Best": {"S": "none"}}'),
	('{"Name": {"S": "Dan"}, "Home": {"M": {"City": {"S": "Rome"}}}}');
VACUUM ANALYZE partiql_songs;
VACUUM ANALYZE partiql_artists;

-- Aliases.
SELECT * FROM dynamo.partiql('SELECT s.Song AS title, Price, Price + 1, size(Tags) AS tags FROM partiql_songs AS s WHERE s.Artist = ''Ada'' AND s.Tags IS NOT MISSING');
SELECT * FROM dynamo.partiql('SELECT a AS whole FROM partiql_artists a WHERE Name = ''Dan''');
SELECT * FROM dynamo.partiql_rows('SELECT Song AS title, -Price AS "less" FROM partiql_songs WHERE Price BETWEEN 1 AND 2 ORDER BY title') AS t (title text, less int);

-- ORDER BY anything, LIMIT, OFFSET, DISTINCT.
SELECT item['Song']::text FROM dynamo.partiql('SELECT * FROM partiql_songs ORDER BY Rating, Song DESC');
SELECT item['Song']::text FROM dynamo.partiql('SELECT * FROM partiql_songs ORDER BY Price DESC, Artist LIMIT 2 OFFSET 1');
SELECT item['Song']::text FROM dynamo.partiql('SELECT * FROM partiql_songs ORDER BY size(Song), Song LIMIT ? OFFSET ?', 2, 1);
SELECT x.n, p.item['Song']::text FROM (VALUES (1), (3)) x (n), dynamo.partiql('SELECT Song FROM partiql_songs ORDER BY Song LIMIT ?', x.n) p ORDER BY 1, 2;
SELECT * FROM dynamo.partiql('SELECT DISTINCT Genre FROM partiql_songs ORDER BY Genre DESC');
SELECT * FROM dynamo.partiql_rows('SELECT DISTINCT Genre AS kind, Artist FROM partiql_songs ORDER BY Artist, kind LIMIT 3') AS t (kind text);
SELECT * FROM dynamo.partiql('SELECT DISTINCT * FROM partiql_artists ORDER BY Home.City, Name LIMIT 1');

-- Aggregates: of numbers only, of what is there only.
SELECT * FROM dynamo.partiql('SELECT COUNT(*) AS items, COUNT(Rating), SUM(Rating) AS "sum", AVG(Rating) AS mean, MIN(Rating) AS least, MAX(Song) AS greatest FROM partiql_songs');
SELECT * FROM dynamo.partiql('SELECT Genre, COUNT(*) AS n, AVG(Price) AS mean FROM partiql_songs GROUP BY Genre ORDER BY n, Genre');
SELECT * FROM dynamo.partiql_rows('SELECT Genre, COUNT(*) AS n FROM partiql_songs WHERE Artist <> ''Cay'' GROUP BY Genre HAVING COUNT(*) > ? ORDER BY COUNT(*)', 1)
	AS t ("Genre" text, n int);
SELECT * FROM dynamo.partiql('SELECT SUM(Price) AS total FROM partiql_songs.ByGenre WHERE Genre = ''rock''');
SELECT * FROM dynamo.partiql('SELECT Artist FROM partiql_songs GROUP BY Artist HAVING SUM(Price) <> 5 ORDER BY Artist');

-- Joins.
SELECT * FROM dynamo.partiql('SELECT a.Name, s.Song FROM partiql_artists a, partiql_songs s WHERE s.Artist = a.Name AND s.Song = a.Best');
SELECT * FROM dynamo.partiql_rows('SELECT a.Name, a.Home.City, s.Song FROM partiql_artists a LEFT JOIN partiql_songs s ON s.Artist = a.Name AND s.Rating < 5
	ORDER BY a.Name, s.Song') AS t ("Name" text, "City" text, "Song" text);
SELECT * FROM dynamo.partiql_rows('SELECT a.Name, s.Song FROM partiql_artists a LEFT JOIN partiql_songs.ByGenre s ON s.Artist = a.Name AND s.Genre = ?
	ORDER BY a.Name, s.Song', 'jazz') AS t ("Name" text, "Song" text);
SELECT * FROM dynamo.partiql('SELECT partiql_artists.Home.City, COUNT(*) AS songs FROM partiql_artists JOIN partiql_songs ON partiql_songs.Artist = partiql_artists.Name
	GROUP BY partiql_artists.Home.City ORDER BY songs DESC');
SELECT * FROM dynamo.partiql('SELECT x.Song, y.Song AS other FROM partiql_songs x CROSS JOIN partiql_songs y WHERE x.Price < y.Price AND x.Artist = ''Ada'' AND y.Artist = ''Ada'' ORDER BY x.Song, other');
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT item FROM dynamo.partiql('SELECT a, s FROM partiql_artists a JOIN partiql_songs s ON s.Artist = a.Best WHERE a.Name = ''Ada''');
RESET ALL;
SET dynamo.schema = regress_partiql_extensions;
SET search_path = regress_partiql_extensions;
SET client_min_messages = warning;

-- LIKE: of strings, by character, with an escape character only where it is named.
SELECT string_agg(item['Song']::text, ', ' ORDER BY item['Song']) FROM dynamo.partiql('SELECT * FROM partiql_songs WHERE Song LIKE ''One_two''');
SELECT string_agg(item['Song']::text, ', ' ORDER BY item['Song']) FROM dynamo.partiql('SELECT * FROM partiql_songs WHERE Song LIKE ? ESCAPE ''!''', 'One!_two');
SELECT string_agg(item['Song']::text, ', ' ORDER BY item['Song']) FROM dynamo.partiql('SELECT * FROM partiql_songs WHERE Song LIKE ''50\%%'' ESCAPE ''\''');
SELECT string_agg(item['Song']::text, ', ' ORDER BY item['Song']) FROM dynamo.partiql('SELECT * FROM partiql_songs WHERE Song LIKE ''%\%'' OR Song LIKE ''_nder''');
SELECT string_agg(item['Song']::text, ', ' ORDER BY item['Song']) FROM dynamo.partiql('SELECT * FROM partiql_songs WHERE Rating NOT LIKE ''g%'' AND NOT Song LIKE ''Z%''');

-- What is refused, and what is told.
CREATE FUNCTION error_of(statement text) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	hint text;
BEGIN
	EXECUTE format('SELECT * FROM dynamo.partiql(%L)', statement);
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ' -- ' || hint;
END
$$;
SELECT error_of(s) FROM unnest(ARRAY[
	'SELECT', 'SELECT * FROM', 'INSERT INTO partiql_songs VALUE {''Artist'': ''x''}', 'SELECT VALUE Song FROM partiql_songs', 'SELECT * FROM no_such_table',
	'SELECT * FROM partiql_songs.no_such_index', 'SELECT *, Song FROM partiql_songs', 'SELECT * FROM partiql_songs a, partiql_songs b', 'SELECT COUNT(*), Song FROM partiql_songs',
	'SELECT Song, COUNT(*) FROM partiql_songs GROUP BY Artist', 'SELECT * FROM partiql_songs GROUP BY Artist', 'SELECT Artist FROM partiql_songs GROUP BY size(Artist)',
	'SELECT Song, s.Song FROM partiql_songs s', 'SELECT Song FROM partiql_songs a, partiql_artists b', 'SELECT a.Song FROM partiql_songs a, partiql_artists a',
	'SELECT * FROM partiql_songs WHERE COUNT(*) > 1', 'SELECT SUM(SUM(Price)) FROM partiql_songs', 'SELECT SUM(*) FROM partiql_songs', 'SELECT * FROM partiql_songs WHERE Song',
	'SELECT * FROM partiql_songs WHERE upper(Song) = ''X''', 'SELECT * FROM partiql_songs WHERE frob(Song)', 'SELECT * FROM partiql_songs WHERE Artist IN (SELECT Name FROM partiql_artists)',
	'SELECT * FROM partiql_songs WHERE EXISTS(SELECT * FROM partiql_artists)', 'SELECT * FROM partiql_songs WHERE Price * 2 = 4', 'SELECT * FROM partiql_songs WHERE a.*.b = 1',
	'SELECT * FROM partiql_songs LIMIT Price', 'SELECT * FROM partiql_songs LIMIT ''x''', 'SELECT DISTINCT Song FROM partiql_songs ORDER BY Price', 'SELECT * FROM partiql_songs WHERE a = MISSING',
	'SELECT * FROM partiql_songs WHERE begins_with(Song)', 'SELECT * FROM partiql_songs WHERE a IS INTEGER', 'SELECT Tags FROM partiql_songs.ByGenre', 'SELECT * FROM partiql_songs WHERE a = ?']) s;

SELECT error_of('SELECT * FROM partiql_songs WHERE a = 1' || repeat(' AND NOT a = 1', 100));
-- Without scans each table must have its partitions named: in WHERE, in all alternatives of it, or by a join.
SET dynamo.partiql_scans = off;
SELECT error_of(s) FROM unnest(ARRAY['SELECT * FROM partiql_songs', 'SELECT * FROM partiql_songs WHERE Song = ''x''', 'SELECT * FROM partiql_songs.ByGenre WHERE Artist = ''Ada''',
	'SELECT * FROM partiql_songs WHERE Artist = ''Ada'' OR Song = ''Zoo''', 'SELECT a.Name FROM partiql_artists a JOIN partiql_songs s ON s.Artist = a.Name WHERE s.Artist <> ''Ada''']) s;
SELECT error_of(s) FROM unnest(ARRAY['SELECT * FROM partiql_songs WHERE Artist = ''Ada''', 'SELECT * FROM partiql_songs.ByGenre WHERE Genre IN (''jazz'')',
	'SELECT * FROM partiql_songs WHERE Artist = ''Ada'' OR Artist = ''Bob''', 'SELECT a.Name FROM partiql_artists a JOIN partiql_songs s ON s.Artist = a.Name WHERE a.Name = ''Ada''']) s;
RESET dynamo.partiql_scans;

SELECT dynamo.delete_table('partiql_songs') IS NOT NULL AND dynamo.delete_table('partiql_artists') IS NOT NULL AS deleted;
DROP SCHEMA regress_partiql_extensions CASCADE;
