# Eight writers change items at random while the server is stopped at random,
# immediately, again and again.  Afterwards the records of the streams are gone
# through: each must begin where the one before it of the same item ended, so
# nothing is lost and nothing is there twice, and replayed onto an empty table
# they give exactly the table, in every view type that allows it.
#
#	STREAM_CRASHES=n	immediate stops, 3 if not set (make streamledger: 20)
#	SEED=n				repeats the choices of an earlier run

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use Dynamo::Test;

my $crashes = $ENV{STREAM_CRASHES} || 3;
my $writers = 8;
my $seed = $ENV{SEED} || time;
srand($seed);
note "SEED=$seed, $crashes crashes";

my $node = new_stream_server('ledger',
	config => "dynamo.stream_shards = 3\ndynamo.stream_shard_lifetime = 2s\nlogical_decoding_work_mem = 64kB\n"
	  . "autovacuum_naptime = 1s\n");
my %views = (both => 'NEW_AND_OLD_IMAGES', new => 'NEW_IMAGE', old => 'OLD_IMAGE', keys => 'KEYS_ONLY');

for my $table (sort keys %views)
{
	$node->safe_psql('postgres',
			"SELECT dynamo.create_table('{\"TableName\":\"ledger_$table\",\"BillingMode\":\"PAY_PER_REQUEST\","
		  . "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
		  . "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
		  . "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"$views{$table}\"}}')");
}
$node->poll_query_until('postgres', "SELECT count(*) = 4 FROM dynamo.streams WHERE status = 'ENABLED'") or die;

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION some_item(id int) RETURNS dynamo.item LANGUAGE sql AS $$
	SELECT json_build_object('id', json_build_object('S', repeat('k', CASE WHEN id % 5 = 0 THEN 200 ELSE 1 END) || id),
		'n', json_build_object('N', (random() * 5)::int::text),
		'pad', json_build_object('S', repeat(md5(random()::text), CASE WHEN random() < 0.05 THEN 400 ELSE 1 END)))::text::dynamo.item $$;
CREATE FUNCTION some_key(id int) RETURNS dynamo.item LANGUAGE sql AS $$
	SELECT json_build_object('id', json_build_object('S', repeat('k', CASE WHEN id % 5 = 0 THEN 200 ELSE 1 END) || id))::text::dynamo.item $$;

CREATE FUNCTION change(tab text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	id int := (random() * 60)::int;
	kind float := random();
BEGIN
	IF kind < 0.3 THEN
		PERFORM dynamo.put_item(tab, some_item(id));
	ELSIF kind < 0.6 THEN
		PERFORM dynamo.update_item(tab, some_key(id), 'SET n = :n', "values" => '{":n":{"N":"7"}}');
	ELSIF kind < 0.8 THEN
		PERFORM dynamo.delete_item(tab, some_key(id));
	ELSIF kind < 0.9 THEN
		EXECUTE format('UPDATE %I SET item = item WHERE key = dynamo.key_of(%L, ''id S'')', tab, some_key(id));
	ELSE
		EXECUTE format('DELETE FROM %I WHERE key = dynamo.key_of(%L, ''id S'')', tab, some_key(id));
		EXECUTE format('INSERT INTO %I (item) VALUES (%L) ON CONFLICT DO NOTHING', tab, some_item(id));
	END IF;
END
$$;

CREATE PROCEDURE work() LANGUAGE plpgsql AS $$
DECLARE
	tables text[] := ARRAY['ledger_both', 'ledger_new', 'ledger_old', 'ledger_keys'];
	kind float;
BEGIN
	LOOP
		kind := random();
		BEGIN
			PERFORM change(tables[1 + (random() * 3)::int]);
			IF kind < 0.2 THEN
				FOR i IN 1 .. CASE WHEN kind < 0.01 THEN 300 ELSE 5 END LOOP
					PERFORM change(tables[1 + (random() * 3)::int]);
				END LOOP;
			END IF;
			IF kind > 0.8 THEN
				BEGIN
					PERFORM change(tables[1 + (random() * 3)::int]);
					IF kind > 0.9 THEN
						RAISE EXCEPTION 'undone';
					END IF;
				EXCEPTION WHEN raise_exception OR deadlock_detected THEN
					NULL;
				END;
			END IF;
			IF kind BETWEEN 0.4 AND 0.45 THEN
				RAISE EXCEPTION 'rolled back';
			END IF;
		EXCEPTION WHEN raise_exception OR deadlock_detected THEN
			NULL;
		END;
		COMMIT;
	END LOOP;
END
$$;
SQL

sub start_writers
{
	return map {
		my ($out, $err) = ('', '');

		IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'),
				'-c', 'SET deadlock_timeout = 100', '-c', 'SET synchronous_commit = ' . ($_ % 4 ? 'on' : 'off'), '-c', 'CALL work()' ],
			'>', \$out, '2>', \$err);
	} 1 .. $writers;
}

for my $crash (1 .. $crashes)
{
	my @running = start_writers();

	usleep(300_000 + int(rand(1_500_000)));
	$node->stop('immediate');
	eval { $_->finish } for @running;
	$node->start;
}
my @running = start_writers();
usleep(1_000_000);
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%CALL work()%' AND pid <> pg_backend_pid()");
eval { $_->finish } for @running;

# A synchronous commit, so that all asynchronous ones before it are flushed.
$node->safe_psql('postgres', 'CREATE TABLE flushed (i int)');
my $lsn = $node->safe_psql('postgres', 'SELECT pg_current_wal_flush_lsn()');
$node->poll_query_until('postgres', "SELECT confirmed_flush_lsn >= '$lsn' FROM pg_replication_slots WHERE plugin = 'dynamo'") or die;

my $count = $node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_records');
cmp_ok($count, '>', 100 * $crashes, "$count records were captured");
is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_gaps'), '0', 'a crash makes no gap');
is($node->safe_psql('postgres', 'SELECT generation FROM dynamo.stream_capture'), '1', 'and no new generation');

for my $table (sort keys %views)
{
	my $records = <<"SQL";
WITH records AS (
	SELECT r.*, lag(event) OVER item AS event_before, lag(new_image) OVER item AS image_before,
		row_number() OVER (PARTITION BY keys ORDER BY commit_lsn DESC, ordinal DESC) = 1 AS last,
		lead(old_image) OVER item AS image_after
	FROM dynamo.stream_records r JOIN dynamo.streams s ON s.id = r.stream AND s.table_name = 'ledger_$table'
	WINDOW item AS (PARTITION BY keys ORDER BY commit_lsn, ordinal))
SQL
	is( $node->safe_psql('postgres', "$records SELECT count(*) FROM records WHERE (event = 'I') <> (event_before IS NULL OR event_before = 'R')"),
		'0', "$table: items come and go in turn");
	is( $node->safe_psql('postgres', "$records SELECT count(*) FROM (SELECT keys FROM records WHERE last AND event <> 'R') AS r
		FULL JOIN (SELECT dynamo.item(json_build_object('id', json_build_object('S', item['id']::text))::text) AS keys FROM ledger_$table) AS t USING (keys)
		WHERE r IS NULL OR t IS NULL"), '0', "$table: replayed, the records give the keys of the table");
	is( $node->safe_psql('postgres', "$records SELECT count(*) FROM records WHERE event <> 'I' AND old_image IS DISTINCT FROM image_before"),
		'0', "$table: each change begins where the one before it ended") if $table eq 'both';
	is( $node->safe_psql('postgres', "$records SELECT count(*) FROM (SELECT new_image AS item FROM records WHERE last AND event <> 'R') AS r
		FULL JOIN ledger_$table AS t USING (item) WHERE r IS NULL OR t IS NULL"), '0', "$table: replayed, the records give the table")
	  if $table eq 'both' || $table eq 'new';
	is( $node->safe_psql('postgres', "$records SELECT count(*) FROM records JOIN dynamo.stream_shards h ON h.number = shard
		WHERE commit_lsn < begins OR commit_lsn >= ends"), '0', "$table: every record is within its shard");
}
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_shards WHERE parent IS NOT NULL'), '>', 0, 'shards were rolled meanwhile');

done_testing();
