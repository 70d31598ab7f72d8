#!/bin/sh
# make stop: end the server that make demo left running.
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/server.sh

if [ ! -f .server/demo ]; then
	say "No server of make demo is running."
	exit 0
fi
read -r folder < .server/demo
case $folder in
/tmp/dynamo.*) ;;
*) die ".server/demo does not name a folder of make demo: $folder" ;;
esac
if [ -d "$folder" ] && [ ! -O "$folder" ] && [ "$(id -u)" -ne 0 ]; then
	die "The server in $folder belongs to $(stat -c %U "$folder"); run make stop as that user or as root."
fi
stop_server "$folder" || exit 1
rm -f .server/demo
rmdir .server 2>/dev/null
say "Stopped the server in $folder and removed it."
