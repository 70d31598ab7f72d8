"""What a client sees while the server does something: SQL sessions beside it, locks, workers that end."""
import datetime
import os
import socket
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from unittest import mock

from harness import ENDPOINT, client, equal, make_client, raises, resource, table, test, wait_until
from transport import read_metrics

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../python"))
from wire import Connection  # noqa: E402

KEY = {"pk": {"S": "a"}}


def sql(*statements):
    """Run statements as a superuser; the rows of the last."""
    connection = Connection("dynamo")
    for statement in statements:
        rows = connection.query(statement)
    return rows


@contextmanager
def locked(name):
    """The items of a table are locked by an SQL session; yields it, in its transaction."""
    session = Connection("dynamo")
    session.query("BEGIN")
    session.query(f'SELECT * FROM public."{name}" FOR UPDATE')
    try:
        yield session
    finally:
        session.query("ROLLBACK")


@test("the SDK and SQL see each other's writes")
def both():
    with table("pk S", "n N") as name:
        resource.Table(name).put_item(Item={"pk": "sdk", "n": 1, "list": [1, {"two": 2}]})
        equal(sql(f"""SELECT item['list'][1]['two']::int, item['n']::numeric FROM public."{name}" """), [["2", "1"]])
        sql(f"""INSERT INTO public."{name}" (item) VALUES ('{{"pk": {{"S": "sql"}}, "n": {{"N": "2"}}}}')""")
        equal(resource.Table(name).get_item(Key={"pk": "sql", "n": 2})["Item"], {"pk": "sql", "n": 2})


@test("a request for a locked item waits for the lock, and others do not wait for it")
def parked():
    with table("pk S") as name, ThreadPoolExecutor(8) as pool:
        for key in "ab":
            client.put_item(TableName=name, Item={"pk": {"S": key}})
        session = Connection("dynamo")
        session.query("BEGIN")
        session.query(f"""SELECT * FROM public."{name}" WHERE key = '"a"' FOR UPDATE""")
        before = read_metrics()[0][("dynamo_http_parked_requests_total", "")]
        own = make_client(max_pool_connections=8)
        waiting = [pool.submit(own.update_item, TableName=name, Key=KEY, UpdateExpression="ADD n :one",
                               ExpressionAttributeValues={":one": {"N": "1"}}) for _ in range(6)]
        wait_until(lambda: read_metrics()[0][("dynamo_http_parked_requests", "")] == 6)
        for _ in range(20):
            client.update_item(TableName=name, Key={"pk": {"S": "b"}}, UpdateExpression="ADD n :one",
                               ExpressionAttributeValues={":one": {"N": "1"}})
        assert not any(future.done() for future in waiting)
        session.query("COMMIT")
        for future in waiting:
            future.result()
        equal(client.get_item(TableName=name, Key=KEY)["Item"]["n"], {"N": "6"})
        samples = read_metrics()[0]
        equal(samples[("dynamo_http_parked_requests_total", "")] - before, 6)
        equal(samples[("dynamo_http_parked_requests", "")], 0)


@test("an item that stays locked is a conflict, the reason of a cancellation, and left unprocessed by a batch")
def conflicts():
    hasty = make_client(retries={"max_attempts": 1, "mode": "standard"})
    sql("ALTER SYSTEM SET dynamo.http_lock_timeout = '300ms'", "SELECT pg_reload_conf()")
    try:
        with table("pk S") as name:
            client.put_item(TableName=name, Item=KEY)
            with locked(name):
                with raises("TransactionConflictException"):
                    hasty.put_item(TableName=name, Item=KEY | {"n": {"N": "1"}})
                with raises("TransactionCanceledException") as failure:
                    hasty.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": KEY | {"n": {"N": "1"}}}}])
                equal([reason["Code"] for reason in failure["CancellationReasons"]], ["TransactionConflict"])
                left = {name: [{"PutRequest": {"Item": KEY | {"n": {"N": "1"}}}}]}
                equal(hasty.batch_write_item(RequestItems=left)["UnprocessedItems"], left)
                equal(hasty.get_item(TableName=name, Key=KEY, ConsistentRead=True)["Item"], KEY)
    finally:
        sql("ALTER SYSTEM RESET dynamo.http_lock_timeout", "SELECT pg_reload_conf()")


@test("a client survives the end of the endpoint's workers: it tries again")
def workers_end():
    patient = make_client(retries={"max_attempts": 12, "mode": "standard"})
    with table("pk S") as name:
        patient.put_item(TableName=name, Item=KEY)
        ended = sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'")
        assert ended, "there were no workers"
        equal(patient.get_item(TableName=name, Key=KEY)["Item"], KEY)
        patient.put_item(TableName=name, Item=KEY | {"n": {"N": "1"}})
    wait_until(lambda: len(sql("SELECT FROM pg_stat_activity WHERE backend_type = 'dynamo endpoint'")) == len(ended))


@test("a request that is cancelled is one that the client repeats")
def cancelled():
    with table("pk N") as name:
        sql(f'ALTER TABLE public."{name}" ENABLE ROW LEVEL SECURITY', f'ALTER TABLE public."{name}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY slow ON public."{name}" USING (pg_sleep(0.2) IS NOT NULL)', f'CREATE POLICY all_in ON public."{name}" FOR INSERT WITH CHECK (true)')
        for number in range(5):
            client.put_item(TableName=name, Item={"pk": {"N": str(number)}})
        attempts = []
        own = make_client()
        own.meta.events.register("before-send.dynamodb.Scan", lambda **_: attempts.append(1))
        with ThreadPoolExecutor(1) as pool:
            scan = pool.submit(own.scan, TableName=name)
            wait_until(lambda: sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
                                   "WHERE backend_type = 'dynamo endpoint' AND state = 'active' AND query LIKE 'Scan %'"))
            equal(scan.result()["Count"], 5)
        assert len(attempts) > 1, attempts


@test("dynamo.http_metrics = off hides the metrics")
def hidden_metrics():
    def status():
        try:
            with urllib.request.urlopen(ENDPOINT + "/metrics") as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
    equal(status(), 200)
    sql("ALTER SYSTEM SET dynamo.http_metrics = off", "SELECT pg_reload_conf()")
    try:
        wait_until(lambda: status() == 404)
    finally:
        sql("ALTER SYSTEM RESET dynamo.http_metrics", "SELECT pg_reload_conf()")
    # Each worker reloads by itself.
    wait_until(lambda: all(status() == 200 for _ in range(20)))


@test("what only an administrator can mend is refused, and its reason is for the log only")
def unprepared():
    with table("pk S") as name:
        sql(f'ALTER TABLE public."{name}" DROP CONSTRAINT key_schema')
        with raises("ValidationException", "not set up for this request") as failure:
            client.put_item(TableName=name, Item=KEY)
        assert "key_schema" not in failure["Error"]["Message"], failure
        sql(f"""ALTER TABLE public."{name}" ADD CONSTRAINT key_schema CHECK (dynamo.key_matches(key, item, 'pk S'))""")
        client.put_item(TableName=name, Item=KEY)


@test("a clock that is wrong by more than 15 minutes")
def clocks():
    def at(minutes):
        now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: now.replace(tzinfo=None)):
            return make_client(retries={"max_attempts": 1, "mode": "standard"}).list_tables(Limit=1)
    for minutes in (-14, 14):
        assert "TableNames" in at(minutes)
    with raises("InvalidSignatureException", "Signature expired"):
        at(-16)
    with raises("InvalidSignatureException", "Signature not yet current"):
        at(16)


@test("a new connection for each request, and many idle ones")
def connections():
    before = read_metrics()[0][("dynamo_http_connections_total", "")]
    for _ in range(20):
        one = make_client()
        one.list_tables(Limit=1)
        one.close()

    address = ("127.0.0.1", int(ENDPOINT.rsplit(":", 1)[1]))
    idle = [socket.create_connection(address) for _ in range(100)]
    wait_until(lambda: read_metrics()[0][("dynamo_http_connections", "")] >= 100)
    client.list_tables(Limit=1)
    for connection in idle:
        connection.close()
    wait_until(lambda: read_metrics()[0][("dynamo_http_connections", "")] < 50)
    assert read_metrics()[0][("dynamo_http_connections_total", "")] - before >= 120
