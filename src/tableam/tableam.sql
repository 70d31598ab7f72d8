CREATE FUNCTION dynamo.tableam_handler(pg_catalog.internal) RETURNS pg_catalog.table_am_handler
	LANGUAGE c VOLATILE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_tableam_handler';
COMMENT ON FUNCTION dynamo.tableam_handler(pg_catalog.internal) IS 'handler of the table access method dynamo';

CREATE ACCESS METHOD dynamo TYPE TABLE HANDLER dynamo.tableam_handler;
COMMENT ON ACCESS METHOD dynamo IS 'heap that keeps the items of a partition key together';
