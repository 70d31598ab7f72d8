# Group commit: what the endpoint has acknowledged, and what any of its answers
# has shown, survives the end of the whole server, with the WAL writer stopped
# so that nothing becomes durable by itself.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('durability',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\nautovacuum = off\nrestart_after_crash = off\n"
	  . "fsync = on\ndynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_auth = trust\ndynamo.http_trust_role = 'app'\n");
my $workers = "FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'";

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
GRANT CREATE ON SCHEMA public TO app;
SET ROLE app;
SELECT dynamo.create_table('fast', 'p S');
SELECT dynamo.create_table('slow', 'p S');
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_sleep((NEW.item['seconds'])::float8);
	RETURN NULL;
END $$;
CREATE TRIGGER sleep AFTER INSERT OR UPDATE ON slow FOR EACH ROW EXECUTE FUNCTION sleep();
SQL
Dynamo::Http->wait_for($port);

sub put
{
	my ($table, $key, %attributes) = @_;

	return [ 'PutItem', { TableName => $table, Item => { p => { S => $key }, map { $_ => { N => "$attributes{$_}" } } keys %attributes } } ];
}

sub get
{
	my ($key) = @_;

	return [ 'GetItem', { TableName => 'fast', Key => { p => { S => $key } } } ];
}

my $number = 0;

# Which worker serves a connection?
sub worker_of
{
	my ($connection) = @_;

	$connection->put($connection->bytes_of(@{ put('slow', 'who', seconds => 0.3, n => ++$number) }));
	my $pid;
	for (1 .. 50)
	{
		$pid = $node->safe_psql('postgres', "SELECT pid $workers AND state = 'active'");
		last if $pid;
		usleep(10_000);
	}
	$connection->take;
	return $pid;
}

# Stop the WAL writer, and end every process at once.
sub hold_back
{
	kill 'STOP', $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'");
	return;
}

sub crash
{
	my @pids = split /\n/, $node->safe_psql('postgres', 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
	my $postmaster = $node->{_pid};

	kill 'KILL', $postmaster, @pids;
	# Whoever is left finds the postmaster gone.
	for (1 .. 500)
	{
		last unless kill 0, $postmaster;
		usleep(10_000);
	}
	$node->{_pid} = undef;
	usleep(500_000);
	$node->start;
	Dynamo::Http->wait_for($port);
	return;
}

# Connections to both workers: two to the first, one to the second.
sub connect_both
{
	my (%of, @all);

	for (1 .. 40)
	{
		my $connection = Dynamo::Http->new($port);

		push @{ $of{ worker_of($connection) } }, $connection;
		push @all, $connection;
		my ($one) = grep { @{ $of{$_} } >= 3 } keys %of;
		next unless defined $one && keys %of == 2;
		my ($two) = grep { $_ ne $one } keys %of;
		return (@{ $of{$one} }[ 0 .. 2 ], $of{$two}[0]);
	}
	die 'the kernel gives all connections to one worker';
}

# What was acknowledged.
foreach my $round (1 .. 3)
{
	my @writers = map { Dynamo::Http->new($port) } 1 .. 16;

	hold_back();
	my %acknowledged;
	foreach my $n (1 .. 20)
	{
		$writers[$_]->put($writers[$_]->bytes_of(@{ put('fast', "writer $_", n => $round * 1000 + $n) })) foreach 0 .. 15;
		foreach my $writer (0 .. 15)
		{
			$acknowledged{$writer} = $round * 1000 + $n if $writers[$writer]->take->{status} == 200;
		}
	}
	crash();
	my $reader = Dynamo::Http->new($port);
	is(scalar(grep { $reader->call(@{ get("writer $_") })->{json}{Item}{n}{N} == $acknowledged{$_} } 0 .. 15), 16, "writes that were acknowledged survive, $round");
}

# What was shown: a worker commits a write, and is kept from its flush by the
# next request of its round; the other one reads it.
my ($first, $second, $third, $other) = connect_both();
hold_back();
my ($shown, $early);
foreach my $attempt (1 .. 10)
{
	# On a busy machine a round may end before the slow request's turn.
	$first->put($first->bytes_of(@{ put('slow', 'x', seconds => 0.5, n => $attempt) }));
	usleep(100_000);
	$second->put($second->bytes_of(@{ put('fast', 'shown', n => $attempt) }));
	usleep(50_000);
	$third->put($third->bytes_of(@{ put('slow', 'y', seconds => 3, n => $attempt) }));
	my $until = time + 2;
	until (defined $shown && $shown == $attempt || time > $until)
	{
		$shown = $other->call(@{ get('shown') })->{json}{Item}{n}{N};
	}
	$early = defined $shown && $shown == $attempt && !IO::Select->new($second->{socket})->can_read(0);
	last if $early;
	$_->take foreach $first, $second, $third;
}
ok($early, 'a write is seen before it is acknowledged');
crash();
is(Dynamo::Http->new($port)->call(@{ get('shown') })->{json}{Item}{n}{N}, $shown, 'and survives, because it was shown');

# The same without durability: this is what would be seen if nothing was flushed.
$node->append_conf('postgresql.conf', "synchronous_commit = off\n");
$node->reload;
my $lost = 0;
foreach my $attempt (1 .. 3)
{
	my $writer = Dynamo::Http->new($port);

	$node->safe_psql('postgres', 'CHECKPOINT');
	hold_back();
	$writer->call(@{ put('fast', 'lost', n => $attempt) });
	crash();
	$lost++ unless (Dynamo::Http->new($port)->call(@{ get('lost') })->{json}{Item}{n}{N} // 0) == $attempt;
}
ok($lost > 0, 'with synchronous_commit off a crash takes back what was answered, so this test can fail');

$node->stop('fast');
done_testing();
