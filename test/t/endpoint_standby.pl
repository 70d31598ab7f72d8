# The endpoint beside replication: a standby answers reads, and becomes a
# primary; answers wait for synchronous standbys.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $standby_port = PostgreSQL::Test::Cluster::get_free_port();
my $primary = new_server('primary', allows_streaming => 1,
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\ndynamo.http_port = $port\ndynamo.http_database = 'postgres'\n");

$primary->safe_psql('postgres', 'CREATE ROLE app LOGIN; GRANT CREATE ON SCHEMA public TO app');
my $key = [ split /\|/, $primary->safe_psql('postgres', "SELECT * FROM dynamo.create_access_key('app')") ];
$primary->safe_psql('postgres', "SET ROLE app; SELECT dynamo.create_table('things', 'p S'); SELECT dynamo.put_item('things', '{\"p\": {\"S\": \"x\"}, \"n\": {\"N\": \"1\"}}')");
$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->append_conf('postgresql.conf', "dynamo.http_port = $standby_port");
$standby->start;
Dynamo::Http->wait_for($_) foreach $port, $standby_port;
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

# Reads and writes on a standby.
my @x = (TableName => 'things', Key => { p => { S => 'x' } });
my @put = ('PutItem', { TableName => 'things', Item => { p => { S => 'y' } } });
my $reader = Dynamo::Http->new($standby_port, key => $key);
is($reader->call('GetItem', {@x})->{json}{Item}{n}{N}, '1', 'a standby answers reads');
is($reader->call('Query', { TableName => 'things', KeyConditionExpression => 'p = :x', ExpressionAttributeValues => { ':x' => { S => 'x' } } })->{json}{Count}, 1, 'and queries');
my $answer = $reader->call(@put);
is("$answer->{status} " . Dynamo::Http::error_of($answer), '503 ServiceUnavailable', 'a write is refused in such a way that clients try again');
$answer = $reader->call('CreateTable', { TableName => 'more', KeySchema => [ { AttributeName => 'p', KeyType => 'HASH' } ], AttributeDefinitions => [ { AttributeName => 'p', AttributeType => 'S' } ], BillingMode => 'PAY_PER_REQUEST' });
is("$answer->{status} " . Dynamo::Http::error_of($answer), '503 ServiceUnavailable', 'and so is a table');
$primary->safe_psql('postgres', "SELECT dynamo.deactivate_access_key('$key->[0]')");
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is(Dynamo::Http::error_of($reader->call('GetItem', {@x})), 'UnrecognizedClientException', 'a key that was deactivated on the primary');
$primary->safe_psql('postgres', "SELECT dynamo.activate_access_key('$key->[0]')");
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
is($reader->call('GetItem', {@x})->{status}, 200, 'and activated again');

# Synchronous replication.
my $writer = Dynamo::Http->new($port, key => $key);
$primary->append_conf('postgresql.conf', "synchronous_standby_names = '*'");
$primary->reload;
$primary->poll_query_until('postgres', "SELECT sync_state = 'sync' FROM pg_stat_replication");
is($writer->call(@put)->{status}, 200, 'a write that a synchronous standby has');
$standby->stop;
$primary->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_replication');
$writer->put($writer->bytes_of('PutItem', { TableName => 'things', Item => { p => { S => 'z' } } }));
ok(!IO::Select->new($writer->{socket})->can_read(1), 'a write that it does not have yet is not answered');
$standby->start;
is($writer->take->{status}, 200, 'and is when it has');
$standby->stop;
$writer->put($writer->bytes_of('PutItem', { TableName => 'things', Item => { p => { S => 'never' } } }));
usleep(300_000);
$primary->restart;
ok(!defined $writer->take, 'a server that is stopped meanwhile does not answer it');
$primary->append_conf('postgresql.conf', "synchronous_standby_names = ''");
$primary->reload;
$standby->start;

# Promotion.
Dynamo::Http->wait_for($standby_port);
$standby->promote;
$reader = Dynamo::Http->new($standby_port, key => $key);
is($reader->call(@put)->{status}, 200, 'a standby that was promoted takes writes');
is($reader->call('GetItem', { TableName => 'things', Key => { p => { S => 'z' } } })->{json}{Item}{p}{S}, 'z', 'and has what was acknowledged');

$standby->stop('fast');
$primary->stop('fast');
unlike(slurp_file($_->logfile), qr/PANIC|TRAP|was terminated by signal/, $_->name . ' did not crash') foreach $primary, $standby;
done_testing();
