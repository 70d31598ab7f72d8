"""Values of every type go in and come back as they were."""
from decimal import Decimal

from boto3.dynamodb.types import Binary

from harness import client, equal, raises, resource, table, test

NUMBERS = ["0", "-1", "0.1", "1E-130", "-1E-130", "9.9999999999999999999999999999999999999E+125",
           "-9.9999999999999999999999999999999999999E+125", "12345678901234567890123456789012345678",
           "0.00000000000000000000000000000000000001", "1e2", "100", "-0.5"]


@test("every type, nested")
def types():
    item = {
        "pk": "all", "string": "ä€𝄞", "empty": "", "number": Decimal("-12.5"), "bytes": Binary(bytes(range(256))),
        "no bytes": Binary(b""), "true": True, "false": False, "null": None, "list": [1, "two", [Decimal("3")], {}],
        "map": {"a": {"b": {"c": []}}}, "strings": {"a", "b", "ü"},
        "numbers": {Decimal("1"), Decimal("-2.5")}, "binaries": {Binary(b"\0"), Binary(b"\xff")}}
    with table("pk S") as name:
        its = resource.Table(name)
        its.put_item(Item=item)
        equal(its.get_item(Key={"pk": "all"})["Item"], item)


@test("numbers keep 38 digits and the whole range of exponents")
def numbers():
    with table("pk S") as name:
        its = resource.Table(name)
        # The resource layer sends them all, but does not take back numbers that are written with more than 38 digits.
        its.put_item(Item={"pk": "n", "list": [Decimal(n) for n in NUMBERS], "set": {Decimal(n) for n in NUMBERS}})
        found = client.get_item(TableName=name, Key={"pk": {"S": "n"}})["Item"]
        equal([Decimal(n["N"]) for n in found["list"]["L"]], [Decimal(n) for n in NUMBERS])
        equal({Decimal(n) for n in found["set"]["NS"]}, {Decimal(n) for n in NUMBERS})


@test("numbers beyond the range are refused")
def too_large():
    with table("pk S") as name:
        for number, text in (("1E126", "Number overflow"), ("1E-131", "Number underflow"),
                             ("1" * 39, "significant digits"), ("twelve", "cannot be converted to a numeric value")):
            with raises("ValidationException", text):
                client.put_item(TableName=name, Item={"pk": {"S": "a"}, "n": {"N": number}})


@test("control characters in names, and U+0000 in values and keys, too")
def control_characters():
    text = "".join(map(chr, range(32))) + "\x7f\u2028\ufeff\uffff"
    with table("pk S", "sk S") as name:
        item = {"pk": {"S": "a\0b"}, "sk": {"S": text}, "name" + text[1:]: {"S": text}}
        client.put_item(TableName=name, Item=item)
        equal(client.get_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})["Item"], item)
        assert "Item" not in client.get_item(TableName=name, Key={"pk": {"S": "a"}, "sk": item["sk"]})


@test("keys of every type are found and ordered")
def keys():
    for type_, ordered in (("S", ["", "a", "a\0", "aa", "b", "ä"][1:]), ("N", ["-100", "-1", "0", "0.5", "3", "20"]),
                           ("B", [b"\0", b"\0\0", b"\1", b"\x7f", b"\xff"])):
        with table("pk S", f"sk {type_}") as name:
            for value in reversed(ordered):
                client.put_item(TableName=name, Item={"pk": {"S": "p"}, "sk": {type_: value}})
            page = client.query(TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}})
            equal([item["sk"][type_] for item in page["Items"]], ordered)


@test("an item of nearly 400 KB, and one of more")
def large():
    with table("pk S") as name:
        text = "x" * (409600 - len("pk") - 1 - len("text"))
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "text": {"S": text}})
        equal(client.get_item(TableName=name, Key={"pk": {"S": "a"}})["Item"]["text"]["S"], text)
        with raises("ValidationException", "Item size has exceeded the maximum allowed size"):
            client.put_item(TableName=name, Item={"pk": {"S": "a"}, "text": {"S": text + "y"}})


@test("sets have no order, no doubles, and are not empty")
def sets():
    with table("pk S") as name:
        with raises("ValidationException", "Input collection"):
            client.put_item(TableName=name, Item={"pk": {"S": "a"}, "s": {"SS": ["x", "x"]}})
        with raises("ValidationException"):
            client.put_item(TableName=name, Item={"pk": {"S": "a"}, "s": {"NS": []}})
        client.put_item(TableName=name, Item={"pk": {"S": "a"}, "s": {"NS": ["1", "2"]}})
        client.update_item(TableName=name, Key={"pk": {"S": "a"}}, UpdateExpression="ADD s :more",
                           ExpressionAttributeValues={":more": {"NS": ["2.0", "3"]}})
        equal(set(client.get_item(TableName=name, Key={"pk": {"S": "a"}})["Item"]["s"]["NS"]), {"1", "2", "3"})
