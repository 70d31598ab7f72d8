# Two-phase commit: what a prepared transaction did to a table of items
# survives a restart and a crash, and is undone as well.

use strict;
use warnings;

use PostgreSQL::Test::Utils;
use Test::More;

use Dynamo::Test;

my $node = new_server('tableam_prepared');

$node->safe_psql('postgres', item_table('things', 'p N', 's N'));
$node->safe_psql('postgres', <<'SQL');
INSERT INTO things (item)
	SELECT format('{"p": {"N": "%s"}, "s": {"N": "%s"}, "n": {"N": "0"}}', p, s)::dynamo.item
	  FROM generate_series(1, 30) s, generate_series(1, 10) p;
SQL
my $before = contents($node, 'postgres', 'things');

# Prepare changes of all kinds as a transaction.
my $changes = <<'SQL';
BEGIN;
UPDATE things SET item['n'] = 1::dynamo.value WHERE item['s']::int <= 10;
UPDATE things SET item['g'] = 'x'::dynamo.value WHERE item['s']::int = 11;
SAVEPOINT s;
DELETE FROM things;
ROLLBACK TO s;
DELETE FROM things WHERE item['s']::int = 12;
INSERT INTO things (item)
	SELECT format('{"p": {"N": "%s"}, "s": {"N": "%s"}, "big": {"S": "%s"}}', p, s,
				  (SELECT string_agg(encode(sha256((p * i)::text::bytea), 'base64'), '') FROM generate_series(1, 400) i))::dynamo.item
	  FROM generate_series(31, 32) s, generate_series(1, 10) p;
PREPARE TRANSACTION 'changes';
SQL

$node->safe_psql('postgres', $changes);
is(contents($node, 'postgres', 'things'), $before, 'nothing is seen of a prepared transaction');
$node->restart;
is(contents($node, 'postgres', 'things'), $before, 'nor after a restart');
my ($code) = $node->psql('postgres', "SET lock_timeout = '100ms'; UPDATE things SET item['n'] = 2::dynamo.value WHERE key = '1/1'");
isnt($code, 0, 'its rows are locked');
$node->safe_psql('postgres', "UPDATE things SET item['n'] = 0::dynamo.value WHERE key = '1/20'");
$node->safe_psql('postgres', "ROLLBACK PREPARED 'changes'");
is(contents($node, 'postgres', 'things'), $before, 'rolled back, it leaves no trace');
is(check_consistency($node, 'postgres', 'things'), '', 'amcheck finds nothing');

$node->safe_psql('postgres', $changes);
$node->stop('immediate');
$node->start;
$node->safe_psql('postgres', "COMMIT PREPARED 'changes'");
is( $node->safe_psql('postgres', <<'SQL'), '100|10|0|20', 'committed after a crash, all of it is there');
SELECT (SELECT count(*) FROM things WHERE item['n']::int = 1), (SELECT count(*) FROM things WHERE item['g']::text = 'x'),
	   (SELECT count(*) FROM things WHERE item['s']::int = 12), (SELECT count(*) FROM things WHERE length(item['big']::text) = 17600)
SQL
is(check_consistency($node, 'postgres', 'things'), '', 'amcheck finds nothing');

# It may prepare a table's making and its end, too.
$node->safe_psql('postgres', <<'SQL');
BEGIN;
CREATE TABLE made (LIKE things INCLUDING ALL) USING dynamo;
INSERT INTO made SELECT * FROM things;
DROP TABLE things;
PREPARE TRANSACTION 'tables';
SQL
$node->stop('immediate');
$node->start;
$node->safe_psql('postgres', "COMMIT PREPARED 'tables'");
is($node->safe_psql('postgres', 'SELECT count(*) FROM made'), '310', 'a table that a prepared transaction made');
is(check_consistency($node, 'postgres', 'made'), '', 'amcheck finds nothing');

$node->stop;
done_testing();
