# pg_upgrade from an older server: OLD_PG_CONFIG names its pg_config, and the
# extension is installed there, too.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $old_pg_config = $ENV{OLD_PG_CONFIG};
plan skip_all => 'OLD_PG_CONFIG does not name the pg_config of an older server' unless $old_pg_config;

sub major_version
{
	my ($version) = `$_[0] --version` =~ /^PostgreSQL (\d+)/ or die "$_[0] is no pg_config";
	return $version;
}
my $old_version = major_version($old_pg_config);
my $new_version = major_version('pg_config');
plan skip_all => "version $old_version is not older than $new_version" if $old_version >= $new_version;

chomp(my $old_bin = `$old_pg_config --bindir`);
chomp(my $new_bin = `pg_config --bindir`);
my @initdb = ('--encoding=UTF8', '--locale=C.UTF-8');
my $old = PostgreSQL::Test::Cluster->new('old', install_path => dirname($old_bin));
$old->init(extra => \@initdb);
$old->append_conf('postgresql.conf', 'max_prepared_transactions = 10');
$old->start;

# Something of everything: operations, plain DDL, long values, dead rows.
$old->safe_psql('postgres', 'CREATE EXTENSION dynamo');
$old->safe_psql('postgres', item_table('things', 'p S', 's N'));
$old->safe_psql('postgres', <<'SQL');
SELECT dynamo.create_table('{"TableName":"Music","AttributeDefinitions":[{"AttributeName":"Artist","AttributeType":"S"},
	{"AttributeName":"SongTitle","AttributeType":"S"},{"AttributeName":"Year","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"Artist","KeyType":"HASH"},{"AttributeName":"SongTitle","KeyType":"RANGE"}],
	"GlobalSecondaryIndexes":[{"IndexName":"ByYear","KeySchema":[{"AttributeName":"Year","KeyType":"HASH"}],
		"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["Label"]}}],
	"BillingMode":"PAY_PER_REQUEST","Tags":[{"Key":"owner","Value":"band"}]}');
SELECT dynamo.put_item('Music', format('{"Artist":{"S":"%s"},"SongTitle":{"S":"%s"},"Year":{"N":"%s"}}', n % 20, n, 1900 + n % 100)::dynamo.item)
  FROM generate_series(1, 2000) AS n;
SELECT dynamo.delete_item('Music', '3', '3');
SELECT dynamo.put_item('Music', '{"Artist":{"S":"4"},"SongTitle":{"S":"4"},"Year":{"N":"2024"}}');
INSERT INTO things (item)
SELECT format('{"p":{"S":"%s"},"s":{"N":"%s"},"g":{"S":"g%s"},"n":{"N":"%s"},"long":{"S":"%s"}}', n % 10, n, n % 3, n % 7,
	repeat(md5(n::text), n % 200))::dynamo.item
  FROM generate_series(1, 500) AS n;
UPDATE things SET item['n'] = '{"N":"100"}' WHERE item['n']::int = 5;
DELETE FROM things WHERE item['n']::int = 6;
CREATE VIEW labels AS SELECT item['Label']::text AS label FROM "Music";
SQL

# What must be the same afterwards.
my @questions = (
	q(SELECT dynamo.describe_table('{"TableName":"Music"}')),
	q(SELECT dynamo.list_tables('{}')),
	q(SELECT dynamo.get_item('{"TableName":"Music","Key":{"Artist":{"S":"4"},"SongTitle":{"S":"4"}}}')),
	q(SELECT dynamo.get_item('{"TableName":"Music","Key":{"Artist":{"S":"3"},"SongTitle":{"S":"3"}}}')),
	q(SET enable_seqscan = off; SELECT count(*), string_agg(key::text, ' ' ORDER BY key) FROM "Music" WHERE dynamo.index_key(item, 'Year N') = '1950'),
	q(SET enable_seqscan = off; SELECT count(*) FROM things WHERE dynamo.index_key(item, 'g S', 'n N') = '"g1"/100'));
my @answers = map { $old->safe_psql('postgres', $_) } @questions;
my %contents = map { $_ => contents($old, 'postgres', $_) } ('"Music"', 'things');
like($answers[4], qr/^20\|/, 'the index has what it should');
$old->stop;

# Since 18 clusters have checksums unless told otherwise, and both must agree.
my $new = PostgreSQL::Test::Cluster->new('new');
$new->init(extra => [ @initdb, $old_version < 18 && $new_version >= 18 ? '--no-data-checksums' : () ]);
chdir(PostgreSQL::Test::Utils::tempdir) or die $!;
command_ok(
	[
		'pg_upgrade', '--no-sync', '--old-datadir', $old->data_dir, '--new-datadir', $new->data_dir,
		'--old-bindir', $old_bin, '--new-bindir', $new_bin, '--socketdir', $new->host,
		'--old-port', $old->port, '--new-port', $new->port
	],
	"pg_upgrade from version $old_version to $new_version");
$new->start;

is($new->safe_psql('postgres', $questions[$_]), $answers[$_], "the same answer to: $questions[$_]") foreach (0 .. $#questions);
foreach my $table (sort keys %contents)
{
	is(contents($new, 'postgres', $table), $contents{$table}, "$table has the same items");
	is(check_consistency($new, 'postgres', $table), '', "amcheck finds nothing in $table");
}
is( $new->safe_psql('postgres', q(SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
	WHERE a.amname = 'dynamo' AND c.relkind = 'r')),
	'Music things', 'the tables have the access method');

# And it goes on.
$new->safe_psql('postgres', <<'SQL');
SELECT dynamo.put_item('Music', '{"Artist":{"S":"4"},"SongTitle":{"S":"4"},"Year":{"N":"2025"},"Label":{"S":"L"}}');
SELECT dynamo.put_item('Music', format('{"Artist":{"S":"%s"},"SongTitle":{"S":"new %s"},"Year":{"N":"2025"}}', n % 20, n)::dynamo.item)
  FROM generate_series(1, 200) AS n;
SELECT dynamo.delete_item('Music', '5', '5');
VACUUM FULL "Music";
UPDATE things SET item['s'] = item['s'] WHERE key > '"3"/0';
SQL
is( $new->safe_psql('postgres', q(SET enable_seqscan = off; SELECT count(*) FROM "Music" WHERE dynamo.index_key(item, 'Year N') = '2025')),
	'201', 'what is written is found through the index');
is(check_consistency($new, 'postgres', $_), '', "amcheck finds nothing in $_ after writing") foreach (sort keys %contents);

$new->stop;
done_testing();
