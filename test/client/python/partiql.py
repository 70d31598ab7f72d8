"""PartiQL: ExecuteStatement, BatchExecuteStatement, ExecuteTransaction."""
from harness import client, equal, raises, table, test


@test("ExecuteStatement: the four statements, with parameters", "ExecuteStatement")
def statements():
    with table("pk S", "sk N") as name:
        for number in range(3):
            client.execute_statement(Statement=f"INSERT INTO \"{name}\" VALUE {{'pk': ?, 'sk': ?, 'n': 1}}",
                                     Parameters=[{"S": "p"}, {"N": str(number)}])
        client.execute_statement(Statement=f"UPDATE \"{name}\" SET n = 5 WHERE pk = 'p' AND sk = 1")
        client.execute_statement(Statement=f"DELETE FROM \"{name}\" WHERE pk = 'p' AND sk = 2")
        found = client.execute_statement(Statement=f'SELECT sk, n FROM "{name}" WHERE pk = ?', Parameters=[{"S": "p"}])["Items"]
        equal(found, [{"sk": {"N": "0"}, "n": {"N": "1"}}, {"sk": {"N": "1"}, "n": {"N": "5"}}])
        with raises("DuplicateItemException"):
            client.execute_statement(Statement=f"INSERT INTO \"{name}\" VALUE {{'pk': 'p', 'sk': 0}}")


@test("BatchExecuteStatement", "BatchExecuteStatement")
def batch():
    with table("pk S") as name:
        client.batch_execute_statement(Statements=[
            {"Statement": f"INSERT INTO \"{name}\" VALUE {{'pk': '{key}'}}"} for key in "abc"])
        answers = client.batch_execute_statement(Statements=[
            {"Statement": f"SELECT * FROM \"{name}\" WHERE pk = '{key}'"} for key in "ax"])["Responses"]
        equal(answers[0]["Item"], {"pk": {"S": "a"}})
        assert "Item" not in answers[1], answers


@test("ExecuteTransaction", "ExecuteTransaction")
def transaction():
    with table("pk S") as name:
        client.execute_transaction(TransactStatements=[
            {"Statement": f"INSERT INTO \"{name}\" VALUE {{'pk': '{key}'}}"} for key in "ab"])
        with raises("TransactionCanceledException") as failure:
            client.execute_transaction(TransactStatements=[
                {"Statement": f"INSERT INTO \"{name}\" VALUE {{'pk': '{key}'}}"} for key in "cb"])
        equal([reason["Code"] for reason in failure["CancellationReasons"]], ["None", "DuplicateItem"])
        equal(client.scan(TableName=name, Select="COUNT")["Count"], 2)
