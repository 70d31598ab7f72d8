# Placement by many backends: connections that insert one item each, in no
# order of their sort keys, and connections that insert at the same time.

use strict;
use warnings;

use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $files = PostgreSQL::Test::Utils::tempdir;
append_to_file("$files/insert.sql", <<'SQL');
\set p random(1, 40)
\set s random(1, 1000000000)
INSERT INTO things VALUES (format('%s/%s', :p::int, :s::int)::dynamo.key,
	format('{"p": {"N": "%s"}, "s": {"N": "%s"}, "f": {"S": "%s"}}', :p::int, :s::int, repeat('x', 250))::dynamo.item) ON CONFLICT DO NOTHING;
SQL

# How many times as large is the table as a heap of the same rows, and how many
# times as many pages as it fills has a collection, on average?
my $space = <<'SQL';
CREATE TABLE heap USING heap AS SELECT * FROM things;
SELECT round(pg_relation_size('things')::numeric / pg_relation_size('heap'), 1),
	   (SELECT round(avg(c.pages / ceil(c.items * 330 / 8192.0)), 1)
		  FROM (SELECT count(DISTINCT (ctid::text::point)[0]) AS pages, count(*) AS items FROM things GROUP BY item['p']::int) c);
SQL

foreach my $shared (0, 1)
{
	my $how = $shared ? 'preloaded' : 'not preloaded';
	my $node = new_server("tableam_backends_$shared",
		config => "fsync = off\nmax_connections = 50\n" . ($shared ? "shared_preload_libraries = 'dynamo'\n" : ''));
	$node->safe_psql('postgres', 'CREATE TABLE things (key dynamo.key PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo');

	# pgbench -C connects for each transaction
	$node->command_ok([ 'pgbench', '-n', '-C', '-t', 600, '-f', "$files/insert.sql", 'postgres' ], "$how: a connection for each item");
	my ($size, $pages) = split /\|/, $node->safe_psql('postgres', $space);
	cmp_ok($size, '<=', 2, "$how: the table does not take twice the space");
	cmp_ok($pages, '<=', $shared ? 5 : 15, "$how: collections are on few pages");
	note("$how: $size times the space, $pages times the pages");

	$node->safe_psql('postgres', 'DROP TABLE heap; TRUNCATE things');
	$node->command_ok([ 'pgbench', '-n', '-c', 20, '-j', 2, '-t', 600, '-M', 'prepared', '-f', "$files/insert.sql", 'postgres' ],
		"$how: 20 connections at a time");
	($size, $pages) = split /\|/, $node->safe_psql('postgres', $space);
	cmp_ok($size, '<=', $shared ? 1.5 : 2.5, "$how: the table takes not much more space");
	cmp_ok($pages, '<=', $shared ? 2 : 5, "$how: collections are on few pages");
	note("$how: $size times the space, $pages times the pages");
	is(check_consistency($node, 'postgres', 'things'), '', "$how: amcheck finds nothing");

	# The memory is of one server, whose databases do not share a table.
	$node->safe_psql('postgres', 'TRUNCATE things; INSERT INTO things SELECT * FROM heap LIMIT 1000; VACUUM things');
	new_database($node, 'other');
	$node->safe_psql('other', 'CREATE TABLE things (key dynamo.key PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo');
	$node->command_ok([ 'pgbench', '-n', '-c', 4, '-t', 100, '-f', "$files/insert.sql", 'other' ], "$how: another database");
	is($node->safe_psql('other', 'SELECT count(*) > 350 FROM things'), 't', "$how: all is there");
	$node->stop;
}

done_testing();
