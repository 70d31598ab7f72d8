#!/bin/sh
# make stop: end the servers of make demo and make serve.
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/server.sh

found=false
for name in demo serve; do
	[ -f ".server/$name" ] || continue
	found=true
	read -r folder < ".server/$name"
	case $folder in
	/tmp/dynamo.*) ;;
	*) die ".server/$name does not name a folder of make $name: $folder" ;;
	esac
	if [ -d "$folder" ] && [ ! -O "$folder" ] && [ "$(id -u)" -ne 0 ]; then
		die "The server in $folder belongs to $(stat -c %U "$folder"); run make stop as that user or as root."
	fi
	stop_server "$folder" || exit 1
	rm -f ".server/$name"
	say "Stopped the server of make $name in $folder and removed it."
done
$found || say "No server of make demo or make serve is running."
rmdir .server 2>/dev/null
exit 0
