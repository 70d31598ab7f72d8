# Consumers of streams: shards that roll are followed without loss, iterators
# outlive sessions, restarts and failovers, grow old, and cannot be made up.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256);
use MIME::Base64 qw(encode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_stream_server('reading',
	config => "dynamo.stream_shards = 2\ndynamo.stream_shard_lifetime = 2s\nautovacuum = off\n");

sub sql
{
	return $node->safe_psql('postgres', join(' ', @_));
}

sub becomes
{
	my ($query, $expected, $name) = @_;

	ok($node->poll_query_until('postgres', $query, $expected), $name);
	return;
}

sql(q{SELECT dynamo.create_table('{"TableName": "events", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}')});
becomes("SELECT status FROM dynamo.list_streams() WHERE table_name = 'events'", 'ENABLED', 'the table has a stream');

# ---- following the lineage, as consumers of the service do ----

# One round: new shards whose parent is done get an iterator, and each iterator reads a page.
sql(<<'SQL');
CREATE TABLE progress (shard text PRIMARY KEY, iterator text);
CREATE TABLE consumed (n bigserial, shard text, number text, k text, v int);
CREATE FUNCTION consume_round() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	arn text := (SELECT stream_arn FROM dynamo.list_streams() WHERE table_name = 'events');
	page json;
	p record;
BEGIN
	INSERT INTO progress
		SELECT s ->> 'ShardId', dynamo.get_shard_iterator(json_build_object('StreamArn', arn, 'ShardId', s ->> 'ShardId',
			'ShardIteratorType', 'TRIM_HORIZON')) ->> 'ShardIterator'
		  FROM json_array_elements(dynamo.describe_stream(json_build_object('StreamArn', arn)) -> 'StreamDescription' -> 'Shards') AS s
		 WHERE NOT EXISTS (SELECT FROM progress WHERE shard = s ->> 'ShardId')
		   AND (s ->> 'ParentShardId' IS NULL OR EXISTS (SELECT FROM progress WHERE shard = s ->> 'ParentShardId' AND iterator IS NULL));
	FOR p IN SELECT * FROM progress WHERE iterator IS NOT NULL LOOP
		page := dynamo.get_records(json_build_object('ShardIterator', p.iterator, 'Limit', 7));
		INSERT INTO consumed (shard, number, k, v)
			SELECT p.shard, r -> 'dynamodb' ->> 'SequenceNumber', r -> 'dynamodb' -> 'Keys' -> 'k' ->> 'S', (r -> 'dynamodb' -> 'NewImage' -> 'v' ->> 'N')::int
			  FROM json_array_elements(page -> 'Records') AS r;
		UPDATE progress SET iterator = page ->> 'NextShardIterator' WHERE shard = p.shard;
	END LOOP;
END $$;
SQL
foreach my $round (1 .. 5)
{
	sql("SELECT dynamo.put_item('events', format('{\"k\": {\"S\": \"k%s\"}, \"v\": {\"N\": \"%s\"}}', n, $round)::dynamo.item) FROM generate_series(1, 40) AS n");
	sql('SELECT consume_round()') foreach 1 .. 3;
	sleep 1;
	$node->stop('immediate'), $node->start if $round == 2;
}
becomes('SELECT consume_round() IS NOT NULL AND (SELECT count(*) FROM consumed) = 200', 't', 'a consumer gets all records');
is(sql('SELECT count(DISTINCT number) FROM consumed'), '200', 'each of them once');
is(sql('SELECT count(*) FROM (SELECT v < lag(v) OVER (PARTITION BY k ORDER BY n) AS late FROM consumed) AS x WHERE late'), '0', 'those of an item in order');
cmp_ok(sql('SELECT count(*) FROM progress WHERE iterator IS NULL'), '>=', 4, 'over shards that were closed');
is(sql("SELECT count(*) FROM dynamo.stream('events') AS s FULL JOIN consumed AS c ON s.sequence_number = c.number AND s.shard_id = c.shard WHERE s.keys IS NULL OR c.k IS NULL"),
	'0', 'and dynamo.stream tells of the same');

# ---- iterators ----

my $arn = sql("SELECT stream_arn FROM dynamo.list_streams() WHERE table_name = 'events'");
my ($shard, $number) = split /\|/, sql('SELECT shard, number FROM consumed ORDER BY n LIMIT 1');
my ($nonce) = output_of([ 'pg_controldata', $node->data_dir ]) =~ /Mock authentication nonce:\s+([0-9a-f]{64})/;

# Write an iterator as the server does, with the time at which it was issued.
sub iterator_of
{
	my ($epoch, $secret) = @_;
	my $issued = ($epoch - 946684800) * 1000000;
	my $state = pack('CCq>C/aC/a', 1, 0, $issued, $number, $shard);

	my $seal = substr(hmac_sha256("dynamo shard iterator\0$arn$state", pack('H*', $secret)), 0, 16);
	return "$arn|1|" . encode_base64($state . $seal, '');
}

# The records of an iterator, or the error.
sub records_of
{
	my ($iterator, $from) = @_;
	my ($status, $out, $err) = ($from // $node)->psql('postgres',
		"\\set VERBOSITY verbose\nSELECT json_array_length(dynamo.get_records('{\"ShardIterator\": \"$iterator\", \"Limit\": 1}') -> 'Records')");

	return $status == 0 ? $out : $err =~ /ERROR:\s+(\w+): (.*)/ ? "$1 $2" : $err;
}

is(records_of(iterator_of(time - 14 * 60, $nonce)), '1', 'an iterator of 14 minutes ago is good');
is(records_of(iterator_of(time - 16 * 60, $nonce)), 'YD020 The provided iterator exceeds the maximum age allowed.', 'one of 16 minutes ago has expired');
is(records_of(iterator_of(time, '00' x 32)), 'YD001 Invalid ShardIterator', 'one with another seal is none');

my $kept = sql("SELECT dynamo.get_shard_iterator('{\"StreamArn\": \"$arn\", \"ShardId\": \"$shard\", \"ShardIteratorType\": \"AT_SEQUENCE_NUMBER\", \"SequenceNumber\": \"$number\"}') ->> 'ShardIterator'");
$node->restart;
is(records_of($kept), '1', 'an iterator outlives a restart');

# A standby reads, with the iterators of its primary.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
is(records_of($kept, $standby), '1', 'and is good on a standby');
is($standby->safe_psql('postgres', "SELECT count(*) FROM dynamo.stream('events')"), '200', 'where people can read, too');
$standby->stop;

# ---- waiting ----

my $waited = sql(<<"SQL");
LISTEN dynamo_streams;
SELECT 'put' FROM dynamo.put_item('events', '{"k": {"S": "late"}, "v": {"N": "9"}}');
SELECT count(*) || ' row' FROM dynamo.stream('events', after => (SELECT max(number) FROM consumed), wait => '20 seconds');
SQL
like($waited, qr/^1 row$/m, 'dynamo.stream waits for a record');
like($waited, qr/notification "dynamo_streams" with payload "events\/stream\/[-0-9T:.]+"/, 'those who LISTEN are notified');

# ---- the end of a stream ----

sql(q{SELECT dynamo.update_table('{"TableName": "events", "StreamSpecification": {"StreamEnabled": false}}')});
becomes("SELECT status FROM dynamo.list_streams() WHERE table_name = 'events'", 'DISABLED', 'the stream is disabled');
my $left = qq{json_array_length(dynamo.describe_stream('{"StreamArn": "$arn"}') -> 'StreamDescription' -> 'Shards') - count(*) FILTER (WHERE iterator IS NULL)};
becomes("SELECT consume_round() IS NOT NULL AND (SELECT $left FROM progress) = 0", 't', 'then all shards come to an end');
is(sql('SELECT count(*) FROM consumed'), '201', 'with what came since');
sql('DROP TABLE events');
is(sql("SELECT count(*) FROM dynamo.stream('$arn')"), '201', 'and can be read after DROP TABLE');

done_testing();

# Return what a program prints.
sub output_of
{
	my ($command) = @_;
	my $out = '';

	IPC::Run::run($command, '>', \$out) or die "@$command failed";
	return $out;
}
