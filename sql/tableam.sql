-- The table access method: statements do to a table of items what they do to
-- a heap.  Each is done to both, and the contents are compared.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

CREATE TABLE items (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk S', 'sk N'))
) USING dynamo;
CREATE TABLE plain (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING heap;

-- Are both tables the same, and the first one in order?
CREATE FUNCTION compare() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	problem text;
BEGIN
	SELECT p INTO problem FROM tableam.problems('tableam.items') p LIMIT 1;
	IF FOUND THEN
		RETURN problem;
	END IF;
	IF tableam.contents('tableam.items') <> tableam.contents('tableam.plain') THEN
		RETURN 'contents differ';
	END IF;
	RETURN split_part(tableam.contents('tableam.items'), ' ', 1) || ' rows alike';
END
$$;

SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = 'items'::regclass;
SELECT amname AS toast_am FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid JOIN pg_am a ON a.oid = t.relam
 WHERE c.oid = 'items'::regclass;

-- INSERT, also of nothing, and with values that are toasted
INSERT INTO items SELECT * FROM arriving(50, 40);
INSERT INTO plain SELECT * FROM arriving(50, 40);
INSERT INTO items SELECT * FROM arriving(0, 0);
SELECT compare();
CREATE FUNCTION incompressible(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(md5(i::text), '') FROM generate_series(1, $1 / 32) i
$$;
CREATE FUNCTION big_item(p int, s int, n int) RETURNS dynamo.item LANGUAGE sql IMMUTABLE AS $$
	SELECT format('{"pk": {"S": "p%s"}, "sk": {"N": "%s"}, "n": {"N": "0"}, "filler": {"S": "%s"}}', $1, $2,
				  tableam.incompressible($3))::dynamo.item
$$;
INSERT INTO items SELECT make_key(p, s), big_item(p, s, s * 200)
  FROM generate_series(101, 110) s, generate_series(1, 5) p;
INSERT INTO plain SELECT make_key(p, s), big_item(p, s, s * 200)
  FROM generate_series(101, 110) s, generate_series(1, 5) p;
SELECT pg_relation_size(reltoastrelid) > 0 AS toasted FROM pg_class WHERE oid = 'items'::regclass;
SELECT compare();
INSERT INTO items VALUES (make_key(1, 1), make_item(1, 1));

-- UPDATE: of an item, of a key, of toasted items, of a row twice in one command
UPDATE items SET item = add(item, 1) WHERE key >= make_key(7, 1) AND key < make_key(7, 31);
UPDATE plain SET item = add(item, 1) WHERE key >= make_key(7, 1) AND key < make_key(7, 31);
UPDATE items SET key = make_key(60, 1), item = make_item(60, 1) WHERE key = make_key(8, 1);
UPDATE plain SET key = make_key(60, 1), item = make_item(60, 1) WHERE key = make_key(8, 1);
UPDATE items SET item = add(item, 5) WHERE item['sk']::int > 100;
UPDATE plain SET item = add(item, 5) WHERE item['sk']::int > 100;
UPDATE items i SET item = add(i.item, v) FROM (VALUES (1), (1)) AS twice (v) WHERE key = make_key(9, 1);
UPDATE plain i SET item = add(i.item, v) FROM (VALUES (1), (1)) AS twice (v) WHERE key = make_key(9, 1);
SELECT compare();
UPDATE items SET item = make_item(9, 99) WHERE key = make_key(9, 1);

-- DELETE
DELETE FROM items WHERE item['sk']::int % 7 = 0;
DELETE FROM plain WHERE item['sk']::int % 7 = 0;
SELECT compare();

-- ON CONFLICT
INSERT INTO items AS i SELECT * FROM arriving(55, 9) ON CONFLICT (key) DO UPDATE SET item = add(i.item, 10);
INSERT INTO plain AS i SELECT * FROM arriving(55, 9) ON CONFLICT (key) DO UPDATE SET item = add(i.item, 10);
INSERT INTO items SELECT * FROM arriving(60, 3, 10) ON CONFLICT DO NOTHING;
INSERT INTO plain SELECT * FROM arriving(60, 3, 10) ON CONFLICT DO NOTHING;
SELECT compare();

-- MERGE
MERGE INTO items t USING (SELECT * FROM arriving(70, 6)) s ON t.key = s.key
 WHEN MATCHED AND t.item['sk']::int = 2 THEN DELETE
 WHEN MATCHED THEN UPDATE SET item = add(t.item, 100)
 WHEN NOT MATCHED THEN INSERT VALUES (s.key, s.item);
MERGE INTO plain t USING (SELECT * FROM arriving(70, 6)) s ON t.key = s.key
 WHEN MATCHED AND t.item['sk']::int = 2 THEN DELETE
 WHEN MATCHED THEN UPDATE SET item = add(t.item, 100)
 WHEN NOT MATCHED THEN INSERT VALUES (s.key, s.item);
SELECT compare();

-- COPY: arriving round robin, then sorted, then frozen
\copy items TO PROGRAM 'wc -l | tr -d " "'
CREATE TABLE copied (LIKE plain INCLUDING ALL) USING dynamo;
CREATE TABLE copied_plain (LIKE plain INCLUDING ALL) USING heap;
\copy copied FROM PROGRAM 'awk "BEGIN { for (s = 1; s <= 60; s++) for (p = 1; p <= 70; p++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}}\\n\", p, s, p, s }"'
\copy copied FROM PROGRAM 'awk "BEGIN { for (p = 1; p <= 7; p++) for (s = 61; s <= 900; s++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}}\\n\", p, s, p, s }"'
INSERT INTO copied_plain
	SELECT make_key(p, s), format('{"pk": {"S": "p%s"}, "sk": {"N": "%s"}}', p, s)::dynamo.item
	  FROM generate_series(1, 70) p, generate_series(1, 900) s WHERE s <= 60 OR p <= 7;
SELECT contents('copied') = contents('copied_plain') AS alike;
SELECT problems('copied');
-- of what is there already nothing is taken
\set VERBOSITY terse
\copy copied FROM PROGRAM 'awk "BEGIN { for (p = 71; p >= 1; p--) printf \"\\\"p%d\\\"/1\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"1\\\"}}\\n\", p, p }"'
\set VERBOSITY default
SELECT contents('copied') = contents('copied_plain') AS alike;
SELECT problems('copied');
BEGIN;
TRUNCATE copied;
\copy copied FROM PROGRAM 'awk "BEGIN { for (s = 1; s <= 60; s++) for (p = 1; p <= 70; p++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}}\\n\", p, s, p, s }"' WITH (FREEZE)
COMMIT;
DELETE FROM copied_plain WHERE item['sk']::int > 60;
SELECT contents('copied') = contents('copied_plain') AS alike;
SELECT problems('copied');
DROP TABLE copied, copied_plain;

-- cursors
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT key FROM items WHERE key >= make_key(3, 1) AND key <= make_key(3, 9) ORDER BY key DESC;
FETCH 2 FROM c;
MOVE ALL FROM c;
FETCH BACKWARD 2 FROM c;
FETCH ABSOLUTE 2 FROM c;
CLOSE c;
DECLARE u CURSOR FOR SELECT item FROM items WHERE key >= make_key(12, 1) AND key <= make_key(12, 5)
	ORDER BY key FOR UPDATE;
MOVE 2 FROM u;
UPDATE items SET item = add(item, 1000) WHERE CURRENT OF u;
MOVE 1 FROM u;
DELETE FROM items WHERE CURRENT OF u;
SELECT item['sk']::int AS sk, item['n']::int AS n FROM items WHERE key >= make_key(12, 1) AND key <= make_key(12, 5) ORDER BY key;
ROLLBACK;
SELECT compare();

-- savepoints
BEGIN;
INSERT INTO items SELECT * FROM arriving(80, 1) ON CONFLICT DO NOTHING;
SAVEPOINT a;
UPDATE items SET item = add(item, 1);
SAVEPOINT b;
DELETE FROM items WHERE item['sk']::int > 3;
INSERT INTO items SELECT make_key(p, s), make_item(p, s) FROM generate_series(200, 230) s, generate_series(1, 9) p;
ROLLBACK TO b;
UPDATE items SET item = add(item, 1) WHERE item['sk']::int = 3;
ROLLBACK TO a;
INSERT INTO items SELECT make_key(81, s), make_item(81, s) FROM generate_series(1, 50) s;
COMMIT;
INSERT INTO plain SELECT * FROM arriving(80, 1) ON CONFLICT DO NOTHING;
INSERT INTO plain SELECT make_key(81, s), make_item(81, s) FROM generate_series(1, 50) s;
SELECT compare();

-- row locks and tids
BEGIN;
SELECT count(*) FROM (SELECT FROM items WHERE key >= make_key(3, 1) AND key <= make_key(3, 9) FOR NO KEY UPDATE) l;
SELECT count(*) FROM (SELECT FROM items WHERE key >= make_key(3, 1) AND key <= make_key(3, 9) FOR KEY SHARE) l;
COMMIT;
SELECT (SELECT count(*) FROM items a JOIN items b ON b.ctid = a.ctid AND b.key = a.key) = (SELECT count(*) FROM items) AS complete;
SELECT i.key FROM items i WHERE ctid = (SELECT ctid FROM items WHERE key = make_key(3, 2));
SELECT i.key FROM items i WHERE ctid = (SELECT ctid FROM items WHERE key = make_key(3, 3));
EXPLAIN (COSTS OFF) SELECT count(*) FROM items WHERE ctid < '(3,0)';
SELECT (SELECT count(*) FROM items WHERE ctid < '(3,0)') + (SELECT count(*) FROM items WHERE ctid >= '(3,0)')
	 = (SELECT count(*) FROM items) AS complete;

-- TABLESAMPLE and ANALYZE
SELECT (SELECT count(*) FROM items TABLESAMPLE BERNOULLI (100)) = (SELECT count(*) FROM items) AS complete;
SELECT (SELECT count(*) FROM items TABLESAMPLE SYSTEM (100)) = (SELECT count(*) FROM items) AS complete;
SELECT count(*) BETWEEN 1 AND (SELECT count(*) - 1 FROM items) AS a_part
  FROM items TABLESAMPLE BERNOULLI (50) REPEATABLE (1);
ANALYZE items;
SELECT reltuples::bigint = (SELECT count(*) FROM items) AS exact FROM pg_class WHERE oid = 'items'::regclass;
SELECT attname, n_distinct FROM pg_stats WHERE schemaname = 'tableam' AND tablename = 'items' AND attname = 'key';

-- a parallel scan
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT count(*), sum(item['n']::int) FROM items;
SELECT (SELECT count(*) || '/' || sum(item['n']::int) FROM items) = (SELECT count(*) || '/' || sum(item['n']::int) FROM plain) AS alike;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- rewrites: a column with a volatile default, another type for it, its end
CREATE SEQUENCE numbers;
ALTER TABLE items ADD COLUMN number int DEFAULT nextval('numbers');
SELECT count(DISTINCT number) = count(*) AS numbered FROM items;
SELECT compare();
ALTER TABLE items ALTER COLUMN number TYPE text USING 'n' || number;
INSERT INTO items VALUES (make_key(82, 1), make_item(82, 1), 'x');
INSERT INTO plain VALUES (make_key(82, 1), make_item(82, 1));
SELECT compare();
ALTER TABLE items DROP COLUMN number;
ALTER TABLE items ADD COLUMN constant int DEFAULT 5;
SELECT sum(constant) / count(*) AS five FROM items;
ALTER TABLE items DROP COLUMN constant;
SELECT compare();

-- another access method and back
ALTER TABLE items SET ACCESS METHOD heap;
SELECT contents('items') = contents('plain') AS alike;
SELECT count(*) FROM verify_heapam('items');
ALTER TABLE items SET ACCESS METHOD dynamo;
SELECT compare();
INSERT INTO items SELECT make_key(83, s), make_item(83, s) FROM generate_series(1, 50) s;
INSERT INTO plain SELECT make_key(83, s), make_item(83, s) FROM generate_series(1, 50) s;
SELECT compare();

-- tables without keys are heaps of this access method
SET default_table_access_method = dynamo;
CREATE TABLE selected AS SELECT * FROM plain WITH NO DATA;
INSERT INTO selected SELECT * FROM plain;
DROP TABLE selected;
CREATE TABLE selected AS SELECT * FROM plain;
SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = 'selected'::regclass;
CREATE MATERIALIZED VIEW materialized AS SELECT * FROM plain;
INSERT INTO selected SELECT * FROM arriving(3, 3, 50);
DELETE FROM selected WHERE length(item['filler']::text) = 50;
SELECT contents('selected') = contents('plain') AS alike, contents('materialized') = contents('plain') AS alike;
DELETE FROM plain WHERE key = make_key(83, 1);
DELETE FROM items WHERE key = make_key(83, 1);
REFRESH MATERIALIZED VIEW materialized;
SELECT contents('materialized') = contents('plain') AS alike;
CREATE UNIQUE INDEX ON materialized (key);
INSERT INTO plain VALUES (make_key(83, 1), make_item(83, 1));
INSERT INTO items VALUES (make_key(83, 1), make_item(83, 1));
REFRESH MATERIALIZED VIEW CONCURRENTLY materialized;
SELECT contents('materialized') = contents('plain') AS alike;
CREATE TABLE numbers_only (n int PRIMARY KEY, t text);
INSERT INTO numbers_only SELECT i, i FROM generate_series(1, 1000) i;
UPDATE numbers_only SET t = t || '.';
SELECT count(*), sum(n), count(DISTINCT t) FROM numbers_only;
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
SELECT count(*) FROM no_columns;
-- a key that is nullable and only unique
CREATE TABLE nullable (key dynamo.key UNIQUE, item dynamo.item);
INSERT INTO nullable SELECT CASE WHEN n % 2 = 0 THEN make_key(1, n) END, make_item(1, n) FROM generate_series(1, 100) n;
UPDATE nullable SET key = make_key(1, item['sk']::int) WHERE key IS NULL AND item['sk']::int < 50;
SELECT count(*), count(key) FROM nullable;
RESET default_table_access_method;

-- temporary and unlogged tables, TRUNCATE and its rollback
CREATE TEMP TABLE temporary (LIKE plain INCLUDING ALL) USING dynamo;
CREATE UNLOGGED TABLE unlogged (LIKE plain INCLUDING ALL) USING dynamo;
INSERT INTO temporary SELECT * FROM plain;
INSERT INTO unlogged SELECT * FROM plain;
SELECT contents('temporary') = contents('plain') AS alike, contents('unlogged') = contents('plain') AS alike;
ALTER TABLE unlogged SET LOGGED;
SELECT contents('unlogged') = contents('plain') AS alike;
BEGIN;
TRUNCATE items;
INSERT INTO items SELECT * FROM arriving(5, 5);
SELECT count(*) FROM items;
ROLLBACK;
SELECT compare();
TRUNCATE items, plain;
INSERT INTO items SELECT * FROM arriving(5, 50);
INSERT INTO plain SELECT * FROM arriving(5, 50);
SELECT compare();

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
