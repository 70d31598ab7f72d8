"""What UpdateItem, conditions and projections are compared with, in pgbench's words.

The documents are those of tables.py with a map in a map, so that there is a
nested attribute to write and to read.  pgbench takes every ":name" for one of
its variables, so placeholders are written with "@" and made by the planner.
"""
import tables
from harness import psql, scaled
from tables import any_of, document, variables

SETUP = """
CREATE FUNCTION placeholders(expression text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT replace(expression, '@', ':') $$;
"""

NESTED = '{"profile": {"address": {"city": "Berlin", "zip": "10115", "street": "Invalidenstrasse 116"}, "level": 3}}'
NESTED_BYTES = 70       # of it, as the service counts


def filled(name, count, size, **keywords):
    """Create and fill a pair of tables; returns the number of items."""
    tables.create(name, **keywords)
    count = scaled(count)
    source = (f"(SELECT document(i, i % 100, b) || '{NESTED}' AS doc FROM (SELECT filler({tables.body(size - NESTED_BYTES)}) OFFSET 0) f (b),"
              f" generate_series(1, {count}) i OFFSET 0) d")
    psql(f"INSERT INTO d_{name} (item) SELECT doc::dynamo.item FROM {source};\n"
         f"INSERT INTO j_{name} SELECT doc ->> 'pk', doc ->> 'sk', doc FROM {source};\n"
         f"VACUUM ANALYZE d_{name}; VACUUM ANALYZE j_{name};\nCHECKPOINT;")
    return count


KEY = """format('{"pk":{"S":"p%s"},"sk":{"S":"s%s"}}', :p::text, :s::text)::dynamo.item"""
WHERE_JSONB = "WHERE pk = 'p' || :p AND sk = 's' || :s"


def conditional_put(name, which, size):
    """Put if the item there is older; of a new key, put."""
    return variables(which) + (
        f"SELECT dynamo.put_item('d_{name}', {document(size, True)}::dynamo.item, condition => placeholders('#v <> @v'),"
        """ "values" => placeholders('{"@v":{"N":"-1"}}')::dynamo.item, names => '{"#v":"views"}');\n""")


def conditional_put_jsonb(name, which, size):
    return variables(which) + (
        f"INSERT INTO j_{name} VALUES ('p' || :p, 's' || :s, {document(size, False)}::jsonb)"
        f" ON CONFLICT (pk, sk) DO UPDATE SET item = excluded.item WHERE j_{name}.item -> 'views' <> '-1';\n")


def first_put(name, which, size):
    return variables(which) + (
        f"SELECT dynamo.put_item('d_{name}', {document(size, True)}::dynamo.item, condition => 'attribute_not_exists(pk)');\n")


def first_put_jsonb(name, which, size):
    return variables(which) + (
        f"INSERT INTO j_{name} VALUES ('p' || :p, 's' || :s, {document(size, False)}::jsonb) ON CONFLICT (pk, sk) DO NOTHING;\n")


def add(name, which):
    return variables(which) + f"""SELECT dynamo.update_item('d_{name}', {KEY}, placeholders('ADD #v @n'), placeholders('{{"@n":{{"N":"1"}}}}')::dynamo.item, '{{"#v":"views"}}');\n"""


def add_jsonb(name, which):
    return variables(which) + (
        f"UPDATE j_{name} SET item = jsonb_set(item, '{{views}}', to_jsonb((item -> 'views')::numeric + 1)) {WHERE_JSONB};\n")


def set_nested(name, count):
    return variables(any_of(count)) + (
        f"SELECT dynamo.update_item('d_{name}', {KEY}, placeholders('SET profile.address.zip = @z'),"
        """ format(placeholders('{"@z":{"S":"%s"}}'), :v::text)::dynamo.item);\n""")


def set_nested_jsonb(name, count):
    return variables(any_of(count)) + (
        f"UPDATE j_{name} SET item = jsonb_set(item, '{{profile,address,zip}}', to_jsonb(:v::text)) {WHERE_JSONB};\n")


def project(name, count):
    return variables(any_of(count)) + f"SELECT dynamo.get_item('d_{name}', {KEY}, 'title, profile.address');\n"


def project_jsonb(name, count):
    return variables(any_of(count)) + (
        "SELECT jsonb_build_object('title', item -> 'title', 'profile', jsonb_build_object('address', item #> '{profile,address}'))"
        f" FROM j_{name} {WHERE_JSONB};\n")
