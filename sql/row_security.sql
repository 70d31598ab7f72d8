-- Row-level security of an item table holds for the operations, too.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_dynamo_owner;
CREATE ROLE regress_dynamo_alice;
CREATE ROLE regress_dynamo_bob;
CREATE ROLE regress_dynamo_bypass BYPASSRLS;
CREATE SCHEMA regress_rls AUTHORIZATION regress_dynamo_owner;
GRANT USAGE ON SCHEMA regress_rls TO PUBLIC;
SET dynamo.schema = regress_rls;

SET ROLE regress_dynamo_owner;
SELECT dynamo.create_table('{"TableName": "Notes", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
GRANT ALL ON regress_rls."Notes" TO regress_dynamo_alice, regress_dynamo_bob, regress_dynamo_bypass;
CREATE FUNCTION regress_rls.note(id text, owner text, content text DEFAULT '-') RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT format('{"id": {"S": "%s"}, "owner": {"S": "%s"}, "text": {"S": "%s"}}', id, owner, content)::dynamo.item $$;
CREATE FUNCTION regress_rls.put(id text, owner text, content text DEFAULT '-') RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT dynamo.put_item('Notes', regress_rls.note(id, owner, content), 'ALL_OLD') $$;
CREATE FUNCTION regress_rls.del(id text) RETURNS dynamo.item LANGUAGE sql AS
	$$ SELECT dynamo.delete_item('Notes', id, return_values => 'ALL_OLD') $$;
RESET ROLE;
SET search_path = regress_rls, public;

-- Everybody reads and writes their own notes.
SET ROLE regress_dynamo_owner;
SELECT put('a1', 'regress_dynamo_alice'), put('b1', 'regress_dynamo_bob');
ALTER TABLE "Notes" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "Notes" USING (item['owner']::text = current_user);

SET ROLE regress_dynamo_alice;
SELECT dynamo.get_item('Notes', 'a1'), dynamo.get_item('Notes', 'b1');
SELECT put('a1', 'regress_dynamo_alice', 'new');
SELECT put('a1', 'regress_dynamo_alice', 'new');
SELECT put('a2', 'regress_dynamo_alice');
-- What would not be hers any more, and what is not hers.
SELECT put('a1', 'regress_dynamo_bob');
SELECT put('a3', 'regress_dynamo_bob');
SELECT put('b1', 'regress_dynamo_alice');
SELECT del('b1');
SELECT del('a2');
SELECT del('a2');
BEGIN;
SELECT del('b1');
SELECT del('nothing');
SELECT put('a1', 'regress_dynamo_alice', 'new');
COMMIT;

-- The owner is above the policies, until they are forced; so is who may bypass them.
SET ROLE regress_dynamo_owner;
SELECT dynamo.get_item('Notes', 'b1');
SELECT put('b1', 'regress_dynamo_bob', 'by the owner');
ALTER TABLE "Notes" FORCE ROW LEVEL SECURITY;
SELECT dynamo.get_item('Notes', 'b1');
SELECT put('b1', 'regress_dynamo_bob', 'by the owner again');
ALTER TABLE "Notes" NO FORCE ROW LEVEL SECURITY;
SET ROLE regress_dynamo_bypass;
SELECT put('b1', 'regress_dynamo_bob', 'bypassed');

-- row_security = off does not go around a policy: it is an error.
SET row_security = off;
SELECT put('b1', 'regress_dynamo_bob', 'bypassed again');
SET ROLE regress_dynamo_alice;
SELECT dynamo.get_item('Notes', 'a1');
SELECT put('a1', 'regress_dynamo_alice');
SELECT del('a1');
RESET row_security;

-- One session with several roles: plans are for a role each.
SELECT dynamo.get_item('Notes', 'b1');
SET ROLE regress_dynamo_bob;
SELECT dynamo.get_item('Notes', 'b1'), dynamo.get_item('Notes', 'a1');
-- A function with its owner's rights sees what its owner sees.
RESET ROLE;
CREATE FUNCTION her_note() RETURNS dynamo.item LANGUAGE sql SECURITY DEFINER AS
	$$ SELECT dynamo.get_item('Notes', 'a1') $$;
ALTER FUNCTION her_note OWNER TO regress_dynamo_alice;
SET ROLE regress_dynamo_bob;
SELECT her_note() AS hers, dynamo.get_item('Notes', 'a1') AS his;

-- One policy a command: notes can be public to read, and still be their owner's.
SET ROLE regress_dynamo_owner;
DROP POLICY own ON "Notes";
CREATE POLICY reading ON "Notes" FOR SELECT USING (true);
CREATE POLICY inserting ON "Notes" FOR INSERT WITH CHECK (item['owner']::text = current_user);
CREATE POLICY updating ON "Notes" FOR UPDATE USING (item['owner']::text = current_user);
CREATE POLICY deleting ON "Notes" FOR DELETE USING (item['owner']::text = current_user);
SET ROLE regress_dynamo_alice;
SELECT dynamo.get_item('Notes', 'b1');
SELECT put('b1', 'regress_dynamo_alice');
SELECT put('b1', 'regress_dynamo_bob', 'bypassed again');
SELECT del('b1');
BEGIN;
SELECT put('b1', 'regress_dynamo_bob', 'bypassed again');
SELECT del('b1');
COMMIT;
SELECT put('a1', 'regress_dynamo_alice', 'mine');
SELECT put('a4', 'regress_dynamo_bob');
SELECT put('a4', 'regress_dynamo_alice');
SELECT del('a4');
RESET ROLE;
SELECT item FROM "Notes" ORDER BY item['id']::text COLLATE "C";

SET search_path = public;
SET client_min_messages = error;
DROP SCHEMA regress_rls CASCADE;
DROP ROLE regress_dynamo_owner, regress_dynamo_alice, regress_dynamo_bob, regress_dynamo_bypass;
