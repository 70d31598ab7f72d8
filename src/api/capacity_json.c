/*-------------------------------------------------------------------------
 *
 * capacity_json.c
 *	  ConsumedCapacity and ItemCollectionMetrics, which many responses have.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/capacity_json.h"
#include "api/shape.h"

DynCapacityMeter dyn_capacity_meter = {0};

DynReturnConsumedCapacity
dyn_read_return_consumed_capacity(const DynJson *request)
{
	if (dyn_request_is(request, "ReturnConsumedCapacity", "TOTAL"))
		return DYN_CAPACITY_TOTAL;
	if (dyn_request_is(request, "ReturnConsumedCapacity", "INDEXES"))
		return DYN_CAPACITY_INDEXES;
	return dyn_capacity_meter.on ? DYN_CAPACITY_METERED : DYN_CAPACITY_NONE;
}

/* Add to the meter, where it is on, what was consumed of one table. */
static void
meter(const DynConsumedCapacity *capacity)
{
	if (capacity->writes)
		dyn_capacity_meter.write += capacity->total;
	else
		dyn_capacity_meter.read += capacity->total;
}

/* Write the members CapacityUnits and, of a transaction, what kind of units they are. */
static void
write_unit_members(DynJsonWriter *writer, DynTransactional transactional, double units)
{
	dyn_json_name(writer, "CapacityUnits");
	dyn_json_put_real(writer, units);
	if (transactional == DYN_NOT_TRANSACTIONAL)
		return;
	dyn_json_name(writer, transactional == DYN_TRANSACTIONAL_READ ? "ReadCapacityUnits" : "WriteCapacityUnits");
	dyn_json_put_real(writer, units);
}

static void
write_units(DynJsonWriter *writer, DynTransactional transactional, double units)
{
	dyn_json_object_begin(writer);
	write_unit_members(writer, transactional, units);
	dyn_json_object_end(writer);
}

/* Write the arms of the indexes of one kind; without any, the member is omitted. */
static void
write_indexes(DynJsonWriter *writer, const char *name, bool global, const DynConsumedCapacity *capacity)
{
	bool		any = false;

	for (int i = 0; i < capacity->nindexes; i++)
	{
		const DynIndexCapacity *index = &capacity->indexes[i];

		if (index->global != global)
			continue;
		if (!any)
		{
			dyn_json_name(writer, name);
			dyn_json_object_begin(writer);
			any = true;
		}
		dyn_json_name(writer, index->index_name);
		write_units(writer, DYN_NOT_TRANSACTIONAL, index->units);
	}
	if (any)
		dyn_json_object_end(writer);
}

/* Write what was consumed of one table, as an object. */
static void
write_capacity(DynJsonWriter *writer, DynReturnConsumedCapacity asked, const DynConsumedCapacity *capacity)
{
	dyn_json_object_begin(writer);
	dyn_json_name(writer, "TableName");
	dyn_json_put_string(writer, capacity->table_name);
	write_unit_members(writer, capacity->transactional, capacity->total);
	if (asked == DYN_CAPACITY_INDEXES)
	{
		dyn_json_name(writer, "Table");
		write_units(writer, capacity->transactional, capacity->table);
		write_indexes(writer, "LocalSecondaryIndexes", false, capacity);
		write_indexes(writer, "GlobalSecondaryIndexes", true, capacity);
	}
	dyn_json_object_end(writer);
}

void
dyn_write_consumed_capacity(DynJsonWriter *writer, DynReturnConsumedCapacity asked,
							const DynConsumedCapacity *capacity)
{
	if (asked == DYN_CAPACITY_NONE)
		return;
	if (dyn_capacity_meter.on)
		meter(capacity);
	if (asked == DYN_CAPACITY_METERED)
		return;
	dyn_json_name(writer, "ConsumedCapacity");
	write_capacity(writer, asked, capacity);
}

void
dyn_write_consumed_capacities(DynJsonWriter *writer, DynReturnConsumedCapacity asked,
							  int count, const DynConsumedCapacity *const *capacities)
{
	if (asked == DYN_CAPACITY_NONE)
		return;
	for (int i = 0; i < count && dyn_capacity_meter.on; i++)
		meter(capacities[i]);
	if (asked == DYN_CAPACITY_METERED)
		return;
	dyn_json_name(writer, "ConsumedCapacity");
	dyn_json_array_begin(writer);
	for (int i = 0; i < count; i++)
		write_capacity(writer, asked, capacities[i]);
	dyn_json_array_end(writer);
}

void
dyn_write_item_collection_metrics(DynJsonWriter *writer, const DynItemCollectionMetrics *metrics)
{
	if (!metrics->present)
		return;
	dyn_json_name(writer, "ItemCollectionMetrics");
	dyn_put_item_collection_metrics(writer, metrics);
}

void
dyn_put_item_collection_metrics(DynJsonWriter *writer, const DynItemCollectionMetrics *metrics)
{
	dyn_json_object_begin(writer);
	dyn_json_name(writer, "ItemCollectionKey");
	dyn_json_object_begin(writer);
	dyn_json_name(writer, metrics->partition_key_name);
	dyn_json_put_raw(writer);
	dyn_value_write_json(writer->out, &metrics->partition_key);
	dyn_json_object_end(writer);
	dyn_json_name(writer, "SizeEstimateRangeGB");
	dyn_json_array_begin(writer);
	dyn_json_put_real(writer, metrics->lower_gb);
	dyn_json_put_real(writer, metrics->upper_gb);
	dyn_json_array_end(writer);
	dyn_json_object_end(writer);
}
