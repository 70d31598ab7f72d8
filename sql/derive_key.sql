-- The trigger derive_key, on tables as create_table would write them, and on
-- one of the heap; and the CHECK that proves what the trigger does.
CREATE TABLE "Music" (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Artist S', 'SongTitle S'))
) USING dynamo;
CREATE TRIGGER derive_key BEFORE INSERT ON "Music"
	FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
\d "Music"

-- the key is filled
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"}}');
INSERT INTO "Music" (item) SELECT format('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song %s"}}', n)::dynamo.item FROM generate_series(1, 3) AS n;
COPY "Music" (item) FROM STDIN;
{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 4"},"Year":{"N":"1999"}}
\.
SELECT key FROM "Music" ORDER BY key::text COLLATE "C";
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 4"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 4"},"Year":{"N":"2000"}}')
	ON CONFLICT (key) DO UPDATE SET item = excluded.item RETURNING key, item;

-- a key that is named must be the right one
INSERT INTO "Music" VALUES ('"Acme"/"Song 5"', '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 5"}}');
INSERT INTO "Music" VALUES ('"Acme"/"Song 5"', '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 6"}}');
INSERT INTO "Music" VALUES (dynamo.key_of('{"Artist":{"S":"Acme"}}', 'Artist S'), '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 6"}}');

-- what the service refuses
INSERT INTO "Music" (item) VALUES ('{}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Acme"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Acme"},"SongTitle":{"N":"7"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":""},"SongTitle":{"S":"Song 7"}}');
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"%s"},"SongTitle":{"S":"Song 7"}}', repeat('x', 2049))::dynamo.item);
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Acme"},"SongTitle":{"S":"%s"}}', repeat('x', 1025))::dynamo.item);
INSERT INTO "Music" (item) VALUES (NULL);
INSERT INTO "Music" VALUES (NULL, NULL);

-- items have at most 409,600 bytes: names and values of this one are
-- 6 + 4 + 9 + 3 + 4 bytes and the padding
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Big"},"Data":{"S":"%s"}}', repeat('x', 409600 - 26))::dynamo.item);
DELETE FROM "Music" WHERE key = '"Acme"/"Big"';
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Big"},"Data":{"S":"%s"}}', repeat('x', 409600 - 25))::dynamo.item);
SET dynamo.enforce_limits = off;
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Big"},"Data":{"S":"%s"}}', repeat('x', 1000000))::dynamo.item);
-- but keys always fit
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"%s"},"SongTitle":{"S":"Song 7"}}', repeat('x', 2049))::dynamo.item);
RESET dynamo.enforce_limits;
SELECT octet_length(item::text) FROM "Music" WHERE key = '"Acme"/"Big"';
-- large items of another table pass, too
CREATE TABLE copies (LIKE "Music" INCLUDING ALL);
\d copies
CREATE TRIGGER derive_key BEFORE INSERT ON copies FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
INSERT INTO copies (item) SELECT item FROM "Music";
SET dynamo.enforce_limits = off;
INSERT INTO copies (item) SELECT item FROM "Music";
RESET dynamo.enforce_limits;
SELECT count(*) FROM copies JOIN "Music" USING (key) WHERE copies.item::text = "Music".item::text;
DROP TABLE copies;
DELETE FROM "Music" WHERE key = '"Acme"/"Big"';

-- UPDATE: the key moves with the item, or the service's words say so
UPDATE "Music" SET item = '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 5"},"Year":{"N":"2001"}}' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET item = '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 8"}}' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET item = '{"Artist":{"S":"Emca"},"SongTitle":{"S":"Song 5"}}' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET item = '{"SongTitle":{"S":"Song 5"}}' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET item = '{"Artist":{"S":"Acme"},"SongTitle":{"BOOL":true}}' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET key = '"Acme"/"Song 8"' WHERE key = '"Acme"/"Song 5"';
UPDATE "Music" SET key = dynamo.key_of('{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 8"}}', 'Artist S', 'SongTitle S'),
	item = '{"Artist":{"S":"Acme"},"SongTitle":{"S":"Song 8"}}' WHERE key = '"Acme"/"Song 5"' RETURNING key;

-- secondary indexes: an attribute may be missing, but is of the right type
CREATE INDEX by_genre ON "Music" (dynamo.index_key(item, 'Genre S', 'AlbumTitle S'), key)
	WHERE dynamo.index_key(item, 'Genre S', 'AlbumTitle S') IS NOT NULL;
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"1"},"Genre":{"S":"Rock"},"AlbumTitle":{"S":"First"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"2"},"Genre":{"S":"Rock"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"N":"1"},"AlbumTitle":{"S":"First"}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"AlbumTitle":{"NULL":true}}');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"AlbumTitle":{"S":""}}');
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"S":"%s"}}', repeat('x', 2049))::dynamo.item);
INSERT INTO "Music" (item) VALUES (format('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"AlbumTitle":{"S":"%s"}}', repeat('x', 1025))::dynamo.item);
-- an UPDATE by SQL only takes the item out of the index
UPDATE "Music" SET item = '{"Artist":{"S":"Zeta"},"SongTitle":{"S":"2"},"Genre":{"N":"1"},"AlbumTitle":{"S":"First"}}' WHERE key = '"Zeta"/"2"';
SET enable_seqscan = off;
SELECT key, dynamo.index_key(item, 'Genre S', 'AlbumTitle S') FROM "Music" WHERE dynamo.index_key(item, 'Genre S', 'AlbumTitle S') IS NOT NULL;
RESET enable_seqscan;
-- what is refused follows the indexes, in one session and in one transaction
BEGIN;
DROP INDEX by_genre;
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"N":"1"}}');
ROLLBACK;
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"N":"1"}}');
ALTER INDEX by_genre RENAME TO "Genre-Album";
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"N":"1"}}');
-- other indexes refuse nothing
DROP INDEX "Genre-Album";
CREATE INDEX other ON "Music" USING hash (dynamo.index_key(item, 'Genre S'));
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"3"},"Genre":{"N":"1"}}');
DROP INDEX other;

-- the columns may have other names and places
ALTER TABLE "Music" RENAME COLUMN item TO document;
ALTER TABLE "Music" RENAME COLUMN key TO id;
ALTER TABLE "Music" ADD COLUMN note text DEFAULT 'none';
INSERT INTO "Music" (document) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"4"}}') RETURNING id, note;
ALTER TABLE "Music" RENAME COLUMN document TO item;
ALTER TABLE "Music" RENAME COLUMN id TO key;

-- a table whose CHECK is gone, or is another, is refused until it is repaired
ALTER TABLE "Music" DROP CONSTRAINT key_schema;
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"5"}}');
ALTER TABLE public."Music" ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Artist S')) NOT VALID;
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"5"}}');
ALTER TABLE "Music" DROP CONSTRAINT key_schema;
ALTER TABLE public."Music" ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Artist S', 'SongTitle S'));
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"5"}}');

-- it is a trigger of one kind
SELECT dynamo.derive_key();
CREATE TRIGGER wrong AFTER INSERT ON "Music" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}');
CREATE OR REPLACE TRIGGER wrong BEFORE UPDATE ON "Music" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
UPDATE "Music" SET item = item;
CREATE OR REPLACE TRIGGER wrong BEFORE INSERT ON "Music" FOR EACH STATEMENT EXECUTE FUNCTION dynamo.derive_key('Artist S', 'SongTitle S');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}');
DROP TRIGGER wrong ON "Music";
CREATE OR REPLACE TRIGGER derive_key BEFORE INSERT ON "Music" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key();
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}');
CREATE OR REPLACE TRIGGER derive_key BEFORE INSERT ON "Music" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Artist S');
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}');

-- without the trigger, the key must be named
DROP TRIGGER derive_key ON "Music";
INSERT INTO "Music" (item) VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}');
INSERT INTO "Music" (key, item) SELECT dynamo.key_of(item, 'Artist S', 'SongTitle S'), item
  FROM (VALUES ('{"Artist":{"S":"Zeta"},"SongTitle":{"S":"6"}}'::dynamo.item)) AS v (item);
SELECT count(*), count(*) FILTER (WHERE dynamo.key_matches(key, item, 'Artist S', 'SongTitle S')) FROM "Music";
DROP TABLE "Music";

-- hash key alone; numbers and binary
CREATE TABLE things (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'Id N'))
) USING heap;
CREATE TRIGGER derive_key BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('Id N');
INSERT INTO things (item) VALUES ('{"Id":{"N":"1000"}}');
INSERT INTO things (item) VALUES ('{"Id":{"N":"1e3"}}');
INSERT INTO things (item) SELECT format('{"Id":{"N":"%s"},"Data":{"B":"AAE="}}', n)::dynamo.item FROM generate_series(1, 500) AS n;
SELECT count(*), count(DISTINCT key) FROM things;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) DELETE FROM things WHERE key = '77';
RESET enable_seqscan;
DELETE FROM things WHERE key = '77' RETURNING item;
DROP TABLE things;

-- a registered table: indexes are called as DynamoDB calls them, also those
-- that Postgres does not have yet
SELECT dynamo.create_table('{"TableName":"Registered.Music","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}],
	"GlobalSecondaryIndexes":[{"IndexName":"By.g-and-n","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],
		"Projection":{"ProjectionType":"ALL"}}]}')->'TableDescription'->'TableStatus' AS status;
INSERT INTO "Registered.Music" (item) VALUES ('{"p":{"S":"a"},"g":{"S":"x"},"n":{"N":"1"}}');
INSERT INTO "Registered.Music" (item) VALUES ('{"p":{"S":"b"},"g":{"S":"x"},"n":{"S":"1"}}');
SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = '"Registered.Music"'::regclass AND NOT indisunique \gexec
INSERT INTO "Registered.Music" (item) VALUES ('{"p":{"S":"b"},"g":{"S":"x"},"n":{"S":"1"}}');
CREATE INDEX "Named otherwise" ON "Registered.Music" (dynamo.index_key(item, 'g S', 'n N'), key) WHERE dynamo.index_key(item, 'g S', 'n N') IS NOT NULL;
CREATE INDEX "Unknown" ON "Registered.Music" (dynamo.index_key(item, 'u B'), key) WHERE dynamo.index_key(item, 'u B') IS NOT NULL;
INSERT INTO "Registered.Music" (item) VALUES ('{"p":{"S":"b"},"g":{"S":"x"},"n":{"S":"1"}}');
INSERT INTO "Registered.Music" (item) VALUES ('{"p":{"S":"b"},"u":{"S":"x"}}');
SELECT key, item FROM "Registered.Music";
SELECT dynamo.delete_table('{"TableName":"Registered.Music"}')->'TableDescription'->'TableStatus' AS status;

-- partitioned by key: an INSERT names it
CREATE TABLE parted (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p S', 's N'))
) PARTITION BY HASH (key);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT dynamo.key_of(item, 'p S', 's N'), item
  FROM (SELECT format('{"p":{"S":"%s"},"s":{"N":"%s"}}', n % 10, n)::dynamo.item AS item FROM generate_series(1, 100) AS n) AS i;
INSERT INTO parted (key, item) VALUES ('"1"/2', '{"p":{"S":"1"},"s":{"N":"3"}}');
SELECT count(*), count(DISTINCT tableoid) FROM parted;
SELECT item FROM parted WHERE key = '"3"/13';
DROP TABLE parted;
