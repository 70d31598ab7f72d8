/*-------------------------------------------------------------------------
 *
 * shape_types.c
 *	  Checks that every member of a request has the JSON type of its shape.
 *
 * Goes through the request as it is written, and stops at the first member of
 * a wrong type, as the service does; constraints come after that.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "api/shape.h"
#include "base/error.h"
#include "item/value.h"

/* What the service says of a scalar in the place of a list or a map that is itself an element. */
#define CAST_FAILED	"class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')"

/* Where a JSON value stands: the service words it differently. */
typedef enum Place
{
	IN_STRUCTURE,
	IN_LIST_OR_MAP
} Place;

static void check_type(const DynShape *shape, const DynJson *json, Place place);
static const char *java_type(const DynShape *shape);
static void check_members_types(const DynShape *shape, const DynJson *structure);
static void check_scalar_type(const DynShape *shape, const DynJson *json);

static void
raise_type(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_SERIALIZATION),
			 errmsg("%s", message),
			 errhint("Give every member of the request the JSON type that the API documents.")));
}

void
dyn_shape_check_types(const DynShape *shape, const DynJson *request)
{
	check_type(shape, request, IN_STRUCTURE);
}

static void
check_type(const DynShape *shape, const DynJson *json, Place place)
{
	DynJsonKind kind = dyn_json_kind(json);

	check_stack_depth();

	if (kind == DYN_JSON_NULL)
		return;

	switch (shape->kind)
	{
		case DYN_SHAPE_LIST:
			{
				size_t		n;

				if (kind == DYN_JSON_OBJECT)
					raise_type("Start of structure or map found where not expected");
				if (kind != DYN_JSON_ARRAY)
					raise_type(place == IN_STRUCTURE ? "Unexpected field type" : CAST_FAILED);
				n = dyn_json_array_size(json);
				for (size_t i = 0; i < n; i++)
					check_type(shape->element, dyn_json_array_at(json, i), IN_LIST_OR_MAP);
				break;
			}
		case DYN_SHAPE_MAP:
			if (kind == DYN_JSON_ARRAY)
				raise_type(psprintf("Unrecognized collection type java.util.Map<java.lang.String, %s>",
									java_type(shape->element)));
			if (kind != DYN_JSON_OBJECT)
				raise_type(place == IN_STRUCTURE ? "Unexpected field type" : CAST_FAILED);
			for (const DynJsonMember *m = dyn_json_first(json); m != NULL; m = dyn_json_next(json, m))
				check_type(shape->element, dyn_json_member_value(m), IN_LIST_OR_MAP);
			break;
		case DYN_SHAPE_ATTRIBUTE_VALUE:
			if (place == IN_STRUCTURE && kind != DYN_JSON_OBJECT && kind != DYN_JSON_ARRAY)
				raise_type("Unexpected field type");
			dyn_json_check_value_shape(json);
			break;
		case DYN_SHAPE_STRUCTURE:
			if (kind == DYN_JSON_ARRAY)
				raise_type(psprintf("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.%s", shape->name));
			if (kind != DYN_JSON_OBJECT)
				raise_type(place == IN_STRUCTURE ? "Unexpected field type" : "Unexpected value type in payload");
			check_members_types(shape, json);
			break;
		default:
			check_scalar_type(shape, json);
	}
}

/* What the service calls the type of a map's values. */
static const char *
java_type(const DynShape *shape)
{
	switch (shape->kind)
	{
		case DYN_SHAPE_STRING:
			return "java.lang.String";
		case DYN_SHAPE_LIST:
			return psprintf("java.util.List<%s>", java_type(shape->element));
		default:
			return psprintf("com.amazonaws.dynamodb.v20120810.%s", shape->name);
	}
}

/* Check what a structure contains; members that the shape does not know are ignored. */
static void
check_members_types(const DynShape *shape, const DynJson *structure)
{
	for (const DynJsonMember *m = dyn_json_first(structure); m != NULL; m = dyn_json_next(structure, m))
	{
		size_t		length;
		const char *name = dyn_json_member_name(m, &length);

		for (int i = 0; i < shape->nmembers; i++)
		{
			if (strlen(shape->members[i].name) == length &&
				memcmp(shape->members[i].name, name, length) == 0)
			{
				check_type(shape->members[i].shape, dyn_json_member_value(m), IN_STRUCTURE);
				break;
			}
		}
	}
}

static void
check_scalar_type(const DynShape *shape, const DynJson *json)
{
	DynJsonKind kind = dyn_json_kind(json);
	const char *class;
	const char *token;

	switch (shape->kind)
	{
		case DYN_SHAPE_STRING:
			class = "String";
			if (kind == DYN_JSON_STRING)
				return;
			break;
		case DYN_SHAPE_INTEGER:
		case DYN_SHAPE_LONG:
			class = shape->kind == DYN_SHAPE_LONG ? "Long" : "Integer";
			if (kind == DYN_JSON_INTEGER || kind == DYN_JSON_REAL)
				return;
			break;
		case DYN_SHAPE_BOOLEAN:
			class = "Boolean";
			if (kind == DYN_JSON_BOOLEAN)
				return;
			if (kind == DYN_JSON_STRING)
				raise_type("Unexpected token received from parser");
			break;
		default:
			elog(ERROR, "unexpected kind of scalar shape: %d", (int) shape->kind);
	}

	switch (kind)
	{
		case DYN_JSON_OBJECT:
			raise_type("Start of structure or map found where not expected");
			return;
		case DYN_JSON_ARRAY:
			raise_type(psprintf("Unrecognized collection type class java.lang.%s", class));
			return;
		case DYN_JSON_STRING:
			token = "STRING_VALUE";
			break;
		case DYN_JSON_INTEGER:
			token = "NUMBER_VALUE";
			break;
		case DYN_JSON_REAL:
			token = "DECIMAL_VALUE";
			break;
		default:
			token = dyn_json_boolean(json) ? "TRUE_VALUE" : "FALSE_VALUE";
			break;
	}
	raise_type(psprintf("%s cannot be converted to %s", token, class));
}
