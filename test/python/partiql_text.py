"""Trees of expression_model as PartiQL, in any spelling: each value as a
literal or as a parameter.
"""
import pathlib
import re

import expression_model as expr
import item_model

KEYWORDS = set(re.findall(r'PARTIQL_KEYWORD\("(\w+)"\)', (pathlib.Path(__file__).resolve().parents[2] / "src/partiql/keywords.def").read_text()))
BARE = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
TYPES = {"S": "STRING", "N": "NUMERIC", "B": "BLOB", "BOOL": "BOOLEAN", "NULL": "NULL", "L": "LIST", "M": "STRUCT"}


def single(text):
    return "'" + text.replace("'", "''") + "'"


class Writer:
    """Text and parameters of a statement; what is written first has the first parameters."""

    def __init__(self, r):
        self.r, self.parameters = r, []

    def word(self, text):
        return self.r.choice([text, text.lower(), text.upper()])

    def name(self, name):
        if BARE.fullmatch(name) and name.upper() not in KEYWORDS and self.r.random() < 0.5:
            return name
        return '"' + name.replace('"', '""') + '"'

    def path(self, path):
        text = self.name(path[0])
        for step in path[1:]:
            text += f"[{step}]" if isinstance(step, int) else \
                f".{self.name(step)}" if self.r.random() < 0.7 else f"[{single(step)}]"
        return text

    def value(self, value):
        """A value as it is in the text, if it can be."""
        kind, inside = value
        parameter = item_model.value_text(value)
        if self.r.random() < 0.4 or kind in ("B", "BS") or len(parameter) > 300:
            self.parameters.append(parameter)
            return "?"
        if kind == "S":
            return single(inside)
        if kind == "N":
            return item_model.number_text(inside)
        if kind == "BOOL":
            return self.word("true" if inside else "false")
        if kind == "NULL":
            return self.word("null")
        if kind in ("SS", "NS"):
            return "<<" + ", ".join(self.value_here((kind[0], v)) for v in inside) + ">>"
        if kind == "L":
            return "[" + ", ".join([self.value(v) for v in inside]) + "]"
        return self.map(inside)

    def value_here(self, value):
        return single(value[1]) if value[0] == "S" else item_model.number_text(value[1])

    def map(self, members):
        return "{" + ", ".join([f"{single(n)}: {self.value(v)}" for n, v in members.items()]) + "}"

    def operand(self, node):
        kind, what = node[0], node[1]
        if kind == "value":
            return self.value(what)
        if kind == "path":
            return self.path(what)
        if kind == "size":
            return f"{self.word('size')}({self.operand(what)})"
        if kind in ("+", "-"):
            left = self.operand(node[1])
            return f"{left} {kind} {self.operand(node[2])}"
        return f"{self.word(kind)}({', '.join([self.operand(n) for n in node[1:]])})"

    def condition(self, node, binding=0):
        """binding: 0 anything, 1 within OR, 2 within AND, 3 within NOT."""
        r, kind = self.r, node[0]
        own, negated = 3, False
        if kind == "not" and node[1][0] in ("between", "in") and r.random() < 0.5:
            node, negated = node[1], True
            kind = node[0]
        no = self.word("NOT") + " " if negated else ""
        if kind in ("and", "or"):
            own = 2 if kind == "and" else 1
            left = self.condition(node[1], own)
            text = f"{left} {self.word(kind.upper())} {self.condition(node[2], own)}"
        elif kind == "not":
            text = f"{self.word('NOT')} {self.condition(node[1], 3)}"
        elif kind in expr.COMPARATORS:
            left = self.operand(node[1])
            text = f"{left} {r.choice(['<>', '!=']) if kind == '<>' else kind} {self.operand(node[2])}"
        elif kind == "between":
            left = self.operand(node[1])
            low = self.operand(node[2])
            text = f"{left} {no}{self.word('BETWEEN')} {low} {self.word('AND')} {self.operand(node[3])}"
        elif kind == "in":
            left = self.operand(node[1])
            values = ", ".join([self.operand(n) for n in node[2:]])
            text = f"{left} {no}{self.word('IN')} " + r.choice([f"[{values}]", f"({values})"])
        elif kind in ("attribute_exists", "attribute_not_exists") and r.random() < 0.7:
            text = f"{self.path(node[1][1])} IS {'NOT ' if kind == 'attribute_exists' else ''}MISSING"
        elif kind == "attribute_type" and node[2][0] == "value" and node[2][1][1] in TYPES and r.random() < 0.7:
            text = f"{self.path(node[1][1])} IS {TYPES[node[2][1][1]]}"
        else:
            text = f"{self.word(kind)}({', '.join([self.operand(n) for n in node[1:]])})"
        return f"({text})" if own < binding or r.random() < 0.1 else text

    def change(self, action):
        """SET path = value, or REMOVE path."""
        kind, path, *value = action
        text = self.path(path)
        if kind == "REMOVE":
            return f"{self.word('REMOVE')} {text}"
        if kind == "SET":
            return f"{self.word('SET')} {text} = {self.operand(value[0])}"
        function = self.word("set_add" if kind == "ADD" else "set_delete")
        return f"{self.word('SET')} {text} = {function}({self.path(path)}, {self.value(value[0][1])})"

    def request(self, text, **more):
        """The request of the statement, as JSON."""
        members = [f'"Statement":{item_model.string_text(text)}']
        if self.parameters:
            members.append('"Parameters":[' + ",".join(self.parameters) + "]")
        members += [f'"{name}":{value}' for name, value in more.items()]
        return "{" + ",".join(members) + "}"
