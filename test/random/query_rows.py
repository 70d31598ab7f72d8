#!/usr/bin/env python3
"""Random calls of dynamo.query and dynamo.scan in FROM against the model that
query.py has: with constants, as a prepared statement with a generic or a
custom plan, joined with a table of values, and where the planner does not see
into them; whatever plan it then chooses.

Rows of a Query, and of a Scan with LIMIT, must be those of the model in its
order; other rows in any order.  SEED=n repeats a run; TABLES=n asks for another
number of tables than 250.
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
import random_queries                           # noqa: E402
import wire                                     # noqa: E402
from random_expressions import Writer           # noqa: E402

TABLES = int(os.environ.get("TABLES") or 250)
CALLS = 8                       # of each table
FORMS = ("constants", "custom plan", "generic plan", "join", "select list")
TYPES = {"values": "dynamo.item", "names": "jsonb", "descending": "bool", "segment": "int", "total_segments": "int"}
SWITCHES = ("enable_seqscan", "enable_indexscan", "enable_bitmapscan", "enable_sort", "dynamo.direct_path")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def read(r, table):
    """A read that the row forms can ask for."""
    made = random_queries.read(r, table)
    if made.legacy:
        made.filter, made.legacy = None, False
    made.start, made.select, made.consistent = None, None, False
    return made


def arguments(r, made):
    """The arguments of a call by name, as texts."""
    writer, found = Writer(r), {"table_name": made.table.name}
    if made.is_query():
        found["key_condition"] = random_queries.key_condition_text(r, made, writer)
        if made.backward:
            found["descending"] = "true"
    if made.segment:
        found["segment"], found["total_segments"] = map(str, made.segment)
    if made.filter:
        found["filter"] = writer.text(writer.condition(made.filter))
    if made.paths:
        found["projection"] = writer.text(writer.projection(made.paths))
    if made.index.name:
        found["index_name"] = made.index.name
    if writer.names:
        found["names"] = json.dumps(writer.names)
    if writer.values:
        found["values"] = model.item_text(writer.values)
    return found


def call(made, given):
    """The call, with an expression for each argument."""
    function = "query" if made.is_query() else "scan"
    return f"dynamo.{function}(" + ", ".join(f'"{n}" => {e}' for n, e in given.items()) + ")"


def literal(name, text):
    return f"{quoted(text)}::{TYPES.get(name, 'text')}"


def statements(form, made, found, limit):
    """What to run; the last but for clean-up is the one that returns the rows."""
    end = f" LIMIT {limit}" if limit else ""
    literals = {n: literal(n, t) for n, t in found.items()}
    if form == "constants":
        return f"SELECT item FROM {call(made, literals)}{end}"
    if form == "select list":
        return f"SELECT {call(made, literals)}{end}"
    if form == "join":
        return (f"SELECT q.item FROM (VALUES ({', '.join(literals.values())})) AS v ({', '.join(chr(34) + n + chr(34) for n in literals)}), "
                + call(made, {n: f'v."{n}"' for n in literals}) + f" AS q{end}")
    known = {"table_name", "index_name", "descending"} if form == "generic plan" else set()
    variable = [n for n in found if n not in known]
    given = {n: literals[n] if n in known else f"${variable.index(n) + 1}" for n in found}
    if not variable:
        return statements("constants", made, found, limit)
    return (f"SET plan_cache_mode = {'force_generic_plan' if known else 'force_custom_plan'};"
            f"PREPARE random ({', '.join(TYPES.get(n, 'text') for n in variable)}) AS SELECT item FROM {call(made, given)}{end};"
            f"EXECUTE random ({', '.join(literals[n] for n in variable)}); DEALLOCATE random; RESET plan_cache_mode")


def canonical(items):
    return sorted(json.dumps(i, sort_keys=True) for i in items)


def agrees(made, form, limit, got, wanted):
    """"wanted" is everything, in the model's order."""
    ordered = (made.is_query() or limit) and form != "join"
    if ordered:
        return got == (wanted[:limit] if limit else wanted)
    if not limit:
        return canonical(got) == canonical(wanted)
    rest = collections.Counter(canonical(got))
    rest.subtract(canonical(wanted))
    return len(got) == min(limit, len(wanted)) and max(rest.values(), default=0) <= 0


def check(r, db, made, counts, faults, spoil=lambda made: made):
    wanted = [i for i in (made.returned(e) for e in made.evaluated()) if i is not None]
    form = r.choice(FORMS)
    limit = r.choice([0, 0, r.randint(1, 5), r.randint(1, 50)])
    asked = spoil(copy.copy(made))
    off = [s for s in SWITCHES if r.random() < 0.25]
    # The order of Scan is kept where a LIMIT makes it matter; sorts may be dear, but they are there.
    text = statements(form, asked, arguments(r, asked), limit)
    settings = "".join(f"SET {s} = off; " for s in off)
    try:
        answer = db.query(settings + text + "; RESET ALL")
    except wire.ServerError as error:
        faults[form].append(f"{settings}{text}: {error}"[:3000])
        db.query("RESET ALL; DEALLOCATE ALL")
        return
    got = [json.loads(row[0]) for row in answer]
    counts[form, "query" if made.is_query() else "scan"] += 1
    counts["found"] += bool(wanted)
    if not agrees(made, form, limit, got, wanted):
        faults[form].append(f"{settings}{text}: got {got}, wanted {wanted[:limit] if limit else wanted}"[:3000])


def analyze(db, table, counts, faults):
    """Statistics are of attributes; whatever items have there, they can be made."""
    counts["analyzed"] += 1
    try:
        db.query(f"ANALYZE {loading.relation(table.name)}")
    except wire.ServerError as error:
        faults["analyzed"].append(f"{table.name}: {error}")


def other_bound(made):
    if made.ranged and made.ranged[0] in ("<", "<=", ">", ">="):
        made.ranged = made.ranged[0][0] + ("" if len(made.ranged[0]) > 1 else "="), made.ranged[1]
    return made


def other_direction(made):
    made.backward = not made.backward and made.is_query()
    return made


def no_filter(made):
    made.filter = None
    return made


def main():
    r = model.seeded("query rows")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    counts, faults, planted = collections.Counter(), collections.defaultdict(list), {}
    for number in range(TABLES):
        table = loading.make_table(r, db, f"random_rows_{number}")
        if r.random() < 0.3:
            analyze(db, table, counts, faults)
        for _ in range(CALLS):
            check(r, db, read(r, table), counts, faults)
        if number < 60:
            for spoil in (other_bound, other_direction, no_filter):
                found = planted.setdefault(spoil.__name__, collections.defaultdict(list))
                check(r, db, read(r, table), collections.Counter(), found, spoil)
        loading.call(db, "delete_table", [json.dumps({"TableName": table.name})])
    for form in FORMS:
        report.test(f"dynamo.query and dynamo.scan: {form}", faults[form], counts[form, "query"] + counts[form, "scan"])
        print(f"# {counts[form, 'query']} Queries, {counts[form, 'scan']} Scans")
    report.test("tables can be analyzed", faults["analyzed"], counts["analyzed"])
    report.test(f"a fifth of the calls found something ({counts['found']})", [] if counts["found"] * 5 >= TABLES * CALLS else ["less"], TABLES * CALLS)
    for name, found in planted.items():
        report.test(f"a planted fault is found: {name}", [] if any(found.values()) else ["nothing was found"], 60)
    report.end()


if __name__ == "__main__":
    main()
