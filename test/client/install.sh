#!/bin/sh
# Install one kind of client for test/client/run.sh, once:
#
#	install.sh python|node|java FOLDER
#
# The versions are those of python/requirements.txt, node/package-lock.json and
# java/pom.xml; a folder that has them already is left as it is.  Toolchains
# that are missing come from Debian.  Says why, and exits with 1, where
# something is not to be had; with DYNAMO_OFFLINE=1 nothing is asked for.
set -u
kind=$1
mkdir -p "$2" || exit 1
folder=$(cd "$2" && pwd)/$kind
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/prepare.sh

case $kind in
python) pins=test/client/python/requirements.txt ;;
node) pins=test/client/node/package-lock.json ;;
java) pins=test/client/java/pom.xml ;;
*) die "There is no client \"$kind\"." ;;
esac

# Toolchains: what is missing of $1 (commands) comes with the packages of $2.
need()
{
	for command in $1; do
		command -v "$command" >/dev/null && continue
		[ -z "${DYNAMO_OFFLINE:-}" ] || die "$command is missing, and DYNAMO_OFFLINE is set"
		command -v apt-get >/dev/null || die "$command is missing"
		run_as_root sh test/setup/install_packages.sh $2 >&2 || die "Debian's packages $2 could not be installed"
		break
	done
}

case $kind in
python)
	if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
		need no-such-command python3-venv
	fi ;;
node)
	need node nodejs
	need npm npm ;;
java)
	need javac default-jdk-headless
	need mvn maven ;;
esac

# A virtual environment of another Python is of no use.
stamp="$(cksum < "$pins") $(python3 --version) $(uname -m)"
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then
	exit 0
fi
[ -z "${DYNAMO_OFFLINE:-}" ] || die "it is not installed, and DYNAMO_OFFLINE is set"

rm -rf "$folder"
mkdir -p "$folder" || exit 1
say "Installing the clients of test/client/$kind ..." >&2
case $kind in
python)
	python3 -m venv "$folder" && "$folder/bin/pip" install -q --no-input -r "$pins" ;;
node)
	cp test/client/node/package.json "$pins" "$folder" &&
	npm --prefix "$folder" ci --ignore-scripts --no-audit --no-fund --loglevel=error ;;
java)
	mvn -q -B -f "$pins" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
		-DoutputDirectory="$folder/jars" ;;
esac > "$folder/log" 2>&1 || {
	head -n 5 "$folder/log" >&2
	die "its packages could not be installed: $(grep -m 1 -i error "$folder/log")"
}
echo "$stamp" > "$folder/stamp"
