# Find or install what building and testing need: source this file after
# functions.sh.  It sets and exports PG_CONFIG.  UPGRADE=1 allows upgrades of
# packages where what is missing cannot be installed without.

run_as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "This needs root: run it as root, or install sudo."
	fi
}

# Is this the pg_config of a server with headers, of a supported version?
usable_pg_config()
{
	PG_CONFIG=$1 pgxs_source >/dev/null &&
	[ -x "$("$1" --bindir)/postgres" ] &&
	[ "$(major_version "$1")" -ge 15 ]
}

major_version()
{
	"$1" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/'
}

package_installed()
{
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q ' installed$'
}

# Make sure of everything, with the tools of the tests too if $1 is "tests".
prepare()
{
	missing=
	if [ -n "${PG_CONFIG:-}" ]; then
		usable_pg_config "$PG_CONFIG" ||
			die "$PG_CONFIG is not the pg_config of PostgreSQL 15 or later with its server and server headers."
	elif command -v pg_config >/dev/null && usable_pg_config "$(command -v pg_config)"; then
		PG_CONFIG=$(command -v pg_config)
	else
		# The newest server that is there, else the one this Debian has.
		major=$(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null |
			sed 's,^/usr/lib/postgresql/\([0-9]*\)/.*,\1,' | sort -n | awk '$1 >= 15' | tail -n 1)
		need_apt
		if [ -z "$major" ]; then
			major=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p')
			[ -n "$major" ] || { update_lists; major=$(apt-cache depends postgresql |
				sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p'); }
			[ -n "$major" ] && [ "$major" -ge 15 ] ||
				die "The package postgresql of this system is not version 15 or later; install one, or set PG_CONFIG."
			missing=" postgresql-$major"
		fi
		PG_CONFIG=/usr/lib/postgresql/$major/bin/pg_config
		usable_pg_config "$PG_CONFIG" || missing="$missing postgresql-server-dev-$major"
	fi
	export PG_CONFIG

	command -v gcc >/dev/null || missing="$missing gcc"
	[ -f /usr/include/stdio.h ] || missing="$missing libc6-dev"
	[ -f /usr/include/jansson.h ] || missing="$missing libjansson-dev"
	[ -f /usr/include/zlib.h ] || missing="$missing zlib1g-dev"
	[ -f /usr/include/openssl/evp.h ] || missing="$missing libssl-dev"
	command -v python3 >/dev/null || missing="$missing python3"
	if [ "${1:-}" = tests ]; then
		command -v prove >/dev/null || missing="$missing perl"
		perl -MIPC::Run -e 1 2>/dev/null || missing="$missing libipc-run-perl"
	fi
	if [ -n "$missing" ]; then
		need_apt
		say "Missing here:$missing"
		run_as_root sh test/setup/install_packages.sh ${UPGRADE:+--upgrade} $missing || exit 1
	fi
	usable_pg_config "$PG_CONFIG" || die "$PG_CONFIG does not work."
	say "Using $("$PG_CONFIG" --version) ($PG_CONFIG)."
}

need_apt()
{
	command -v apt-get >/dev/null ||
		die "This is no Debian system: install PostgreSQL 15 or later with server headers, a C compiler," \
			"jansson, OpenSSL, zlib, python3, and Perl with IPC::Run, and set PG_CONFIG."
}

update_lists()
{
	say "Updating the list of packages ..."
	run_as_root apt-get -q update >/dev/null || die "The list of packages could not be fetched."
}

# Build in folder $1, showing what is being compiled.
build_tree()
{
	build_status=$(mktemp) || return 1
	{
		make -C "$1" -j"$(nproc)" with_llvm=no PG_CONFIG="$PG_CONFIG" 2>&1
		echo $? > "$build_status"
	} | sed -n -e 's/^[^ ]*gcc .* -c .* \([^ ]*\.c\) .*/  \1/p; s/^[^ ]*gcc .* -c .* \([^ ]*\.c\)$/  \1/p' \
		-e '/error:/p; /warning:/p; /\*\*\*/p'
	read -r build_result < "$build_status"
	rm -f "$build_status"
	return "$build_result"
}

# Install what is built in folder $1; root is asked only where it must be.
install_extension()
{
	if [ -w "$("$PG_CONFIG" --pkglibdir)" ] && [ -w "$("$PG_CONFIG" --sharedir)/extension" ]; then
		make -s -C "$1" with_llvm=no PG_CONFIG="$PG_CONFIG" install
	else
		run_as_root make -s -C "$1" with_llvm=no PG_CONFIG="$PG_CONFIG" install
	fi >/dev/null
}

# Each make that a script starts is its own: no job server, no command-line variables.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
