# Secondary indexes that background workers build and drop: beside writers and
# old snapshots, several at a time, interrupted by crashes, failures, and those
# who drop what is being built.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('index_builds',
	config => "shared_preload_libraries = 'dynamo'\ndynamo.naptime = 1h\nautovacuum = off\nmax_worker_processes = 16\nsynchronous_commit = off\n");
my $files = PostgreSQL::Test::Utils::tempdir;

# ---- helpers ----

# Make the database app anew.
sub make_app
{
	new_database($node, 'app');
	app('SELECT dynamo.start_workers()');
	becomes("SELECT count(*) FROM dynamo.list_workers() WHERE state = 'running'", '1');
	return;
}

sub app
{
	my ($query) = @_;

	return $node->safe_psql('app', $query);
}

# Returns what psql says to an error.
sub fails
{
	my ($query) = @_;
	my (undef, undef, $error) = $node->psql('app', $query);

	return $error;
}

sub becomes
{
	my ($query, $expected, $name) = @_;
	my $done = $node->poll_query_until('app', $query, $expected);

	ok($done, $name) if defined $name || !$done;
	return;
}

# Make a table with items whose attribute g is a string, a number, or missing.
sub make_table
{
	my ($table, $items) = @_;

	app("SELECT dynamo.create_table('$table', 'k S', 's N')");
	app("INSERT INTO $table (item)
		SELECT format('{\"k\": {\"S\": \"k%s\"}, \"s\": {\"N\": \"%s\"}%s}', n % 50, n,
			CASE WHEN n % 10 = 0 THEN '' WHEN n % 10 = 1 THEN ', \"g\": {\"N\": \"1\"}' ELSE format(', \"g\": {\"S\": \"g%s\"}', n % 7) END)::dynamo.item
		  FROM generate_series(1, $items) AS n");
	return;
}

# Return an UpdateTable statement that creates or deletes the index by-g.
sub change
{
	my ($table, $what, $name) = @_;
	$name //= 'by-g';

	return qq{SELECT dynamo.update_table('{"TableName": "$table", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "$name"}}]}') IS NOT NULL}
	  if $what eq 'delete';
	return qq{SELECT dynamo.update_table('{"TableName": "$table",
		"AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
		"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "$name",
			"KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}') IS NOT NULL};
}

# A query for the states of a table and its global indexes.
sub states
{
	my ($table) = @_;

	return "SELECT (t ->> 'TableStatus') || coalesce(' ' || (SELECT string_agg((i ->> 'IndexStatus') || coalesce(' ' || (i ->> 'Backfilling'), ''), ' ')
		FROM json_array_elements(t -> 'GlobalSecondaryIndexes') AS i), '') FROM (SELECT dynamo.describe_table('$table') -> 'Table' AS t) AS s";
}

# Check that an index is there and holds what it should.
sub index_is_good
{
	my ($table, $name) = @_;
	my $condition = "dynamo.index_key(item, 'g S') IS NOT NULL";

	becomes(states($table), 'ACTIVE ACTIVE', "$name: the index is ACTIVE");
	is( app("SELECT count(*) FILTER (WHERE indisvalid) || ' of ' || count(*) FROM pg_index WHERE indrelid = '$table'::regclass AND NOT indisprimary"),
		'1 of 1', "$name: one Postgres index, and it is valid");
	is( app("SET enable_seqscan = off; SELECT count(*) FROM $table WHERE $condition"),
		app("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off; SELECT count(*) FROM $table WHERE $condition"),
		"$name: it has as many entries as there are items for it");
	is(check_consistency($node, 'app', $table), '', "$name: amcheck finds nothing");
	return;
}

# Start a session that runs a statement and waits.
sub hold
{
	my ($statement) = @_;
	my %session = (in => "$statement;\n\\echo held\n", out => '');

	$session{handle} = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('app'), '-f', '-' ],
		'<', \$session{in}, '>', \$session{out}, '2>&1', IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	$session{handle}->pump until $session{out} =~ /held/;
	return \%session;
}

sub release
{
	my ($session, $end) = @_;

	$session->{in} .= ($end // 'ROLLBACK') . ";\n\\q\n";
	$session->{handle}->finish;
	return;
}

my $old_snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1';
my $waits = "SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM dynamo.index_builds WHERE phase = 'waiting for old snapshots'";

# ---- beside writers ----

make_app();
make_table('busy', 20000);
append_to_file("$files/write.sql", <<'SQL');
\set k random(1, 50)
\set s random(1, 21000)
\set g random(1, 7)
SELECT dynamo.put_item('busy', format('{"k":{"S":"k%s"},"s":{"N":"%s"},"g":{"S":"g%s"}}', :k::int, :s::int, :g::int)::dynamo.item);
SELECT dynamo.delete_item('busy', format('{"k":{"S":"k%s"},"s":{"N":"%s"}}', :k::int, :g::int)::dynamo.item);
SQL
my ($pgbench_out, $pgbench_err) = ('', '');
my $writers = IPC::Run::start(
	[ 'pgbench', '--no-vacuum', '--client=3', '--time=600', "--file=$files/write.sql", $node->connstr('app') ],
	'>', \$pgbench_out, '2>', \$pgbench_err, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
becomes("SELECT n_tup_ins > 20500 FROM pg_stat_user_tables WHERE relname = 'busy'", 't', 'the writers write');
app(change('busy', 'create'));
becomes(states('busy'), 'ACTIVE ACTIVE', 'an index is built beside writers');
my $written = app("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'busy'");
becomes("SELECT n_tup_ins > $written FROM pg_stat_user_tables WHERE relname = 'busy'", 't', 'and they go on');
app(change('busy', 'delete'));
becomes(states('busy'), 'ACTIVE', 'it is dropped beside them');
app(change('busy', 'create'));
becomes(states('busy'), 'ACTIVE ACTIVE', 'and built again');
$writers->signal('INT');
$writers->finish;
is($pgbench_err =~ s/^pgbench \(.*\n//r, '', 'no writer met an error');
index_is_good('busy', 'beside writers');

# Writers that are in the middle: the build waits for them, nobody waits for it, and it misses nothing.
make_table('open', 100);
my $writer = hold(q{BEGIN;
	INSERT INTO open (item) VALUES ('{"k": {"S": "new"}, "s": {"N": "1"}, "g": {"S": "g0"}}'), ('{"k": {"S": "new"}, "s": {"N": "2"}, "g": {"N": "1"}}');
	UPDATE open SET item['g'] = 'g0' WHERE item['g'] = 1::dynamo.value;
	UPDATE open SET item['g'] = 1 WHERE item['g'] = 'g2'::dynamo.value;
	DELETE FROM open WHERE item['g'] = 'g3'::dynamo.value});
app(change('open', 'create'));
becomes("SELECT phase FROM dynamo.index_builds", 'waiting for writers before build', 'the build waits for a transaction that writes');
app("SET statement_timeout = '10s';
	INSERT INTO open (item) VALUES ('{\"k\": {\"S\": \"late\"}, \"s\": {\"N\": \"1\"}, \"g\": {\"S\": \"g0\"}}');
	UPDATE open SET item['g'] = 'g0' WHERE item['g'] = 'g4'::dynamo.value;
	DELETE FROM open WHERE item['g'] = 'g5'::dynamo.value");
release($writer, 'COMMIT');
index_is_good('open', 'writers in the middle');
my $items_of = q{SELECT string_agg(g || ' ' || (SELECT count(*) FROM %s), ', ' ORDER BY g) FROM (VALUES ('g0'), ('g2'), ('g3'), ('g4'), ('g5'), ('g6')) AS v (g)};
is( app(sprintf($items_of, q{dynamo.query('open', 'g = :g', format('{":g": {"S": "%s"}}', g)::dynamo.item, index_name => 'by-g')})),
	'g0 35, g2 0, g3 0, g4 0, g5 0, g6 11', 'and a Query finds what all of them wrote');

# ---- an old snapshot elsewhere ----

make_table("one", 1000);
make_table("two", 1000);
make_table("three", 1000);
my $old = hold($old_snapshot);
app(change('one', 'create'));
becomes($waits, 'one', 'an old snapshot makes the build wait');
is(app(states('one')), 'ACTIVE CREATING true', 'and it is described');
is( app("SELECT status || ' ' || (pid IS NOT NULL) || ' ' || attempts FROM dynamo.index_builds"),
	'CREATING true 0', 'and seen in the view');
is( app("SET ROLE pg_monitor; RESET ROLE; CREATE ROLE nobody; SET ROLE nobody; SELECT phase FROM dynamo.index_builds"),
	'waiting for old snapshots', 'by everybody');
is( app("SET statement_timeout = '10s'; SELECT dynamo.put_item('one', '{\"k\": {\"S\": \"new\"}, \"s\": {\"N\": \"1\"}, \"g\": {\"S\": \"g\"}}') IS NULL"),
	't', 'writers do not wait');
like(fails("SELECT dynamo.put_item('one', '{\"k\": {\"S\": \"new\"}, \"s\": {\"N\": \"2\"}, \"g\": {\"N\": \"1\"}}')"),
	qr/Type mismatch for Index Key g Expected: S Actual: N IndexName: by-g/, 'and may not write another type any more');
like(fails(change('one', 'create', 'other')), qr/Only 1 online index can be created or deleted simultaneously per table/,
	'a second index has to wait');
is( app("SELECT query FROM pg_stat_activity WHERE backend_type = 'dynamo index build'"),
	'building index "by-g" of table "one"', 'pg_stat_activity says what is built');

# ---- several at a time ----

app(change('two', 'create'));
becomes($waits, 'one two', 'two builds at a time');
app(change('three', 'create'));
is(app("SELECT dynamo.describe_table('three') #>> '{Table,TableStatus}'"), 'UPDATING', 'the third has to wait');
is($node->psql('app', $waits), 0, 'the view can be read');
is(app('SELECT count(pid) FROM dynamo.index_builds'), '2', 'because two is what the setting says');
$node->safe_psql('postgres', 'ALTER SYSTEM SET dynamo.max_index_builds = 3');
$node->reload;
becomes($waits, 'one three two', 'with another setting three are built');

# ---- a crash in the middle ----

$node->stop('immediate');
$old->{handle}->kill_kill;
$node->start;
index_is_good($_, "after a crash: $_") foreach 'one', 'two', 'three';

# Once more, with what a crash left: an index that is not valid.
$old = hold($old_snapshot);
app(change('one', 'delete'));
becomes(states('one'), 'ACTIVE', 'an index is deleted, and an old snapshot does not matter');
app(change('one', 'create'));
becomes($waits, 'one', 'a build is under way');
$node->stop('immediate');
$old->{handle}->kill_kill;
$node->append_conf('postgresql.conf', 'dynamo.max_index_builds = 2');
$node->start;
index_is_good('one', 'crashed again');

# ---- a build that is terminated, and one that fails ----

$old = hold($old_snapshot);
app(change('one', 'delete'));
becomes(states('one'), 'ACTIVE');
app(change('one', 'create'));
becomes($waits, 'one');
my $pid = app('SELECT pid FROM dynamo.index_builds');
app("SELECT pg_terminate_backend($pid)");
becomes("SELECT pid <> $pid AND phase = 'waiting for old snapshots' FROM dynamo.index_builds", 't', 'a build that is terminated begins anew');
release($old);
index_is_good('one', 'after it was terminated');

app('CREATE ROLE boss LOGIN; CREATE SCHEMA corner; GRANT USAGE, CREATE ON SCHEMA corner TO boss');
app('ALTER TABLE two SET SCHEMA corner; ALTER TABLE corner.two OWNER TO boss');
app(change('two', 'delete'));
becomes(states('two'), 'ACTIVE');
my $lock = hold('BEGIN; LOCK TABLE corner.two IN SHARE UPDATE EXCLUSIVE MODE');
app(change('two', 'create'));
becomes("SELECT attempts > 0 AND last_error LIKE '%lock timeout%' FROM dynamo.index_builds", 't', 'who cannot have the lock says so');
app('REVOKE CREATE ON SCHEMA corner FROM boss');
release($lock);
becomes("SELECT last_error LIKE 'permission denied for schema corner%' FROM dynamo.index_builds", 't', 'a build acts as the owner, and its error can be seen');
app('GRANT CREATE ON SCHEMA corner TO boss');
becomes(states('two'), 'ACTIVE ACTIVE', 'it is tried again');
is(app("SELECT attempts || coalesce(last_error, '') FROM dynamo.indexes WHERE table_name = 'two'"), '0', 'and then nothing is wrong any more');
is(app("SELECT count(*) FROM pg_class WHERE relname LIKE 'two%' AND relowner <> 'boss'::regrole"), '0', 'the index belongs to the owner');

# Whose rights a build has, as an event trigger sees them.
app('CREATE TABLE seen (who text, session text); GRANT INSERT ON seen TO boss');
app('CREATE FUNCTION see() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (current_user, session_user); END $$');
app('CREATE EVENT TRIGGER see ON ddl_command_end EXECUTE FUNCTION see()');
app(change('two', 'delete'));
becomes(states('two'), 'ACTIVE');
app(change('two', 'create'));
becomes(states('two'), 'ACTIVE ACTIVE', 'an index is built beside an event trigger');
is(app("SELECT string_agg(DISTINCT who || ' ' || session, ', ') FROM seen WHERE who <> 'postgres'"), 'boss boss', 'which runs as the owner');
app('DROP EVENT TRIGGER see');

# ---- statements that change what is being built ----

app('BEGIN; ' . change('three', 'delete') . '; ROLLBACK');
index_is_good('three', 'a deletion that was rolled back');

$old = hold($old_snapshot);
app(change('one', 'delete'));
becomes(states('one'), 'ACTIVE');
app(change('one', 'create'));
becomes($waits, 'one');
app(change('one', 'delete'));
becomes(states('one'), 'ACTIVE', 'an index is deleted while it is built');
is(app("SELECT count(*) FROM pg_index WHERE indrelid = 'one'::regclass AND NOT indisprimary"), '0', 'and nothing is left of it');

app(change('one', 'create'));
becomes($waits, 'one');
app("SET statement_timeout = '30s'; SELECT dynamo.delete_table('one')");
is(app("SELECT count(*) FROM dynamo.indexes WHERE table_name = 'one'"), '0', 'a table is deleted while its index is built');
becomes("SELECT count(*) FROM dynamo.list_workers() WHERE kind = 'index build'", '0', 'and the build ends');

app(change('three', 'delete'));
becomes(states('three'), 'ACTIVE');
app(change('three', 'create'));
becomes($waits, 'three');
release($old);
app('ALTER TABLE three RENAME TO drei');
becomes("SELECT dynamo.describe_table('three') #>> '{Table,GlobalSecondaryIndexes,0,IndexStatus}'", 'ACTIVE', 'a relation is renamed while its index is built');
app('DROP INDEX ' . app("SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'drei'::regclass AND NOT indisprimary"));
is(app(states('three')), 'ACTIVE CREATING false', 'an index that was dropped by hand is not ACTIVE');
is(app("SELECT dynamo.build_indexes('three')"), '1', 'and can be made again');
is(app(states('three')), 'ACTIVE ACTIVE', 'so that it is');

$old = hold($old_snapshot);
make_table('four', 100);
app(change('four', 'create'));
becomes($waits, 'four');
my $drop = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('app'), '-c', 'DROP TABLE four' ], '2>&1',
	IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
becomes("SELECT count(*) FROM pg_locks WHERE relation = 'four'::regclass AND NOT granted", '1', 'DROP TABLE waits for a build');
release($old);
ok($drop->finish, 'and goes on when it has ended');
becomes("SELECT count(*) FROM dynamo.index_builds", '0', 'nothing is left to be built');

# ---- the extension, and the database ----

$old = hold($old_snapshot);
make_table('five', 100);
app(change('five', 'create'));
becomes($waits, 'five');
$node->safe_psql('app', 'SELECT dynamo.stop_workers()');
becomes("SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'dynamo%' AND datname = 'app'", '0', 'stop_workers ends a build, too');
is(app(states('five')), 'ACTIVE CREATING true', 'which stays to be done');
app('SELECT dynamo.start_workers()');
becomes($waits, 'five', 'and goes on when workers are started');
app('SELECT dynamo.stop_workers()');
release($old);
$node->safe_psql('postgres', 'DROP DATABASE app');
pass('a database can be dropped after stop_workers');

make_app();
make_table('six', 100);
$old = hold($old_snapshot);
app(change('six', 'create'));
becomes($waits, 'six');
$drop = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('app'), '-c', 'DROP EXTENSION dynamo CASCADE' ], '>', '/dev/null', '2>&1',
	IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
becomes("SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'", 't', 'DROP EXTENSION waits for a build');
release($old);
ok($drop->finish, 'and goes on when it has ended');
becomes("SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'dynamo%' AND datname = 'app'", '0', 'then there are no workers');
app('CREATE EXTENSION dynamo');
make_table('six', 100);
app(change('six', 'create'));
index_is_good('six', 'in an extension that was made again');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal (?!3)/, 'nothing crashed');
done_testing();
