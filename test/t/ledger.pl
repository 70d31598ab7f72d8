# Eight clients write ten accounts by random conditional operations.  Each
# operation that succeeds is entered in a ledger, in its transaction; each that
# is refused says what it met.  Afterwards the ledger is gone through: every
# operation must have found what the one before it left, every condition must
# have been true of it, and every refusal must have been right.
#
#	LEDGER_OPERATIONS=n		operations of each client, 10,000 if not set
#	SEED=n						repeats the operations of an earlier run

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $clients = 8;
my $accounts = 10;
my $operations = $ENV{LEDGER_OPERATIONS} || 10_000;
my $seed = $ENV{SEED} || time;
srand($seed);
note "SEED=$seed, $clients clients of $operations operations";

# An account is opened with a life of its own, so that what came before it was
# closed is not mistaken for what comes after.
my %kinds = (
	deposit => {
		share => 35,
		call => sub {
			my ($id, $a, $b, $life) = @_;
			return update($id, 'SET life = if_not_exists(life, :life) ADD n :a, v :one',
				"\":a\": {\"N\": \"$a\"}, \":life\": {\"N\": \"$life\"}, \":one\": {\"N\": \"1\"}");
		},
		allows => sub { return 1; },
		result => sub { my ($n, $a) = @_; return ($n // 0) + $a; } },
	withdraw => {
		share => 25,
		call => sub {
			my ($id, $a) = @_;
			return update($id, 'SET n = n - :a ADD v :one',
				"\":a\": {\"N\": \"$a\"}, \":one\": {\"N\": \"1\"}", 'n >= :a');
		},
		allows => sub { my ($n, $a) = @_; return defined $n && $n >= $a; },
		result => sub { my ($n, $a) = @_; return $n - $a; } },
	reset => {
		share => 15,
		call => sub {
			my ($id, $a, $b) = @_;
			return update($id, 'SET n = :a, v = v + :one',
				"\":a\": {\"N\": \"$a\"}, \":b\": {\"N\": \"$b\"}, \":one\": {\"N\": \"1\"}",
				'n BETWEEN :a AND :b OR n = :one');
		},
		allows => sub { my ($n, $a, $b) = @_; return defined $n && ($n >= $a && $n <= $b || $n == 1); },
		result => sub { my ($n, $a) = @_; return $a; } },
	open => {
		share => 15,
		call => sub {
			my ($id, $a, $b, $life) = @_;
			my $item = "{\"id\": {\"S\": \"$id\"}, \"n\": {\"N\": \"$a\"}, \"v\": {\"N\": \"1\"}, \"life\": {\"N\": \"$life\"}}";
			return "(SELECT '$item'::dynamo.item FROM (SELECT dynamo.put_item('accounts', '$item', "
			  . "condition => 'attribute_not_exists(n)', return_values_on_condition_check_failure => 'ALL_OLD') OFFSET 0) AS put)";
		},
		allows => sub { my ($n) = @_; return !defined $n; },
		result => sub { my ($n, $a) = @_; return $a; } },
	close => {
		share => 10,
		call => sub {
			my ($id, $a) = @_;
			return "dynamo.delete_item('accounts', '$id', return_values => 'ALL_OLD', condition => 'n < :a', "
			  . "\"values\" => '{\":a\": {\"N\": \"$a\"}}', return_values_on_condition_check_failure => 'ALL_OLD')";
		},
		allows => sub { my ($n, $a) = @_; return defined $n && $n < $a; } });
my @kinds = map { ($_) x $kinds{$_}->{share} } sort keys %kinds;

sub update
{
	my ($id, $update, $values, $condition) = @_;

	return "dynamo.update_item('accounts', '{\"id\": {\"S\": \"$id\"}}', '$update', '{$values}', return_values => 'ALL_NEW'"
	  . (defined $condition ? ", condition => '$condition', return_values_on_condition_check_failure => 'ALL_OLD'" : '') . ')';
}

my $node = new_server('ledger', config => "synchronous_commit = off\nfsync = off\n");
$node->safe_psql('postgres', "SELECT dynamo.create_table('accounts', 'id S')");
$node->safe_psql('postgres', 'CREATE TABLE ledger (kind text, id int, a int, b int, life int, v int, n int)');

# One line is one operation, so that the number of an error's line tells which one it was.
my $folder = PostgreSQL::Test::Utils::tempdir;
my @planned;
foreach my $client (1 .. $clients)
{
	my $script = '';

	foreach my $line (1 .. $operations)
	{
		my $kind = $kinds[ rand @kinds ];
		my $id = 1 + int rand $accounts;
		my $a = 1 + int rand($kind eq 'withdraw' ? 60 : 15);
		my $b = $a + int rand 10;
		my $life = $client * 1_000_000 + $line;
		my $call = $kinds{$kind}->{call}->($id, $a, $b, $life);
		my $statement = "WITH done AS MATERIALIZED (SELECT $call AS item) INSERT INTO ledger SELECT '$kind', $id, $a, $b, "
		  . "item['life']::int, item['v']::int, item['n']::int FROM done;";

		# In a transaction block items are locked, and absent keys are claimed.
		$statement = "BEGIN; $statement COMMIT;" if rand() < 0.2;
		push @{ $planned[$client] }, [ $kind, $id, $a, $b ];
		$script .= "$statement\n";
	}
	append_to_file("$folder/$client.sql", $script);
}

my @runs;
foreach my $client (1 .. $clients)
{
	local $ENV{PGOPTIONS} = '-c dynamo.direct_path=' . ($client % 4 == 0 ? 'off' : 'on');
	my ($output, $error) = ('', '');

	$runs[$client] = { output => \$output, error => \$error };
	$runs[$client]->{handle} = IPC::Run::start(
		[ 'psql', '--no-psqlrc', '--quiet', "--file=$folder/$client.sql", $node->connstr('postgres') ],
		'<', \undef, '>', \$output, '2>', \$error);
}

# What was refused.
my (%refused, @wrong, @unexpected);
foreach my $client (1 .. $clients)
{
	$runs[$client]->{handle}->finish;
	foreach my $message (split /^(?=psql:)/m, ${ $runs[$client]->{error} })
	{
		if ($message !~ /^psql:[^:]*:(\d+): ERROR:  The conditional request failed$/m)
		{
			push @unexpected, $message;
			next;
		}
		my ($kind, $id, $a, $b) = @{ $planned[$client]->[ $1 - 1 ] };
		my $n = $message =~ /^DETAIL: .*"n":\{"N":"(-?\d+)"\}/m ? $1 : undef;

		$refused{$kind}++;
		push @wrong, "$kind($a, $b): $message" if $kinds{$kind}->{allows}->($n, $a, $b);
	}
}
is(join('', @unexpected), '', 'nothing failed but conditions');
is(join('', @wrong), '', 'every refusal was right');

# What was done, by account and life, in the order of versions.
my (%lives, %done);
foreach my $row (split /\n/, $node->safe_psql('postgres', 'SELECT kind, id, a, b, life, v, n FROM ledger ORDER BY life, v'))
{
	my ($kind, $id, $a, $b, $life, $v, $n) = split /\|/, $row;

	$done{$kind}++;
	push @{ $lives{"$id/$life"} }, { kind => $kind, a => $a, b => $b, v => $v, n => $n };
}
my %living = map { my ($id, $life, $v, $n) = split /\|/; ("$id/$life" => "$v/$n") } split /\n/,
  $node->safe_psql('postgres', "SELECT item['id']::text, item['life']::int, item['v']::int, item['n']::int FROM accounts");

my @faults;
foreach my $life (sort keys %lives)
{
	my @entries = @{ $lives{$life} };
	my @closings = grep { $_->{kind} eq 'close' } @entries;
	my ($n, $v) = (undef, 0);

	foreach my $entry (grep { $_->{kind} ne 'close' } @entries)
	{
		my $kind = $kinds{ $entry->{kind} };

		push @faults, "$life: version $entry->{v} after $v" if $entry->{v} != $v + 1;
		push @faults, "$life: $entry->{kind} was not allowed in version $entry->{v}"
		  if !$kind->{allows}->($n, $entry->{a}, $entry->{b});
		push @faults, "$life: $entry->{kind} made $entry->{n} in version $entry->{v}"
		  if $entry->{n} != $kind->{result}->($n, $entry->{a}, $entry->{b});
		($n, $v) = ($entry->{n}, $entry->{v});
	}
	push @faults, "$life: closed in version $_->{v} at $_->{n}, the last was $v at $n"
	  foreach grep { $_->{v} != $v || $_->{n} != $n || !$kinds{close}->{allows}->($n, $_->{a}) } @closings;
	push @faults, "$life: closed " . @closings . ' times, and ' . ($living{$life} // 'gone')
	  if @closings + exists $living{$life} != 1 || (exists $living{$life} && $living{$life} ne "$v/$n");
}
is(join("\n", @faults), '', 'each operation found what the one before it left');
is(scalar(grep { !exists $lives{$_} } keys %living), 0, 'and there is nothing that no operation made');

my ($total_done, $total_refused) = (0, 0);
foreach my $kind (sort keys %kinds)
{
	note sprintf('%-8s %6d done, %6d refused', $kind, $done{$kind} // 0, $refused{$kind} // 0);
	cmp_ok($done{$kind} // 0, '>', 0, "some of $kind were done");
	cmp_ok($refused{$kind} // 0, '>', 0, "some of $kind were refused") if $kind ne 'deposit';
	$total_done += $done{$kind} // 0;
	$total_refused += $refused{$kind} // 0;
}
is($total_done + $total_refused, $clients * $operations, 'every operation was done or refused');

$node->stop;
done_testing();
