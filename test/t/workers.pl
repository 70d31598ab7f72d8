# The launcher and the housekeeping worker: opting in and out, databases and
# the extension that come and go, failures.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

# A worker that nobody wakes would not be seen to do anything.
my $node = new_server('workers',
	config => "shared_preload_libraries = 'dynamo'\ndynamo.naptime = 1h\nautovacuum = off\nmax_worker_processes = 8\n");

my $launcher = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo launcher'";
my $workers = "SELECT coalesce(string_agg(datname, ' ' ORDER BY datname), '') FROM pg_stat_activity WHERE backend_type = 'dynamo housekeeping'";

sub becomes
{
	my ($query, $expected, $name, $database) = @_;

	ok($node->poll_query_until($database // 'postgres', $query, $expected), $name);
	return;
}

becomes($launcher, '1', 'the launcher runs');
is($node->safe_psql('postgres', $workers), '', 'no database has a worker before it asks for one');

# Opting in.
new_database($node, 'first');
new_database($node, 'second');
$node->safe_psql('postgres', 'CREATE ROLE boss LOGIN; CREATE ROLE other LOGIN; ALTER DATABASE second OWNER TO boss');
$node->safe_psql('first', 'SELECT dynamo.start_workers()');
becomes($workers, 'first', 'a superuser starts workers');
$node->safe_psql('second', 'SELECT dynamo.start_workers()', extra_params => [ '-U', 'boss' ]);
becomes($workers, 'first second', 'the owner of a database starts workers');
my ($status, $out, $err) = $node->psql('second', 'SELECT dynamo.stop_workers()', extra_params => [ '-U', 'other' ]);
like($err, qr/must be owner of database second/, 'others may not');
$node->safe_psql('first', 'BEGIN; SELECT dynamo.stop_workers(); ROLLBACK');
is($node->safe_psql('postgres', $workers), 'first second', 'a stop that is rolled back stops nothing');

# The duty: nobody calls a control operation after DROP TABLE.
$node->safe_psql('first', "SELECT dynamo.create_table('gone', 'a S')");
$node->safe_psql('first', 'DROP TABLE gone');
$node->safe_psql('first', "SELECT pg_terminate_backend(pid) FROM dynamo.list_workers() WHERE kind = 'housekeeping'");
becomes('SELECT count(*) FROM dynamo.tables', '0', 'a worker that was terminated comes back, and removes dead rows', 'first');
becomes("SELECT state || ' ' || failures FROM dynamo.list_workers() WHERE kind = 'housekeeping'", 'running 1', 'and its failure is counted', 'first');

# An idle worker holds nothing.
becomes("SELECT count(*) FROM pg_locks JOIN dynamo.list_workers() USING (pid)", '0', 'an idle worker holds no locks', 'first');
is( $node->safe_psql('first', "SELECT count(*) FROM pg_stat_activity JOIN dynamo.list_workers() USING (pid) WHERE backend_xmin IS NOT NULL"),
	'0', 'and no snapshot');

# The extension goes and comes.
$node->safe_psql('first', 'DROP EXTENSION dynamo');
becomes($workers, 'second', 'without the extension a worker ends');
$node->safe_psql('first', 'CREATE EXTENSION dynamo');
becomes($workers, 'first second', 'with the extension it comes back');

# The launcher goes and comes, and finds what changed meanwhile.
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo launcher'");
my $pid = $node->safe_psql('first', "SELECT pid FROM dynamo.list_workers() WHERE kind = 'housekeeping'");
becomes($launcher, '1', 'a launcher that was terminated comes back');
$node->safe_psql('second', 'ALTER DATABASE second RESET dynamo.workers');
becomes($workers, 'first', 'it knows the workers of the former one: plain ALTER DATABASE stops one');
is($node->safe_psql('first', "SELECT pid FROM dynamo.list_workers() WHERE kind = 'housekeeping'"), $pid, 'and leaves the other alone');

# Databases.
$node->safe_psql('postgres', 'DROP DATABASE second');
$node->safe_psql('first', 'SELECT dynamo.stop_workers()');
$node->safe_psql('postgres', 'ALTER DATABASE first RENAME TO renamed');
$node->safe_psql('renamed', 'SELECT dynamo.start_workers()');
becomes($workers, 'renamed', 'a database can be renamed between stop and start');
($status, $out, $err) = $node->psql('postgres', 'DROP DATABASE renamed WITH (FORCE)');
is($err, '', 'a database with workers can be dropped with force');
becomes($workers, '', 'and its workers are gone');

# Too few processes.
my $log = -s $node->logfile;
foreach my $n (1 .. 8)
{
	new_database($node, "many$n");
	$node->safe_psql("many$n", 'SELECT dynamo.start_workers()');
}
$node->wait_for_log(qr/WARNING: .*workers of dynamo could not be started.*HINT:  Set max_worker_processes to at least \d+/s, $log);
pass('too small max_worker_processes are reported with the number');

# A restart, and a crash.
$node->restart;
becomes("SELECT count(*) > 3 FROM pg_stat_activity WHERE backend_type = 'dynamo housekeeping'", 't', 'workers are there after a restart');
$node->stop('immediate');
$node->start;
becomes("SELECT count(*) > 3 FROM pg_stat_activity WHERE backend_type = 'dynamo housekeeping'", 't', 'and after a crash');

# A configuration that is read again.
$node->safe_psql("many$_", 'SELECT dynamo.stop_workers()') foreach 2 .. 8;
becomes($workers, 'many1', 'there is room for the worker that was missing');
$node->safe_psql('postgres', 'ALTER SYSTEM SET dynamo.naptime = 1');
$node->reload;
$node->safe_psql('many1', "SELECT dynamo.create_table('gone', 'a S')");
$node->safe_psql('many1', 'DROP TABLE gone');
$node->safe_psql('many1', 'SELECT dynamo.start_workers()');
becomes('SELECT count(*) FROM dynamo.tables', '0', 'a shorter naptime holds after a reload', 'many1');

$node->stop('fast');
unlike(slurp_file($node->logfile, $log), qr/PANIC|TRAP|was terminated by signal 11/, 'nothing crashed');
done_testing();
