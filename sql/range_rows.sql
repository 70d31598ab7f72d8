-- Rows that Query and Scan look up several at a time: of one page and of many, with versions and items that are gone.
SET client_min_messages = warning;
SELECT dynamo.create_table('{"TableName": "Rows", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]}') IS NOT NULL AS created;

-- 40 partitions, from one item to 400, which arrive interleaved.
CREATE TABLE rows_model AS
	SELECT p, s, repeat(md5(p || '/' || s), 1 + (p + s) % 20) AS body, 0 AS version
	FROM generate_series(1, 400) AS s, generate_series(1, 40) AS p WHERE s <= p * p / 4 OR s = 1;
INSERT INTO "Rows" (item)
	SELECT jsonb_build_object('p', 'p' || p, 's', s, 'body', body, 'version', version)::dynamo.item FROM rows_model ORDER BY s, p;

CREATE FUNCTION pg_temp.read(operation text, request jsonb) RETURNS TABLE (place bigint, p text, s int, version int, body text) LANGUAGE plpgsql AS $$
DECLARE
	page jsonb;
	found bigint := 0;
BEGIN
	LOOP
		page := dynamo.call(operation, request::json)::jsonb;
		RETURN QUERY SELECT found + ordinality, item -> 'p' ->> 'S', (item -> 's' ->> 'N')::int, (item -> 'version' ->> 'N')::int, item -> 'body' ->> 'S'
			FROM jsonb_array_elements(page -> 'Items') WITH ORDINALITY AS i (item);
		found := found + (page ->> 'Count')::bigint;
		EXIT WHEN NOT page ? 'LastEvaluatedKey';
		request := request || jsonb_build_object('ExclusiveStartKey', page -> 'LastEvaluatedKey');
	END LOOP;
END $$;

-- What is wrong: items that are missing, too many, different, or in another order.
CREATE FUNCTION pg_temp.wrong() RETURNS TABLE (read text, page_size int, items bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOREACH page_size IN ARRAY ARRAY[1, 7, 64, 65, 1000, NULL] LOOP
		RETURN QUERY WITH found AS (SELECT * FROM pg_temp.read('Scan', jsonb_strip_nulls(jsonb_build_object('TableName', 'Rows', 'Limit', wrong.page_size))))
			SELECT 'Scan', wrong.page_size, count(*) FROM found AS f FULL JOIN rows_model AS m ON f.p = 'p' || m.p AND f.s = m.s
			WHERE f.body IS DISTINCT FROM m.body OR f.version IS DISTINCT FROM m.version HAVING count(*) > 0;
		FOR number IN 1 .. 40 BY 6 LOOP
			FOR ascending IN 0 .. 1 LOOP
				RETURN QUERY WITH found AS (SELECT * FROM pg_temp.read('Query', jsonb_strip_nulls(jsonb_build_object('TableName', 'Rows', 'Limit', wrong.page_size,
						'KeyConditionExpression', 'p = :p', 'ExpressionAttributeValues', jsonb_build_object(':p', jsonb_build_object('S', 'p' || number)),
						'ScanIndexForward', ascending = 1)))),
					expected AS (SELECT row_number() OVER (ORDER BY CASE ascending WHEN 1 THEN m.s ELSE -m.s END) AS place, * FROM rows_model AS m WHERE m.p = number)
					SELECT format('Query of %s, ascending %s', number, ascending), wrong.page_size, count(*)
					FROM found AS f FULL JOIN expected AS m ON f.place = m.place
					WHERE f.body IS DISTINCT FROM m.body OR f.version IS DISTINCT FROM m.version OR f.s IS DISTINCT FROM m.s HAVING count(*) > 0;
			END LOOP;
		END LOOP;
	END LOOP;
END $$;

SELECT count(*) FROM rows_model;
SELECT * FROM pg_temp.wrong();

-- New versions, on the same page and on others; runs of dead entries, at both ends and in between; and new items behind them.
UPDATE rows_model SET version = 1, body = repeat(body, 1 + s % 3) WHERE (p + s) % 4 = 0;
UPDATE "Rows" AS r SET item['version'] = m.version, item['body'] = m.body
	FROM rows_model AS m WHERE r.item ->> 'p' = 'p' || m.p AND r.item ->> 's' = m.s::text AND m.version = 1;
DELETE FROM rows_model WHERE s % 100 BETWEEN 20 AND 60 OR p BETWEEN 30 AND 33 OR s < p / 4;
DELETE FROM "Rows" AS r WHERE NOT EXISTS (SELECT FROM rows_model AS m WHERE r.item ->> 'p' = 'p' || m.p AND r.item ->> 's' = m.s::text);
SELECT count(*) FROM rows_model;
SELECT * FROM pg_temp.wrong();
-- Again, with what the first time has told the index.
SELECT * FROM pg_temp.wrong();
SET dynamo.direct_path = off;
SELECT * FROM pg_temp.wrong();
RESET dynamo.direct_path;

-- A difference is found.
UPDATE rows_model SET version = 2 WHERE p = 40 AND s = 399;
SELECT * FROM pg_temp.wrong() WHERE page_size = 64;

DROP TABLE rows_model;
SELECT dynamo.delete_table('{"TableName": "Rows"}') IS NOT NULL AS deleted;
