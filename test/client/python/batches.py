"""BatchGetItem and BatchWriteItem: what they do, and what they leave to be asked again."""
from harness import client, equal, raises, resource, table, test


@test("batch_writer and batch_get_item of the resource layer, over two tables")
def two_tables():
    with table("pk N") as one, table("pk N") as two:
        for name in (one, two):
            with resource.Table(name).batch_writer(overwrite_by_pkeys=["pk"]) as batch:
                for number in range(60):
                    batch.put_item(Item={"pk": number, "table": name})
                batch.delete_item(Key={"pk": 7})
        answer = resource.batch_get_item(RequestItems={
            name: {"Keys": [{"pk": n} for n in range(50)], "ConsistentRead": True} for name in (one, two)})
        for name in (one, two):
            found = answer["Responses"][name]
            equal(sorted(int(item["pk"]) for item in found), [n for n in range(50) if n != 7])
            assert all(item["table"] == name for item in found)
        equal(answer["UnprocessedKeys"], {})


@test("BatchGetItem leaves keys unprocessed beyond 16 MB, and they can be asked for")
def unprocessed():
    with table("pk N") as name:
        text = "x" * 350000
        for number in range(50):
            client.put_item(TableName=name, Item={"pk": {"N": str(number)}, "text": {"S": text}})
        wanted = {name: {"Keys": [{"pk": {"N": str(n)}} for n in range(50)], "ProjectionExpression": "pk"}}
        found, rounds = [], 0
        while wanted:
            answer = client.batch_get_item(RequestItems=wanted)
            found += [int(item["pk"]["N"]) for item in answer["Responses"][name]]
            wanted = answer["UnprocessedKeys"]
            rounds += 1
        equal(sorted(found), list(range(50)))
        assert rounds > 1, rounds


@test("the limits of batches")
def limits():
    with table("pk N") as name:
        put = [{"PutRequest": {"Item": {"pk": {"N": str(n)}}}} for n in range(26)]
        with raises("ValidationException"):
            client.batch_write_item(RequestItems={name: put})
        with raises("ValidationException", "duplicates"):
            client.batch_write_item(RequestItems={name: put[:1] * 2})
        with raises("ValidationException", "duplicates"):
            client.batch_get_item(RequestItems={name: {"Keys": [{"pk": {"N": "1"}}] * 2}})
        equal(client.scan(TableName=name, Select="COUNT")["Count"], 0)


@test("BatchWriteItem tells what it consumed of each table")
def consumed():
    with table("pk N") as name:
        answer = client.batch_write_item(ReturnConsumedCapacity="TOTAL", RequestItems={
            name: [{"PutRequest": {"Item": {"pk": {"N": str(n)}}}} for n in range(25)]})
        equal(answer["UnprocessedItems"], {})
        equal(answer["ConsumedCapacity"], [{"TableName": name, "CapacityUnits": 25.0}])
