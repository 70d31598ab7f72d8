--
-- Operators, operator classes and functions of items and attribute values.
-- Everything here works with an empty search_path.
--
SET search_path = '';

-- Access: ->, ->>, #>, #>>, ?
CREATE TABLE public.t (item dynamo.item);
INSERT INTO public.t VALUES
	('{"a": {"S": "x"}, "n": {"N": "1.50"}, "l": {"L": [{"S": "zero"}, {"M": {"k": {"BOOL": true}}}]},
	   "m": {"M": {"0": {"S": "name"}, "z": {"NULL": true}}}, "ss": {"SS": ["p", "q"]}}');
SELECT item -> 'a' AS a, item -> 'n' AS n, item -> 'nothing' AS nothing FROM public.t;
SELECT item ->> 'a' AS a, item ->> 'n' AS n, item ->> 'ss' AS ss, item -> 'm' ->> 'z' AS z, item ->> 'nothing' AS nothing FROM public.t;
SELECT item -> 'l' -> 0 AS l0, item -> 'l' ->> 1 AS l1, item -> 'l' -> 1 ->> 'k' AS l1k,
	   item -> 'l' -> 2 AS l2, item -> 'l' -> -1 AS negative, item -> 'a' -> 0 AS scalar, item -> 'ss' -> 0 AS of_set
  FROM public.t;
SELECT item #> '{l,1,k}' AS l1k, item #>> '{l,0}' AS l0, item #>> '{m,0}' AS m0, item #> '{}' AS whole FROM public.t;
SELECT item #> '{l,x}' AS x, item #> '{l,-1}' AS negative, item #> '{l,99999999999999999999}' AS far,
	   item #> '{l,""}' AS empty, item #> ARRAY['l', NULL] AS with_null, item #> '{a,b,c}' AS scalar
  FROM public.t;
SELECT (item -> 'l') #> '{1,k}' AS v, (item -> 'l') #>> '{0}' AS text, (item -> 'l') #> '{}' AS whole FROM public.t;
SELECT item ? 'a' AS a, item ? 'z' AS z, (item -> 'm') ? 'z' AS mz, (item -> 'l') ? 'zero' AS l, (item -> 'a') ? 'x' AS scalar FROM public.t;
SELECT item -> NULL AS n, item #> NULL AS p, item ? NULL AS q FROM public.t;
-- an item is no list
SELECT item -> 0 FROM public.t;

-- || and -
SELECT '{"a": {"N": "1"}, "b": {"N": "2"}}'::dynamo.item || '{"b": {"S": "right"}, "c": {"N": "3"}}';
SELECT '{}'::dynamo.item || '{}', '{"a": {"N": "1"}}'::dynamo.item || '{}', '{}'::dynamo.item || '{"a": {"N": "1"}}';
SELECT '{"a": {"M": {"x": {"N": "1"}}}}'::dynamo.item || '{"a": {"M": {"y": {"N": "2"}}}}' AS not_deep;
SELECT item - 'a' - 'l' - 'm' - 'nothing' AS rest, item - '{a,l,nothing,m,n,a}'::text[] AS rest2,
	   item - '{}'::text[] = item AS same, item - ARRAY[NULL, 'a'] = item - 'a' AS ignores_null
  FROM public.t;
SELECT '{"a": {"N": "1"}}'::dynamo.item - 'a' AS rest;

-- Functions
SELECT dynamo.size('{}'), dynamo.size('{"a": {"S": "é"}, "bc": {"N": "-12.5"}, "d": {"NULL": true}}'),
	   dynamo.size('{"l": {"L": [{"N": "0"}, {"BOOL": true}]}, "m": {"M": {"k": {"B": "AAEC"}}}, "s": {"SS": ["a", "bc"]}}');
SELECT dynamo.attribute_names(item), dynamo.attribute_names('{}') FROM public.t;
SELECT name, dynamo.attribute_type(value) AS type, value FROM public.t, dynamo.each(item);
SELECT dynamo.attribute_type(v::jsonb::dynamo.value) FROM unnest('{"\"s\"",1,true,"[]","{}"}'::text[]) v;
SELECT dynamo.attribute_type('{"BOOL": false}'), dynamo.attribute_type('{"NULL": true}'), dynamo.attribute_type('{"B": ""}'),
	   dynamo.attribute_type('{"NS": ["1"]}'), dynamo.attribute_type('{"BS": [""]}');
SELECT count(*) FROM dynamo.each('{}');
SELECT dynamo.each(item) FROM public.t LIMIT 2;
SELECT name FROM dynamo.each((SELECT jsonb_object_agg('a' || n, n)::dynamo.item FROM generate_series(1, 1000) n)) LIMIT 3;
SELECT sum(value::int) FROM dynamo.each((SELECT jsonb_object_agg('a' || n, n)::dynamo.item FROM generate_series(1, 1000) n));
-- an item is the map of its attributes again
SELECT (SELECT jsonb_object_agg(name, value::jsonb) FROM dynamo.each(item - 'ss'))::dynamo.item = item - 'ss' AS same FROM public.t;

-- Equality does not see how something was written
SELECT '{"a": {"N": "1.0"}, "b": {"SS": ["x", "y"]}}'::dynamo.item = '{"b": {"SS": ["y", "x"]}, "a": {"N": "1e0"}}' AS same,
	   '{"N": "1"}'::dynamo.value = '{"S": "1"}' AS other_type, '{"N": "1"}'::dynamo.value = 1 AS int,
	   '{"S": "x"}'::dynamo.value = 'x' AS bare, '{"L": [{"N": "1"}, {"N": "2"}]}'::dynamo.value = '{"L": [{"N": "2"}, {"N": "1"}]}' AS other_order,
	   '{}'::dynamo.item <> '{"a": {"NULL": true}}' AS differ;
-- within a type values are in their own order; types follow one another
SELECT v FROM unnest(ARRAY['{"N": "10"}', '{"N": "-1"}', '{"N": "9"}', '{"N": "-1e-130"}', '{"N": "1e125"}', '{"N": "-10"}', '{"N": "0"}',
	'{"N": "-9.5"}', '{"S": "B"}', '{"S": "a"}', '{"S": ""}', '{"S": "é"}', '{"S": "aa"}', '{"B": "AA=="}', '{"B": "/w=="}', '{"BOOL": true}',
	'{"BOOL": false}', '{"NULL": true}', '{"L": []}', '{"M": {}}', '{"SS": ["a"]}', '{"NS": ["1"]}', '{"BS": ["AA=="]}']::dynamo.value[]) v ORDER BY v;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt
  FROM (VALUES ('{"N": "2"}'::dynamo.value, '{"N": "10"}'::dynamo.value), ('{"N": "2"}', '{"N": "2.0"}'), ('{"S": "b"}', '{"S": "a"}')) t(a, b);
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt
  FROM (VALUES ('{}'::dynamo.item, '{"a": {"N": "1"}}'::dynamo.item), ('{"a": {"N": "1"}}', '{"a": {"N": "1.0"}}')) t(a, b);

-- Operator classes: valid, and used
SELECT opcname, amname, amvalidate(c.oid)
  FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod
 WHERE opcintype IN ('dynamo.item'::regtype, 'dynamo.value'::regtype) ORDER BY 1, 2;
CREATE TABLE public.songs (id int, item dynamo.item);
INSERT INTO public.songs SELECT n, jsonb_build_object('Artist', 'artist ' || n, 'Genre', 'genre ' || n % 10, 'Price', n % 7 + 0.25,
		'Padding', repeat(chr(97 + n % 26), n % 300))::dynamo.item
  FROM generate_series(1, 2000) n;
CREATE INDEX songs_genre ON public.songs ((item['Genre']));
CREATE INDEX songs_artist ON public.songs USING hash ((item['Artist']));
CREATE INDEX songs_price ON public.songs ((item['Price'])) INCLUDE (id);
CREATE UNIQUE INDEX songs_item ON public.songs (item);
ANALYZE public.songs;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM public.songs WHERE item['Artist'] = 'artist 77';
SELECT id FROM public.songs WHERE item['Artist'] = 'artist 77';
EXPLAIN (COSTS OFF) SELECT count(*) FROM public.songs WHERE item['Genre'] = 'genre 3';
SELECT count(*) FROM public.songs WHERE item['Genre'] = 'genre 3';
EXPLAIN (COSTS OFF) SELECT count(*) FROM public.songs WHERE item['Price'] > 4 AND item['Price'] <= 6.25;
SELECT count(*) FROM public.songs WHERE item['Price'] > 4 AND item['Price'] <= 6.25;
EXPLAIN (COSTS OFF) SELECT id FROM public.songs ORDER BY item['Price'] LIMIT 1;
EXPLAIN (COSTS OFF) SELECT item FROM public.songs WHERE item = '{}';
EXPLAIN (COSTS OFF) SELECT count(*) FROM public.songs WHERE item['Price'] = ANY (ARRAY[0.25, 1.25]::dynamo.value[]);
SELECT count(*) FROM public.songs WHERE item['Price'] = ANY (ARRAY[0.25, 1.25]::dynamo.value[]);
SELECT count(*) FROM public.songs WHERE item['Price'] IN (0.25, 1.25);
RESET enable_seqscan;
RESET enable_bitmapscan;
-- a unique index
INSERT INTO public.songs SELECT 0, item FROM public.songs WHERE id = 5;
-- joins of all three kinds give the same
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_nestloop = off;
SET enable_hashjoin = on;
EXPLAIN (COSTS OFF) SELECT count(*) FROM public.songs a JOIN public.songs b ON a.item['Artist'] = b.item['Artist'];
SELECT count(*), sum(a.id) FROM public.songs a JOIN public.songs b ON a.item['Artist'] = b.item['Artist'] AND a.id = b.id;
SELECT count(*) FROM public.songs a JOIN public.songs b ON a.item = b.item;
SET enable_hashjoin = off; SET enable_mergejoin = on; SET enable_indexscan = off; SET enable_indexonlyscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM public.songs a JOIN public.songs b ON a.item['Artist'] = b.item['Artist'];
SELECT count(*) FROM public.songs a JOIN public.songs b ON a.item['Artist'] = b.item['Artist'];
SELECT count(*) FROM public.songs a JOIN public.songs b ON a.item = b.item;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_nestloop; RESET enable_indexscan; RESET enable_indexonlyscan;
-- GROUP BY, DISTINCT, ORDER BY, set operations, window functions
SELECT item['Genre'], count(*) FROM public.songs GROUP BY 1 ORDER BY 1 LIMIT 3;
SELECT DISTINCT item['Price'] FROM public.songs ORDER BY 1 DESC LIMIT 2;
SELECT count(DISTINCT item['Genre']), count(DISTINCT item) FROM public.songs;
SELECT count(*) FROM (SELECT item FROM public.songs EXCEPT SELECT item FROM public.songs WHERE id <= 1000) x;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT item FROM public.songs INTERSECT SELECT item FROM public.songs WHERE id <= 1000) x;
RESET enable_hashagg;
SELECT id, rank() OVER (ORDER BY item['Price'] DESC, item['Artist']) FROM public.songs ORDER BY 2 LIMIT 2;
-- arrays, rows, CASE and NULLIF find the equality, too
SELECT ARRAY[1, 2]::dynamo.value[] = ARRAY[1.0, 2.00]::dynamo.value[] AS arrays,
	   ROW('{"N": "1"}'::dynamo.value) = ROW('{"N": "1.0"}'::dynamo.value) AS rows,
	   CASE '{"N": "1"}'::dynamo.value WHEN 1 THEN 'one' END, NULLIF('{"N": "1"}'::dynamo.value, 1) IS NULL AS nullif,
	   '{"N": "1"}'::dynamo.value IS DISTINCT FROM '{"S": "1"}' AS "distinct";
-- an estimate uses the statistics of an index expression
CREATE FUNCTION public.estimate(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::int;
END
$$;
SELECT public.estimate($$SELECT FROM public.songs WHERE item['Genre'] = 'genre 3'$$) BETWEEN 180 AND 220 AS equal,
	   public.estimate($$SELECT FROM public.songs WHERE item['Price'] < 3$$) BETWEEN 750 AND 950 AS less;

-- Values of all storage forms are equal: short header, compressed, outside
CREATE TABLE public.forms (how text, item dynamo.item, v dynamo.value);
ALTER TABLE public.forms ALTER COLUMN item SET STORAGE MAIN, ALTER COLUMN v SET STORAGE MAIN;
INSERT INTO public.forms SELECT 'compressed', jsonb_build_object('a', repeat('a', n))::dynamo.item, repeat('a', n)::dynamo.value FROM unnest('{5,5000}'::int[]) n;
ALTER TABLE public.forms ALTER COLUMN item SET STORAGE EXTERNAL, ALTER COLUMN v SET STORAGE EXTERNAL;
INSERT INTO public.forms SELECT 'outside', jsonb_build_object('a', repeat('a', n))::dynamo.item, repeat('a', n)::dynamo.value FROM unnest('{5,5000}'::int[]) n;
SELECT a.how, b.how, dynamo.size(a.item), a.item = b.item AS items, a.v = b.v AS values, a.item <= b.item AS le,
	   dynamo.item_hash(a.item) = dynamo.item_hash(b.item) AS hashes, dynamo.value_hash_extended(a.v, 7) = dynamo.value_hash_extended(b.v, 7) AS hashes64
  FROM public.forms a, public.forms b WHERE dynamo.size(a.item) = dynamo.size(b.item) AND a.how < b.how ORDER BY 3;
SELECT count(DISTINCT item), count(DISTINCT v) FROM public.forms;
SELECT how, pg_column_size(item) < 1000 AS small FROM public.forms WHERE dynamo.size(item) = 5001 ORDER BY how;

-- Row-level security lets equality go into an index: it leaks nothing
CREATE ROLE regress_dynamo_reader;
GRANT USAGE ON SCHEMA public TO regress_dynamo_reader;
GRANT SELECT ON public.songs TO regress_dynamo_reader;
ALTER TABLE public.songs ENABLE ROW LEVEL SECURITY;
CREATE POLICY even ON public.songs FOR SELECT USING (id % 2 = 0);
SET ROLE regress_dynamo_reader;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM public.songs WHERE item['Genre'] = 'genre 4';
SELECT count(*) FROM public.songs WHERE item['Genre'] IN ('genre 4', 'genre 5');
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET ROLE;

-- What the catalogs say of operators, casts and functions is sound
CREATE VIEW public.members AS
	SELECT d.classid, d.objid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
	 WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'dynamo';
-- operators are found without a search_path
SELECT oid::regoperator FROM pg_catalog.pg_operator
 WHERE oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_operator'::regclass) AND oprnamespace <> 'pg_catalog'::regnamespace;
-- commutators and negators point back, and exist for comparisons
SELECT o.oid::regoperator FROM pg_catalog.pg_operator o LEFT JOIN pg_catalog.pg_operator c ON c.oid = o.oprcom LEFT JOIN pg_catalog.pg_operator n ON n.oid = o.oprnegate
 WHERE o.oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_operator'::regclass)
   AND (c.oprcom <> o.oid OR c.oprleft <> o.oprright OR c.oprright <> o.oprleft OR c.oprresult <> o.oprresult
		OR n.oprnegate <> o.oid OR n.oprleft <> o.oprleft OR n.oprright <> o.oprright OR n.oid = o.oid
		OR (o.oprname IN ('=', '<>', '<', '<=', '>', '>=') AND (c.oid IS NULL OR n.oid IS NULL OR o.oprrest = 0 OR o.oprjoin = 0))
		OR (o.oprname = '=' AND NOT (o.oprcanhash AND o.oprcanmerge)));
-- an operator and its function agree; the function is immutable, strict, parallel safe
SELECT o.oid::regoperator, p.oid::regprocedure FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
 WHERE o.oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_operator'::regclass)
   AND (p.prorettype <> o.oprresult OR p.pronargs <> 2 OR p.proargtypes[0] <> o.oprleft OR p.proargtypes[1] <> o.oprright
		OR p.provolatile <> 'i' OR NOT p.proisstrict OR p.proparallel <> 's' OR p.pronamespace <> 'dynamo'::regnamespace);
-- the operators of b-tree and hash families can hash and merge
SELECT amopopr::regoperator FROM pg_catalog.pg_amop ao JOIN pg_catalog.pg_operator o ON o.oid = ao.amopopr
 WHERE o.oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_operator'::regclass)
   AND o.oprname = '=' AND NOT (o.oprcanhash AND o.oprcanmerge);
-- casts: the function takes the source and gives the target, or what is binary compatible
SELECT castsource::regtype, casttarget::regtype, castfunc::regprocedure FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
 WHERE c.oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_cast'::regclass)
   AND (p.provolatile <> 'i' OR NOT p.proisstrict OR p.proparallel <> 's'
		OR NOT (p.proargtypes[0] = c.castsource OR (p.proargtypes[0] = 'text'::regtype AND c.castsource = 'varchar'::regtype))
		OR NOT (p.prorettype = c.casttarget OR (p.prorettype = 'text'::regtype AND c.casttarget IN ('varchar'::regtype, 'bpchar'::regtype))
			OR (p.prorettype = 'dynamo.value'::regtype AND c.casttarget = 'dynamo.parameter'::regtype)));
-- functions that take an item or a value say how parallel they are
SELECT oid::regprocedure FROM pg_catalog.pg_proc
 WHERE oid IN (SELECT objid FROM public.members WHERE classid = 'pg_catalog.pg_proc'::regclass) AND proparallel = 'u' AND provolatile = 'i';

-- They run in parallel workers
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM public.songs WHERE item['Price'] > 3 AND (item ->> 'Genre') = 'genre 1';
SELECT count(*) FROM public.songs WHERE item['Price'] > 3 AND (item ->> 'Genre') = 'genre 1';
RESET ALL;

SET client_min_messages = warning;
DROP TABLE public.t, public.songs, public.forms;
DROP FUNCTION public.estimate;
DROP VIEW public.members;
REVOKE USAGE ON SCHEMA public FROM regress_dynamo_reader;
DROP ROLE regress_dynamo_reader;
