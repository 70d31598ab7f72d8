# Shell functions for the scripts of test/: source this file from a script
# that runs in the top folder of the repository.
#
# PG_CONFIG chooses the server.  Servers refuse to run as root, so root runs
# them, and everything that starts one, as the user postgres (or nobody).

# Print each argument as a line.
say()
{
	printf '%s\n' "$@"
}

die()
{
	printf '%s\n' "$*" >&2
	exit 1
}

# Print the folder of the server's test tools (pg_regress, Perl modules).
# Fails where PG_CONFIG has no server headers; Debian's package of the server
# itself has the makefile, but not those.
pgxs_source()
{
	pgxs=$("${PG_CONFIG:-pg_config}" --pgxs 2>/dev/null) && [ -f "$pgxs" ] &&
	[ -f "$("${PG_CONFIG:-pg_config}" --includedir-server)/postgres.h" ] || return 1
	dirname "$(dirname "$pgxs")"
}

# Print who runs servers here.
server_user()
{
	if [ "$(id -u)" -ne 0 ]; then
		id -un
	elif id -u postgres >/dev/null 2>&1; then
		echo postgres
	else
		echo nobody
	fi
}

# Run a command as the user who runs servers.
as_server_user()
{
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		su_user=$(server_user)
		setpriv --reuid="$su_user" --regid="$(id -g "$su_user")" --init-groups \
			env HOME=/nonexistent USER="$su_user" LOGNAME="$su_user" "$@"
	fi
}

# Make a folder for a server's data and socket, and print its name.  It is
# short because a socket's name has at most 107 bytes, and outside the clone
# because the server's user may not be able to read that.
make_scratch()
{
	scratch=$(mktemp -d /tmp/dynamo.XXXXXX) || return 1
	chmod 700 "$scratch"
	if [ "$(id -u)" -eq 0 ]; then
		chown "$(server_user):" "$scratch"
	fi
	echo "$scratch"
}

# Copy what building, testing and the lints read, without what building left behind,
# to a folder that belongs to the server's user afterwards.
copy_tree()
{
	mkdir -p "$1" &&
	tar -cf - --exclude='*.o' --exclude='*.so' --exclude='*.bc' --exclude='*.d' \
		--exclude=__pycache__ Makefile *.control $(ls -d sql expected src test docs README.md LICENSE 2>/dev/null) |
		tar -C "$1" -xf - &&
	if [ "$(id -u)" -eq 0 ]; then
		chown -R "$(server_user):" "$1"
	fi
}
