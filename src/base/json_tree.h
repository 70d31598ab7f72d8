/*-------------------------------------------------------------------------
 *
 * json_tree.h
 *	  What a parsed JSON text is, for the two files that make one.  All
 *	  others see json_read.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_JSON_TREE_H
#define DYN_BASE_JSON_TREE_H

#include "base/json_read.h"

/* Strings and names end with a zero byte, which does not count. */
struct DynJson
{
	DynJsonKind kind;
	union
	{
		bool		boolean;
		int64		integer;
		double		real;
		struct
		{
			const char *data;
			size_t		length;
		}			string;
		struct
		{
			size_t		count;
			struct DynJson *elements;
		}			array;
		struct
		{
			size_t		count;
			DynJsonMember *members; /* in their written order */
			DynJsonMember **sorted; /* by name; NULL where there are few */
		}			object;
	}			value;
};

struct DynJsonMember
{
	const char *name;
	size_t		name_length;
	DynJson		json;
};

/* Objects with more members than this are searched by halves. */
#define DYN_JSON_FEW_MEMBERS	16

/* ---- json_tree.c ---- */

/*
 * Make an object of members, which are palloc'd and become its own.  Returns
 * false where two of them have the same name.
 */
extern bool dyn_json_make_object(DynJsonMember *members, size_t count, DynJson *object);

/* ---- json_read.c ---- */

/* Parse any text, or raise the error. */
extern const DynJson *dyn_json_parse_any(const char *text, size_t length);

#endif							/* DYN_BASE_JSON_TREE_H */
