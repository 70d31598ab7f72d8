"""A model of dynamo.key for tests: its bytes and its text, written from the
words of key.h and number.h.

A key is a list of HASH values and a list of RANGE values, pairs as in
item_model.
"""
import hashlib
import struct

import item_model

MASK = 0xFFFFFFFF
TYPES = {"S": 1, "N": 2, "B": 3}

# Results of MurmurHash3_x86_32 that others published: bytes, seed, hash.
PUBLISHED = [
    (b"", 0, 0x00000000), (b"", 1, 0x514E28B7), (b"", 0xFFFFFFFF, 0x81F16F39),
    (b"\xff\xff\xff\xff", 0, 0x76293B50), (b"\x21\x43\x65\x87", 0, 0xF55B516B),
    (b"\x21\x43\x65\x87", 0x5082EDEE, 0x2362F9DE), (b"\x21\x43\x65", 0, 0x7E4A8634), (b"\x21\x43", 0, 0xA0F7B07A),
    (b"\x21", 0, 0x72661CF4), (b"\0\0\0\0", 0, 0x2362F9DE), (b"\0\0\0", 0, 0x85F0B427), (b"\0\0", 0, 0x30F4C306),
    (b"\0", 0, 0x514E28B7), (b"Hello, world!", 0x9747B28C, 0x24884CBA),
    (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
]


def murmur3(data, seed=0):
    def rotate(x, n):
        return (x << n | x >> 32 - n) & MASK

    def mix(word):
        return rotate(word * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK

    state = seed
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        state = rotate(state ^ mix(word), 13) * 5 + 0xE6546B64 & MASK
    state ^= mix(int.from_bytes(data[whole:], "little")) ^ len(data)
    state = (state ^ state >> 16) * 0x85EBCA6B & MASK
    state = (state ^ state >> 13) * 0xC2B2AE35 & MASK
    return state ^ state >> 16


def bytes_with_hash(wanted, start=b"\0\0"):
    """A B value, of 6 bytes that begin with these two, which alone as HASH attribute has this hash."""
    def unmix(state):
        state ^= state >> 16
        state = state * pow(0xC2B2AE35, -1, 1 << 32) & MASK
        state ^= state >> 13 ^ state >> 26
        state = state * pow(0x85EBCA6B, -1, 1 << 32) & MASK
        return state ^ state >> 16

    def rotate(x, n):
        return (x << n | x >> 32 - n) & MASK

    first = bytes([0x10 + TYPES["B"], 6]) + start
    word = rotate(struct.unpack("<I", first)[0] * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK
    before = rotate(word, 13) * 5 + 0xE6546B64 & MASK
    after = ((unmix(wanted) ^ 8) - 0xE6546B64 & MASK) * pow(5, -1, 1 << 32) & MASK
    word = (rotate(after, 19) ^ before) * pow(0x1B873593, -1, 1 << 32) & MASK
    return start + struct.pack("<I", rotate(word, 17) * pow(0xCC9E2D51, -1, 1 << 32) & MASK)


def number_bytes(n):
    if n == 0:
        return b"\x80"
    sign, digits, exponent = n.normalize(item_model.CONTEXT).as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + exponent                # of 0.text * 10^point
    if point % 2:
        text, point = "0" + text, point + 1
    if len(text) % 2:
        text += "0"
    pairs = [int(text[i:i + 2]) + 1 for i in range(0, len(text), 2)]
    if sign:
        return bytes([0x7F - (point // 2 + 64)] + [255 - p for p in pairs] + [255])
    return bytes([0x80 + point // 2 + 64] + pairs)


def payload(value):
    kind, content = value
    return content.encode() if kind == "S" else number_bytes(content) if kind == "N" else content


def partition_part(hashes):
    part = b""
    for value in hashes:
        data = payload(value)
        length = len(data)
        part += bytes([0x10 + TYPES[value[0]]])
        while length >= 128:
            part += bytes([128 | length & 127])
            length >>= 7
        part += bytes([length]) + data
    return part


def grouped(data):
    groups = [data[i:i + 8] for i in range(0, len(data), 8)] or [b""]
    return b"".join(g.ljust(8, b"\0") + (b"\xff" if i < len(groups) - 1 else bytes([0xF0 + len(g)]))
                    for i, g in enumerate(groups))


def digested(hashes):
    return len(partition_part(hashes)) > 128


def key_bytes(hashes, ranges):
    part = partition_part(hashes)
    if digested(hashes):
        part = b"\x1f" + hashlib.sha256(part).digest()
    key = struct.pack(">I", murmur3(part)) + part
    for value in ranges[:-1]:
        key += bytes([0x20 + TYPES[value[0]]]) + grouped(payload(value))
    if ranges:
        key += bytes([0x30 + TYPES[ranges[-1][0]]]) + payload(ranges[-1])
    return key


def part_text(value):
    kind, content = value
    if kind == "S":
        return item_model.string_text(content)
    return item_model.number_text(content) if kind == "N" else "\\x" + content.hex()


def key_text(hashes, ranges):
    if digested(hashes):
        text = "sha256:" + hashlib.sha256(partition_part(hashes)).hexdigest()
    else:
        text = ",".join(map(part_text, hashes))
    return text + ("/" + ",".join(map(part_text, ranges)) if ranges else "")


def legal(hashes, ranges):
    """Is every value there, and are they short enough, together?"""
    return (all(payload(v) for v in hashes + ranges) and sum(len(payload(v)) for v in hashes) <= 2048 and
            sum(len(payload(v)) for v in ranges) <= 1024)
