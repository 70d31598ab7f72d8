#!/usr/bin/env python3
"""Random items: texts of any spelling against a model, binary round trips,
bytes from outside that were changed.

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


def main():
    random = model.seeded("items")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    db.query("CREATE TEMP TABLE random_items (id int, item dynamo.item)")

    wanted = [model.item(random) for _ in range(COUNT)]
    texts(report, db, random, wanted)
    fields = binary(report, db)
    changed(report, db, random, [f for f in fields for _ in range(3)], "item")

    values = [row[0] for row in db.each(
        "SELECT encode(dynamo.value_send(dynamo.value_in($1)), 'hex')",
        [[model.value_text(model.value(random)).encode()] for _ in range(COUNT // 2)])]
    changed(report, db, random, [bytes.fromhex(v) for v in values for _ in range(3)], "value")
    report.end()


if __name__ == "__main__":
    main()
