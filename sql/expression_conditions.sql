-- Condition expressions: what is true of an item.  The test's own items have
-- one attribute of every type.
CREATE TEMP TABLE things (item dynamo.item);
INSERT INTO things VALUES ('{
	"id": {"S": "x1"}, "word": {"S": "hello"}, "wide": {"S": "aé€😀"}, "blank": {"S": ""},
	"n": {"N": "7"}, "seven": {"N": "7.0"}, "big": {"N": "1e100"}, "neg": {"N": "-7"},
	"bin": {"B": "AQL/"}, "nobytes": {"B": ""}, "yes": {"BOOL": true}, "nay": {"BOOL": false}, "nil": {"NULL": true},
	"words": {"SS": ["b", "a", "hello"]}, "numbers": {"NS": ["1", "7", "10"]}, "bins": {"BS": ["AQ==", "Ag=="]},
	"lst": {"L": [{"N": "1"}, {"S": "two"}, {"L": [{"N": "3"}]}, {"SS": ["p", "q"]}, {"M": {"deep": {"N": "4"}}}]},
	"mp": {"M": {"a": {"N": "1"}, "b": {"L": [{"S": "zero"}, {"S": "one"}]}, "dot.ted": {"S": "d"}}},
	"empty_list": {"L": []}, "empty_map": {"M": {}},
	"twin": {"M": {"b": {"L": [{"S": "zero"}, {"S": "one"}]}, "a": {"N": "1.0"}, "dot.ted": {"S": "d"}}}}');

-- Is the condition true of the item?  Values are v0, v1, ... in their order.
CREATE FUNCTION pg_temp.holds(condition text, VARIADIC vals text[] DEFAULT '{}') RETURNS bool LANGUAGE sql AS $$
	SELECT dynamo.matches(item, condition, (SELECT ('{' || string_agg('":v' || n - 1 || '":' || v, ',') || '}')::dynamo.item
		FROM unnest(vals) WITH ORDINALITY u (v, n)))
	  FROM things $$;

-- comparators, on each type that has an order
SELECT op, pg_temp.holds('word ' || op || ' :v0', '{"S":"hello"}') AS equal, pg_temp.holds('word ' || op || ' :v0', '{"S":"help"}') AS less,
	pg_temp.holds('word ' || op || ' :v0', '{"S":"hell"}') AS greater, pg_temp.holds('word ' || op || ' :v0', '{"N":"1"}') AS other_type,
	pg_temp.holds('nothing ' || op || ' :v0', '{"S":"hello"}') AS missing, pg_temp.holds('nothing ' || op || ' nowhere') AS both_missing
  FROM unnest('{=,<>,<,<=,>,>=}'::text[]) WITH ORDINALITY o (op, n) ORDER BY n;
SELECT op, pg_temp.holds('n ' || op || ' seven') AS equal, pg_temp.holds('n ' || op || ' :v0', '{"N":"10"}') AS less,
	pg_temp.holds('n ' || op || ' neg') AS greater, pg_temp.holds('n ' || op || ' :v0', '{"S":"7"}') AS other_type,
	pg_temp.holds(':v0 ' || op || ' big', '{"N":"1E+100"}') AS left_value
  FROM unnest('{=,<>,<,<=,>,>=}'::text[]) WITH ORDINALITY o (op, n) ORDER BY n;
SELECT op, pg_temp.holds('bin ' || op || ' :v0', '{"B":"AQL/"}') AS equal, pg_temp.holds('bin ' || op || ' :v0', '{"B":"AQP/"}') AS less,
	pg_temp.holds('bin ' || op || ' :v0', '{"B":"AQJ/"}') AS greater, pg_temp.holds('bin ' || op || ' :v0', '{"S":"AQL/"}') AS other_type
  FROM unnest('{=,<>,<,<=,>,>=}'::text[]) WITH ORDINALITY o (op, n) ORDER BY n;

-- strings are ordered by their UTF-8 bytes, whatever the collation: U+FFFF before U+10000
SELECT pg_temp.holds(':v0 < :v1', '{"S":"\uffff"}', '{"S":"\ud800\udc00"}'), pg_temp.holds(':v0 < :v1', '{"S":"Z"}', '{"S":"a"}');

-- what has no order is only equal or not; equality is deep, sets have no order
SELECT op, pg_temp.holds('yes ' || op || ' :v0', '{"BOOL":true}') AS bool_same, pg_temp.holds('yes ' || op || ' nay') AS bool_other,
	pg_temp.holds('nil ' || op || ' :v0', '{"NULL":true}') AS null_same, pg_temp.holds('nil ' || op || ' yes') AS null_bool,
	pg_temp.holds('words ' || op || ' :v0', '{"SS":["hello","a","b"]}') AS ss_same, pg_temp.holds('words ' || op || ' :v0', '{"SS":["hello","a"]}') AS ss_other,
	pg_temp.holds('numbers ' || op || ' :v0', '{"NS":["10.0","1","7"]}') AS ns_same, pg_temp.holds('words ' || op || ' numbers') AS ss_ns,
	pg_temp.holds('mp ' || op || ' twin') AS map_same, pg_temp.holds('lst ' || op || ' :v0', '{"L":[]}') AS list_other,
	pg_temp.holds('empty_list ' || op || ' empty_map') AS list_map
  FROM unnest('{=,<>}'::text[]) op;
SELECT pg_temp.holds('lst[2] = :v0', '{"L":[{"N":"3e0"}]}') AS nested_number, pg_temp.holds('lst[3] = :v0', '{"SS":["q","p"]}') AS nested_set,
	pg_temp.holds('mp.b = :v0', '{"L":[{"S":"one"},{"S":"zero"}]}') AS order_of_lists;
SELECT op, pg_temp.holds('mp ' || op || ' twin') AS m, pg_temp.holds('words ' || op || ' bins') AS sets,
	pg_temp.holds('yes ' || op || ' nay') AS bool, pg_temp.holds('n ' || op || ' word') AS mixed
  FROM unnest('{<,<=,>,>=}'::text[]) op;

-- paths: names, indexes, both; parts that are not there, or are of another kind
SELECT path, pg_temp.holds('attribute_exists(' || path || ')') AS exists, pg_temp.holds('attribute_not_exists(' || path || ')') AS not_exists
  FROM unnest('{word,mp.a,mp.b[1],mp.b[2],mp.c,mp[0],lst.a,lst[2][0],lst[4].deep,lst[4].deep.er,word.x,nothing.x.y,lst[2147483647],nil}'::text[])
	WITH ORDINALITY p (path, n) ORDER BY n;
SELECT pg_temp.holds('mp . b [ 1 ]=:v0', '{"S":"one"}') AS spaces, pg_temp.holds('(mp).a = :v0', '{"N":"1"}') AS enclosed,
	pg_temp.holds('(mp.b)[0] = :v0', '{"S":"zero"}') AS enclosed_list;
SELECT dynamo.matches(item, '#m.#d = :d AND #m.a = :one', '{":d":{"S":"d"},":one":{"N":"1"}}', '{"#m":"mp","#d":"dot.ted"}') AS names,
	dynamo.matches(item, '#0_a = :0_a', '{":0_a":{"S":"x1"}}', '{"#0_a":"id"}') AS digits,
	dynamo.matches(item, '#1 = :v OR #1 <> :v', '{":v":{"S":"x1"}}', '{"#1":"mp.a"}') AS dots_are_literal
  FROM things;

-- BETWEEN and IN
SELECT pg_temp.holds('n BETWEEN :v0 AND :v1', '{"N":"7"}', '{"N":"7"}') AS both_ends, pg_temp.holds('n BETWEEN :v0 AND :v1', '{"N":"8"}', '{"N":"9"}') AS below,
	pg_temp.holds('n BETWEEN :v0 AND :v1', '{"N":"5"}', '{"N":"6.9"}') AS above, pg_temp.holds('n BETWEEN :v0 AND :v1', '{"S":"5"}', '{"S":"9"}') AS other_type,
	pg_temp.holds('nothing BETWEEN :v0 AND :v1', '{"N":"5"}', '{"N":"9"}') AS missing, pg_temp.holds(':v0 BETWEEN neg AND n', '{"N":"0"}') AS paths,
	pg_temp.holds(':v0 BETWEEN neg AND word', '{"N":"0"}') AS mixed, pg_temp.holds('size(words) BETWEEN :v0 AND n', '{"N":"3"}') AS sizes;
SELECT pg_temp.holds('n IN (:v0)', '{"N":"7"}') AS one, pg_temp.holds('n IN (:v0, word, :v1)', '{"N":"1"}', '{"N":"7.00"}') AS last,
	pg_temp.holds('n in (word, nothing)') AS none, pg_temp.holds('nothing IN (nowhere, :v0)', '{"N":"7"}') AS missing,
	pg_temp.holds('mp IN (:v0, twin)', '{"N":"7"}') AS maps, pg_temp.holds(':v0 IN (lst[1], lst[0])', '{"S":"two"}') AS left_value;

-- begins_with: strings and binaries
SELECT pg_temp.holds('begins_with(word, :v0)', '{"S":"he"}') AS yes, pg_temp.holds('begins_with(word, :v0)', '{"S":"el"}') AS no,
	pg_temp.holds('begins_with(word, :v0)', '{"S":""}') AS empty, pg_temp.holds('begins_with(word, :v0)', '{"S":"hello!"}') AS longer,
	pg_temp.holds('begins_with(bin, :v0)', '{"B":"AQI="}') AS bytes, pg_temp.holds('begins_with(bin, :v0)', '{"S":"A"}') AS mixed,
	pg_temp.holds('begins_with(n, :v0)', '{"S":"7"}') AS number, pg_temp.holds('begins_with(:v0, word)', '{"S":"hello world"}') AS turned,
	pg_temp.holds('begins_with(nothing, :v0)', '{"S":""}') AS missing, pg_temp.holds('begins_with(words, :v0)', '{"S":"a"}') AS set;

-- contains: substrings, elements of sets and lists
SELECT pg_temp.holds('contains(word, :v0)', '{"S":"ell"}') AS yes, pg_temp.holds('contains(word, :v0)', '{"S":"elo"}') AS no,
	pg_temp.holds('contains(word, :v0)', '{"S":""}') AS empty, pg_temp.holds('contains(blank, :v0)', '{"S":"a"}') AS in_empty,
	pg_temp.holds('contains(bin, :v0)', '{"B":"Av8="}') AS bytes, pg_temp.holds('contains(word, :v0)', '{"B":"ZWxs"}') AS mixed,
	pg_temp.holds('contains(word, n)') AS number, pg_temp.holds('contains(n, :v0)', '{"N":"7"}') AS of_number, pg_temp.holds('contains(nothing, :v0)', '{"S":""}') AS missing;
SELECT pg_temp.holds('contains(words, word)') AS ss, pg_temp.holds('contains(words, :v0)', '{"S":"hell"}') AS ss_part, pg_temp.holds('contains(numbers, n)') AS ns,
	pg_temp.holds('contains(numbers, :v0)', '{"N":"1.00e1"}') AS ns_spelled, pg_temp.holds('contains(numbers, :v0)', '{"S":"7"}') AS ns_string,
	pg_temp.holds('contains(bins, :v0)', '{"B":"Ag=="}') AS bs, pg_temp.holds('contains(words, :v0)', '{"SS":["a"]}') AS ss_in_ss;
SELECT pg_temp.holds('contains(lst, :v0)', '{"S":"two"}') AS l, pg_temp.holds('contains(lst, :v0)', '{"S":"tw"}') AS l_part,
	pg_temp.holds('contains(lst, :v0)', '{"L":[{"N":"3"}]}') AS l_in_l, pg_temp.holds('contains(lst, :v0)', '{"SS":["q","p"]}') AS ss_in_l,
	pg_temp.holds('contains(lst, :v0)', '{"M":{"deep":{"N":"4.0"}}}') AS m_in_l, pg_temp.holds('contains(lst, :v0)', '{"N":"3"}') AS not_deep,
	pg_temp.holds('contains(mp, :v0)', '{"S":"a"}') AS of_map, pg_temp.holds('contains(:v0, id)', '{"SS":["x1","y"]}') AS value_first,
	pg_temp.holds('contains(:v0, :v0)', '{"S":"a"}') AS value_twice;

-- size: UTF-16 units, bytes, elements
SELECT a, n AS size FROM unnest('{word,wide,blank,bin,nobytes,words,numbers,bins,lst,mp,empty_list,empty_map,mp.b,lst[3]}'::text[]) WITH ORDINALITY t (a, o),
	generate_series(0, 9) n WHERE pg_temp.holds('size(' || a || ') = :v0', '{"N":"' || n || '"}') ORDER BY o, n;
-- of a number, a boolean or null no comparison holds; what is missing is as always
SELECT a, pg_temp.holds('size(' || a || ') = :v0', '{"N":"1"}') AS equal, pg_temp.holds('size(' || a || ') <> :v0', '{"N":"1"}') AS unequal,
	pg_temp.holds('size(' || a || ') >= :v0', '{"N":"0"}') AS at_least, pg_temp.holds('NOT size(' || a || ') < :v0', '{"N":"0"}') AS not_less
  FROM unnest('{n,yes,nil,nothing,id}'::text[]) WITH ORDINALITY t (a, o) ORDER BY o;
SELECT pg_temp.holds('size(:v0) = n', '{"S":"seven77"}') AS of_value, pg_temp.holds('size(words) = size(numbers)') AS both,
	pg_temp.holds('size(word) = :v0', '{"S":"5"}') AS string, pg_temp.holds('size(word) IN (:v0, :v1)', '{"N":"4"}', '{"N":"5"}') AS "in",
	pg_temp.holds('contains(numbers, size(id))') AS element;

-- attribute_type
SELECT t, string_agg(a, ' ' ORDER BY o) FROM unnest('{S,N,B,SS,NS,BS,L,M,BOOL,"NULL"}'::text[]) WITH ORDINALITY ty (t, p),
	unnest('{word,n,bin,words,numbers,bins,lst,mp,yes,nay,nil,nothing,lst[0]}'::text[]) WITH ORDINALITY at (a, o)
  WHERE pg_temp.holds('attribute_type(' || a || ', :v0)', '{"S":"' || t || '"}') GROUP BY t, p ORDER BY p;

-- precedence: NOT binds closer than AND, AND closer than OR, the AND of BETWEEN is its own; keywords in any case
SELECT pg_temp.holds('attribute_exists(n) OR attribute_exists(x) AND attribute_exists(y)') AS and_before_or,
	pg_temp.holds('(attribute_exists(n) OR attribute_exists(x)) AND attribute_exists(y)') AS parentheses,
	pg_temp.holds('NOT attribute_exists(n) AND attribute_exists(x)') AS not_before_and,
	pg_temp.holds('NOT (attribute_exists(n) AND attribute_exists(x))') AS not_of_and,
	pg_temp.holds('NOT attribute_exists(x) OR attribute_exists(n)') AS not_before_or,
	pg_temp.holds('n BETWEEN neg AND big AND attribute_exists(x)') AS between_and,
	pg_temp.holds('NOT n BETWEEN neg AND big') AS not_between,
	pg_temp.holds('not NOT nOt Not n = seven aNd n beTween neg AnD big Or n iN (n2)') AS any_case;
-- NOT of what a missing attribute makes false is true
SELECT pg_temp.holds('NOT nothing < :v0', '{"N":"1"}') AS less, pg_temp.holds('NOT nothing <> :v0', '{"N":"1"}') AS unequal,
	pg_temp.holds('NOT contains(nothing, :v0)', '{"N":"1"}') AS contains, pg_temp.holds('NOT nothing IN (:v0)', '{"N":"1"}') AS "in";
-- operands in parentheses
SELECT pg_temp.holds('(n) = (seven)') AS operands, pg_temp.holds('(n = seven)') AS whole, pg_temp.holds('((n = seven) AND word = :v0)', '{"S":"hello"}') AS inner_pair,
	pg_temp.holds('(n) BETWEEN (neg) AND (big)') AS between, pg_temp.holds('(n) IN ((seven), (word))') AS "in", pg_temp.holds('contains((words), (word))') AS args,
	pg_temp.holds('(size(word)) < (n)') AS size, pg_temp.holds('NOT (n = word)') AS "not";

-- any statement can use it; nulls give null
SELECT count(*) FROM things WHERE dynamo.matches(item, 'n > :v', '{":v":{"N":"6"}}');
SELECT dynamo.matches(NULL, 'n > n2') AS no_item, dynamo.matches('{}', NULL) AS no_condition, dynamo.matches('{}', 'attribute_not_exists(n)', NULL, NULL) AS no_values;
-- expression and values may change from row to row
SELECT n, dynamo.matches(item, CASE WHEN n < 3 THEN 'n = :v' ELSE '#x = :v' END, ('{":v":{"N":"' || 6 + n / 2 || '"}}')::dynamo.item,
	CASE WHEN n >= 3 THEN '{"#x":"n"}'::jsonb END) FROM things, generate_series(1, 4) n ORDER BY n;
CREATE INDEX ON things ((item['id'])) WHERE dynamo.matches(item, 'attribute_exists(id)');
SELECT provolatile, proparallel, proisstrict FROM pg_proc WHERE oid = 'dynamo.matches'::regproc;
