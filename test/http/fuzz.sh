#!/bin/sh
# make fuzz: fuzz the readers of HTTP heads and bodies.
#
#	RUNS=n		executions, 10,000,000 unless told
#	SEED=n		repeats a run of the fuzzer without clang
#
# With clang's libFuzzer where it is there, else with made-up requests.  The
# corpus, and an input that failed, are in build/fuzz.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=build/fuzz
runs=${RUNS:-10000000}
sources="test/http/readers_fuzz.c test/http/reading.c src/http/head.c src/http/body.c"
mkdir -p $build/corpus || exit 1

for clang in clang $(ls /usr/bin/clang-[0-9]* 2>/dev/null); do
	if command -v "$clang" >/dev/null &&
		"$clang" -g -O2 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Isrc -Itest/http \
			$sources -o $build/fuzz 2>/dev/null; then
		python3 test/http/corpus.py test/http/requests.txt $build/corpus || exit 1
		exec $build/fuzz -runs="$runs" -max_len=600 -dict=test/http/fuzz.dict -artifact_prefix=$build/ $build/corpus
	fi
done
echo "There is no clang with libFuzzer here; using made-up requests."
${CC:-gcc} -g -O2 -DWITHOUT_LIBFUZZER -Isrc -Itest/http $sources -o $build/fuzz &&
	exec $build/fuzz "$runs" "${SEED:-$(date +%s)}"
