-- ListTables: names in byte order, in pages.  Other tests' tables come before zz.
SELECT count(dynamo.create_table('zz.' || name, 'k S')) FROM unnest(ARRAY['bbb', 'aaa', 'Zzz', 'a.b', 'a-b', 'aab', 'a_b']) AS name;
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz."}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.", "Limit": 3}');
SELECT dynamo.list_tables('{"Limit": 3, "ExclusiveStartTableName": "zz.a.b"}');
SELECT dynamo.list_tables('{"Limit": 3, "ExclusiveStartTableName": "zz.aab"}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.", "Limit": 7}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.bbb"}');
-- the name to start after need not exist
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.aac"}');
SELECT * FROM dynamo.list_tables() WHERE table_name COLLATE "C" > 'zz.';

-- without a name to start after the list begins at the first
SELECT list -> 'TableNames' ->> 0 = (SELECT min(table_name COLLATE "C") FROM dynamo.list_tables()) AS first,
	json_array_length(list -> 'TableNames') AS names,
	list ->> 'LastEvaluatedTableName' = (SELECT min(table_name COLLATE "C") FROM dynamo.list_tables()) AS more
	FROM dynamo.list_tables('{"Limit": 1}') AS list;

-- a dropped relation is not listed, and does not count in a page
DROP TABLE "zz.a.b", "zz.aaa";
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.", "Limit": 3}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz.a.b", "Limit": 3}');

-- at most 100 names a page
SELECT count(dynamo.create_table('zzz.' || n, 'k S')) FROM generate_series(100, 220) AS n;
SELECT json_array_length(page -> 'TableNames') AS names, page ->> 'LastEvaluatedTableName' AS last
	FROM dynamo.list_tables('{"ExclusiveStartTableName": "zzz."}') AS page;

SELECT dynamo.list_tables('{"Limit": 0}');
SELECT dynamo.list_tables('{"Limit": 101}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "a"}');
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "a;c"}');
SELECT dynamo.list_tables('{"Limit": "1"}');
SELECT count(dynamo.delete_table(table_name)) FROM dynamo.list_tables() WHERE table_name COLLATE "C" > 'zz.';
SELECT dynamo.list_tables('{"ExclusiveStartTableName": "zz."}');
