# A streaming standby reads items and refuses to write them.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $primary = new_server('primary', allows_streaming => 1);
$primary->safe_psql('postgres', item_table('things', 'p S', 's N'));
$primary->safe_psql('postgres', "SELECT dynamo.register_table('things')");
$primary->safe_psql('postgres', <<'SQL');
INSERT INTO things (item)
SELECT format('{"p":{"S":"%s"},"s":{"N":"%s"},"g":{"S":"x"},"n":{"N":"%s"}}', n % 10, n, n % 7)::dynamo.item
  FROM generate_series(1, 500) AS n;
SQL

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

my $get = q(SELECT dynamo.get_item('{"TableName":"things","Key":{"p":{"S":"3"},"s":{"N":"%s"}}}'));

# Everything that writes rows, after the backup too.
$primary->safe_psql('postgres', <<'SQL');
INSERT INTO things (item) SELECT format('{"p":{"S":"new"},"s":{"N":"%s"}}', n)::dynamo.item FROM generate_series(1, 500) AS n;
UPDATE things SET item = '{"p":{"S":"3"},"s":{"N":"3"},"g":{"S":"updated"},"n":{"N":"1"}}' WHERE key = '"3"/3';
DELETE FROM things WHERE key = '"3"/13';
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"3"},"s":{"N":"23"},"put":{"BOOL":true}}}');
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"3"},"s":{"N":"33"}}}');
VACUUM things;
SQL
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

is(contents($standby, 'postgres', 'things'), contents($primary, 'postgres', 'things'), 'the standby has what the primary has');
is($standby->safe_psql('postgres', sprintf($get, 23)),
	$primary->safe_psql('postgres', sprintf($get, 23)), 'GetItem of an item that was put');
is($standby->safe_psql('postgres', sprintf($get, 33)), '{}', 'GetItem of an item that was deleted');
is( $standby->safe_psql('postgres', <<'SQL'),
SET enable_seqscan = off;
SELECT key FROM things WHERE dynamo.index_key(item, 'g S', 'n N') = '"updated"/1';
SQL
	'"3"/3', 'an index answers');

# Writing: the same error as Postgres', before anything else happens.
my %writes = (
	'PutItem' => q(SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"3"},"s":{"N":"1"}}}')),
	'PutItem of what is there already' => q(SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"new"},"s":{"N":"1"}}}')),
	'DeleteItem' => q(SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"3"},"s":{"N":"3"}}}')),
	'DeleteItem of nothing' => q(SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"none"},"s":{"N":"3"}}}')),
	'INSERT' => q(INSERT INTO things (item) VALUES ('{"p":{"S":"3"},"s":{"N":"1.5"}}')),
	'CreateTable' => q(SELECT dynamo.create_table('{"TableName":"others","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"}],"KeySchema":[{"AttributeName":"p","KeyType":"HASH"}]}')),
	'DeleteTable' => q(SELECT dynamo.delete_table('{"TableName":"things"}')));
foreach my $write (sort keys %writes)
{
	my ($code, $stdout, $stderr) = $standby->psql('postgres', "\\set VERBOSITY sqlstate\n$writes{$write}");
	like($stderr, qr/ERROR:  25006/, "$write is refused: read only");
}

# Promoted, it writes.
$standby->promote;
$standby->safe_psql('postgres', $writes{$_}) foreach ('PutItem', 'DeleteItem', 'INSERT');
is($standby->safe_psql('postgres', sprintf($get, 1)), '{"Item":{"p":{"S":"3"},"s":{"N":"1"}}}', 'promoted, it writes');
is(check_consistency($standby, 'postgres', 'things'), '', 'amcheck finds nothing');

$standby->stop;
$primary->stop;
done_testing();
