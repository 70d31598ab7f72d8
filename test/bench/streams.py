"""Tables with a stream, and consumers of it.

Tables come in pairs again, but both are ours: s_<name> has a stream and
d_<name>, of tables.py, has none.
"""
import json
import os
import subprocess
import sys
import threading
import time

import tables
from harness import BIN, psql, scaled, server, value

VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")

# What the server of a database with streams needs, for both sides.
SETTINGS = {"wal_level": "logical", "shared_preload_libraries": "dynamo", "max_slot_wal_keep_size": "'8GB'", "max_worker_processes": "16"}

SETUP = """
-- An iterator of the only shard of a table's stream.
CREATE FUNCTION iterator(name text, kind text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	arn text := dynamo.describe_table(name) -> 'Table' ->> 'LatestStreamArn';
	shard text := dynamo.describe_stream(json_build_object('StreamArn', arn)) -> 'StreamDescription' -> 'Shards' -> 0 ->> 'ShardId';
BEGIN
	RETURN dynamo.get_shard_iterator(json_build_object('StreamArn', arn, 'ShardId', shard, 'ShardIteratorType', kind)) ->> 'ShardIterator';
END $$;

-- Read a stream to its end.  What a consumer does with an answer it does elsewhere, so the text is not parsed here.
CREATE PROCEDURE read_all(name text) LANGUAGE plpgsql AS $$
DECLARE
	here text := iterator(name, 'TRIM_HORIZON');
	page text;
BEGIN
	LOOP
		page := dynamo.get_records(json_build_object('ShardIterator', here, 'Limit', 1000));
		EXIT WHEN page LIKE '%"Records":[]%';
		here := substring(right(page, 1000) || left(page, 1000) FROM '"NextShardIterator":"([^"]*)"');
		COMMIT;
	END LOOP;
END $$;

-- Note how long after it was written each record arrives, for some time.
CREATE UNLOGGED TABLE lags (milliseconds float8);
CREATE PROCEDURE follow(name text, seconds float8) LANGUAGE plpgsql AS $$
DECLARE
	here text := iterator(name, 'LATEST');
	until timestamptz := clock_timestamp() + seconds * interval '1 second';
	page json;
	now_at float8;
BEGIN
	WHILE clock_timestamp() < until LOOP
		page := dynamo.get_records(json_build_object('ShardIterator', here, 'Limit', 1000), interval '100 ms');
		now_at := extract(epoch FROM clock_timestamp());
		INSERT INTO lags
		SELECT 1000 * now_at - (r -> 'dynamodb' -> 'NewImage' -> 'views' ->> 'N')::float8 / 1000 FROM json_array_elements(page -> 'Records') AS r;
		here := page ->> 'NextShardIterator';
		COMMIT;
	END LOOP;
END $$;
"""


def configure():
    """Restart the server with what streams need."""
    # Newer versions ask which libraries may decode.
    if value("SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'", "postgres") == "1":
        SETTINGS["output_plugin_libraries"] = "pgoutput, test_decoding, dynamo"
    for name, setting in SETTINGS.items():
        psql(f"ALTER SYSTEM SET {name} = {setting}", "postgres")
    server("stop")
    server("start")
    psql("SELECT dynamo.start_workers()")


def reset():
    psql("SELECT dynamo.stop_workers()")
    wait_for("SELECT count(*) FROM pg_replication_slots WHERE active", "0")
    psql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
    for name in SETTINGS:
        psql(f"ALTER SYSTEM RESET {name}", "postgres")
    server("stop")
    server("start")


def wait_for(query, expected, seconds=120):
    deadline = time.monotonic() + seconds
    while value(query) != expected:
        if time.monotonic() > deadline:
            sys.exit(f"{query} does not become {expected}")
        time.sleep(0.05)


def create(name, view):
    """Create the table with a stream, and wait until it is ACTIVE."""
    request = {
        "TableName": f"s_{name}",
        "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in ("pk", "sk")],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": view},
    }
    psql(f"SELECT dynamo.create_table('{json.dumps(request)}')")
    wait_for(f"SELECT dynamo.describe_table('s_{name}') -> 'Table' ->> 'TableStatus'", "ACTIVE")


def fill(table, count, size):
    psql(f"INSERT INTO {table} (item) SELECT document(i, i % 100, b)::dynamo.item"
         f" FROM (SELECT filler({tables.body(size)}) OFFSET 0) f (b), generate_series(1, {count}) i;\nVACUUM ANALYZE {table};\nCHECKPOINT;")


def filled(name, view, count, size):
    """Create and fill a pair of tables; returns the number of items."""
    tables.create(name)
    create(name, view)
    count = scaled(count)
    for table in (f"d_{name}", f"s_{name}"):
        fill(table, count, size)
    captured()
    return count


def drop(name):
    tables.drop(name)
    psql(f"SELECT dynamo.delete_table('s_{name}')")


def captured():
    """Wait until everything committed by now is in the streams."""
    here = value("SELECT pg_current_wal_flush_lsn()")
    wait_for(f"SELECT coalesce(bool_and(confirmed_flush_lsn >= '{here}'), false)::text FROM pg_replication_slots WHERE slot_type = 'logical'", "true")


def of_stream(script, name):
    """A script of tables.py, for the table with the stream."""
    return script.replace(f"d_{name}", f"s_{name}")


def put_now(name, which, size):
    """Put an item whose attribute "views" is the time, in microseconds."""
    document = tables.document(size, True).replace(":v::text", "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text")
    return tables.variables(which) + f"SELECT dynamo.put_item('s_{name}', {document}::dynamo.item);\n"


def followed(name, seconds, write):
    """Follow a stream while "write" runs; returns the median and the 99th percentile of the lag in milliseconds, and the number of records."""
    psql("TRUNCATE lags")
    command = [os.path.join(BIN, "psql"), "-XAtq", "-d", "bench", "-v", "ON_ERROR_STOP=1", "-c", f"CALL follow('s_{name}', {seconds})"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as consumer:
        time.sleep(0.5)
        write()
        _, error = consumer.communicate()
        if consumer.returncode:
            sys.exit(f"the consumer failed: {error}")
    median, most, count = psql("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds),"
                               " percentile_cont(0.99) WITHIN GROUP (ORDER BY milliseconds), count(*) FROM lags")[0]
    if int(count) == 0:
        sys.exit("the consumer got no records")
    return float(median), float(most), int(count)


def read_all(name, count):
    """Read the stream, which has so many records, from its beginning; returns records a second."""
    found = int(value(f"SELECT count(*) FROM dynamo.stream('s_{name}')"))
    if found != count:
        sys.exit(f"the stream has {found} records of {count}")
    started = time.monotonic()
    psql(f"CALL read_all('s_{name}')")
    return count / (time.monotonic() - started)


class Memory:
    """The most memory of its own that the worker of streams has while something runs."""

    def __init__(self):
        self.pid = value("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo streams' AND datname = 'bench'")
        self.most = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def look(self):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon"))

    def watch(self):
        while not self.ended.wait(0.05):
            self.most = max(self.most, self.look())

    def __enter__(self):
        self.before = self.most = self.look()
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
