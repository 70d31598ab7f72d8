#!/bin/sh
# Install Debian packages, as root, and change nothing that is there:
#
#	install_packages.sh [--upgrade] PACKAGE...
#
# Nothing is upgraded, removed or restarted, and a new PostgreSQL server
# creates and starts no cluster "main".  Where a package only comes with
# upgrades of others, the versions that fit what is installed are asked for;
# where the archive has those no more, nothing is done and a message says so,
# unless --upgrade allows such upgrades.
set -u
upgrade=false
if [ "$1" = --upgrade ]; then
	upgrade=true
	shift
fi
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C.UTF-8
DEBIAN_FRONTEND=noninteractive
DEBCONF_NONINTERACTIVE_SEEN=true
APT_LISTCHANGES_FRONTEND=none
NEEDRESTART_SUSPEND=1			# needrestart: do not even look
NEEDRESTART_MODE=l				# versions that do not know that: only list
export PATH LC_ALL DEBIAN_FRONTEND DEBCONF_NONINTERACTIVE_SEEN APT_LISTCHANGES_FRONTEND
export NEEDRESTART_SUSPEND NEEDRESTART_MODE

clusterconf=/etc/postgresql-common/createcluster.conf
saved=$clusterconf.before-dynamo
policy=/usr/sbin/policy-rc.d
mark='written by dynamo for the time of an installation'
work=$(mktemp -d /tmp/dynamo.apt.XXXXXX) || exit 1

restore()
{
	if [ -f "$saved" ]; then
		mv -f "$saved" "$clusterconf"
	fi
	if grep -qs "$mark" "$policy"; then
		rm -f "$policy"
	fi
}

# An earlier run that was killed may have left its changes.
restore
trap 'restore; rm -rf "$work"' EXIT
trap 'exit 130' HUP INT PIPE TERM

apt()
{
	apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \
		-o Dir::Etc::Preferences="$work/preferences" \
		--no-install-recommends --no-upgrade --no-remove "$@"
}

# The same, showing what is being set up, and everything if it fails.
show_apt()
{
	{
		apt "$@" 2>&1
		echo $? > "$work/status"
	} | tee "$work/log" | sed -n 's/^Setting up /  /p; s/^Need to get \(.*\) of archives\.$/  downloading \1/p'
	read -r status < "$work/status"
	[ "$status" -eq 0 ] || cat "$work/log" >&2
	return "$status"
}

# Ask for the source package of an installed package in its installed version.
pin_installed()
{
	source=$(dpkg-query -W -f '${source:Package}' "$1") || return 1
	version=$(dpkg-query -W -f '${Version}' "$1")
	grep -qs "^Package: src:$source\$" "$work/preferences" && return 1
	printf 'Package: src:%s\nPin: version %s\nPin-Priority: 1001\n\n' "$source" "$version" \
		>> "$work/preferences"
}

refuse()
{
	echo "Installing $* would upgrade what is there:" >&2
	sort -u "$work/upgrades" | sed 's/^/    /' >&2
	echo "and the archive no longer has the packages that fit the installed versions." >&2
	echo "Nothing was done. Upgrade when it suits you, or allow these upgrades with UPGRADE=1." >&2
}

# Simulate an installation into $work/plan, with pins until it upgrades nothing.
plan()
{
	: > "$work/upgrades"
	while :; do
		if ! apt -s install "$@" > "$work/plan" 2>&1; then
			if [ -s "$work/upgrades" ]; then
				refuse "$@"
			else
				cat "$work/plan" >&2
				echo "apt-get cannot install $*." >&2
			fi
			return 1
		fi
		# Inst PACKAGE [installed version] (new version ...)
		sed -n 's/^Inst \([^ ]*\) \[\([^]]*\)\] (\([^ ]*\) .*/\1 \2 \3/p' "$work/plan" > "$work/found"
		if [ ! -s "$work/found" ] || $upgrade; then
			return 0
		fi
		pinned=false
		while read -r package old new; do
			echo "$package $old -> $new" >> "$work/upgrades"
			pin_installed "$package" && pinned=true
		done < "$work/found"
		if ! $pinned; then
			refuse "$@"
			return 1
		fi
	done
}

cat /etc/apt/preferences > "$work/preferences" 2>/dev/null || :
[ -s "$work/preferences" ] && echo >> "$work/preferences"

# Server headers are those of the server that is there.
for package in "$@"; do
	case $package in
	postgresql-server-dev-*)
		server=postgresql-${package##*-}
		if dpkg-query -W -f '${Status}' "$server" 2>/dev/null | grep -q ' installed$'; then
			pin_installed "$server"
		fi ;;
	esac
done

echo "Updating the list of packages ..."
if ! apt update > "$work/update" 2>&1; then
	cat "$work/update" >&2
	echo "The list of packages could not be updated; trying with the one that is there." >&2
fi

plan "$@" || exit 1

if [ ! -e "$policy" ]; then
	printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" > "$policy"
	chmod 755 "$policy"
fi
if grep -q '^Inst postgresql-[0-9]* (' "$work/plan"; then
	if [ ! -f "$clusterconf" ]; then
		show_apt install postgresql-common || exit 1
	fi
	cp -p "$clusterconf" "$saved"
	printf '\n# %s\ncreate_main_cluster = false\n' "$mark" >> "$clusterconf"
fi

echo "Installing $(grep -c '^Inst ' "$work/plan") packages for: $*"
show_apt install "$@"
