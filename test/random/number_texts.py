#!/usr/bin/env python3
"""Random texts of numbers: which are accepted, what is printed, their order.

The stored bytes of two numbers must be in the order of the numbers as
Postgres' numeric has them, and equal when they are equal.
SEED=n repeats a run; NUMBERS=n makes it longer than 20,000 texts.
"""
import decimal
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import item_model as model                      # noqa: E402
import wire                                     # noqa: E402

COUNT = int(os.environ.get("NUMBERS") or 20000)
GRAMMAR = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
SYNTAX = "The parameter cannot be converted to a numeric value"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
DIGITS = "Attempting to store more than 38 significant digits in a Number"


def text(random):
    """Any text: numbers in and around the range, and what is nearly a number."""
    kind = random.random()
    if kind < 0.5:
        return model.spelled_number(random, model.number(random))
    if kind < 0.6:                      # zeros of any exponent
        return f"{random.choice(['', '-', '+'])}{random.choice(['0', '00', '0.0', '.0', '0.', '0.000'])}" \
               f"e{random.choice([-132, -131, -130, -129, -127, 0, 124, 125, 126, 127, 128, 129, random.randint(-200, 200)])}"
    if kind < 0.8:                      # any digits, any exponent
        whole = "".join(random.choice("0001239") for _ in range(random.choice([0, 1, 2, 38, 39, 40, random.randint(0, 60)])))
        fraction = "".join(random.choice("0001239") for _ in range(random.choice([0, 1, 2, 38, random.randint(0, 150)])))
        exponent = random.choice(["", f"e{random.randint(-180, 180)}", f"E{random.choice([-131, -130, 125, 126])}"])
        return random.choice(["", "-", "+"]) + whole + random.choice(["", "."]) + fraction + exponent
    if kind < 0.85:
        return random.choice(["", "-", ".", "+.", "e5", "1e", "1e+", "1.2.3", "--1", "0x10", "NaN", "Infinity", "-Infinity",
                              " 1", "1 ", "1_000", "1,5", "٣", "1e1e1", "1e99999999999999999999", "1e-99999999999999999999"])
    good = model.number_text(model.number(random))
    at = random.randrange(len(good) + 1)
    return good[:at] + random.choice("0123456789.eE+- x") + good[at:]


def expected(source):
    """What the service makes of a text: (canonical text, None) or (None, error)."""
    if not GRAMMAR.fullmatch(source):
        return None, SYNTAX + (": " + source if source else "")
    mantissa, _, written = source.lower().lstrip("+-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    written = int(written or 0)
    if digits:
        first = len(digits) - 1 - len(fraction) + written
    else:
        first = -len(fraction) + written
    if first > 125:
        return None, OVERFLOW
    if first < -130:
        return None, UNDERFLOW
    if len(digits.rstrip("0")) > 38:
        return None, DIGITS
    return model.number_text(decimal.Decimal(source)), None


def main():
    random = model.seeded("numbers")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")

    sources = [text(random) for _ in range(COUNT)]
    sql = "SELECT dynamo.value_out(dynamo.value_in($1)), encode(dynamo.value_send(dynamo.value_in($1)), 'hex')"
    faults, rows = [], {}
    given = [[('{"N":%s}' % model.string_text(source)).encode()] for source in sources]
    for source, result in zip(sources, db.each(sql, given)):
        canonical, error = expected(source)
        if isinstance(result, wire.ServerError):
            if result.sqlstate != "YD001" or result.message != error:
                faults.append(f"{source!r}: wanted {canonical or error}, got {result}")
        elif result[0] != '{"N":"%s"}' % canonical:
            faults.append(f"{source!r}: wanted {canonical or error}, got {result[0]}")
        else:
            rows[source] = (canonical, result[1])
    report.test(f"texts of numbers ({len(rows)} accepted)", faults, len(sources))

    db.query("CREATE TEMP TABLE random_numbers (source numeric, shown numeric, bytes bytea)")
    db.copy_in("COPY random_numbers FROM STDIN",
               "".join(f"{source}\t{canonical}\t\\\\x{stored}\n" for source, (canonical, stored) in rows.items()).encode())
    faults = db.query("SELECT source, shown FROM random_numbers WHERE source <> shown")
    report.test("the printed number is the given one, as numeric", [str(f) for f in faults], len(rows))
    faults = db.query("""
        SELECT source, bytes, next, next_bytes
          FROM (SELECT source, bytes, lead(source) OVER w AS next, lead(bytes) OVER w AS next_bytes
                  FROM random_numbers WINDOW w AS (ORDER BY bytes)) o
         WHERE source > next OR (bytes = next_bytes) <> (source = next)""")
    report.test("the order of the stored bytes is that of numeric", [str(f) for f in faults], len(rows))
    report.end()


if __name__ == "__main__":
    main()
