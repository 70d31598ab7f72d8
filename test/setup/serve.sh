#!/bin/sh
# make serve: build, install, and run a throw-away server whose endpoint
# answers DynamoDB's clients, until it is interrupted or make stop ends it.
#
#	PORT=n		listens there instead of 8000
#
# Whoever reaches the port is let in, so that is this machine only.  The
# server's folder is written to .server/serve.
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/setup/functions.sh
. test/setup/prepare.sh
. test/setup/server.sh

port=${PORT:-8000}
top=$PWD
if [ -f .server/serve ]; then
	read -r running < .server/serve
	[ ! -f "$running/data/postmaster.pid" ] || die "A server of make serve is running; make stop ends it."
fi
prepare
python3 - "$port" <<'END' || die "Port $port of 127.0.0.1 is not to be had; choose another: make serve PORT=8001"
import socket
import sys

probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    probe.bind(("127.0.0.1", int(sys.argv[1])))
except (OSError, OverflowError, ValueError):
    sys.exit(1)
END
bin=$("$PG_CONFIG" --bindir)

say "Building ..."
build_tree . || die "The build failed."
say "Installing into $("$PG_CONFIG" --pkglibdir) ..."
install_extension . || die "The installation failed."

server_folder=
finish()
{
	trap - EXIT
	trap '' HUP INT TERM
	cd "$top" || exit 1
	if [ -n "$server_folder" ]; then
		stop_server "$server_folder" && say "" "Stopped the server and removed its folder."
	fi
	rm -f .server/serve
	rmdir .server 2>/dev/null
	exit "${1:-1}"
}
trap finish EXIT
trap 'finish 0' HUP INT TERM
trap 'finish 130' PIPE

say "Starting a server ..."
start_server "cluster_name = 'dynamo serve'" "shared_preload_libraries = 'dynamo'" "dynamo.http_port = $port" \
	"wal_level = logical" "max_slot_wal_keep_size = '1GB'" \
	"dynamo.http_database = 'dynamo'" "dynamo.http_listen_addresses = '127.0.0.1'" \
	"dynamo.http_auth = 'trust'" "dynamo.http_trust_role = 'app'" || exit 1
mkdir -p .server && echo "$server_folder" > .server/serve || exit 1
set_up_endpoint "$bin" || exit 1
wait_for_endpoint "$port" || die "The endpoint does not answer; its log is $server_folder/log."

cat <<END

The endpoint is http://127.0.0.1:$port, for any access key and any region.

  AWS CLI
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_DEFAULT_REGION=us-east-1
    export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
    aws dynamodb create-table --table-name Music --billing-mode PAY_PER_REQUEST \\
        --attribute-definitions AttributeName=Artist,AttributeType=S AttributeName=Song,AttributeType=S \\
        --key-schema AttributeName=Artist,KeyType=HASH AttributeName=Song,KeyType=RANGE
    aws dynamodb put-item --table-name Music --item '{"Artist": {"S": "Ann"}, "Song": {"S": "One"}, "Year": {"N": "1999"}}'
    aws dynamodb scan --table-name Music

  Python (boto3)
    import boto3
    dynamodb = boto3.resource("dynamodb", endpoint_url="http://127.0.0.1:$port", region_name="us-east-1",
                              aws_access_key_id="any", aws_secret_access_key="any")
    dynamodb.Table("Music").put_item(Item={"Artist": "Ann", "Song": "Two", "Year": 2001})

  JavaScript (@aws-sdk/client-dynamodb, @aws-sdk/lib-dynamodb)
    import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({
        endpoint: 'http://127.0.0.1:$port', region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } }));
    console.log(await client.send(new QueryCommand({ TableName: 'Music', KeyConditionExpression: 'Artist = :a',
        ExpressionAttributeValues: { ':a': 'Ann' } })));

  SQL, on the same tables
    $bin/psql -h $server_folder -p $server_port -U postgres dynamo
    SELECT item['Song']::text, item['Year']::numeric FROM "Music";

Everything is gone when it stops: by Ctrl-C here, or make stop in another shell.
END

# It may be make stop that ends it.
server_pid=$(sed -n 1p "$server_folder/data/postmaster.pid")
while kill -0 "$server_pid" 2>/dev/null; do
	sleep 1
done
finish 0
