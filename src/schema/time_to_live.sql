/*
 * Tables whose items expire.  Written like dynamo.tables, by C code that
 * checks who may; not cached by sessions, so there is no trigger.
 */
CREATE TABLE dynamo.time_to_live (
	table_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	attribute_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	status pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	attempts pg_catalog.int4 NOT NULL,
	last_error pg_catalog.text,
	CONSTRAINT time_to_live_pkey PRIMARY KEY (table_name)
) WITH (user_catalog_table = true);

COMMENT ON TABLE dynamo.time_to_live IS 'time to live of DynamoDB''s tables; for those without a row it is DISABLED';
COMMENT ON COLUMN dynamo.time_to_live.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.time_to_live.attribute_name IS 'the attribute that says when an item expires';
COMMENT ON COLUMN dynamo.time_to_live.status IS 'ENABLING or DISABLING while its index is to be built or dropped, else ENABLED';
COMMENT ON COLUMN dynamo.time_to_live.attempts IS 'how often the work on the index, or on expired items, has failed since it last went well';
COMMENT ON COLUMN dynamo.time_to_live.last_error IS 'why it failed last';
GRANT SELECT ON dynamo.time_to_live TO PUBLIC;

SELECT pg_catalog.pg_extension_config_dump('dynamo.time_to_live',
	'WHERE EXISTS (SELECT FROM dynamo.tables AS t WHERE t.name = table_name AND dynamo.is_item_table(t.relation))');
