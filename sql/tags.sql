\set SHOW_CONTEXT never
-- TagResource, UntagResource, ListTagsOfResource.
CREATE FUNCTION pg_temp.tags() RETURNS json LANGUAGE sql AS $$
	SELECT dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Tagged"}') -> 'Tags'
$$;
CREATE FUNCTION pg_temp.tag(tags json) RETURNS json LANGUAGE sql AS $$
	SELECT dynamo.tag_resource(json_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/Tagged', 'Tags', tags))
$$;
CREATE FUNCTION pg_temp.untag(keys json) RETURNS json LANGUAGE sql AS $$
	SELECT dynamo.untag_resource(json_build_object('ResourceArn', 'arn:aws:dynamodb:us-east-1:000000000000:table/Tagged', 'TagKeys', keys))
$$;
SELECT dynamo.create_table('Tagged', 'k S');
SELECT pg_temp.tags();
SELECT pg_temp.tag('[{"Key": "team", "Value": "a b"}, {"Key": "Team", "Value": ""}, {"Key": "größe/+-=._:@", "Value": "ß"}]');
SELECT pg_temp.tags();
SELECT pg_temp.tag('[{"Key": "team", "Value": "c"}, {"Key": "new", "Value": "d"}]');
SELECT pg_temp.tags();
SELECT pg_temp.untag('["team", "never there"]');
SELECT pg_temp.tags();

-- limits count characters
SELECT pg_temp.tag(json_build_array(json_build_object('Key', repeat('é', 128), 'Value', repeat('é', 256))));
SELECT pg_temp.untag(json_build_array(repeat('é', 128)));
SELECT pg_temp.tag(json_build_array(json_build_object('Key', repeat('é', 129), 'Value', repeat('é', 257))));
SELECT pg_temp.untag(json_build_array(repeat('é', 129)));
SELECT pg_temp.tag((SELECT json_agg(json_build_object('Key', 'k' || n, 'Value', 'v')) FROM generate_series(1, 48) AS n));
SELECT pg_temp.tag((SELECT json_agg(json_build_object('Key', 'k' || n, 'Value', 'v')) FROM generate_series(1, 47) AS n));
SELECT pg_temp.tag((SELECT json_agg(json_build_object('Key', 'k' || n, 'Value', 'w')) FROM generate_series(1, 47) AS n));
SELECT json_array_length(pg_temp.tags());
SELECT pg_temp.tag('[{"Key": "one more", "Value": "x"}]');
SELECT pg_temp.tag((SELECT json_agg(json_build_object('Key', 'k' || n, 'Value', 'v')) FROM generate_series(1, 51) AS n));
SELECT pg_temp.untag((SELECT json_agg('k' || n) FROM generate_series(1, 47) AS n));
SELECT pg_temp.tags();

-- refused
SELECT pg_temp.tag('[]');
SELECT pg_temp.untag('[]');
SELECT pg_temp.tag('[{"Key": "", "Value": "x"}]');
SELECT pg_temp.tag('[{"Key": "AWS:x", "Value": "x"}]');
SELECT pg_temp.tag('[{"Key": "a", "Value": "x"}, {"Key": "a", "Value": "y"}]');
SELECT pg_temp.tag('[{"Key": "a*", "Value": "x"}]');
SELECT pg_temp.tag('[{"Key": "a", "Value": "x\ty"}]');
SELECT pg_temp.tag('[{"Key": "a\u0000", "Value": "x"}]');
SELECT dynamo.tag_resource('{}');
SELECT dynamo.untag_resource('{}');
SELECT dynamo.list_tags_of_resource('{}');
SELECT dynamo.tag_resource('{"ResourceArn": ""}');
SELECT dynamo.tag_resource('{"ResourceArn": "Tagged", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Tagged/index/x", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Missing", "Tags": []}');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Missing", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT dynamo.untag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Missing", "TagKeys": ["a"]}');
SELECT dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Missing"}');
SELECT dynamo.list_tags_of_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Tagged", "NextToken": "x"}');

-- the owner tags, everybody lists
CREATE ROLE regress_other;
SET ROLE regress_other;
SELECT pg_temp.tag('[{"Key": "a", "Value": "x"}]');
SELECT pg_temp.untag('["new"]');
SELECT dynamo.tag_resource('{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000001:table/Tagged", "Tags": [{"Key": "a", "Value": "b"}]}');
SELECT pg_temp.tags();
RESET ROLE;
DROP ROLE regress_other;
BEGIN READ ONLY;
SELECT pg_temp.untag('["new"]');
ROLLBACK;

-- tags go with the table
SELECT dynamo.delete_table('Tagged') IS NOT NULL AS deleted;
SELECT count(*) FROM dynamo.tags WHERE table_name = 'Tagged';
SELECT dynamo.create_table('Tagged', 'k S');
SELECT pg_temp.tags();
SELECT dynamo.delete_table('Tagged') IS NOT NULL AS deleted;
