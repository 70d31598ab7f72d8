/*-------------------------------------------------------------------------
 *
 * jsonb_casts.c
 *	  Casts between items or values and jsonb, as plain JSON.
 *
 *		S		string			NULL	null
 *		N		number			L		array
 *		BOOL	true, false		M		object
 *
 * Both ways the mapping is exact or it is an error: JSON has neither sets nor
 * binary, jsonb cannot hold U+0000, and an attribute cannot hold a number of
 * more than 38 digits.  An error says which attribute it is about.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "base/error.h"
#include "item/path.h"
#include "item/value_casts.h"

/* The way from the top to where we are, for error messages. */
typedef struct Place
{
	const struct Place *parent; /* NULL: the step is one from the top */
	DynPathStep step;
} Place;

static JsonbValue *push_container(JsonbParseState **state, const DynValue *container, const Place *place);
static void scalar_to_jsonb(const DynValue *value, const Place *place, JsonbValue *scalar);
static void set_string(JsonbValue *string, const char *bytes, uint32 length, const Place *place);
static Jsonb *value_to_jsonb(const DynValue *value);
static DynValue value_from_jsonb(const JsonbValue *json, int levels, const Place *place);
static DynValue container_from_jsonb(JsonbContainer *json, int levels, const Place *place);
static void append_place(StringInfo out, const Place *place);
static const char *place_text(const Place *place);
static void report_place(void *place);

PG_FUNCTION_INFO_V1(dynamo_item_to_jsonb);
PG_FUNCTION_INFO_V1(dynamo_value_to_jsonb);
PG_FUNCTION_INFO_V1(dynamo_jsonb_to_item);
PG_FUNCTION_INFO_V1(dynamo_jsonb_to_value);

/* ---- to jsonb ---- */

Datum
dynamo_item_to_jsonb(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));

	PG_RETURN_JSONB_P(value_to_jsonb(&item));
}

Datum
dynamo_value_to_jsonb(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));

	PG_RETURN_JSONB_P(value_to_jsonb(&value));
}

static Jsonb *
value_to_jsonb(const DynValue *value)
{
	JsonbParseState *state = NULL;
	JsonbValue	scalar;

	if (value->tag == DYN_TAG_L || value->tag == DYN_TAG_M)
		return JsonbValueToJsonb(push_container(&state, value, NULL));

	scalar_to_jsonb(value, NULL, &scalar);
	return JsonbValueToJsonb(&scalar);
}

/* Push a list or a map; the result counts when it is the outermost one. */
static JsonbValue *
push_container(JsonbParseState **state, const DynValue *container, const Place *place)
{
	bool		is_map = container->tag == DYN_TAG_M;
	DynIterator iterator;
	DynEntry	entry;
	Place		here = {.parent = place};

	pushJsonbValue(state, is_map ? WJB_BEGIN_OBJECT : WJB_BEGIN_ARRAY, NULL);
	dyn_iterator_begin(&iterator, container);
	for (; dyn_iterator_next(&iterator, &entry); here.step.index++)
	{
		JsonbValue	scalar;

		if (is_map)
		{
			here.step.name = entry.name;
			here.step.name_length = entry.name_length;
			set_string(&scalar, entry.name, entry.name_length, &here);
			pushJsonbValue(state, WJB_KEY, &scalar);
		}
		if (entry.value.tag == DYN_TAG_L || entry.value.tag == DYN_TAG_M)
			push_container(state, &entry.value, &here);
		else
		{
			scalar_to_jsonb(&entry.value, &here, &scalar);
			pushJsonbValue(state, is_map ? WJB_VALUE : WJB_ELEM, &scalar);
		}
	}
	return pushJsonbValue(state, is_map ? WJB_END_OBJECT : WJB_END_ARRAY, NULL);
}

static void
scalar_to_jsonb(const DynValue *value, const Place *place, JsonbValue *scalar)
{
	switch (value->tag)
	{
		case DYN_TAG_NULL:
			scalar->type = jbvNull;
			break;
		case DYN_TAG_FALSE:
		case DYN_TAG_TRUE:
			scalar->type = jbvBool;
			scalar->val.boolean = (value->tag == DYN_TAG_TRUE);
			break;
		case DYN_TAG_N:
			scalar->type = jbvNumeric;
			scalar->val.numeric = dyn_number_to_numeric(value);
			break;
		case DYN_TAG_S:
			set_string(scalar, (const char *) value->data, value->length, place);
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_CANNOT_COERCE),
					 errmsg("cannot cast an attribute value of type %s to jsonb", dyn_tag_name(value->tag)),
					 place == NULL ? 0 : errdetail("It is the attribute %s.", place_text(place)),
					 errhint("JSON has neither sets nor binary. Leave the attribute out (item - 'name'), or use DynamoDB JSON: format('%%s', item)::jsonb.")));
	}
}

static void
set_string(JsonbValue *string, const char *bytes, uint32 length, const Place *place)
{
	if (memchr(bytes, '\0', length) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
				 errmsg("a string with the character U+0000 cannot become jsonb"),
				 place == NULL ? 0 : errdetail("It is in the attribute %s.", place_text(place)),
				 errhint("Leave the attribute out (item - 'name'), or use DynamoDB JSON as text: format('%%s', item).")));

	string->type = jbvString;
	string->val.string.val = unconstify(char *, bytes);
	string->val.string.len = length;
}

/* ---- from jsonb ---- */

Datum
dynamo_jsonb_to_item(PG_FUNCTION_ARGS)
{
	Jsonb	   *json = PG_GETARG_JSONB_P(0);
	DynValue	item;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_CANNOT_COERCE),
				 errmsg("cannot cast a jsonb %s to an item", JB_ROOT_IS_SCALAR(json) ? "scalar" : "array"),
				 errhint("An item is a map of attributes: cast a jsonb object.")));

	/* The item itself is no level. */
	item = container_from_jsonb(&json->root, DYN_MAX_NESTING + 1, NULL);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&item));
}

Datum
dynamo_jsonb_to_value(PG_FUNCTION_ARGS)
{
	Jsonb	   *json = PG_GETARG_JSONB_P(0);
	DynValue	value;
	JsonbValue	scalar;

	if (JsonbExtractScalar(&json->root, &scalar))
		value = value_from_jsonb(&scalar, DYN_MAX_NESTING, NULL);
	else
		value = container_from_jsonb(&json->root, DYN_MAX_NESTING, NULL);
	PG_RETURN_POINTER(dyn_value_to_datum(&value));
}

/* "levels" is how many levels of values are left, this one included. */
static DynValue
value_from_jsonb(const JsonbValue *json, int levels, const Place *place)
{
	static const DynTag boolean_tags[] = {DYN_TAG_FALSE, DYN_TAG_TRUE};
	DynValue	value = {.data = (const uint8 *) ""};
	char	   *number;

	if (levels <= 0)
		dyn_raise_nesting();

	switch (json->type)
	{
		case jbvNull:
			value.tag = DYN_TAG_NULL;
			return value;
		case jbvBool:
			value.tag = boolean_tags[json->val.boolean];
			return value;
		case jbvString:
			value.tag = DYN_TAG_S;
			value.length = json->val.string.len;
			value.data = (const uint8 *) json->val.string.val;
			return value;
		case jbvNumeric:
			number = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(json->val.numeric)));
			return dyn_make_number(number, strlen(number));
		case jbvBinary:
			return container_from_jsonb(json->val.binary.data, levels, place);
		default:
			elog(ERROR, "unexpected type %d of a jsonb value", (int) json->type);
	}
	pg_unreachable();
}

static DynValue
container_from_jsonb(JsonbContainer *json, int levels, const Place *place)
{
	DynBuilder	builder;
	JsonbIterator *iterator = JsonbIteratorInit(json);
	JsonbIteratorToken token;
	JsonbValue	part;
	Place		here = {.parent = place};
	ErrorContextCallback context = {.callback = report_place, .arg = &here};

	dyn_builder_init(&builder, JsonContainerIsObject(json) ? DYN_TAG_M : DYN_TAG_L);
	while ((token = JsonbIteratorNext(&iterator, &part, true)) != WJB_DONE)
	{
		DynValue	value;

		if (token == WJB_KEY)
		{
			here.step.name = part.val.string.val;
			here.step.name_length = part.val.string.len;
			dyn_check_name(here.step.name, here.step.name_length);
			continue;
		}
		if (token != WJB_VALUE && token != WJB_ELEM)
			continue;

		/* Only numbers can be wrong here; deeper ones report for themselves. */
		if (part.type == jbvNumeric)
		{
			context.previous = error_context_stack;
			error_context_stack = &context;
		}
		value = value_from_jsonb(&part, levels - 1, &here);
		if (part.type == jbvNumeric)
			error_context_stack = context.previous;

		dyn_builder_add(&builder, here.step.name, here.step.name_length, &value);
		here.step.index++;
	}
	return dyn_builder_finish(&builder, 0);
}

/* ---- places ---- */

/* Add to an error's context which attribute was being cast. */
static void
report_place(void *place)
{
	errcontext("attribute %s of a jsonb value", place_text((const Place *) place));
}

/* A place as the service writes document paths: Address.Lines[0]. */
static const char *
place_text(const Place *place)
{
	StringInfoData text;

	initStringInfo(&text);
	append_place(&text, place);
	return text.data;
}

static void
append_place(StringInfo out, const Place *place)
{
	if (place->parent != NULL)
		append_place(out, place->parent);
	if (place->step.name == NULL)
		appendStringInfo(out, "[%d]", place->step.index);
	else
		appendStringInfo(out, "%s%.*s", place->parent != NULL ? "." : "",
						 (int) place->step.name_length, place->step.name);
}
