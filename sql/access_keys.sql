-- Access keys of the endpoint: who makes them, who sees them, and what ends them.
CREATE ROLE regress_keys_app;
CREATE ROLE regress_keys_other;
CREATE ROLE regress_keys_admin;
CREATE ROLE regress_keys_super SUPERUSER;
CREATE ROLE regress_keys_reader;
CREATE ROLE "regress keys ""odd""";
GRANT regress_keys_app TO regress_keys_admin WITH ADMIN OPTION;

SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolpassword
  FROM pg_authid WHERE rolname = 'dynamo_endpoint';

-- A key has an id, a secret and, if asked for, a session token; all of them random.
SELECT access_key_id AS id, secret_access_key AS secret, session_token IS NULL AS no_token
  FROM dynamo.create_access_key('regress_keys_app') \gset first_
SELECT :'first_id' ~ '^DYNA[A-Z2-7]{16}$' AS id, :'first_secret' ~ '^[A-Za-z0-9+/]{40}$' AS secret, :'first_no_token' AS no_token;
SELECT access_key_id AS id, secret_access_key AS secret, session_token AS token
  FROM dynamo.create_access_key('regress_keys_app', with_session_token => true) \gset second_
SELECT :'second_id' ~ '^DYNA[A-Z2-7]{16}$' AS id, :'second_secret' ~ '^[A-Za-z0-9+/]{40}$' AS secret,
	:'second_token' ~ '^[A-Za-z0-9+/]{64}$' AS token;
SELECT :'first_id' <> :'second_id' AS ids_differ, :'first_secret' <> :'second_secret' AS secrets_differ;
SELECT dynamo.create_access_key(NULL) IS NULL AS nothing;

-- The endpoint's role has the key's role, once.
SELECT count(*) FROM pg_auth_members
 WHERE roleid = 'regress_keys_app'::regrole AND member = 'dynamo_endpoint'::regrole;

-- A list, without secrets.
SELECT role, active, has_session_token, created_at <= clock_timestamp() AS made
  FROM dynamo.list_access_keys() ORDER BY has_session_token;
SELECT count(*) FROM dynamo.list_access_keys() WHERE access_key_id IN (:'first_id', :'second_id');

-- Names are taken as they are.
SELECT access_key_id AS odd_id FROM dynamo.create_access_key('"regress keys ""odd"""') \gset
SELECT role FROM dynamo.list_access_keys() WHERE access_key_id = :'odd_id';

-- Superusers, predefined roles and the endpoint itself have none.
SELECT dynamo.create_access_key('regress_keys_super');
SELECT dynamo.create_access_key('pg_monitor');
SELECT dynamo.create_access_key('dynamo_endpoint');
SELECT dynamo.create_access_key('regress_keys_nobody');

-- Who has the role WITH ADMIN OPTION makes keys, and nobody else, not even the role.
SET ROLE regress_keys_admin;
SELECT access_key_id AS admin_id FROM dynamo.create_access_key('regress_keys_app') \gset
SELECT dynamo.create_access_key('regress_keys_other');
SELECT count(*) FROM dynamo.list_access_keys();
SET ROLE regress_keys_app;
SELECT dynamo.create_access_key('regress_keys_app');
SELECT dynamo.drop_access_key(:'admin_id');
SELECT dynamo.deactivate_access_key(:'admin_id');
SELECT count(*) FROM dynamo.list_access_keys();

-- For others there are no keys at all.
SET ROLE regress_keys_other;
SELECT count(*) FROM dynamo.list_access_keys();
\set VERBOSITY sqlstate
SELECT dynamo.drop_access_key(:'admin_id');
\set VERBOSITY default
SELECT dynamo.drop_access_key('DYNAAAAAAAAAAAAAAAAA');
SELECT dynamo.drop_access_key('');

-- The secrets are for superusers: not for who reads all tables, and not for who writes them.
SELECT * FROM dynamo.access_keys;
RESET ROLE;
GRANT pg_read_all_data, pg_write_all_data TO regress_keys_reader;
SET ROLE regress_keys_reader;
SELECT count(*) FROM dynamo.access_keys;
INSERT INTO dynamo.access_keys VALUES ('DYNAAAAAAAAAAAAAAAAA', 'regress_keys_app'::regrole, 'known', NULL, true, now());
UPDATE dynamo.access_keys SET secret_access_key = 'known';
DELETE FROM dynamo.access_keys;
RESET ROLE;
SELECT count(*) FROM dynamo.access_keys WHERE secret_access_key = :'first_secret' AND session_token IS NULL;
SELECT 'access_keys'::name = ANY (SELECT relname FROM pg_class AS c JOIN pg_extension AS e ON c.oid = ANY (e.extconfig)) AS is_dumped;

-- Switching a key off, and on again.
SELECT dynamo.deactivate_access_key(:'first_id');
SELECT active FROM dynamo.list_access_keys() WHERE access_key_id = :'first_id';
SELECT dynamo.deactivate_access_key(:'first_id');
SET ROLE regress_keys_admin;
SELECT dynamo.activate_access_key(:'first_id');
RESET ROLE;
SELECT active FROM dynamo.list_access_keys() WHERE access_key_id = :'first_id';

-- Dropping one, for good.
SELECT dynamo.drop_access_key(:'first_id');
SELECT count(*) FROM dynamo.list_access_keys() WHERE access_key_id = :'first_id';
\set VERBOSITY sqlstate
SELECT dynamo.drop_access_key(:'first_id');
SELECT dynamo.activate_access_key(:'first_id');
\set VERBOSITY default

-- All of it belongs to its transaction, and none of it to one that only reads.
BEGIN;
SELECT dynamo.drop_access_key(:'second_id');
ROLLBACK;
SELECT count(*) FROM dynamo.list_access_keys() WHERE access_key_id = :'second_id';
BEGIN READ ONLY;
SELECT dynamo.create_access_key('regress_keys_app');
ROLLBACK;
BEGIN READ ONLY;
SELECT dynamo.drop_access_key(:'second_id');
ROLLBACK;

-- Dropping a role ends its keys, and one of the same name gets none of them.
DROP ROLE "regress keys ""odd""";
SELECT count(*) FROM dynamo.list_access_keys() WHERE access_key_id = :'odd_id';
\set VERBOSITY sqlstate
SELECT dynamo.activate_access_key(:'odd_id');
\set VERBOSITY default
CREATE ROLE "regress keys ""odd""";
SELECT count(*) FROM dynamo.list_access_keys() WHERE access_key_id = :'odd_id';
-- The row goes with the next change of a key.
SELECT count(*) FROM dynamo.access_keys WHERE access_key_id = :'odd_id';
SELECT dynamo.drop_access_key(:'admin_id');
SELECT count(*) FROM dynamo.access_keys WHERE access_key_id = :'odd_id';

DROP OWNED BY regress_keys_app;
DROP ROLE regress_keys_app, regress_keys_other, regress_keys_admin, regress_keys_super, regress_keys_reader, "regress keys ""odd""";
SELECT count(*) FROM dynamo.list_access_keys();
