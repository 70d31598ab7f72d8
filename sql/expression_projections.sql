-- Projection expressions: the parts of an item that they name, in their nesting.
\a
\t
\pset fieldsep '  =>  '
CREATE TEMP TABLE doc AS SELECT '{"id":{"S":"1"},"n":{"N":"5"},"ss":{"SS":["a"]},
	"m":{"M":{"a":{"N":"1"},"b":{"M":{"c":{"S":"deep"},"d":{"S":"er"}}},"e":{"M":{}}}},
	"l":{"L":[{"S":"zero"},{"M":{"x":{"N":"1"},"y":{"N":"2"}}},{"L":[{"N":"20"},{"N":"21"},{"N":"22"}]},{"S":"three"}]}}'::dynamo.item AS item;
SELECT e, dynamo.project(item, e) FROM doc, (VALUES
	('id'),
	('n, id'),
	('nothing'),
	('nothing, id'),
	('m'),
	('m.a'),
	('m.b.d, m.a'),
	('m.b.x, m.zz, m.a.deeper, id.x, n[0], l.x'),			-- nothing there
	('m[0], id'),
	('m.e'),
	('m.e.x'),
	('l[0]'),
	('l[3], l[0]'),					-- ascending, without gaps
	('l[1].y, l[1].x'),				-- one element
	('l[2][2], l[1].x, l[2][0]'),
	('l[7], l[2147483647]'),
	('l[2][7], l[3]'),				-- an element of which nothing remains is left out
	('l[1],m.b.c , id')) p (e);
SELECT dynamo.project('{"m":{"M":{"a.b":{"N":"1"},"size":{"N":"2"}}},"2":{"N":"3"}}', '#m.#1, #m.#2, #3', '{"#m":"m","#1":"a.b","#2":"size","#3":"2"}');
SELECT dynamo.project('{}', 'a, b.c');
-- many paths
SELECT dynamo.project(item, (SELECT string_agg('a' || n, ',') FROM generate_series(498, 0, -7) n))
	= (SELECT ('{' || string_agg('"a' || n || '":{"N":"' || n || '"}', ',') || '}')::dynamo.item FROM generate_series(498, 0, -7) n)
  FROM (SELECT ('{' || string_agg('"a' || n || '":{"N":"' || n || '"}', ',') || '}')::dynamo.item AS item FROM generate_series(0, 499) n) w;
SELECT dynamo.project(NULL, 'a') IS NULL, dynamo.project('{}', NULL) IS NULL;
SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'dynamo.project'::regproc;
