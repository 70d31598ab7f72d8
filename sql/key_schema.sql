-- Key schemas as texts: names, types, roles.
\set item '{"a":{"S":"A"},"b":{"S":"B"},"c":{"S":"C"},"d":{"S":"D"},"e":{"S":"E"},"a S":{"S":"AS"},"1":{"N":"1"},"é''":{"B":"AA=="}}'

-- the first attribute is HASH, the others are RANGE
SELECT dynamo.key_of(:'item', 'a S');
SELECT dynamo.key_of(:'item', 'a S', 'b S');
SELECT dynamo.key_of(:'item', 'a S', 'b S', 'c S');

-- unless they say otherwise
SELECT dynamo.key_of(:'item', 'a S HASH', 'b S RANGE') = dynamo.key_of(:'item', 'a S', 'b S');
SELECT dynamo.key_of(:'item', 'a S', 'b S HASH');
SELECT dynamo.key_of(:'item', 'a S', 'b S HASH', 'c S');
SELECT dynamo.key_of(:'item', 'a S HASH', 'b S HASH', 'c S RANGE', 'd S RANGE');

-- the most there can be
SELECT dynamo.key_of(:'item', 'a S', 'b S HASH', 'c S HASH', 'd S HASH', 'e S', 'a S S', '1 N', 'é'' B');
SELECT dynamo.key_of(:'item', 'a S', 'b S HASH', 'c S HASH', 'd S HASH', 'e S HASH');
SELECT dynamo.key_of(:'item', 'a S', 'b S', 'c S', 'd S', 'e S', '1 N');

-- names are read from the end, so they may contain spaces and types
SELECT dynamo.key_of(:'item', 'a S S');
SELECT dynamo.key_of('{"x HASH":{"N":"1"}," ":{"N":"2"}," S":{"S":"3"}}', 'x HASH N', '  N', ' S S');

-- names are as they are written
SELECT dynamo.key_of(:'item', 'A S');
SELECT dynamo.key_of(:'item', 'é'' B', 'e S HASH', 'x S');

-- a name has at most 255 bytes
SELECT dynamo.key_of(('{"' || repeat('n', 255) || '":{"N":"1"}}')::dynamo.item, repeat('n', 255) || ' N');
SELECT dynamo.key_of(:'item', repeat('é', 128) || ' N');

-- what is not a key schema
SELECT dynamo.key_of(:'item', '');
SELECT dynamo.key_of(:'item', 'a');
SELECT dynamo.key_of(:'item', ' S');
SELECT dynamo.key_of(:'item', 'a s');
SELECT dynamo.key_of(:'item', 'a S ');
SELECT dynamo.key_of(:'item', 'a SS');
SELECT dynamo.key_of(:'item', 'a BOOL');
SELECT dynamo.key_of(:'item', 'a HASH');
SELECT dynamo.key_of(:'item', 'a S RANGE');
SELECT dynamo.key_of(:'item', 'a S', 'b S', 'c S HASH');
SELECT dynamo.key_of(:'item', 'a S', 'a N');

-- constant texts are read once a query, others for each row
SELECT dynamo.key_of(item, spec)
  FROM (VALUES ('{"a":{"S":"1"},"b":{"N":"1"}}'::dynamo.item)) AS i (item),
	   (VALUES (1, 'a S'), (2, 'b N'), (3, 'a S')) AS s (n, spec) ORDER BY n;
PREPARE key_of (text) AS SELECT dynamo.key_of('{"a":{"S":"1"},"b":{"N":"1"}}', $1);
EXECUTE key_of ('a S');
EXECUTE key_of ('b N');
DEALLOCATE key_of;
