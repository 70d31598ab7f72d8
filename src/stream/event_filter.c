/*-------------------------------------------------------------------------
 *
 * event_filter.c
 *	  Filters of event source mappings: patterns that records must match.
 *
 * Patterns are small and checked when a mapping is made, so they are walked
 * as they are stored; nothing is compiled.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "item/number.h"
#include "stream/event_filter.h"

PG_FUNCTION_INFO_V1(dynamo_event_matches);

#define MAX_PATTERNS	5

static void check_pattern(JsonbContainer *pattern);
static void check_test(const JsonbValue *test);
static void check_anything_but(const JsonbValue *operand);
static void check_numeric(const JsonbValue *operand);
static bool match_pattern(JsonbContainer *pattern, JsonbContainer *record);
static bool match_any_pattern(JsonbContainer *patterns, JsonbContainer *record);
static bool match_tests(JsonbContainer *tests, JsonbValue *value);
static bool match_test(JsonbValue *test, JsonbValue *value);
static bool match_operator(JsonbContainer *operator, JsonbValue *value);
static bool match_anything_but(JsonbValue *operand, JsonbValue *value);
static bool match_numeric(JsonbContainer *comparisons, const JsonbValue *value);

/* Walk the members of an object or the elements of an array, without what is inside them. */
#define foreach_member(container, key, value) \
	foreach_member_by(walk_name(__LINE__), container, key, value)
/* Walks within walks have names of their own. */
#define foreach_member_by(it, container, key, value) \
	for (JsonbIterator *it = begin_walk(container); next_member(&it, (key), (value));)
#define walk_name(line)		walk_name_of(line)
#define walk_name_of(line)	walk_##line

static JsonbIterator *
begin_walk(JsonbContainer *container)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue	unused;

	(void) JsonbIteratorNext(&it, &unused, true);
	return it;
}

/* An array's elements have no key. */
static bool
next_member(JsonbIterator **it, JsonbValue *key, JsonbValue *value)
{
	JsonbIteratorToken token = JsonbIteratorNext(it, key, true);

	if (token == WJB_KEY)
		return JsonbIteratorNext(it, value, true) == WJB_VALUE;
	*value = *key;
	return token == WJB_ELEM;
}

static bool
is_object(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
}

static bool
is_array(const JsonbValue *value)
{
	return value->type == jbvBinary && JsonContainerIsArray(value->val.binary.data);
}

static bool
is_key(const JsonbValue *key, const char *name)
{
	return key->val.string.len == strlen(name) && memcmp(key->val.string.val, name, strlen(name)) == 0;
}

/* ---- checking ---- */

pg_noreturn static void
raise_bad_filter(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid filter"),
			 errdetail_internal("%s", detail),
			 errhint("A filter looks like {\"eventName\": [\"INSERT\"], \"dynamodb\": {\"NewImage\": {\"Genre\": {\"S\": [\"Rock\"]}}}}.")));
}

void
dyn_event_filter_check(const Jsonb *filter)
{
	JsonbContainer *root = unconstify(JsonbContainer *, &filter->root);
	JsonbValue	key;
	JsonbValue	value;

	if (JsonContainerIsObject(root))
	{
		check_pattern(root);
		return;
	}
	if (JsonContainerIsScalar(root) || JsonContainerSize(root) < 1 || JsonContainerSize(root) > MAX_PATTERNS)
		raise_bad_filter("It must be a pattern, or an array of 1 to 5 patterns.");
	foreach_member(root, &key, &value)
	{
		if (!is_object(&value))
			raise_bad_filter("A pattern is an object.");
		check_pattern(value.val.binary.data);
	}
}

static void
check_pattern(JsonbContainer *pattern)
{
	JsonbValue	key;
	JsonbValue	value;
	JsonbValue	unused;
	JsonbValue	element;

	check_stack_depth();
	if (JsonContainerSize(pattern) == 0)
		raise_bad_filter("A pattern has at least one member.");
	foreach_member(pattern, &key, &value)
	{
		bool		alternatives = is_key(&key, "$or");

		if (is_object(&value) && !alternatives)
		{
			check_pattern(value.val.binary.data);
			continue;
		}
		if (!is_array(&value) || JsonContainerSize(value.val.binary.data) == 0)
			raise_bad_filter("What a value may be is an array of at least one element.");
		foreach_member(value.val.binary.data, &unused, &element)
		{
			if (!alternatives)
				check_test(&element);
			else if (is_object(&element))
				check_pattern(element.val.binary.data);
			else
				raise_bad_filter("\"$or\" is an array of patterns.");
		}
	}
}

/* Check an element of the array of what a value may be. */
static void
check_test(const JsonbValue *test)
{
	JsonbValue	key;
	JsonbValue	operand;

	if (IsAJsonbScalar(test))
		return;
	if (!is_object(test) || JsonContainerSize(test->val.binary.data) != 1)
		raise_bad_filter("What a value may be is a string, a number, true, false, null, or an object with one operator.");
	foreach_member(test->val.binary.data, &key, &operand)
	{
		if (is_key(&key, "prefix") || is_key(&key, "suffix") || is_key(&key, "equals-ignore-case"))
		{
			if (operand.type != jbvString)
				raise_bad_filter("\"prefix\", \"suffix\" and \"equals-ignore-case\" take a string.");
		}
		else if (is_key(&key, "exists"))
		{
			if (operand.type != jbvBool)
				raise_bad_filter("\"exists\" takes true or false.");
		}
		else if (is_key(&key, "anything-but"))
			check_anything_but(&operand);
		else if (is_key(&key, "numeric"))
			check_numeric(&operand);
		else
			raise_bad_filter("Operators are prefix, suffix, equals-ignore-case, anything-but, numeric and exists.");
	}
}

static void
check_anything_but(const JsonbValue *operand)
{
	JsonbValue	key;
	JsonbValue	value;

	if (operand->type == jbvString || operand->type == jbvNumeric)
		return;
	if (operand->type != jbvBinary || JsonContainerSize(operand->val.binary.data) == 0)
		raise_bad_filter("\"anything-but\" takes strings or numbers, one or an array of them, or a prefix or suffix.");
	foreach_member(operand->val.binary.data, &key, &value)
	{
		if (is_array(operand) ? value.type != jbvString && value.type != jbvNumeric :
			value.type != jbvString || !(is_key(&key, "prefix") || is_key(&key, "suffix")))
			raise_bad_filter("\"anything-but\" takes strings or numbers, one or an array of them, or a prefix or suffix.");
	}
}

static bool
is_comparison(const JsonbValue *value)
{
	return value->type == jbvString &&
		(is_key(value, "=") || is_key(value, "<") || is_key(value, "<=") || is_key(value, ">") || is_key(value, ">="));
}

static void
check_numeric(const JsonbValue *operand)
{
	JsonbValue	unused;
	JsonbValue	value;
	int			position = 0;
	bool		good = is_array(operand);

	if (good)
	{
		uint32		count = JsonContainerSize(operand->val.binary.data);

		good = count == 2 || count == 4;
		foreach_member(operand->val.binary.data, &unused, &value)
			good &= position++ % 2 == 0 ? is_comparison(&value) : value.type == jbvNumeric;
	}
	if (!good)
		raise_bad_filter("\"numeric\" takes one or two comparisons, such as [\">\", 0, \"<=\", 5].");
}

/* ---- matching ---- */

/* dynamo.event_matches(record jsonb, filter jsonb) → bool */
Datum
dynamo_event_matches(PG_FUNCTION_ARGS)
{
	Jsonb	   *record = PG_GETARG_JSONB_P(0);
	Jsonb	   *filter = PG_GETARG_JSONB_P(1);

	dyn_event_filter_check(filter);
	PG_RETURN_BOOL(JsonContainerIsObject(&record->root) && dyn_event_filter_matches(filter, record));
}

bool
dyn_event_filter_matches(Jsonb *filter, Jsonb *record)
{
	if (JsonContainerIsObject(&filter->root))
		return match_pattern(&filter->root, &record->root);
	return match_any_pattern(&filter->root, &record->root);
}

static bool
match_any_pattern(JsonbContainer *patterns, JsonbContainer *record)
{
	JsonbValue	unused;
	JsonbValue	pattern;

	foreach_member(patterns, &unused, &pattern)
		if (match_pattern(pattern.val.binary.data, record))
			return true;
	return false;
}

/* Do all members match?  The record is NULL where it has nothing in this place. */
static bool
match_pattern(JsonbContainer *pattern, JsonbContainer *record)
{
	JsonbValue	key;
	JsonbValue	value;

	check_stack_depth();
	foreach_member(pattern, &key, &value)
	{
		JsonbContainer *wanted = value.val.binary.data;
		JsonbValue	found_value;
		JsonbValue *found = record == NULL ? NULL :
			getKeyJsonValueFromContainer(record, key.val.string.val, key.val.string.len, &found_value);

		if (is_key(&key, "$or"))
		{
			if (!match_any_pattern(wanted, record))
				return false;
		}
		else if (JsonContainerIsObject(wanted))
		{
			if (!match_pattern(wanted, found != NULL && is_object(found) ? found->val.binary.data : NULL))
				return false;
		}
		else if (!match_tests(wanted, found))
			return false;
	}
	return true;
}

/* Does a value, or one element of an array, pass one of the tests?  NULL is no value. */
static bool
match_tests(JsonbContainer *tests, JsonbValue *value)
{
	JsonbValue	unused;
	JsonbValue	test;

	foreach_member(tests, &unused, &test)
	{
		if (value != NULL && is_array(value) && JsonContainerSize(value->val.binary.data) > 0)
		{
			JsonbValue	element;

			foreach_member(value->val.binary.data, &unused, &element)
				if (match_test(&test, &element))
					return true;
		}
		else if (match_test(&test, value))
			return true;
	}
	return false;
}

static bool
equal_scalars(const JsonbValue *a, const JsonbValue *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type)
	{
		case jbvNull:
			return true;
		case jbvBool:
			return a->val.boolean == b->val.boolean;
		case jbvString:
			return a->val.string.len == b->val.string.len &&
				memcmp(a->val.string.val, b->val.string.val, a->val.string.len) == 0;
		case jbvNumeric:
			return DatumGetBool(DirectFunctionCall2(numeric_eq, NumericGetDatum(a->val.numeric),
													NumericGetDatum(b->val.numeric)));
		default:
			return false;
	}
}

static bool
match_test(JsonbValue *test, JsonbValue *value)
{
	if (test->type == jbvBinary)
		return match_operator(test->val.binary.data, value);
	return value != NULL && equal_scalars(test, value);
}

static bool
has_prefix(const JsonbValue *value, const JsonbValue *prefix)
{
	return value->type == jbvString && value->val.string.len >= prefix->val.string.len &&
		memcmp(value->val.string.val, prefix->val.string.val, prefix->val.string.len) == 0;
}

static bool
has_suffix(const JsonbValue *value, const JsonbValue *suffix)
{
	int			before = value->type == jbvString ? value->val.string.len - suffix->val.string.len : -1;

	return before >= 0 && memcmp(value->val.string.val + before, suffix->val.string.val, suffix->val.string.len) == 0;
}

/* {"prefix": ...} and so on; there is one member. */
static bool
match_operator(JsonbContainer *operator, JsonbValue *value)
{
	JsonbValue	key;
	JsonbValue	operand;

	foreach_member(operator, &key, &operand)
	{
		if (is_key(&key, "exists"))
			return (value != NULL) == operand.val.boolean;
		if (value == NULL)
			return false;
		if (is_key(&key, "prefix"))
			return has_prefix(value, &operand);
		if (is_key(&key, "suffix"))
			return has_suffix(value, &operand);
		if (is_key(&key, "equals-ignore-case"))
			return value->type == jbvString && value->val.string.len == operand.val.string.len &&
				pg_strncasecmp(value->val.string.val, operand.val.string.val, operand.val.string.len) == 0;
		if (is_key(&key, "anything-but"))
			return match_anything_but(&operand, value);
		return match_numeric(operand.val.binary.data, value);
	}
	return false;
}

static bool
match_anything_but(JsonbValue *operand, JsonbValue *value)
{
	JsonbValue	key;
	JsonbValue	excluded;

	if (operand->type != jbvBinary)
		return !equal_scalars(operand, value);
	foreach_member(operand->val.binary.data, &key, &excluded)
	{
		if (is_array(operand) ? equal_scalars(&excluded, value) :
			is_key(&key, "prefix") ? has_prefix(value, &excluded) : has_suffix(value, &excluded))
			return false;
	}
	return true;
}

/* The number that a value is, or that is the text of it, as an N has it. */
static bool
number_of(const JsonbValue *value, Datum *number)
{
	DynDecimal	decimal;

	if (value->type == jbvNumeric)
		*number = NumericGetDatum(value->val.numeric);
	else if (value->type == jbvString &&
			 dyn_decimal_read(value->val.string.val, value->val.string.len, &decimal) == DYN_NUMBER_OK)
		*number = DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(value->val.string.val, value->val.string.len)),
									  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	else
		return false;
	return true;
}

static bool
match_numeric(JsonbContainer *comparisons, const JsonbValue *value)
{
	JsonbValue	unused;
	JsonbValue	element;
	Datum		number;
	char		comparison[2] = {0};
	bool		is_operand = false;

	if (!number_of(value, &number))
		return false;
	foreach_member(comparisons, &unused, &element)
	{
		if (is_operand)
		{
			int			order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, number, NumericGetDatum(element.val.numeric)));
			bool		or_equal = comparison[1] == '=' || comparison[0] == '=';

			if (!((order == 0 && or_equal) || (order < 0 && comparison[0] == '<') || (order > 0 && comparison[0] == '>')))
				return false;
		}
		else
		{
			comparison[0] = element.val.string.val[0];
			comparison[1] = element.val.string.len > 1 ? element.val.string.val[1] : '\0';
		}
		is_operand = !is_operand;
	}
	return true;
}
