"""Random Queries and Scans of a table of query_model: most find something,
conditions and start keys are at or near what is there.
"""
import expression_model as expr
import item_model
import key_model
import query_model
from random_expressions import Writer, related, value_of
from random_tables import OTHERS, near

OPERATORS = ("none", "=", "<", "<=", ">", ">=", "between", "begins_with")
MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
LEGACY = {"=": "EQ", "<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "between": "BETWEEN", "begins_with": "BEGINS_WITH",
          "<>": "NE", "in": "IN", "contains": "CONTAINS", "attribute_exists": "NOT_NULL", "attribute_not_exists": "NULL"}


def read(r, table):
    """A Query or a Scan of the table or one of its indexes."""
    index = r.choice([table.key] + 2 * table.indexes)
    made = query_model.Read(table, index)
    if r.random() < 0.7:
        add_key_condition(r, made)
        made.backward = r.random() < 0.5
    elif r.random() < 0.5:
        made.segment = segment(r, made)
    made.legacy = r.random() < 0.2 and (not made.is_query() or len(index.attributes()) <= 2)
    if r.random() < 0.4:
        made.filter = legacy_filter(r, made) if made.legacy else condition(r, made)
    add_what_is_returned(r, made)
    if index.kind != "global":
        made.consistent = r.random() < 0.3
    if r.random() < 0.3:
        made.start = start_key(r, made)
    return made


# ---- key conditions and segments ----

def add_key_condition(r, made):
    table, index = made.table, made.index
    entries = table.entries(index)
    model = r.choice(entries).item if entries and r.random() < 0.97 else \
        {n: near(r, r.choice(table.values[n]), table.longest[n]) for n, _ in index.attributes()}
    made.equal = index.values(model, index.hashes)
    for position, (name, kind) in enumerate(index.ranges):
        op = r.choice(OPERATORS) if position + 1 == len(index.ranges) or r.random() < 0.4 else "="
        value = near(r, model[name], table.longest[name]) if op != "=" or r.random() < 0.1 else model[name]
        if op == "begins_with" and kind != "N" and r.random() < 0.5:
            value = kind, value[1][:r.randint(1, 3)]
        if op == "=":
            made.equal.append(value)
        elif op != "none" and (op, kind) != ("begins_with", "N"):
            operands = [value] + ([near(r, value, table.longest[name])] if op == "between" else [])
            made.ranged = op, sorted(operands, key=query_model.sortable)
        if op != "=":
            break
    drop_what_is_too_long(made)


def drop_what_is_too_long(made):
    """Together, the values may be longer than any key."""
    nhash = len(made.index.hashes)
    if not key_model.legal(made.equal[:nhash], made.equal[nhash:] + list(made.ranged[1][:1] if made.ranged else [])) or \
            (made.ranged and not key_model.legal(made.equal[:nhash], made.equal[nhash:] + list(made.ranged[1][1:]))):
        made.equal, made.ranged = made.equal[:nhash], None


def segment(r, made):
    """One segment of few or many, mostly one that has something."""
    total = r.choice([1, 2, 2, 3, 5, 8, 1000, 999999, 1000000])
    entries = made.table.entries(made.index)
    if not entries or r.random() < 0.2:
        return r.randrange(total), total
    found = int.from_bytes(r.choice(entries).index_key[:4], "big") * total >> 32
    return min(total - 1, max(0, found + r.choice([0, 0, 0, 0, -1, 1]))), total


# ---- start keys ----

def start_key(r, made):
    """A start key that the read could have given, or nearly; None where there is none such."""
    table, index = made.table, made.index
    inside = [e for e in table.entries(index) if made.covers(e)]
    if not inside:
        return None
    key = table.cursor(index, r.choice(inside).item)
    partition = {n for n, _ in index.hashes} if r.random() < 0.9 else set()
    for name in key:
        if name not in partition and r.random() < 0.5:
            key[name] = near(r, key[name], table.longest[name])
    if table.key.bytes_of(key) is None or index.bytes_of(key) is None:
        return None
    return key


# ---- filters and what is returned ----

def leaf(r, item, names):
    name = r.choice(names)
    path, value = (name,), item.get(name)
    while value is not None and value[0] in ("M", "L") and value[1] and r.random() < 0.4:
        step = r.choice(list(value[1])) if value[0] == "M" else r.randrange(len(value[1]))
        path, value = path + (step,), value[1][step]
    place = ("path", path)
    way = r.random()
    if way < 0.2:
        return r.choice(["attribute_exists", "attribute_not_exists"]), place
    kind = value[0] if value and r.random() < 0.8 else r.choice(expr.TYPES)
    operand = ("value", related(r, value, kind))
    if way < 0.6:
        return r.choice(expr.COMPARATORS), place, operand
    if way < 0.7:
        return r.choice(["<", ">="]), ("size", place), ("value", value_of(r, "N"))
    if way < 0.8:
        return r.choice(["contains", "begins_with"]), place, operand
    if way < 0.9:
        return "between", place, operand, ("value", related(r, value, kind))
    return "in", place, operand, ("value", value_of(r, r.choice(expr.TYPES)))


def filter_names(made):
    return sorted(allowed_names(made) - ({n for n, _ in made.index.attributes()} if made.is_query() else set()))


def legacy_filter(r, made):
    """Conditions on some attributes, joined by one operator."""
    entries, names = made.table.entries(made.index), filter_names(made)
    if not entries or not names:
        return None
    joined, tree = r.choice(["and", "or"]), None
    for name in r.sample(names, min(len(names), r.choice([1, 1, 2, 3]))):
        value = r.choice(entries).projected.get(name)
        operand = related(r, value, value[0] if value and value[0] in "SNB" else r.choice("SN"))
        op = r.choice(sorted(set(LEGACY) - ({"begins_with", "contains"} if operand[0] == "N" else set())))
        others = {"attribute_exists": [], "attribute_not_exists": [], "in": [operand, value_of(r, operand[0])],
                  "between": sorted([operand, related(r, operand, operand[0])], key=query_model.sortable)}.get(op, [operand])
        part = (op, ("path", (name,))) + tuple(("value", v) for v in others)
        tree = part if tree is None else (joined, tree, part)
    return tree


def condition(r, made, depth=2):
    """A filter that may be asked for; None where there is nothing to filter by."""
    entries, names = made.table.entries(made.index), filter_names(made)
    if not entries or not names:
        return None
    if depth and r.random() < 0.3:
        parts = [condition(r, made, depth - 1) for _ in range(2)]
        return r.choice([("and", *parts), ("or", *parts), ("not", parts[0])])
    while True:
        made_leaf = leaf(r, r.choice(entries).projected, names)
        try:
            expr.check_condition(made_leaf)
        except expr.Refused:
            continue
        return made_leaf


def allowed_names(made):
    """What may be filtered by and projected."""
    names = made.table.projected_names(made.index)
    return names if names is not None else set(OTHERS) | {n for n, _ in made.table.key.attributes() + made.index.attributes()}


def add_what_is_returned(r, made):
    kind, way = made.index.kind, r.random()
    everything = made.index.projection is None
    if way < 0.15:
        made.select = "COUNT"
    elif way < 0.25 and (kind != "global" or everything):
        made.select = "ALL_ATTRIBUTES"
    elif way < 0.35 and kind != "table":
        made.select = "ALL_PROJECTED_ATTRIBUTES"
    elif way < 0.55:
        names = sorted(allowed_names(made) | (set(OTHERS) if kind == "local" else set()))
        made.paths = [(n,) for n in r.sample(names, min(len(names), r.randint(1, 3)))]
        made.select = r.choice([None, "SPECIFIC_ATTRIBUTES"])


# ---- as requests ----

def values_json(values):
    return "[" + ",".join(item_model.value_text(v) for v in values) + "]"


def key_condition_text(r, made, writer):
    """The key condition, in any order and spelling."""
    parts = []
    names = [n for n, _ in made.index.attributes()]
    for name, value in zip(names, made.equal):
        parts.append(("=", name, [value]))
    if made.ranged:
        parts.append((made.ranged[0], names[len(made.equal)], made.ranged[1]))
    r.shuffle(parts)
    tokens = []
    for op, name, operands in parts:
        path, marks = writer.path((name,)), [writer.placeholder(writer.values, ":", v) for v in operands]
        if op == "between":
            part = path + [writer.word("BETWEEN"), marks[0], writer.word("AND"), marks[1]]
        elif op == "begins_with":
            part = ["begins_with", "("] + path + [",", marks[0], ")"]
        else:
            part = path + [op, marks[0]] if r.random() < 0.8 else [marks[0], MIRRORED[op]] + path
        tokens += ([writer.word("AND")] if tokens else []) + writer.enclosed(part, 0.2)
    return writer.text(tokens)


def legacy_json(conditions):
    """KeyConditions, QueryFilter or ScanFilter of (name, op, operands)."""
    return "{" + ",".join(f'{item_model.string_text(n)}:{{"ComparisonOperator":"{LEGACY[op]}","AttributeValueList":{values_json(v)}}}'
                          for n, op, v in conditions) + "}"


def legacy_key_conditions(made):
    names = [n for n, _ in made.index.attributes()]
    conditions = [(n, "=", [v]) for n, v in zip(names, made.equal)]
    if made.ranged:
        conditions.append((names[len(made.equal)],) + made.ranged)
    return legacy_json(conditions)


def legacy_filter_members(made):
    tree, conditions, joined = made.filter, [], None
    while tree[0] in ("and", "or"):
        joined, tree, part = tree
        conditions.append(part)
    conditions.append(tree)
    parts = [(path[0], op, [v for _, v in values]) for op, (_, path), *values in conditions]
    members = [f'"{"QueryFilter" if made.is_query() else "ScanFilter"}":{legacy_json(parts)}']
    return members + ([f'"ConditionalOperator":"{joined.upper()}"'] if joined else [])


def request(r, made):
    """The members of the request that all pages have, as JSON without the braces."""
    quoted = item_model.string_text
    writer = Writer(r)
    members = [f'"TableName":{quoted(made.table.name)}', '"ReturnConsumedCapacity":"INDEXES"']
    if made.index.name:
        members.append(f'"IndexName":{quoted(made.index.name)}')
    if made.is_query():
        members.append(f'"KeyConditions":{legacy_key_conditions(made)}' if made.legacy else
                       f'"KeyConditionExpression":{quoted(key_condition_text(r, made, writer))}')
        if made.backward or r.random() < 0.2:
            members.append(f'"ScanIndexForward":{"false" if made.backward else "true"}')
    if made.segment:
        members.append('"Segment":%d,"TotalSegments":%d' % made.segment)
    if made.filter and made.legacy:
        members += legacy_filter_members(made)
    elif made.filter:
        members.append(f'"FilterExpression":{quoted(writer.text(writer.condition(made.filter)))}')
    if made.paths and made.legacy:
        members.append('"AttributesToGet":[' + ",".join(quoted(p[0]) for p in made.paths) + "]")
    elif made.paths:
        members.append(f'"ProjectionExpression":{quoted(writer.text(writer.projection(made.paths)))}')
    if made.select:
        members.append(f'"Select":"{made.select}"')
    if made.consistent:
        members.append('"ConsistentRead":true')
    if writer.names:
        members.append('"ExpressionAttributeNames":{' + ",".join(f"{quoted(k)}:{quoted(n)}" for k, n in writer.names.items()) + "}")
    if writer.values:
        members.append(f'"ExpressionAttributeValues":{item_model.item_text(writer.values)}')
    return ",".join(members)
