#!/usr/bin/env python3
"""Random conditions on random item tables: the planner's use of indexes of
keys must not change what a statement finds.

The tables have attributes of several types, items that their secondary
indexes lack, indexes of several attributes, and live in a database whose
collation is far from the order of bytes (where the server knows ICU).  Each
statement runs with dynamo.planner_paths on, with sequential scans off, and
with it off, with casts that cannot raise.  At the end faults are planted
(the server computes wrong bounds, or believes a CHECK that does not hold) and
must be found.

SEED=n repeats a run; STATEMENTS=n asks for more than 1,000 of them;
FAULT=name plants one of the faults for the whole run, which must then fail.
"""
import collections
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import wire                                     # noqa: E402

COUNT = int(os.environ.get("STATEMENTS") or 1000)
PER_TABLE = 40
ITEMS = 60
DATABASE = "dynamo_random_planner"

STRINGS = ["a", "A", "b", "B", "ab", "aB", "a9", "a10", "é", "z", "Rock", "x" * 9, "x" * 130, "5", "true", "-", "\\x00", '{"L":[]}']
NUMBERS = ["0", "1", "-1", "1.5", "2.5", "2.4999", "-2.5", "7", "10", "123456789012", "9" * 38]
BINARIES = ["", "00", "ff", "00ff", "61", "ff" * 9]
COMPARISONS = ["=", "<", "<=", ">", ">="]


def literal(text):
    return "'" + text.replace("'", "''") + "'" if "\\" not in text else " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def key_value(r, kind):
    """A value that a key can have, as (type, text)."""
    return (kind, r.choice(STRINGS if kind == "S" else NUMBERS if kind == "N" else [b for b in BINARIES if b]))


def any_value(r, kind):
    """A value that is mostly of this type."""
    chance = r.random()
    if chance < 0.7:
        return key_value(r, kind)
    if chance < 0.76:
        return ("S", r.choice(["", "x" * 1025, "x" * 2049]))
    if chance < 0.8:
        return ("B", r.choice(["", "61" * 1100]))
    if chance < 0.95:
        return key_value(r, r.choice("SNB"))
    return r.choice([("BOOL", "true"), ("NULL", "true"), ("L", "")])


def wire_form(value):
    """The DynamoDB JSON of a value."""
    kind, text = value
    if kind == "B":
        return json.loads(model.value_text(("B", bytes.fromhex(text))))
    return {kind: {"BOOL": True, "NULL": True, "L": []}.get(kind, text)}


class Table:
    """A table with data and indexes: name, keys (lists of (attribute, type), the primary key first)."""

    def __init__(self, r, db, number):
        self.name = f"planned{number}"
        self.types = {a: r.choice("SSNNB") for a in "psabcd"}
        primary = ["p"] + (["s"] if r.random() < 0.7 else [])
        self.keys = [[(a, self.types[a]) for a in primary]]
        self.hashes = [1]
        self.lies = PLANTED == "a CHECK that does not hold"
        legal = r.random() < 0.3 and not self.lies
        db.query(f"SELECT dynamo.create_table('{self.name}', {', '.join(literal(f'{a} {t}') for a, t in self.keys[0])})")

        items = {}
        partitions = [key_value(r, self.types["p"]) for _ in range(4)]
        for _ in range(ITEMS):
            item = {"p": r.choice(partitions)}
            if len(primary) > 1:
                item["s"] = key_value(r, self.types["s"])
            for a in "abcd":
                if r.random() < 0.8:
                    item[a] = key_value(r, self.types[a]) if legal else any_value(r, self.types[a])
            items[tuple(item[a] for a in primary)] = item
            if len(primary) == 1:
                items[(item["p"],)] = item
        self.values = collections.defaultdict(list)
        for item in items.values():
            for a, v in item.items():
                self.values[a].append(v)
            db.query(f"INSERT INTO {self.name} (item) VALUES ({literal(json.dumps({a: wire_form(v) for a, v in item.items()}, ensure_ascii=False))})")

        # Indexes come after the items, so that some items are not in them.
        self.checks = 0
        for _ in range(r.randint(1, 3)):
            attributes = r.sample("abcds" if len(primary) > 1 else "abcd", r.randint(1, 3))
            hashes = r.randint(1, min(2, len(attributes)))
            specs = [f"{a} {self.types[a]} {'HASH' if i < hashes else 'RANGE'}" for i, a in enumerate(attributes)]
            call = ", ".join(["item"] + [literal(s) for s in specs])
            db.query(f"CREATE INDEX ON {self.name} (dynamo.index_key({call}), key) WHERE dynamo.index_key({call}) IS NOT NULL")
            self.keys.append([(a, self.types[a]) for a in attributes])
            self.hashes.append(hashes)
            if self.lies or r.random() < 0.7:
                self.add_check(db, call)
        db.query(f"ANALYZE {self.name}")

    def add_check(self, db, call):
        check = f"ALTER TABLE {self.name} ADD CHECK (dynamo.indexable({call}))"
        if self.lies:
            db.query(check + " NOT VALID")
            db.query(f"UPDATE pg_constraint SET convalidated = true WHERE conrelid = '{self.name}'::regclass")
            db.query(f"ALTER TABLE {self.name} SET (fillfactor = 90)")
            return
        try:
            db.query(check)
            self.checks += 1
        except wire.ServerError as error:
            if error.sqlstate != "23514":
                raise


PLANTED = None


class Statement:
    """Conditions in two spellings: as people write them, and so that they cannot raise."""

    def __init__(self, r, table, collations):
        self.r, self.table, self.collations = r, table, collations
        self.plain, self.safe, self.parameters = [], [], []
        self.kind = r.choice(["constants", "constants", "parameters", "join", "left join", "order"])
        number = r.randrange(1, len(table.keys)) if table.lies or r.random() < 0.4 else 0
        self.key = key = table.keys[number]
        for i, (attribute, kind) in enumerate(key):
            if r.random() < 0.96:
                self.add(attribute, kind, equal=r.random() < (0.97 if i < table.hashes[number] else 0.4))
        if r.random() < 0.15:
            self.add(r.choice("abcd"), r.choice("SNB"), equal=False)
        if not self.plain:
            self.add(key[0][0], key[0][1], equal=True)

    # ---- values ----

    def pick(self, attribute, kind):
        """A value to compare with: mostly one that is there."""
        there = [v for v in self.table.values[attribute] if v[0] == kind]
        if there and self.r.random() < 0.85:
            return self.r.choice(there)[1]
        return key_value(self.r, kind)[1] if self.r.random() < 0.8 else any_value_of(self.r, kind)

    def operand(self, text, sql_type):
        """A value as a constant, a parameter, or a column of the other table."""
        constant = f"{literal(text)}::{sql_type}"
        if self.kind == "parameters":
            self.parameters.append((constant, sql_type))
            return f"${len(self.parameters)}"
        if "join" in self.kind and self.r.random() < 0.7:
            self.parameters.append((constant, sql_type))
            return f"j.c{len(self.parameters)}"
        return constant

    # ---- conditions ----

    def add(self, attribute, kind, equal):
        chance = self.r.random()
        if chance < 0.07 and not equal:
            return self.both(self.r.choice([f"m.item['{attribute}'] IS NOT NULL", f"m.item ? '{attribute}'"]))
        if chance < 0.4:
            return self.value(attribute, kind, equal)
        if chance < 0.5:
            return self.matches(attribute, kind, equal)
        if chance < 0.52:
            kind = self.r.choice("SNB")
        if kind == "S" or chance > 0.97:
            return self.text(attribute, equal)
        return self.number(attribute, equal) if kind == "N" else self.binary(attribute, equal)

    def both(self, condition):
        self.plain.append(condition)
        self.safe.append(condition)

    def compare(self, left, safe_left, make, equal, suffix=""):
        """left op value, in one of its ways."""
        way = self.r.random()
        if equal and way < 0.2:
            values = ", ".join(make() for _ in range(self.r.randint(1, 4)))
            condition = "{} IN (" + values + ")"
            if way < 0.05:
                condition = "{} = ANY (ARRAY[" + values + "])"
        elif equal:
            condition = self.r.choice(["{} = %s", "%s = {}"]) % f"({make()}{suffix})"
        elif way < 0.3:
            condition = f"{{}} BETWEEN ({make()}{suffix}) AND ({make()}{suffix})"
        else:
            operator = self.r.choice(COMPARISONS)
            condition = self.r.choice(["{} %s %s", "%s %s {}"])
            value = f"({make()}{suffix})"
            condition = condition % ((operator, value) if condition.startswith("{}") else (value, operator))
        self.plain.append(condition.replace("{}", left))
        self.safe.append(condition.replace("{}", safe_left))

    def value(self, attribute, kind, equal):
        def make():
            value = (kind, self.pick(attribute, kind)) if self.r.random() < 0.9 else any_value(self.r, kind)
            if value[0] == "S" and self.r.random() < 0.3:
                return f"({self.operand(value[1], 'text')})::dynamo.value"
            if value[0] == "N" and self.r.random() < 0.5:
                return f"({self.operand(value[1], 'numeric')})::dynamo.value"
            return self.operand(json.dumps(wire_form(value), ensure_ascii=False), "dynamo.value")
        left = self.r.choice([f"m.item['{attribute}']", f"(m.item -> '{attribute}')"])
        self.compare(left, left, make, equal)

    def text(self, attribute, equal):
        left = self.r.choice([f"m.item['{attribute}']::text", f"(m.item ->> '{attribute}')"])
        suffix = self.r.choice(self.collations)
        if not equal and self.r.random() < 0.2:
            return self.both(f"{left} {self.r.choice(['~<~', '~<=~', '~>=~', '~>~'])} {self.operand(self.pick(attribute, 'S'), 'text')}")
        self.compare(left, left, lambda: self.operand(self.pick(attribute, self.r.choice("SSSSN")), "text"), equal, suffix)

    def number(self, attribute, equal):
        safe = f"dynamo.attribute_type(m.item['{attribute}']) = 'N'"
        if self.r.random() < 0.6:
            sql_type, make = "numeric", lambda: self.operand(self.pick(attribute, "N"), "numeric")
        else:
            sql_type = self.r.choice(["int", "bigint"])
            most = 2 ** 31 - 1 if sql_type == "int" else 2 ** 63 - 1
            safe += f" AND abs(m.item['{attribute}']::numeric) < {most - 1}"
            make = lambda: self.operand(str(self.r.randint(-4, 11)), self.r.choice(["int", "bigint"]))     # noqa: E731
        cast = f"m.item['{attribute}']::{sql_type}"
        self.compare(cast, f"(CASE WHEN {safe} THEN {cast} END)", make, equal)

    def binary(self, attribute, equal):
        cast = f"m.item['{attribute}']::bytea"
        self.compare(cast, f"(CASE WHEN dynamo.attribute_type(m.item['{attribute}']) = 'B' THEN {cast} END)",
                     lambda: self.operand("\\x" + self.pick(attribute, "B"), "bytea"), equal)

    def matches(self, attribute, kind, equal):
        values = {":v": wire_form((kind, self.pick(attribute, kind))), ":w": wire_form((kind, self.pick(attribute, kind)))}
        conditions = ["#a = :v", "#a IN (:v)", ":v = #a"] if equal else ["#a < :v", "#a >= :v", ":v < #a", "attribute_exists(#a) AND #a <= :v"]
        if not equal and kind != "N":
            conditions.append("begins_with(#a, :v)")
        condition = self.r.choice(conditions)
        if equal and self.r.random() < 0.3:
            condition = "#a IN (:v, :w)"
        values = {k: v for k, v in values.items() if k in condition}
        names = json.dumps({"#a": attribute})
        self.both(f"dynamo.matches(m.item, {literal(condition)}, {literal(json.dumps(values, ensure_ascii=False))}, '{names}')")

    # ---- the statement ----

    def sql(self, conditions):
        where = " AND ".join(conditions)
        table = f"{self.table.name} AS m"
        row = "md5(m.key::bytea)"
        if "join" in self.kind and self.parameters:
            columns = ", ".join(f"c{i + 1}" for i in range(len(self.parameters)))
            join = "LEFT JOIN" if self.kind == "left join" else "JOIN"
            source = f"(VALUES (1, {', '.join(p for p, _ in self.parameters)}), (2, {', '.join(f'NULL::{t}' for _, t in self.parameters)})) AS j (id, {columns})"
            rows = f"SELECT j.id || ' ' || coalesce({row}, 'none') AS x FROM {source} {join} {table} ON {where}"
        else:
            rows = f"SELECT {row} AS x FROM {table} WHERE {where}"
        if self.kind == "order":
            return self.ordered(where, table)
        return f"""SELECT coalesce(string_agg(x, ',' ORDER BY x COLLATE "C"), '') FROM ({rows}) AS found"""

    def ordered(self, where, table):
        """The values of an attribute in their order; which of equal ones comes first does not show."""
        attribute, kind = self.key[-1]
        expression = f"m.item['{attribute}']" + ("" if self.order < 0.6 or kind != "S" else "::text" + (' COLLATE "C"' if self.order < 0.8 else ""))
        direction = ["", " DESC", " NULLS FIRST", " DESC NULLS LAST"][int(self.order * 100) % 4]
        rows = f"SELECT {expression} AS x FROM {table} WHERE {where} ORDER BY {expression}{direction} LIMIT {3 + int(self.order * 1000) % 30}"
        return f"SELECT coalesce(string_agg(coalesce(format('%s', x), 'null'), ','), '') FROM ({rows}) AS found"


def any_value_of(r, kind):
    return {"S": lambda: r.choice(["", "x" * 1025, "x" * 2049]), "N": lambda: r.choice(NUMBERS), "B": lambda: r.choice(["", "61" * 1100])}[kind]()


# ---- running ----

def answer(db, statement, sql):
    """The rows as a text, or an error; and the plan."""
    try:
        if statement.kind != "parameters":
            return db.value(sql), json.dumps(db.query("EXPLAIN (FORMAT JSON) " + sql))
        types = ", ".join(t for _, t in statement.parameters)
        call = f"EXECUTE one({', '.join(p for p, _ in statement.parameters)})" if types else "EXECUTE one"
        db.query(f"PREPARE one{'(' + types + ')' if types else ''} AS {sql}")
        try:
            return db.value(call), json.dumps(db.query("EXPLAIN (FORMAT JSON) " + call))
        finally:
            db.query("DEALLOCATE one")
    except wire.ServerError as error:
        return error, ""


def run(r, db, tables, count, collations, counts):
    """Compare random statements; returns what differs."""
    faults = []
    for _ in range(count):
        statement = Statement(r, r.choice(tables), collations)
        statement.order = r.random()
        scans = r.choice(["", "enable_bitmapscan", "enable_indexscan"])
        db.query(f"SET dynamo.planner_paths = on; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; {f'SET {scans} = off' if scans else ''}")
        got, plan = answer(db, statement, statement.sql(statement.plain))
        db.query("SET dynamo.planner_paths = off; RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_indexscan")
        wanted, _ = answer(db, statement, statement.sql(statement.safe))
        if isinstance(wanted, wire.ServerError):
            raise wanted
        counts["statements"] += 1
        counts[statement.kind] += 1
        if isinstance(got, wire.ServerError):
            # a cast met a value of another type, without an index
            counts["errors"] += 1
            if got.sqlstate not in ("42846", "22003"):
                faults.append(f"{statement.sql(statement.plain)[:500]}: {got}")
            continue
        uses = "Index Name" in plan
        counts["used an index"] += uses
        counts["used a secondary index"] += uses and "_key_" in plan
        counts["matched something"] += any(x and "none" not in x for x in wanted.split(","))
        counts["used an index and matched something"] += uses and any(x and "none" not in x for x in wanted.split(","))
        if got != wanted:
            faults.append(f"{statement.sql(statement.plain)[:900]} with {statement.parameters[:8]}: wanted {wanted[:200]}, got {got[:200]}")
    return faults


# ---- faults to plant ----

def replaced(function, symbol):
    """A statement that puts another C function in the place of one that computes bounds."""
    return (f"CREATE OR REPLACE FUNCTION dynamo.{function}(types pg_catalog.text, VARIADIC \"values\" pg_catalog.\"any\") RETURNS dynamo.key "
            f"LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS '$libdir/dynamo', 'dynamo_{symbol}'")


FAULTS = {
    "lower bounds are upper bounds": (replaced("key_from", "key_to"), replaced("key_from", "key_from")),
    "upper bounds are lower bounds": (replaced("key_to", "key_from"), replaced("key_to", "key_to")),
    "a CHECK that does not hold": (None, None),
}


def open_database():
    """A database of its own, of another collation where that can be; and the collations that conditions name."""
    db = wire.Connection()
    db.query(f"DROP DATABASE IF EXISTS {DATABASE}")
    collations = ["", "", ' COLLATE "C"', ' COLLATE "C"']
    try:
        db.query(f"CREATE DATABASE {DATABASE} LOCALE_PROVIDER icu ICU_LOCALE 'en-US-u-kf-upper-kn' LC_COLLATE 'C' LC_CTYPE 'C' "
                 "ENCODING 'UTF8' TEMPLATE template0")
        icu = True
    except wire.ServerError as error:
        print(f"# no collation of ICU: {error.message}")
        db.query(f"CREATE DATABASE {DATABASE} ENCODING 'UTF8' TEMPLATE template0")
        icu = False
    db = wire.Connection(DATABASE)
    db.query("CREATE EXTENSION dynamo; SET client_min_messages = warning")
    if icu:
        db.query("CREATE COLLATION folded (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false)")
        collations.append(" COLLATE folded")
    return db, collations


def main():
    global PLANTED
    r = model.seeded("planner")
    report = model.Report()
    plant = os.environ.get("FAULT")
    if plant and plant not in FAULTS:
        sys.exit(f"no such fault: {plant}")
    db, collations = open_database()
    PLANTED = plant
    tables = [Table(r, db, n) for n in range(max(4, COUNT // PER_TABLE))]
    if plant and FAULTS[plant][0]:
        db.query(FAULTS[plant][0])

    counts = collections.Counter()
    faults = run(r, db, tables, COUNT, collations, counts)
    print("# " + ", ".join(f"{counts[k]} {k}" for k in sorted(counts)))
    print(f"# {len(tables)} tables, {sum(t.checks for t in tables)} CHECKs that indexes are complete")
    report.test("statements find the same with and without indexes of keys", faults, counts["statements"])
    report.test("half of the statements used an index", [] if counts["used an index"] * 2 >= counts["statements"] else ["fewer did"], counts["statements"])
    report.test("a tenth used a secondary index", [] if counts["used a secondary index"] * 10 >= counts["statements"] else ["fewer did"], counts["statements"])
    report.test("a fifth used an index and matched something",
                [] if counts["used an index and matched something"] * 5 >= counts["statements"] else ["fewer did"], counts["statements"])

    if not plant:
        for name, (fault, repair) in FAULTS.items():
            of_fault = tables
            if fault:
                db.query(fault)
            else:
                PLANTED = name
                of_fault = [Table(r, db, len(tables) + n) for n in range(12)]
                PLANTED = None
            tried = collections.Counter()
            found = []
            while not found and tried["statements"] < 3000:
                found = run(r, db, of_fault, 100, collations, tried)
            if repair:
                db.query(repair)
            report.test(f"a planted fault is found: {name}", [] if found else ["nothing was found"], tried["statements"])
    db.socket.close()
    wire.Connection().query(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    report.end()


if __name__ == "__main__":
    main()
