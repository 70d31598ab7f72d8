--
-- Maps and sets of many entries, in any order
--
-- of doubled names the last one counts, however many there are
CREATE FUNCTION doubled(names int, members int) RETURNS dynamo.item LANGUAGE sql AS $$
	SELECT ('{' || string_agg(format('"a%s": {"N": "%s"}', n * 7919 % names, n), ',' ORDER BY n) || '}')::dynamo.item
	  FROM generate_series(1, members) n $$;
SELECT names, count(*), bool_and(value::int > 2 * names) AS the_last
  FROM unnest('{3,15,16,17,31,32,33,100,1000,4097}'::int[]) names, dynamo.each(doubled(names, 3 * names))
 GROUP BY names ORDER BY names;
-- each of the names is found
SELECT names, count(*) FILTER (WHERE i[name] = value) AS found
  FROM unnest('{3,15,16,17,31,32,33,100,1000,4097}'::int[]) names, doubled(names, names) i, dynamo.each(i)
 GROUP BY names ORDER BY names;

-- sets come out in their order, from any order
SELECT size, dynamo.parse_value('{"NS": [' || backwards || ']}') = dynamo.parse_value('{"NS": [' || mixed || ']}') AS same,
	   dynamo.parse_value('{"NS": [' || mixed || ']}')::text = '{"NS":[' || forwards || ']}' AS sorted
  FROM unnest('{2,15,16,17,31,32,33,100,1000,4097}'::int[]) size,
	   LATERAL (SELECT string_agg(format('"%s"', n), ',' ORDER BY n) AS forwards,
					   string_agg(format('"%s"', n), ',' ORDER BY n DESC) AS backwards,
					   string_agg(format('"%s"', n), ',' ORDER BY n * 7919 % size, n) AS mixed
				  FROM generate_series(1, size) n) s
 ORDER BY size;
-- a double is found wherever it is
SELECT dynamo.parse_value('{"NS": [' || string_agg(format('"%s"', n * 7919 % 1000), ',' ORDER BY n) || ']}') FROM generate_series(1, 1001) n;
SELECT dynamo.parse_value('{"SS": ["z", "y", "x", "w", "v", "u", "t", "s", "r", "q", "p", "o", "n", "m", "l", "k", "j", "i", "z"]}');

DROP FUNCTION doubled;
