-- There are two readers of DynamoDB JSON: that of literals and COPY, and that
-- of requests.  Both keep to one set of rules: the same texts are items, equal
-- ones, and the same texts are none.
SELECT dynamo.create_table('{"TableName": "json_readers", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;

-- What becomes of an item's text as a literal: the item, or the error.
CREATE FUNCTION pg_temp.as_literal(item text, OUT result dynamo.item, OUT error text)
LANGUAGE plpgsql AS $$
BEGIN
	result := item::dynamo.item;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS error = MESSAGE_TEXT;
	error := SQLSTATE || ' ' || error;
END
$$;

-- And in a request, put and got back.
CREATE FUNCTION pg_temp.in_request(item text, OUT result dynamo.item, OUT error text)
LANGUAGE plpgsql AS $$
DECLARE
	request text := '{"TableName": "json_readers", "Item": ' || item || '}';
BEGIN
	PERFORM dynamo.put_item(request::json);
	result := dynamo.get_item('json_readers', '1');
	-- A response writes an item as the type does.
	ASSERT '{"Item":' || result::text || '}' =
		dynamo.get_item('{"TableName": "json_readers", "Key": {"id": {"N": "1"}}}')::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS error = MESSAGE_TEXT;
	error := SQLSTATE || ' ' || error;
END
$$;

CREATE TEMPORARY TABLE texts (n int GENERATED ALWAYS AS IDENTITY, value text);
-- Values of an attribute.
INSERT INTO texts (value) VALUES
	('{"S": "x"}'), ('{"S": ""}'), ('{"S": "\u0000"}'), ('{"S": "a\u0000b\u0000"}'), ('{"S": "\u00fc\u4e2d\ud83d\ude00"}'),
	('{"S": "ü中😀"}'), ('{"S": "\"\\\/\b\f\n\r\t"}'), ('{"S": "\ud83d"}'), ('{"S": "\ude00"}'), ('{"S": "\ud83dx"}'),
	('{"S": "\ud83d\ud83d"}'), ('{"S": "\ude00\ud83d"}'), ('{"S": "\x41"}'), ('{"S": "\u12"}'), ('{"S": "\u12zz"}'),
	(E'{"S": "\t"}'), (E'{"S": "a\nb"}'), (E'{"S": "\x7f"}'), ('{"S": "unfinished}'),
	('{"S": 5}'), ('{"S": true}'), ('{"S": null}'), ('{"S": ["x"]}'), ('{"S": {"S": "x"}}'), ('{"S": "x",}'), ('{"S"}'), ('{"S": }'),
	('{"S": "x" "y"}'), ('{''S'': "x"}'), ('{S: "x"}'), ('{"s": "x"}'), ('{"\u0053": "x"}'), ('{"S": "x", "S": "y"}'),
	('{"S": "x", "N": "1"}'), ('{"N": "1", "S": "x"}'), ('{"S": "x", "N": null}'), ('{"S": "x", "X": "y"}'), ('{"X": {"S": "x"}, "S": "x"}'),
	('{}'), ('null'), ('[]'), ('"x"'), ('5'), ('true'), ('{"X": "x"}'),
	('{"N": "0"}'), ('{"N": "-0"}'), ('{"N": "007"}'), ('{"N": "+1"}'), ('{"N": ".5"}'), ('{"N": "5."}'), ('{"N": "-.5e-3"}'),
	('{"N": "1E5"}'), ('{"N": "1e+5"}'), ('{"N": "1e"}'), ('{"N": "e1"}'), ('{"N": "."}'), ('{"N": ""}'), ('{"N": " 1"}'), ('{"N": "1 "}'),
	('{"N": "0x10"}'), ('{"N": "NaN"}'), ('{"N": "Infinity"}'), ('{"N": "1,5"}'), ('{"N": "1_000"}'), ('{"N": "--1"}'), ('{"N": "1\u0000"}'),
	('{"N": "12345678901234567890123456789012345678"}'), ('{"N": "123456789012345678901234567890123456789"}'),
	('{"N": "1234567890123456789012345678901234567800000"}'), ('{"N": "0.00000000000000000000000000000000000000000000000012"}'),
	('{"N": "9.9999999999999999999999999999999999999e125"}'), ('{"N": "1e126"}'), ('{"N": "-1e126"}'), ('{"N": "1e-130"}'), ('{"N": "1e-131"}'),
	('{"N": "0e126"}'), ('{"N": "0.0e126"}'), ('{"N": "1e99999999999999999999"}'), ('{"N": "0e99999999999999999999"}'), ('{"N": 5}'), ('{"N": 5.5}'), ('{"N": -1e400}'),
	('{"B": ""}'), ('{"B": "AA=="}'), ('{"B": "AAE="}'), ('{"B": "AAEC"}'), ('{"B": "A"}'), ('{"B": "AA"}'), ('{"B": "AAA"}'), ('{"B": "===="}'),
	('{"B": "AB=="}'), ('{"B": "AAF="}'), ('{"B": "AA=A"}'), ('{"B": "A==="}'), ('{"B": "-_-_"}'), ('{"B": " AAEC"}'), ('{"B": "AAEC\n"}'), ('{"B": "AA\u0000="}'),
	('{"B": "\u0041AEC"}'), ('{"B": 5}'), ('{"B": null}'),
	('{"BOOL": true}'), ('{"BOOL": false}'), ('{"BOOL": "true"}'), ('{"BOOL": 1}'), ('{"BOOL": null}'), ('{"BOOL": {}}'), ('{"BOOL": tru}'),
	('{"NULL": true}'), ('{"NULL": false}'), ('{"NULL": "true"}'), ('{"NULL": null}'), ('{"NULL": 1}'),
	('{"SS": ["a"]}'), ('{"SS": ["b", "a", "aa", ""]}'), ('{"SS": []}'), ('{"SS": ["a", "a"]}'), ('{"SS": ["a", "\u0061"]}'), ('{"SS": ["a", 5]}'),
	('{"SS": ["a", null]}'), ('{"SS": "a"}'), ('{"SS": {}}'), ('{"SS": [["a"]]}'), ('{"SS": null}'), ('{"SS": ["\ud83d"]}'), ('{"SS": ["a",]}'),
	('{"NS": ["1", "2"]}'), ('{"NS": ["2", "10", "-1"]}'), ('{"NS": []}'), ('{"NS": ["1", "1.0"]}'), ('{"NS": ["1", "x"]}'), ('{"NS": ["1", 2]}'), ('{"NS": ["1", ""]}'),
	('{"BS": ["AA==", "AQ=="]}'), ('{"BS": []}'), ('{"BS": ["AA==", "AA=="]}'), ('{"BS": ["AA==", "A"]}'), ('{"BS": [""]}'), ('{"BS": ["", ""]}'), ('{"BS": [5]}'),
	('{"L": []}'), ('{"L": [{"S": "x"}, {"N": "1"}, {"L": [{"NULL": true}]}]}'), ('{"L": [{}]}'), ('{"L": [null]}'), ('{"L": ["x"]}'), ('{"L": [[]]}'),
	('{"L": {}}'), ('{"L": null}'), ('{"L": "x"}'), ('{"L": [{"S": "x"},]}'), ('{"L": [{"S": "x"} {"S": "y"}]}'),
	('{"M": {}}'), ('{"M": {"b": {"S": "x"}, "a": {"M": {"c": {"N": "1"}}}}}'), ('{"M": {"a": {"N": "1"}, "a": {"N": "2"}}}'), ('{"M": {"a": {}, "a": {"N": "2"}}}'),
	('{"M": {"a": {}}}'), ('{"M": {"a": null}}'), ('{"M": {"a": "x"}}'), ('{"M": []}'), ('{"M": null}'), ('{"M": "x"}'), ('{"M": {"": {"S": "x"}}}'),
	('{"M": {"a\u0000": {"S": "x"}}}'), ('{"M": {"\ud83d": {"S": "x"}}}'), ('{"M": {"\u00fc": {"S": "x"}, "ü": {"S": "y"}}}'), ('{"M": {"a": {"S": "x"}'),
	('{"M": {"a": {"SS": []}, "b": {"S": 5}}}'), ('{"L": [{"N": "x"}, {"S": 5}]}'), ('{"S": "x"}}'), ('{"S": "x"} x'), ('{"S": "x"}, "x": {"S": 5}');
-- Nesting.
INSERT INTO texts (value)
SELECT repeat(l, n) || '{"S": "x"}' || repeat(r, n)
  FROM (VALUES ('{"L": [', ']}'), ('{"M": {"a": ', '}}')) AS kinds(l, r), unnest(ARRAY[30, 31, 32, 33, 500, 1100]) AS n;
INSERT INTO texts (value) SELECT repeat('{"L": [', n) FROM unnest(ARRAY[31, 1000]) AS n;
-- Doubled members among few and among many; names that begin alike; numbers of each kind.
INSERT INTO texts (value) SELECT format('{"M": {%s, "a%s": {"N": "-1"}}}', string_agg(format('"a%s": {"N": "%s"}', i, i), ','), d)
  FROM unnest(ARRAY[15, 16, 17, 100]) AS n, unnest(ARRAY[1, 15, 1000]) AS d, generate_series(1, n) AS i GROUP BY n, d ORDER BY n, d;
INSERT INTO texts (value) SELECT format('{"L": [%s]}', v) FROM unnest(ARRAY['1', '-0', '123456789012345678', '1234567890123456789', '-1234567890123456789',
	'12345678901234567890', '1.5', '1e5', '1e400', '-', '01', '1.', '.5']) AS v;
-- Long ones.
INSERT INTO texts (value) VALUES
	('{"S": "' || repeat('x', 100000) || '"}'), ('{"S": "' || repeat('\u00fc', 20000) || '"}'),
	('{"N": "' || repeat('0', 100000) || '1"}'), ('{"N": "1' || repeat('0', 125) || '"}'), ('{"N": "1' || repeat('0', 126) || '"}'),
	('{"M": {"' || repeat('x', 65535) || '": {"S": "x"}}}'), ('{"M": {"' || repeat('x', 65536) || '": {"S": "x"}}}');
INSERT INTO texts (value) SELECT '{"SS": [' || string_agg(format('"%s"', i * 7919 % 1000), ',') || ']}' FROM generate_series(1, 1000) AS i;
INSERT INTO texts (value) SELECT '{"M": {' || string_agg(format('"%s": {"N": "%s"}', i * 7919 % 1000, i), ',') || '}}' FROM generate_series(1, 1000) AS i;

CREATE TEMPORARY TABLE outcomes AS
SELECT n, value, as_literal.result AS literal, as_literal.error AS literal_error,
	   in_request.result AS request, in_request.error AS request_error
  FROM texts,
	   format('{"id": {"N": "1"}, "v": %s}', value) AS item,
	   pg_temp.as_literal(item), pg_temp.in_request(item);

-- Read by one and not, or otherwise, by the other: none.
SELECT n, left(value, 60) AS value, left(literal::text, 60) AS literal, left(request::text, 60) AS request, literal_error, request_error
  FROM outcomes
 WHERE literal IS DISTINCT FROM request OR (literal_error IS NULL) <> (request_error IS NULL)
 ORDER BY n;

-- Refused in other words: what is no JSON at all, which Postgres says first of a request.
SELECT n, left(value, 60) AS value, literal_error, request_error
  FROM outcomes
 WHERE literal_error <> request_error
 ORDER BY n;

-- How many of each.
SELECT count(*) > 150 AS enough, count(literal) > 50 AS items, count(literal_error) > 80 AS none FROM outcomes;

SELECT dynamo.delete_table('{"TableName": "json_readers"}') IS NOT NULL AS deleted;
