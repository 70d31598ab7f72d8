-- PartiQL that reads: conditions, projections, order, indexes, pages.
SELECT dynamo.create_table('{"TableName": "partiql_music", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "Nr", "AttributeType": "N"},
		{"AttributeName": "Genre", "AttributeType": "S"}, {"AttributeName": "Price", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Nr", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "by_price", "Projection": {"ProjectionType": "KEYS_ONLY"},
		"KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "Price", "KeyType": "RANGE"}]}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_genre", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Title"]},
		"KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}, {"AttributeName": "Price", "KeyType": "RANGE"}]}]}') IS NOT NULL AS created;
INSERT INTO partiql_music (item)
	SELECT jsonb_build_object('Artist', artist, 'Nr', n, 'Title', artist || n, 'Price', n * 1.5, 'Tags', jsonb_build_array('t' || n, n),
		'Info', jsonb_build_object('Label', 'L' || n % 2, 'order', n))::dynamo.item
	FROM unnest('{a,b,c}'::text[]) artist, generate_series(1, 4) n;
UPDATE partiql_music SET item['Genre'] = '{"S": "rock"}' WHERE (item['Nr'])::int % 2 = 0;
INSERT INTO partiql_music (item) VALUES ('{"Artist": {"S": "z"}, "Nr": {"N": "1"}, "set": {"NS": ["1", "2"]}, "bin": {"B": "AQID"}, "nil": {"NULL": true}, "yes": {"BOOL": true}, "list": {"L": []}}');

-- What a statement finds: of each item its artist and number, or what was asked for; whether there is more; what it cost.
CREATE FUNCTION pg_temp.find(statement text, parameters json DEFAULT NULL, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
	SELECT COALESCE((SELECT string_agg(COALESCE((i -> 'Artist' ->> 'S') || (i -> 'Nr' ->> 'N'), i::text), ' ' ORDER BY n)
				FROM json_array_elements(r -> 'Items') WITH ORDINALITY AS t (i, n)), 'nothing')
			|| CASE WHEN r -> 'NextToken' IS NOT NULL THEN ' ...' ELSE '' END || ' (' || (r -> 'ConsumedCapacity' ->> 'CapacityUnits') || ')'
	FROM dynamo.execute_statement((jsonb_strip_nulls(jsonb_build_object('Statement', replace(statement, '@', 'partiql_music'),
		'Parameters', parameters, 'ReturnConsumedCapacity', 'TOTAL')) || more)::json) r
$$;
\pset format unaligned
\pset tuples_only on

-- By the key; a missing item.
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_music WHERE Artist = ''a'' AND Nr = 2", "ReturnConsumedCapacity": "TOTAL"}');
SELECT pg_temp.find('SELECT * FROM "@" WHERE ? = "Artist" AND "Nr" = ?', '[{"S": "a"}, {"N": "2.0"}]', '{"ConsistentRead": true}');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr = 9');
-- By the key and more, which costs the same.
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Price = 3 AND Nr = 2');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Price = 4 AND Nr = 2');
-- Nothing can meet contradictory conditions.
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr = 2 AND Nr = 3');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Artist = ''b''');
-- By partitions.
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a''');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr > 1 AND Nr <= 3');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr BETWEEN 2 AND 3');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr IN [4, 1, 9]');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND Nr <> 2');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' AND (Nr = 1 OR Price = 6)');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist IN [''c'', ''a''] AND Nr < 3');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist IN (''c'', ''a'') AND Nr = 1');
SELECT pg_temp.find('SELECT * FROM @ WHERE (Artist = ''b'' AND Nr = 3) OR (Artist = ''a'' AND Nr = 4)');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''b'' OR Artist = ''b''');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' OR Price = 1.5');
-- What says less of the partition key reads everything.
SELECT pg_temp.find('SELECT * FROM @ WHERE NOT Artist <> ''a'' ');
SELECT pg_temp.find('SELECT * FROM @ WHERE begins_with(Artist, ''b'') AND Nr = 1');
-- Order.
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' ORDER BY Nr DESC');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist = ''a'' ORDER BY Artist, Nr');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist IN [''b'', ''c'', ''a''] AND Nr < 3 ORDER BY Artist DESC, Nr ASC');
SELECT pg_temp.find('SELECT * FROM @ WHERE Artist IN [''b'', ''c'', ''a''] AND Nr < 3 ORDER BY Artist, Nr DESC');

-- Indexes.
SELECT pg_temp.find('SELECT * FROM "@"."by_genre" WHERE Genre = ''rock'' AND Price < 6');
SELECT pg_temp.find('SELECT * FROM "@"."by_genre" WHERE Genre = ''rock'' AND Price >= 6 AND Artist = ''b''');
SELECT pg_temp.find('SELECT Title, Price FROM "@"."by_genre" WHERE Genre = ''rock'' AND Price = 3');
SELECT pg_temp.find('SELECT * FROM @.by_price WHERE Artist = ''a'' ORDER BY Price DESC');
SELECT pg_temp.find('SELECT Title FROM @.by_price WHERE Artist = ''a'' AND Price > 4');
SELECT pg_temp.find('SELECT * FROM @.by_genre');

-- Operators and functions, on everything.
SELECT c, pg_temp.find('SELECT * FROM @ WHERE ' || c) FROM unnest(ARRAY[
	'Nr = 1', 'Nr <> 1', 'Nr != 1', 'Nr < 2', 'Nr <= 2', 'Nr > 3', 'Nr >= 3', 'Nr + 1 = 2', 'Nr - 1 > 2', '3 < Nr + Price', 'Price = Nr + 1', 'Nr = -1', 'Nr = +1', 'Title = ''a'' OR Title = ''a1''',
	'NOT Nr > 1', 'Nr BETWEEN 2 AND 2', 'Nr NOT BETWEEN 2 AND 4', 'Nr IN [1, 9]', 'Nr NOT IN [1, 2, 3]', 'Nr IN (4)', 'Genre IS MISSING', 'Genre IS NOT MISSING AND Nr = 2', 'nil IS NULL', 'nil IS NOT NULL AND Nr = 2',
	'list IS LIST', 'yes IS BOOLEAN', 'Title IS STRING AND Nr = 1', 'Info IS STRUCT AND Nr = 1', 'Nr IS NUMERIC AND Nr = 4', 'bin IS BLOB', 'attribute_type("set", ''NS'')', 'begins_with(Title, ''b'')', 'contains("set", 2)', 'contains(Tags, ''t4'')',
	'size(Tags) = 2 AND Nr = 3', 'size("set") >= 2', 'Info.Label = ''L1'' AND Nr = 1', 'Info."order" = 4', 'Info[''order''] = 4', 'Tags[1] = 3', 'Tags[0] = ''t3''', 'Tags[7] IS NOT MISSING', 'Tags = [''t1'', 1]',
	'Info = {''Label'': ''L0'', ''order'': 2}', '"set" = <<2, 1>>', 'yes = true', 'yes = FALSE', 'list = []', 'nil = null', 'contains(Title, ''a'') = true AND Nr = 1', 'contains(Title, ''a'') = false AND Nr = 1', 'Nr = 1 AND Artist > ''b'' OR Nr = 4 AND Artist < ''b''', 'Title = ''it''''s''']) WITH ORDINALITY AS u (c, n) ORDER BY n;
SELECT pg_temp.find('SELECT * FROM @ WHERE bin = ? AND "set" = ? AND nil = ?', '[{"B": "AQID"}, {"NS": ["2", "1"]}, {"NULL": true}]');

-- Projections: a path gives an attribute with the name of its end.
SELECT dynamo.execute_statement('{"Statement": "SELECT Info.Label, Tags[1], Title, nothing FROM partiql_music WHERE Artist = ''a'' AND Nr = 2"}');
SELECT dynamo.execute_statement('{"Statement": "SELECT nothing FROM partiql_music WHERE Artist = ''a'' AND Nr IN [1, 2]"}');

-- Pages: the tokens lead through all of it, in any order, through several ranges.
CREATE FUNCTION pg_temp.pages(statement text, page_size int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	token text;
	request jsonb := jsonb_build_object('Statement', replace(statement, '@', 'partiql_music'), 'Limit', page_size);
	answer json;
BEGIN
	LOOP
		answer := dynamo.execute_statement((request || CASE WHEN token IS NULL THEN '{}' ELSE jsonb_build_object('NextToken', token) END)::json);
		token := answer ->> 'NextToken';
		RETURN NEXT (SELECT COALESCE(string_agg((i -> 'Artist' ->> 'S') || (i -> 'Nr' ->> 'N'), ' '), '-') FROM json_array_elements(answer -> 'Items') i);
		EXIT WHEN token IS NULL;
	END LOOP;
END $$;
CREATE FUNCTION pg_temp.pages_text(statement text, page_size int) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(p, ' | ') FROM pg_temp.pages(statement, page_size) p $$;
SELECT pg_temp.pages_text('SELECT * FROM @ WHERE Artist = ''a''', 3);
SELECT pg_temp.pages_text('SELECT * FROM @ WHERE Artist = ''a'' ORDER BY Nr DESC', 1);
SELECT pg_temp.pages_text('SELECT * FROM @ WHERE Artist IN [''c'', ''a''] AND Nr > 1', 2);
SELECT pg_temp.pages_text('SELECT * FROM @ WHERE Artist IN [''c'', ''a''] AND Nr IN [1, 3, 4] ORDER BY Artist DESC, Nr DESC', 2);
SELECT pg_temp.pages_text('SELECT * FROM @ WHERE Artist IN [''c'', ''a''] AND Price = 3', 3);
SELECT pg_temp.pages_text('SELECT * FROM @.by_genre WHERE Genre = ''rock'' ORDER BY Price DESC', 2) ~ '^(\w4 ?){2} \| \w4 \w2 \| (\w2 ?){2}( \| -)?$' AS by_genre;
SELECT pg_temp.pages_text('SELECT * FROM @', 1) ~ '^\w\d( \| \w\d){12}( \| -)?$' AS one_each, count(DISTINCT p) FILTER (WHERE p <> '-') FROM pg_temp.pages('SELECT * FROM @', 1) p;

-- A token is of its statement and its parameters; one that was made up reads nothing.
CREATE TEMP TABLE answers AS SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM partiql_music WHERE Artist = ?", "Parameters": [{"S": "a"}], "Limit": 2}') AS answer;
CREATE FUNCTION pg_temp.go_on(statement text, parameter json, token text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN pg_temp.find(statement, parameter, jsonb_build_object('NextToken', token));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE Artist = ?', '[{"S": "a"}]', answer ->> 'NextToken') FROM answers;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE Artist = ?', '[{"S": "b"}]', answer ->> 'NextToken') FROM answers;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE "Artist" = ?', '[{"S": "a"}]', answer ->> 'NextToken') FROM answers;
SELECT pg_temp.go_on('SELECT * FROM @', NULL, answer ->> 'NextToken') FROM answers;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE Artist = ?', '[{"S": "a"}]', t) FROM answers, LATERAL (VALUES ('x'), ('AAAA'), (repeat('A', 400)),
	(left(answer ->> 'NextToken', -8)), ((answer ->> 'NextToken') || 'AAAA'), (overlay(answer ->> 'NextToken' PLACING 'AAAA' FROM 101))) v (t);
-- A well-made token whose key the statement does not read: the digests are right, but it leads nowhere.
CREATE FUNCTION pg_temp.forge(token text, was bytea, becomes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	raw bytea := decode(token, 'base64');
	head bytea := substr(raw, 1, 33);
	key bytea := substr(raw, 66);
	at int := position(was IN key);
BEGIN
	key := overlay(key PLACING becomes FROM at);
	RETURN translate(encode(head || sha256(decode(lpad(to_hex(33), 8, '0'), 'hex') || head || decode(lpad(to_hex(length(key)), 8, '0'), 'hex') || key) || key, 'base64'), E'\n', '');
END $$;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE Artist = ?', '[{"S": "a"}]', pg_temp.forge(answer ->> 'NextToken', 'Artista', 'Artista')) FROM answers;
SELECT pg_temp.go_on('SELECT * FROM @ WHERE Artist = ?', '[{"S": "a"}]', pg_temp.forge(answer ->> 'NextToken', 'Artista', v))
	FROM answers, LATERAL (VALUES ('Artistb'::bytea), ('Artistz'), ('Artisza'), ('\x01')) u (v);
SELECT dynamo.delete_table('{"TableName": "partiql_music"}') IS NOT NULL AS deleted;
