#!/usr/bin/env python3
"""Malformed and ambiguous requests over the wire: malformed.py PORT.

The endpoint must trust its clients.  Its role may write the table "canary",
which has nothing but the item "good"; requests that are hidden in what is sent
put other items into it.  Each request is answered as the list says, which is
never with 500; then the connection has ended, or a good request is answered on it.
Prints a line of TAP for each request.

First come those of requests.txt, which says what the readers make of them;
then writes that are framed in two ways, whole and in chunks, compressed ones,
and other methods.
"""
import gzip
import json
import pathlib
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))
import corpus                                   # noqa: E402
import http_wire                                # noqa: E402

PORT = int(sys.argv[1])
GET = http_wire.request("GetItem", {"TableName": "canary", "Key": {"p": {"S": "good"}}})
SMUGGLED = http_wire.request("PutItem", {"TableName": "canary", "Item": {"p": {"S": "smuggled"}}})
ITEM = b'{"TableName": "canary", "Item": {"p": {"S": "refused"}}}'

REFUSED = {400, 413, 414, 417, 431, 501, 505}
NAMED = {400, 403, 404, 405, 413, 415}          # refusals that may leave a connection as it was


def good(connection):
    """Is a good request answered with the good item?"""
    connection.send(GET)
    found = connection.answer()
    if found is None:
        raise http_wire.Wrong("no answer to a good request")
    if found[0] != 200 or json.loads(found[2]) != {"Item": {"p": {"S": "good"}, "n": {"N": "1"}}}:
        raise http_wire.Wrong(f"a good request is answered with {found[0]} {found[2][:80]!r}")


def finish(connection, ends):
    """After the answers: the end, or a good request's turn."""
    if ends and not connection.has_ended():
        raise http_wire.Wrong(f"more comes after the last answer: {connection.input[:80]!r}")
    if not ends:
        good(connection)


count = 0
failures = 0


def test(name, check, *arguments):
    """Run a check and report it."""
    global count, failures
    count += 1
    try:
        with http_wire.Connection(PORT) as connection:
            check(connection, *arguments)
        print(f"ok - {name}")
    except (http_wire.Wrong, http_wire.Hangs, OSError, ValueError) as error:
        failures += 1
        print(f"not ok - {name}: {type(error).__name__} {error}")


# ---- what the readers are tested with ----

def listed(connection, what, data, piece):
    """A request of requests.txt, and another one behind it."""
    *read, end = what.split(", ")
    if end not in ("more", "end") and not end.isdigit():
        read, end = read + [end], "close"
    connection.send(data + (b"" if end == "more" else GET if end == "end" else SMUGGLED), piece)
    if end == "more":
        connection.end()
    for one in read:
        method = one.split(" ", 1)[0]
        found = connection.answer(method)
        if found is None or found[0] not in {200} | NAMED:
            raise http_wire.Wrong(f"{one} is answered with {found and found[0]}")
    if end == "end":
        found = connection.answer()
        if found is None or found[0] != 200:
            raise http_wire.Wrong(f"the request behind it is answered with {found and found[0]}")
    if end.isdigit():
        found = connection.answer()
        if found is None or found[0] != int(end):
            raise http_wire.Wrong(f"it is refused with {found and found[0]} instead of {end}")
    finish(connection, end != "end")


# ---- writes that are to be refused ----

def refused(connection, data, behind=SMUGGLED):
    """Refuse a request with a status that ends the connection, and read nothing behind it."""
    connection.send(data + behind)
    found = connection.answer()
    if found is None or found[0] not in REFUSED:
        raise http_wire.Wrong(f"it is answered with {found and found[0]}")
    finish(connection, True)


def named(connection, data, statuses):
    """Refuse a request, and go on behind it."""
    connection.send(data)
    found = connection.answer()
    if found is None or found[0] not in statuses:
        raise http_wire.Wrong(f"it is answered with {found and found[0]}")
    finish(connection, found[1]["connection"] == "close")


FIELDS = [
    b"Content-Length: %d" % len(ITEM), b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: 99999999999999999999",
    b"Content-Length: -1", b"Content-Length: +5", b"Content-Length: 0x10", b"Content-Length: 1e1", b"Content-Length: 5, 5", b"Content-Length: 5,",
    b"Content-Length:", b"Content-Length: 5 5", b"Content-Length: 5;", b"Content-Length: \"5\"", b"Content-Length: 18446744073709551617",
    b"Content-Length: %d, %d" % (len(ITEM), len(ITEM)),
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked", b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: identity",
    b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: gzip", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: \"chunked\"", b"Transfer-Encoding: 'chunked'", b"Transfer-Encoding: chunked;a=b", b"Transfer-Encoding: ,chunked",
    b"Transfer-Encoding:", b"Transfer-Encoding:\tchunked", b"Transfer-Encoding: chun\x00ked", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\x0c", b"transfer-encoding:chunked", b"TRANSFER-ENCODING: chunked",
    b"Content-Length : 5", b"Content-Length\t: 5", b" Content-Length: 5", b"\tTransfer-Encoding: chunked", b"Transfer-Encoding : chunked",
    b"Transfer-Encoding\x0b: chunked", b"Transfer-Encoding\x00: chunked", b"Content-Length\x00: 5", b"Content-Length\xa0: 5",
    b"X-A: b\r\n folded", b"X-A: b\r\n\tTransfer-Encoding: chunked", b"X-A: b\r\n \r\n", b"X-A: b\nTransfer-Encoding: chunked",
    b"X-A: b\rTransfer-Encoding: chunked", b"X-A: b\n\r", b"X-A: b\n", b"X-A: \x00", b"X-A: \x7f", b"X-A: \x08",
    b"X-A", b": b", b"X A: b", b"X(A): b", b"X\x80: b", b"X-A b", b"=: b", b"\"X\": b", b"X-A\r: b", b"X-\xc3\xa4: b",
    b"X-A: b\r", b"\x00", b"HTTP/1.1 200 OK", b"POST / HTTP/1.1", b"Expect: 200-ok", b"Expect: 100-continue, x", b"Expect:",
    b"Host: other", b"Host: localhost", b"X-A: " + b"a" * 20000, b"\r\n".join(b"X-%d: a" % n for n in range(120)), b"Y" * 20000 + b": a",
]


def with_field(field, place):
    """A write with one more field, before the others, among them, and after them."""
    head, body = http_wire.request("PutItem", None, body=ITEM).split(b"\r\n\r\n", 1)
    lines = head.split(b"\r\n")
    lines.insert({"first": 1, "middle": 3, "last": len(lines)}[place], field)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def in_chunks(chunks):
    """A write whose body comes in these chunks."""
    head, _ = http_wire.request("PutItem", None, body=ITEM).split(b"\r\n\r\n", 1)
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return b"\r\n".join(lines) + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks


SIZE = b"%x" % len(ITEM)
CHUNKS = [
    SIZE + b"\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b"\r" + ITEM + b"\r\n0\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\n0\r\n\r\n",
    SIZE + b"\r\n" + ITEM + b"0\r\n\r\n", SIZE + b"\r\n" + ITEM + b"x\r\n0\r\n\r\n", b"0x" + SIZE + b"\r\n" + ITEM + b"\r\n0\r\n\r\n",
    b"+" + SIZE + b"\r\n" + ITEM + b"\r\n0\r\n\r\n", b"-1\r\n" + ITEM + b"\r\n0\r\n\r\n", b" " + SIZE + b"\r\n" + ITEM + b"\r\n0\r\n\r\n",
    b"\r\n" + ITEM + b"\r\n0\r\n\r\n", b";a\r\n" + ITEM + b"\r\n0\r\n\r\n", b"g\r\n" + ITEM + b"\r\n0\r\n\r\n",
    b"f" * 16 + b"\r\n" + ITEM + b"\r\n0\r\n\r\n", b"1" + b"0" * 16 + b"\r\n" + ITEM + b"\r\n0\r\n\r\n", b"8000000000000000\r\n" + ITEM + b"\r\n0\r\n\r\n",
    b"1000001\r\n", b"0" * 5000 + SIZE + b"\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b"\x00\r\n" + ITEM + b"\r\n0\r\n\r\n",
    SIZE + b" x\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b";a=\x00\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b";a=\n" + ITEM + b"\r\n0\r\n\r\n",
    SIZE + b";a=\"b\n\"\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b";=b\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b";;\r\n" + ITEM + b"\r\n0\r\n\r\n",
    SIZE + b";a=\"\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b";" + b"a" * 20000 + b"\r\n" + ITEM + b"\r\n0\r\n\r\n", SIZE + b",1\r\n" + ITEM + b"\r\n0\r\n\r\n",
    SIZE + b"\r\n" + ITEM + b"\r\n0\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n0\r\n\n", SIZE + b"\r\n" + ITEM + b"\r\n0\r\nx\r\n\r\n",
    SIZE + b"\r\n" + ITEM + b"\r\n0\r\n a: b\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n0\r\na : b\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n0\r\na: b\nc: d\r\n\r\n",
    SIZE + b"\r\n" + ITEM + b"\r\n0\r\na: " + b"x" * 20000 + b"\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n0\r\na: b\r\n c\r\n\r\n",
    SIZE + b"\r\n" + ITEM + b"\r\n-0\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n0x0\r\n\r\n", SIZE + b"\r\n" + ITEM + b"\r\n\r\n",
    b"".join(b"1\r\n%c\r\n" % byte for byte in ITEM[:-1]) + b"1\r\n}0\r\n\r\n",
]

VERSIONS = [b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.1 x", b"HTTP/1.10", b"http/1.1", b"HTTP/1", b"HTTP 1.1", b"XTTP/1.1", b"", b"HTTP/1.1\t"]

BOMB = gzip.compress(b" " * (17 << 20))
COMPRESSED = gzip.compress(ITEM)
BODIES = [          # name, encoding, body, statuses
    ("nothing", "gzip", b"", {400}), ("no gzip", "gzip", ITEM, {400}), ("half of it", "gzip", COMPRESSED[:len(COMPRESSED) // 2], {400}),
    ("all but a byte", "gzip", COMPRESSED[:-1], {400}), ("a header only", "gzip", COMPRESSED[:10], {400}),
    ("a wrong checksum", "gzip", COMPRESSED[:-8] + b"\0\0\0\0" + COMPRESSED[-4:], {400}), ("a wrong length", "gzip", COMPRESSED[:-4] + b"\1\0\0\0", {400}),
    ("bytes behind it", "gzip", COMPRESSED + b"x", {400}), ("a bomb", "gzip", BOMB, {413}), ("a bomb behind it", "gzip", COMPRESSED + BOMB, {413, 400}),
    ("a bomb in a bomb", "gzip", gzip.compress(BOMB), {400}), ("zlib's own form", "gzip", zlib.compress(ITEM), {400}),
    ("deflate", "deflate", zlib.compress(ITEM), {415}), ("br", "br", ITEM, {415}), ("twice", "gzip, gzip", gzip.compress(COMPRESSED), {415}),
    ("no encoding's name", "", ITEM, {415}), ("JSON that is cut off", "identity", ITEM[:-2], {400}), ("NUL", "identity", b"\0" * 10, {400}),
    ("bytes that are no UTF-8", "identity", ITEM.replace(b"refused", b"\xff\xfe"), {400}), ("deep JSON", "identity", b'{"a":' * 60000, {400}),
    ("deep lists", "identity", b"[" * 500000 + b"]" * 500000, {400}), ("a NUL in a key", "identity", ITEM.replace(b"Item", b"It\\u0000em"), {400}),
    ("half of a pair of surrogates", "identity", ITEM.replace(b"refused", b"\\ud800"), {400}), ("a list", "identity", b"[]", {400}),
    ("null", "identity", b"null", {400}), ("a number", "identity", b"1e999999", {400}), ("a long name of a table", "identity", ITEM.replace(b"canary", b"c" * 100000), {400}),
    ("no table", "identity", ITEM.replace(b"canary", b"nothing"), {400}), ("SQL for a table", "identity", ITEM.replace(b"canary", b"x'; DROP TABLE canary; --"), {400}),
]

OTHERS = [          # name, first line's method and target, body
    (method, target, body) for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "GET")
    for target, body in (("/", b""), ("/x", ITEM), ("/?a=b", SMUGGLED))
]


def other(connection, method, target, body):
    """A method that is none of an operation, with a body: framed as any other, and not run."""
    connection.send(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    found = connection.answer(method)
    if found is None or found[0] not in {200} | NAMED | {501}:
        raise http_wire.Wrong(f"it is answered with {found and found[0]}")
    finish(connection, found[1]["connection"] == "close")


def slow(connection):
    """A good write's head in pieces, and its end never."""
    connection.send(SMUGGLED[:-1], 1)
    connection.end()
    finish(connection, True)


def garbage_behind(connection, garbage):
    """A good request, and what is none behind it."""
    connection.send(GET + garbage + SMUGGLED)
    found = connection.answer()
    if found is None or found[0] != 200:
        raise http_wire.Wrong(f"the good request is answered with {found and found[0]}")
    found = connection.answer()
    if found is None or found[0] not in REFUSED:
        raise http_wire.Wrong(f"what is none is answered with {found and found[0]}")
    finish(connection, True)


def nothing_was_written():
    """No request that was refused or hidden has had an effect."""
    for key in ("smuggled", "refused"):
        with http_wire.Connection(PORT) as connection:
            connection.send(http_wire.request("GetItem", {"TableName": "canary", "Key": {"p": {"S": key}}}))
            found = connection.answer()
        if found is None or found[0] != 200 or found[2] != b"{}":
            raise http_wire.Wrong(f"the item \"{key}\" was written: {found}")


def hidden_is_found(connection):
    """The same where nothing is refused: the test before this one can fail."""
    connection.send(SMUGGLED)
    connection.answer()
    try:
        nothing_was_written()
    except http_wire.Wrong:
        return
    raise http_wire.Wrong("a write was not noticed")


def main():
    for name, what, data in corpus.requests(HERE / "requests.txt"):
        test(name, listed, what, data, 0)
        if len(data) < 1000:
            test(name + ", in single bytes", listed, what, data, 1)
    for number, field in enumerate(FIELDS):
        for place in ("first", "middle", "last"):
            test(f"a write with the field {number}, {field[:40]!r}, {place}", refused, with_field(field, place))
    for number, chunks in enumerate(CHUNKS):
        test(f"a write in chunks, {number}, {chunks[:40]!r}", refused, in_chunks(chunks))
    for version in VERSIONS:
        test(f"a write of the version {version!r}", refused,
             http_wire.request("PutItem", None, body=ITEM).replace(b"HTTP/1.1", version, 1))
    for name, encoding, body, statuses in BODIES:
        test(f"a body: {name}", named, http_wire.request("PutItem", None, [("Content-Encoding", encoding)], body), statuses)
    for method, target, body in OTHERS:
        test(f"{method} {target} with {len(body)} bytes", other, method, target, body)
    for garbage in (b"\0", b"x\r\n\r\n", b"\r\n\r\n\r\n", b"}", b"0\r\n\r\n", b"\xff" * 5000, b"A" * 40000, b"POST / HTTP/1.1\r\n\r\n", b"GET /\r\n\r\n"):
        test(f"{garbage[:20]!r} behind a good request", garbage_behind, garbage)
    test("a write that never ends", slow)
    test("nothing was written", lambda _: nothing_was_written())
    test("what would have been written is noticed", hidden_is_found)
    print(f"1..{count}")
    sys.exit(1 if failures else 0)


main()
