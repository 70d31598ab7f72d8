-- The types.  Each stands first as a shell, because their functions name one
-- another.

CREATE TYPE dynamo.item;
CREATE TYPE dynamo.value;
CREATE TYPE dynamo.key;

CREATE FUNCTION dynamo.item_in(cstring) RETURNS dynamo.item
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_item_in';
COMMENT ON FUNCTION dynamo.item_in(cstring) IS 'input of dynamo.item: DynamoDB JSON';

CREATE FUNCTION dynamo.item_out(dynamo.item) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_item_out';
COMMENT ON FUNCTION dynamo.item_out(dynamo.item) IS 'output of dynamo.item: DynamoDB JSON';

CREATE FUNCTION dynamo.item_recv(internal) RETURNS dynamo.item
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_item_recv';
COMMENT ON FUNCTION dynamo.item_recv(internal) IS 'binary input of dynamo.item';

CREATE FUNCTION dynamo.item_send(dynamo.item) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_item_send';
COMMENT ON FUNCTION dynamo.item_send(dynamo.item) IS 'binary output of dynamo.item';

-- MAIN: items up to about 8 kB stay in the row (compressed, if that helps), so
-- that reading one is one page; larger ones are stored outside.
CREATE TYPE dynamo.item (
	INPUT = dynamo.item_in,
	OUTPUT = dynamo.item_out,
	RECEIVE = dynamo.item_recv,
	SEND = dynamo.item_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = main
);
COMMENT ON TYPE dynamo.item IS
	'an item: a map of attribute names to values; its text is DynamoDB JSON, as in {"Artist":{"S":"No One You Know"},"Year":{"N":"1999"}}';

CREATE FUNCTION dynamo.value_in(cstring) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_in';
COMMENT ON FUNCTION dynamo.value_in(cstring) IS
	'input of dynamo.value: DynamoDB JSON where the text begins with a brace, else a string';

CREATE FUNCTION dynamo.value_out(dynamo.value) RETURNS cstring
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_out';
COMMENT ON FUNCTION dynamo.value_out(dynamo.value) IS 'output of dynamo.value: DynamoDB JSON';

CREATE FUNCTION dynamo.value_recv(internal) RETURNS dynamo.value
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_recv';
COMMENT ON FUNCTION dynamo.value_recv(internal) IS 'binary input of dynamo.value';

CREATE FUNCTION dynamo.value_send(dynamo.value) RETURNS bytea
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'dynamo_value_send';
COMMENT ON FUNCTION dynamo.value_send(dynamo.value) IS 'binary output of dynamo.value';

CREATE TYPE dynamo.value (
	INPUT = dynamo.value_in,
	OUTPUT = dynamo.value_out,
	RECEIVE = dynamo.value_recv,
	SEND = dynamo.value_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = extended
);
COMMENT ON TYPE dynamo.value IS
	'an attribute value; text whose first character other than white space is a brace is DynamoDB JSON, as in {"N":"5"}; any other text is the string of exactly these characters';
