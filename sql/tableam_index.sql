-- Building indexes on tables of items: of all kinds, in all ways, and while
-- somebody changes the table's catalog entry.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

CREATE TABLE items (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	number int
) USING dynamo;
INSERT INTO items SELECT key, item, item['sk']::int FROM arriving(100, 40);
-- chains of versions, and holes
UPDATE items SET item = add(item, number % 3) WHERE number % 5 = 0;
DELETE FROM items WHERE number % 8 = 0;
SELECT contents('items') AS contents \gset

-- What rows does a query find with an index, and without?
CREATE FUNCTION found(condition text, OUT node text, OUT indexed bigint, OUT sequential bigint)
LANGUAGE plpgsql AS $$
DECLARE
	query text := 'SELECT count(*) FROM tableam.items WHERE ' || condition;
	plan json;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true);
	EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
	EXECUTE query INTO indexed;
	PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true),
		set_config('enable_bitmapscan', 'off', true);
	EXECUTE query INTO sequential;
	PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
	-- An index over chains that another transaction of the server may still see waits for that to end.
	node := CASE WHEN plan::text LIKE '%Index%' OR
					  EXISTS (SELECT FROM pg_index WHERE indrelid = 'tableam.items'::regclass AND indcheckxmin)
				 THEN 'index' ELSE 'table' END;
END
$$;

-- expressions: a number, the key of a secondary index, one that is unique
CREATE INDEX items_n ON items ((item['n']::int));
CREATE INDEX items_gsi ON items (dynamo.index_key(item, 'n N', 'sk N'), key) WHERE dynamo.index_key(item, 'n N', 'sk N') IS NOT NULL;
CREATE UNIQUE INDEX items_unique ON items ((item['pk']::text || '/' || item['sk']::text));
SELECT * FROM found('item[''n'']::int = 2');
SELECT * FROM found('dynamo.index_key(item, ''n N'', ''sk N'') = ''1/10''::dynamo.key');
SELECT * FROM found('item[''pk'']::text || ''/'' || item[''sk'']::text = ''p7/3''');
INSERT INTO items VALUES (make_key(7, 3000), make_item(7, 3));

-- partial, covering, and the other kinds
CREATE INDEX items_partial ON items (number) WHERE item['n']::int > 0;
CREATE INDEX items_covering ON items (number) INCLUDE (key);
CREATE INDEX items_hash ON items USING hash ((item['pk']::text));
CREATE INDEX items_gin ON items USING gin ((ARRAY[number, number / 2]));
CREATE INDEX items_gist ON items USING gist ((point(number, item['n']::int)));
CREATE INDEX items_brin ON items USING brin (number) WITH (pages_per_range = 2);
SELECT * FROM found('number = 10 AND item[''n'']::int > 0');
SELECT * FROM found('item[''pk'']::text = ''p9''');
SELECT * FROM found('ARRAY[number, number / 2] @> ARRAY[7]');
SELECT * FROM found('point(number, item[''n'']::int) <@ box ''(3,0),(11,1)''');
DROP INDEX items_partial, items_covering;
SELECT * FROM found('number BETWEEN 3 AND 4');
DROP INDEX items_brin, items_gin, items_gist, items_hash;

-- in parallel
SET max_parallel_maintenance_workers = 2;
SET min_parallel_table_scan_size = 0;
ALTER TABLE items SET (parallel_workers = 2);
CREATE INDEX items_parallel ON items (number);
SELECT * FROM found('number = 11');
SELECT problems('items');
RESET max_parallel_maintenance_workers;
RESET min_parallel_table_scan_size;
DROP INDEX items_parallel;
ALTER TABLE items RESET (parallel_workers);

-- concurrently, outside a transaction block
CREATE INDEX CONCURRENTLY items_concurrent ON items (number, key);
SELECT indisvalid FROM pg_index WHERE indexrelid = 'items_concurrent'::regclass;
SELECT * FROM found('number = 12');
\set VERBOSITY terse
CREATE UNIQUE INDEX CONCURRENTLY items_refused ON items (number);
\set VERBOSITY default
SELECT indisvalid FROM pg_index WHERE indexrelid = 'items_refused'::regclass;
UPDATE items SET item = add(item, 0) WHERE number = 12;
DROP INDEX CONCURRENTLY items_refused;
SELECT problems('items');

-- REINDEX
REINDEX INDEX items_gsi;
REINDEX TABLE items;
REINDEX TABLE CONCURRENTLY items;
REINDEX INDEX CONCURRENTLY items_pkey;
SELECT * FROM found('number = 12');
SELECT * FROM found('dynamo.index_key(item, ''n N'', ''sk N'') = ''1/10''::dynamo.key');
SELECT problems('items');
SELECT contents('items') = :'contents' AS alike;

-- The table's cache entry is rebuilt while it is being scanned: the index
-- expression opens other tables, and somebody (here itself) grants.
CREATE ROLE regress_tableam_reader;
CREATE TABLE other (n int);
CREATE FUNCTION grant_and_revoke() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	GRANT SELECT ON tableam.items TO regress_tableam_reader;
	REVOKE SELECT ON tableam.items FROM regress_tableam_reader;
END
$$;
CREATE FUNCTION meddling(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF n = 7 THEN
		PERFORM tableam.grant_and_revoke();
		PERFORM FROM tableam.other;
	END IF;
	RETURN n;
END
$$;
CREATE INDEX items_meddled ON items (meddling(number));
SELECT * FROM found('tableam.meddling(number) = 9');
REINDEX INDEX items_meddled;
REINDEX INDEX CONCURRENTLY items_meddled;
SELECT * FROM found('tableam.meddling(number) = 9');
DROP INDEX items_meddled;
CREATE INDEX CONCURRENTLY items_meddled ON items (meddling(number));
SELECT * FROM found('tableam.meddling(number) = 9');
SELECT problems('items');

-- an expression that fails leaves the table as it was, also when it fails
-- after such a change, in a subtransaction
CREATE FUNCTION failing(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	PERFORM tableam.meddling(n);
	RETURN 1 / (n - 9);
END
$$;
DO $$
BEGIN
	CREATE INDEX items_failed ON tableam.items (tableam.failing(number));
EXCEPTION WHEN division_by_zero THEN
	RAISE NOTICE 'refused';
END
$$;
\set VERBOSITY terse
CREATE INDEX CONCURRENTLY items_failed ON items (failing(number));
\set VERBOSITY default
SELECT indisready, indisvalid FROM pg_index WHERE indexrelid = 'items_failed'::regclass;
UPDATE items SET item = add(item, 0) WHERE number = 9;
DROP INDEX items_failed;
SELECT amname FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = 'items'::regclass;
INSERT INTO items SELECT make_key(p, 500), make_item(p, 500), 500 FROM generate_series(1, 100) p;
DELETE FROM items WHERE number = 500;
SELECT problems('items');
SELECT contents('items') = :'contents' AS alike;

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
DROP ROLE regress_tableam_reader;
