# The endpoint's certificate: where it comes from, how it is exchanged, and
# that what is wrong with it never makes the endpoint answer without TLS.

use strict;
use warnings;

use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $port = PostgreSQL::Test::Cluster::get_free_port();
my $files = PostgreSQL::Test::Utils::tempdir();

# Make a certificate and its key; more options for openssl.
sub certificate
{
	my ($name, @options) = @_;
	my ($out, $err);

	IPC::Run::run([ 'openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2',
			'-subj', "/CN=$name", '-keyout', "$files/$name.key", '-out', "$files/$name.crt", @options ], '>', \$out, '2>', \$err)
	  or die "openssl: $err";
	chmod 0600, "$files/$name.key";
	return;
}

# What a new connection says of its certificate and of GET /.
sub probe
{
	IPC::Run::run([ 'python3', 'test/python/tls_probe.py', $port ], '<', \"\n", '>', \my $out, '2>', \my $err);
	return join(' ', split(/\n/, $out));
}

sub settings
{
	my ($node, $certificate, $key) = @_;

	$node->safe_psql('postgres', "ALTER SYSTEM SET dynamo.http_tls_certificate = '$certificate'");
	$node->safe_psql('postgres', "ALTER SYSTEM SET dynamo.http_tls_key = '$key'");
	return;
}

# Reload settings that cannot be used: the log says why, and the endpoint goes on as it was.
sub refused
{
	my ($node, $certificate, $key, $message, $name) = @_;
	my $offset = -s $node->logfile;

	settings($node, $certificate, $key);
	$node->reload;
	ok($node->wait_for_log($message, $offset), "$name is not taken, and the log says so");
	is(probe(), 'second HTTP/1.1 200 OK', "... and the endpoint goes on with the former certificate");
	return;
}

certificate('first', '-nodes');
certificate('second', '-nodes');
certificate('readable', '-nodes');
certificate('locked', '-passout', 'pass:secret');
chmod 0644, "$files/readable.key";

my $node = new_server('tls', config => "shared_preload_libraries = 'dynamo'\nmax_worker_processes = 16\n"
	  . "dynamo.http_port = $port\ndynamo.http_database = 'postgres'\ndynamo.http_listen_addresses = '127.0.0.1'\ndynamo.http_workers = 1\n"
	  . "dynamo.http_tls_certificate = '$files/first.crt'\ndynamo.http_tls_key = '$files/first.key'\n");
$node->safe_psql('postgres', 'SELECT dynamo.start_workers()');

# A worker that was just started may not listen yet.
sub comes_to
{
	my ($expected, $name) = @_;

	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		return pass($name) if probe() eq $expected;
		select undef, undef, undef, 0.1;
	}
	return fail($name);
}

comes_to('first HTTP/1.1 200 OK', 'the endpoint speaks TLS, with the certificate of the settings');

# A connection from before an exchange.
my ($to_old, $from_old) = ('', '');
my $old = IPC::Run::start([ 'python3', 'test/python/tls_probe.py', $port ], \$to_old, \$from_old,
	IPC::Run::timer($PostgreSQL::Test::Utils::timeout_default));
IPC::Run::pump($old) until $from_old =~ /first\n/;

settings($node, "$files/second.crt", "$files/second.key");
$node->reload;
comes_to('second HTTP/1.1 200 OK', 'a reload exchanges the certificate');
$to_old = "\n";
IPC::Run::pump($old) until $from_old =~ /HTTP.*\n/;
like($from_old, qr/200 OK/, 'a connection that has begun goes on with its own');
IPC::Run::finish($old);

refused($node, "$files/first.crt", "$files/second.key", qr/could not load the endpoint's private key file/, "another certificate's key");
refused($node, "$files/readable.crt", "$files/readable.key", qr/private key file ".*readable.key" has group or world access/, 'a key that others can read');
refused($node, "$files/locked.crt", "$files/locked.key", qr/could not load the endpoint's private key file/, 'a key with a passphrase');
refused($node, "$files/nothing.crt", "$files/second.key", qr/could not load the endpoint's certificate file/, 'a file that is not there');
refused($node, "$files/second.crt", '', qr/TLS of the endpoint needs a certificate and its key/, 'a certificate without a key');

# At the start there is no former certificate, so there is no endpoint, and none without TLS.
settings($node, "$files/nothing.crt", "$files/second.key");
my $offset = -s $node->logfile;
$node->restart;
ok($node->wait_for_log(qr/could not load the endpoint's certificate file/, $offset), 'a worker does not start without its certificate');
is(probe(), '', '... and nobody answers');
settings($node, "$files/second.crt", "$files/second.key");
$node->reload;
comes_to('second HTTP/1.1 200 OK', '... until it is there');

settings($node, '', '');
$node->reload;
$node->poll_query_until('postgres', "SELECT current_setting('dynamo.http_tls_key') = ''");
my ($answer, $error);
for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
{
	IPC::Run::run([ 'python3', '-c', 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())', "http://127.0.0.1:$port/" ],
		'>', \$answer, '2>', \$error);
	last if $answer;
	select undef, undef, undef, 0.1;
}
like($answer, qr/^healthy: /, 'without both settings the endpoint speaks plain HTTP');

$node->stop;
done_testing();
