-- VACUUM in all its forms, and CLUSTER: what is in a table stays in it, and
-- VACUUM FULL writes it in the order of keys.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

CREATE TABLE items (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo
	WITH (autovacuum_enabled = off);
CREATE INDEX items_gsi ON items (dynamo.index_key(item, 'n N'), key) WHERE dynamo.index_key(item, 'n N') IS NOT NULL;

-- Is the physical order that of the keys?
CREATE FUNCTION is_sorted(target regclass) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	sorted boolean;
BEGIN
	EXECUTE format('SELECT bool_and(k) FROM (SELECT key > lag(key) OVER (ORDER BY ctid) AS k FROM %s) o', target) INTO sorted;
	RETURN sorted;
END
$$;

INSERT INTO items SELECT * FROM arriving(60, 50);
UPDATE items SET item = add(item, 1) WHERE item['sk']::int % 3 = 0;
DELETE FROM items WHERE item['sk']::int % 4 = 0;
INSERT INTO items SELECT make_key(p, 1000), format('{"pk": {"S": "p%s"}, "sk": {"N": "1000"}, "filler": {"S": "%s"}}', p,
		(SELECT string_agg(md5((p * i)::text), '') FROM generate_series(1, 200) i))::dynamo.item
  FROM generate_series(1, 20) p;
SELECT contents('items') AS contents \gset
SELECT is_sorted('items');

VACUUM items;
SELECT contents('items') = :'contents' AS alike;
SELECT problems('items');
VACUUM (FREEZE, ANALYZE) items;
SELECT contents('items') = :'contents' AS alike;
SELECT problems('items');
SELECT relallvisible > 0 AS some_visible FROM pg_class WHERE oid = 'items'::regclass;
-- index-only scans rely on it
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT key FROM items WHERE key >= make_key(3, 1) AND key <= make_key(3, 7);
SELECT key FROM items WHERE key >= make_key(3, 1) AND key <= make_key(3, 7);
RESET enable_seqscan;
RESET enable_bitmapscan;

-- in the order of keys
VACUUM FULL items;
SELECT is_sorted('items');
SELECT contents('items') = :'contents' AS alike;
SELECT problems('items');

-- in the order that was there, without the setting
INSERT INTO items SELECT make_key(p, 2000), make_item(p, 2000) FROM generate_series(1, 60) p;
SELECT is_sorted('items');
SET dynamo.rewrite_in_key_order = off;
VACUUM FULL items;
SELECT is_sorted('items');
RESET dynamo.rewrite_in_key_order;
VACUUM FULL items;
SELECT is_sorted('items');
SELECT problems('items');

-- CLUSTER: by the key, by another index, by the one that was used last
INSERT INTO items SELECT make_key(p, 3000), make_item(p, 3000) FROM generate_series(1, 60) p;
CLUSTER items USING items_pkey;
SELECT is_sorted('items');
SELECT problems('items');
CREATE INDEX items_length ON items ((length(item::text)));
CLUSTER items USING items_length;
SELECT is_sorted('items');
SELECT bool_and(ordered) AS by_length
  FROM (SELECT length(item::text) >= lag(length(item::text)) OVER (ORDER BY ctid) AS ordered FROM items) o;
SELECT problems('items');
CLUSTER items;
SELECT is_sorted('items');
ALTER TABLE items SET WITHOUT CLUSTER;
VACUUM FULL items;
SELECT is_sorted('items');
DROP INDEX items_length;
SELECT problems('items');

-- what happened in the same transaction, and versions that others may see
BEGIN;
DELETE FROM items WHERE item['sk']::int IN (2000, 3000);
UPDATE items SET item = add(item, 7) WHERE item['sk']::int = 1;
SAVEPOINT s;
UPDATE items SET item = add(item, 1) WHERE item['sk']::int <= 2;
ROLLBACK TO s;
UPDATE items SET item = add(item, -7) WHERE item['sk']::int = 1;
CLUSTER items USING items_pkey;
SELECT is_sorted('items');
COMMIT;
SELECT contents('items') = :'contents' AS alike;
SELECT problems('items');

-- tables without keys
CREATE TABLE keyless USING dynamo AS SELECT item FROM items ORDER BY item DESC;
DELETE FROM keyless WHERE item['sk']::int < 10;
VACUUM keyless;
VACUUM FULL keyless;
SELECT (SELECT count(*) FROM keyless) = (SELECT count(*) FROM items WHERE item['sk']::int >= 10) AS alike;
CREATE MATERIALIZED VIEW materialized USING dynamo AS SELECT item FROM items;
VACUUM FULL materialized;
SELECT (SELECT count(*) FROM materialized) = (SELECT count(*) FROM items) AS alike;

-- what is empty, what becomes empty, and is filled again in the same backend
DELETE FROM items;
VACUUM items;
INSERT INTO items SELECT * FROM arriving(60, 50);
SELECT contents('items') LIKE '3000 rows %' AS complete;
DELETE FROM items WHERE item['sk']::int > 10;
VACUUM items;
INSERT INTO items SELECT * FROM arriving(60, 50) WHERE item['sk']::int > 10;
SELECT contents('items') LIKE '3000 rows %' AS complete;
SELECT problems('items');
DELETE FROM items;
VACUUM FULL items;
INSERT INTO items SELECT * FROM arriving(3, 3);
SELECT contents('items') LIKE '9 rows %' AS complete;
SELECT problems('items');

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
