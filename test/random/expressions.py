#!/usr/bin/env python3
"""Random expressions against a plain model of them: conditions, updates,
projections, in any spelling.

Every operator meets every pair of operand types and every outcome that the
rules allow; the run prints how often each came out.  At the end faults are
planted (an operator is swapped on the way to the server) and must be found.
SEED=n repeats a run; EXPRESSIONS=n asks for more than 15,000 of them;
FAULT=name plants one of the faults for the whole run, which must then fail.
"""
import collections
import decimal
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import expression_model as expr                 # noqa: E402
import item_model as model                      # noqa: E402
import wire                                     # noqa: E402
from random_expressions import KINDS, Scene, Writer, name_of, related, value_of    # noqa: E402

COUNT = int(os.environ.get("EXPRESSIONS") or 15000)


# ---- conditions ----

def compared(op, a, b):
    """What a comparison of operands of two types can be."""
    outcomes = set()
    if op not in ("=", "<>"):
        if {a, b} - set(expr.ORDERED) - {"missing"}:
            outcomes.add("error")
        return outcomes | ({True, False} if a == b and a in expr.ORDERED else {False})
    if a == b and a != "missing":
        outcomes = {True} if a == "NULL" else {True, False}
    else:
        outcomes = {False}
    return {not o for o in outcomes} if op == "<>" else outcomes


def possible(op, a, b):
    """The outcomes that operands of these types can have."""
    if op in expr.COMPARATORS:
        return compared(op, a, b)
    if op.startswith("size"):
        inner = a if a == "missing" else "N" if a in expr.SIZED else None
        if inner:
            return compared(op.split()[1], inner, b)
        return {False, "error"}
    if op == "between":
        if b == "missing" or a not in expr.ORDERED or a != b:
            return {False, "error"}
        return {True, False, "error"}
    if op == "in":
        return {False} if a == "missing" else {True} if a == b == "NULL" else {True, False}
    if op == "begins_with":
        outcomes = {True, False} if a == b and a in ("S", "B") else {False}
        return outcomes | ({"error"} if {a, b} - {"S", "B", "missing"} else set())
    if op == "contains":
        held = a == b if a in ("S", "B") else b == a[0] if a in expr.SETS else a == "L" and b != "missing"
        return {True, False} if held else {False}
    if op == "attribute_type":
        if b != "S":
            return {"error"}
        return {False, "error"} if a == "missing" else {True, False, "error"}
    return {(a == "missing") == (op == "attribute_not_exists"), "error"} if a != "missing" else {op == "attribute_not_exists"}


OPERATORS = expr.COMPARATORS + tuple("size " + c for c in expr.COMPARATORS) + ("between", "in", "begins_with", "contains", "attribute_type")
UNARY = ("attribute_exists", "attribute_not_exists")
GOALS = [(op, a, b, outcome) for op in OPERATORS for a in KINDS for b in KINDS for outcome in possible(op, a, b)] + \
        [(op, a, "", outcome) for op in UNARY for a in KINDS for outcome in possible(op, a, "")]


def try_condition(r, scene, op, a, b, literal):
    """A simple condition with operands of two types."""
    first = value_of(r, a) if a != "missing" else None
    second = related(r, first, b) if b in expr.TYPES else None
    left = scene.operand(a, first, literal)
    if op in UNARY:
        return (op, left)
    if op.startswith("size"):
        return (op.split()[1], ("size", left), scene.operand(b, second, literal))
    right = scene.operand(b, second, literal)
    if op == "between":
        high = b if b in expr.TYPES and r.random() < 0.8 else r.choice(KINDS)
        return (op, left, right, scene.operand(high, related(r, first, high) if high != "missing" else None, literal))
    if op == "in":
        others = [r.choice([a, r.choice(KINDS)]) for _ in range(r.randint(0, 3))]
        return (op, left, right) + tuple(scene.operand(k, related(r, first, k) if k != "missing" else None) for k in others)
    if op == "attribute_type":
        left = left if left[0] == "path" or r.random() < 0.1 or a == "missing" else ("path", scene.place(first))
        if b == "S":
            second = ("S", r.choice([a if a in expr.TYPES else "S", r.choice(expr.TYPES), r.choice(["s", "", "MAP"])]))
        right = right if right[0] == "path" and r.random() < 0.2 else ("value", second) if second else right
        return (op, left, right)
    if op in expr.COMPARATORS and r.random() < 0.01 and left[0] == "path":
        right = left
    return (op, left, right)


def outcome_of(condition, item):
    try:
        expr.check_condition(condition)
    except expr.Refused:
        return "error"
    return expr.holds(condition, item)


def simple_condition(r, scene, goal):
    """A simple condition that comes out as the goal says, or None."""
    op, a, b, outcome = goal
    for _ in range(300):
        before = dict(scene.item)
        condition = try_condition(r, scene, op, a, b, True if outcome == "error" and r.random() < 0.5 else None)
        if outcome_of(condition, scene.item) == outcome:
            return condition
        scene.item = before
    return None


def combined(r, parts):
    if len(parts) == 1:
        return ("not", parts[0]) if r.random() < 0.15 else parts[0]
    middle = r.randint(1, len(parts) - 1)
    node = (r.choice(["and", "or"]), combined(r, parts[:middle]), combined(r, parts[middle:]))
    return ("not", node) if r.random() < 0.15 else node


def simple_conditions(r, times):
    """Every goal so many times."""
    for goal in GOALS * times:
        scene = Scene(r)
        condition = simple_condition(r, scene, goal)
        yield goal, condition, scene.item


def combinations(r, count):
    sound = [g for g in GOALS if g[3] != "error"]
    for _ in range(count):
        scene = Scene(r)
        goals = [r.choice(GOALS) if r.random() < 0.02 else r.choice(sound) for _ in range(r.randint(2, 6))]
        parts = [c for c in (simple_condition(r, scene, g) for g in goals) if c]
        yield None, combined(r, parts), scene.item


# ---- faults to plant: functions of a tree ----

def rewrite(node, change):
    """A tree with "change" done to each of its nodes."""
    if not isinstance(node, tuple) or node[0] in ("path", "value"):
        return node
    return change((node[0],) + tuple(rewrite(n, change) if isinstance(n, tuple) else n for n in node[1:]))


def swap(old, new):
    return lambda tree: rewrite(tree, lambda n: (new,) + n[1:] if n[0] == old else n)


def turn(kind):
    return lambda tree: rewrite(tree, lambda n: (n[0], n[2], n[1]) if n[0] == kind else n)


CONDITION_FAULTS = {
    "<= sent as <": swap("<=", "<"), "> sent as >=": swap(">", ">="), "= sent as <>": swap("=", "<>"), "AND sent as OR": swap("and", "or"),
    "NOT left out": lambda tree: rewrite(tree, lambda n: n[1] if n[0] == "not" else n),
    "begins_with sent as contains": swap("begins_with", "contains"), "contains turned": turn("contains"),
    "the last operand of IN left out": lambda tree: rewrite(tree, lambda n: n[:-1] if n[0] == "in" and len(n) > 3 else n),
    "size left out": lambda tree: rewrite(tree, lambda n: n[1] if n[0] == "size" else n),
}
UPDATE_FAULTS = {
    "+ sent as -": swap("+", "-"), "list_append turned": turn("list_append"), "ADD sent as DELETE": swap("ADD", "DELETE"),
    "REMOVE left out": lambda actions: tuple(a for a in actions if a[0] != "REMOVE") or actions,
    "indexes raised by one": lambda actions: tuple((a[0], tuple(s + 1 if isinstance(s, int) and s < 100 else s for s in a[1])) + a[2:] for a in actions),
}
PROJECTION_FAULTS = {"the last path left out": lambda paths: paths[:-1] or paths}


# ---- running ----

def run(db, sql, cases, spoil, arguments, expect):
    """Faults, and the answers: True, False, a text, or "error"."""
    cases = list(cases)
    given = [arguments(spoil(tree) if spoil else tree, item) for _, tree, item in cases]
    faults, answers = [], []
    for (_, tree, item), sent, result in zip(cases, given, db.each(sql, given)):
        wanted = expect(tree, item)
        if isinstance(result, wire.ServerError):
            got = f"{result.sqlstate} {result.message}"
            answers.append("error")
        else:
            got = result[0]
            answers.append(got)
        if got != wanted:
            faults.append(f"{sent[1].decode()!r} with {[s and s.decode() for s in sent[2:]]} on {sent[0].decode()[:300]!r}: "
                          f"wanted {wanted[:300]}, got {got[:300]}")
    return faults, answers


def expecting(check, result):
    """What the server answers: a text, or SQLSTATE and message."""
    def expect(tree, item):
        try:
            check(tree)
            return result(item, tree)
        except expr.Refused as refused:
            return f"YD001 {refused.args[0]}"
    return expect


def run_conditions(r, db, cases, spoil=None):
    def arguments(tree, item):
        writer = Writer(r)
        return writer.arguments(item, writer.condition(tree))
    return run(db, "SELECT dynamo.matches($1, $2, $3, $4)", cases, spoil, arguments,
               expecting(expr.check_condition, lambda item, tree: "t" if expr.holds(tree, item) else "f"))


def run_updates(r, db, cases, spoil=None):
    def arguments(actions, item):
        writer = Writer(r)
        return writer.arguments(item, writer.update(actions))
    return run(db, "SELECT dynamo.update($1, $2, $3, $4)", cases, spoil, arguments,
               expecting(expr.check_update, lambda item, actions: model.item_text(expr.updated(item, actions))))


def run_projections(r, db, cases, spoil=None):
    def arguments(paths, item):
        writer = Writer(r)
        return writer.arguments(item, writer.projection(paths), projection=True)
    return run(db, "SELECT dynamo.project($1, $2, $3)", cases, spoil, arguments,
               expecting(lambda paths: expr.check_paths("Invalid ProjectionExpression: ", paths),
                         lambda item, paths: model.item_text(expr.projected(item, paths))))


# ---- updates ----

UPDATE_OPERATORS = ("SET", "+", "-", "list_append", "if_not_exists", "ADD", "DELETE")


def possible_update(op, a, b):
    """Can an update with operands of these types be done, be refused?"""
    if op == "SET":
        return {"done"} if a != "missing" else {"error"}
    if op in ("+", "-"):
        return {"done", "error"} if a == b == "N" else {"error"}
    if op == "list_append":
        return {"done"} if a == b == "L" else {"error"}
    if op == "if_not_exists":
        return {"done"} if a != "missing" or b != "missing" else {"error"}
    if b not in expr.SETS and (op, b) != ("ADD", "N"):
        return {"error"}
    if op == "ADD" and a == b == "N":
        return {"done", "error"}
    return {"done"} if a in (b, "missing") else {"error"}


UPDATE_GOALS = [(op, a, b, outcome) for op in UPDATE_OPERATORS for a in KINDS
                for b in (KINDS if op not in ("ADD", "DELETE") else expr.TYPES) if op != "SET" or a == b
                for outcome in possible_update(op, a, b)]


def number_beyond(r):
    """A number whose sums and differences have no place."""
    return ("N", decimal.Decimal(r.choice(["9e125", "-9e125", "1.1e-130", "1e-130", "1e100", "3", "9.9999999999999999999999999999999999999"])))


def update_action(r, scene, goal):
    """An action with operands of two types that comes out as the goal says, or None."""
    op, a, b, outcome = goal
    for _ in range(300):
        before = dict(scene.item)
        first = value_of(r, a) if a != "missing" else None
        second = related(r, first, b) if b != "missing" else None
        if a == b and a in expr.SETS and r.random() < 0.7:
            second = (b, list(dict.fromkeys(second[1] + first[1][:r.randint(0, len(first[1]))])))
        if a == b == "N" and outcome == "error":
            first, second = number_beyond(r), number_beyond(r)
        if op in ("ADD", "DELETE"):
            path = (scene.name(),) if a == "missing" else scene.place(first)
            action = (op, path, ("value", second))
        else:
            left = scene.operand(a, first, False if op == "if_not_exists" else None)
            target = (scene.name(),) if r.random() < 0.5 or left[0] == "value" or a == "missing" else left[1]
            action = ("SET", target, left if op == "SET" else (op, left, scene.operand(b, second)))
        if update_outcome(scene.item, [action]) == outcome:
            return action
        scene.item = before
    return None


def update_outcome(item, actions):
    try:
        expr.check_update(actions)
        expr.updated(item, actions)
        return "done"
    except expr.Refused:
        return "error"


def paths_of(value, path=()):
    """Every path that leads somewhere in an item."""
    if path:
        yield path
    inside = value[1].items() if value[0] == "M" else enumerate(value[1]) if value[0] == "L" else ()
    for step, part in inside:
        yield from paths_of(part, path + (step,))


def any_path(r, item):
    """A path of the item, or beside one."""
    known = list(paths_of(("M", item)))
    if not known:
        return (name_of(r),)
    path = r.choice(known)
    change = r.random()
    if change < 0.7:
        return path
    value = expr.find(item, path)
    if value[0] == "L":
        return path + (len(value[1]) + r.choice([0, 0, 1, 5, 100]),)
    if value[0] == "M":
        return path + (name_of(r),)
    if change < 0.95:
        return path[:-1] + ((name_of(r) + "9") if isinstance(path[-1], str) else path[-1] + r.choice([1, 2, 30]),)
    return path + (r.choice([0, name_of(r)]),)


def any_right_side(r, item, depth=2):
    kind = r.random()
    if kind < 0.4:
        return ("value", value_of(r, r.choice(expr.TYPES)))
    if kind < 0.65 or not depth:
        known = list(paths_of(("M", item)))
        return ("path", r.choice(known) if known and r.random() < 0.95 else any_path(r, item))
    if kind < 0.85:
        return ("if_not_exists", ("path", any_path(r, item)), any_right_side(r, item, depth - 1))
    of = [p for p in paths_of(("M", item)) if expr.find(item, p)[0] == "L"]
    part = lambda: ("path", r.choice(of)) if of and r.random() < 0.6 else ("value", value_of(r, "L"))   # noqa: E731
    if kind < 0.95 or depth < 2:
        return ("list_append", part(), part() if r.random() < 0.7 else ("list_append", part(), part()))
    return (r.choice("+-"), ("value", value_of(r, "N")), ("if_not_exists", ("path", any_path(r, item)), ("value", value_of(r, "N"))))


def any_action(r, item):
    kind = r.random()
    path = any_path(r, item)
    if kind < 0.5:
        return ("SET", path, any_right_side(r, item))
    if kind < 0.8:
        return ("REMOVE", path)
    of = [p for p in paths_of(("M", item)) if expr.find(item, p)[0] in expr.SETS + ("N",)]
    if of and r.random() < 0.9:
        path = r.choice(of)
    old = expr.find(item, path)
    kind = "ADD" if old is None or old[0] not in expr.SETS or r.random() < 0.5 else "DELETE"
    given = r.choice(expr.SETS) if old is None or old[0] not in expr.SETS + ("N",) else old[0]
    value = value_of(r, given)
    if given in expr.SETS and old and old[0] == given:
        value = (given, list(dict.fromkeys(value[1] + old[1][:r.randint(0, len(old[1]))])))
    return (kind, path, ("value", value))


def single_updates(r, times):
    for goal in UPDATE_GOALS * times:
        scene = Scene(r)
        action = update_action(r, scene, goal)
        yield goal, action and (action,), scene.item


def many_updates(r, count):
    for _ in range(count):
        item = {name_of(r): value_of(r, r.choice(expr.TYPES + ("L", "M") * 4), 3) for _ in range(r.randint(1, 5))}
        actions = []
        for _ in range(r.randint(1, 6)):
            action = any_action(r, item)
            if r.random() < 0.02 or update_outcome(item, actions + [action]) == "done":
                actions.append(action)
        if actions:
            sections = r.sample(["SET", "REMOVE", "ADD", "DELETE"], 4)
            yield None, tuple(sorted(actions, key=lambda a: sections.index(a[0]))), item


def many_projections(r, count):
    for _ in range(count):
        item = {name_of(r): value_of(r, r.choice(expr.TYPES + ("L", "M") * 6), 4) for _ in range(r.randint(1, 6))}
        paths = []
        for _ in range(r.choice([1, 2, 3, 5, 12])):
            path = any_path(r, item)
            try:
                expr.check_paths("", paths + [path])
            except expr.Refused:
                if r.random() < 0.97:
                    continue
            paths.append(path)
        yield None, tuple(paths or [("a",)]), item


# ---- the report ----

def show(operators, found, outcomes):
    """One block an operator: rows are the first operand's type, columns the second's."""
    for op in operators:
        columns = [b for b in KINDS + ("",) if any((op, a, b) in found for a in KINDS)]
        print(f"# {op}: {'/'.join(map(str, outcomes))} by types of the operands")
        print("# " + " " * 8 + "".join(f"{b:>9}" for b in columns))
        for a in KINDS:
            cells = ["/".join(str(found[op, a, b][o]) for o in outcomes) if (op, a, b) in found else "" for b in columns]
            if any(cells):
                print(f"# {a:>8}" + "".join(f"{c:>9}" for c in cells))


def coverage(report, name, operators, outcomes, possibly, cases, answers):
    """Count how goals came out, by the server's answers; none that the rules allow may be zero."""
    found = collections.defaultdict(collections.Counter)
    for ((op, a, b, _), _, _), answer in zip(cases, answers):
        found[op, a, b][{"t": True, "f": False, "error": "error"}.get(answer, "done")] += 1
    show(operators, found, outcomes)
    faults = [f"{op} of {a}, {b} was never {o}" for (op, a, b) in found for o in possibly(op, a, b) if not found[op, a, b][o]]
    faults += [f"{op} of {a}, {b} was {o}, which the rules exclude" for (op, a, b) in found for o in found[op, a, b] if o not in possibly(op, a, b)]
    report.test(name, faults, sum(sum(c.values()) for c in found.values()))


def planted(report, r, db, faults, runner, cases):
    """Each fault must be found in some of the cases that it changes."""
    for name, spoil in faults.items():
        changed = [c for c in cases if spoil(c[1]) != c[1]]
        changed = r.sample(changed, min(len(changed), 500))
        found, _ = runner(r, db, changed, spoil)
        report.test(f"a planted fault is found: {name}", [] if found else ["nothing was found"], len(changed))


def main():
    r = model.seeded("expressions")
    report = model.Report()
    db = wire.Connection()
    db.query("CREATE EXTENSION IF NOT EXISTS dynamo; SET client_min_messages = warning")
    plant = os.environ.get("FAULT")
    spoil = {**CONDITION_FAULTS, **UPDATE_FAULTS, **PROJECTION_FAULTS}.get(plant) if plant else None
    if plant and not spoil:
        sys.exit(f"no such fault: {plant}")

    def spoiled(faults):
        return spoil if plant in faults else None

    # conditions
    made = list(simple_conditions(r, max(1, COUNT * 3 // 10 // len(GOALS))))
    report.test("every operator, pair of types and outcome can be made", [f"not made: {g}" for g, c, _ in made if c is None], len(made))
    made = [m for m in made if m[1]]
    simple_faults, simple = run_conditions(r, db, made, spoiled(CONDITION_FAULTS))
    report.test("simple conditions", simple_faults, len(made))
    coverage(report, "every operator came out on every pair of types as it can", OPERATORS + UNARY, (True, False, "error"), possible, made, simple)
    joined = list(combinations(r, COUNT * 3 // 10))
    faults, answers = run_conditions(r, db, joined, spoiled(CONDITION_FAULTS))
    report.test("conditions joined by AND, OR, NOT", faults, len(joined))
    total = collections.Counter(simple + answers)
    print(f"# conditions: {total['t']} true, {total['f']} false, {total['error']} errors")
    report.test("a fifth of the conditions is true", [] if total["t"] * 5 >= sum(total.values()) else ["it is less"], sum(total.values()))

    # updates
    single = list(single_updates(r, max(1, COUNT // 10 // len(UPDATE_GOALS))))
    report.test("every kind of update can be made", [f"not made: {g}" for g, a, _ in single if a is None], len(single))
    single = [s for s in single if s[1]]
    faults, answers = run_updates(r, db, single, spoiled(UPDATE_FAULTS))
    report.test("updates of one action", faults, len(single))
    coverage(report, "every kind of update came out on every pair of types as it can", UPDATE_OPERATORS, ("done", "error"), possible_update, single, answers)
    several = list(many_updates(r, COUNT * 2 // 10))
    faults, answers = run_updates(r, db, several, spoiled(UPDATE_FAULTS))
    print(f"# updates of several actions: {len(answers) - answers.count('error')} done, {answers.count('error')} errors")
    report.test("updates of several actions", faults, len(several))

    # projections
    projections = list(many_projections(r, COUNT * 2 // 10))
    faults, answers = run_projections(r, db, projections, spoiled(PROJECTION_FAULTS))
    print(f"# projections: {answers.count('{}')} of nothing, {answers.count('error')} errors, {len(answers)} in all")
    report.test("projections", faults, len(projections))

    if not plant:
        planted(report, r, db, CONDITION_FAULTS, run_conditions, made + joined)
        planted(report, r, db, UPDATE_FAULTS, run_updates, single + several)
        planted(report, r, db, PROJECTION_FAULTS, run_projections, projections)
    report.end()


if __name__ == "__main__":
    main()
