-- Limits of TransactWriteItems and TransactGetItems, on either side of each.
\set SHOW_CONTEXT never
SELECT dynamo.create_table('limits', 'id N'), dynamo.create_table('limits.more', 'id N');
CREATE FUNCTION pg_temp.answer(operation text, request json) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN left(dynamo.call(operation, request)::text, 60);
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || regexp_replace(sqlerrm, '(\{\.\.\.\}, )+', '..., ');
END
$$;
CREATE FUNCTION pg_temp.key(id int) RETURNS json LANGUAGE sql AS $$ SELECT json_build_object('id', json_build_object('N', id::text)) $$;
CREATE FUNCTION pg_temp.put(id int, size int DEFAULT 1, name text DEFAULT 'limits') RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('Put', json_build_object('TableName', name, 'Item',
		json_build_object('id', json_build_object('N', id::text), 'x', json_build_object('S', repeat('x', size)))))
$$;
CREATE FUNCTION pg_temp.action(kind text, id int, more jsonb DEFAULT '{}', name text DEFAULT 'limits') RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object(kind, jsonb_build_object('TableName', name, 'Key', pg_temp.key(id)) || more)
$$;
CREATE FUNCTION pg_temp.write(VARIADIC actions json[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.answer('TransactWriteItems', json_build_object('TransactItems', actions)) $$;
CREATE FUNCTION pg_temp.get(VARIADIC actions json[]) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.answer('TransactGetItems', json_build_object('TransactItems', actions)) $$;

-- 100 actions.
SELECT count, pg_temp.write(VARIADIC actions) FROM (SELECT max(n) AS count, array_agg(pg_temp.put(n)) AS actions FROM unnest(ARRAY[100, 101]) AS m, generate_series(1, m) AS n GROUP BY m) AS a ORDER BY 1;
SELECT count, left(pg_temp.get(VARIADIC actions), 200) FROM (SELECT max(n) AS count, array_agg(pg_temp.action('Get', n)) AS actions FROM unnest(ARRAY[100, 101]) AS m, generate_series(1, m) AS n GROUP BY m) AS a ORDER BY 1;
SELECT count(*) FROM limits;
SET dynamo.enforce_limits = off;
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.put(n))) FROM generate_series(1, 300) AS n;
RESET dynamo.enforce_limits;
SELECT count(*) FROM limits;

-- Each item once, whatever is done with it; the same key of another table is another item, and 1.0 is 1.
SELECT kind, pg_temp.write(pg_temp.put(1), pg_temp.put(2), pg_temp.action(kind, 1, more)) FROM (VALUES
	('Delete', '{}'::jsonb), ('Update', '{"UpdateExpression": "REMOVE x"}'), ('ConditionCheck', '{"ConditionExpression": "attribute_exists(x)"}')) AS k (kind, more);
SELECT pg_temp.write(pg_temp.put(1), pg_temp.put(1));
SELECT pg_temp.write(pg_temp.put(1), ('{"Delete": {"TableName": "limits", "Key": {"id": {"N": "1.0"}}}}')::json);
SELECT pg_temp.write(pg_temp.put(1), pg_temp.put(1, 1, 'limits.more'));
SELECT pg_temp.write(pg_temp.put(1), ('{"Delete": {"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/limits", "Key": {"id": {"N": "1"}}}}')::json);
SELECT pg_temp.get(pg_temp.action('Get', 1), pg_temp.action('Get', 2), pg_temp.action('Get', 1));
SELECT pg_temp.get(pg_temp.action('Get', 1), pg_temp.action('Get', 1, name => 'limits.more'));

-- 4 MB of items in the request; what is there already does not count.
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.put(n, 400000))) FROM generate_series(1, 10) AS n;
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.put(n, 400000))) FROM generate_series(1, 11) AS n;
SELECT count(*) FILTER (WHERE dynamo.size(item) > 400000) AS large FROM limits;
-- To the byte: 10 items of 400,000 + 7 bytes (names and id), and one of what is left.
SELECT rest, pg_temp.write(VARIADIC actions) FROM (SELECT rest, array_agg(pg_temp.put(n, CASE n WHEN 11 THEN rest ELSE 400000 END)) AS actions
	FROM unnest(ARRAY[0, 1]) AS more, LATERAL (SELECT 4 * 1024 * 1024 - (SELECT sum(dynamo.size((pg_temp.put(n, 400000) #> '{Put,Item}')::text::dynamo.item))::int
		FROM generate_series(1, 10) AS n) - dynamo.size((pg_temp.put(11, 1) #> '{Put,Item}')::text::dynamo.item)::int + 1 + more AS rest) AS r, generate_series(1, 11) AS n GROUP BY rest) AS a ORDER BY 1;
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.put(n, 400000))) FROM generate_series(11, 20) AS n;
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.action('Update', n, '{"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": {"S": "y"}}}'))) FROM generate_series(1, 15) AS n;
SELECT left(pg_temp.get(VARIADIC array_agg(pg_temp.action('Get', n))), 200) FROM generate_series(1, 10) AS n;
SELECT left(pg_temp.get(VARIADIC array_agg(pg_temp.action('Get', n))), 200) FROM generate_series(1, 15) AS n;
-- What is projected away is read all the same.
SELECT left(pg_temp.get(VARIADIC array_agg(pg_temp.action('Get', n, '{"ProjectionExpression": "id"}'))), 200) FROM generate_series(1, 15) AS n;
SELECT pg_temp.write(VARIADIC array_agg(pg_temp.action('Delete', n))) FROM generate_series(1, 20) AS n;
SELECT count(*) FILTER (WHERE dynamo.size(item) > 400000) AS large FROM limits;

-- An item has at most 400 KB: what is put in the request, and what an update makes.
SELECT pg_temp.write(pg_temp.put(1), pg_temp.put(2, 409600 - 5));
SELECT pg_temp.write(pg_temp.put(1), pg_temp.put(2, 409600 - 4));
SELECT max(dynamo.size(item)) FROM limits;
SELECT pg_temp.write(pg_temp.action('Update', 2, '{"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": {"S": "y"}}}'), pg_temp.put(777));
SELECT dynamo.try_transact_write_items(json_build_object('TransactItems', json_build_array(
	pg_temp.action('Update', 2, '{"UpdateExpression": "SET y = :y", "ExpressionAttributeValues": {":y": {"S": "y"}}}'), pg_temp.put(777)))) -> 'CancellationReasons' AS reasons;
SELECT count(*) FROM limits WHERE item['id']::int = 777;

-- Tokens have 1 to 36 characters.
SELECT length, pg_temp.answer('TransactWriteItems', json_build_object('ClientRequestToken', repeat('t', length), 'TransactItems', json_build_array(pg_temp.put(1))))
  FROM unnest(ARRAY[0, 1, 36, 37]) AS length;
DELETE FROM dynamo.request_tokens WHERE token IN ('t', repeat('t', 36));
DROP TABLE limits, "limits.more";
