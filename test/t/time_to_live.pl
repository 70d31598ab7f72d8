# Time to live with background workers: the index beside writers, deleting
# within a rate, locked tables, failures, and immediate stops.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('time_to_live',
	config => "shared_preload_libraries = 'dynamo'\ndynamo.naptime = 1h\ndynamo.ttl_interval = 1\ndynamo.ttl_max_deletes_per_second = 0\n"
	  . "max_worker_processes = 16\nautovacuum = off\n");

sub app
{
	my ($query) = @_;

	return $node->safe_psql('app', $query);
}

sub becomes
{
	my ($query, $expected, $name) = @_;
	my $done = $node->poll_query_until('app', $query, $expected);

	ok($done, $name) if defined $name || !$done;
	return;
}

# An UpdateTimeToLive statement.
sub change
{
	my ($table, $enabled) = @_;

	return qq{SELECT dynamo.update_time_to_live('{"TableName": "$table", "TimeToLiveSpecification": {"Enabled": $enabled, "AttributeName": "ttl"}}') IS NOT NULL};
}

sub status
{
	my ($table) = @_;

	return qq{SELECT dynamo.describe_time_to_live('{"TableName": "$table"}') -> 'TimeToLiveDescription' ->> 'TimeToLiveStatus'};
}

# Make a table of items 1 .. $items, the even ones of which expired a minute ago.
sub make_table
{
	my ($table, $items) = @_;

	app("SELECT dynamo.create_table('$table', 'k S')");
	fill($table, 1, $items);
	return;
}

sub fill
{
	my ($table, $first, $last) = @_;

	app("INSERT INTO $table (item)
		SELECT jsonb_build_object('k', 'k' || n, 'ttl', extract(epoch FROM now())::int8 + CASE WHEN n % 2 = 0 THEN -60 - n % 100 ELSE 100000 END)::dynamo.item
		  FROM generate_series($first, $last) AS n");
	return;
}

# Hold a lock in a session of its own.
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
	my ($session) = @_;

	$session->{in} .= "ROLLBACK;\n\\q\n";
	$session->{handle}->finish;
	return;
}

my $expired = "count(*) FILTER (WHERE dynamo.expires_at(item, 'ttl') < now())";

new_database($node, 'app');
app('SELECT dynamo.start_workers()');
becomes("SELECT count(*) FROM dynamo.list_workers() WHERE state = 'running'", '1');

# ---- from enabling to disabling ----

make_table('things', 2000);
my $reader = hold('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
app(change('things', 'true'));
is(app(status('things')), 'ENABLING', 'while the index waits for old snapshots the state is ENABLING');
my ($code, $out, $error) = $node->psql('app', change('things', 'false'));
like($error, qr/Time to live has been modified multiple times within a fixed interval/, '... and a change is refused');
fill('things', 2001, 2100);
is(app("SELECT $expired FROM things"), '1050', '... and nothing is deleted, but the table can be written');
release($reader);
becomes(status('things'), 'ENABLED', 'then it is ENABLED');
becomes("SELECT $expired || ' ' || count(*) FROM things", '0 1050', 'the worker deletes what is expired, and nothing else');
is(app("SELECT indisvalid FROM pg_index WHERE indrelid = 'things'::regclass AND NOT indisprimary"), 't', 'the index is valid');
is(check_consistency($node, 'app', 'things'), '', 'amcheck finds nothing');
fill('things', 3001, 3010);
becomes("SELECT $expired FROM things", '0', 'it looks again after dynamo.ttl_interval');

app(change('things', 'false'));
becomes(status('things'), 'DISABLED', 'it is disabled');
is(app("SELECT count(*) FROM pg_index WHERE indrelid = 'things'::regclass AND NOT indisprimary"), '0', '... and the index is gone');
app(change('things', 'true'));
becomes(status('things'), 'ENABLED', 'and enabled again');

# ---- an index that somebody drops ----

app("DO \$\$ BEGIN EXECUTE (SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index WHERE indrelid = 'things'::regclass AND NOT indisprimary); END \$\$");
fill('things', 4001, 4010);
becomes("SELECT last_error LIKE '%no expiry index%build_indexes(''things'')%' FROM dynamo.ttl_tables WHERE table_name = 'things'", 't', 'without its index it says so');
is(app("SELECT dynamo.build_indexes('things')"), '1', '... and build_indexes makes it again');
becomes("SELECT $expired FROM things", '0', '... so that deleting goes on');
becomes("SELECT last_error IS NULL FROM dynamo.ttl_tables WHERE table_name = 'things'", 't', '... and the error is forgotten');

# ---- a table that is locked; a table that fails; others go on ----

make_table('locked', 0);
make_table('failing', 0);
app($_) for change('locked', 'true'), change('failing', 'true');
becomes(status($_), 'ENABLED') for qw(locked failing);
app("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'not this one'; END \$\$");
app('CREATE TRIGGER fail BEFORE DELETE ON failing FOR EACH ROW EXECUTE FUNCTION fail()');
my $lock = hold('BEGIN; LOCK TABLE locked');
is(app("SELECT expired_items IS NULL FROM dynamo.ttl_tables WHERE table_name = 'locked'"), 't', 'the view does not wait for a lock');
fill('failing', 1, 10);
fill('things', 5001, 5010);
becomes("SELECT $expired FROM things", '0', 'a locked table and one that fails do not hold up others');
becomes("SELECT last_error = 'not this one' AND expired_items = 5 FROM dynamo.ttl_tables WHERE table_name = 'failing'", 't', 'why it failed is written down');
release($lock);
fill('locked', 1, 10);
becomes("SELECT $expired FROM locked", '0', 'a table is looked at again once it is not locked');
app('DROP TRIGGER fail ON failing');
becomes("SELECT $expired FROM failing", '0', 'and one that failed, when it can be');
becomes("SELECT last_error IS NULL AND attempts = 0 FROM dynamo.ttl_tables WHERE table_name = 'failing'", 't', '... which is written down, too');

# ---- triggers that are deferred ----

app("CREATE TABLE log (what text);
	CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO public.log VALUES (current_user || ' ' || (OLD.item['k']::text)); RETURN NULL; END \$\$;
	CREATE ROLE keeper; GRANT ALL ON SCHEMA public TO keeper; GRANT ALL ON log TO keeper; ALTER TABLE failing OWNER TO keeper;
	CREATE CONSTRAINT TRIGGER note AFTER DELETE ON failing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();");
fill('failing', 20, 20);
becomes('SELECT what FROM log', 'keeper k20', 'a deferred trigger runs as the owner, within the deletion');

# ---- a rate ----

$node->append_conf('postgresql.conf', "dynamo.ttl_max_deletes_per_second = 1000");
$node->reload;
my $from = time;
fill('things', 10001, 16000);
becomes("SELECT $expired FROM things", '0', 'with a rate everything is deleted');
my $took = time - $from;
cmp_ok($took, '>=', 2, "3,000 items at 1,000 a second take three seconds or so ($took)");

# ---- updates that rescue items while they are being deleted ----

make_table('rescue', 0);
app(change('rescue', 'true'));
becomes(status('rescue'), 'ENABLED');
app(q{CREATE TABLE rescued (n int PRIMARY KEY);
	CREATE FUNCTION rescue(n int) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM dynamo.update_item('rescue', jsonb_build_object('k', 'k' || n)::dynamo.item, 'SET #t = :t',
			jsonb_build_object(':t', 9000000000)::dynamo.item, '{"#t": "ttl"}', 'attribute_exists(k)');
		INSERT INTO rescued VALUES (n) ON CONFLICT DO NOTHING;
	EXCEPTION WHEN SQLSTATE 'YD009' THEN
		NULL;		-- it is deleted
	END $$});
app("INSERT INTO rescue (item) SELECT jsonb_build_object('k', 'k' || n, 'ttl', extract(epoch FROM now())::int8 - 1 - n % 900)::dynamo.item FROM generate_series(1, 8000) AS n");
append_to_file($node->basedir . '/rescue.sql', "\\set n random(1, 8000)\nSELECT rescue(:n);\n");
$node->command_ok([ 'pgbench', '-n', '-c', '4', '-T', '5', '-M', 'prepared', '-f', $node->basedir . '/rescue.sql', 'app' ], 'items are rescued while others are deleted');
becomes("SELECT $expired FROM rescue", '0', 'all others are deleted');
is(app("SELECT count(*) FROM rescued AS r FULL JOIN rescue AS i ON i.item['k']::text = 'k' || r.n WHERE r.n IS NULL OR i.key IS NULL"), '0',
	'exactly the items that were rescued are there');
cmp_ok(app('SELECT count(*) FROM rescued'), '>', 0, 'there are some');
cmp_ok(app('SELECT count(*) FROM rescued'), '<', 8000, '... and not all');

# ---- immediate stops ----

app('SELECT dynamo.create_table(\'crashed\', \'k S\')');
app(change('crashed', 'true'));
becomes(status('crashed'), 'ENABLED');
my $filled = 0;
for my $round (1 .. 4)
{
	fill('crashed', $filled + 1, $filled + 4000);
	$filled += 4000;
	becomes("SELECT $expired < " . 2000 * $round . " FROM crashed", 't') if $round % 2;
	$node->stop('immediate');
	$node->start;
}
becomes("SELECT $expired || ' ' || count(*) FROM crashed", '0 8000', 'after immediate stops all that is expired goes, and nothing else');
is(check_consistency($node, 'app', 'crashed'), '', 'amcheck finds nothing');

# a crash while the index is being built, or dropped
for my $enabled (qw(false true))
{
	my $old = hold('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');

	app(change('crashed', $enabled));
	$node->stop('immediate');
	eval { release($old) };
	$node->start;
	becomes(status('crashed'), $enabled eq 'true' ? 'ENABLED' : 'DISABLED', "a crash after Enabled = $enabled loses nothing");
}
is(app("SELECT count(*) FILTER (WHERE indisvalid) || ' of ' || count(*) FROM pg_index WHERE indrelid = 'crashed'::regclass AND NOT indisprimary"),
	'1 of 1', 'one index is left, and it is valid');

# ---- those who drop what is being worked on ----

app("SELECT dynamo.delete_table('crashed')");
is(app("SELECT count(*) FROM dynamo.time_to_live WHERE table_name = 'crashed'"), '0', 'the row goes with the table');
app('DROP TABLE locked');
fill('things', 20001, 20010);
becomes("SELECT $expired FROM things", '0', 'a table that was dropped by SQL is passed over');
app('DROP EXTENSION dynamo CASCADE');
becomes("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo housekeeping'", '0', 'DROP EXTENSION ends the worker');
app('CREATE EXTENSION dynamo');
becomes("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo housekeeping'", '1', 'and CREATE EXTENSION starts it');

unlike(slurp_file($node->logfile), qr/TRAP|PANIC|leaked|reference leak|snapshot .* still active/, 'the log is clean');
$node->stop;
done_testing();
