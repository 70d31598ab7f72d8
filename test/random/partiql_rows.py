#!/usr/bin/env python3
"""Random SELECTs of dynamo.partiql in FROM against ExecuteStatement, and against
Scan where that refuses what the other does not: with constants, as a prepared
statement with a generic or a custom plan, joined with a table of parameters,
as columns, and where the planner does not see into them; whatever plan it then
chooses.

The items must be the same, and in the order that the statement asks for.
SEED=n repeats a run; TABLES=n asks for another number of tables than 150.
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
import partiql                                  # noqa: E402
import partiql_text                             # noqa: E402
import query_model                              # noqa: E402
import random_queries                           # noqa: E402
import wire                                     # noqa: E402

TABLES = int(os.environ.get("TABLES") or 150)
CALLS = 10                      # of each table
FORMS = ("constants", "custom plan", "generic plan", "join", "columns", "text not constant", "select list")
SWITCHES = ("enable_seqscan", "enable_indexscan", "enable_bitmapscan", "enable_hashjoin", "enable_sort")


class Writer(partiql_text.Writer):
    def value(self, value):
        """SQL has no U+0000 in its texts."""
        text = model.value_text(value)
        if "\\u0000" in text:
            self.parameters.append(text)
            return "?"
        return super().value(value)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def call(text, parameters):
    return f"dynamo.partiql({', '.join([text] + parameters)})"


def column(parameter):
    """A value as SQL; strings and numbers as those of SQL, where it has them."""
    (kind, inside), = json.loads(parameter).items()
    if kind == "S" and "\0" not in inside:
        return f"{quoted(inside)}::text"
    return f"{inside}::numeric" if kind == "N" else f"{quoted(parameter)}::dynamo.value"


def columns_of(read):
    """Names of columns, where the result has such."""
    names = []
    for path in read.paths or ():
        last = max(i for i, step in enumerate(path) if not isinstance(step, int))
        names.append(path[last] + "".join(f"[{step}]" for step in path[last + 1:]))
    fit = all(len(n.encode()) < 64 and "\0" not in n for n in names) and len(set(names)) == len(names)
    return names if fit else []


def statements(form, read, text, parameters):
    """What to run; the last but for clean-up is the one that returns the rows."""
    literals = [quoted(p) for p in parameters]
    if form == "constants":
        return f"SELECT item FROM {call(quoted(text), literals)}"
    if form == "select list":
        return f"SELECT {call(quoted(text), literals)}"
    if form == "text not constant":
        return f"SELECT p.item FROM (VALUES ({quoted(text)})) AS t (statement), {call('t.statement', literals)} AS p"
    if form == "columns":
        names = ['"' + n.replace('"', '""') + '"' for n in columns_of(read)]
        return (f"SELECT {', '.join(names)} FROM dynamo.partiql_rows({', '.join([quoted(text)] + literals)}) "
                f"AS t ({', '.join(n + ' dynamo.value' for n in names)})")
    if form == "join":
        values = [column(p) for p in parameters] + ["1"]
        names = [f"v{i}" for i in range(len(values))]
        return f"SELECT p.item FROM (VALUES ({', '.join(values)})) AS v ({', '.join(names)}), {call(quoted(text), ['v.' + n for n in names[:-1]])} AS p"
    if not parameters:
        return statements("constants", read, text, parameters)
    given = [f"${i + 1}" for i in range(len(parameters))]
    return (f"SET plan_cache_mode = {'force_generic_plan' if form == 'generic plan' else 'force_custom_plan'};"
            f"PREPARE random AS SELECT item FROM {call(quoted(text), given)};"
            f"EXECUTE random ({', '.join(literals)}); DEALLOCATE random; RESET plan_cache_mode")


def items_of(form, read, answer):
    if form != "columns":
        return [json.loads(row[0]) for row in answer]
    names = columns_of(read)
    return [{n: json.loads(v) for n, v in zip(names, row) if v is not None} for row in answer]


class Api:
    """Calls operations for partiql.all_pages."""

    def __init__(self, db):
        self.db = db

    def call(self, function, request):
        answer = next(iter(list(self.db.each(f"SELECT dynamo.{function}($1::json)", [[request.encode()]]))))
        return answer if isinstance(answer, wire.ServerError) else json.loads(answer[0])


def wanted_of(api, read, writer, text):
    """What ExecuteStatement finds; what a Scan with the condition as filter finds, where it is refused; else the error."""
    found = partiql.all_pages(api, "execute_statement", lambda token: writer.request(text, **(token or {})), "NextToken", "NextToken")
    if not isinstance(found, wire.ServerError) or "does not project" in found.message:
        return found
    scan = query_model.Read(read.table, read.index)
    scan.filter, scan.paths = partiql.where_of(api.r, read), read.paths
    if scan.paths is not None and any(len(p) > 1 for p in scan.paths):
        return found                    # projections nest, and SELECT does not
    return partiql.all_pages(api, "scan", lambda start: "{" + random_queries.request(api.r, scan) +
                             "".join(f',"{k}":{v}' for k, v in (start or {}).items()) + "}", "ExclusiveStartKey", "LastEvaluatedKey")


def canonical(items):
    return sorted(json.dumps(i, sort_keys=True) for i in items)


def in_order(read, items):
    """Is the sort key in the order that was asked for, if the items have it?"""
    if not read.index.ranges or read.paths is not None:
        return True
    name = read.index.ranges[0][0]
    keys = [query_model.sortable(next(e.item[name] for e in read.table.entries(read.index)
                                      if json.loads(model.item_text(e.projected)) == i)) for i in items]
    return keys == sorted(keys, reverse=read.backward)


def make_read(r, table):
    if r.random() < 0.5:
        read = query_model.Read(table, r.choice([table.key] + table.indexes))
        read.filter = partiql.checked_condition(r, read)
        return read
    read = random_queries.read(r, table)
    read.segment, read.start, read.legacy, read.select, read.consistent = None, None, False, None, False
    if read.index.kind == "table" and read.is_query() and read.filter and \
            partiql.names_in(read.filter) & {n for n, _ in read.index.attributes()}:
        read.filter = None
    return read


def check(r, db, api, read, counts, faults, spoil=lambda read: read):
    form = r.choice(FORMS)
    if not columns_of(read):
        form = r.choice([f for f in FORMS if f != "columns"])
    elif r.random() < 0.5:
        form = "columns"
    writer = Writer(r)
    text = partiql.select_of(r, writer, read)
    wanted = wanted_of(api, read, writer, text)
    asked = spoil(copy.copy(read))
    if asked.__dict__ != read.__dict__:
        writer = Writer(r)
        text = partiql.select_of(r, writer, asked)
    off = [s for s in SWITCHES if r.random() < 0.25]
    sql = "".join(f"SET {s} = off; " for s in off) + statements(form, read, text, writer.parameters)
    try:
        got = items_of(form, read, db.query(sql + "; RESET ALL"))
    except wire.ServerError as error:
        db.query("RESET ALL; DEALLOCATE ALL")
        if isinstance(wanted, wire.ServerError):
            counts["refused by both"] += 1
        else:
            faults[form].append(f"{sql}: {error}"[:3000])
        return
    if isinstance(wanted, wire.ServerError):
        counts["refused by ExecuteStatement only"] += 1
        return
    counts[form] += 1
    counts["found"] += bool(wanted)
    if canonical(got) != canonical(wanted):
        faults[form].append(f"{sql}: got {got}, wanted {wanted}"[:3000])
    elif " ORDER BY " in text and form != "join" and not in_order(read, got):
        faults[form].append(f"{sql}: not in order: {got}"[:3000])


def other_bound(read):
    if read.ranged and read.ranged[0] in ("<", "<=", ">", ">="):
        read.ranged = read.ranged[0][0] + ("" if len(read.ranged[0]) > 1 else "="), read.ranged[1]
    return read


def turned_condition(read):
    if read.filter and read.filter[0] in ("and", "or"):
        read.filter = ({"and": "or", "or": "and"}[read.filter[0]],) + read.filter[1:]
    return read


def negated_condition(read):
    read.filter = read.filter and ("not", read.filter)
    return read


def main():
    r = model.seeded("partiql rows")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    api = Api(db)
    api.r = r
    counts, faults, planted = collections.Counter(), collections.defaultdict(list), {}
    for number in range(TABLES):
        table = loading.make_table(r, db, f"random_partiql_rows_{number}")
        if r.random() < 0.3:
            db.query(f"ANALYZE {loading.relation(table.name)}")
        for _ in range(CALLS):
            check(r, db, api, make_read(r, table), counts, faults)
        if number < 60:
            for spoil in (other_bound, turned_condition, negated_condition):
                found = planted.setdefault(spoil.__name__, collections.defaultdict(list))
                check(r, db, api, make_read(r, table), collections.Counter(), found, spoil)
        loading.call(db, "delete_table", [json.dumps({"TableName": table.name})])
    for form in FORMS:
        report.test(f"dynamo.partiql: {form}", faults[form], counts[form])
    print(f"# refused by both: {counts['refused by both']}, by ExecuteStatement only: {counts['refused by ExecuteStatement only']}")
    total = sum(counts[f] for f in FORMS)
    report.test(f"a third of the statements found something ({counts['found']})", [] if counts["found"] * 3 >= total else ["less"], total)
    for name, found in planted.items():
        report.test(f"a planted fault is found: {name}", [] if any(found.values()) else ["nothing was found"], 60)
    report.end()


if __name__ == "__main__":
    main()
