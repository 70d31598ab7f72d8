#!/usr/bin/env python3
"""Write the requests of requests.txt as files: corpus.py requests.txt FOLDER."""
import pathlib
import re
import sys

ESCAPE = re.compile(rb"\\(?:([rnt0\\])|x([0-9a-f]{2})|\{(\d+):((?:[^\\}]|\\.)*)\})")
SIMPLE = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}


def unescape(text):
    """The bytes that a text of requests.txt stands for."""
    def one(match):
        simple, hexadecimal, times, inside = match.groups()
        if simple:
            return SIMPLE[simple]
        if hexadecimal:
            return bytes([int(hexadecimal, 16)])
        return unescape(inside) * int(times)
    return ESCAPE.sub(one, text)


def requests(path):
    """Yield (name, what the readers make of it, bytes) of every request."""
    for line in pathlib.Path(path).read_bytes().split(b"\n"):
        if line and not line.startswith(b"#"):
            name, what, data = line.split(b" | ", 2)
            yield name.decode(), unescape(what).decode(), unescape(data)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for number, (_, _, data) in enumerate(requests(sys.argv[1])):
        (pathlib.Path(sys.argv[2]) / f"request{number}").write_bytes(data[:600])


if __name__ == "__main__":
    main()
