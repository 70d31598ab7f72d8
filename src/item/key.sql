-- The key of an item: see key.h for its bytes, and item.sql for the shell type.

CREATE FUNCTION dynamo.key_in(cstring) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_in';
COMMENT ON FUNCTION dynamo.key_in(cstring) IS 'I/O';

CREATE FUNCTION dynamo.key_out(dynamo.key) RETURNS cstring
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_out';
COMMENT ON FUNCTION dynamo.key_out(dynamo.key) IS 'I/O';

CREATE FUNCTION dynamo.key_recv(internal) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_recv';
COMMENT ON FUNCTION dynamo.key_recv(internal) IS 'I/O';

CREATE FUNCTION dynamo.key_send(dynamo.key) RETURNS pg_catalog.bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_send';
COMMENT ON FUNCTION dynamo.key_send(dynamo.key) IS 'I/O';

-- EXTERNAL: keys are short or incompressible, and an index entry must not
-- depend on how well one compresses.
CREATE TYPE dynamo.key (
	INPUT = dynamo.key_in,
	OUTPUT = dynamo.key_out,
	RECEIVE = dynamo.key_recv,
	SEND = dynamo.key_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = int4,
	STORAGE = external
);
COMMENT ON TYPE dynamo.key IS 'the primary key of an item, or its key in an index, in the order of Scan and Query';

CREATE CAST (dynamo.key AS pg_catalog.bytea) WITHOUT FUNCTION;
COMMENT ON CAST (dynamo.key AS pg_catalog.bytea) IS 'the bytes of a key';

-- The order of keys is that of their bytes; see byte_order.c.
CREATE FUNCTION dynamo.key_eq(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_eq';
COMMENT ON FUNCTION dynamo.key_eq(dynamo.key, dynamo.key) IS 'implementation of = operator';

CREATE FUNCTION dynamo.key_ne(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ne';
COMMENT ON FUNCTION dynamo.key_ne(dynamo.key, dynamo.key) IS 'implementation of <> operator';

CREATE FUNCTION dynamo.key_lt(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_lt';
COMMENT ON FUNCTION dynamo.key_lt(dynamo.key, dynamo.key) IS 'implementation of < operator';

CREATE FUNCTION dynamo.key_le(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_le';
COMMENT ON FUNCTION dynamo.key_le(dynamo.key, dynamo.key) IS 'implementation of <= operator';

CREATE FUNCTION dynamo.key_gt(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_gt';
COMMENT ON FUNCTION dynamo.key_gt(dynamo.key, dynamo.key) IS 'implementation of > operator';

CREATE FUNCTION dynamo.key_ge(dynamo.key, dynamo.key) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_ge';
COMMENT ON FUNCTION dynamo.key_ge(dynamo.key, dynamo.key) IS 'implementation of >= operator';

CREATE OPERATOR pg_catalog.= (
	FUNCTION = dynamo.key_eq,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>),
	RESTRICT = pg_catalog.eqsel, JOIN = pg_catalog.eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.= (dynamo.key, dynamo.key) IS 'equal';

CREATE OPERATOR pg_catalog.<> (
	FUNCTION = dynamo.key_ne,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=),
	RESTRICT = pg_catalog.neqsel, JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (dynamo.key, dynamo.key) IS 'not equal';

CREATE OPERATOR pg_catalog.< (
	FUNCTION = dynamo.key_lt,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=),
	RESTRICT = pg_catalog.scalarltsel, JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (dynamo.key, dynamo.key) IS 'less than';

CREATE OPERATOR pg_catalog.<= (
	FUNCTION = dynamo.key_le,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>),
	RESTRICT = pg_catalog.scalarlesel, JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (dynamo.key, dynamo.key) IS 'less than or equal';

CREATE OPERATOR pg_catalog.> (
	FUNCTION = dynamo.key_gt,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=),
	RESTRICT = pg_catalog.scalargtsel, JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (dynamo.key, dynamo.key) IS 'greater than';

CREATE OPERATOR pg_catalog.>= (
	FUNCTION = dynamo.key_ge,
	LEFTARG = dynamo.key, RIGHTARG = dynamo.key,
	COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<),
	RESTRICT = pg_catalog.scalargesel, JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (dynamo.key, dynamo.key) IS 'greater than or equal';

CREATE FUNCTION dynamo.key_cmp(dynamo.key, dynamo.key) RETURNS pg_catalog.int4
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_cmp';
COMMENT ON FUNCTION dynamo.key_cmp(dynamo.key, dynamo.key) IS 'less-equal-greater';

CREATE OPERATOR CLASS dynamo.key_ops DEFAULT FOR TYPE dynamo.key USING btree AS
	OPERATOR 1 pg_catalog.<,
	OPERATOR 2 pg_catalog.<=,
	OPERATOR 3 pg_catalog.=,
	OPERATOR 4 pg_catalog.>=,
	OPERATOR 5 pg_catalog.>,
	FUNCTION 1 dynamo.key_cmp(dynamo.key, dynamo.key),
	FUNCTION 2 (dynamo.key, dynamo.key) pg_catalog.bytea_sortsupport(internal),
	FUNCTION 4 (dynamo.key, dynamo.key) pg_catalog.btequalimage(pg_catalog.oid);
COMMENT ON OPERATOR FAMILY dynamo.key_ops USING btree IS 'order of keys';
COMMENT ON OPERATOR CLASS dynamo.key_ops USING btree IS 'the order of Scan (by hash) and of Query (by sort key)';

CREATE FUNCTION dynamo.key_hash(dynamo.key) RETURNS pg_catalog.int4
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_bytes_hash';
COMMENT ON FUNCTION dynamo.key_hash(dynamo.key) IS 'hash of the whole key, for joins and aggregates';

CREATE FUNCTION dynamo.key_hash_extended(dynamo.key, pg_catalog.int8) RETURNS pg_catalog.int8
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_hash_extended';
COMMENT ON FUNCTION dynamo.key_hash_extended(dynamo.key, pg_catalog.int8) IS 'hash of the partition part of a key, for PARTITION BY HASH';

CREATE OPERATOR CLASS dynamo.key_ops DEFAULT FOR TYPE dynamo.key USING hash AS
	OPERATOR 1 pg_catalog.=,
	FUNCTION 1 dynamo.key_hash(dynamo.key),
	FUNCTION 2 dynamo.key_hash_extended(dynamo.key, pg_catalog.int8);
COMMENT ON OPERATOR FAMILY dynamo.key_ops USING hash IS 'hashes of keys';
COMMENT ON OPERATOR CLASS dynamo.key_ops USING hash IS 'whole keys in joins, partition parts in PARTITION BY HASH';

-- Making keys.  A key schema is one text an attribute; there are overloads
-- rather than a VARIADIC argument, so that constraints and indexes print as
-- they were written.
CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_of';
COMMENT ON FUNCTION dynamo.key_of(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item by a key schema; an error where it has none';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) RETURNS dynamo.key
	LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_index_key';
COMMENT ON FUNCTION dynamo.index_key(dynamo.item, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS 'the key of an item in an index; null where the item is not in it';

CREATE FUNCTION dynamo.key_matches(dynamo.key, dynamo.item, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_matches';
COMMENT ON FUNCTION dynamo.key_matches(dynamo.key, dynamo.item, pg_catalog.text) IS 'is this the key of the item by the key schema of a table? an error where it is not';

CREATE FUNCTION dynamo.key_matches(dynamo.key, dynamo.item, pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.bool
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
	AS 'MODULE_PATHNAME', 'dynamo_key_matches';
COMMENT ON FUNCTION dynamo.key_matches(dynamo.key, dynamo.item, pg_catalog.text, pg_catalog.text) IS 'is this the key of the item by the key schema of a table? an error where it is not';

