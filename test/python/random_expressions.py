"""Random material of expressions: values that have to do with each other, an
item that grows with the operands, and trees of expression_model as text in
any spelling.
"""
import decimal
import json

import expression_model as expr
import item_model as model

KINDS = expr.TYPES + ("missing",)
SHORT = ["", "a", "ab", "abc", "b", "ba", "Z", "é", "\uffff", "\U0001f600", "a\0"]


# ---- values ----

def value_of(r, kind, depth=2):
    """A value of a type; equal ones and ones within others are frequent."""
    if kind == "S":
        return (kind, r.choice(SHORT) if r.random() < 0.8 else model.string(r))
    if kind == "N":
        return (kind, decimal.Decimal(r.randint(-3, 12)) if r.random() < 0.7 else model.number(r))
    if kind == "B":
        return (kind, bytes(r.choice([0, 1, 127, 128, 255]) for _ in range(r.randint(0, 3))))
    if kind == "BOOL":
        return (kind, r.random() < 0.5)
    if kind == "NULL":
        return (kind, None)
    if kind in expr.SETS:
        found = {value_of(r, kind[0])[1]: None for _ in range(r.randint(1, 4))}
        return (kind, list(found))
    count = r.randint(0, 3) if depth else 0
    inside = [value_of(r, r.choice(expr.TYPES), depth - 1) for _ in range(count)]
    if kind == "L":
        return (kind, inside)
    return (kind, {name_of(r): v for v in inside})


BARE = ["a", "bee", "C3", "Zed_9", "x_y", "andy", "notes", "inn", "between_us", "setter"]
STRANGE = ["name", "status", "and", "size", "0", "_x", "with space", "dot.ted", "ü", "a[0]", "#a", ":a", "\U0001f600"]


def name_of(r):
    return r.choice(BARE) if r.random() < 0.7 else r.choice(STRANGE)


def related(r, value, kind):
    """A value of a type that has something to do with another one, if possible."""
    if value is None:
        return value_of(r, kind)
    if r.random() < 0.3 and value[0] == kind:
        return value
    inside = value[1]
    if kind in ("S", "B") and value[0] == kind and inside:
        start = 0 if r.random() < 0.6 else r.randrange(len(inside))
        return (kind, inside[start:r.randint(start, len(inside))])
    if value[0] in expr.SETS and kind == value[0][0] and r.random() < 0.6:
        return (kind, r.choice(inside))
    if value[0] == "L":
        same = [v for v in inside if v[0] == kind]
        if same:
            return r.choice(same)
    if kind == "N" and value[0] in expr.SIZED and r.random() < 0.6:
        return (kind, decimal.Decimal(expr.size(value)))
    if kind == "N" and value[0] == "N" and r.random() < 0.5:
        return (kind, value[1] + r.choice([-1, 0, 1])) if abs(value[1]) < 10 ** 6 else value
    return value_of(r, kind)


# ---- an item that grows with the operands ----

class Scene:
    """An item, and operands that are values or lead into it."""

    def __init__(self, r):
        self.r, self.item, self.count = r, {}, 0
        for _ in range(r.randint(0, 3)):
            self.item[self.name()] = value_of(r, r.choice(expr.TYPES))

    def name(self):
        self.count += 1
        return f"{name_of(self.r)}{self.count}"

    def nowhere(self):
        """A path to nothing: to what is not there, or through what it cannot go."""
        r = self.r
        kind = r.random()
        if kind < 0.5 or not self.item:
            return (self.name(),)
        name = r.choice(list(self.item))
        inside = self.item[name]
        if inside[0] == "M" and kind < 0.8:
            return (name, self.name())
        if inside[0] == "L" and kind < 0.8:
            return (name, len(inside[1]) + r.choice([0, 1, 1000, 2147483647 - len(inside[1])]))
        return (name, self.name()) if inside[0] != "M" else (name, 0)

    def place(self, value):
        """Put a value into the item; the path to it."""
        r, name = self.r, self.name()
        path, whole = (), value
        while r.random() < 0.35 and len(path) < 4:
            if r.random() < 0.5:
                step = name_of(r)
                whole = ("M", {**{self.name(): value_of(r, r.choice(expr.TYPES), 0) for _ in range(r.randint(0, 2))}, step: whole})
            else:
                before = [value_of(r, r.choice(expr.TYPES), 0) for _ in range(r.randint(0, 2))]
                step = len(before)
                whole = ("L", before + [whole] + [("NULL", None)] * r.randint(0, 1))
            path = (step,) + path
        self.item[name] = whole
        return (name,) + path

    def operand(self, kind, value, literal=None):
        if kind == "missing":
            return ("path", self.nowhere())
        if literal is None:
            literal = self.r.random() < 0.4
        return ("value", value) if literal else ("path", self.place(value))


# ---- spelling ----

class Writer:
    """Trees as text in any spelling, with names and values as they are needed."""

    def __init__(self, r):
        self.r, self.names, self.values = r, {}, {}

    def placeholder(self, table, mark, what):
        known = [k for k, v in table.items() if v is what or v == what]
        if known and self.r.random() < 0.7:
            return self.r.choice(known)
        key = mark + self.r.choice(["", "_", "v", "0", "Ab_", "and"]) + str(len(table))
        table[key] = what
        return key

    def word(self, text):
        return "".join(self.r.choice([c.lower(), c.upper()]) for c in text) if self.r.random() < 0.5 else text

    def path(self, path):
        tokens = []
        for i, step in enumerate(path):
            if isinstance(step, int):
                tokens += ["[", str(step), "]"]
                continue
            tokens += ["."] if i else []
            bare = step.rstrip("0123456789") in BARE or step in BARE
            tokens.append(step if bare and self.r.random() < 0.6 else self.placeholder(self.names, "#", step))
        return tokens

    def enclosed(self, tokens, chance):
        """Parentheses around what has none yet."""
        if tokens[0] == "(" and self.closes(tokens) == len(tokens) - 1 or self.r.random() >= chance:
            return tokens
        return ["("] + tokens + [")"]

    @staticmethod
    def closes(tokens):
        depth = 0
        for i, token in enumerate(tokens):
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return i
        return None

    def operand(self, node, parentheses=True):
        kind, what = node[0], node[1]
        if kind == "value":
            tokens = [self.placeholder(self.values, ":", what)]
        elif kind == "path":
            tokens = self.path(what)
        elif kind == "size":
            tokens = ["size", "("] + self.operand(what) + [")"]
        else:
            tokens = [kind, "("] + self.listed(node[1:]) + [")"]
        return self.enclosed(tokens, 0.1) if parentheses else tokens

    def listed(self, nodes):
        tokens = []
        for node in nodes:
            tokens += ([","] if tokens else []) + self.operand(node)
        return tokens

    def condition(self, node, binding=0):
        """binding: 0 anything, 1 within OR, 2 within AND, 3 within NOT."""
        kind = node[0]
        own = 3
        if kind in ("and", "or"):
            own = 2 if kind == "and" else 1
            tokens = self.condition(node[1], own) + [self.word(kind.upper())] + self.condition(node[2], own)
        elif kind == "not":
            tokens = [self.word("NOT")] + self.condition(node[1], 3)
        elif kind in expr.COMPARATORS:
            tokens = self.operand(node[1]) + [kind] + self.operand(node[2])
        elif kind == "between":
            tokens = self.operand(node[1]) + [self.word("BETWEEN")] + self.operand(node[2]) + [self.word("AND")] + self.operand(node[3])
        elif kind == "in":
            tokens = self.operand(node[1]) + [self.word("IN"), "("] + self.listed(node[2:]) + [")"]
        else:
            tokens = [kind, "("] + self.listed(node[1:]) + [")"]
        return self.enclosed(tokens, 1 if own < binding else 0.1)

    def right_side(self, node):
        if node[0] in ("+", "-"):
            tokens = self.operand(node[1]) + [node[0]] + self.operand(node[2])
            return ["("] + tokens + [")"] if self.r.random() < 0.2 else tokens
        return self.operand(node)

    def update(self, actions):
        tokens, section = [], None
        for kind, path, *value in actions:
            tokens += [","] if kind == section else [self.word(kind)]
            tokens += self.path(path)
            if kind == "SET":
                tokens += ["="] + self.right_side(value[0])
            elif kind != "REMOVE":
                tokens += self.operand(value[0], parentheses=False)
            section = kind
        return tokens

    def projection(self, paths):
        tokens = []
        for path in paths:
            tokens += ([","] if tokens else []) + self.path(path)
        return tokens

    def text(self, tokens):
        """Join tokens with as much space as there must be, or more."""
        out = ""
        for token in tokens:
            apart = out and (out[-1].isalnum() or out[-1] == "_") and (token[0].isalnum() or token[0] in "_#:")
            out += (self.r.choice([" ", " ", "  ", "\n", "\t", "\r\n"]) if apart else self.r.choice(["", " "])) + token
        return out

    def arguments(self, item, tokens, projection=False):
        names = json.dumps(self.names).encode() if self.names else None
        values = model.spelled_item(self.r, self.values).encode() if self.values else None
        arguments = [model.spelled_item(self.r, item).encode(), self.text(tokens).encode()]
        return arguments + ([names] if projection else [values, names])
