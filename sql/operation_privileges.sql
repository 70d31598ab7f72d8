-- Each operation needs what the equivalent SQL needs, and nothing more: the
-- rows of docs/privileges.md.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_dynamo_owner;
CREATE ROLE regress_dynamo_user;
CREATE SCHEMA regress_privileges AUTHORIZATION regress_dynamo_owner;
SET dynamo.schema = regress_privileges;
SET ROLE regress_dynamo_owner;
SELECT dynamo.create_table('{"TableName": "Guarded", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('Guarded', '{"id": {"S": "a"}}');
RESET ROLE;

-- Without the schema nothing in it can be reached.
GRANT ALL ON regress_privileges."Guarded" TO regress_dynamo_user;
SET ROLE regress_dynamo_user;
SELECT dynamo.get_item('Guarded', 'a');
SELECT dynamo.put_item('Guarded', '{"id": {"S": "a"}}');
SELECT dynamo.delete_item('Guarded', 'a');
RESET ROLE;
REVOKE ALL ON regress_privileges."Guarded" FROM regress_dynamo_user;
GRANT USAGE ON SCHEMA regress_privileges TO regress_dynamo_user;

-- Gives the user some privileges, tries every operation, takes them back.
CREATE FUNCTION try(privileges text) RETURNS TABLE (operation text, outcome text) LANGUAGE plpgsql AS
$$
DECLARE
	statement text;
BEGIN
	EXECUTE format('GRANT %s ON regress_privileges."Guarded" TO regress_dynamo_user', privileges);
	SET LOCAL ROLE regress_dynamo_user;
	FOREACH statement IN ARRAY ARRAY[
		$q$SELECT dynamo.get_item('Guarded', 'a')$q$,
		$q$SELECT dynamo.put_item('Guarded', '{"id": {"S": "a"}}')$q$,
		$q$SELECT dynamo.put_item('Guarded', '{"id": {"S": "a"}, "n": {"N": "1"}}')$q$,
		$q$SELECT dynamo.put_item('Guarded', '{"id": {"S": "b"}}')$q$,
		$q$SELECT dynamo.update_item('Guarded', '{"id": {"S": "a"}}', 'SET n = :n', '{":n": {"N": "2"}}')$q$,
		$q$SELECT dynamo.put_item('Guarded', '{"id": {"S": "b"}}', condition => 'attribute_not_exists(id)')$q$,
		$q$SELECT dynamo.delete_item('Guarded', 'a', condition => 'attribute_not_exists(id)')$q$,
		$q$SELECT dynamo.delete_item('Guarded', 'b', return_values => 'ALL_OLD')$q$,
		$q$SELECT dynamo.delete_item('Guarded', 'nothing')$q$,
		$q$SELECT dynamo.batch_get_item('Guarded', '{"{\"id\": {\"S\": \"a\"}}"}')$q$,
		$q$SELECT dynamo.batch_write_item('Guarded', '{"{\"id\": {\"S\": \"c\"}}"}')$q$,
		$q$SELECT dynamo.batch_write_item('Guarded', NULL, '{"{\"id\": {\"S\": \"c\"}}"}')$q$]
	LOOP
		operation := (regexp_match(statement, 'dynamo\.(\w+)'))[1];
		BEGIN
			EXECUTE statement;
			outcome := 'allowed';
		EXCEPTION WHEN insufficient_privilege THEN
			outcome := SQLERRM;
		WHEN SQLSTATE 'YD009' THEN
			outcome := 'allowed';	-- the condition is false
		END;
		RETURN NEXT;
	END LOOP;
	RESET ROLE;
	EXECUTE format('REVOKE %s ON regress_privileges."Guarded" FROM regress_dynamo_user', privileges);
END
$$;
CREATE FUNCTION allowed(privileges text) RETURNS text LANGUAGE sql AS
$$
	SELECT coalesce(string_agg(operation, ', '), 'nothing')
	FROM (SELECT operation FROM try(privileges) GROUP BY 1 HAVING bool_and(outcome = 'allowed') ORDER BY 1) AS operations
$$;
SELECT * FROM try('TRUNCATE');
-- exactly what is needed
SELECT allowed('SELECT');
SELECT allowed('SELECT, INSERT, UPDATE');
SELECT allowed('SELECT, DELETE');
-- one of them too few
SELECT allowed('INSERT, UPDATE, DELETE');
SELECT allowed('SELECT, INSERT, DELETE');
SELECT allowed('SELECT, UPDATE, DELETE');
SELECT allowed('SELECT, INSERT, UPDATE');
-- on the columns that operations read and write
SELECT allowed('SELECT (key, item)');
SELECT allowed('SELECT (item)');
SELECT allowed('SELECT (key)');
SELECT allowed('SELECT (key, item), INSERT (key, item), UPDATE (item)');
SELECT allowed('SELECT (key, item), INSERT (item), UPDATE (item)');
SELECT allowed('SELECT (key, item), INSERT (key, item), UPDATE (key)');
SELECT allowed('SELECT (key, item), DELETE');
SELECT allowed('SELECT (key, item), INSERT, UPDATE, DELETE');
-- a batch needs the privileges of what is in it: of puts, then of deletes
SELECT * FROM try('SELECT, INSERT, UPDATE') WHERE operation = 'batch_write_item';
SELECT * FROM try('SELECT, DELETE') WHERE operation = 'batch_write_item';

-- another account's table
SET ROLE regress_dynamo_user;
SELECT dynamo.get_item('arn:aws:dynamodb:us-east-1:000000000001:table/Guarded', 'a');
SELECT dynamo.put_item('arn:aws:dynamodb:us-east-1:000000000001:table/Guarded', '{"id": {"S": "a"}}');
RESET ROLE;

-- Privileges are those of the user in effect: a function can lend its owner's.
SET ROLE regress_dynamo_owner;
CREATE FUNCTION regress_privileges.lend(id text) RETURNS dynamo.item LANGUAGE sql SECURITY DEFINER AS
	$$ SELECT dynamo.get_item('Guarded', id) $$;
SET ROLE regress_dynamo_user;
SELECT regress_privileges.lend('a');
SELECT dynamo.get_item('Guarded', 'a');
RESET ROLE;

SET client_min_messages = error;
DROP SCHEMA regress_privileges CASCADE;
DROP FUNCTION try, allowed;
DROP ROLE regress_dynamo_owner, regress_dynamo_user;
