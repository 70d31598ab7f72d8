-- Conditions of dynamo.partiql in FROM: the same items as those of ExecuteStatement.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA regress_partiql_conditions;
SET dynamo.schema = regress_partiql_conditions;
SET search_path = regress_partiql_conditions;
SELECT dynamo.create_table('{"TableName": "partiql_conditions", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "Local", "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"},
		{"AttributeName": "g", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "Global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}}]}') IS NOT NULL AS created;
INSERT INTO partiql_conditions (item) VALUES
	('{"p": {"S": "p"}, "s": {"N": "1"}, "a": {"S": "apple"}, "g": {"S": "fruit"}, "m": {"M": {"x": {"N": "1"}, "y": {"L": [{"S": "one"}, {"N": "2"}]}}}}'),
	('{"p": {"S": "p"}, "s": {"N": "2"}, "a": {"N": "5"}, "g": {"S": "fruit"}, "m": {"S": "no map"}}'),
	('{"p": {"S": "p"}, "s": {"N": "3"}, "a": {"N": "-7.5"}, "t": {"SS": ["apple", "pear"]}}'),
	('{"p": {"S": "p"}, "s": {"N": "4"}, "a": {"BOOL": true}, "t": {"NS": ["5", "6"]}, "g": {"S": "tree"}}'),
	('{"p": {"S": "p"}, "s": {"N": "5"}, "a": {"NULL": true}}'),
	('{"p": {"S": "p"}, "s": {"N": "6"}, "a": {"L": [{"S": "apple"}, {"N": "5"}]}, "g": {"S": "tree"}}'),
	('{"p": {"S": "q"}, "s": {"N": "1"}, "a": {"B": "AQID"}, "b": {"B": "AQ=="}}'),
	('{"p": {"S": "q"}, "s": {"N": "2"}, "a": {"S": "app"}, "b": {"S": "app"}}'),
	('{"p": {"S": "q"}, "s": {"N": "3"}, "a": {"M": {}}, "b": {"N": "1"}}'),
	('{"p": {"S": "q"}, "s": {"N": "4"}, "b": {"N": "5"}, "a": {"N": "2.5"}}'),
	('{"p": {"S": "q"}, "s": {"N": "5"}}');
VACUUM ANALYZE partiql_conditions;

-- Which items dynamo.partiql finds, by p and s; and those of ExecuteStatement where they are others.
CREATE FUNCTION found(statement text, parameters dynamo.value[]) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	here text;
	there text;
BEGIN
	EXECUTE format('SELECT string_agg(key, '' '' ORDER BY key COLLATE "C") FROM (SELECT item[''p'']::text || (item[''s'']::text) AS key
		FROM dynamo.partiql(%L, VARIADIC %L)) k', statement, parameters) INTO here;
	BEGIN
		SELECT string_agg(key, ' ' ORDER BY key COLLATE "C") INTO there FROM (
			SELECT (i -> 'p' ->> 'S') || (i -> 's' ->> 'N') AS key FROM json_array_elements(
				dynamo.execute_statement((jsonb_build_object('Statement', statement) || CASE WHEN parameters = '{}' THEN '{}' ELSE
					jsonb_build_object('Parameters', (SELECT jsonb_agg(format('%s', p)::jsonb) FROM unnest(parameters) p)) END)::json) -> 'Items') i) k;
	EXCEPTION WHEN OTHERS THEN
		there := 'an error: ' || SQLERRM;
	END;
	RETURN coalesce(here, 'none') || CASE WHEN here IS DISTINCT FROM there THEN ', but ' || coalesce(there, 'none') ELSE '' END;
END
$$;
CREATE FUNCTION find(source text, condition text, VARIADIC parameters dynamo.value[] DEFAULT '{}') RETURNS text LANGUAGE sql AS
$$
	SELECT found('SELECT * FROM ' || source || ' WHERE ' || condition, parameters)
$$;

-- Comparisons: of one type, of several, of what is missing.
SELECT condition, find('partiql_conditions', condition) FROM unnest(ARRAY[
	'a = ''apple''', 'a = 5', 'a <> 5', 'a != ''apple''', 'NOT a = 5', 'a < 5', 'a <= 5', 'a > -8', 'a >= 2.5', '5 > a', 'a > ''app''', 'a < true',
	'a > null', 'a = null', 'a = true', 'a <> true', 'NOT a > 0', 'a = b', 'a <> b', 'a < b', 'a >= b', 'missing1 = missing2', 'missing1 <> missing2',
	'a = {}', 'a = [''apple'', 5]', 't = <<''pear'', ''apple''>>', 't = <<6, 5>>', 'm.x = 1', 'm.y[1] = 2', 'm.y[2] = 2', 'm.y[0] < ''two''',
	'm[''x''] <> 1', '"a" = 5 AND g = ''fruit''', 'a = 5 OR g = ''tree''', 'NOT (a = 5 OR g = ''tree'')', 'a + 1 = 6', 'a - 1 < 4', 'a + b > 7', 'a + 1 <> 6',
	'p < ''q''', 's > 3', 's < ''3''', 'p = ''p'' AND s BETWEEN 2 AND 4']) WITH ORDINALITY c (condition, n) ORDER BY n;
-- BETWEEN, IN, IS, functions.
SELECT condition, find('partiql_conditions', condition) FROM unnest(ARRAY[
	'a BETWEEN 2 AND 5', 'a BETWEEN ''a'' AND ''b''', 'a NOT BETWEEN 2 AND 5', 'b BETWEEN a AND 9', 'a IN [5, ''apple'', true]', 'a IN (5)', 'a NOT IN [5, 2.5]',
	'a IN <<null>>', 'a IN [b, 5]', 'a IS MISSING', 'a IS NOT MISSING', 'm.y IS MISSING', 'a IS NULL', 'a IS NOT NULL', 'a IS STRING', 'a IS NUMERIC', 'a IS BOOLEAN',
	'a IS LIST', 'a IS STRUCT', 'a IS BLOB', 'a IS NOT STRING', 'attribute_type(t, ''SS'')', 'attribute_type(a, ''N'') = false', 'attribute_exists(t)',
	'NOT attribute_exists(t)', 'attribute_not_exists(a)', 'begins_with(a, ''app'')', 'NOT begins_with(a, ''app'')', 'begins_with(a, b)', 'contains(a, ''pp'')',
	'contains(a, ''apple'')', 'contains(a, 5)', 'contains(t, ''pear'')', 'contains(t, 6)', 'NOT contains(t, 6)', 'contains(t, ''pear'') = true',
	'size(a) = 2', 'size(a) > 3', 'size(a) <> 5', 'NOT size(a) = 5', 'size(t) = 2', 'size(m.y) = 2', 'size(b) < size(a)', 'size(a) <> size(b)']) WITH ORDINALITY c (condition, n) ORDER BY n;
-- Parameters, of any type.
\x
SELECT find('partiql_conditions', 'a = ?', 5) AS f1, find('partiql_conditions', 'a < ?', 5) AS f2, find('partiql_conditions', 'a < ?', 'b') AS f3,
	   find('partiql_conditions', 'a < ?', '{"L": []}') AS f4, find('partiql_conditions', 'begins_with(a, ?)', '{"B": "AQI="}') AS f5,
	   find('partiql_conditions', 'a IN (?, ?)', 5, 'app') AS f6, find('partiql_conditions', 'p = ? AND s > ?', 'p', 3) AS f7,
	   find('partiql_conditions', 'p = ? AND s IN [?, ?, ?]', 'p', 3, 6, 8) AS f8, find('partiql_conditions', 'a = ?', '{"M": {}}') AS f9,
	   find('partiql_conditions', 'attribute_type(a, ?)', 'BOOL') AS f10, find('partiql_conditions', 'contains(t, ?)', 'apple') AS f11,
	   find('partiql_conditions', 'a = [?, 5]', 'apple') AS f12, find('partiql_conditions', 'm = {''x'': ?, ''y'': [?, 2]}', 1, 'one') AS f13;
-- What an index has: items with its attributes; in them, what it projects.
SELECT find('partiql_conditions."Local"', 'p = ''p''') AS f1, find('partiql_conditions."Local"', 'p = ''p'' AND begins_with(g, ''fr'')') AS f2,
	   find('partiql_conditions."Global"', 'g = ''tree''') AS f3, find('partiql_conditions."Global"', 'g = ''tree'' AND a = true') AS f4,
	   find('partiql_conditions."Global"', 'g IS STRING') AS f5, find('partiql_conditions."Global"', 'm IS MISSING') AS f6, find('partiql_conditions."Global"', 'm.x = 1') AS f7;
\x
SELECT item FROM dynamo.partiql('SELECT * FROM partiql_conditions."Global" WHERE g = ''tree''') ORDER BY item['s'];
SELECT item FROM dynamo.partiql('SELECT s, t FROM partiql_conditions."Local" WHERE p = ''p'' AND g = ''tree''') ORDER BY item['s'];
SELECT * FROM dynamo.partiql_rows('SELECT * FROM partiql_conditions."Global" WHERE g = ''tree''') AS t (s int, a jsonb, t jsonb) ORDER BY s;
SELECT item FROM dynamo.partiql('SELECT t FROM partiql_conditions."Global" WHERE g = ''tree''');
SELECT item FROM dynamo.partiql('SELECT a FROM partiql_conditions."Global" WHERE g = ''tree'' AND t IS MISSING');
-- Where ExecuteStatement raises, and the other finds nothing.
\x
SELECT find('partiql_conditions', 'p = 5') AS f1, find('partiql_conditions', 'p = ?', 5) AS f2, find('partiql_conditions', 'begins_with(a, 5)') AS f3,
	   find('partiql_conditions', 'a BETWEEN 5 AND 2') AS f4, find('partiql_conditions', 'attribute_type(a, ''X'')') AS f5;
\x

-- What is selected.
SELECT item FROM dynamo.partiql('SELECT a, m.x, m.y[0], s FROM partiql_conditions WHERE p = ''p'' AND s < 3') ORDER BY item['s'];
SELECT dynamo.execute_statement('{"Statement": "SELECT a, m.x, m.y[0], s FROM partiql_conditions WHERE p = ''p'' AND s < 3"}') -> 'Items' AS items;

SELECT dynamo.delete_table('partiql_conditions') IS NOT NULL AS deleted;
DROP SCHEMA regress_partiql_conditions CASCADE;
