-- Bytes that are no key: bounds of ranges are such, and with a cast anything
-- can be stored.  No reader of keys trusts them.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE CAST (bytea AS dynamo.key) WITHOUT FUNCTION;
CREATE VIEW planted AS
	SELECT what, bytes, bytes::dynamo.key AS key FROM (VALUES
		('nothing', ''::bytea),
		('a part of a hash', '\xff'),
		('a hash', '\x00000000'),
		('the greatest hash', '\xffffffff'),
		('a tag', '\x0000000011'),
		('half a length', '\x0000000011ff'),
		('a length that is too long', '\x0000000011ff7f'),
		('no value', '\x000000001100'),
		('the hash of another', '\x00000000110161'),
		('half a digest', '\x000000001f' || decode(repeat('00', 16), 'hex')),
		('a number that is none', '\x00000000120180'),
		('no sort value', '"a"'::dynamo.key::bytea || '\x31'),
		('a sort number that is empty', '"a"'::dynamo.key::bytea || '\x32'),
		('a sort number that is too long', '"a"'::dynamo.key::bytea || '\x32c1' || decode(repeat('02', 30), 'hex')),
		('a sort string that is no UTF-8', '"a"'::dynamo.key::bytea || '\x31ff'),
		('a group that is too short', '"a"'::dynamo.key::bytea || '\x2161ff'),
		('a group without an end', '"a"'::dynamo.key::bytea || '\x216161616161616161ff'),
		('a mark that is none', '"a"'::dynamo.key::bytea || '\x216161616161616161fa'),
		('an unknown tag', '"a"'::dynamo.key::bytea || '\x4161'),
		('five HASH values', '\x00000000' || decode(repeat('110161', 5), 'hex')),
		('too many bytes', '"a"'::dynamo.key::bytea || '\x33' || decode(repeat('00', 2000), 'hex'))) AS v (what, bytes);
SELECT what, left(key::text, 50) AS key FROM planted;
-- What has no whole hash is hashed as if it ended with zeros.
SELECT count(*), bool_and(dynamo.key_hash_extended(key, 0) = dynamo.key_hash_extended((bytes || '\x00000000')::dynamo.key, 0)) FROM planted;

-- They can be stored, also beside others of the same first bytes, and found by their bytes.
CREATE TABLE planted_keys (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo;
INSERT INTO planted_keys SELECT key, '{}' FROM planted;
INSERT INTO planted_keys SELECT (bytes || n::text::bytea)::dynamo.key, '{}' FROM planted, generate_series(1, 20) AS n;
ANALYZE planted_keys;
SET enable_seqscan = off;
SELECT count(*) FROM planted_keys WHERE key >= ''::bytea::dynamo.key AND key < '\xffffffffff'::bytea::dynamo.key;
SELECT count(*) FROM planted JOIN planted_keys USING (key);
RESET enable_seqscan;
SELECT dynamo.key_matches(key, '{"a": {"S": "a"}}', 'a S') FROM planted WHERE what = 'the hash of another';
SELECT dynamo.key_matches(key, '{"a": {"S": "a"}, "b": {"N": "1"}}', 'a S', 'b N') FROM planted WHERE what = 'a sort number that is empty';
DROP TABLE planted_keys;
DROP VIEW planted;
DROP CAST (bytea AS dynamo.key);
