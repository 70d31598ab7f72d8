"""TransactWriteItems and what it is compared with, in pgbench's words.

Each transaction replaces so many items, one of each of so many ranges of the
documents of tables.py, in their order: so none is named twice, and statements
that take their locks one after the other do not deadlock.
"""
import tables
from harness import value

# Of a document, what is set anew; the other attributes come from these.
ATTRIBUTES = (("pk", "S", "p%1$s"), ("sk", "S", "s%2$s"), ("views", "N", "%4$s"), ("title", "S", "Title %3$s"),
              *((name, "S", f"v%{position}$s") for name, position in zip(tables.INDEXED, (4, 3, 4, 3, 4))))


def variables(count, items):
    """Set p, s, i and v of each item."""
    share = count // items
    return "".join(f"\\set i{n} random({n * share + 1}, {(n + 1) * share})\n\\set p{n} :i{n} % {tables.PARTITIONS}\n"
                   f"\\set s{n} {tables.FIRST} + :i{n}\n\\set v{n} random(1, 1000000)\n" for n in range(items))


def document(n, size, typed):
    """An expression for the text of item number n."""
    def text(kind, pattern):
        quoted = pattern if kind == "N" and not typed else f'"{pattern}"'
        return f'{{"{kind}":{quoted}}}' if typed else quoted

    pattern = ",".join(f'"{name}":{text(kind, pattern)}' for name, kind, pattern in
                       ATTRIBUTES + (("body", "S", value(f"SELECT filler({tables.body(size)})")),))
    if typed:
        pattern = f'{{"Put":{{"TableName":"d_%5$s","Item":{{{pattern}}}}}}}'
    else:
        pattern = f"{{{pattern}}}"
    return pattern, f":p{n}::text, :s{n}::text, :i{n}::text, :v{n}::text"


def transact(name, count, items, size, token=False):
    """One request."""
    actions = ", ".join("format('{}', {}, '{}')".format(*document(n, size, True), name) for n in range(items))
    head = "'{\"TransactItems\":['"
    tail = "']}'"
    setup = ""
    if token:
        setup = "\\set t random(1, 8000000000000000)\n"
        tail = "'],\"ClientRequestToken\":\"' || :client_id::text || '-' || :t::text || '\"}'"
    return variables(count, items) + setup + f"SELECT dynamo.transact_write_items(({head} || concat_ws(',', {actions}) || {tail})::json);\n"


def row(n, size):
    return "('p' || :p{0}, 's' || :s{0}, format('{1}', {2})::jsonb)".format(n, *document(n, size, False))


UPSERT = " ON CONFLICT (pk, sk) DO UPDATE SET item = excluded.item;\n"


def statements_jsonb(name, count, items, size):
    """A statement for each item, in a transaction block."""
    return (variables(count, items) + "BEGIN;\n" +
            "".join(f"INSERT INTO j_{name} VALUES {row(n, size)}{UPSERT}" for n in range(items)) + "COMMIT;\n")


def statement_jsonb(name, count, items, size):
    """All items in one statement."""
    return variables(count, items) + f"INSERT INTO j_{name} VALUES " + ", ".join(row(n, size) for n in range(items)) + UPSERT
