-- dynamo.item: text and binary form, storage.

SELECT '{}'::dynamo.item;
SELECT '{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"},"Year":{"N":"1999"}}'::dynamo.item;
-- Attributes stand in the order of their names' bytes; of doubled ones the last wins.
SELECT ' { "b" : {"S":"2"}, "a" : {"S":"1"}, "B" : {"S":"3"}, "ab":{"S":"4"}, "b":{"S":"5"} } '::dynamo.item;
SELECT '{"all":{"M":{"S":{"S":"text \u0000 \"\\ \n é"},"N":{"N":"-1e-3"},"B":{"B":"AQID"},"BOOL":{"BOOL":true},"NULL":{"NULL":true},
	"L":{"L":[{"S":"x"},{"N":"1"}]},"M":{"M":{"m":{"M":{}}}},"SS":{"SS":["y","x"]},"NS":{"NS":["2","1"]},"BS":{"BS":["Ag==","AQ=="]}}}}'::dynamo.item;

-- What is not an item.
SELECT ''::dynamo.item;
SELECT '[]'::dynamo.item;
SELECT '"x"'::dynamo.item;
SELECT 'null'::dynamo.item;
SELECT '{"a":"x"}'::dynamo.item;
SELECT '{"a":5}'::dynamo.item;
SELECT '{"a":{"S":"x"}'::dynamo.item;
SELECT '{"a":{"S":"x"}} x'::dynamo.item;
SELECT '{"":{"S":"x"}}'::dynamo.item;
SELECT '{"a":{}}'::dynamo.item;
SELECT '{"a":{"S":"x","N":"1"}}'::dynamo.item;
SELECT '{"a":{"NULL":false}}'::dynamo.item;
SELECT ('{"a":' || repeat('{"L":[', 32) || '{"S":"x"}' || repeat(']}', 32) || '}')::dynamo.item;

-- 32 levels, not counting the item.
SELECT length(('{"a":' || repeat('{"L":[', 31) || '{"S":"x"}' || repeat(']}', 31) || '}')::dynamo.item::text);

-- The binary form: version, head, directory, entries.
SELECT dynamo.item_send('{}');
SELECT dynamo.item_send('{"a":{"S":"x"}}');
SELECT dynamo.item_send('{"a":{"S":"x"},"b":{"N":"12"},"c":{"NULL":true}}');
SELECT dynamo.item_send('{"fourteen_bytes":{"BOOL":true},"fifteen_bytes__":{"BOOL":false}}');
SELECT dynamo.item_send('{"a":{"SS":["y","x"]}}');
-- The directory's slots are as wide as the entries' total size needs.
SELECT size, substring(dynamo.item_send(('{"a":{"S":"' || repeat('x', size - 3) || '"},"b":{"NULL":true}}')::dynamo.item) FOR 8)
  FROM (VALUES (254), (255), (256), (65534), (65535), (65536)) s (size);

-- Equal items are equal bytes, however they were written.
SELECT dynamo.item_send('{"a":{"N":"1e2"},"b":{"NS":["1","2"]}}') = dynamo.item_send('{"b":{"NS":["2.0","+1"]},"a":{"N":"100.00"}}') AS equal;

-- Stored, toasted and read again.
CREATE TABLE items (id int, item dynamo.item);
INSERT INTO items VALUES (1, '{}'), (2, '{"a":{"S":"x"}}'), (3, NULL);
INSERT INTO items SELECT 4, ('{"a":{"S":"' || repeat('x', 300000) || '"},"b":{"S":"y"}}')::dynamo.item;
INSERT INTO items SELECT 5, ('{' || string_agg(format('"n%s":{"S":"%s"}', n, md5(n::text)), ',') || '}')::dynamo.item FROM generate_series(1, 5000) n;
INSERT INTO items SELECT 6, ('{' || string_agg(format('"n%s":{"N":"%s"}', n, n), ',') || '}')::dynamo.item FROM generate_series(1, 20) n;
SELECT id, length(item::text), md5(item::text) FROM items ORDER BY id;
SELECT id, pg_column_size(item) < 8000 AS small FROM items WHERE id IN (4, 5) ORDER BY id;

-- A few thousand members, in falling order, with doubled ones.
SELECT count(*), min(length(text)), max(length(text))
  FROM (SELECT ('{' || string_agg(format('"%s":{"N":"%s"}', n % 1000, n), ',' ORDER BY n DESC) || '}')::dynamo.item::text AS text
		  FROM generate_series(1, 3000) n) t;

DROP TABLE items;
