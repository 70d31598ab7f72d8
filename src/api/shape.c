/*-------------------------------------------------------------------------
 *
 * shape.c
 *	  Checks requests against their shapes.
 *
 * Two passes, as in the service.  The first goes through the request as it
 * is written and stops at the first member of a wrong JSON type.  The second
 * goes through the shape and collects everything that is missing or out of
 * bounds into one exception, ten failures at most.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "api/shape.h"
#include "base/error.h"
#include "base/settings.h"
#include "item/value.h"

/* The most failures that one exception lists. */
#define MAX_FAILURES	10

/* Longest table name of operations on tables; longer ones must be ARNs. */
#define MIN_TABLE_NAME	3
#define MAX_TABLE_NAME	255

/* What names of tables and indexes consist of. */
#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* Longest name or ARN of a table in the key of a map. */
#define MAX_TABLE_ARN	1024

/* What the service says of a scalar in the place of a list or a map that is itself an element. */
#define CAST_FAILED	"class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base of loader 'bootstrap')"

#define FAILED_CONSTRAINT	"' failed to satisfy constraint: "

/* Where a JSON value stands: the service words it differently. */
typedef enum Place
{
	IN_STRUCTURE,
	IN_LIST_OR_MAP
} Place;

/*
 * Where in a request a value stands; written out only when it fails.  Either
 * a structure's member (name), a map's (name and in_map) or a list's element
 * (name is NULL).
 */
typedef struct Path
{
	const struct Path *parent;	/* NULL: the request itself */
	const char *name;
	bool		in_map;
	size_t		index;
} Path;

/* The failures found so far. */
typedef struct Failures
{
	StringInfoData text;
	int			count;
} Failures;

static void check_type(const DynShape *shape, const DynJson *json, Place place);
static const char *java_type(const DynShape *shape);
static void check_members_types(const DynShape *shape, const DynJson *structure);
static void check_scalar_type(const DynShape *shape, const DynJson *json);
static void check_constraints(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures);
static void check_members(const DynShape *shape, const DynJson *structure, const Path *parent, Failures *failures);
static void check_tables(const DynShape *shape, const DynJson *map, const Path *path, Failures *failures);
static void check_elements(const DynShape *shape, const DynJson *list, const Path *path, Failures *failures);
static bool is_table_name(const char *name, size_t length);
static bool has_length(const DynShape *shape, int64 length);
static void check_enum(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures);
static void check_string(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures);
static void check_length(const DynShape *shape, const DynJson *json, const Path *path, int64 length, Failures *failures);
static void check_name_pattern(const DynJson *json, const Path *path, Failures *failures);
static void check_table_arn(const DynShapeMember *member, const DynJson *arn);
static void check_table_name(const DynShapeMember *member, const DynJson *name);
static void append_path(StringInfo out, const Path *path);
static void fail(Failures *failures, const DynJson *json, const Path *path, const char *format,...) pg_attribute_printf(4, 5);
pg_noreturn static void raise_failures(const Failures *failures);

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

void
dyn_shape_check_constraints(const DynShape *shape, const DynJson *request)
{
	Failures	failures = {.count = 0};

	check_members(shape, request, NULL, &failures);
	if (failures.count > 0)
		raise_failures(&failures);
}

/* Check the members of a structure. */
static void
check_members(const DynShape *shape, const DynJson *structure, const Path *parent, Failures *failures)
{
	/* The table comes first: a bad name is all that is reported. */
	for (int i = 0; i < shape->nmembers; i++)
		if (shape->members[i].presence == DYN_TABLE_ARN)
			check_table_arn(&shape->members[i], dyn_request_member(structure, shape->members[i].name));
		else if (shape->members[i].presence >= DYN_TABLE_OF_ITEMS)
			check_table_name(&shape->members[i], dyn_request_member(structure, shape->members[i].name));

	for (int i = 0; i < shape->nmembers; i++)
	{
		const DynShapeMember *member = &shape->members[i];
		const DynJson *json = dyn_request_member(structure, member->name);
		Path		path = {.parent = parent, .name = member->name};

		if (json != NULL)
			check_constraints(member->shape, json, &path, failures);
		else if (member->presence != DYN_OPTIONAL)
			fail(failures, NULL, &path, "Member must not be null");
	}
}

static void
check_constraints(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures)
{
	switch (shape->kind)
	{
		case DYN_SHAPE_STRING:
			if (shape->values != NULL)
				check_enum(shape, json, path, failures);
			else
				check_string(shape, json, path, failures);
			return;
		case DYN_SHAPE_INTEGER:
		case DYN_SHAPE_LONG:
			{
				double		number = dyn_json_kind(json) == DYN_JSON_REAL ? dyn_json_real(json) : (double) dyn_json_integer(json);

				if (number == 0 && shape->zero_apart)
					return;
				if (number < shape->min)
					fail(failures, json, path, "Member must have value greater than or equal to " INT64_FORMAT, shape->min);
				if (number > shape->max)
					fail(failures, json, path, "Member must have value less than or equal to " INT64_FORMAT, shape->max);
				return;
			}
		case DYN_SHAPE_LIST:
			check_length(shape, json, path, dyn_json_array_size(json), failures);
			check_elements(shape, json, path, failures);
			return;
		case DYN_SHAPE_MAP:
			if (shape->keys_are_tables)
			{
				check_tables(shape, json, path, failures);
				return;
			}
			/* Attribute values have no constraints of this kind; do not walk through items. */
			if (shape->element->kind == DYN_SHAPE_ATTRIBUTE_VALUE)
				return;
			for (const DynJsonMember *m = dyn_json_first(json); m != NULL; m = dyn_json_next(json, m))
			{
				size_t		length;
				Path		member_path = {.parent = path, .in_map = true};

				member_path.name = dyn_json_member_name(m, &length);
				if (dyn_json_kind(dyn_json_member_value(m)) != DYN_JSON_NULL)
					check_constraints(shape->element, dyn_json_member_value(m), &member_path, failures);
			}
			return;
		case DYN_SHAPE_STRUCTURE:
			check_members(shape, json, path, failures);
			return;
		case DYN_SHAPE_BOOLEAN:
		case DYN_SHAPE_ATTRIBUTE_VALUE:
			return;
	}
}

static void
check_elements(const DynShape *shape, const DynJson *list, const Path *path, Failures *failures)
{
	for (size_t i = 0; i < dyn_json_array_size(list); i++)
	{
		const DynJson *element = dyn_json_array_at(list, i);
		Path		element_path = {.parent = path, .index = i};

		if (dyn_json_kind(element) == DYN_JSON_NULL)
			fail(failures, NULL, &element_path, "Member must not be null");
		else
			check_constraints(shape->element, element, &element_path, failures);
	}
}

/*
 * Check a map by tables.  What is wrong with its keys is one failure, and so
 * is what is wrong with the lengths of lists that are its values.
 */
static void
check_tables(const DynShape *shape, const DynJson *map, const Path *path, Failures *failures)
{
	bool		bad_name = false;
	bool		bad_length = false;

	if (dyn_json_object_size(map) < shape->min)
		fail(failures, map, path, "Member must have length greater than or equal to " INT64_FORMAT, shape->min);
	for (const DynJsonMember *m = dyn_json_first(map); m != NULL; m = dyn_json_next(map, m))
	{
		const DynJson *value = dyn_json_member_value(m);
		size_t		length;
		const char *name = dyn_json_member_name(m, &length);

		bad_name |= !is_table_name(name, length);
		bad_length |= shape->element->kind == DYN_SHAPE_LIST && dyn_json_kind(value) == DYN_JSON_ARRAY &&
			!has_length(shape->element, dyn_json_array_size(value));
	}
	if (bad_name)
		fail(failures, map, path, "Map keys must satisfy constraint: [Member must have length less than or equal to %d, "
			 "Member must have length greater than or equal to 1, "
			 "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]", MAX_TABLE_ARN);
	if (bad_length)
		fail(failures, map, path, "Map value must satisfy constraint: [Member must have length less than or equal to "
			 INT64_FORMAT ", Member must have length greater than or equal to " INT64_FORMAT "]",
			 shape->element->max, shape->element->min);

	for (const DynJsonMember *m = dyn_json_first(map); m != NULL; m = dyn_json_next(map, m))
	{
		const DynJson *value = dyn_json_member_value(m);
		size_t		length;
		Path		member_path = {.parent = path, .in_map = true};

		member_path.name = dyn_json_member_name(m, &length);
		if (dyn_json_kind(value) == DYN_JSON_NULL)
			fail(failures, NULL, &member_path, "Member must not be null");
		else if (shape->element->kind == DYN_SHAPE_LIST)
			check_elements(shape->element, value, &member_path, failures);
		else
			check_constraints(shape->element, value, &member_path, failures);
	}
}

/* Can it be a table's name, or an ARN? */
static bool
is_table_name(const char *name, size_t length)
{
	return length > 0 && length <= MAX_TABLE_ARN &&
		(strncmp(name, "arn:", 4) == 0 || strspn(name, NAME_CHARACTERS) == length);
}

/* The string must be one of the shape's. */
static void
check_enum(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures)
{
	StringInfoData set;
	size_t		length;
	const char *string = dyn_json_string(json, &length);

	for (const char *const *value = shape->values; *value != NULL; value++)
		if (strlen(*value) == length && memcmp(*value, string, length) == 0)
			return;

	initStringInfo(&set);
	for (const char *const *value = shape->values; *value != NULL; value++)
		appendStringInfo(&set, "%s%s", value == shape->values ? "" : ", ", *value);
	fail(failures, json, path, "Member must satisfy enum value set: [%s]", set.data);
}

static void
check_string(const DynShape *shape, const DynJson *json, const Path *path, Failures *failures)
{
	size_t		bytes;
	const char *string = dyn_json_string(json, &bytes);

	if (shape->is_name)
		check_name_pattern(json, path, failures);
	/* Characters need not be counted where the bytes are few enough. */
	if (shape->min > 0 || bytes > shape->max)
		check_length(shape, json, path, pg_mbstrlen_with_len(string, bytes), failures);
}

/* So many characters or elements must be within the shape's bounds. */
static void
check_length(const DynShape *shape, const DynJson *json, const Path *path, int64 length, Failures *failures)
{
	if (has_length(shape, length))
		return;
	if (length < shape->min)
		fail(failures, json, path, "Member must have length greater than or equal to " INT64_FORMAT, shape->min);
	else
		fail(failures, json, path, "Member must have length less than or equal to " INT64_FORMAT, shape->max);
}

static bool
has_length(const DynShape *shape, int64 length)
{
	return length >= shape->min &&
		(length <= shape->max || (shape->max_is_service_limit && !dyn_enforce_limits));
}

/* Names of tables and indexes. */
static void
check_name_pattern(const DynJson *json, const Path *path, Failures *failures)
{
	size_t		bytes;
	const char *string = dyn_json_string(json, &bytes);

	if (bytes == 0 || strspn(string, NAME_CHARACTERS) != bytes)
		fail(failures, json, path, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

/* Check the name of the request's table, which is NULL where it is missing. */
static void
check_table_name(const DynShapeMember *member, const DynJson *name)
{
	Failures	failures = {.count = 0};
	Path		path = {.name = member->name};
	const char *string;
	size_t		bytes;
	bool		is_arn;

	if (name == NULL)
	{
		/* Among items, it is one failure like others. */
		if (member->presence == DYN_TABLE_OF_ITEMS)
			return;
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("The parameter '%s' is required but was not present in the request", member->name),
				 errhint("Name the table, or give its ARN.")));
	}

	string = dyn_json_string(name, &bytes);
	is_arn = strncmp(string, "arn:", 4) == 0;
	if (member->presence == DYN_TABLE &&
		(bytes < MIN_TABLE_NAME || (bytes > MAX_TABLE_NAME && !is_arn)))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("%s must be at least %d characters long and at most %d characters long",
						member->name, MIN_TABLE_NAME, MAX_TABLE_NAME),
				 errhint("Name the table, or give its ARN.")));

	check_constraints(member->shape, name, &path, &failures);
	if (!is_arn && bytes > 0)
		check_name_pattern(name, &path, &failures);
	if (failures.count > 0)
		raise_failures(&failures);
}

/* Check that there is an ARN; the handler looks into it. */
static void
check_table_arn(const DynShapeMember *member, const DynJson *arn)
{
	if (arn == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid TableArn"),
				 errhint("Give %s, the ARN of a table.", member->name)));
}

/* Append a value as the service prints it: plain text, lists in brackets. */
static void
append_value(StringInfo out, const DynJson *json)
{
	switch (dyn_json_kind(json))
	{
		case DYN_JSON_STRING:
			{
				size_t		length;
				const char *string = dyn_json_string(json, &length);

				/* A message ends at a NUL byte, so show it as an escape. */
				for (size_t i = 0; i < length; i++)
				{
					if (string[i] == '\0')
						appendStringInfoString(out, "\\u0000");
					else
						appendStringInfoCharMacro(out, string[i]);
				}
				break;
			}
		case DYN_JSON_INTEGER:
			appendStringInfo(out, INT64_FORMAT, dyn_json_integer(json));
			break;
		case DYN_JSON_REAL:
			appendStringInfo(out, "%.0f", floor(dyn_json_real(json)));
			break;
		case DYN_JSON_ARRAY:
			appendStringInfoChar(out, '[');
			for (size_t i = 0; i < dyn_json_array_size(json); i++)
			{
				if (i > 0)
					appendStringInfoString(out, ", ");
				append_value(out, dyn_json_array_at(json, i));
			}
			appendStringInfoChar(out, ']');
			break;
		case DYN_JSON_OBJECT:
			appendStringInfoString(out, dyn_json_object_size(json) == 0 ? "{}" : "{...}");
			break;
		case DYN_JSON_BOOLEAN:
			appendStringInfoString(out, dyn_json_boolean(json) ? "true" : "false");
			break;
		case DYN_JSON_NULL:
			appendStringInfoString(out, "null");
			break;
	}
}

/* Append a path as the service prints it: members begin with a small letter. */
static void
append_path(StringInfo out, const Path *path)
{
	if (path->parent != NULL)
	{
		append_path(out, path->parent);
		appendStringInfoChar(out, '.');
	}
	if (path->name == NULL)
		appendStringInfo(out, "%zu.member", path->index + 1);
	else if (path->in_map)
		appendStringInfo(out, "%s.member", path->name);
	else
		appendStringInfo(out, "%c%s", pg_ascii_tolower((unsigned char) path->name[0]), path->name + 1);
}

/* Add a failure of a value, which is NULL where it is missing. */
static void
fail(Failures *failures, const DynJson *json, const Path *path, const char *format,...)
{
	StringInfo	text = &failures->text;

	if (failures->count == MAX_FAILURES)
		return;
	if (failures->count++ == 0)
		initStringInfo(text);
	else
		appendStringInfoString(text, "; ");

	appendStringInfoString(text, "Value ");
	if (json == NULL)
		appendStringInfoString(text, "null");
	else
	{
		appendStringInfoChar(text, '\'');
		append_value(text, json);
		appendStringInfoChar(text, '\'');
	}
	appendStringInfoString(text, " at '");
	append_path(text, path);
	appendStringInfoString(text, FAILED_CONSTRAINT);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(text, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(text, needed);
	}
}

static void
raise_failures(const Failures *failures)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%d validation error%s detected: %s",
					failures->count, failures->count > 1 ? "s" : "", failures->text.data),
			 errhint("Correct the members of the request that the message names.")));
}

void
dyn_raise_constraint(const char *value, const char *path, const char *constraint)
{
	Failures	failures = {.count = 1};

	initStringInfo(&failures.text);
	appendStringInfo(&failures.text, "Value %s at '%s" FAILED_CONSTRAINT "%s", value, path, constraint);
	raise_failures(&failures);
}

void
dyn_raise_request(const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message),
			 errhint("%s", hint)));
}

const DynJson *
dyn_request_member(const DynJson *structure, const char *name)
{
	const DynJson *member = dyn_json_member(structure, name);

	return member == NULL || dyn_json_kind(member) == DYN_JSON_NULL ? NULL : member;
}

const char *
dyn_request_string(const DynJson *structure, const char *name, size_t *length)
{
	const DynJson *member = dyn_request_member(structure, name);

	*length = 0;
	return member == NULL ? NULL : dyn_json_string(member, length);
}

/* Fractions are cut off, as the service does. */
int64
dyn_request_integer(const DynJson *structure, const char *name, int64 if_absent)
{
	const DynJson *member = dyn_request_member(structure, name);
	double		real;

	if (member == NULL)
		return if_absent;
	if (dyn_json_kind(member) == DYN_JSON_INTEGER)
		return dyn_json_integer(member);
	real = floor(dyn_json_real(member));
	if (real >= (double) PG_INT64_MAX)
		return PG_INT64_MAX;
	if (real <= (double) PG_INT64_MIN)
		return PG_INT64_MIN;
	return (int64) real;
}

bool
dyn_request_boolean(const DynJson *structure, const char *name, bool if_absent)
{
	const DynJson *member = dyn_request_member(structure, name);

	return member == NULL ? if_absent : dyn_json_boolean(member);
}

bool
dyn_request_is(const DynJson *structure, const char *name, const char *value)
{
	size_t		length;
	const char *string = dyn_request_string(structure, name, &length);

	return string != NULL && length == strlen(value) && memcmp(string, value, length) == 0;
}
