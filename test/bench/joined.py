"""Joins of a relational table with items, by dynamo.partiql and of jsonb, in
pgbench's words.

The documents are those of tables.py.  The table, fans, has the keys of some of
them.
"""
import tables
from harness import psql

FANS = 5000
SOME = f"\\set f random(1, {FANS} - %d)\n"


def create(name, count):
    psql(f"CREATE TABLE fans (id int PRIMARY KEY, pk text, sk text);\n"
         f"INSERT INTO fans SELECT i, 'p' || i % {tables.PARTITIONS}, 's' || {tables.FIRST} + i FROM generate_series(1, least({FANS}, {count})) i;\n"
         f"VACUUM ANALYZE fans; VACUUM ANALYZE d_{name}; VACUUM ANALYZE j_{name};\n")


def drop():
    psql("DROP TABLE fans;")


def ours(name, condition, parameters, where=""):
    return (f"SELECT count(*), sum(m.views) FROM fans f, dynamo.partiql_rows('SELECT views FROM \"d_{name}\" WHERE {condition}', {parameters})"
            f" AS m (views numeric){where};\n")


def theirs(name, condition, where=""):
    return f"SELECT count(*), sum((m.item ->> 'views')::numeric) FROM fans f JOIN j_{name} m ON {condition}{where};\n"


def partitions(name):
    return SOME % 10 + ours(name, "pk = ?", "f.pk", " WHERE f.id BETWEEN :f AND :f + 9")


def partitions_jsonb(name):
    return SOME % 10 + theirs(name, "m.pk = f.pk", " WHERE f.id BETWEEN :f AND :f + 9")


def items(name):
    return SOME % 100 + ours(name, "pk = ? AND sk = ?", "f.pk, f.sk", " WHERE f.id BETWEEN :f AND :f + 99")


def items_jsonb(name):
    return SOME % 100 + theirs(name, "m.pk = f.pk AND m.sk = f.sk", " WHERE f.id BETWEEN :f AND :f + 99")


def everything(name):
    return ours(name, "pk = ? AND sk = ?", "f.pk, f.sk")


def everything_jsonb(name):
    return theirs(name, "m.pk = f.pk AND m.sk = f.sk")
