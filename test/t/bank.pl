# Clients transfer money between a hundred accounts by TransactWriteItems, each
# transfer beside a row of a ledger, while others read all accounts at once by
# TransactGetItems: they always add up to the same, and never fail.  In the
# middle the server is stopped without a chance to clean up.  Afterwards the
# accounts are what the ledger says, also when every request is sent again.
#
#	BANK_SECONDS=n		how long, 8 if not set and 300 at most; a crash ends each half

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

use Dynamo::Test;

my $seconds = $ENV{BANK_SECONDS} || 8;
my $accounts = 100;
my $balance = 1000;
my $total = $accounts * $balance;
my $node = new_server('bank', config => "fsync = off\nautovacuum_naptime = 1s\n");
my $files = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', <<"SQL");
SELECT dynamo.create_table('accounts', 'id N');
INSERT INTO accounts (item) SELECT jsonb_build_object('id', n, 'n', $balance)::dynamo.item FROM generate_series(1, $accounts) AS n;
CREATE TABLE ledger (request json NOT NULL, accounts int[] NOT NULL, amounts int[] NOT NULL);
CREATE TABLE refused (n bigint NOT NULL);

CREATE FUNCTION action(kind text, id int, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql IMMUTABLE AS \$\$
	SELECT jsonb_build_object(kind, jsonb_build_object('TableName', 'accounts', 'Key', jsonb_build_object('id', jsonb_build_object('N', id::text))) || more)
\$\$;

-- Who pays must have it; who gets it must be there.
CREATE FUNCTION change(id int, amount int) RETURNS jsonb LANGUAGE sql IMMUTABLE AS \$\$
	SELECT action('Update', id, jsonb_build_object('UpdateExpression', 'SET n = n + :n',
		'ConditionExpression', CASE WHEN amount < 0 THEN 'n >= :m' ELSE 'attribute_exists(n) AND :m > n' END,
		'ExpressionAttributeValues', jsonb_build_object(':n', jsonb_build_object('N', amount::text),
			':m', jsonb_build_object('N', CASE WHEN amount < 0 THEN -amount ELSE 1000000 END::text))))
\$\$;

-- Make a transfer; false where it is refused, which only the one who pays may cause.
CREATE FUNCTION transfer(token text, ids int[], sums int[]) RETURNS bool LANGUAGE plpgsql AS \$\$
DECLARE
	request json := json_build_object('ClientRequestToken', token, 'TransactItems',
		(SELECT json_agg(change(id, amount) ORDER BY position) FROM unnest(ids, sums) WITH ORDINALITY AS a(id, amount, position)));
	answer json := dynamo.try_transact_write_items(request);
BEGIN
	IF answer -> 'CancellationReasons' IS NOT NULL THEN
		IF answer #>> '{CancellationReasons,0,Code}' <> 'ConditionalCheckFailed' OR answer::text LIKE '%TransactionConflict%' THEN
			RAISE 'unexpected: %', answer;
		END IF;
		INSERT INTO refused VALUES (1);
		RETURN false;
	END IF;
	INSERT INTO ledger VALUES (request, ids, sums);
	RETURN true;
END
\$\$;

-- Read all accounts at once.
CREATE FUNCTION read_all() RETURNS bigint LANGUAGE plpgsql STABLE AS \$\$
DECLARE
	found bigint := (SELECT sum((r #>> '{Item,n,N}')::int) FROM json_array_elements(dynamo.transact_get_items(json_build_object('TransactItems',
		(SELECT json_agg(action('Get', id)) FROM generate_series(1, $accounts) AS id))) -> 'Responses') AS r);
BEGIN
	IF found IS DISTINCT FROM $total THEN
		RAISE 'the accounts add up to %', found;
	END IF;
	RETURN found;
END
\$\$;

-- Accounts that are not what the ledger says.
CREATE VIEW faults AS
	SELECT a.id, a.n, coalesce(l.n, 0) + $balance AS ledger
	  FROM (SELECT item['id']::int AS id, item['n']::int AS n FROM accounts) AS a
	  LEFT JOIN (SELECT id, sum(amount) AS n FROM ledger, unnest(accounts, amounts) AS u(id, amount) GROUP BY id) AS l USING (id)
	 WHERE a.n <> coalesce(l.n, 0) + $balance;
SQL

append_to_file("$files/transfer.sql", <<"SQL");
\\set a random(1, $accounts)
\\set b 1 + (:a + random(0, 40)) % $accounts
\\set c 1 + (:a + random(41, 98)) % $accounts
\\set n random(1, 300)
\\set token random(1, 8000000000000000)
\\if :n <= 200
SELECT transfer(format('%s-%s', :client_id::int, :token), ARRAY[:a, :b], ARRAY[-:n, :n]);
\\else
BEGIN;
SELECT transfer(format('%s-%s', :client_id::int, :token), ARRAY[:a, :b, :c], ARRAY[-:n, :n - 50, 50]);
COMMIT;
\\endif
SQL
append_to_file("$files/read.sql", "SELECT read_all();\n");

foreach my $half (1, 2)
{
	my @clients = (
		start_clients("$files/transfer.sql", 6, 'on'),
		start_clients("$files/transfer.sql", 2, 'off'),
		start_clients("$files/read.sql", 2, 'on'));

	sleep $seconds / 2;
	my $before = $node->safe_psql('postgres', 'SELECT count(*) FROM ledger');
	$node->stop('immediate');
	$_->{handle}->finish foreach @clients;
	is(join('', map { grep { /ERROR|PANIC|FATAL/ } split /^/, ${ $_->{error} } } @clients), '', "half $half: no transfer and no reader failed");
	$node->start;

	cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM ledger'), '>=', $before, "half $half: no transfer is lost");
	is($node->safe_psql('postgres', 'SELECT read_all()'), $total, "half $half: the accounts add up to the same");
	is($node->safe_psql('postgres', 'SELECT * FROM faults'), '', "half $half: and are what the ledger says");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM accounts'), $accounts, "half $half: no account came or went");
	is(check_consistency($node, 'postgres', $_), '', "half $half: amcheck finds nothing in $_")
	  foreach 'accounts', 'dynamo.request_tokens';
}

my ($done, $refused) = split /\|/, $node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM ledger), (SELECT count(*) FROM refused)');
note "$done transfers, $refused refused";
cmp_ok($done, '>', 100 * $seconds, 'there were many');
cmp_ok($refused, '>', 0, 'some were refused');

# ---- tokens ----

is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.request_tokens'), $done, 'a token is remembered of each transfer, over the restart, and of nothing else');
# A token in use is a lock, so that not all fit into one transaction.
is( $node->safe_psql('postgres', 'SELECT DISTINCT dynamo.transact_write_items(request)::text FROM (SELECT request FROM ledger ORDER BY random() LIMIT 1000) AS l'),
	'{}', 'each request that is sent again succeeds');
is($node->safe_psql('postgres', 'SELECT * FROM faults'), '', 'and is not done again');
like(fails(q{SELECT dynamo.transact_write_items((request::jsonb || jsonb_build_object('TransactItems', json_build_array(change(1, 1))))::json) FROM ledger LIMIT 1}),
	qr/The request uses the same client token as a previous, but non-identical request/, 'another request with its token is refused');

# Ten minutes later, by the rows: new requests remove what has expired, more than they add.
$node->safe_psql('postgres', q{UPDATE dynamo.request_tokens SET expires_at = expires_at - interval '10 minutes'});
my $expired = 'SELECT count(*) FROM dynamo.request_tokens WHERE expires_at < now()';
is($node->safe_psql('postgres', $expired), $done, 'all tokens have expired');
$node->safe_psql('postgres', "DO \$\$ BEGIN
	FOR n IN 1 .. $done / 2 + 200 LOOP
		PERFORM transfer('later ' || n, ARRAY[1 + n % 100, 1 + (n + 1) % 100], ARRAY[-1, 1]);
		COMMIT;
	END LOOP;
END \$\$");
is($node->safe_psql('postgres', $expired), '0', 'and are removed by half as many new requests');
my $again = $node->safe_psql('postgres', q{SELECT request FROM ledger AS l JOIN accounts AS a ON a.item['id']::int = l.accounts[1] AND a.item['n']::int >= -l.amounts[1]
	WHERE cardinality(l.accounts) = 2 LIMIT 1});
$node->safe_psql('postgres', "SELECT dynamo.try_transact_write_items(\$\$$again\$\$)");
is($node->safe_psql('postgres', 'SELECT count(*) FROM faults'), '2', 'then the same request is done again');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal (?!3)/, 'nothing crashed');
$node->stop;
done_testing();

# Start a pgbench that runs until the server goes away.
sub start_clients
{
	my ($script, $clients, $path) = @_;
	my ($output, $error) = ('', '');
	local $ENV{PGOPTIONS} = "-c dynamo.direct_path=$path";
	my $handle = IPC::Run::start(
		[ 'pgbench', '--no-vacuum', "--client=$clients", '--jobs=1', '--time=600', "--file=$script", $node->connstr('postgres') ],
		'>', \$output, '2>', \$error, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

	return { handle => $handle, error => \$error };
}

# Returns what psql says to an error.
sub fails
{
	my ($query) = @_;
	my (undef, undef, $error) = $node->psql('postgres', $query);

	return $error;
}
