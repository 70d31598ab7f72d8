/*-------------------------------------------------------------------------
 *
 * json_read.c
 *	  Reading any JSON text with jansson, kept in quarantine here.
 *
 * What json_tree.c does not read is parsed by jansson, which knows every
 * error, and its tree is made into ours.
 *
 * jansson's allocator is palloc in the current memory context, so a tree
 * goes away with its context, also after an error.  json_object is poisoned:
 * the backend exports a function of that name, and a call would reach it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include <jansson.h>
#pragma GCC poison json_object

#include "base/error.h"
#include "base/json_tree.h"

static void convert(json_t *json, DynJson *to);
static void convert_array(json_t *json, DynJson *to);
static void convert_object(json_t *json, DynJson *to);

static void *
allocate(size_t size)
{
	return palloc(size);
}

static void
release(void *pointer)
{
	if (pointer != NULL)
		pfree(pointer);
}

const DynJson *
dyn_json_parse_any(const char *text, size_t length)
{
	DynJson    *result = palloc(sizeof(DynJson));
	json_error_t error;
	json_t	   *json;

	/* Process-wide, but only we use this copy of jansson in a backend. */
	json_set_alloc_funcs(allocate, release);

	json = json_loadb(text, length, JSON_ALLOW_NUL, &error);
	if (json == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_SERIALIZATION),
				 errmsg("The text is not valid JSON"),
				 errdetail("%s, at line %d, column %d.", error.text, error.line, error.column),
				 errhint("Requests, items and attribute values are JSON objects in UTF-8; a string that begins with a brace is the value {\"S\": \"{...\"}.")));
	convert(json, result);
	return result;
}

/* jansson stops at 2,048 levels. */
static void
convert(json_t *json, DynJson *to)
{
	check_stack_depth();
	switch (json_typeof(json))
	{
		case JSON_OBJECT:
			convert_object(json, to);
			return;
		case JSON_ARRAY:
			convert_array(json, to);
			return;
		case JSON_STRING:
			to->kind = DYN_JSON_STRING;
			to->value.string.data = json_string_value(json);
			to->value.string.length = json_string_length(json);
			return;
		case JSON_INTEGER:
			to->kind = DYN_JSON_INTEGER;
			to->value.integer = json_integer_value(json);
			return;
		case JSON_REAL:
			to->kind = DYN_JSON_REAL;
			to->value.real = json_real_value(json);
			return;
		case JSON_TRUE:
		case JSON_FALSE:
			to->kind = DYN_JSON_BOOLEAN;
			to->value.boolean = json_is_true(json);
			return;
		case JSON_NULL:
			to->kind = DYN_JSON_NULL;
			return;
	}
	elog(ERROR, "unexpected kind of JSON value: %d", (int) json_typeof(json));
}

static void
convert_array(json_t *json, DynJson *to)
{
	size_t		count = json_array_size(json);

	to->kind = DYN_JSON_ARRAY;
	to->value.array.count = count;
	to->value.array.elements = palloc_extended(Max(count, 1) * sizeof(DynJson), MCXT_ALLOC_HUGE);
	for (size_t i = 0; i < count; i++)
		convert(json_array_get(json, i), &to->value.array.elements[i]);
}

static void
convert_object(json_t *json, DynJson *to)
{
	size_t		count = json_object_size(json);
	DynJsonMember *members = palloc_extended(Max(count, 1) * sizeof(DynJsonMember), MCXT_ALLOC_HUGE);
	DynJsonMember *member = members;

	for (void *it = json_object_iter(json); it != NULL; it = json_object_iter_next(json, it))
	{
		member->name = json_object_iter_key(it);
		/* there is no zero byte in a name */
		member->name_length = strlen(member->name);
		convert(json_object_iter_value(it), &member->json);
		member++;
	}
	if (!dyn_json_make_object(members, count, to))
		elog(ERROR, "a JSON object has a member twice");
}
