-- Operators of items and attribute values.  The operators are in pg_catalog, so
-- that they are found whatever the search_path is; their functions are here.

-- ---- Equality, order, hashing: those of the bytes ----

CREATE FUNCTION dynamo.item_eq(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_eq'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_eq(dynamo.item, dynamo.item) IS 'implementation of = operator';

CREATE FUNCTION dynamo.item_ne(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ne'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_ne(dynamo.item, dynamo.item) IS 'implementation of <> operator';

CREATE FUNCTION dynamo.item_lt(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_lt'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_lt(dynamo.item, dynamo.item) IS 'implementation of < operator';

CREATE FUNCTION dynamo.item_le(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_le'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_le(dynamo.item, dynamo.item) IS 'implementation of <= operator';

CREATE FUNCTION dynamo.item_gt(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_gt'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_gt(dynamo.item, dynamo.item) IS 'implementation of > operator';

CREATE FUNCTION dynamo.item_ge(dynamo.item, dynamo.item) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ge'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_ge(dynamo.item, dynamo.item) IS 'implementation of >= operator';

CREATE FUNCTION dynamo.item_cmp(dynamo.item, dynamo.item) RETURNS integer
	AS 'MODULE_PATHNAME', 'dynamo_bytes_cmp'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_cmp(dynamo.item, dynamo.item) IS 'less-equal-greater';

CREATE FUNCTION dynamo.item_hash(dynamo.item) RETURNS integer
	AS 'MODULE_PATHNAME', 'dynamo_bytes_hash'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_hash(dynamo.item) IS 'hash';

CREATE FUNCTION dynamo.item_hash_extended(dynamo.item, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'dynamo_bytes_hash_extended'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_hash_extended(dynamo.item, bigint) IS 'hash of 64 bits with a seed';

CREATE FUNCTION dynamo.value_eq(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_eq'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_eq(dynamo.value, dynamo.value) IS 'implementation of = operator';

CREATE FUNCTION dynamo.value_ne(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ne'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_ne(dynamo.value, dynamo.value) IS 'implementation of <> operator';

CREATE FUNCTION dynamo.value_lt(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_lt'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_lt(dynamo.value, dynamo.value) IS 'implementation of < operator';

CREATE FUNCTION dynamo.value_le(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_le'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_le(dynamo.value, dynamo.value) IS 'implementation of <= operator';

CREATE FUNCTION dynamo.value_gt(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_gt'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_gt(dynamo.value, dynamo.value) IS 'implementation of > operator';

CREATE FUNCTION dynamo.value_ge(dynamo.value, dynamo.value) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ge'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_ge(dynamo.value, dynamo.value) IS 'implementation of >= operator';

CREATE FUNCTION dynamo.value_cmp(dynamo.value, dynamo.value) RETURNS integer
	AS 'MODULE_PATHNAME', 'dynamo_bytes_cmp'
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_cmp(dynamo.value, dynamo.value) IS 'less-equal-greater';

CREATE FUNCTION dynamo.value_hash(dynamo.value) RETURNS integer
	AS 'MODULE_PATHNAME', 'dynamo_bytes_hash'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_hash(dynamo.value) IS 'hash';

CREATE FUNCTION dynamo.value_hash_extended(dynamo.value, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'dynamo_bytes_hash_extended'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_hash_extended(dynamo.value, bigint) IS 'hash of 64 bits with a seed';

CREATE FUNCTION dynamo.bytes_sortsupport(internal) RETURNS void
	AS 'MODULE_PATHNAME', 'dynamo_bytes_sortsupport'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.bytes_sortsupport(internal) IS 'sort support of items and attribute values';

CREATE OPERATOR pg_catalog.= (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_eq,
	COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.= (dynamo.item, dynamo.item) IS 'equal';

CREATE OPERATOR pg_catalog.<> (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_ne,
	COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (dynamo.item, dynamo.item) IS 'not equal';

CREATE OPERATOR pg_catalog.< (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_lt,
	COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = pg_catalog.scalarltsel, JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (dynamo.item, dynamo.item) IS 'less than';

CREATE OPERATOR pg_catalog.<= (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_le,
	COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = pg_catalog.scalarlesel, JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (dynamo.item, dynamo.item) IS 'less than or equal';

CREATE OPERATOR pg_catalog.> (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_gt,
	COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = pg_catalog.scalargtsel, JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (dynamo.item, dynamo.item) IS 'greater than';

CREATE OPERATOR pg_catalog.>= (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_ge,
	COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = pg_catalog.scalargesel, JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (dynamo.item, dynamo.item) IS 'greater than or equal';

CREATE OPERATOR CLASS dynamo.item_ops DEFAULT FOR TYPE dynamo.item USING btree AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 dynamo.item_cmp(dynamo.item, dynamo.item),
	FUNCTION 2 dynamo.bytes_sortsupport(internal),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR FAMILY dynamo.item_ops USING btree IS 'order of items';
COMMENT ON OPERATOR CLASS dynamo.item_ops USING btree IS 'order of items: by their bytes';

CREATE OPERATOR CLASS dynamo.item_ops DEFAULT FOR TYPE dynamo.item USING hash AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 dynamo.item_hash(dynamo.item),
	FUNCTION 2 dynamo.item_hash_extended(dynamo.item, bigint);
COMMENT ON OPERATOR FAMILY dynamo.item_ops USING hash IS 'hashes of items';
COMMENT ON OPERATOR CLASS dynamo.item_ops USING hash IS 'hashes of items';

CREATE OPERATOR pg_catalog.= (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_eq,
	COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.= (dynamo.value, dynamo.value) IS 'equal';

CREATE OPERATOR pg_catalog.<> (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_ne,
	COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (dynamo.value, dynamo.value) IS 'not equal';

CREATE OPERATOR pg_catalog.< (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_lt,
	COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = pg_catalog.scalarltsel, JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (dynamo.value, dynamo.value) IS 'less than';

CREATE OPERATOR pg_catalog.<= (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_le,
	COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = pg_catalog.scalarlesel, JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (dynamo.value, dynamo.value) IS 'less than or equal';

CREATE OPERATOR pg_catalog.> (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_gt,
	COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = pg_catalog.scalargtsel, JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (dynamo.value, dynamo.value) IS 'greater than';

CREATE OPERATOR pg_catalog.>= (
	LEFTARG = dynamo.value, RIGHTARG = dynamo.value, FUNCTION = dynamo.value_ge,
	COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = pg_catalog.scalargesel, JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (dynamo.value, dynamo.value) IS 'greater than or equal';

CREATE OPERATOR CLASS dynamo.value_ops DEFAULT FOR TYPE dynamo.value USING btree AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 dynamo.value_cmp(dynamo.value, dynamo.value),
	FUNCTION 2 dynamo.bytes_sortsupport(internal),
	FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR FAMILY dynamo.value_ops USING btree IS 'order of attribute values';
COMMENT ON OPERATOR CLASS dynamo.value_ops USING btree IS 'order of attribute values: by type, then by bytes';

CREATE OPERATOR CLASS dynamo.value_ops DEFAULT FOR TYPE dynamo.value USING hash AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 dynamo.value_hash(dynamo.value),
	FUNCTION 2 dynamo.value_hash_extended(dynamo.value, bigint);
COMMENT ON OPERATOR FAMILY dynamo.value_ops USING hash IS 'hashes of attribute values';
COMMENT ON OPERATOR CLASS dynamo.value_ops USING hash IS 'hashes of attribute values';

-- ---- Looking into items and values ----

CREATE FUNCTION dynamo.item_get(dynamo.item, text) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_item_get'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_get(dynamo.item, text) IS 'implementation of -> operator';

CREATE OPERATOR pg_catalog.-> (
	LEFTARG = dynamo.item, RIGHTARG = text, FUNCTION = dynamo.item_get
);
COMMENT ON OPERATOR pg_catalog.-> (dynamo.item, text) IS 'attribute of an item';

CREATE FUNCTION dynamo.item_get_text(dynamo.item, text) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_item_get_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_get_text(dynamo.item, text) IS 'implementation of ->> operator';

CREATE OPERATOR pg_catalog.->> (
	LEFTARG = dynamo.item, RIGHTARG = text, FUNCTION = dynamo.item_get_text
);
COMMENT ON OPERATOR pg_catalog.->> (dynamo.item, text) IS 'attribute of an item as text';

CREATE FUNCTION dynamo.item_has(dynamo.item, text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_item_has'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_has(dynamo.item, text) IS 'implementation of ? operator';

CREATE OPERATOR pg_catalog.? (
	LEFTARG = dynamo.item, RIGHTARG = text, FUNCTION = dynamo.item_has,
	RESTRICT = pg_catalog.contsel, JOIN = pg_catalog.contjoinsel
);
COMMENT ON OPERATOR pg_catalog.? (dynamo.item, text) IS 'does the item have the attribute?';

CREATE FUNCTION dynamo.item_follow(dynamo.item, text[]) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_item_follow'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_follow(dynamo.item, text[]) IS 'implementation of #> operator';

CREATE OPERATOR pg_catalog.#> (
	LEFTARG = dynamo.item, RIGHTARG = text[], FUNCTION = dynamo.item_follow
);
COMMENT ON OPERATOR pg_catalog.#> (dynamo.item, text[]) IS 'what a path leads to';

CREATE FUNCTION dynamo.item_follow_text(dynamo.item, text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_item_follow_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_follow_text(dynamo.item, text[]) IS 'implementation of #>> operator';

CREATE OPERATOR pg_catalog.#>> (
	LEFTARG = dynamo.item, RIGHTARG = text[], FUNCTION = dynamo.item_follow_text
);
COMMENT ON OPERATOR pg_catalog.#>> (dynamo.item, text[]) IS 'what a path leads to, as text';

CREATE FUNCTION dynamo.value_get(dynamo.value, text) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_value_get'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_get(dynamo.value, text) IS 'implementation of -> operator';

CREATE OPERATOR pg_catalog.-> (
	LEFTARG = dynamo.value, RIGHTARG = text, FUNCTION = dynamo.value_get
);
COMMENT ON OPERATOR pg_catalog.-> (dynamo.value, text) IS 'attribute of a map';

CREATE FUNCTION dynamo.value_get_text(dynamo.value, text) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_value_get_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_get_text(dynamo.value, text) IS 'implementation of ->> operator';

CREATE OPERATOR pg_catalog.->> (
	LEFTARG = dynamo.value, RIGHTARG = text, FUNCTION = dynamo.value_get_text
);
COMMENT ON OPERATOR pg_catalog.->> (dynamo.value, text) IS 'attribute of a map as text';

CREATE FUNCTION dynamo.value_at(dynamo.value, integer) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_value_at'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_at(dynamo.value, integer) IS 'implementation of -> operator';

CREATE OPERATOR pg_catalog.-> (
	LEFTARG = dynamo.value, RIGHTARG = integer, FUNCTION = dynamo.value_at
);
COMMENT ON OPERATOR pg_catalog.-> (dynamo.value, integer) IS 'element of a list';

CREATE FUNCTION dynamo.value_at_text(dynamo.value, integer) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_value_at_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_at_text(dynamo.value, integer) IS 'implementation of ->> operator';

CREATE OPERATOR pg_catalog.->> (
	LEFTARG = dynamo.value, RIGHTARG = integer, FUNCTION = dynamo.value_at_text
);
COMMENT ON OPERATOR pg_catalog.->> (dynamo.value, integer) IS 'element of a list as text';

CREATE FUNCTION dynamo.value_has(dynamo.value, text) RETURNS boolean
	AS 'MODULE_PATHNAME', 'dynamo_value_has'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_has(dynamo.value, text) IS 'implementation of ? operator';

CREATE OPERATOR pg_catalog.? (
	LEFTARG = dynamo.value, RIGHTARG = text, FUNCTION = dynamo.value_has,
	RESTRICT = pg_catalog.contsel, JOIN = pg_catalog.contjoinsel
);
COMMENT ON OPERATOR pg_catalog.? (dynamo.value, text) IS 'does the map have the attribute?';

CREATE FUNCTION dynamo.value_follow(dynamo.value, text[]) RETURNS dynamo.value
	AS 'MODULE_PATHNAME', 'dynamo_value_follow'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_follow(dynamo.value, text[]) IS 'implementation of #> operator';

CREATE OPERATOR pg_catalog.#> (
	LEFTARG = dynamo.value, RIGHTARG = text[], FUNCTION = dynamo.value_follow
);
COMMENT ON OPERATOR pg_catalog.#> (dynamo.value, text[]) IS 'what a path leads to';

CREATE FUNCTION dynamo.value_follow_text(dynamo.value, text[]) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_value_follow_text'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.value_follow_text(dynamo.value, text[]) IS 'implementation of #>> operator';

CREATE OPERATOR pg_catalog.#>> (
	LEFTARG = dynamo.value, RIGHTARG = text[], FUNCTION = dynamo.value_follow_text
);
COMMENT ON OPERATOR pg_catalog.#>> (dynamo.value, text[]) IS 'what a path leads to, as text';

-- ---- Items of items ----

CREATE FUNCTION dynamo.item_concat(dynamo.item, dynamo.item) RETURNS dynamo.item
	AS 'MODULE_PATHNAME', 'dynamo_item_concat'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_concat(dynamo.item, dynamo.item) IS 'implementation of || operator';

CREATE OPERATOR pg_catalog.|| (
	LEFTARG = dynamo.item, RIGHTARG = dynamo.item, FUNCTION = dynamo.item_concat
);
COMMENT ON OPERATOR pg_catalog.|| (dynamo.item, dynamo.item) IS 'attributes of both items; those of the right one win';

CREATE FUNCTION dynamo.item_remove(dynamo.item, text) RETURNS dynamo.item
	AS 'MODULE_PATHNAME', 'dynamo_item_remove'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_remove(dynamo.item, text) IS 'implementation of - operator';

CREATE OPERATOR pg_catalog.- (
	LEFTARG = dynamo.item, RIGHTARG = text, FUNCTION = dynamo.item_remove
);
COMMENT ON OPERATOR pg_catalog.- (dynamo.item, text) IS 'item without an attribute';

CREATE FUNCTION dynamo.item_remove_all(dynamo.item, text[]) RETURNS dynamo.item
	AS 'MODULE_PATHNAME', 'dynamo_item_remove_all'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.item_remove_all(dynamo.item, text[]) IS 'implementation of - operator';

CREATE OPERATOR pg_catalog.- (
	LEFTARG = dynamo.item, RIGHTARG = text[], FUNCTION = dynamo.item_remove_all
);
COMMENT ON OPERATOR pg_catalog.- (dynamo.item, text[]) IS 'item without some attributes';

-- ---- Functions ----

CREATE FUNCTION dynamo.size(dynamo.item) RETURNS bigint
	AS 'MODULE_PATHNAME', 'dynamo_size'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.size(dynamo.item) IS 'bytes of an item by the accounting of the service';

CREATE FUNCTION dynamo.attribute_names(dynamo.item) RETURNS text[]
	AS 'MODULE_PATHNAME', 'dynamo_attribute_names'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.attribute_names(dynamo.item) IS 'names of the attributes of an item, in byte order';

CREATE FUNCTION dynamo.attribute_type(dynamo.value) RETURNS text
	AS 'MODULE_PATHNAME', 'dynamo_attribute_type'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dynamo.attribute_type(dynamo.value) IS 'type of an attribute value: S, N, B, BOOL, NULL, M, L, SS, NS or BS';

CREATE FUNCTION dynamo.each(item dynamo.item, OUT name text, OUT value dynamo.value) RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'dynamo_each'
	LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION dynamo.each(dynamo.item) IS 'the attributes of an item as rows';
