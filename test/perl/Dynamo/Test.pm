# Dynamo::Test
#	  Servers for the TAP tests.
#
# The clusters are PostgreSQL::Test::Cluster objects; this module only sets
# them up as the extension needs them.

package Dynamo::Test;

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Cluster;

our @EXPORT = qw(new_server new_database check_consistency);

# Start a server named $name whose databases have the encoding UTF8.
#	allows_streaming => 1 (or 'logical')	as in PostgreSQL::Test::Cluster
#	extra => [...]							options of initdb
#	config => "..."							lines for postgresql.conf
#	extension => 0							without CREATE EXTENSION in the database postgres
sub new_server
{
	my ($name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(
		allows_streaming => $options{allows_streaming} // 0,
		extra => [ '--encoding=UTF8', '--locale=C.UTF-8', @{ $options{extra} // [] } ]);
	$node->append_conf('postgresql.conf',
		"max_prepared_transactions = 10\n" . ($options{config} // ''));
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION dynamo')
	  unless defined $options{extension} && !$options{extension};
	return $node;
}

# Create a database with the extension in it; $clause ends CREATE DATABASE,
# for instance "LOCALE_PROVIDER icu ICU_LOCALE 'de' TEMPLATE template0".
sub new_database
{
	my ($node, $database, $clause) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database " . ($clause // ''));
	$node->safe_psql($database, 'CREATE EXTENSION dynamo');
	return;
}

# Return what amcheck finds wrong in a table and in its b-trees: the empty
# string where nothing is.  verify_heapam looks at heap tables only, so the
# table is one while it looks; the page format is the same.
sub check_consistency
{
	my ($node, $database, $table) = @_;

	$node->safe_psql($database, 'CREATE EXTENSION IF NOT EXISTS amcheck');
	return $node->safe_psql($database, <<"SQL");
BEGIN;
UPDATE pg_class SET relam = (SELECT oid FROM pg_am WHERE amname = 'heap')
 WHERE oid = '$table'::regclass;
SELECT blkno, offnum, attnum, msg FROM verify_heapam('$table'::regclass);
ROLLBACK;
DO \$\$
DECLARE
	index regclass;
BEGIN
	FOR index IN
		SELECT i.indexrelid::regclass
		  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
		 WHERE i.indrelid = '$table'::regclass AND a.amname = 'btree'
	LOOP
		PERFORM bt_index_parent_check(index, true, true);
	END LOOP;
END
\$\$;
SQL
}

1;
