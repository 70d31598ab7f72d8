# CREATE EXTENSION and DROP EXTENSION: where they work, where they refuse.

use strict;
use warnings;

use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('install', extension => 0);
my ($code, $stdout, $stderr);

# What is there beside the objects every database has?
my $objects = <<'SQL';
SELECT count(*) FROM (
	SELECT classid, objid FROM pg_depend WHERE objid >= 16384
	UNION SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE nspname = 'dynamo'
	UNION SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE oid >= 16384
	UNION SELECT 'pg_type'::regclass, oid FROM pg_type WHERE oid >= 16384
	UNION SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oid >= 16384
	UNION SELECT 'pg_am'::regclass, oid FROM pg_am WHERE oid >= 16384) o
SQL

my $before = $node->safe_psql('postgres', $objects);
$node->safe_psql('postgres', 'CREATE EXTENSION dynamo');
cmp_ok($node->safe_psql('postgres', $objects), '>', $before, 'CREATE EXTENSION creates objects');
is( $node->safe_psql(
		'postgres', "SELECT has_schema_privilege('public', 'dynamo', 'USAGE'),
					 has_schema_privilege('public', 'dynamo', 'CREATE')"),
	't|f', 'everybody may use the schema, nobody may create in it');

$node->safe_psql('postgres', 'DROP EXTENSION dynamo');
is($node->safe_psql('postgres', $objects), $before, 'DROP EXTENSION leaves nothing behind');

# Twice in one session: nothing that the library keeps belongs to the first.
$node->safe_psql('postgres',
	'CREATE EXTENSION dynamo; DROP EXTENSION dynamo; CREATE EXTENSION dynamo; DROP EXTENSION dynamo;');
is($node->safe_psql('postgres', $objects), $before, 'again in one session');

# A schema made beforehand could belong to somebody else.
$node->safe_psql('postgres', 'CREATE SCHEMA dynamo');
($code, $stdout, $stderr) = $node->psql('postgres', 'CREATE EXTENSION dynamo');
isnt($code, 0, 'CREATE EXTENSION fails where the schema is there');
like($stderr, qr/schema "dynamo" already exists/, 'and says so');
$node->safe_psql('postgres', 'DROP SCHEMA dynamo');

# Items are UTF-8.
$node->safe_psql('postgres', "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
($code, $stdout, $stderr) = $node->psql('ascii', 'CREATE EXTENSION dynamo');
isnt($code, 0, 'CREATE EXTENSION fails in a database that is not UTF8');
like($stderr, qr/must be UTF8, but it is SQL_ASCII/, 'and says why');
like($stderr, qr/HINT:  Create a database with ENCODING/, 'and what to do');

# The script is not for psql.
chomp(my $sharedir = `pg_config --sharedir`);
$stdout = $node->safe_psql('postgres', "\\i $sharedir/extension/dynamo--1.0.sql");
is($stdout, 'Use "CREATE EXTENSION dynamo" to load this file.', 'psql is told not to run the script');
is($node->safe_psql('postgres', $objects), $before, 'and it creates nothing');

$node->stop;
done_testing();
