# Writers go on while indexes of their table are dropped, made and built anew
# concurrently, while it is vacuumed, rewritten, granted on.  Afterwards all
# indexes agree with the table, and amcheck finds nothing wrong in either.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('tableam_concurrent', config => "autovacuum_naptime = 1s\nfsync = off\nmax_connections = 40\n");
my $files = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', <<'SQL');
CREATE TABLE things (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'p N', 's N'))
) USING dynamo WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE TRIGGER derive_key BEFORE INSERT ON things FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('p N', 's N');
INSERT INTO things (item)
	SELECT format('{"p": {"N": "%s"}, "s": {"N": "%s"}, "n": {"N": "0"}, "g": {"S": "g%s"}}', p, s, (p + s) % 10)::dynamo.item
	  FROM generate_series(1, 40) s, generate_series(1, 50) p;
CREATE INDEX things_g ON things (dynamo.index_key(item, 'g S', 's N'), key) WHERE dynamo.index_key(item, 'g S', 's N') IS NOT NULL;
CREATE INDEX things_flag ON things ((item['s']::int)) WHERE item['flag']::text = 'on';
CREATE ROLE reader;
SQL

# What the clients do: change an attribute that no index has, one that an index
# has, one that decides whether there is an entry; write and delete items.
my %scripts = (
	other => [ 5, q(UPDATE things SET item['n'] = (item['n']::int + 1)::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;) ],
	indexed => [ 2, q(UPDATE things SET item['g'] = ('g' || :r::int)::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;) ],
	flag => [ 2, q(UPDATE things SET item['flag'] = (CASE WHEN :r::int < 5 THEN 'on' ELSE 'off' END)::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;) ],
	write => [ 2, q(INSERT INTO things (item) VALUES (format('{"p": {"N": "%s"}, "s": {"N": "%s"}, "n": {"N": "%s"}, "g": {"S": "g%s"}, "filler": {"S": "%s"}}', :p::int, :s::int, :r::int, :r::int, repeat('x', :r::int * 30))::dynamo.item)
		ON CONFLICT (key) DO UPDATE SET item = excluded.item;) ],
	delete => [ 1, q(DELETE FROM things WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;) ],
	rollback => [ 1, q(BEGIN;
		UPDATE things SET item['n'] = 7::dynamo.value, item['g'] = 'g7'::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;
		SAVEPOINT s;
		UPDATE things SET item['n'] = 8::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;
		ROLLBACK TO s;
		UPDATE things SET item['n'] = 9::dynamo.value WHERE key = format('%s/%s', :p::int, :s::int)::dynamo.key;
		ROLLBACK;) ]);
my @arguments;
foreach my $name (sort keys %scripts)
{
	append_to_file("$files/$name.sql",
		"\\set p random(1, 50)\n\\set s random(1, 60)\n\\set r random(0, 9)\n" . $scripts{$name}[1] . "\n");
	push @arguments, '-f', "$files/$name.sql\@$scripts{$name}[0]";
}

# Does every index find what a sequential scan finds?
my $agreement = <<'SQL';
CREATE FUNCTION disagreements() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	query text;
	indexed text;
	sequential text;
BEGIN
	FOREACH query IN ARRAY ARRAY[
		$q$SELECT count(*) || md5(string_agg(item::text, '' ORDER BY key)) FROM things WHERE key IS NOT NULL$q$,
		$q$SELECT count(*) || md5(string_agg(item::text, '' ORDER BY key)) FROM things WHERE dynamo.index_key(item, 'g S', 's N') IS NOT NULL$q$,
		$q$SELECT count(*) || md5(string_agg(item::text, '' ORDER BY key)) FROM things WHERE item['flag']::text = 'on' AND item['s']::int > 0$q$]
	LOOP
		PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true);
		EXECUTE query INTO indexed;
		PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
		EXECUTE query INTO sequential;
		IF indexed IS DISTINCT FROM sequential THEN
			RETURN NEXT query;
		END IF;
	END LOOP;
END
$$;
SQL
$node->safe_psql('postgres', $agreement);

# One round of clients, until the statements that change the table are through.
sub round
{
	my ($name, @statements) = @_;
	my ($out, $err) = ('', '');
	# A thread for each client: preparing a statement blocks its thread, and with it
	# a client that keeps a lock on which the preparing one waits.
	my $clients = IPC::Run::start(
		[ 'pgbench', '-n', '-c', '4', '-j', '4', '-M', 'prepared', '-T', '60', @arguments, $node->connstr('postgres') ],
		'>', \$out, '2>', \$err);

	$node->poll_query_until('postgres', q(SELECT count(*) = 4 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()))
	  or die 'the clients do not begin';
	my @faults;
	foreach my $turn (1 .. 4)
	{
		foreach my $statement (@statements)
		{
			my ($code, $stdout, $stderr) = $node->psql('postgres', $statement);

			push @faults, "$statement: $stderr" if $code != 0;
		}
	}
	$clients->signal('INT');
	$clients->finish;
	is(join("\n", @faults), '', "$name: the statements went through");
	unlike($err, qr/ERROR|FATAL|PANIC/, "$name: no writer failed");
	is($node->safe_psql('postgres', 'SELECT disagreements()'), '', "$name: the indexes agree with the table");
	is(check_consistency($node, 'postgres', 'things'), '', "$name: amcheck finds nothing");
	return;
}

round('indexes made and dropped',
	'DROP INDEX CONCURRENTLY things_g',
	q(CREATE INDEX CONCURRENTLY things_g ON things (dynamo.index_key(item, 'g S', 's N'), key) WHERE dynamo.index_key(item, 'g S', 's N') IS NOT NULL),
	'GRANT SELECT ON things TO reader',
	'DROP INDEX CONCURRENTLY things_flag',
	q(CREATE INDEX CONCURRENTLY things_flag ON things ((item['s']::int)) WHERE item['flag']::text = 'on'),
	'REVOKE SELECT ON things FROM reader');
round('indexes built anew',
	'REINDEX INDEX CONCURRENTLY things_g',
	'REINDEX TABLE CONCURRENTLY things',
	'GRANT SELECT ON things TO reader',
	'REINDEX INDEX CONCURRENTLY things_pkey');
round('vacuum and rewrites',
	'VACUUM things', 'VACUUM FULL things', 'SELECT pg_sleep(0.3)', 'VACUUM (FREEZE) things',
	'CLUSTER things USING things_pkey', 'SELECT pg_sleep(0.3)', 'ANALYZE things');
round('another access method and back',
	'ALTER TABLE things SET ACCESS METHOD heap', 'SELECT pg_sleep(0.3)',
	'ALTER TABLE things SET ACCESS METHOD dynamo', 'SELECT pg_sleep(0.3)');

cmp_ok($node->safe_psql('postgres', q(SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'things')),
	'>', 100, 'many updates were HOT');

$node->stop;
done_testing();
