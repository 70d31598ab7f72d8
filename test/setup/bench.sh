#!/bin/sh
# make bench: speed and space against jsonb tables; see test/bench/bench.py for
# PAIRS, DURATION, SCALE, PARTS and OUTPUT.  QUICK=1 is a short run that shows
# that everything works, not how fast it is.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/prepare.sh
. test/setup/server.sh

if [ -n "${QUICK:-}" ]; then
	PAIRS=${PAIRS:-2}
	DURATION=${DURATION:-1}
	SCALE=${SCALE:-0.02}
fi
export PAIRS DURATION SCALE
prepare
# The load for the endpoint; without it that part is skipped.
case ",${PARTS:-http}," in
*,http,*) command -v wrk >/dev/null || run_as_root sh test/setup/install_packages.sh wrk || : ;;
esac
bin=$("$PG_CONFIG" --bindir)
say "Building ..."
build_tree . || die "The build failed."
install_extension . || die "The installation failed."

server_folder=
finish()
{
	trap - EXIT
	cd /
	[ -z "$server_folder" ] || stop_server "$server_folder"
}
trap finish EXIT
trap 'exit 130' HUP INT PIPE TERM
start_server "shared_buffers = '1GB'" "max_wal_size = '16GB'" "checkpoint_timeout = '1h'" "autovacuum = off" "jit = off" || exit 1

DYNAMO_CITIES=
if python3 test/demo/cities.py fetch build/demo; then
	DYNAMO_CITIES=$PWD/build/demo
fi
DYNAMO_BIN=$bin
DYNAMO_DATA=$server_folder/data
DYNAMO_AS=
if [ "$(id -u)" -eq 0 ]; then
	user=$(server_user)
	DYNAMO_AS="setpriv --reuid=$user --regid=$(id -g "$user") --init-groups"
fi
export DYNAMO_CITIES DYNAMO_BIN DYNAMO_DATA DYNAMO_AS
python3 test/bench/bench.py
