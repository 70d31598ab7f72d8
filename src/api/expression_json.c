/*-------------------------------------------------------------------------
 *
 * expression_json.c
 *	  The expressions of a request, and the older parameters in their place.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/condition_json.h"
#include "api/expression_json.h"
#include "base/error.h"
#include "expr/legacy.h"

/* What of this kind a request can have; NULL ends a list. */
typedef struct Parameters
{
	const char *expressions[4];
	const char *legacy[5];
	const char *with_values[3]; /* expressions that can have values */
} Parameters;

static const Parameters parameters[] = {
	[DYN_USE_READ] = {{"ProjectionExpression"}, {"AttributesToGet"}, {NULL}},
	[DYN_USE_WRITE] = {{"ConditionExpression"}, {"Expected", "ConditionalOperator"}, {"ConditionExpression"}},
	[DYN_USE_UPDATE] = {{"UpdateExpression", "ConditionExpression"},
	{"AttributeUpdates", "Expected", "ConditionalOperator"}, {"UpdateExpression", "ConditionExpression"}},
	[DYN_USE_QUERY] = {{"ProjectionExpression", "FilterExpression", "KeyConditionExpression"},
	{"AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"},
	{"FilterExpression", "KeyConditionExpression"}},
	[DYN_USE_SCAN] = {{"ProjectionExpression", "FilterExpression"},
	{"AttributesToGet", "ScanFilter", "ConditionalOperator"}, {"FilterExpression"}},
	[DYN_USE_TRANSACT_READ] = {{"ProjectionExpression"}, {NULL}, {NULL}},
	[DYN_USE_TRANSACT_WRITE] = {{"ConditionExpression"}, {NULL}, {"ConditionExpression"}},
	[DYN_USE_TRANSACT_UPDATE] = {{"UpdateExpression", "ConditionExpression"}, {NULL},
	{"UpdateExpression", "ConditionExpression"}},
};

static const char *const text_members[DYN_NTEXTS] = {
	[DYN_TEXT_UPDATE] = "UpdateExpression",
	[DYN_TEXT_CONDITION] = "ConditionExpression",
	[DYN_TEXT_KEY_CONDITION] = "KeyConditionExpression",
	[DYN_TEXT_FILTER] = "FilterExpression",
	[DYN_TEXT_PROJECTION] = "ProjectionExpression",
};

static const DynExpressionKind text_kinds[DYN_NTEXTS] = {
	[DYN_TEXT_UPDATE] = DYN_EXPR_UPDATE,
	[DYN_TEXT_CONDITION] = DYN_EXPR_CONDITION,
	[DYN_TEXT_KEY_CONDITION] = DYN_EXPR_KEY_CONDITION,
	[DYN_TEXT_FILTER] = DYN_EXPR_FILTER,
	[DYN_TEXT_PROJECTION] = DYN_EXPR_PROJECTION,
};

static bool has_any(const DynJson *request, const char *const *names);
static char *list_present(const DynJson *request, const char *const *names);
static DynNames *read_names(const DynJson *request, Size *bytes);
static DynValue *read_values(const DynJson *request, Size *bytes);
static DynValue read_value(const DynJson *json, const char *key, size_t key_length);
static void check_placeholder(const char *member, const char *key, size_t length, char first);
static const DynBinding *read_updates(const DynJson *request);

void
dyn_check_expression_parameters(const DynJson *request, DynExpressionUse use)
{
	const Parameters *allowed = &parameters[use];
	bool		has_expression = has_any(request, allowed->expressions);
	const char *legacy = has_expression ? list_present(request, allowed->legacy) : "";

	if (legacy[0] != '\0')
		dyn_raise_request(psprintf("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}",
								   legacy, list_present(request, allowed->expressions)),
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

/*
 * The names of those that are present, separated by commas; palloc'd.
 * KeyConditions may stand beside expressions, where these do not say the key
 * condition.
 */
static char *
list_present(const DynJson *request, const char *const *names)
{
	StringInfoData list;

	initStringInfo(&list);
	for (; *names != NULL; names++)
		if (dyn_request_member(request, *names) != NULL &&
			(strcmp(*names, "KeyConditions") != 0 ||
			 dyn_request_member(request, "KeyConditionExpression") != NULL))
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
			expressions->projection = dyn_read_attributes_to_get(request);
		if (use == DYN_USE_UPDATE)
			expressions->update = read_updates(request);
		if (use == DYN_USE_UPDATE || use == DYN_USE_WRITE)
			expressions->condition = dyn_read_expected(request);
		return;
	}

	names = read_names(request, &bytes);
	values = use == DYN_USE_READ || use == DYN_USE_TRANSACT_READ ? NULL : read_values(request, &bytes);
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
	expressions->key_condition = bindings[DYN_TEXT_KEY_CONDITION];
	expressions->filter = bindings[DYN_TEXT_FILTER];
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

const DynBinding *
dyn_read_attributes_to_get(const DynJson *request)
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
		dyn_check_name(names[i].name, length);
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
	dyn_check_name(update->name.name, length);
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
