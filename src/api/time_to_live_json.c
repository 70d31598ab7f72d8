/*-------------------------------------------------------------------------
 *
 * time_to_live_json.c
 *	  UpdateTimeToLive and DescribeTimeToLive as JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/dispatch.h"
#include "api/request_text.h"
#include "ttl/ttl.h"

void
dyn_api_update_time_to_live(const DynJson *request, DynJsonWriter *response)
{
	const DynJson *specification = dyn_request_member(request, "TimeToLiveSpecification");
	UpdateTimeToLiveRequest update;

	update.table_name = dyn_request_text(request, "TableName");
	update.enabled = dyn_request_boolean(specification, "Enabled", false);
	update.attribute_name = dyn_request_text(specification, "AttributeName");
	dyn_update_time_to_live(&update);

	dyn_json_name(response, "TimeToLiveSpecification");
	dyn_json_object_begin(response);
	dyn_json_name(response, "Enabled");
	dyn_json_put_boolean(response, update.enabled);
	dyn_json_name(response, "AttributeName");
	dyn_json_put_string(response, update.attribute_name);
	dyn_json_object_end(response);
}

void
dyn_api_describe_time_to_live(const DynJson *request, DynJsonWriter *response)
{
	DynTimeToLiveRow row;

	dyn_describe_time_to_live(dyn_request_text(request, "TableName"), &row);
	dyn_json_name(response, "TimeToLiveDescription");
	dyn_json_object_begin(response);
	dyn_json_name(response, "TimeToLiveStatus");
	dyn_json_put_string(response, dyn_time_to_live_status_name(row.status));
	if (row.status != DYN_TTL_DISABLED)
	{
		dyn_json_name(response, "AttributeName");
		dyn_json_put_string(response, row.attribute);
	}
	dyn_json_object_end(response);
}
