\echo Use "CREATE EXTENSION dynamo" to load this file. \quit

DO $$
BEGIN
	IF pg_catalog.getdatabaseencoding() <> 'UTF8' THEN
		RAISE EXCEPTION 'the encoding of the database must be UTF8, but it is %', pg_catalog.getdatabaseencoding()
			USING ERRCODE = 'feature_not_supported',
				  HINT = 'Create a database with ENCODING ''UTF8'' TEMPLATE template0 and create the extension there.';
	END IF;
END
$$;

CREATE SCHEMA dynamo;
COMMENT ON SCHEMA dynamo IS 'DynamoDB-model tables: types, operations and their catalog';
GRANT USAGE ON SCHEMA dynamo TO PUBLIC;
