-- UpdateTimeToLive, DescribeTimeToLive and dynamo.expire_items
\set VERBOSITY terse
SET client_min_messages = warning;

CREATE FUNCTION pg_temp.ttl(name text, enabled boolean, attribute text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_time_to_live(json_build_object('TableName', name, 'TimeToLiveSpecification',
		json_build_object('Enabled', enabled, 'AttributeName', attribute)));
EXCEPTION WHEN others THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.request(request text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.update_time_to_live(request::json);
EXCEPTION WHEN others THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE FUNCTION pg_temp.status(name text) RETURNS json LANGUAGE sql AS $$
	SELECT dynamo.describe_time_to_live(json_build_object('TableName', name)) -> 'TimeToLiveDescription' $$;

SELECT dynamo.create_table('time_to_live', 'pk S', 'sk N') IS NOT NULL AS created;

-- when an item expires
SELECT value, dynamo.expires_at(format('{"ttl": %s}', value)::dynamo.item, 'ttl') AT TIME ZONE 'UTC' AS expires_at
  FROM unnest(ARRAY['{"N": "0"}', '{"N": "1700000000"}', '{"N": "1700000000.999"}', '{"N": "17E8"}', '{"N": "-1"}', '{"N": "-0.5"}',
				   '{"N": "1700000000000"}', '{"N": "9224318015999"}', '{"N": "9224318016000"}', '{"N": "99999999999999"}',
				   '{"N": "1E125"}', '{"N": "1E-130"}', '{"N": "-1E125"}', '{"N": "-210866803200"}', '{"N": "-210866803201"}',
				   '{"S": "1700000000"}', '{"NS": ["1700000000"]}', '{"NULL": true}', '{"M": {"ttl": {"N": "1"}}}', '{"L": [{"N": "1"}]}']) AS value;
SELECT dynamo.expires_at('{"a": {"N": "1"}}', 'ttl'), dynamo.expires_at(NULL, 'ttl'), dynamo.expires_at('{"a": {"N": "1"}}', NULL);

-- the states, and what is refused
SELECT pg_temp.status('time_to_live');
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT pg_temp.ttl('time_to_live', true, 'ttl');
SELECT pg_temp.status('time_to_live');
SELECT pg_temp.ttl('time_to_live', true, 'ttl');
SELECT pg_temp.ttl('time_to_live', true, 'other');
SELECT pg_temp.ttl('time_to_live', false, 'other');
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT pg_temp.status('time_to_live');
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT pg_temp.ttl('no_such_table', true, 'ttl');
SELECT pg_temp.status('no_such_table');
SELECT pg_temp.ttl('time_to_live', true, '');
SELECT pg_temp.ttl('time_to_live', true, repeat('x', 256));
SELECT pg_temp.request('{"TableName": "time_to_live"}');
SELECT pg_temp.request('{"TableName": "time_to_live", "TimeToLiveSpecification": {}}');
SELECT pg_temp.request('{"TableName": "time_to_live", "TimeToLiveSpecification": {"Enabled": "true", "AttributeName": "ttl"}}');
SELECT pg_temp.request('{"TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}');

-- any name of an attribute, and the table's ARN
SELECT pg_temp.ttl('arn:aws:dynamodb:us-east-1:000000000000:table/time_to_live', true, E'it''s "odd", \\ и %s $1 ');
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'time_to_live'::regclass AND NOT indisprimary;
INSERT INTO time_to_live (item) VALUES (dynamo.item(json_build_object('pk', json_build_object('S', 'a'), 'sk', '{"N": "1"}'::json,
	E'it''s "odd", \\ и %s $1 ', '{"N": "1700000000"}'::json)::text));
SET dynamo.ttl_clock = 1700000001;
SELECT dynamo.expire_items('time_to_live');
SELECT count(*) FROM time_to_live;
SELECT pg_temp.ttl('time_to_live', false, E'it''s "odd", \\ и %s $1 ');
SELECT pg_temp.ttl('time_to_live', true, repeat('x', 255)) IS NOT NULL;
SELECT pg_temp.status('time_to_live') ->> 'AttributeName' = repeat('x', 255) AS long_name;
SELECT pg_temp.ttl('time_to_live', false, repeat('x', 255)) IS NOT NULL;
SELECT count(*) FROM pg_index WHERE indrelid = 'time_to_live'::regclass;

-- an index that a user made before is taken; the description follows a rename
CREATE INDEX mine ON time_to_live (dynamo.expires_at(item, 'ttl')) WHERE dynamo.expires_at(item, 'ttl') IS NOT NULL;
SELECT pg_temp.ttl('time_to_live', true, 'ttl');
SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'time_to_live'::regclass AND NOT indisprimary;
ALTER INDEX mine RENAME TO hers;

-- what is expired: Numbers in the past, but not by more than five years
INSERT INTO time_to_live (item)
SELECT format('{"pk": {"S": "%s"}, "sk": {"N": "%s"}, "ttl": %s}', kind, sk, ttl)::dynamo.item
  FROM (VALUES ('past', 1, '{"N": "1699999999"}'), ('past', 2, '{"N": "1699999999.5"}'), ('now', 1, '{"N": "1700000000"}'),
			   ('now', 2, '{"N": "1700000000.5"}'), ('future', 1, '{"N": "1700000001"}'), ('milliseconds', 1, '{"N": "1600000000000"}'),
			   ('five years', 1, '{"N": "1542212001"}'), ('older', 1, '{"N": "1542212000"}'), ('older', 2, '{"N": "0"}'), ('older', 3, '{"N": "-5"}'),
			   ('string', 1, '{"S": "1699999999"}'), ('set', 1, '{"NS": ["1699999999"]}'), ('list', 1, '{"L": [{"N": "1699999999"}]}'),
			   ('map', 1, '{"M": {"ttl": {"N": "1699999999"}}}'), ('null', 1, '{"NULL": true}'), ('huge', 1, '{"N": "9E125"}')) AS v (kind, sk, ttl);
INSERT INTO time_to_live (item) VALUES ('{"pk": {"S": "none"}, "sk": {"N": "1"}}');
SET dynamo.ttl_clock = 1700000000;
-- until it is deleted an expired item is read
SELECT dynamo.get_item('{"TableName": "time_to_live", "Key": {"pk": {"S": "past"}, "sk": {"N": "1"}}}');
SELECT dynamo.query('{"TableName": "time_to_live", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "past"}}, "Select": "COUNT"}');
SELECT dynamo.expire_items('time_to_live', 0);
SELECT dynamo.expire_items('time_to_live', 1);
SELECT item['pk']::text, item['sk']::numeric FROM time_to_live ORDER BY 1, 2;
SELECT table_name, relation, attribute_name, status, expired_items, oldest_expired AT TIME ZONE 'UTC' AS oldest_expired, lag, attempts, last_error
  FROM dynamo.ttl_tables WHERE table_name = 'time_to_live';
VACUUM time_to_live;
SELECT expired_items, lag FROM dynamo.ttl_tables WHERE table_name = 'time_to_live';
SELECT dynamo.expire_items('time_to_live');
SELECT dynamo.expire_items('time_to_live');
SELECT expired_items, oldest_expired, lag FROM dynamo.ttl_tables WHERE table_name = 'time_to_live';
SELECT item['pk']::text, item['sk']::numeric FROM time_to_live ORDER BY 1, 2;
SET dynamo.ttl_clock = 1700000002;
SELECT dynamo.expire_items('time_to_live');
SELECT dynamo.expire_items('time_to_live', -1);
SELECT dynamo.expire_items(NULL);

-- items that an update rescues, or gives a time to, in the same transaction too
TRUNCATE time_to_live;
BEGIN;
SELECT dynamo.put_item('{"TableName": "time_to_live", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "ttl": {"N": "1700000000"}}}');
SELECT dynamo.put_item('{"TableName": "time_to_live", "Item": {"pk": {"S": "b"}, "sk": {"N": "1"}, "ttl": {"N": "1800000000"}}}');
SELECT dynamo.update_item('{"TableName": "time_to_live", "Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}, "UpdateExpression": "SET #t = #t + :n",
	"ExpressionAttributeNames": {"#t": "ttl"}, "ExpressionAttributeValues": {":n": {"N": "1000"}}}');
SELECT dynamo.update_item('{"TableName": "time_to_live", "Key": {"pk": {"S": "b"}, "sk": {"N": "1"}}, "UpdateExpression": "SET #t = :n",
	"ExpressionAttributeNames": {"#t": "ttl"}, "ExpressionAttributeValues": {":n": {"N": "1700000001"}}}');
SELECT dynamo.expire_items('time_to_live');
SELECT item['pk']::text FROM time_to_live;
ROLLBACK;
SELECT count(*) FROM time_to_live;

-- the attribute may be one of the key
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT pg_temp.ttl('time_to_live', true, 'sk');
INSERT INTO time_to_live (item) SELECT format('{"pk": {"S": "k"}, "sk": {"N": "%s"}}', 1700000000 + n)::dynamo.item FROM generate_series(1, 3) AS n;
SELECT dynamo.expire_items('time_to_live');
SELECT item['sk']::numeric FROM time_to_live ORDER BY 1;
SELECT pg_temp.ttl('time_to_live', false, 'sk');
SELECT pg_temp.ttl('time_to_live', true, 'pk');
SELECT dynamo.expire_items('time_to_live');

-- an update that keeps the time is HOT
SELECT pg_temp.ttl('time_to_live', false, 'pk');
SELECT pg_temp.ttl('time_to_live', true, 'ttl');
BEGIN;
INSERT INTO time_to_live (item) VALUES ('{"pk": {"S": "h"}, "sk": {"N": "1"}, "ttl": {"N": "1800000000"}}');
SELECT pg_stat_get_xact_tuples_hot_updated('time_to_live'::regclass) AS before \gset
UPDATE time_to_live SET item['n'] = '{"N": "1"}' WHERE item['pk']::text = 'h';
SELECT pg_stat_get_xact_tuples_hot_updated('time_to_live'::regclass) - :before AS hot;
UPDATE time_to_live SET item['ttl'] = '{"N": "1800000001"}' WHERE item['pk']::text = 'h';
SELECT pg_stat_get_xact_tuples_hot_updated('time_to_live'::regclass) - :before AS hot;
ROLLBACK;

-- without its index nothing is found, which is said; build_indexes makes it again
DO $$ DECLARE i regclass; BEGIN
	SELECT indexrelid::regclass INTO i FROM pg_index WHERE indrelid = 'time_to_live'::regclass AND NOT indisprimary;
	EXECUTE format('DROP INDEX %s', i);
END $$;
SELECT dynamo.expire_items('time_to_live');
SELECT status, expired_items FROM dynamo.ttl_tables WHERE table_name = 'time_to_live';
SELECT dynamo.build_indexes('time_to_live');
SELECT dynamo.expire_items('time_to_live');
SELECT pg_temp.status('time_to_live');

-- partitions, in which columns may have another order; and a trigger
CREATE TABLE time_to_live_parts (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk S'))) PARTITION BY HASH (key);
CREATE TABLE time_to_live_p0 (item dynamo.item NOT NULL, key dynamo.key NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk S')));
ALTER TABLE time_to_live_parts ATTACH PARTITION time_to_live_p0 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE time_to_live_p1 PARTITION OF time_to_live_parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
SELECT dynamo.register_table('time_to_live_parts');
SELECT pg_temp.ttl('time_to_live_parts', true, 'ttl');
INSERT INTO time_to_live_parts (key, item)
SELECT dynamo.key_of(item, 'pk S'), item
  FROM (SELECT format('{"pk": {"S": "%s"}, "ttl": {"N": "%s"}}', n, 1700000000 + n % 4)::dynamo.item AS item FROM generate_series(1, 40) AS n) AS i;
SELECT expired_items, lag FROM dynamo.ttl_tables WHERE table_name = 'time_to_live_parts';
SELECT dynamo.expire_items('time_to_live_parts', 15);
SELECT dynamo.expire_items('time_to_live_parts');
SELECT expired_items, lag FROM dynamo.ttl_tables WHERE table_name = 'time_to_live_parts';
SELECT item['ttl']::numeric, count(*) FROM time_to_live_parts GROUP BY 1 ORDER BY 1;
SELECT tableoid::regclass, count(*) > 0 AS some FROM time_to_live_parts GROUP BY 1 ORDER BY 1;
CREATE FUNCTION time_to_live_veto() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE WARNING 'as %: %', current_user, OLD.item['pk']::text;
	RETURN CASE WHEN OLD.item['pk']::text = 'a' THEN OLD END;
END $$;
CREATE TRIGGER veto BEFORE DELETE ON time_to_live FOR EACH ROW EXECUTE FUNCTION time_to_live_veto();
CREATE ROLE regress_ttl_owner;
CREATE ROLE regress_ttl_other;
GRANT USAGE, CREATE ON SCHEMA public TO regress_ttl_owner;
ALTER TABLE time_to_live OWNER TO regress_ttl_owner;
TRUNCATE time_to_live;
INSERT INTO time_to_live (item) VALUES ('{"pk": {"S": "a"}, "sk": {"N": "1"}, "ttl": {"N": "1700000000"}}'), ('{"pk": {"S": "b"}, "sk": {"N": "1"}, "ttl": {"N": "1700000001"}}');
SELECT dynamo.expire_items('time_to_live');
SELECT item['pk']::text FROM time_to_live;

-- what code of the owner may not do while others call it
CREATE OR REPLACE FUNCTION time_to_live_veto() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RESET ROLE;
	RETURN OLD;
END $$;
SELECT dynamo.expire_items('time_to_live');
CREATE OR REPLACE FUNCTION time_to_live_veto() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	SET LOCAL work_mem = '65MB';
	RETURN OLD;
END $$;
BEGIN;
SELECT dynamo.expire_items('time_to_live');
SELECT current_setting('work_mem') = '65MB' AS leaked, current_user = session_user AS same_user;
COMMIT;

-- only the owner, or who may act as the owner; and the clock is the superuser's
SET ROLE regress_ttl_other;
SELECT dynamo.expire_items('time_to_live');
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT pg_temp.status('time_to_live');
SELECT status, expired_items, lag FROM dynamo.ttl_tables WHERE table_name = 'time_to_live';
SET dynamo.ttl_clock = 5;
UPDATE dynamo.time_to_live SET attribute_name = 'x';
RESET ROLE;
SET ROLE regress_ttl_owner;
SELECT dynamo.expire_items('time_to_live');
SELECT pg_temp.ttl('time_to_live', false, 'ttl');
SELECT dynamo.expire_items('time_to_live');
RESET ROLE;

-- policies hold for the owner where the table forces them
DROP TRIGGER veto ON time_to_live;
SELECT pg_temp.ttl('time_to_live', true, 'ttl');
TRUNCATE time_to_live;
INSERT INTO time_to_live (item) VALUES ('{"pk": {"S": "a"}, "sk": {"N": "1"}, "ttl": {"N": "1700000000"}}'), ('{"pk": {"S": "b"}, "sk": {"N": "1"}, "ttl": {"N": "1700000001"}}');
ALTER TABLE time_to_live ENABLE ROW LEVEL SECURITY;
ALTER TABLE time_to_live FORCE ROW LEVEL SECURITY;
CREATE POLICY only_a ON time_to_live USING (item['pk']::text = 'a');
SELECT dynamo.expire_items('time_to_live');
SELECT item['pk']::text FROM time_to_live;

-- not in a read-only transaction
BEGIN READ ONLY;
SELECT dynamo.expire_items('time_to_live');
ROLLBACK;

-- the row goes with the table
SELECT table_name, attribute_name, status, attempts, last_error FROM dynamo.time_to_live WHERE table_name LIKE 'time_to_live%' ORDER BY 1;
SELECT dynamo.delete_table('time_to_live') IS NOT NULL AS deleted;
SELECT dynamo.delete_table('time_to_live_parts') IS NOT NULL AS deleted;
SELECT * FROM dynamo.time_to_live WHERE table_name LIKE 'time_to_live%';
DROP FUNCTION time_to_live_veto();
REVOKE ALL ON SCHEMA public FROM regress_ttl_owner;
DROP ROLE regress_ttl_owner, regress_ttl_other;
