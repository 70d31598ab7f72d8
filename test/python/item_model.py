"""A model of items for tests: random items, their canonical text, their size.

A value is a pair of its type and a Python value: str for S, bytes for B,
Decimal for N, bool, None for NULL, lists of those for sets, a list of values
for L, a dict of names to values for M.  An item is such a dict.  Nothing here
knows the stored form.
"""
import base64
import decimal
import os
import random
import sys

CONTEXT = decimal.Context(prec=400, Emin=-1000, Emax=1000)
CHARACTERS = ["a", "b", "Z", "0", "#", " ", "\"", "\\", "/", "\n", "\r", "\t", "\b", "\f", "\x01", "\x1f", "\x7f",
              "é", "ß", "\u0fff", "\u2028", "\ud7ff", "\ue000", "\ufffd", "\uffff", "\U00010000", "\U0001f600",
              "\U0010ffff", "{", "}", "[", "]", ",", ":", "'"]


def seeded(name):
    """A random generator whose seed is printed, and may be set by SEED."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"# {name}: SEED={seed}", flush=True)
    return random.Random(seed)


class Report:
    """Prints one line a test; ends the script with the right status."""

    def __init__(self):
        self.failed = False

    def test(self, name, faults, checked):
        """"faults": descriptions of what is wrong; none may be there."""
        ok = not faults and checked > 0
        self.failed = self.failed or not ok
        print(f"{'ok' if ok else 'not ok'} - {name} ({checked} checked)", flush=True)
        for fault in faults[:5]:
            print(f"#   {fault}")
        if len(faults) > 5:
            print(f"#   ... {len(faults)} in all")

    def end(self):
        sys.exit(1 if self.failed else 0)


# ---- random items ----

def string(r, longest=12):
    if r.random() < 0.02:
        longest = 3000
    if r.random() < 0.02:
        return "".join(r.choice("\0ab") for _ in range(r.randint(1, longest)))
    return "".join(r.choice(CHARACTERS) for _ in range(r.randint(0, longest)))


def binary(r, longest=12):
    return r.randbytes(r.randint(0, longest))


def number(r):
    """Any number there is; small ones and the ends of the range are frequent."""
    kind = r.random()
    if kind < 0.4:
        return decimal.Decimal(r.randint(-1000, 1000))
    if kind < 0.5:
        return CONTEXT.multiply(decimal.Decimal(r.randint(-10 ** 6, 10 ** 6)), decimal.Decimal("0.001")).normalize(CONTEXT)
    digits = r.choice([1, 2, 3, 37, 38, r.randint(1, 38)])
    mantissa = r.randint(1, 9) * 10 ** (digits - 1) + (r.randint(0, 10 ** (digits - 1) - 1) if digits > 1 else 0)
    exponent = r.choice([-130, -129, 0, 1, 124, 125, r.randint(-130, 125)])    # of the first digit
    value = decimal.Decimal((r.randint(0, 1), tuple(int(d) for d in str(mantissa)), exponent - digits + 1))
    return value.normalize(CONTEXT)


def distinct(r, make):
    found = {}
    for _ in range(r.choice([1, 2, 3, r.randint(1, 40)])):
        value = make(r)
        found[value if not isinstance(value, decimal.Decimal) else number_text(value)] = value
    return list(found.values())


def value(r, levels=32):
    kind = r.random()
    if kind < 0.35:
        return ("S", string(r))
    if kind < 0.6:
        return ("N", number(r))
    if kind < 0.68:
        return ("B", binary(r))
    if kind < 0.76:
        return ("BOOL", r.random() < 0.5)
    if kind < 0.8:
        return ("NULL", None)
    if kind < 0.83:
        return ("SS", distinct(r, string))
    if kind < 0.86:
        return ("NS", distinct(r, number))
    if kind < 0.89:
        return ("BS", distinct(r, binary))
    if levels == 1:
        return ("L", []) if kind < 0.95 else ("M", {})
    if kind < 0.95:
        return ("L", [value(r, levels - 1) for _ in range(r.choice([0, 1, 2, 5, r.randint(0, 30)]) if levels > 29 else r.randint(0, 1))])
    return ("M", item(r, r.choice([0, 1, 2, 5]) if levels > 29 else 1, levels - 1))


def name(r):
    kind = r.random()
    if kind < 0.8:
        return "".join(r.choice("abcdefgXYZ") for _ in range(r.randint(1, 6)))
    if kind < 0.95:
        return (string(r, 20).replace("\0", "") or "x")
    return r.choice("xy") * r.choice([14, 15, 16, 142, 143, 300])


def item(r, count=None, levels=32):
    if count is None:
        count = r.choice([0, 1, 2, 3, 5, 8, 16, 17, 18, r.randint(1, 60)])
    return {name(r): value(r, levels) for _ in range(count)}


# ---- canonical text ----

def number_text(n):
    text = format(n.normalize(CONTEXT), "f")
    if text.startswith("-") and not text.strip("-0."):
        return "0"
    return text


ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string_text(s):
    return '"' + "".join(ESCAPES.get(c) or (c if c >= " " else "\\u%04x" % ord(c)) for c in s) + '"'


def binary_text(b):
    return '"' + base64.b64encode(b).decode() + '"'


def value_text(v):
    kind, payload = v
    if kind == "S":
        body = string_text(payload)
    elif kind == "N":
        body = f'"{number_text(payload)}"'
    elif kind == "B":
        body = binary_text(payload)
    elif kind == "BOOL":
        body = "true" if payload else "false"
    elif kind == "NULL":
        body = "true"
    elif kind == "SS":
        body = "[" + ",".join(string_text(s) for s in sorted(payload, key=lambda s: s.encode())) + "]"
    elif kind == "NS":
        body = "[" + ",".join(f'"{number_text(n)}"' for n in sorted(payload)) + "]"
    elif kind == "BS":
        body = "[" + ",".join(binary_text(b) for b in sorted(payload)) + "]"
    elif kind == "L":
        body = "[" + ",".join(value_text(e) for e in payload) + "]"
    else:
        body = item_text(payload)
    return '{"%s":%s}' % (kind, body)


def item_text(members):
    return "{" + ",".join(string_text(n) + ":" + value_text(members[n])
                          for n in sorted(members, key=lambda n: n.encode())) + "}"


# ---- any text that means the same ----

def spaces(r):
    return r.choice(["", "", "", "", " ", "\n", "\t \r"])


def spelled_number(r, n):
    """Another text of the same number, within the service's grammar."""
    text = number_text(n)
    sign = "-" if text.startswith("-") else r.choice(["", "", "+"])
    text = text.lstrip("-")
    if n and r.random() < 0.5:
        _, digits, exponent = n.as_tuple()
        digits = "".join(map(str, digits))
        shift = r.randint(-3, 3)
        return f"{sign}{r.choice(['', '0', '000'])}{digits}{r.choice(['', '.', '.0'])}{'e' if r.random() < 0.5 else 'E'}" \
               f"{exponent:{r.choice(['', '+'])}d}" if shift else f"{sign}.{digits}e{exponent + len(digits)}"
    if "." in text and r.random() < 0.3:
        text += "00"
    if text.startswith("0.") and r.random() < 0.3:
        text = text[1:]
    return sign + text


def spelled_string(r, s):
    out = []
    for c in s:
        if r.random() < 0.1 or (c < " " and r.random() < 0.5):
            units = c.encode("utf-16-be")
            escape = "".join("\\u%02x%02x" % (units[i], units[i + 1]) for i in range(0, len(units), 2))
            out.append(escape.upper().replace("\\U", "\\u") if r.random() < 0.5 else escape)
        elif c == "/" and r.random() < 0.5:
            out.append("\\/")
        else:
            out.append(ESCAPES.get(c) or (c if c >= " " else "\\u%04x" % ord(c)))
    return '"' + "".join(out) + '"'


def spelled_list(r, parts):
    return "[" + spaces(r) + ("," + spaces(r)).join(p + spaces(r) for p in parts) + "]"


def spelled_value(r, v):
    kind, payload = v
    if kind == "S":
        body = spelled_string(r, payload)
    elif kind == "N":
        body = f'"{spelled_number(r, payload)}"'
    elif kind in ("SS", "NS", "BS"):
        each = {"SS": lambda e: spelled_string(r, e), "NS": lambda e: f'"{spelled_number(r, e)}"', "BS": binary_text}[kind]
        body = spelled_list(r, [each(e) for e in r.sample(payload, len(payload))])
    elif kind == "L":
        body = spelled_list(r, [spelled_value(r, e) for e in payload])
    elif kind == "M":
        body = spelled_item(r, payload)
    else:
        body = value_text(v)[len(kind) + 4:-1]
    members = [spelled_string(r, kind) + spaces(r) + ":" + spaces(r) + body]
    if r.random() < 0.02:
        members.append(r.choice(['"%s":null' % ("N" if kind == "S" else "S"), '"other":[1,{"x":null}]', '"s":"x"']))
        r.shuffle(members)
    return "{" + spaces(r) + (spaces(r) + "," + spaces(r)).join(members) + spaces(r) + "}"


def spelled_item(r, members):
    names = list(members)
    r.shuffle(names)
    parts = [spelled_string(r, n) + spaces(r) + ":" + spaces(r) + spelled_value(r, members[n]) for n in names]
    if names and r.random() < 0.05:     # of doubled members the last wins, whatever the first was
        parts.insert(0, string_text(names[0]) + ":" + r.choice(['{"S":"first"}', '{"N":"no number"}', "5"]))
    return "{" + spaces(r) + ",".join(spaces(r) + p + spaces(r) for p in parts) + "}"


# ---- the service's accounting ----

def number_size(n):
    text = number_text(n)
    negative = text.startswith("-")
    whole, _, fraction = text.lstrip("-").partition(".")
    whole = whole.lstrip("0")
    if not fraction:
        whole = whole.rstrip("0")
    if not whole:
        fraction = fraction.lstrip("0")
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + (1 if negative else 0)


def value_size(v):
    kind, payload = v
    if kind == "S":
        return len(payload.encode())
    if kind == "N":
        return number_size(payload)
    if kind == "B":
        return len(payload)
    if kind in ("BOOL", "NULL"):
        return 1
    if kind in ("SS", "NS", "BS"):
        return sum(value_size((kind[0], e)) for e in payload)
    if kind == "L":
        return 3 + len(payload) + sum(value_size(e) for e in payload)
    return 3 + sum(len(n.encode()) + 1 + value_size(e) for n, e in payload.items())


def item_size(members):
    return sum(len(n.encode()) + value_size(v) for n, v in members.items())
