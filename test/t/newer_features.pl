# What Postgres has since 18 and what it does to item tables: constraints that
# are not enforced, NOT NULL as a constraint with a name, virtual columns,
# statistics in dumps, generated columns in publications.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

`pg_config --version` =~ /^PostgreSQL (\d+)/ or die 'pg_config does not work';
plan skip_all => "this is version $1; what is tested came with 18" if $1 < 18;

my $node = new_server('newer', allows_streaming => 'logical');
new_database($node, 'restored');

my $create = <<'SQL';
SELECT dynamo.create_table('{"TableName":"Music","AttributeDefinitions":[{"AttributeName":"Artist","AttributeType":"S"},
	{"AttributeName":"SongTitle","AttributeType":"S"},{"AttributeName":"Year","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"Artist","KeyType":"HASH"},{"AttributeName":"SongTitle","KeyType":"RANGE"}],
	"GlobalSecondaryIndexes":[{"IndexName":"ByYear","KeySchema":[{"AttributeName":"Year","KeyType":"HASH"}],
		"Projection":{"ProjectionType":"ALL"}}],"BillingMode":"PAY_PER_REQUEST"}');
SQL
$node->safe_psql('postgres', $create);
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.put_item('Music', format('{"Artist":{"S":"%s"},"SongTitle":{"S":"%s"},"Year":{"N":"%s"}}', n % 20, n, 1900 + n % 100)::dynamo.item)
  FROM generate_series(1, 1000) AS n;
SQL

# Return "direct" or "planned", as the table's writes go: only a planned statement is counted as a call of the trigger's function.
sub path_of_put
{
	my ($table, $item) = @_;

	return $node->safe_psql('postgres', <<"SQL");
SET track_functions = 'all';
SELECT FROM dynamo.put_item('$table', '$item');
SELECT CASE WHEN coalesce(pg_stat_get_xact_function_calls('dynamo.derive_key'::regproc), 0) = 0 THEN 'direct' ELSE 'planned' END;
SQL
}

# NOT NULL, by names of the user's and not yet valid.
my $named = item_table('named', 'p S');
$named =~ s/item dynamo.item NOT NULL/item dynamo.item CONSTRAINT an_item NOT NULL/;
$node->safe_psql('postgres', $named);
$node->safe_psql('postgres', item_table('not_valid', 'p S'));
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE not_valid ALTER item DROP NOT NULL;
ALTER TABLE not_valid ADD CONSTRAINT later NOT NULL item NOT VALID;
SELECT dynamo.register_table(t) FROM unnest('{named, not_valid}'::regclass[]) AS t;
SELECT dynamo.put_item(t, '{"p":{"S":"1"}}') FROM unnest('{named, not_valid}'::text[]) AS t;
SQL
my $not_null = <<'SQL';
SELECT conrelid::regclass, conname, convalidated FROM pg_constraint c JOIN pg_am a ON a.amname = 'dynamo'
  JOIN pg_class r ON r.oid = c.conrelid AND r.relam = a.oid
 WHERE contype = 'n' ORDER BY conrelid::regclass::text COLLATE "C", conname COLLATE "C";
SQL
is( $node->safe_psql('postgres', $not_null), join("\n",
		'"Music"|Music_item_not_null|t', '"Music"|Music_key_not_null|t',
		'named|an_item|t', 'named|named_key_not_null|t',
		'not_valid|later|f', 'not_valid|not_valid_key_not_null|t'),
	'NOT NULL constraints have names');
my $dump = PostgreSQL::Test::Utils::tempdir . '/dump.sql';
$node->safe_psql('postgres', 'ANALYZE');
command_ok(
	[ 'pg_dump', '--statistics', '--no-sync', '--file', $dump, $node->connstr('postgres') ],
	'pg_dump with statistics');
like(slurp_file($dump), qr/pg_restore_attribute_stats\([^;]*'Music_ByYear_idx'/, 'those of index expressions are in it');
command_ok(
	[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ],
	'restore');
is($node->safe_psql('restored', $not_null), $node->safe_psql('postgres', $not_null), 'NOT NULL constraints are restored by their names');
is(contents($node, 'restored', '"Music"'), contents($node, 'postgres', '"Music"'), 'and so are the items');
my $statistics = <<'SQL';
SELECT tablename, attname, null_frac, avg_width, n_distinct, most_common_vals, histogram_bounds, correlation FROM pg_stats
 WHERE schemaname = 'public' ORDER BY tablename COLLATE "C", attname COLLATE "C"
SQL
is($node->safe_psql('restored', $statistics), $node->safe_psql('postgres', $statistics), 'and the statistics');
is( $node->safe_psql('restored', q(SELECT dynamo.describe_table('{"TableName":"Music"}')->'Table'->>'ItemCount')),
	'1000', 'and what DescribeTable knows from them');
is(path_of_put('named', '{"p":{"S":"2"}}'), 'direct', 'a name of NOT NULL does not keep from the direct path');
is(path_of_put('not_valid', '{"p":{"S":"2"}}'), 'direct', 'nor does one that is not validated');

# A virtual column may not call functions of an extension; others are kept out of the way.
my ($code, $stdout, $stderr) = $node->psql('postgres',
	q(ALTER TABLE "Music" ADD COLUMN year int GENERATED ALWAYS AS (item['Year']::int) VIRTUAL));
like($stderr, qr/user-defined/, 'a virtual column of an attribute is refused by Postgres');
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE "Music" ADD COLUMN price int DEFAULT 10, ADD COLUMN gross int GENERATED ALWAYS AS (price * 2) VIRTUAL,
	ADD COLUMN year int GENERATED ALWAYS AS (item['Year']::int) STORED;
SQL
is(path_of_put('Music', '{"Artist":{"S":"v"},"SongTitle":{"S":"1"},"Year":{"N":"2000"}}'), 'planned', 'other columns: the planned path');
my $row = q(SELECT item, price, gross, year FROM "Music" WHERE key = '"v"/"1"');
is( $node->safe_psql('postgres', $row),
	'{"Artist":{"S":"v"},"SongTitle":{"S":"1"},"Year":{"N":"2000"}}|10|20|2000', 'PutItem of a new item');
$node->safe_psql('postgres', q(UPDATE "Music" SET price = 15 WHERE gross = 20 AND key > '"v"/"0"' AND key < '"v"/"9"'));
$node->safe_psql('postgres', q(SELECT dynamo.put_item('Music', '{"Artist":{"S":"v"},"SongTitle":{"S":"1"},"Year":{"N":"2001"}}')));
is( $node->safe_psql('postgres', $row),
	'{"Artist":{"S":"v"},"SongTitle":{"S":"1"},"Year":{"N":"2001"}}|15|30|2001', 'PutItem of an item that is there keeps other columns');
is( $node->safe_psql('postgres', q(UPDATE "Music" SET item['Year'] = 2002::dynamo.value WHERE key = '"v"/"1"'
	RETURNING old.item['Year'], new.item['Year'], old.year, new.year, new.gross)),
	'{"N":"2001"}|{"N":"2002"}|2001|2002|30', 'RETURNING old and new');
$node->safe_psql('postgres', $_)
  foreach ('VACUUM FULL "Music"', 'ALTER TABLE "Music" SET ACCESS METHOD heap', 'ALTER TABLE "Music" SET ACCESS METHOD dynamo');
is( $node->safe_psql('postgres', $row),
	'{"Artist":{"S":"v"},"SongTitle":{"S":"1"},"Year":{"N":"2002"}}|15|30|2002', 'rewritten');
is(check_consistency($node, 'postgres', '"Music"'), '', 'amcheck finds nothing');
$node->safe_psql('postgres', 'ALTER TABLE "Music" DROP COLUMN gross, DROP COLUMN price, DROP COLUMN year');

# A key schema that is not enforced proves nothing, and cannot be validated.
$node->safe_psql('postgres', item_table('unenforced', 'p S'));
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.register_table('unenforced');
ALTER TABLE unenforced DROP CONSTRAINT key_schema,
	ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p S')) NOT ENFORCED;
SQL
($code, $stdout, $stderr) = $node->psql('postgres', q(SELECT dynamo.put_item('unenforced', '{"p":{"S":"1"}}')));
like($stderr, qr/constraint "key_schema" of item table "unenforced" is not valid/, 'NOT ENFORCED is refused');
my ($repair) = $stderr =~ /HINT:  Run: (.*)/;
is( $repair, q(ALTER TABLE public.unenforced DROP CONSTRAINT key_schema, ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p S'));),
	'with the statement that repairs it');
$node->safe_psql('postgres', $repair);
is(path_of_put('unenforced', '{"p":{"S":"1"}}'), 'direct', 'which does');

# A foreign key that is not enforced has no triggers.
$node->safe_psql('postgres', 'CREATE TABLE refers (key dynamo.key REFERENCES named NOT ENFORCED)');
is(path_of_put('named', '{"p":{"S":"3"}}'), 'direct', 'a foreign key that is not enforced costs nothing');
$node->safe_psql('postgres', 'ALTER TABLE refers ALTER CONSTRAINT refers_key_fkey ENFORCED');
is(path_of_put('named', '{"p":{"S":"4"}}'), 'planned', 'one that is enforced is obeyed');
$node->safe_psql('postgres', q(INSERT INTO refers VALUES ('"4"')));
($code, $stdout, $stderr) = $node->psql('postgres', q(SELECT dynamo.delete_item('named', '{"p":{"S":"4"}}'::dynamo.item)));
like($stderr, qr/violates foreign key constraint/, 'indeed');

# A publication of generated columns, from one that is stored to a plain one.
$node->safe_psql('restored', $_)
  foreach ('TRUNCATE "Music"', 'ALTER TABLE "Music" ADD COLUMN year int');
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE "Music" ADD COLUMN year int GENERATED ALWAYS AS (item['Year']::int) STORED;
CREATE PUBLICATION music FOR TABLE "Music" WITH (publish_generated_columns = stored);
SELECT pg_create_logical_replication_slot('music', 'pgoutput');
SQL
my $connection = $node->connstr . ' dbname=postgres';
$node->safe_psql('restored', "CREATE SUBSCRIPTION music CONNECTION '$connection' PUBLICATION music WITH (create_slot = false)");
$node->wait_for_subscription_sync($node, 'music', 'restored');
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.put_item('Music', '{"Artist":{"S":"p"},"SongTitle":{"S":"1"},"Year":{"N":"2020"}}');
SELECT dynamo.put_item('Music', '{"Artist":{"S":"p"},"SongTitle":{"S":"2"},"Year":{"N":"2021"}}');
SELECT dynamo.put_item('Music', '{"Artist":{"S":"p"},"SongTitle":{"S":"1"},"Year":{"N":"2022"}}');
SELECT dynamo.delete_item('Music', 'p', '2');
SQL
$node->wait_for_catchup('music');
is( $node->safe_psql('restored', q(SELECT key, item['Year'], year FROM "Music" WHERE key > '"p"/"0"' AND key < '"p"/"9"')),
	'"p"/"1"|{"N":"2022"}|2022', 'a subscriber gets the items and the generated column');
is(contents($node, 'restored', '"Music"'), contents($node, 'postgres', '"Music"'), 'all of them');
$node->safe_psql('restored', 'DROP SUBSCRIPTION music');

$node->stop;
done_testing();
