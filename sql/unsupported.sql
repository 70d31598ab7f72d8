-- What a request asks for and is not built is refused, never ignored.
CREATE FUNCTION pg_temp.answer(operation text, request json) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN dynamo.call(operation, request);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message;
END
$$;

-- Each member with a value that the model allows.
CREATE TEMPORARY TABLE members (operation text, member text, value json);
INSERT INTO members VALUES
	('CreateTable', 'GlobalTableSettingsReplicationMode', '"ENABLED"'),
	('CreateTable', 'GlobalTableSourceArn', '"arn:aws:dynamodb:us-east-1:000000000000:table/other"'),
	('CreateTable', 'ResourcePolicy', '"{}"'),
	('CreateTable', 'SSESpecification', '{"Enabled": true}'),
	('CreateTable', 'SSESpecification', '{"Enabled": false, "SSEType": "KMS"}'),
	('CreateTable', 'VectorIndexes', '[]'),
	('CreateTable', 'WarmThroughput', '{"ReadUnitsPerSecond": 1}'),
	('UpdateTable', 'DisassociationProtectionEnabled', 'true'),
	('UpdateTable', 'GlobalTableSettingsReplicationMode', '"ENABLED"'),
	('UpdateTable', 'GlobalTableWitnessUpdates', '[{}]'),
	('UpdateTable', 'MultiRegionConsistency', '"STRONG"'),
	('UpdateTable', 'ReplicaUpdates', '[{"Create": {"RegionName": "eu-west-1"}}]'),
	('UpdateTable', 'SSESpecification', '{"Enabled": true}'),
	('UpdateTable', 'VectorIndexUpdates', '[]'),
	('UpdateTable', 'WarmThroughput', '{"ReadUnitsPerSecond": 1}');

CREATE FUNCTION pg_temp.request(operation text) RETURNS jsonb
LANGUAGE sql AS $$
	SELECT jsonb_build_object('TableName', 'unsupported') || CASE operation
		WHEN 'UpdateTable' THEN '{"BillingMode": "PAY_PER_REQUEST"}'
		ELSE '{"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
			   "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
			   "BillingMode": "PAY_PER_REQUEST"}' END::jsonb
$$;

SELECT operation, member,
	   pg_temp.answer(operation, (pg_temp.request(operation) || jsonb_build_object(member, value))::json)
  FROM members
 ORDER BY operation COLLATE "C", member COLLATE "C", value::text COLLATE "C";

-- A member of a member.
SELECT pg_temp.answer('CreateTable', (pg_temp.request('CreateTable') || '{"GlobalSecondaryIndexes": [
	{"IndexName": "one", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
	{"IndexName": "two", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
	 "WarmThroughput": {"ReadUnitsPerSecond": 1}}]}')::json);

SELECT pg_temp.answer('UpdateTable', (pg_temp.request('UpdateTable') || '{"GlobalSecondaryIndexUpdates": [
	{"Update": {"IndexName": "one", "WarmThroughput": {"ReadUnitsPerSecond": 1}}}]}')::json);

-- No table came into being, no item was written.
SELECT pg_temp.answer('DescribeTable', '{"TableName": "unsupported"}');

-- null is as if the member were not there.
SELECT operation, answer, count(*)
  FROM members, pg_temp.answer(operation, (pg_temp.request(operation) || jsonb_build_object(member, NULL))::json) AS answer
 WHERE operation <> 'CreateTable'
 GROUP BY operation, answer
 ORDER BY operation COLLATE "C";

-- A wrong type and a bad value come before.
SELECT pg_temp.answer('UpdateTable', '{"TableName": "unsupported", "MultiRegionConsistency": 5}');
SELECT pg_temp.answer('UpdateTable', '{"TableName": "unsupported", "MultiRegionConsistency": "WEAK"}');

-- As a person sees it.
SELECT dynamo.update_table('{"TableName": "unsupported", "WarmThroughput": {"ReadUnitsPerSecond": 1}}');

-- What is false asks for nothing.
SELECT pg_temp.answer('CreateTable', (pg_temp.request('CreateTable') || '{"TableName": "unsupported_off", "SSESpecification": {"Enabled": false}}')::json)::json -> 'TableDescription' ->> 'TableName';
SELECT pg_temp.answer('DeleteTable', '{"TableName": "unsupported_off"}')::json -> 'TableDescription' ->> 'TableName';
