"""Time to live: items that have expired go, the others stay."""
import time

from harness import client, equal, raises, table, test, wait_until
from transport import read_metrics


def specification(enabled, attribute="expires at"):
    return {"Enabled": enabled, "AttributeName": attribute}


def described(name):
    return client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]


@test("time to live is enabled, deletes, and is disabled")
def life():
    now = int(time.time())
    with table("pk S") as name:
        equal(described(name), {"TimeToLiveStatus": "DISABLED"})
        for key, expires in (("past", {"N": str(now - 10)}), ("later", {"N": str(now + 3600)}), ("text", {"S": str(now - 10)})):
            client.put_item(TableName=name, Item={"pk": {"S": key}, "expires at": expires})
        client.put_item(TableName=name, Item={"pk": {"S": "without"}})
        equal(len(client.scan(TableName=name)["Items"]), 4)     # an expired item is there until it is deleted
        equal(client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(True))["TimeToLiveSpecification"], specification(True))
        assert described(name)["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), described(name)
        equal(described(name)["AttributeName"], "expires at")
        wait_until(lambda: described(name)["TimeToLiveStatus"] == "ENABLED")
        wait_until(lambda: len(client.scan(TableName=name)["Items"]) == 3)
        equal(sorted(item["pk"]["S"] for item in client.scan(TableName=name)["Items"]), ["later", "text", "without"])
        with raises("ValidationException", "TimeToLive is already enabled"):
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(True))
        with raises("ValidationException", "TimeToLive is active on a different AttributeName: current AttributeName is expires at"):
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(False, "other"))
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(False))
        wait_until(lambda: described(name) == {"TimeToLiveStatus": "DISABLED"})
        with raises("ValidationException", "TimeToLive is already disabled"):
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(False))
    with raises("ResourceNotFoundException"):
        client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification(True))


@test("GET /metrics says how many items are expired")
def metrics():
    samples, types = read_metrics()
    equal(types["dynamo_ttl_expired_items"], "gauge")
    equal(types["dynamo_ttl_lag_seconds"], "gauge")
    assert samples[("dynamo_ttl_expired_items", "")] >= 0
