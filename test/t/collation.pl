# The SQL tests give the same output in a database with an ICU collation.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('collation');

my ($code, $stdout, $stderr) = $node->psql('postgres', "CREATE COLLATION probe (PROVIDER = icu, LOCALE = 'en')");
if ($code != 0 && $stderr =~ /ICU is not supported in this build/)
{
	$node->stop;
	plan skip_all => 'the server was built without ICU';
}

# Upper case first, numbers by value: no other order is further from that of bytes.
new_database($node, 'icu', q(LOCALE_PROVIDER icu ICU_LOCALE 'en-US-u-kf-upper-kn' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0));
is($node->safe_psql('icu', q(SELECT string_agg(t, ' ' ORDER BY t) FROM unnest(ARRAY['a10', 'B', 'a9', 'b', 'Z']) AS t)),
	'a9 a10 B b Z', 'the database has a collation of its own');

my @tests = map { m{^sql/(.*)\.sql$} } sort glob('sql/*.sql');
my $output = "$ENV{TESTDIR}/tmp_check/icu";
mkdir $output;
my $passed = IPC::Run::run(
	[
		$ENV{PG_REGRESS}, '--use-existing', '--inputdir=.', "--outputdir=$output", '--host=' . $node->host, '--port=' . $node->port,
		'--bindir=' . $node->config_data('--bindir'), '--dbname=icu', @tests
	],
	'>', \$stdout, '2>', \$stderr);
ok($passed, 'the SQL tests pass: ' . join(' ', @tests));
diag($stdout, -e "$output/regression.diffs" ? slurp_file("$output/regression.diffs") : $stderr) unless $passed;

$node->stop;
done_testing();
