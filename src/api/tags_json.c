/*-------------------------------------------------------------------------
 *
 * tags_json.c
 *	  TagResource, UntagResource and ListTagsOfResource as JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/dispatch.h"
#include "api/request_text.h"
#include "base/error.h"
#include "engine/table_operations.h"

void
dyn_api_tag_resource(const DynJson *request, DynJsonWriter *response)
{
	int			ntags;
	DynTagRow  *tags = dyn_request_tags(request, &ntags);

	dyn_tag_resource(dyn_request_text(request, "ResourceArn"), ntags, tags);
}

void
dyn_api_untag_resource(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *list = dyn_request_member(request, "TagKeys");
	int			nkeys = (int) dyn_json_array_size(list);
	const char **keys = palloc(sizeof(char *) * Max(nkeys, 1));

	for (int i = 0; i < nkeys; i++)
		keys[i] = dyn_json_text(dyn_json_array_at(list, i));
	dyn_untag_resource(dyn_request_text(request, "ResourceArn"), nkeys, keys);
}

/* All tags fit one page, so no token is ever given out. */
void
dyn_api_list_tags_of_resource(const DynJson *request, DynJsonWriter *response)
{
	ListCell   *cell;
	List	   *tags;

	if (dyn_request_member(request, "NextToken") != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid NextToken"),
				 errhint("ListTagsOfResource returns all tags at once; leave NextToken out.")));

	tags = dyn_list_tags_of_resource(dyn_request_text(request, "ResourceArn"));
	dyn_json_name(response, "Tags");
	dyn_json_array_begin(response);
	foreach(cell, tags)
	{
		const DynTagRow *tag = lfirst(cell);

		dyn_json_object_begin(response);
		dyn_json_name(response, "Key");
		dyn_json_put_string(response, tag->key);
		dyn_json_name(response, "Value");
		dyn_json_put_string(response, tag->value);
		dyn_json_object_end(response);
	}
	dyn_json_array_end(response);
}
