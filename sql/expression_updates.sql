-- Update expressions: the item after an update.
CREATE FUNCTION pg_temp.updated(item dynamo.item, expression text, vals dynamo.item DEFAULT NULL, names jsonb DEFAULT NULL) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.update(item, expression, vals, names);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message;
END $$;

\a
\t
\pset fieldsep '  =>  '

\echo == SET ==
SELECT e, pg_temp.updated('{"a":{"N":"1"},"b":{"S":"x"},"m":{"M":{"k":{"N":"2"}}},"l":{"L":[{"N":"0"},{"N":"1"}]}}', e, '{":v":{"S":"new"}}')
  FROM (VALUES
	('SET a = :v'),
	('set c = :v'),
	('SET m.k = :v'),
	('SET m.z = :v, l[0] = :v'),
	('SET a = b, b = a, c = :v'),			-- right sides see the old item
	('SET m = m.k, c = :v'),
	('SET c = m, d = l[1], m.x = :v'),
	('SET c = nothing, d = :v'),
	('SET c = m.nothing, d = :v'),
	('SET c = l[2], d = :v'),
	('SET m.k.x = :v'),						-- a parent that is no map
	('SET n.x = :v'),						-- a parent that is missing
	('SET l.x = :v'),
	('SET m[0] = :v'),
	('SET a[0] = :v'),
	('SET l[0].x = :v'),
	('SET l[5].x = :v'),
	('SET c=(:v)'),
	('SET c = (b), d = :v')) u (e);
SELECT pg_temp.updated('{"a":{"N":"1"}}', 'SET #a = :a, #b = :b', '{":a":{"N":"2"},":b":{"L":[]}}', '{"#a":"a","#b":"with.dot [0]"}');

\echo == if_not_exists ==
SELECT e, pg_temp.updated('{"a":{"N":"1"},"m":{"M":{}},"nil":{"NULL":true}}', e, '{":v":{"N":"5"}}')
  FROM (VALUES
	('SET a = if_not_exists(a, :v)'),
	('SET b = if_not_exists(b, :v)'),
	('SET b = if_not_exists(m.x, :v)'),
	('SET b = if_not_exists(a, :v)'),
	('SET nil = if_not_exists(nil, :v)'),
	('SET b = if_not_exists(b, if_not_exists(c, :v))'),
	('SET b = if_not_exists(b, a), c = :v'),
	('SET b = if_not_exists(b, c), d = :v'),
	('SET b = if_not_exists(b, :v) + :v'),
	('SET a = if_not_exists(a, :v) - :v')) u (e);

\echo == lists ==
SELECT e, pg_temp.updated('{"l":{"L":[{"S":"0"},{"S":"1"},{"S":"2"},{"S":"3"}]},"s":{"S":"x"}}', e, '{":v":{"L":[{"S":"new"}]}}')
  FROM (VALUES
	('SET l = list_append(l, :v)'),
	('SET l = list_append(:v, l)'),
	('SET l = list_append(l, l), x = :v'),
	('SET n = list_append(if_not_exists(n, :v), :v)'),
	('SET l = list_append(list_append(:v, l), :v)'),
	('SET l = list_append(n, :v)'),
	('SET l = list_append(s, :v)'),
	('SET l[2] = :v'),
	('SET l[4] = :v'),
	('SET l[9] = :v, l[7] = s, l[8] = l'),	-- beyond the end: appended in the order of the indexes
	('SET l[9] = :v, l[0] = l[3] REMOVE l[1], l[2]'),
	('REMOVE l[0], l[2] SET x = :v'),		-- the indexes are those of before
	('REMOVE l[3], l[1], l[0] SET x = :v'),
	('REMOVE l[4], l[2147483647] SET x = :v'),
	('REMOVE l[0], l[1], l[2], l[3] SET x = :v')) u (e);

\echo == REMOVE ==
SELECT e, pg_temp.updated('{"a":{"N":"1"},"m":{"M":{"x":{"N":"1"},"y":{"L":[{"M":{"z":{"N":"2"},"u":{"N":"3"}}}]}}}}', e)
  FROM (VALUES
	('REMOVE a'),
	('REMOVE a, m'),
	('remove nothing'),
	('REMOVE m.x'),
	('REMOVE m.nothing'),
	('REMOVE m.y[0].z, m.x, a'),
	('REMOVE m.y[0]'),
	('REMOVE m.y[1]'),
	('REMOVE nothing.x'),
	('REMOVE m.x.z'),
	('REMOVE a.b'),
	('REMOVE a[0]'),
	('REMOVE m.y.x'),
	('REMOVE m.y[1].z')) u (e);

\echo == ADD and DELETE ==
SELECT e, v, pg_temp.updated('{"n":{"N":"1.5"},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AQ=="]},"s":{"S":"x"},"l":{"L":[{"N":"1"}]},"m":{"M":{"n":{"N":"1"}}}}', e, ('{":v":' || v || '}')::dynamo.item)
  FROM (VALUES
	('ADD n :v', '{"N":"2"}'),
	('ADD n :v', '{"N":"-1.50"}'),
	('ADD z :v', '{"N":"-3"}'),
	('ADD m.n :v', '{"N":"4"}'),
	('ADD m.z :v', '{"N":"4"}'),
	('ADD l[0] :v', '{"N":"4"}'),
	('ADD l[1] :v', '{"N":"4"}'),
	('ADD z.n :v', '{"N":"4"}'),
	('ADD s :v', '{"N":"1"}'),
	('ADD ss :v', '{"N":"1"}'),
	('ADD ss :v', '{"SS":["c","a"]}'),
	('ADD ss :v', '{"NS":["1"]}'),
	('ADD ns :v', '{"NS":["1.0","3","-1"]}'),
	('ADD bs :v', '{"BS":["AA==","AQ=="]}'),
	('ADD z :v', '{"SS":["c","a"]}'),
	('DELETE ss :v', '{"SS":["c","a"]}'),
	('DELETE ss :v', '{"SS":["b","a"]}'),
	('DELETE ns :v', '{"NS":["2.0"]}'),
	('DELETE ns :v', '{"SS":["2"]}'),
	('DELETE bs :v', '{"BS":["AQ=="]}'),
	('DELETE z :v', '{"SS":["a"]}'),
	('DELETE s :v', '{"SS":["a"]}'),
	('DELETE m.z :v', '{"SS":["a"]}'),
	('DELETE z.z :v', '{"SS":["a"]}')) u (e, v);
SELECT pg_temp.updated('{"a":{"N":"1"},"c":{"SS":["x","y"]},"d":{"N":"1"},"e":{"L":[{"N":"1"},{"N":"2"}]}}',
	'DELETE c :c ADD a :n, n :n REMOVE d, e[0] SET b = a, e[1] = d', '{":n":{"N":"1"},":c":{"SS":["x"]}}') AS all_sections;

\echo == arithmetic ==
SELECT a || ' ' || op || ' ' || b, replace(pg_temp.updated(('{"a":{"N":"' || a || '"}}')::dynamo.item, 'SET a = a ' || op || ' :v', ('{":v":{"N":"' || b || '"}}')::dynamo.item), '"', '')
  FROM (VALUES
	('0', '+', '0'), ('0', '-', '0'), ('5', '-', '5'), ('0', '-', '7.5'), ('-7', '+', '10'), ('7', '-', '-10'), ('0.1', '+', '0.2'), ('1', '-', '0.999'),
	('99', '+', '1'), ('1000', '-', '1'), ('1e20', '+', '1e-17'), ('123456789012345678901234567890', '+', '987654321098765432109876543210'),
	('99999999999999999999999999999999999999', '+', '0'),
	('99999999999999999999999999999999999998', '+', '1'),
	('99999999999999999999999999999999999999', '+', '1'),
	('99999999999999999999999999999999999999', '+', '2'),
	('10000000000000000000000000000000000000', '+', '0.1'),
	('100000000000000000000000000000000000000', '-', '1'),
	('1e50', '+', '1'), ('1e50', '-', '1'), ('1e125', '+', '1e-130'), ('1e125', '-', '1e125'), ('1e-130', '-', '1e125'),
	('9e125', '+', '1e125'), ('-9e125', '-', '1e125'), ('9.9999999999999999999999999999999999999e125', '+', '1e88'), ('9e125', '+', '0.9e125'),
	('1e-130', '+', '1e-130'), ('1e-130', '-', '1e-130'), ('1.1e-130', '-', '1e-130'), ('1e-92', '+', '1e-129'), ('1e-91', '+', '1e-129')) x (a, op, b);
SELECT e, pg_temp.updated('{"s":{"S":"1"},"n":{"N":"1"}}', e, '{":n":{"N":"2"}}')
  FROM (VALUES ('SET n = s + :n'), ('SET n = :n - s'), ('SET n = n + nothing, x = :n'), ('SET x = :n + :n'), ('SET x = (n + :n)'), ('SET x = (n) - (:n)'), ('SET x = ((n)-(:n))')) u (e);

\echo == nesting ==
SELECT n, left(pg_temp.updated(('{"a":' || repeat('{"L":[', n) || repeat(']}', n) || '}')::dynamo.item, 'SET a' || repeat('[0]', n) || ' = :v', '{":v":{"S":"x"}}'), 120)
  FROM unnest('{1,2,31,32}'::int[]) n;
SELECT n, left(pg_temp.updated('{"a":{"L":[]}}', 'SET a[0] = :v', ('{":v":' || repeat('{"L":[', n) || repeat(']}', n) || '}')::dynamo.item), 120)
  FROM unnest('{31,32}'::int[]) n;
SELECT left(pg_temp.updated('{"a":{"N":"1"}}', 'SET b = :v', ('{":v":' || repeat('{"L":[', 32) || repeat(']}', 32) || '}')::dynamo.item), 20);

\echo == wide ==
-- many attributes, elements and actions
WITH wide AS (
	SELECT ('{' || string_agg('"a' || n || '":{"N":"' || n || '"}', ',') || ',"l":{"L":[' || string_agg('{"N":"' || n || '"}', ',' ORDER BY n) || ']}}')::dynamo.item AS item
	  FROM generate_series(0, 499) n),
updated AS (
	SELECT dynamo.update(item, 'SET ' || string_agg('a' || n * 7 || '=:v', ',') FILTER (WHERE n % 2 = 0) || ' REMOVE ' || string_agg('a' || n * 7 || ',l[' || n * 5 || ']', ',') FILTER (WHERE n % 2 = 1), '{":v":{"S":"set"}}') AS item
	  FROM wide, generate_series(0, 99) n GROUP BY item)
SELECT count(*) FILTER (WHERE value = '{"S":"set"}'), count(*) FILTER (WHERE name ~ '^a' AND value <> '{"S":"set"}'),
	(SELECT count(*) FROM updated, jsonb_array_elements(item['l']::jsonb) e WHERE (e::int % 10 = 5)) FROM updated, dynamo.each(item);
-- what a short expression can make of a large item has an end
SELECT left(pg_temp.updated(('{"l":{"L":[' || string_agg('{"S":"' || repeat('x', 1000) || '"}', ',') || ']}}')::dynamo.item,
	'SET x = ' || repeat('list_append(l,', 200) || 'l' || repeat(')', 200)), 200) FROM generate_series(1, 300);
\a
\t
SELECT dynamo.update(NULL, 'REMOVE a') IS NULL AS no_item, dynamo.update('{}', NULL) IS NULL AS no_expression;
SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'dynamo.update'::regproc;
