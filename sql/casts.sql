--
-- Casts of attribute values and items
--
SET search_path = '';

CREATE TABLE public.samples (type text, v dynamo.value);
INSERT INTO public.samples VALUES
	('S', '{"S": "Call Me Today"}'),
	('S empty', '{"S": ""}'),
	('S number', '{"S": "5"}'),
	('N', '{"N": "-12.50"}'),
	('N large', '{"N": "99999999999999999999999999999999999999"}'),
	('N tiny', '{"N": "1E-130"}'),
	('N zero', '{"N": "0"}'),
	('B', '{"B": "AP8Q"}'),
	('BOOL', '{"BOOL": false}'),
	('NULL', '{"NULL": true}'),
	('L', '{"L": [{"N": "1"}, {"S": "\u0000"}]}'),
	('M', '{"M": {"a": {"S": "x"}}}'),
	('NS', '{"NS": ["2", "1"]}'),
	('SS', '{"SS": ["b", "a"]}'),
	('BS', '{"BS": ["AA=="]}');

-- To text: every value has one; a DynamoDB NULL is NULL
SELECT type, v::text, v::text IS NULL AS is_null FROM public.samples;
SELECT v::varchar, v::varchar(4), v::char(6), v::text = v::varchar AS same
  FROM public.samples WHERE type IN ('S', 'N');
-- The text form is another thing
SELECT v, format('%s', v) FROM public.samples WHERE type = 'S number';

-- To numbers
SELECT type, v::numeric, v::float8, v::numeric(50, 1) FROM public.samples WHERE type IN ('N', 'N large', 'N tiny', 'N zero');
SELECT dynamo.parse_value('{"N": "' || n || '"}')::numeric = n::numeric AS same_value,
	   dynamo.parse_value('{"N": "' || n || '"}')::numeric
  FROM unnest('{0.1,-0.1,0.000001,123456789012345678,1234567890123456789,-999999999999999999.999999999999999999,
	0.123456789012345678,0.1234567890123456789,1e17,1e18,1e19,-1e125,1.5e-10,12345678901234567.8}'::text[]) n;
SELECT v::int2, v::int4, v::int8, v::float4, v::float8 FROM (VALUES
	('{"N": "0"}'::dynamo.value), ('{"N": "32767"}'), ('{"N": "-32768"}'), ('{"N": "2.5"}'), ('{"N": "-2.5"}'), ('{"N": "1e3"}')) t(v);
SELECT '{"N": "9223372036854775807"}'::dynamo.value::int8, '{"N": "-9223372036854775808"}'::dynamo.value::int8;
SELECT '{"N": "9223372036854775808"}'::dynamo.value::int8;
SELECT '{"N": "1e30"}'::dynamo.value::int8;
SELECT '{"N": "2147483648"}'::dynamo.value::int4;
SELECT '{"N": "32768"}'::dynamo.value::int2;
SELECT '{"N": "1e39"}'::dynamo.value::float4;
SELECT '{"N": "1e39"}'::dynamo.value::float8;

-- To boolean and bytea
SELECT '{"BOOL": true}'::dynamo.value::boolean, '{"BOOL": false}'::dynamo.value::boolean,
	   '{"B": "AP8Q"}'::dynamo.value::bytea, '{"B": ""}'::dynamo.value::bytea;

-- A DynamoDB NULL is NULL in every type
SELECT v::text, v::numeric, v::int2, v::int4, v::int8, v::float4, v::float8, v::boolean, v::bytea, v::dynamo.item
  FROM public.samples WHERE type = 'NULL';

-- No guesses
\set VERBOSITY sqlstate
SELECT v::numeric FROM public.samples WHERE type = 'S number';
\set VERBOSITY default
SELECT v::int2 FROM public.samples WHERE type = 'S number';
SELECT v::int4 FROM public.samples WHERE type = 'BOOL';
SELECT v::int8 FROM public.samples WHERE type = 'B';
SELECT v::float4 FROM public.samples WHERE type = 'L';
SELECT v::float8 FROM public.samples WHERE type = 'M';
SELECT v::boolean FROM public.samples WHERE type = 'N';
SELECT v::bytea FROM public.samples WHERE type = 'S';
SELECT v::numeric FROM public.samples WHERE type = 'NS';
SELECT v::dynamo.item FROM public.samples WHERE type = 'L';
SELECT '{"S": "a\u0000b"}'::dynamo.value::text;
SELECT format('%s', '{"S": "a\u0000b"}'::dynamo.value);
SELECT v::date FROM public.samples;

-- To values
SELECT 'x'::text::dynamo.value, 'x'::varchar::dynamo.value, 'x  '::char(5)::dynamo.value, 'x  '::text::dynamo.value, ''::text::dynamo.value;
SELECT '{"N": "5"}'::text::dynamo.value AS cast_text, '{"N": "5"}'::dynamo.value AS literal,
	   dynamo.parse_value('{"N": "5"}') AS parsed;
SELECT 5::int2::dynamo.value, (-5)::int4::dynamo.value, 9223372036854775807::int8::dynamo.value,
	   (-32768)::int2::dynamo.value, (-2147483648)::int4::dynamo.value, (-9223372036854775808)::int8::dynamo.value;
SELECT 1.50::dynamo.value, 0.00::dynamo.value, 1e-130::dynamo.value, 12345678901234567890123456789012345678::dynamo.value;
SELECT 0.1::float8::dynamo.value, 1e22::float8::dynamo.value, (-0.0)::float8::dynamo.value, 0.1::float4::dynamo.value, 1e-7::float8::dynamo.value;
SET extra_float_digits = 0;
SELECT 0.30000000000000004::float8::dynamo.value;
RESET extra_float_digits;
SELECT true::dynamo.value, false::dynamo.value, '\x00ff'::bytea::dynamo.value, ''::bytea::dynamo.value;
SELECT '{"a": {"N": "1"}}'::dynamo.item::dynamo.value, '{"M": {"a": {"N": "1"}}}'::dynamo.value::dynamo.item, '{}'::dynamo.item::dynamo.value;

-- What a number cannot be
SELECT 123456789012345678901234567890123456789::dynamo.value;
SELECT 1e126::dynamo.value;
SELECT 1e-131::dynamo.value;
SELECT 'NaN'::float8::dynamo.value;
SELECT '-Infinity'::float4::dynamo.value;
SELECT 'Infinity'::numeric::dynamo.value;
SELECT 1e200::float8::dynamo.value;
-- levels: an item as a map has one more than its attributes have
SELECT dynamo.parse_value(repeat('{"L": [', 30) || '{"N": "1"}' || repeat(']}', 30)) AS v \gset
SELECT ('{"a":' || :'v' || '}')::dynamo.item::dynamo.value #>> '{a}' || '' = :'v' AS ok;
SELECT ('{"a": {"L": [' || :'v' || ']}}')::dynamo.item::dynamo.value;
SELECT dynamo.parse_value('bare text');

-- Which casts are implicit: only those from exact numbers
SELECT v > 5 AS int4, v > 5::int2 AS int2, v < 5::int8 AS int8, v = 12.50 AS numeric
  FROM (SELECT '{"N": "12.5"}'::dynamo.value) t(v);
SELECT '{"S": "x"}'::dynamo.value = 'x'::text;
SELECT '{"N": "1"}'::dynamo.value = 1::float8;
SELECT '{"BOOL": true}'::dynamo.value = true;
SELECT castsource::regtype, casttarget::regtype, castcontext FROM pg_catalog.pg_cast
 WHERE castsource IN ('dynamo.value'::regtype, 'dynamo.item'::regtype) OR casttarget IN ('dynamo.value'::regtype, 'dynamo.item'::regtype)
 ORDER BY castsource::regtype::text COLLATE "C", casttarget::regtype::text COLLATE "C";
-- comparisons of numbers with numbers are what they were
SELECT 1 = 1.0 AS a, 1::int2 < 2::numeric AS b, 1::int8 = 1.0::float8 AS c, 2 > '1' AS d;

-- Assignments to columns and variables
CREATE TABLE public.columns (t text, vc varchar(3), n numeric(10, 1), i int, b boolean, by bytea, j jsonb);
INSERT INTO public.columns SELECT i['s'], i['s'], i['n'], i['n'], i['b'], i['by'], i['m']
  FROM (SELECT '{"s": {"S": "abc"}, "n": {"N": "7.46"}, "b": {"BOOL": true}, "by": {"B": "AA=="}, "m": {"M": {"x": {"N": "1"}}}}'::dynamo.item) t(i)
	RETURNING *;
DROP TABLE public.columns;
DO $$
DECLARE
	i dynamo.item := '{"a": [1, {"b": null}]}'::jsonb;
	j jsonb := i;
	n numeric := i['a'][0];
BEGIN
	RAISE NOTICE '% % %', i, j, n;
END
$$;

-- jsonb: plain JSON
SELECT type, v::jsonb FROM public.samples WHERE type NOT IN ('B', 'L', 'NS', 'SS', 'BS');
SELECT '{"a": {"L": [{"S": "x"}, {"N": "1.50"}, {"BOOL": true}, {"NULL": true}, {"M": {}}, {"L": []}]}, "e": {"S": ""}}'::dynamo.item::jsonb;
SELECT '{"a": {"L": [{"M": {"longer": {"N": "1"}, "z": {"L": []}}}, {"L": []}]}, "é": {"S": "\"\\"}}'::dynamo.item::jsonb;
SELECT '{}'::dynamo.item::jsonb, '{"L": []}'::dynamo.value::jsonb, '{"M": {}}'::dynamo.value::jsonb;
-- what JSON cannot say is an error that names the attribute
SELECT '{"a": {"M": {"b": {"L": [{"N": "1"}, {"SS": ["x"]}]}}}}'::dynamo.item::jsonb;
SELECT '{"pic": {"B": "AA=="}}'::dynamo.item::jsonb;
SELECT v::jsonb FROM public.samples WHERE type = 'NS';
SELECT v::jsonb FROM public.samples WHERE type = 'BS';
SELECT v::jsonb FROM public.samples WHERE type = 'L';
SELECT '{"a": {"S": "\u0000"}}'::dynamo.item::jsonb;
SELECT '{"S": "\u0000"}'::dynamo.value::jsonb;
SELECT format('%s', '{"pic": {"B": "AA=="}, "set": {"NS": ["1"]}}'::dynamo.item)::jsonb;

SELECT '{"b": [1, 2.50, "x", null, true, {"k": {}}, []], "a": false}'::jsonb::dynamo.item;
SELECT '{"N": "5"}'::jsonb::dynamo.item AS plain, '{"N": "5"}'::jsonb::dynamo.value AS plain_value;
SELECT j::jsonb::dynamo.value FROM unnest('{null,true,1,"\"s\"","[]","{}","[1]"}'::text[]) j WHERE j IS NOT NULL;
SELECT 'null'::jsonb::dynamo.value, '1e2'::jsonb::dynamo.value, '{}'::jsonb::dynamo.item;
SELECT '[]'::jsonb::dynamo.item;
SELECT '5'::jsonb::dynamo.item;
-- the context of an error tells where a number is
\set SHOW_CONTEXT errors
SELECT '{"a": {"b": [0, 123456789012345678901234567890123456789]}}'::jsonb::dynamo.item;
SELECT '{"a": 1e126}'::jsonb::dynamo.item;
SELECT '1e-131'::jsonb::dynamo.value;
SELECT '{"": 1}'::jsonb::dynamo.item;
SELECT '{"a": {"": 1}}'::jsonb::dynamo.value;
-- levels
SELECT (repeat('[', 32) || repeat(']', 32))::jsonb::dynamo.value::jsonb = (repeat('[', 32) || repeat(']', 32))::jsonb AS ok;
SELECT (repeat('[', 33) || repeat(']', 33))::jsonb::dynamo.value;
SELECT ('{"a":' || repeat('[', 32) || repeat(']', 32) || '}')::jsonb::dynamo.item ? 'a' AS ok;
SELECT ('{"a":' || repeat('[', 33) || repeat(']', 33) || '}')::jsonb::dynamo.item;
SELECT (repeat('[', 2000) || repeat(']', 2000))::jsonb::dynamo.value;

-- Large and toasted
CREATE TABLE public.large AS
	SELECT jsonb_object_agg('attribute ' || n, jsonb_build_array(n, repeat('x', n), n * 0.5)) AS j FROM generate_series(1, 1000) n;
ALTER TABLE public.large ADD item dynamo.item;
UPDATE public.large SET item = j;
SELECT item::jsonb = j AS same, cardinality(dynamo.attribute_names(item)), item['attribute 500'][2]::numeric, length(item['attribute 999'][1]::text)
  FROM public.large;
SELECT count(*), count(*) FILTER (WHERE item[key]::jsonb = value) AS same FROM public.large, jsonb_each(j);

DROP TABLE public.samples, public.large;
