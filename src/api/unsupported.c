/*-------------------------------------------------------------------------
 *
 * unsupported.c
 *	  Refuses requests that ask for a feature that is not built.
 *
 * A client must never believe that a condition was checked or a stream was
 * enabled when it was not, so nothing that the API model knows is ignored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/unsupported.h"
#include "base/error.h"

static const struct
{
	const char *operation;
	const char *path;
}			members[] = {
#define DYN_UNSUPPORTED(operation, path) {#operation, path},
#include "api/unsupported.def"
#undef DYN_UNSUPPORTED
};

/* Is there something at the path?  What is false asks for nothing. */
static bool
has_member(const DynJson *json, const char *path)
{
	const char *dot = strchr(path, '.');
	const DynJson *member;

	if (dyn_json_kind(json) == DYN_JSON_ARRAY)
	{
		for (size_t i = 0; i < dyn_json_array_size(json); i++)
			if (has_member(dyn_json_array_at(json, i), path))
				return true;
		return false;
	}
	if (dyn_json_kind(json) != DYN_JSON_OBJECT)
		return false;

	member = dyn_json_member(json, dot == NULL ? path : pnstrdup(path, dot - path));
	if (member == NULL || dyn_json_kind(member) == DYN_JSON_NULL)
		return false;
	if (dyn_json_kind(member) == DYN_JSON_BOOLEAN && !dyn_json_boolean(member))
		return false;
	return dot == NULL || has_member(member, dot + 1);
}

void
dyn_check_unsupported(const char *operation, const DynJson *request)
{
	for (int i = 0; i < lengthof(members); i++)
	{
		if (strcmp(members[i].operation, operation) == 0 && has_member(request, members[i].path))
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("%s is not supported in %s", members[i].path, operation),
					 errdetail("The request was refused because its meaning would change without that member."),
					 errhint("Leave it out, or do it in SQL: an item table is an ordinary relation.")));
	}
}
