"""Tests of the endpoint with the AWS CLI: every operation, by the command of its name."""
import json
import os
import re
import subprocess
import sys
import time
import traceback

os.environ["AWS_ENDPOINT_URL"] = os.environ["DYNAMO_ENDPOINT"]
BUILT = os.environ["DYNAMO_OPERATIONS"].split()
UNSUPPORTED = os.environ["DYNAMO_UNSUPPORTED"].split()
TABLE = f"cli.table-{os.getpid()}"
called = set()
tests = []


def test(name, *needs):
    def declare(function):
        tests.append((name, needs, function))
        return function
    return declare


class Failed(Exception):
    """A command that failed; its text is what it wrote."""


def aws(service, command, *arguments, **options):
    """Run a command with --name value for each option (values that are no text as JSON); returns its output, read."""
    for name, value in options.items():
        arguments += ("--" + name.replace("_", "-"), value if isinstance(value, str) else json.dumps(value))
    done = subprocess.run(["aws", service, command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(done.stderr.strip())
    note(command)
    return json.loads(done.stdout) if done.stdout.strip() else None


def note(command):
    """Note that an operation was answered."""
    called.add("".join(word.capitalize() for word in command.split("-")))


def dynamodb(command, *arguments, **options):
    return aws("dynamodb", command, *arguments, **options)


def fails(code, command, *arguments, **options):
    try:
        dynamodb(command, *arguments, **options)
    except Failed as error:
        assert f"An error occurred ({code}) when calling" in str(error), error
        return str(error)
    raise AssertionError(f"{command} did not fail")


def equal(found, expected):
    assert found == expected, f"\nfound    {found!r}\nexpected {expected!r}"


def key(number):
    return {"pk": {"S": "p"}, "sk": {"N": str(number)}}


@test("tables: create, wait, describe, update, list, tag")
def tables():
    created = dynamodb("create-table", "--attribute-definitions", "AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=N",
                       "--key-schema", "AttributeName=pk,KeyType=HASH", "AttributeName=sk,KeyType=RANGE",
                       "--provisioned-throughput", "ReadCapacityUnits=1,WriteCapacityUnits=2", table_name=TABLE)
    equal(created["TableDescription"]["TableName"], TABLE)
    dynamodb("wait", "table-exists", table_name=TABLE)
    described = dynamodb("describe-table", table_name=TABLE)["Table"]
    equal(described["TableStatus"], "ACTIVE")
    updated = dynamodb("update-table", table_name=TABLE, billing_mode="PAY_PER_REQUEST")["TableDescription"]
    equal(updated["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")
    assert TABLE in dynamodb("list-tables", "--page-size", "1")["TableNames"]
    arn = described["TableArn"]
    dynamodb("tag-resource", "--tags", "Key=a,Value=b", "Key=c,Value=d", resource_arn=arn)
    dynamodb("untag-resource", resource_arn=arn, tag_keys="a")
    equal(dynamodb("list-tags-of-resource", resource_arn=arn)["Tags"], [{"Key": "c", "Value": "d"}])


@test("the account and what a table may have")
def account():
    assert dynamodb("describe-limits")["AccountMaxWriteCapacityUnits"] > 0
    assert dynamodb("describe-endpoints")["Endpoints"]
    assert "ContinuousBackupsStatus" in dynamodb("describe-continuous-backups", table_name=TABLE)["ContinuousBackupsDescription"]
    equal(dynamodb("describe-time-to-live", table_name=TABLE)["TimeToLiveDescription"]["TimeToLiveStatus"], "DISABLED")


@test("items: put, get, update, delete")
def items():
    item = key(1) | {"text": {"S": "ä \u0001 \u0000"}, "list": {"L": [{"NULL": True}, {"BOOL": False}]}}
    # Version 1 of the CLI takes binary values as they are, and prints them in base64.
    dynamodb("put-item", table_name=TABLE, item=item | {"bytes": {"B": "hello"}})
    item["bytes"] = {"B": "aGVsbG8="}
    equal(dynamodb("get-item", "--consistent-read", table_name=TABLE, key=key(1))["Item"], item)
    updated = dynamodb("update-item", table_name=TABLE, key=key(1), update_expression="SET n = :n REMOVE #l",
                       expression_attribute_names={"#l": "list"}, expression_attribute_values={":n": {"N": "5"}},
                       return_values="UPDATED_NEW")
    equal(updated["Attributes"], {"n": {"N": "5"}})
    old = dynamodb("delete-item", table_name=TABLE, key=key(1), return_values="ALL_OLD", return_consumed_capacity="TOTAL")
    equal(old["Attributes"]["n"], {"N": "5"})
    equal(old["ConsumedCapacity"], {"TableName": TABLE, "CapacityUnits": 1.0})


@test("batches, Query and Scan, whose pages the CLI puts together")
def pages():
    puts = [{"PutRequest": {"Item": key(n)}} for n in range(25)]
    equal(dynamodb("batch-write-item", request_items={TABLE: puts})["UnprocessedItems"], {})
    found = dynamodb("batch-get-item", request_items={TABLE: {"Keys": [key(3), key(99)]}})
    equal(found["Responses"], {TABLE: [key(3)]})
    found = dynamodb("query", "--page-size", "4", "--no-scan-index-forward", table_name=TABLE,
                     key_condition_expression="pk = :p AND sk < :n",
                     expression_attribute_values={":p": {"S": "p"}, ":n": {"N": "10"}})
    equal([item["sk"]["N"] for item in found["Items"]], [str(n) for n in range(9, -1, -1)])
    first = dynamodb("scan", "--max-items", "10", table_name=TABLE)
    rest = dynamodb("scan", table_name=TABLE, starting_token=first["NextToken"])
    equal((len(first["Items"]), len(rest["Items"])), (10, 15))


@test("transactions")
def transactions():
    dynamodb("transact-write-items", transact_items=[
        {"Put": {"TableName": TABLE, "Item": key(100)}}, {"Delete": {"TableName": TABLE, "Key": key(0)}}])
    found = dynamodb("transact-get-items", transact_items=[{"Get": {"TableName": TABLE, "Key": key(n)}} for n in (100, 0)])
    equal(found["Responses"], [{"Item": key(100)}, {}])
    text = fails("TransactionCanceledException", "transact-write-items", transact_items=[
        {"ConditionCheck": {"TableName": TABLE, "Key": key(100), "ConditionExpression": "attribute_not_exists(pk)"}}])
    assert "[ConditionalCheckFailed]" in text, text


@test("PartiQL", "ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction")
def partiql():
    found = dynamodb("execute-statement", statement=f'SELECT * FROM "{TABLE}" WHERE pk = ? AND sk = ?',
                     parameters=[{"S": "p"}, {"N": "5"}])
    equal(found["Items"], [key(5)])
    found = dynamodb("batch-execute-statement", statements=[{"Statement": f"SELECT * FROM \"{TABLE}\" WHERE pk = 'p' AND sk = 6"}])
    equal(found["Responses"][0]["Item"], key(6))
    dynamodb("execute-transaction", transact_statements=[{"Statement": f"DELETE FROM \"{TABLE}\" WHERE pk = 'p' AND sk = 6"}])


@test("UpdateTimeToLive", "UpdateTimeToLive")
def time_to_live():
    specification = {"Enabled": True, "AttributeName": "expires"}
    equal(dynamodb("update-time-to-live", table_name=TABLE, time_to_live_specification=specification)["TimeToLiveSpecification"],
          specification)


@test("streams that are not there", "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords")
def no_streams():
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/nobody-has-this/stream/2026-01-01T00:00:00.000"
    equal(streams_command("list-streams", table_name=TABLE)["Streams"], [])
    for command, options in (("describe-stream", {"stream_arn": arn}), ("get-records", {"shard_iterator": "nothing"}),
                             ("get-shard-iterator", {"stream_arn": arn, "shard_id": "shardId-00000000000000000000-00000000",
                                                     "shard_iterator_type": "LATEST"})):
        try:
            streams_command(command, **options)
            raise AssertionError(f"{command} did not fail")
        except Failed as error:
            assert "An error occurred (" in str(error), error
            note(command)


def streams_command(command, **options):
    return aws("dynamodbstreams", command, **options)


@test("streams", "GetRecords", "UpdateTable.StreamSpecification")
def streams():
    dynamodb("update-table", table_name=TABLE, stream_specification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    arn = streams_command("list-streams", table_name=TABLE)["Streams"][0]["StreamArn"]
    end = time.monotonic() + 30
    while (stream := streams_command("describe-stream", stream_arn=arn)["StreamDescription"])["StreamStatus"] != "ENABLED":
        assert time.monotonic() < end, stream
    dynamodb("put-item", table_name=TABLE, item=key(1000))
    while time.monotonic() < end:
        for shard in streams_command("describe-stream", stream_arn=arn)["StreamDescription"]["Shards"]:
            iterator = streams_command("get-shard-iterator", stream_arn=arn, shard_id=shard["ShardId"],
                           shard_iterator_type="TRIM_HORIZON")["ShardIterator"]
            records = streams_command("get-records", shard_iterator=iterator)["Records"]
            if records:
                equal(records[0]["dynamodb"]["NewImage"], key(1000))
                return
    raise AssertionError("no record came")


@test("errors")
def errors():
    fails("ResourceNotFoundException", "describe-table", table_name="nobody-has-this")
    fails("ValidationException", "get-item", table_name=TABLE, key={"pk": {"S": "p"}})
    fails("ConditionalCheckFailedException", "put-item", table_name=TABLE, item=key(5), condition_expression="attribute_not_exists(pk)")
    fails("UnknownOperationException", "list-backups")
    os.environ["AWS_SECRET_ACCESS_KEY"], kept = "wrong", os.environ["AWS_SECRET_ACCESS_KEY"]
    fails("InvalidSignatureException", "list-tables")
    os.environ["AWS_SECRET_ACCESS_KEY"] = kept


@test("tables: delete, wait")
def delete():
    dynamodb("delete-table", table_name=TABLE)
    dynamodb("wait", "table-not-exists", table_name=TABLE)


@test("every operation that is built was called")
def all_operations():
    equal([operation for operation in BUILT if operation not in called], [])


def main():
    failed = False
    for name, needs, function in tests:
        missing = [need for need in needs if need in UNSUPPORTED or need.split(".")[0] not in BUILT]
        if missing:
            print(f"ok - CLI: {name} # SKIP {', '.join(missing)} is not built")
            continue
        try:
            function()
            print(f"ok - CLI: {name}", flush=True)
        except Exception:
            failed = True
            print(f"not ok - CLI: {name}")
            print(re.sub("^", "# ", traceback.format_exc().rstrip(), flags=re.MULTILINE), flush=True)
    sys.exit(1 if failed else 0)


main()
