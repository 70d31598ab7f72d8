/*-------------------------------------------------------------------------
 *
 * table_description_json.c
 *	  Writes the API's TableDescription.
 *
 * Which members appear when is the service's habit: a new table's answer has
 * no dates of changes, a deleted one's neither keys nor indexes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "api/table_description_json.h"

/* What a new table on demand takes at once. */
#define WARM_READ_UNITS		12000
#define WARM_WRITE_UNITS	4000

static const char *const status_names[] = {"CREATING", "UPDATING", "DELETING", "ACTIVE"};

static void write_attribute_definitions(DynJsonWriter *writer, const DynTableDescription *description);
static void write_key_schema(DynJsonWriter *writer, const DynKeySchema *key_schema);
static void write_provisioned_throughput(DynJsonWriter *writer, const DynThroughput *throughput,
										 DynBillingMode billing_mode, int decreases_today);
static void write_billing_mode(DynJsonWriter *writer, const DynTableDescription *description);
static void write_maxima(DynJsonWriter *writer, const DynThroughput *throughput);
static void write_stream(DynJsonWriter *writer, const DynTableDescription *description);
static void write_warm_throughput(DynJsonWriter *writer, const DynThroughput *throughput,
								  DynBillingMode billing_mode, DynTableStatus status);
static void write_indexes(DynJsonWriter *writer, const DynTableDescription *description, DynIndexKind kind,
						  const char *member);
static void write_index(DynJsonWriter *writer, const DynTableDescription *description, const DynIndexDescription *index);

static void
put_string(DynJsonWriter *writer, const char *name, const char *value)
{
	dyn_json_name(writer, name);
	dyn_json_put_string(writer, value);
}

static void
put_integer(DynJsonWriter *writer, const char *name, int64 value)
{
	dyn_json_name(writer, name);
	dyn_json_put_integer(writer, value);
}

/* Seconds since 1970, to the millisecond. */
static void
put_time(DynJsonWriter *writer, const char *name, TimestampTz time)
{
	int64		microseconds = time + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;

	dyn_json_name(writer, name);
	dyn_json_put_real(writer, (microseconds / 1000) / 1000.0);
}

void
dyn_write_table_description(DynJsonWriter *writer, const DynTableDescription *description)
{
	const DynTableRow *row = &description->row;
	bool		deleting = description->status == DYN_TABLE_DELETING;

	dyn_json_object_begin(writer);
	if (!deleting)
		write_attribute_definitions(writer, description);
	put_string(writer, "TableName", row->name);
	if (!deleting)
		write_key_schema(writer, &description->key_schema);
	put_string(writer, "TableStatus", status_names[description->status]);
	if (!deleting)
		put_time(writer, "CreationDateTime", row->created_at);
	write_provisioned_throughput(writer, &row->throughput, row->billing_mode, description->decreases_today);
	put_integer(writer, "TableSizeBytes", description->size_bytes);
	put_integer(writer, "ItemCount", description->item_count);
	put_string(writer, "TableArn", dyn_table_arn(row->name));
	put_string(writer, "TableId", DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&row->id))));
	write_billing_mode(writer, description);
	if (!deleting)
	{
		write_indexes(writer, description, DYN_INDEX_LOCAL, "LocalSecondaryIndexes");
		write_indexes(writer, description, DYN_INDEX_GLOBAL, "GlobalSecondaryIndexes");
	}
	if (description->has_stream)
		write_stream(writer, description);
	if (row->table_class != DYN_CLASS_UNSET)
	{
		dyn_json_name(writer, "TableClassSummary");
		dyn_json_object_begin(writer);
		put_string(writer, "TableClass", dyn_table_class_name(row->table_class));
		if (row->table_class_at != DYN_NEVER)
			put_time(writer, "LastUpdateDateTime", row->table_class_at);
		dyn_json_object_end(writer);
	}
	dyn_json_name(writer, "DeletionProtectionEnabled");
	dyn_json_put_boolean(writer, row->deletion_protection);
	write_maxima(writer, &row->throughput);
	if (!deleting)
		write_warm_throughput(writer, &row->throughput, row->billing_mode, description->status);
	dyn_json_object_end(writer);
}

/* ---- keys ---- */

static bool
has_attribute(const DynKeySchema *key_schema, const char *name)
{
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
		if (strcmp(key_schema->attributes[i].name, name) == 0)
			return true;
	return false;
}

/* Was the attribute written with the table's key, or with an index before this one? */
static bool
was_written(const DynTableDescription *description, int nindexes, const char *name)
{
	if (has_attribute(&description->key_schema, name))
		return true;
	for (int i = 0; i < nindexes; i++)
		if (has_attribute(&description->indexes[i].row.key_schema, name))
			return true;
	return false;
}

static void
write_attribute_definition(DynJsonWriter *writer, const DynKeyAttribute *attribute)
{
	dyn_json_object_begin(writer);
	put_string(writer, "AttributeName", attribute->name);
	put_string(writer, "AttributeType", dyn_tag_name(attribute->tag));
	dyn_json_object_end(writer);
}

/* The attributes of all keys, each once. */
static void
write_attribute_definitions(DynJsonWriter *writer, const DynTableDescription *description)
{
	dyn_json_name(writer, "AttributeDefinitions");
	dyn_json_array_begin(writer);
	for (int i = 0; i < dyn_key_schema_count(&description->key_schema); i++)
		write_attribute_definition(writer, &description->key_schema.attributes[i]);
	for (int n = 0; n < description->nindexes; n++)
	{
		const DynKeySchema *key_schema = &description->indexes[n].row.key_schema;

		for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
			if (!was_written(description, n, key_schema->attributes[i].name))
				write_attribute_definition(writer, &key_schema->attributes[i]);
	}
	dyn_json_array_end(writer);
}

static void
write_key_schema(DynJsonWriter *writer, const DynKeySchema *key_schema)
{
	dyn_json_name(writer, "KeySchema");
	dyn_json_array_begin(writer);
	for (int i = 0; i < dyn_key_schema_count(key_schema); i++)
	{
		dyn_json_object_begin(writer);
		put_string(writer, "AttributeName", key_schema->attributes[i].name);
		put_string(writer, "KeyType", i < key_schema->nhash ? "HASH" : "RANGE");
		dyn_json_object_end(writer);
	}
	dyn_json_array_end(writer);
}

/* ---- throughput ---- */

static void
write_provisioned_throughput(DynJsonWriter *writer, const DynThroughput *throughput,
							 DynBillingMode billing_mode, int decreases_today)
{
	bool		on_demand = billing_mode == DYN_BILLING_PAY_PER_REQUEST;

	dyn_json_name(writer, "ProvisionedThroughput");
	dyn_json_object_begin(writer);
	if (!on_demand && throughput->increased_at != DYN_NEVER)
		put_time(writer, "LastIncreaseDateTime", throughput->increased_at);
	if (!on_demand && throughput->decreased_at != DYN_NEVER)
		put_time(writer, "LastDecreaseDateTime", throughput->decreased_at);
	put_integer(writer, "NumberOfDecreasesToday", on_demand ? 0 : decreases_today);
	put_integer(writer, "ReadCapacityUnits", throughput->read_units);
	put_integer(writer, "WriteCapacityUnits", throughput->write_units);
	dyn_json_object_end(writer);
}

static void
write_billing_mode(DynJsonWriter *writer, const DynTableDescription *description)
{
	const DynTableRow *row = &description->row;

	if (row->billing_mode != DYN_BILLING_PAY_PER_REQUEST)
		return;
	dyn_json_name(writer, "BillingModeSummary");
	dyn_json_object_begin(writer);
	put_string(writer, "BillingMode", dyn_billing_mode_name(row->billing_mode));
	if (description->status != DYN_TABLE_CREATING && row->pay_per_request_at != DYN_NEVER)
		put_time(writer, "LastUpdateToPayPerRequestDateTime", row->pay_per_request_at);
	dyn_json_object_end(writer);
}

static void
write_maxima(DynJsonWriter *writer, const DynThroughput *throughput)
{
	if (throughput->max_read_units == DYN_NO_MAXIMUM && throughput->max_write_units == DYN_NO_MAXIMUM)
		return;
	dyn_json_name(writer, "OnDemandThroughput");
	dyn_json_object_begin(writer);
	if (throughput->max_read_units != DYN_NO_MAXIMUM)
		put_integer(writer, "MaxReadRequestUnits", throughput->max_read_units);
	if (throughput->max_write_units != DYN_NO_MAXIMUM)
		put_integer(writer, "MaxWriteRequestUnits", throughput->max_write_units);
	dyn_json_object_end(writer);
}

/* Provisioned units are warm; on demand it is what the service gives every table. */
static void
write_warm_throughput(DynJsonWriter *writer, const DynThroughput *throughput,
					  DynBillingMode billing_mode, DynTableStatus status)
{
	bool		on_demand = billing_mode == DYN_BILLING_PAY_PER_REQUEST;

	dyn_json_name(writer, "WarmThroughput");
	dyn_json_object_begin(writer);
	put_integer(writer, "ReadUnitsPerSecond", on_demand ? WARM_READ_UNITS : throughput->read_units);
	put_integer(writer, "WriteUnitsPerSecond", on_demand ? WARM_WRITE_UNITS : throughput->write_units);
	put_string(writer, "Status", status_names[status]);
	dyn_json_object_end(writer);
}

/* ---- the stream ---- */

/* The latest one is named even after it was disabled. */
static void
write_stream(DynJsonWriter *writer, const DynTableDescription *description)
{
	const DynStreamRow *stream = &description->stream;

	if (stream->status == DYN_STREAM_ENABLING || stream->status == DYN_STREAM_ENABLED)
	{
		dyn_json_name(writer, "StreamSpecification");
		dyn_json_object_begin(writer);
		dyn_json_name(writer, "StreamEnabled");
		dyn_json_put_boolean(writer, true);
		put_string(writer, "StreamViewType", dyn_stream_view_name(stream->view));
		dyn_json_object_end(writer);
	}
	put_string(writer, "LatestStreamLabel", stream->label);
	put_string(writer, "LatestStreamArn", dyn_stream_arn(description->row.name, stream->label));
}

/* ---- indexes ---- */

static void
write_indexes(DynJsonWriter *writer, const DynTableDescription *description, DynIndexKind kind, const char *member)
{
	bool		any = false;

	for (int i = 0; i < description->nindexes; i++)
	{
		if (description->indexes[i].row.kind != kind)
			continue;
		if (!any)
		{
			dyn_json_name(writer, member);
			dyn_json_array_begin(writer);
			any = true;
		}
		write_index(writer, description, &description->indexes[i]);
	}
	if (any)
		dyn_json_array_end(writer);
}

static void
write_index(DynJsonWriter *writer, const DynTableDescription *description, const DynIndexDescription *index)
{
	const DynIndexRow *row = &index->row;
	DynBillingMode billing_mode = description->row.billing_mode;

	dyn_json_object_begin(writer);
	put_string(writer, "IndexName", row->name);
	write_key_schema(writer, &row->key_schema);

	dyn_json_name(writer, "Projection");
	dyn_json_object_begin(writer);
	put_string(writer, "ProjectionType", dyn_projection_name(row->projection));
	if (row->projection == DYN_PROJECT_INCLUDE)
	{
		dyn_json_name(writer, "NonKeyAttributes");
		dyn_json_array_begin(writer);
		for (int i = 0; i < row->n_non_key_attributes; i++)
			dyn_json_put_string(writer, row->non_key_attributes[i]);
		dyn_json_array_end(writer);
	}
	dyn_json_object_end(writer);

	if (row->kind == DYN_INDEX_GLOBAL)
	{
		put_string(writer, "IndexStatus", status_names[index->status]);
		if (index->status == DYN_TABLE_CREATING && description->status != DYN_TABLE_CREATING)
		{
			dyn_json_name(writer, "Backfilling");
			dyn_json_put_boolean(writer, index->backfilling);
		}
		write_provisioned_throughput(writer, &row->throughput, billing_mode, index->decreases_today);
	}
	put_integer(writer, "IndexSizeBytes", index->size_bytes);
	put_integer(writer, "ItemCount", index->item_count);
	put_string(writer, "IndexArn", psprintf("%s/index/%s", dyn_table_arn(description->row.name), row->name));
	if (row->kind == DYN_INDEX_GLOBAL)
	{
		write_maxima(writer, &row->throughput);
		write_warm_throughput(writer, &row->throughput, billing_mode, index->status);
	}
	dyn_json_object_end(writer);
}
