"""ExecuteStatement, and the native operations that it is compared with, in
pgbench's words.

The documents are those of tables.py.  As in expressions.py, "@" stands for the
":" of placeholders.
"""
import json

import tables


def request(statement, parameters, values):
    """ExecuteStatement with such parameters, made of pgbench's variables."""
    text = json.dumps({"Statement": statement, "Parameters": parameters}, separators=(",", ":")).replace("'", "''")
    return f"SELECT dynamo.execute_statement(format('{text}', {values})::json);\n"


def get(name, count):
    return tables.variables(tables.any_of(count)) + request(
        f'SELECT * FROM "d_{name}" WHERE pk = ? AND sk = ?', [{"S": "p%s"}, {"S": "s%s"}], ":p::text, :s::text")


def update(name, count):
    return tables.variables(tables.any_of(count)) + request(
        f'UPDATE "d_{name}" SET views = views + ? WHERE pk = ? AND sk = ?', [{"N": "1"}, {"S": "p%s"}, {"S": "s%s"}], ":p::text, :s::text")


def update_native(name, count):
    text = json.dumps({"TableName": f"d_{name}", "Key": {"pk": {"S": "p%s"}, "sk": {"S": "s%s"}},
                       "UpdateExpression": "SET #v = #v + @n", "ConditionExpression": "attribute_exists(pk)",
                       "ExpressionAttributeNames": {"#v": "views"}, "ExpressionAttributeValues": {"@n": {"N": "1"}}}, separators=(",", ":"))
    return tables.variables(tables.any_of(count)) + f"SELECT dynamo.update_item(format(placeholders('{text}'), :p::text, :s::text)::json);\n"


def query(name, limit):
    text = json.dumps({"Statement": f'SELECT * FROM "d_{name}" WHERE pk = ?', "Parameters": [{"S": "%s"}], "Limit": limit}, separators=(",", ":"))
    return tables.SOME_PARTITION + f"SELECT dynamo.execute_statement(format('{text}', 'p' || :p)::json);\n"
