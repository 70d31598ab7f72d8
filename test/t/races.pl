# Many sessions write few items, by operations on both paths and by SQL, while
# an index comes and goes.  Every write says what it wrote and what it found:
# from that it shows whether the writes of an item were serial.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('races', config => "synchronous_commit = off\nautovacuum_naptime = 1s\n");
$node->safe_psql('postgres', item_table('things', 'id S'));
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.register_table('things');
CREATE TABLE log (id int, written bigint, found bigint);
CREATE FUNCTION thing(id int, n bigint) RETURNS dynamo.item LANGUAGE sql IMMUTABLE AS
	$$ SELECT format('{"id":{"S":"%s"},"n":{"N":"%s"},"g":{"S":"%s"}}', id, n, n % 3)::dynamo.item $$;
SQL

# Each transaction is about one key, so none may fail: there is nothing to wait for in a circle.
my $script = <<'SQL';
\set id random(1, 5)
\set n random(1, 1000000000000000)
\set what random(1, 10)
\if :what <= 4
WITH old AS (SELECT dynamo.put_item('things', thing(:id::int, :n), 'ALL_OLD') AS item)
	INSERT INTO log SELECT :id, :n, item['n']::bigint FROM old;
\elif :what <= 6
WITH old AS MATERIALIZED (SELECT dynamo.delete_item('things', :id::text, NULL, 'ALL_OLD') AS item)
	INSERT INTO log SELECT :id, NULL, item['n']::bigint FROM old WHERE item IS NOT NULL;
\elif :what <= 8
BEGIN;
WITH old AS MATERIALIZED (SELECT dynamo.delete_item('things', :id::text, NULL, 'ALL_OLD') AS item)
	INSERT INTO log SELECT :id, NULL, item['n']::bigint FROM old WHERE item IS NOT NULL;
WITH old AS (SELECT dynamo.put_item('things', thing(:id::int, :n), 'ALL_OLD') AS item)
	INSERT INTO log SELECT :id, :n, item['n']::bigint FROM old;
COMMIT;
\elif :what = 9
WITH new AS (INSERT INTO things (item) VALUES (thing(:id::int, :n)) ON CONFLICT (key) DO NOTHING RETURNING item)
	INSERT INTO log SELECT :id, :n, NULL FROM new;
\else
WITH old AS (DELETE FROM things WHERE key = dynamo.key_of(thing(:id::int, 0), 'id S') RETURNING item)
	INSERT INTO log SELECT :id, NULL, item['n']::bigint FROM old;
\endif
SQL
my $file = PostgreSQL::Test::Utils::tempdir . '/race.sql';
append_to_file($file, $script);

my @runs;
foreach my $path ('on', 'off')
{
	local $ENV{PGOPTIONS} = "-c dynamo.direct_path=$path";
	my ($output, $error) = ('', '');
	my $handle = IPC::Run::start(
		[ 'pgbench', '--no-vacuum', '--client=4', '--transactions=1500', "--file=$file",
			$node->connstr('postgres') ],
		'<', \undef, '>', \$output, '2>', \$error);
	push @runs, { path => $path, handle => $handle, output => \$output, error => \$error };
}
foreach (1 .. 5)
{
	$node->safe_psql('postgres', 'CREATE INDEX CONCURRENTLY more ON things (dynamo.index_key(item, \'n N\'), key)');
	$node->safe_psql('postgres', 'VACUUM ANALYZE things');
	$node->safe_psql('postgres', 'DROP INDEX CONCURRENTLY more');
}
foreach my $run (@runs)
{
	$run->{handle}->finish;
	is($run->{handle}->full_result(0), 0, "direct path $run->{path}: no transaction failed") or diag(${ $run->{error} });
	like(${ $run->{output} }, qr/number of transactions actually processed: 6000\/6000/, "direct path $run->{path}: all were run");
}

is( $node->safe_psql('postgres', 'SELECT id, found FROM log WHERE found IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1'),
	'', 'no version of an item was replaced or deleted twice');
is( $node->safe_psql('postgres', 'SELECT id, found FROM log WHERE found IS NOT NULL EXCEPT SELECT id, written FROM log'),
	'', 'what was found had been written');
is( $node->safe_psql('postgres', <<'SQL'),
(SELECT id, written FROM log WHERE written IS NOT NULL EXCEPT SELECT id, found FROM log)
EXCEPT SELECT item['id']::text::int, item['n']::bigint FROM things
SQL
	'', 'no write is lost: what nobody replaced or deleted is there');
is( $node->safe_psql('postgres', <<'SQL'),
SELECT item['id']::text::int, item['n']::bigint FROM things
EXCEPT (SELECT id, written FROM log WHERE written IS NOT NULL EXCEPT SELECT id, found FROM log)
SQL
	'', 'and nothing else');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM log'), '>', 6000, 'most transactions wrote something');
is(check_consistency($node, 'postgres', 'things'), '', 'amcheck finds nothing');

$node->stop;
done_testing();
