# Capture of streams: what gives records and what gives none, in which order,
# with which images, and what is refused while there is a stream.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_stream_server('streams', config => "autovacuum = off\n");

sub create
{
	my ($table, $view, $more) = @_;
	my $keys = $more // '';

	return "SELECT dynamo.create_table('{\"TableName\":\"$table\",\"BillingMode\":\"PAY_PER_REQUEST\","
	  . "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}],"
	  . "\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}]"
	  . ($view ? ",\"StreamSpecification\":{\"StreamEnabled\":true,\"StreamViewType\":\"$view\"}" : '')
	  . "$keys}')";
}

sub update
{
	my ($table, $view) = @_;

	return "SELECT dynamo.update_table('{\"TableName\":\"$table\",\"StreamSpecification\":"
	  . ($view ? "{\"StreamEnabled\":true,\"StreamViewType\":\"$view\"}" : '{"StreamEnabled":false}') . "}')";
}

sub becomes
{
	my ($query, $expected, $name, $database) = @_;

	ok($node->poll_query_until($database // 'postgres', $query, $expected), $name);
	return;
}

sub enabled
{
	my ($table, $database) = @_;

	$node->poll_query_until($database // 'postgres',
		"SELECT status = 'ENABLED' FROM dynamo.streams WHERE table_name = '$table' ORDER BY created_at DESC LIMIT 1")
	  or die "stream of $table is not enabled";
	return;
}

# Wait until everything that was committed is captured.
sub captured
{
	my ($database) = @_;
	my $lsn = $node->safe_psql($database // 'postgres', 'SELECT pg_current_wal_flush_lsn()');

	$node->poll_query_until($database // 'postgres',
		"SELECT confirmed_flush_lsn >= '$lsn' FROM pg_replication_slots WHERE plugin = 'dynamo' AND database = current_database()")
	  or die 'not captured';
	return;
}

# The records of a table's streams, in order.
sub records
{
	my ($table, $columns) = @_;

	captured();
	return $node->safe_psql('postgres',
		'SELECT ' . ($columns // "event::text || ' ' || r.keys['id']::text")
		  . " FROM dynamo.stream_records r JOIN dynamo.streams s ON s.id = r.stream"
		  . " WHERE s.table_name = '$table' ORDER BY commit_lsn, ordinal");
}

# A table that is created with a stream is CREATING until the slot is there,
# for which a transaction that writes must end.
my $long = $node->background_psql('postgres');
$long->query_safe('BEGIN; CREATE TABLE other (i int)');
$node->safe_psql('postgres', create('first', 'NEW_AND_OLD_IMAGES'));
my ($status, $out, $err) =
  $node->psql('postgres', "SELECT dynamo.put_item('{\"TableName\":\"first\",\"Item\":{\"id\":{\"S\":\"early\"}}}')");
like($err, qr/Requested resource not found.*is being created/s, 'a table without its slot does not take items');
like($node->safe_psql('postgres', "SELECT dynamo.describe_table('{\"TableName\":\"first\"}')"),
	qr/"TableStatus":"CREATING"/, 'and is CREATING');
$long->query_safe('COMMIT');
$long->quit;
enabled('first');
like($node->safe_psql('postgres', "SELECT dynamo.describe_table('{\"TableName\":\"first\"}')"),
	qr/"TableStatus":"ACTIVE".*"StreamSpecification":\{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"\},"LatestStreamLabel"/,
	'with the slot it is ACTIVE');

# What gives a record, and what gives none.
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.put_item('first', '{"id":{"S":"a"},"n":{"N":"1"}}');
SELECT dynamo.put_item('first', '{"id":{"S":"a"},"n":{"N":"1"}}');
UPDATE first SET item = item;
SELECT dynamo.update_item('first', '{"id":{"S":"a"}}', 'SET n = :n', "values" => '{":n":{"N":"1.0"}}');
SELECT dynamo.update_item('first', '{"id":{"S":"a"}}', 'SET n = :n', "values" => '{":n":{"N":"2"}}');
SELECT dynamo.delete_item('first', 'missing');
SELECT dynamo.delete_item('first', 'a');
SQL
is(records('first'), "I a\nM a\nR a", 'a write that changes nothing gives no record');
is( records('first', "event, coalesce(old_image::text, '-'), coalesce(new_image::text, '-')"),
	join("\n",
		'I|-|{"id":{"S":"a"},"n":{"N":"1"}}',
		'M|{"id":{"S":"a"},"n":{"N":"1"}}|{"id":{"S":"a"},"n":{"N":"2"}}',
		'R|{"id":{"S":"a"},"n":{"N":"2"}}|-'),
	'images are whole items');

# Whatever wrote it, and only what was committed.
$node->safe_psql('postgres', create('ways', 'KEYS_ONLY'));
enabled('ways');
$node->safe_psql('postgres', <<'SQL');
INSERT INTO ways (item) VALUES ('{"id":{"S":"sql"}}');
COPY ways (item) FROM STDIN;
{"id":{"S":"copy1"}}
{"id":{"S":"copy2"}}
\.
BEGIN;
INSERT INTO ways (item) VALUES ('{"id":{"S":"rolled back"}}');
ROLLBACK;
BEGIN;
INSERT INTO ways (item) VALUES ('{"id":{"S":"one"}}');
SAVEPOINT s;
INSERT INTO ways (item) VALUES ('{"id":{"S":"undone"}}');
ROLLBACK TO s;
SAVEPOINT s;
INSERT INTO ways (item) VALUES ('{"id":{"S":"kept"}}');
RELEASE s;
DELETE FROM ways WHERE item = '{"id":{"S":"one"}}';
COMMIT;
BEGIN;
INSERT INTO ways (item) VALUES ('{"id":{"S":"prepared"}}');
PREPARE TRANSACTION 'p';
COMMIT PREPARED 'p';
SQL
is(records('ways'), "I sql\nI copy1\nI copy2\nI one\nI kept\nR one\nI prepared",
	'SQL, COPY, subtransactions and prepared transactions are captured');

# A key that changes is an item that goes and one that comes.
$node->safe_psql('postgres', <<'SQL');
UPDATE ways SET item = '{"id":{"S":"moved"}}', key = dynamo.key_of('{"id":{"S":"moved"}}', 'id S')
	WHERE item = '{"id":{"S":"sql"}}';
SQL
like(records('ways'), qr/R sql\nI moved$/, 'a change of the key is a REMOVE and an INSERT');

# A claim of an absent key leaves no trace.
$node->safe_psql('postgres', <<'SQL');
SELECT dynamo.transact_write_items('{"TransactItems":[
	{"ConditionCheck":{"TableName":"ways","Key":{"id":{"S":"absent"}},"ConditionExpression":"attribute_not_exists(id)"}},
	{"Put":{"TableName":"ways","Item":{"id":{"S":"with a claim"}}}}]}');
SQL
like(records('ways'), qr/I moved\nI with a claim$/, 'placeholders of transactions give no records');

# A digested key, in every view type.
for my $view (qw(KEYS_ONLY NEW_IMAGE OLD_IMAGE NEW_AND_OLD_IMAGES))
{
	$node->safe_psql('postgres', create("view_$view", $view));
	enabled("view_$view");
	$node->safe_psql('postgres', <<"SQL");
SELECT dynamo.put_item('view_$view', dynamo.item(json_build_object('id', json_build_object('S', repeat('k', 2048)))::text));
SELECT dynamo.update_item('view_$view', (SELECT item FROM "view_$view"), 'SET n = :n', "values" => '{":n":{"N":"2"}}');
SELECT dynamo.delete_item('view_$view', (SELECT dynamo.item(json_build_object('id', json_build_object('S', repeat('k', 2048)))::text)));
SQL
	is( records("view_$view", "event, length(r.keys['id']::text), old_image IS NOT NULL AS o, new_image IS NOT NULL AS n"),
		{   KEYS_ONLY => "I|2048|f|f\nM|2048|f|f\nR|2048|f|f",
			NEW_IMAGE => "I|2048|f|t\nM|2048|f|t\nR|2048|f|f",
			OLD_IMAGE => "I|2048|f|f\nM|2048|t|f\nR|2048|t|f",
			NEW_AND_OLD_IMAGES => "I|2048|f|t\nM|2048|t|t\nR|2048|t|f" }->{$view},
		"$view of a digested key");
}

# Values that are stored out of line.
$node->safe_psql('postgres', create('large', 'NEW_AND_OLD_IMAGES'));
enabled('large');
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION pg_temp.large(seed int) RETURNS dynamo.item LANGUAGE sql AS $$
	SELECT json_build_object('id', json_build_object('S', 'x'), 'b', json_build_object('S',
		(SELECT string_agg(md5(i::text || seed::text), '') FROM generate_series(1, 5000) i)))::text::dynamo.item $$;
INSERT INTO large (item) VALUES (pg_temp.large(1));
UPDATE large SET key = key;
UPDATE large SET item = pg_temp.large(2);
DELETE FROM large;
SQL
is( records('large', "event, coalesce(length(old_image::text), 0) > 160000, coalesce(length(new_image::text), 0) > 160000"),
	"I|f|t\nM|t|t\nR|t|f", 'large items are captured');

# Marked deletes.
$node->safe_psql('postgres', create('expiring', 'KEYS_ONLY'));
enabled('expiring');
$node->safe_psql('postgres', <<'SQL');
INSERT INTO expiring (item) SELECT json_build_object('id', json_build_object('S', i::text))::text::dynamo.item FROM generate_series(1, 3) i;
BEGIN;
SELECT pg_logical_emit_message(true, 'dynamo.ttl', decode(lpad(to_hex('expiring'::regclass::oid::int), 8, '0'), 'hex') || dynamo.key_send(key))
	FROM expiring WHERE item['id']::text = '2';
DELETE FROM expiring WHERE item['id']::text <> '3';
INSERT INTO expiring (item) VALUES ('{"id":{"S":"2"}}');
DELETE FROM expiring;
COMMIT;
SQL
is(records('expiring', "event::text || r.keys['id']::text || service"), "I1false\nI2false\nI3false\nR1false\nR2true\nI2false\nR3false\nR2false",
	'a delete that is marked, and no other, is the service\'s');

# What a stream does not allow, and what it does.
for my $refused ('TRUNCATE ways', 'ALTER TABLE ways SET UNLOGGED', 'ALTER TABLE ways REPLICA IDENTITY DEFAULT')
{
	($status, $out, $err) = $node->psql('postgres', $refused);
	like($err, qr/has a stream, which does not allow/, "$refused is refused");
}
$node->safe_psql('postgres', 'VACUUM FULL ways; ALTER TABLE ways RENAME TO renamed; ALTER TABLE renamed SET ACCESS METHOD heap');
$node->safe_psql('postgres', q(INSERT INTO renamed (item) VALUES ('{"id":{"S":"after"}}')));
like(records('ways'), qr/I after$/, 'VACUUM FULL, a rename and another access method go through');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_class WHERE relname = \'renamed\' AND relreplident = \'f\''), '1',
	'with the replica identity');
$node->safe_psql('postgres', create('unlogged'));
$node->safe_psql('postgres', 'ALTER TABLE unlogged SET UNLOGGED');
($status, $out, $err) = $node->psql('postgres', update('unlogged', 'KEYS_ONLY'));
like($err, qr/cannot have a stream.*it is not logged/s, 'a table that is not logged has no stream');

# Enabling waits for nobody, and no writer spans it.
$node->safe_psql('postgres', create('later'));
$node->safe_psql('postgres', "SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"before\"}}')");
my $writer = $node->background_psql('postgres');
$writer->query_safe("BEGIN; SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"spanning\"}}')");
$node->safe_psql('postgres', update('later', 'NEW_IMAGE'));
is($node->safe_psql('postgres', "SELECT status FROM dynamo.streams WHERE table_name = 'later'"), 'ENABLING',
	'a table that somebody writes is not enabled yet');
becomes("SELECT attempts > 0 AND last_error LIKE '%lock timeout%' FROM dynamo.streams WHERE table_name = 'later'", 't', 'and its row says why');
($status, $out, $err) = $node->psql('postgres', update('later', 'OLD_IMAGE'));
like($err, qr/already has an enabled stream/, 'and cannot be enabled again');
$writer->query_safe('COMMIT');
$writer->quit;
enabled('later');
$node->safe_psql('postgres', "SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"within\"}}')");
is(records('later'), 'I within', 'what was committed before is not captured');

# Disabling: what came before is there, what comes after is not.
$node->safe_psql('postgres', "SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"last\"}}')");
$node->safe_psql('postgres', update('later'));
$node->safe_psql('postgres', "SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"outside\"}}')");
becomes("SELECT status FROM dynamo.streams WHERE table_name = 'later'", 'DISABLED', 'a stream is disabled');
is(records('later'), "I within\nI last", 'with what was committed before, and nothing else');
is( $node->safe_psql('postgres', "SELECT count(*) FROM dynamo.stream_shards h JOIN dynamo.streams s ON s.id = h.stream WHERE s.table_name = 'later' AND ends IS NULL"),
	'0', 'its shards are closed');
is($node->safe_psql('postgres', "SELECT relreplident FROM pg_class WHERE relname = 'later'"), 'd', 'the replica identity is what it was');
$node->safe_psql('postgres', 'TRUNCATE later');
$node->safe_psql('postgres', update('later', 'KEYS_ONLY'));
enabled('later');
is($node->safe_psql('postgres', "SELECT count(DISTINCT label) FROM dynamo.streams WHERE table_name = 'later'"), '2', 'enabling it again makes another stream');

# A table that is dropped ends its stream, which stays readable.
$node->safe_psql('postgres', "SELECT dynamo.put_item('later', '{\"id\":{\"S\":\"dropped\"}}')");
$node->safe_psql('postgres', 'DROP TABLE later');
becomes("SELECT string_agg(DISTINCT status, ' ') FROM dynamo.streams WHERE table_name = 'later'", 'DISABLED', 'DROP TABLE ends a stream');
like(records('later'), qr/I dropped$/, 'with all of its records');

# The extension goes.
$node->safe_psql('postgres', 'DROP EXTENSION dynamo CASCADE');
becomes("SELECT count(*) FROM pg_replication_slots", '0', 'without the extension the slot is dropped');

done_testing();
