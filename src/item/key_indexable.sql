-- May items be in a table that has an index of a key schema?  As a CHECK it
-- proves to the planner that the index holds every item that has the
-- attributes.

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';

CREATE FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_indexable';
COMMENT ON FUNCTION dynamo.indexable(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
	'false where an item has one of these attributes, but not as the index needs it: of its type, not empty, not too long';
