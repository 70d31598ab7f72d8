#!/usr/bin/env python3
"""Signed requests with one bit flipped, over the wire: flips.py PORT KEY SECRET.

A write that is signed in a header, and one that is signed in its query, are
sent once for each bit of their body, path, query, values of signed headers and
Authorization header, with this bit flipped.  All are refused.  They would put
the same item into the table "canary", which must not be there before the write
is sent as it was signed.  Prints lines of TAP.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
import http_wire                                # noqa: E402

PORT = int(sys.argv[1])
SIGNER = http_wire.Signer(sys.argv[2], sys.argv[3], f"127.0.0.1:{PORT}")
BODY = b'{"TableName": "canary", "Item": {"p": {"S": "flipped"}, "text": {"S": "A b"}}}'
LOOK = b'{"TableName": "canary", "Key": {"p": {"S": "flipped"}}}'
UNSIGNED = ("content-length",)


def put_together(target, headers, body):
    """The bytes of a request, and where those are that a signature covers."""
    data, covered = b"POST ", []

    def add(text, is_covered):
        nonlocal data
        if is_covered:
            covered.extend(range(len(data), len(data) + len(text)))
        data += text

    add(target.encode(), True)
    add(b" HTTP/1.1\r\n", False)
    for name, text in headers.items():
        add(name.encode() + b": ", False)
        add(text.encode(), name not in UNSIGNED)
        add(b"\r\n", False)
    add(b"\r\n", False)
    add(body, True)
    return data, covered


class Client:
    """One connection, and another one where it has ended."""

    def __init__(self):
        self.connection = http_wire.Connection(PORT)

    def ask(self, data):
        self.connection.send(data)
        found = self.connection.answer()
        if found is None or found[1]["connection"] == "close":
            self.connection.socket.close()
            self.connection = http_wire.Connection(PORT)
        return found


def is_there(client):
    data, _ = put_together("/", SIGNER.headers("GetItem", LOOK), LOOK)
    found = client.ask(data)
    if found is None or found[0] != 200:
        sys.exit(f"the endpoint does not answer: {found}")
    return found[2] != b"{}"


def main():
    client = Client()
    query, headers = SIGNER.query("PutItem", BODY)
    number = 0
    for form, (data, covered) in (("header", put_together("/", SIGNER.headers("PutItem", BODY), BODY)),
                                  ("query", put_together("/?" + query, headers, BODY))):
        statuses = {}
        accepted = []
        for at in covered:
            for bit in range(8):
                flipped = bytearray(data)
                flipped[at] ^= 1 << bit
                found = client.ask(bytes(flipped))
                status = found[0] if found else None
                statuses[status] = statuses.get(status, 0) + 1
                if status not in (400, 403, 404, 414, 431, 501):
                    accepted.append((status, at, bit, bytes(flipped[max(0, at - 20):at + 20])))
        print(f"# signed in the {form}: {sum(statuses.values())} flips, by status: {statuses}")
        for one in accepted[:20]:
            print(f"# not refused: {one}")
        for name, passed in ((f"every flip of a bit of a request that is signed in its {form} is refused", covered and not accepted),
                             ("... and has written nothing", not is_there(client)),
                             ("... and as it was signed it is done", client.ask(data)[0] == 200 and is_there(client))):
            number += 1
            print(f"{'ok' if passed else 'not ok'} {number} - {name}")
        delete = b'{"TableName": "canary", "Key": {"p": {"S": "flipped"}}}'
        client.ask(put_together("/", SIGNER.headers("DeleteItem", delete), delete)[0])
    print(f"1..{number}")


main()
