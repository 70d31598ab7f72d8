/*-------------------------------------------------------------------------
 *
 * json_item.c
 *	  Reading items and values from a parsed request, and every error that
 *	  DynamoDB JSON can have.
 *
 * This reader is the authority: the fast one of text_read.c accepts a subset
 * of what is accepted here, and hands everything else over.
 *
 * The service finds wrong shapes (a JSON number where a string belongs)
 * before it validates anything.  Only on the way to raising a validation
 * error the whole tree is looked through for wrong shapes first, so that
 * what is right is read once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/error.h"
#include "base/json_read.h"
#include "item/value.h"

static void check_attributes_shape(const DynJson *json);

pg_noreturn static void wrong_shape(const char *message);

/* ---- shapes ---- */

static void
wrong_shape(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_SERIALIZATION),
			 errmsg("%s", message),
			 errhint("Attribute values look like {\"S\": \"text\"}, {\"N\": \"12.5\"}, {\"BOOL\": true}, {\"L\": [...]} or {\"M\": {...}}; numbers are written in quotes.")));
}

/* Raise unless the value is a string. */
static void
check_string_shape(const DynJson *json)
{
	switch (dyn_json_kind(json))
	{
		case DYN_JSON_STRING:
			return;
		case DYN_JSON_INTEGER:
			wrong_shape("NUMBER_VALUE cannot be converted to String");
		case DYN_JSON_REAL:
			wrong_shape("DECIMAL_VALUE cannot be converted to String");
		case DYN_JSON_BOOLEAN:
			wrong_shape(dyn_json_boolean(json) ? "TRUE_VALUE cannot be converted to String" : "FALSE_VALUE cannot be converted to String");
		case DYN_JSON_NULL:
			wrong_shape("Unexpected token received from parser");
		case DYN_JSON_ARRAY:
			wrong_shape("Unrecognized collection type class java.lang.String");
		case DYN_JSON_OBJECT:
			wrong_shape("Start of structure or map found where not expected");
	}
}

static void
check_binary_shape(const DynJson *json)
{
	switch (dyn_json_kind(json))
	{
		case DYN_JSON_STRING:
			{
				size_t		length;
				const char *base64 = dyn_json_string(json, &length);

				(void) dyn_make_binary(base64, length);
				return;
			}
		case DYN_JSON_INTEGER:
		case DYN_JSON_REAL:
		case DYN_JSON_BOOLEAN:
		case DYN_JSON_NULL:
			wrong_shape("only base-64-encoded strings are convertible to bytes");
		case DYN_JSON_ARRAY:
			wrong_shape("Unrecognized collection type class java.nio.ByteBuffer");
		case DYN_JSON_OBJECT:
			wrong_shape("Start of structure or map found where not expected");
	}
}

/* Read true or false; the service takes some strings, too. */
static bool
is_boolean(const DynJson *json, bool *result)
{
	static const struct
	{
		const char *text;
		bool		result;
	}			strings[] = {
		{"true", true}, {"1", true}, {"yes", true},
		{"false", false}, {"0", false}, {"no", false},
	};
	const char *string;
	size_t		length;

	if (dyn_json_kind(json) == DYN_JSON_BOOLEAN)
	{
		*result = dyn_json_boolean(json);
		return true;
	}
	if (dyn_json_kind(json) != DYN_JSON_STRING)
		return false;
	string = dyn_json_string(json, &length);
	for (int i = 0; i < lengthof(strings); i++)
	{
		if (length == strlen(strings[i].text) && pg_strncasecmp(string, strings[i].text, length) == 0)
		{
			*result = strings[i].result;
			return true;
		}
	}
	return false;
}

static void
check_boolean_shape(const DynJson *json)
{
	bool		result;

	switch (dyn_json_kind(json))
	{
		case DYN_JSON_BOOLEAN:
			return;
		case DYN_JSON_STRING:
			if (is_boolean(json, &result))
				return;
			wrong_shape("Unexpected token received from parser");
		case DYN_JSON_NULL:
			wrong_shape("Unexpected token received from parser");
		case DYN_JSON_INTEGER:
			wrong_shape("NUMBER_VALUE cannot be converted to Boolean");
		case DYN_JSON_REAL:
			wrong_shape("DECIMAL_VALUE cannot be converted to Boolean");
		case DYN_JSON_ARRAY:
			wrong_shape("Unrecognized collection type class java.lang.Boolean");
		case DYN_JSON_OBJECT:
			wrong_shape("Start of structure or map found where not expected");
	}
}

/* Raise unless the value is an array. */
static void
check_list_shape(const DynJson *json)
{
	if (dyn_json_kind(json) == DYN_JSON_ARRAY)
		return;
	if (dyn_json_kind(json) == DYN_JSON_OBJECT)
		wrong_shape("Start of structure or map found where not expected");
	wrong_shape("Unexpected field type");
}

/* Type of a member of an attribute value; false where it is none of ours. */
static bool
tag_of_member(const DynJsonMember *member, DynTag *tag)
{
	size_t		length;
	const char *name = dyn_json_member_name(member, &length);

	return dyn_tag_from_name(name, length, tag);
}

void
dyn_json_check_value_shape(const DynJson *json)
{
	check_stack_depth();
	switch (dyn_json_kind(json))
	{
		case DYN_JSON_OBJECT:
			break;
		case DYN_JSON_NULL:
			/* as if it had no members */
			return;
		case DYN_JSON_ARRAY:
			wrong_shape("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
		default:
			wrong_shape("Unexpected value type in payload");
	}

	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		const DynJson *payload = dyn_json_member_value(member);
		DynTag		tag;

		if (dyn_json_kind(payload) == DYN_JSON_NULL || !tag_of_member(member, &tag))
			continue;
		switch (tag)
		{
			case DYN_TAG_NULL:
			case DYN_TAG_FALSE:
			case DYN_TAG_TRUE:
				check_boolean_shape(payload);
				break;
			case DYN_TAG_N:
			case DYN_TAG_S:
				check_string_shape(payload);
				break;
			case DYN_TAG_B:
				check_binary_shape(payload);
				break;
			case DYN_TAG_NS:
			case DYN_TAG_SS:
			case DYN_TAG_BS:
			case DYN_TAG_L:
				check_list_shape(payload);
				for (size_t i = 0; i < dyn_json_array_size(payload); i++)
				{
					const DynJson *element = dyn_json_array_at(payload, i);

					if (tag == DYN_TAG_L)
						dyn_json_check_value_shape(element);
					else if (tag == DYN_TAG_BS)
						check_binary_shape(element);
					else
						check_string_shape(element);
				}
				break;
			case DYN_TAG_M:
				check_attributes_shape(payload);
				break;
		}
	}
}

/* Raise unless the value is a map of attribute values. */
static void
check_attributes_shape(const DynJson *json)
{
	if (dyn_json_kind(json) == DYN_JSON_ARRAY)
		wrong_shape("Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>");
	if (dyn_json_kind(json) != DYN_JSON_OBJECT)
		wrong_shape("Unexpected field type");
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
		dyn_json_check_value_shape(dyn_json_member_value(member));
}

void
dyn_json_check_item_shape(const DynJson *json)
{
	check_attributes_shape(json);
}

/* ---- values ---- */

/* What is being read, for the look through its shapes. */
typedef struct Reader
{
	const DynJson *root;
	bool		is_item;
} Reader;

static DynValue read_value(const Reader *reader, const DynJson *json, int levels);
static DynValue read_attributes(const Reader *reader, const DynJson *json, int levels);

DynValue
dyn_item_from_json(const struct DynJson *json)
{
	Reader		reader = {json, true};

	return read_attributes(&reader, json, DYN_MAX_NESTING);
}

DynValue
dyn_value_from_json(const struct DynJson *json)
{
	Reader		reader = {json, false};

	return read_value(&reader, json, DYN_MAX_NESTING);
}

/*
 * Raise if there is a wrong shape anywhere.  To be called before a
 * validation error is raised.
 */
static void
shapes_first(const Reader *reader)
{
	if (reader->is_item)
		check_attributes_shape(reader->root);
	else
		dyn_json_check_value_shape(reader->root);
}

/* Raise the wrong shape that a reading function came across. */
static void
raise_shape(const Reader *reader)
{
	shapes_first(reader);
	elog(ERROR, "a wrong shape was found, but not again");
}

static DynValue
read_string(const Reader *reader, const DynJson *json)
{
	DynValue	value;
	size_t		length;

	if (dyn_json_kind(json) != DYN_JSON_STRING)
		raise_shape(reader);
	value.tag = DYN_TAG_S;
	value.data = (const uint8 *) dyn_json_string(json, &length);
	value.length = length;
	return value;
}

static DynValue
read_number(const Reader *reader, const DynJson *json)
{
	DynValue	text = read_string(reader, json);
	DynValue	value;

	if (!dyn_read_number((const char *) text.data, text.length, &value))
	{
		shapes_first(reader);
		return dyn_make_number((const char *) text.data, text.length);
	}
	return value;
}

static DynValue
read_binary(const Reader *reader, const DynJson *json)
{
	DynValue	text;
	DynValue	value;

	if (dyn_json_kind(json) != DYN_JSON_STRING)
		raise_shape(reader);
	text = read_string(reader, json);
	if (!dyn_read_binary((const char *) text.data, text.length, &value))
		raise_shape(reader);
	return value;
}

/* Read TRUE or FALSE. */
static DynValue
read_boolean(const Reader *reader, const DynJson *json)
{
	DynValue	value;
	bool		result;

	if (!is_boolean(json, &result))
		raise_shape(reader);
	value.tag = result ? DYN_TAG_TRUE : DYN_TAG_FALSE;
	value.length = 0;
	value.data = (const uint8 *) "";
	return value;
}

static DynValue
read_set(const Reader *reader, DynTag tag, const DynJson *json)
{
	DynBuilder	builder;

	if (dyn_json_kind(json) != DYN_JSON_ARRAY)
		raise_shape(reader);
	dyn_builder_init(&builder, tag);
	for (size_t i = 0; i < dyn_json_array_size(json); i++)
	{
		const DynJson *element = dyn_json_array_at(json, i);
		DynValue	value;

		CHECK_FOR_INTERRUPTS();
		if (tag == DYN_TAG_NS)
			value = read_number(reader, element);
		else if (tag == DYN_TAG_SS)
			value = read_string(reader, element);
		else
			value = read_binary(reader, element);
		dyn_builder_add(&builder, NULL, 0, &value);
	}
	if (dyn_builder_sort_set(&builder) != DYN_SET_OK)
	{
		shapes_first(reader);
		dyn_builder_check_set(&builder);
	}
	return dyn_builder_finish(&builder, 0);
}

/* Raise where no level is left. */
static void
check_levels(const Reader *reader, int levels)
{
	if (levels > 0)
		return;
	shapes_first(reader);
	dyn_raise_nesting();
}

static DynValue
read_list(const Reader *reader, const DynJson *json, int levels)
{
	DynBuilder	builder;

	if (dyn_json_kind(json) != DYN_JSON_ARRAY)
		raise_shape(reader);
	dyn_builder_init(&builder, DYN_TAG_L);
	for (size_t i = 0; i < dyn_json_array_size(json); i++)
	{
		DynValue	value = read_value(reader, dyn_json_array_at(json, i), levels - 1);

		dyn_builder_add(&builder, NULL, 0, &value);
	}
	return dyn_builder_finish(&builder, 0);
}

/* Read an item, or what stands in an M; "levels" are those left in it. */
static DynValue
read_attributes(const Reader *reader, const DynJson *json, int levels)
{
	DynBuilder	builder;

	if (dyn_json_kind(json) != DYN_JSON_OBJECT)
		raise_shape(reader);
	dyn_builder_init(&builder, DYN_TAG_M);
	for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
	{
		DynValue	value;
		size_t		length;
		const char *name = dyn_json_member_name(member, &length);

		if (!dyn_name_is_valid(name, length))
		{
			shapes_first(reader);
			dyn_check_name(name, length);
		}
		value = read_value(reader, dyn_json_member_value(member), levels);
		dyn_builder_add(&builder, name, length, &value);
	}
	return dyn_builder_finish(&builder, 0);
}

/* Read what stands behind a type's name. */
static DynValue
read_payload(const Reader *reader, DynTag tag, const DynJson *json, int levels)
{
	DynValue	value;

	switch (tag)
	{
		case DYN_TAG_NULL:
			value = read_boolean(reader, json);
			if (value.tag == DYN_TAG_FALSE)
			{
				shapes_first(reader);
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("One or more parameter values were invalid: Null attribute value types must have the value of true"),
						 errhint("Write {\"NULL\": true}, or leave the attribute out.")));
			}
			value.tag = DYN_TAG_NULL;
			return value;
		case DYN_TAG_FALSE:
		case DYN_TAG_TRUE:
			return read_boolean(reader, json);
		case DYN_TAG_N:
			return read_number(reader, json);
		case DYN_TAG_S:
			return read_string(reader, json);
		case DYN_TAG_B:
			return read_binary(reader, json);
		case DYN_TAG_NS:
		case DYN_TAG_SS:
		case DYN_TAG_BS:
			return read_set(reader, tag, json);
		case DYN_TAG_L:
			return read_list(reader, json, levels);
		case DYN_TAG_M:
			return read_attributes(reader, json, levels - 1);
	}
	elog(ERROR, "unexpected attribute type: %d", (int) tag);
}

/*
 * Read an attribute value, the first of so many levels.  Members that are no
 * types, and nulls, are as if they were not there.
 */
static DynValue
read_value(const Reader *reader, const DynJson *json, int levels)
{
	DynValue	value = {0};
	int			ntypes = 0;

	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (dyn_json_kind(json) != DYN_JSON_OBJECT && dyn_json_kind(json) != DYN_JSON_NULL)
		raise_shape(reader);
	check_levels(reader, levels);

	if (dyn_json_kind(json) == DYN_JSON_OBJECT)
	{
		for (const DynJsonMember *member = dyn_json_first(json); member != NULL; member = dyn_json_next(json, member))
		{
			const DynJson *payload = dyn_json_member_value(member);
			DynTag		tag;

			if (dyn_json_kind(payload) == DYN_JSON_NULL || !tag_of_member(member, &tag))
				continue;
			value = read_payload(reader, tag, payload, levels);
			ntypes++;
		}
	}
	if (ntypes == 1)
		return value;

	shapes_first(reader);
	if (ntypes == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
				 errhint("Give exactly one of S, N, B, BOOL, NULL, M, L, SS, NS and BS, as in {\"S\": \"text\"}.")));
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"),
			 errhint("Give exactly one of S, N, B, BOOL, NULL, M, L, SS, NS and BS.")));
}
