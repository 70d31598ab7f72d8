"""The end of the demo: the same tables through an AWS SDK.  The port of the endpoint is the argument.

Statements are shown as they are run, and so are values and errors.
"""
import ast
import pprint
import sys

TOUR = '''
# An unmodified AWS SDK: all it is told is the endpoint.
import boto3
dynamodb = boto3.resource("dynamodb", endpoint_url="http://127.0.0.1:{port}", region_name="us-east-1",
                          aws_access_key_id="any", aws_secret_access_key="any")
music = dynamodb.Table("Music")

# It sees what SQL has written, and writes what SQL sees.
music.get_item(Key={{"Artist": "Mina Okafor", "SongTitle": "Glass Garden"}})["Item"]["Awards"]
music.put_item(Item={{"Artist": "Ada Quill", "SongTitle": "Tide Tables", "Year": 2025, "Tags": {{"slow"}}}})["ResponseMetadata"]["HTTPStatusCode"]

# Pages of a Query, put together by the SDK.
from boto3.dynamodb.conditions import Key
pages = dynamodb.meta.client.get_paginator("query").paginate(
    TableName="Cities", KeyConditionExpression=Key("country").eq("CH") & Key("place").begins_with("Z"), ProjectionExpression="place")
sum(page["Count"] for page in pages)

# A transaction over two tables: both or neither.
dynamodb.meta.client.transact_write_items(TransactItems=[
    {{"Update": {{"TableName": "Forum", "Key": {{"Name": "Amazon DynamoDB"}}, "UpdateExpression": "ADD Messages :one",
                "ExpressionAttributeValues": {{":one": 1}}}}}},
    {{"Put": {{"TableName": "Music", "Item": {{"Artist": "Ada Quill", "SongTitle": "Tide Tables"}},
             "ConditionExpression": "attribute_not_exists(Artist)"}}}}])
'''


def main():
    source = TOUR.format(port=sys.argv[1]).strip()
    names = {}
    lines = source.splitlines()
    shown = 0
    for statement in ast.parse(source).body:
        print("\n".join(lines[shown:statement.end_lineno]))
        shown = statement.end_lineno
        try:
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), "tour", "eval"), names)
                print("--> " + pprint.pformat(value))
            else:
                exec(compile(ast.Module([statement], []), "tour", "exec"), names)
        except Exception as error:
            if not hasattr(error, "response"):
                raise
            print("--> " + str(error))
    print()


main()
