# Records of a stream say which deletions were those of time to live.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_stream_server('time_to_live_stream',
	config => "dynamo.ttl_interval = 1\ndynamo.ttl_clock = 1700000000\nautovacuum = off\n");

sub app
{
	my ($query) = @_;

	return $node->safe_psql('postgres', $query);
}

sub becomes
{
	my ($query, $expected, $name) = @_;
	my $done = $node->poll_query_until('postgres', $query, $expected);

	ok($done, $name) if defined $name || !$done;
	return;
}

app(q(SELECT dynamo.create_table('{"TableName": "things", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
	"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}')));
becomes(q(SELECT dynamo.describe_table('things') -> 'Table' ->> 'TableStatus'), 'ACTIVE');
app(q(SELECT dynamo.update_time_to_live('{"TableName": "things", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}')));
becomes(q(SELECT dynamo.describe_time_to_live('{"TableName": "things"}') -> 'TimeToLiveDescription' ->> 'TimeToLiveStatus'), 'ENABLED');

# An item with a key that is a digest in the table, one that a user deletes,
# one that expires, and one that is rescued.
my $long = 'x' x 2000;
app(qq(INSERT INTO things (item)
	SELECT jsonb_build_object('k', k, 'ttl', ttl)::dynamo.item
	  FROM (VALUES (1, '$long', 1699999000), (2, 'user', 1800000000), (3, 'expired', 1699999999), (4, 'later', 1700000005)) AS v (n, k, ttl) ORDER BY n));
becomes('SELECT count(*) FROM things', '2', 'the worker deletes two items');
app(q(SELECT dynamo.delete_item('things', 'user')));
app(q(SELECT dynamo.update_item('things', '{"k": {"S": "later"}}', 'SET #t = :t', '{":t": {"N": "1800000000"}}', '{"#t": "ttl"}')));

# The same key again, deleted by hand in one transaction with deletions of time to live.
app(q(BEGIN;
	INSERT INTO things (item) VALUES ('{"k": {"S": "a"}, "ttl": {"N": "1699999000"}}'), ('{"k": {"S": "b"}, "ttl": {"N": "1800000000"}}');
	SELECT dynamo.expire_items('things');
	DELETE FROM things WHERE key = '"b"';
	INSERT INTO things (item) VALUES ('{"k": {"S": "a"}}');
	DELETE FROM things WHERE key = '"a"';
	COMMIT));

my $removed = q(SELECT string_agg(left(keys['k']::text, 8) || ' ' || by_service, ', ' ORDER BY sequence_number) FROM dynamo.stream('things') WHERE event = 'REMOVE');
becomes("SELECT count(*) FROM dynamo.stream('things') WHERE event = 'REMOVE'", '6');
is(app($removed), 'xxxxxxxx true, expired true, user false, a true, b false, a false', 'which deletions are the service\'s');
is(app("SELECT count(*) FROM dynamo.stream('things') WHERE event <> 'REMOVE' AND by_service"), '0', 'no other record is');

my $arn = app(q(SELECT dynamo.describe_table('things') -> 'Table' ->> 'LatestStreamArn'));
my $shard = app(qq(SELECT dynamo.describe_stream('{"StreamArn": "$arn"}') -> 'StreamDescription' -> 'Shards' -> 0 ->> 'ShardId'));
my $iterator = app(qq(SELECT dynamo.get_shard_iterator('{"StreamArn": "$arn", "ShardId": "$shard", "ShardIteratorType": "TRIM_HORIZON"}') ->> 'ShardIterator'));
is( app(qq(SELECT string_agg(coalesce(r ->> 'userIdentity', '-'), ' ' ORDER BY n)
		FROM json_array_elements(dynamo.get_records('{"ShardIterator": "$iterator"}') -> 'Records') WITH ORDINALITY AS x (r, n) WHERE r ->> 'eventName' = 'REMOVE')),
	join(' ', map { $_ ? '{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}' : '-' } (1, 1, 0, 1, 0, 0)),
	'userIdentity in GetRecords');

# A partition with a stream of its own, and time to live of the whole table.
app(q(CREATE TABLE parts (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL,
		CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'k S'))) PARTITION BY HASH (key);
	CREATE TABLE part PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0);
	SELECT dynamo.register_table('parts'), dynamo.register_table('part');
	SELECT dynamo.update_table('{"TableName": "part", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}')));
becomes("SELECT status FROM dynamo.streams WHERE table_name = 'part'", 'ENABLED');
app(q(SELECT dynamo.update_time_to_live('{"TableName": "parts", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ttl"}}');
	INSERT INTO parts (key, item) VALUES ('"p"', '{"k": {"S": "p"}, "ttl": {"N": "1699999999"}}')));
becomes("SELECT string_agg(event || ' ' || by_service, ', ' ORDER BY sequence_number) FROM dynamo.stream('part')", 'INSERT false, REMOVE true', 'deletions in partitions, too');
$node->stop;
done_testing();
