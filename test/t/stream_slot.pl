# The life of the stream worker's slot: the limit of what it keeps, a slot that
# is gone, promotion, a restore, databases and the extension that go.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_stream_server('slot', config => "max_slot_wal_keep_size = 16MB\nmax_wal_size = 64MB\nmin_wal_size = 32MB\nautovacuum = off\n");
my $create = "SELECT dynamo.create_table('{\"TableName\":\"things\",\"BillingMode\":\"PAY_PER_REQUEST\","
  . "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
  . "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
  . "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}}')";

sub becomes
{
	my ($on, $query, $expected, $name, $database) = @_;

	ok($on->poll_query_until($database // 'postgres', $query, $expected), $name);
	return;
}

sub put
{
	my ($on, $id, $database) = @_;

	$on->safe_psql($database // 'postgres', "SELECT dynamo.put_item('things', '{\"id\":{\"S\":\"$id\"}}')");
	return;
}

my $enabled = "SELECT count(*) FROM dynamo.streams WHERE status = 'ENABLED'";
my $ids = "SELECT string_agg(keys['id']::text, ' ' ORDER BY generation, commit_lsn, ordinal)"
  . " FROM dynamo.stream_records r JOIN dynamo.stream_shards s ON s.number = r.shard";
my $workers = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo streams'";

$node->safe_psql('postgres', $create);
becomes($node, $enabled, '1', 'a stream is enabled');
put($node, 'a');
becomes($node, $ids, 'a', 'and captures');

# Nobody else decodes with the plugin.
$node->safe_psql('postgres', 'CREATE TABLE other (i int)');
my ($status, $out, $err) = $node->psql('postgres', "SELECT pg_create_logical_replication_slot('mine', 'dynamo')");
like($err, qr/for the stream worker alone/, 'a slot of the plugin is refused to others');

# A worker that is stopped misses nothing as long as the limit is not reached.
$node->safe_psql('postgres', 'SELECT dynamo.stop_workers()');
becomes($node, $workers, '0', 'the worker is stopped');
put($node, 'b');
$node->safe_psql('postgres', 'SELECT dynamo.start_workers()');
becomes($node, $ids, 'a b', 'what was committed meanwhile is captured');

# The limit.
$node->safe_psql('postgres', 'SELECT dynamo.stop_workers()');
becomes($node, $workers, '0', 'the worker is stopped again');
put($node, 'lost');
for my $i (1 .. 4)
{
	$node->safe_psql('postgres', "INSERT INTO other SELECT i FROM generate_series(1, 200000) i");
	$node->safe_psql('postgres', "SELECT pg_switch_wal()");
	$node->safe_psql('postgres', "CHECKPOINT");
}
becomes($node, "SELECT wal_status FROM pg_replication_slots", 'lost', 'a slot that falls behind is given up, not the server');
$node->safe_psql('postgres', 'SELECT dynamo.start_workers()');
becomes($node, 'SELECT generation FROM dynamo.stream_capture', '2', 'the worker makes a new one');
put($node, 'c');
becomes($node, $ids, 'a b c', 'and captures what comes after');
like($node->safe_psql('postgres', 'SELECT reason FROM dynamo.stream_gaps'), qr/fell behind by more than max_slot_wal_keep_size/, 'the gap is logged');
like(slurp_file($node->logfile), qr/changes may be missing from the streams of this database/, 'also in the log of the server');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_shards WHERE ends IS NOT NULL'), '1', 'the shard before it is closed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_shards c JOIN dynamo.stream_shards p ON p.number = c.parent WHERE c.ends IS NULL AND c.generation > p.generation'),
	'1', 'and has a child of the new generation');

$node->append_conf('postgresql.conf', "max_slot_wal_keep_size = 1GB\n");
$node->reload;

# A slot that somebody dropped.
$node->safe_psql('postgres', 'SELECT dynamo.stop_workers()');
becomes($node, $workers, '0', 'stopped once more');
$node->safe_psql('postgres', 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
$node->safe_psql('postgres', 'SELECT dynamo.start_workers()');
becomes($node, 'SELECT generation FROM dynamo.stream_capture', '3', 'a slot that is gone is made again');
put($node, 'd');
becomes($node, $ids, 'a b c d', 'and drained');

# Promotion: the standby has no slot, and another timeline.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('promoted');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
$standby->promote;
becomes($standby, 'SELECT generation FROM dynamo.stream_capture', '4', 'promotion begins a generation');
like($standby->safe_psql('postgres', 'SELECT reason FROM dynamo.stream_gaps WHERE generation = 4'), qr/timeline/, 'and says why');
put($standby, 'e');
becomes($standby, $ids, 'a b c d e', 'the promoted server captures');
$standby->stop;

# A restore from a dump: the table is there, its old stream has ended, and a new one begins.
$node->command_ok([ 'pg_dump', '-f', $node->basedir . '/dump.sql', $node->connstr('postgres') ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $node->basedir . '/dump.sql', $node->connstr('restored') ], 'a restore');
$node->safe_psql('restored', 'SELECT dynamo.start_workers()');
becomes($node, "SELECT string_agg(status, ' ' ORDER BY created_at) FROM dynamo.streams", 'DISABLED ENABLED', 'the old stream is closed, and a new one begins', 'restored');
is($node->safe_psql('restored', 'SELECT count(DISTINCT label) FROM dynamo.streams'), '2', 'with a label of its own');
put($node, 'f', 'restored');
becomes($node, $ids, 'f', 'which captures', 'restored');
is($node->safe_psql('postgres', $ids), 'a b c d', 'and the database that was dumped knows nothing of it');

# Databases and the extension that go.
$node->safe_psql('restored', 'SELECT dynamo.stop_workers()');
becomes($node, "SELECT count(*) FROM pg_stat_activity WHERE datname = 'restored'", '0', 'a database whose workers are stopped');
$node->safe_psql('postgres', 'DROP DATABASE restored');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_replication_slots"), '1', 'takes its slot along when it is dropped');

# Without the library nobody keeps the replica identity, and no change is missed silently.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''\n");
$node->restart;
$node->safe_psql('postgres', 'ALTER TABLE things REPLICA IDENTITY DEFAULT');
$node->safe_psql('postgres', q(UPDATE things SET item = '{"id":{"S":"a"},"n":{"N":"1"}}' WHERE item['id']::text = 'a'));
$node->safe_psql('postgres', q(DELETE FROM things WHERE item['id']::text = 'b'));
$node->safe_psql('postgres', 'ALTER TABLE things REPLICA IDENTITY FULL');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'\n");
$node->restart;
put($node, 'g');
becomes($node, $ids, 'a b c d a g', 'changes without their old item are captured as far as can be');
like(slurp_file($node->logfile), qr/does not say what the item was/, 'and the log says that one is missing');

# Without the library nobody drops the slot; with it again, the launcher's worker does.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''\n");
$node->restart;
$node->safe_psql('postgres', 'DROP EXTENSION dynamo CASCADE');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_replication_slots"), '1', 'without preloading, the slot outlives the extension');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'dynamo'\n");
$node->restart;
becomes($node, "SELECT count(*) FROM pg_replication_slots", '0', 'with preloading it is dropped');

# No slot is to be had.
my $full = new_stream_server('full', config => "max_replication_slots = 0\n");
$full->safe_psql('postgres', $create);
becomes($full, "SELECT last_error LIKE '%max_replication_slots%' FROM dynamo.streams", 't', 'where no slot is to be had the row says so');
is($full->safe_psql('postgres', 'SELECT status FROM dynamo.streams'), 'ENABLING', 'and the stream stays ENABLING');

done_testing();
