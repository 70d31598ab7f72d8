-- HOT updates on tables with indexes on expressions of the item: when nothing
-- changes that an index has, and only then.
\getenv abs_srcdir PG_ABS_SRCDIR
\set helpers :abs_srcdir '/test/regress/tableam.sql'
\set ECHO none
\i :helpers
\set ECHO all

-- Room for all versions: another transaction of the server may keep the heap from pruning.
CREATE TABLE items (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL, number int, extra text) USING dynamo
	WITH (autovacuum_enabled = off, fillfactor = 10);

-- Set an attribute of one item; says whether the update was HOT.
CREATE FUNCTION set_attribute(sort int, name text, value dynamo.value) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	updated bigint := pg_stat_get_xact_tuples_updated('tableam.items'::regclass);
	hot bigint := pg_stat_get_xact_tuples_hot_updated('tableam.items'::regclass);
BEGIN
	UPDATE tableam.items SET item[name] = value WHERE key = tableam.make_key(1, sort);
	RETURN CASE WHEN pg_stat_get_xact_tuples_updated('tableam.items'::regclass) = updated THEN 'nothing updated'
				WHEN pg_stat_get_xact_tuples_hot_updated('tableam.items'::regclass) = hot THEN 'not HOT' ELSE 'HOT' END;
END
$$;

-- Do all indexes find the row with the given number of n?
CREATE FUNCTION found(n int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	answer bigint;
BEGIN
	PERFORM set_config('enable_seqscan', 'off', true);
	EXECUTE 'SELECT count(*) FROM tableam.items WHERE item[''n'']::int = $1' INTO answer USING n;
	PERFORM set_config('enable_seqscan', 'on', true);
	RETURN answer;
END
$$;

INSERT INTO items SELECT make_key(1, s), make_item(1, s), s FROM generate_series(1, 40) s;

-- as in any heap, without an index on the item
SELECT set_attribute(1, 'other', '{"S": "a"}');
SELECT set_attribute(1, 'n', '{"N": "1"}');

-- an index on a number, and a secondary index that is sparse
CREATE INDEX items_n ON items ((item['n']::int));
CREATE INDEX items_gsi ON items (dynamo.index_key(item, 'genre S', 'year N'), key)
 WHERE dynamo.index_key(item, 'genre S', 'year N') IS NOT NULL;
SELECT set_attribute(2, 'other', '{"S": "a"}');
SELECT set_attribute(2, 'other', '{"S": "b"}');
SELECT set_attribute(2, 'n', '{"N": "2"}');
SELECT set_attribute(2, 'n', '{"N": "2.0"}');
SELECT found(2), found(0);
-- in the heap's way, without the setting
SET dynamo.expression_hot = off;
SELECT set_attribute(3, 'other', '{"S": "a"}');
RESET dynamo.expression_hot;
SELECT set_attribute(3, 'other', '{"S": "b"}');
-- the sparse index: outside, on the way in, inside, changed, on the way out
SELECT set_attribute(4, 'genre', '{"S": "Jazz"}');
SELECT set_attribute(4, 'year', '{"N": "1959"}');
SELECT set_attribute(4, 'other', '{"S": "a"}');
SELECT set_attribute(4, 'year', '{"N": "1960"}');
SELECT set_attribute(4, 'year', '{"S": "1960"}');
SELECT set_attribute(4, 'year', '{"S": "1961"}');
SELECT set_attribute(4, 'other', '{"S": "b"}');
SELECT problems('items');

-- other columns: not indexed, indexed, the key
UPDATE items SET extra = 'x' WHERE number = 5;
SELECT set_attribute(5, 'other', '{"S": "a"}');
CREATE INDEX items_number ON items (number);
CREATE FUNCTION hot_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	updated bigint := pg_stat_get_xact_tuples_updated('tableam.items'::regclass);
	hot bigint := pg_stat_get_xact_tuples_hot_updated('tableam.items'::regclass);
BEGIN
	EXECUTE statement;
	RETURN pg_stat_get_xact_tuples_hot_updated('tableam.items'::regclass) - hot || ' of ' ||
		pg_stat_get_xact_tuples_updated('tableam.items'::regclass) - updated;
END
$$;
SELECT hot_of($$UPDATE items SET extra = 'y' WHERE number = 5$$);
SELECT hot_of($$UPDATE items SET number = 500 WHERE number = 5$$);
SELECT hot_of($$UPDATE items SET number = 5 WHERE number = 500$$);
SELECT hot_of($$UPDATE items SET key = make_key(1, 100), item = make_item(1, 100) WHERE key = make_key(1, 5)$$);
SELECT hot_of($$UPDATE items SET key = make_key(1, 5), item = make_item(1, 5) WHERE key = make_key(1, 100)$$);
SELECT hot_of($$UPDATE items SET item['other'] = '{"N": "7"}', extra = 'z' WHERE number <= 10$$);
SELECT hot_of($$INSERT INTO items VALUES (make_key(1, 6), make_item(1, 6), 6) ON CONFLICT (key) DO UPDATE SET item = add(items.item, 0)$$);
SELECT hot_of($$INSERT INTO items VALUES (make_key(1, 6), make_item(1, 6), 6) ON CONFLICT (key) DO UPDATE SET item = add(items.item, 1)$$);
DROP INDEX items_number;

-- a predicate: outside, in, inside, out
CREATE INDEX items_partial ON items (number) WHERE item['flag']::text = 'on';
SELECT set_attribute(7, 'other', '{"S": "c"}');
SELECT set_attribute(7, 'flag', '{"S": "on"}');
SELECT set_attribute(7, 'other', '{"S": "d"}');
SELECT set_attribute(7, 'flag', '{"S": "off"}');
SELECT set_attribute(7, 'flag', '{"S": "dim"}');
DROP INDEX items_partial;
-- a predicate that protects the expression from what it cannot compute
CREATE INDEX items_guarded ON items ((1 / item['d']::int)) WHERE item['d']::int <> 0;
SELECT set_attribute(8, 'd', '{"N": "0"}');
SELECT set_attribute(8, 'other', '{"S": "e"}');
SELECT set_attribute(8, 'd', '{"N": "5"}');
SELECT set_attribute(8, 'd', '{"N": "6"}');
SELECT set_attribute(8, 'd', '{"N": "1"}');
SELECT set_attribute(8, 'd', '{"N": "0"}');
DROP INDEX items_guarded;
-- not null of one expression among several, of another expression, and null
CREATE INDEX items_second ON items ((item['a']::text), (item['b']::text), (item['c']::text)) WHERE item['b']::text IS NOT NULL;
SELECT set_attribute(9, 'a', '{"S": "1"}');
SELECT set_attribute(9, 'b', '{"S": "1"}');
SELECT set_attribute(9, 'a', '{"S": "2"}');
SELECT set_attribute(9, 'c', '{"S": "2"}');
SELECT set_attribute(9, 'other', '{"S": "2"}');
SELECT set_attribute(9, 'b', '{"NULL": true}');
DROP INDEX items_second;
CREATE INDEX items_null ON items ((item['a']::text)) WHERE item['b']::text IS NULL;
SELECT set_attribute(10, 'c', '{"S": "1"}');
SELECT set_attribute(10, 'a', '{"S": "1"}');
SELECT set_attribute(10, 'b', '{"S": "1"}');
SELECT set_attribute(10, 'a', '{"S": "2"}');
DROP INDEX items_null;

-- What is compared is bytes: 1.0 and 1.00 are equal, and an index shows them.
CREATE FUNCTION as_numeric(item dynamo.item) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT ($1['t']::text)::numeric $$;
CREATE INDEX items_numeric ON items (as_numeric(item));
SELECT set_attribute(11, 't', '{"S": "1.0"}');
SELECT set_attribute(11, 't', '{"S": "1.00"}');
SELECT set_attribute(11, 'other', '{"S": "1.00"}');
DROP INDEX items_numeric;
DROP FUNCTION as_numeric;

-- Index types that store another type than that of the expression
CREATE INDEX items_hash ON items USING hash ((item['h']::text));
CREATE INDEX items_gist ON items USING gist ((point(item['x']::int, 0)));
CREATE INDEX items_name ON items ((item['h']::text::name));
CREATE INDEX items_gin ON items USING gin ((ARRAY[item['h']::text, item['pk']::text]));
CREATE INDEX items_include ON items (number) INCLUDE (extra);
SELECT set_attribute(12, 'h', '{"S": "a"}');
SELECT set_attribute(12, 'x', '{"N": "1"}');
SELECT set_attribute(12, 'other', '{"S": "f"}');
SELECT hot_of($$UPDATE items SET extra = 'included' WHERE number = 12$$);
SELECT set_attribute(12, 'x', '{"N": "2"}');
SELECT set_attribute(12, 'h', '{"S": "b"}');
SELECT set_attribute(12, 'other', '{"S": "g"}');
CREATE INDEX items_brin ON items USING brin ((item['n']::int));
SELECT set_attribute(12, 'other', '{"S": "summarized"}');
DROP INDEX items_hash, items_gist, items_name, items_gin, items_include, items_brin;

-- whole rows and unique expressions
CREATE UNIQUE INDEX items_unique ON items ((item['u']::text));
SELECT set_attribute(13, 'u', '{"S": "13"}');
SELECT set_attribute(14, 'u', '{"S": "14"}');
SELECT set_attribute(14, 'other', '{"S": "h"}');
SELECT set_attribute(14, 'u', '{"S": "13"}');
SELECT set_attribute(14, 'other', '{"S": "i"}');
CREATE FUNCTION of_row(items) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1.number; END $$;
CREATE INDEX items_row ON items ((of_row(items.*)));
SELECT set_attribute(14, 'other', '{"S": "j"}');
DROP INDEX items_row;
SELECT set_attribute(14, 'other', '{"S": "k"}');

-- values that are toasted or compressed
UPDATE items SET item['big'] = (SELECT string_agg(encode(sha256(i::text::bytea), 'base64'), '') FROM generate_series(1, 500) i)::dynamo.value WHERE number = 15;
UPDATE items SET item['big'] = repeat('compressible ', 2000)::dynamo.value WHERE number = 16;
SELECT number, pg_column_size(item) > 10000 AS large FROM items WHERE number IN (15, 16) ORDER BY number;
SELECT set_attribute(15, 'other', '{"S": "l"}');
SELECT set_attribute(16, 'other', '{"S": "l"}');
SELECT set_attribute(15, 'n', '{"N": "15"}');
SELECT set_attribute(16, 'n', '{"N": "16"}');
SELECT hot_of($$UPDATE items SET extra = 'toasted' WHERE number IN (15, 16)$$);
SELECT found(15), found(16);
SELECT problems('items');

-- An index that is made while the backend has the others prepared; a function
-- that is replaced; a column that comes and goes.
SELECT set_attribute(17, 'late', '{"S": "1"}');
CREATE INDEX items_late ON items ((item['late']::text));
SELECT set_attribute(17, 'late', '{"S": "2"}');
SELECT set_attribute(17, 'other', '{"S": "m"}');
DROP INDEX items_late;
SELECT set_attribute(17, 'late', '{"S": "3"}');
CREATE FUNCTION computed(item dynamo.item) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN item['v']::text; END $$;
CREATE INDEX items_computed ON items (computed(item));
SELECT set_attribute(17, 'v', '{"S": "1"}');
SELECT set_attribute(17, 'w', '{"S": "1"}');
CREATE OR REPLACE FUNCTION computed(item dynamo.item) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN item['w']::text; END $$;
REINDEX INDEX items_computed;
SELECT set_attribute(17, 'v', '{"S": "2"}');
SELECT set_attribute(17, 'w', '{"S": "2"}');
ALTER TABLE items ADD COLUMN added int DEFAULT 7;
CREATE INDEX items_added ON items ((added + item['n']::int));
SELECT set_attribute(18, 'other', '{"S": "n"}');
SELECT hot_of($$UPDATE items SET added = 8 WHERE number = 18$$);
SELECT hot_of($$UPDATE items SET added = 8, item['other'] = '{"S": "o"}' WHERE number = 18$$);
ALTER TABLE items DROP COLUMN added;
SELECT set_attribute(18, 'other', '{"S": "p"}');
SELECT problems('items');

-- An index that is not ready forbids HOT by its columns; its expression is
-- not computed, because it may fail for rows that are there.
CREATE FUNCTION fails_for_20(item dynamo.item) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 1 / ($1['sk']::int - 20) $$;
\set VERBOSITY terse
CREATE INDEX CONCURRENTLY items_failed ON items (fails_for_20(item));
\set VERBOSITY default
SELECT indisready, indisvalid FROM pg_index WHERE indexrelid = 'items_failed'::regclass;
SELECT set_attribute(20, 'other', '{"S": "q"}');
DROP INDEX items_failed;
SELECT set_attribute(20, 'other', '{"S": "r"}');

-- An expression that fails: the update fails, and nothing stays behind.
CREATE FUNCTION fails_on_demand(item dynamo.item) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	PERFORM count(*) FROM pg_class;
	RETURN 1 / coalesce(item['divisor']::int, 1);
END
$$;
CREATE INDEX items_demand ON items (fails_on_demand(item));
\set VERBOSITY terse
SELECT set_attribute(21, 'divisor', '{"N": "0"}');
DO $$ BEGIN
	FOR i IN 1 .. 20 LOOP
		BEGIN
			PERFORM tableam.set_attribute(21, 'divisor', '{"N": "0"}');
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
		PERFORM tableam.set_attribute(21, 'other', i::dynamo.value);
	END LOOP;
END $$;
\set VERBOSITY default
SELECT set_attribute(21, 'other', '{"S": "s"}');
SELECT set_attribute(21, 'divisor', '{"N": "2"}');
DROP INDEX items_demand;

-- An expression that writes to the table that is being updated.  (It is
-- declared immutable and is not: nobody is asked to be that clever.)
CREATE FUNCTION meddle(text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	UPDATE tableam.items SET item['meddled'] = (coalesce(item['meddled']::int, 0) + 1)::dynamo.value WHERE number = 23;
END
$$;
CREATE FUNCTION meddles(item dynamo.item) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF item['meddle']::text = 'now' THEN
		PERFORM tableam.meddle('');
	END IF;
	RETURN item['meddle']::text;
END
$$;
CREATE INDEX items_meddles ON items (meddles(item));
UPDATE items SET item['meddle'] = 'now'::dynamo.value WHERE number = 22;
UPDATE items SET item['other'] = '1'::dynamo.value WHERE number = 22;
UPDATE items SET item['meddle'] = 'never'::dynamo.value WHERE number = 22;
SELECT item['meddled']::int > 0 AS meddled FROM items WHERE number = 23;
SELECT count(*) FROM items WHERE meddles(item) = 'never';
DROP INDEX items_meddles;
SELECT problems('items');

-- Privileges on functions are those of who updates.
CREATE ROLE regress_tableam_writer;
GRANT USAGE ON SCHEMA tableam TO regress_tableam_writer;
GRANT SELECT, UPDATE ON items TO regress_tableam_writer;
CREATE FUNCTION guarded(item dynamo.item) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN item['g']::text; END $$;
REVOKE EXECUTE ON FUNCTION guarded(dynamo.item) FROM PUBLIC;
CREATE INDEX items_guarded ON items (guarded(item));
SELECT set_attribute(24, 'other', '{"S": "t"}');
SET ROLE regress_tableam_writer;
UPDATE items SET item['other'] = '{"S": "u"}' WHERE number = 24;
RESET ROLE;
SELECT set_attribute(24, 'other', '{"S": "v"}');
DROP INDEX items_guarded;

-- A table without a primary key: nothing but expressions.
CREATE TABLE keyless (item dynamo.item) USING dynamo WITH (fillfactor = 20);
INSERT INTO keyless SELECT make_item(1, s) FROM generate_series(1, 10) s;
CREATE INDEX keyless_n ON keyless ((item['n']::int));
BEGIN;
UPDATE keyless SET item['other'] = '{"S": "a"}';
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'keyless';
UPDATE keyless SET item['n'] = '{"N": "5"}';
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'keyless';
COMMIT;
SELECT problems('keyless');

-- Foreign keys lock by the key, and an update of the item is not in the way.
CREATE TABLE referencing (n int, key dynamo.key REFERENCES items ON UPDATE CASCADE ON DELETE CASCADE);
INSERT INTO referencing VALUES (1, make_key(1, 25)), (2, make_key(1, 26));
SELECT set_attribute(25, 'other', '{"S": "w"}');
SELECT hot_of($$UPDATE items SET key = make_key(1, 125), item = make_item(1, 125) WHERE number = 25$$);
DELETE FROM items WHERE number = 26;
SELECT * FROM referencing;

-- The whole table, several times, with what the heap keeps of it in order.
VACUUM FULL items;
UPDATE items SET item['other'] = (number)::dynamo.value;
UPDATE items SET item['n'] = (number + 1000)::dynamo.value WHERE number % 3 = 0;
UPDATE items SET item['other'] = (number + 1)::dynamo.value;
VACUUM items;
UPDATE items SET item['other'] = (number + 2)::dynamo.value;
SELECT found(1030), found(1031);
SELECT problems('items');

SET client_min_messages = warning;
DROP SCHEMA tableam CASCADE;
DROP ROLE regress_tableam_writer;
