# The endpoint's processes: a worker that is killed, many connections that are
# idle, autovacuum of what is only written over HTTP, and a database that goes.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use Dynamo::Http;
use Dynamo::Test;

use constant IDLE => 1000;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('processes',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\nmax_files_per_process = 5000\nrestart_after_crash = on\n"
	  . "autovacuum_naptime = 1s\nautovacuum_vacuum_threshold = 20\nautovacuum_vacuum_scale_factor = 0\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'shop'\ndynamo.http_auth = trust\ndynamo.http_trust_role = 'app'\n");
my $workers = "FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'";

$node->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE DATABASE shop');
$node->safe_psql('shop', <<'SQL');
CREATE EXTENSION dynamo;
SELECT dynamo.start_workers();
GRANT CREATE ON SCHEMA public TO app;
SQL
Dynamo::Http->wait_for($port);

sub put
{
	my ($key, $n) = @_;

	return ('PutItem', { TableName => 'things', Item => { p => { S => $key }, n => { N => "$n" } } });
}

sub number_of
{
	my ($key) = @_;
	my $answer = Dynamo::Http->new($port)->call('GetItem', { TableName => 'things', Key => { p => { S => $key } } });

	return $answer->{json}{Item}{n}{N} // 'none';
}

# A table that only HTTP knows.
my $client = Dynamo::Http->new($port);
is($client->call('CreateTable',
		{ TableName => 'things', KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' } ],
			AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' } ], BillingMode => 'PAY_PER_REQUEST' })->{json}{TableDescription}{TableStatus} =~ /^(CREATING|ACTIVE)$/, 1,
	'a table is created');
my $begin = time;
my $status = '';
until ($status eq 'ACTIVE' || time - $begin > 30)
{
	$status = $client->call('DescribeTable', { TableName => 'things' })->{json}{Table}{TableStatus};
}
is($status, 'ACTIVE', 'and is active');
foreach my $n (1 .. 200)
{
	$client->call(put('often', $n));
}
ok($node->poll_query_until('shop', "SELECT autovacuum_count > 0 FROM pg_stat_user_tables WHERE relname = 'things'"), 'a table that is written only over HTTP is vacuumed by autovacuum');

# A worker that is killed takes the server's processes with it, as any backend does, and nothing that it acknowledged.
foreach my $round (1 .. 3)
{
	my %acknowledged;
	my @writers = map { Dynamo::Http->new($port) } 0 .. 7;
	my $gone = 0;

	foreach my $n (1 .. 200)
	{
		kill 'KILL', $node->safe_psql('postgres', "SELECT pid $workers LIMIT 1") if $n == 100;
		foreach my $writer (0 .. 7)
		{
			$writers[$writer]->put($writers[$writer]->bytes_of(put("writer $writer", $round * 1000 + $n)));
		}
		foreach my $writer (0 .. 7)
		{
			my $answer = eval { $writers[$writer]->take };
			if (!$answer)
			{
				$gone++;
			}
			elsif ($answer->{status} == 200)
			{
				$acknowledged{$writer} = $round * 1000 + $n;
			}
		}
		last if $gone;
	}
	ok($gone, "connections end when a worker is killed, $round");
	# The other worker is ended by the postmaster a moment later.
	$_->is_ended foreach @writers;
	Dynamo::Http->wait_for($port);
	# A write that was not acknowledged may be there, too.
	is(scalar(grep { number_of("writer $_") >= $acknowledged{$_} } 0 .. 7), 8, '... and what was acknowledged is there when it is back');
}

# Connections that do nothing.
SKIP:
{
	chomp(my $limit = qx(sh -c 'ulimit -n'));
	skip "the limit of open files is $limit", 3 if $limit =~ /^\d+$/ && $limit < 2 * IDLE;

	my @pids = split /\n/, $node->safe_psql('postgres', "SELECT pid $workers");
	my $memory = sub {
		my $sum = 0;

		$sum += slurp_file("/proc/$_/status") =~ /RssAnon:\s+(\d+) kB/ ? $1 : 1e9 foreach @pids;
		return $sum;
	};
	# What the workers take by themselves, and for their first requests.
	Dynamo::Http->new($port)->call(put('idle', 0)) foreach 1 .. 20;
	my $before = $memory->();
	my @idle = map { Dynamo::Http->new($port) } 1 .. IDLE;
	my $served = grep { $_->call(put('idle', 1))->{status} == 200 } @idle;
	is($served, IDLE, IDLE . ' connections are served by two workers');
	usleep(500_000);
	my $cost = $memory->() - $before;
	cmp_ok($cost, '<', 64 * 1024, "... and cost $cost kB while they are idle");
	is($idle[0]->call(put('idle', 2))->{status}, 200, '... and are good for another request');
}

# The database.
my ($result, $out, $err) = $node->psql('postgres', 'DROP DATABASE shop');
like($err, qr/is being accessed by other users/, 'a database that is served cannot be dropped');
my $open = Dynamo::Http->new($port);
is($open->call('DescribeTable', { TableName => 'things' })->{status}, 200, 'and goes on being served');
$node->append_conf('postgresql.conf', "dynamo.http_database = ''");
$node->reload;
ok($open->is_ended, 'a connection ends when the database is served no more');
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 $workers"), 'as do the workers');
$node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE template0');
$node->append_conf('postgresql.conf', "dynamo.http_database = 'copy'");
$node->reload;
$node->safe_psql('postgres', 'DROP DATABASE shop WITH (FORCE)');
pass('then it can be dropped');
$node->safe_psql('copy', 'CREATE EXTENSION dynamo; SELECT dynamo.start_workers(); GRANT CREATE ON SCHEMA public TO app');
Dynamo::Http->wait_for($port);
is(Dynamo::Http->new($port)->call('ListTables', {})->{body}, '{"TableNames":[]}', 'another database is served after a reload');
$node->safe_psql('postgres', 'DROP DATABASE copy WITH (FORCE)');
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 $workers"), 'with FORCE a database that is served can be dropped');
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'and the server goes on');

$node->stop('fast');
my $log = slurp_file($node->logfile);
unlike($log, qr/PANIC|TRAP/, 'nothing crashed');
is(scalar(() = $log =~ /was terminated by signal/g), 3, 'but for the workers that were killed');
done_testing();
