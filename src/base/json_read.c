/*-------------------------------------------------------------------------
 *
 * json_read.c
 *	  Reading JSON requests with jansson, kept in quarantine here.
 *
 * jansson's allocator is palloc in the current memory context, so a tree
 * goes away with its context, also after an error.  json_object is poisoned:
 * the backend exports a function of that name, and a call would reach it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <jansson.h>
#pragma GCC poison json_object

#include "base/error.h"
#include "base/json_read.h"

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
dyn_json_parse(const char *text, size_t length)
{
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
	return json;
}

DynJsonKind
dyn_json_kind(const DynJson *json)
{
	switch (json_typeof(json))
	{
		case JSON_OBJECT:
			return DYN_JSON_OBJECT;
		case JSON_ARRAY:
			return DYN_JSON_ARRAY;
		case JSON_STRING:
			return DYN_JSON_STRING;
		case JSON_INTEGER:
			return DYN_JSON_INTEGER;
		case JSON_REAL:
			return DYN_JSON_REAL;
		case JSON_TRUE:
		case JSON_FALSE:
			return DYN_JSON_BOOLEAN;
		case JSON_NULL:
			return DYN_JSON_NULL;
	}
	elog(ERROR, "unexpected kind of JSON value: %d", (int) json_typeof(json));
}

bool
dyn_json_boolean(const DynJson *json)
{
	return json_is_true(json);
}

int64
dyn_json_integer(const DynJson *json)
{
	return json_integer_value(json);
}

double
dyn_json_real(const DynJson *json)
{
	return json_number_value(json);
}

const char *
dyn_json_string(const DynJson *json, size_t *length)
{
	*length = json_string_length(json);
	return json_string_value(json);
}

size_t
dyn_json_array_size(const DynJson *array)
{
	return json_array_size(array);
}

const DynJson *
dyn_json_array_at(const DynJson *array, size_t index)
{
	return json_array_get(array, index);
}

size_t
dyn_json_object_size(const DynJson *object)
{
	return json_object_size(object);
}

const DynJson *
dyn_json_member(const DynJson *object, const char *name)
{
	return json_object_get(object, name);
}

const DynJsonMember *
dyn_json_first(const DynJson *object)
{
	return json_object_iter(unconstify(DynJson *, object));
}

const DynJsonMember *
dyn_json_next(const DynJson *object, const DynJsonMember *member)
{
	return json_object_iter_next(unconstify(DynJson *, object), unconstify(DynJsonMember *, member));
}

const char *
dyn_json_member_name(const DynJsonMember *member, size_t *length)
{
	const char *name = json_object_iter_key(unconstify(DynJsonMember *, member));

#if JANSSON_VERSION_HEX >= 0x020e00
	*length = json_object_iter_key_len(unconstify(DynJsonMember *, member));
#else
	*length = strlen(name);
#endif
	return name;
}

const DynJson *
dyn_json_member_value(const DynJsonMember *member)
{
	return json_object_iter_value(unconstify(DynJsonMember *, member));
}
