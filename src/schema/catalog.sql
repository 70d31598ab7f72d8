/*
 * What DynamoDB knows of a table and Postgres does not.  Written only by the
 * extension's C code, which checks who may; see docs/architecture/catalog.md.
 */
CREATE TABLE dynamo.tables (
	name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	relation pg_catalog.regclass NOT NULL,
	id pg_catalog.uuid NOT NULL,
	created_at pg_catalog.timestamptz NOT NULL,
	billing_mode pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	pay_per_request_at pg_catalog.timestamptz,
	read_units pg_catalog.int8 NOT NULL,
	write_units pg_catalog.int8 NOT NULL,
	increased_at pg_catalog.timestamptz,
	decreased_at pg_catalog.timestamptz,
	decreases pg_catalog.int4 NOT NULL,
	max_read_units pg_catalog.int8,
	max_write_units pg_catalog.int8,
	table_class pg_catalog.text COLLATE pg_catalog."C",
	table_class_at pg_catalog.timestamptz,
	deletion_protection pg_catalog.bool NOT NULL,
	CONSTRAINT tables_pkey PRIMARY KEY (name),
	CONSTRAINT tables_relation_key UNIQUE (relation)
) WITH (user_catalog_table = true);

COMMENT ON TABLE dynamo.tables IS 'DynamoDB''s tables: their names, relations and settings';
COMMENT ON COLUMN dynamo.tables.name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.tables.relation IS 'the relation that holds the items; where it is gone, the row is dead';
COMMENT ON COLUMN dynamo.tables.id IS 'TableId';
COMMENT ON COLUMN dynamo.tables.created_at IS 'CreationDateTime';
COMMENT ON COLUMN dynamo.tables.billing_mode IS 'PROVISIONED or PAY_PER_REQUEST';
COMMENT ON COLUMN dynamo.tables.pay_per_request_at IS 'when the table was last set to PAY_PER_REQUEST';
COMMENT ON COLUMN dynamo.tables.read_units IS 'provisioned ReadCapacityUnits; 0 on demand';
COMMENT ON COLUMN dynamo.tables.write_units IS 'provisioned WriteCapacityUnits; 0 on demand';
COMMENT ON COLUMN dynamo.tables.increased_at IS 'when the provisioned throughput was last increased';
COMMENT ON COLUMN dynamo.tables.decreased_at IS 'when the provisioned throughput was last decreased';
COMMENT ON COLUMN dynamo.tables.decreases IS 'how often it was decreased on the day (UTC) of decreased_at';
COMMENT ON COLUMN dynamo.tables.max_read_units IS 'MaxReadRequestUnits on demand; NULL is no maximum';
COMMENT ON COLUMN dynamo.tables.max_write_units IS 'MaxWriteRequestUnits on demand; NULL is no maximum';
COMMENT ON COLUMN dynamo.tables.table_class IS 'STANDARD or STANDARD_INFREQUENT_ACCESS; NULL if it was never set';
COMMENT ON COLUMN dynamo.tables.table_class_at IS 'when table_class was last set by UpdateTable';
COMMENT ON COLUMN dynamo.tables.deletion_protection IS 'does DeleteTable refuse?';

CREATE TABLE dynamo.indexes (
	table_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	kind pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	position pg_catalog.int4 NOT NULL,
	key_schema pg_catalog.text[] COLLATE pg_catalog."C" NOT NULL,
	projection pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	non_key_attributes pg_catalog.text[] COLLATE pg_catalog."C",
	read_units pg_catalog.int8 NOT NULL,
	write_units pg_catalog.int8 NOT NULL,
	increased_at pg_catalog.timestamptz,
	decreased_at pg_catalog.timestamptz,
	decreases pg_catalog.int4 NOT NULL,
	max_read_units pg_catalog.int8,
	max_write_units pg_catalog.int8,
	status pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	attempts pg_catalog.int4 NOT NULL,
	last_error pg_catalog.text,
	CONSTRAINT indexes_pkey PRIMARY KEY (table_name, name)
) WITH (user_catalog_table = true);

COMMENT ON TABLE dynamo.indexes IS 'DynamoDB''s secondary indexes; the Postgres index of one is found by its key schema';
COMMENT ON COLUMN dynamo.indexes.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.indexes.name IS 'DynamoDB''s name of the index';
COMMENT ON COLUMN dynamo.indexes.kind IS 'LOCAL or GLOBAL';
COMMENT ON COLUMN dynamo.indexes.position IS 'place in the list of the table''s indexes';
COMMENT ON COLUMN dynamo.indexes.key_schema IS 'key schema, as index_key takes it';
COMMENT ON COLUMN dynamo.indexes.projection IS 'ALL, KEYS_ONLY or INCLUDE';
COMMENT ON COLUMN dynamo.indexes.non_key_attributes IS 'NonKeyAttributes of projection INCLUDE';
COMMENT ON COLUMN dynamo.indexes.read_units IS 'provisioned ReadCapacityUnits; 0 on demand and for LOCAL';
COMMENT ON COLUMN dynamo.indexes.write_units IS 'provisioned WriteCapacityUnits; 0 on demand and for LOCAL';
COMMENT ON COLUMN dynamo.indexes.increased_at IS 'when the provisioned throughput was last increased';
COMMENT ON COLUMN dynamo.indexes.decreased_at IS 'when the provisioned throughput was last decreased';
COMMENT ON COLUMN dynamo.indexes.decreases IS 'how often it was decreased on the day (UTC) of decreased_at';
COMMENT ON COLUMN dynamo.indexes.max_read_units IS 'MaxReadRequestUnits on demand; NULL is no maximum';
COMMENT ON COLUMN dynamo.indexes.max_write_units IS 'MaxWriteRequestUnits on demand; NULL is no maximum';
COMMENT ON COLUMN dynamo.indexes.status IS 'CREATING or DELETING while that is to be done, else ACTIVE';
COMMENT ON COLUMN dynamo.indexes.attempts IS 'how often doing it has failed';
COMMENT ON COLUMN dynamo.indexes.last_error IS 'why it failed last';

CREATE TABLE dynamo.tags (
	table_name pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	key pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	value pg_catalog.text COLLATE pg_catalog."C" NOT NULL,
	CONSTRAINT tags_pkey PRIMARY KEY (table_name, key)
) WITH (user_catalog_table = true);

COMMENT ON TABLE dynamo.tags IS 'tags of DynamoDB''s tables';
COMMENT ON COLUMN dynamo.tags.table_name IS 'DynamoDB''s name of the table';
COMMENT ON COLUMN dynamo.tags.key IS 'the tag''s key';
COMMENT ON COLUMN dynamo.tags.value IS 'the tag''s value';

GRANT SELECT ON dynamo.tables, dynamo.indexes, dynamo.tags TO PUBLIC;

/*
 * What a restore or an administrator writes with SQL must reach the caches
 * of all sessions, too.
 */
CREATE FUNCTION dynamo.catalog_changed() RETURNS pg_catalog.trigger
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'dynamo_catalog_changed';
COMMENT ON FUNCTION dynamo.catalog_changed() IS 'trigger of dynamo''s catalog: makes all sessions look again';

CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.tables
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.catalog_changed();
CREATE TRIGGER catalog_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dynamo.indexes
	FOR EACH STATEMENT EXECUTE FUNCTION dynamo.catalog_changed();

/* Is there an item table behind a row of dynamo.tables? */
CREATE FUNCTION dynamo.is_item_table(relation pg_catalog.regclass) RETURNS pg_catalog.bool
	LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_is_item_table';
COMMENT ON FUNCTION dynamo.is_item_table(pg_catalog.regclass) IS
	'is this a table with a column of type dynamo.key and one of type dynamo.item?';

/* Dead rows stay behind: their relation would be a number that means nothing elsewhere. */
SELECT pg_catalog.pg_extension_config_dump('dynamo.tables', 'WHERE dynamo.is_item_table(relation)');
SELECT pg_catalog.pg_extension_config_dump('dynamo.indexes',
	'WHERE EXISTS (SELECT FROM dynamo.tables AS t WHERE t.name = table_name AND dynamo.is_item_table(t.relation))');
SELECT pg_catalog.pg_extension_config_dump('dynamo.tags',
	'WHERE EXISTS (SELECT FROM dynamo.tables AS t WHERE t.name = table_name AND dynamo.is_item_table(t.relation))');
