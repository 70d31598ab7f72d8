# The endpoint and requests that are malformed, ambiguous, or not what was
# signed: test/http/malformed.py and flips.py against a server.

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('malformed',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_auth = trust\ndynamo.http_trust_role = 'app'\n");
my $worker = "FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'";

# Run a program of test/http, whose lines of TAP are tests of ours.
sub run_tests
{
	my ($least, @command) = @_;
	my $count = 0;

	IPC::Run::run([ 'python3', @command ], '<', \undef, '>', \my $out, '2>', \my $err, IPC::Run::timeout(300));
	foreach (split /\n/, $out)
	{
		if (/^(not )?ok\b(?: \d+)? ?-? ?(.*)/)
		{
			ok(!$1, $2);
			$count++;
		}
		elsif (/^#/)
		{
			note($_);
		}
	}
	is($err, '', "$command[0] has no complaints");
	cmp_ok($count, '>=', $least, "$command[0] has come to its end") && like($out, qr/^1\.\.$count$/m, 'and ran all of its tests');
	return;
}

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
GRANT CREATE ON SCHEMA public TO app;
SET ROLE app;
SELECT dynamo.create_table('canary', 'p S');
SELECT dynamo.put_item('canary', '{"p": {"S": "good"}, "n": {"N": "1"}}');
SQL
Dynamo::Http->wait_for($port);
my $pids = $node->safe_psql('postgres', "SELECT array_agg(pid ORDER BY pid) $worker");
run_tests(1000, 'test/http/malformed.py', $port);
is($node->safe_psql('postgres', "SELECT array_agg(pid ORDER BY pid) $worker"), $pids, 'the workers are those that there were');

my ($id, $secret) = split /\|/, $node->safe_psql('postgres', "SELECT * FROM dynamo.create_access_key('app')");
$node->append_conf('postgresql.conf', "dynamo.http_auth = sigv4");
$node->reload;
Dynamo::Http->wait_for($port);
my $unsigned = Dynamo::Http->new($port);
my $answer;
foreach (1 .. 100)
{
	last if ($answer = $unsigned->call('ListTables', {}))->{status} == 400;
	select undef, undef, undef, 0.1;
}
is(Dynamo::Http::error_of($answer), 'IncompleteSignatureException', 'signatures are asked for');
run_tests(6, 'test/http/flips.py', $port, $id, $secret);

$node->stop('fast');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal/, 'nothing crashed');
done_testing();
