--
-- Subscripting of items and attribute values, reading and in assignments
--
SET search_path = '';

CREATE TABLE public.songs (id int PRIMARY KEY, item dynamo.item);
INSERT INTO public.songs VALUES
	(1, '{"Artist": {"S": "No One You Know"},
		  "Price": {"N": "1.98"},
		  "Address": {"M": {"City": {"S": "Seattle"}, "Lines": {"L": [{"S": "a"}, {"S": "b"}]}}},
		  "Tags": {"L": [{"S": "rock"}, {"M": {"k": {"N": "7"}}}, {"NULL": true}]},
		  "Set": {"SS": ["x", "y"]},
		  "0": {"S": "zero"}}'),
	(2, '{}'),
	(3, NULL);

-- Reading
SELECT id, item['Artist'], item['Price'] FROM public.songs ORDER BY id;
SELECT item['Address']['City'], item['Address']['Lines'][1], item['Tags'][0],
	   item['Tags'][1]['k'], item['Tags'][2]
  FROM public.songs WHERE id = 1;
SELECT pg_typeof(item['Artist']), pg_typeof(item['Tags'][0]) FROM public.songs WHERE id = 1;
-- a result has subscripts, too
SELECT (item['Address'])['City'], ((item['Tags'])[1])['k'] FROM public.songs WHERE id = 1;
-- smallint and bigint index lists, other strings name attributes
SELECT item['Tags'][0::smallint], item['Tags'][0::bigint],
	   item['Artist'::varchar], item['Artist'::name], item['Artist'::char(10)]
  FROM public.songs WHERE id = 1;
-- text names and integers index, whatever the digits
SELECT item['0'], item[0] IS NULL AS index_of_map, item['Tags']['0'] IS NULL AS name_in_list
  FROM public.songs WHERE id = 1;
-- what is not there is NULL
SELECT item['Genre'] IS NULL AS missing, item['Genre']['x'] IS NULL AS under_missing,
	   item['Artist']['x'] IS NULL AS name_in_scalar, item['Artist'][0] IS NULL AS index_of_scalar,
	   item['Tags'][3] IS NULL AS beyond_end, item['Set'][0] IS NULL AS index_of_set,
	   item[NULL] IS NULL AS null_subscript, item['Tags'][NULL::int] IS NULL AS null_index
  FROM public.songs WHERE id = 1;
-- subscripts of columns and parameters
SELECT s, i.item[s], i.item['Tags'][length(s) - 6]
  FROM public.songs i, unnest('{Artist,Price,Address}'::text[]) s WHERE id = 1 ORDER BY s;
SELECT n, item['Tags'][n] FROM public.songs, generate_series(-1, 3) n WHERE id = 1 ORDER BY n;
PREPARE named AS SELECT item[$1] FROM public.songs WHERE id = 1;
EXECUTE named('Price');
DEALLOCATE named;
PREPARE indexed AS SELECT item['Tags'][$1::int] FROM public.songs WHERE id = 1;
EXECUTE indexed(1);
DEALLOCATE indexed;
-- names longer than any that is there
SELECT item[repeat('n', 3000)] IS NULL AS missing, item[repeat('n', 60000)] IS NULL AS longer
  FROM public.songs WHERE id = 1;

-- Reading: errors
SELECT item[-1] FROM public.songs;
SELECT item['Tags'][-1] FROM public.songs;
SELECT item['Tags'][0:1] FROM public.songs;
SELECT item['Tags'][:] FROM public.songs;
SELECT item[1.5] FROM public.songs;
SELECT item[true] FROM public.songs;
SELECT item[item] FROM public.songs;

-- Assigning
UPDATE public.songs SET item['Price'] = 2.5 WHERE id = 1 RETURNING item['Price'];
UPDATE public.songs SET item['Title'] = 'Call Me Today' WHERE id = 1 RETURNING item['Title'];
UPDATE public.songs SET item['Title'] = '{"N": "5"}' WHERE id = 1 RETURNING item['Title'];
UPDATE public.songs SET item['Title'] = '{"N": "5"}'::text WHERE id = 1 RETURNING item['Title'];
UPDATE public.songs SET item['Address']['City'] = 'Berlin'::text, item['Address']['Zip'] = 10115
 WHERE id = 1 RETURNING item['Address'];
UPDATE public.songs SET item['Tags'][0] = true, item['Tags'][1]['k'] = '\x00ff'::bytea,
	   item['Tags'][1]['j'] = '{"a": [1, null]}'::jsonb
 WHERE id = 1 RETURNING item['Tags'];
-- an index beyond the end appends; several go one after the other
UPDATE public.songs SET item['Tags'][99] = 1, item['Tags'][99] = 2 WHERE id = 1 RETURNING item['Tags'];
-- the right side is the old row
UPDATE public.songs SET item['a'] = 1, item['b'] = item['a'] WHERE id = 1
	RETURNING item['a'], item['b'] IS NULL AS b_missing;
UPDATE public.songs SET item['a'] = 2, item['b'] = item['a'] WHERE id = 1 RETURNING item['a'], item['b'];
-- NULL removes: an attribute, an element (the others move up), what is not there
UPDATE public.songs SET item['a'] = NULL, item['b'] = NULL WHERE id = 1
	RETURNING item ? 'a' AS a, item ? 'b' AS b;
UPDATE public.songs SET item['Tags'][0] = NULL WHERE id = 1 RETURNING item['Tags'];
UPDATE public.songs SET item['Tags'][99] = NULL, item['Address']['nothing'] = NULL WHERE id = 1
	RETURNING item['Tags'], item['Address'];
UPDATE public.songs SET item['nothing'] = NULL WHERE id = 2 RETURNING item;
-- a value of type NULL is something else
UPDATE public.songs SET item['n'] = '{"NULL": true}' WHERE id = 2 RETURNING item;
-- nothing else changed
SELECT * FROM public.songs ORDER BY id;
-- a NULL item starts empty
UPDATE public.songs SET item['x'] = NULL WHERE id = 3 RETURNING item IS NULL AS still_null;
UPDATE public.songs SET item['x'] = 1, item['y'] = 'two' WHERE id = 3 RETURNING item;
INSERT INTO public.songs (id, item['Artist'], item['Price']) VALUES (4, 'Acme', 1.20) RETURNING *;
INSERT INTO public.songs (id, item['Artist'], item['Price']) VALUES (5, NULL, 3) RETURNING *;
INSERT INTO public.songs (id, item['L']) SELECT 6, '{"L": [{"S": "x"}]}' RETURNING *;
-- a name of 65,535 bytes
UPDATE public.songs SET item[repeat('n', 65535)] = 1 WHERE id = 2
	RETURNING item[repeat('n', 65535)], item - repeat('n', 65535) AS rest;

-- Assigning: errors
\set VERBOSITY sqlstate
UPDATE public.songs SET item['Genre']['x'] = 1 WHERE id = 1;
\set VERBOSITY default
UPDATE public.songs SET item['Artist']['x'] = 1 WHERE id = 1;
UPDATE public.songs SET item['Artist'][0] = 1 WHERE id = 1;
UPDATE public.songs SET item['Set'][0] = 1 WHERE id = 1;
UPDATE public.songs SET item['Tags']['0'] = 1 WHERE id = 1;
UPDATE public.songs SET item['Address'][0] = 1 WHERE id = 1;
UPDATE public.songs SET item['Tags'][77]['x'] = 1 WHERE id = 1;
UPDATE public.songs SET item['Genre']['x'] = NULL WHERE id = 1;
UPDATE public.songs SET item[0] = 1 WHERE id = 1;
UPDATE public.songs SET item['a']['b'] = 1 WHERE item IS NULL OR id = 2;
INSERT INTO public.songs (id, item[0]) VALUES (7, 1);
INSERT INTO public.songs (id, item['a']['b']) VALUES (7, 1);
UPDATE public.songs SET item['Tags'][-1] = 1 WHERE id = 1;
UPDATE public.songs SET item['Tags'][id - 2] = 1 WHERE id = 1;
UPDATE public.songs SET item[NULL] = 1 WHERE id = 1;
UPDATE public.songs SET item['Tags'][0:1] = 1 WHERE id = 1;
UPDATE public.songs SET item[''] = 1 WHERE id = 1;
UPDATE public.songs SET item[repeat('n', 65536)] = 1 WHERE id = 1;
UPDATE public.songs SET item['d'] = current_date WHERE id = 1;
UPDATE public.songs SET item['n'] = 'NaN'::numeric WHERE id = 1;

-- Levels: 32 are allowed, the innermost value being one
CREATE FUNCTION public.nested(levels int) RETURNS dynamo.value LANGUAGE sql IMMUTABLE AS
	$$ SELECT dynamo.parse_value(repeat('{"L": [', levels - 1) || '{"N": "1"}' || repeat(']}', levels - 1)) $$;
UPDATE public.songs SET item['deep'] = public.nested(32) WHERE id = 4
	RETURNING item['deep'] = public.nested(32) AS kept;
UPDATE public.songs SET item['l'] = '{"L": []}' WHERE id = 4;
UPDATE public.songs SET item['l'][0] = public.nested(31) WHERE id = 4
	RETURNING item['l'] = public.nested(32) AS kept;
UPDATE public.songs SET item['l'][0] = public.nested(32) WHERE id = 4;
UPDATE public.songs SET item['l'][0][0][0] = public.nested(29) WHERE id = 4
	RETURNING item['l'] = public.nested(32) AS kept;
UPDATE public.songs SET item['l'][0][0][0] = public.nested(30) WHERE id = 4;

-- PL/pgSQL
DO $$
DECLARE
	i dynamo.item := '{"a": {"S": "x"}}';
	v dynamo.value;
	l dynamo.value;
	name text := 'b';
	n numeric;
	t text;
BEGIN
	i['c'] := 1;
	i[name] := 'text'::text;
	i['l'] := '{"L": []}';
	FOR k IN 0..2 LOOP
		i['l'][k] := k;
	END LOOP;
	i['a'] := NULL;
	RAISE NOTICE '%', i;
	n := i['c'];
	t := i['b'];
	RAISE NOTICE 'n = %, t = %', n + 1, t;
	v['x'] := 'y';
	v['z'] := i['l'];
	v['z'][0] := NULL;
	l[0] := false;
	RAISE NOTICE '% %', v, l;
	v['x']['y'] := 1;
EXCEPTION WHEN SQLSTATE 'YD001' THEN
	RAISE NOTICE 'caught: %', SQLERRM;
END
$$;
DO $$
DECLARE
	v dynamo.value := public.nested(31);
BEGIN
	v[1] := '{"M": {}}';
	v[0][0] := public.nested(30);
	RAISE NOTICE '%', v[1];
	RAISE NOTICE '%', v[0] = public.nested(31);
	v[0][0] := public.nested(31);
END
$$;

-- Toasted items: compressed, and stored outside
CREATE TABLE public.large (id int, item dynamo.item);
INSERT INTO public.large SELECT 1, ('{"a": {"S": "first"}, "m": {"S": "' || repeat('m', 100000) || '"}, "z": {"N": "26"}}')::dynamo.item;
ALTER TABLE public.large ALTER COLUMN item SET STORAGE EXTERNAL;
INSERT INTO public.large SELECT 2, ('{"a": {"S": "first"}, "m": {"S": "' || repeat('m', 100000) || '"}, "z": {"N": "26"}}')::dynamo.item;
SELECT id, item['a'], length(item['m']::text), item['z'], item['nothing'] FROM public.large ORDER BY id;
UPDATE public.large SET item['b'] = 'second' RETURNING id, item['a'], item['b'], length(item['m']::text), item['z'];
UPDATE public.large SET item['m'] = NULL RETURNING id, item;

-- Domains over items
CREATE DOMAIN public.song AS dynamo.item CHECK (VALUE ? 'Artist');
CREATE TABLE public.checked (item public.song);
INSERT INTO public.checked VALUES ('{"Artist": {"S": "x"}}');
UPDATE public.checked SET item['Year'] = 1999 RETURNING item, item['Year'];
UPDATE public.checked SET item['Artist'] = NULL;

-- Views and rules print subscripts so that they parse again
CREATE VIEW public.cities AS SELECT a.item['Address']['City'] AS city, b.item['Tags'][0] AS tag
  FROM public.songs a, public.songs b WHERE a.id = 1 AND b.id = 1;
SELECT pg_catalog.pg_get_viewdef('public.cities');
SELECT * FROM public.cities;

DROP VIEW public.cities;
DROP TABLE public.songs, public.large, public.checked;
DROP DOMAIN public.song;
DROP FUNCTION public.nested;
