#!/usr/bin/env python3
"""make bench: speed and space of items against a jsonb table in the same server.

Run by test/setup/bench.sh.  Prints Markdown tables, and writes them into
OUTPUT between the lines <!-- results --> and <!-- end of results -->.

	PAIRS=9			pairs of runs whose ratio's median counts
	DURATION=2		length of a run
	SCALE=1			times the numbers of items and operations
	PARTS=a,b		only these parts: see PARTS below
"""
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time

import endpoint
import expiry
import expressions
import harness
import joined
import reading
import statements
import streams as stream_tables
import tables
import transactions
from harness import BIN, DATA, PAIRS, compare, pgbench, psql, say, scaled, timed, value

ASYNC = (("synchronous_commit", "off"),)
SYNC = (("synchronous_commit", "on"),)
SERIAL = ASYNC + (("max_parallel_workers_per_gather", "0"),)
UNLIMITED = SERIAL + (("dynamo.enforce_limits", "off"),)
# More would find what others read: the first items of all partitions arrived together.
COLD_QUERIES = 20
SCRATCH = os.path.dirname(DATA)
CITIES = os.environ.get("DYNAMO_CITIES", "")    # folder of the demo's data set

speed = []      # rows of the first table
figures = []    # rows of the second
ceilings = {}   # clients -> SELECT 1 per second


def met(reached):
    return "yes" if reached else "**no**"


def ceiling(clients):
    """SELECT 1 with two parameters: what the protocol allows."""
    if clients not in ceilings:
        ceilings[clients] = statistics.median(pgbench(tables.CEILING, clients=clients) for _ in range(max(3, PAIRS // 3)))
        add_speed("SELECT 1 with two parameters", "pgbench", clients, "-", "-", None, ours=ceilings[clients])
    return ceilings[clients]


def add_speed(what, interface, clients, commit, size, ratio, target=None, ours=None, share=None):
    def rate(number):
        return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"

    row = [what, interface, str(clients), commit, size,
           rate(ratio.ours if ratio else ours), rate(ratio.theirs) if ratio else "-",
           f"{ratio.median:.2f} ({ratio.lower:.2f} .. {ratio.upper:.2f})" if ratio else "-",
           f"{share:.2f}" if share else "-",
           f"{target:.2f}" if target else "-", met(ratio.meets(target)) if target else "-"]
    speed.append(row)
    say("   " + " | ".join(row))


def add_figure(what, ours, theirs="-", limit="-", reached=None):
    figures.append([what, ours, theirs, limit, "-" if reached is None else met(reached)])
    say("   " + " | ".join(figures[-1]))


def versus(what, interface, name, ours, theirs, size, clients, settings=ASYNC, target=None, seconds=None, writes=True):
    """Compare two pgbench scripts."""
    say(f"   {what}, {interface}, {clients} client(s), {size} bytes")
    if writes:
        tables.vacuum(name)
    top = ceiling(clients)
    ratio = compare(lambda: pgbench(ours, clients, seconds, settings=settings),
                    lambda: pgbench(theirs, clients, seconds, settings=settings))
    add_speed(what, interface, clients, settings[0][1] if writes else "-", f"{size:,} B", ratio, target, share=ratio.ours / top)
    return ratio


def calls(what, interface, count, ours, theirs, size, target=None, before=None, settings=ASYNC):
    """Compare two statements that do one thing so many times."""
    say(f"   {what}, {interface}")

    def rate(sql):
        if before:
            before()
        return count / timed(sql() if callable(sql) else sql, settings)

    add_speed(what, interface, 1, "off", f"{size:,} B", compare(lambda: rate(ours), lambda: rate(theirs)), target)


# ---- The parts.

def single_items():
    """get, put new, put replace"""
    size = 300
    count = tables.filled("get", 100000, size)
    for clients in (4, 1):
        versus("get", "typed arguments", "get", tables.get("get", count), tables.get_jsonb("get", count), size, clients,
               target=1.0, writes=False)
        versus("get", "request JSON", "get", tables.get_request("get", count), tables.get_jsonb("get", count), size, clients, writes=False)
    tables.drop("get")
    tables.filled("new", 100000, size)
    for clients in (4, 1):
        theirs = tables.put_jsonb("new", tables.NEW, size)
        versus("put new", "typed arguments", "new", tables.put("new", tables.NEW, size), theirs, size, clients, target=1.0)
        versus("put new", "request JSON", "new", tables.put_request("new", tables.NEW, size), theirs, size, clients)
    tables.drop("new")
    count = tables.filled("put", 100000, size, fillfactor=80)
    for clients in (4, 1):
        which = tables.any_of(count)
        ours, theirs = tables.put("put", which, size), tables.put_jsonb("put", which, size)
        versus("put replace", "typed arguments", "put", ours, theirs, size, clients, target=1.0)
        versus("put replace", "request JSON", "put", tables.put_request("put", which, size), theirs, size, clients)
        versus("put replace", "typed arguments", "put", ours, theirs, size, clients, settings=SYNC)
    tables.drop("put")


def hot_share(table):
    time.sleep(1.5)                     # sessions report their counts when they end
    updates, hot = psql(f"SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = '{table}'")[0]
    return int(hot) / max(1, int(updates))


def updates():
    """SQL UPDATE of one attribute, with 0, 2 and 5 secondary indexes"""
    size, shares = 300, {}
    for indexes, target in ((0, None), (2, 1.15), (5, 1.5)):
        name = f"update{indexes}"
        count = tables.filled(name, 100000, size, indexes=indexes, fillfactor=80)
        ours, theirs = tables.update(name, count), tables.update_jsonb(name, count)
        what = f"update one attribute, {indexes} secondary indexes"
        psql("SELECT pg_stat_reset()")
        versus(what, "SQL UPDATE", name, ours, theirs, size, 4, target=target)
        shares[indexes] = hot_share(f"d_{name}"), hot_share(f"j_{name}")
        versus(what, "SQL UPDATE", name, ours, theirs, size, 1, target=target)
        if not indexes:
            versus(what, "SQL UPDATE", name, ours, theirs, size, 4, settings=SYNC)
        operations = scaled(100000)

        def loop(statement):
            return (f"DO $$ BEGIN FOR i IN 1 .. {operations} LOOP {statement}"
                    " IF i % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$")
        number = f"(1 + (i::bigint * 7919) % {count})"
        ours_key = f"format('\"p%s\"/\"s%s\"', {number} % {tables.PARTITIONS}, {tables.FIRST} + {number})::dynamo.key"
        run = [0]

        def views():
            run[0] += 1
            return f"i + {run[0]}000000"
        calls(what, f"{operations:,} statements in a PL/pgSQL block", operations,
              lambda: loop(f"UPDATE d_{name} SET item['views'] = ({views()})::int::dynamo.value WHERE key = {ours_key};"),
              lambda: loop(f"UPDATE j_{name} SET item['views'] = to_jsonb({views()}) WHERE pk = 'p' || {number} % {tables.PARTITIONS}"
                           f" AND sk = 's' || {tables.FIRST} + {number};"),
              size, target=target, before=lambda: tables.vacuum(name))
        tables.drop(name)
    for indexes, (ours, theirs) in shares.items():
        add_figure(f"share of HOT updates, 4 clients, fillfactor 80, {indexes} secondary indexes", f"{ours:.1%}", f"{theirs:.1%}",
                   f">= {shares[0][1]:.1%}", ours >= shares[0][1])


def server_side():
    """100,000 gets and puts in one statement"""
    size, count = 300, scaled(100000)
    tables.filled("server", 100000, size, fillfactor=80)
    psql(f"""
        CREATE TABLE staged AS SELECT i, doc ->> 'pk' AS pk, doc ->> 'sk' AS sk, doc, doc::dynamo.item AS item
          FROM (SELECT i, document(i, 0, filler({tables.body(size)})) AS doc FROM generate_series(1, {count}) i) s;
        CREATE TABLE staged_other AS SELECT i, pk, sk, jsonb_set(doc, '{{views}}', '1') AS doc,
            jsonb_set(doc, '{{views}}', '1')::dynamo.item AS item FROM staged;
        VACUUM ANALYZE staged; VACUUM ANALYZE staged_other;
        CREATE FUNCTION jsonb_get(a text, b text) RETURNS jsonb LANGUAGE plpgsql STABLE AS
        $$ BEGIN RETURN (SELECT item FROM j_server WHERE pk = a AND sk = b); END $$;
        CREATE FUNCTION jsonb_put(a text, b text, new jsonb) RETURNS jsonb LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO j_server VALUES (a, b, new) ON CONFLICT (pk, sk) DO UPDATE SET item = excluded.item; RETURN NULL; END $$;
    """)
    get = "SELECT count(dynamo.get_item('d_server', pk, sk)) FROM staged"
    calls(f"get, {count:,} calls in one statement", "typed arguments; theirs is a PL/pgSQL function", count, get,
          "SELECT count(jsonb_get(pk, sk)) FROM staged", size, target=1.0)
    calls(f"get, {count:,} calls in one statement", "typed arguments; theirs is a nested loop join", count, get,
          "SELECT count(j.item) FROM staged s, LATERAL (SELECT item FROM j_server t WHERE t.pk = s.pk AND t.sk = s.sk OFFSET 0) j", size)

    # Every run writes what is not there: an item that is there byte for byte is not written.
    turn = {"ours": 0, "theirs": 0}

    def next_staged(who):
        turn[who] += 1
        return "staged_other" if turn[who] % 2 else "staged"

    def put():
        return f"SELECT count(dynamo.put_item('d_server', item)) FROM {next_staged('ours')}"
    vacuum = lambda: tables.vacuum("server")     # noqa: E731
    calls(f"put replace, {count:,} calls in one statement", "typed arguments; theirs is a PL/pgSQL function", count, put,
          lambda: f"SELECT count(jsonb_put(pk, sk, doc)) FROM {next_staged('theirs')}", size, target=1.0, before=vacuum)
    calls(f"put replace, {count:,} calls in one statement", "typed arguments; theirs is INSERT ... SELECT ... ON CONFLICT", count, put,
          lambda: f"INSERT INTO j_server SELECT pk, sk, doc FROM {next_staged('theirs')} ON CONFLICT (pk, sk) DO UPDATE SET item = excluded.item",
          size, before=vacuum)
    truncate = lambda: psql("TRUNCATE d_server, j_server")      # noqa: E731
    calls(f"put new, {count:,} calls in one statement", "typed arguments; theirs is a PL/pgSQL function", count,
          "SELECT count(dynamo.put_item('d_server', item)) FROM staged", "SELECT count(jsonb_put(pk, sk, doc)) FROM staged",
          size, target=1.0, before=truncate)
    calls(f"put new, {count:,} calls in one statement", "typed arguments; theirs is INSERT ... SELECT", count,
          "SELECT count(dynamo.put_item('d_server', item)) FROM staged",
          "INSERT INTO j_server SELECT pk, sk, doc FROM staged", size, before=truncate)
    psql("DROP TABLE staged, staged_other; DROP FUNCTION jsonb_get, jsonb_put")
    tables.drop("server")


def many_attributes():
    """reading one attribute of a 100-attribute item"""
    tables.create("wide")
    count = scaled(20000)
    source = f"""(SELECT jsonb_build_object('pk', 'p' || i % {tables.PARTITIONS}, 'sk', 's' || {tables.FIRST} + i) || a AS doc
        FROM generate_series(1, {count}) i,
             LATERAL (SELECT jsonb_object_agg('a' || to_char(n, 'FM000'), 'value ' || i * n) AS a FROM generate_series(1, 98) n) x OFFSET 0) d"""
    psql(f"INSERT INTO d_wide (item) SELECT doc::dynamo.item FROM {source};\n"
         f"INSERT INTO j_wide SELECT doc ->> 'pk', doc ->> 'sk', doc FROM {source};\nVACUUM ANALYZE d_wide; VACUUM ANALYZE j_wide;")
    size = int(value("SELECT dynamo.size(item) FROM d_wide LIMIT 1"))
    which = tables.variables(tables.any_of(count))
    for clients in (4, 1):
        versus("one attribute of 100", "subscript in SQL", "wide",
               which + f"SELECT item['a057']::text FROM d_wide WHERE key = {tables.key()};\n",
               which + "SELECT item ->> 'a057' FROM j_wide WHERE pk = 'p' || :p AND sk = 's' || :s;\n", size, clients, writes=False)
    calls(f"one attribute of 100 in {count:,} rows", "subscript in SQL", count, "SELECT count(item['a057']::text) FROM d_wide",
          "SELECT count(item ->> 'a057') FROM j_wide", size)
    tables.drop("wide")


def sizes():
    """get and put of items from 256 bytes to 400 KB"""
    times = {}
    for size in (256, 512, 1024, 1900, 2100, 4096, 16384, 65536, 409600 - 64):
        count = tables.filled("size", max(100, min(50000, 40000000 // size)), size, fillfactor=80)
        which = tables.any_of(count)
        got = versus("get by size", "typed arguments", "size", tables.get("size", count), tables.get_jsonb("size", count), size, 1, writes=False)
        had = versus("put replace by size", "typed arguments", "size", tables.put("size", which, size),
                     tables.put_jsonb("size", which, size), size, 1)
        times[size] = 1 / got.ours, 1 / had.ours
        tables.drop("size")
    for number, what in enumerate(("get", "put replace")):
        step = times[2100][number] / times[1900][number]
        add_figure(f"{what}, 1 client: time at 2,100 bytes / time at 1,900 bytes", f"{step:.2f}", limit="<= 2.00", reached=step <= 2)


def conditions():
    """conditional puts"""
    size = 300
    count = expressions.filled("if", 100000, size, fillfactor=80)
    which = tables.any_of(count)
    ours = expressions.conditional_put("if", which, size)
    for clients in (4, 1):
        versus("conditional put, replace", "typed arguments", "if", ours, expressions.conditional_put_jsonb("if", which, size), size, clients, target=1.0)
        versus("conditional put, replace", "typed arguments; theirs is a plain put of ours", "if", ours, tables.put("if", which, size), size,
               clients, target=0.95)
    tables.drop("if")
    expressions.filled("first", 100000, size)
    for clients in (4, 1):
        versus("put if there is none, new", "typed arguments", "first", expressions.first_put("first", tables.NEW, size),
               expressions.first_put_jsonb("first", tables.NEW, size), size, clients, target=1.0)
    tables.drop("first")


def counters():
    """ADD"""
    size = 300
    count = expressions.filled("add", 100000, size, fillfactor=80)
    for clients in (4, 1):
        versus("ADD to a counter, spread keys", "typed arguments", "add", expressions.add("add", tables.any_of(count)),
               expressions.add_jsonb("add", tables.any_of(count)), size, clients, target=1.0)
        versus("ADD to a counter, one hot key", "typed arguments", "add", expressions.add("add", "1"),
               expressions.add_jsonb("add", "1"), size, clients, target=1.0)
    tables.drop("add")


def nested():
    """SET of one nested attribute; projections"""
    for size, indexes, target in ((400, 0, 1.0), (400, 2, 1.0), (400, 5, 1.5), (20480, 0, 1.0), (20480, 2, None), (20480, 5, None)):
        count = expressions.filled("nested", 100000 if size == 400 else 5000, size, indexes=indexes, fillfactor=80)
        for clients in (4, 1):
            versus(f"SET one nested attribute, {indexes} secondary indexes", "typed arguments", "nested", expressions.set_nested("nested", count),
                   expressions.set_nested_jsonb("nested", count), size, clients, target=target)
            if size > 400 and not indexes:
                versus("project two attributes", "typed arguments", "nested", expressions.project("nested", count),
                       expressions.project_jsonb("nested", count), size, clients, writes=False)
        tables.drop("nested")


def buffers(query):
    # The first run of a session reads catalogs, too.
    plan = "\n".join(row[0] for row in psql(f"{query} \\g /dev/null\nEXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {query}"))
    top = json.loads(plan)[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"], top["Actual Rows"]


def cold(script):
    """Queries a second of a server that has nothing in memory."""
    harness.restart_cold()
    # Loads the catalogs, which belong to neither.
    psql("SELECT count(*) FROM pg_class; SELECT count(*) FROM pg_attribute; SELECT count(*) FROM pg_proc;")
    return pgbench(script, transactions=COLD_QUERIES, define=(("n", 0),))


def partition():
    """the first 100 items of a partition, of 1,000,000 items that arrived interleaved"""
    size = 300
    count = tables.filled("query", 1000000, size)
    partitions = random.sample(range(tables.PARTITIONS), 25)
    seen = {"d": [], "j": []}
    for number in partitions:
        for which, query in (("d", tables.FIRST_100.format("query", f"'\"p{number}\"'", f"'\"p{number}\"/\"~\"'")),
                             ("j", tables.FIRST_100_JSONB.format("query", f"'p{number}'"))):
            blocks, rows = buffers(query)
            if rows != min(100, count // tables.PARTITIONS):
                sys.exit(f"{query} returned {rows} rows")
            seen[which].append(blocks)
    ours, theirs = statistics.median(seen["d"]), statistics.median(seen["j"])
    add_figure(f"buffers for the first 100 items of a partition of {count // tables.PARTITIONS:,}, {count:,} items", f"{ours:.0f}", f"{theirs:.0f}",
               "<= 12", ours <= 12)
    for clients in (4, 1):
        versus("first 100 items of a partition, warm", "SQL", "query", tables.first_100("query"), tables.first_100_jsonb("query"), size,
               clients, target=1.5, writes=False)

    say("   first 100 items of a partition, cold")
    ratio = compare(lambda: cold(tables.first_100("query", tables.NEXT_PARTITION)),
                    lambda: cold(tables.first_100_jsonb("query", tables.NEXT_PARTITION)))
    add_speed("first 100 items of a partition, cold", f"SQL, {COLD_QUERIES} partitions", 1, "-", f"{size} B", ratio, target=4)
    add_space("query", f"{count:,} items of {size} bytes in {tables.PARTITIONS:,} partitions", count)
    tables.drop("query")


def queries():
    """Query of 1,000,000 items that arrived interleaved, by partition and by a global index"""
    size, name = 300, "read"
    count = tables.filled(name, 1000000, size, indexes=1)
    each = count // tables.PARTITIONS
    for limit in (20, 100):
        seen, other = [], []
        for number in random.sample(range(tables.PARTITIONS), 25):
            statement = reading.query_statement(name, limit, f"p{number}")
            found = int(value(f"SELECT ({statement}) ->> 'Count'"))
            if found != min(limit, each):
                sys.exit(f"{statement} found {found}")
            seen.append(buffers(statement)[0])
            other.append(buffers(f"SELECT item FROM j_{name} WHERE pk = 'p{number}' ORDER BY sk LIMIT {limit}")[0])
        blocks = statistics.median(seen)
        limited = limit == 100
        add_figure(f"buffers of Query of {limit}, {count:,} items", f"{blocks:.0f}", f"{statistics.median(other):.0f}",
                   "<= 12" if limited else "-", blocks <= 12 if limited else None)
    for limit, warm, from_disk in ((20, None, None), (100, 1.5, 4.0)):
        what = f"Query of {limit}"
        for clients in (4, 1):
            versus(f"{what}, warm", "request JSON", name, reading.query(name, limit), reading.query_jsonb(name, limit), size, clients,
                   settings=SERIAL, target=warm, writes=False)
        say(f"   {what}, cold")
        add_speed(f"{what}, cold", f"request JSON, {COLD_QUERIES} partitions", 1, "-", f"{size} B",
                  compare(lambda: cold(reading.query(name, limit, tables.NEXT_PARTITION)),
                          lambda: cold(reading.query_jsonb(name, limit, tables.NEXT_PARTITION))), target=from_disk)
        for clients in (4, 1):
            versus(f"{what} on a global index", "request JSON", name, reading.query_index(name, limit), reading.query_index_jsonb(name, limit),
                   size, clients, settings=SERIAL, target=1.0, writes=False)
    tables.drop(name)


# What SELECT needs to read the items in an order that it could go on from.
IN_ORDER = (("enable_sort", "off"), ("enable_bitmapscan", "off"))


def scans():
    """filtered Scan, whole, in pages and in segments"""
    size = 300
    for name, what, fill in (("inter", "the interleaved items", lambda: tables.filled("inter", 1000000, size)),
                             ("apart", "items of a partition each", lambda: reading.filled("apart", 1000000, size, reading.APART))):
        count = fill()
        theirs = reading.scan_jsonb(name)
        found = int(json.loads(value(reading.scan_in_pages(name)))["found"])
        wanted = int(value(f"SELECT count(*) FROM ({theirs}) s"))
        if not found or found != wanted:
            sys.exit(f"the Scan of {name} found {found} items, not {wanted}")
        calls(f"filtered Scan of {what}, {count:,}, items a second", "request JSON, pages of 1 MB", count, reading.scan_in_pages(name), theirs,
              size, target=1.0, settings=SERIAL)
        calls(f"filtered Scan of {what}, {count:,}, items a second", "request JSON, one page", count, reading.scan(name), theirs, size,
              settings=UNLIMITED)
        calls(f"filtered Scan of {what}, {count:,}, items a second", "request JSON, pages of 1 MB; theirs in the order of its key", count,
              reading.scan_in_pages(name), reading.scan_jsonb_in_order(name), size, settings=SERIAL + IN_ORDER)
        say(f"   Scan of {what} in 2 segments")
        add_speed(f"filtered Scan of {what} in 2 segments at once, scans a second", "request JSON; theirs is ours in one", 2, "-", f"{size} B",
                  compare(lambda: pgbench(reading.scan_segment(name, 2), clients=2, transactions=3, settings=SERIAL) / 2,
                          lambda: pgbench(reading.scan_segment(name, 1), transactions=3, settings=SERIAL)), target=1.5)
        tables.drop(name)


def batches():
    """BatchGetItem of 100 keys"""
    size, name = 300, "batch"
    count = tables.filled(name, 1000000, size)
    keys = reading.batches(name, count)
    theirs = reading.batch_get_jsonb(name)
    for clients in (4, 1):
        for interface, ours, target in (("typed arguments", reading.batch_get(name), 0.8), ("request JSON", reading.batch_get_request(), 0.8)):
            what = "BatchGetItem of 100"
            say(f"   {what}, {interface}, {clients} client(s)")
            ratio = compare(lambda: pgbench(ours, clients, settings=SERIAL, define=keys) * reading.BATCHES,
                            lambda: pgbench(theirs, clients, settings=SERIAL, define=keys) * reading.BATCHES)
            add_speed(what, f"{interface}; theirs joins with unnest", clients, "-", f"{size} B", ratio, target)
    tables.drop(name)


def partiql():
    """ExecuteStatement against GetItem, Query and UpdateItem"""
    size, name = 300, "partiql"
    count = tables.filled(name, 100000, size, fillfactor=80)
    theirs = "request JSON; theirs is the native operation"
    for clients in (4, 1):
        versus("ExecuteStatement: SELECT by key", theirs, name, statements.get(name, count), tables.get_request(name, count), size, clients,
               target=0.8, writes=False)
        for limit in (20, 100):
            versus(f"ExecuteStatement: SELECT of {limit} of a partition", theirs, name, statements.query(name, limit),
                   reading.query(name, limit), size, clients, target=0.8, writes=False)
        versus("ExecuteStatement: UPDATE", theirs, name, statements.update(name, count), statements.update_native(name, count), size, clients,
               target=0.8)
    tables.drop(name)


def joins():
    """dynamo.partiql joined with a table"""
    size, name = 300, "join"
    count = tables.filled(name, 100000, size)
    joined.create(name, count)
    for clients in (4, 1):
        for what, ours, theirs in (
                ("10 partitions joined by PartiQL", joined.partitions(name), joined.partitions_jsonb(name)),
                ("100 items joined by PartiQL", joined.items(name), joined.items_jsonb(name))):
            versus(what, "dynamo.partiql_rows", name, ours, theirs, size, clients, settings=SERIAL, target=1.0, writes=False)
    versus("5,000 rows joined with all items by PartiQL", "dynamo.partiql_rows", name, joined.everything(name),
           joined.everything_jsonb(name), size, 1, settings=SERIAL, writes=False)
    joined.drop()
    tables.drop(name)


def transact_writes():
    """TransactWriteItems of 4 and 25 items"""
    size, name = 300, "transact"
    count = tables.filled(name, 100000, size, fillfactor=80)
    for items in (4, 25):
        separately = transactions.statements_jsonb(name, count, items, size)
        together = transactions.statement_jsonb(name, count, items, size)
        for token in (False, True):
            ours = transactions.transact(name, count, items, size, token)
            what = f"TransactWriteItems, {items} items" + (" with a token" if token else "")
            main = items == 4 and not token
            for clients in (4, 1):
                for how, theirs, target in ((f"against {items} statements in a block", separately, 2.0), ("against one statement", together, 1.0)):
                    versus(f"{what}, {how}", "request JSON", name, ours, theirs, size, clients, target=target if main else None)
    tables.drop(name)


def paging():
    """paging through a partition of 100,000 items; memory of a scan"""
    size, name = 300, "pages"
    count = reading.filled(name, 100000, size, reading.TOGETHER)
    if int(value(reading.page_through(name, 100))) != count:
        sys.exit("paging did not find all items")
    calls(f"paging through a partition of {count:,} items, 100 a page, items a second", "request JSON in a PL/pgSQL loop, by the start key;"
          " theirs by the last sk", count, reading.page_through(name, 100), reading.page_through_jsonb(name, 100), size, settings=SERIAL)
    first = count // 1000
    rows = [" ".join(row) for row in psql(reading.scan_twice(name, first, LOOK), settings=SERIAL)]
    for what, (before, after) in memory_figures(rows):
        growth = after - before
        limited = what != "VmRSS"
        add_figure(f"{what}: growth from {first * 100:,} to {count:,} items of a Scan in pages of 100, bytes", f"{growth:,}",
                   limit="< 1,048,576" if limited else "-", reached=growth < 1048576 if limited else None)
    tables.drop(name)


def add_space(name, what, count, target=None):
    heap = {w: int(value(f"SELECT pg_table_size('{w}_{name}')")) for w in "dj"}
    whole = {w: int(value(f"SELECT pg_total_relation_size('{w}_{name}')")) for w in "dj"}
    column = {w: int(value(f"SELECT sum(pg_column_size(item)) FROM {w}_{name}")) for w in "dj"}
    for title, found, limit in (("bytes of item a row", column, 0.75), ("bytes of table a row", heap, None),
                                ("bytes of table and primary key a row", whole, 0.95)):
        share = found["d"] / found["j"]
        limited = target is not None and limit is not None
        add_figure(f"{title}: {what}", f"{found['d'] / count:.1f}", f"{found['j'] / count:.1f} (ours is {share:.2f})",
                   f"<= {limit}" if limited else "-", share <= limit if limited else None)


def data_set():
    """space of a real data set"""
    if not CITIES:
        add_figure("space of a real data set", "not measured: no network")
        return
    psql("""SELECT dynamo.create_table('{"TableName": "d_cities", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [
        {"AttributeName": "country", "AttributeType": "S"}, {"AttributeName": "place", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "country", "KeyType": "HASH"}, {"AttributeName": "place", "KeyType": "RANGE"}]}');
        CREATE TABLE j_cities (pk text, sk text, item jsonb NOT NULL, PRIMARY KEY (pk, sk));""")
    items = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(__file__), "..", "demo", "cities.py"), "items", CITIES],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    subprocess.run([os.path.join(BIN, "psql"), "-X", "-q", "-d", "bench", "-c", "\\copy d_cities (item) FROM STDIN"], stdin=items.stdout, check=True)
    items.wait()
    count = int(value("SELECT count(*) FROM d_cities"))
    psql("INSERT INTO j_cities SELECT item['country']::text, item['place']::text, item::jsonb FROM d_cities; VACUUM d_cities; VACUUM j_cities;")
    add_space("cities", f"{count:,} cities of the world", count, target=True)
    psql("""SELECT dynamo.delete_table('{"TableName": "d_cities"}'); DROP TABLE j_cities;""")


def wal():
    """WAL of an operation"""
    size, operations = 300, scaled(20000)
    psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")

    def add(what, name, ours, theirs):
        found = []
        for script in (ours, theirs):
            # pgbench's transactions, and the vacuum before them, which is not counted.
            tables.vacuum(name)
            found.append(harness.wal_bytes(lambda: pgbench(script, transactions=operations, settings=ASYNC)) / operations)
        add_figure(f"WAL bytes of {what}, without full-page images", f"{found[0]:.0f}", f"{found[1]:.0f} (ours is {found[0] / found[1]:.2f})")

    tables.filled("wal", 100000, size)
    add("put new", "wal", tables.put("wal", tables.NEW, size), tables.put_jsonb("wal", tables.NEW, size))
    tables.drop("wal")
    for indexes in (0, 2, 5):
        count = expressions.filled("wal", 100000, size, indexes=indexes, fillfactor=80)
        which = tables.any_of(count)
        if not indexes:
            add("ADD to a counter", "wal", expressions.add("wal", which), expressions.add_jsonb("wal", which))
        add(f"update one attribute, {indexes} secondary indexes", "wal", tables.update("wal", count), tables.update_jsonb("wal", count))
        add(f"SET one nested attribute, {indexes} secondary indexes", "wal", expressions.set_nested("wal", count),
            expressions.set_nested_jsonb("wal", count))
        # What is put has no nested attributes, so these come last.
        if not indexes:
            add("conditional put, replace", "wal", expressions.conditional_put("wal", which, size),
                expressions.conditional_put_jsonb("wal", which, size))
            add("put replace", "wal", tables.put("wal", which, size), tables.put_jsonb("wal", which, size))
        tables.drop("wal")
    psql("ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf();")


def time_to_live():
    """deleting expired items"""
    size = 300

    def rate(script):
        # Each run deletes all items of a new pair of tables.
        def run():
            count = expiry.filled("ttl", 100000, size)
            found = pgbench(script, transactions=count // expiry.BATCH, settings=ASYNC) * expiry.BATCH
            tables.drop("ttl")
            return found
        return run

    ratio = compare(rate(expiry.delete("ttl")), rate(expiry.delete_jsonb("ttl")), max(3, PAIRS // 3))
    add_speed(f"delete expired items, {expiry.BATCH} a transaction", "dynamo.expire_items", 1, "off", f"{size} B", ratio)
    add_figure("expired items deleted a second, one session", f"{ratio.ours:,.0f}", f"{ratio.theirs:,.0f}", "20,000", ratio.ours >= 20000)


def streams():
    """tables with a stream"""
    size, pairs = 300, max(3, PAIRS // 3)
    stream_tables.configure()
    psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
    for view in stream_tables.VIEWS:
        count = stream_tables.filled("stream", view, 50000, size)
        which = tables.any_of(count)
        for what, script, target in (("put replace", tables.put("stream", which, size), 0.8), ("update one attribute", tables.update("stream", count), None)):
            of_stream = stream_tables.of_stream(script, "stream")
            versus_plain = compare(lambda s=of_stream: pgbench(s, clients=4, settings=SYNC), lambda s=script: pgbench(s, clients=4, settings=SYNC), pairs)
            add_speed(f"{what} with a stream of {view}, and without", "typed arguments" if target else "SQL UPDATE", 4, "on", f"{size} B", versus_plain, target)
            operations = scaled(10000)
            found = []
            for one in (of_stream, script):
                stream_tables.captured()
                found.append((harness.wal_bytes(lambda s=one: (pgbench(s, transactions=operations, settings=SYNC), stream_tables.captured()))) / operations)
            add_figure(f"WAL bytes of {what} with a stream of {view}, its records included, and without, without full-page images", f"{found[0]:.0f}",
                       f"{found[1]:.0f} (with is {found[0] / found[1]:.2f})")
        stream_tables.drop("stream")
    psql("ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf();")

    stream_tables.create("lag", "NEW_AND_OLD_IMAGES")
    script = stream_tables.put_now("lag", tables.any_of(scaled(50000)), size)
    seconds = max(4, 2 * harness.DURATION)
    for what, rate in (("at 1,000 writes a second", 1000), ("at full speed", None)):
        median, most, records = stream_tables.followed("lag", seconds + 1, lambda r=rate: pgbench(script, clients=4, seconds=seconds - 1, settings=SYNC, rate=r))
        add_figure(f"milliseconds from a write to GetRecords {what}, median and 99th percentile of {records:,} records", f"{median:.0f}, {most:.0f}",
                   limit="250" if rate else "-", reached=most <= 250 if rate else None)
    psql("SELECT dynamo.delete_table('s_lag')")

    count = scaled(200000)
    stream_tables.create("read", "NEW_AND_OLD_IMAGES")
    stream_tables.fill("s_read", count, size)
    stream_tables.captured()
    rates = sorted(stream_tables.read_all("read", count) for _ in range(3))
    add_figure(f"records a second by GetRecords, 1,000 at a time, {size} B, one consumer", f"{rates[1]:,.0f}", limit="50,000", reached=rates[1] >= 50000)
    psql("SELECT dynamo.delete_table('s_read')")

    count = scaled(1000000)
    stream_tables.create("large", "KEYS_ONLY")
    with stream_tables.Memory() as memory_of_worker:
        stream_tables.fill("s_large", count, 100)
        stream_tables.captured()
    grown = (memory_of_worker.most - memory_of_worker.before) / 1024 / 1024
    add_figure(f"MB by which the streams' worker grows in a transaction of {count:,} changes", f"{grown:.0f}", limit="100", reached=grown <= 100)
    psql("SELECT dynamo.delete_table('s_large')")
    stream_tables.reset()


def copy_in():
    """COPY"""
    size = 300
    count = tables.filled("copy", 200000, size)
    files = {w: os.path.join(SCRATCH, w + ".copy") for w in "dj"}
    psql(f"COPY (SELECT item FROM d_copy ORDER BY item['sk']::text) TO '{files['d']}';"
         f"COPY (SELECT pk, sk, item FROM j_copy ORDER BY sk) TO '{files['j']}';")
    calls(f"COPY of {count:,} items, rows a second", "COPY (item); theirs is COPY (pk, sk, item)", count,
          f"COPY d_copy (item) FROM '{files['d']}'", f"COPY j_copy FROM '{files['j']}'", size, target=0.7,
          before=lambda: psql("TRUNCATE d_copy, j_copy"))
    tables.drop("copy")


def restore():
    """pg_dump and pg_restore"""
    size = 300
    count = tables.filled("restore", 200000, size)
    dumps = {}
    for which in "dj":
        dumps[which] = os.path.join(SCRATCH, which + ".dump")
        # With -t, pg_dump leaves the extension out, which theirs does not need.
        choice = ["-T", "j_*"] if which == "d" else ["-t", "j_restore"]
        subprocess.run([os.path.join(BIN, "pg_dump"), "-Fc", "-Z1", "-f", dumps[which], *choice, "bench"], check=True)

    def rate(which):
        psql("DROP DATABASE IF EXISTS restored", "postgres")
        psql("CREATE DATABASE restored TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'", "postgres")
        started = time.monotonic()
        subprocess.run([os.path.join(BIN, "pg_restore"), "-d", "restored", "--exit-on-error", dumps[which]], check=True,
                       env={**os.environ, "PGOPTIONS": harness.options(ASYNC)})
        seconds = time.monotonic() - started
        rows = value(f"SELECT count(*) FROM {which}_restore", "restored")
        if int(rows) != count:
            sys.exit(f"restored {rows} rows of {count}")
        return count / seconds
    say("   restore")
    add_speed(f"pg_restore of {count:,} items, rows a second", "pg_dump -Fc", 1, "off", f"{size} B",
              compare(lambda: rate("d"), lambda: rate("j")), target=0.8)
    psql("DROP DATABASE restored", "postgres")
    tables.drop("restore")


# What a session has allocated, by Postgres and by the system.
LOOK = """SELECT sum(total_bytes) FROM pg_backend_memory_contexts;
    SELECT pg_backend_pid() AS pid \\gset
    \\setenv PID :pid
    \\! grep -E 'VmRSS|RssAnon' /proc/$PID/status
    """


def memory_figures(rows):
    """What each look saw, by what it looked at."""
    contexts = [int(row) for row in rows if row.isdigit()]
    resident, anonymous = ([int(re.search(r"(\d+) kB", line).group(1)) * 1024 for line in rows if name in line] for name in ("VmRSS", "RssAnon"))
    return ("sum of pg_backend_memory_contexts", contexts), ("VmRSS", resident), ("RssAnon, without shared memory", anonymous)


def memory():
    """memory of one session over many operations"""
    tables.filled("memory", 1000, 300, fillfactor=50)
    # A thousand operations a statement: PL/pgSQL itself keeps 24 bytes for
    # every COMMIT after a write until its block ends.
    batch = 1000
    psql(f"""CREATE FUNCTION operate(first int) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE k text; n int;
        BEGIN
            FOR i IN first .. first + {batch - 1} LOOP
                n := 1 + i % 500;
                k := 's' || {tables.FIRST} + n;
                IF i % 4 = 0 THEN
                    PERFORM dynamo.put_item('d_memory', document(n, i, 'a body')::dynamo.item);
                ELSIF i % 4 = 1 THEN
                    PERFORM dynamo.get_item('d_memory', 'p' || n, k);
                ELSIF i % 4 = 2 THEN
                    PERFORM dynamo.get_item(format('{{"TableName":"d_memory","Key":{{"pk":{{"S":"p%s"}},"sk":{{"S":"%s"}}}}}}', n, k)::json);
                ELSE
                    PERFORM dynamo.delete_item('d_memory', 'p' || n, k);
                END IF;
            END LOOP;
        END $$""")
    few, many = scaled(100000), scaled(1000000)

    def operations(first, last):
        """In one session; what is dead goes now and then, so that shared memory is not touched anew."""
        return "".join(f"SELECT operate({number});\n" + ("VACUUM d_memory;\n" if number // batch % 20 == 0 else "")
                       for number in range(first, last, batch))
    # All of the WAL buffers belong to VmRSS once the session has written as much.
    wal_buffers = "CREATE TABLE wide AS SELECT i, repeat('x', 1000) FROM generate_series(1, 40000) i; DROP TABLE wide;\n"
    rows = [" ".join(row) for row in psql(wal_buffers + operations(0, few) + LOOK + operations(few, many) + LOOK, settings=ASYNC)]
    for what, (before, after) in memory_figures(rows):
        growth = after - before
        limited = not what.startswith("RssAnon")
        add_figure(f"{what}: growth from {few:,} to {many:,} operations of one session, bytes", f"{growth:,}",
                   limit="< 1,048,576" if limited else "-", reached=growth < 1048576 if limited else None)
    psql("DROP FUNCTION operate")
    tables.drop("memory")


def stillness():
    """catalog look-ups of warm operations"""
    tables.filled("still", 1000, 300)
    total = ("SELECT sum(coalesce(seq_scan, 0) + coalesce(seq_tup_read, 0) + coalesce(idx_scan, 0) + coalesce(idx_tup_fetch, 0)"
             " + n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_sys_tables WHERE schemaname IN ('pg_catalog', 'pg_toast', 'dynamo')")
    body = tables.value(f"SELECT filler({tables.body(300)})")
    for what, statement in (
            ("get, typed arguments", "SELECT dynamo.get_item('d_still', 'p{n}', 's{s}');"),
            ("get, request JSON", """SELECT dynamo.get_item('{{"TableName":"d_still","Key":{{"pk":{{"S":"p{n}"}},"sk":{{"S":"s{s}"}}}}}}'::json);"""),
            ("put, typed arguments", "SELECT dynamo.put_item('d_still', '{{\"pk\":{{\"S\":\"p{n}\"}},\"sk\":{{\"S\":\"s{s}\"}},\"body\":{{\"S\":\"{body}\"}}}}'::dynamo.item);"),
            ("update under a condition, typed arguments", """SELECT dynamo.update_item('d_still', '{{"pk":{{"S":"p{n}"}},"sk":{{"S":"s{s}"}}}}',"""
             """ 'ADD n :n SET #v = :n', '{{":n":{{"N":"1"}}}}', '{{"#v":"views"}}', 'attribute_exists(pk)', 'ALL_NEW');"""),
            ("update under a condition, request JSON", """SELECT dynamo.update_item('{{"TableName":"d_still","UpdateExpression":"ADD n :n","""
             """ "ConditionExpression":"attribute_exists(pk)","ExpressionAttributeValues":{{":n":{{"N":"1"}}}},"""
             """ "Key":{{"pk":{{"S":"p{n}"}},"sk":{{"S":"s{s}"}}}}}}'::json);"""),
            ("delete, typed arguments", "SELECT dynamo.delete_item('d_still', 'p{n}', 's{s}');")):
        def script(first, last):
            return "".join(statement.format(n=n, s=tables.FIRST + n, body=body) + "\n" for n in range(first, last))

        # In one session, because a new one looks up the catalogs; another reads
        # the counts once the first has reported its own.
        flush = "SELECT pg_stat_force_next_flush();\n\\! sleep 0.1\nSELECT 1;\n"
        read = (f"\\! \"$DYNAMO_BIN/psql\" -X -A -t -d bench -c \"{total}\" | sed 's/^/total /'\n")
        rows = psql(script(1, 51) + flush + read + flush + read + flush + read + script(51, 551) + script(1, 501) + flush + read)
        totals = [int(row[0].split()[1]) for row in rows if row and row[0].startswith("total ")][1:]
        # The difference between the first two is what reading the counts counts.
        moved = (totals[2] - totals[1]) - (totals[1] - totals[0])
        add_figure(f"pg_stat_sys_tables over 1,000 warm operations: {what}", f"{moved:+d}", limit="0", reached=moved == 0)
    tables.drop("still")


def http():
    """the endpoint"""
    endpoint.measure(add_figure)


PARTS = (single_items, conditions, counters, nested, updates, server_side, many_attributes, sizes, partition, queries, scans, batches, transact_writes, partiql, joins, paging, data_set, wal, time_to_live, streams, copy_in, restore, memory, stillness, http)


def markdown(header, rows):
    widths = [max(len(row[n]) for row in [header] + rows) for n in range(len(header))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in [header] + rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write(text):
    path = os.environ.get("OUTPUT")
    if not path:
        return
    start, end = "<!-- results -->", "<!-- end of results -->"
    try:
        with open(path, encoding="utf-8") as file:
            old = file.read()
    except FileNotFoundError:
        old = f"# Benchmarks\n\n{start}\n{end}\n"
    if start not in old or end not in old:
        sys.exit(f"{path} lacks the lines {start} and {end}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(old[:old.index(start)] + start + "\n\n" + text + "\n" + old[old.index(end):])
    say(f"Written to {path}.")


def main():
    wanted = [name for name in os.environ.get("PARTS", "").split(",") if name]
    known = [part.__name__ for part in PARTS]
    for name in wanted:
        if name not in known:
            sys.exit(f"There is no part {name}; there are {', '.join(known)}.")
    psql("CREATE DATABASE bench TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'", "postgres")
    psql("CREATE EXTENSION dynamo;" + tables.SETUP + expressions.SETUP + reading.SETUP + stream_tables.SETUP)
    for part in PARTS:
        if not wanted or part.__name__ in wanted:
            say(f"== {part.__name__}: {part.__doc__}")
            part()
    text = "\n".join(f"- {line}" for line in harness.machine()) + "\n\n"
    if speed:
        text += markdown(["what", "interface", "clients", "synchronous_commit", "item", "ours/s", "jsonb table/s", "ratio (quartiles)",
                          "of SELECT 1", "target", "met"], speed) + "\n\n"
    if endpoint.rows:
        text += markdown(endpoint.HEADER, endpoint.rows) + "\n\n"
    if figures:
        text += markdown(["what", "ours", "jsonb table", "limit", "met"], figures) + "\n"
    print(text)
    write(text)


main()
