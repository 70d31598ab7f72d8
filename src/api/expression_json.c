/*-------------------------------------------------------------------------
 *
 * expression_json.c
 *	  The expressions of a request, and the older parameters in their place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "api/expression_json.h"
#include "expr/legacy.h"

/* What of this kind a request can have; NULL ends a list. */
typedef struct Parameters
{
	const char *expressions[3];
	const char *legacy[4];
	const char *with_values[3]; /* expressions that can have values */
} Parameters;

static const Parameters parameters[] = {
	[DYN_USE_READ] = {{"ProjectionExpression"}, {"AttributesToGet"}, {NULL}},
	[DYN_USE_WRITE] = {{"ConditionExpression"}, {"Expected", "ConditionalOperator"}, {"ConditionExpression"}},
	[DYN_USE_UPDATE] = {{"UpdateExpression", "ConditionExpression"},
	{"AttributeUpdates", "Expected", "ConditionalOperator"}, {"UpdateExpression", "ConditionExpression"}},
};

static const char *const text_members[DYN_NTEXTS] = {
	[DYN_TEXT_UPDATE] = "UpdateExpression",
	[DYN_TEXT_CONDITION] = "ConditionExpression",
	[DYN_TEXT_PROJECTION] = "ProjectionExpression",
};

static const DynExpressionKind text_kinds[DYN_NTEXTS] = {
	[DYN_TEXT_UPDATE] = DYN_EXPR_UPDATE,
	[DYN_TEXT_CONDITION] = DYN_EXPR_CONDITION,
	[DYN_TEXT_PROJECTION] = DYN_EXPR_PROJECTION,
};

static bool has_any(const DynJson *request, const char *const *names);
static char *list_present(const DynJson *request, const char *const *names);
static DynNames *read_names(const DynJson *request, Size *bytes);
static DynValue *read_values(const DynJson *request, Size *bytes);
static DynValue read_value(const DynJson *json, const char *key, size_t key_length);
static void check_placeholder(const char *member, const char *key, size_t length, char first);
static const DynBinding *read_updates(const DynJson *request);
static const DynBinding *read_expected(const DynJson *request);
static const DynBinding *read_attributes_to_get(const DynJson *request);
static void read_expected_one(const char *name, const DynJson *json, DynLegacyCondition *condition);
static void read_comparison(const char *name, const DynJson *json, DynLegacyCondition *condition);

void
dyn_check_expression_parameters(const DynJson *request, DynExpressionUse use)
{
	const Parameters *allowed = &parameters[use];
	bool		has_expression = has_any(request, allowed->expressions);

	if (has_expression && has_any(request, allowed->legacy))
		dyn_raise_request(psprintf("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}",
								   list_present(request, allowed->legacy), list_present(request, allowed->expressions)),
						  "Say it all by expressions.");
	if (!has_expression && dyn_request_member(request, "ExpressionAttributeNames") != NULL)
		dyn_raise_request("ExpressionAttributeNames can only be specified when using expressions",
						  "Leave the names out, or write an expression that uses them.");
	if (allowed->with_values[0] != NULL && !has_any(request, allowed->with_values) &&
		dyn_request_member(request, "ExpressionAttributeValues") != NULL)
		dyn_raise_request(allowed->with_values[1] == NULL ?
						  psprintf("ExpressionAttributeValues can only be specified when using expressions: %s is null",
								   allowed->with_values[0]) :
						  psprintf("ExpressionAttributeValues can only be specified when using expressions: %s and %s are null",
								   allowed->with_values[0], allowed->with_values[1]),
						  "Leave the values out, or write an expression that uses them.");
}

static bool
has_any(const DynJson *request, const char *const *names)
{
	for (; *names != NULL; names++)
		if (dyn_request_member(request, *names) != NULL)
			return true;
	return false;
}

/* The names of those that are present, separated by commas; palloc'd. */
static char *
list_present(const DynJson *request, const char *const *names)
{
	StringInfoData list;

	initStringInfo(&list);
	for (; *names != NULL; names++)
		if (dyn_request_member(request, *names) != NULL)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", *names);
	return list.data;
}

void
dyn_read_expressions(const DynJson *request, DynExpressionUse use, DynRequestExpressions *expressions)
{
	const char *texts[DYN_NTEXTS] = {NULL};
	size_t		lengths[DYN_NTEXTS] = {0};
	Size		bytes = 0;
	DynNames   *names;
	DynValue   *values;

	memset(expressions, 0, sizeof(DynRequestExpressions));
	if (!has_any(request, parameters[use].expressions))
	{
		if (use == DYN_USE_READ)
			expressions->projection = read_attributes_to_get(request);
		if (use == DYN_USE_UPDATE)
			expressions->update = read_updates(request);
		if (use != DYN_USE_READ)
			expressions->condition = read_expected(request);
		return;
	}

	names = read_names(request, &bytes);
	values = use == DYN_USE_READ ? NULL : read_values(request, &bytes);
	if (bytes > DYN_MAX_BINDING_BYTES)
		dyn_raise_request("ExpressionAttributeNames and ExpressionAttributeValues have exceeded the maximum allowed size",
						  "Names and values of a request have at most 2 MB.");
	for (int i = 0; i < DYN_NTEXTS; i++)
		for (const char *const *member = parameters[use].expressions; *member != NULL; member++)
			if (strcmp(*member, text_members[i]) == 0)
				texts[i] = dyn_request_string(request, *member, &lengths[i]);
	dyn_bind_texts(texts, lengths, values, names, expressions);
}

void
dyn_bind_texts(const char *const *texts, const size_t *lengths, const DynValue *values,
			   const DynNames *names, DynRequestExpressions *expressions)
{
	DynBinder  *binder = dyn_binder_begin(names, values);
	DynBinding *bindings[DYN_NTEXTS] = {NULL};

	memset(expressions, 0, sizeof(DynRequestExpressions));
	/* the first text with a fault is told, whatever kind of fault it is */
	for (int i = 0; i < DYN_NTEXTS; i++)
		if (texts[i] != NULL)
		{
			expressions->compiled[i] = dyn_expression_compile(text_kinds[i], texts[i], lengths[i]);
			bindings[i] = dyn_binder_bind(binder, expressions->compiled[i]);
		}
	dyn_binder_end(binder);
	expressions->update = bindings[DYN_TEXT_UPDATE];
	expressions->condition = bindings[DYN_TEXT_CONDITION];
	expressions->projection = bindings[DYN_TEXT_PROJECTION];
}

void
dyn_release_expressions(const DynRequestExpressions *expressions)
{
	for (int i = 0; i < DYN_NTEXTS; i++)
		if (expressions->compiled[i] != NULL)
			dyn_expression_release(expressions->compiled[i]);
}

static DynNames *
read_names(const DynJson *request, Size *bytes)
{
	const DynJson *json = dyn_request_member(request, "ExpressionAttributeNames");
	DynNames   *names;
	DynNameEntry *entry;

	if (json == NULL)
		return NULL;
	if (dyn_json_object_size(json) == 0)
		dyn_raise_request("ExpressionAttributeNames must not be empty", "Leave it out.");

	names = palloc0(sizeof(DynNames));
	names->entries = entry = palloc0(sizeof(DynNameEntry) * dyn_json_object_size(json));
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		size_t		length;

		entry->placeholder = dyn_json_member_name(member, &length);
		entry->placeholder_length = length;
		check_placeholder("ExpressionAttributeNames", entry->placeholder, length, '#');
		entry->name = dyn_json_string(dyn_json_member_value(member), &length);
		entry->name_length = length;
		*bytes += entry->placeholder_length + entry->name_length;
		entry++;
		names->count++;
	}
	return names;
}

static DynValue *
read_values(const DynJson *request, Size *bytes)
{
	const DynJson *json = dyn_request_member(request, "ExpressionAttributeValues");
	DynValue   *values;
	DynBuilder	builder;

	if (json == NULL)
		return NULL;
	if (dyn_json_object_size(json) == 0)
		dyn_raise_request("ExpressionAttributeValues must not be empty", "Leave it out.");

	dyn_builder_init(&builder, DYN_TAG_M);
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		size_t		length;
		const char *key = dyn_json_member_name(member, &length);

		check_placeholder("ExpressionAttributeValues", key, length, ':');
	}
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		size_t		length;
		const char *key = dyn_json_member_name(member, &length);
		DynValue	value = read_value(dyn_json_member_value(member), key, length);

		*bytes += length + dyn_value_size(&value);
		dyn_builder_add(&builder, key, length, &value);
	}
	values = palloc(sizeof(DynValue));
	*values = dyn_builder_finish(&builder, 0);
	return values;
}

/* Placeholders are # or : and letters, digits and underscores. */
static void
check_placeholder(const char *member, const char *key, size_t length, char first)
{
	bool		valid = length > 1 && length <= 255 && key[0] == first;

	for (size_t i = 1; valid && i < length; i++)
		valid = isascii((unsigned char) key[i]) && (isalnum((unsigned char) key[i]) || key[i] == '_');
	if (!valid)
		dyn_raise_request(psprintf("%s contains invalid key: Syntax error; key: \"%.*s\"", member, (int) length, key),
						  psprintf("A key is %c and letters, digits or underscores, at most 255 in all.", first));
}

/* Read one value; a fault is told with the key that it belongs to. */
static DynValue
read_value(const DynJson *json, const char *key, size_t key_length)
{
	MemoryContext context = CurrentMemoryContext;
	volatile DynValue value = {0};

	PG_TRY();
	{
		DynValue	read = dyn_value_from_json(json);

		value.tag = read.tag;
		value.length = read.length;
		value.data = read.data;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_DYN_VALIDATION)
			PG_RE_THROW();
		FlushErrorState();
		dyn_raise_request(psprintf("ExpressionAttributeValues contains invalid value: %s for key %.*s",
								   error->message, (int) key_length, key),
						  error->hint != NULL ? error->hint : "See the types of attribute values.");
	}
	PG_END_TRY();
	return (DynValue) {value.tag, value.length, value.data};
}

/* ---- AttributesToGet ---- */

static int
compare_names(const void *a, const void *b)
{
	const DynBoundName *x = *(const DynBoundName *const *) a;
	const DynBoundName *y = *(const DynBoundName *const *) b;

	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return memcmp(x->name, y->name, x->length);
}

static const DynBinding *
read_attributes_to_get(const DynJson *request)
{
	const DynJson *list = dyn_request_member(request, "AttributesToGet");
	size_t		n;
	DynBoundName *names;
	const DynBoundName **sorted;

	if (list == NULL)
		return NULL;
	n = dyn_json_array_size(list);
	names = palloc0(n * sizeof(DynBoundName));
	sorted = palloc(n * sizeof(DynBoundName *));
	for (size_t i = 0; i < n; i++)
	{
		size_t		length;

		names[i].name = dyn_json_string(dyn_json_array_at(list, i), &length);
		names[i].length = length;
		sorted[i] = &names[i];
	}

	/* sorted, because a request may name very many */
	qsort(sorted, n, sizeof(DynBoundName *), compare_names);
	for (size_t i = 1; i < n; i++)
		if (compare_names(&sorted[i - 1], &sorted[i]) == 0)
			dyn_raise_request(psprintf("One or more parameter values were invalid: Duplicate value in attribute name: %.*s",
									   (int) sorted[i]->length, sorted[i]->name),
							  "Name each attribute once.");
	return dyn_legacy_projection(n, names);
}

/* ---- AttributeUpdates ---- */

static void
read_update(const DynJsonMember *member, DynLegacyUpdate *update)
{
	const DynJson *json = dyn_json_member_value(member);
	const DynJson *value = dyn_request_member(json, "Value");
	size_t		length;
	const char *type;

	update->name.name = dyn_json_member_name(member, &length);
	update->name.length = length;
	update->action = dyn_request_is(json, "Action", "ADD") ? DYN_LEGACY_ADD :
		dyn_request_is(json, "Action", "DELETE") ? DYN_LEGACY_DELETE : DYN_LEGACY_PUT;
	update->has_value = value != NULL;
	if (value == NULL)
	{
		if (update->action != DYN_LEGACY_DELETE)
			dyn_raise_request("One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified",
							  "PUT and ADD need a Value.");
		return;
	}

	update->value = dyn_value_from_json(value);
	type = dyn_tag_name(update->value.tag);
	if (update->action == DYN_LEGACY_DELETE && !DYN_TAG_IS_SET(update->value.tag))
		dyn_raise_request(psprintf("One or more parameter values were invalid: DELETE action with value is not supported for the type %s", type),
						  "DELETE takes a set of what to take away, or no value.");
	if (update->action == DYN_LEGACY_ADD && !DYN_TAG_IS_SET(update->value.tag) &&
		update->value.tag != DYN_TAG_N && update->value.tag != DYN_TAG_L)
		dyn_raise_request(psprintf("One or more parameter values were invalid: ADD action is not supported for the type %s", type),
						  "ADD takes a number, a set or a list.");
}

static const DynBinding *
read_updates(const DynJson *request)
{
	const DynJson *json = dyn_request_member(request, "AttributeUpdates");
	DynLegacyUpdate *updates;
	int			count = 0;

	if (json == NULL || dyn_json_object_size(json) == 0)
		return NULL;
	updates = palloc0(sizeof(DynLegacyUpdate) * dyn_json_object_size(json));
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
		read_update(member, &updates[count++]);
	return dyn_legacy_update(count, updates);
}

/* ---- Expected ---- */

static const DynBinding *
read_expected(const DynJson *request)
{
	const DynJson *json = dyn_request_member(request, "Expected");
	bool		has_operator = dyn_request_member(request, "ConditionalOperator") != NULL;
	size_t		size = json == NULL ? 0 : dyn_json_object_size(json);
	DynLegacyCondition *conditions;
	int			count = 0;

	if (has_operator && json == NULL)
		dyn_raise_request("ConditionalOperator cannot be used without Filter or Expected",
						  "Leave it out.");
	if (has_operator && size < 2)
		dyn_raise_request("ConditionalOperator can only be used when Filter or Expected has two or more elements",
						  "Leave it out.");
	if (size == 0)
		return NULL;

	conditions = palloc0(sizeof(DynLegacyCondition) * size);
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		DynLegacyCondition *condition = &conditions[count++];
		size_t		length;

		condition->name.name = dyn_json_member_name(member, &length);
		condition->name.length = length;
		read_expected_one(pnstrdup(condition->name.name, length), dyn_json_member_value(member), condition);
	}
	return dyn_legacy_condition(DYN_EXPR_CONDITION, count, conditions,
								dyn_request_is(request, "ConditionalOperator", "OR"));
}

static void
raise_invalid(const char *message, const char *name)
{
	dyn_raise_request(psprintf("One or more parameter values were invalid: %s for Attribute: %s", message, name),
					  "Give Value alone, Exists false alone, or ComparisonOperator with AttributeValueList.");
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

static void
read_comparison(const char *name, const DynJson *json, DynLegacyCondition *condition)
{
	const DynJson *value = dyn_request_member(json, "Value");
	const DynJson *list = dyn_request_member(json, "AttributeValueList");
	size_t		length;
	const char *operator = dyn_request_string(json, "ComparisonOperator", &length);
	size_t		nvalues = list != NULL ? dyn_json_array_size(list) : value != NULL ? 1 : 0;
	DynValue   *values = palloc0(sizeof(DynValue) * (nvalues + 1));
	int			minimum;
	int			maximum;

	if (!dyn_comparison_from_name(operator, length, &condition->comparison))
		elog(ERROR, "unexpected comparison operator: %.*s", (int) length, operator);
	dyn_comparison_counts(condition->comparison, &minimum, &maximum);
	if (maximum > 0 && list == NULL && value == NULL)
		raise_invalid(psprintf("Value or AttributeValueList must be used with ComparisonOperator: %s",
							   dyn_comparison_name(condition->comparison)), name);

	for (size_t i = 0; i < nvalues; i++)
		values[i] = dyn_value_from_json(list != NULL ? dyn_json_array_at(list, i) : value);
	if (nvalues < minimum || nvalues > maximum)
		dyn_raise_request(psprintf("One or more parameter values were invalid: Invalid number of argument(s) for the %s ComparisonOperator",
								   dyn_comparison_name(condition->comparison)),
						  minimum == maximum ? psprintf("It takes %d.", minimum) :
						  psprintf("It takes %d to %d.", minimum, maximum));
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

/* ---- conditions that fail ---- */

bool
dyn_read_return_item_on_failure(const DynJson *request)
{
	return dyn_request_is(request, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
}

void
dyn_raise_if_condition_failed(const WriteItemResponse *response)
{
	StringInfoData item;

	if (!response->condition_failed)
		return;
	initStringInfo(&item);
	if (response->has_attributes)
		dyn_item_write_json(&item, &response->attributes);
	ereport(ERROR,
			(errcode(ERRCODE_DYN_CONDITIONAL_CHECK_FAILED),
			 errmsg("The conditional request failed"),
			 response->has_attributes ? errdetail_internal("%s", item.data) : 0,
			 errhint("Nothing was written.")));
}
