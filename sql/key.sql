-- The type dynamo.key: its text, its bytes, its order, keys of items.

-- text
SELECT '"No One You Know"/"Call Me Today"'::dynamo.key;
SELECT '7/\x00ff'::dynamo.key;
SELECT '"a",1/"x","y"'::dynamo.key;
SELECT '\xDEADbeef,-0.50,"é",1e3/1,2,3,4'::dynamo.key;
SELECT E'"a \\u0000 \\" \\\\ \\/ / , \\n \\u00e9 \\ud83d\\ude00"'::dynamo.key;
SELECT '100000000000000000000000000000000000000e87/-1E-130'::dynamo.key;

-- a partition part of more than 128 bytes is digested
SELECT length(('"' || repeat('x', 126) || '"')::dynamo.key::text);
SELECT ('"' || repeat('x', 127) || '"/1')::dynamo.key;
SELECT ('"' || repeat('x', 127) || '"/1')::dynamo.key = 'sha256:083e43815b1d39a562eaedcef9ae84bfca0da06317faa393ac915f305fbe59b3/1';
SELECT substr(('"' || repeat('x', 127) || '"')::dynamo.key::bytea, 6) =
	   sha256('\x117f'::bytea || repeat('x', 127)::bytea);

-- what is not a key
\set VERBOSITY terse
SELECT ''::dynamo.key;
SELECT '/'::dynamo.key;
SELECT '1/'::dynamo.key;
SELECT '/1'::dynamo.key;
SELECT '1,'::dynamo.key;
SELECT '1,,2'::dynamo.key;
SELECT '1/2/3'::dynamo.key;
SELECT ' 1'::dynamo.key;
SELECT '1 '::dynamo.key;
SELECT '1, 2'::dynamo.key;
SELECT 'a'::dynamo.key;
SELECT '"a'::dynamo.key;
SELECT '"a\'::dynamo.key;
SELECT '"a\"'::dynamo.key;
SELECT '"a"b'::dynamo.key;
SELECT '""'::dynamo.key;
SELECT '"\x"'::dynamo.key;
SELECT '"\u12"'::dynamo.key;
SELECT '"\ud800"'::dynamo.key;
SELECT E'"\n"'::dynamo.key;
SELECT '\x'::dynamo.key;
SELECT '\x0'::dynamo.key;
SELECT '\x0g'::dynamo.key;
SELECT '\y00'::dynamo.key;
SELECT '1e'::dynamo.key;
SELECT '--1'::dynamo.key;
SELECT '0x10'::dynamo.key;
SELECT '1e126'::dynamo.key;
SELECT '123456789012345678901234567890123456789'::dynamo.key;
SELECT '1,2,3,4,5'::dynamo.key;
SELECT '1/1,2,3,4,5'::dynamo.key;
SELECT 'sha256:'::dynamo.key;
SELECT 'sha256:00'::dynamo.key;
SELECT ('sha256:' || repeat('00', 33))::dynamo.key;
SELECT ('sha256:' || repeat('00', 32) || ',1')::dynamo.key;
\set VERBOSITY default
SELECT '1;2'::dynamo.key;
SELECT ('\x' || repeat('00', 2049))::dynamo.key;
SELECT ('1/\x' || repeat('00', 1024) || ',1')::dynamo.key;

-- bytes: 4 of the hash, then the partition part, then the sort part
SELECT '"a"'::dynamo.key::bytea;
SELECT '7/\x00ff'::dynamo.key::bytea;
SELECT '"a",-1/"x","12345678","123456789",\x00'::dynamo.key::bytea;
SELECT ('"' || repeat('x', 127) || '"/1')::dynamo.key::bytea;
-- keys of one partition share its hash
SELECT count(DISTINCT substr((format('"p"/%s', n)::dynamo.key)::bytea, 1, 4)),
	   count(DISTINCT substr((format('%s/1', n)::dynamo.key)::bytea, 1, 4))
  FROM generate_series(1, 100) AS n;

-- the wire: a bytea travels as its bytes, so any can be sent as a key
CREATE TABLE keys (key dynamo.key);
CREATE TABLE bytes (bytes bytea);
\getenv directory PG_ABS_BUILDDIR
\set file :directory '/results/key.bin'
\set receive '\\copy keys FROM ''' :file ''' (FORMAT binary)'
INSERT INTO bytes SELECT text::dynamo.key::bytea FROM unnest(ARRAY['"a"', '"a",1/"x","y"', '-7/\x00ff', '"b"/"12345678",1',
	'"b"/"1234567890","123456789012345\u0000",1', '1,2,3,4/5,6,7,8',
	'sha256:083e43815b1d39a562eaedcef9ae84bfca0da06317faa393ac915f305fbe59b3/1']) AS text;
COPY bytes TO STDOUT (FORMAT binary) \g :file
:receive
SELECT key FROM keys;
SELECT count(*) FROM keys JOIN bytes ON key::bytea = bytes;

-- every rule of the form is checked: wrong hash, empty values, padding,
-- marks, UTF-8, numbers, lengths, composite keys that end too early
\set VERBOSITY terse
\set send 'COPY (SELECT bytes FROM bytes) TO STDOUT (FORMAT binary) \\g ' :file
TRUNCATE bytes; INSERT INTO bytes VALUES ('');
:send
:receive
TRUNCATE bytes; INSERT INTO bytes VALUES ('\x00000000');
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT overlay('"a"'::dynamo.key::bytea PLACING '\x00' FROM 1);
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x31';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x217800000000000000f1';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x217800000000000001f13179';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x217800000000000000f93179';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x31ff';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x3200';
:send
:receive
TRUNCATE bytes; INSERT INTO bytes SELECT '"a"'::dynamo.key::bytea || '\x33' || decode(repeat('00', 1025), 'hex');
:send
:receive
\set VERBOSITY default
TRUNCATE bytes; INSERT INTO bytes VALUES ('\x010203041F00');
:send
:receive
SELECT count(*) FROM keys;
DROP TABLE keys, bytes;

-- keys of items, and what the service says where there is none
SELECT dynamo.key_of('{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"}}', 'Artist S', 'SongTitle S');
SELECT dynamo.key_of('{"p":{"N":"1e3"},"s":{"B":"AP8="}}', 'p N', 's B');
SELECT dynamo.key_of('{"s":{"S":"x"}}', 'p S', 's S');
SELECT dynamo.key_of('{"p":{"S":"x"}}', 'p S', 's S');
SELECT dynamo.key_of('{"p":{"N":"1"}}', 'p S');
SELECT dynamo.key_of('{"p":{"NULL":true}}', 'p S');
SELECT dynamo.key_of('{"p":{"S":""}}', 'p S');
SELECT dynamo.key_of('{"p":{"S":"x"},"s":{"B":""}}', 'p S', 's B');
SELECT dynamo.key_of(('{"p":{"S":"' || repeat('x', 2049) || '"}}')::dynamo.item, 'p S');
SELECT dynamo.key_of(('{"p":{"S":"x"},"s":{"S":"' || repeat('x', 1025) || '"}}')::dynamo.item, 'p S', 's S');
-- several attributes have these limits together
SELECT dynamo.key_of(('{"p":{"S":"' || repeat('x', 2048) || '"},"q":{"S":"x"}}')::dynamo.item, 'p S', 'q S HASH');
SELECT dynamo.key_of(('{"p":{"S":"x"},"s":{"S":"' || repeat('x', 1024) || '"},"t":{"S":"x"}}')::dynamo.item, 'p S', 's S', 't S');
SELECT dynamo.key_of(NULL, 'p S') IS NULL, dynamo.key_of('{"p":{"S":"x"}}', NULL) IS NULL;

-- index_key never raises for an item
SELECT item, dynamo.index_key(item::dynamo.item, 'p S', 's N')
  FROM unnest(ARRAY['{"p":{"S":"x"},"s":{"N":"1"}}', '{"p":{"S":"x"}}', '{"p":{"S":"x"},"s":{"S":"1"}}', '{}',
					'{"p":{"S":""},"s":{"N":"1"}}', '{"p":{"L":[]},"s":{"NULL":true}}']) AS item;
SELECT dynamo.index_key(('{"p":{"S":"' || repeat('x', n) || '"}}')::dynamo.item, 'p S') IS NULL AS too_long
  FROM unnest(ARRAY[2048, 2049]) AS n;
SELECT dynamo.index_key(('{"p":{"N":"1"},"s":{"S":"' || repeat('x', n) || '"}}')::dynamo.item, 'p N', 's S') IS NULL AS too_long
  FROM unnest(ARRAY[1024, 1025]) AS n;

-- key_matches is true, or says what is wrong
SELECT dynamo.key_matches('"x"', '{"p":{"S":"x"},"a":{"S":"b"}}', 'p S');
SELECT dynamo.key_matches('"x"/1', '{"p":{"S":"x"},"s":{"N":"1.0"}}', 'p S', 's N');
SELECT dynamo.key_matches('"x"/1', '{"p":{"S":"x"}}', 'p S', 's N');
SELECT dynamo.key_matches('"x"/1', '{"p":{"S":"x"},"s":{"S":"1"}}', 'p S', 's N');
SELECT dynamo.key_matches('"x"/1', '{"p":{"S":"x"},"s":{"N":"2"}}', 'p S', 's N');
SELECT dynamo.key_matches('"y"/1', '{"p":{"S":"x"},"s":{"N":"1"}}', 'p S', 's N');
SELECT dynamo.key_matches('"x"', '{"p":{"S":"x"},"s":{"N":"1"}}', 'p S', 's N');
SELECT dynamo.key_matches('"x"/1', '{"p":{"S":"x"},"s":{"N":"1"}}', 'p S');
SELECT dynamo.key_matches('"x",1', '{"p":{"S":"x"},"s":{"N":"2"}}', 'p S', 's N HASH');
SELECT dynamo.key_matches(('"' || repeat('x', 127) || '"')::dynamo.key, ('{"p":{"S":"' || repeat('x', 128) || '"}}')::dynamo.item, 'p S');
SELECT dynamo.key_matches(NULL, '{"p":{"S":"x"}}', 'p S') IS NULL;

-- order: by partition; inside one by the sort key, bytes or numbers
SELECT string_agg(key::text, ' ' ORDER BY key)
  FROM unnest(ARRAY['1/2', '1/10', '1/-1', '1/0', '1/-10', '1/1e100', '1/-0.5', '1/1e-100', '1/10.5']::dynamo.key[]) AS key;
SELECT string_agg(key::text, ' ' ORDER BY key)
  FROM unnest(ARRAY['1/"b"', '1/"a"', '1/"aa"', '1/"B"', '1/"é"', '1/"a\u0000"', '1/"😀"', '1/"\uffff"', '1/"a "']::dynamo.key[]) AS key;
SELECT string_agg(key::text, ' ' ORDER BY key)
  FROM unnest(ARRAY['1/\x00', '1/\xff', '1/\x0000', '1/\x7f', '1/\x80', '1/\xff00']::dynamo.key[]) AS key;
-- parts of a composite sort key are compared one after the other
SELECT string_agg(key::text, ' ' ORDER BY key)
  FROM unnest(ARRAY['1/"ab","c"', '1/"a","bc"', '1/"a","b"', '1/"a\u0000","a"', '1/"12345678","b"', '1/"123456789","a"',
					'1/"12345678\u0000","a"', '1/"1234567","z"']::dynamo.key[]) AS key;

-- operators
SELECT '1/1'::dynamo.key = '1/1.0', '1/1'::dynamo.key <> '1/2', '1/1'::dynamo.key < '1/2', '1/2'::dynamo.key <= '1/2',
	   '1/2'::dynamo.key > '1/1', '1/1'::dynamo.key >= '1/2';
-- they are found whatever the search_path is
SET search_path TO '';
SELECT '1/1'::dynamo.key < '1/2'::dynamo.key;
RESET search_path;
SELECT amvalidate(oid) FROM pg_opclass WHERE opcname = 'key_ops' AND opcnamespace = 'dynamo'::regnamespace;

-- b-tree, hash, sorting, grouping, partitions
CREATE TABLE keys (key dynamo.key PRIMARY KEY, n int NOT NULL);
CREATE INDEX keys_hash ON keys USING hash (key);
INSERT INTO keys SELECT format('"p%s"/%s', n % 100, n)::dynamo.key, n FROM generate_series(1, 5000) AS n;
ANALYZE keys;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT n FROM keys WHERE key = '"p7"/1007';
EXPLAIN (COSTS OFF) SELECT n FROM keys WHERE key > '"p7"/1007' ORDER BY key LIMIT 3;
SELECT n FROM keys WHERE key > '"p7"/1007' ORDER BY key LIMIT 3;
SELECT n FROM keys WHERE key < '"p7"/1007' ORDER BY key DESC LIMIT 2;
DROP INDEX keys_hash;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT count(*) FROM keys AS a FULL JOIN keys AS b USING (key);
SET enable_hashjoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM keys AS a FULL JOIN keys AS b USING (key);
SELECT count(*) FROM keys AS a FULL JOIN keys AS b USING (key);
RESET enable_hashjoin;
RESET enable_nestloop;
SELECT count(*) FROM (SELECT key FROM keys UNION SELECT key FROM keys) AS k;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS amcheck;
RESET client_min_messages;
SELECT bt_index_parent_check('keys_pkey', true);
SELECT bool_and(before < key) FROM (SELECT key, lag(key) OVER (ORDER BY key) AS before FROM keys) AS k WHERE before IS NOT NULL;

-- PARTITION BY HASH keeps a collection together
CREATE TABLE parts (key dynamo.key PRIMARY KEY, n int) PARTITION BY HASH (key);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE parts_3 PARTITION OF parts FOR VALUES WITH (MODULUS 4, REMAINDER 3);
INSERT INTO parts SELECT key, n FROM keys;
SELECT count(DISTINCT tableoid) FROM parts;
SELECT max(places) FROM (SELECT count(DISTINCT tableoid) AS places FROM parts GROUP BY n % 100) AS p;
DROP TABLE parts, keys;

-- The longest legal keys, of bytes that cannot be compressed, zero among them.
CREATE FUNCTION noise(n int, seed text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
	SELECT substr(string_agg('\x00' || sha256(convert_to(seed || i, 'UTF8')), '' ORDER BY i), 1, n) FROM generate_series(1, n / 33 + 1) AS i
$$;
CREATE FUNCTION b(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT format('{"B":"%s"}', replace(encode(bytes, 'base64'), E'\n', ''))
$$;
CREATE TABLE long_keys (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p B', 's B'))
) USING dynamo;
CREATE INDEX long_keys_index ON long_keys (dynamo.index_key(item, 'ip B', 'is B'), key)
	WHERE dynamo.index_key(item, 'ip B', 'is B') IS NOT NULL;
CREATE INDEX long_keys_composite ON long_keys
	(dynamo.index_key(item, 'h1 B', 'h2 B HASH', 'h3 B HASH', 'h4 B HASH', 'r1 B', 'r2 B', 'r3 B', 'r4 B'), key)
	WHERE dynamo.index_key(item, 'h1 B', 'h2 B HASH', 'h3 B HASH', 'h4 B HASH', 'r1 B', 'r2 B', 'r3 B', 'r4 B') IS NOT NULL;
WITH items AS (
	SELECT format('{"p":%s,"s":%s,"ip":%s,"is":%s,"h1":%s,"h2":%s,"h3":%s,"h4":%s,"r1":%s,"r2":%s,"r3":%s,"r4":%s}',
				  b(noise(CASE WHEN n % 2 = 0 THEN 2048 ELSE 126 END, 'p' || n % 4)), b(noise(1024, 's' || n)), b(noise(2048, 'ip' || n % 3)), b(noise(1024, 'is' || n)),
				  b(noise(31, 'h1' || n)), b(noise(31, 'h2' || n)), b(noise(30, 'h3' || n)), b(noise(28, 'h4' || n)),
				  b(decode(repeat('00', 1 + n), 'hex')), b(decode(repeat('00', 9), 'hex')),
				  b(decode(repeat('00', 1009 - n), 'hex')), b(decode(repeat('00', 5), 'hex')))::dynamo.item AS item
	  FROM generate_series(0, 40) AS n)
INSERT INTO long_keys SELECT dynamo.key_of(item, 'p B', 's B'), item FROM items;
SELECT max(length(key::bytea)),
	   max(length(dynamo.index_key(item, 'ip B', 'is B')::bytea)),
	   max(length(dynamo.index_key(item, 'h1 B', 'h2 B HASH', 'h3 B HASH', 'h4 B HASH', 'r1 B', 'r2 B', 'r3 B', 'r4 B')::bytea))
  FROM long_keys;
SELECT bt_index_parent_check(index, true) FROM unnest(ARRAY['long_keys_pkey', 'long_keys_index', 'long_keys_composite']::regclass[]) AS index;
SET enable_seqscan = off;
SELECT count(*) FROM long_keys
  WHERE dynamo.index_key(item, 'ip B', 'is B') = dynamo.index_key((SELECT min(item::text)::dynamo.item FROM long_keys), 'ip B', 'is B');
SELECT count(*) FROM long_keys
  WHERE dynamo.index_key(item, 'ip B', 'is B') = dynamo.index_key((SELECT min(item::text)::dynamo.item FROM long_keys), 'ip B', 'is B');
SELECT count(*) FROM long_keys AS a JOIN long_keys AS b ON a.key = b.key::text::dynamo.key;
RESET enable_seqscan;
REINDEX TABLE long_keys;
UPDATE long_keys SET key = dynamo.key_of(item, 'p B', 's B');
SELECT bt_index_parent_check(index, true) FROM unnest(ARRAY['long_keys_pkey', 'long_keys_index', 'long_keys_composite']::regclass[]) AS index;
DROP TABLE long_keys;
DROP FUNCTION b(bytea);
DROP FUNCTION noise(int, text);
DROP EXTENSION amcheck;
