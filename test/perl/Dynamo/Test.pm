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

our @EXPORT = qw(new_server new_stream_server new_database item_table contents check_consistency);

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

# Start a server that can capture streams, with workers in the database postgres.
sub new_stream_server
{
	my ($name, %options) = @_;
	my $node = new_server($name, %options, allows_streaming => 'logical',
		config => "shared_preload_libraries = 'dynamo'\nmax_slot_wal_keep_size = 1GB\nmax_worker_processes = 16\n"
		  . "dynamo.naptime = 1s\n" . ($options{config} // ''));

	# Newer versions ask which libraries may decode.
	if ($node->safe_psql('postgres', "SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'"))
	{
		$node->append_conf('postgresql.conf', "output_plugin_libraries = 'pgoutput, test_decoding, dynamo'\n");
		$node->reload;
	}
	$node->safe_psql('postgres', 'SELECT dynamo.start_workers()');
	$node->poll_query_until('postgres', "SELECT count(*) > 0 FROM dynamo.list_workers()")
	  or die 'no workers';
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

# Return the statements that create an item table by plain DDL, with one
# secondary index on the attributes "g" and "n".
#	item_table('things', 'p S', 's N')
sub item_table
{
	my ($table, @specs) = @_;
	my $specs = join(', ', map { "'$_'" } @specs);

	return <<"SQL";
CREATE TABLE $table (
	key dynamo.key NOT NULL PRIMARY KEY,
	item dynamo.item NOT NULL,
	CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, $specs))
) USING dynamo;
CREATE TRIGGER derive_key BEFORE INSERT ON $table FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key($specs);
CREATE INDEX ${table}_by_g ON $table (dynamo.index_key(item, 'g S', 'n N'), key)
	WHERE dynamo.index_key(item, 'g S', 'n N') IS NOT NULL;
SQL
}

# Return a digest of the bytes of all keys and items of a table, and their
# number.
sub contents
{
	my ($node, $database, $table) = @_;

	return $node->safe_psql($database,
		"SELECT count(*), md5(string_agg(md5(dynamo.key_send(key)) || md5(dynamo.item_send(item)), '' ORDER BY key)) FROM $table");
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
