-- Operations on tables: with the JSON of the API, and by name.

CREATE FUNCTION dynamo.create_table(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_create_table';
COMMENT ON FUNCTION dynamo.create_table(pg_catalog.json) IS
	'CreateTable: creates a table, its relation and its indexes';

CREATE FUNCTION dynamo.describe_table(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_table';
COMMENT ON FUNCTION dynamo.describe_table(pg_catalog.json) IS
	'DescribeTable: describes a table';

CREATE FUNCTION dynamo.list_tables(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_list_tables';
COMMENT ON FUNCTION dynamo.list_tables(pg_catalog.json) IS
	'ListTables: lists the names of tables, in pages';

CREATE FUNCTION dynamo.update_table(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_update_table';
COMMENT ON FUNCTION dynamo.update_table(pg_catalog.json) IS
	'UpdateTable: changes the settings of a table';

CREATE FUNCTION dynamo.delete_table(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_delete_table';
COMMENT ON FUNCTION dynamo.delete_table(pg_catalog.json) IS
	'DeleteTable: deletes a table and its relation';

CREATE FUNCTION dynamo.tag_resource(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_tag_resource';
COMMENT ON FUNCTION dynamo.tag_resource(pg_catalog.json) IS
	'TagResource: sets tags of a table';

CREATE FUNCTION dynamo.untag_resource(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_untag_resource';
COMMENT ON FUNCTION dynamo.untag_resource(pg_catalog.json) IS
	'UntagResource: removes tags of a table';

CREATE FUNCTION dynamo.list_tags_of_resource(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_list_tags_of_resource';
COMMENT ON FUNCTION dynamo.list_tags_of_resource(pg_catalog.json) IS
	'ListTagsOfResource: lists the tags of a table';

CREATE FUNCTION dynamo.describe_time_to_live(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_time_to_live';
COMMENT ON FUNCTION dynamo.describe_time_to_live(pg_catalog.json) IS
	'DescribeTimeToLive: says whether, and by which attribute, items expire';

CREATE FUNCTION dynamo.update_time_to_live(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_update_time_to_live';
COMMENT ON FUNCTION dynamo.update_time_to_live(pg_catalog.json) IS
	'UpdateTimeToLive: lets items expire, or no longer';

CREATE FUNCTION dynamo.describe_continuous_backups(request pg_catalog.json) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_continuous_backups';
COMMENT ON FUNCTION dynamo.describe_continuous_backups(pg_catalog.json) IS
	'DescribeContinuousBackups: says that backups are not DynamoDB''s business here';

CREATE FUNCTION dynamo.describe_limits(request pg_catalog.json DEFAULT '{}') RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_limits';
COMMENT ON FUNCTION dynamo.describe_limits(pg_catalog.json) IS
	'DescribeLimits: the service''s default quotas, which are not enforced';

CREATE FUNCTION dynamo.describe_endpoints(request pg_catalog.json DEFAULT '{}') RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_call_describe_endpoints';
COMMENT ON FUNCTION dynamo.describe_endpoints(pg_catalog.json) IS
	'DescribeEndpoints: where the API answers';

CREATE FUNCTION dynamo.create_table(table_name pg_catalog.text, VARIADIC key_schema pg_catalog.text[])
	RETURNS pg_catalog.regclass
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_create_table';
COMMENT ON FUNCTION dynamo.create_table(pg_catalog.text, pg_catalog.text[]) IS
	'creates a table on demand with a key such as ''Artist S'', ''SongTitle S''; returns its relation';

-- A string literal is taken for a text where there is a choice, so these take
-- a request, too: no table's name begins with a brace.
CREATE FUNCTION dynamo.describe_table(table_name pg_catalog.text) RETURNS pg_catalog.json
	LANGUAGE C STABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_describe_table';
COMMENT ON FUNCTION dynamo.describe_table(pg_catalog.text) IS
	'describes a table, given its name or ARN';

CREATE FUNCTION dynamo.delete_table(table_name pg_catalog.text) RETURNS pg_catalog.json
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_delete_table';
COMMENT ON FUNCTION dynamo.delete_table(pg_catalog.text) IS
	'deletes a table and its relation, given its name or ARN';

CREATE FUNCTION dynamo.list_tables(OUT table_name pg_catalog.text, OUT relation pg_catalog.regclass)
	RETURNS SETOF pg_catalog.record
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT t.name, t.relation FROM dynamo.tables AS t WHERE dynamo.is_item_table(t.relation) ORDER BY t.name;
END;
COMMENT ON FUNCTION dynamo.list_tables() IS
	'lists all tables and their relations';

CREATE FUNCTION dynamo.register_table(relation pg_catalog.regclass, name pg_catalog.text DEFAULT NULL)
	RETURNS pg_catalog.text
	LANGUAGE C VOLATILE PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_register_table';
COMMENT ON FUNCTION dynamo.register_table(pg_catalog.regclass, pg_catalog.text) IS
	'makes a table of DynamoDB of an item table that came by plain DDL, with its indexes; returns its name';

CREATE FUNCTION dynamo.build_indexes(table_name pg_catalog.text) RETURNS pg_catalog.int4
	LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
	AS 'MODULE_PATHNAME', 'dynamo_build_indexes';
COMMENT ON FUNCTION dynamo.build_indexes(pg_catalog.text) IS
	'creates and deletes in this transaction the secondary indexes of a table that are to be, or whose Postgres index is gone; returns their number';
