"""Running SQL and pgbench, and comparing two ways of doing one thing.

The server is the one of PGHOST and PGPORT; DYNAMO_BIN has its programs,
DYNAMO_DATA is its data folder, DYNAMO_AS is the command prefix that runs a
program as the server's user.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

BIN = os.environ["DYNAMO_BIN"]
DATA = os.environ["DYNAMO_DATA"]
AS_SERVER_USER = os.environ.get("DYNAMO_AS", "").split()

PAIRS = int(os.environ.get("PAIRS") or 9)
DURATION = int(os.environ.get("DURATION") or 2)
SCALE = float(os.environ.get("SCALE") or 1)     # of the numbers of items and of operations


def scaled(count):
    """A number of items or operations, in proportion to SCALE."""
    return max(100, int(count * SCALE))


def say(text):
    print(text, file=sys.stderr, flush=True)


def psql(sql, database="bench", settings=()):
    """Run SQL; returns the rows of the last query as lists of strings."""
    command = [os.path.join(BIN, "psql"), "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"]
    text = "".join(f"SET {name} = {value};\n" for name, value in settings) + sql
    result = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode:
        sys.exit(f"psql failed: {result.stderr}\n{sql[:2000]}")
    return [line.split("\t") for line in result.stdout.splitlines()]


def value(sql, database="bench", settings=()):
    """The single value that SQL returns."""
    rows = psql(sql, database, settings)
    if len(rows) != 1 or len(rows[0]) != 1:
        sys.exit(f"expected one value, got {rows[:5]} from {sql}")
    return rows[0][0]


def options(settings):
    """PGOPTIONS for a list of (name, value)."""
    return " ".join(f"-c {name}={value}" for name, value in settings)


def pgbench(script, clients=1, seconds=None, transactions=None, settings=(), database="bench", define=(), rate=None):
    """Run a pgbench script with prepared statements; returns transactions per second."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        length = ["-t", str(transactions)] if transactions else ["-T", str(seconds or DURATION)]
        command = [os.path.join(BIN, "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, os.cpu_count())),
                   "-f", file.name, *length, *(["-R", str(rate)] if rate else []), *(f"-D{name}={start}" for name, start in define), database]
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                                env={**os.environ, "PGOPTIONS": options(settings)})
    failed = re.search(r"number of failed transactions: (\d+)", result.stdout)
    if result.returncode or (failed and int(failed.group(1))):
        sys.exit(f"pgbench failed: {result.stderr[-2000:]}\n{script[:2000]}")
    return float(re.search(r"^tps = ([0-9.]+)", result.stdout, re.MULTILINE).group(1))


def timed(sql, settings=(), database="bench"):
    """Seconds that one SQL statement takes, by the server's own clock as psql shows it."""
    rows = psql("\\timing on\n" + sql.rstrip().rstrip(";") + "\n\\g /dev/null\n", database, settings)
    times = [row[0] for row in rows if row[0].startswith("Time: ")]
    return float(re.match(r"Time: ([0-9.]+) ms", times[-1]).group(1)) / 1000


class Ratio:
    """Speed of ours as a multiple of the other's, over pairs of runs next to each other."""

    def __init__(self, pairs):
        self.pairs = pairs                              # (ours, theirs), both speeds
        ratios = sorted(ours / theirs for ours, theirs in pairs)
        self.median = statistics.median(ratios)
        if len(ratios) > 1:
            self.lower, _, self.upper = statistics.quantiles(ratios, n=4, method="inclusive")
        else:
            self.lower = self.upper = ratios[0]
        self.ours = statistics.median(ours for ours, _ in pairs)
        self.theirs = statistics.median(theirs for _, theirs in pairs)

    def meets(self, target):
        return self.median >= target and self.lower >= 0.95 * target


def compare(ours, theirs, pairs=None):
    """Run two functions that return speeds in alternating pairs."""
    results = []
    for number in range(pairs or PAIRS):
        if number % 2 == 0:
            a, b = ours(), theirs()
        else:
            b, a = theirs(), ours()
        results.append((a, b))
        say(f"      pair {number + 1}: {a:.4g} / {b:.4g} = {a / b:.2f}")
    return Ratio(results)


def server(action):
    """Start or stop the server."""
    command = AS_SERVER_USER + [os.path.join(BIN, "pg_ctl"), "-s", "-w", "-D", DATA, "-l", os.path.join(os.path.dirname(DATA), "log")]
    command += ["-m", "fast", "stop"] if action == "stop" else ["start"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/")


def evict(folder):
    """Drop the files of a folder from the operating system's cache."""
    for path, _, files in os.walk(folder):
        for name in files:
            try:
                descriptor = os.open(os.path.join(path, name), os.O_RDONLY)
            except OSError:
                continue
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)


def restart_cold():
    server("stop")
    evict(DATA)
    server("start")


def wal_bytes(action):
    """Bytes of WAL that an action writes."""
    before = value("SELECT pg_current_wal_insert_lsn()")
    action()
    return int(value(f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')"))


def machine():
    """What the figures were measured on, in lines."""
    def first(path, pattern, default="?"):
        with open(path, encoding="utf-8") as file:
            match = re.search(pattern, file.read(), re.MULTILINE)
        return match.group(1).strip() if match else default

    memory = int(first("/proc/meminfo", r"^MemTotal: +(\d+) kB")) / 1024 / 1024
    settings = ("shared_buffers", "max_wal_size", "full_page_writes", "fsync", "autovacuum", "jit", "wal_level")
    return [
        f"Processor: {os.cpu_count()} x {first('/proc/cpuinfo', r'^model name.*: (.*)$')}",
        f"Memory: {memory:.0f} GiB",
        f"System: {first('/etc/os-release', 'PRETTY_NAME=(.*)').strip(chr(34))}, Linux {os.uname().release}",
        "Server: " + value("SELECT version()"),
        "Settings: " + ", ".join(f"{name} = {value('SHOW ' + name)}" for name in settings),
        f"Runs: {PAIRS} pairs of {DURATION} s, numbers of items times {SCALE:g}, {time.strftime('%Y-%m-%d')}",
    ]
