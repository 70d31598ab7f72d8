# The endpoint and those who make it wait: locks, slow clients, clients that
# take no answers, too many of them, and its own end.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

use Dynamo::Http;
use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $node = new_server('waiting',
	config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\nmax_files_per_process = 300\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_workers = 1\n"
	  . "dynamo.http_request_timeout = 2s\ndynamo.http_idle_timeout = 4s\ndynamo.http_body_memory = 1MB\n"
	  . "dynamo.http_auth = trust\ndynamo.http_trust_role = 'app'\n");
my $worker = "FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'";

$node->safe_psql('postgres', <<'SQL');
CREATE ROLE app LOGIN;
GRANT CREATE ON SCHEMA public TO app;
SET ROLE app;
SELECT dynamo.create_table('things', 'p S');
SELECT dynamo.put_item('things', '{"p": {"S": "hot"}, "n": {"N": "0"}}');
SELECT dynamo.put_item('things', '{"p": {"S": "cold"}, "n": {"N": "0"}}');
SQL
Dynamo::Http->wait_for($port);

sub add_to
{
	my ($key) = @_;

	return ('UpdateItem', { TableName => 'things', Key => { p => { S => $key } }, UpdateExpression => 'ADD n :one', ExpressionAttributeValues => { ':one' => { N => '1' } }, ReturnValues => 'ALL_NEW' });
}

# Sixteen requests for a row that is locked, and one for another row.
my $psql = $node->background_psql('postgres');
$psql->query_safe("BEGIN; SELECT FROM things WHERE item['p'] = 'hot' FOR UPDATE");
my @hot = map { Dynamo::Http->new($port) } 1 .. 16;
my $cold = Dynamo::Http->new($port);
$_->put($_->bytes_of(add_to('hot'))) foreach @hot;
my $longest = 0;
foreach (1 .. 20)
{
	my $begin = time;
	my $answer = $cold->call(add_to('cold'));
	my $took = time - $begin;

	die 'the other row was not written' unless $answer->{status} == 200;
	$longest = $took if $took > $longest;
	usleep(20_000);
}
cmp_ok($longest, '<', 0.1, 'another row is written within 100 ms while sixteen requests wait for one that is locked');
ok($node->poll_query_until('postgres', "SELECT count(*) = 0 $worker AND xact_start IS NOT NULL"), 'those that wait hold no transaction between two tries');
$psql->query_safe('COMMIT');
is(join(' ', sort { $a <=> $b } map { $_->take->{json}{Attributes}{n}{N} } @hot), join(' ', 1 .. 16), 'all are done once it is not');
$psql->query_safe("BEGIN; SELECT FROM things WHERE item['p'] = 'hot' FOR UPDATE");
$hot[0]->put($hot[0]->bytes_of(add_to('hot')) . $hot[0]->bytes_of('GetItem', { TableName => 'things', Key => { p => { S => 'hot' } } }));
$hot[1]->put($hot[1]->bytes_of(add_to('hot')));
usleep(50_000);
close $hot[1]{socket};
$psql->query_safe('COMMIT');
like($hot[0]->take->{json}{Attributes}{n}{N} // 'none', qr/^1[78]$/, 'a request that waits keeps its place');
like($hot[0]->take->{json}{Item}{n}{N}, qr/^1[78]$/, 'before the next one of its connection');
$psql->quit;

# Slow clients.
my $slow = Dynamo::Http->new($port);
$slow->put("POST / HTTP/1.1\r\nhost: x\r\n");
my $slower = Dynamo::Http->new($port);
$slower->put("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
my $silent = Dynamo::Http->new($port);
my $idle = Dynamo::Http->new($port);
is($idle->get('/')->{status}, 200, 'a client that goes idle');
is($slow->take->{status}, 408, 'a head that does not end');
ok($slow->is_ended, 'ends the connection');
is($slower->take->{status}, 408, 'a body that does not end');
ok($slower->is_ended, 'ends the connection, too');
ok($silent->is_ended, 'as does a client that says nothing at all');
ok($idle->is_ended, 'and one that is idle for long');

# Clients that take no answers.
my $large = { TableName => 'things', Item => { p => { S => 'large' }, v => { S => 'x' x 400_000 } } };
$cold = Dynamo::Http->new($port);
is($cold->call('PutItem', $large)->{status}, 200, 'a large item');
my $deaf = Dynamo::Http->new($port);
$deaf->put($deaf->bytes_of('GetItem', { TableName => 'things', Key => { p => { S => 'large' } } }) x 100);
usleep(300_000);
my $rss = slurp_file('/proc/' . $node->safe_psql('postgres', "SELECT pid $worker") . '/status') =~ /RssAnon:\s+(\d+) kB/ ? $1 : 1e9;
cmp_ok($rss, '<', 40_000, 'a client that takes no answers gets no more of them made');
is(scalar(grep { length($deaf->take->{body}) > 400_000 } 1 .. 100), 100, 'and all of them once it takes them');

# Memory for what arrives.
my @fat = map { Dynamo::Http->new($port) } 1 .. 8;
foreach my $fat (@fat)
{
	$fat->{socket}->blocking(0);
	syswrite($fat->{socket}, "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n" . 'x' x 400_000);
}
usleep(300_000);
$_->{socket}->blocking(1) foreach @fat;
my $refused = grep { IO::Select->new($_->{socket})->can_read(0) && $_->take->{status} == 503 } @fat;
cmp_ok($refused, '>', 3, 'bodies beyond dynamo.http_body_memory are refused');
undef @fat;
foreach (1 .. 50)
{
	last if ($cold = Dynamo::Http->new($port))->call('PutItem', $large)->{status} == 200;
	usleep(100_000);
}
is($cold->call('PutItem', $large)->{status}, 200, 'and those after them are not');

# More clients than descriptors.
my @many = map { Dynamo::Http->new($port) } 1 .. 120;
my $served = grep { my $answer = eval { $_->get('/') }; $answer && $answer->{status} == 200 } @many;
cmp_ok($served, '>', 50, 'as many clients as there are descriptors for');
cmp_ok($served, '<', 120, 'are served, and others are sent away');
is($many[0]->get('/')->{status}, 200, 'which does not hurt the former');
undef @many;
Dynamo::Http->wait_for($port);

# The end: what was received is answered.
$psql = $node->background_psql('postgres');
$psql->query_safe("BEGIN; SELECT FROM things WHERE item['p'] = 'hot' FOR UPDATE");
my $last = Dynamo::Http->new($port);
my $unused = Dynamo::Http->new($port);
is($unused->get('/')->{status}, 200, 'a connection that waits for nothing');
$last->put($last->bytes_of(add_to('hot')));
usleep(200_000);
$node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) $worker");
ok($unused->is_ended, 'ends as the worker is told to');
$psql->query_safe('COMMIT');
my $answer = $last->take;
is("$answer->{status} $answer->{headers}{connection}", '200 close', 'one that waits for an answer gets it');
ok($last->is_ended, 'and ends then');
$psql->quit;
Dynamo::Http->wait_for($port);

# A trigger that does not let itself be cancelled.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		BEGIN
			PERFORM pg_sleep(100);
		EXCEPTION WHEN query_canceled THEN
		END;
	END LOOP;
END $$;
CREATE TRIGGER stay AFTER DELETE ON things FOR EACH ROW EXECUTE FUNCTION stay();
ALTER SYSTEM SET dynamo.http_statement_timeout = '100ms';
SELECT pg_reload_conf();
SQL
usleep(200_000);
my $stuck = Dynamo::Http->new($port);
ok(!defined $stuck->call('DeleteItem', { TableName => 'things', Key => { p => { S => 'hot' } } }), 'a trigger that catches being cancelled ends with its worker');
Dynamo::Http->wait_for($port);
is(Dynamo::Http->new($port)->call('GetItem', { TableName => 'things', Key => { p => { S => 'hot' } } })->{status}, 200, 'which comes back');

# Who may be trusted, and from where.
my $log = -s $node->logfile;
$node->append_conf('postgresql.conf', "dynamo.http_trust_role = '" . $node->safe_psql('postgres', 'SELECT current_user') . "'");
$node->reload;
my $trusted = Dynamo::Http->new($port);
foreach (1 .. 50)
{
	last if ($answer = $trusted->call('ListTables', {}))->{status} == 400;
	usleep(100_000);
}
is(Dynamo::Http::error_of($answer), 'UnrecognizedClientException', 'a superuser is not trusted');
$node->append_conf('postgresql.conf', "dynamo.http_trust_role = 'app'\ndynamo.http_listen_addresses = '*'");
$node->reload;
$node->wait_for_log(qr/trusts nobody who comes from another machine/, $log);
pass('nobody is trusted who comes from another machine');

$node->stop('fast');
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal/, 'nothing crashed');
done_testing();
