# A crash in the middle of concurrent writes loses no acknowledged one, and
# leaves the table and its indexes consistent.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

use Dynamo::Test;

my $clients = 4;
my $node = new_server('crash', config => "autovacuum_naptime = 1s\ncheckpoint_timeout = 30s\n");
my $files = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', item_table('things', 'p S', 's N'));
$node->safe_psql('postgres', "SELECT dynamo.register_table('things')");

# What each key must be after a crash: the text of its write, or none.
my %wanted;

foreach my $round (1 .. 3)
{
	my @names = map { "$round-$_" } 1 .. $clients;
	my @writers = map { writer($_) } @names;

	# Every client has written a lot, and a checkpoint was in the middle.
	my $deadline = time + 180;
	until ($clients == grep { written($_) > 300 } @names)
	{
		die 'the writers do not get on: ' . join('', map { slurp_file("$files/$_.error") } @names) if time > $deadline;
		$node->safe_psql('postgres', 'CHECKPOINT') if $round == 2;
		sleep 0.1;
	}
	$node->stop('immediate');
	$_->finish foreach @writers;
	is(join(' ', map { $_->full_results } @writers), join(' ', (0) x $clients), "crash $round: the writers wrote until then");
	$node->start;

	my %found = stored();
	my (@faults, $checked);
	foreach my $name (@names)
	{
		my %pending = read_notes($name);

		# A transaction that was not acknowledged is there as a whole, or
		# not at all: then its keys are as before, which is checked below.
		my $there = grep { ($found{$_} // 'none') eq $pending{$_} } keys %pending;
		%wanted = (%wanted, %pending) if $there == keys %pending;
	}
	foreach my $key (sort keys %wanted)
	{
		my $found = delete $found{$key} // 'none';

		$checked++;
		push @faults, "$key: $wanted{$key} was acknowledged, $found was found" if $found ne $wanted{$key};
	}
	push @faults, map { "$_: $found{$_} comes from nowhere" } sort keys %found;

	is(join("\n", @faults), '', "crash $round: no acknowledged write is lost");
	cmp_ok($checked, '>', 100 * $clients, "crash $round: $checked keys were checked");
	is(check_consistency($node, 'postgres', 'things'), '', "crash $round: amcheck finds nothing");
	is( $node->safe_psql('postgres', "SELECT count(*) FROM things WHERE key IS DISTINCT FROM dynamo.key_of(item, 'p S', 's N')"),
		'0', "crash $round: every key is that of its item");
}

# Start a client that writes and takes notes.
sub writer
{
	my ($name) = @_;
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGUSER => scalar(getpwuid($<)), PGDATABASE => 'postgres');

	return IPC::Run::start([ 'python3', 'test/python/crash_writer.py', $name, "$files/$name" ], '2>', "$files/$name.error");
}

# How many transactions of a client has the server acknowledged?
sub written
{
	my ($name) = @_;

	return -e "$files/$name" ? scalar(() = slurp_file("$files/$name") =~ /^done$/mg) : 0;
}

# Add what a client's notes acknowledge to %wanted; returns what they do not.
sub read_notes
{
	my ($name) = @_;
	my %pending;

	foreach (split /\n/, slurp_file("$files/$name"))
	{
		if (/^done$/)
		{
			%wanted = (%wanted, %pending);
			%pending = ();
			next;
		}
		%pending = ();
		my (undef, @writes) = split / /;
		while (my ($key, $number, $kind) = splice(@writes, 0, 3))
		{
			$pending{"$name/$key"} = $kind eq 'there' ? "write $number" : 'none';
		}
	}
	return %pending;
}

# Return the write that each key in the table is of.
sub stored
{
	my %found;

	foreach (split /\n/, $node->safe_psql('postgres', q(SELECT item->>'p', item->>'s', item->>'n' FROM things)))
	{
		my ($client, $key, $number) = split /\|/;

		$client =~ s/^client //;
		$found{"$client/$key"} = "write $number";
	}
	return %found;
}

$node->stop;
done_testing();
