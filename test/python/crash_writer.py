#!/usr/bin/env python3
"""Write items until the server goes away, and note what it acknowledged:

    crash_writer.py CLIENT NOTES

Each key of the client takes a number that rises with every write, deletes
too.  Before a transaction NOTES gets a line "try" and "key number kind" for
each of its writes (kind is there or gone), and when the server has answered a
line "done".  Ways to write are mixed: the operations, SQL, transaction
blocks.  Ends with status 0 when the connection breaks, and not otherwise.
"""
import json
import random
import sys

import wire


def request(client, key, number, size):
    return {"p": {"S": f"client {client}"}, "s": {"N": str(key)}, "n": {"N": str(number)}, "g": {"S": f"g{number % 5}"},
            "data": {"S": "x" * size}}


def quoted(value):
    return "'" + json.dumps(value).replace("'", "''") + "'"


def put(client, key, number, size):
    return "SELECT dynamo.put_item(%s)" % quoted({"TableName": "things", "Item": request(client, key, number, size)})


def upsert(client, key, number, size):
    return "INSERT INTO things (item) VALUES (%s) ON CONFLICT (key) DO UPDATE SET item = excluded.item" % \
        quoted(request(client, key, number, size))


def delete(client, key, number, size):
    return "SELECT dynamo.delete_item(%s)" % quoted({"TableName": "things", "Key": {
        "p": {"S": f"client {client}"}, "s": {"N": str(key)}}})


def sql_delete(client, key, number, size):
    return f"""DELETE FROM things WHERE key = '"client {client}"/{key}'"""


def main():
    client, notes = sys.argv[1], open(sys.argv[2], "w", buffering=1)
    choose = random.Random(client)
    numbers = {}
    db = wire.Connection()
    try:
        while True:
            keys = [choose.randrange(200) for _ in range(choose.choice([1, 1, 1, 3]))]
            written, statements = [], []
            for key in dict.fromkeys(keys):
                numbers[key] = numbers.get(key, 0) + 1
                write = choose.choice([put, put, upsert, upsert, delete, sql_delete])
                size = choose.choice([10, 10, 300, 300, 3000, 20000])
                statements.append(write(client, key, numbers[key], size))
                written.append(f" {key} {numbers[key]} {'gone' if write in (delete, sql_delete) else 'there'}")
            if len(statements) > 1:
                statements = ["BEGIN"] + statements + ["COMMIT"]
            notes.write("try" + "".join(written) + "\n")
            for statement in statements:
                db.query(statement)
            notes.write("done\n")
    except (ConnectionError, OSError):
        pass
    except wire.ServerError as error:
        if not error.sqlstate.startswith("57P"):    # the server shuts down
            raise


if __name__ == "__main__":
    main()
