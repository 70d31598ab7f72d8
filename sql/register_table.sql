-- register_table: tables that came by plain DDL.

-- LIKE brings neither the trigger nor, without INCLUDING INDEXES, the key
SELECT dynamo.create_table('{
	"TableName": "Original", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [
		{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"},
		{"AttributeName": "l", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{
		"IndexName": "local", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "global", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
		"Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
CREATE TABLE "Bare" (LIKE "Original" INCLUDING CONSTRAINTS);
SELECT dynamo.register_table('"Bare"');
\d "Bare"
SELECT dynamo.put_item('Bare', '{"k":{"S":"v"},"s":{"N":"1"}}'::dynamo.item);
SELECT dynamo.get_item('Bare', 'v', '1');
CREATE TABLE "Full" (LIKE "Original" INCLUDING ALL);
SELECT dynamo.register_table('"Full"', 'another.name');
\d "Full"
SELECT name, kind, position, key_schema, projection FROM dynamo.indexes WHERE table_name = 'another.name' ORDER BY position;
SELECT dynamo.describe_table('another.name') #>> '{Table,BillingModeSummary,BillingMode}' AS billing_mode,
	dynamo.describe_table('another.name') #>> '{Table,GlobalSecondaryIndexes,0,IndexStatus}' AS index_status;

-- once more: nothing changes, but new indexes are found
SELECT dynamo.register_table('"Full"');
CREATE INDEX ON "Full" (dynamo.index_key(item, 'x S', 'y B'), key) WHERE dynamo.index_key(item, 'x S', 'y B') IS NOT NULL;
CREATE INDEX "i;" ON "Full" (dynamo.index_key(item, 'z S'), key);
CREATE INDEX twice ON "Full" (dynamo.index_key(item, 'z S'), key);
CREATE INDEX disagrees ON "Full" (dynamo.index_key(item, 'k N'), key);
CREATE INDEX of_another_kind ON "Full" (dynamo.index_key(item, 'x S'));
SELECT dynamo.register_table('"Full"', 'another.name');
SELECT name, kind, position, key_schema, projection FROM dynamo.indexes WHERE table_name = 'another.name' ORDER BY position;
SELECT dynamo.register_table('"Full"', 'a.third.name');

-- a heap table
CREATE TABLE heap_items (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CHECK (dynamo.key_matches(key, item, 'k S'))
) USING heap;
SELECT dynamo.register_table('heap_items');
SELECT dynamo.put_item('heap_items', '{"k":{"S":"v"}}'::dynamo.item);
SELECT dynamo.get_item('heap_items', 'v');

-- a partitioned table: its key is named, by put_item, too
CREATE TABLE parted (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'k S'))
) PARTITION BY HASH (key);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0) USING dynamo;
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1) USING dynamo;
SELECT dynamo.register_table('parted');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'parted'::regclass;
SELECT count(dynamo.put_item('parted', format('{"k":{"S":"%s"}}', n)::dynamo.item)) FROM generate_series(1, 20) AS n;
SELECT dynamo.get_item('parted', '7');
ANALYZE parted;
SELECT dynamo.describe_table('parted') #>> '{Table,ItemCount}' AS items;

-- refused
SELECT dynamo.register_table(NULL);
SELECT dynamo.register_table(0);
SELECT dynamo.register_table('pg_class');
CREATE TABLE no_check (key dynamo.key PRIMARY KEY, item dynamo.item NOT NULL);
SELECT dynamo.register_table('no_check');
CREATE VIEW items_view AS SELECT * FROM heap_items;
SELECT dynamo.register_table('items_view');
CREATE TEMP TABLE temp_items (LIKE heap_items INCLUDING ALL);
SELECT dynamo.register_table('temp_items');
CREATE TABLE ab (LIKE heap_items INCLUDING ALL);
SELECT dynamo.register_table('ab');
SELECT dynamo.register_table('ab', 'a b');
SELECT dynamo.register_table('ab', 'heap_items');
SELECT dynamo.register_table('ab', 'abc');
ALTER TABLE ab DISABLE TRIGGER derive_key;
SELECT dynamo.register_table('ab');
CREATE TABLE not_valid (key dynamo.key PRIMARY KEY, item dynamo.item NOT NULL);
ALTER TABLE not_valid ADD CHECK (dynamo.key_matches(key, item, 'k S')) NOT VALID;
SELECT dynamo.register_table('not_valid');
SELECT table_name FROM dynamo.list_tables() WHERE relation = 'not_valid'::regclass;
CREATE ROLE regress_other;
SET ROLE regress_other;
SELECT dynamo.register_table('heap_items');
RESET ROLE;
DROP ROLE regress_other;
BEGIN READ ONLY;
SELECT dynamo.register_table('heap_items');
ROLLBACK;

-- the restore of one table: what is dead goes, the relation is registered anew
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/heap_items", "Tags": [{"Key": "a", "Value": "b"}]}');
CREATE TABLE restored (LIKE heap_items INCLUDING ALL);
INSERT INTO restored SELECT * FROM heap_items;
DROP VIEW items_view;
DROP TABLE heap_items;
ALTER TABLE restored RENAME TO heap_items;
SELECT dynamo.get_item('heap_items', 'v');
SELECT dynamo.register_table('heap_items');
SELECT dynamo.get_item('heap_items', 'v');
SELECT count(*) FROM dynamo.tags WHERE table_name = 'heap_items';

SELECT table_name, dynamo.delete_table(table_name) IS NOT NULL AS deleted FROM dynamo.list_tables()
	WHERE table_name IN ('Original', 'Bare', 'another.name', 'heap_items', 'parted', 'abc') ORDER BY table_name COLLATE "C";
DROP TABLE no_check, not_valid;
