#!/usr/bin/env python3
"""The two JSON readers have one set of rules: random texts, most of them with
a fault, are given to the input of dynamo.value and to PutItem; both accept them
as the same value, or both refuse them with the same error.

SEED=n repeats a run; TEXTS=n makes it longer than 10,000 texts.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import wire                                     # noqa: E402

COUNT = int(os.environ.get("TEXTS") or 10000)
PIECES = ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '\\ud800', '\\udc00', '\\n', 'null', 'true', 'false', '5',
          '-1.5', '""', '{}', '[]', '"S"', '"N"', '"B"', '"BOOL"', '"NULL"', '"L"', '"M"', '"SS"', '"NS"', '"BS"', '"x"',
          '{"S":"x"}', '{"N":"1"}', '"1e126"', '"AA=="', '"AB=="', '"S":"x",', '"other":1,', 'é', ' ', '\n', '\x01']
# Syntax is told by whoever finds it first: json itself, or one of the readers.
SYNTAX = {"22P02", "22P05", "22021"}


def fault(random, text):
    """Change a text here and there."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        at = random.randrange(len(text) + 1)
        kind = random.random()
        if kind < 0.35:
            text = text[:at] + random.choice(PIECES) + text[at:]
        elif kind < 0.55:
            text = text[:at] + text[at + random.randint(1, 3):]
        else:                           # a piece in place of another
            old = random.choice(PIECES)
            found = text.find(old, at)
            found = found if found >= 0 else text.find(old)
            if found >= 0:
                text = text[:found] + random.choice(PIECES) + text[found + len(old):]
    return text


def is_one_value(text):
    """Does the object that a text begins with end at its end, not before?

    Else what follows it could be another attribute of a request.
    """
    depth, quoted, escaped = 0, False, False
    for at, c in enumerate(text):
        if quoted:
            quoted, escaped = escaped or c != '"', not escaped and c == "\\"
        elif c == '"':
            quoted = True
        elif c in "{[":
            depth += 1
        elif c in "}]":
            depth -= 1
            if depth == 0 and at + 1 < len(text):
                return False
    return True


def outcome(result):
    if not isinstance(result, wire.ServerError):
        return result[0]
    if result.sqlstate in SYNTAX or result.message == "The text is not valid JSON":
        return "syntax"
    return f"{result.sqlstate} {result.message}"


def main():
    random = model.seeded("json readers")
    report = model.Report()
    db = wire.Connection()
    db.query("""
        CREATE EXTENSION IF NOT EXISTS dynamo;
        SET client_min_messages = warning;
        DROP TABLE IF EXISTS public.json_readers;
        CREATE TABLE public.json_readers (key dynamo.key NOT NULL PRIMARY KEY, item dynamo.item NOT NULL,
            CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk N')));
        CREATE TRIGGER derive_key BEFORE INSERT ON public.json_readers
            FOR EACH ROW EXECUTE FUNCTION dynamo.derive_key('pk N');
        SELECT dynamo.register_table('public.json_readers')""")

    texts = []
    while len(texts) < COUNT:
        text = model.spelled_value(random, model.value(random)).strip()
        if random.random() < 0.8:
            text = fault(random, text).strip()
        # Other texts are strings for the type.
        if text.startswith("{") and len(text) < 20000 and is_one_value(text):
            texts.append(text)
    as_type = [outcome(r) for r in db.each("SELECT dynamo.value_out(dynamo.value_in($1))", [[t.encode()] for t in texts])]

    put = "SELECT dynamo.put_item($1::json) IS NULL"
    get = "SELECT dynamo.value_out(item['v']) FROM public.json_readers"
    faults, accepted = [], 0
    for text, wanted in zip(texts, as_type):
        request = '{"TableName":"json_readers","Item":{"pk":{"N":"1"},"v":%s}}' % text
        result, = db.each(put, [[request.encode()]])
        if not isinstance(result, wire.ServerError):
            result = db.query(get)[0]
            accepted += 1
        if outcome(result) != wanted:
            faults.append(f"{text[:300]!r}: type {wanted[:120]}, request {outcome(result)[:120]}")
    report.test(f"texts of values by both readers ({accepted} accepted)", faults, len(texts))
    db.query("DROP TABLE public.json_readers")
    report.end()


if __name__ == "__main__":
    main()
