-- Filters of event source mappings: what matches, and what is no filter.
\set SHOW_CONTEXT never
CREATE FUNCTION pg_temp.matches(filter jsonb) RETURNS bool LANGUAGE sql AS $$
	SELECT dynamo.event_matches('{"eventName": "MODIFY", "awsRegion": "us-east-1",
		"dynamodb": {"SizeBytes": 59, "Keys": {"Artist": {"S": "The Acme Band"}},
			"NewImage": {"Artist": {"S": "The Acme Band"}, "Price": {"N": "12.50"}, "Tags": {"SS": ["rock", "pop"]},
				"Live": {"BOOL": true}, "Label": {"NULL": true}, "Code": {"S": "7"}}}}', filter);
$$;
SELECT filter, pg_temp.matches(filter)
  FROM (VALUES (1, '{"eventName": ["MODIFY"]}'::jsonb), (2, '{"eventName": ["INSERT", "MODIFY"]}'), (3, '{"eventName": ["INSERT"]}'),
	(4, '{"dynamodb": {"NewImage": {"Live": {"BOOL": [true]}}}}'), (5, '{"dynamodb": {"NewImage": {"Live": {"BOOL": [false]}}}}'),
	(6, '{"dynamodb": {"SizeBytes": [59]}}'), (7, '{"dynamodb": {"SizeBytes": ["59"]}}'), (8, '{"dynamodb": {"SizeBytes": [59.0]}}'),
	(9, '{"dynamodb": {"Keys": {"Artist": {"S": [{"prefix": "The "}]}}}}'), (10, '{"dynamodb": {"Keys": {"Artist": {"S": [{"prefix": "the "}]}}}}'),
	(11, '{"dynamodb": {"Keys": {"Artist": {"S": [{"suffix": "Band"}]}}}}'), (12, '{"dynamodb": {"Keys": {"Artist": {"S": [{"suffix": "The Acme Band and more"}]}}}}'),
	(13, '{"dynamodb": {"Keys": {"Artist": {"S": [{"equals-ignore-case": "THE ACME BAND"}]}}}}'),
	(14, '{"eventName": [{"anything-but": "MODIFY"}]}'), (15, '{"eventName": [{"anything-but": ["INSERT", "REMOVE"]}]}'),
	(16, '{"eventName": [{"anything-but": {"prefix": "MOD"}}]}'), (17, '{"eventName": [{"anything-but": {"suffix": "Y"}}]}'),
	(18, '{"nothing": [{"anything-but": "x"}]}'),
	(19, '{"dynamodb": {"SizeBytes": [{"numeric": [">", 50, "<=", 59]}]}}'), (20, '{"dynamodb": {"SizeBytes": [{"numeric": ["<", 59]}]}}'),
	(21, '{"dynamodb": {"NewImage": {"Price": {"N": [{"numeric": ["=", 12.5]}]}}}}'), (22, '{"dynamodb": {"NewImage": {"Price": {"N": [{"numeric": [">=", 13]}]}}}}'),
	(23, '{"dynamodb": {"NewImage": {"Artist": {"S": [{"numeric": [">", 0]}]}}}}'),
	(24, '{"dynamodb": {"NewImage": {"Price": [{"exists": true}]}}}'), (25, '{"dynamodb": {"OldImage": {"Price": {"N": [{"exists": false}]}}}}'),
	(26, '{"dynamodb": {"OldImage": {"Price": {"N": [{"exists": true}]}}}}'),
	(27, '{"dynamodb": {"NewImage": {"Tags": {"SS": ["pop"]}}}}'), (28, '{"dynamodb": {"NewImage": {"Tags": {"SS": ["jazz"]}}}}'),
	(29, '{"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"Live": {"BOOL": [false]}}}}'),
	(30, '{"$or": [{"eventName": ["INSERT"]}, {"dynamodb": {"SizeBytes": [59]}}]}'), (31, '{"$or": [{"eventName": ["INSERT"]}, {"dynamodb": {"SizeBytes": [58]}}]}'),
	(32, '[{"eventName": ["INSERT"]}, {"eventName": ["MODIFY"]}]'), (33, '[{"eventName": ["INSERT"]}, {"eventName": ["REMOVE"]}]'),
	(34, '{"eventName": {"deeper": ["MODIFY"]}}'), (35, '{"dynamodb": ["x"]}'), (36, '{"eventName": [null]}')) AS filters(n, filter)
 ORDER BY n;
SELECT dynamo.event_matches('[]', '{"a": ["b"]}') AS no_record;

-- what is none
SELECT pg_temp.matches('{}');
SELECT pg_temp.matches('"x"');
SELECT pg_temp.matches('[]');
SELECT pg_temp.matches('[{"a": ["b"]}, {"a": ["b"]}, {"a": ["b"]}, {"a": ["b"]}, {"a": ["b"]}, {"a": ["b"]}]');
SELECT pg_temp.matches('["x"]');
SELECT pg_temp.matches('{"eventName": "MODIFY"}');
SELECT pg_temp.matches('{"eventName": []}');
SELECT pg_temp.matches('{"eventName": [["MODIFY"]]}');
SELECT pg_temp.matches('{"eventName": [{"starts": "M"}]}');
SELECT pg_temp.matches('{"eventName": [{"prefix": "M", "suffix": "Y"}]}');
SELECT pg_temp.matches('{"eventName": [{"prefix": 1}]}');
SELECT pg_temp.matches('{"eventName": [{"exists": "yes"}]}');
SELECT pg_temp.matches('{"eventName": [{"anything-but": true}]}');
SELECT pg_temp.matches('{"eventName": [{"anything-but": []}]}');
SELECT pg_temp.matches('{"eventName": [{"anything-but": {"exists": true}}]}');
SELECT pg_temp.matches('{"eventName": [{"numeric": []}]}');
SELECT pg_temp.matches('{"eventName": [{"numeric": [">"]}]}');
SELECT pg_temp.matches('{"eventName": [{"numeric": ["!", 1]}]}');
SELECT pg_temp.matches('{"eventName": [{"numeric": [">", "1"]}]}');
SELECT pg_temp.matches('{"$or": {"eventName": ["MODIFY"]}}');
SELECT pg_temp.matches('{"$or": ["MODIFY"]}');
