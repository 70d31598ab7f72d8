"""A small client of the PostgreSQL protocol for tests: no library needed.

Connects to the Unix socket that PGHOST, PGPORT, PGUSER and PGDATABASE name;
the server must trust the user.
"""
import os
import socket
import struct

BINARY = 1


class ServerError(Exception):
    """An error that the server reported."""

    def __init__(self, fields):
        self.sqlstate = fields.get("C", "")
        self.message = fields.get("M", "")
        self.detail = fields.get("D", "")
        self.hint = fields.get("H", "")
        super().__init__(f"{self.sqlstate}: {self.message} {self.detail}")


class Connection:
    def __init__(self, database=None):
        host = os.environ.get("PGHOST", "/var/run/postgresql")
        port = os.environ.get("PGPORT", "5432")
        user = os.environ.get("PGUSER", "postgres")
        database = database or os.environ.get("PGDATABASE", "postgres")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"{host}/.s.PGSQL.{port}")
        self.input = self.socket.makefile("rb", 1 << 16)
        startup = b"".join(s.encode() + b"\0" for s in
                           ("user", user, "database", database, "client_encoding", "UTF8")) + b"\0"
        self.socket.sendall(struct.pack("!ii", len(startup) + 8, 196608) + startup)
        self._until_ready()

    def _read(self):
        kind = self.input.read(1)
        if not kind:
            raise ConnectionError("the server closed the connection")
        length = struct.unpack("!i", self.input.read(4))[0]
        return kind, self.input.read(length - 4)

    @staticmethod
    def _error(body):
        return ServerError({f[:1].decode(): f[1:].decode("utf-8", "replace") for f in body.split(b"\0") if f})

    @staticmethod
    def _row(body):
        count, at, row = struct.unpack("!h", body[:2])[0], 2, []
        for _ in range(count):
            length = struct.unpack("!i", body[at:at + 4])[0]
            at += 4
            if length < 0:
                row.append(None)
            else:
                row.append(body[at:at + length])
                at += length
        return row

    def _until_ready(self):
        """Read up to ReadyForQuery: rows, first error, CopyData."""
        rows, error, copied = [], None, []
        while True:
            kind, body = self._read()
            if kind == b"Z":
                return rows, error, b"".join(copied)
            if kind == b"D":
                rows.append(self._row(body))
            elif kind == b"E":
                error = error or self._error(body)
            elif kind == b"d":
                copied.append(body)
            elif kind == b"G":
                return rows, error, None

    def _message(self, kind, body):
        return kind + struct.pack("!i", len(body) + 4) + body

    def query(self, sql):
        """Run SQL; rows of texts (None: null).  Raises ServerError."""
        self.socket.sendall(self._message(b"Q", sql.encode() + b"\0"))
        rows, error, _ = self._until_ready()
        if error:
            raise error
        return [[None if v is None else v.decode() for v in row] for row in rows]

    def value(self, sql):
        return self.query(sql)[0][0]

    def copy_in(self, sql, data):
        """COPY ... FROM STDIN."""
        self.socket.sendall(self._message(b"Q", sql.encode() + b"\0"))
        _, error, copied = self._until_ready()
        if error:
            raise error
        assert copied is None, "not a COPY FROM STDIN"
        for at in range(0, len(data), 1 << 16):
            self.socket.sendall(self._message(b"d", data[at:at + (1 << 16)]))
        self.socket.sendall(self._message(b"c", b""))
        _, error, _ = self._until_ready()
        if error:
            raise error

    def copy_out(self, sql):
        """COPY ... TO STDOUT; the bytes."""
        self.socket.sendall(self._message(b"Q", sql.encode() + b"\0"))
        _, error, copied = self._until_ready()
        if error:
            raise error
        return copied

    def each(self, sql, parameters, binary=False):
        """Run one statement for every list of parameters (bytes, or None).

        Yields the first row, None, or a ServerError.  "binary" says whether
        parameters are in binary form; results are texts.
        """
        self.socket.sendall(self._message(b"P", b"\0" + sql.encode() + b"\0" + struct.pack("!h", 0)) +
                            self._message(b"S", b""))
        _, error, _ = self._until_ready()
        if error:
            raise error
        parameters = list(parameters)
        for start in range(0, len(parameters), 50):
            batch = parameters[start:start + 50]
            out = b""
            for values in batch:
                bind = b"\0\0" + struct.pack("!hhh", 1, BINARY if binary else 0, len(values))
                for value in values:
                    bind += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
                bind += struct.pack("!hh", 1, 0)
                out += self._message(b"B", bind) + self._message(b"E", b"\0" + struct.pack("!i", 0)) + \
                    self._message(b"S", b"")
            self.socket.sendall(out)
            for _ in batch:
                rows, error, _ = self._until_ready()
                if error:
                    yield error
                else:
                    yield [None if v is None else v.decode() for v in rows[0]] if rows else None
