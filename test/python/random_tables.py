"""Random tables with random indexes and items, for query_model: few partitions
with many sort keys that are near each other, keys as long as they may be,
index attributes that are missing, of another type, or the same in many items.
"""
import decimal

import expression_model as expr
import item_model
import key_model
import query_model
from random_expressions import BARE, STRANGE, value_of

CHARACTERS = ["a", "a", "b", "\0", "\x7f", "é", "\uffff", "\U0001f600"]
OTHERS = ["o0", "o1", "o2", "o3"]                # attributes that no key has


# ---- values of keys ----

def legal_number(n):
    """The nearest number that can be stored."""
    n = decimal.Context(prec=38, Emin=-1000, Emax=1000).plus(n)
    if n and not -130 <= n.adjusted() <= 125:
        return decimal.Decimal(0)
    return n.normalize(item_model.CONTEXT)


def key_value(r, kind, longest):
    """A value for a key attribute, of so many bytes at most; never empty."""
    if kind == "N":
        return kind, legal_number(r.choice([decimal.Decimal(r.randint(-3, 12)), item_model.number(r)]))
    near = [1, 1, 2, 2, 3, 7, 8, 9, 15, 16, 17, r.randint(1, 40)]
    long = [longest, longest - 1, 124, 125, 126, 127, 128, 255]
    length = min(longest, r.choice(long if r.random() < 0.1 else near))
    if kind == "B":
        return kind, bytes(r.choice([0, 0, 1, 0x7F, 0xFE, 0xFF, 0xFF]) for _ in range(length))
    if r.random() < 0.3:
        return kind, r.choice("a\0b") * length
    return kind, "".join(r.choice(CHARACTERS) for _ in range(length)).encode()[:length].decode(errors="ignore") or "a"


def near(r, value, longest):
    """The value, or one that is not far from it."""
    kind, payload = value
    way = r.random()
    if way < 0.25:
        return value
    if kind == "N":
        step = r.choice([decimal.Decimal(1), decimal.Decimal(-1), payload, -2 * payload, payload * 9,
                         decimal.Decimal((r.randint(0, 1), (1,), payload.adjusted() - r.choice([1, 20, 37])))])
        return kind, legal_number(item_model.CONTEXT.add(payload, step))
    ends = ["\0", "\uffff", "\U0010ffff", "a", "b"] if kind == "S" else [b"\0", b"\xff", b"\1"]
    if way < 0.5:
        payload = payload[:r.randint(1, len(payload))]
    elif way < 0.75:
        payload = payload + r.choice(ends)
    else:
        payload = payload[:-1] + r.choice(ends)
    size = len(payload.encode() if kind == "S" else payload)
    return (kind, payload) if payload and size <= longest else value


# ---- tables ----

def projection(r):
    return r.choice([None, None, [], [], r.sample(OTHERS, 2)])


def table(r, name):
    """A table with up to four indexes, and without items."""
    names = r.sample(BARE + STRANGE, 9)
    types = {n: r.choice("SNB") for n in names}
    typed = [(n, types[n]) for n in names]
    key = query_model.Index(None, "table", typed[:1], typed[1:2] if r.random() < 0.75 else [])
    indexes, pool = [], typed[2:]
    for number in range(r.choice([0, 1, 1, 2]) if key.ranges else 0):
        indexes.append(query_model.Index(f"lsi{number}", "local", key.hashes, [r.choice(pool)], projection(r)))
    for number in range(r.choice([0, 1, 1, 2])):
        nhash, nrange = r.choice([(1, 0), (1, 1), (1, 1), (2, 2), (4, 4), (r.randint(1, 4), r.randint(0, 4))])
        few = r.sample(pool + key.attributes() if r.random() < 0.3 else pool, min(nhash + nrange, len(pool)))
        indexes.append(query_model.Index(f"gsi{number}", "global", few[:nhash], few[nhash:], projection(r)))
    made = query_model.Table(name, key, indexes)
    make_values(r, made)
    return made


def make_values(r, made):
    """Give each attribute the values that most of its items have."""
    made.longest, made.values = {}, {}
    several = max([len(i.ranges) for i in made.indexes], default=0)
    indexed = {n for i in made.indexes if i.kind == "global" for n, _ in i.attributes()}
    hashes = {n for i in [made.key] + made.indexes for n, _ in i.hashes}
    for name, kind in {n: k for i in [made.key] + made.indexes for n, k in i.attributes()}.items():
        if (name, kind) in made.key.hashes:
            made.longest[name], count = 255 if name in indexed else 2048, r.choice([1, 1, 2, 3])
        elif (name, kind) in made.key.ranges:
            made.longest[name], count = 255 if name in indexed else 1024, 30
        else:
            made.longest[name], count = r.choice([8, 255, 256 if several > 1 else 1024]), r.choice([1, 2, 4, 10])
        found = [key_value(r, kind, made.longest[name]) for _ in range(-(-count // 2))]
        made.values[name] = found + [near(r, r.choice(found), made.longest[name]) for _ in range(count // 2)]
        if kind == "B" and name in hashes and r.random() < 0.4:
            made.values[name] += hash_values(r)


def hash_values(r):
    """Partitions that share a hash, and ones at the ends of segments."""
    total = r.choice([2, 3, 999999])
    bound = -(-(1 << 32) * r.randrange(1, total) // total)
    same = r.choice([0, bound, key_model.MASK])
    return [("B", key_model.bytes_with_hash(h, bytes([n, r.choice([0, 255])])))
            for n, h in enumerate([same, same, 0, bound - 1, bound, key_model.MASK])]


def schema_json(index):
    return [{"AttributeName": n, "KeyType": "HASH"} for n, _ in index.hashes] + \
           [{"AttributeName": n, "KeyType": "RANGE"} for n, _ in index.ranges]


def create_request(made):
    attributes = {n: k for i in [made.key] + made.indexes for n, k in i.attributes()}
    request = {"TableName": made.name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": schema_json(made.key),
               "AttributeDefinitions": [{"AttributeName": n, "AttributeType": k} for n, k in attributes.items()]}
    for kind, member in (("local", "LocalSecondaryIndexes"), ("global", "GlobalSecondaryIndexes")):
        described = []
        for index in made.indexes:
            projected = {"ProjectionType": "ALL"} if index.projection is None else \
                {"ProjectionType": "INCLUDE", "NonKeyAttributes": index.projection} if index.projection else \
                {"ProjectionType": "KEYS_ONLY"}
            if index.kind == kind:
                described.append({"IndexName": index.name, "KeySchema": schema_json(index), "Projection": projected})
        if described:
            request[member] = described
    return request


# ---- items ----

def illegal(r, kind):
    """A value that no index can have where it wants another type, or a legal size."""
    other = r.choice([k for k in expr.TYPES if k != kind])
    return r.choice([value_of(r, other), ("S", ""), ("B", b""), ("S", "x" * 2100)])


def item(r, made, strict, body=0):
    """An item; unless "strict", some of its index attributes are of no use to the index."""
    attributes = {}
    for name, known in made.values.items():
        kind, keyed = known[0][0], any(n == name for n, _ in made.key.attributes())
        way = r.random()
        if not keyed and way < 0.2:
            continue
        if not keyed and not strict and way < 0.3:
            attributes[name] = illegal(r, kind)
        else:
            attributes[name] = r.choice(known) if way < 0.9 else near(r, r.choice(known), made.longest[name])
    for name in r.sample(OTHERS, r.choice([0, 1, 2, 2, 3, 4])):
        attributes[name] = value_of(r, r.choice(expr.TYPES))
    if body:
        attributes["body"] = ("B", r.randbytes(r.randint(1, body)))
    if strict:
        drop_what_is_refused(made, attributes)
    return attributes


def drop_what_is_refused(made, attributes):
    """The values of an index may be too long together."""
    for index in made.indexes:
        for part, limit in ((index.hashes, 2048), (index.ranges, 1024)):
            there = [n for n, _ in part if n in attributes]
            removable = [n for n in there if not any(n == k for k, _ in made.key.attributes())]
            while sum(len(key_model.payload(attributes[n])) for n in there) > limit and removable:
                name = removable.pop()
                there.remove(name)
                del attributes[name]


def greatest_table(r, name):
    """The longest keys there are, in table and index at once."""
    zeros = [(f"z{n}", "B") for n in range(4)]
    made = query_model.Table(name, query_model.Index(None, "table", [("p", "B")], [("s", "B")]),
                             [query_model.Index("gsi0", "global", [("p", "B")], zeros, r.choice([None, []]))])
    made.longest = {"p": 2048, "s": 1024, **{n: 1024 for n, _ in zeros}}
    made.values = {"p": [("B", r.randbytes(126)), ("B", r.randbytes(2048))],
                   "s": [("B", b"\0" * 1023 + bytes([n])) for n in (0, 1, 255)] + [("B", b"\xff" * n) for n in (1022, 1023, 1024)]}
    rest = 1024
    for name, _ in zeros:
        size = rest - 1 if name == "z3" else r.choice([1, 8, 339, 340])
        rest -= size
        made.values[name] = [("B", b"\0" * size), ("B", b"\0" * (size - 1) + b"\1")]
    return made
