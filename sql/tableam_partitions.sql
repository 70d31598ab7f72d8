-- Partitioned tables whose partitions are tables of items.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

-- An INSERT names the key: a trigger cannot fill in what routes the row.
CREATE TABLE items (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk S', 'sk N'))
) PARTITION BY HASH (key);
CREATE TABLE items_0 PARTITION OF items FOR VALUES WITH (MODULUS 4, REMAINDER 0) USING dynamo;
CREATE TABLE items_1 PARTITION OF items FOR VALUES WITH (MODULUS 4, REMAINDER 1) USING dynamo;
CREATE TABLE items_2 PARTITION OF items FOR VALUES WITH (MODULUS 4, REMAINDER 2) USING dynamo;
CREATE TABLE items_3 PARTITION OF items FOR VALUES WITH (MODULUS 4, REMAINDER 3) USING heap;
CREATE TABLE plain (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING heap;
CREATE INDEX items_n ON items ((item['n']::int));

CREATE FUNCTION compare() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	problem text;
BEGIN
	SELECT p INTO problem FROM generate_series(0, 2) i, tableam.problems(format('tableam.items_%s', i)::regclass) p LIMIT 1;
	IF FOUND THEN
		RETURN problem;
	END IF;
	RETURN CASE WHEN tableam.contents('tableam.items') = tableam.contents('tableam.plain') THEN 'alike' ELSE 'different' END;
END
$$;

INSERT INTO items SELECT dynamo.key_of(item, 'pk S', 'sk N'), item FROM arriving(40, 100, 230);
INSERT INTO plain SELECT * FROM arriving(40, 100, 230);
SELECT compare();
-- a collection is in one partition, and there on few pages
SELECT max(partitions) FROM (SELECT count(DISTINCT tableoid) AS partitions FROM items GROUP BY item['pk']::text) p;
SELECT count(DISTINCT tableoid) FROM items;
SELECT max(n) <= 9 AS few
  FROM (SELECT count(DISTINCT (ctid::text::point)[0]) AS n FROM items WHERE tableoid <> 'items_3'::regclass GROUP BY item['pk']::text) c;
-- pruning by the key
EXPLAIN (COSTS OFF) SELECT count(*) FROM items WHERE key = '"p7"/3';

UPDATE items SET item = add(item, 1) WHERE item['sk']::int % 5 = 0;
UPDATE plain SET item = add(item, 1) WHERE item['sk']::int % 5 = 0;
DELETE FROM items WHERE item['sk']::int % 9 = 0;
DELETE FROM plain WHERE item['sk']::int % 9 = 0;
SELECT compare();

-- rows that move to another partition
UPDATE items SET key = make_key(p + 500, s), item = make_item(p + 500, s)
  FROM generate_series(1, 40) p, generate_series(1, 7) s WHERE key = make_key(p, s);
UPDATE plain SET key = make_key(p + 500, s), item = make_item(p + 500, s)
  FROM generate_series(1, 40) p, generate_series(1, 7) s WHERE key = make_key(p, s);
SELECT compare();

INSERT INTO items AS i SELECT * FROM arriving(50, 12) ON CONFLICT (key) DO UPDATE SET item = add(i.item, 10);
INSERT INTO plain AS i SELECT * FROM arriving(50, 12) ON CONFLICT (key) DO UPDATE SET item = add(i.item, 10);
SELECT compare();

-- COPY, which collects tuples for each partition
\copy items FROM PROGRAM 'awk "BEGIN { for (s = 101; s <= 140; s++) for (p = 1; p <= 40; p++) printf \"\\\"p%d\\\"/%d\\t{\\\"pk\\\": {\\\"S\\\": \\\"p%d\\\"}, \\\"sk\\\": {\\\"N\\\": \\\"%d\\\"}}\\n\", p, s, p, s }"'
INSERT INTO plain SELECT make_key(p, s), format('{"pk": {"S": "p%s"}, "sk": {"N": "%s"}}', p, s)::dynamo.item
  FROM generate_series(101, 140) s, generate_series(1, 40) p;
SELECT compare();

-- partitions go and come
ALTER TABLE items DETACH PARTITION items_1;
SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM items_1) = (SELECT count(*) FROM plain) AS complete;
INSERT INTO items_1 SELECT * FROM items_0 LIMIT 0;
ALTER TABLE items ATTACH PARTITION items_1 FOR VALUES WITH (MODULUS 4, REMAINDER 1);
SELECT compare();
VACUUM FULL items;
SELECT compare();

-- ranges of keys: segments of a Scan
CREATE TABLE ranges (LIKE plain INCLUDING ALL) PARTITION BY RANGE (key);
CREATE TABLE ranges_low PARTITION OF ranges FOR VALUES FROM (MINVALUE) TO ('"p7"/3') USING dynamo;
CREATE TABLE ranges_high PARTITION OF ranges FOR VALUES FROM ('"p7"/3') TO (MAXVALUE) USING dynamo;
INSERT INTO ranges SELECT * FROM plain;
SELECT contents('ranges') = contents('plain') AS alike;
SELECT problems('ranges_low');
SELECT problems('ranges_high');
SELECT count(*) FILTER (WHERE tableoid = 'ranges_low'::regclass) AS low, count(*) FILTER (WHERE tableoid = 'ranges_high'::regclass) AS high
  FROM ranges WHERE key >= make_key(7, 1) AND key <= make_key(7, 12);

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
