# The endpoint: operations over HTTP as roles of access keys, what is answered
# to whom, and what a request leaves behind.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('endpoint',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_lock_timeout = 300ms\n");

sub key_of
{
	my ($role, $with_token) = @_;

	return [ split /\|/, $node->safe_psql('postgres', "SELECT * FROM dynamo.create_access_key('$role', " . ($with_token ? 'true' : 'false') . ')') ];
}

# Is an answer an error of this name?
sub fails
{
	my ($answer, $error, $name, $status) = @_;

	is(Dynamo::Http::error_of($answer) . " $answer->{status}", "$error " . ($status // 400), $name);
	return;
}

$node->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE ROLE other LOGIN; GRANT CREATE ON SCHEMA public TO app');
Dynamo::Http->wait_for($port);
my $app = Dynamo::Http->new($port, key => key_of('app'));
my $other = Dynamo::Http->new($port, key => key_of('other'));

# Operations, one after the other on one connection.
my %things = (
	TableName => 'things',
	KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' } ],
	AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' } ],
	BillingMode => 'PAY_PER_REQUEST');
my %one = (TableName => 'things', Key => { p => { S => 'one' } });
my $answer = $app->call('CreateTable', \%things);
is($answer->{status}, 200, 'CreateTable');
is($answer->{headers}{'content-type'}, 'application/x-amz-json-1.0', 'the type of its content');
is($node->safe_psql('postgres', "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'things'"), 'app', 'the table belongs to the role of the key');
is($app->call('PutItem', { TableName => 'things', Item => { p => { S => 'one' }, n => { N => '1' } } })->{body}, '{}', 'PutItem');
$answer = $app->call('GetItem', \%one);
is($answer->{body}, $node->safe_psql('postgres', q{SELECT dynamo.call('GetItem', '{"TableName": "things", "Key": {"p": {"S": "one"}}}')}),
	'an answer has the bytes that dynamo.call() gives');
fails($app->call('GetItem', { TableName => 'nothing', Key => {} }), 'ResourceNotFoundException', 'no such table');
fails($app->call('GetItem', { TableName => 'things', Key => {} }), 'ValidationException', 'a key that is none');
fails($app->call('PutItem', { TableName => 5 }), 'SerializationException', 'a number for a name');
fails($app->call('PutItem', {}, body => '{"TableName":'), 'SerializationException', 'what is no JSON');
fails($app->call('PutItem', {}, body => ''), 'SerializationException', 'nothing at all');
fails($app->call('Nonsense', {}), 'UnknownOperationException', 'no such operation');
fails($app->call('CreateBackup', {}), 'UnknownOperationException', 'an operation that is not built');
$answer = $app->call('PutItem',
	{ TableName => 'things', Item => { p => { S => 'one' } }, ConditionExpression => 'n = :two', ExpressionAttributeValues => { ':two' => { N => '2' } },
		ReturnValuesOnConditionCheckFailure => 'ALL_OLD' });
fails($answer, 'ConditionalCheckFailedException', 'a condition that is false');
is_deeply($answer->{json}{Item}, { p => { S => 'one' }, n => { N => '1' } }, 'and the item that made it so');
$answer = $app->call('TransactWriteItems',
	{ TransactItems => [ { Put => { TableName => 'things', Item => { p => { S => 'two' } } } }, { ConditionCheck => { %one, ConditionExpression => 'attribute_not_exists(p)' } } ] });
is_deeply([ map { $_->{Code} } @{ $answer->{json}{CancellationReasons} } ], [ 'None', 'ConditionalCheckFailed' ], 'the reasons of a transaction that was cancelled');
my $arn = $app->call('DescribeTable', { TableName => 'things' })->{json}{Table}{TableArn};
$answer = $app->call('TagResource', { ResourceArn => $arn, Tags => [ { Key => 'k', Value => 'v' } ] });
is("$answer->{status} $answer->{headers}{'content-length'}", '200 0', 'TagResource answers with nothing');
is($app->call('UntagResource', { ResourceArn => $arn, TagKeys => ['k'] })->{body}, '', 'UntagResource, too');

# Privileges are those of the role.
$answer = $other->call('GetItem', \%one);
fails($answer, 'AccessDeniedException', 'a role without privileges');
like($answer->{json}{Message}, qr/user\/other is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:\d+:table\/things /, 'in the words of the service');
$node->safe_psql('postgres', "GRANT SELECT ON things TO other; ALTER TABLE things ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON things FOR SELECT TO other USING (item['n']::numeric > 5)");
is($other->call('GetItem', \%one)->{body}, '{}', 'row-level security hides');
fails($other->call('PutItem', { TableName => 'things', Item => { p => { S => 'x' } } }), 'AccessDeniedException', 'a role that may only read');
$node->safe_psql('postgres', 'ALTER TABLE things DISABLE ROW LEVEL SECURITY');
is($other->call('GetItem', \%one)->{json}{Item}{n}{N}, '1', 'and shows again');

# Keys.
my $bad = Dynamo::Http->new($port, key => [ $app->{key}[0], 'x' x 40 ]);
fails($bad->call('GetItem', \%one), 'InvalidSignatureException', 'a wrong secret');
fails($app->call('GetItem', \%one, headers => { authorization => undef }), 'MissingAuthenticationTokenException', 'no signature');
fails($app->call('GetItem', \%one, time => time - 3600), 'InvalidSignatureException', 'a signature of yesterday');
my $token = Dynamo::Http->new($port, key => key_of('app', 1));
is($token->call('GetItem', \%one)->{status}, 200, 'a session token');
fails($token->call('GetItem', \%one, headers => { 'x-amz-security-token' => 'x' x 64 }), 'UnrecognizedClientException', 'another one');
$node->safe_psql('postgres', "SELECT dynamo.deactivate_access_key('$token->{key}[0]')");
fails($token->call('GetItem', \%one), 'UnrecognizedClientException', 'a key that was deactivated');
$node->safe_psql('postgres', 'ALTER ROLE other NOLOGIN');
fails($other->call('GetItem', \%one), 'UnrecognizedClientException', 'a role with NOLOGIN');
$node->safe_psql('postgres', "ALTER ROLE other LOGIN VALID UNTIL '2001-01-01'");
fails($other->call('GetItem', \%one), 'UnrecognizedClientException', 'a role whose time is over');
$node->safe_psql('postgres', "ALTER ROLE other VALID UNTIL 'infinity' SUPERUSER");
fails($other->call('GetItem', \%one), 'UnrecognizedClientException', 'a role that has become a superuser');
$node->safe_psql('postgres', 'ALTER ROLE other NOSUPERUSER; REVOKE other FROM dynamo_endpoint');
fails($other->call('GetItem', \%one), 'UnrecognizedClientException', 'a role that the endpoint is not a member of');
$node->safe_psql('postgres', 'GRANT other TO dynamo_endpoint');
is($other->call('GetItem', \%one)->{status}, 200, 'and a good one again');

# HTTP.
is($app->get('/')->{body}, 'healthy: dynamodb.us-east-1.amazonaws.com ', 'the health check');
like($app->get('/metrics')->{body}, qr/^# TYPE/m, 'the metrics');
is($app->get('/nothing')->{status}, 404, 'no such page');
$app->put($app->bytes_of('GetItem', \%one) x 20);
is(scalar(grep { $app->take->{json}{Item}{n}{N} eq '1' } 1 .. 20), 20, 'twenty requests at a time');
foreach my $byte (split //, $app->bytes_of('GetItem', \%one))
{
	$app->put($byte);
}
is($app->take->{status}, 200, 'a request in pieces of a byte');
my $gzip = Compress::Zlib::memGzip('{"TableName":"things","Key":{"p":{"S":"one"}}}');
is($app->call('GetItem', {}, body => $gzip, headers => { 'content-encoding' => 'gzip' })->{json}{Item}{n}{N}, '1', 'a compressed request');
my $bytes = $app->bytes_of('GetItem', \%one, headers => { expect => '100-continue' });
my ($head, $body) = split /(?<=\r\n\r\n)/, $bytes;
$app->put($head);
is($app->take->{status}, 100, 'a client that asks is told to go on');
$app->put($body);
is($app->take->{status}, 200, 'and is answered');
($head, $body) = split /(?<=\r\n\r\n)/, $app->bytes_of('GetItem', \%one);
$head =~ s/content-length: \d+\r\n//;
my $chunked = Dynamo::Http->new($port, key => $app->{key});
$chunked->put($head =~ s/\r\n\r\n$/\r\ntransfer-encoding: chunked\r\n\r\n/r . join('', map { sprintf("1\r\n%s\r\n", $_) } split //, $body) . "0\r\n\r\n");
fails($chunked->take, 'InvalidSignatureException', 'a signed header that is not there');
$chunked->put("POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: DynamoDB_20120810.GetItem\r\ncontent-type: application/json; charset=utf-8\r\n"
	  . "transfer-encoding: chunked\r\n\r\n" . join('', map { sprintf("1\r\n%s\r\n", $_) } split //, $body) . "0\r\n\r\n");
$answer = $chunked->take;
fails($answer, 'MissingAuthenticationTokenException', 'a request in chunks of a byte');
is($answer->{headers}{'content-type'}, 'application/json', 'the type of content is the one that was asked with');
$chunked->put("POST / HTTP/1.1\r\nhost: x\r\n\r\n");
$answer = $chunked->take;
fails($answer, 'UnknownOperationException', 'a request of nothing');
is($answer->{headers}{'content-type'}, 'application/json', 'the type of content is plain JSON where none was given');
my $large = Dynamo::Http->new($port);
$large->put("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 16777217\r\n\r\n");
is($large->take->{status}, 413, 'a body of more than 16 MB');
ok($large->is_ended, 'ends the connection');
$large = Dynamo::Http->new($port, key => $app->{key});
my $item = { TableName => 'things', Item => { p => { S => 'x' }, v => { S => 'y' x 300000 } } };
is($large->call('PutItem', $item)->{status}, 200, 'a large request');
is($large->call('GetItem', { TableName => 'things', Key => { p => { S => 'x' } } })->{body} =~ tr/y//, 300000, 'a large answer');
$app->put("OPTIONS / HTTP/1.1\r\nhost: x\r\norigin: http://a\r\naccess-control-request-headers: x-amz-target\r\naccess-control-request-method: POST\r\n\r\n");
$answer = $app->take;
like($answer->{headers}{'access-control-expose-headers'}, qr/x-amz-crc32/, 'what a page may read');
is("$answer->{status} $answer->{headers}{'access-control-allow-origin'} $answer->{headers}{'access-control-allow-headers'} $answer->{headers}{'access-control-allow-methods'}",
	'200 * x-amz-target POST', 'CORS');
my $closed = Dynamo::Http->new($port);
$closed->put("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
is($closed->take->{headers}{connection}, 'close', 'a client that wants no more');
ok($closed->is_ended, 'gets no more');
$closed = Dynamo::Http->new($port);
$closed->put("GET / HTTP/1.1\r\nhost: x\r\n\r\n" x 2);
shutdown($closed->{socket}, 1);
is($closed->take->{status} . ' ' . $closed->take->{status}, '200 200', 'a client that sends no more is answered');
ok($closed->is_ended, 'and then gets no more');
$closed = Dynamo::Http->new($port);
$closed->put("GET / HTTP/1.1\nhost: x\n\n");
is($closed->take->{status}, 400, 'no HTTP');
ok($closed->is_ended, 'ends the connection, too');

# Rows that are locked: others are not kept waiting, and then it is a conflict.
my $psql = $node->background_psql('postgres');
$psql->query_safe(q{BEGIN; UPDATE things SET item['n'] = 7 WHERE item['p'] = 'one'});
my $write = $app->bytes_of('UpdateItem', { %one, UpdateExpression => 'ADD n :one', ExpressionAttributeValues => { ':one' => { N => '1' } } });
$app->put($write);
select(undef, undef, undef, 0.05);
is($other->call('GetItem', \%one)->{json}{Item}{n}{N}, '1', 'a read while a write waits for a lock');
fails($app->take, 'TransactionConflictException', 'a row that is locked for long');
$answer = $app->call('TransactWriteItems', { TransactItems => [ { Put => { TableName => 'things', Item => { p => { S => 'two' } } } }, { Update => { %one, UpdateExpression => 'REMOVE n' } } ] });
is_deeply([ map { $_->{Code} } @{ $answer->{json}{CancellationReasons} } ], [ 'None', 'TransactionConflict' ], 'a transaction says which one');
$app->put($write);
select(undef, undef, undef, 0.05);
$psql->query_safe('COMMIT');
is($app->take->{status}, 200, 'a row that is locked for a while');
is($app->call('GetItem', \%one)->{json}{Item}{n}{N}, '8', 'is written after it');
$psql->quit;

# One session serves everybody; nothing of a request is left in it.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE seen (what text);
CREATE FUNCTION leave_things() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	SET search_path = nowhere;
	SET dynamo.enforce_limits = off;
	SET statement_timeout = 1;
	SET my.secret = 'left';
	CREATE TEMP TABLE mine (n int);
	EXECUTE 'PREPARE prepared AS SELECT 1';
	EXECUTE 'DECLARE held CURSOR WITH HOLD FOR SELECT current_user';
	PERFORM pg_advisory_lock(42);
	RETURN NULL;
END $$;
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	INSERT INTO seen SELECT concat_ws(' ', current_setting('my.secret', true), current_setting('dynamo.enforce_limits'),
		current_setting('search_path'), current_setting('statement_timeout'), to_regclass('pg_temp.mine'),
		(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors WHERE name = 'held'),
		(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), session_user, current_setting('role'));
	RETURN NULL;
END $$;
SQL
$app->call('CreateTable', { %things, TableName => $_ }) foreach 'messy', 'tidy';
$node->safe_psql('postgres', <<'SQL');
CREATE CONSTRAINT TRIGGER leave_things AFTER INSERT ON messy DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION leave_things();
CREATE TRIGGER look AFTER INSERT ON tidy FOR EACH ROW EXECUTE FUNCTION look();
ALTER DATABASE postgres SET dynamo.enforce_limits = off;
SQL
my $worker = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'";
is($node->safe_psql('postgres', $worker), '2', 'two workers');
is($app->call('PutItem', { TableName => 'messy', Item => { p => { S => 'x' } } })->{status}, 200, 'a trigger that leaves a mess');
is($app->call('PutItem', { TableName => 'tidy', Item => { p => { S => 'x' } } })->{status}, 200, 'the next request of the same worker');
is($node->safe_psql('postgres', 'SELECT what FROM seen'), ' on "$user", public 0 0 0 0 dynamo_endpoint none', 'finds nothing of it');
fails($app->call('PutItem', { TableName => 'things', Item => { p => { S => 'y' }, v => { S => 'z' x 410000 } } }), 'ValidationException', 'limits hold whatever the database sets');

# A hostile trigger stays the role that it runs as.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION become() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	BEGIN EXECUTE format('SET ROLE %I', NEW.item['role']::text); EXCEPTION WHEN OTHERS THEN INSERT INTO seen VALUES (SQLSTATE); END;
	BEGIN RESET ROLE; EXCEPTION WHEN OTHERS THEN INSERT INTO seen VALUES (SQLSTATE); END;
	BEGIN EXECUTE format('SET SESSION AUTHORIZATION %I', NEW.item['role']::text); EXCEPTION WHEN OTHERS THEN INSERT INTO seen VALUES (SQLSTATE); END;
	INSERT INTO seen VALUES (current_user);
	RETURN NULL;
END $$;
TRUNCATE seen;
GRANT INSERT ON seen TO app;
CREATE CONSTRAINT TRIGGER become AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION become();
SQL
is($app->call('PutItem', { TableName => 'things', Item => { p => { S => "as $_" }, role => { S => $_ } } })->{status}, 200, "a trigger that tries to become $_")
  foreach 'other', 'dynamo_endpoint', $node->safe_psql('postgres', 'SELECT current_user');
is($node->safe_psql('postgres', "SELECT string_agg(DISTINCT what, ' ' ORDER BY what) FROM seen"), '42501 app', 'stays what it is');
$node->safe_psql('postgres', 'DROP TRIGGER become ON things; CREATE TRIGGER slow AFTER DELETE ON things FOR EACH STATEMENT EXECUTE FUNCTION become()');

# Processes.
$node->safe_psql('postgres', <<'SQL');
CREATE OR REPLACE FUNCTION become() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
SQL
$app->put($app->bytes_of('DeleteItem', \%one));
ok($node->poll_query_until('postgres', "SELECT query FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint' AND state = 'active'", 'DeleteItem things'),
	'pg_stat_activity shows what runs');
$node->safe_psql('postgres', "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint' AND state = 'active'");
fails($app->take, 'ServiceUnavailable', 'pg_cancel_backend ends one request', 503);
is($app->call('GetItem', \%one)->{json}{Item}{n}{N}, '8', 'and nothing else');
ok($node->poll_query_until('postgres', "SELECT n_tup_ins > 2 FROM pg_stat_user_tables WHERE relname = 'things'"), 'statistics are reported');

$node->safe_psql('postgres', "CREATE OR REPLACE FUNCTION become() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'");
$node->append_conf('postgresql.conf', 'dynamo.http_statement_timeout = 200ms');
$node->reload;
foreach (1 .. 20)
{
	$app->call('PutItem', { TableName => 'things', Item => { p => { S => 'one' } } });
	$app->put($app->bytes_of('DeleteItem', \%one));
	last if Dynamo::Http::error_of($answer = $app->take) eq 'ServiceUnavailable';
}
fails($answer, 'ServiceUnavailable', 'a request that takes too long', 503);

# Another port, other workers.
my $next = PostgreSQL::Test::Cluster::get_free_port();
$node->append_conf('postgresql.conf', "dynamo.http_port = $next\ndynamo.http_workers = 1");
$node->reload;
Dynamo::Http->wait_for($next);
ok($node->poll_query_until('postgres', $worker, '1'), 'a worker less');
my $moved = Dynamo::Http->new($next, key => $app->{key});
is($moved->call('GetItem', \%one)->{status}, 200, 'another port after a reload');
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'");
ok($moved->is_ended, 'a worker that is told to end ends its connections');
Dynamo::Http->wait_for($next);
pass('and comes back');

# The extension and its endpoint.
$node->safe_psql('postgres', 'DROP TABLE messy, tidy; DROP EXTENSION dynamo CASCADE');
ok($node->poll_query_until('postgres', $worker, '0'), 'without the extension there is no worker');
$node->safe_psql('postgres', 'CREATE EXTENSION dynamo');
Dynamo::Http->wait_for($next);
pass('with the extension there is one again');

$node->stop('fast');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|worker "dynamo endpoint.*exited with exit code [^0]/, 'nothing crashed');
done_testing();
