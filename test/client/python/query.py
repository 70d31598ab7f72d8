"""Query and Scan: conditions, pages, paginators, indexes, segments."""
from boto3.dynamodb.conditions import Attr, Key

from harness import client, equal, raises, resource, table, test


def fill(name, count, **more):
    with resource.Table(name).batch_writer() as batch:
        for number in range(count):
            batch.put_item(Item={"pk": "p", "sk": number, "text": f"item {number:03d}"} | more)


@test("Query: conditions on the sort key, order, filter, count")
def conditions():
    with table("pk S", "sk N") as name:
        its = resource.Table(name)
        fill(name, 20)

        def numbers(condition, **more):
            return [int(item["sk"]) for item in its.query(KeyConditionExpression=Key("pk").eq("p") & condition, **more)["Items"]]
        equal(numbers(Key("sk").between(3, 5)), [3, 4, 5])
        equal(numbers(Key("sk").gte(17), ScanIndexForward=False), [19, 18, 17])
        equal(numbers(Key("sk").lt(10), FilterExpression=Attr("text").contains("7")), [7])
        counted = its.query(KeyConditionExpression=Key("pk").eq("p"), Select="COUNT", FilterExpression=Attr("text").gt("item 014"))
        equal((counted["Count"], counted["ScannedCount"]), (5, 20))
        equal(its.query(KeyConditionExpression=Key("pk").eq("nobody"))["Items"], [])


@test("Query: begins_with on strings, and the paginator")
def paginator():
    with table("pk S", "sk S") as name:
        with resource.Table(name).batch_writer() as batch:
            for number in range(30):
                batch.put_item(Item={"pk": "p", "sk": f"{'odd' if number % 2 else 'even'}#{number:02d}"})
        pages = list(client.get_paginator("query").paginate(
            TableName=name, KeyConditionExpression="pk = :p AND begins_with(sk, :odd)",
            ExpressionAttributeValues={":p": {"S": "p"}, ":odd": {"S": "odd"}}, PaginationConfig={"PageSize": 4}))
        equal([item["sk"]["S"] for page in pages for item in page["Items"]], [f"odd#{n:02d}" for n in range(1, 30, 2)])
        assert len(pages) >= 4, len(pages)


@test("Query: pages of 1 MB")
def large_pages():
    with table("pk S", "sk N") as name:
        fill(name, 12, blob="x" * 200000)
        pages = list(client.get_paginator("query").paginate(
            TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}}))
        equal([int(item["sk"]["N"]) for page in pages for item in page["Items"]], list(range(12)))
        assert len(pages) > 1, len(pages)


@test("Query and Scan of a global and a local secondary index")
def indexes():
    with table("pk S", "sk N", definitions=["text S"], GlobalSecondaryIndexes=[
            {"IndexName": "by-text", "KeySchema": [{"AttributeName": "text", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["extra"]}}],
            LocalSecondaryIndexes=[
                {"IndexName": "local", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"},
                                                     {"AttributeName": "text", "KeyType": "RANGE"}],
                 "Projection": {"ProjectionType": "ALL"}}]) as name:
        its = resource.Table(name)
        fill(name, 5, extra="e", other="o")
        its.put_item(Item={"pk": "p", "sk": 99})
        found = its.query(IndexName="by-text", KeyConditionExpression=Key("text").eq("item 003"))["Items"]
        equal(found, [{"pk": "p", "sk": 3, "text": "item 003", "extra": "e"}])
        found = its.query(IndexName="local", KeyConditionExpression=Key("pk").eq("p") & Key("text").gt("item 002"),
                          ConsistentRead=True)["Items"]
        equal([item["other"] for item in found], ["o", "o"])
        equal(its.scan(IndexName="by-text")["Count"], 5)
        with raises("ValidationException"):
            its.query(IndexName="by-text", KeyConditionExpression=Key("text").eq("x"), ConsistentRead=True)


@test("Scan: the paginator, parallel segments, filters and projections")
def scans():
    with table("pk N") as name:
        with resource.Table(name).batch_writer() as batch:
            for number in range(100):
                batch.put_item(Item={"pk": number, "even": number % 2 == 0})
        paginator = client.get_paginator("scan")

        def scan(**arguments):
            return sorted(int(item["pk"]["N"]) for page in paginator.paginate(TableName=name, **arguments)
                          for item in page["Items"])
        equal(scan(PaginationConfig={"PageSize": 7}), list(range(100)))
        segments = [scan(TotalSegments=4, Segment=segment) for segment in range(4)]
        equal(sorted(sum(segments, [])), list(range(100)))
        assert sum(1 for segment in segments if segment) > 1, segments
        equal(scan(FilterExpression="even = :t", ExpressionAttributeValues={":t": {"BOOL": True}}), list(range(0, 100, 2)))
        page = client.scan(TableName=name, ProjectionExpression="even", Limit=1)
        equal(sorted(page["Items"][0]), ["even"])
        assert "pk" in page["LastEvaluatedKey"], page
