# Concurrent updates of items whose indexes are on expressions: many are HOT,
# and every index has what the table has, whatever came and went meanwhile.
# Of the indexes one is sparse, one partial, and one, a BRIN index, only
# summarizes: since 16 an update may be HOT and yet have work for that one.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('hot', config => "synchronous_commit = off\nautovacuum_naptime = 1s\n");
$node->safe_psql('postgres', item_table('things', 'p S', 's N'));
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE things SET (fillfactor = 60);
SELECT dynamo.register_table('things');
CREATE INDEX things_n ON things ((item['n']::bigint));
CREATE INDEX things_open ON things ((item['s']::bigint)) WHERE item['open']::boolean;
CREATE INDEX things_time ON things USING brin ((item['time']::bigint)) WITH (pages_per_range = 1);
CREATE FUNCTION thing(p int, s int, n int, at bigint) RETURNS dynamo.item LANGUAGE sql IMMUTABLE AS
$$
	SELECT format('{"p":{"S":"%s"},"s":{"N":"%s"},"n":{"N":"%s"},"time":{"N":"%s"},"pad":{"S":"%s"}}',
		p, s, n, at, repeat('x', 300))::dynamo.item
$$;
CREATE FUNCTION thing_key(p int, s int) RETURNS dynamo.key LANGUAGE sql IMMUTABLE AS
$$
	SELECT dynamo.key_of(format('{"p":{"S":"%s"},"s":{"N":"%s"}}', p, s)::dynamo.item, 'p S', 's N')
$$;
CREATE FUNCTION now_in_microseconds() RETURNS bigint LANGUAGE sql VOLATILE AS
$$
	SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
$$;
INSERT INTO things (item) SELECT thing(p, s, 0, p * 1000 + s) FROM generate_series(1, 20) AS p, generate_series(1, 50) AS s;
SQL

# Each transaction is about one item, so none may fail.  The time is always the
# latest, so that the BRIN index finds none that it was not told.
my $script = <<'SQL';
\set p random(1, 20)
\set s random(1, 50)
\set n random(1, 1000)
\set what random(1, 20)
\if :what <= 8
UPDATE things SET item['other'] = :n::dynamo.value WHERE key = thing_key(:p, :s);
\elif :what <= 11
UPDATE things SET item['time'] = now_in_microseconds()::dynamo.value WHERE key = thing_key(:p, :s);
\elif :what = 12
UPDATE things SET item['n'] = :n::dynamo.value WHERE key = thing_key(:p, :s);
\elif :what = 13
UPDATE things SET item['g'] = to_jsonb('g' || :n % 10)::dynamo.value WHERE key = thing_key(:p, :s);
\elif :what = 14
UPDATE things SET item['open'] = to_jsonb(:n > 500)::dynamo.value WHERE key = thing_key(:p, :s);
\elif :what <= 17
SELECT dynamo.put_item('things', item || format('{"put":{"N":"%s"},"time":{"N":"%s"}}', :n, now_in_microseconds())::dynamo.item)
  FROM things WHERE key = thing_key(:p, :s);
\elif :what = 18
SELECT dynamo.put_item('things', thing(:p, :s, :n, now_in_microseconds()));
\elif :what = 19
SELECT dynamo.delete_item('things', format('{"p":{"S":"%s"},"s":{"N":"%s"}}', :p, :s)::dynamo.item);
\else
BEGIN;
UPDATE things SET item['n'] = :n::dynamo.value WHERE key = thing_key(:p, :s);
SAVEPOINT s;
UPDATE things SET item['time'] = (-1)::dynamo.value WHERE key = thing_key(:p, :s);
ROLLBACK TO s;
UPDATE things SET item['other'] = (-:n)::dynamo.value WHERE key = thing_key(:p, :s);
COMMIT;
\endif
SQL
my $file = PostgreSQL::Test::Utils::tempdir . '/hot.sql';
append_to_file($file, $script);

my ($output, $error) = ('', '');
my $load = IPC::Run::start(
	[ 'pgbench', '--no-vacuum', '--client=4', '--transactions=4000', "--file=$file", $node->connstr('postgres') ],
	'<', \undef, '>', \$output, '2>', \$error);
foreach (1 .. 4)
{
	$node->safe_psql('postgres', $_)
	  foreach ('CREATE INDEX CONCURRENTLY things_put ON things ((item[\'put\']::bigint)) WHERE item[\'open\']::boolean IS NOT TRUE',
		'GRANT SELECT ON things TO PUBLIC',
		'REINDEX INDEX CONCURRENTLY things_by_g',
		'SELECT brin_summarize_new_values(\'things_time\')',
		'VACUUM ANALYZE things',
		'DROP INDEX CONCURRENTLY things_put',
		'REVOKE SELECT ON things FROM PUBLIC');
}
$load->finish;
is($load->full_result(0), 0, 'no transaction failed') or diag($error);
like($output, qr/number of transactions actually processed: 16000\/16000/, 'all were run');

is(check_consistency($node, 'postgres', 'things'), '', 'amcheck finds nothing');
is( $node->safe_psql('postgres', "SELECT count(*) FROM things WHERE key <> dynamo.key_of(item, 'p S', 's N')"),
	'0', 'every key is that of its item');

# What an index answers, and what reading the whole table does.
my %conditions = (
	'things_by_g' => "dynamo.index_key(item, 'g S', 'n N') > '\"g3\"/0'",
	'things_n' => "item['n']::bigint > 100",
	'things_open' => "item['s']::bigint > 0 AND item['open']::boolean",
	'things_time' => "item['time']::bigint = %s",
	'things_pkey' => "key > thing_key(1, 0)");
my @times = split(/\n/,
	$node->safe_psql('postgres', "SELECT DISTINCT item['time']::bigint FROM things ORDER BY 1"));
cmp_ok(scalar(@times), '>', 100, 'there are many values to look for in the BRIN index');
foreach my $index (sort keys %conditions)
{
	my @wheres = $index eq 'things_time' ?
	  map { sprintf($conditions{$index}, $_) } @times : ($conditions{$index});
	my $scan = 'SET enable_seqscan = off; SET enable_indexonlyscan = off;';
	my $others = "BEGIN; SET LOCAL client_min_messages = error;\n"
	  . join('', map { $_ eq $index || $_ eq 'things_pkey' ? '' : "DROP INDEX $_;\n" } sort keys %conditions);
	my $query = sub {
		join("\n", map { "SELECT count(*), md5(string_agg(key::text || item::text, '' ORDER BY key)) FROM things WHERE $_;" } @_);
	};

	like($node->safe_psql('postgres', "$scan $others EXPLAIN SELECT * FROM things WHERE $wheres[0]; ROLLBACK"),
		qr/\b$index\b/, "$index is used");
	is( $node->safe_psql('postgres', "$scan $others" . $query->(@wheres) . 'ROLLBACK'),
		$node->safe_psql('postgres', 'SET enable_indexscan = off; SET enable_bitmapscan = off;' . $query->(@wheres)),
		"$index finds what is in the table");
}

# Most of the updates change nothing that an index has.
$node->safe_psql('postgres', 'VACUUM things');
my ($updated, $hot) = split(/\|/, $node->safe_psql('postgres',
	"SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'things'"));
cmp_ok($hot, '>', $updated / 4, "many updates were HOT ($hot of $updated)");

$node->stop;
done_testing();
