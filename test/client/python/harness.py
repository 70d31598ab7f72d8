"""What the suites of boto3 share: how tests are declared and reported, clients, tables."""
import contextlib
import itertools
import os
import sys
import time
import traceback

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["DYNAMO_ENDPOINT"]
BUILT = set(os.environ["DYNAMO_OPERATIONS"].split())
UNSUPPORTED = set(os.environ["DYNAMO_UNSUPPORTED"].split())

called = set()
tests = []
numbers = itertools.count(1)


def test(name, *needs):
    """Declare a test; it is skipped where an operation, or a member of one ("CreateTable.Tags"), that it needs is not built."""
    def declare(function):
        tests.append((name, needs, function))
        return function
    return declare


def run(suite):
    """Run what is declared, print TAP, and exit with 1 if anything failed."""
    failed = 0
    for name, needs, function in tests:
        missing = [need for need in needs if need in UNSUPPORTED or need.split(".")[0] not in BUILT]
        if missing:
            print(f"ok - {suite}: {name} # SKIP {', '.join(missing)} is not built")
            continue
        try:
            function()
            print(f"ok - {suite}: {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok - {suite}: {name}")
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            sys.stdout.flush()
    sys.exit(1 if failed else 0)


def make_client(service="dynamodb", key=None, endpoint=ENDPOINT, **config):
    """A client of the endpoint; key is (id, secret[, session token])."""
    config = {"retries": {"max_attempts": 3, "mode": "standard"}, "connect_timeout": 5, "read_timeout": 60} | config
    arguments = dict(zip(("aws_access_key_id", "aws_secret_access_key", "aws_session_token"), key or ()))
    client = boto3.client(service, endpoint_url=endpoint, config=Config(**config), **arguments)
    watch(client)
    return client


def watch(client):
    client.meta.events.register("before-call.*.*", lambda model, **_: called.add(model.name))


client = make_client()
resource = boto3.resource("dynamodb", endpoint_url=ENDPOINT)
watch(resource.meta.client)


def new_name():
    return f"boto3.table-{next(numbers)}_{os.getpid()}"


def key_schema(*attributes):
    """The key schema and the definitions of "name type" of partition and sort key."""
    pairs = [attribute.split() for attribute in attributes]
    schema = [{"AttributeName": name, "KeyType": kind} for (name, _), kind in zip(pairs, ("HASH", "RANGE"))]
    return schema, [{"AttributeName": name, "AttributeType": type_} for name, type_ in pairs]


@contextlib.contextmanager
def table(*attributes, definitions=(), **more):
    """A table for the time of a test; the value is its name."""
    name = new_name()
    schema, own = key_schema(*attributes)
    for name_type in definitions:
        own.append(dict(zip(("AttributeName", "AttributeType"), name_type.split())))
    client.create_table(TableName=name, KeySchema=schema, AttributeDefinitions=own,
                        **({"BillingMode": "PAY_PER_REQUEST"} | more))
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    try:
        yield name
    finally:
        client.delete_table(TableName=name)


@contextlib.contextmanager
def raises(code, *texts):
    """The block must raise the service's error of this name, with these texts in its message; yields its response."""
    response = {}
    try:
        yield response
    except ClientError as error:
        response.update(error.response)
        assert response["Error"]["Code"] == code, response
        for text in texts:
            assert text in response["Error"]["Message"], response["Error"]["Message"]
    else:
        raise AssertionError(f"no {code} was raised")


def equal(found, expected):
    assert found == expected, f"\nfound    {found!r}\nexpected {expected!r}"


def wait_until(what, seconds=30):
    """Wait for a condition, and return its first true value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")
