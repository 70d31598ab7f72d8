-- Query on an index with several HASH and RANGE attributes.
SELECT dynamo.create_table(json_build_object('TableName', 'query_multi', 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', (SELECT json_agg(json_build_object('AttributeName', split_part(a, ' ', 1), 'AttributeType', split_part(a, ' ', 2)))
		FROM unnest('{pk S,sk B,h1 S,h2 N,r1 S,r2 N,r3 B,r4 S}'::text[]) a),
	'KeySchema', '[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]'::json,
	'GlobalSecondaryIndexes', json_build_array(json_build_object('IndexName', 'multi', 'Projection', '{"ProjectionType": "ALL"}'::json,
		'KeySchema', (SELECT json_agg(json_build_object('AttributeName', a, 'KeyType', CASE WHEN a LIKE 'h%' THEN 'HASH' ELSE 'RANGE' END))
			FROM unnest('{h1,h2,r1,r2,r3,r4}'::text[]) a))))) IS NOT NULL;
-- r1 around the ends of groups of eight bytes, r3 with zero and 0xFF bytes.
CREATE TEMPORARY TABLE r1 AS SELECT v FROM unnest('{a,ab,abcdefg,abcdefgh,abcdefghi,abcdefghijklmnop,abcdefghijklmnopq,b}'::text[]) v;
CREATE TEMPORARY TABLE r3 AS SELECT v FROM unnest('{"\\x00","\\x0000","\\xff","\\xffff","\\xffffffffffffffff","\\xffffffffffffffff00","\\x616263"}'::bytea[]) v;
ANALYZE r1, r3;
INSERT INTO query_multi (item)
SELECT format('{"pk": {"S": "p"}, "sk": {"B": "%s"}, "h1": {"S": "h"}, "h2": {"N": "1"}, "r1": {"S": "%s"}, "r2": {"N": "%s"}, "r3": {"B": "%s"}, "r4": {"S": "%s"}}',
	encode(convert_to(row_number() OVER (ORDER BY r1.v COLLATE "C", r2, r3.v, r4)::text, 'UTF8'), 'base64'), r1.v, r2, encode(r3.v, 'base64'), r4)::dynamo.item
FROM r1, generate_series(-1, 1) r2, r3, unnest('{x,xy}'::text[]) r4;
-- Without any of the attributes an item is not in the index.
INSERT INTO query_multi (item) VALUES ('{"pk": {"S": "p"}, "sk": {"B": "AAAA"}, "h1": {"S": "h"}, "h2": {"N": "1"}, "r1": {"S": "a"}, "r2": {"N": "1"}, "r3": {"B": "AA=="}}');

CREATE FUNCTION pg_temp.request(condition text, v jsonb, more jsonb DEFAULT '{}') RETURNS json
LANGUAGE sql AS $$
	SELECT (jsonb_build_object('TableName', 'query_multi', 'IndexName', 'multi', 'KeyConditionExpression', 'h1 = :h1 AND ' || condition || ' AND h2 = :h2',
		'ExpressionAttributeValues', '{":h1": {"S": "h"}, ":h2": {"N": "1"}}' || v) || more)::json
$$;
-- All positions that a condition finds, in the order of the answer, in pages of a size; as numbers and distances.
CREATE FUNCTION pg_temp.positions(condition text, v jsonb, page int, forward bool) RETURNS int[]
LANGUAGE plpgsql AS $$
DECLARE
	found int[] := '{}';
	more jsonb := jsonb_build_object('Limit', page, 'ScanIndexForward', forward, 'ProjectionExpression', 'sk');
	answer json;
BEGIN
	LOOP
		answer := dynamo.query(pg_temp.request(condition, v, more));
		found := found || ARRAY(SELECT convert_from(decode(i -> 'sk' ->> 'B', 'base64'), 'UTF8')::int
			FROM json_array_elements(answer -> 'Items') WITH ORDINALITY AS t (i, n) ORDER BY n);
		EXIT WHEN answer -> 'LastEvaluatedKey' IS NULL;
		more := more || jsonb_build_object('ExclusiveStartKey', answer -> 'LastEvaluatedKey');
	END LOOP;
	RETURN found;
END
$$;
-- The same by SQL: what the condition says, in the order of the values.
CREATE FUNCTION pg_temp.expected(condition text, forward bool) RETURNS int[]
LANGUAGE plpgsql AS $$
DECLARE
	result int[];
BEGIN
	EXECUTE format($q$
		SELECT COALESCE(array_agg(p ORDER BY p * %s), '{}') FROM (SELECT row_number() OVER (ORDER BY r1 COLLATE "C", r2, r3, r4) AS p, *
			FROM (SELECT a.v COLLATE "C" AS r1, r2, b.v AS r3, r4 FROM r1 a, generate_series(-1, 1) r2, r3 b, unnest('{x,xy}'::text[]) r4) AS v) AS i WHERE %s$q$,
		CASE WHEN forward THEN 1 ELSE -1 END, condition) INTO result;
	RETURN result;
END
$$;
CREATE TEMPORARY TABLE conditions (condition text, v jsonb, expected text);
INSERT INTO conditions SELECT format('r1 %s :v', op), jsonb_build_object(':v', jsonb_build_object('S', v)), format('r1 %s %L', op, v)
	FROM unnest('{=,<,<=,>,>=}'::text[]) op, (SELECT v FROM r1 UNION VALUES ('ac'), ('abcdefghij'), ('')) AS t WHERE v <> '';
INSERT INTO conditions SELECT 'begins_with(r1, :v)', jsonb_build_object(':v', jsonb_build_object('S', v)), format('starts_with(r1, %L)', v)
	FROM r1;
INSERT INTO conditions SELECT 'r1 BETWEEN :v AND :w', jsonb_build_object(':v', jsonb_build_object('S', a.v), ':w', jsonb_build_object('S', b.v)),
	format('r1 BETWEEN %L AND %L', a.v, b.v) FROM r1 a, r1 b WHERE a.v COLLATE "C" <= b.v COLLATE "C";
INSERT INTO conditions SELECT format('r1 = :r AND r2 %s :v', op), jsonb_build_object(':r', '{"S": "abcdefgh"}'::jsonb, ':v', jsonb_build_object('N', v::text)), format('r1 = ''abcdefgh'' AND r2 %s %s', op, v)
	FROM unnest('{=,<,<=,>,>=}'::text[]) op, generate_series(-2, 2) v;
INSERT INTO conditions SELECT format('r3 %s :v AND r1 = :r AND r2 = :n', op), jsonb_build_object(':r', '{"S": "a"}'::jsonb, ':n', '{"N": "0"}'::jsonb, ':v', jsonb_build_object('B', encode(v, 'base64'))),
		format('r1 = ''a'' AND r2 = 0 AND r3 %s %L::bytea', op, v)
	FROM unnest('{=,<,<=,>,>=}'::text[]) op, r3;
INSERT INTO conditions SELECT 'begins_with(r3, :v) AND r1 = :r AND r2 = :n', jsonb_build_object(':r', '{"S": "a"}'::jsonb, ':n', '{"N": "0"}'::jsonb, ':v', jsonb_build_object('B', encode(v, 'base64'))),
		format('r1 = ''a'' AND r2 = 0 AND substr(r3, 1, %s) = %L::bytea', length(v), v) FROM r3;
INSERT INTO conditions SELECT format('r1 = :r AND r2 = :n AND r3 = :b AND r4 %s :v', op), jsonb_build_object(':r', '{"S": "b"}'::jsonb, ':n', '{"N": "1"}'::jsonb, ':b', '{"B": "/w=="}'::jsonb, ':v', '{"S": "x"}'::jsonb),
		format('r1 = ''b'' AND r2 = 1 AND r3 = ''\xff'' AND r4 COLLATE "C" %s ''x''', op) FROM unnest('{=,<,<=,>,>=}'::text[]) op;
-- Every condition, forwards and backwards, in pages of several sizes, against SQL.
SELECT count(*), count(*) FILTER (WHERE pg_temp.expected(expected, true) <> '{}') AS matching FROM conditions;
SELECT condition, v, page, forward FROM conditions, unnest('{1000,7}'::int[]) page, unnest('{true,false}'::bool[]) forward
WHERE pg_temp.positions(condition, v, page, forward) IS DISTINCT FROM pg_temp.expected(expected, forward);
SELECT page, forward FROM unnest('{1,2,3,50,335,336,337}'::int[]) page, unnest('{true,false}'::bool[]) forward
WHERE pg_temp.positions('r1 >= :v', '{":v": {"S": "a"}}', page, forward) IS DISTINCT FROM pg_temp.expected('true', forward);

-- What cannot be asked, in the service's words.
SELECT dynamo.query(pg_temp.request('r2 = :v', '{":v": {"N": "1"}}'));
SELECT dynamo.query(pg_temp.request('r1 > :v AND r2 = :n', '{":v": {"S": "a"}, ":n": {"N": "1"}}'));
SELECT dynamo.query(pg_temp.request('r1 = :v AND r3 = :n', '{":v": {"S": "a"}, ":n": {"B": "AA=="}}'));
SELECT dynamo.query('{"TableName": "query_multi", "IndexName": "multi", "KeyConditionExpression": "h1 = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}}');
SELECT dynamo.query(pg_temp.request('r1 = :v', '{":v": {"S": "a"}}', '{"FilterExpression": "r4 = :v"}'));
SELECT dynamo.query(pg_temp.request('r1 = :v', '{":v": {"S": "a"}}', '{"Limit": 1, "ProjectionExpression": "r1"}'));

-- The longest entries: four RANGE attributes with 1,024 zero bytes in sum, and table keys at their maximum.
SELECT dynamo.create_table(json_build_object('TableName', 'query_longest', 'BillingMode', 'PAY_PER_REQUEST',
	'AttributeDefinitions', (SELECT json_agg(json_build_object('AttributeName', a, 'AttributeType', 'B')) FROM unnest('{pk,sk,h,r1,r2,r3,r4}'::text[]) a),
	'KeySchema', '[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]'::json,
	'GlobalSecondaryIndexes', json_build_array(json_build_object('IndexName', 'longest', 'Projection', '{"ProjectionType": "KEYS_ONLY"}'::json,
		'KeySchema', (SELECT json_agg(json_build_object('AttributeName', a, 'KeyType', CASE WHEN a = 'h' THEN 'HASH' ELSE 'RANGE' END))
			FROM unnest('{h,r1,r2,r3,r4}'::text[]) a))))) IS NOT NULL;
-- A binary of so many zero bytes, and one byte at its end.
CREATE FUNCTION pg_temp.zeros(length int, last int DEFAULT 0) RETURNS json
LANGUAGE sql AS $$
	SELECT json_build_object('B', translate(encode(set_byte(decode(repeat('00', length), 'hex'), length - 1, last), 'base64'), E'\n', ''))
$$;
-- Plain keys of 128 bytes, and digested ones.
INSERT INTO query_longest (item)
SELECT json_build_object('pk', pg_temp.zeros(pk, n % 3), 'sk', pg_temp.zeros(1024, n), 'h', pg_temp.zeros(pk), 'r1', pg_temp.zeros(256), 'r2', pg_temp.zeros(256),
	'r3', pg_temp.zeros(256), 'r4', pg_temp.zeros(256))::text::dynamo.item
FROM unnest('{126,2048}'::int[]) pk, generate_series(1, 40) n;
-- Entries of one index key, in pages: their order, and the keys that come with them.
CREATE FUNCTION pg_temp.longest(pk int, page int, forward bool) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	found text := '';
	answer json;
	start json;
BEGIN
	LOOP
		answer := dynamo.query(json_strip_nulls(json_build_object('TableName', 'query_longest', 'IndexName', 'longest', 'Limit', page, 'ScanIndexForward', forward,
			'KeyConditionExpression', 'h = :h AND begins_with(r1, :z)',
			'ExpressionAttributeValues', json_build_object(':h', pg_temp.zeros(pk), ':z', pg_temp.zeros(256)),
			'ExclusiveStartKey', start)));
		found := found || COALESCE((SELECT string_agg(' ' || get_byte(decode(i -> 'sk' ->> 'B', 'base64'), 1023), '' ORDER BY n)
			FROM json_array_elements(answer -> 'Items') WITH ORDINALITY AS t (i, n)
			WHERE (SELECT sum(length(decode(v ->> 'B', 'base64'))) FROM json_each(i) AS e (k, v)) = 2 * pk + 2048), '');
		start := answer -> 'LastEvaluatedKey';
		EXIT WHEN start IS NULL;
	END LOOP;
	RETURN found;
END
$$;
-- In one partition of the table by its sort key, partitions by their hash.
SELECT pk, (SELECT array_agg(n::int % 3 ORDER BY i) FROM regexp_split_to_table(trim(pg_temp.longest(pk, 100, true)), ' ') WITH ORDINALITY AS t (n, i)) FROM unnest('{126,2048}'::int[]) pk;
SELECT pg_temp.longest(126, 100, true);
SELECT pg_temp.longest(126, 100, false);
SELECT pk, forward, count(DISTINCT pg_temp.longest(pk, page, forward)) FROM unnest('{126,2048}'::int[]) pk, unnest('{true,false}'::bool[]) forward, unnest('{1,7,39,40,41}'::int[]) page
GROUP BY pk, forward ORDER BY pk, forward;
SELECT dynamo.delete_table(json_build_object('TableName', name)) IS NOT NULL FROM unnest('{query_multi,query_longest}'::text[]) name;
