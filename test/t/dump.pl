# pg_dump and pg_restore: every byte of 10,000 random items, everything that
# DynamoDB knows of a table; in parallel, and of one table alone.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('dump', extension => 0);
my $files = PostgreSQL::Test::Utils::tempdir;
my @connection = ('--host' => $node->host, '--port' => $node->port);

new_database($node, 'source');
$node->safe_psql('source', item_table('items', 'p S', 's N'));
command_ok([ 'sh', '-c', "python3 test/python/random_items.py 10000 > $files/items" ], 'random items are made');
$node->safe_psql('source', "SET dynamo.enforce_limits = off; \\copy items (item) FROM '$files/items'");
$node->safe_psql('source', <<'SQL');
SET dynamo.enforce_limits = off;
INSERT INTO items (item) VALUES (format('{"p":{"S":"large"},"s":{"N":"0.5"},"data":{"S":"%s"}}', repeat('x', 1000000))::dynamo.item);
SELECT dynamo.create_table('{"TableName":"Music.Library","BillingMode":"PROVISIONED",
	"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6},
	"AttributeDefinitions":[{"AttributeName":"Artist","AttributeType":"S"},{"AttributeName":"SongTitle","AttributeType":"S"},
		{"AttributeName":"Genre","AttributeType":"S"}],
	"KeySchema":[{"AttributeName":"Artist","KeyType":"HASH"},{"AttributeName":"SongTitle","KeyType":"RANGE"}],
	"GlobalSecondaryIndexes":[{"IndexName":"by-genre","KeySchema":[{"AttributeName":"Genre","KeyType":"HASH"}],
		"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["Year"]},
		"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":2}}],
	"Tags":[{"Key":"owner","Value":"me"}]}');
SELECT dynamo.update_time_to_live('{"TableName":"Music.Library","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"it''s a \"time\""}}');
SELECT dynamo.put_item('{"TableName":"Music.Library","Item":{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"},"Genre":{"S":"Country"}}}');
CREATE VIEW songs AS SELECT p.item, t."SongTitle"
	FROM dynamo.partiql('SELECT * FROM "Music.Library" WHERE Artist = ? AND SongTitle > ?', 'No One You Know', 'C'::text) p,
		 dynamo.partiql_rows('SELECT * FROM "Music.Library"."by-genre" WHERE Genre = ?', 'Country') AS t("SongTitle" text);
SQL
is($node->safe_psql('source', 'SELECT count(*) FROM items'), '10001', 'all of them are stored');
my ($key_id, $secret) = split /\|/, $node->safe_psql('source', 'CREATE ROLE app; SELECT * FROM dynamo.create_access_key(\'app\')');

my $describe = q(SELECT dynamo.describe_table('{"TableName":"Music.Library"}'));
my $get = q(SELECT dynamo.get_item('{"TableName":"Music.Library","Key":{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"}}}'));
my $definition = <<'SQL';
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'items'::regclass AND contype IN ('c', 'p')
UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'items'::regclass
UNION SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'items'::regclass
UNION SELECT amname FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam WHERE c.oid = 'items'::regclass ORDER BY 1
SQL

# Is everything in that database that was in the source?
sub is_restored
{
	my ($database, $how) = @_;

	is(contents($node, $database, 'items'), contents($node, 'source', 'items'), "$how: every byte");
	is($node->safe_psql($database, $definition), $node->safe_psql('source', $definition), "$how: the definition");
	is(check_consistency($node, $database, 'items'), '', "$how: amcheck finds nothing");
	is(description($database), description('source'), "$how: DescribeTable");
	is($node->safe_psql($database, $get), $node->safe_psql('source', $get), "$how: GetItem");
	is( $node->safe_psql($database, 'SELECT item[\'Genre\'], "SongTitle" FROM songs'),
		'{"S":"Country"}|Call Me Today', "$how: a view of PartiQL");
	is( $node->safe_psql($database, "SELECT key, value FROM dynamo.tags WHERE table_name = 'Music.Library'"),
		'owner|me', "$how: tags");
	is( $node->safe_psql($database, q(SELECT dynamo.describe_time_to_live('{"TableName":"Music.Library"}'))),
		q({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"it's a \"time\""}}), "$how: time to live");
	is($node->safe_psql($database, q(SELECT dynamo.expire_items('Music.Library'))), '0', "$how: expired items are found");
	$node->safe_psql($database,
		q(INSERT INTO items (item) VALUES ('{"p":{"S":"after"},"s":{"N":"1"}}'); DELETE FROM items WHERE key = '"after"/1'));
	return;
}

# A folder, in parallel.
command_ok([ 'pg_dump', @connection, '--format=directory', '--jobs=2', "--file=$files/folder", 'source' ], 'pg_dump of a folder');
$node->safe_psql('postgres', 'CREATE DATABASE parallel TEMPLATE template0');
command_ok([ 'pg_restore', @connection, '--jobs=4', '--exit-on-error', '--dbname=parallel', "$files/folder" ], 'pg_restore in parallel');
is_restored('parallel', 'in parallel');

# An SQL script.
command_ok([ 'pg_dump', @connection, "--file=$files/script.sql", 'source' ], 'pg_dump of a script');
$node->safe_psql('postgres', 'CREATE DATABASE script TEMPLATE template0');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @connection, '--dbname=script', "--file=$files/script.sql" ], 'psql restores it');
is_restored('script', 'script');
my $script = slurp_file("$files/script.sql");
ok(index($script, $key_id) < 0 && index($script, $secret) < 0, 'access keys are in no dump');
is($node->safe_psql('script', 'SELECT count(*) FROM dynamo.access_keys'), '0', 'nor in what was restored');

# A dump of the restored database is the same again, but for amcheck.
$node->safe_psql('script', 'DROP EXTENSION amcheck');
command_ok([ 'pg_dump', @connection, "--file=$files/again.sql", 'script' ], 'pg_dump of what was restored');
ok(dump_lines("$files/script.sql") eq dump_lines("$files/again.sql"), 'the dump of the restored database is the same');

# One table alone; DynamoDB's catalog does not come along.
foreach my $table (qw(items Music.Library))
{
	my $pattern = qq("$table");

	command_ok([ 'pg_dump', @connection, '--format=custom', "--table=$pattern", "--file=$files/one", 'source' ], "pg_dump -t $table");
	new_database($node, 'one');
	command_ok([ 'pg_restore', @connection, '--jobs=2', '--exit-on-error', '--dbname=one', "$files/one" ], 'pg_restore of it');
	is(contents($node, 'one', $pattern), contents($node, 'source', $pattern), 'every byte');
	is( $node->safe_psql('one', q(SELECT dynamo.list_tables('{}'))), '{"TableNames":[]}', 'it is not registered');
	$node->safe_psql('one', "SELECT dynamo.register_table('$pattern')");
	is( $node->safe_psql('one', q(SELECT dynamo.list_tables('{}'))), qq({"TableNames":["$table"]}), 'then it is');
	is($node->safe_psql('one', $get), $node->safe_psql('source', $get), 'GetItem') if $table eq 'Music.Library';
	$node->safe_psql('postgres', 'DROP DATABASE one');
}

# Data alone, into a table with its trigger: the limits are those of the session.
command_ok([ 'pg_dump', @connection, '--data-only', '--table=items', "--file=$files/data.sql", 'source' ], 'pg_dump of data alone');
$node->safe_psql('parallel', 'TRUNCATE items');
command_fails([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @connection, '--dbname=parallel', "--file=$files/data.sql" ],
	'a large item meets the limit');
{
	local $ENV{PGOPTIONS} = '-c dynamo.enforce_limits=off';
	command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @connection, '--dbname=parallel', "--file=$files/data.sql" ],
		'without limits it is restored');
}
is(contents($node, 'parallel', 'items'), contents($node, 'source', 'items'), 'every byte');

# Return the answer of DescribeTable without what Postgres estimates.
sub description
{
	my ($database) = @_;
	my $text = $node->safe_psql($database, $describe);

	$text =~ s/"(TableSizeBytes|IndexSizeBytes|ItemCount)":\d+/"$1":0/g;
	return $text;
}

# Return the lines of a dump, without what differs between any two; rows are
# in no order.
sub dump_lines
{
	return join("\n", sort grep { !/^\\(un)?restrict / } split /\n/, slurp_file($_[0]));
}

$node->stop;
done_testing();
