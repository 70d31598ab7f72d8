# A throw-away server on a Unix socket of its own: source this file after
# functions.sh.  Its data, socket and log are in one folder, $server_folder.
#
# While it runs, PGHOST, PGPORT and PGUSER name it.

# Make and start a server; arguments are lines for postgresql.conf.
start_server()
{
	server_bin=$("$PG_CONFIG" --bindir)
	server_folder=$(make_scratch) || return 1
	server_port=54320
	while [ -e "/var/run/postgresql/.s.PGSQL.$server_port" ] || [ -e "/tmp/.s.PGSQL.$server_port" ]; do
		server_port=$((server_port + 1))
	done
	PGHOST=$server_folder
	PGPORT=$server_port
	PGUSER=postgres
	export PGHOST PGPORT PGUSER
	unset PGDATA PGDATABASE PGOPTIONS PGSERVICE PGPASSFILE PGSSLMODE PGHOSTADDR

	cd / || return 1			# the server's user may not be able to read where we are
	as_server_user "$server_bin/initdb" -D "$server_folder/data" -U postgres -A trust -N \
		--encoding=UTF8 --locale=C.UTF-8 > "$server_folder/initdb.log" 2>&1 ||
		{ cat "$server_folder/initdb.log" >&2; cd "$OLDPWD"; return 1; }
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$server_folder'"
		echo "unix_socket_permissions = 0700"
		echo "port = $server_port"
		echo "log_line_prefix = '%m [%p] '"
		for line in "$@"; do
			echo "$line"
		done
	} | as_server_user sh -c "cat >> '$server_folder/data/postgresql.conf'"
	as_server_user "$server_bin/pg_ctl" -s -w -t 120 -D "$server_folder/data" \
		-l "$server_folder/log" start < /dev/null ||
		{ cat "$server_folder/log" >&2; cd "$OLDPWD"; return 1; }
	cd "$OLDPWD" || return 1
}

# End the server of a folder by its process id, and remove the folder.
stop_server()
{
	if stop_pid=$(sed -n 1p "$1/data/postmaster.pid" 2>/dev/null) && [ -n "$stop_pid" ]; then
		# Its working folder proves that this is still the process that wrote the file.
		if [ "$(readlink "/proc/$stop_pid/cwd")" = "$1/data" ]; then
			kill -INT "$stop_pid" || return 1
			stop_wait=0
			while kill -0 "$stop_pid" 2>/dev/null; do
				stop_wait=$((stop_wait + 1))
				[ $stop_wait -lt 600 ] || { say "The server $stop_pid does not stop." >&2; return 1; }
				sleep 0.1
			done
		fi
	fi
	rm -rf "$1"
}

# Print a port of the loopback interface that nobody listens to.
free_port()
{
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Let streams be captured, where the server asks whose output plugins it may run; $1 is its bin.
trust_output_plugin()
{
	if [ "$("$1/psql" -X -A -t -d postgres -c "SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'")" = 1 ]; then
		"$1/psql" -X -q -v ON_ERROR_STOP=1 -d postgres -o /dev/null \
			-c "ALTER SYSTEM SET output_plugin_libraries = pgoutput, test_decoding, dynamo" -c "SELECT pg_reload_conf()"
	fi
}

# Make the database that the endpoint serves, and the role "app" of requests that are trusted; $1 is the server's bin.
set_up_endpoint()
{
	trust_output_plugin "$1" &&
	"$1/psql" -X -q -v ON_ERROR_STOP=1 -d postgres -c "CREATE DATABASE dynamo" &&
	"$1/psql" -X -q -v ON_ERROR_STOP=1 -d dynamo -o /dev/null -c "CREATE EXTENSION dynamo" \
		-c "SELECT dynamo.start_workers()" -c "CREATE ROLE app LOGIN" \
		-c "GRANT USAGE, CREATE ON SCHEMA public TO app"
}

# Wait until the endpoint at port $1 of 127.0.0.1 says that it is healthy.
wait_for_endpoint()
{
	python3 - "$1" <<'END'
import sys
import time
import urllib.request

end = time.monotonic() + 60
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
while True:
    try:
        opener.open(f"http://127.0.0.1:{sys.argv[1]}/", timeout=5).read()
        break
    except OSError:
        if time.monotonic() > end:
            sys.exit(1)
        time.sleep(0.1)
END
}
