"""Tests of the endpoint's TLS with boto3 and Python's own ssl: run after the endpoint was switched to it."""
import os
import socket
import ssl
import time

import boto3
from botocore.config import Config
from botocore.exceptions import SSLError

import harness
from harness import ENDPOINT, equal, test

CA = os.environ["DYNAMO_CA"]
ADDRESS = ("127.0.0.1", int(ENDPOINT.rsplit(":", 1)[1]))
HEALTH = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def connect(**versions):
    """A TLS connection that knows the certificate."""
    context = ssl.create_default_context(cafile=CA)
    for name, version in versions.items():
        setattr(context, name, version)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context.wrap_socket(socket.create_connection(ADDRESS, timeout=10), server_hostname="localhost")


def answer_of(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        assert more, "the connection was closed"
        data += more
    return data


def make_client(verify):
    return boto3.client("dynamodb", endpoint_url=ENDPOINT, verify=verify,
                        config=Config(retries={"max_attempts": 1, "mode": "standard"}))


@test("the reload of the configuration has switched new connections to TLS")
def switched():
    end = time.monotonic() + 10
    while True:
        try:
            with connect() as connection:
                connection.sendall(HEALTH)
                assert answer_of(connection).startswith(b"HTTP/1.1 200 ")
            break
        except (OSError, AssertionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@test("boto3 works over TLS, also with large bodies, and checks the certificate")
def with_boto3():
    client = make_client(CA)
    name = harness.new_name()
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "N"}])
    for number in range(10):
        client.put_item(TableName=name, Item={"pk": {"N": str(number)}, "text": {"S": str(number) * 390000}})
    answer = client.batch_get_item(RequestItems={name: {"Keys": [{"pk": {"N": str(n)}} for n in range(10)]}})
    equal({item["pk"]["N"]: item["text"]["S"] for item in answer["Responses"][name]},
          {str(n): str(n) * 390000 for n in range(10)})
    client.delete_table(TableName=name)
    try:
        make_client(True).list_tables()
        raise AssertionError("a certificate that nobody vouches for was taken")
    except SSLError:
        pass


@test("TLS 1.2 and 1.3 are spoken, 1.1 is not; HTTP/1.1 is agreed upon")
def versions():
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
        with connect(maximum_version=version, minimum_version=version) as connection:
            equal(connection.version(), name)
            equal(connection.selected_alpn_protocol(), "http/1.1")
            connection.sendall(HEALTH * 3)
            assert answer_of(connection).startswith(b"HTTP/1.1 200 ")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        context.wrap_socket(socket.create_connection(ADDRESS, timeout=10))
        raise AssertionError("TLS 1.1 was spoken")
    except (ssl.SSLError, ConnectionError):
        pass


@test("a client that sends its handshake byte by byte does not hold up others")
def slow():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cafile=CA)
    handshake = context.wrap_bio(incoming, outgoing, server_hostname="localhost")
    try:
        handshake.do_handshake()
    except ssl.SSLWantReadError:
        pass
    slow_one = socket.create_connection(ADDRESS, timeout=10)
    hello = outgoing.read()
    for at in range(0, 64):
        slow_one.sendall(hello[at:at + 1])
        with connect() as connection:
            connection.sendall(HEALTH)
            assert answer_of(connection).startswith(b"HTTP/1.1 200 ")
    slow_one.sendall(hello[64:])
    incoming.write(slow_one.recv(65536))
    slow_one.close()


@test("a connection without TLS, and one with rubbish, is closed; the endpoint goes on")
def rubbish():
    for data in (HEALTH, b"\x16\x03\x01\xff\xff" + b"\0" * 1000, os.urandom(2000), b""):
        with socket.create_connection(ADDRESS, timeout=10) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while received := connection.recv(65536):
                    assert not received.startswith(b"HTTP/1.1 200"), received
            except OSError:
                pass  # it was closed before everything was sent
    with connect() as connection:
        connection.sendall(HEALTH)
        assert answer_of(connection).startswith(b"HTTP/1.1 200 ")


harness.run("TLS")
