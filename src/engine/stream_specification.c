/*-------------------------------------------------------------------------
 *
 * stream_specification.c
 *	  StreamSpecification of CreateTable and UpdateTable.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xlog.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/varlena.h"
#include "utils/timestamp.h"

#include "base/error.h"
#include "engine/stream_specification.h"
#include "worker/worker.h"

#define INVALID_VALUES	"One or more parameter values were invalid: "

static void check_server(void);
static void insert_stream(const DynStreamSpecification *specification, const DynTableRow *row,
						  const DynKeySchema *key_schema, bool with_table);

void
dyn_stream_specification_check(const DynStreamSpecification *specification, bool creating)
{
	if (!specification->present)
		return;
	if (specification->enabled && !specification->has_view)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg(INVALID_VALUES "Stream StreamEnabled was true, however, StreamViewType was not specified"),
				 errhint("Give StreamViewType KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES.")));
	if (!specification->enabled && specification->has_view)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 creating ?
				 errmsg(INVALID_VALUES "Table is being created with a stream disabled, UpdateViewType should not be specified") :
				 errmsg(INVALID_VALUES "Stream is being disabled, UpdateViewType should not be specified"),
				 errhint("Leave StreamViewType out.")));
}

void
dyn_stream_specification_create(const DynStreamSpecification *specification, const DynTableRow *row,
								const DynKeySchema *key_schema)
{
	if (!specification->present || !specification->enabled)
		return;
	check_server();
	insert_stream(specification, row, key_schema, true);
}

void
dyn_stream_specification_update(const DynStreamSpecification *specification, const DynTableRow *row)
{
	DynStreamRow stream;
	Relation	relation;
	DynKeySchema key_schema;
	const char *fault;

	if (!specification->present)
		return;
	if (dyn_streams_find_live(row->relation, &stream))
	{
		if (stream.status == DYN_STREAM_DISABLING)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_RESOURCE_IN_USE),
					 errmsg("Attempt to change a resource which is still in use: Stream is being disabled: %s", row->name),
					 errdetail("What was committed before is still being captured."),
					 errhint("Wait until DescribeStream says DISABLED.")));
		if (specification->enabled)
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Table already has an enabled stream: %s", row->name),
					 errdetail("Its view type is %s.", dyn_stream_view_name(stream.view)),
					 errhint("Disable it first; with another view type it will be another stream.")));

		/* One that was not enabled yet has captured nothing. */
		if (stream.status == DYN_STREAM_ENABLING)
		{
			stream.status = DYN_STREAM_DISABLED;
			stream.ended_at = GetCurrentTimestamp();
		}
		else
			stream.status = DYN_STREAM_DISABLING;
		dyn_streams_update(&stream);
		dyn_workers_wake_at_commit();
		return;
	}
	if (!specification->enabled)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Table already has a disabled stream: %s", row->name),
				 errhint("Leave StreamSpecification out.")));

	check_server();
	relation = table_open(row->relation, NoLock);
	fault = dyn_stream_fault(relation);
	key_schema = dyn_table_describe(relation)->key_schema;
	table_close(relation, NoLock);
	if (fault != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("table \"%s\" cannot have a stream", row->name),
				 errdetail("Reason: %s.", fault),
				 errhint("Streams are for ordinary, logged tables; partitions may have streams of their own.")));
	insert_stream(specification, row, &key_schema, false);
}

static void
insert_stream(const DynStreamSpecification *specification, const DynTableRow *row,
			  const DynKeySchema *key_schema, bool with_table)
{
	DynStreamRow stream;

	dyn_streams_init(&stream, row->name, row->relation, key_schema, specification->view);
	stream.with_table = with_table;
	dyn_streams_insert(&stream);
	dyn_workers_wake_at_commit();
	if (!dyn_workers_run_here())
		ereport(WARNING,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no background workers run in this database"),
				 errdetail("The stream is ENABLING until they do."),
				 errhint("Run: SELECT dynamo.start_workers();")));
}

/* Does the administrator trust this library as an output plugin?  Servers that do not ask trust all. */
static bool
is_trusted_plugin(const char *trusted)
{
	List	   *names;
	ListCell   *cell;

	if (trusted == NULL)
		return true;
	if (!SplitGUCList(pstrdup(trusted), ',', &names))
		return false;
	foreach(cell, names)
		if (strcmp(lfirst(cell), "dynamo") == 0)
			return true;
	return false;
}

/* Raise where this server cannot capture changes. */
static void
check_server(void)
{
	const char *trusted = GetConfigOption("output_plugin_libraries", true, false);

	if (wal_level < WAL_LEVEL_LOGICAL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("streams need wal_level = logical"),
				 errdetail("They are captured from the write-ahead log by logical decoding."),
				 errhint("Run ALTER SYSTEM SET wal_level = logical; and restart the server.")));
	if (!dyn_workers_preloaded())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("streams need the library to be preloaded"),
				 errdetail("A background worker captures changes."),
				 errhint("Run ALTER SYSTEM SET shared_preload_libraries = dynamo; (with those that are there already) and restart the server.")));
	if (max_slot_wal_keep_size_mb < 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("streams need a limit for the write-ahead log that replication slots keep"),
				 errdetail("Without it a worker that is stopped lets the log fill the disk."),
				 errhint("Run ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'; SELECT pg_reload_conf();")));
	if (!is_trusted_plugin(trusted))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("streams need the library to be trusted as an output plugin"),
				 errdetail("output_plugin_libraries does not name it.  It decodes for its own worker only, and refuses everybody else."),
				 errhint("Run ALTER SYSTEM SET output_plugin_libraries = %s%s\"dynamo\"; SELECT pg_reload_conf();",
						 trusted, trusted[0] == '\0' ? "" : ", ")));
}

void
dyn_stream_specification_describe(DynTableDescription *description)
{
	description->has_stream = dyn_streams_find_latest(description->row.relation, &description->stream);
	if (!description->has_stream || description->status != DYN_TABLE_ACTIVE)
		return;
	if (description->stream.status == DYN_STREAM_ENABLING)
		description->status = description->stream.with_table ? DYN_TABLE_CREATING : DYN_TABLE_UPDATING;
	else if (description->stream.status == DYN_STREAM_DISABLING)
		description->status = DYN_TABLE_UPDATING;
}
