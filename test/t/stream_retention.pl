# Records of streams are kept for so long, and then removed with the shards
# that held them; a consumer that follows the lineage sees each once.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use Dynamo::Test;

my $node = new_stream_server('retention',
	config => "dynamo.stream_retention = 4s\ndynamo.stream_shard_lifetime = 1s\ndynamo.stream_shards = 2\nautovacuum = off\n");

sub becomes
{
	my ($query, $expected, $name) = @_;

	ok($node->poll_query_until('postgres', $query, $expected), $name);
	return;
}

sub put
{
	my ($id) = @_;

	$node->safe_psql('postgres', "SELECT dynamo.put_item('things', '{\"id\":{\"S\":\"$id\"}}')");
	return;
}

$node->safe_psql('postgres',
		"SELECT dynamo.create_table('{\"TableName\":\"things\",\"BillingMode\":\"PAY_PER_REQUEST\","
	  . "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
	  . "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
	  . "\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}}')");
becomes("SELECT status FROM dynamo.streams", 'ENABLED', 'a stream with two shards');

# Rows of several slices and of shards that were rolled between them.
for my $i (1 .. 12)
{
	put($i);
	usleep(200_000);
}
is( $node->safe_psql('postgres', "SELECT string_agg(keys['id']::text, ' ' ORDER BY sequence_number) FROM dynamo.stream('things')"),
	'1 2 3 4 5 6 7 8 9 10 11 12', 'all records are there, in order, over slices and shards');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_slices'), '>', 4, 'in several slices');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM dynamo.stream_shards'), '>=', 4, 'and in shards that were rolled');
is( $node->safe_psql('postgres',
		'SELECT count(*) FROM dynamo.stream_shards c JOIN dynamo.stream_shards p ON p.number = c.parent'
	  . ' WHERE c.hash_from <> p.hash_from OR c.hash_to <> p.hash_to OR c.begins <> p.ends'),
	'0', 'a child begins where its parent ended, with the same range');
my $first = $node->safe_psql('postgres', "SELECT min(sequence_number) FROM dynamo.stream('things')");

# A reader that holds a slice keeps it, and the worker goes on.
my $reader = $node->background_psql('postgres');
my $slice = $node->safe_psql('postgres', 'SELECT min(tableoid::regclass::text) FROM dynamo.stream_records WHERE commit_lsn = (SELECT min(commit_lsn) FROM dynamo.stream_records)');
$reader->query_safe("BEGIN; SELECT count(*) FROM $slice");
sleep 5;
put('later');
becomes("SELECT count(*) FROM dynamo.stream_records WHERE keys['id']::text = 'later'", '1', 'records are written while a slice is read');
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM $slice"), '>', 0, 'which is not emptied');
$reader->query_safe('COMMIT');
$reader->quit;
becomes("SELECT count(*) FROM $slice", '0', 'but afterwards');

# What is older than the retention goes.
becomes("SELECT count(*) FROM dynamo.stream_records", '0', 'in the end all records go');
my ($status, $out, $err) = $node->psql('postgres', "SELECT * FROM dynamo.stream('things', after => '$first')");
like($err, qr/past the oldest stream record/, 'who asks for those after the first is told');
becomes('SELECT count(*) FROM dynamo.stream_shards WHERE ends IS NOT NULL AND closed_at < now() - interval \'10 s\'', '0', 'shards go with them');
put('new');
becomes("SELECT string_agg(keys['id']::text, ' ') FROM dynamo.stream('things')", 'new', 'and the stream goes on');

# A stream that was disabled goes with its records.
$node->safe_psql('postgres', "SELECT dynamo.update_table('{\"TableName\":\"things\",\"StreamSpecification\":{\"StreamEnabled\":false}}')");
becomes("SELECT status FROM dynamo.streams", 'DISABLED', 'a stream that is disabled');
is($node->safe_psql('postgres', "SELECT keys['id']::text FROM dynamo.stream('things')"), 'new', 'can still be read');
becomes('SELECT count(*) FROM dynamo.streams', '0', 'until its records are gone');
becomes('SELECT count(*) FROM dynamo.stream_shards', '0', 'and its shards');
becomes("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo streams'", '0', 'and the worker ends');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), '0', 'and the slot was dropped');

done_testing();
