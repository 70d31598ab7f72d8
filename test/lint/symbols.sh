#!/bin/sh
# Check the global symbols of the library: symbols.sh BACKEND FILE...
#
# BACKEND is the server's binary, the files are dynamo.so and its objects.
# Postgres 15 hides no symbols: one of ours without a prefix of its own may be
# replaced by the backend's of the same name, or replace another extension's.
# Prints each symbol that is wrong, and exits 1; prints nothing where all is well.
set -u
backend=$1
shift
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

nm -D --defined-only "$backend" | awk '{ print $NF }' | sed 's/@.*//' | sort -u > "$work/backend"
[ -s "$work/backend" ] || { echo "$backend exports no symbols; is it the server's binary?"; exit 1; }
for file in "$@"; do
	case $file in
	*.so) nm -D --defined-only "$file" ;;
	*) nm -g --defined-only "$file" ;;
	esac | awk -v file="$file" 'NF >= 2 { print $NF, file }'
done | sort -u > "$work/ours"
[ -s "$work/ours" ] || { echo "No symbols in $*."; exit 1; }

# Every loadable module has these three, and Postgres finds them by dlsym.
awk '$1 !~ /^(dyn_|dynamo_|pg_finfo_dynamo_)/ && $1 !~ /^(Pg_magic_func|_PG_init|_PG_output_plugin_init)$/ {
		print $2 ": " $1 " has none of the prefixes dyn_, dynamo_, pg_finfo_dynamo_"
	}' "$work/ours" > "$work/wrong"
awk 'NR == FNR { backend[$1] = 1; next }
	 ($1 in backend) && $1 !~ /^(_PG_init|Pg_magic_func)$/ { print $2 ": " $1 " is a symbol of the backend" }' \
	"$work/backend" "$work/ours" >> "$work/wrong"
cat "$work/wrong"
[ ! -s "$work/wrong" ]
