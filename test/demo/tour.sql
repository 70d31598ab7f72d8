-- Put an item: with the JSON of DynamoDB's API, or with named arguments.
SELECT dynamo.put_item('{"TableName": "Music", "ReturnConsumedCapacity": "TOTAL", "Item": {
	"Artist": {"S": "Ada Quill"}, "SongTitle": {"S": "Paper Boats"}, "Year": {"N": "2021"}}}');
SELECT dynamo.put_item('Music', '{"Artist": {"S": "Ada Quill"}, "SongTitle": {"S": "Low Water"}, "Year": {"N": "2023"}}');

-- Get it by its key.
SELECT dynamo.get_item('{"TableName": "Music", "Key": {"Artist": {"S": "Ada Quill"}, "SongTitle": {"S": "Paper Boats"}}}');
SELECT dynamo.get_item('Music', 'Ada Quill', 'Low Water');

-- Replace it, and see what was there before.
SELECT dynamo.put_item('Music', '{"Artist": {"S": "Ada Quill"}, "SongTitle": {"S": "Low Water"}, "Year": {"N": "2024"}}',
	return_values => 'ALL_OLD');

-- Delete it.
SELECT dynamo.delete_item('Music', 'Ada Quill', 'Low Water', return_values => 'ALL_OLD');

-- The table is an ordinary relation, too.
\d "Music"

-- An attribute in SQL: read it, compare it, change it.
UPDATE "Music" SET item['Awards'] = 5 WHERE key = '"Mina Okafor"/"Glass Garden"';
SELECT item['SongTitle']::text AS song, item['Awards']::int AS awards
  FROM "Music" WHERE item['Awards']::int > 0 ORDER BY song;

-- Items join relational tables: where are most of the cities?
SELECT r.name AS region, count(*) AS cities, round(avg(c.item['lat']::numeric), 2) AS mean_latitude
  FROM "Cities" c JOIN regions r ON r.code = c.item['country']::text || '.' || c.item['admin1']::text
 GROUP BY r.code, r.name ORDER BY cities DESC, region LIMIT 5;

-- One transaction for items and rows.
BEGIN;
INSERT INTO regions VALUES ('XX.00', 'Nowhere');
SELECT dynamo.put_item('Cities', '{"country": {"S": "XX"}, "place": {"S": "Noplace#0#0"}, "admin1": {"S": "00"}}');
ROLLBACK;
SELECT dynamo.get_item('Cities', 'XX', 'Noplace#0#0') IS NULL AS gone;

-- Errors have the service's words, an SQLSTATE, and a hint.
SELECT dynamo.put_item('Music', '{"Artist": {"S": "Ada Quill"}}');
\echo SQLSTATE :SQLSTATE
SELECT dynamo.get_item('Musik', 'Ada Quill', 'Low Water');
\echo SQLSTATE :SQLSTATE
