"""Tables: create, describe, update, list, tag, delete; waiters and the paginator."""
from harness import client, equal, key_schema, new_name, raises, resource, table, test, wait_until

FAST = {"Delay": 1, "MaxAttempts": 30}


@test("CreateTable, DescribeTable and DeleteTable, with their waiters")
def life():
    name = new_name()
    schema, definitions = key_schema("Artist S", "Year N")
    created = client.create_table(TableName=name, KeySchema=schema, AttributeDefinitions=definitions,
                                  ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6},
                                  Tags=[{"Key": "team", "Value": "music"}])["TableDescription"]
    assert created["TableStatus"] in ("CREATING", "ACTIVE"), created
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig=FAST)
    described = client.describe_table(TableName=name)["Table"]
    equal(described["TableStatus"], "ACTIVE")
    equal(described["KeySchema"], schema)
    equal(sorted(d["AttributeName"] for d in described["AttributeDefinitions"]), ["Artist", "Year"])
    equal(described["ProvisionedThroughput"]["WriteCapacityUnits"], 6)
    equal(described["TableArn"], f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}")
    assert described["CreationDateTime"].tzinfo is not None
    equal(client.list_tags_of_resource(ResourceArn=described["TableArn"])["Tags"], [{"Key": "team", "Value": "music"}])
    deleted = client.delete_table(TableName=name)["TableDescription"]
    equal(deleted["TableName"], name)
    client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig=FAST)
    with raises("ResourceNotFoundException"):
        client.describe_table(TableName=name)


@test("UpdateTable: throughput, deletion protection")
def update():
    with table("pk S", BillingMode="PROVISIONED",
               ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}) as name:
        client.update_table(TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 9, "WriteCapacityUnits": 1})
        equal(client.describe_table(TableName=name)["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"], 9)
        client.update_table(TableName=name, DeletionProtectionEnabled=True)
        with raises("ValidationException"):
            client.delete_table(TableName=name)
        client.update_table(TableName=name, DeletionProtectionEnabled=False)


@test("UpdateTable: a global secondary index is built, read and dropped")
def update_index():
    with table("pk S") as name:
        for number in range(5):
            client.put_item(TableName=name, Item={"pk": {"S": str(number)}, "kind": {"S": "odd" if number % 2 else "even"}})
        client.update_table(
            TableName=name, AttributeDefinitions=[{"AttributeName": "kind", "AttributeType": "S"}],
            GlobalSecondaryIndexUpdates=[{"Create": {
                "IndexName": "by-kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"}}}])
        wait_until(lambda: [i["IndexStatus"] for i in indexes(name)] == ["ACTIVE"])
        page = client.query(TableName=name, IndexName="by-kind", KeyConditionExpression="kind = :k",
                            ExpressionAttributeValues={":k": {"S": "odd"}})
        equal(sorted(item["pk"]["S"] for item in page["Items"]), ["1", "3"])
        client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-kind"}}])
        wait_until(lambda: indexes(name) == [])


def indexes(name):
    return client.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])


@test("ListTables and its paginator")
def listing():
    with table("pk S") as one, table("pk S") as two, table("pk S") as three:
        names = [name for page in client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1})
                 for name in page["TableNames"]]
        equal(sorted(names), names)
        assert {one, two, three} <= set(names), names
        first = client.list_tables(Limit=1)
        equal(first["LastEvaluatedTableName"], first["TableNames"][0])


@test("TagResource, ListTagsOfResource with its paginator, UntagResource")
def tags():
    with table("pk S") as name:
        arn = client.describe_table(TableName=name)["Table"]["TableArn"]
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": f"k{n}", "Value": f"ä{n}"} for n in range(25)])
        client.untag_resource(ResourceArn=arn, TagKeys=["k3", "k4"])
        found = [tag for page in client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
                 for tag in page["Tags"]]
        equal({tag["Key"]: tag["Value"] for tag in found}, {f"k{n}": f"ä{n}" for n in range(25) if n not in (3, 4)})


@test("DescribeLimits, DescribeEndpoints, DescribeContinuousBackups, DescribeTimeToLive")
def account():
    assert client.describe_limits()["AccountMaxReadCapacityUnits"] > 0
    assert client.describe_endpoints()["Endpoints"][0]["CachePeriodInMinutes"] > 0
    with table("pk S") as name:
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        assert backups["ContinuousBackupsStatus"] in ("ENABLED", "DISABLED"), backups
        equal(client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"], "DISABLED")


@test("UpdateTimeToLive", "UpdateTimeToLive")
def time_to_live():
    with table("pk S") as name:
        client.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        described = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        assert described["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), described
        equal(described["AttributeName"], "expires")


@test("the resource layer: a table's attributes, load and wait_until_exists")
def resource_layer():
    with table("pk S", "sk N") as name:
        its = resource.Table(name)
        its.wait_until_exists()
        its.load()
        equal(its.table_status, "ACTIVE")
        equal([part["KeyType"] for part in its.key_schema], ["HASH", "RANGE"])
        assert name in [t.name for t in resource.tables.all()]
