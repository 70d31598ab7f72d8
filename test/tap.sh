#!/bin/sh
# Run the TAP tests, test/t/*.pl, or those named, with the extension as it is
# installed in the server of PG_CONFIG:
#
#	test/tap.sh [-v] [test/t/NAME.pl ...]
#
# Root may run it: the tests run as an unprivileged user, in a copy of the
# tests in a temporary folder.  That folder stays when a test failed, because
# the servers' logs are there.
set -u
cd "$(dirname "$0")/.." || exit 1
. test/setup/functions.sh

verbose=
if [ "${1:-}" = -v ]; then
	verbose=-v
	shift
fi
[ $# -gt 0 ] || set -- test/t/*.pl

source=$(pgxs_source) ||
	die "${PG_CONFIG:-pg_config} knows no server headers; install postgresql-server-dev-NN or set PG_CONFIG."
bin=$("${PG_CONFIG:-pg_config}" --bindir)
perl -MIPC::Run -e 1 2>/dev/null || die "The TAP tests need the Perl module IPC::Run; install libipc-run-perl."

scratch=$(make_scratch) || exit 1
trap 'exit 130' INT TERM
copy_tree "$scratch/tree"
mkdir "$scratch/tree/tmp_check"
[ "$(id -u)" -ne 0 ] || chown "$(server_user):" "$scratch/tree/tmp_check"

cd "$scratch/tree" || exit 1
# TESTDIR is read by version 15, the other two by 16 and later.
as_server_user env \
	PATH="$bin:$PATH" PGPORT=65432 \
	TESTDIR="$scratch/tree" \
	TESTDATADIR="$scratch/tree/tmp_check" \
	TESTLOGDIR="$scratch/tree/tmp_check/log" \
	PG_REGRESS="$source/test/regress/pg_regress" \
	REGRESS_SHLIB="$source/test/regress/regress.so" \
	prove $verbose -I "$source/test/perl" -I test/perl "$@"
status=$?
cd /
if [ $status -eq 0 ]; then
	rm -rf "$scratch"
else
	say "The servers' logs are in $scratch/tree/tmp_check."
fi
exit $status
