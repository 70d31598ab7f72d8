#!/bin/sh
# Build and run the unit tests of what src/http reads without Postgres:
#
#	unit.sh FOLDER		builds in that folder
#
# With sanitizers where the compiler has them.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=$1
mkdir -p "$build" || exit 1
: "${CC:=gcc}"

sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"
echo 'int main(void) { return 0; }' > "$build/try.c"
$CC $sanitizers -o "$build/try" "$build/try.c" 2>/dev/null && "$build/try" || sanitizers=

compile()
{
	name=$1
	shift
	$CC -g -O1 $sanitizers -Wall -Wextra -Werror -Wno-sign-compare -Isrc -Itest/http -o "$build/$name" "$@" || {
		echo "not ok - $name is built"; exit 1; }
}

heads="src/http/head.c src/http/body.c"
compile readers_test test/http/readers_test.c test/http/cases.c test/http/reading.c $heads src/http/gunzip.c -lz
compile readers_fuzz -DWITHOUT_LIBFUZZER test/http/readers_fuzz.c test/http/reading.c $heads
compile signatures_test test/http/signatures_test.c test/http/cases.c $heads src/http/sigv4_read.c src/http/sigv4_check.c -lcrypto
status=0
"$build/readers_test" test/http/requests.txt || status=1
"$build/signatures_test" test/http/signatures.txt || status=1
if "$build/readers_fuzz" 100000 "${SEED:-$(date +%s)}"; then
	echo "ok - 100,000 made-up requests"
else
	echo "not ok - 100,000 made-up requests"
	status=1
fi
exit $status
