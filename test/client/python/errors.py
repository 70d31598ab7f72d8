"""Errors: their names, their texts, and what is refused before an operation runs."""
import os

from harness import called, client, equal, make_client, new_name, raises, table, test

NOBODY = {"TableName": "nobody-has-this", "Key": {"pk": {"S": "a"}}}


@test("ResourceNotFoundException and ResourceInUseException")
def resources():
    with raises("ResourceNotFoundException"):
        client.get_item(**NOBODY)
    with raises("ResourceNotFoundException"):
        client.delete_table(TableName="nobody-has-this")
    with table("pk S") as name, raises("ResourceInUseException"):
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])


@test("ValidationException, with the service's texts")
def validation():
    with table("pk S") as name:
        with raises("ValidationException", "The provided key element does not match the schema"):
            client.get_item(TableName=name, Key={"other": {"S": "a"}})
        with raises("ValidationException", "Invalid UpdateExpression: Syntax error"):
            client.update_item(TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="SET SET")
        with raises("ValidationException", "reserved keyword: size"):
            client.update_item(TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="SET size = :n",
                               ExpressionAttributeValues={":n": {"N": "1"}})
    lax = make_client(parameter_validation=False)
    with raises("ValidationException", "Member must not be null"):
        lax.get_item(TableName="nobody-has-this")


@test("SerializationException")
def serialization():
    lax = make_client(parameter_validation=False)
    with raises("SerializationException"):
        lax.get_item(TableName="nobody-has-this", Key={"pk": {"BOOL": [1]}})


@test("operations that are not built are unknown")
def unknown():
    with raises("UnknownOperationException"):
        client.list_global_tables()
    called.discard("ListGlobalTables")


@test("AccessDeniedException for a role without privileges")
def access():
    stranger = make_client(key=os.environ["DYNAMO_STRANGER"].split()[:2])
    with table("pk S") as name:
        with raises("AccessDeniedException"):
            stranger.put_item(TableName=name, Item={"pk": {"S": "a"}})
        with raises("AccessDeniedException"):
            stranger.delete_table(TableName=name)
        equal(client.scan(TableName=name)["Items"], [])


@test("unknown keys, wrong secrets, session tokens")
def keys():
    own = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    temporary = os.environ["DYNAMO_TEMPORARY"].split()
    with raises("UnrecognizedClientException", "The security token included in the request is invalid."):
        make_client(key=("DYNAAAAAAAAAAAAAAAAA", own[1])).list_tables()
    with raises("InvalidSignatureException", "does not match the signature you provided"):
        make_client(key=(own[0], own[1][::-1])).list_tables()
    assert "TableNames" in make_client(key=temporary).list_tables()
    with raises("UnrecognizedClientException"):
        make_client(key=temporary[:2]).list_tables()
    with raises("UnrecognizedClientException"):
        make_client(key=temporary[:2] + [temporary[2][::-1]]).list_tables()


@test("any region may be signed for")
def regions():
    import boto3
    from harness import ENDPOINT
    other = boto3.client("dynamodb", endpoint_url=ENDPOINT, region_name="eu-central-1")
    name = new_name()
    assert name not in other.list_tables()["TableNames"]
