-- Casts between items or attribute values and jsonb, as plain JSON.

CREATE FUNCTION dynamo.item_to_jsonb(dynamo.item) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'dynamo_item_to_jsonb'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_to_jsonb(dynamo.item) IS 'item as plain JSON';

CREATE CAST (dynamo.item AS jsonb) WITH FUNCTION dynamo.item_to_jsonb(dynamo.item) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.item AS jsonb) IS 'item as plain JSON';

CREATE FUNCTION dynamo.value_to_jsonb(dynamo.value) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'dynamo_value_to_jsonb'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_to_jsonb(dynamo.value) IS 'attribute value as plain JSON';

CREATE CAST (dynamo.value AS jsonb) WITH FUNCTION dynamo.value_to_jsonb(dynamo.value) AS ASSIGNMENT;
COMMENT ON CAST (dynamo.value AS jsonb) IS 'attribute value as plain JSON';

CREATE FUNCTION dynamo.jsonb_to_item(jsonb) RETURNS dynamo.item
	AS 'MODULE_PATHNAME', 'dynamo_jsonb_to_item'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.jsonb_to_item(jsonb) IS 'item of a plain JSON object';

CREATE CAST (jsonb AS dynamo.item) WITH FUNCTION dynamo.jsonb_to_item(jsonb) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS dynamo.item) IS 'item of a plain JSON object';

CREATE FUNCTION dynamo.jsonb_to_value(jsonb) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_jsonb_to_value'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.jsonb_to_value(jsonb) IS 'attribute value of plain JSON';

CREATE CAST (jsonb AS dynamo.value) WITH FUNCTION dynamo.jsonb_to_value(jsonb) AS ASSIGNMENT;
COMMENT ON CAST (jsonb AS dynamo.value) IS 'attribute value of plain JSON';
