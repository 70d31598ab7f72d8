"""A plain, slow model of Query and Scan: all items of a table are looked at,
those that meet the conditions are sorted, and pages are cut from the list.

Values and items are those of item_model, filters and projections the trees of
expression_model.  Conditions on keys are compared by value; bytes of keys
(key_model) only say what comes first where values do not: in the order of
Scan, and among entries of an index that have the same key.
"""
import json

import expression_model as expr
import item_model
import key_model

PAGE_BYTES = 1024 * 1024
READ_UNIT_BYTES = 4096


class Index:
    """A secondary index, or the table's own key: kind is "table", "local" or "global"."""

    def __init__(self, name, kind, hashes, ranges, projection=None):
        self.name, self.kind = name, kind
        self.hashes, self.ranges = hashes, ranges       # lists of (name, type)
        self.projection = projection                    # names beside the keys; None: all attributes

    def attributes(self):
        return self.hashes + self.ranges

    def values(self, item, attributes):
        """The values of some key attributes, or None where one is missing or of another type."""
        found = [item.get(name) for name, _ in attributes]
        return found if all(v is not None and v[0] == kind for v, (_, kind) in zip(found, attributes)) else None

    def bytes_of(self, item):
        """The key of an item, or None where it has none that is legal."""
        hashes, ranges = self.values(item, self.hashes), self.values(item, self.ranges)
        if hashes is None or ranges is None or not key_model.legal(hashes, ranges):
            return None
        return key_model.key_bytes(hashes, ranges)


class Entry:
    """An item as an index has it."""

    def __init__(self, table, index, item):
        self.item = item
        self.key = table.key.bytes_of(item)
        self.index_key = index.bytes_of(item)
        if self.index_key is not None:
            self.place = self.index_key, self.key
            self.sorted_by = [sortable(v) for v in index.values(item, index.ranges)], self.key
            self.projected = table.projected(index, item)
            self.size = item_model.item_size(self.projected)


class Table:
    def __init__(self, name, key, indexes):
        self.name, self.key, self.indexes = name, key, indexes
        self.items = {}                                 # by their keys
        self.cache = {}

    def put(self, item):
        self.items[self.key.bytes_of(item)] = item
        self.cache = {}

    def delete(self, key):
        del self.items[key]
        self.cache = {}

    def entries(self, index):
        """What an index has, in the order of Scan."""
        if index not in self.cache:
            made = [Entry(self, index, item) for item in self.items.values()]
            self.cache[index] = sorted((e for e in made if e.index_key is not None), key=lambda e: e.place)
        return self.cache[index]

    def projected_names(self, index):
        """The attributes that an index has; None: all of them."""
        if index.projection is None:
            return None
        return {name for name, _ in self.key.attributes() + index.attributes()} | set(index.projection)

    def projected(self, index, item):
        names = self.projected_names(index)
        return item if names is None else {n: v for n, v in item.items() if n in names}

    def cursor(self, index, item):
        """The attributes that say where an item is."""
        return {name: item[name] for name, _ in self.key.attributes() + index.attributes()}


def sortable(value):
    kind, payload = value
    return payload.encode() if kind == "S" else payload


def meets(op, value, operands):
    """Is a condition on a RANGE attribute true?"""
    x, others = sortable(value), [sortable(o) for o in operands]
    if op == "begins_with":
        return x.startswith(others[0])
    if op == "between":
        return others[0] <= x <= others[1]
    return {"=": x == others[0], "<": x < others[0], "<=": x <= others[0], ">": x > others[0], ">=": x >= others[0]}[op]


class Read:
    """A Query, or a Scan: what is asked for, without the pages."""

    def __init__(self, table, index):
        self.table, self.index = table, index
        self.equal = None               # Query: values of HASH and, from the left, RANGE attributes
        self.ranged = None              # Query: (op, operands) of the next RANGE attribute
        self.backward = False
        self.segment = None             # Scan: (segment, total)
        self.filter = None              # a tree
        self.paths = None               # of a projection
        self.select = None
        self.consistent = False
        self.legacy = False             # to be written with the older parameters
        self.start = None               # the first ExclusiveStartKey

    def is_query(self):
        return self.equal is not None

    def operator(self):
        if self.ranged:
            return self.ranged[0]
        return "=" if len(self.equal) > len(self.index.hashes) else "none"

    def in_partition(self, item):
        nhash = len(self.index.hashes)
        return self.index.values(item, self.index.hashes) == self.equal[:nhash]

    def in_range(self, item):
        nhash = len(self.index.hashes)
        values = self.index.values(item, self.index.ranges)
        fixed = self.equal[nhash:]
        return values[:len(fixed)] == fixed and (not self.ranged or meets(self.ranged[0], values[len(fixed)], self.ranged[1]))

    def covers(self, entry):
        if self.is_query():
            return self.in_partition(entry.item) and self.in_range(entry.item)
        if self.segment:
            segment, total = self.segment
            return int.from_bytes(entry.index_key[:4], "big") * total >> 32 == segment
        return True

    def accepts_start(self):
        """Is the start key one that the read could have given?"""
        if self.start is None:
            return True
        if self.is_query() and self.index.kind == "table" and not self.index.ranges:
            return False
        return self.covers(Entry(self.table, self.index, self.start))

    def evaluated(self):
        """What is looked at, from the start key to the end, in order."""
        found = [e for e in self.table.entries(self.index) if self.covers(e)]
        order = (lambda e: e.sorted_by) if self.is_query() else (lambda e: e.place)
        found.sort(key=order, reverse=self.backward)
        if self.start is not None:
            start = order(Entry(self.table, self.index, self.start))
            found = [e for e in found if (order(e) < start if self.backward else order(e) > start)]
        return found

    def reaches_back(self):
        """Does a local index have to fetch what it does not project?"""
        names = self.table.projected_names(self.index)
        if names is None or self.index.kind != "local":
            return False
        return self.select == "ALL_ATTRIBUTES" or any(path[0] not in names for path in self.paths or ())

    def returned(self, entry):
        """What becomes of an entry, as parsed JSON; None where the filter drops it."""
        if self.filter is not None and not expr.holds(self.filter, entry.projected):
            return None
        whole = entry.item if self.reaches_back() else entry.projected
        if self.paths is not None:
            whole = expr.projected(whole, self.paths)
        return json.loads(item_model.item_text(whole))

    def capacity(self, entries):
        """ConsumedCapacity of a page with these entries, as INDEXES shows it."""
        factor = 1 if self.consistent else 0.5
        page = units(sum(e.size for e in entries)) * factor
        answer = {"TableName": self.table.name, "CapacityUnits": page, "Table": {"CapacityUnits": page}}
        if self.index.kind != "table":
            fetched = sum(item_model.item_size(e.item) for e in entries) if self.reaches_back() else 0
            answer["Table"] = {"CapacityUnits": units(fetched) * factor if fetched else 0}
            answer["CapacityUnits"] += answer["Table"]["CapacityUnits"]
            answer[f"{self.index.kind.capitalize()}SecondaryIndexes"] = {self.index.name: {"CapacityUnits": page}}
        return answer


def units(size):
    return max(1, -(-size // READ_UNIT_BYTES))


def page_end(entries, begin, limit):
    """Where a page ends that begins at a position; is it over before the entries are?"""
    size = 0
    for position in range(begin, len(entries)):
        size += entries[position].size
        if position + 1 - begin == limit or size >= PAGE_BYTES:
            return position + 1, True
    return len(entries), False
