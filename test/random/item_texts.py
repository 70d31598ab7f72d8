#!/usr/bin/env python3
"""Random items: texts of any spelling against a model, sizes, jsonb, binary
round trips, bytes from outside that were changed, look-up in toasted items.

SEED=n repeats a run; ITEMS=n makes it longer than 10,000 items.
"""
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import wire                                     # noqa: E402

COUNT = int(os.environ.get("ITEMS") or 10000)
HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
INVALID_BINARY = "22P03"


def copy_text(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def binary_fields(data):
    """The second field of every row of COPY ... (FORMAT binary)."""
    at, found = len(HEADER), []
    while struct.unpack("!h", data[at:at + 2])[0] == 2:
        at += 2 + 8
        length = struct.unpack("!i", data[at:at + 4])[0]
        found.append(data[at + 4:at + 4 + length])
        at += 4 + length
    return found


def texts(report, db, random, wanted):
    """Every spelling of an item gives its canonical text."""
    rows = "".join(f"{i}\t{copy_text(model.spelled_item(random, m))}\n" for i, m in enumerate(wanted))
    db.copy_in("COPY random_items FROM STDIN", rows.encode())
    got = db.query("SELECT item FROM random_items ORDER BY id")
    faults = [f"item {i}: wanted {model.item_text(m)[:200]}, got {g[0][:200]}"
              for i, (m, g) in enumerate(zip(wanted, got)) if model.item_text(m) != g[0]]
    report.test("text to item to text", faults, len(got))

    faults = db.query("SELECT id FROM random_items WHERE dynamo.item_send(item) IS DISTINCT FROM "
                      "dynamo.item_send(dynamo.item_in(dynamo.item_out(item)))")
    report.test("an item's text gives the same bytes", [f"item {f[0]}" for f in faults], len(got))


def sizes(report, db, wanted):
    """dynamo.size is the service's accounting."""
    got = db.query("SELECT dynamo.size(item) FROM random_items ORDER BY id")
    faults = [f"{model.item_text(m)[:200]}: wanted {model.item_size(m)}, got {g[0]}"
              for m, g in zip(wanted, got) if int(g[0]) != model.item_size(m)]
    report.test("sizes", faults, len(got))


def json_of(v):
    """Plain JSON of a value, or None where there is none."""
    kind, payload = v
    if kind in ("SS", "NS", "BS", "B") or (kind == "S" and "\0" in payload):
        return None
    if kind == "L":
        parts = [json_of(e) for e in payload]
        return None if None in parts else "[" + ",".join(parts) + "]"
    if kind == "M":
        parts = {n: json_of(e) for n, e in payload.items()}
        return None if None in parts.values() else \
            "{" + ",".join(model.string_text(n) + ":" + p for n, p in parts.items()) + "}"
    return {"S": lambda: model.string_text(payload), "N": lambda: model.number_text(payload),
            "BOOL": lambda: "true" if payload else "false", "NULL": lambda: "null"}[kind]()


def jsonb(report, db, wanted):
    """What has a plain JSON form becomes that, and comes back; the rest is refused."""
    plain = [json_of(("M", m)) for m in wanted]
    sql = """SELECT j = jsonb_in(coalesce($2::cstring, 'null')), dynamo.item_send(j::dynamo.item) = dynamo.item_send(i)
               FROM (SELECT i, i::jsonb AS j FROM (SELECT dynamo.item_in($1) AS i) s OFFSET 0) s"""
    faults, converted = [], 0
    given = [[model.item_text(m).encode(), None if p is None else p.encode()] for m, p in zip(wanted, plain)]
    for m, p, result in zip(wanted, plain, db.each(sql, given)):
        refused = isinstance(result, wire.ServerError)
        if refused != (p is None) or (not refused and result != ["t", "t"]):
            faults.append(f"{model.item_text(m)[:200]}: {result}")
        converted += not refused
    report.test(f"items as jsonb and back ({converted} have a plain form)", faults, len(wanted))


def binary(report, db):
    """What COPY BINARY writes it reads, byte for byte."""
    data = db.copy_out("COPY (SELECT id, item FROM random_items ORDER BY id) TO STDOUT (FORMAT binary)")
    db.query("CREATE TEMP TABLE random_copy (LIKE random_items)")
    db.copy_in("COPY random_copy FROM STDIN (FORMAT binary)", data)
    again = db.copy_out("COPY (SELECT id, item FROM random_copy ORDER BY id) TO STDOUT (FORMAT binary)")
    fields = binary_fields(data)
    report.test("binary round trip", [] if data == again else ["the bytes differ"], len(fields))
    return fields


def change(random, data):
    """Change some bytes: bits, bytes, lengths; "data" is not empty."""
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        at = random.randrange(len(data)) if random.random() < 0.6 else random.randrange(min(len(data), 12))
        kind = random.random()
        if kind < 0.5:
            data[at] ^= 1 << random.randrange(8)
        elif kind < 0.7:
            data[at] = random.choice([0, 1, 0x7f, 0x80, 0xff, random.randrange(256)])
        elif kind < 0.8:
            del data[at:at + random.randint(1, 4)]
        elif kind < 0.9:
            data[at:at] = random.randbytes(random.randint(1, 4))
        else:
            other = random.randrange(len(data))
            data[at], data[other] = data[other], data[at]
        if not data:
            return b"\1"
    return bytes(data)


def changed(report, db, random, fields, kind):
    """Changed bytes are refused, or they are the one form of what they mean."""
    inputs = [change(random, f) for f in fields]
    sql = f"SELECT dynamo.{kind}_send($1), dynamo.{kind}_send(dynamo.{kind}_in(dynamo.{kind}_out($1)))"
    faults, refused = [], 0
    for data, result in zip(inputs, db.each(sql, [[d] for d in inputs], binary=True)):
        if isinstance(result, wire.ServerError):
            refused += 1
            if result.sqlstate != INVALID_BINARY:
                faults.append(f"{data.hex()[:200]}: {result}")
        elif result[0] != result[1] or result[0] != "\\x" + data.hex():
            faults.append(f"accepted but not canonical: {data.hex()[:200]}")
    report.test(f"changed bytes of dynamo.{kind} are refused or canonical ({refused} refused)", faults, len(inputs))


def large_item(random):
    """An item that is toasted: many attributes or large ones, compressible or not."""
    length = random.choice([30, 300, 3000])
    names = [random.choice(["", "p" * 40]) + str(n) for n in range(random.choice([1, 5, 100, 300]) if length < 3000 else 60)]
    if random.random() < 0.5:
        return {n: ("B", random.randbytes(random.randint(0, length))) for n in names}
    return {n: ("S", n * random.randint(1, 1 + length // len(n))) for n in names}


def toasted(report, db, random):
    """One attribute of an item, however it is stored."""
    wanted = [large_item(random) for _ in range(150)] + [{}]
    storages = ["PLAIN", "EXTERNAL", "MAIN", "EXTENDED"]
    rows = "".join(f"{i}\t{copy_text(model.item_text(m))}\n" for i, m in enumerate(wanted))
    for storage in storages:
        db.query(f"CREATE TEMP TABLE stored_{storage} (id int, item dynamo.item);"
                 f"ALTER TABLE stored_{storage} ALTER item SET STORAGE {storage}")
        few = "".join(r + "\n" for r, m in zip(rows.split("\n"), wanted) if storage != "PLAIN" or model.item_size(m) < 6000)
        db.copy_in(f"COPY stored_{storage} FROM STDIN", few.encode())
    for storage in storages:
        questions = []
        for i, m in enumerate(wanted):
            if storage != "PLAIN" or model.item_size(m) < 6000:
                names = random.sample(list(m), min(4, len(m))) + list(m)[:1] + list(m)[-1:]
                names += [n + "0" for n in names[:2]] + ["", "~", "1" * 300]
                questions += [(i, n) for n in names]
        sql = f"SELECT dynamo.value_out(item[$2]) FROM stored_{storage} WHERE id = $1::int"
        faults = []
        for (i, n), result in zip(questions, db.each(sql, [[str(i).encode(), n.encode()] for i, n in questions])):
            expected = model.value_text(wanted[i][n]) if n in wanted[i] else None
            if isinstance(result, wire.ServerError) or result[0] != expected:
                faults.append(f"item {i}, attribute {n}: {str(result)[:200]}")
        report.test(f"one attribute of an item stored {storage}", faults, len(questions))


def main():
    random = model.seeded("items")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    db.query("CREATE TEMP TABLE random_items (id int, item dynamo.item)")

    wanted = [model.item(random) for _ in range(COUNT)]
    texts(report, db, random, wanted)
    sizes(report, db, wanted)
    jsonb(report, db, wanted)
    toasted(report, db, random)
    fields = binary(report, db)
    changed(report, db, random, [f for f in fields for _ in range(3)], "item")

    values = [row[0] for row in db.each(
        "SELECT encode(dynamo.value_send(dynamo.value_in($1)), 'hex')",
        [[model.value_text(model.value(random)).encode()] for _ in range(COUNT // 2)])]
    changed(report, db, random, [bytes.fromhex(v) for v in values for _ in range(3)], "value")
    report.end()


if __name__ == "__main__":
    main()
