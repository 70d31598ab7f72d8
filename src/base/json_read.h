/*-------------------------------------------------------------------------
 *
 * json_read.h
 *	  Reading JSON requests: a read-only tree.
 *
 * All memory comes from the memory context that is current at
 * dyn_json_parse; nothing is freed one by one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_JSON_READ_H
#define DYN_BASE_JSON_READ_H

typedef struct DynJson DynJson; /* opaque outside base: see json_tree.h */

typedef enum DynJsonKind
{
	DYN_JSON_NULL,
	DYN_JSON_BOOLEAN,
	DYN_JSON_INTEGER,
	DYN_JSON_REAL,
	DYN_JSON_STRING,
	DYN_JSON_ARRAY,
	DYN_JSON_OBJECT
} DynJsonKind;

/*
 * Parse one JSON text (object or array).  Of doubled members the last wins;
 * U+0000 is kept; bad UTF-8, lone surrogates, bad syntax and nesting beyond
 * 2,048 levels raise SerializationException.
 */
extern const DynJson *dyn_json_parse(const char *text, size_t length);

extern DynJsonKind dyn_json_kind(const DynJson *json);

/*
 * All of these may be asked of JSON of another kind, or of NULL: then there is
 * no member, no element, no string, and numbers are 0.
 */

/* Scalars; an integer is a real, too.  Strings may contain NUL bytes, and end with one. */
extern bool dyn_json_boolean(const DynJson *json);
extern int64 dyn_json_integer(const DynJson *json);
extern double dyn_json_real(const DynJson *json);
extern const char *dyn_json_string(const DynJson *json, size_t *length);

/* Arrays. */
extern size_t dyn_json_array_size(const DynJson *array);
extern const DynJson *dyn_json_array_at(const DynJson *array, size_t index);

/* Objects.  dyn_json_member returns NULL where there is no such member, and looks at few names. */
extern size_t dyn_json_object_size(const DynJson *object);
extern const DynJson *dyn_json_member(const DynJson *object, const char *name);

/*
 * Walk an object's members in their written order:
 *		for (it = dyn_json_first(o); it; it = dyn_json_next(o, it))
 */
typedef struct DynJsonMember DynJsonMember;
extern const DynJsonMember *dyn_json_first(const DynJson *object);
extern const DynJsonMember *dyn_json_next(const DynJson *object, const DynJsonMember *member);
extern const char *dyn_json_member_name(const DynJsonMember *member, size_t *length);
extern const DynJson *dyn_json_member_value(const DynJsonMember *member);

#endif							/* DYN_BASE_JSON_READ_H */
