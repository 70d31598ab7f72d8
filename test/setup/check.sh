#!/bin/sh
# make check: install what is missing, build with -Werror, run every test.
#
# Building and testing happen in a copy of the tree outside the clone, which
# the server's user can read wherever the clone is.  The copy stays when a
# test failed.  The last line is "N passed, N failed".
#
#	SEED=n		repeats the random tests of an earlier run
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/prepare.sh
. test/setup/server.sh

started=$(date +%s)
prepare tests
modules=$(sed -n 's/^MODULES_IN_ORDER *= *//p' Makefile)
bin=$("$PG_CONFIG" --bindir)
pgxs=$(pgxs_source)

# Clients are kept beside the clone's own files, for the next run.
: "${DYNAMO_CLIENTS:=$PWD/.clients}"
export DYNAMO_CLIENTS

work=$(make_scratch) || exit 1
tree=$work/tree
copy_tree "$tree" || exit 1
cd "$tree" || exit 1
server_folder=
failed=false
interrupted=false

finish()
{
	trap - EXIT
	cd /
	[ -z "$server_folder" ] || stop_server "$server_folder"
	if $failed && ! $interrupted; then
		say "What the tests left is in $tree; differences are in regress*/ and isolation*/."
	fi
	say "Took $(($(date +%s) - started)) s."
	python3 "$tree/test/setup/tally.py" --sum "$work/tally"
	status=$?
	if ! $failed || $interrupted; then
		rm -rf "$work"
	fi
	exit $status
}
trap finish EXIT
trap 'failed=true; interrupted=true; echo "0 1 interrupted" >> "$work/tally"; exit' HUP INT PIPE TERM

# count STAGE COMMAND...: run a command as the server's user, count its tests.
count()
{
	as_server_user env PATH="$bin:$PATH" PG_CONFIG="$PG_CONFIG" \
		python3 test/setup/tally.py "$work/tally" "$@" || { failed=true; return 1; }
}

# Nothing that follows makes sense.
give_up()
{
	failed=true
	echo "0 1 $1" >> "$work/tally"
	exit
}

# regress STAGE FOLDER: the SQL tests; isolation likewise: the specs.
regress()
{
	as_server_user mkdir "$2"
	count "$1" "$pgxs/test/regress/pg_regress" --inputdir=. --outputdir="$2" --bindir="$bin" \
		--encoding=UTF8 --load-extension=dynamo --dbname=dynamo_regression \
		$(cd sql && ls *.sql | sed 's/\.sql$//') || cat "$2/regression.diffs"
}

isolation()
{
	as_server_user mkdir "$2"
	count "$1" "$pgxs/test/isolation/pg_isolation_regress" --inputdir=test/isolation --outputdir="$2" \
		--bindir="$bin" --encoding=UTF8 --load-extension=dynamo --dbname=dynamo_isolation \
		$(cd test/isolation/specs && ls *.spec | sed 's/\.spec$//') || cat "$2/regression.diffs"
}

count "build with -Wall -Wextra -Werror" \
	make -j"$(nproc)" with_llvm=no COPT=-Werror PG_CONFIG="$PG_CONFIG" || exit
count "lint" sh test/lint/run.sh $modules
count "readers of HTTP requests" sh test/http/unit.sh "$work/http"
install_extension "$tree" || give_up install
start_server "fsync = off" "wal_level = logical" "max_prepared_transactions = 10" || {
	server_folder=
	give_up "start of a server"; }

regress "SQL tests" regress
isolation "isolation specs" isolation
PGOPTIONS='-c dynamo.direct_path=off'
export PGOPTIONS
regress "SQL tests, planned path" regress_planned
isolation "isolation specs, planned path" isolation_planned
unset PGOPTIONS

for test in test/random/*.py test/fixtures/*.py; do
	[ ! -f "$test" ] || count "$test" python3 "$test"
done
count "no server process crashed" sh -c \
	'! grep -E "TRAP:|PANIC:|was terminated by signal" "$1"' sh "$server_folder/log"
# Clients run as whoever runs this, and start a server of their own.
python3 test/setup/tally.py "$work/tally" "real clients" env PG_CONFIG="$PG_CONFIG" sh test/client/run.sh || failed=true
count "TAP tests" sh test/tap.sh -v
