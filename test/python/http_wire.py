"""HTTP as bytes, and AWS' signatures, for tests of the endpoint: nothing is
retried, added or repaired."""
import datetime
import hashlib
import hmac
import json
import socket
import urllib.parse
import zlib

PATIENCE = 20       # seconds until a server that says nothing hangs


class Hangs(Exception):
    """Neither an answer nor the end of the connection."""


class Wrong(Exception):
    """An answer that is not what HTTP or the service says."""


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data, piece=0):
        """Send bytes, in pieces of a size if one is given; what the server no longer takes is lost."""
        try:
            for at in range(0, len(data), piece or len(data) or 1):
                self.socket.sendall(data[at:at + (piece or len(data))])
        except TimeoutError as error:
            raise Hangs from error
        except OSError:
            pass

    def end(self):
        """Say that nothing more will come."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _more(self):
        try:
            got = self.socket.recv(1 << 16)
        except TimeoutError as error:
            raise Hangs from error
        except OSError:
            got = b""
        self.input += got
        return bool(got)

    def answer(self, method="POST"):
        """The next answer: (status, headers, body), or None where the connection has ended."""
        while True:
            while b"\r\n\r\n" not in self.input:
                if not self._more():
                    if self.input:
                        raise Wrong(f"the answer is cut off: {self.input[:80]!r}")
                    return None
            head, self.input = self.input.split(b"\r\n\r\n", 1)
            if not head.startswith(b"HTTP/1.1 100 "):
                break
        first, *lines = head.decode("ascii").split("\r\n")
        version, status, _ = first.split(" ", 2)
        headers = {name.lower(): text for name, text in (line.split(": ", 1) for line in lines)}
        if version != "HTTP/1.1" or "content-length" not in headers:
            raise Wrong(f"no answer: {head!r}")
        length = 0 if method == "HEAD" else int(headers["content-length"])
        while len(self.input) < length:
            if not self._more():
                raise Wrong("the body of the answer is cut off")
        body, self.input = self.input[:length], self.input[length:]
        if method != "HEAD" and int(headers["x-amz-crc32"]) != zlib.crc32(body):
            raise Wrong("the checksum of the answer is not that of its body")
        return int(status), headers, body

    def has_ended(self):
        """Wait for the end of the connection; False where there is something before it."""
        return not self.input and not self._more()


def request(operation, arguments, headers=(), body=None):
    """The bytes of a request that is not signed."""
    body = json.dumps(arguments).encode() if body is None else body
    lines = [("Host", "localhost"), ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "DynamoDB_20120810." + operation),
             ("Authorization", "AWS4-HMAC-SHA256 any"), ("Content-Length", str(len(body))), *headers]
    return b"POST / HTTP/1.1\r\n" + b"".join(f"{name}: {text}\r\n".encode() for name, text in lines) + b"\r\n" + body


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Signer:
    """Signs requests with an access key, at one point of time."""

    def __init__(self, key, secret, host, region="us-east-1"):
        self.time = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.time[:8]}/{region}/dynamodb/aws4_request"
        self.key = key
        self.host = host
        self.signing_key = ("AWS4" + secret).encode()
        for part in self.scope.split("/"):
            self.signing_key = _hmac(self.signing_key, part)

    def _signature(self, query, headers, body):
        names = ";".join(sorted(headers))
        canonical = "\n".join(["POST", "/", query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
                               hashlib.sha256(body).hexdigest()])
        text = "\n".join(["AWS4-HMAC-SHA256", self.time, self.scope, hashlib.sha256(canonical.encode()).hexdigest()])
        return names, _hmac(self.signing_key, text).hex()

    def headers(self, operation, body):
        """The headers of a request that is signed in a header; those but content-length and authorization are signed."""
        headers = {"host": self.host, "content-type": "application/x-amz-json-1.0", "x-amz-date": self.time,
                   "x-amz-target": "DynamoDB_20120810." + operation}
        names, signature = self._signature("", headers, body)
        return {**headers, "content-length": str(len(body)),
                "authorization": f"AWS4-HMAC-SHA256 Credential={self.key}/{self.scope}, SignedHeaders={names}, Signature={signature}"}

    def query(self, operation, body):
        """The query and the headers of a request that is signed in its query."""
        headers = {"host": self.host, "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810." + operation}
        query = "&".join(f"{name}={urllib.parse.quote(text, safe='-_.~')}" for name, text in (
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", f"{self.key}/{self.scope}"), ("X-Amz-Date", self.time),
            ("X-Amz-Expires", "600"), ("X-Amz-SignedHeaders", ";".join(sorted(headers)))))
        _, signature = self._signature(query, headers, body)
        return f"{query}&X-Amz-Signature={signature}", {**headers, "content-length": str(len(body))}
