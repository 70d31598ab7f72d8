-- Reading streams: ListStreams, DescribeStream, GetShardIterator, GetRecords, dynamo.stream.
-- What the stream worker writes is written by hand here, in a transaction that is rolled back.
\set ON_ERROR_ROLLBACK on
SET timezone = 'UTC';
BEGIN;
SELECT dynamo.create_table('sr.music', 'Artist S', 'SongTitle S');
SELECT dynamo.create_table('sr.plain', 'k S');

CREATE FUNCTION pg_temp.add_stream(stream int8, label text, view_type text, status text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO dynamo.streams
		SELECT stream, 'sr.music', label, 'public."sr.music"'::regclass, to_regrole(current_user)::oid, ARRAY['Artist S', 'SongTitle S'],
			view_type, status, false, '2026-11-21 15:00:00.5+00', NULL, NULL, incarnation, 0, NULL
		  FROM dynamo.stream_capture;
$$;
SELECT pg_temp.add_stream(101, '2026-11-20T15:00:00.500', 'KEYS_ONLY', 'DISABLED');
SELECT pg_temp.add_stream(102, '2026-11-21T15:00:00.500', 'NEW_AND_OLD_IMAGES', 'ENABLED');
UPDATE dynamo.stream_capture SET generation = 1, position = '0/2000';
INSERT INTO dynamo.stream_shards VALUES
	(101, 1, 'shardId-00000001732100000000-00000000', NULL, 1, 0, 0, 4294967295, '0/100', '0/200', now(), now()),
	(102, 2, 'shardId-00000001732201200000-00000001', 1, 1, 0, 0, 4294967295, '0/1000', '0/1800', now(), now()),
	(102, 3, 'shardId-00000001732201300000-00000002', 2, 1, 0, 0, 2147483647, '0/1800', NULL, now(), NULL),
	(102, 4, 'shardId-00000001732201300000-00000003', 2, 1, 0, 2147483648, 4294967295, '0/1800', NULL, now(), NULL);
DELETE FROM dynamo.stream_slices;
INSERT INTO dynamo.stream_slices (slice, period, began_at, generation, begins) VALUES (24, 7, now(), 1, NULL), (25, 8, now(), 1, '0/1700');
CREATE FUNCTION pg_temp.add_record(shard int, lsn pg_lsn, ordinal int, slice int, event "char", key text, new_n int, old_n int)
	RETURNS void LANGUAGE sql AS $$
	INSERT INTO dynamo.stream_records
		SELECT shard, lsn, ordinal, slice, event, event = 'R', 50, '2026-11-21 15:01:02.75+00'::timestamptz + make_interval(secs => slice), 102,
			format('{"Artist": {"S": %s}, "SongTitle": {"S": "t"}}', to_json(key))::dynamo.item,
			format('{"Artist": {"S": %s}, "SongTitle": {"S": "t"}, "n": {"N": "%s"}}', to_json(key), new_n)::dynamo.item,
			format('{"Artist": {"S": %s}, "SongTitle": {"S": "t"}, "n": {"N": "%s"}}', to_json(key), old_n)::dynamo.item;
$$;
SELECT pg_temp.add_record(2, '0/1100', 1, 24, 'I', 'a', 1, 0), pg_temp.add_record(2, '0/1100', 2, 24, 'I', 'b', 1, 0),
	pg_temp.add_record(2, '0/1100', 3, 24, 'M', 'a', 2, 1), pg_temp.add_record(2, '0/1708', 1, 25, 'R', 'b', 0, 1),
	pg_temp.add_record(3, '0/1800', 1, 25, 'M', 'a', 3, 2), pg_temp.add_record(4, '0/1808', 1, 25, 'I', 'c', 1, 0),
	pg_temp.add_record(3, '0/1900', 1, 25, 'M', E'a"\u20ac', 4, 3);
UPDATE dynamo.stream_records SET old_image = NULL WHERE stream = 102 AND event = 'I';
UPDATE dynamo.stream_records SET new_image = NULL WHERE stream = 102 AND event = 'R';

\set arn '''arn:aws:dynamodb:us-east-1:000000000000:table/sr.music/stream/2026-11-21T15:00:00.500'''
\set first '''shardId-00000001732201200000-00000001'''
\set left '''shardId-00000001732201300000-00000002'''

-- ListStreams
SELECT dynamo.list_streams('{"TableName": "sr.music"}');
SELECT dynamo.list_streams('{"TableName": "sr.music", "Limit": 1}');
SELECT dynamo.list_streams('{"TableName": "sr.music", "Limit": 1,
	"ExclusiveStartStreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sr.music/stream/2026-11-20T15:00:00.500"}');
SELECT dynamo.list_streams('{"TableName": "sr.plain"}');
SELECT dynamo.list_streams('{"TableName": "sr.none"}');
SELECT dynamo.list_streams('{"TableName": "x", "Limit": 0, "ExclusiveStartStreamArn": "arn"}');
SELECT * FROM dynamo.list_streams() WHERE table_name LIKE 'sr.%';

-- DescribeStream
SELECT jsonb_pretty(dynamo.describe_stream(json_build_object('StreamArn', :arn))::jsonb);
SELECT dynamo.describe_stream(json_build_object('StreamArn', :arn, 'Limit', 1)) -> 'StreamDescription' ->> 'LastEvaluatedShardId' AS last;
SELECT shard ->> 'ShardId' AS shard
  FROM json_array_elements(dynamo.describe_stream(json_build_object('StreamArn', :arn, 'ExclusiveStartShardId', :first)) -> 'StreamDescription' -> 'Shards') AS shard;
SELECT shard ->> 'ShardId' AS shard
  FROM json_array_elements(dynamo.describe_stream(json_build_object('StreamArn', :arn, 'ExclusiveStartShardId', 'shardId-00000001732201250000-gone')) -> 'StreamDescription' -> 'Shards') AS shard;
SELECT shard ->> 'ShardId' AS child
  FROM json_array_elements(dynamo.describe_stream(json_build_object('StreamArn', :arn, 'ShardFilter', json_build_object('Type', 'CHILD_SHARDS', 'ShardId', :first))) -> 'StreamDescription' -> 'Shards') AS shard;
SELECT dynamo.describe_stream(json_build_object('StreamArn', :arn, 'ShardFilter', json_build_object('Type', 'CHILD_SHARDS')));
SELECT dynamo.describe_stream(json_build_object('StreamArn', :arn, 'ShardFilter', json_build_object('Type', 'OTHER', 'ShardId', :first)));
SELECT dynamo.describe_stream('{}');
SELECT dynamo.describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sr.music"}');
SELECT dynamo.describe_stream('{"StreamArn": "sdfadfsdfnlfkajakfgjalksfgklasjklasdjfklasdfasdfgasf"}');
SELECT dynamo.describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/sr.music/stream/2026-01-01T00:00:00.000"}');
SELECT dynamo.describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:999999999999:table/sr.music/stream/2026-11-21T15:00:00.500"}');

-- GetShardIterator
CREATE FUNCTION pg_temp.iterator(arn text, shard text, type text, number text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT dynamo.get_shard_iterator(json_strip_nulls(json_build_object('StreamArn', arn, 'ShardId', shard, 'ShardIteratorType', type,
		'SequenceNumber', number))) ->> 'ShardIterator';
$$;
SELECT dynamo.get_shard_iterator('{}');
SELECT pg_temp.iterator(:arn, :first, 'NOWHERE');
SELECT pg_temp.iterator(:arn, 'shardId-00000001732201200000-99999999', 'LATEST');
SELECT pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER');
SELECT pg_temp.iterator(:arn, :first, 'LATEST', '10001000000000000000043520000000001000');
SELECT pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER', '000');
SELECT pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER', '1000000000000000000000x');
-- of the other shard
SELECT pg_temp.iterator(:arn, :left, 'AT_SEQUENCE_NUMBER', '10001000000000000000043520000000001000');
SELECT length(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON')) < 2048 AS fits;

-- GetRecords
CREATE FUNCTION pg_temp.records(iterator text, max int DEFAULT 1000) RETURNS TABLE (event text, artist text, number text, more bool) LANGUAGE sql AS $$
	SELECT r ->> 'eventName', r -> 'dynamodb' -> 'Keys' -> 'Artist' ->> 'S', r -> 'dynamodb' ->> 'SequenceNumber', g ->> 'NextShardIterator' IS NOT NULL
	  FROM dynamo.get_records(json_build_object('ShardIterator', iterator, 'Limit', max)) AS g
		   LEFT JOIN LATERAL json_array_elements(g -> 'Records') AS r ON true;
$$;
-- one record to the letter
SELECT jsonb_pretty(dynamo.get_records(json_build_object('ShardIterator', pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER',
	'10001000000000000000058960000000001000')))::jsonb #- '{Records,0,eventID}');
-- an eventID is the record's own
SELECT count(DISTINCT r ->> 'eventID') AS ids, bool_and(r ->> 'eventID' ~ '^[0-9a-f]{32}$') AS good
  FROM generate_series(1, 2) AS twice,
	   json_array_elements(dynamo.get_records(json_build_object('ShardIterator', pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'))) -> 'Records') AS r;
SELECT jsonb_pretty(dynamo.get_records(json_build_object('ShardIterator', pg_temp.iterator(:arn, :left, 'AFTER_SEQUENCE_NUMBER',
	'10001000000000000000061440000000001000')))::jsonb #> '{Records,0,dynamodb}');
-- a closed shard ends
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'));
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'), 2);
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'), 4);
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER', '10001000000000000000043520000000002000'));
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'AFTER_SEQUENCE_NUMBER', '10001000000000000000043520000000002000'));
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'AFTER_SEQUENCE_NUMBER', '10001000000000000000058960000000001000'));
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'LATEST'));
-- an open one does not
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :left, 'TRIM_HORIZON'));
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :left, 'LATEST'));
-- page by page: each record once
WITH RECURSIVE page(n, page) AS (
	SELECT 1, dynamo.get_records(json_build_object('ShardIterator', pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'), 'Limit', 1))
	UNION ALL
	SELECT n + 1, dynamo.get_records(json_build_object('ShardIterator', page ->> 'NextShardIterator', 'Limit', 1))
	  FROM page WHERE page ->> 'NextShardIterator' IS NOT NULL)
SELECT n, page -> 'Records' -> 0 ->> 'eventName' AS event, page -> 'Records' -> 0 -> 'dynamodb' ->> 'SequenceNumber' AS number FROM page;
-- what an iterator behind all records finds later
CREATE TEMPORARY TABLE kept AS SELECT dynamo.get_records(json_build_object('ShardIterator', pg_temp.iterator(:arn, :left, 'AFTER_SEQUENCE_NUMBER',
	'10001000000000000000064000000000001000'))) ->> 'NextShardIterator' AS iterator;
SELECT pg_temp.add_record(3, '0/2000', 1, 25, 'M', 'later', 4, 3);
UPDATE dynamo.stream_capture SET position = '0/2008';
SELECT r.* FROM kept, pg_temp.records(iterator) AS r;
-- one megabyte
SAVEPOINT megabyte;
UPDATE dynamo.stream_records SET size = 600000 WHERE stream = 102;
SELECT * FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'));
ROLLBACK TO megabyte;

-- what is no iterator
SELECT dynamo.get_records('{}');
SELECT dynamo.get_records('{"ShardIterator": ""}');
SELECT dynamo.get_records('{"ShardIterator": "bad"}');
SELECT dynamo.get_records(json_build_object('ShardIterator', replace(iterator, '15:00:00.500', '15:00:00.501'))) FROM kept;
SELECT dynamo.get_records(json_build_object('ShardIterator', replace(iterator, 'AQ', 'AR'))) FROM kept;
SELECT dynamo.get_records(json_build_object('ShardIterator', left(iterator, -4))) FROM kept;
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator, 'Limit', 0)) FROM kept;
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator, 'Limit', 1001)) FROM kept;
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator), '-1 second') FROM kept;
SELECT json_array_length(dynamo.get_records(json_build_object('ShardIterator', iterator), '1 minute') -> 'Records') AS no_wait FROM kept;

-- as rows
SELECT sequence_number, event, at, keys['Artist']::text AS artist, new_image['n']::int AS new, old_image['n']::int AS old, by_service, right(shard_id, 3) AS shard
  FROM dynamo.stream('sr.music');
SELECT event, keys['Artist']::text AS artist FROM dynamo.stream('sr.music', after => '10001000000000000000058960000000001000');
SELECT event, keys['Artist']::text AS artist FROM dynamo.stream(:arn, since => '2026-11-21 15:01:27+00', max_records => 2);
SELECT count(*) FROM dynamo.stream('arn:aws:dynamodb:us-east-1:000000000000:table/sr.music/stream/2026-11-20T15:00:00.500');
SELECT count(*) FROM dynamo.stream('sr.plain');
SELECT count(*) FROM dynamo.stream('sr.none');
SELECT count(*) FROM dynamo.stream(NULL);
SELECT count(*) FROM dynamo.stream('sr.music', after => '1');
SELECT count(*) FROM dynamo.stream('sr.music', max_records => -1);

-- what is trimmed
SAVEPOINT trimming;
TRUNCATE dynamo.stream_records_24;
DELETE FROM dynamo.stream_slices WHERE slice = 24;
SELECT pg_temp.iterator(:arn, :first, 'AT_SEQUENCE_NUMBER', '10001000000000000000043520000000001000');
SELECT count(*) FROM dynamo.stream('sr.music', after => '10001000000000000000043520000000001000');
SELECT event, artist FROM pg_temp.records(pg_temp.iterator(:arn, :first, 'TRIM_HORIZON'));
SELECT event, keys['Artist']::text AS artist FROM dynamo.stream('sr.music', max_records => 1);
DELETE FROM dynamo.stream_shards WHERE number = 3;
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator)) FROM kept;
DELETE FROM dynamo.streams WHERE id = 102;
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator)) FROM kept;
ROLLBACK TO trimming;

-- who may read
CREATE ROLE regress_sr_reader;
CREATE ROLE regress_sr_former;
GRANT SELECT ON kept TO regress_sr_reader, regress_sr_former;
SET ROLE regress_sr_reader;
SELECT json_array_length(dynamo.describe_stream(json_build_object('StreamArn', :arn)) -> 'StreamDescription' -> 'Shards') AS anybody;
SELECT pg_temp.iterator(:arn, :first, 'LATEST');
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator)) FROM kept;
SELECT count(*) FROM dynamo.stream('sr.music');
SELECT count(*) FROM dynamo.stream_records;
RESET ROLE;
GRANT SELECT (key, item) ON "sr.music" TO regress_sr_reader;
SET ROLE regress_sr_reader;
SELECT count(*) FROM dynamo.stream('sr.music');
SELECT json_array_length(dynamo.get_records(json_build_object('ShardIterator', iterator)) -> 'Records') FROM kept;
RESET ROLE;
ALTER TABLE "sr.music" ENABLE ROW LEVEL SECURITY;
SET ROLE regress_sr_reader;
SELECT count(*) FROM dynamo.stream('sr.music');
SELECT dynamo.get_records(json_build_object('ShardIterator', iterator)) FROM kept;
RESET ROLE;
UPDATE dynamo.streams SET owner = 'regress_sr_former'::regrole WHERE id = 102;
DROP TABLE "sr.music";
SET ROLE regress_sr_reader;
SELECT count(*) FROM dynamo.stream(:arn);
SET ROLE regress_sr_former;
SELECT count(*) FROM dynamo.stream(:arn);
SELECT json_array_length(dynamo.get_records(json_build_object('ShardIterator', iterator)) -> 'Records') FROM kept;
RESET ROLE;
ROLLBACK;
