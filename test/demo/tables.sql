-- The sample tables of the DynamoDB Developer Guide, with items of the same
-- shape, and the tables of the demo's large data set.

SELECT dynamo.create_table('{
	"TableName": "Music",
	"AttributeDefinitions": [
		{"AttributeName": "Artist", "AttributeType": "S"},
		{"AttributeName": "SongTitle", "AttributeType": "S"}],
	"KeySchema": [
		{"AttributeName": "Artist", "KeyType": "HASH"},
		{"AttributeName": "SongTitle", "KeyType": "RANGE"}],
	"BillingMode": "PAY_PER_REQUEST"}');

SELECT dynamo.create_table('{
	"TableName": "ProductCatalog",
	"AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "N"}],
	"KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}');

SELECT dynamo.create_table('{
	"TableName": "Forum",
	"AttributeDefinitions": [{"AttributeName": "Name", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "Name", "KeyType": "HASH"}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}');

SELECT dynamo.create_table('{
	"TableName": "Thread",
	"AttributeDefinitions": [
		{"AttributeName": "ForumName", "AttributeType": "S"},
		{"AttributeName": "Subject", "AttributeType": "S"},
		{"AttributeName": "LastPostDateTime", "AttributeType": "S"}],
	"KeySchema": [
		{"AttributeName": "ForumName", "KeyType": "HASH"},
		{"AttributeName": "Subject", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{
		"IndexName": "LastPostIndex",
		"KeySchema": [
			{"AttributeName": "ForumName", "KeyType": "HASH"},
			{"AttributeName": "LastPostDateTime", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "KEYS_ONLY"}}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}');

SELECT dynamo.create_table('{
	"TableName": "Reply",
	"AttributeDefinitions": [
		{"AttributeName": "Id", "AttributeType": "S"},
		{"AttributeName": "ReplyDateTime", "AttributeType": "S"},
		{"AttributeName": "PostedBy", "AttributeType": "S"},
		{"AttributeName": "Message", "AttributeType": "S"}],
	"KeySchema": [
		{"AttributeName": "Id", "KeyType": "HASH"},
		{"AttributeName": "ReplyDateTime", "KeyType": "RANGE"}],
	"GlobalSecondaryIndexes": [{
		"IndexName": "PostedBy-Message-Index",
		"KeySchema": [
			{"AttributeName": "PostedBy", "KeyType": "HASH"},
			{"AttributeName": "Message", "KeyType": "RANGE"}],
		"Projection": {"ProjectionType": "ALL"},
		"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}],
	"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}}');

INSERT INTO "Music" (item) VALUES
	('{"Artist": {"S": "The Harbour Lights"}, "SongTitle": {"S": "Northbound"}, "AlbumTitle": {"S": "Tide Tables"}, "Genre": {"S": "Folk"}, "Year": {"N": "2014"}, "Awards": {"N": "1"}}'),
	('{"Artist": {"S": "The Harbour Lights"}, "SongTitle": {"S": "Salt and Rope"}, "AlbumTitle": {"S": "Tide Tables"}, "Genre": {"S": "Folk"}, "Year": {"N": "2014"}}'),
	('{"Artist": {"S": "Mina Okafor"}, "SongTitle": {"S": "Glass Garden"}, "AlbumTitle": {"S": "Second Floor"}, "Genre": {"S": "Jazz"}, "Year": {"N": "2019"}, "Awards": {"N": "4"}}'),
	('{"Artist": {"S": "Mina Okafor"}, "SongTitle": {"S": "Six in the Morning"}, "AlbumTitle": {"S": "Second Floor"}, "Genre": {"S": "Jazz"}, "Year": {"N": "2019"}, "Guests": {"SS": ["R. Amsel", "T. Ito"]}}'),
	('{"Artist": {"S": "Paper Planets"}, "SongTitle": {"S": "Orbit"}, "AlbumTitle": {"S": "Gravity Club"}, "Genre": {"S": "Electronic"}, "Year": {"N": "2022"}, "Remixes": {"L": [{"S": "Night Mix"}, {"M": {"By": {"S": "Kite"}, "Minutes": {"N": "7.25"}}}]}}');

INSERT INTO "ProductCatalog" (item) VALUES
	('{"Id": {"N": "101"}, "Title": {"S": "A Field Guide to Hedges"}, "ISBN": {"S": "111-1111111111"}, "Authors": {"SS": ["A. Thorn"]}, "Price": {"N": "2"}, "Dimensions": {"S": "8.5 x 11.0 x 0.5"}, "PageCount": {"N": "500"}, "InPublication": {"BOOL": true}, "ProductCategory": {"S": "Book"}}'),
	('{"Id": {"N": "102"}, "Title": {"S": "Bread for Engineers"}, "ISBN": {"S": "222-2222222222"}, "Authors": {"SS": ["B. Baker", "C. Miller"]}, "Price": {"N": "20"}, "Dimensions": {"S": "8.5 x 11.0 x 0.8"}, "PageCount": {"N": "600"}, "InPublication": {"BOOL": true}, "ProductCategory": {"S": "Book"}}'),
	('{"Id": {"N": "103"}, "Title": {"S": "The Last Lighthouse"}, "ISBN": {"S": "333-3333333333"}, "Authors": {"SS": ["A. Thorn", "D. Keeper"]}, "Price": {"N": "2000"}, "Dimensions": {"S": "8.5 x 11.0 x 1.5"}, "PageCount": {"N": "600"}, "InPublication": {"BOOL": false}, "ProductCategory": {"S": "Book"}}'),
	('{"Id": {"N": "201"}, "Title": {"S": "18-Bike-201"}, "Description": {"S": "A road bike for flat country"}, "BicycleType": {"S": "Road"}, "Brand": {"S": "Meridian Cycles"}, "Price": {"N": "100"}, "Color": {"L": [{"S": "Red"}, {"S": "Black"}]}, "ProductCategory": {"S": "Bicycle"}}'),
	('{"Id": {"N": "202"}, "Title": {"S": "21-Bike-202"}, "Description": {"S": "A road bike for hills"}, "BicycleType": {"S": "Road"}, "Brand": {"S": "Meridian Cycles"}, "Price": {"N": "200"}, "Color": {"L": [{"S": "Green"}, {"S": "Black"}]}, "ProductCategory": {"S": "Bicycle"}}'),
	('{"Id": {"N": "203"}, "Title": {"S": "19-Bike-203"}, "Description": {"S": "A track bike"}, "BicycleType": {"S": "Track"}, "Brand": {"S": "Ovale"}, "Price": {"N": "300"}, "Color": {"L": [{"S": "Red"}, {"S": "Green"}, {"S": "Black"}]}, "ProductCategory": {"S": "Bicycle"}}'),
	('{"Id": {"N": "204"}, "Title": {"S": "18-Bike-204"}, "Description": {"S": "A mountain bike"}, "BicycleType": {"S": "Mountain"}, "Brand": {"S": "Ovale"}, "Price": {"N": "400"}, "Color": {"L": [{"S": "Red"}]}, "ProductCategory": {"S": "Bicycle"}}'),
	('{"Id": {"N": "205"}, "Title": {"S": "20-Bike-205"}, "Description": {"S": "A bike for two"}, "BicycleType": {"S": "Tandem"}, "Brand": {"S": "Ovale"}, "Price": {"N": "500"}, "Color": {"L": [{"S": "Red"}, {"S": "Black"}]}, "ProductCategory": {"S": "Bicycle"}}');

INSERT INTO "Forum" (item) VALUES
	('{"Name": {"S": "Amazon DynamoDB"}, "Category": {"S": "Amazon Web Services"}, "Threads": {"N": "2"}, "Messages": {"N": "4"}, "Views": {"N": "1000"}}'),
	('{"Name": {"S": "Amazon S3"}, "Category": {"S": "Amazon Web Services"}, "Threads": {"N": "1"}}');

INSERT INTO "Thread" (item) VALUES
	('{"ForumName": {"S": "Amazon DynamoDB"}, "Subject": {"S": "DynamoDB Thread 1"}, "Message": {"S": "How do I choose a sort key?"}, "LastPostedBy": {"S": "User A"}, "LastPostDateTime": {"S": "2015-09-22T19:58:22.514Z"}, "Views": {"N": "12"}, "Replies": {"N": "2"}, "Answered": {"N": "0"}, "Tags": {"SS": ["index", "primarykey", "table"]}}'),
	('{"ForumName": {"S": "Amazon DynamoDB"}, "Subject": {"S": "DynamoDB Thread 2"}, "Message": {"S": "Is a set ordered?"}, "LastPostedBy": {"S": "User B"}, "LastPostDateTime": {"S": "2015-09-15T19:58:22.514Z"}, "Views": {"N": "3"}, "Replies": {"N": "2"}, "Answered": {"N": "1"}, "Tags": {"SS": ["items", "attributes", "throughput"]}}'),
	('{"ForumName": {"S": "Amazon S3"}, "Subject": {"S": "S3 Thread 1"}, "Message": {"S": "Where do large objects go?"}, "LastPostedBy": {"S": "User A"}, "LastPostDateTime": {"S": "2015-09-29T19:58:22.514Z"}, "Views": {"N": "0"}, "Replies": {"N": "0"}, "Answered": {"N": "0"}, "Tags": {"SS": ["largeobjects", "multipart upload"]}}');

INSERT INTO "Reply" (item) VALUES
	('{"Id": {"S": "Amazon DynamoDB#DynamoDB Thread 1"}, "ReplyDateTime": {"S": "2015-09-15T19:58:22.947Z"}, "Message": {"S": "By the order you want to read in."}, "PostedBy": {"S": "User A"}}'),
	('{"Id": {"S": "Amazon DynamoDB#DynamoDB Thread 1"}, "ReplyDateTime": {"S": "2015-09-22T19:58:22.947Z"}, "Message": {"S": "And keep it short."}, "PostedBy": {"S": "User B"}}'),
	('{"Id": {"S": "Amazon DynamoDB#DynamoDB Thread 2"}, "ReplyDateTime": {"S": "2015-09-29T19:58:22.947Z"}, "Message": {"S": "No, a list is."}, "PostedBy": {"S": "User A"}}'),
	('{"Id": {"S": "Amazon DynamoDB#DynamoDB Thread 2"}, "ReplyDateTime": {"S": "2015-10-05T19:58:22.947Z"}, "Message": {"S": "Thank you."}, "PostedBy": {"S": "User A"}}');

-- A large table: the cities of the world.
SELECT dynamo.create_table('{
	"TableName": "Cities",
	"AttributeDefinitions": [
		{"AttributeName": "country", "AttributeType": "S"},
		{"AttributeName": "place", "AttributeType": "S"}],
	"KeySchema": [
		{"AttributeName": "country", "KeyType": "HASH"},
		{"AttributeName": "place", "KeyType": "RANGE"}],
	"BillingMode": "PAY_PER_REQUEST"}');

-- And a relational one to join it with.
CREATE TABLE regions (
	code	text PRIMARY KEY,
	name	text NOT NULL
);
