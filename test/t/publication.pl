# Publication and subscription of an item table with the default replica
# identity: the key is a plain column, so updates and deletes arrive.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $publisher = new_server('publisher', allows_streaming => 'logical');
my $subscriber = new_server('subscriber', allows_streaming => 'logical');

my $table = item_table('things', 'p S', 's N');
$_->safe_psql('postgres', $table) foreach ($publisher, $subscriber);
is( $publisher->safe_psql('postgres', "SELECT relreplident FROM pg_class WHERE oid = 'things'::regclass"),
	'd', 'the replica identity is the default one');

# Run SQL on the publisher, and wait until the subscriber has it.
sub publish
{
	my ($sql) = @_;

	$publisher->safe_psql('postgres', $sql);
	$publisher->wait_for_catchup('things_subscription');
	return;
}

sub is_same
{
	my ($name) = @_;

	is(contents($subscriber, 'postgres', 'things'), contents($publisher, 'postgres', 'things'), $name);
	return;
}

# What is there before the subscription is copied.
$publisher->safe_psql('postgres', <<'SQL');
INSERT INTO things (item)
SELECT format('{"p":{"S":"%s"},"s":{"N":"%s"},"g":{"S":"g%s"},"n":{"N":"%s"}}', n % 10, n, n % 3, n % 7)::dynamo.item
  FROM generate_series(1, 500) AS n;
SET dynamo.enforce_limits = off;
INSERT INTO things (item) VALUES (format('{"p":{"S":"large"},"s":{"N":"1"},"data":{"S":"%s"}}', repeat('x', 1000000))::dynamo.item);
INSERT INTO things (item) VALUES (format('{"p":{"S":"%s"},"s":{"N":"1"}}', repeat('long', 512))::dynamo.item);
CREATE PUBLICATION things_publication FOR TABLE things;
SQL
my $connection = $publisher->connstr . ' dbname=postgres';
$subscriber->safe_psql('postgres',
	"CREATE SUBSCRIPTION things_subscription CONNECTION '$connection' PUBLICATION things_publication");
$subscriber->poll_query_until('postgres',
	"SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's')")
  or die 'the subscription did not synchronize';
is_same('the first copy, with items beyond the limits');

publish(<<'SQL');
INSERT INTO things (item) SELECT format('{"p":{"S":"new"},"s":{"N":"%s"}}', n)::dynamo.item FROM generate_series(1, 50) AS n;
SET dynamo.enforce_limits = off;
INSERT INTO things (item) VALUES (format('{"p":{"S":"large"},"s":{"N":"2"},"data":{"S":"%s"}}', repeat('y', 1000000))::dynamo.item);
SQL
is_same('inserts');

publish(<<'SQL');
UPDATE things SET item = format('{"p":{"S":"new"},"s":{"N":"%s"},"g":{"S":"updated"},"n":{"N":"%s"}}', n, -n)::dynamo.item
  FROM generate_series(1, 25) AS n
 WHERE key = dynamo.key_of(format('{"p":{"S":"new"},"s":{"N":"%s"}}', n)::dynamo.item, 'p S', 's N');
UPDATE things SET item = '{"p":{"S":"large"},"s":{"N":"2"}}' WHERE key = '"large"/2';
SQL
is_same('updates');
is( $subscriber->safe_psql('postgres', <<'SQL'),
SET enable_seqscan = off;
SELECT count(*) FROM things WHERE dynamo.index_key(item, 'g S', 'n N') < '"updated"/0'
   AND dynamo.index_key(item, 'g S', 'n N') >= '"updated"/-25';
SQL
	'25', 'the index of the subscriber has the updates');

publish(q(UPDATE things SET key = '"new"/1000', item = '{"p":{"S":"new"},"s":{"N":"1000"}}' WHERE key = '"new"/50'));
is_same('an update that changes the key');

publish(<<'SQL');
DELETE FROM things WHERE key = '"new"/1000';
DELETE FROM things WHERE key = dynamo.key_of(format('{"p":{"S":"%s"},"s":{"N":"1"}}', repeat('long', 512))::dynamo.item, 'p S', 's N');
DELETE FROM things WHERE key = '"large"/1';
SQL
is_same('deletes, also of a digested key and of a large item');

$publisher->safe_psql('postgres', "SELECT dynamo.register_table('things')");
publish(<<'SQL');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"put"},"s":{"N":"1"}}}');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"put"},"s":{"N":"2"},"g":{"S":"updated"},"n":{"N":"-1"}}}');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"put"},"s":{"N":"1"},"x":{"BOOL":true}}}');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"put"},"s":{"N":"3"}}}');
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"put"},"s":{"N":"3"}}}');
SET dynamo.direct_path = off;
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"put"},"s":{"N":"2"},"x":{"BOOL":false}}}');
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"new"},"s":{"N":"2"}}}');
SQL
is_same('the operations');
is( $subscriber->safe_psql('postgres', q(SELECT string_agg(item::text, ' ' ORDER BY key) FROM things WHERE key > '"put"/0' AND key < '"put"/9')),
	'{"p":{"S":"put"},"s":{"N":"1"},"x":{"BOOL":true}} {"p":{"S":"put"},"s":{"N":"2"},"x":{"BOOL":false}}', 'their items arrived');

publish(<<'SQL');
BEGIN;
INSERT INTO things (item) VALUES ('{"p":{"S":"rolled"},"s":{"N":"1"}}');
SAVEPOINT s;
DELETE FROM things WHERE key = '"new"/1';
ROLLBACK TO s;
UPDATE things SET item = '{"p":{"S":"new"},"s":{"N":"1"},"x":{"BOOL":true}}' WHERE key = '"new"/1';
COMMIT;
BEGIN;
DELETE FROM things;
ROLLBACK;
SQL
is_same('transactions');

# In a transaction block a key that is absent is claimed by a row that no
# subscriber may see: it has no item.
publish(<<'SQL');
BEGIN;
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"absent"},"s":{"N":"1"}}}');
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"absent"},"s":{"N":"2"}}}');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"absent"},"s":{"N":"2"}}}');
SAVEPOINT s;
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"absent"},"s":{"N":"3"}}}');
ROLLBACK TO s;
SET LOCAL dynamo.direct_path = off;
SELECT dynamo.delete_item('{"TableName":"things","Key":{"p":{"S":"absent"},"s":{"N":"4"}}}');
SELECT dynamo.put_item('{"TableName":"things","Item":{"p":{"S":"absent"},"s":{"N":"4"}}}');
COMMIT;
SQL
is_same('claims of absent keys');

is(check_consistency($subscriber, 'postgres', 'things'), '', 'amcheck finds nothing on the subscriber');
is( $subscriber->safe_psql('postgres', "SELECT count(*) FROM things WHERE key <> dynamo.key_of(item, 'p S', 's N')"),
	'0', 'every key is that of its item');

publish('TRUNCATE things');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM things'), '0', 'truncation');

my $log = slurp_file($subscriber->logfile);
unlike($log, qr/ERROR/, 'the subscriber met no error');

$subscriber->stop;
$publisher->stop;
done_testing();
