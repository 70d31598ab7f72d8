/*-------------------------------------------------------------------------
 *
 * shape_failures.c
 *	  The exceptions for members that break their constraints.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "api/shape.h"
#include "api/shape_failures.h"
#include "base/error.h"

/* The most failures that one exception lists. */
#define MAX_FAILURES	10

#define FAILED_CONSTRAINT	"' failed to satisfy constraint: "

static void append_path(StringInfo out, const DynShapePath *path);

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
append_path(StringInfo out, const DynShapePath *path)
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

void
dyn_shape_fail(DynShapeFailures *failures, const DynJson *json, const DynShapePath *path, const char *format,...)
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

void
dyn_shape_raise(const DynShapeFailures *failures)
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
	DynShapeFailures	failures = {.count = 1};

	initStringInfo(&failures.text);
	appendStringInfo(&failures.text, "Value %s at '%s" FAILED_CONSTRAINT "%s", value, path, constraint);
	dyn_shape_raise(&failures);
}

void
dyn_raise_request(const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("%s", message),
			 errhint("%s", hint)));
}
