# PartiQL over HTTP: as by SQL, with the errors of the wire; and pages that go
# on in another worker, on another connection and after a crash.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('partiql',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_lock_timeout = 300ms\n");

# A client with a key of a role.
sub client
{
	my ($role) = @_;

	return Dynamo::Http->new($port, key => [ split /\|/, $node->safe_psql('postgres', "SELECT * FROM dynamo.create_access_key('$role', false)") ]);
}

sub execute
{
	my ($client, $statement, %more) = @_;

	return $client->call('ExecuteStatement', { Statement => $statement, %more });
}

sub fails
{
	my ($answer, $error, $name) = @_;

	is(Dynamo::Http::error_of($answer) . " $answer->{status}", "$error 400", $name);
	return;
}

$node->safe_psql('postgres', 'CREATE ROLE app LOGIN; CREATE ROLE other LOGIN; GRANT CREATE ON SCHEMA public TO app');
Dynamo::Http->wait_for($port);
my ($app, $other) = (client('app'), client('other'));
$app->call('CreateTable', {
	TableName => 'songs',
	KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' }, { AttributeName => 's', KeyType => 'RANGE' } ],
	AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' }, { AttributeName => 's', AttributeType => 'N' } ],
	BillingMode => 'PAY_PER_REQUEST' });

# Statements of every kind.
is(execute($app, q(INSERT INTO songs VALUE {'p': 'a', 's': ?, 'n': 1}), Parameters => [ { N => "$_" } ])->{body}, '{"Items":[]}', "INSERT of $_") for 1 .. 5;
fails(execute($app, q(INSERT INTO songs VALUE {'p': 'a', 's': 1})), 'DuplicateItemException', 'an item that is there');
is_deeply(execute($app, q(UPDATE songs SET n = n + 1 WHERE p = 'a' AND s = 1 RETURNING MODIFIED NEW *))->{json}, { Items => [ { n => { N => '2' } } ] }, 'UPDATE');
my $answer = execute($app, q(DELETE FROM songs WHERE p = 'a' AND s = 1 AND n = 1), ReturnValuesOnConditionCheckFailure => 'ALL_OLD');
fails($answer, 'ConditionalCheckFailedException', 'a WHERE clause that is false');
is($answer->{json}{Item}{n}{N}, '2', 'and the item that made it so');
fails(execute($app, 'SELECT'), 'ValidationException', 'what is not well formed');
fails(execute($app, q(SELECT * FROM nothing WHERE p = 'a')), 'ResourceNotFoundException', 'no such table');
$answer = $app->call('BatchExecuteStatement', { Statements => [ map { { Statement => "SELECT n FROM songs WHERE p = 'a' AND s = $_" } } 1, 2, 9 ] });
is_deeply([ map { $_->{Item}{n}{N} } @{ $answer->{json}{Responses} } ], [ 2, 1, undef ], 'BatchExecuteStatement');
$answer = $app->call('ExecuteTransaction', { TransactStatements => [ { Statement => q(UPDATE songs SET n = 0 WHERE p = 'a' AND s = 2) },
	{ Statement => q(EXISTS(SELECT * FROM songs WHERE p = 'a' AND s = 9)) } ] });
fails($answer, 'TransactionCanceledException', 'a check that is false');
is_deeply([ map { $_->{Code} } @{ $answer->{json}{CancellationReasons} } ], [ 'None', 'ConditionalCheckFailed' ], 'and the reasons');

# Privileges are those of the role, in the words of IAM.
$answer = execute($other, q(SELECT * FROM songs WHERE p = 'a'));
fails($answer, 'AccessDeniedException', 'a role without privileges');
like($answer->{json}{Message}, qr/user\/other is not authorized to perform: dynamodb:PartiQLSelect on resource: arn:aws:dynamodb:us-east-1:\d+:table\/songs /, 'in the words of the service');
$node->safe_psql('postgres', 'GRANT SELECT ON songs TO other');
is(scalar @{ execute($other, q(SELECT * FROM songs WHERE p = 'a'))->{json}{Items} }, 5, 'one that may read');
$answer = execute($other, q(DELETE FROM songs WHERE p = 'a' AND s = 1));
like($answer->{json}{Message}, qr/perform: dynamodb:PartiQLDelete/, 'and not delete');

# Pages: other connections, and so perhaps other workers; a crash; another role.
my $select = q(SELECT s FROM songs WHERE p = 'a' AND s > 1 ORDER BY s DESC);
$answer = execute($app, $select, Limit => 2);
is_deeply([ map { $_->{s}{N} } @{ $answer->{json}{Items} } ], [ 5, 4 ], 'a page');
my $token = $answer->{json}{NextToken};
is_deeply([ map { $_->{s}{N} } @{ execute(client('app'), $select, Limit => 1, NextToken => $token)->{json}{Items} } ], [3], "connection $_") for 1 .. 3;
fails(execute($app, q(SELECT s FROM songs WHERE p = 'b'), NextToken => $token), 'ValidationException', 'a token of another statement');
fails(execute($app, $select, NextToken => 'AAAA'), 'ValidationException', 'a token that was made up');
$node->safe_psql('postgres', 'REVOKE SELECT ON songs FROM other');
fails(execute($other, $select, NextToken => $token), 'AccessDeniedException', 'a token gives no rights');
$node->stop('immediate');
$node->start;
Dynamo::Http->wait_for($port);
$app = client('app');
is_deeply([ map { $_->{s}{N} } @{ execute($app, $select, NextToken => $token)->{json}{Items} } ], [ 3, 2 ], 'after a crash');

# Rows that are locked are a conflict.
my $psql = $node->background_psql('postgres');
$psql->query_safe(q{BEGIN; UPDATE songs SET item['n'] = 7 WHERE key = '"a"/3'});
fails(execute($app, q(UPDATE songs SET n = 8 WHERE p = 'a' AND s = 3)), 'TransactionConflictException', 'a row that is locked');
$answer = $app->call('ExecuteTransaction', { TransactStatements => [ map { { Statement => "UPDATE songs SET n = 9 WHERE p = 'a' AND s = $_" } } 2, 3, 4 ] });
is_deeply([ map { $_->{Code} } @{ $answer->{json}{CancellationReasons} } ], [ 'None', 'TransactionConflict', 'None' ], 'a transaction says which one');
$psql->query_safe('ROLLBACK');
$psql->quit;
is(execute($app, q(SELECT n FROM songs WHERE p = 'a' AND s = 4))->{json}{Items}[0]{n}{N}, '1', 'and has done nothing');

$node->stop;
done_testing();
