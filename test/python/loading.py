"""Random tables with items, in a model and on a server, as they come to be:
copied in with the trigger or as a restore does it, changed, vacuumed.
"""
import json

import item_model as model
import key_model
import random_tables
import wire


def copy_text(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def relation(name):
    return '"' + name + '"'


def call(db, function, requests):
    """Call a function with each JSON request; all must succeed."""
    for answer in db.each(f"SELECT dynamo.{function}($1::json)", [[t.encode()] for t in requests]):
        if isinstance(answer, wire.ServerError):
            raise answer


def load(db, table, strict):
    """Copy the items in; those that are not legal come as a restore brings them, without the trigger."""
    name = relation(table.name)
    if strict:
        rows = "".join(copy_text(model.item_text(i)) + "\n" for i in table.items.values())
        db.copy_in(f"COPY {name} (item) FROM STDIN", rows.encode())
        return
    rows = "".join(copy_text(key_model.key_text(*(table.key.values(i, a) for a in (table.key.hashes, table.key.ranges)))) + "\t" +
                   copy_text(model.item_text(i)) + "\n" for i in table.items.values())
    db.query("SET session_replication_role = replica")
    db.copy_in(f"COPY {name} (key, item) FROM STDIN", rows.encode())
    db.query("RESET session_replication_role")


def churn(r, db, table):
    """Delete and replace some items, so that there is dead matter in table and indexes."""
    deletes, puts = [], []
    for key in r.sample(sorted(table.items), len(table.items) // 4):
        old = table.items[key]
        if r.random() < 0.5:
            named = {n: old[n] for n, _ in table.key.attributes()}
            deletes.append(f'{{"TableName":{model.string_text(table.name)},"Key":{model.item_text(named)}}}')
            table.delete(key)
            continue
        new = random_tables.item(r, table, True)
        new.update({n: old[n] for n, _ in table.key.attributes()})
        random_tables.drop_what_is_refused(table, new)
        puts.append(f'{{"TableName":{model.string_text(table.name)},"Item":{model.item_text(new)}}}')
        table.put(new)
    call(db, "delete_item", deletes)
    call(db, "put_item", puts)


def make_table(r, db, name):
    """A table with items, in the model and on the server."""
    table = random_tables.greatest_table(r, name) if r.random() < 0.01 else random_tables.table(r, name)
    call(db, "create_table", [json.dumps(random_tables.create_request(table))])
    strict, large = r.random() < 0.6, r.random() < 0.01
    for _ in range(r.choice([0, 5, 20, 40, 60, 80, 100, 120]) if not large else 30):
        table.put(random_tables.item(r, table, strict, 200000 if large else 0))
    load(db, table, strict)
    if r.random() < 0.3:
        churn(r, db, table)
    if r.random() < 0.4:
        db.query(f"VACUUM {relation(name)}")
        if r.random() < 0.3:
            churn(r, db, table)
    return table
