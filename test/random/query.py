#!/usr/bin/env python3
"""Random Queries and Scans, page by page, against a plain model of them.

Tables, indexes and items are random, and so are key conditions, filters,
projections, segments, page sizes and start keys, of which some are made up.
Each page must have exactly the items that a look at all items says, in that
order, and the walk through the pages every item exactly once.  Pages of one
walk are read on the direct and on the planned path, in different sessions.

At the end faults are planted (on the way to the server, on the way back, and
in a table) and must be found.  SEED=n repeats a run; TABLES=n asks for another
number of tables than 1,000, and with fewer than 300 some kinds of reads may
find nothing; FAULT=name plants one of the faults for the whole run, which must
then fail.
"""
import collections
import copy
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import loading                                  # noqa: E402
import query_model                              # noqa: E402
import random_queries                           # noqa: E402
import wire                                     # noqa: E402

TABLES = int(os.environ.get("TABLES") or 1000)
WALKS = 4                       # of each table
GROUP = 40                      # tables there are at a time
VALIDATION = "YD001"
PATHS = ("on", "off")           # values of dynamo.direct_path


# ---- walks ----

class Counts:
    """What was checked, and what was wrong."""

    def __init__(self):
        self.pages, self.walks, self.matched, self.refused = (collections.Counter() for _ in range(4))
        self.faults = collections.defaultdict(list)


def page_size(r, there):
    """A Limit; 0 is none.  Few walks take many pages."""
    if r.random() < 0.1:
        return 0
    limit = r.choice([r.randint(1, 100), r.randint(1, 5), r.randint(1, 1 + min(99, there // 2))])
    return limit if r.random() < 0.05 else max(limit, min(100, there // 12))


def expected_page(read, entries, begin, limit):
    """The response, as parsed JSON, and where the next page begins (None: there is none)."""
    end, over = query_model.page_end(entries, begin, limit)
    items = [read.returned(e) for e in entries[begin:end]]
    items = [i for i in items if i is not None]
    page = {} if read.select == "COUNT" else {"Items": items}
    page.update(Count=len(items), ScannedCount=end - begin, ConsumedCapacity=read.capacity(entries[begin:end]))
    if over:
        page["LastEvaluatedKey"] = json.loads(model.item_text(read.table.cursor(read.index, entries[end - 1].item)))
    return page, end if over else None


def sessions(r):
    """The setting of dynamo.direct_path for each page of a walk."""
    choice = r.choice([("on",), ("on",), ("off",), PATHS])
    while True:
        yield r.choice(choice)


def walk(r, read, spoil, counts):
    """Read page after page: yields (path, operation, request), and is sent the answer."""
    kind = ("Query" if read.is_query() else "Scan"), read.index.kind
    asked = spoil("read", copy.copy(read))
    fixed = random_queries.request(r, asked)
    start = None if asked.start is None else model.item_text(asked.start)
    accepted, entries = read.accepts_start(), read.evaluated()
    position, paths = 0, sessions(r)
    limit = page_size(r, len(entries))
    counts.walks[kind] += 1

    def fault(what):
        counts.faults[kind].append(f"{{{fixed}}} from {start}, limit {limit}: {what}"[:3000])

    if any(read.returned(e) is not None for e in entries):
        counts.matched[kind] += 1
    while True:
        if r.random() < 0.2:
            limit = page_size(r, len(entries))
        text = "{" + fixed + (f',"Limit":{limit}' if limit else "") + (f',"ExclusiveStartKey":{start}' if start else "") + "}"
        answer = yield next(paths), kind[0].lower(), text
        counts.pages[kind] += 1
        if isinstance(answer, wire.ServerError):
            if accepted or answer.sqlstate != VALIDATION:
                fault(answer)
            counts.refused[kind] += 1
            return
        if not accepted:
            fault("the start key was not refused")
            return
        answer = spoil("answer", json.loads(answer[0]))
        wanted, position = expected_page(read, entries, position, limit)
        if answer != wanted:
            fault(f"got {answer}, wanted {wanted}")
            return
        if position is None:
            return
        if read.is_query() and kind[1] == "table" and not read.index.ranges:
            return                      # the service refuses to go on
        start = json.dumps(answer["LastEvaluatedKey"])


def run(connections, walks):
    """Go on with all walks at once, a page of each at a time."""
    waiting = [(w, next(w)) for w in walks]
    while waiting:
        batches = collections.defaultdict(list)
        for w, (path, operation, text) in waiting:
            batches[path, operation].append((w, text))
        waiting = []
        for (path, operation), batch in batches.items():
            answers = connections[path].each(f"SELECT dynamo.{operation}($1::json)", [[t.encode()] for _, t in batch])
            for (w, _), answer in zip(batch, list(answers)):
                try:
                    waiting.append((w, w.send(answer)))
                except StopIteration:
                    pass


# ---- planted faults ----

def honest(_, thing):
    return thing


def on_read(change):
    return lambda stage, thing: change(thing) or thing if stage == "read" else thing


def on_answer(change):
    return lambda stage, thing: change(thing) or thing if stage == "answer" else thing


def other_bound(read):
    if read.ranged and read.ranged[0] in ("<", "<=", ">", ">="):
        read.ranged = read.ranged[0][0] + ("" if len(read.ranged[0]) > 1 else "="), read.ranged[1]


def other_direction(read):
    read.backward = not read.backward and read.is_query()


def no_filter(read):
    read.filter = None


def no_start(read):
    read.start = None


def other_segment(read):
    if read.segment and read.segment[1] > 1:
        read.segment = (read.segment[0] + 1) % read.segment[1], read.segment[1]


def lost_item(answer):
    if answer.get("Items"):
        answer["Items"].pop()


def doubled_item(answer):
    if answer.get("Items"):
        answer["Items"].append(answer["Items"][-1])


def lost_cursor(answer):
    answer.pop("LastEvaluatedKey", None)


FAULTS = {**{c.__name__: on_read(c) for c in (other_bound, other_direction, no_filter, no_start, other_segment)},
          **{c.__name__: on_answer(c) for c in (lost_item, doubled_item, lost_cursor)}}


def planted(r, report, connections, tables):
    """Each fault must be found in some of the walks."""
    reads = [random_queries.read(r, t) for t in tables for _ in range(3 * WALKS)]
    for name, spoil in FAULTS.items():
        counts = Counts()
        run(connections, [walk(r, read, spoil, counts) for read in reads])
        report.test(f"a planted fault is found: {name}", [] if counts.faults else ["nothing was found"], len(reads))
    for table in tables:
        connections["on"].query(f"DELETE FROM {loading.relation(table.name)} WHERE key = (SELECT key FROM {loading.relation(table.name)} LIMIT 1)")
    counts = Counts()
    run(connections, [walk(r, read, honest, counts) for read in reads])
    report.test("a planted fault is found: an item that is gone", [] if counts.faults else ["nothing was found"], len(reads))


# ---- the report ----

KINDS = [(o, k) for o in ("Query", "Scan") for k in ("table", "local", "global")]


def seen_by(read):
    """What a read that found something shows to work."""
    if read.filter is not None:
        yield "filter", "older parameters" if read.legacy else "expression"
    yield read.index.kind, "KEYS_ONLY" if read.index.projection == [] else "ALL" if read.index.projection is None else "INCLUDE"
    if read.is_query():
        yield "backward" if read.backward else "forward", read.index.kind
        if len(read.equal) < len(read.index.attributes()):
            yield read.index.attributes()[len(read.equal)][1], read.operator()
    elif read.segment:
        yield "segment", read.index.kind
    if read.start is not None:
        yield "made-up start key", read.index.kind


def coverage(report, seen):
    kinds = ("table", "local", "global")
    wanted = [(k, p) for k in kinds for p in ("ALL", "KEYS_ONLY", "INCLUDE") if (k, p) not in (("table", "KEYS_ONLY"), ("table", "INCLUDE"))]
    wanted += [(what, k) for what in ("forward", "backward", "segment", "made-up start key") for k in kinds]
    wanted += [("filter", "expression"), ("filter", "older parameters")]
    wanted += [(t, op) for t in "SNB" for op in random_queries.OPERATORS if op != "=" and (t, op) != ("N", "begins_with")]
    for first in dict.fromkeys(w[0] for w in wanted):
        print(f"# {first}: " + ", ".join(f"{b} {seen[a, b]}" for a, b in wanted if a == first))
    if TABLES < 300:
        return
    report.test("every kind of read found something", [f"{w}: nothing" for w in wanted if not seen[w]], len(wanted))


def main():
    r = model.seeded("queries")
    report = model.Report()
    connections = {path: wire.Connection() for path in PATHS}
    db = connections["on"]
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    for path, connection in connections.items():
        connection.query(f"SET dynamo.direct_path = {path}")
    plant = os.environ.get("FAULT")
    if plant and plant not in FAULTS:
        sys.exit(f"no such fault: {plant}; there are {', '.join(FAULTS)}")

    counts, seen, tables = Counts(), collections.Counter(), []
    for first in range(0, TABLES, GROUP):
        if tables:
            loading.call(db, "delete_table", [json.dumps({"TableName": t.name}) for t in tables])
        tables = [loading.make_table(r, db, f"random_{number}") for number in range(first, min(TABLES, first + GROUP))]
        reads = [random_queries.read(r, t) for t in tables for _ in range(WALKS)]
        run(connections, [walk(r, read, FAULTS.get(plant, honest), counts) for read in reads])
        for read in reads:
            if read.accepts_start() and read.evaluated():
                seen.update(seen_by(read))

    for kind in KINDS:
        refused = f", {counts.refused[kind]} start keys refused" if counts.refused[kind] else ""
        report.test(f"{kind[0]} of {'a table' if kind[1] == 'table' else f'a {kind[1]} index'}: {counts.walks[kind]} walks{refused}",
                    counts.faults[kind], counts.pages[kind])
    matched, walks = sum(counts.matched.values()), sum(counts.walks.values())
    print(f"# {TABLES} tables, {walks} walks of {sum(counts.pages.values())} pages; {matched} found something")
    report.test("a fifth of the conditions found something", [] if matched * 5 >= walks else [f"{matched} of {walks}"], walks)
    coverage(report, seen)
    if not plant:
        planted(r, report, connections, tables)
    loading.call(db, "delete_table", [json.dumps({"TableName": t.name}) for t in tables])
    report.end()


if __name__ == "__main__":
    main()
