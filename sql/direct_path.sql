-- The direct path and the planned path give the same answers.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT dynamo.create_table('{"TableName": "Paths", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
		{"AttributeName": "tag", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{"IndexName": "by-tag", "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;

-- Runs statements one after the other; says what each gave, or how it failed.
CREATE FUNCTION run(statements text[]) RETURNS TABLE (step int, outcome text) LANGUAGE plpgsql AS
$$
DECLARE
	statement text;
	message text;
	detail text;
	hint text;
BEGIN
	step := 0;
	FOREACH statement IN ARRAY statements LOOP
		step := step + 1;
		BEGIN
			EXECUTE statement INTO outcome;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			outcome := concat_ws(' | ', SQLSTATE, message, detail, hint);
		END;
		RETURN NEXT;
	END LOOP;
END
$$;

CREATE TABLE script (statements text[]);
INSERT INTO script VALUES (ARRAY[
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "tag": {"S": "x"}}', 'ALL_OLD')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1.0"}, "tag": {"S": "y"}}', 'ALL_OLD')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "tag": {"S": "y"}}', 'ALL_OLD')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "2"}}')$$,
	$$SELECT dynamo.get_item('Paths', 'a', '1')$$,
	$$SELECT dynamo.get_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "2"}}'::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', 'a', '3')$$,
	$$SELECT dynamo.delete_item('Paths', 'a', '2', 'ALL_OLD')$$,
	$$SELECT dynamo.delete_item('Paths', 'a', '2', 'ALL_OLD')$$,
	$$SELECT count(*) FROM "Paths" WHERE dynamo.index_key(item, 'tag S') IS NOT NULL$$,
	-- what the table cannot take
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}}')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"S": "1"}}')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": ""}, "sk": {"N": "1"}}')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "tag": {"N": "1"}}')$$,
	$$SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "tag": {"S": ""}}')$$,
	$$SELECT dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', repeat('p', 2049)), 'sk', json_build_object('N', '1'))::text::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', '{"pk": {"S": "a"}}'::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "more": {"N": "1"}}'::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', '{"pk": {"S": "a"}, "sk": {"S": "1"}}'::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', '{"pk": {"S": ""}, "sk": {"N": "1"}}'::dynamo.item)$$,
	$$SELECT dynamo.get_item('Paths', 'a')$$,
	$$SELECT dynamo.get_item('Paths', 'a', 'one')$$,
	$$SELECT dynamo.delete_item('Paths', '{"sk": {"N": "1"}}'::dynamo.item)$$,
	$$SELECT dynamo.delete_item('Absent', 'a', '1')$$,
	$$SELECT dynamo.get_item('arn:aws:dynamodb:us-east-1:000000000000:table/Paths', 'a', '1')$$,
	$$SELECT dynamo.get_item('arn:aws:dynamodb:us-west-9:000000000000:table/Paths', 'a', '1')$$,
	-- sizes
	$$SELECT dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'big'), 'sk', json_build_object('N', '1'), 'b', json_build_object('S', repeat('x', 409600 - 11)))::text::dynamo.item)$$,
	$$SELECT dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'big'), 'sk', json_build_object('N', '1'), 'b', json_build_object('S', repeat('x', 409600 - 9)))::text::dynamo.item)$$,
	$$SELECT md5(dynamo.get_item('Paths', 'big', '1')::text)$$,
	$$SELECT set_config('dynamo.enforce_limits', 'off', true)$$,
	$$SELECT dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'big'), 'sk', json_build_object('N', '1'), 'b', json_build_object('S', repeat('x', 1000000)))::text::dynamo.item)$$,
	$$SELECT md5(dynamo.put_item('Paths', '{"pk": {"S": "big"}, "sk": {"N": "1"}}', 'ALL_OLD')::text)$$,
	-- the same key again and again in one statement
	$$SELECT string_agg(dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'twice'), 'sk', json_build_object('N', '1'), 'i', json_build_object('N', i::text))::text::dynamo.item, 'ALL_OLD')::text, ' ' ORDER BY i) FROM generate_series(1, 4) i$$,
	$$SELECT dynamo.delete_item('Paths', 'twice', '1', 'ALL_OLD')::text || coalesce(dynamo.delete_item('Paths', 'twice', '1', 'ALL_OLD')::text, ' nothing')$$,
	-- an operation on the row that the statement around it is writing
	$$UPDATE "Paths" SET item = item WHERE dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "tag": {"S": "z"}}') IS NULL AND item['pk'] = '{"S": "a"}'$$,
	$$INSERT INTO "Paths" (item) SELECT coalesce(dynamo.put_item('Paths', '{"pk": {"S": "ins"}, "sk": {"N": "1"}}', 'ALL_OLD'), '{"pk": {"S": "ins"}, "sk": {"N": "2"}}') RETURNING item$$,
	$$SELECT string_agg(item::text, ' ' ORDER BY key) FROM "Paths"$$
]);

SET dynamo.direct_path = on;
BEGIN;
CREATE TABLE direct AS SELECT run.* FROM script, run(statements);
SELECT count(*) FROM "Paths";
DELETE FROM "Paths";
COMMIT;
SET dynamo.direct_path = off;
BEGIN;
CREATE TABLE planned AS SELECT run.* FROM script, run(statements);
SELECT count(*) FROM "Paths";
DELETE FROM "Paths";
COMMIT;
RESET dynamo.direct_path;
\pset format unaligned
SELECT step, outcome FROM direct ORDER BY step;
\pset format aligned
SELECT step, direct.outcome AS direct, planned.outcome AS planned
	FROM direct FULL JOIN planned USING (step)
	WHERE direct.outcome IS DISTINCT FROM planned.outcome;

-- An item put as it is writes nothing, not even a lock: the statement needs no transaction id.
SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}}');
SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}}', 'ALL_OLD'), pg_current_xact_id_if_assigned();
SELECT dynamo.delete_item('Paths', 'b', '1', 'ALL_OLD'), pg_current_xact_id_if_assigned();
-- The same, toasted and compressed.
SELECT dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'a'), 'sk', json_build_object('N', '1'),
	'b', json_build_object('S', repeat('xyz', 100000)))::text::dynamo.item);
SELECT length(dynamo.put_item('Paths', json_build_object('pk', json_build_object('S', 'a'), 'sk', json_build_object('N', '1'),
	'b', json_build_object('S', repeat('xyz', 100000)))::text::dynamo.item, 'ALL_OLD')::text), pg_current_xact_id_if_assigned();

-- A read sees what its statement's snapshot sees.
SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}}') AS put, dynamo.get_item('Paths', 'a', '1') IS NOT NULL AS got,
	length(dynamo.get_item('Paths', 'a', '1')::text) > 1000 AS old_one;
SELECT dynamo.get_item('Paths', 'a', '1');

-- Writes roll back with what is around them.
BEGIN;
SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "n": {"N": "1"}}');
SAVEPOINT s;
SELECT dynamo.put_item('Paths', '{"pk": {"S": "a"}, "sk": {"N": "1"}, "n": {"N": "2"}}');
SELECT dynamo.delete_item('Paths', 'nothing', '1');
ROLLBACK TO SAVEPOINT s;
SELECT dynamo.get_item('Paths', 'a', '1');
ROLLBACK;
SELECT dynamo.get_item('Paths', 'a', '1');

-- A read-only transaction refuses to write before anything else.
BEGIN READ ONLY;
SELECT dynamo.get_item('Paths', 'a', '1');
SAVEPOINT s;
SELECT dynamo.put_item('Absent', '{"pk": {"S": "a"}}');
ROLLBACK TO SAVEPOINT s;
SELECT dynamo.delete_item('Absent', 'a');
ROLLBACK;

-- Operations on a table that they know read no catalog.
CREATE FUNCTION catalog_scans() RETURNS bigint LANGUAGE sql AS
	$$ SELECT sum(seq_scan + idx_scan)::bigint FROM pg_stat_xact_sys_tables $$;
CREATE FUNCTION operate(item dynamo.item) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
	FOR i IN 1 .. 250 LOOP
		PERFORM dynamo.put_item('Paths', item);
		PERFORM dynamo.get_item('Paths', 'warm', '1');
		PERFORM dynamo.put_item('Paths', item);
		PERFORM dynamo.delete_item('Paths', 'warm', '1');
	END LOOP;
END
$$;
CREATE FUNCTION scans_of_operations() RETURNS bigint LANGUAGE plpgsql AS
$$
DECLARE
	item dynamo.item = '{"pk": {"S": "warm"}, "sk": {"N": "1"}, "tag": {"S": "t"}}';
	looked bigint[];
BEGIN
	looked = array_append(looked, catalog_scans());
	looked = array_append(looked, catalog_scans());
	PERFORM operate(item);
	looked = array_append(looked, catalog_scans());
	-- what the operations took, without what looking takes
	RETURN (looked[3] - looked[2]) - (looked[2] - looked[1]);
END
$$;
SELECT min(scans_of_operations()) FROM generate_series(1, 3);

DROP TABLE "Paths", script, direct, planned;
DROP FUNCTION run, catalog_scans, operate, scans_of_operations;
