#!/usr/bin/env python3
"""Random PartiQL against the native operations that should give the same.

Reads: a SELECT and the Query or Scan that it means go through the same table
page by page, the one by NextToken, the other by LastEvaluatedKey, and each
page must be the same, its cost included.  Conditions of any kind on attributes
of the key are compared with a Scan that looks at every item.  Writes: INSERT,
UPDATE and DELETE of one table, PutItem, UpdateItem and DeleteItem of its twin;
answers and errors must be the same, and the tables at the end.  Transactions
of them likewise.  Mangled statements are refused in the service's words.  Pages are read on the direct and on the planned path.

At the end faults are planted on the way to the server and back, and must be
found.  SEED=n repeats a run, TABLES=n asks for another number of tables than
100, FAULT=name plants one of the faults for the whole run, which must then
fail.
"""
import collections
import copy
import json
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import expression_model as expr                 # noqa: E402
import item_model as model                      # noqa: E402
import key_model                                # noqa: E402
import loading                                  # noqa: E402
import partiql_text                             # noqa: E402
import query_model                              # noqa: E402
import random_expressions                       # noqa: E402
import random_queries                           # noqa: E402
import random_tables                            # noqa: E402
import wire                                     # noqa: E402

TABLES = int(os.environ.get("TABLES") or 100)
READS, ANYTHINGS, MANGLED, WRITES, TRANSACTIONS = 4, 6, 10, 12, 3      # of each table
VALIDATION, CONDITION, CANCELLED, DUPLICATE = "YD001", "YD009", "YD010", "YD013"

# What statements that are not well formed have.
STRAY = ["'", '"', "(", ")", "[", "]", "{", "}", "<<", ">>", "<", ">", "=", "-", "--", "/*", "*", "+", ".", ",", ":", ";", "?", "\\", "#", "\0", "\t", "é", "\U0001f600",
         "1", "1e", "1e999999999999", "-1", "NOT", "AND", "IS", "IN", "MISSING", "NULL", "SELECT", "VALUE", "EXISTS(", "COUNT(*)", "RETURNING"]

# What PartiQL refuses, and a Scan with the same condition does not.
REFUSED = ("Overlapping conditions with range keys", "Too many decomposed read operations",
           "One or more parameter values were invalid: Condition parameter type does not match",
           "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty",
           "One or more parameter values were invalid: Size of", "One or more parameter values were invalid: Aggregated size of",
           "Must have hash key in ORDER BY", "Must have at least one non-optional hash key", "Must have WHERE clause")


class Run:
    """The connections, and what was checked and found."""

    def __init__(self, r, connections, spoil):
        self.r, self.connections, self.spoil = r, connections, spoil
        self.statements, self.matched, self.refused = (collections.Counter() for _ in range(3))
        self.faults = collections.defaultdict(list)

    def call(self, function, request):
        """The answer as parsed JSON, or a ServerError."""
        db = self.connections[self.r.choice(["on", "on", "off"])]
        answer = next(iter(list(db.each(f"SELECT dynamo.{function}($1::json)", [[request.encode()]]))))
        return answer if isinstance(answer, wire.ServerError) else json.loads(answer[0])

    def fault(self, kind, statement, what):
        self.faults[kind].append(f"{statement}: {what}"[:3000])


def source(writer, table, index):
    name = '"' + table.name + '"'
    return name if index.name is None else f'{name}."{index.name}"'


def supported(index):
    return len(index.hashes) == 1 and len(index.ranges) <= 1


def same_error(native, answer, actions):
    """The service's words, but for what only expressions have.  Of several actions each language has its own first."""
    if actions and len(actions) > 1 and native.sqlstate == VALIDATION:
        return answer.sqlstate == VALIDATION
    message = native.message
    for prefix in ("Invalid ConditionExpression: ", "Invalid UpdateExpression: ", "Invalid FilterExpression: "):
        message = message.removeprefix(prefix)
    return native.sqlstate == answer.sqlstate and message == answer.message and native.detail == answer.detail


# ---- reads that a Query or a Scan can do ----

def key_condition(read):
    """The key condition of a Query as a tree."""
    names = [n for n, _ in read.index.attributes()]
    tree = None
    parts = [("=", ("path", (n,)), ("value", v)) for n, v in zip(names, read.equal)]
    if read.ranged:
        parts.append((read.ranged[0], ("path", (names[len(read.equal)],))) + tuple(("value", v) for v in read.ranged[1]))
    for part in parts:
        tree = part if tree is None else ("and", tree, part)
    return tree


def where_of(r, read):
    keys = key_condition(read) if read.is_query() else None
    if keys is None or read.filter is None:
        return keys or read.filter
    return ("and", keys, read.filter) if r.random() < 0.7 else ("and", read.filter, keys)


def select_of(r, writer, read):
    columns = "*" if read.paths is None else ", ".join([writer.path(p) for p in read.paths])
    text = f"{writer.word('SELECT')} {columns} {writer.word('FROM')} {source(writer, read.table, read.index)}"
    where = where_of(r, read)
    if where is not None:
        text += f" {writer.word('WHERE')} {writer.condition(where)}"
    if read.is_query() and read.index.ranges and (read.backward or r.random() < 0.2):
        text += f" ORDER BY {writer.name(read.index.ranges[0][0])}" + (" DESC" if read.backward else r.choice(["", " ASC"]))
    return text


def names_in(tree):
    if tree[0] == "path":
        return {tree[1][0]}
    return set().union(*[names_in(part) for part in tree[1:] if isinstance(part, tuple) and tree[0] != "value"], set())


def read_both(run, read):
    """Read page by page, by both; every page must be the same."""
    r = run.r
    if not supported(read.index):
        refuse_multi_attribute(run, read)
        return
    read.segment, read.start, read.legacy = None, None, False
    if read.select in ("COUNT", "ALL_ATTRIBUTES"):
        read.select = None
    read.backward = read.backward and bool(read.index.ranges)
    if read.filter and not read.is_query() and names_in(read.filter) & {n for n, _ in read.index.attributes()}:
        read.filter = None              # it need not be a Scan
    by_key = read.index.kind == "table" and read.is_query() and len(read.equal) == len(read.index.attributes())
    asked = run.spoil("read", copy.copy(read))
    writer = partiql_text.Writer(r)
    text = select_of(r, writer, asked)
    fixed = random_queries.request(r, read)
    kind = "GetItem" if by_key else "Query" if read.is_query() else "Scan"
    consistent = {"ConsistentRead": "true"} if read.consistent else {}
    limit = 0 if by_key or r.random() < 0.3 else r.randint(1, 20)
    token = start = None
    for page in range(200):
        native = run.call("query" if read.is_query() else "scan",
                          "{" + fixed + (f',"Limit":{limit}' if limit else "") + (f',"ExclusiveStartKey":{json.dumps(start)}' if start else "") + "}")
        more = dict(consistent, **({"Limit": limit} if limit else {}), **({"NextToken": json.dumps(token)} if token else {}))
        statement = writer.request(text, ReturnConsumedCapacity='"INDEXES"', **more)
        answer = run.call("execute_statement", statement)
        run.statements[kind] += 1
        if isinstance(native, wire.ServerError) or isinstance(answer, wire.ServerError):
            run.fault(kind, statement, f"{answer!s:.500}; native {native!s:.500}")
            return
        answer = run.spoil("answer", answer)
        token = answer.pop("NextToken", None)
        start = answer.get("LastEvaluatedKey")
        native.pop("Count"), native.pop("ScannedCount")
        run.matched[kind] += bool(native["Items"])
        if answer != native or (token is None) != (start is None):
            run.fault(kind, statement, f"got {answer}, wanted {native}")
            return
        if token is None:
            return


def refuse_multi_attribute(run, read):
    writer = partiql_text.Writer(run.r)
    answer = run.call("execute_statement", writer.request(f"SELECT * FROM {source(writer, read.table, read.index)}"))
    run.statements["multi-attribute keys"] += 1
    if not isinstance(answer, wire.ServerError) or "multi-attribute" not in answer.message:
        run.fault("multi-attribute keys", read.index.name, f"not refused: {answer}")


# ---- any conditions on keys ----

def leaf_on_key(r, read):
    name, kind = r.choice(read.index.attributes() + read.index.hashes)
    entries = read.table.entries(read.index)
    value = r.choice(entries).item[name] if entries and r.random() < 0.9 else random_tables.key_value(r, kind, 8)
    operand = ("value", random_tables.near(r, value, 16) if r.random() < 0.3 else value)
    place = ("path", (name,))
    way = r.random()
    if way < 0.45:
        return ("=", place, operand) if r.random() < 0.8 else ("=", operand, place)
    if way < 0.6:
        others = [r.choice(entries).item[name] for _ in range(r.randint(0, 4))] if entries else []
        return ("in", place, operand) + tuple(("value", v) for v in others)
    if way < 0.7:
        return ("between", place) + tuple(("value", v) for v in sorted([operand[1], random_tables.near(r, value, 16)], key=query_model.sortable))
    if way < 0.75 and kind != "N":
        return "begins_with", place, ("value", (kind, value[1][:r.randint(1, 3)]))
    if way < 0.8:
        return "=", place, ("value", random_expressions.value_of(r, r.choice("SN")))
    return (r.choice(["<", "<=", ">", ">=", "<>"]),) + r.choice([(place, operand), (operand, place)])


def any_condition(r, read, depth=3):
    if depth and r.random() < 0.6:
        parts = [any_condition(r, read, depth - 1) for _ in range(2)]
        return r.choice([("and", *parts), ("and", *parts), ("or", *parts), ("or", *parts), ("not", parts[0])])
    if r.random() < 0.25:
        return random_queries.condition(r, read, 0) or leaf_on_key(r, read)
    return leaf_on_key(r, read)


def checked_condition(r, read):
    while True:
        tree = any_condition(r, read)
        try:
            expr.check_condition(tree)
            return tree
        except expr.Refused:
            pass


def all_pages(run, function, request, begin, end):
    """All items of all pages, or a ServerError; "begin" names the member of the request, "end" of the answer."""
    items, start = [], None
    while True:
        answer = run.call(function, request(None if start is None else {begin: json.dumps(start)}))
        if isinstance(answer, wire.ServerError):
            return answer
        items += answer["Items"]
        start = answer.get(end)
        if start is None:
            return items


def read_anything(run, table):
    """A condition that may name keys in any way finds what a look at all items finds."""
    r = run.r
    index = r.choice([i for i in [table.key] * 2 + table.indexes if supported(i)])
    read = query_model.Read(table, index)
    read.filter = checked_condition(r, read)
    asked = run.spoil("read", copy.copy(read))
    writer = partiql_text.Writer(r)
    text = select_of(r, writer, asked)
    orders = [(i, r.choice(["", " ASC", " DESC"])) for i in range(len(index.attributes()))][r.choice([0, 0, 1]):] if r.random() < 0.4 else []
    if orders:
        text += " ORDER BY " + ", ".join(writer.name(index.attributes()[i][0]) + way for i, way in orders)
    limit = {"Limit": r.randint(1, 30)} if r.random() < 0.5 else {}
    native = all_pages(run, "scan", lambda start: "{" + random_queries.request(r, read) + "".join(f',"{k}":{v}' for k, v in (start or {}).items()) + "}",
                       "ExclusiveStartKey", "LastEvaluatedKey")
    found = all_pages(run, "execute_statement", lambda token: writer.request(text, **limit, **(token or {})), "NextToken", "NextToken")
    kind = "any condition, ordered" if orders else "any condition"
    run.statements[kind] += 1
    if isinstance(found, wire.ServerError):
        if not found.message.startswith(REFUSED) or found.sqlstate != VALIDATION:
            run.fault(kind, writer.request(text), found)
        run.refused[found.message.split(":")[-1][:60]] += 1
        return
    found = run.spoil("items", found)
    if isinstance(native, wire.ServerError):
        run.fault(kind, writer.request(text), native)
        return
    run.matched[kind] += bool(native)
    texts = [json.dumps(i, sort_keys=True) for i in found]
    if sorted(texts) != sorted(json.dumps(i, sort_keys=True) for i in native):
        run.fault(kind, writer.request(text), f"got {found}, wanted {native}")
    elif not is_ordered(table, index, orders, found):
        run.fault(kind, writer.request(text), f"not in order: {found}")


def is_ordered(table, index, orders, found):
    """Are the items in the order that was asked for, as far as there is one?"""
    by_key = {json.dumps(json.loads(model.item_text(e.projected)), sort_keys=True): e.item for e in table.entries(index)}
    items = [by_key[json.dumps(i, sort_keys=True)] for i in found]
    for a, b in zip(items, items[1:]):
        for i, way in orders:
            x, y = (query_model.sortable(item[index.attributes()[i][0]]) for item in (a, b))
            if x != y:
                if (x > y) != (way == " DESC"):
                    return False
                break
    return True


# ---- writes ----

def action(r, item):
    """An action of an update that both languages have."""
    name = r.choice(random_tables.OTHERS)
    path, value = (name,), item.get(name)
    while value is not None and value[0] in ("M", "L") and value[1] and r.random() < 0.5:
        step = r.choice(list(value[1])) if value[0] == "M" else r.randrange(len(value[1]))
        path, value = path + (step,), value[1][step]
    place, kind = ("path", path), value[0] if value else r.choice(expr.TYPES)
    related = ("value", random_expressions.related(r, value, kind))
    if kind in expr.SETS and r.random() < 0.7:
        return r.choice(["ADD", "DELETE"]), path, related
    if r.random() < 0.2:
        return "REMOVE", path
    if kind == "N" and r.random() < 0.7:
        return "SET", path, (r.choice("+-"), *r.sample([place, related], 2))
    if kind == "L" and r.random() < 0.7:
        return "SET", path, ("list_append", *r.sample([place, related], 2))
    return "SET", path, r.choice([related, related, ("path", (r.choice(random_tables.OTHERS),)), ("value", random_expressions.value_of(r, r.choice(expr.TYPES)))])


def random_actions(r, table, item):
    while True:
        actions = [action(r, item) for _ in range(r.choice([1, 1, 2, 3]))]
        indexed = [(n, k) for i in table.indexes for n, k in i.attributes() if (n, k) not in table.key.attributes()]
        if indexed and r.random() < 0.2:
            name, kind = r.choice(indexed)
            actions.append(("SET", (name,), ("value", random_tables.key_value(r, kind, 8) if r.random() < 0.8 else ("BOOL", True))))
        try:
            expr.check_update(actions)
            return actions
        except expr.Refused:
            pass


class Write:
    """A write of one item, which each language says in its own way."""

    def __init__(self, r, table):
        self.table, items = table, list(table.items.values())
        self.kind = r.choice(["INSERT", "UPDATE", "UPDATE", "UPDATE", "DELETE"])
        there = items and r.random() < (0.3 if self.kind == "INSERT" else 0.95)
        self.item = copy.deepcopy(r.choice(items)) if there else random_tables.item(r, table, True)
        self.key = {n: self.item[n] for n, _ in table.key.attributes()}
        read = query_model.Read(table, table.key)
        read.equal = list(self.key.values())                # conditions on other attributes than those of the key
        self.condition = random_queries.condition(r, read) if self.kind != "INSERT" and r.random() < 0.35 else None
        self.actions = random_actions(r, table, self.item) if self.kind == "UPDATE" else None
        self.returning = {"UPDATE": r.choice([None, "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]),
                          "DELETE": r.choice([None, "ALL_OLD"])}.get(self.kind)
        self.on_failure = r.random() < 0.3

    def statement(self, r, writer):
        name = '"' + self.table.name + 'p"'
        if self.kind == "INSERT":
            return f"INSERT INTO {name} VALUE {writer.map(self.item)}"
        parts = [("=", ("path", (n,)), ("value", v)) for n, v in self.key.items()] + ([self.condition] if self.condition else [])
        r.shuffle(parts)
        where = parts[0]
        for part in parts[1:]:
            where = ("and", where, part)
        text = f"{writer.word('UPDATE')} {name} " + " ".join([writer.change(a) for a in self.actions]) if self.actions else \
            f"{writer.word('DELETE')} FROM {name}"
        text += f" WHERE {writer.condition(where)}"
        if self.returning:
            text += " RETURNING " + self.returning.replace("UPDATED", "MODIFIED").replace("_", " ") + " *"
        return text

    def native(self, r):
        """The action of TransactWriteItems, or the members of PutItem ... ."""
        exists, writer = ("path", (self.table.key.hashes[0][0],)), random_expressions.Writer(r)
        condition = {"INSERT": ("attribute_not_exists", exists),
                     "UPDATE": ("and", ("attribute_exists", exists), self.condition) if self.condition else ("attribute_exists", exists),
                     "DELETE": ("or", ("attribute_not_exists", exists), self.condition) if self.condition else None}[self.kind]
        members = {"TableName": model.string_text(self.table.name),
                   "Item" if self.kind == "INSERT" else "Key": model.item_text(self.item if self.kind == "INSERT" else self.key)}
        if self.actions:
            sections = sorted(self.actions, key=lambda a: a[0])
            members["UpdateExpression"] = model.string_text(writer.text(writer.update(sections)))
        if condition:
            members["ConditionExpression"] = model.string_text(writer.text(writer.condition(condition)))
        if writer.names:
            members["ExpressionAttributeNames"] = json.dumps(writer.names)
        if writer.values:
            members["ExpressionAttributeValues"] = model.item_text(writer.values)
        if self.on_failure and self.kind != "INSERT":
            members["ReturnValuesOnConditionCheckFailure"] = '"ALL_OLD"'
        return members


def json_object(members):
    return "{" + ",".join(f'"{k}":{v}' for k, v in members.items()) + "}"


def write_both(run, table):
    r = run.r
    write = Write(r, table)
    asked = run.spoil("write", copy.copy(write))
    writer = partiql_text.Writer(r)
    statement = writer.request(asked.statement(r, writer), ReturnConsumedCapacity='"INDEXES"',
                               **({"ReturnValuesOnConditionCheckFailure": '"ALL_OLD"'} if write.on_failure else {}))
    function = {"INSERT": "put_item", "UPDATE": "update_item", "DELETE": "delete_item"}[write.kind]
    members = dict(write.native(r), ReturnConsumedCapacity='"INDEXES"', **({"ReturnValues": f'"{write.returning}"'} if write.returning else {}))
    native, answer = run.call(function, json_object(members)), run.call("execute_statement", statement)
    run.statements[write.kind] += 1
    if isinstance(native, wire.ServerError):
        run.refused[f"{write.kind} {native.sqlstate}"] += 1
        if native.sqlstate == CONDITION and write.kind == "INSERT":
            if not isinstance(answer, wire.ServerError) or answer.sqlstate != DUPLICATE:
                run.fault(write.kind, statement, f"got {answer}, wanted a duplicate")
        elif not isinstance(answer, wire.ServerError) or not same_error(native, answer, write.actions):
            run.fault(write.kind, statement, f"got {answer}, wanted {native}")
        return
    run.matched[write.kind] += 1
    wanted = {"Items": [native["Attributes"]] if "Attributes" in native else [], "ConsumedCapacity": native["ConsumedCapacity"]}
    if not isinstance(answer, wire.ServerError):
        answer = run.spoil("answer", answer)
        answer["ConsumedCapacity"]["TableName"] = table.name
    if answer != wanted:
        run.fault(write.kind, statement, f"got {answer}, wanted {wanted}")


def transact_both(run, table):
    r = run.r
    writes = {model.item_text(w.key): w for w in [Write(r, table) for _ in range(r.randint(1, 5))]}.values()
    statements, natives = [], []
    for write in writes:
        write.returning = None
        writer = partiql_text.Writer(r)
        statements.append(writer.request(run.spoil("write", copy.copy(write)).statement(r, writer),
                                         **({"ReturnValuesOnConditionCheckFailure": '"ALL_OLD"'} if write.on_failure and write.kind != "INSERT" else {})))
        natives.append(json_object({{"INSERT": "Put", "UPDATE": "Update", "DELETE": "Delete"}[write.kind]: json_object(write.native(r))}))
    native = run.call("transact_write_items", '{"ReturnConsumedCapacity":"TOTAL","TransactItems":[' + ",".join(natives) + "]}")
    answer = run.call("execute_transaction", '{"ReturnConsumedCapacity":"TOTAL","TransactStatements":[' + ",".join(statements) + "]}")
    run.statements["transaction"] += len(statements)
    if isinstance(native, wire.ServerError) or isinstance(answer, wire.ServerError):
        if not isinstance(native, wire.ServerError) or not isinstance(answer, wire.ServerError) or \
                native.sqlstate != answer.sqlstate or reasons(native, writes) != reasons(answer, writes):
            run.fault("transaction", statements, f"got {answer}, wanted {native}")
        run.refused[f"transaction {getattr(native, 'sqlstate', '')}"] += 1
        return
    run.matched["transaction"] += len(statements)
    answer["ConsumedCapacity"][0]["TableName"] = table.name
    if answer != dict(native, Responses=[{}] * len(statements)):
        run.fault("transaction", statements, f"got {answer}, wanted {native}")


def reasons(error, writes):
    """The reasons that both must have; of several actions each language has its own first."""
    found = json.loads(error.detail) if error.sqlstate == CANCELLED else []
    for reason, write in zip(found, writes):
        if reason["Code"] == "DuplicateItem":
            reason.update(Code="ConditionalCheckFailed", Message="The conditional request failed")
        if write.actions and len(write.actions) > 1 and reason["Code"] == "ValidationError":
            del reason["Message"]
    return found


# ---- statements that are not well formed ----

def mangled(r, text):
    """A statement with some characters or words lost, doubled or exchanged."""
    parts = list(text) if r.random() < 0.5 else re.findall(r"\w+|\s+|.", text)
    for _ in range(r.choice([1, 1, 2, 5])):
        if not parts:
            break
        at = r.randrange(len(parts))
        parts[at:at + r.choice([0, 1, 1, 3])] = r.choice([[], [], [parts[at]] * 2, [r.choice(parts)], [r.choice(STRAY)]])
    return "".join(parts)[:8192]


def mangle(run, table):
    """What is made of a good statement is refused in words of the service, or is one; nothing is written."""
    r = run.r
    read = random_queries.read(r, table)
    read.legacy = False
    for made in (lambda w: select_of(r, w, read), lambda w: Write(r, table).statement(r, w)):
        writer = partiql_text.Writer(r)
        text = mangled(r, made(writer))
        answer = next(iter(list(run.connections["on"].each("SELECT dynamo.explain_partiql($1, VARIADIC $2::dynamo.value[])",
                                                          [[text.replace("\0", "").encode(), array(writer.parameters).encode()]]))))
        run.statements["mangled"] += 1
        if not isinstance(answer, wire.ServerError):
            run.matched["mangled"] += 1
        elif answer.sqlstate not in (VALIDATION, "YD002"):
            run.fault("mangled", text, answer)
        else:
            run.refused["not well formed" if "well formed" in answer.message else "mangled otherwise"] += 1


def array(texts):
    return "{" + ",".join('"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts) + "}"


def make_twin(db, table):
    """A table with the same indexes and items."""
    request = dict(random_tables.create_request(table), TableName=table.name + "p")
    loading.call(db, "create_table", [json.dumps(request)])
    db.query(f"SET session_replication_role = replica; INSERT INTO {loading.relation(table.name + 'p')} (key, item) "
             f"SELECT key, item FROM {loading.relation(table.name)}; RESET session_replication_role")


def compare_twins(run, db, table):
    one, other = (db.query(f"SELECT item FROM {loading.relation(table.name + suffix)} ORDER BY key") for suffix in ("", "p"))
    if one != other:
        run.fault("tables after writes", table.name, f"{[i for i in one if i not in other]} became {[i for i in other if i not in one]}")
    run.statements["tables after writes"] += 1


def exercise(r, run, number):
    """Make a table, read it, write to it and to its twin."""
    db = run.connections["on"]
    table = loading.make_table(r, db, f"partiql_{number}")
    for _ in range(READS):
        read_both(run, random_queries.read(r, table))
    for _ in range(ANYTHINGS):
        read_anything(run, table)
    for _ in range(MANGLED):
        mangle(run, table)
    make_twin(db, table)
    for _ in range(WRITES):
        write_both(run, table)
    for _ in range(TRANSACTIONS):
        transact_both(run, table)
    compare_twins(run, db, table)
    loading.call(db, "delete_table", [json.dumps({"TableName": table.name + suffix}) for suffix in ("", "p")])


# ---- planted faults ----

def honest(_, thing):
    return thing


def on(stage, change):
    return lambda where, thing: change(thing) or thing if where == stage else thing


def other_bound(read):
    if read.ranged and read.ranged[0] in ("<", "<=", ">", ">="):
        read.ranged = read.ranged[0][0] + ("" if len(read.ranged[0]) > 1 else "="), read.ranged[1]


def other_direction(read):
    read.backward = not read.backward


def no_filter(read):
    read.filter = None if read.is_query() else read.filter


def turned_condition(read):
    if read.filter and read.filter[0] in ("and", "or"):
        read.filter = ({"and": "or", "or": "and"}[read.filter[0]],) + read.filter[1:]


def lost_item(answer):
    if answer.get("Items"):
        answer["Items"].pop()


def swapped_items(items):
    if len(items) > 1:
        items[0], items[1] = items[1], items[0]


def lost_token(answer):
    answer.pop("NextToken", None)


def unconditional(write):
    write.condition = None


def other_key(write):
    if write.kind == "DELETE" and write.table.items:
        write.key = {n: next(iter(write.table.items.values()))[n] for n in write.key}


def fewer_actions(write):
    write.actions = write.actions and write.actions[:1]


FAULTS = {"other_bound": on("read", other_bound), "other_direction": on("read", other_direction), "no_filter": on("read", no_filter),
          "turned_condition": on("read", turned_condition), "lost_item": on("answer", lost_item), "swapped_items": on("items", swapped_items),
          "lost_token": on("answer", lost_token), "unconditional": on("write", unconditional), "other_key": on("write", other_key),
          "fewer_actions": on("write", fewer_actions)}


def planted(r, report, connections):
    for number, (name, spoil) in enumerate(FAULTS.items()):
        for attempt in range(40):
            run = Run(r, connections, spoil)
            exercise(r, run, f"fault_{number}_{attempt}")
            if run.faults:
                break
        report.test(f"a planted fault is found: {name}", [] if run.faults else ["nothing was found"], sum(run.statements.values()))


def main():
    r = model.seeded("partiql")
    report = model.Report()
    connections = {path: wire.Connection() for path in ("on", "off")}
    connections["on"].query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    for path, connection in connections.items():
        connection.query(f"SET dynamo.direct_path = {path}")
    plant = os.environ.get("FAULT")
    if plant and plant not in FAULTS:
        sys.exit(f"no such fault: {plant}; there are {', '.join(FAULTS)}")

    run = Run(r, connections, FAULTS.get(plant, honest))
    for number in range(TABLES):
        exercise(r, run, number)
    for kind, count in sorted(run.statements.items()):
        report.test(f"{kind}: {run.matched[kind]} matched", run.faults[kind], count)
    print(f"# {sum(run.statements.values())} statements, {sum(run.matched.values())} matched")
    print("# refused: " + ", ".join(f"{what} {n}" for what, n in sorted(run.refused.items())))
    if TABLES >= 100:
        few = [k for k in ("GetItem", "Query", "Scan", "any condition", "any condition, ordered", "INSERT", "UPDATE", "DELETE", "transaction")
               if run.matched[k] < 10]
        report.test("every kind of statement found or did something", [f"{k}: {run.matched[k]}" for k in few], sum(run.statements.values()))
    if not plant:
        planted(r, report, connections)
    report.end()


if __name__ == "__main__":
    main()
