-- What is wrong with an expression: the service's errors, in its order and words.
CREATE FUNCTION pg_temp.refused(kind text, expression text, vals dynamo.item DEFAULT NULL, names jsonb DEFAULT NULL) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	message text;
BEGIN
	RETURN CASE kind WHEN 'condition' THEN dynamo.matches('{}', expression, vals, names)::text
		WHEN 'update' THEN dynamo.update('{}', expression, vals, names)::text
		ELSE dynamo.project('{}', expression, names)::text END;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
	RETURN regexp_replace(SQLSTATE || ' ' || message, '^YD001 Invalid \w+: ', '');
END $$;

\a
\t
\pset fieldsep '  =>  '

\echo == the kind of expression is named ==
DO $$ BEGIN PERFORM dynamo.matches('{}', ''); EXCEPTION WHEN SQLSTATE 'YD001' THEN RAISE NOTICE '%', SQLERRM; END $$;
DO $$ BEGIN PERFORM dynamo.update('{}', ''); EXCEPTION WHEN SQLSTATE 'YD001' THEN RAISE NOTICE '%', SQLERRM; END $$;
DO $$ BEGIN PERFORM dynamo.project('{}', ''); EXCEPTION WHEN SQLSTATE 'YD001' THEN RAISE NOTICE '%', SQLERRM; END $$;
-- and there are hints
SELECT dynamo.matches('{}', 'size(a)');
SELECT dynamo.update('{}', 'SET a = name');

\echo == syntax: conditions ==
SELECT e, pg_temp.refused('condition', e, '{":a":{"N":"1"},":b":{"N":"2"}}', '{"#a":"a"}')
  FROM (VALUES (' '), ('a'), ('a ='), ('= :a'), ('a = 5'), ('a == :a'), ('a != :a'), ('a = :a AND'), ('AND a = :a'), ('a = :a b = :b'), ('a = :a OR OR b = :b'),
	('a = "x"'), ('a = ''x'''), ('a NOT IN (:a)'), ('a NOT BETWEEN :a AND :b'), ('NOT'), ('a IN :a'), ('a IN ()'), ('a IN (:a,)'), ('a IN (:a :b)'),
	('a BETWEEN :a'), ('a BETWEEN :a OR :b'), ('a BETWEEN (:a AND :b)'), ('a > between'), ('in = :a'), ('a.and = :a'),
	('(a = :a'), ('a = :a)'), ('(a = :a) = :b'), ('()'), ('a = ()'), ('size()'), ('size(a'), ('size a = :a'), ('attribute_exists(a).b'),
	('size(a).b = :a'), ('(size(a)).b = :a'), ('size(a)[0] = :a'), ('size(a = :a)'), ('contains(a b)'), ('contains(a, NOT b)'),
	('a..b = :a'), ('a. = :a'), ('.a = :a'), ('a[] = :a'), ('a[b] = :a'), ('a[:a] = :a'), ('a[-1] = :a'), ('a[1.5] = :a'), ('a[007] = :a'), ('a[0 = :a'),
	('a.(b.c) = :a'), ('a:a = :b'), ('Pictures-Rear = :a'), ('Pi#ctures = :a'), ('_a = :a'), ('9a = :a'), ('# = :a'), ('a = :'), ('#$ = :a'), ('a = :a;'),
	('ü = :a'), ('a = :a -- remark'), ('a + :a = :b'), ('a = :a + :b'), (':a.b = :b'), ('SET a = :a'), ('{}')) u (e);

\echo == syntax: updates ==
SELECT e, pg_temp.refused('update', e, '{":a":{"N":"1"},":b":{"N":"2"}}', '{"#a":"a"}')
  FROM (VALUES (' '), ('INVALID SYNTAX'), ('SET'), ('SET a'), ('SET a ='), ('SET a = :a,'), ('SET a = :a, REMOVE b'), ('SET a = :a AND b = :b'), ('SET a b'), ('SET a == b'),
	('a = :a'), ('set a=set'), ('SET :a = :b'), ('SET a = 5'), ('SET a = "x"'), ('SET a[1] = 1'), ('SET (a) = :a'), ('SET a = b + c + :a'), ('SET a = b * c'), ('SET a = -:a'), ('SET a = :a +'),
	('SET a = (b.c).d'), ('SET a = (b.c)[0] + e'), ('SET (a = (b + c))'), ('SET a = ((b + c))'), ('SET a = ((b)) + c'), ('SET a = (b'), ('SET a = b)'), ('SET a = (b + c) + :a'),
	('SET a = if_not_exists(a, b + c)'), ('SET a = list_append((a + b), c)'), ('SET a = list_append(((a)), b)'), ('SET if_not_exists(a, b) = :a'), ('SET a = if_not_exists()'),
	('REMOVE'), ('REMOVE a = b'), ('REMOVE a b'), ('REMOVE :a'), ('REMOVE (a)'), ('REMOVE a,'), ('REMOVE a[01]'),
	('ADD a'), ('ADD a b'), ('ADD a = :a'), ('ADD :a b'), ('ADD a if_not_exists(b, c)'), ('ADD a (:a)'), ('ADD a :a + :b'),
	('DELETE a'), ('DELETE a b'), ('DELETE a = b'), ('SET a = :a; REMOVE b')) u (e);

\echo == syntax: projections ==
SELECT e, pg_temp.refused('projection', e)
  FROM (VALUES (' '), ('a,'), (',a'), ('a,,b'), ('a b'), ('a..b'), ('a[b]'), ('a['), ('a[0'), (':a'), ('(a)'), ('(a.b).c'), ('(a),(b)'), ('size(a)'), ('a-b'), ('a = b'), ('*'), ('a.*'), ('_a'), ('#'), ('"a"')) u (e);

\echo == redundant parentheses ==
SELECT e, pg_temp.refused('condition', e, '{":a":{"N":"1"}}')
  FROM (VALUES ('((a = :a))'), ('(((a = :a)))'), ('a = ((:a))'), ('((a)) = :a'), ('((a = :a)) AND b = :a'), ('NOT ((a = :a))'), ('a = :a OR ((b = :a AND c = :a))'),
	('((size(a))) = :a'), ('contains(a, ((:a)))'), ('a IN (((:a)))'), ('a BETWEEN ((:a)) AND :a'), ('((a).b) = :a AND ((a.b)).c = :a'), ('( ( a = :a ) )'),
	('(a = :a)'), ('((a = :a) AND b = :a)'), ('(b = :a AND (a = :a))'), ('((a = :a) AND (b = :a))'), ('a IN ((:a))'), ('contains((a), (:a))'), ('(NOT (a = :a))'),
	('((a = :a)'), ('((a = :a) b)')) u (e);

\echo == functions ==
SELECT e, pg_temp.refused('condition', e, '{":a":{"N":"1"},":s":{"S":"S"}}')
  FROM (VALUES ('whatever(a)'), ('whatever((:a)) > a'), ('Size(a) = :a'), ('attRIbute_exIsts(a, b)'), ('if_not_exists(a, :a) = :a'), ('list_append(a, b)'), ('contains(a, nope(b))'),
	('size(a)'), ('NOT size(a)'), ('a = :a AND size(a)'), ('attribute_exists(a) = :a'), (':a < attribute_not_exists(a)'), ('attribute_type(a, :a) <> b'), ('begins_with(a, b) > c'), ('contains(a, b) = c'),
	('a IN (b, attribute_exists(c))'), ('a BETWEEN b AND attribute_exists(c)'), ('size(contains(a, b)) = :a'), ('attribute_exists(attribute_exists(a))'),
	('attribute_exists(a, b)'), ('attribute_not_exists(a, b, c)'), ('attribute_type(a)'), ('begins_with(a)'), ('begins_with(a, size(b), c)'), ('contains(a)'), ('size(a, b) > :a'),
	('attribute_exists(:a)'), ('attribute_not_exists(size(a))'), ('attribute_type(size(a), :s)')) u (e);
SELECT e, pg_temp.refused('update', e, '{":a":{"N":"1"}}')
  FROM (VALUES ('SET a = nope(b, :a)'), ('SET a = IF_NOT_EXISTS(b, :a)'), ('SET a = size(b)'), ('SET a = contains(b, :a)'), ('SET a = list_append(nope(b), c)'), ('SET a = list_append(size(b), nope(c))'),
	('SET a = if_not_exists(:a)'), ('SET a = if_not_exists(b, c, :a)'), ('SET a = list_append(:a)'), ('SET a = list_append(a, b, :a)'),
	('SET a = if_not_exists(:a, b)'), ('SET a = if_not_exists(if_not_exists(a, b), :a)')) u (e);

\echo == operands of literal type ==
SELECT e, string_agg(t || ': ' || coalesce((regexp_match(pg_temp.refused('condition', e, ('{":v":' || v || '}')::dynamo.item), 'Incorrect.*|The BETW.*'))[1], 'accepted'), E'\n\t' ORDER BY n)
  FROM (VALUES ('a = :v'), ('a <> :v'), ('a < :v'), (':v >= a'), ('a BETWEEN :v AND b'), (':v BETWEEN a AND b'), ('a IN (:v)'), ('begins_with(a, :v)'), ('begins_with(:v, a)'), ('contains(a, :v)'), ('contains(:v, a)'),
		('size(:v) = a'), ('attribute_type(a, :v)')) u (e),
	unnest('{S,N,B,SS,NS,BS,L,M,BOOL,"NULL"}'::text[],
		ARRAY['{"S":"S"}', '{"N":"1"}', '{"B":"AA=="}', '{"SS":["S"]}', '{"NS":["1"]}', '{"BS":["AA=="]}', '{"L":[]}', '{"M":{}}', '{"BOOL":true}', '{"NULL":true}']) WITH ORDINALITY v (t, v, n)
  GROUP BY e ORDER BY e COLLATE "C";
SELECT e, string_agg(t || ': ' || coalesce((regexp_match(pg_temp.refused('update', e, ('{":v":' || v || '}')::dynamo.item), 'Incorrect.*'))[1], 'accepted'), E'\n\t' ORDER BY n)
  FROM (VALUES ('ADD a :v'), ('DELETE a :v'), ('SET a = a + :v'), ('SET a = :v - a'), ('SET a = list_append(a, :v)'), ('SET a = if_not_exists(a, :v)')) u (e),
	unnest('{S,N,B,SS,NS,BS,L,M,BOOL,"NULL"}'::text[],
		ARRAY['{"S":"S"}', '{"N":"1"}', '{"B":"AA=="}', '{"SS":["S"]}', '{"NS":["1"]}', '{"BS":["AA=="]}', '{"L":[]}', '{"M":{}}', '{"BOOL":true}', '{"NULL":true}']) WITH ORDINALITY v (t, v, n)
  GROUP BY e ORDER BY e COLLATE "C";
SELECT e, pg_temp.refused('condition', e, '{":s":{"S":"b"},":r":{"S":"a"},":n":{"N":"2.50"},":m":{"N":"-1"},":b":{"B":"AQI="},":c":{"B":"AA=="}}')
  FROM (VALUES ('a BETWEEN :s AND :r AND :n=:m AND :b=:c'), ('a BETWEEN :n AND :m AND :s=:r AND :b=:c'), ('a BETWEEN :b AND :c AND :s=:r AND :n=:m'), ('a BETWEEN :s AND :n AND :b=:c AND :r=:m'),
	('a BETWEEN :c AND :r AND :b=:m AND :s=:n'), ('a < size(b) AND begins_with(a, size(b))'), ('size(size(a)) = :n'), ('attribute_type(a, size(b))'), ('attribute_type(a, b)')) u (e);
SELECT t, pg_temp.refused('condition', 'attribute_type(a, :v)', ('{":v":{"S":"' || t || '"}}')::dynamo.item)
  FROM unnest('{S,NS,BOOL,"NULL",s,Map,"",String,SSS}'::text[]) t;

\echo == operands that must differ ==
SELECT e, pg_temp.refused('condition', e, '{":a":{"S":"a"}}', '{"#a":"a","#b":"b.c"}')
  FROM (VALUES ('a = a'), ('#a <> a'), ('a > #a'), ('((a = a) OR (b = b))'), ('contains(x.y[1].a, x.y[1].#a)'), ('begins_with(a, (a))'), ('attribute_type(a, a)'), ('a BETWEEN b AND a'), ('a IN (b, c, a)'),
	('b = :a AND #a = c.d AND b.#b = b.#b'), ('a[1] = a[1]')) u (e);
SELECT e, pg_temp.refused('condition', e, '{":a":{"S":"a"}}') FROM (VALUES (':a = :a'), ('size(a) = size(a) AND b = :a'), ('a[0] = a[1] OR a = :a'), ('b IN (a, a, :a)'), ('a.b = a.c OR a = :a'), ('a IN (size(a), :a)')) u (e);

\echo == reserved words ==
-- all are refused, in any case; the language's own keywords are syntax errors where they are keywords
SELECT count(*),
	count(*) FILTER (WHERE c = r || lower(word COLLATE "C")) AS in_conditions, string_agg(word, ' ' ORDER BY word COLLATE "C") FILTER (WHERE c ~ ('^Syntax error; token: "' || lower(word COLLATE "C") || '"')) AS keywords,
	count(*) FILTER (WHERE u = r || word) AS in_updates, string_agg(word, ' ' ORDER BY word COLLATE "C") FILTER (WHERE u ~ ('^Syntax error; token: "' || word || '"')) AS keywords,
	count(*) FILTER (WHERE p = r || initcap(word COLLATE "C")) AS in_projections
  FROM unnest(string_to_array(regexp_replace(trim('
	ABORT ABSOLUTE ACTION ADD AFTER AGENT AGGREGATE ALL ALLOCATE ALTER ANALYZE AND ANY ARCHIVE ARE ARRAY AS ASC ASCII ASENSITIVE ASSERTION ASYMMETRIC AT
	ATOMIC ATTACH ATTRIBUTE AUTH AUTHORIZATION AUTHORIZE AUTO AVG BACK BACKUP BASE BATCH BEFORE BEGIN BETWEEN BIGINT BINARY BIT BLOB BLOCK BOOLEAN BOTH
	BREADTH BUCKET BULK BY BYTE CALL CALLED CALLING CAPACITY CASCADE CASCADED CASE CAST CATALOG CHAR CHARACTER CHECK CLASS CLOB CLOSE CLUSTER CLUSTERED
	CLUSTERING CLUSTERS COALESCE COLLATE COLLATION COLLECTION COLUMN COLUMNS COMBINE COMMENT COMMIT COMPACT COMPILE COMPRESS CONDITION CONFLICT CONNECT
	CONNECTION CONSISTENCY CONSISTENT CONSTRAINT CONSTRAINTS CONSTRUCTOR CONSUMED CONTINUE CONVERT COPY CORRESPONDING COUNT COUNTER CREATE CROSS CUBE
	CURRENT CURSOR CYCLE DATA DATABASE DATE DATETIME DAY DEALLOCATE DEC DECIMAL DECLARE DEFAULT DEFERRABLE DEFERRED DEFINE DEFINED DEFINITION DELETE
	DELIMITED DEPTH DEREF DESC DESCRIBE DESCRIPTOR DETACH DETERMINISTIC DIAGNOSTICS DIRECTORIES DISABLE DISCONNECT DISTINCT DISTRIBUTE DO DOMAIN DOUBLE
	DROP DUMP DURATION DYNAMIC EACH ELEMENT ELSE ELSEIF EMPTY ENABLE END EQUAL EQUALS ERROR ESCAPE ESCAPED EVAL EVALUATE EXCEEDED EXCEPT EXCEPTION
	EXCEPTIONS EXCLUSIVE EXEC EXECUTE EXISTS EXIT EXPLAIN EXPLODE EXPORT EXPRESSION EXTENDED EXTERNAL EXTRACT FAIL FALSE FAMILY FETCH FIELDS FILE FILTER
	FILTERING FINAL FINISH FIRST FIXED FLATTERN FLOAT FOR FORCE FOREIGN FORMAT FORWARD FOUND FREE FROM FULL FUNCTION FUNCTIONS GENERAL GENERATE GET GLOB
	GLOBAL GO GOTO GRANT GREATER GROUP GROUPING HANDLER HASH HAVE HAVING HEAP HIDDEN HOLD HOUR IDENTIFIED IDENTITY IF IGNORE IMMEDIATE IMPORT IN INCLUDING
	INCLUSIVE INCREMENT INCREMENTAL INDEX INDEXED INDEXES INDICATOR INFINITE INITIALLY INLINE INNER INNTER INOUT INPUT INSENSITIVE INSERT INSTEAD INT
	INTEGER INTERSECT INTERVAL INTO INVALIDATE IS ISOLATION ITEM ITEMS ITERATE JOIN KEY KEYS LAG LANGUAGE LARGE LAST LATERAL LEAD LEADING LEAVE LEFT
	LENGTH LESS LEVEL LIKE LIMIT LIMITED LINES LIST LOAD LOCAL LOCALTIME LOCALTIMESTAMP LOCATION LOCATOR LOCK LOCKS LOG LOGED LONG LOOP LOWER MAP MATCH
	MATERIALIZED MAX MAXLEN MEMBER MERGE METHOD METRICS MIN MINUS MINUTE MISSING MOD MODE MODIFIES MODIFY MODULE MONTH MULTI MULTISET NAME NAMES NATIONAL
	NATURAL NCHAR NCLOB NEW NEXT NO NONE NOT NULL NULLIF NUMBER NUMERIC OBJECT OF OFFLINE OFFSET OLD ON ONLINE ONLY OPAQUE OPEN OPERATOR OPTION OR ORDER
	ORDINALITY OTHER OTHERS OUT OUTER OUTPUT OVER OVERLAPS OVERRIDE OWNER PAD PARALLEL PARAMETER PARAMETERS PARTIAL PARTITION PARTITIONED PARTITIONS PATH
	PERCENT PERCENTILE PERMISSION PERMISSIONS PIPE PIPELINED PLAN POOL POSITION PRECISION PREPARE PRESERVE PRIMARY PRIOR PRIVATE PRIVILEGES PROCEDURE
	PROCESSED PROJECT PROJECTION PROPERTY PROVISIONING PUBLIC PUT QUERY QUIT QUORUM RAISE RANDOM RANGE RANK RAW READ READS REAL REBUILD RECORD RECURSIVE
	REDUCE REF REFERENCE REFERENCES REFERENCING REGEXP REGION REINDEX RELATIVE RELEASE REMAINDER RENAME REPEAT REPLACE REQUEST RESET RESIGNAL RESOURCE
	RESPONSE RESTORE RESTRICT RESULT RETURN RETURNING RETURNS REVERSE REVOKE RIGHT ROLE ROLES ROLLBACK ROLLUP ROUTINE ROW ROWS RULE RULES SAMPLE SATISFIES
	SAVE SAVEPOINT SCAN SCHEMA SCOPE SCROLL SEARCH SECOND SECTION SEGMENT SEGMENTS SELECT SELF SEMI SENSITIVE SEPARATE SEQUENCE SERIALIZABLE SESSION SET
	SETS SHARD SHARE SHARED SHORT SHOW SIGNAL SIMILAR SIZE SKEWED SMALLINT SNAPSHOT SOME SOURCE SPACE SPACES SPARSE SPECIFIC SPECIFICTYPE SPLIT SQL
	SQLCODE SQLERROR SQLEXCEPTION SQLSTATE SQLWARNING START STATE STATIC STATUS STORAGE STORE STORED STREAM STRING STRUCT STYLE SUB SUBMULTISET
	SUBPARTITION SUBSTRING SUBTYPE SUM SUPER SYMMETRIC SYNONYM SYSTEM TABLE TABLESAMPLE TEMP TEMPORARY TERMINATED TEXT THAN THEN THROUGHPUT TIME TIMESTAMP
	TIMEZONE TINYINT TO TOKEN TOTAL TOUCH TRAILING TRANSACTION TRANSFORM TRANSLATE TRANSLATION TREAT TRIGGER TRIM TRUE TRUNCATE TTL TUPLE TYPE UNDER UNDO
	UNION UNIQUE UNIT UNKNOWN UNLOGGED UNNEST UNPROCESSED UNSIGNED UNTIL UPDATE UPPER URL USAGE USE USER USERS USING UUID VACUUM VALUE VALUED VALUES
	VARCHAR VARIABLE VARIANCE VARINT VARYING VIEW VIEWS VIRTUAL VOID WAIT WHEN WHENEVER WHERE WHILE WINDOW WITH WITHIN WITHOUT WORK WRAPPED WRITE YEAR
	ZONE
	', E' \n\t'), '\s+', ' ', 'g'), ' ')) w (word),
	LATERAL (SELECT 'Attribute name is a reserved keyword; reserved keyword: ', pg_temp.refused('condition', 'x.' || lower(word COLLATE "C") || ' = y'),
		pg_temp.refused('update', 'SET x = ' || word), pg_temp.refused('projection', 'x, ' || initcap(word COLLATE "C"))) l (r, c, u, p);
SELECT w, pg_temp.refused('projection', w) FROM unnest('{abortx,xabort,a_abort,remove,_}'::text[]) w;

\echo == names and values ==
SELECT k, e, pg_temp.refused(k, e, v::dynamo.item, n::jsonb)
  FROM (VALUES
	('condition', '#a = :a', NULL, NULL),
	('condition', '#a = :a', NULL, '{"#a":"a"}'),
	('condition', '#a = :a', '{":a":{"N":"1"}}', NULL),
	('condition', ':a < :b', '{":b":{"N":"1"}}', NULL),
	('condition', 'attribute_exists(#p.x, :a) AND a = a', NULL, NULL),
	('condition', 'begins_with(Pictures.#r)', NULL, NULL),
	('condition', '(a) BETWEEN (b.c[45].#d) AND (:a)', NULL, NULL),
	('condition', 'a = a AND #b = :c', NULL, NULL),						-- condition by condition
	('condition', 'size(a, b) = :x AND #b = :c', '{":x":{"N":"1"}}', NULL),
	('condition', '#A = :a', '{":a":{"N":"1"}}', '{"#a":"a"}'),			-- case matters
	('condition', 'a = :a', '{":a":{"N":"1"},":c":{"N":"1"},":b":{"N":"1"}}', NULL),
	('condition', '#a = :a', '{":a":{"N":"1"}}', '{"#c":"x","#a":"a","#b":"y"}'),
	('condition', 'a = :a', '{":a":{"N":"1"},":c":{"N":"1"}}', '{"#b":"b"}'),	-- names are told first
	('condition', 'attribute_exists(a)', '{}', '{}'),
	('condition', '#a = :a', '{":a":{"N":"1"}}', '{"#a":""}'),
	('condition', '#a = :a', '{":a":{"N":"1"}}', '{"#a":5}'),
	('condition', '#a = :a', '{":a":{"N":"1"}}', '["#a"]'),
	('update', 'SET a = :a, #b = :b', NULL, NULL),							-- all names before all values
	('update', 'SET a = if_not_exists(:c), x = x.y', NULL, NULL),
	('update', 'SET #a = if_not_exists(:c)', NULL, '{"#a":"a"}'),
	('update', 'REMOVE a SET b = list_append(b, if_not_exists(a, :a))', '{":a":{"S":"x"}}', '{"#a":"a"}'),
	('projection', 'a, b, a, #a', NULL, NULL),
	('projection', 'a', NULL, '{"#a":"a","#b":"b"}')) u (k, e, v, n);

\echo == paths of updates and projections ==
SELECT k, e, pg_temp.refused(k, e, NULL, '{"#c":"c","#d":"[3]"}')
  FROM (VALUES
	('projection', 'a, b, a, #c, #d'), ('projection', 'a.b, a, #c, #d'), ('projection', 'a[1], a[1].b, #c, #d'), ('projection', 'b[1], b.a, #c.b, c, #d'),
	('projection', 'a.b, a[1], #c, #d'), ('projection', 'a[3].b, a.#d.b, #c'), ('projection', '#c, #d, a[0], a[1], a[1].b[0], a[1].c'),
	('update', 'SET d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a), #d = a'), ('update', 'SET #c[3].#d = a, #c[3] = a'), ('update', 'SET #c[3].#d = a, #c.#d[3] = if_not_exists(a)'),
	('update', 'REMOVE a.#c SET a[1] = #d'), ('update', 'SET a = b REMOVE #c, #d, a'), ('update', 'REMOVE a.b.c.d.e, #c, #d, a.b'), ('update', 'SET a = #c, #d = a')) u (k, e);

\echo == sections of updates ==
SELECT e, pg_temp.refused('update', e, '{":a":{"N":"1"}}')
  FROM (VALUES ('SET a = :a SET b = :a'), ('remove a set b = :a remove c'), ('ADD a :a ADD b :a'), ('DELETE a :a SET x = :a delete b :a'), ('SET a = nope(b) SET b = :a'), ('SET a = :a SET abort = :a'), ('SET abort = nope(b) SET b = :a')) u (e);

\echo == which error comes first ==
SELECT k, e, pg_temp.refused(k, e)
  FROM (VALUES
	('condition', '((nope(size(a) = abort)) ='), ('condition', '((nope(size(a)) = abort AND size(a)))'), ('condition', 'abort = nope(attribute_exists(a)) AND size(a)'),
	('condition', 'abort = attribute_exists(a)'), ('condition', 'abort[2147483648] = :a'), ('condition', 'a[2147483648] = #a'), ('condition', 'a[2147483647] = #a'), ('condition', 'a[99999999999999999999999] = #a'),
	('update', 'SET abort = nope(b) SET b'), ('update', 'SET abort = nope(b) SET b = #c'), ('update', 'SET a = nope(b) SET b = #c'), ('update', 'SET a = b SET b = #c'), ('update', 'SET a = #c, a = :v'),
	('update', 'SET a = :v, a = b'), ('update', 'SET a = b, a = list_append(c)'),
	('projection', 'abort, a, a, #a'), ('projection', 'a, a, #a')) u (k, e);

\echo == limits ==
SELECT n, right(pg_temp.refused('condition', 'attribute_exists(a)' || repeat(' ', n - 19)), 80) FROM unnest('{4096,4097}'::int[]) n;
SELECT n, right(pg_temp.refused('condition', rpad('a = :é', n - 1, 'x')), 60) FROM unnest('{4097}'::int[]) n;	-- bytes
-- comparators, AND, OR, NOT, IN, BETWEEN count; functions do not
SELECT n, right(pg_temp.refused('condition', 'NOT NOT a=b' || repeat(' AND a=b', n) || repeat(' OR NOT a IN(b)', m) || repeat(' OR size(a)<c', k)), 90)
  FROM (VALUES (100, 30, 3), (95, 30, 8), (96, 29, 9), (148, 0, 0), (0, 99, 0), (149, 0, 0)) x (n, m, k);
SELECT n, right(pg_temp.refused('condition', 'attribute_exists(a)' || repeat(' OR attribute_exists(a)', n)), 80) FROM unnest('{150}'::int[]) n;
SELECT n, right(pg_temp.refused('condition', 'a BETWEEN b AND c' || repeat(' OR a BETWEEN b AND c', n)), 80) FROM unnest('{149,150}'::int[]) n;
SELECT n, right(pg_temp.refused('update', 'SET ' || string_agg('a' || i || '=b+b', ',')), 80) FROM unnest('{300,301}'::int[]) n, generate_series(1, n) i GROUP BY n ORDER BY n;
SELECT n, right(pg_temp.refused('condition', 'a IN (' || string_agg('b' || i, ',') || ')'), 80) FROM unnest('{1,100,101}'::int[]) n, generate_series(1, n) i GROUP BY n ORDER BY n;
SELECT n, right(pg_temp.refused('projection', 'a' || repeat('.a', n - 1)), 80), right(pg_temp.refused('condition', 'a' || repeat('[0]', n - 1) || ' = b'), 80),
	right(pg_temp.refused('update', 'REMOVE a' || repeat('[0].a', n / 2)), 80) FROM unnest('{31,32,33,34}'::int[]) n;

\echo == deep and long: nothing crashes ==
SELECT left(pg_temp.refused('condition', repeat('(', 4096)), 60), left(pg_temp.refused('condition', repeat('(', 2000) || 'a=b' || repeat(')', 2000)), 60),
	left(pg_temp.refused('condition', repeat('NOT ', 1000) || 'a=b'), 80), left(pg_temp.refused('condition', repeat('NOT ', 299) || 'a=b'), 80);
SELECT left(pg_temp.refused('condition', repeat('(NOT ', 290) || 'a=b' || repeat(')', 290)), 80), left(pg_temp.refused('condition', repeat('(a=b OR ', 140) || 'a=b' || repeat(')', 140)), 80);
SELECT left(pg_temp.refused('condition', repeat('size(', 800) || 'a' || repeat(')', 800) || '=b'), 100), left(pg_temp.refused('condition', repeat('a(', 1300) || 'a' || repeat(')', 1300)), 60);
SELECT left(pg_temp.refused('update', 'SET a = ' || repeat('list_append(b,', 250) || 'b' || repeat(')', 250)), 100), left(pg_temp.refused('update', 'SET a = ' || repeat('(', 2000) || 'b' || repeat(')', 2000)), 60);
SELECT left(pg_temp.refused('update', 'SET a = ' || repeat('if_not_exists(b,', 230) || 'c' || repeat(')', 230)), 100), left(pg_temp.refused('update', 'SET a' || repeat('[', 4000)), 60), left(pg_temp.refused('projection', repeat('a.', 2000)), 60);
SELECT left(pg_temp.refused('condition', string_agg('#' || i, '.') || ' = a', NULL, jsonb_object_agg('#' || i, 'x')), 100) FROM generate_series(1, 500) i;
SELECT left(pg_temp.refused('condition', 'a = b', (SELECT ('{' || string_agg('":v' || i || '":{"N":"1"}', ',') || '}')::dynamo.item FROM generate_series(1, 20000) i), (SELECT jsonb_object_agg('#n' || i, 'x') FROM generate_series(1, 20000) i)), 100);

\echo == expressions of one request ==
-- the first expression with a fault is told, whatever kind of fault it is; names and values must be used by any of them
CREATE FUNCTION pg_temp.answered(request json) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN dynamo.call('UpdateItem', request);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLERRM;
END $$;
SELECT pg_temp.answered(('{"TableName":"nothing","Key":{"pk":{"S":"x"}},' || r || '}')::json)
  FROM (VALUES
	('"UpdateExpression":"SET a = #b","ConditionExpression":"a ="'),
	('"UpdateExpression":"SET a = b","ConditionExpression":"a ="'),
	('"UpdateExpression":"SET a = b","ConditionExpression":"#a = :v","ExpressionAttributeNames":{"#a":"a","#b":"b"},"ExpressionAttributeValues":{":v":{"N":"1"}}'),
	('"UpdateExpression":"SET #b = :w","ConditionExpression":"#a = :v","ExpressionAttributeNames":{"#a":"a","#b":"b"},"ExpressionAttributeValues":{":v":{"N":"1"},":w":{"N":"2"}}')) u (r);
