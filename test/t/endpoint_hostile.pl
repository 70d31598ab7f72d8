# What requests run at the endpoint (triggers, policies, functions) and would
# like to be another role, or to be there for the next request of the worker.

use strict;
use warnings;

use JSON::PP ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $files = PostgreSQL::Test::Utils::tempdir();
my $node = new_server('hostile',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\nmax_prepared_transactions = 10\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_workers = 1\n");
my $superuser = $node->safe_psql('postgres', 'SELECT current_user');

# What nobody may do who is not allowed to.
my @refused = (
	(map { ("SET ROLE $_", "SET LOCAL ROLE $_", "SET SESSION AUTHORIZATION $_", "SET LOCAL SESSION AUTHORIZATION $_",
		"SELECT set_config('role', '$_', false)", "SELECT set_config('session_authorization', '$_', true)",
		"GRANT $_ TO app", "GRANT $_ TO app WITH ADMIN OPTION", "REASSIGN OWNED BY $_ TO app", "DROP OWNED BY $_",
		"ALTER ROLE $_ PASSWORD 'x'", "ALTER ROLE $_ SET search_path = x", "ALTER DEFAULT PRIVILEGES FOR ROLE $_ GRANT ALL ON TABLES TO app",
		"SELECT dynamo.create_access_key('$_')", "CREATE SCHEMA theirs AUTHORIZATION $_", "ALTER TABLE ways OWNER TO $_",
		"DO \$x\$ BEGIN SET ROLE $_; END \$x\$", "SELECT as_$_()") } 'dynamo_endpoint', 'other', $superuser),
	'RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT',
	"SELECT set_config('role', 'none', false)", "SELECT set_config('is_superuser', 'on', false)",
	(map { ("ALTER ROLE app $_", "ALTER ROLE dynamo_endpoint $_") } 'SUPERUSER', 'CREATEROLE', 'CREATEDB', 'BYPASSRLS', 'REPLICATION', "VALID UNTIL 'infinity'"),
	'CREATE ROLE made SUPERUSER', 'CREATE ROLE made', 'ALTER ROLE app RENAME TO boss', 'DROP ROLE other', 'ALTER ROLE ALL SET search_path = x',
	"COPY (SELECT 1) TO PROGRAM 'touch $files/program'", "COPY (SELECT 1) TO '$files/copied'", "COPY seen (way) FROM '/etc/passwd'",
	"COPY seen (way) FROM PROGRAM 'cat /etc/passwd'", "SELECT pg_read_file('/etc/passwd')", "SELECT pg_ls_dir('/')",
	"SELECT lo_import('/etc/passwd')", "SELECT lo_export(1, '$files/large')", "LOAD '$files/x.so'",
	"CREATE FUNCTION c() RETURNS int LANGUAGE c AS '\$libdir/dynamo', 'dynamo_create_access_key'",
	"CREATE FUNCTION i() RETURNS int LANGUAGE internal AS 'pg_reload_conf'",
	'SELECT * FROM dynamo.access_keys', 'TABLE pg_authid', 'TABLE pg_user_mapping', 'DELETE FROM dynamo.access_keys', 'TRUNCATE dynamo.access_keys',
	'LOCK TABLE dynamo.access_keys', 'ALTER TABLE dynamo.access_keys DISABLE ROW LEVEL SECURITY', "COPY dynamo.access_keys TO '$files/keys'",
	"INSERT INTO dynamo.access_keys VALUES ('DYNAXXXXXXXXXXXXXXXX', '$superuser'::regrole, 'x', NULL, true, now())",
	"SELECT dynamo.deactivate_access_key(key) FROM theirs", "SELECT dynamo.activate_access_key(key) FROM theirs", 'SELECT dynamo.drop_access_key(key) FROM theirs',
	(map { ("SET $_ = 'x'", "ALTER SYSTEM SET $_ = 'x'", "SELECT set_config('$_', 'x', false)") } 'dynamo.http_auth', 'dynamo.http_trust_role', 'dynamo.http_database'),
	"ALTER SYSTEM SET dynamo.http_port = 1", 'SELECT pg_reload_conf()', "ALTER DATABASE postgres SET dynamo.http_auth = 'trust'", 'ALTER DATABASE postgres SET search_path = x',
	'SET session_replication_role = replica', 'SET allow_system_table_mods = on', "SET session_preload_libraries = 'x'", 'SET log_statement = all', 'SET zero_damaged_pages = on',
	'SELECT pg_terminate_backend(pg_backend_pid())', 'SELECT pg_cancel_backend(pg_backend_pid())', 'CHECKPOINT', 'SELECT pg_switch_wal()',
	'DROP EXTENSION dynamo', 'DROP SCHEMA dynamo CASCADE', 'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION e()',
	'UPDATE pg_class SET relowner = 10', "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", 'LISTEN channel', 'COMMIT', "PREPARE TRANSACTION 'x'",
	'CREATE TABLE dynamo.mine (n int)', 'CREATE OR REPLACE FUNCTION dynamo.call(text, json) RETURNS json LANGUAGE sql AS $$ SELECT NULL $$',
	'TABLE treasure', 'DISCARD ALL', 'VACUUM');

# What they may do, and what nobody is to find after it.
my @messes = (
	'SET search_path = nowhere', 'SET statement_timeout = 7', "SET lock_timeout = '1h'", 'SET dynamo.enforce_limits = off', 'SET dynamo.direct_path = off',
	"SET my.secret = 'left'", "SELECT set_config('my.other', 'left', false)", 'SET default_transaction_read_only = on', "SET default_transaction_isolation = 'serializable'",
	"SET TimeZone = 'Asia/Tokyo'", 'SET row_security = off', 'SET synchronous_commit = off', 'SET work_mem = 64', 'SET default_tablespace = pg_default',
	'SET enable_indexscan = off', "SET temp_buffers = 100", "SET DateStyle = 'German'", "SET client_encoding = 'LATIN1'", "SET client_min_messages = error",
	"SET application_name = 'left'", 'SET idle_in_transaction_session_timeout = 1', 'SET check_function_bodies = off',
	'CREATE TEMP TABLE canary (n int)', 'CREATE TEMP TABLE seen_too (n int) ON COMMIT DELETE ROWS', 'CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$',
	'CREATE TEMP VIEW things AS SELECT 1', 'CREATE TEMP SEQUENCE numbers', "SELECT nextval('pg_temp.numbers')", 'PREPARE prepared AS SELECT 1',
	'DECLARE held CURSOR WITH HOLD FOR SELECT current_user', 'SELECT pg_advisory_lock(42)', 'SELECT pg_advisory_lock_shared(1, 2)', "SELECT nextval('public.numbers_of_app')",
	'NOTIFY channel', 'SET CONSTRAINTS ALL DEFERRED', "ALTER ROLE app SET search_path = nowhere", 'DISCARD PLANS');

sub quoted
{
	return join(', ', map { my $text = s/'/''/gr; "('$text')" } @_);
}

$node->safe_psql('postgres', <<"SQL");
CREATE ROLE app LOGIN;
CREATE ROLE other LOGIN;
CREATE ROLE definer;
CREATE ROLE watch LOGIN;
GRANT CREATE ON SCHEMA public TO app, definer, watch;
CREATE TABLE seen (way text, statement text, outcome text, who text, login text, superuser text);
CREATE TABLE ways (way text, statement text, refused bool);
CREATE TABLE treasure (n int);
ALTER TABLE treasure OWNER TO other;
CREATE SEQUENCE numbers_of_app OWNED BY NONE;
ALTER SEQUENCE numbers_of_app OWNER TO app;
GRANT ALL ON seen, ways TO app, definer;
CREATE TABLE statements (statement text, refused bool, number serial);
INSERT INTO statements SELECT s, true FROM (VALUES @{[ quoted(@refused) ]}) v (s);
INSERT INTO statements SELECT s, false FROM (VALUES @{[ quoted(@messes) ]}) v (s);
GRANT SELECT ON statements TO app, definer;
CREATE TABLE theirs (key text);
GRANT SELECT ON theirs TO app, definer;

-- Try all of them, and say how it went and who that was.
CREATE FUNCTION attack(way text) RETURNS bool LANGUAGE plpgsql AS \$\$
DECLARE
	one record;
	outcome text;
BEGIN
	FOR one IN SELECT * FROM public.statements ORDER BY number LOOP
		BEGIN
			outcome := 'done';
			EXECUTE one.statement;
		EXCEPTION WHEN OTHERS THEN
			outcome := SQLSTATE;
		END;
		INSERT INTO public.seen VALUES (way, one.statement, outcome, current_user, session_user, current_setting('is_superuser'));
	END LOOP;
	RETURN true;
END \$\$;

CREATE FUNCTION attack_of_trigger() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
	PERFORM public.attack(TG_ARGV[0]);
	RETURN NEW;
END \$\$;

-- Functions that would run as another role, by their own settings.
@{[ join("\n", map { "CREATE FUNCTION as_$_() RETURNS name LANGUAGE sql SET role = '$_' AS 'SELECT current_user';" } 'dynamo_endpoint', 'other', $superuser) ]}

-- What the commit itself evaluates.
CREATE FUNCTION attack_late() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
	EXECUTE 'DECLARE late CURSOR WITH HOLD FOR SELECT public.attack(''cursor at the commit'')';
	RETURN NULL;
END \$\$;
CREATE FUNCTION attack_immutable(anyelement, way text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS \$\$
BEGIN
	RETURN public.attack(way);
END \$\$;
SET ROLE definer;
CREATE FUNCTION attack_definer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS \$\$
BEGIN
	PERFORM public.attack(TG_ARGV[0]);
	RETURN NULL;
END \$\$;
RESET ROLE;

-- Who the next request is, and what it finds.
CREATE TABLE found (what text);
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS \$\$
DECLARE
	last_value text;
BEGIN
	BEGIN
		last_value := lastval();
	EXCEPTION WHEN object_not_in_prerequisite_state THEN
		last_value := 'none';
	END;
	INSERT INTO public.found SELECT concat_ws('|', current_user, session_user, current_setting('is_superuser'), current_setting('role'),
		(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors WHERE name IN ('held', 'late')),
		(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
		(SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()) + (SELECT count(*) FROM pg_proc WHERE pronamespace = pg_my_temp_schema()),
		(SELECT count(*) FROM pg_listening_channels()), last_value, nullif(current_setting('my.secret', true), ''), nullif(current_setting('my.other', true), ''),
		(SELECT string_agg(name || '=' || setting, ',' ORDER BY name) FROM pg_settings
		  WHERE name IN ('search_path', 'statement_timeout', 'dynamo.enforce_limits', 'dynamo.direct_path', 'default_transaction_read_only',
			'default_transaction_isolation', 'TimeZone', 'row_security', 'work_mem', 'default_tablespace', 'enable_indexscan', 'temp_buffers', 'DateStyle',
			'client_encoding', 'client_min_messages', 'idle_in_transaction_session_timeout', 'check_function_bodies')));
	RETURN NULL;
END \$\$;
GRANT INSERT ON found TO app, watch;
SQL
Dynamo::Http->wait_for($port);

sub client
{
	my ($role) = @_;

	return Dynamo::Http->new($port, key => [ split /\|/, $node->safe_psql('postgres', "SELECT * FROM dynamo.create_access_key('$role')") ]);
}

my $app = client('app');
my $watch = client('watch');
my $other = client('other');
$node->safe_psql('postgres', "INSERT INTO theirs VALUES ('$other->{key}[0]')");
foreach my $table ('plain', 'definer', 'policy', 'checked', 'indexed', 'deferred')
{
	is($app->call('CreateTable',
			{ TableName => $table, KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' } ],
				AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' } ], BillingMode => 'PAY_PER_REQUEST' })->{status}, 200, "table $table");
}
is($watch->call('CreateTable',
		{ TableName => 'tidy', KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' } ],
			AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' } ], BillingMode => 'PAY_PER_REQUEST' })->{status}, 200, 'table of who comes next');
$node->safe_psql('postgres', <<'SQL');
CREATE TRIGGER attack_before BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION attack_of_trigger('trigger before a row');
CREATE TRIGGER attack_definer AFTER INSERT ON definer FOR EACH ROW EXECUTE FUNCTION attack_definer('function with SECURITY DEFINER');
CREATE CONSTRAINT TRIGGER attack_deferred AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION attack_of_trigger('deferred trigger');
CREATE CONSTRAINT TRIGGER attack_late AFTER DELETE ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION attack_late();
ALTER TABLE checked ADD CONSTRAINT attack CHECK (attack_immutable(key, 'check constraint')) NOT VALID;
CREATE INDEX attack ON indexed (attack_immutable(key, 'expression of an index'));
SELECT dynamo.put_item('policy', '{"p": {"S": "x"}}');
CREATE POLICY attack ON policy USING (attack('policy'));
ALTER TABLE policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy FORCE ROW LEVEL SECURITY;
CREATE TRIGGER look AFTER INSERT ON tidy FOR EACH ROW EXECUTE FUNCTION look();
SQL

# What must stay as it is.
my $state = <<'SQL';
SELECT md5(concat((SELECT string_agg(a::text, '|' ORDER BY oid) FROM pg_authid a), (SELECT string_agg(m::text, '|' ORDER BY roleid, member) FROM pg_auth_members m),
	(SELECT string_agg(k::text, '|' ORDER BY access_key_id) FROM dynamo.access_keys k), (SELECT count(*) FROM pg_file_settings),
	(SELECT string_agg(s::text, '|') FROM pg_db_role_setting s WHERE setrole <> 'app'::regrole), (SELECT string_agg(nspname || nspowner, ' ' ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp')))
SQL
my $before = $node->safe_psql('postgres', $state);

sub look
{
	my ($name, $expected) = @_;

	$node->safe_psql('postgres', 'TRUNCATE found');
	is($watch->call('PutItem', { TableName => 'tidy', Item => { p => { S => $name } } })->{status}, 200, 'the next request is served');
	my $found = $node->safe_psql('postgres', 'SELECT what FROM found');
	is($found, $expected, "... and finds nothing of a $name") if defined $expected;
	return $found;
}

my $tidy = look('request before all others');
like($tidy, qr/^watch\|dynamo_endpoint\|off\|none\|0\|0\|0\|0\|0\|none\|/, 'nothing is there in the beginning');

foreach my $way (
	[ 'trigger before a row', 'PutItem', { TableName => 'plain', Item => { p => { S => 'x' } } } ],
	[ 'function with SECURITY DEFINER', 'PutItem', { TableName => 'definer', Item => { p => { S => 'x' } } } ],
	[ 'deferred trigger', 'PutItem', { TableName => 'deferred', Item => { p => { S => 'x' } } } ],
	[ 'cursor at the commit', 'DeleteItem', { TableName => 'deferred', Key => { p => { S => 'x' } } } ],
	[ 'check constraint', 'PutItem', { TableName => 'checked', Item => { p => { S => 'x' } } } ],
	[ 'expression of an index', 'PutItem', { TableName => 'indexed', Item => { p => { S => 'x' } } } ],
	[ 'policy', 'GetItem', { TableName => 'policy', Key => { p => { S => 'x' } } } ])
{
	my ($name, $operation, $arguments) = @$way;
	my $who = $name =~ /DEFINER/ ? 'definer' : 'app';
	my $answer = $app->call($operation, $arguments);

	cmp_ok($answer->{status}, '<', 500, "$name: an answer that is no failure of ours") or diag($answer->{body});
	is($node->safe_psql('postgres', "SELECT count(*) FROM seen WHERE way = '$name'"), scalar(@refused) + scalar(@messes), "$name: everything was tried");
	is($node->safe_psql('postgres', "SELECT DISTINCT who, login, superuser FROM seen WHERE way = '$name'"), "$who|dynamo_endpoint|off", "$name: it stays the role that it runs as");
	is($node->safe_psql('postgres', "SELECT statement FROM seen JOIN statements USING (statement) WHERE way = '$name' AND refused AND outcome = 'done' ORDER BY number"),
		'', "$name: what is not allowed is refused");
	look($name, $tidy);
}
is($node->safe_psql('postgres', $state), $before, 'roles, memberships, keys and settings are what they were');
is(join(' ', glob("$files/*")), '', 'no file was written');
is($node->safe_psql('postgres', "SELECT count(*) FROM seen JOIN statements USING (statement) WHERE NOT refused AND outcome = 'done'") > 0, 1, 'what is allowed was done');
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT statement, '; ') FROM seen JOIN statements USING (statement) WHERE NOT refused AND outcome <> 'done' AND way = 'trigger before a row'"),
	'', 'all of it, so there was something to be found');

# What lies in wait in a schema of the search path, under the names of the extension's own functions and operators.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE sprung (what text);
GRANT INSERT ON sprung TO PUBLIC;
SET ROLE app;
DO $do$
DECLARE
	one record;
BEGIN
	FOR one IN SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result
				 FROM pg_proc p
				WHERE p.pronamespace = 'dynamo'::regnamespace AND p.prokind = 'f' AND p.proargmodes IS NULL AND p.prorettype <> 'event_trigger'::regtype
				  AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[] || p.prorettype) a JOIN pg_type t ON t.oid = a WHERE t.typtype = 'p' AND a NOT IN ('void'::regtype, 'trigger'::regtype)) LOOP
		EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', one.proname, one.arguments, one.result,
			format('BEGIN INSERT INTO public.sprung VALUES (%L); RAISE EXCEPTION %L; END', one.proname, 'sprung'));
	END LOOP;
	FOR one IN SELECT o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, o.oprresult::regtype AS result, row_number() OVER () AS n
				 FROM pg_operator o JOIN pg_type l ON l.oid = o.oprleft JOIN pg_type r ON r.oid = o.oprright
				WHERE 'dynamo'::regnamespace IN (l.typnamespace, r.typnamespace) LOOP
		EXECUTE format('CREATE FUNCTION public.trap_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', one.n, one.l, one.r, one.result,
			format('BEGIN INSERT INTO public.sprung VALUES (%L); RAISE EXCEPTION %L; END', one.oprname, 'sprung'));
		EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.trap_%s)', one.oprname, one.l, one.r, one.n);
	END LOOP;
END $do$;
SQL
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc LIKE '%sprung%'"), '>', 50, 'traps are set');
my ($trapped, $said, $error) = $node->psql('postgres', 'SELECT start_workers()');
like($error, qr/sprung/, 'which SQL that trusts its search path walks into');
$node->safe_psql('postgres', 'TRUNCATE sprung');
my %key = (Key => { p => { S => 'p' }, s => { N => '1' } });
my %values = (ExpressionAttributeValues => { ':p' => { S => 'p' } });
foreach my $path ('on', 'off')
{
	my @made = (
		[ 'CreateTable', { TableName => "trap_$path", KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' }, { AttributeName => 's', KeyType => 'RANGE' } ],
			AttributeDefinitions => [ map { { AttributeName => $_, AttributeType => $_ eq 's' ? 'N' : 'S' } } 'p', 's', 'g' ], BillingMode => 'PAY_PER_REQUEST',
			GlobalSecondaryIndexes => [ { IndexName => 'by_g', KeySchema => [ { AttributeName => 'g', KeyType => 'HASH' } ], Projection => { ProjectionType => 'ALL' } } ] } ],
		[ 'PutItem', { Item => { %{ $key{Key} }, g => { S => 'p' } }, ConditionExpression => 'attribute_not_exists(p)' } ],
		[ 'UpdateItem', { %key, UpdateExpression => 'SET v = :p ADD n :n', ConditionExpression => 'g = :p', ExpressionAttributeValues => { ':p' => { S => 'p' }, ':n' => { N => '1' } } } ],
		[ 'GetItem', { %key, ProjectionExpression => 'p, v' } ],
		[ 'Query', { KeyConditionExpression => 'p = :p AND s BETWEEN :a AND :b', FilterExpression => 'contains(g, :p)', ExpressionAttributeValues => { ':p' => { S => 'p' }, ':a' => { N => '0' }, ':b' => { N => '9' } } } ],
		[ 'Query', { IndexName => 'by_g', KeyConditionExpression => 'g = :p', %values } ],
		[ 'Scan', { FilterExpression => 'g = :p', Segment => 0, TotalSegments => 1, %values } ],
		[ 'BatchGetItem', { RequestItems => { "trap_$path" => { Keys => [ $key{Key} ] } } } ],
		[ 'BatchWriteItem', { RequestItems => { "trap_$path" => [ { PutRequest => { Item => { p => { S => 'q' }, s => { N => '1' } } } } ] } } ],
		[ 'TransactWriteItems', { TransactItems => [ { Update => { TableName => "trap_$path", %key, UpdateExpression => 'SET v = :p', %values } } ] } ],
		[ 'TransactGetItems', { TransactItems => [ { Get => { TableName => "trap_$path", %key } } ] } ],
		[ 'ExecuteStatement', { Statement => "SELECT * FROM \"trap_$path\" WHERE p = 'p' AND contains(g, 'p')" } ],
		[ 'ExecuteStatement', { Statement => "UPDATE \"trap_$path\" SET v = 'x' WHERE p = 'p' AND s = 1" } ],
		[ 'UpdateTimeToLive', { TimeToLiveSpecification => { AttributeName => 't', Enabled => JSON::PP::true } } ],
		[ 'DescribeTable', {} ],
		[ 'DeleteItem', { %key, ConditionExpression => 'v = :p', ExpressionAttributeValues => { ':p' => { S => 'x' } } } ],
		[ 'DeleteTable', {} ]);

	$node->safe_psql('postgres', "ALTER DATABASE postgres SET dynamo.direct_path = $path");
	$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'");
	$watch->is_ended;
	Dynamo::Http->wait_for($port);
	$watch = Dynamo::Http->new($port, key => $watch->{key});
	foreach my $made (@made)
	{
		my ($operation, $arguments) = @$made;
		my $has_name = $operation =~ /^(Batch|Transact|Execute)/;
		my $answer = $watch->call($operation, { ($has_name ? () : (TableName => "trap_$path")), %$arguments });

		is($answer->{status}, 200, "$operation among traps, dynamo.direct_path = $path") or diag($answer->{body});
	}
}
is($node->safe_psql('postgres', 'SELECT DISTINCT what FROM sprung'), '', 'nobody walks into them');

$node->stop('fast');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|worker "dynamo endpoint.*exited with exit code [^0]/, 'nothing crashed');
done_testing();
