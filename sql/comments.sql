--
-- Every object of the extension has a comment.  Left out are those that come
-- with another: the types of arrays and rows, indexes, sequences of columns.
--
SELECT pg_describe_object(d.classid, d.objid, 0) AS without_comment
  FROM pg_depend d
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'dynamo'
  LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
  LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
   AND NOT EXISTS (SELECT FROM pg_description n WHERE n.classoid = d.classid AND n.objoid = d.objid AND n.objsubid = 0)
   AND (t.oid IS NULL OR (t.typcategory <> 'A' AND t.typtype <> 'c'))
   AND (c.oid IS NULL OR c.relkind NOT IN ('i', 'S', 't'))
 ORDER BY pg_describe_object(d.classid, d.objid, 0) COLLATE "C";
-- and so has every column of its tables and views
SELECT a.attrelid::regclass AS relation, a.attname AS column_without_comment
  FROM pg_depend d
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'dynamo'
  JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype = 'e'
   AND col_description(c.oid, a.attnum) IS NULL
 ORDER BY a.attrelid::regclass::text COLLATE "C", a.attnum;
-- the check sees what there is to see
SELECT count(*) > 100 AS members FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'dynamo'
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
