#!/bin/sh
# Tests with real clients: starts a server with an endpoint, which asks for
# signatures, and runs suites against it.
#
#	run.sh [SUITE...]		boto3 cli node java tls; all of them without
#
# "tls" switches the endpoint to TLS: suites after it, but for java, know the
# certificate and go on with it.
#
# Clients are installed in the folder DYNAMO_CLIENTS, .clients unless it is
# set.  A suite whose client cannot be installed is skipped and says so; where
# DYNAMO_CI is set, and DYNAMO_OFFLINE is not, that is a failure.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/server.sh
PG_CONFIG=${PG_CONFIG:-pg_config}
: "${DYNAMO_CLIENTS:=$PWD/.clients}"
[ $# -gt 0 ] || set -- boto3 cli node java tls node

server_folder=
proxy=
finish()
{
	trap - EXIT
	exec 3>&-
	[ -z "$proxy" ] || wait "$proxy"
	if [ -n "$server_folder" ]; then
		[ "$status" -eq 0 ] || grep -E 'TRAP|PANIC|was terminated|XX000|could not' "$server_folder/log" | sed 's/^/# server: /' | tail -n 20
		stop_server "$server_folder"
	fi
	exit $status
}
status=1
trap finish EXIT
trap 'exit 130' HUP INT PIPE TERM

port=$(free_port)
start_server "fsync = off" "wal_level = logical" "shared_preload_libraries = 'dynamo'" "max_worker_processes = 16" \
	"max_slot_wal_keep_size = '1GB'" "dynamo.stream_shards = 2" "dynamo.stream_shard_lifetime = 2s" "dynamo.http_port = $port" "dynamo.http_database = 'dynamo'" \
	"dynamo.http_listen_addresses = '127.0.0.1'" || exit 1

sql()
{
	"$("$PG_CONFIG" --bindir)/psql" -X -q -A -t -F ' ' -v ON_ERROR_STOP=1 -d "${database:-dynamo}" "$@"
}

trust_output_plugin "$("$PG_CONFIG" --bindir)" || exit 1
database=postgres sql -c 'CREATE DATABASE dynamo' || exit 1
sql -c "CREATE EXTENSION dynamo" -c "SELECT dynamo.start_workers()" -c "CREATE ROLE client LOGIN" -c "CREATE ROLE stranger LOGIN" \
	-c "GRANT CREATE, USAGE ON SCHEMA public TO client" > /dev/null || exit 1

wait_for_endpoint "$port" || { tail -n 30 "$server_folder/log"; die "The endpoint does not answer."; }

# Keys: of the role that makes the tables, of one that may do nothing, and one with a session token.
key_of()
{
	sql -c "SELECT access_key_id, secret_access_key, coalesce(session_token, '-') FROM dynamo.create_access_key('$1', $2)"
}
keys=$(key_of client false) && stranger=$(key_of stranger false) && temporary=$(key_of client true) || exit 1
AWS_ACCESS_KEY_ID=$(echo "$keys" | cut -d ' ' -f 1)
AWS_SECRET_ACCESS_KEY=$(echo "$keys" | cut -d ' ' -f 2)
AWS_REGION=us-east-1
AWS_DEFAULT_REGION=us-east-1
DYNAMO_ENDPOINT=http://127.0.0.1:$port
DYNAMO_STRANGER=$stranger
DYNAMO_TEMPORARY=$temporary

# Nothing of this user's, and nobody else to ask.
AWS_CONFIG_FILE=/dev/null
AWS_SHARED_CREDENTIALS_FILE=/dev/null
AWS_EC2_METADATA_DISABLED=true
AWS_PAGER=
PYTHONDONTWRITEBYTECODE=1
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_ENDPOINT_URL AWS_ENDPOINT_URL_DYNAMODB AWS_CA_BUNDLE NODE_OPTIONS
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE
export AWS_EC2_METADATA_DISABLED AWS_PAGER PYTHONDONTWRITEBYTECODE
export DYNAMO_ENDPOINT DYNAMO_STRANGER DYNAMO_TEMPORARY
# What is built: the suites compare what they have called with this list, and skip what needs something else.
DYNAMO_OPERATIONS=$(sed -n 's/^DYN_[A-Z_]*OPERATION(\([A-Za-z]*\),.*/\1/p' src/api/operations.def | tr '\n' ' ')
DYNAMO_UNSUPPORTED=$(sed -n 's/^DYN_UNSUPPORTED(\([A-Za-z]*\), "\([A-Za-z.]*\)".*/\1.\2/p' src/api/unsupported.def | tr '\n' ' ')
export DYNAMO_OPERATIONS DYNAMO_UNSUPPORTED

# The proxy that damages answers; it ends with descriptor 3.
mkfifo "$server_folder/proxy.in" && mkfifo "$server_folder/proxy.out" || exit 1
python3 test/client/proxy.py "$port" < "$server_folder/proxy.in" > "$server_folder/proxy.out" &
proxy=$!
exec 3> "$server_folder/proxy.in"
read -r proxy_port < "$server_folder/proxy.out"
DYNAMO_DAMAGED_ENDPOINT=http://127.0.0.1:$proxy_port
export DYNAMO_DAMAGED_ENDPOINT

# Install a client, or say what it means that this is not possible.
install()
{
	reason=$(sh test/client/install.sh "$1" "$DYNAMO_CLIENTS" 2>&1 > /dev/null) && return 0
	reason=$(echo "$reason" | tail -n 1)
	if [ -n "${DYNAMO_CI:-}" ] && [ -z "${DYNAMO_OFFLINE:-}" ]; then
		echo "not ok - $suite: $reason"
		failed=1
	else
		echo "ok - $suite # SKIP $reason"
	fi
	return 1
}

# Switch the endpoint to TLS, with a certificate made for it.
switch_to_tls()
{
	tls=$server_folder/tls
	as_server_user mkdir "$tls" &&
	as_server_user openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
		-addext 'subjectAltName = DNS:localhost, IP:127.0.0.1' -keyout "$tls/key" -out "$tls/certificate" 2> "$server_folder/openssl.log" &&
	as_server_user chmod 0600 "$tls/key" &&
	sql -c "ALTER SYSTEM SET dynamo.http_tls_certificate = '$tls/certificate'" -c "ALTER SYSTEM SET dynamo.http_tls_key = '$tls/key'" \
		-c "SELECT pg_reload_conf()" > /dev/null &&
	DYNAMO_ENDPOINT=https://127.0.0.1:$port &&
	DYNAMO_CA=$tls/certificate &&
	export DYNAMO_CA
}

failed=0
for suite; do
	case $suite in
	boto3) install python && { "$DYNAMO_CLIENTS/python/bin/python" test/client/python/suite.py || failed=1; } ;;
	cli) install python && { PATH="$DYNAMO_CLIENTS/python/bin:$PATH" python3 test/client/cli/suite.py || failed=1; } ;;
	node) install node && { NODE_PATH=$DYNAMO_CLIENTS/node/node_modules node test/client/node/suite.js || failed=1; } ;;
	java) install java && { sh test/client/java/suite.sh "$DYNAMO_CLIENTS/java/jars" || failed=1; } ;;
	tls) install python && { switch_to_tls && "$DYNAMO_CLIENTS/python/bin/python" test/client/python/tls_suite.py || failed=1
		AWS_CA_BUNDLE=${DYNAMO_CA:-}
		NODE_EXTRA_CA_CERTS=${DYNAMO_CA:-}
		export AWS_CA_BUNDLE NODE_EXTRA_CA_CERTS; } ;;
	*) die "There is no suite \"$suite\"." ;;
	esac
done
if grep -E 'TRAP:|PANIC:|was terminated by signal' "$server_folder/log"; then
	echo "not ok - no server process crashed"
	failed=1
fi
status=$failed
