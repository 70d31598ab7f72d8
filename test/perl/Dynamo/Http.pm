# Dynamo::Http
#	  A client of the endpoint that sends exactly the bytes it is told to:
#	  nothing is retried, added or repaired.

package Dynamo::Http;

use strict;
use warnings;

use Compress::Zlib ();
use Digest::SHA qw(hmac_sha256 hmac_sha256_hex sha256_hex);
use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use POSIX qw(strftime);
use Time::HiRes qw(time);

# Connect: Dynamo::Http->new($port, key => [ $id, $secret, $token ]).
sub new
{
	my ($class, $port, %options) = @_;
	my $self = bless { port => $port, key => $options{key}, in => '' }, $class;

	$self->{socket} = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp', Timeout => 10)
	  or die "could not connect to port $port: $!";
	$self->{socket}->sockopt(Socket::SO_RCVTIMEO(), pack('l!l!', 30, 0));
	return $self;
}

# Wait until the endpoint answers.
sub wait_for
{
	my ($class, $port) = @_;

	foreach (1 .. 300)
	{
		my $answer = eval { $class->new($port)->get('/') };
		return 1 if $answer && $answer->{status} == 200;
		select(undef, undef, undef, 0.1);
	}
	die "nobody answers on port $port";
}

# The bytes of a request for an operation, signed if there is a key.
#	headers => { name => value }, and undef for one that is not to be there
#	body => bytes, in place of the JSON of $arguments
sub bytes_of
{
	my ($self, $operation, $arguments, %options) = @_;
	my $body = $options{body} // JSON::PP->new->canonical->utf8->encode($arguments);
	my %headers = (
		'host' => "127.0.0.1:$self->{port}",
		'content-type' => 'application/x-amz-json-1.0',
		'content-length' => length($body),
		'x-amz-target' => ($operation =~ /Stream|Shard|GetRecords/ ? 'DynamoDBStreams' : 'DynamoDB') . "_20120810.$operation");

	$headers{authorization} = 'AWS4-HMAC-SHA256 any' unless $self->{key};
	$self->sign(\%headers, $body, $options{time} // time) if $self->{key};
	foreach my $name (keys %{ $options{headers} // {} })
	{
		$headers{$name} = $options{headers}{$name};
		delete $headers{$name} unless defined $headers{$name};
	}
	return "POST / HTTP/1.1\r\n" . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) . "\r\n$body";
}

sub sign
{
	my ($self, $headers, $body, $time) = @_;
	my ($id, $secret, $token) = @{ $self->{key} };
	my $when = strftime('%Y%m%dT%H%M%SZ', gmtime($time));
	my $scope = substr($when, 0, 8) . '/us-east-1/dynamodb/aws4_request';

	$headers->{'x-amz-date'} = $when;
	$headers->{'x-amz-security-token'} = $token if $token;
	my $names = join(';', sort keys %$headers);
	my $canonical = join("\n", 'POST', '/', '', (map { "$_:$headers->{$_}" } sort keys %$headers), '', $names, sha256_hex($body));
	my $signing = "AWS4$secret";
	$signing = hmac_sha256($_, $signing) foreach split m{/}, $scope;
	my $signature = hmac_sha256_hex(join("\n", 'AWS4-HMAC-SHA256', $when, $scope, sha256_hex($canonical)), $signing);
	$headers->{authorization} = "AWS4-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=$names, Signature=$signature";
	return;
}

sub put
{
	my ($self, $bytes) = @_;
	my $sent = 0;

	while ($sent < length($bytes))
	{
		my $n = syswrite($self->{socket}, $bytes, length($bytes) - $sent, $sent);
		return 0 unless $n;
		$sent += $n;
	}
	return 1;
}

# Read one answer: { status, headers, body, json }; no json of 100 kB or more.  Returns undef where the
# connection has ended.  Dies where the answer is not what HTTP has, or its
# checksum is wrong.
sub take
{
	my ($self, $method) = @_;

	until ($self->{in} =~ /\r\n\r\n/)
	{
		my $n = sysread($self->{socket}, $self->{in}, 65536, length($self->{in}));
		die "no answer within 30 seconds" unless defined $n || $!{ECONNRESET};
		return undef unless $n;
	}
	my ($head, $rest) = split /\r\n\r\n/, $self->{in}, 2;
	my ($first, @lines) = split /\r\n/, $head;
	my ($status) = $first =~ m{^HTTP/1\.1 (\d{3}) } or die "no status: $first";
	my %headers = map { /^([^:]+): (.*)$/ or die "no header: $_"; (lc $1, $2) } @lines;

	if ($status == 100)
	{
		$self->{in} = $rest;
		return { status => 100 };
	}
	my $length = ($method // '') eq 'HEAD' ? 0 : $headers{'content-length'};
	while (length($rest) < $length)
	{
		my $n = sysread($self->{socket}, $rest, 65536, length($rest));
		die 'the answer is cut off' unless $n;
	}
	my $body = substr($rest, 0, $length);
	$self->{in} = substr($rest, $length);
	die "wrong checksum" unless ($method // '') eq 'HEAD' || $headers{'x-amz-crc32'} == Compress::Zlib::crc32($body);
	die "no request id" unless $headers{'x-amzn-requestid'} =~ /^[A-Z0-9]{52}$/;
	# A large one takes this module seconds.
	my $json = $body =~ /^\{/ && $length < 100_000 ? JSON::PP->new->utf8->decode($body) : undef;
	return { status => $status, headers => \%headers, body => $body, json => $json };
}

# Run an operation.
sub call
{
	my ($self, $operation, $arguments, %options) = @_;

	$self->put($self->bytes_of($operation, $arguments, %options));
	return $self->take;
}

sub get
{
	my ($self, $path, %headers) = @_;

	$self->put("GET $path HTTP/1.1\r\nhost: x\r\n" . join('', map { "$_: $headers{$_}\r\n" } sort keys %headers) . "\r\n");
	return $self->take;
}

# The name of an answer's error: "ValidationException", or "" where there is none.
sub error_of
{
	my ($answer) = @_;

	return '(no answer)' unless $answer;
	return '' unless $answer->{json} && $answer->{json}{__type};
	return $answer->{json}{__type} =~ s/.*#//r;
}

# Does the other side end the connection, within some seconds?
sub is_ended
{
	my ($self) = @_;

	return 0 unless IO::Select->new($self->{socket})->can_read(10);
	my $n = sysread($self->{socket}, my $more, 1);
	return !$n;
}

1;
