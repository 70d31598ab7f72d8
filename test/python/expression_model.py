"""A plain, slow model of expressions on the items of item_model.

Trees are tuples.  A path is a tuple of names (str) and indexes (int).

    operand     ("path", path), ("value", value), ("size", operand)
    condition   ("and", c, c), ("or", c, c), ("not", c),
                ("=", o, o) and the other comparators, ("between", o, o, o),
                ("in", o, o...), ("attribute_exists", o), ("attribute_not_exists", o),
                ("attribute_type", o, o), ("begins_with", o, o), ("contains", o, o)
    action      ("SET", path, right side), ("REMOVE", path),
                ("ADD", path, ("value", v)), ("DELETE", path, ("value", v))
    right side  an operand without size, ("+", r, r), ("-", r, r),
                ("if_not_exists", ("path", p), r), ("list_append", r, r)

Refused is raised with the message the service has for what is wrong.
"""
import copy

from item_model import CONTEXT, number_text

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
ORDERED = ("S", "N", "B")
SIZED = ("S", "B", "SS", "NS", "BS", "L", "M")
SETS = ("SS", "NS", "BS")
TYPES = ("S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL")
LONG_NAMES = {"S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL", "L": "LIST", "M": "MAP"}
MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
INVALID_PATH = "The document path provided in the update expression is invalid for update"
NESTING = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
SIZELESS = ("sizeless", None)


class Refused(Exception):
    pass


def find(item, path):
    """The value at a path, or None."""
    value = ("M", item)
    for step in path:
        kind, inside = value
        if isinstance(step, str):
            value = inside.get(step) if kind == "M" else None
        else:
            value = inside[step] if kind == "L" and step < len(inside) else None
        if value is None:
            return None
    return value


def path_text(path):
    return "[" + ", ".join(s if isinstance(s, str) else f"[{s}]" for s in path) + "]"


def equal(a, b):
    (kind, x), (other, y) = a, b
    if kind != other:
        return False
    if kind in SETS:
        return set(x) == set(y)
    if kind == "L":
        return len(x) == len(y) and all(equal(v, w) for v, w in zip(x, y))
    if kind == "M":
        return x.keys() == y.keys() and all(equal(x[n], y[n]) for n in x)
    return x == y


def ordering(value):
    kind, payload = value
    return payload.encode() if kind == "S" else payload


def compare(op, a, b):
    if SIZELESS in (a, b):
        return False
    if a is None or b is None:
        return op == "<>"
    if op == "=":
        return equal(a, b)
    if op == "<>":
        return not equal(a, b)
    if a[0] != b[0] or a[0] not in ORDERED:
        return False
    x, y = ordering(a), ordering(b)
    return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[op]


def size(value):
    kind, payload = value
    if kind == "S":
        return len(payload.encode("utf-16-le")) // 2
    return len(payload)


def operand(node, item):
    kind, what = node
    if kind == "value":
        return what
    if kind == "path":
        return find(item, what)
    value = operand(what, item)
    if value is None:
        return None
    return ("N", CONTEXT.create_decimal(size(value))) if value[0] in SIZED else SIZELESS


def contains(container, element):
    kind, payload = container
    if kind in ("S", "B"):
        return element[0] == kind and element[1] in payload
    if kind in SETS:
        return element[0] == kind[0] and element[1] in payload
    return kind == "L" and any(equal(e, element) for e in payload)


def holds(node, item):
    """Is the condition true of the item?"""
    kind = node[0]
    if kind == "and":
        return holds(node[1], item) and holds(node[2], item)
    if kind == "or":
        return holds(node[1], item) or holds(node[2], item)
    if kind == "not":
        return not holds(node[1], item)
    values = [operand(n, item) for n in node[1:]]
    if kind in COMPARATORS:
        return compare(kind, *values)
    if kind == "between":
        return compare(">=", values[0], values[1]) and compare("<=", values[0], values[2])
    if kind == "in":
        return any(compare("=", values[0], v) for v in values[1:])
    if kind == "attribute_exists":
        return values[0] is not None
    if kind == "attribute_not_exists":
        return values[0] is None
    if None in values or SIZELESS in values:
        return False
    if kind == "attribute_type":
        return values[0][0] == values[1][1]
    if kind == "begins_with":
        return values[0][0] == values[1][0] and values[0][0] in ("S", "B") and values[0][1].startswith(values[1][1])
    return contains(*values)


# ---- what is refused whatever the item is ----

def literal(node):
    """The type of an operand, None where the item decides."""
    return {"value": lambda: node[1][0], "size": lambda: "N"}.get(node[0], lambda: None)()


def require(prefix, name, node, types):
    kind = literal(node)
    if kind is not None and kind not in types:
        raise Refused(f"{prefix}Incorrect operand type for operator or function; operator or function: {name}, operand type: {kind}")


def bound_text(value):
    kind, payload = value
    shown = {"S": lambda: payload.replace("\0", ""), "N": lambda: number_text(payload),
             "B": lambda: f"java.nio.HeapByteBuffer[pos=0 lim={len(payload)} cap={len(payload)}]"}[kind]()
    return f"AttributeValue: {{{kind}:{shown}}}"


def check_sizes(prefix, node):
    if node[0] == "size":
        check_sizes(prefix, node[1])
        require(prefix, "size", node[1], SIZED)


def check_condition(node, prefix="Invalid ConditionExpression: "):
    """Raise Refused for the first simple condition that can never be right."""
    kind = node[0]
    if kind in ("and", "or", "not"):
        for part in node[1:]:
            check_condition(part, prefix)
        return
    first, *others = node[1:]
    if first[0] == "path" and first in others:
        raise Refused(f"{prefix}The first operand must be distinct from the remaining operands for this operator or function; "
                      f"operator: {kind.upper() if kind in ('between', 'in') else kind}, first operand: {path_text(first[1])}")
    for part in node[1:]:
        check_sizes(prefix, part)
    if kind in ("<", "<=", ">", ">="):
        for part in node[1:]:
            require(prefix, kind, part, ORDERED)
    elif kind == "between":
        for part in node[1:]:
            require(prefix, "BETWEEN", part, ORDERED)
        if all(n[0] == "value" for n in others):
            (_, low), (_, high) = others
            fault = None
            if low[0] != high[0]:
                fault = "requires same data type for lower and upper bounds"
            elif ordering(low) > ordering(high):
                fault = "requires upper bound to be greater than or equal to lower bound"
            if fault:
                raise Refused(f"{prefix}The BETWEEN operator {fault}; lower bound operand: {bound_text(low)}, "
                              f"upper bound operand: {bound_text(high)}")
    elif kind in ("attribute_exists", "attribute_not_exists", "attribute_type") and first[0] != "path" and (kind, first[0]) != ("attribute_type", "value"):
        raise Refused(f"{prefix}Operator or function requires a document path; operator or function: {kind}")
    elif kind == "attribute_type":
        if others[0][0] == "path":
            raise Refused(f"{prefix}Incorrect operand type for operator or function; operator or function: attribute_type, "
                          "operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
        require(prefix, kind, others[0], ("S",))
        if others[0][1][1] not in TYPES:
            raise Refused(f"{prefix}Invalid attribute type name found; type: {others[0][1][1]}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}")
    elif kind == "begins_with":
        for part in node[1:]:
            require(prefix, kind, part, ("S", "B"))


def check_paths(prefix, paths):
    conflict = None
    for later, b in enumerate(paths):
        for a in paths[:later]:
            common = 0
            while common < min(len(a), len(b)) and a[common] == b[common]:
                common += 1
            fault = None
            if common == min(len(a), len(b)):
                fault = "overlap"
            elif isinstance(a[common], str) != isinstance(b[common], str):
                fault = "conflict"
            if fault:
                message = f"{prefix}Two document paths {fault} with each other; must remove or rewrite one of these paths; " \
                          f"path one: {path_text(a)}, path two: {path_text(b)}"
                if fault == "overlap":
                    raise Refused(message)
                conflict = conflict or message
    if conflict:
        raise Refused(conflict)


def check_right_side(prefix, node):
    kind = node[0]
    if kind in ("path", "value"):
        return
    for part in node[1:]:
        check_right_side(prefix, part)
    if kind == "list_append":
        for part in node[1:]:
            require(prefix, kind, part, ("L",))
    elif kind in ("+", "-"):
        for part in node[1:]:
            require(prefix, kind, part, ("N",))


def check_update(actions):
    prefix = "Invalid UpdateExpression: "
    check_paths(prefix, [a[1] for a in actions])
    for kind, _, *value in actions:
        if kind in ("ADD", "DELETE") and value[0][1][0] not in SETS and (kind, value[0][1][0]) != ("ADD", "N"):
            raise Refused(f"{prefix}Incorrect operand type for operator or function; operator: {kind}, "
                          f"operand type: {LONG_NAMES[value[0][1][0]]}")
    for kind, _, *value in actions:
        if kind == "SET":
            check_right_side(prefix, value[0])


# ---- updates ----

def add(a, b, sign=1):
    if a[0] != "N" or b[0] != "N":
        raise Refused(WRONG_TYPE)
    total = CONTEXT.add(a[1], CONTEXT.multiply(b[1], CONTEXT.create_decimal(sign))).normalize(CONTEXT)
    if len(total.as_tuple().digits) > 38:
        raise Refused("Attempting to store more than 38 significant digits in a Number")
    if total and total.adjusted() > 125:
        raise Refused("Number overflow. Attempting to store a number with magnitude larger than supported range")
    if total and total.adjusted() < -130:
        raise Refused("Number underflow. Attempting to store a number with magnitude smaller than supported range")
    return ("N", total)


def right_side(node, item):
    kind = node[0]
    if kind == "value":
        return node[1]
    if kind == "path":
        value = find(item, node[1])
        if value is None:
            raise Refused(MISSING)
        return value
    if kind == "if_not_exists":
        value = find(item, node[1][1])
        return right_side(node[2], item) if value is None else value
    a, b = right_side(node[1], item), right_side(node[2], item)
    if kind == "list_append":
        if a[0] != "L" or b[0] != "L":
            raise Refused(WRONG_TYPE)
        return ("L", a[1] + b[1])
    return add(a, b, 1 if kind == "+" else -1)


REMOVED = object()


def new_value(action, item):
    """What becomes of an action's path."""
    kind, path, *value = action
    if kind == "REMOVE":
        return REMOVED
    if kind == "SET":
        return right_side(value[0], item)
    old, given = find(item, path), value[0][1]
    if kind == "ADD":
        if old is None:
            return given
        if old[0] != given[0]:
            raise Refused(WRONG_TYPE)
        return add(old, given) if old[0] == "N" else (old[0], list(set(old[1]) | set(given[1])))
    if old is None:
        return REMOVED
    if old[0] != given[0]:
        raise Refused(WRONG_TYPE)
    rest = set(old[1]) - set(given[1])
    return (old[0], list(rest)) if rest else REMOVED


def levels(value):
    kind, payload = value
    inside = payload if kind == "L" else payload.values() if kind == "M" else ()
    return 1 + max(map(levels, inside), default=0)


def without_removed(value):
    kind, payload = value
    if kind == "L":
        return (kind, [without_removed(v) for v in payload if v is not REMOVED])
    if kind == "M":
        return (kind, {n: without_removed(v) for n, v in payload.items() if v is not REMOVED})
    return value


def updated(item, actions):
    """The item after the update; every action sees the old item."""
    values = [new_value(a, item) for a in actions]
    result = copy.deepcopy(item)
    appended = {}
    for (_, path, *_), value in zip(actions, values):
        parent = find(result, path[:-1])
        last = path[-1]
        if parent is None or parent[0] != ("M" if isinstance(last, str) else "L"):
            raise Refused(INVALID_PATH)
        if value is not REMOVED and len(path) - 1 + levels(value) > 32:
            raise Refused(NESTING)
        if parent[0] == "M":
            if last in parent[1] or value is not REMOVED:
                parent[1][last] = value
        elif last < len(find(item, path[:-1])[1]):
            parent[1][last] = value
        elif value is not REMOVED:
            appended.setdefault(path[:-1], []).append((last, value))
    for path, values in appended.items():
        find(result, path)[1].extend(v for _, v in sorted(values, key=lambda p: p[0]))
    return without_removed(("M", result))[1]


# ---- projections ----

def projected(item, paths):
    """The parts of the item that the paths name, in their nesting."""
    def part(value, rests):
        if () in rests:
            return value
        kind, inside = value
        if kind == "M":
            found = {n: part(v, [p[1:] for p in rests if p[0] == n]) for n, v in inside.items() if any(p[0] == n for p in rests)}
            found = {n: v for n, v in found.items() if v is not None}
        elif kind == "L":
            found = [part(v, [p[1:] for p in rests if p[0] == i]) for i, v in enumerate(inside) if any(p[0] == i for p in rests)]
            found = [v for v in found if v is not None]
        else:
            return None
        return (kind, found) if found else None

    result = part(("M", item), list(paths))
    return result[1] if result else {}
