/*-------------------------------------------------------------------------
 *
 * request_members.c
 *	  Reading the members of a checked request.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "api/shape.h"

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
