"""Streams: what was written comes out as records, in order."""
import time

from harness import client, equal, make_client, raises, table, test, wait_until
from transport import read_metrics

NOBODY = "arn:aws:dynamodb:us-east-1:000000000000:table/nobody-has-this/stream/2026-01-01T00:00:00.000"


@test("streams that are not there", "GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
def absent():
    streams = make_client("dynamodbstreams")
    with table("pk S") as name:
        equal(streams.list_streams(TableName=name)["Streams"], [])
    with raises("ResourceNotFoundException"):
        streams.describe_stream(StreamArn=NOBODY)
    with raises("ResourceNotFoundException"):
        streams.get_shard_iterator(StreamArn=NOBODY, ShardId="shardId-00000000000000000000-00000000", ShardIteratorType="LATEST")
    with raises("ValidationException"):
        streams.get_records(ShardIterator="nothing")


@test("a stream's shards and records", "GetRecords", "CreateTable.StreamSpecification")
def records():
    streams = make_client("dynamodbstreams")
    with table("pk S", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}) as name:
        arn = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        assert arn in [stream["StreamArn"] for stream in streams.list_streams(TableName=name)["Streams"]]
        wait_until(lambda: describe(streams, arn)["StreamStatus"] == "ENABLED")
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "n": {"N": "2"}})
        client.delete_item(TableName=name, Key={"pk": {"S": "a"}})
        found = wait_until(lambda: (lambda all_: all_ if len(all_) == 3 else None)(read(streams, arn)))
        equal([record["eventName"] for record in found], ["INSERT", "MODIFY", "REMOVE"])
        equal(found[1]["dynamodb"]["OldImage"]["n"], {"N": "1"})
        equal(found[1]["dynamodb"]["NewImage"]["n"], {"N": "2"})


@test("a consumer that follows the shards gets every record once")
def consumer():
    streams = make_client("dynamodbstreams")
    with table("pk S", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}) as name:
        arn = client.describe_table(TableName=name)["Table"]["LatestStreamArn"]
        wait_until(lambda: describe(streams, arn)["StreamStatus"] == "ENABLED")
        progress = {}    # ShardId -> iterator, None at its end
        found = []
        # Written while shards are closed and others opened.
        for n in range(60):
            client.put_item(TableName=name, Item={"pk": {"S": f"k{n % 7}"}, "n": {"N": str(n)}})
            follow(streams, arn, progress, found)
            time.sleep(0.1)
        wait_until(lambda: follow(streams, arn, progress, found) or len(found) >= 60)
        numbers = [int(record["dynamodb"]["NewImage"]["n"]["N"]) for record in found]
        equal(sorted(numbers), list(range(60)))
        for key in range(7):
            equal([n for n in numbers if n % 7 == key], [n for n in range(60) if n % 7 == key])
        assert sum(iterator is None for iterator in progress.values()) >= 2, "no shard was closed"
        equal(len({record["eventID"] for record in found}), 60)


@test("metrics tell how far streams and their consumers are behind")
def lag():
    samples, types = read_metrics()
    for name in ("dynamo_stream_lag_bytes", "dynamo_event_source_lag_seconds", "dynamo_event_sources_failing"):
        equal(types[name], "gauge")
        assert samples[(name, "")] >= 0


def follow(streams, arn, progress, found):
    """Begin shards whose parent was read to its end, and read a page of each."""
    shards = describe(streams, arn)["Shards"]
    known = {shard["ShardId"] for shard in shards}
    for shard in shards:
        parent = shard.get("ParentShardId")
        if shard["ShardId"] not in progress and (parent not in known or (parent in progress and progress[parent] is None)):
            progress[shard["ShardId"]] = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    for shard, iterator in progress.items():
        if iterator is not None:
            answer = streams.get_records(ShardIterator=iterator, Limit=2)
            found += answer["Records"]
            progress[shard] = answer.get("NextShardIterator")


def describe(streams, arn):
    return streams.describe_stream(StreamArn=arn)["StreamDescription"]


def read(streams, arn):
    """All records of a stream, from its beginning."""
    found = []
    for shard in describe(streams, arn)["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        for _ in range(3):
            answer = streams.get_records(ShardIterator=iterator)
            found += answer["Records"]
            iterator = answer.get("NextShardIterator")
            if iterator is None:
                break
    return sorted(found, key=lambda record: int(record["dynamodb"]["SequenceNumber"]))
