/*-------------------------------------------------------------------------
 *
 * condition_json.c
 *	  The older parameters that are conditions: Expected, QueryFilter,
 *	  ScanFilter and KeyConditions.
 *
 * Each is a map of attributes to conditions, with an operator and its values
 * (Expected has a shorter form, too).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/condition_json.h"
#include "base/error.h"
#include "expr/legacy.h"

typedef void (*ConditionReader) (const char *name, const DynJson *json, DynLegacyCondition *condition);

static int	read_map(const DynJson *json, ConditionReader reader, DynLegacyCondition **conditions);
static void check_conditional_operator(const DynJson *request, const DynJson *json);
static void read_expected_one(const char *name, const DynJson *json, DynLegacyCondition *condition);
static void read_condition(const char *name, const DynJson *json, DynLegacyCondition *condition);
static void read_operator(const DynJson *json, DynLegacyCondition *condition);
static void read_operands(const DynJson *list, const DynJson *value, DynLegacyCondition *condition);

const DynBinding *
dyn_read_expected(const DynJson *request)
{
	const DynJson *json = dyn_request_member(request, "Expected");
	DynLegacyCondition *conditions;
	int			count;

	check_conditional_operator(request, json);
	count = read_map(json, read_expected_one, &conditions);
	if (count == 0)
		return NULL;
	return dyn_legacy_condition(DYN_EXPR_CONDITION, count, conditions,
								dyn_request_is(request, "ConditionalOperator", "OR"));
}

const DynBinding *
dyn_read_filter(const DynJson *request, const char *name)
{
	const DynJson *json = dyn_request_member(request, name);
	DynLegacyCondition *conditions;
	int			count = read_map(json, read_condition, &conditions);

	check_conditional_operator(request, json);
	if (count == 0)
		return NULL;
	return dyn_legacy_condition(DYN_EXPR_FILTER, count, conditions,
								dyn_request_is(request, "ConditionalOperator", "OR"));
}

void
dyn_read_key_conditions(const DynJson *request, DynKeyClauses *clauses)
{
	DynLegacyCondition *conditions;
	int			count = read_map(dyn_request_member(request, "KeyConditions"), read_condition, &conditions);

	dyn_key_clauses_from_legacy(count, conditions, clauses);
}

/* Read the conditions of all attributes; returns their number. */
static int
read_map(const DynJson *json, ConditionReader reader, DynLegacyCondition **conditions)
{
	int			count = 0;

	*conditions = NULL;
	if (json == NULL || dyn_json_object_size(json) == 0)
		return 0;
	*conditions = palloc0(sizeof(DynLegacyCondition) * dyn_json_object_size(json));
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		DynLegacyCondition *condition = &(*conditions)[count++];
		size_t		length;

		condition->name.name = dyn_json_member_name(member, &length);
		condition->name.length = length;
		reader(pnstrdup(condition->name.name, length), dyn_json_member_value(member), condition);
	}
	return count;
}

/* ConditionalOperator joins conditions, so there must be two. */
static void
check_conditional_operator(const DynJson *request, const DynJson *json)
{
	if (dyn_request_member(request, "ConditionalOperator") == NULL)
		return;
	if (json == NULL)
		dyn_raise_request("ConditionalOperator cannot be used without Filter or Expected",
						  "Leave it out.");
	if (dyn_json_object_size(json) < 2)
		dyn_raise_request("ConditionalOperator can only be used when Filter or Expected has two or more elements",
						  "Leave it out.");
}

static void
raise_invalid(const char *message, const char *name)
{
	dyn_raise_request(psprintf("One or more parameter values were invalid: %s for Attribute: %s", message, name),
					  "Give Value alone, Exists false alone, or ComparisonOperator with AttributeValueList.");
}

/* Read a comparison of Expected, whose only value may stand outside a list. */
static void
read_comparison(const char *name, const DynJson *json, DynLegacyCondition *condition)
{
	const DynJson *value = dyn_request_member(json, "Value");
	const DynJson *list = dyn_request_member(json, "AttributeValueList");
	int			minimum;
	int			maximum;

	read_operator(json, condition);
	dyn_comparison_counts(condition->comparison, &minimum, &maximum);
	if (maximum > 0 && list == NULL && value == NULL)
		raise_invalid(psprintf("Value or AttributeValueList must be used with ComparisonOperator: %s",
							   dyn_comparison_name(condition->comparison)), name);
	read_operands(list, value, condition);
}

static void
read_expected_one(const char *name, const DynJson *json, DynLegacyCondition *condition)
{
	const DynJson *value = dyn_request_member(json, "Value");
	bool		has_exists = dyn_request_member(json, "Exists") != NULL;
	bool		exists = dyn_request_boolean(json, "Exists", true);
	DynValue   *values;

	if (value != NULL && dyn_request_member(json, "AttributeValueList") != NULL)
		raise_invalid("Value and AttributeValueList cannot be used together", name);
	if (dyn_request_member(json, "ComparisonOperator") != NULL)
	{
		if (has_exists)
			raise_invalid("Exists and ComparisonOperator cannot be used together", name);
		read_comparison(name, json, condition);
		return;
	}
	if (dyn_request_member(json, "AttributeValueList") != NULL)
		raise_invalid("AttributeValueList can only be used with a ComparisonOperator", name);
	if (exists && value == NULL)
		raise_invalid(psprintf("Value must be provided when Exists is %s", has_exists ? "true" : "null"), name);
	if (!exists && value != NULL)
		raise_invalid("Value cannot be used when Exists is false", name);

	condition->comparison = exists ? DYN_COMPARISON_EQ : DYN_COMPARISON_NULL;
	if (value == NULL)
		return;
	values = palloc(sizeof(DynValue));
	*values = dyn_value_from_json(value);
	condition->nvalues = 1;
	condition->values = values;
}

/* Read a condition of a filter, or of KeyConditions. */
static void
read_condition(const char *name, const DynJson *json, DynLegacyCondition *condition)
{
	read_operator(json, condition);
	read_operands(dyn_request_member(json, "AttributeValueList"), NULL, condition);
}

static void
read_operator(const DynJson *json, DynLegacyCondition *condition)
{
	size_t		length;
	const char *operator = dyn_request_string(json, "ComparisonOperator", &length);

	/* the shape's check does not see that a whole condition is null */
	if (operator == NULL)
		dyn_raise_constraint("null", "comparisonOperator", "Member must not be null");
	if (!dyn_comparison_from_name(operator, length, &condition->comparison))
		elog(ERROR, "unexpected comparison operator: %.*s", (int) length, operator);
}

/* Read the operator's values from a list, or the only one, and check that they fit it. */
static void
read_operands(const DynJson *list, const DynJson *value, DynLegacyCondition *condition)
{
	size_t		nvalues = list != NULL ? dyn_json_array_size(list) : value != NULL ? 1 : 0;
	DynValue   *values = palloc0(sizeof(DynValue) * (nvalues + 1));
	int			minimum;
	int			maximum;

	dyn_comparison_counts(condition->comparison, &minimum, &maximum);
	for (size_t i = 0; i < nvalues; i++)
		values[i] = dyn_value_from_json(list != NULL ? dyn_json_array_at(list, i) : value);
	if (nvalues < minimum || nvalues > maximum)
		dyn_raise_request(psprintf("One or more parameter values were invalid: Invalid number of argument(s) for the %s ComparisonOperator",
								   dyn_comparison_name(condition->comparison)),
						  minimum == maximum ? psprintf("It takes %d.", minimum) :
						  psprintf("It takes at least %d.", minimum));
	for (size_t i = 0; i < nvalues; i++)
	{
		if (strcmp(dyn_tag_name(values[i].tag), dyn_tag_name(values[0].tag)) != 0)
			dyn_raise_request("One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type",
							  "Give values of one type.");
		if (!dyn_comparison_takes(condition->comparison, values[i].tag))
			dyn_raise_request(psprintf("One or more parameter values were invalid: ComparisonOperator %s is not valid for %s AttributeValue type",
									   dyn_comparison_name(condition->comparison), dyn_tag_name(values[i].tag)),
							  "No attribute can ever match a value of that type here.");
	}
	if (condition->comparison == DYN_COMPARISON_BETWEEN && dyn_value_compare(&values[0], &values[1]) > 0)
		dyn_raise_request("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
						  "The lower bound comes first.");
	condition->nvalues = nvalues;
	condition->values = values;
}
