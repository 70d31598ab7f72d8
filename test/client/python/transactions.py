"""TransactWriteItems and TransactGetItems."""
from harness import client, equal, raises, table, test


def item(key, **attributes):
    return {"pk": {"S": key}} | {name: {"N": str(value)} for name, value in attributes.items()}


@test("all four actions in one transaction, over two tables")
def all_actions():
    with table("pk S") as one, table("pk S") as two:
        for key in ("kept", "changed", "gone"):
            client.put_item(TableName=one, Item=item(key, n=1))
        client.transact_write_items(TransactItems=[
            {"ConditionCheck": {"TableName": one, "Key": item("kept"), "ConditionExpression": "n = :n",
                                "ExpressionAttributeValues": {":n": {"N": "1"}}}},
            {"Update": {"TableName": one, "Key": item("changed"), "UpdateExpression": "SET n = n + :n",
                        "ExpressionAttributeValues": {":n": {"N": "1"}}}},
            {"Delete": {"TableName": one, "Key": item("gone")}},
            {"Put": {"TableName": two, "Item": item("new", n=5)}}])
        answer = client.transact_get_items(TransactItems=[
            {"Get": {"TableName": one, "Key": item("changed")}},
            {"Get": {"TableName": one, "Key": item("gone")}},
            {"Get": {"TableName": two, "Key": item("new"), "ProjectionExpression": "n"}}])
        equal(answer["Responses"], [{"Item": item("changed", n=2)}, {}, {"Item": {"n": {"N": "5"}}}])


@test("a cancelled transaction says of each action why, and changes nothing")
def cancelled():
    with table("pk S") as name:
        client.put_item(TableName=name, Item=item("a", n=1))
        actions = [
            {"Put": {"TableName": name, "Item": item("b")}},
            {"Update": {"TableName": name, "Key": item("a"), "UpdateExpression": "SET n = :n",
                        "ConditionExpression": "n > :n", "ExpressionAttributeValues": {":n": {"N": "7"}},
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]
        with raises("TransactionCanceledException", "[None, ConditionalCheckFailed]") as failure:
            client.transact_write_items(TransactItems=actions)
        reasons = failure["CancellationReasons"]
        equal([reason["Code"] for reason in reasons], ["None", "ConditionalCheckFailed"])
        equal(reasons[1]["Item"], item("a", n=1))
        equal(client.scan(TableName=name)["Items"], [item("a", n=1)])
        try:
            client.transact_write_items(TransactItems=actions)
        except client.exceptions.TransactionCanceledException as error:
            equal(len(error.response["CancellationReasons"]), 2)


@test("a token makes a transaction happen once, and belongs to its request")
def idempotent():
    with table("pk S") as name:
        def add(number):
            return client.transact_write_items(ClientRequestToken="token-of-" + name[-20:], ReturnConsumedCapacity="TOTAL",
                                               TransactItems=[{"Update": {
                                                   "TableName": name, "Key": item("a"), "UpdateExpression": "ADD n :n",
                                                   "ExpressionAttributeValues": {":n": {"N": str(number)}}}}])
        assert add(1)["ConsumedCapacity"][0]["WriteCapacityUnits"] > 0
        assert add(1)["ConsumedCapacity"][0]["ReadCapacityUnits"] > 0
        equal(client.get_item(TableName=name, Key=item("a"))["Item"], item("a", n=1))
        with raises("IdempotentParameterMismatchException"):
            add(2)


@test("the limits of transactions")
def limits():
    with table("pk S") as name:
        with raises("ValidationException", "multiple operations on one item"):
            client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item("a")}},
                                                       {"Delete": {"TableName": name, "Key": item("a")}}])
        with raises("ValidationException"):
            client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item(str(n))}} for n in range(101)])
        client.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item(str(n))}} for n in range(100)])
        equal(client.scan(TableName=name, Select="COUNT")["Count"], 100)
