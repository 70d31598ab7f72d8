"""The tables that are compared, and the SQL that reads and writes them.

Both hold the same documents.  Theirs, j_<name>, is how items are kept in
Postgres without the extension: (pk text, sk text, item jsonb, PRIMARY KEY
(pk, sk)); ours is d_<name>.  Both have the same fillfactor.

In a pgbench script what changes comes in parameters, and an item as a text
with them in it, as a driver would send it: reading the text of an item is
part of every write of both.
"""
import json

from harness import psql, scaled, value

PARTITIONS = 1000
INDEXED = ("g1", "g2", "g3", "g4", "g5")
MODULI = (997, 499, 251, 127, 61)
# Sort keys are as long as each other, so that their order is that of numbers.
FIRST = 1000000000

SETUP = f"""
-- Text that compresses about as well as hexadecimal digests do.
CREATE FUNCTION filler(size int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT left(string_agg(md5(n::text), ' '), size) FROM generate_series(1, size / 33 + 2) n $$;

-- Document number i as a plain JSON object.
CREATE FUNCTION document(i bigint, views bigint, body text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_build_object('pk', 'p' || i % {PARTITIONS}, 'sk', 's' || {FIRST} + i, 'views', views, 'title', 'Title ' || i,
	{", ".join(f"'{name}', 'v' || i % {modulus}" for name, modulus in zip(INDEXED, MODULI))}, 'body', body) $$;
"""

# What a document has beside its body, as the service counts.
OVERHEAD = 89


def body(size):
    return max(1, size - OVERHEAD)


def create(name, indexes=0, fillfactor=100):
    """Create a pair of empty tables."""
    request = {
        "TableName": f"d_{name}",
        "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in ("pk", "sk") + INDEXED[:indexes]],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [
            {"IndexName": f"{a}-index", "KeySchema": [{"AttributeName": a, "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}} for a in INDEXED[:indexes]]
    psql(f"SELECT dynamo.create_table('{json.dumps(request)}');\n"
         f"ALTER TABLE d_{name} SET (fillfactor = {fillfactor});\n"
         f"CREATE TABLE j_{name} (pk text, sk text, item jsonb NOT NULL, PRIMARY KEY (pk, sk)) WITH (fillfactor = {fillfactor});\n"
         + "".join(f"CREATE INDEX ON j_{name} ((item ->> '{a}'));\n" for a in INDEXED[:indexes]))


def drop(name):
    psql(f"""SELECT dynamo.delete_table('{{"TableName": "d_{name}"}}'); DROP TABLE j_{name};""")


def vacuum(name):
    """What lies dead in one table must not slow the other."""
    psql(f"VACUUM d_{name}; VACUUM j_{name};")


def fill(name, count, size):
    """Load documents 1 .. count, which arrive interleaved over the partitions."""
    load(name, f"(SELECT document(i, i % 100, b) AS doc FROM (SELECT filler({body(size)}) OFFSET 0) f (b), generate_series(1, {count}) i OFFSET 0) d")


def load(name, source):
    """Load what a FROM item gives as column "doc"."""
    psql(f"INSERT INTO d_{name} (item) SELECT doc::dynamo.item FROM {source};\n"
         f"INSERT INTO j_{name} SELECT doc ->> 'pk', doc ->> 'sk', doc FROM {source};\n"
         f"VACUUM ANALYZE d_{name}; VACUUM ANALYZE j_{name};\nCHECKPOINT;")


def filled(name, count, size, **keywords):
    """Create and fill a pair of tables; returns the number of items."""
    create(name, **keywords)
    count = scaled(count)
    fill(name, count, size)
    return count


# ---- In pgbench's words.

def variables(expression):
    """Set the variables of document number i, an expression."""
    return (f"\\set i {expression}\n\\set p :i % {PARTITIONS}\n\\set s {FIRST} + :i\n\\set v random(1, 1000000)\n"
            + "".join(f"\\set {name} :i % {modulus}\n" for name, modulus in zip(INDEXED, MODULI)))


def any_of(count):
    return f"random(1, {count})"


NEW = "random(1000000, 8000000000000000)"


def document(size, typed):
    """An expression for the text of a document: DynamoDB JSON, or plain JSON."""
    attributes = [("pk", "S", "p%s", "p"), ("sk", "S", "s%s", "s"), ("views", "N", "%s", "v"), ("title", "S", "Title %s", "i")]
    attributes += [(name, "S", "v%s", name) for name in INDEXED]
    attributes += [("body", "S", value(f"SELECT filler({body(size)})"), None)]

    def text(kind, pattern):
        quoted = pattern if kind == "N" and not typed else f'"{pattern}"'
        return f'{{"{kind}":{quoted}}}' if typed else quoted

    pattern = ",".join(f'"{name}":{text(kind, pattern)}' for name, kind, pattern, _ in attributes)
    return f"format('{{{pattern}}}', {', '.join(f':{source}::text' for *_, source in attributes if source)})"


def key():
    """An expression for a key."""
    return "format('\"p%s\"/\"s%s\"', :p::text, :s::text)::dynamo.key"


def get(name, count):
    return variables(any_of(count)) + f"SELECT dynamo.get_item('d_{name}', 'p' || :p, 's' || :s);\n"


def get_request(name, count):
    return variables(any_of(count)) + (
        f"""SELECT dynamo.get_item(format('{{"TableName":"d_{name}","Key":{{"pk":{{"S":"p%s"}},"sk":{{"S":"s%s"}}}}}}', :p::text, :s::text)::json);\n""")


def get_jsonb(name, count):
    return variables(any_of(count)) + f"SELECT item FROM j_{name} WHERE pk = 'p' || :p AND sk = 's' || :s;\n"


def put(name, which, size):
    return variables(which) + f"SELECT dynamo.put_item('d_{name}', {document(size, True)}::dynamo.item);\n"


def put_request(name, which, size):
    return variables(which) + (
        f"""SELECT dynamo.put_item(('{{"TableName":"d_{name}","Item":' || {document(size, True)} || '}}')::json);\n""")


def put_jsonb(name, which, size):
    return variables(which) + (
        f"INSERT INTO j_{name} VALUES ('p' || :p, 's' || :s, {document(size, False)}::jsonb)"
        " ON CONFLICT (pk, sk) DO UPDATE SET item = excluded.item;\n")


def update(name, count):
    return variables(any_of(count)) + f"UPDATE d_{name} SET item['views'] = :v::int::dynamo.value WHERE key = {key()};\n"


def update_jsonb(name, count):
    return variables(any_of(count)) + f"UPDATE j_{name} SET item['views'] = to_jsonb(:v::int) WHERE pk = 'p' || :p AND sk = 's' || :s;\n"


FIRST_100 = "SELECT item FROM d_{0} WHERE key > {1}::dynamo.key AND key < {2}::dynamo.key ORDER BY key LIMIT 100"
FIRST_100_JSONB = "SELECT item FROM j_{0} WHERE pk = {1} ORDER BY sk LIMIT 100"


SOME_PARTITION = f"\\set p random(0, {PARTITIONS - 1})\n"
# One after the other, in no order; begins with -D n=0.
NEXT_PARTITION = f"\\set n :n + 1\n\\set p permute(:n, {PARTITIONS})\n"


def first_100(name, choose=SOME_PARTITION):
    return choose + FIRST_100.format(name, "format('\"p%s\"', :p::text)", "format('\"p%s\"/\"~\"', :p::text)") + ";\n"


def first_100_jsonb(name, choose=SOME_PARTITION):
    return choose + FIRST_100_JSONB.format(name, "'p' || :p") + ";\n"


CEILING = "\\set p random(1, 1000)\n\\set s random(1, 1000000)\nSELECT 1 WHERE :p::text <> :s::text || 'x';\n"
