"""Single items: PutItem, GetItem, UpdateItem, DeleteItem, and what they return."""
from decimal import Decimal

from boto3.dynamodb.conditions import Attr

from harness import client, equal, raises, resource, table, test


@test("PutItem, GetItem, UpdateItem and DeleteItem")
def single_item():
    with table("Artist S", "Song S") as name:
        key = {"Artist": {"S": "No One You Know"}, "Song": {"S": "Call Me Today"}}
        client.put_item(TableName=name, Item=key | {"Year": {"N": "1990"}, "Genre": {"S": "Country"}})
        equal(client.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"],
              key | {"Year": {"N": "1990"}, "Genre": {"S": "Country"}})
        updated = client.update_item(
            TableName=name, Key=key, UpdateExpression="SET #y = #y + :n ADD Plays :n REMOVE Genre",
            ExpressionAttributeNames={"#y": "Year"}, ExpressionAttributeValues={":n": {"N": "1"}},
            ReturnValues="ALL_NEW")["Attributes"]
        equal(updated, key | {"Year": {"N": "1991"}, "Plays": {"N": "1"}})
        old = client.delete_item(TableName=name, Key=key, ReturnValues="ALL_OLD")["Attributes"]
        equal(old, updated)
        assert "Item" not in client.get_item(TableName=name, Key=key)


@test("projections, reserved words, and paths into documents")
def projections():
    with table("pk S") as name:
        client.put_item(TableName=name, Item={
            "pk": {"S": "a"}, "size": {"N": "1"},
            "list": {"L": [{"S": "zero"}, {"M": {"in": {"BOOL": True}}}]}})
        found = client.get_item(TableName=name, Key={"pk": {"S": "a"}}, ProjectionExpression="#s, #l[1].#i",
                                ExpressionAttributeNames={"#s": "size", "#l": "list", "#i": "in"})["Item"]
        equal(found, {"size": {"N": "1"}, "list": {"L": [{"M": {"in": {"BOOL": True}}}]}})


@test("return values of UpdateItem")
def return_values():
    with table("pk S") as name:
        def update(number, returned):
            return client.update_item(TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="SET n = :n",
                                      ExpressionAttributeValues={":n": {"N": str(number)}},
                                      ReturnValues=returned).get("Attributes")
        equal(update(1, "NONE"), None)
        equal(update(2, "UPDATED_OLD"), {"n": {"N": "1"}})
        equal(update(3, "UPDATED_NEW"), {"n": {"N": "3"}})
        equal(update(4, "ALL_OLD"), {"pk": {"S": "a"}, "n": {"N": "3"}})


@test("conditions of the resource layer, and the item of one that failed")
def conditions():
    with table("pk S") as name:
        its = resource.Table(name)
        its.put_item(Item={"pk": "a", "n": 1}, ConditionExpression=Attr("pk").not_exists())
        with raises("ConditionalCheckFailedException", "The conditional request failed") as failure:
            its.put_item(Item={"pk": "a", "n": 2}, ConditionExpression=Attr("pk").not_exists(),
                         ReturnValuesOnConditionCheckFailure="ALL_OLD")
        equal(failure["Item"], {"pk": {"S": "a"}, "n": {"N": "1"}})
        its.update_item(Key={"pk": "a"}, UpdateExpression="SET n = :n", ConditionExpression=Attr("n").between(1, 5),
                        ExpressionAttributeValues={":n": Decimal("2.5")})
        equal(its.get_item(Key={"pk": "a"})["Item"]["n"], Decimal("2.5"))
        with raises("ConditionalCheckFailedException") as failure:
            its.delete_item(Key={"pk": "a"}, ConditionExpression=Attr("n").lt(2))
        assert "Item" not in failure, failure
        equal(client.get_item(TableName=name, Key={"pk": {"S": "a"}})["Item"]["n"], {"N": "2.5"})


@test("an error is the exception class that the client makes of its name")
def exception_classes():
    with table("pk S") as name:
        try:
            client.delete_item(TableName=name, Key={"pk": {"S": "a"}}, ConditionExpression="attribute_exists(pk)")
        except client.exceptions.ConditionalCheckFailedException as error:
            equal(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        else:
            raise AssertionError("no error")


@test("consumed capacity and item collection metrics")
def capacity():
    index = {"IndexName": "by-other", "Projection": {"ProjectionType": "ALL"},
             "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "other", "KeyType": "RANGE"}]}
    with table("pk S", "sk S", definitions=["other S"], LocalSecondaryIndexes=[index]) as name:
        item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "other": {"S": "c"}}
        put = client.put_item(TableName=name, Item=item, ReturnConsumedCapacity="INDEXES", ReturnItemCollectionMetrics="SIZE")
        equal(put["ConsumedCapacity"], {
            "TableName": name, "CapacityUnits": 2.0, "Table": {"CapacityUnits": 1.0},
            "LocalSecondaryIndexes": {"by-other": {"CapacityUnits": 1.0}}})
        equal(put["ItemCollectionMetrics"]["ItemCollectionKey"], {"pk": {"S": "a"}})
        got = client.get_item(TableName=name, Key={"pk": {"S": "a"}, "sk": {"S": "b"}}, ReturnConsumedCapacity="TOTAL")
        equal(got["ConsumedCapacity"], {"TableName": name, "CapacityUnits": 0.5})


@test("parameters of before expressions")
def legacy():
    with table("pk S") as name:
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "n": {"N": "1"}}, Expected={"pk": {"Exists": False}})
        client.update_item(TableName=name, Key={"pk": {"S": "a"}},
                           AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": "41"}}})
        equal(client.get_item(TableName=name, Key={"pk": {"S": "a"}}, AttributesToGet=["n"])["Item"], {"n": {"N": "42"}})
