-- dynamo.value: its text form, the rules of every type, and that both JSON
-- readers have the same ones.

SELECT '{"S":"x"}'::dynamo.value, '{"N":"1.50"}'::dynamo.value, '{"B":"AQI="}'::dynamo.value;
SELECT '{"BOOL":true}'::dynamo.value, '{"BOOL":false}'::dynamo.value, '{"NULL":true}'::dynamo.value;
SELECT '{"SS":["b","a",""]}'::dynamo.value, '{"NS":["10","-1","9"]}'::dynamo.value, '{"BS":["/w==","AA==",""]}'::dynamo.value;
SELECT '{"L":[{"S":"x"},{"L":[]}]}'::dynamo.value, '{"M":{"b":{"S":"x"},"a":{"M":{}}}}'::dynamo.value;

-- Text that does not begin with a brace is a string of exactly these characters.
SELECT 'Rock'::dynamo.value, ''::dynamo.value, ' x '::dynamo.value, '5'::dynamo.value, '"x"'::dynamo.value, '[1]'::dynamo.value;
SELECT E' \t\n\r{"N":"5"} '::dynamo.value;
SELECT E'\u00a0{"N":"5"}'::dynamo.value;

-- An error shows what is wrong and what to do.
SELECT '{"N":5}'::dynamo.value;
SELECT '{"S":"x"'::dynamo.value;
SELECT '{"SS":["a","b","a"]}'::dynamo.value;

-- What each text gives: its canonical text, or the error.
CREATE FUNCTION read(input text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.value_out(dynamo.value_in(textout(input)));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- The fast reader hands over everything with a member that is no type, so
-- this is read by the reader of requests.
CREATE FUNCTION read_as_request(input text) RETURNS text LANGUAGE sql AS $$
	SELECT read(CASE WHEN input ~ '^\{\s*\}' THEN regexp_replace(input, '^\{\s*', '{"":null')
				ELSE regexp_replace(input, '^\{', '{"":null,') END)
$$;

CREATE TABLE readings (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, input text);
INSERT INTO readings (input) VALUES
	-- strings
	('{"S":""}'),
	('{"S":"\u0000 \u0001 \" \\ \/ \b \f \n \r \t \u001f \u007f"}'),
	('{"S":"é \u00e9 \ud83d\ude00 \uD83D\uDE00 😀"}'),
	('{"\u0053":"x"}'),
	('{"S":"\ud83d"}'),
	('{"S":"\ude00"}'),
	('{"S":"\ud83dx"}'),
	('{"S":"\ud83d\n"}'),
	('{"S":"\ude00\ud83d"}'),
	('{"S":"\ud83d\ud83d"}'),
	('{"S":"\u12"}'),
	('{"S":"\x41"}'),
	(E'{"S":"a\tb"}'),
	('{"S":1}'),
	('{"S":1.5}'),
	('{"S":true}'),
	('{"S":false}'),
	('{"S":null}'),
	('{"S":[]}'),
	('{"S":{}}'),
	-- numbers: the grammar is tested in number.sql
	('{"N":"-0012.500e1"}'),
	('{"N":"\u0031\u0032"}'),
	('{"N":""}'),
	('{"N":"twelve"}'),
	('{"N":"1\u0000"}'),
	('{"N":5}'),
	('{"N":5.5}'),
	('{"N":true}'),
	('{"N":[]}'),
	-- binaries: canonical base64 only
	('{"B":""}'),
	('{"B":"AA=="}'),
	('{"B":"AAA="}'),
	('{"B":"AAAA"}'),
	('{"B":"+/+/"}'),
	('{"B":"\u0041A=="}'),
	('{"B":"AB=="}'),
	('{"B":"AAB="}'),
	('{"B":"A==="}'),
	('{"B":"===="}'),
	('{"B":"AA="}'),
	('{"B":"AA=A"}'),
	('{"B":"AA==AAAA"}'),
	('{"B":"AA A"}'),
	('{"B":"-_-_"}'),
	('{"B":5}'),
	('{"B":true}'),
	('{"B":[]}'),
	('{"B":{}}'),
	-- booleans and nulls
	('{"BOOL":"TRUE"}'),
	('{"BOOL":"no"}'),
	('{"BOOL":"x"}'),
	('{"BOOL":1}'),
	('{"BOOL":[]}'),
	('{"BOOL":{}}'),
	('{"NULL":false}'),
	('{"NULL":"true"}'),
	('{"NULL":1}'),
	('{"NULL":null}'),
	-- sets
	('{"SS":["b","a"]}'),
	('{"SS":["é","z","Z",""]}'),
	('{"NS":["3","-1","20","1e1","0.5"]}'),
	('{"BS":["AQ==","AA==",""]}'),
	('{"SS":[]}'),
	('{"NS":[]}'),
	('{"BS":[]}'),
	('{"SS":["a","b","a"]}'),
	('{"SS":["a","\u0061"]}'),
	('{"NS":["1","2","1.0"]}'),
	('{"NS":["0","-0"]}'),
	('{"BS":["AQ==","AA==","AQ=="]}'),
	('{"SS":["a",1]}'),
	('{"SS":["a",null]}'),
	('{"SS":"a"}'),
	('{"SS":{"a":"b"}}'),
	('{"NS":["x"]}'),
	('{"NS":[1]}'),
	('{"BS":["A"]}'),
	('{"BS":[1]}'),
	-- lists and maps
	('{"L":[]}'),
	('{"L":[{"N":"1"},{"S":"x"},{"NULL":true}]}'),
	('{"L":[{}]}'),
	('{"L":[null]}'),
	('{"L":["x"]}'),
	('{"L":[[]]}'),
	('{"L":{}}'),
	('{"L":"x"}'),
	('{"M":{}}'),
	('{"M":{"b":{"S":"2"},"a":{"S":"1"},"B":{"S":"3"},"é":{"S":"4"},"aa":{"S":"5"}}}'),
	('{"M":{"a":{"S":"1"},"b":{"S":"2"},"a":{"N":"3"}}}'),
	('{"M":{"a":{"N":"no number"},"b":{"S":"2"},"a":{"N":"3"}}}'),
	('{"M":{"a":5,"\u0061":{"N":"3"}}}'),
	('{"M":{"":{"S":"x"}}}'),
	('{"M":{"a":null}}'),
	('{"M":{"a":"x"}}'),
	('{"M":{"a":5}}'),
	('{"M":{"a":[]}}'),
	('{"M":[]}'),
	('{"M":"x"}'),
	-- exactly one type
	('{}'),
	('{ }'),
	('{"X":"x"}'),
	('{"s":"x"}'),
	('{"S":"x","N":"1"}'),
	('{"S":"x","N":null}'),
	('{"S":"x","S":"y"}'),
	('{"S":"x","S":null}'),
	('{"S":"x","other":{"deep":[1,2,{"S":3}]}}'),
	('{"N":"x","S":"y"}'),
	-- wrong shapes come before all else
	('{"L":[{"N":"x"},{"N":5}]}'),
	('{"M":{"a":{"SS":[]},"b":{"S":5}}}'),
	('{"L":[{"N":"x"},{"B":"A"}]}'),
	-- syntax
	('{'),
	('{"S"'),
	('{"S":'),
	('{"S":"x"'),
	('{"S":"x",}'),
	('{"S" "x"}'),
	('{"S":"x"}}'),
	('{"S":"x"} {"S":"y"}'),
	('{"L":[{"S":"x"},]}'),
	('{"SS":["a" "b"]}'),
	('{"SS":["a",]}'),
	('{S:"x"}'),
	('{''S'':"x"}'),
	('{"S":tru}');

\pset format unaligned
SELECT id, input, read(input) FROM readings ORDER BY id;
\pset format aligned

-- The other reader gives the same.
SELECT id, input, read(input), read_as_request(input) FROM readings WHERE read(input) <> read_as_request(input);
-- The same inside of a list, of a map and twice: a value is a value everywhere.
SELECT id, input, read(wrapped), read_as_request(wrapped)
  FROM readings, LATERAL (VALUES ('{"L":[' || input || ']}'), ('{"M":{"a":' || input || '}}'),
								 ('{"M":{"a":{"L":[' || input || ']},"b":' || input || '}}')) w (wrapped)
 WHERE read(wrapped) <> read_as_request(wrapped);
SELECT count(*) AS accepted FROM readings WHERE read(input) !~ '^YD00[15]';

-- Names.
SELECT read('{"M":{"' || repeat('n', 65535) || '":{"NULL":true}}}') = '{"M":{"' || repeat('n', 65535) || '":{"NULL":true}}}' AS longest;
SELECT read('{"M":{"' || repeat('n', 65536) || '":{"NULL":true}}}');
SELECT length(read('{"M":{"' || repeat('é', 32767) || '":{"NULL":true}}}')), read('{"M":{"' || repeat('é', 32768) || '":{"NULL":true}}}');
SELECT read('{"M":{"a\u0000":{"S":"x"}}}'), read_as_request('{"M":{"a\u0000":{"S":"x"}}}');

-- Levels: the value is the first, 32 are allowed, elements of sets are none.
CREATE FUNCTION nest(levels int, innermost text) RETURNS text LANGUAGE sql AS $$
	SELECT repeat('{"L":[', levels - 1) || innermost || repeat(']}', levels - 1)
$$;
SELECT innermost, levels, left(read(nest(levels, innermost)), 30) AS read,
	   read(nest(levels, innermost)) = read_as_request(nest(levels, innermost)) AS same
  FROM (VALUES ('{"S":"x"}'), ('{"L":[]}'), ('{"M":{}}'), ('{"SS":["x"]}')) i (innermost), (VALUES (31), (32), (33)) l (levels)
 ORDER BY innermost COLLATE "C", levels;
SELECT levels, read(repeat('{"M":{"a":', levels - 1) || '{"S":"x"}' || repeat('}}', levels - 1)) ~ '^YD001' AS refused
  FROM (VALUES (32), (33)) l (levels);

-- Deep nesting is refused, whatever it is made of, and does not take long.
SET statement_timeout = '5s';
SELECT input, left(read(repeat(input, 100000)), 34) FROM (VALUES ('{"L":['), ('{"M":{"a":'), ('{"a":'), ('{"S":['), ('{"S":{"x":')) d (input);
SELECT left(read('{"S":"x","other":' || repeat('[', 100000) || repeat(']', 100000) || '}'), 34);
RESET statement_timeout;

-- Strings with U+0000 can be stored, and the bytes of a value are those of its text.
SELECT dynamo.value_send('{"S":"a\u0000b"}'), dynamo.value_send('{"N":"-12.5"}'), dynamo.value_send('{"L":[{"S":"x"},{"NULL":true}]}');
SELECT count(*) FROM readings
 WHERE read(input) !~ '^YD00[15]'
   AND dynamo.value_send(dynamo.value_in(textout(input))) <> dynamo.value_send(dynamo.value_in(textout(read(input))));

DROP TABLE readings;
DROP FUNCTION read_as_request, nest, read;
