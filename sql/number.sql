-- Numbers: the service's grammar, range, normal form and order.

CREATE FUNCTION read_number(input text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.value_out(dynamo.value_in(textout('{"N":' || to_json(input)::text || '}')));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

-- Normal form: plain decimal, no sign of plus, no zeros that tell nothing.
SELECT input, read_number(input) FROM (VALUES
	(1, '0'), (2, '00'), (3, '+0'), (4, '-0'), (5, '-0.0'), (6, '0.'), (7, '.0'), (8, '0e5'), (9, '0.0e3'), (10, '0e-5'),
	(11, '1'), (12, '+3'), (13, '-5'), (14, '10'), (15, '100'), (16, '007'), (17, '001.23'), (18, '+1.5'),
	(19, '1.0'), (20, '1.10'), (21, '100.000'), (22, '0.10'), (23, '.5'), (24, '-.5'), (25, '5.'),
	(26, '1e3'), (27, '1E3'), (28, '1e+3'), (29, '1E+03'), (30, '-3e2'), (31, '1.5e2'), (32, '1.23e4'), (33, '123e-2'),
	(34, '1.23e-1'), (35, '1.00e2'), (36, '1.0e-1'), (37, '1e20'), (38, '1e-20'), (39, '-273.15'), (40, '.e1')) n (id, input)
 ORDER BY id;

-- Digits: 38 that count.
SELECT read_number('12345678901234567890123456789012345678');
SELECT read_number('123456789012345678901234567890123456789');
SELECT read_number('-1.2345678901234567890123456789012345678');
SELECT read_number('-1.23456789012345678901234567890123456789');
SELECT read_number('0.00000000000000000000012345678901234567890123456789012345678');
SELECT read_number('1234567890123456789012345678901234567800000.00000');
SELECT read_number('10000000000000000000000000000000000001');
SELECT read_number('100000000000000000000000000000000000001');

-- Range: 1E-130 to 9.9...E+125.
SELECT read_number('1e125') = '{"N":"1' || repeat('0', 125) || '"}' AS "1e125",
	   read_number('-9.9999999999999999999999999999999999999e125') = '{"N":"-' || repeat('9', 38) || repeat('0', 88) || '"}' AS lowest,
	   read_number('1e-130') = '{"N":"0.' || repeat('0', 129) || '1"}' AS "1e-130",
	   read_number('-' || repeat('0', 200) || '.' || repeat('0', 129) || '1' || repeat('0', 200)) = '{"N":"-0.' || repeat('0', 129) || '1"}' AS "zeros around";
SELECT input, read_number(input) FROM (VALUES
	(1, '1e126'), (2, '11e125'), (3, '-1e126'), (4, '1e-131'), (5, '0.9e-130'), (6, '-1e-131'),
	(7, '1e99999999999999999999'), (8, '1e-99999999999999999999'),
	-- The range is asked of zeros, too, by the exponent that their text has.
	(9, '0e125'), (10, '0e126'), (11, '0.0e126'), (12, '0.0e127'), (13, '0e-130'), (14, '0e-131'), (15, '0.0e-130')) n (id, input)
 ORDER BY id;

-- Not numbers.
SELECT input, read_number(input) FROM (VALUES
	(1, ''), (2, ' '), (3, '+'), (4, '-'), (5, '.'), (6, '-.'), (7, 'e5'), (8, '1e'), (9, '1e+'), (10, '1e1.5'), (11, '1.2.3'),
	(12, '--1'), (13, '+-1'), (14, ' 1'), (15, '1 '), (16, '1,5'), (17, '1_000'), (18, '0x10'), (19, 'NaN'), (20, 'Infinity'),
	(21, '-Infinity'), (22, 'dog'), (23, '1f'), (24, '٣')) n (id, input)
 ORDER BY id;
SELECT '{"N":"1e126"}'::dynamo.value;
SELECT '{"N":"1e-131"}'::dynamo.value;
SELECT '{"N":"1.00000000000000000000000000000000000001"}'::dynamo.value;
SELECT '{"N":"one"}'::dynamo.value;
SELECT '{"N":""}'::dynamo.value;

-- Stored: the order of the bytes is that of the numbers, equal numbers are equal bytes.
CREATE TABLE numbers AS
	SELECT n::numeric AS number, dynamo.value_send(dynamo.value_in(textout('{"N":"' || n || '"}'))) AS bytes
	  FROM (SELECT sign || digits || 'e' || exponent
			  FROM (VALUES (''), ('-')) s (sign),
				   (VALUES ('1'), ('9'), ('10'), ('11'), ('99'), ('100'), ('101'), ('12345678901234567890123456789012345678'),
						   ('99999999999999999999999999999999999999')) d (digits),
				   (VALUES (-130), (-129), (-128), (-40), (-3), (-2), (-1), (0), (1), (2), (3), (40), (85), (86), (87), (88)) e (exponent)
			UNION ALL SELECT '0') a (n);
SELECT count(*) FROM numbers;
SELECT count(*) FROM numbers a, numbers b WHERE (a.bytes < b.bytes) <> (a.number < b.number) OR (a.bytes = b.bytes) <> (a.number = b.number);
SELECT max(length(bytes)) - 2 AS longest FROM numbers;
SELECT input, dynamo.value_send(dynamo.value_in(textout('{"N":"' || input || '"}')))
  FROM (VALUES (1, '0'), (2, '1'), (3, '-1'), (4, '10'), (5, '12.5'), (6, '-12.5'), (7, '1e-130'), (8, '9e125')) n (id, input) ORDER BY id;

DROP TABLE numbers;
DROP FUNCTION read_number;
