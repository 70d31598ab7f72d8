/*-------------------------------------------------------------------------
 *
 * shape_constraints.c
 *	  Checks that the members of a request are within their constraints.
 *
 * Goes through the shape and collects everything that is missing or out of
 * bounds into one exception.  Types were checked before.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "api/shape.h"
#include "api/shape_failures.h"
#include "base/error.h"
#include "base/settings.h"

/* Longest table name of operations on tables; longer ones must be ARNs. */
#define MIN_TABLE_NAME	3
#define MAX_TABLE_NAME	255

/* What names of tables and indexes consist of. */
#define NAME_CHARACTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* Longest name or ARN of a table in the key of a map. */
#define MAX_TABLE_ARN	1024

static void check_constraints(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures);
static void check_members(const DynShape *shape, const DynJson *structure, const DynShapePath *parent, DynShapeFailures *failures);
static void check_tables(const DynShape *shape, const DynJson *map, const DynShapePath *path, DynShapeFailures *failures);
static void check_elements(const DynShape *shape, const DynJson *list, const DynShapePath *path, DynShapeFailures *failures);
static bool is_table_name(const char *name, size_t length);
static bool has_length(const DynShape *shape, int64 length);
static void check_enum(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures);
static void check_string(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures);
static void check_length(const DynShape *shape, const DynJson *json, const DynShapePath *path, int64 length, DynShapeFailures *failures);
static void check_name_pattern(const DynJson *json, const DynShapePath *path, DynShapeFailures *failures);
static void check_table_arn(const DynShapeMember *member, const DynJson *arn);
static void check_table_name(const DynShapeMember *member, const DynJson *name);

void
dyn_shape_check_constraints(const DynShape *shape, const DynJson *request)
{
	DynShapeFailures	failures = {.count = 0};

	check_members(shape, request, NULL, &failures);
	if (failures.count > 0)
		dyn_shape_raise(&failures);
}

/* Check the members of a structure. */
static void
check_members(const DynShape *shape, const DynJson *structure, const DynShapePath *parent, DynShapeFailures *failures)
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
		DynShapePath		path = {.parent = parent, .name = member->name};

		if (json != NULL)
			check_constraints(member->shape, json, &path, failures);
		else if (member->presence != DYN_OPTIONAL)
			dyn_shape_fail(failures, NULL, &path, "Member must not be null");
	}
}

static void
check_constraints(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures)
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
					dyn_shape_fail(failures, json, path, "Member must have value greater than or equal to " INT64_FORMAT, shape->min);
				if (number > shape->max)
					dyn_shape_fail(failures, json, path, "Member must have value less than or equal to " INT64_FORMAT, shape->max);
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
				DynShapePath		member_path = {.parent = path, .in_map = true};

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
check_elements(const DynShape *shape, const DynJson *list, const DynShapePath *path, DynShapeFailures *failures)
{
	for (size_t i = 0; i < dyn_json_array_size(list); i++)
	{
		const DynJson *element = dyn_json_array_at(list, i);
		DynShapePath		element_path = {.parent = path, .index = i};

		if (dyn_json_kind(element) == DYN_JSON_NULL)
			dyn_shape_fail(failures, NULL, &element_path, "Member must not be null");
		else
			check_constraints(shape->element, element, &element_path, failures);
	}
}

/*
 * Check a map by tables.  What is wrong with its keys is one failure, and so
 * is what is wrong with the lengths of lists that are its values.
 */
static void
check_tables(const DynShape *shape, const DynJson *map, const DynShapePath *path, DynShapeFailures *failures)
{
	bool		bad_name = false;
	bool		bad_length = false;

	if (dyn_json_object_size(map) < shape->min)
		dyn_shape_fail(failures, map, path, "Member must have length greater than or equal to " INT64_FORMAT, shape->min);
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
		dyn_shape_fail(failures, map, path, "Map keys must satisfy constraint: [Member must have length less than or equal to %d, "
			 "Member must have length greater than or equal to 1, "
			 "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]", MAX_TABLE_ARN);
	if (bad_length)
		dyn_shape_fail(failures, map, path, "Map value must satisfy constraint: [Member must have length less than or equal to "
			 INT64_FORMAT ", Member must have length greater than or equal to " INT64_FORMAT "]",
			 shape->element->max, shape->element->min);

	for (const DynJsonMember *m = dyn_json_first(map); m != NULL; m = dyn_json_next(map, m))
	{
		const DynJson *value = dyn_json_member_value(m);
		size_t		length;
		DynShapePath		member_path = {.parent = path, .in_map = true};

		member_path.name = dyn_json_member_name(m, &length);
		if (dyn_json_kind(value) == DYN_JSON_NULL)
			dyn_shape_fail(failures, NULL, &member_path, "Member must not be null");
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
check_enum(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures)
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
	dyn_shape_fail(failures, json, path, "Member must satisfy enum value set: [%s]", set.data);
}

static void
check_string(const DynShape *shape, const DynJson *json, const DynShapePath *path, DynShapeFailures *failures)
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
check_length(const DynShape *shape, const DynJson *json, const DynShapePath *path, int64 length, DynShapeFailures *failures)
{
	if (has_length(shape, length))
		return;
	if (length < shape->min)
		dyn_shape_fail(failures, json, path, "Member must have length greater than or equal to " INT64_FORMAT, shape->min);
	else
		dyn_shape_fail(failures, json, path, "Member must have length less than or equal to " INT64_FORMAT, shape->max);
}

static bool
has_length(const DynShape *shape, int64 length)
{
	return length >= shape->min &&
		(length <= shape->max || (shape->max_is_service_limit && !dyn_enforce_limits));
}

/* Names of tables and indexes. */
static void
check_name_pattern(const DynJson *json, const DynShapePath *path, DynShapeFailures *failures)
{
	size_t		bytes;
	const char *string = dyn_json_string(json, &bytes);

	if (bytes == 0 || strspn(string, NAME_CHARACTERS) != bytes)
		dyn_shape_fail(failures, json, path, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

/* Check the name of the request's table, which is NULL where it is missing. */
static void
check_table_name(const DynShapeMember *member, const DynJson *name)
{
	DynShapeFailures	failures = {.count = 0};
	DynShapePath		path = {.name = member->name};
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
		dyn_shape_raise(&failures);
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
