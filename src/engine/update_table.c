/*-------------------------------------------------------------------------
 *
 * update_table.c
 *	  UpdateTable: billing mode, throughput, table class, deletion
 *	  protection, maxima on demand; global indexes are in update_indexes.c.
 *
 * All of these are stored and described, and none of them is enforced but
 * deletion protection: Postgres does not throttle.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/error.h"
#include "engine/describe_table.h"
#include "engine/index_build.h"
#include "engine/stream_specification.h"
#include "engine/table_name.h"
#include "engine/table_operations.h"
#include "engine/update_indexes.h"

#define INVALID_VALUES	"One or more parameter values were invalid: "

static void check_request(const UpdateTableRequest *request);
static void change_billing(const UpdateTableRequest *request, DynTableRow *row, TimestampTz now);
static void set_on_demand(DynTableRow *row, TimestampTz now);
static void change_maxima(const UpdateTableRequest *request, DynTableRow *row);
static void do_index_work(const DynTableRow *row, const UpdateTableRequest *request);

void
dyn_update_table(const UpdateTableRequest *request, DynTableDescription *description)
{
	char	   *name;
	DynTableRow row;
	DynTableRow before;
	List	   *indexes_before;
	TimestampTz now = GetCurrentTimestamp();
	Relation	relation;

	PreventCommandIfReadOnly("UpdateTable");
	PreventCommandIfParallelMode("UpdateTable");

	name = dyn_table_name_resolve(request->table_name, "UpdateTable");
	check_request(request);

	dyn_catalog_lock_name(name);
	if (!dyn_catalog_find_table(name, &row))
		dyn_raise_table_not_found(name);
	dyn_check_table_owner(row.relation);
	if (!dyn_table_lock(name, AccessShareLock, &row))
		dyn_raise_table_not_found(name);

	before = row;
	indexes_before = dyn_catalog_indexes(name);
	change_billing(request, &row, now);
	change_maxima(request, &row);
	dyn_index_updates_apply(request, &row, &before, now);
	if (request->table_class != DYN_CLASS_UNSET)
	{
		row.table_class = request->table_class;
		row.table_class_at = now;
	}
	if (request->has_deletion_protection)
		row.deletion_protection = request->deletion_protection_enabled;
	dyn_catalog_update_table(&row);
	dyn_stream_specification_update(&request->stream_specification, &row);

	/* The service answers before the new throughput holds, and before indexes are there or gone. */
	relation = table_open(row.relation, NoLock);
	dyn_table_description_make(relation, &row, DYN_TABLE_UPDATING, description);
	dyn_index_updates_describe(request, &before, indexes_before, description);
	if (row.billing_mode == before.billing_mode)
	{
		description->row.throughput.read_units = before.throughput.read_units;
		description->row.throughput.write_units = before.throughput.write_units;
	}
	table_close(relation, NoLock);
	do_index_work(&row, request);
}

/* Check what needs no look at the table. */
static void
check_request(const UpdateTableRequest *request)
{
	if (!request->has_billing_mode && !request->provisioned_throughput.present &&
		!request->on_demand_throughput.present && request->table_class == DYN_CLASS_UNSET &&
		!request->has_deletion_protection && request->n_index_updates == 0 && !request->stream_specification.present)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
						"GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"),
				 errhint("Say what is to be changed.")));
	if (request->has_billing_mode && request->billing_mode == DYN_BILLING_PROVISIONED &&
		!request->provisioned_throughput.present)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"),
				 errhint("Give ProvisionedThroughput, too.")));
	dyn_check_capacity_units(&request->provisioned_throughput, NULL);
	dyn_check_on_demand(&request->on_demand_throughput, true);
	dyn_index_updates_check(request);
	dyn_stream_specification_check(&request->stream_specification, false);
}

static void
change_billing(const UpdateTableRequest *request, DynTableRow *row, TimestampTz now)
{
	const DynProvisionedThroughput *provisioned = &request->provisioned_throughput;
	DynBillingMode billing_mode = request->has_billing_mode ? request->billing_mode : row->billing_mode;

	if (provisioned->present && billing_mode == DYN_BILLING_PAY_PER_REQUEST)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
						"when BillingMode is PAY_PER_REQUEST"),
				 errhint("Leave ProvisionedThroughput out, or give BillingMode PROVISIONED.")));

	if (provisioned->present)
	{
		if (provisioned->read_capacity_units == row->throughput.read_units &&
			provisioned->write_capacity_units == row->throughput.write_units)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("The provisioned throughput for the table will not change. The requested value equals the current value. "
							"Current ReadCapacityUnits provisioned for the table: " INT64_FORMAT ". "
							"Requested ReadCapacityUnits: " INT64_FORMAT ". "
							"Current WriteCapacityUnits provisioned for the table: " INT64_FORMAT ". "
							"Requested WriteCapacityUnits: " INT64_FORMAT ". "
							"Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
							row->throughput.read_units, provisioned->read_capacity_units,
							row->throughput.write_units, provisioned->write_capacity_units),
					 errhint("Leave ProvisionedThroughput out.")));
		dyn_throughput_set(&row->throughput, provisioned->read_capacity_units, provisioned->write_capacity_units, now);
		if (row->billing_mode != DYN_BILLING_PROVISIONED)
		{
			row->throughput.max_read_units = DYN_NO_MAXIMUM;
			row->throughput.max_write_units = DYN_NO_MAXIMUM;
		}
	}
	else if (billing_mode == DYN_BILLING_PAY_PER_REQUEST && row->billing_mode != DYN_BILLING_PAY_PER_REQUEST)
		set_on_demand(row, now);
	row->billing_mode = billing_mode;
}

void
dyn_throughput_set(DynThroughput *throughput, int64 read_units, int64 write_units, TimestampTz now)
{
	if (read_units > throughput->read_units || write_units > throughput->write_units)
		throughput->increased_at = now;
	if (read_units < throughput->read_units || write_units < throughput->write_units)
	{
		throughput->decreases = dyn_decreases_today(throughput, now) + 1;
		throughput->decreased_at = now;
	}
	throughput->read_units = read_units;
	throughput->write_units = write_units;
}

/* Take the provisioned units away, which is no decrease. */
static void
set_on_demand(DynTableRow *row, TimestampTz now)
{
	ListCell   *cell;

	row->pay_per_request_at = now;
	row->throughput.read_units = 0;
	row->throughput.write_units = 0;
	foreach(cell, dyn_catalog_indexes(row->name))
	{
		DynIndexRow *index = lfirst(cell);

		index->throughput.read_units = 0;
		index->throughput.write_units = 0;
		dyn_catalog_update_index(row->name, index);
	}
}

/* Set, or with -1 remove, the maxima that the request names. */
static void
change_maxima(const UpdateTableRequest *request, DynTableRow *row)
{
	const DynOnDemandThroughput *maxima = &request->on_demand_throughput;

	if (!maxima->present)
		return;
	if (row->billing_mode != DYN_BILLING_PAY_PER_REQUEST)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "OnDemandThroughput can only be specified when BillingMode is PAY_PER_REQUEST"),
				 errhint("Give BillingMode PAY_PER_REQUEST, too, or leave OnDemandThroughput out.")));
	StaticAssertStmt(DYN_NO_MAXIMUM == -1, "what removes a maximum is how none is stored");
	if (maxima->has_max_read)
		row->throughput.max_read_units = maxima->max_read_request_units;
	if (maxima->has_max_write)
		row->throughput.max_write_units = maxima->max_write_request_units;
}

/* Have indexes created and deleted: by workers after this transaction, or here and now. */
static void
do_index_work(const DynTableRow *row, const UpdateTableRequest *request)
{
	if (!dyn_index_updates_need_work(request))
		return;
	if (dyn_index_work_can_wait(row->relation))
	{
		dyn_index_work_later();
		return;
	}
	if (dyn_index_work_now(row) > 0)
		ereport(NOTICE,
				(errmsg("the indexes of table %s were changed in this call", row->name),
				 dyn_workers_run_here() ?
				 errdetail("Postgres cannot do it concurrently on a partitioned table; who writes it waits until the transaction ends.") :
				 errdetail("No background workers run in this database; who writes the table waits until the transaction ends."),
				 errhint("See dynamo.start_workers().")));
}
