#!/bin/sh
# make demo: build, install, start a server, load data, show a short tour.
#
# The server is left running; make stop ends it.  Its folder is written to
# .server/demo.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/prepare.sh
. test/setup/server.sh

made_up_cities=150000

[ ! -f .server/demo ] || sh test/setup/stop.sh || exit 1
prepare
bin=$("$PG_CONFIG" --bindir)

say "Building ..."
build_tree . || die "The build failed."
say "Installing into $("$PG_CONFIG" --pkglibdir) ..."
install_extension . || die "The installation failed."

server_folder=
finish()
{
	trap - EXIT
	[ -z "$server_folder" ] || stop_server "$server_folder"
	rm -f .server/demo
	exit 1
}
trap finish EXIT
trap 'exit 130' HUP INT PIPE TERM
say "Starting a server ..."
port=$(free_port)
start_server "max_wal_size = '4GB'" "cluster_name = 'dynamo demo'" "shared_preload_libraries = 'dynamo'" \
	"dynamo.http_port = $port" "dynamo.http_database = 'dynamo'" "dynamo.http_listen_addresses = '127.0.0.1'" \
	"dynamo.http_auth = 'trust'" "dynamo.http_trust_role = 'app'" || exit 1
mkdir -p .server && echo "$server_folder" > .server/demo || exit 1

# The tour is read by people and quoted in README.md: the same in any environment.
PGCLIENTENCODING=UTF8
PSQLRC=/dev/null
PAGER=
PGDATABASE=dynamo
unset PSQL_PAGER PGOPTIONS PGAPPNAME
export PGCLIENTENCODING PSQLRC PAGER PGDATABASE
run_sql()
{
	"$bin/psql" -X -q -v ON_ERROR_STOP=1 "$@"
}

set_up_endpoint "$bin" || exit 1
say "Creating the sample tables of the DynamoDB Developer Guide ..."
run_sql -o /dev/null -f test/demo/tables.sql || exit 1

python3 test/demo/cities.py fetch build/demo
case $? in
0) cities=build/demo ;;
3) cities=generate=$made_up_cities
	say "Without it, $made_up_cities made-up cities take the place of the real ones." ;;
*) exit 1 ;;
esac
say "Loading cities (GeoNames, CC BY 4.0) by COPY ..."
python3 test/demo/cities.py items "$cities" | run_sql -c '\copy "Cities" (item) FROM STDIN' || exit 1
python3 test/demo/cities.py regions "$cities" | run_sql -c '\copy regions FROM STDIN' || exit 1
run_sql -c 'ANALYZE' || exit 1
records=$(python3 test/demo/cities.py count "$cities") || exit 1
items=$(run_sql -A -t -c 'SELECT count(*) FROM "Cities"') || exit 1
say "$records records in the data set, $items items in the table."
[ "$records" -eq "$items" ] || die "These numbers should be equal."

say "" "A short tour." ""
# Errors belong to it.
"$bin/psql" -X -a -q < test/demo/tour.sql 2>&1 || exit 1

run_sql -c 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app' || exit 1
if reason=$(sh test/client/install.sh python .clients 2>&1 > /dev/null); then
	wait_for_endpoint "$port" || die "The endpoint does not answer; its log is $server_folder/log."
	.clients/python/bin/python test/demo/sdk_tour.py "$port" || exit 1
else
	say "What an AWS SDK sees is left out: $(echo "$reason" | tail -n 1)."
fi

trap - EXIT
say "" "The server runs until make stop. Connect with" "" \
	"    $bin/psql -h $server_folder -p $server_port -U postgres dynamo" "" \
	"or let DynamoDB's clients use http://127.0.0.1:$port; any access key will do." ""
