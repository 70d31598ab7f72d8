-- How calls of dynamo.query and dynamo.scan are planned and run: calls that are
-- not planned, prepared statements, views, changes of tables, roles, early stops.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_dynamo_ann;
CREATE ROLE regress_dynamo_bea;
CREATE SCHEMA regress_row_functions;
GRANT USAGE ON SCHEMA regress_row_functions TO PUBLIC;
SET dynamo.schema = regress_row_functions;
SET search_path = regress_row_functions;
SELECT dynamo.create_table('row_functions', 'Owner S', 'N N') IS NOT NULL AS created;
INSERT INTO row_functions (item)
	SELECT jsonb_build_object('Owner', CASE n % 2 WHEN 0 THEN 'regress_dynamo_ann' ELSE 'regress_dynamo_bea' END, 'N', n)::dynamo.item
	  FROM generate_series(1, 3000) n;
VACUUM ANALYZE row_functions;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query
	LOOP
		IF line ~ '(Scan (Backward )?using|Scan on|ProjectSet)' THEN
			RETURN NEXT btrim(line, ' ->');
		END IF;
	END LOOP;
END
$$;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE query;
	RETURN 'none';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END
$$;
CREATE FUNCTION same(text) RETURNS text LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN $1; END';

-- Calls that are not planned give the same rows.
SELECT count(*), min(ordinality), max(ordinality)
  FROM dynamo.query('row_functions', '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}') WITH ORDINALITY;
SELECT count(a), count(b)
  FROM ROWS FROM (dynamo.query('row_functions', '#o = :o AND N < :n', '{":o": {"S": "regress_dynamo_ann"}, ":n": {"N": "9"}}', '{"#o": "Owner"}'),
				  generate_series(1, 5)) x (a, b);
SELECT count(*), count(DISTINCT item) FROM dynamo.scan(same('row_functions'));
SELECT count(*), count(DISTINCT item) FROM dynamo.scan((SELECT 'row_functions'));
SELECT count(*) FROM (VALUES ('row_functions'), ('row_functions')) t (name), dynamo.scan(t.name);
SELECT count(*) FROM (SELECT dynamo.scan('row_functions')) x;
SELECT count(*) FROM dynamo.scan_rows('row_functions', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT plan_of($$ SELECT * FROM (VALUES ('row_functions')) t (name), dynamo.scan(t.name) $$);
-- The function's name twice in a query, planned and not.
SELECT count(*), count(DISTINCT listed) FROM (
	SELECT item, dynamo.query('row_functions', '#o = :o AND N = :n', '{":o": {"S": "regress_dynamo_ann"}, ":n": {"N": "2"}}', '{"#o": "Owner"}') AS listed
	  FROM dynamo.query('row_functions', '#o = :o AND N < :n', '{":o": {"S": "regress_dynamo_ann"}, ":n": {"N": "9"}}', '{"#o": "Owner"}')) x;

-- An index scan of few buffers is all that reading the first row takes.
CREATE FUNCTION buffers_of(query text) RETURNS int LANGUAGE plpgsql AS
$$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT json) ' || query INTO plan;
	RETURN (plan #>> '{0,Plan,Shared Hit Blocks}')::int + (plan #>> '{0,Plan,Shared Read Blocks}')::int;
END
$$;
SELECT buffers_of($$ SELECT item FROM dynamo.scan('row_functions') $$) > 20 AS all_are_more;
-- (What runs the query itself looks things up in catalogs, which may have been forgotten: the best of three counts.)
SELECT (SELECT min(b) FROM (SELECT buffers_of(query) AS b FROM generate_series(1, 3)) counts) <= 20 AS few, query
  FROM (VALUES ($$SELECT item FROM dynamo.scan('row_functions') LIMIT 1$$),
			   ($$SELECT EXISTS (SELECT FROM dynamo.scan('row_functions'))$$),
			   ($$SELECT item FROM dynamo.query('row_functions', '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}') LIMIT 1$$),
			   ($$SELECT s.item FROM (VALUES ('row_functions')) t (name), dynamo.scan(t.name) s LIMIT 1$$),
			   ($$SELECT item FROM (SELECT dynamo.scan('row_functions') AS item) x LIMIT 1$$)) q (query);

-- Cursors, with and without a plan; over a savepoint, and held.
BEGIN;
DECLARE planned CURSOR FOR SELECT item['N']::int FROM dynamo.query('row_functions', '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}');
DECLARE run CURSOR FOR SELECT q.item['N']::int FROM (VALUES ('row_functions')) t (name),
	dynamo.query(t.name, '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}') q;
DECLARE held CURSOR WITH HOLD FOR SELECT q.item['N']::int FROM (VALUES ('row_functions')) t (name),
	dynamo.query(t.name, '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}') q;
FETCH 2 FROM planned;
FETCH 2 FROM run;
SAVEPOINT s;
FETCH 1 FROM run;
FETCH 1 FROM held;
ROLLBACK TO s;
FETCH 1 FROM run;
CLOSE run;
FETCH 1 FROM held;
COMMIT;
FETCH 1 FROM held;
CLOSE held;
-- Loops end early, and may commit.
DO
$$
DECLARE
	r record;
	rows int := 0;
BEGIN
	FOR r IN SELECT s.item FROM (VALUES ('row_functions')) t (name), dynamo.scan(t.name) s
	LOOP
		rows := rows + 1;
		EXIT WHEN rows = 3;
	END LOOP;
	FOR r IN SELECT s.item FROM (VALUES ('row_functions')) t (name), dynamo.scan(t.name) s
	LOOP
		rows := rows + 1;
		IF rows % 1000 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
	ASSERT rows = 3003, rows;
END
$$;

-- Generic plans, and what becomes of them when tables change.
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
PREPARE by_owner (text) AS SELECT item['N']::int FROM dynamo.query('row_functions', '#o = :o AND N < :n',
	jsonb_build_object(':o', $1, ':n', 6)::dynamo.item, '{"#o": "Owner"}');
PREPARE by_name (text) AS SELECT count(*) FROM dynamo.scan($1);
EXECUTE by_owner('regress_dynamo_ann');
EXECUTE by_owner('regress_dynamo_bea');
SELECT plan_of($$ EXECUTE by_owner('regress_dynamo_ann') $$);
EXECUTE by_name('row_functions');
EXECUTE by_name('no_such_table');
SELECT plan_of($$ EXECUTE by_name('row_functions') $$);
ALTER TABLE row_functions RENAME TO renamed;
EXECUTE by_owner('regress_dynamo_ann');
SELECT plan_of($$ EXECUTE by_owner('regress_dynamo_ann') $$);
ALTER TABLE renamed RENAME TO row_functions;
SET search_path = pg_catalog;
EXECUTE by_owner('regress_dynamo_bea');
SET search_path = regress_row_functions;
SET plan_cache_mode = force_custom_plan;
SELECT plan_of($$ EXECUTE by_name('row_functions') $$);
RESET plan_cache_mode;

-- Views keep the call; what it reads is the caller's.
CREATE VIEW of_ann AS SELECT item['N']::int AS n FROM dynamo.query('row_functions', '#o = :o AND N <= :n',
	'{":o": {"S": "regress_dynamo_ann"}, ":n": {"N": "6"}}', '{"#o": "Owner"}');
CREATE FUNCTION of_bea() RETURNS SETOF int LANGUAGE sql STABLE
	BEGIN ATOMIC SELECT item['N']::int FROM dynamo.query('row_functions', '#o = :o AND N <= :n',
		'{":o": {"S": "regress_dynamo_bea"}, ":n": {"N": "6"}}', '{"#o": "Owner"}'); END;
SELECT n FROM of_ann;
SELECT * FROM of_bea();
SELECT plan_of('SELECT * FROM of_ann'), plan_of('SELECT * FROM of_bea()');
GRANT SELECT ON of_ann TO regress_dynamo_ann;
SET ROLE regress_dynamo_ann;
SELECT n FROM of_ann;
SELECT count(*) FROM dynamo.scan('row_functions');
SELECT count(*) FROM dynamo.scan(same('row_functions'));
RESET ROLE;

-- Policies hold, in cached plans too.
GRANT SELECT ON row_functions TO regress_dynamo_ann, regress_dynamo_bea;
SET plan_cache_mode = force_generic_plan;
PREPARE all_of_it AS SELECT count(*) FROM dynamo.scan('row_functions');
EXECUTE all_of_it;
ALTER TABLE row_functions ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON row_functions USING (item['Owner']::text = current_user);
EXECUTE all_of_it;
SET ROLE regress_dynamo_ann;
EXECUTE all_of_it;
SELECT count(*), count(DISTINCT item['Owner']) FROM dynamo.scan(same('row_functions'));
SELECT count(*) FROM dynamo.query('row_functions', '#o = :o', '{":o": {"S": "regress_dynamo_bea"}}', '{"#o": "Owner"}');
SELECT plan_of($$ SELECT item FROM dynamo.query('row_functions', '#o = :o', '{":o": {"S": "regress_dynamo_ann"}}', '{"#o": "Owner"}') $$);
SET ROLE regress_dynamo_bea;
EXECUTE all_of_it;
SET row_security = off;
SELECT count(*) FROM dynamo.scan('row_functions');
RESET row_security;
RESET ROLE;
ALTER TABLE row_functions DISABLE ROW LEVEL SECURITY;
EXECUTE all_of_it;

-- A function that is altered is not planned, and still right.
BEGIN;
ALTER FUNCTION dynamo.scan(text, text, dynamo.item, jsonb, text, text, int, int) SET work_mem = '1MB';
SELECT plan_of('SELECT item FROM dynamo.scan(''row_functions'')');
SELECT count(*) FROM dynamo.scan('row_functions');
ROLLBACK;
-- An error while it is planned leaves nothing behind.
SELECT error_of('SELECT * FROM dynamo.scan(''no_such_table'')'), count(*) FROM dynamo.scan('row_functions');

-- The first statement of a session: nothing has loaded the library.
\c
SET search_path = regress_row_functions;
SELECT buffers_of($$SELECT item FROM dynamo.scan('row_functions') LIMIT 1$$) <= 20 AS few;

SET plan_cache_mode = force_generic_plan;
PREPARE gone AS SELECT count(*) FROM dynamo.scan('row_functions');
EXECUTE gone;
SELECT dynamo.delete_table('row_functions') IS NOT NULL AS deleted;
EXECUTE gone;
SET client_min_messages = warning;
DROP SCHEMA regress_row_functions CASCADE;
DROP ROLE regress_dynamo_ann;
DROP ROLE regress_dynamo_bea;
