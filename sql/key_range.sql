-- Bounds of ranges of keys: dynamo.query_start, dynamo.query_end, dynamo.segment_start,
-- dynamo.segment_end, dynamo.in_range.
\set SHOW_CONTEXT never

-- Bounds print as keys where they can be read as one, else as bytes; those are not read back.
SELECT dynamo.query_start('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b S'), dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b S');
SELECT dynamo.query_start('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b N'), dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b N');
SELECT dynamo.query_start('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b B'), dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', 'b B');
SELECT dynamo.query_start('a = :a', '{":a": {"N": "7"}}', NULL, 'a N'), dynamo.query_end('a = :a', '{":a": {"N": "7"}}', NULL, 'a N');
SELECT dynamo.query_start('a = :a AND begins_with(b, :b)', '{":a": {"S": "x"}, ":b": {"S": "é"}}', NULL, 'a S', 'b S'),
	   dynamo.query_end('a = :a AND begins_with(b, :b)', '{":a": {"S": "x"}, ":b": {"S": "é"}}', NULL, 'a S', 'b S');
SELECT dynamo.query_start('#a = :a AND b > :b', '{":a": {"S": "x"}, ":b": {"S": "y"}, ":more": {"N": "1"}}', '{"#a": "a", "#more": "m"}', 'a S', 'b S'),
	   dynamo.query_end('#a = :a AND b > :b', '{":a": {"S": "x"}, ":b": {"S": "y"}, ":more": {"N": "1"}}', '{"#a": "a", "#more": "m"}', 'a S', 'b S');
-- Four RANGE attributes, a condition on the second.
SELECT dynamo.query_start('h = :h AND a = :a AND b < :b', '{":h": {"S": "x"}, ":a": {"S": "y"}, ":b": {"N": "3"}}', NULL, 'h S', 'a S', 'b N', 'c S', 'd S'),
	   dynamo.query_end('h = :h AND a = :a AND b < :b', '{":h": {"S": "x"}, ":a": {"S": "y"}, ":b": {"N": "3"}}', NULL, 'h S', 'a S', 'b N', 'c S', 'd S');
SELECT dynamo.segment_start(0, 3), dynamo.segment_end(0, 3), dynamo.segment_start(1, 3), dynamo.segment_end(1, 3),
	   dynamo.segment_start(2, 3), dynamo.segment_end(2, 3);
SELECT 'bytes:00'::dynamo.key;
-- Without a segment it is everything; without a key condition nothing.
SELECT dynamo.segment_start(NULL, 1), dynamo.segment_end(0, NULL);
SELECT dynamo.query_start(NULL, '{":a": {"S": "x"}}', NULL, 'a S'), dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, VARIADIC NULL::text[]);

-- Every key that meets a condition is within its bounds, and no other.
WITH conditions (condition, lower, upper) AS (
	SELECT c, dynamo.query_start(c, v, NULL, 'a S', 'b N'), dynamo.query_end(c, v, NULL, 'a S', 'b N')
	  FROM (VALUES ('a = :a', '{":a": {"S": "x"}}'::dynamo.item),
				   ('a = :a AND b = :b', '{":a": {"S": "x"}, ":b": {"N": "2"}}'),
				   ('a = :a AND b < :b', '{":a": {"S": "x"}, ":b": {"N": "2"}}'),
				   ('a = :a AND b >= :b', '{":a": {"S": "x"}, ":b": {"N": "-1.5"}}'),
				   ('a = :a AND b BETWEEN :b AND :c', '{":a": {"S": "x"}, ":b": {"N": "-1"}, ":c": {"N": "10"}}')) c (c, v))
SELECT condition, array_agg(item['b']::numeric ORDER BY item['b']::numeric) FILTER (WHERE dynamo.in_range(key, lower, upper)) AS in_range,
	   count(*) FILTER (WHERE dynamo.in_range(key, lower, upper) <> (key >= lower AND key < upper)) AS differences,
	   count(*) FILTER (WHERE dynamo.in_range(key, lower, upper) AND item['a'] <> 'x') AS others
  FROM conditions, (SELECT item, dynamo.key_of(item, 'a S', 'b N') AS key
					  FROM (SELECT jsonb_build_object('a', a, 'b', b)::dynamo.item AS item
							  FROM (VALUES ('x'), ('w'), ('y')) a (a), (VALUES (-20), (-1.5), (-1), (0), (2), (10), (300)) b (b)) i) k
 GROUP BY 1 ORDER BY condition COLLATE "C";
SELECT dynamo.in_range(NULL, '"a"', '"b"') IS NULL AND dynamo.in_range('"a"', NULL, '"b"') IS NULL AND dynamo.in_range('"a"', '"a"', NULL) IS NULL AS strict;

-- Errors.
SELECT dynamo.query_start('a = :a', '{":a": {"N": "1"}}', NULL, 'a S');
SELECT dynamo.query_start('a = :a', '{":a": {"S": ""}}', NULL, 'a S');
SELECT dynamo.query_end('b = :a', '{":a": {"S": "x"}}', NULL, 'a S');
SELECT dynamo.query_end('a = :a', NULL, NULL, 'a S');
SELECT dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, 'a');
SELECT dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, 'a S', NULL);
SELECT dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, VARIADIC array_fill('a S'::text, ARRAY[9]));
SELECT dynamo.query_end('a = :a', '{":a": {"S": "x"}}', NULL, VARIADIC '{}');
SELECT dynamo.segment_start(3, 3);
SELECT dynamo.segment_end(0, 0);
SELECT dynamo.segment_end(0, 1000001);
SELECT dynamo.segment_start(-1, 3);

-- Indexes serve it as two comparisons, if the bounds do not depend on the row.
CREATE TEMPORARY TABLE key_range (key dynamo.key PRIMARY KEY, other dynamo.key);
INSERT INTO key_range SELECT k, k FROM (SELECT dynamo.key_of(jsonb_build_object('a', n / 20, 'b', n)::dynamo.item, 'a N', 'b N') FROM generate_series(1, 1000) n) x (k);
ANALYZE key_range;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT * FROM key_range WHERE dynamo.in_range(key, '7/1', '8/1');
EXPLAIN (COSTS OFF) SELECT * FROM (VALUES ('7/2'::dynamo.key), ('7/3')) a (lower), key_range WHERE dynamo.in_range(key, lower, '8/1');
RESET enable_seqscan;
EXPLAIN (COSTS OFF) SELECT * FROM key_range WHERE dynamo.in_range(key, '7/1', other);
EXPLAIN (COSTS OFF) SELECT * FROM key_range WHERE dynamo.in_range('7/2', key, '8/1');
CREATE INDEX key_range_hash ON key_range USING hash (other);
EXPLAIN (COSTS OFF) SELECT * FROM key_range WHERE dynamo.in_range(other, '7/1', '8/1');
