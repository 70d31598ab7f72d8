/*-------------------------------------------------------------------------
 *
 * account_json.c
 *	  Operations whose answer is the same for every table or every caller:
 *	  the account's limits, its endpoint, and features that no table has.
 *
 * Infrastructure tools read a table with all of them, so an honest "no" is
 * worth more than an error.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/dispatch.h"
#include "api/request_text.h"
#include "engine/table_operations.h"

/* The service's default quotas; nothing is enforced here. */
#define MAX_CAPACITY_OF_ACCOUNT	80000
#define MAX_CAPACITY_OF_TABLE	40000

/* Never the address of somebody else's service: an SDK would send its items there. */
#define ENDPOINT_ADDRESS		"localhost"

/* How long an SDK may keep it. */
#define ENDPOINT_CACHE_MINUTES	1440

static void
put_integer(DynJsonWriter *writer, const char *name, int64 value)
{
	dyn_json_name(writer, name);
	dyn_json_put_integer(writer, value);
}

static void
put_string(DynJsonWriter *writer, const char *name, const char *value)
{
	dyn_json_name(writer, name);
	dyn_json_put_string(writer, value);
}

void
dyn_api_describe_limits(const DynJson *request, DynJsonWriter *response)
{
	put_integer(response, "AccountMaxReadCapacityUnits", MAX_CAPACITY_OF_ACCOUNT);
	put_integer(response, "AccountMaxWriteCapacityUnits", MAX_CAPACITY_OF_ACCOUNT);
	put_integer(response, "TableMaxReadCapacityUnits", MAX_CAPACITY_OF_TABLE);
	put_integer(response, "TableMaxWriteCapacityUnits", MAX_CAPACITY_OF_TABLE);
}

void
dyn_api_describe_endpoints(const DynJson *request, DynJsonWriter *response)
{
	dyn_json_name(response, "Endpoints");
	dyn_json_array_begin(response);
	dyn_json_object_begin(response);
	put_string(response, "Address", ENDPOINT_ADDRESS);
	put_integer(response, "CachePeriodInMinutes", ENDPOINT_CACHE_MINUTES);
	dyn_json_object_end(response);
	dyn_json_array_end(response);
}

void
dyn_api_describe_continuous_backups(const DynJson *request, DynJsonWriter *response)
{
	dyn_require_backed_up_table(dyn_request_text(request, "TableName"), "DescribeContinuousBackups");
	dyn_json_name(response, "ContinuousBackupsDescription");
	dyn_json_object_begin(response);
	put_string(response, "ContinuousBackupsStatus", "DISABLED");
	dyn_json_name(response, "PointInTimeRecoveryDescription");
	dyn_json_object_begin(response);
	put_string(response, "PointInTimeRecoveryStatus", "DISABLED");
	dyn_json_object_end(response);
	dyn_json_object_end(response);
}
