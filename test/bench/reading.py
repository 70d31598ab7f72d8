"""What Query, Scan and BatchGetItem are compared with, in pgbench's words and
in PL/pgSQL.

The documents are those of tables.py.  As in expressions.py, "@" stands for the
":" of placeholders.
"""
import json
import random

import tables
from harness import scaled

# All pages of a Scan, as an application reads them: each call gives 1 MB.
SETUP = """
CREATE FUNCTION scan_pages(request jsonb, pages int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	page record;
	found bigint := 0;
BEGIN
	FOR i IN 1 .. pages LOOP
		SELECT * INTO page FROM json_to_record(dynamo.scan(request::json)) AS p ("Count" bigint, "LastEvaluatedKey" jsonb);
		found := found + page."Count";
		EXIT WHEN page."LastEvaluatedKey" IS NULL;
		request := request || jsonb_build_object('ExclusiveStartKey', page."LastEvaluatedKey");
	END LOOP;
	RETURN json_build_object('found', found, 'last', page."LastEvaluatedKey");
END $$;

CREATE FUNCTION query_pages(request jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	page record;
	found bigint := 0;
BEGIN
	LOOP
		SELECT * INTO page FROM json_to_record(dynamo.query(request::json)) AS p ("Count" bigint, "LastEvaluatedKey" jsonb);
		found := found + page."Count";
		EXIT WHEN page."LastEvaluatedKey" IS NULL;
		request := request || jsonb_build_object('ExclusiveStartKey', page."LastEvaluatedKey");
	END LOOP;
	RETURN found;
END $$;
"""

INDEX = "g1"            # the attribute of the only index of tables.create(indexes=1)
FILTERED = "g2"         # one that no index has
FOUND_BY_FILTER = "v7"


def filled(name, count, size, partition):
    """Create and fill a pair of tables whose partition keys are an expression of the number i; returns the number of items."""
    tables.create(name)
    count = scaled(count)
    tables.load(name, f"(SELECT document(i, i % 100, b) || jsonb_build_object('pk', {partition}) AS doc"
                      f" FROM (SELECT filler({tables.body(size)}) OFFSET 0) f (b), generate_series(1, {count}) i OFFSET 0) d")
    return count


APART = "'q' || i"      # one item a partition
TOGETHER = "'one'"      # all items in one


# ---- Query ----

def query_request(name, limit, attribute="pk", index=None):
    """A request with %s for the value of the HASH attribute."""
    request = {"TableName": f"d_{name}", "KeyConditionExpression": f"{attribute} = @v", "Limit": limit,
               "ExpressionAttributeValues": {"@v": {"S": "%s"}}}
    if index:
        request["IndexName"] = index
    return json.dumps(request, separators=(",", ":"))


def query(name, limit, choose=tables.SOME_PARTITION):
    return choose + f"SELECT dynamo.query(format(placeholders('{query_request(name, limit)}'), 'p' || :p)::json);\n"


def query_jsonb(name, limit, choose=tables.SOME_PARTITION):
    return choose + f"SELECT item FROM j_{name} WHERE pk = 'p' || :p ORDER BY sk LIMIT {limit};\n"


ANY_INDEXED = f"\\set g random(0, {tables.MODULI[0] - 1})\n"


def query_index(name, limit):
    request = query_request(name, limit, INDEX, f"{INDEX}-index")
    return ANY_INDEXED + f"SELECT dynamo.query(format(placeholders('{request}'), 'v' || :g)::json);\n"


def query_index_jsonb(name, limit):
    return ANY_INDEXED + f"SELECT item FROM j_{name} WHERE item ->> '{INDEX}' = 'v' || :g LIMIT {limit};\n"


def query_statement(name, limit, partition):
    """A Query as one statement, for EXPLAIN."""
    return f"SELECT dynamo.query(format(placeholders('{query_request(name, limit)}'), '{partition}')::json)"


# ---- Scan ----

def scan_request(name):
    return json.dumps({"TableName": f"d_{name}", "FilterExpression": f"{FILTERED} = @v",
                       "ExpressionAttributeValues": {"@v": {"S": FOUND_BY_FILTER}}})


def scan(name):
    """All of the table as one page."""
    return f"SELECT dynamo.scan(placeholders('{scan_request(name)}')::json)"


def scan_in_pages(name):
    return f"SELECT scan_pages(placeholders('{scan_request(name)}')::jsonb, 1000000)"


def scan_jsonb(name):
    return f"SELECT item FROM j_{name} WHERE item ->> '{FILTERED}' = '{FOUND_BY_FILTER}'"


def scan_jsonb_in_order(name):
    return scan_jsonb(name) + " ORDER BY pk, sk"


def scan_segment(name, total):
    """pgbench: each client reads the segment of its number, page by page."""
    request = json.loads(scan_request(name))
    request.update(Segment=0, TotalSegments=total)
    return (f"SELECT scan_pages(placeholders('{json.dumps(request)}')::jsonb || jsonb_build_object('Segment', :client_id::int),"
            " 1000000);\n")


# ---- BatchGetItem ----

BATCHES = 20            # different ones, in pgbench variables: they are too long to be put together there


def batches(name, count, each=100):
    """Random keys, as variables of pgbench."""
    chosen = random.Random(1)
    variables = []
    for number in range(BATCHES):
        keys = [(f"p{i % tables.PARTITIONS}", f"s{tables.FIRST + i}") for i in chosen.sample(range(1, count + 1), min(each, count))]
        items = [json.dumps({"pk": {"S": pk}, "sk": {"S": sk}}, separators=(",", ":")) for pk, sk in keys]
        variables += [(f"request{number}", f'{{"RequestItems":{{"d_{name}":{{"Keys":[{",".join(items)}]}}}}}}'),
                      (f"keys{number}", "{" + ",".join('"' + i.replace('"', '\\"') + '"' for i in items) + "}"),
                      (f"pks{number}", "{" + ",".join(pk for pk, _ in keys) + "}"),
                      (f"sks{number}", "{" + ",".join(sk for _, sk in keys) + "}")]
    return variables


def batch_get(name):
    return "".join(f"SELECT dynamo.batch_get_item('d_{name}', :keys{n}::dynamo.item[]);\n" for n in range(BATCHES))


def batch_get_request():
    return "".join(f"SELECT dynamo.batch_get_item(:request{n}::json);\n" for n in range(BATCHES))


def batch_get_jsonb(name):
    """The best form there is: pk = ANY (...) AND sk = ANY (...) looks for all pairs of them."""
    return "".join(f"SELECT t.item FROM unnest(:pks{n}::text[], :sks{n}::text[]) AS k (pk, sk) JOIN j_{name} t USING (pk, sk);\n"
                   for n in range(BATCHES))


# ---- Paging ----

def page_through(name, limit):
    request = json.dumps({"TableName": f"d_{name}", "KeyConditionExpression": "pk = @v", "Limit": limit,
                          "ExpressionAttributeValues": {"@v": {"S": "one"}}})
    return f"SELECT query_pages(placeholders('{request}')::jsonb)"


def page_through_jsonb(name, limit):
    """By the last sort key, which is as much as the index allows."""
    return f"""DO $$
		DECLARE items jsonb[]; last text := ''; found bigint := 0;
		BEGIN
			LOOP
				SELECT array_agg(item), max(sk) INTO items, last
				  FROM (SELECT item, sk FROM j_{name} WHERE pk = 'one' AND sk > last ORDER BY sk LIMIT {limit}) page;
				EXIT WHEN items IS NULL;
				found := found + cardinality(items);
			END LOOP;
		END $$"""


# ---- Memory ----

def scan_twice(name, pages, look):
    """A Scan in pages of 100, with a look after the first ones and one at the end; in one session."""
    request = json.dumps({"TableName": f"d_{name}", "Limit": 100})
    go_on = "jsonb_build_object('ExclusiveStartKey', :'state'::jsonb -> 'last')"
    return (f"SELECT scan_pages('{request}', {pages}) AS state \\gset\n{look}"
            f"SELECT scan_pages('{request}'::jsonb || {go_on}, 1000000) AS state \\gset\n{look}")
