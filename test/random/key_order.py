#!/usr/bin/env python3
"""Random keys: their bytes and text against a model, their order against that
of the values they were made of, bytes from outside that were changed.

SEED=n repeats a run; KEYS=n makes it longer than 12,000 keys.
"""
import decimal
import os
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import key_model                                # noqa: E402
import wire                                     # noqa: E402

COUNT = int(os.environ.get("KEYS") or 12000)
SCHEMAS = 24
INVALID_BINARY = "22P03"


def schema(random):
    """Types of HASH and of RANGE attributes; the usual shapes are frequent."""
    nhash = random.choice([1, 1, 1, 2, 3, 4])
    nrange = random.choice([1, 1, 2, 3, 4, 0])
    return [random.choice("SNB") for _ in range(nhash)], [random.choice("SNB") for _ in range(nrange)]


def specs(hashes, ranges):
    return [f"h{i} {t} HASH" for i, t in enumerate(hashes)] + [f"r{i} {t} RANGE" for i, t in enumerate(ranges)]


def value(random, kind):
    """A value; many are near others: of few letters, around multiples of 8 bytes, small numbers."""
    if kind == "N":
        return kind, random.choice([decimal.Decimal(random.randint(-20, 20)), model.number(random)])
    if random.random() < 0.03:
        length = random.choice([120, 124, 125, 126, 127, 128, 1023, 1024, 1025, 2047, 2048, 2049])
    else:
        length = random.choice([0, 1, 1, 2, 2, 3, 7, 8, 9, 15, 16, 17, random.randint(1, 40)])
    if kind == "B":
        return kind, bytes(random.choice([0, 0, 1, 255, random.randrange(256)]) for _ in range(length))
    return kind, "".join(random.choice(["a", "a", "b", "\0", "é", "\uffff", "\U0001f600"]) for _ in range(length))


def keys_of(random, count):
    """Keys of one key schema: few partitions, many sort keys."""
    hashes, ranges = schema(random)
    partitions = [[value(random, t) for t in hashes] for _ in range(6)]
    return specs(hashes, ranges), [(random.choice(partitions), [value(random, t) for t in ranges]) for _ in range(count)]


def item_text(hashes, ranges):
    return model.item_text({**{f"h{i}": v for i, v in enumerate(hashes)}, **{f"r{i}": v for i, v in enumerate(ranges)}})


def sort_values(ranges):
    """What the service compares: strings by their UTF-8, numbers as numbers, bytes."""
    return [v.encode() if kind == "S" else v for kind, v in ranges]


def make(report, db, random):
    """Make keys on the server; returns lists of (hashes, ranges, bytes), one a key schema."""
    found, byte_faults, text_faults, fault_faults, illegal = [], [], [], [], 0
    for _ in range(SCHEMAS):
        texts, keys = keys_of(random, COUNT // SCHEMAS)
        arguments = ", ".join(f"'{t}'" for t in texts)
        sql = f"SELECT encode(k::bytea, 'hex'), k::text, k::text::dynamo.key = k FROM dynamo.index_key($1, {arguments}) AS k"
        made = []
        for (hashes, ranges), row in zip(keys, db.each(sql, [[item_text(*k).encode()] for k in keys])):
            if isinstance(row, wire.ServerError) or (row[0] is not None) != key_model.legal(hashes, ranges):
                fault_faults.append(f"{texts} of {item_text(hashes, ranges)[:200]}: {row}")
                continue
            if row[0] is None:
                illegal += 1
                continue
            data = bytes.fromhex(row[0])
            if data != key_model.key_bytes(hashes, ranges):
                byte_faults.append(f"{texts} of {item_text(hashes, ranges)[:200]}: {row[0][:200]}, "
                                   f"wanted {key_model.key_bytes(hashes, ranges).hex()[:200]}")
            if row[1] != key_model.key_text(hashes, ranges) or row[2] != "t":
                text_faults.append(f"{key_model.key_text(hashes, ranges)[:200]}: {row[1:]}")
            made.append((hashes, ranges, data))
        found.append(made)
    total = sum(map(len, found))
    report.test(f"index_key is null for what cannot be a key ({illegal} keys)", fault_faults, total + illegal)
    report.test("the bytes are those of the model", byte_faults, total)
    report.test("the text is that of the model and parses back", text_faults, total)
    return found


def order(report, random, found):
    """Byte order inside a partition is the order of the sort keys; partitions do not mix."""
    faults, prefix_faults, pairs, prefixes = [], [], 0, 0
    for made in found:
        for _ in range(COUNT if len(made) > 1 else 0):
            (h1, r1, b1), (h2, r2, b2) = random.choice(made), random.choice(made)
            if key_model.partition_part(h1) != key_model.partition_part(h2):
                continue                        # ordered by hash, of which the bytes tell
            pairs += 1
            v1, v2 = sort_values(r1), sort_values(r2)
            if (b1 < b2, b1 == b2) != (v1 < v2, v1 == v2):
                faults.append(f"{key_model.key_text(h1, r1)[:100]} against {key_model.key_text(h2, r2)[:100]}")
            if r1 and r1[:-1] == r2[:-1] and r1[-1][0] != "N":
                prefixes += 1
                if v2[-1].startswith(v1[-1]) != b2.startswith(b1):
                    prefix_faults.append(f"{key_model.key_text(h1, r1)[:100]} against {key_model.key_text(h2, r2)[:100]}")
    report.test("the order of keys is that of their sort keys", faults, pairs)
    report.test("begins_with of the last part is that of the key", prefix_faults, prefixes)


def sorted_by_server(report, db, found):
    """What ORDER BY, a b-tree and a hash join say is what the bytes say."""
    data = sorted({k[2] for made in found for k in made})
    db.query("CREATE TEMP TABLE random_keys (id int, key dynamo.key)")
    rows = b"".join(struct.pack("!hii", 2, 4, i) + struct.pack("!i", len(d)) + d for i, d in enumerate(data))
    db.copy_in("COPY random_keys FROM STDIN (FORMAT binary)", b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0) + rows)
    got = [int(r[0]) for r in db.query("SELECT id FROM random_keys ORDER BY key")]
    report.test("ORDER BY is the order of the bytes", [] if got == list(range(len(data))) else ["it is not"], len(data))
    db.query("CREATE UNIQUE INDEX ON random_keys (key); SET enable_seqscan = off; SET enable_sort = off")
    got = [int(r[0]) for r in db.query("SELECT id FROM random_keys ORDER BY key")]
    report.test("and that of a b-tree", [] if got == list(range(len(data))) else ["it is not"], len(data))
    got = int(db.value("SELECT count(*) FROM random_keys AS a JOIN random_keys AS b ON a.key = b.key AND a.id = b.id"))
    report.test("every key is equal to itself alone", [] if got == len(data) else [f"{got} pairs"], len(data))
    faults = db.query("SELECT count(DISTINCT dynamo.key_hash_extended(key, 42)) FROM random_keys "
                      "GROUP BY substr(key::bytea, 1, 4) HAVING count(DISTINCT dynamo.key_hash_extended(key, 42)) > 1")
    report.test("the 64-bit hash is that of the partition", faults, len(data))


def change(random, data):
    """Change some bytes; half of the time the hash is made right again, where that can be told."""
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 2])):
        at = random.randrange(4, len(data)) if random.random() < 0.8 else random.randrange(len(data))
        kind = random.random()
        if kind < 0.4:
            data[at] ^= 1 << random.randrange(8)
        elif kind < 0.7:
            data[at] = random.choice([0, 1, 0x11, 0x12, 0x13, 0x1f, 0x21, 0x22, 0x23, 0x31, 0x32, 0x33, 0x80, 0xf0, 0xf8, 0xff])
        elif kind < 0.85:
            del data[at:at + random.randint(1, 9)]
        else:
            data[at:at] = random.randbytes(random.randint(1, 9))
        if len(data) < 5:
            return b"\1"
    if random.random() < 0.5:
        end = partition_end(data)
        data[:4] = struct.pack(">I", key_model.murmur3(bytes(data[4:end])))
    return bytes(data)


def partition_end(data):
    """Where the partition part of a key ends, as far as that can be told."""
    if data[4] == 0x1f:
        return min(len(data), 37)
    at = 4
    while at + 1 < len(data) and data[at] & 0xf0 == 0x10:
        length, at = data[at + 1], at + 2
        if length >= 128 and at < len(data):
            length, at = length & 127 | data[at] << 7, at + 1
        at += length
    return min(len(data), at)


def changed(report, db, random, found):
    """Changed bytes are refused, or they are the one form of what they mean."""
    inputs = [change(random, k[2]) for made in found for k in made]
    faults, refused = [], 0
    sql = "SELECT encode(dynamo.key_send($1), 'hex'), encode(dynamo.key_send(dynamo.key_in(dynamo.key_out($1))), 'hex')"
    for data, result in zip(inputs, db.each(sql, [[d] for d in inputs], binary=True)):
        if isinstance(result, wire.ServerError):
            refused += 1
            if result.sqlstate != INVALID_BINARY:
                faults.append(f"{data.hex()[:200]}: {result}")
        elif result[0] != result[1] or result[0] != data.hex():
            faults.append(f"accepted but not canonical: {data.hex()[:200]}")
    report.test(f"changed bytes are refused or canonical ({refused} refused)", faults, len(inputs))


def planted(report, db, random, found):
    """Bytes that no input function has seen: they print as a key only if they are one, and harm nobody."""
    inputs = [change(random, k[2]) for made in found for k in made] + [random.randbytes(n) for n in range(40) for _ in range(5)]
    faults, keys = [], 0
    db.query("BEGIN; CREATE CAST (bytea AS dynamo.key) WITHOUT FUNCTION; "
             "CREATE TABLE random_planted (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL) USING dynamo")
    sql = ("WITH stored AS (INSERT INTO random_planted SELECT $1::bytea::dynamo.key, '{}' ON CONFLICT DO NOTHING) "
           "SELECT $1::bytea::dynamo.key::text, dynamo.key_hash_extended($1::bytea::dynamo.key, 0)")
    results = list(db.each(sql, [[b"\\x" + d.hex().encode()] for d in inputs]))
    for data, result in zip(inputs, results):
        if isinstance(result, wire.ServerError):
            faults.append(f"{data.hex()[:200]}: {result}")
            continue
        if result[0] == "bytes:" + data.hex():
            continue
        keys += 1
        if db.value(f"SELECT '{result[0].replace(chr(39), chr(39) * 2)}'::dynamo.key::bytea::text") != "\\x" + data.hex():
            faults.append(f"{data.hex()[:200]} prints as {result[0][:200]}")
    got = int(db.value("SELECT count(*) FROM random_planted"))
    db.query("ROLLBACK")
    report.test(f"planted bytes print as bytes, or as the key that they are ({keys} are)", faults, len(inputs))
    report.test("and each of them is stored", [] if got == len(set(inputs)) else [f"{got} of {len(set(inputs))}"], len(inputs))


def main():
    random = model.seeded("keys")
    report = model.Report()
    faults = [f"{data!r}, seed {seed}" for data, seed, wanted in key_model.PUBLISHED if key_model.murmur3(data, seed) != wanted]
    report.test("the model's MurmurHash3 is the published one", faults, len(key_model.PUBLISHED))

    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    found = make(report, db, random)
    order(report, random, found)
    sorted_by_server(report, db, found)
    changed(report, db, random, found)
    planted(report, db, random, found)
    report.end()


if __name__ == "__main__":
    main()
