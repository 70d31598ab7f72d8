/*-------------------------------------------------------------------------
 *
 * update_time_to_live.c
 *	  UpdateTimeToLive and DescribeTimeToLive.
 *
 * Enabling asks for the expiry index, disabling for its end; the workers see
 * to that where they run, and otherwise this transaction does.  The service
 * takes up to an hour for either, and refuses another change meanwhile; here
 * it is refused as long as there is work to do, but for disabling what could
 * not be enabled.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/rel.h"

#include "base/error.h"
#include "engine/expiry_index.h"
#include "engine/index_build.h"
#include "engine/table_name.h"
#include "engine/update_indexes.h"
#include "ttl/ttl.h"

static void check_change(const UpdateTimeToLiveRequest *request, const DynTimeToLiveRow *row);
static void have_work_done(const DynTableRow *table);

void
dyn_update_time_to_live(const UpdateTimeToLiveRequest *request)
{
	char	   *name;
	DynTableRow table;
	DynTimeToLiveRow row;

	PreventCommandIfReadOnly("UpdateTimeToLive");
	PreventCommandIfParallelMode("UpdateTimeToLive");

	name = dyn_table_name_resolve(request->table_name, "UpdateTimeToLive");
	dyn_catalog_lock_name(name);
	if (!dyn_catalog_find_table(name, &table))
		dyn_raise_table_not_found(name);
	dyn_check_table_owner(table.relation);
	if (!dyn_table_lock(name, AccessShareLock, &table))
		dyn_raise_table_not_found(name);

	(void) dyn_time_to_live_find(name, &row);
	check_change(request, &row);
	if (request->enabled)
	{
		dyn_index_check_may_create(table.relation);
		row.table_name = name;
		row.attribute = unconstify(char *, request->attribute_name);
		row.status = DYN_TTL_ENABLING;
		dyn_time_to_live_insert(&row);
	}
	else
	{
		if (row.status == DYN_TTL_ENABLING)
			dyn_index_work_cancel(table.relation);
		row.status = DYN_TTL_DISABLING;
		row.attempts = 0;
		row.last_error = NULL;
		dyn_time_to_live_update(&row);
	}
	have_work_done(&table);
}

/* Raise where the service refuses the change. */
static void
check_change(const UpdateTimeToLiveRequest *request, const DynTimeToLiveRow *row)
{
	bool		hopeless = row->status == DYN_TTL_ENABLING && row->last_error != NULL;

	if ((row->status == DYN_TTL_ENABLING || row->status == DYN_TTL_DISABLING) && (request->enabled || !hopeless))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Time to live has been modified multiple times within a fixed interval"),
				 errdetail("It is still %s.", dyn_time_to_live_status_name(row->status)),
				 row->last_error != NULL ?
				 errhint("The work on its index failed: %s", row->last_error) :
				 errhint("Wait until DescribeTimeToLive says that it is done.")));
	if (row->status != DYN_TTL_DISABLED && strcmp(row->attribute, request->attribute_name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("TimeToLive is active on a different AttributeName: current AttributeName is %s", row->attribute),
				 errhint("Disable it for that attribute first.")));
	if (request->enabled && row->status == DYN_TTL_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("TimeToLive is already enabled"),
				 errhint("DescribeTimeToLive says by which attribute items expire.")));
	if (!request->enabled && row->status == DYN_TTL_DISABLED)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("TimeToLive is already disabled"),
				 errhint("DescribeTimeToLive says whether items expire.")));
}

/* Have the index built or dropped: by workers after this transaction, or here and now. */
static void
have_work_done(const DynTableRow *table)
{
	if (dyn_index_work_can_wait(table->relation))
		dyn_index_work_later();
	else
		(void) dyn_expiry_index_now(table);
}

void
dyn_describe_time_to_live(const char *table_name, DynTimeToLiveRow *row)
{
	char	   *name = dyn_table_name_resolve(table_name, "DescribeTimeToLive");
	DynTableRow table;

	if (!dyn_catalog_find_table(name, &table))
		dyn_raise_table_not_found(name);
	(void) dyn_time_to_live_find(name, row);
}
