"""Expired items, and how they are deleted.

Theirs has the same index, on the number in the document, and deletes by the
row's place, oldest first: what people write who do this by hand.
"""
import json

import tables
from harness import psql, scaled

# Items of one transaction, as the worker has them.
BATCH = 500


def filled(name, count, size):
    """Create and fill a pair of tables whose documents have all expired within the last thousand seconds; returns their number."""
    tables.create(name)
    request = {"TableName": f"d_{name}", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}
    psql(f"SELECT dynamo.update_time_to_live('{json.dumps(request)}');\n"
         f"CREATE INDEX ON j_{name} (((item ->> 'ttl')::bigint));")
    count = max(BATCH, scaled(count) // BATCH * BATCH)
    tables.load(name, "(SELECT document(i, i % 100, b) || jsonb_build_object('ttl', extract(epoch FROM now())::bigint - 1000 + i % 900) AS doc"
                      f" FROM (SELECT filler({tables.body(size)}) OFFSET 0) f (b), generate_series(1, {count}) i OFFSET 0) d")
    return count


def delete(name):
    return f"SELECT dynamo.expire_items('d_{name}', {BATCH});\n"


def delete_jsonb(name):
    return (f"DELETE FROM j_{name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM j_{name} WHERE (item ->> 'ttl')::bigint < extract(epoch FROM now())::bigint"
            f" ORDER BY (item ->> 'ttl')::bigint LIMIT {BATCH} FOR UPDATE SKIP LOCKED));\n")
