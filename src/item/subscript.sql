-- Subscripting: item['Address']['City'], item['Tags'][0].

CREATE FUNCTION dynamo.item_subscript(internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'dynamo_item_subscript'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_subscript(internal) IS 'subscripting of an item';

CREATE FUNCTION dynamo.value_subscript(internal) RETURNS internal
	AS 'MODULE_PATHNAME', 'dynamo_value_subscript'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_subscript(internal) IS 'subscripting of an attribute value';

ALTER TYPE dynamo.item SET (SUBSCRIPT = dynamo.item_subscript);
ALTER TYPE dynamo.value SET (SUBSCRIPT = dynamo.value_subscript);
