# Functions that consume streams: each record once whatever fails, in order,
# over shards that roll, as the role that made the mapping and no other.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_stream_server('mappings',
	config => "max_worker_processes = 24\ndynamo.stream_shards = 2\ndynamo.stream_shard_lifetime = 2s\nautovacuum = off\n");

sub becomes
{
	my ($query, $expected, $name) = @_;

	ok($node->poll_query_until('postgres', $query, $expected), $name);
	return;
}

sub sql
{
	return $node->safe_psql('postgres', join(' ', @_));
}

# A role that is nobody, with a table that has a stream.
sql('CREATE ROLE consumer LOGIN; CREATE ROLE boss SUPERUSER; GRANT CREATE ON SCHEMA public TO consumer');
sub consumer
{
	return $node->safe_psql('postgres', join(' ', @_), extra_params => [ '-U', 'consumer' ]);
}
sub enable
{
	my ($table) = @_;

	consumer(qq{SELECT dynamo.create_table('{"TableName": "$table", "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
		"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}')});
	becomes("SELECT status FROM dynamo.list_streams() WHERE table_name = '$table'", 'ENABLED', "$table has a stream");
	return;
}
enable('orders');

# ---- a function that fails half the time ----

consumer(<<'SQL');
CREATE TABLE applied (n bigserial, sequence_number text, event text, k text, v int, who text DEFAULT current_user, session text DEFAULT session_user);
CREATE FUNCTION apply(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO applied (sequence_number, event, k, v)
		SELECT r -> 'dynamodb' ->> 'SequenceNumber', r ->> 'eventName', r -> 'dynamodb' -> 'Keys' -> 'k' ->> 'S',
			(r -> 'dynamodb' -> 'NewImage' -> 'v' ->> 'N')::int
		  FROM jsonb_array_elements(event -> 'Records') WITH ORDINALITY AS records (r, o) ORDER BY o;
	IF random() < 0.5 THEN
		RAISE EXCEPTION 'half the time';
	END IF;
END $$;
SQL
my $half = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'apply(jsonb)', batch_size => 40, parallelization => 3)});
# Written over some seconds, so that shards roll below the readers.
foreach my $round (1 .. 6)
{
	sql("SELECT dynamo.put_item('orders', format('{\"k\": {\"S\": \"k%s\"}, \"v\": {\"N\": \"%s\"}}', n, $round)::dynamo.item) FROM generate_series(1, 60) AS n");
	sql("DELETE FROM orders WHERE item['k'] = 'k$round'");
	sleep 1;
	$node->stop('immediate'), $node->start if $round == 3;
}
my $records = 6 * 60 + 6;
becomes("SELECT sum(records) FROM dynamo.event_source_mapping_state WHERE id = '$half'", $records, 'all records are applied');
is(sql('SELECT count(*), count(DISTINCT sequence_number) FROM applied'), "$records|$records", 'each of them once');
is(sql('SELECT count(*) FROM (SELECT sequence_number < lag(sequence_number) OVER (PARTITION BY k ORDER BY n) AS late FROM applied) AS x WHERE late'),
	'0', 'those of an item in order');
is( sql('SELECT count(*) FROM (SELECT DISTINCT ON (k) k, event, v FROM applied ORDER BY k, sequence_number DESC) AS last '
		  . "FULL JOIN orders AS o ON o.item['k']::text = last.k WHERE (last.event <> 'REMOVE') IS DISTINCT FROM (o.key IS NOT NULL) OR o.item['v']::int <> last.v"),
	'0', 'and what was applied is what the table has');
cmp_ok(sql("SELECT count(DISTINCT shard_id) FROM dynamo.stream('orders')"), '>', 2, 'the shards rolled meanwhile');
is(sql('SELECT DISTINCT who, session FROM applied'), 'consumer|consumer', 'it ran as the role that made the mapping');
is(sql("SELECT bool_or(last_error = 'half the time') FROM dynamo.event_source_mapping_state WHERE id = '$half'"), 't', 'the view tells of errors');
becomes("SELECT max(lag) FROM dynamo.event_source_mapping_state WHERE id = '$half'", '00:00:00', 'and that nothing is late');

# ---- pause, resume, delete ----

consumer("SELECT dynamo.pause_event_source_mapping('$half')");
my $running = q{SELECT count(*) FROM dynamo.list_workers() WHERE kind = 'event source mapping'};
becomes($running, '0', 'a mapping that is paused has no workers');
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "paused"}, "v": {"N": "7"}}')});
becomes("SELECT max(lag) > '0' FROM dynamo.event_source_mapping_state WHERE id = '$half'", 't', 'it falls behind');
is(sql("SELECT count(*) FROM applied WHERE k = 'paused'"), '0', 'and applies nothing');
consumer("SELECT dynamo.resume_event_source_mapping('$half')");
becomes("SELECT count(*) FROM applied WHERE k = 'paused'", '1', 'it goes on where it was');
sql('SELECT pg_terminate_backend(pid) FROM dynamo.list_workers() WHERE kind = \'event source mapping\'');
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "terminated"}, "v": {"N": "8"}}')});
becomes("SELECT count(*) FROM applied WHERE k = 'terminated'", '1', 'also after its workers were terminated');
consumer("SELECT dynamo.delete_event_source_mapping('$half')");
becomes($running, '0', 'one that is deleted has no workers');

# A call that is running when its mapping is paused.
consumer('CREATE TABLE slowly (k text); CREATE FUNCTION slow(event jsonb) RETURNS void LANGUAGE sql AS $$INSERT INTO public.slowly VALUES (event::text); SELECT pg_sleep(600)$$');
my $slow = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'slow(jsonb)', starting_position => 'LATEST')});
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "slow"}}')});
becomes("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'", '1', 'a call runs');
consumer("SELECT dynamo.pause_event_source_mapping('$slow')");
becomes("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'", '0', 'pausing ends it');
is(sql("SELECT (SELECT count(*) FROM slowly), sum(records) FROM dynamo.event_source_mapping_state WHERE id = '$slow'"), '0|0', 'and takes back what it did');
consumer("SELECT dynamo.delete_event_source_mapping('$slow')");

# ---- what cannot be applied ----

consumer(<<'SQL');
CREATE TABLE picky (k text, calls int DEFAULT 1);
CREATE SEQUENCE poison_calls;
CREATE FUNCTION pick(event jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	r jsonb;
BEGIN
	FOR r IN SELECT jsonb_array_elements(event -> 'Records') LOOP
		INSERT INTO picky VALUES (r -> 'dynamodb' -> 'Keys' -> 'k' ->> 'S');
		IF r -> 'dynamodb' -> 'Keys' -> 'k' ->> 'S' = 'poison' THEN
			PERFORM nextval('poison_calls') FROM jsonb_array_length(event -> 'Records') AS n WHERE n = 1;
			RAISE EXCEPTION 'poisoned';
		END IF;
	END LOOP;
	RETURN NULL;
END $$;
SQL
my $picky = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'pick(jsonb)', starting_position => 'LATEST',
	batching_window => '1 second', max_retries => 2, bisect_on_error => true, filter => '{"eventName": ["INSERT"]}')});
sql(q{BEGIN; SELECT dynamo.put_item('orders', '{"k": {"S": "p1"}}'), dynamo.put_item('orders', '{"k": {"S": "poison"}}'), dynamo.put_item('orders', '{"k": {"S": "p3"}}'),
	dynamo.put_item('orders', '{"k": {"S": "p4"}}'), dynamo.put_item('orders', '{"k": {"S": "k9"}, "v": {"N": "99"}}'),
	dynamo.put_item('orders', '{"k": {"S": "nul"}, "t": {"S": "a\u0000b"}}'), dynamo.put_item('orders', '{"k": {"S": "p5"}}'); COMMIT});
becomes("SELECT string_agg(k, ' ' ORDER BY k) FROM picky", 'p1 p3 p4 p5', 'all but what cannot be applied is, once, and what does not match the filter is left out');
becomes(q~SELECT string_agg(format('%s: %s after %s', substring(event::text, '"Keys":{"k":{"S":"(\w+)"'), message, attempts), '; ' ORDER BY failed_at)
	FROM dynamo.dead_letters WHERE mapping = '~ . "$picky'",
	'poison: poisoned after 3; nul: a record contains U+0000, which jsonb cannot hold after 0', 'the rest are dead letters');
is(sql('SELECT last_value FROM poison_calls'), '3', 'a record that fails alone is tried again max_retries times');
is(sql("SELECT records, dead_records, failures FROM dynamo.event_source_mapping_state WHERE id = '$picky'"), '4|2|0', 'and counted');
consumer("SELECT dynamo.delete_event_source_mapping('$picky')");

# A dead-letter table of one's own, without bisection.
consumer('CREATE TABLE failed (LIKE dynamo.dead_letters)');
my $own = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'pick(jsonb)', starting_position => 'LATEST', max_retries => 0, on_failure => 'failed')});
sql(q{BEGIN; SELECT dynamo.put_item('orders', '{"k": {"S": "q1"}}'), dynamo.update_item('orders', '{"k": {"S": "poison"}}', 'SET n = :one', '{":one": {"N": "1"}}'); COMMIT});
becomes("SELECT json_array_length(event -> 'Records') || ' ' || role FROM failed WHERE mapping = '$own'", '2 consumer', 'a batch goes as a whole to a table of one\'s own');
is(sql("SELECT count(*) FROM picky WHERE k = 'q1'"), '0', 'and none of it was applied');
consumer("SELECT dynamo.delete_event_source_mapping('$own')");

# ---- whose rights ----

consumer(<<'SQL');
CREATE TABLE attempts (what text, outcome text);
CREATE TABLE deferred (k text);
CREATE FUNCTION who_fires() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO public.attempts VALUES ('deferred trigger', current_user);
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION who_fires();
CREATE FUNCTION attempt(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE what;
	INSERT INTO attempts VALUES (what, 'done');
EXCEPTION WHEN OTHERS THEN
	INSERT INTO attempts VALUES (what, SQLERRM);
END $$;
CREATE FUNCTION escape(event jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM attempt(what) FROM unnest(ARRAY['SET ROLE boss', 'RESET ROLE', 'SET SESSION AUTHORIZATION boss', 'RESET SESSION AUTHORIZATION',
		'SELECT * FROM pg_authid', 'SELECT * FROM dynamo.stream_records', 'UPDATE dynamo.event_source_lanes SET records = 0']) AS what;
	CREATE TEMPORARY TABLE scratch (n int);
	PERFORM pg_advisory_lock(42);
	EXECUTE 'PREPARE kept AS SELECT 1';
	EXECUTE 'DECLARE held CURSOR WITH HOLD FOR SELECT 1';
	SET search_path = nowhere;
	INSERT INTO public.deferred VALUES ('x');
END $$;
SQL
my $escape = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'escape(jsonb)', starting_position => 'LATEST')});
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "escape"}}')});
becomes("SELECT outcome FROM attempts WHERE what = 'deferred trigger'", 'consumer', 'deferred triggers run as the role, too');
is(sql("SELECT count(*) FROM attempts WHERE outcome = 'done'"), '0', 'a function cannot become another role, nor do what its role cannot');
is(sql("SELECT outcome FROM attempts WHERE what = 'SET SESSION AUTHORIZATION boss'"),
	'cannot set parameter "session_authorization" within security-definer function', 'because that is refused');
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "again"}}')});
becomes("SELECT count(*) FROM attempts WHERE what = 'deferred trigger'", '2', 'a call finds nothing that the one before it left in the session');
consumer("SELECT dynamo.delete_event_source_mapping('$escape')");

# What the role may not read any more it does not get.
sql('GRANT SELECT ON orders TO boss; CREATE ROLE guest LOGIN; GRANT SELECT ON orders TO guest; GRANT CREATE ON SCHEMA public TO guest');
$node->safe_psql('postgres', 'CREATE TABLE guests (n int); CREATE FUNCTION count_guests(event jsonb) RETURNS void LANGUAGE sql AS \'INSERT INTO public.guests VALUES (1)\'',
	extra_params => [ '-U', 'guest' ]);
my $guest = $node->safe_psql('postgres', q{SELECT dynamo.create_event_source_mapping('orders', 'count_guests(jsonb)', starting_position => 'LATEST')},
	extra_params => [ '-U', 'guest' ]);
sql('REVOKE SELECT ON orders FROM guest');
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "guest"}}')});
becomes("SELECT last_error FROM dynamo.event_source_mapping_state WHERE id = '$guest'", 'permission denied for table orders', 'a role that lost SELECT gets an error');
is(sql('SELECT count(*) FROM guests'), '0', 'and no records');
sql('GRANT SELECT ON orders TO guest');
becomes('SELECT count(*) FROM guests', '1', 'until it has it again');

# ---- people who wait ----

my $last = sql("SELECT max(sequence_number) FROM dynamo.stream('orders')");
my $waiter = $node->background_psql('postgres');
my $out = '';
$waiter->query_until(qr/waiting/, "\\echo waiting\nSELECT 'woke with ' || (keys['k']::text) FROM dynamo.stream('orders', after => '$last', wait => '60 seconds');\n");
$node->poll_query_until('postgres', "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT ''woke%' AND state = 'active' AND wait_event_type IS NOT NULL", '1');
my $began = time;
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "bell"}}')});
like($waiter->query_until(qr/woke with \w+/, ''), qr/woke with bell/, 'dynamo.stream waits for new records');
cmp_ok(time - $began, '<', 30, 'and is woken');
$waiter->quit;

# ---- a stream that ends, and the next one ----

sql('SELECT dynamo.delete_event_source_mapping(id) FROM dynamo.list_event_source_mappings()');
sql('TRUNCATE applied');
consumer("CREATE OR REPLACE FUNCTION apply(event jsonb) RETURNS void LANGUAGE sql AS \$\$INSERT INTO public.applied (k) SELECT r -> 'dynamodb' -> 'Keys' -> 'k' ->> 'S' FROM jsonb_array_elements(event -> 'Records') AS r\$\$");
my $follow = consumer(q{SELECT dynamo.create_event_source_mapping('orders', 'apply(jsonb)', starting_position => 'LATEST')});
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "one"}}')});
becomes("SELECT string_agg(k, ' ') FROM applied", 'one', 'a mapping by the name of a table reads its stream');
consumer(q{SELECT dynamo.update_table('{"TableName": "orders", "StreamSpecification": {"StreamEnabled": false}}')});
becomes("SELECT status FROM dynamo.list_streams() WHERE table_name = 'orders'", 'DISABLED', 'the stream is disabled');
cmp_ok(sql("SELECT count(*) FROM dynamo.stream('orders')"), '>', 300, 'and can be read');
consumer(q{SELECT dynamo.update_table('{"TableName": "orders", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}')});
becomes("SELECT string_agg(status, ' ' ORDER BY stream_arn) FROM dynamo.list_streams() WHERE table_name = 'orders'", 'DISABLED ENABLED', 'another one is enabled');
sql(q{SELECT dynamo.put_item('orders', '{"k": {"S": "two"}}')});
becomes("SELECT string_agg(k, ' ' ORDER BY n) FROM applied", 'one two', 'and goes on with the next one');

# ---- a dump ----

$node->command_ok([ 'pg_dump', '-f', $node->data_dir . '/dump.sql', $node->connstr('postgres') ], 'a database with mappings is dumped');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('copy'), '-f', $node->data_dir . '/dump.sql' ], 'and restored');
is($node->safe_psql('copy', 'SELECT id, role, state FROM dynamo.list_event_source_mappings()'), "$follow|consumer|ENABLED", 'the mapping is there');
$node->safe_psql('copy', 'SELECT dynamo.start_workers()');
ok($node->poll_query_until('copy', "SELECT count(*) FROM dynamo.list_streams() WHERE table_name = 'orders' AND status = 'ENABLED'", '1'), 'and a new stream');
$node->safe_psql('copy', q{SELECT dynamo.put_item('orders', '{"k": {"S": "three"}}')});
ok($node->poll_query_until('copy', "SELECT string_agg(k, ' ' ORDER BY n) FROM applied", 'one two three'), 'which it reads');

done_testing();
