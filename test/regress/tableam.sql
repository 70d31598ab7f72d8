-- What the tests tableam* share: a schema of their own, items, a look at a
-- table from all sides.  Tests include it, and drop the schema at their end.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public;
RESET client_min_messages;
CREATE SCHEMA tableam;
SET search_path = tableam, public;

CREATE FUNCTION make_item(partition int, sort int, filler int DEFAULT 100) RETURNS dynamo.item
LANGUAGE sql IMMUTABLE AS $$
	SELECT format('{"pk": {"S": "p%s"}, "sk": {"N": "%s"}, "n": {"N": "0"}, "filler": {"S": "%s"}}',
				  $1, $2, repeat('x', $3))::dynamo.item
$$;

CREATE FUNCTION make_key(partition int, sort int) RETURNS dynamo.key
LANGUAGE sql IMMUTABLE AS $$
	SELECT format('"p%s"/%s', $1, $2)::dynamo.key
$$;

-- Items as they arrive of many partitions: one of each, in turn.
CREATE FUNCTION arriving(partitions int, items int, filler int DEFAULT 100,
						 OUT key dynamo.key, OUT item dynamo.item) RETURNS SETOF record
LANGUAGE sql AS $$
	SELECT tableam.make_key(p, s), tableam.make_item(p, s, $3)
	  FROM generate_series(1, $2) s, generate_series(1, $1) p ORDER BY s, p
$$;

-- An item with a number n more.
CREATE FUNCTION add(item dynamo.item, amount int) RETURNS dynamo.item
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	item['n'] := (item['n']::int + amount)::dynamo.value;
	RETURN item;
END
$$;

-- The rows of a table: how many, and a digest.  Read in physical order and
-- through the index on the key, which must agree.
CREATE FUNCTION contents(target regclass) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	query text := format('SELECT count(*) || '' rows '' || md5(coalesce(string_agg(key::text || item::text, '','' ORDER BY key), ''''))
						  FROM %s WHERE key IS NOT NULL', target);
	sequential text;
	indexed text;
BEGIN
	PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
	EXECUTE query INTO sequential;
	PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true);
	EXECUTE query INTO indexed;
	PERFORM set_config('enable_bitmapscan', 'on', true), set_config('enable_seqscan', 'on', true);
	IF indexed <> sequential THEN
		RAISE 'the index finds %, the table has %', indexed, sequential;
	END IF;
	RETURN sequential;
END
$$;

-- What amcheck finds wrong in a table and its b-trees: nothing.  It looks at
-- heap tables only, so the table is one while it looks.
CREATE FUNCTION problems(target regclass) RETURNS SETOF text
LANGUAGE plpgsql AS $$
DECLARE
	index regclass;
BEGIN
	UPDATE pg_class SET relam = (SELECT oid FROM pg_am WHERE amname = 'heap') WHERE oid = target;
	RETURN QUERY SELECT format('block %s, item %s: %s', blkno, offnum, msg) FROM verify_heapam(target);
	UPDATE pg_class SET relam = (SELECT oid FROM pg_am WHERE amname = 'dynamo') WHERE oid = target;
	FOR index IN
		SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
		 WHERE i.indrelid = target AND a.amname = 'btree'
	LOOP
		PERFORM bt_index_parent_check(index, true, true);
	END LOOP;
END
$$;

-- The blocks that the first items of a partition are in.
CREATE FUNCTION blocks(target regclass, partition int, items int DEFAULT 1000000) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT DISTINCT (ctid::text::point)[0]::bigint FROM %s
								 WHERE key >= $1 AND key <= $2', target)
		USING tableam.make_key(partition, 1), tableam.make_key(partition, items);
END
$$;
