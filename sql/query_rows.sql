-- dynamo.query as rows: what it returns, in which order, and how it is planned.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA regress_query_rows;
SET dynamo.schema = regress_query_rows;
SET search_path = regress_query_rows;
SELECT dynamo.create_table('{"TableName": "query_rows", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Track", "AttributeType": "N"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Track", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "ByPrice", "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"},
		{"AttributeName": "Price", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [
		{"IndexName": "ByGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"},
			{"AttributeName": "Price", "KeyType": "RANGE"}],
		 "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Title", "a.b''\""]}},
		{"IndexName": "AllOfGenre", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}],
		 "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
INSERT INTO query_rows (item)
	SELECT jsonb_build_object('Artist', 'artist ' || n % 20, 'Track', n / 20 + 1, 'Genre', 'genre ' || n % 3, 'Price', n % 7,
							  'Title', 'title ' || n, 'a.b''"', n, 'Plays', n % 4)::dynamo.item
	  FROM generate_series(0, 399) n;
-- items without Price are in no index of it
UPDATE query_rows SET item = dynamo.update(item, 'REMOVE Price') WHERE item['Track'] = 20;
VACUUM ANALYZE query_rows;

-- Shows the scans of a plan and their conditions, for tables of any size.
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
SET enable_seqscan = off;
SET enable_bitmapscan = off;

-- A partition, in the order of the sort key and against it.
SELECT item['Track']::int AS track, item['Title']::text AS title
  FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}') LIMIT 3;
SELECT item['Track']::int AS track, item['Title']::text AS title
  FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', descending => true) LIMIT 3;
SELECT array_agg(item['Track']::int) FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', descending => true);
SELECT * FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', projection => 'Track, Title') LIMIT 2;
-- Every operator of the sort key.
CREATE FUNCTION tracks(condition text, "values" text) RETURNS int[] LANGUAGE sql AS
$$
	SELECT array_agg(item['Track']::int)
	  FROM dynamo.query('query_rows', 'Artist = :a AND ' || condition, ('{":a": {"S": "artist 3"}, ' || "values" || '}')::dynamo.item)
$$;
SELECT tracks('Track = :t', '":t": {"N": "7"}'), tracks('Track < :t', '":t": {"N": "3"}'), tracks('Track <= :t', '":t": {"N": "3"}'),
	   tracks('Track > :t', '":t": {"N": "18"}'), tracks('Track >= :t', '":t": {"N": "18"}'),
	   tracks('Track BETWEEN :t AND :u', '":t": {"N": "9.5"}, ":u": {"N": "12"}'), tracks('Track = :t', '":t": {"N": "7.5"}');
-- A filter, names; values that two expressions share.
SELECT item['Track']::int AS track, item['Plays']::int AS plays
  FROM dynamo.query('query_rows', '#a = :a AND Track < :t', '{":a": {"S": "artist 3"}, ":t": {"N": "4"}, ":g": {"S": "genre 2"}}',
					names => '{"#a": "Artist", "#g": "Genre"}', filter => '#g <> :g AND Plays < :t', projection => 'Track, Plays');

-- Plans: the index does it all, bounds are keys or bytes of keys.
SELECT plan_of($$ SELECT item FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}') $$);
SELECT plan_of($$ SELECT item FROM dynamo.query('query_rows', 'Artist = :a AND Track BETWEEN :t AND :u',
	'{":a": {"S": "artist 3"}, ":t": {"N": "3"}, ":u": {"N": "5"}}', descending => true) LIMIT 1 $$);
SELECT plan_of($$ SELECT item FROM dynamo.query('query_rows', 'Artist = :a AND Track = :t',
	'{":a": {"S": "artist 3"}, ":t": {"N": "3"}}', filter => 'attribute_exists(Plays)') WHERE item['Title'] = 'x' $$);
SELECT plan_of($$ SELECT count(*) FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}') $$);
-- A full key is known to be one row.
DO
$$
DECLARE
	plan json;
BEGIN
	EXECUTE $q$ EXPLAIN (FORMAT json) SELECT item FROM dynamo.query('query_rows', 'Artist = :a AND Track = :t',
		'{":a": {"S": "artist 3"}, ":t": {"N": "3"}}') $q$ INTO plan;
	ASSERT (plan #>> '{0,Plan,Plan Rows}')::int = 1, plan;
	-- and a partition of twenty is estimated within a factor of ten, also where it comes from another table
	EXECUTE $q$ EXPLAIN (FORMAT json) SELECT item FROM dynamo.query('query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}') $q$ INTO plan;
	ASSERT (plan #>> '{0,Plan,Plan Rows}')::int BETWEEN 2 AND 200, plan;
	EXECUTE $q$ EXPLAIN (FORMAT json) SELECT q.item FROM (SELECT n FROM generate_series(1, 10) n OFFSET 0) a,
		dynamo.query('query_rows', 'Artist = :a', jsonb_build_object(':a', 'artist ' || a.n)::dynamo.item) q $q$ INTO plan;
	ASSERT (plan #>> '{0,Plan,Plan Rows}')::int BETWEEN 20 AND 2000, plan;
END
$$;

-- Local and global indexes: what they project is what is returned.
SELECT * FROM dynamo.query('query_rows', 'Artist = :a AND Price > :p', '{":a": {"S": "artist 3"}, ":p": {"N": "5"}}', index_name => 'ByPrice');
SELECT * FROM dynamo.query('query_rows', 'Artist = :a AND Price > :p', '{":a": {"S": "artist 3"}, ":p": {"N": "5"}}',
						   index_name => 'ByPrice', projection => 'Title, Plays');
SELECT * FROM dynamo.query('query_rows', 'Genre = :g AND Price = :p', '{":g": {"S": "genre 1"}, ":p": {"N": "2"}, ":t": {"S": "title 2"}}',
						   index_name => 'ByGenre', filter => 'begins_with(Title, :t)', descending => true) LIMIT 2;
SELECT count(*), min(item['Price']::int), max(item['Price']::int), count(item['Plays'])
  FROM dynamo.query('query_rows', 'Genre = :g', '{":g": {"S": "genre 1"}}', index_name => 'ByGenre');
SELECT count(*), min(item['Price']::int), max(item['Price']::int), count(item['Plays'])
  FROM dynamo.query('query_rows', 'Genre = :g', '{":g": {"S": "genre 1"}}', index_name => 'AllOfGenre');
SELECT plan_of($$ SELECT item FROM dynamo.query('query_rows', 'Genre = :g AND Price < :p', '{":g": {"S": "genre 1"}, ":p": {"N": "2"}}',
	index_name => 'ByGenre', descending => true) $$);
-- One key of an index has many rows; they are in the order of the table's keys.
SELECT plan_of($$ SELECT item FROM dynamo.query('query_rows', 'Genre = :g', '{":g": {"S": "genre 1"}}', index_name => 'AllOfGenre') $$);

-- The same items in the same order as the operation's, page by page.
CREATE FUNCTION items_of_operation(request json) RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	page jsonb;
	next jsonb := request::jsonb || '{"Limit": 7}';
BEGIN
	LOOP
		page := dynamo.query(next::json);
		RETURN QUERY SELECT value::text::dynamo.item::text FROM jsonb_array_elements(page -> 'Items');
		EXIT WHEN page -> 'LastEvaluatedKey' IS NULL;
		next := next || jsonb_build_object('ExclusiveStartKey', page -> 'LastEvaluatedKey');
	END LOOP;
END
$$;
SELECT (SELECT array_agg(i) FROM items_of_operation('{"TableName": "query_rows", "IndexName": "ByGenre",
			"KeyConditionExpression": "Genre = :g AND Price > :p", "FilterExpression": "contains(Title, :t)", "ScanIndexForward": false,
			"ExpressionAttributeValues": {":g": {"S": "genre 2"}, ":p": {"N": "3"}, ":t": {"S": "1"}}}') i) =
	   (SELECT array_agg(item::text) FROM dynamo.query('query_rows', 'Genre = :g AND Price > :p',
			'{":g": {"S": "genre 2"}, ":p": {"N": "3"}, ":t": {"S": "1"}}', filter => 'contains(Title, :t)',
			index_name => 'ByGenre', descending => true)) AS same;

-- Joins: the other table gives the values.
CREATE TABLE favourites (person text, artist text, track int);
INSERT INTO favourites VALUES ('Ann', 'artist 3', 5), ('Bob', 'artist 4', 1), ('Cid', 'artist 99', 1), ('Dot', NULL, 1);
ANALYZE favourites;
SELECT f.person, q.item['Title']::text AS title
  FROM favourites f, dynamo.query('query_rows', 'Artist = :a AND Track = :t', jsonb_build_object(':a', f.artist, ':t', f.track)::dynamo.item) q
 WHERE f.artist IS NOT NULL ORDER BY 1;
SELECT f.person, count(q.item), max(q.item['Track']::int)
  FROM favourites f LEFT JOIN LATERAL
	   (SELECT * FROM dynamo.query('query_rows', 'Artist = :a', jsonb_build_object(':a', f.artist)::dynamo.item, descending => true) LIMIT 3) q ON true
 WHERE f.artist IS NOT NULL GROUP BY 1 ORDER BY 1;
SELECT plan_of($$ SELECT f.person, q.item FROM favourites f, dynamo.query('query_rows', 'Artist = :a AND Track = :t',
	jsonb_build_object(':a', f.artist, ':t', f.track)::dynamo.item) q $$);
SELECT plan_of($$ SELECT f.person, q.item FROM favourites f LEFT JOIN dynamo.query('query_rows', 'Artist = :a',
	jsonb_build_object(':a', f.artist)::dynamo.item) q ON q.item['Plays'] = '1' $$);
-- Dot has no artist: that is a value of type NULL, which no key has.
SELECT q.item FROM favourites f, dynamo.query('query_rows', 'Artist = :a', jsonb_build_object(':a', f.artist)::dynamo.item) q;
SELECT f.person FROM favourites f WHERE EXISTS (
	SELECT FROM dynamo.query('query_rows', 'Artist = :a', jsonb_build_object(':a', coalesce(f.artist, 'nobody'))::dynamo.item)) ORDER BY 1;

-- Errors are the service's: while it is planned where the arguments are constant, else when it is run.
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
CREATE TABLE calls (n serial, arguments text);
INSERT INTO calls (arguments) VALUES
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ NULL, 'Artist = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ '', 'Artist = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ 'no_such_table', 'Artist = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ 'arn:aws:dynamodb:us-east-1:000000000000:table/query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', NULL, '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', '', '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = ', '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = :a', NULL $$),
	($$ 'query_rows', 'Artist = :a', '{":b": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}, ":b": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', names => '{"#x": "y"}' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"N": "3"}}' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": ""}}' $$),
	($$ 'query_rows', 'Track = :a', '{":a": {"N": "3"}}' $$),
	($$ 'query_rows', 'Artist > :a', '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = :a OR Track = :a', '{":a": {"S": "artist 3"}}' $$),
	($$ 'query_rows', 'Artist = :a AND begins_with(Track, :t)', '{":a": {"S": "artist 3"}, ":t": {"N": "1"}}' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', filter => 'Track > :a' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', filter => 'size(Plays)' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', projection => 'Plays, Plays' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', projection => 'Artist.x' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', index_name => 'NoSuchIndex' $$),
	($$ 'query_rows', 'Genre = :a', '{":a": {"S": "genre 1"}}', index_name => 'ByGenre', projection => 'Plays' $$),
	($$ 'query_rows', 'Genre = :a', '{":a": {"S": "genre 1"}}', index_name => 'ByGenre', filter => 'attribute_exists(Plays)' $$),
	($$ 'query_rows', 'Artist = :a', '{":a": {"S": "artist 3"}}', index_name => 'ByPrice', filter => 'attribute_exists(Plays)' $$);
SELECT n, error_of('SELECT FROM dynamo.query(' || arguments || ')') FROM calls ORDER BY n;
-- With values that are known at run time only the error is the same,
SELECT n, constant, at_run_time
  FROM calls, error_of('SELECT FROM dynamo.query(' || arguments || ')') constant,
	   error_of('SELECT FROM (SELECT item AS v FROM (VALUES (1)) x, LATERAL (SELECT ' ||
				coalesce(substring(arguments FROM '(''\{":.*?\}\}'')') || '::dynamo.item', 'NULL::dynamo.item') ||
				' AS item OFFSET 0) y OFFSET 0) z, dynamo.query(' || regexp_replace(arguments, '''\{":.*?\}\}''|(?<=:a'', )NULL', 'z.v') || ')') at_run_time
 WHERE constant IS DISTINCT FROM at_run_time ORDER BY n;
-- and in the select list, where nothing is planned in place of the function.
SELECT n, constant, in_list
  FROM calls, error_of('SELECT FROM dynamo.query(' || arguments || ')') constant, error_of('SELECT dynamo.query(' || arguments || ')') in_list
 WHERE constant IS DISTINCT FROM in_list ORDER BY n;

-- The form for JSON and this one need no casts.
SELECT dynamo.query('{"TableName": "query_rows", "KeyConditionExpression": "Artist = :a AND Track = :t", "ProjectionExpression": "Title",
	"ExpressionAttributeValues": {":a": {"S": "artist 3"}, ":t": {"N": "3"}}}');
SELECT dynamo.query('query_rows', 'Artist = :a AND Track = :t', '{":a": {"S": "artist 3"}, ":t": {"N": "3"}}', projection => 'Title');

-- An index that is not ACTIVE is refused.
DROP INDEX "query_rows_AllOfGenre_idx";
SELECT count(*) FROM dynamo.query('query_rows', 'Genre = :g', '{":g": {"S": "genre 1"}}', index_name => 'AllOfGenre');
SELECT dynamo.delete_table('query_rows') IS NOT NULL AS deleted;
DROP SCHEMA regress_query_rows CASCADE;
