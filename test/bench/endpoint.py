"""The endpoint under load: DynamoDB's requests over loopback, signed, on
connections that are kept, beside pgbench on a jsonb table with as many clients,
and beside dynalite, which keeps its tables in memory.

The load comes from wrk (Debian's package), which sends requests that were
signed before, for so many different keys.  The documents are those of tables.py.

	OPERATIONS=a,b  CONNECTIONS=1,16  WORKERS=1,2	less than everything
"""
import contextlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import harness
import reading
import tables
from harness import DURATION, PAIRS, pgbench, psql, say, scaled, value

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
import http_wire                                # noqa: E402

NAME = "http"
REQUESTS = 1000         # of each kind
VERSIONS = 5            # of what is written: an item that is replaced by an equal one is not written
BATCH = 25
SIZE = 300
IDLE = 1000             # connections
DYNALITE = "dynalite@4.0.0"
DYNALITE_PARTITIONS = 40

HEADER = ["operation", "connections", "workers", "synchronous_commit", "ours/s", "p50 ms", "p99 ms", "CPU us a request",
          "pgbench on jsonb/s", "ratio (quartiles)", "target", "met", "dynalite/s", "ratio (quartiles)", "target", "met"]
rows = []


def listed(name, default):
    return [word for word in (os.environ.get(name) or default).split(",") if word]


# ---- Requests ----

def key(number):
    return {"pk": {"S": f"p{number % tables.PARTITIONS}"}, "sk": {"S": f"s{tables.FIRST + number}"}}


def document(number, body):
    item = {**key(number), "views": {"N": str(random.randrange(1000000))}, "title": {"S": f"Title {number}"}, "body": {"S": body}}
    item.update({name: {"S": f"v{number % modulus}"} for name, modulus in zip(tables.INDEXED, tables.MODULI)})
    return item


def query(number, limit):
    return {"TableName": f"d_{NAME}", "KeyConditionExpression": "pk = :p", "Limit": limit,
            "ExpressionAttributeValues": {":p": key(number)["pk"]}}


# Names of rows, and the request for document "number"; "any_number" gives others.
KINDS = {
    "GetItem": ("GetItem", lambda number, body, any_number: {"TableName": f"d_{NAME}", "Key": key(number)}),
    "PutItem": ("PutItem", lambda number, body, any_number: {"TableName": f"d_{NAME}", "Item": document(number, body)}),
    "UpdateItem": ("UpdateItem", lambda number, body, any_number: {
        "TableName": f"d_{NAME}", "Key": key(number), "UpdateExpression": "SET #v = :v", "ExpressionAttributeNames": {"#v": "views"},
        "ExpressionAttributeValues": {":v": {"N": str(random.randrange(1000000))}}}),
    "Query of 20": ("Query", lambda number, body, any_number: query(number, 20)),
    "Query of 100": ("Query", lambda number, body, any_number: query(number, 100)),
    f"BatchGetItem of {BATCH}": ("BatchGetItem", lambda number, body, any_number: {
        "RequestItems": {f"d_{NAME}": {"Keys": [key(n) for n in {any_number() for _ in range(BATCH)}]}}}),
}
WRITES = ("PutItem", "UpdateItem")


def signed(signer, operation, arguments):
    body = json.dumps(arguments, separators=(",", ":")).encode()
    headers = signer.headers(operation, body)
    return b"POST / HTTP/1.1\r\n" + b"".join(f"{name}: {text}\r\n".encode() for name, text in headers.items()) + b"\r\n" + body


def requests(kind, signer, any_number):
    """So many of them, for as many different documents; of writes the whole of them so many times, with other values."""
    operation, make = KINDS[kind]
    body = value(f"SELECT filler({tables.body(SIZE)})")
    numbers = set()
    while len(numbers) < REQUESTS:
        numbers.add(any_number())
    return [signed(signer, operation, make(number, body, any_number))
            for _ in range(VERSIONS if kind in WRITES else 1) for number in numbers]


def script(kind, count):
    """The same for pgbench; returns it with its variables."""
    if kind == "GetItem":
        return tables.get_jsonb(NAME, count), ()
    if kind == "PutItem":
        return tables.put_jsonb(NAME, tables.any_of(count), SIZE), ()
    if kind == "UpdateItem":
        return tables.update_jsonb(NAME, count), ()
    if kind.startswith("Query"):
        return reading.query_jsonb(NAME, int(kind.split()[-1])), ()
    return reading.batch_get_jsonb(NAME), [v for v in reading.batches(NAME, count, BATCH) if v[0].startswith(("pks", "sks"))]


# ---- Servers ----

def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, what):
    for _ in range(300):
        with contextlib.suppress(OSError, http_wire.Wrong), http_wire.Connection(port) as connection:
            connection.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if connection.answer("GET"):
                return
        time.sleep(0.1)
    sys.exit(f"{what} does not answer at port {port}")


class Endpoint:
    """Ours, in the server that is there, which is started anew with it."""

    def __init__(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))    # the server has it from us
        self.files = hard
        self.port = free_port()
        psql("CREATE ROLE client LOGIN; GRANT USAGE, CREATE ON SCHEMA public TO client;")
        self.key = psql("SELECT access_key_id, secret_access_key FROM dynamo.create_access_key('client')")[0]
        for name, setting in (("shared_preload_libraries", "dynamo"), ("max_files_per_process", "5000"), ("dynamo.http_port", self.port),
                              ("dynamo.http_database", "bench"), ("dynamo.http_listen_addresses", "127.0.0.1")):
            psql(f"LOAD 'dynamo'; ALTER SYSTEM SET {name} = '{setting}'")
        harness.server("stop")
        harness.server("start")
        self.workers = 2
        wait_for(self.port, "the endpoint")
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4 * IDLE)), hard))

    def signer(self):
        return http_wire.Signer(*self.key, f"127.0.0.1:{self.port}")

    def set(self, workers, commit):
        psql(f"LOAD 'dynamo'; ALTER SYSTEM SET dynamo.http_workers = {workers}")
        psql(f"ALTER SYSTEM SET synchronous_commit = '{commit}'")
        psql("SELECT pg_reload_conf()")
        for _ in range(300):
            if int(value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'")) == workers:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"there are not {workers} workers")
        time.sleep(0.3)
        wait_for(self.port, "the endpoint")

    def pids(self):
        return [int(row[0]) for row in psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'")]

    def end(self):
        psql("ALTER SYSTEM RESET ALL")
        harness.server("stop")
        harness.server("start")


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            total += sum(int(n) for n in file.read().rsplit(")", 1)[1].split()[11:13])
    return total / os.sysconf("SC_CLK_TCK")


def resident(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            total += int(re.search(r"RssAnon:\s+(\d+) kB", file.read()).group(1)) * 1024
    return total


class Dynalite:
    """Theirs; raises OSError where it is not to be had."""

    def __init__(self, items):
        self.folder = tempfile.mkdtemp()
        self.process = None
        try:
            for program in ("node", "npm"):
                if not shutil.which(program):
                    raise OSError(f"there is no {program}")
            done = subprocess.run(["npm", "install", "--prefix", self.folder, "--no-audit", "--no-fund", "--loglevel=error", DYNALITE],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode:
                raise OSError(f"npm cannot install {DYNALITE}: {done.stdout.strip().splitlines()[-1:]}")
            self.port = free_port()
            self.process = subprocess.Popen([os.path.join(self.folder, "node_modules/.bin/dynalite"), "--port", str(self.port), "--createTableMs", "0"],
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for(self.port, "dynalite")
            self.load(items)
        except BaseException:
            self.end()
            raise

    def signer(self):
        return http_wire.Signer("any", "any", f"127.0.0.1:{self.port}")

    def load(self, items):
        with http_wire.Connection(self.port) as connection:
            def ask(operation, arguments):
                connection.send(signed(self.signer(), operation, arguments))
                found = connection.answer()
                if found is None or found[0] != 200:
                    sys.exit(f"dynalite answers {operation} with {found}")
                return json.loads(found[2])
            ask("CreateTable", {"TableName": f"d_{NAME}", "BillingMode": "PAY_PER_REQUEST",
                                "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in ("pk", "sk")],
                                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]})
            while ask("DescribeTable", {"TableName": f"d_{NAME}"})["Table"]["TableStatus"] != "ACTIVE":
                time.sleep(0.1)
            for at in range(0, len(items), 25):
                ask("BatchWriteItem", {"RequestItems": {f"d_{NAME}": [{"PutRequest": {"Item": item}} for item in items[at:at + 25]]}})

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- Load ----

def load(server, kind, any_number, connections):
    """Run wrk; returns answers per second and latencies in milliseconds: half, and 99 of 100, are not slower."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        for request in requests(kind, server.signer(), any_number):
            file.write(b"%d\n" % len(request) + request)
        file.flush()
        command = ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{DURATION}s", "-s", str(HERE / "load.lua"),
                   f"http://127.0.0.1:{server.port}/", "--", file.name]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    found = re.search(r"^summary (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.MULTILINE)
    if not found:
        sys.exit(f"wrk failed: {done.stdout[-2000:]}")
    count, microseconds, errors, failures, half, slow = (int(group) for group in found.groups())
    if errors or failures or not count:
        sys.exit(f"{kind}: {errors} of {count} answers are errors, and {failures} failures of sockets")
    return count / microseconds * 1e6, half / 1000, slow / 1000


def targets(kind, connections, workers, commit):
    """Of the endpoint with its default of two workers, against pgbench and against dynalite."""
    if workers != 2:
        return None, None
    jsonb = {("GetItem", 16, "-"): 0.8, ("PutItem", 16, "on"): 0.5, ("PutItem", 64, "on"): 0.7}.get((kind, connections, commit))
    dynalite = {("GetItem", 16, "-"): 3, ("PutItem", 16, "off"): 2.5, ("Query of 100", 16, "-"): 5}.get((kind, connections, commit))
    return jsonb, dynalite


def one(endpoint, dynalite, kind, connections, workers, commit, count):
    """Measure one row."""
    sql, variables = script(kind, count)
    settings = (("synchronous_commit", commit if commit != "-" else "off"), ("max_parallel_workers_per_gather", "0"))
    pids = endpoint.pids()
    runs, against_jsonb, against_dynalite, costs = [], [], [], []
    if commit != "-":
        tables.vacuum(NAME)
    for _ in range(max(1, PAIRS // 3)):
        before = cpu_seconds(pids)
        ours = load(endpoint, kind, lambda: random.randint(1, count), connections)
        costs.append((cpu_seconds(pids) - before) / (ours[0] * DURATION) * 1e6)
        runs.append(ours)
        against_jsonb.append((ours[0], pgbench(sql, connections, settings=settings, define=variables)))
        # What is in memory is compared with what is not durable.
        if dynalite and commit != "on":
            theirs = load(dynalite, kind, lambda: random.choice(dynalite.numbers), connections)
            against_dynalite.append((ours[0], theirs[0]))
    middle = [statistics.median(column) for column in zip(*runs)]
    row = [kind, str(connections), str(workers), commit, f"{middle[0]:,.0f}", f"{middle[1]:.2f}", f"{middle[2]:.2f}", f"{statistics.median(costs):.0f}"]
    for pairs, target in zip((against_jsonb, against_dynalite), targets(kind, connections, workers, commit)):
        if pairs:
            ratio = harness.Ratio(pairs)
            row += [f"{ratio.theirs:,.0f}", f"{ratio.median:.2f} ({ratio.lower:.2f} .. {ratio.upper:.2f})",
                    f"{target:.2f}" if target else "-", ("yes" if ratio.meets(target) else "**no**") if target else "-"]
        else:
            row += ["-", "-", "-", "-"]
    rows.append(row)
    say("   " + " | ".join(row))


def under_load(endpoint):
    count = max(scaled(200000), 120 * tables.PARTITIONS)
    tables.create(NAME, fillfactor=80)
    tables.fill(NAME, count, SIZE)
    psql(f"GRANT ALL ON d_{NAME} TO client;")
    numbers = [number for number in range(1, count + 1) if number % tables.PARTITIONS < DYNALITE_PARTITIONS]
    body = value(f"SELECT filler({tables.body(SIZE)})")
    try:
        dynalite = Dynalite([document(number, body) for number in numbers])
        dynalite.numbers = numbers
    except OSError as error:
        say(f"   dynalite is skipped: {error}")
        dynalite = None
    try:
        wanted = listed("OPERATIONS", ",".join(KINDS))
        for workers in (int(n) for n in listed("WORKERS", "1,2")):
            for commit in ("off", "on"):
                endpoint.set(workers, commit)
                for kind in (k for k in KINDS if k in wanted and (k in WRITES or commit == "off")):
                    for connections in (int(n) for n in listed("CONNECTIONS", "1,16,64")):
                        one(endpoint, dynalite, kind, connections, workers, commit if kind in WRITES else "-", count)
    finally:
        if dynalite:
            dynalite.end()
    psql("ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf();")
    tables.drop(NAME)


# ---- Figures ----

def many_tables(endpoint, add_figure):
    """Creating and dropping tables, and how long it takes until one can be used."""
    with http_wire.Connection(endpoint.port) as connection:
        def ask(operation, arguments):
            connection.send(signed(endpoint.signer(), operation, arguments))
            found = connection.answer()
            if found is None or found[0] != 200:
                sys.exit(f"{operation} is answered with {found}")
            return json.loads(found[2])

        def create(name):
            return ask("CreateTable", {"TableName": name, "BillingMode": "PAY_PER_REQUEST",
                                       "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                                       "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]})
        create("warm")
        ask("DeleteTable", {"TableName": "warm"})
        started = time.monotonic()
        for number in range(100):
            create(f"many{number}")
        for number in range(100):
            ask("DeleteTable", {"TableName": f"many{number}"})
        seconds = time.monotonic() - started
        statements = [f"CREATE TABLE many{n} (pk text, sk text, item jsonb NOT NULL, PRIMARY KEY (pk, sk));\n" for n in range(100)]
        statements += [f"DROP TABLE many{n};\n" for n in range(100)]
        started = time.monotonic()
        psql("".join(statements))
        theirs = time.monotonic() - started
        add_figure("HTTP: seconds to create and to drop 100 tables; theirs by psql", f"{seconds:.2f}", f"{theirs:.2f}", "< 2", seconds < 2)

        longest = 0
        for number in range(20):
            started = time.monotonic()
            status = create(f"soon{number}")["TableDescription"]["TableStatus"]
            while status != "ACTIVE":
                status = ask("DescribeTable", {"TableName": f"soon{number}"})["Table"]["TableStatus"]
            longest = max(longest, time.monotonic() - started)
        for number in range(20):
            ask("DeleteTable", {"TableName": f"soon{number}"})
        add_figure("HTTP: milliseconds from CreateTable to ACTIVE, the longest of 20", f"{longest * 1000:.1f}", limit="<= 50", reached=longest <= 0.05)


def idle(endpoint, add_figure):
    """Memory of connections that do nothing."""
    if endpoint.files < 4 * IDLE:
        say(f"   idle connections are skipped: the limit of open files is {endpoint.files}")
        return
    request = signed(endpoint.signer(), "ListTables", {})
    with contextlib.ExitStack() as stack:
        def connect():
            connection = stack.enter_context(http_wire.Connection(endpoint.port))
            connection.send(request)
            found = connection.answer()
            if found is None or found[0] != 200:
                sys.exit(f"ListTables is answered with {found}")
        for _ in range(20):
            connect()
        before = resident(endpoint.pids())
        for _ in range(IDLE):
            connect()
        time.sleep(1)
        cost = resident(endpoint.pids()) - before
    add_figure(f"HTTP: bytes of two workers for {IDLE:,} idle connections", f"{cost:,}", limit="< 67,108,864", reached=cost < 67108864)


def measure(add_figure):
    if not shutil.which("wrk"):
        say("   skipped: there is no wrk")
        return
    endpoint = Endpoint()
    try:
        under_load(endpoint)
        endpoint.set(2, "on")
        many_tables(endpoint, add_figure)
        idle(endpoint, add_figure)
    finally:
        endpoint.end()
