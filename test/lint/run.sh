#!/bin/sh
# Run all lints over the tree and what is built in it: run.sh MODULE...
# (left to right, as in the Makefile).  Prints "ok - ..." or "not ok - ..." for
# each, and exits 1 if one is broken.
cd "$(dirname "$0")/../.." || exit 1
status=0

report()
{
	name=$1
	shift
	if output=$("$@" 2>&1); then
		echo "ok - $name"
	else
		echo "not ok - $name"
		printf '%s\n' "$output" | sed 's/^/#   /'
		status=1
	fi
}

report "layers: folders include to their left only" python3 test/lint/layers.py "$@"
report "symbols: global symbols have our prefixes and are not the backend's" \
	sh test/lint/symbols.sh "$("${PG_CONFIG:-pg_config}" --bindir)/postgres" dynamo.so $(find src -name '*.o')
python3 test/lint/sources.py || status=1
python3 test/lint/self_test.py || status=1
exit $status
