"""What is around the JSON: headers, checksums, retries, compression, many connections."""
import gzip
import os
import re
import urllib.error
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor

from harness import ENDPOINT, client, equal, make_client, table, test


@test("request ids and checksums of answers")
def headers():
    seen = []
    own = make_client()
    own.meta.events.register("after-call.dynamodb.*", lambda http_response, **_: seen.append(http_response))
    for _ in range(3):
        own.list_tables()
    try:
        own.get_item(TableName="nobody-has-this", Key={"pk": {"S": "a"}})
    except own.exceptions.ResourceNotFoundException:
        pass
    equal(len(seen), 4)
    for answer in seen:
        assert re.fullmatch("[A-Z0-9]{52}", answer.headers["x-amzn-RequestId"]), answer.headers
        equal(answer.headers["x-amz-crc32"], str(zlib.crc32(answer.content)))
        equal(answer.headers["Content-Type"], "application/x-amz-json-1.0")
    equal(len({answer.headers["x-amzn-RequestId"] for answer in seen}), 4)


@test("a damaged answer is noticed by its checksum, and asked for again")
def damaged():
    with table("pk S") as name:
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "state": {"S": "intact"}})
        attempts = []
        through_proxy = make_client(endpoint=os.environ["DYNAMO_DAMAGED_ENDPOINT"], retries={"mode": "legacy", "max_attempts": 3})
        through_proxy.meta.events.register("before-send.dynamodb.*", lambda **_: attempts.append(1))
        equal(through_proxy.get_item(TableName=name, Key={"pk": {"S": "a"}})["Item"]["state"], {"S": "intact"})
        equal(len(attempts), 2)


@test("many clients at a time count to the same number")
def concurrent():
    with table("pk S") as name:
        own = make_client(max_pool_connections=16)

        def add(_):
            own.update_item(TableName=name, Key={"pk": {"S": "counter"}}, UpdateExpression="ADD n :one",
                            ExpressionAttributeValues={":one": {"N": "1"}})
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(add, range(400)))
        equal(client.get_item(TableName=name, Key={"pk": {"S": "counter"}})["Item"]["n"], {"N": "400"})


@test("requests may be compressed")
def compressed():
    own = make_client()

    def compress(request, **_):
        request.data = gzip.compress(request.data)
        request.headers["Content-Encoding"] = "gzip"
    with table("pk S") as name:
        own.meta.events.register_first("request-created.dynamodb.PutItem", compress)
        own.put_item(TableName=name, Item={"pk": {"S": "a"}, "text": {"S": "x" * 100000}})
        equal(len(client.get_item(TableName=name, Key={"pk": {"S": "a"}})["Item"]["text"]["S"]), 100000)


@test("GET / answers that the endpoint is healthy")
def health():
    with urllib.request.urlopen(ENDPOINT + "/") as answer:
        assert answer.read().startswith(b"healthy: dynamodb"), answer


@test("a request without a signature is refused")
def unsigned():
    request = urllib.request.Request(ENDPOINT, b"{}", {"Content-Type": "application/x-amz-json-1.0",
                                                       "X-Amz-Target": "DynamoDB_20120810.ListTables"})
    try:
        urllib.request.urlopen(request)
        raise AssertionError("it was answered")
    except urllib.error.HTTPError as error:
        equal(error.code, 400)
        assert b"MissingAuthenticationTokenException" in error.read()


SAMPLE = re.compile(r'([a-z_:]+)(?:\{((?:[a-z_]+="[^"\\\n]*",?)*)\})? (\S+)')


def read_metrics():
    """The samples of /metrics, {(name, labels): value}, and the types of their names."""
    with urllib.request.urlopen(ENDPOINT + "/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), answer.headers
        text = answer.read().decode()
    assert text.endswith("\n")
    samples, types, helped = {}, {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, type_ = line[7:].split()
            assert name in helped and name not in types, line
            types[name] = type_
        elif line.startswith("# HELP "):
            helped.add(line.split()[2])
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            name = re.sub("_(bucket|sum|count)$", "", match[1]) if match[1] not in types else match[1]
            assert name in types, line
            key = (match[1], match[2] or "")
            assert key not in samples, line
            samples[key] = float(match[3])
    return samples, types


@test("GET /metrics counts requests, errors, latencies and consumed units")
def metrics():
    with table("pk S") as name:
        before, types = read_metrics()
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "text": {"S": "x" * 5000}})
        client.get_item(TableName=name, Key={"pk": {"S": "a"}}, ConsistentRead=True)
        try:
            client.delete_item(TableName=name, Key={"pk": {"S": "a"}}, ConditionExpression="attribute_not_exists(pk)")
        except client.exceptions.ConditionalCheckFailedException:
            pass
        after, _ = read_metrics()

    def rise(sample, labels):
        return after.get((sample, labels), 0) - before.get((sample, labels), 0)
    equal(types["dynamo_request_seconds"], "histogram")
    equal(types["dynamo_http_connections"], "gauge")
    equal(rise("dynamo_requests_total", 'operation="PutItem"'), 1)
    equal(rise("dynamo_requests_total", 'operation="DeleteItem"'), 1)
    equal(rise("dynamo_errors_total", 'operation="DeleteItem",error="ConditionalCheckFailedException"'), 1)
    equal(rise("dynamo_errors_total", 'operation="PutItem",error="ConditionalCheckFailedException"'), 0)
    equal(rise("dynamo_request_seconds_count", 'operation="GetItem"'), 1)
    equal(rise("dynamo_request_seconds_bucket", 'operation="GetItem",le="+Inf"'), 1)
    equal(rise("dynamo_consumed_write_capacity_units_total", 'operation="PutItem"'), 5)
    equal(rise("dynamo_consumed_read_capacity_units_total", 'operation="GetItem"'), 2)
    assert after[("dynamo_http_connections", "")] >= 1
    assert rise("dynamo_http_received_bytes_total", "") > 5000
    buckets = [value for (sample, labels), value in after.items()
               if sample == "dynamo_request_seconds_bucket" and 'operation="GetItem"' in labels]
    equal(buckets, sorted(buckets))


@test("consumed units are metered of every kind of operation", "ExecuteStatement")
def metered():
    index = {"IndexName": "by-text", "KeySchema": [{"AttributeName": "text", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "KEYS_ONLY"}}
    with table("pk S", definitions=["text S"], GlobalSecondaryIndexes=[index]) as name:
        def item(key):
            return {"pk": {"S": key}, "text": {"S": "x" * 1500}}
        before, _ = read_metrics()
        client.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item(key)}} for key in "abc"]})
        client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item("d")}}])
        client.update_item(TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="SET n = :n",
                           ExpressionAttributeValues={":n": {"N": "1"}}, ReturnConsumedCapacity="TOTAL")
        client.delete_item(TableName=name, Key={"pk": {"S": "d"}})
        client.batch_get_item(RequestItems={name: {"Keys": [{"pk": {"S": key}} for key in "ab"]}})
        client.transact_get_items(TransactItems=[{"Get": {"TableName": name, "Key": {"pk": {"S": "a"}}}}])
        client.query(TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "a"}})
        client.scan(TableName=name, ConsistentRead=True)
        client.execute_statement(Statement=f'SELECT * FROM "{name}" WHERE pk = ?', Parameters=[{"S": "a"}])
        client.execute_statement(Statement=f'DELETE FROM "{name}" WHERE pk = ?', Parameters=[{"S": "b"}])
        after, _ = read_metrics()
    units = {}
    for kind in ("read", "write"):
        sample = f"dynamo_consumed_{kind}_capacity_units_total"
        for (found, labels), value in after.items():
            if found == sample and value > before.get((found, labels), 0):
                units[kind, labels.split('"')[1]] = value - before.get((found, labels), 0)
    equal(units, {
        ("write", "BatchWriteItem"): 3 * (2 + 2), ("write", "TransactWriteItems"): 2 * 2 + 2, ("write", "UpdateItem"): 2,
        ("write", "DeleteItem"): 2 + 2, ("write", "ExecuteStatement"): 2 + 2, ("read", "BatchGetItem"): 1,
        ("read", "TransactGetItems"): 2, ("read", "Query"): 0.5, ("read", "Scan"): 2, ("read", "ExecuteStatement"): 0.5})
