-- What an administrator does to an item table, and what operations make of it.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION create_things() RETURNS void LANGUAGE sql AS
$$
	SELECT dynamo.create_table('{"TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}')
$$;
CREATE FUNCTION put(id text, n int) RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT dynamo.put_item('Things', format('{"id": {"S": "%s"}, "n": {"N": "%s"}}', id, n)::dynamo.item, 'ALL_OLD') $$;
CREATE FUNCTION del(id text) RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT dynamo.delete_item('Things', id, return_values => 'ALL_OLD') $$;
SELECT create_things();

-- Other columns: operations leave them alone, and defaults fill them.
SELECT put('a', 1);
ALTER TABLE "Things" ADD COLUMN note text, ADD COLUMN made int NOT NULL DEFAULT 7,
	ADD COLUMN n int GENERATED ALWAYS AS (item['n']::int) STORED;
UPDATE "Things" SET note = 'keep me';
SELECT put('a', 2);
SELECT put('b', 3);
SELECT dynamo.get_item('Things', 'a');
SELECT note, made, n, item FROM "Things" ORDER BY n;
SELECT del('b'), del('b');
ALTER TABLE "Things" ALTER COLUMN made DROP DEFAULT;
SELECT put('c', 1);
SELECT put('a', 3);
ALTER TABLE "Things" DROP COLUMN note, DROP COLUMN made, DROP COLUMN n;
SELECT put('c', 1), put('a', 4);
SELECT item FROM "Things" ORDER BY item['n']::int;

-- CHECK constraints and other unique indexes.
ALTER TABLE "Things" ADD CONSTRAINT small CHECK (item['n']::int < 100);
SELECT put('a', 100);
SELECT put('a', 99);
SELECT put('d', 100);
ALTER TABLE "Things" DROP CONSTRAINT small;
CREATE UNIQUE INDEX one_n ON "Things" ((item['n']::int));
SELECT put('d', 99);
SELECT put('c', 99);
SELECT put('c', 98);
DROP INDEX one_n;

-- Triggers after the write: they see what SQL would show them.
CREATE TABLE log (n serial, what text, old_item dynamo.item, new_item dynamo.item);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
	$$ BEGIN INSERT INTO log (what, old_item, new_item) VALUES (TG_OP, OLD.item, NEW.item); RETURN NULL; END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON "Things" FOR EACH ROW EXECUTE FUNCTION log();
SELECT put('t', 1);
SELECT put('t', 1);
SELECT put('t', 2);
SELECT del('t');
SELECT del('t');
SELECT what, old_item, new_item FROM log ORDER BY n;
DROP TRIGGER log ON "Things";
-- Triggers before the write can change it, and turn it down.
CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	IF TG_OP = 'DELETE' THEN
		RETURN NULL;
	ELSIF NEW.item['n']::int < 0 THEN
		RETURN NULL;
	END IF;
	NEW.item['stamp'] = '{"S": "checked"}';
	RETURN NEW;
END
$$;
CREATE TRIGGER change BEFORE INSERT OR UPDATE OR DELETE ON "Things" FOR EACH ROW EXECUTE FUNCTION change();
SELECT put('t', 1);
SELECT put('t', 2);
SELECT put('t', -1);
SELECT put('u', -1);
SELECT del('t');
SELECT dynamo.get_item('Things', 't'), dynamo.get_item('Things', 'u');
BEGIN;
SELECT put('t', -1);
SELECT put('u', -1);
SELECT del('u');
COMMIT;
DROP TRIGGER change ON "Things";
SELECT del('t'), del('t');

-- A trigger that writes other items of the table, and changes what the session knows of it meanwhile.
CREATE FUNCTION history() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	IF pg_trigger_depth() > 1 THEN
		RETURN NEW;
	END IF;
	GRANT SELECT ON "Things" TO PUBLIC;
	PERFORM dynamo.put_item('Things', format('{"id": {"S": "%s before"}, "n": {"N": "%s"}}', OLD.item['id']::text, OLD.item['n']::text)::dynamo.item);
	REVOKE SELECT ON "Things" FROM PUBLIC;
	RETURN NEW;
END
$$;
CREATE TRIGGER history BEFORE UPDATE ON "Things" FOR EACH ROW EXECUTE FUNCTION history();
SELECT put('t', 1), put('t', 2), put('t', 3);
SELECT put('t', 4);
SELECT dynamo.get_item('Things', 't'), dynamo.get_item('Things', 't before');
DROP TRIGGER history ON "Things";
SELECT del('t'), del('t before');

-- Foreign keys to the table.
CREATE TABLE parts (thing dynamo.key REFERENCES "Things" ON DELETE CASCADE, part text);
INSERT INTO parts SELECT key, 'wheel' FROM "Things";
SELECT put('a', 5);
SELECT del('c');
SELECT item, part FROM parts JOIN "Things" ON thing = key;
ALTER TABLE parts DROP CONSTRAINT parts_thing_fkey, ADD CONSTRAINT parts_thing_fkey FOREIGN KEY (thing) REFERENCES "Things";
SELECT del('a');
DROP TABLE parts;

-- Rules.
CREATE RULE no_deletes AS ON DELETE TO "Things" DO INSTEAD NOTHING;
SELECT del('a');
SELECT put('a', 6);
SELECT put('r', 1);
SELECT dynamo.get_item('Things', 'a'), dynamo.get_item('Things', 'r');
DROP RULE no_deletes ON "Things";
SELECT del('r');

-- A heap table of the same shape.
ALTER TABLE "Things" SET ACCESS METHOD heap;
SELECT put('a', 7), put('h', 1), del('h'), dynamo.get_item('Things', 'a');
ALTER TABLE "Things" SET ACCESS METHOD dynamo;

-- Names are DynamoDB's, whatever the relation is called and wherever it is.
CREATE SCHEMA "else where";
ALTER TABLE "Things" RENAME TO things;
ALTER TABLE things SET SCHEMA "else where";
ALTER TABLE "else where".things RENAME COLUMN item TO "the item";
ALTER TABLE "else where".things RENAME COLUMN key TO "the key";
SELECT put('a', 8), put('e', 1), del('e'), dynamo.get_item('Things', 'a');
ALTER SCHEMA "else where" RENAME TO elsewhere;
SELECT put('a', 9), put('e', 1), del('e'), dynamo.get_item('Things', 'a');
ALTER TABLE elsewhere.things RENAME COLUMN "the item" TO item;
ALTER TABLE elsewhere.things RENAME COLUMN "the key" TO key;
ALTER TABLE elsewhere.things SET SCHEMA public;
ALTER TABLE things RENAME TO "Things";
DROP SCHEMA elsewhere;

-- A table that does not derive its keys, or does not prove them, is refused, with the statement that repairs it.
ALTER TABLE "Things" DISABLE TRIGGER derive_key;
SELECT put('a', 10);
ALTER TABLE public."Things" ENABLE TRIGGER derive_key;
SELECT put('a', 10);
DROP TRIGGER derive_key ON "Things";
SELECT dynamo.get_item('Things', 'a');
CREATE TRIGGER derive_key BEFORE INSERT ON public."Things" FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('id S');
SELECT dynamo.get_item('Things', 'a');
ALTER TABLE "Things" DROP CONSTRAINT key_schema;
SELECT del('a');
ALTER TABLE public."Things" ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'id S'));
SELECT put('a', 11);
ALTER TABLE "Things" DROP CONSTRAINT key_schema;
ALTER TABLE "Things" ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'id S')) NOT VALID;
SELECT put('a', 12);
ALTER TABLE public."Things" VALIDATE CONSTRAINT key_schema;
SELECT put('a', 12);
ALTER TABLE "Things" DROP CONSTRAINT "Things_pkey";
SELECT put('a', 13);
ALTER TABLE public."Things" ADD PRIMARY KEY (key);
SELECT put('a', 13);

-- A table that has gone.
BEGIN;
DROP TABLE "Things";
SAVEPOINT s;
SELECT put('a', 14);
ROLLBACK TO SAVEPOINT s;
ROLLBACK;
SELECT put('a', 14);
DROP TABLE "Things";
SELECT put('a', 15);

-- Partitions: their rows have the key's columns in any order.
CREATE TABLE pieces (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'id S'))) PARTITION BY HASH (key);
CREATE TABLE piece_0 PARTITION OF pieces FOR VALUES WITH (MODULUS 2, REMAINDER 0) USING dynamo;
CREATE TABLE piece_1 (item dynamo.item NOT NULL, key dynamo.key NOT NULL PRIMARY KEY,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'id S'))) USING dynamo;
ALTER TABLE pieces ATTACH PARTITION piece_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
SELECT dynamo.register_table('pieces', 'Things') IS NOT NULL AS registered;
SELECT put('p' || i, i), put('p' || i, i + 1) FROM generate_series(1, 3) i;
SELECT count(*) FILTER (WHERE tableoid = 'piece_0'::regclass) > 0 AS in_0,
	count(*) FILTER (WHERE tableoid = 'piece_1'::regclass) > 0 AS in_1 FROM pieces, (SELECT put('q' || i, i) FROM generate_series(1, 20) i) q;
BEGIN;
SELECT count(del('absent' || i)) FROM generate_series(1, 10) i;
SELECT put('p1', 2), del('p2'), dynamo.get_item('Things', 'p3');
COMMIT;
DROP TABLE pieces;

-- Children: the parent's operations reach them, as its statements do.
SELECT create_things();
CREATE TABLE more () INHERITS ("Things") USING dynamo;
SELECT put('a', 1);
INSERT INTO more SELECT dynamo.key_of('{"id": {"S": "child"}}', 'id S'), '{"id": {"S": "child"}}';
SELECT dynamo.get_item('Things', 'child'), del('child'), dynamo.get_item('Things', 'a');
DROP TABLE "Things" CASCADE;

DROP TABLE log;
DROP FUNCTION create_things, put, del, log(), change, history;
