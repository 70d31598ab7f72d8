-- Where the access method puts items: those of one partition key together,
-- without wasting pages on single ones.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

CREATE TABLE items (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo WITH (autovacuum_enabled = off);
CREATE TABLE plain (LIKE items INCLUDING ALL) USING heap WITH (autovacuum_enabled = off);

-- How large is a table, compared with another one?
CREATE FUNCTION percent(a regclass, b regclass) RETURNS numeric LANGUAGE sql AS $$
	SELECT round(100.0 * pg_relation_size($1) / pg_relation_size($2))
$$;

-- A hundred partitions, round robin: a hundred items fill 4 or 5 pages.  In a
-- heap they are in a hundred.
INSERT INTO items SELECT * FROM arriving(100, 150, 230);
INSERT INTO plain SELECT * FROM arriving(100, 150, 230);
SELECT count(*) FROM blocks('plain', 7, 100);
SELECT count(*) <= 9 AS few FROM blocks('items', 7, 100);
SELECT max(n) <= 9 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p, 100)) AS n FROM generate_series(1, 100) p) c;
SELECT percent('items', 'plain') <= 120 AS small;
SELECT contents('items') = contents('plain') AS alike;
SELECT problems('items');

-- a backend that comes later goes on where the last one was
\c -
SET search_path = tableam, public;
INSERT INTO items SELECT * FROM arriving(100, 160, 230) WHERE item['sk']::int > 150;
SELECT max(n) <= 11 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p)) AS n FROM generate_series(1, 100) p) c;

-- without the setting it is as in a heap
TRUNCATE items;
SET dynamo.placement = off;
INSERT INTO items SELECT * FROM arriving(100, 150, 230);
SELECT count(*) FROM blocks('items', 7, 100);
RESET dynamo.placement;

-- a table of single items is as dense as a heap
TRUNCATE items, plain;
INSERT INTO items SELECT * FROM arriving(5000, 1, 230);
INSERT INTO plain SELECT * FROM arriving(5000, 1, 230);
SELECT percent('items', 'plain');
-- also when each comes in a transaction of its own, with ON CONFLICT
TRUNCATE items, plain;
DO $$ BEGIN
	FOR p IN 1 .. 500 LOOP
		INSERT INTO tableam.items VALUES (tableam.make_key(p, 1), tableam.make_item(p, 1, 230)) ON CONFLICT DO NOTHING;
		INSERT INTO tableam.plain VALUES (tableam.make_key(p, 1), tableam.make_item(p, 1, 230)) ON CONFLICT DO NOTHING;
		COMMIT;
	END LOOP;
END $$;
SELECT percent('items', 'plain');

-- Collections of less than a page share pages: at worst, just after they got
-- room on another page, they take about twice the space.
CREATE FUNCTION worst(partitions int, items int, filler int) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	worst numeric := 0;
BEGIN
	TRUNCATE tableam.items, tableam.plain;
	FOR s IN 1 .. items LOOP
		INSERT INTO tableam.items SELECT tableam.make_key(p, s), tableam.make_item(p, s, filler) FROM generate_series(1, partitions) p;
		INSERT INTO tableam.plain SELECT tableam.make_key(p, s), tableam.make_item(p, s, filler) FROM generate_series(1, partitions) p;
		worst := greatest(worst, tableam.percent('tableam.items', 'tableam.plain'));
	END LOOP;
	RETURN worst;
END
$$;
SELECT worst(300, 30, 230) < 240 AS bounded;
SELECT worst(300, 40, 60) < 240 AS bounded;
SELECT worst(300, 10, 1000) < 260 AS bounded;
SELECT worst(300, 5, 1900) < 260 AS bounded;
-- what they reserved in vain is used again after a vacuum
-- (what vacuum removes of a temporary table depends on no other session)
CREATE TEMP TABLE temporary (LIKE items INCLUDING ALL) USING dynamo;
INSERT INTO temporary SELECT * FROM arriving(1000, 2, 230);
SELECT pg_relation_size('temporary') AS before \gset
VACUUM temporary;
INSERT INTO temporary SELECT make_key(p, 1), make_item(p, 1, 230) FROM generate_series(1001, 1500) p;
SELECT pg_relation_size('temporary') = :before AS reused;

-- Items that are toasted count with what is in the table.
TRUNCATE items, plain;
CREATE FUNCTION big_item(p text, s int, parts int) RETURNS dynamo.item LANGUAGE sql IMMUTABLE AS $$
	SELECT format('{"pk": {"S": "%s"}, "sk": {"N": "%s"}, "filler": {"S": "%s"}}', $1, $2,
				  (SELECT string_agg(encode(sha256(format('%s %s %s', $1, $2, i)::bytea), 'base64'), '') FROM generate_series(1, $3) i))::dynamo.item
$$;
INSERT INTO items SELECT key, big_item(item['pk']::text, item['sk']::int, 300) FROM arriving(30, 60);
INSERT INTO plain SELECT key, big_item(item['pk']::text, item['sk']::int, 300) FROM arriving(30, 60);
SELECT (SELECT count(*) FROM blocks('plain', 7)) > 12 AS spread, (SELECT count(*) FROM blocks('items', 7)) <= 5 AS few;
SELECT percent('items', 'plain') <= 200 AS bounded;
-- and their chunks go where they go in a heap
SELECT 100 * i.size / p.size AS percent
  FROM (SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'items'::regclass) i (size),
	   (SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'plain'::regclass) p (size);
SELECT contents('items') = contents('plain') AS alike;
-- of those that stay in the table two fit a page, and what is left of it is
-- used for others
TRUNCATE items, plain;
INSERT INTO items SELECT key, big_item(item['pk']::text, item['sk']::int, 70) FROM arriving(30, 20);
INSERT INTO plain SELECT key, big_item(item['pk']::text, item['sk']::int, 70) FROM arriving(30, 20);
SELECT (SELECT count(*) FROM blocks('plain', 7)) = 20 AS spread, (SELECT count(*) FROM blocks('items', 7)) <= 11 AS few;
SELECT percent('items', 'plain') <= 110 AS dense;
INSERT INTO items SELECT * FROM arriving(5000, 1, 230) ON CONFLICT DO NOTHING;
INSERT INTO plain SELECT * FROM arriving(5000, 1, 230) ON CONFLICT DO NOTHING;
SELECT percent('items', 'plain') <= 120 AS dense;

-- COPY places items, too
TRUNCATE items;
\copy items FROM PROGRAM 'awk "BEGIN { f = sprintf(\"%%230s\", \"x\"); for (s = 1; s <= 150; s++) for (p = 1; p <= 100; p++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}, \\\"f\\\": {\\\"S\\\": \\\"%s\\\"}}\\n\", p, s, p, s, f }"'
SELECT count(*) FROM items;
SELECT max(n) <= 9 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p, 100)) AS n FROM generate_series(1, 100) p) c;
-- sorted by partition, it fills one page after the other
TRUNCATE items;
\copy items FROM PROGRAM 'awk "BEGIN { f = sprintf(\"%%230s\", \"x\"); for (p = 1; p <= 100; p++) for (s = 1; s <= 150; s++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}, \\\"f\\\": {\\\"S\\\": \\\"%s\\\"}}\\n\", p, s, p, s, f }"'
SELECT count(*) FROM items;
SELECT max(n) <= 9 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p)) AS n FROM generate_series(1, 100) p) c;
SELECT pg_relation_size('items') / 8192 < 800 AS dense;

-- Updates that find no room on the page go to the partition's page.
TRUNCATE items;
INSERT INTO items SELECT * FROM arriving(100, 100, 230);
UPDATE items SET item = add(item, 1000) WHERE item['sk']::int % 2 = 0;
SELECT max(n) <= 14 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p)) AS n FROM generate_series(1, 100) p) c;
SELECT problems('items');
-- versions of a single item do not make a collection
TRUNCATE items, plain;
INSERT INTO items SELECT * FROM arriving(50, 1, 230);
INSERT INTO plain SELECT * FROM arriving(50, 1, 230);
CREATE INDEX items_n ON items ((item['n']::int));
CREATE INDEX plain_n ON plain ((item['n']::int));
DO $$ BEGIN
	FOR i IN 1 .. 40 LOOP
		UPDATE tableam.items SET item = tableam.add(item, 1);
		UPDATE tableam.plain SET item = tableam.add(item, 1);
	END LOOP;
END $$;
SELECT percent('items', 'plain') BETWEEN 90 AND 110 AS alike;
SELECT contents('items') = contents('plain') AS alike;
DROP INDEX items_n;

-- Pages are filled up to the table's fillfactor.
TRUNCATE items;
ALTER TABLE items SET (fillfactor = 50);
INSERT INTO items SELECT * FROM arriving(100, 100, 230);
SELECT max(n) BETWEEN 9 AND 14 AS few FROM (SELECT (SELECT count(*) FROM blocks('items', p)) AS n FROM generate_series(1, 100) p) c;
ALTER TABLE items RESET (fillfactor);

-- Pages that vacuum emptied are used again.
TRUNCATE temporary;
INSERT INTO temporary SELECT * FROM arriving(20, 200, 230);
SELECT pg_relation_size('temporary') AS before \gset
DELETE FROM temporary WHERE key < (SELECT key FROM temporary ORDER BY key OFFSET 3900 LIMIT 1);
VACUUM temporary;
INSERT INTO temporary SELECT * FROM arriving(40, 150, 230) WHERE substr(item['pk']::text, 2)::int > 20;
SELECT pg_relation_size('temporary') <= :before AS reused;

-- SERIALIZABLE transactions that look for siblings do not read: no failures.
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO items SELECT make_key(200, s), make_item(200, s) FROM generate_series(1, 100) s;
SELECT count(*) FROM pg_locks WHERE mode = 'SIReadLock' AND pid = pg_backend_pid();
COMMIT;

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
