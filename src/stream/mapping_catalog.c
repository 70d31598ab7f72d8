/*-------------------------------------------------------------------------
 *
 * mapping_catalog.c
 *	  The rows of event source mappings and of their lanes.
 *
 * They are read and written by statements that run as the bootstrap superuser,
 * since neither those who make mappings nor those as whom their functions run
 * may write them.  Everything in these statements is qualified: the user
 * decides on search_path.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "stream/mapping.h"
#include "stream/stream_operations.h"

static void connect_as_owner(Oid *user, int *context);
static void disconnect(Oid user, int context);
static char *text_column(int row, int column);
static Datum column_datum(int row, int column, bool *isnull);
static void update_lane(const DynMapping *mapping, int lane, const DynLane *to, const char *statement, int records);

uint64
dyn_own_execute(const char *statement, int nargs, Oid *types, Datum *values, const char *nulls)
{
	Oid			user;
	int			context;
	uint64		nrows;

	connect_as_owner(&user, &context);
	if (SPI_execute_with_args(statement, nargs, types, values, nulls, false, 0) < 0)
		elog(ERROR, "could not execute \"%s\"", statement);
	nrows = SPI_processed;
	disconnect(user, context);
	return nrows;
}

static void
connect_as_owner(Oid *user, int *context)
{
	GetUserIdAndSecContext(user, context);
	SetUserIdAndSecContext(BOOTSTRAP_SUPERUSERID, *context | SECURITY_LOCAL_USERID_CHANGE);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
}

static void
disconnect(Oid user, int context)
{
	SPI_finish();
	SetUserIdAndSecContext(user, context);
}

static Datum
column_datum(int row, int column, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, isnull);
}

/* A text of the result, or NULL; of the SPI procedure's memory. */
static char *
text_column(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

static char *
keep(MemoryContext context, const char *string)
{
	return string == NULL ? NULL : MemoryContextStrdup(context, string);
}

void
dyn_mapping_lock(int32 number, LOCKMODE lockmode)
{
	Oid			relid = get_relname_relid("event_source_mappings", get_namespace_oid("dynamo", false));

	LockDatabaseObject(relid, (Oid) number, 0, lockmode);
}

bool
dyn_mapping_find(int32 number, DynMapping *mapping)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(number)};
	Oid			user;
	int			context;
	bool		isnull;
	bool		found;

	connect_as_owner(&user, &context);
	if (SPI_execute_with_args("SELECT id, role, table_name, label, function, batch_size, batching_window, filter, max_retries, "
							  "bisect_on_error, parallelization, on_failure FROM dynamo.event_source_mappings "
							  "WHERE number OPERATOR(pg_catalog.=) $1 AND enabled", 1, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read dynamo.event_source_mappings");
	found = SPI_processed > 0;
	if (found)
	{
		Datum		filter;

		mapping->id = *DatumGetUUIDP(column_datum(0, 1, &isnull));
		mapping->number = number;
		mapping->role = DatumGetObjectId(column_datum(0, 2, &isnull));
		mapping->table_name = keep(caller, text_column(0, 3));
		mapping->label = keep(caller, text_column(0, 4));
		mapping->function = keep(caller, text_column(0, 5));
		mapping->batch_size = DatumGetInt32(column_datum(0, 6, &isnull));
		mapping->window_ms = dyn_interval_milliseconds(DatumGetIntervalP(column_datum(0, 7, &isnull)));
		filter = column_datum(0, 8, &isnull);
		mapping->filter = NULL;
		if (!isnull)
		{
			MemoryContext procedure = MemoryContextSwitchTo(caller);

			mapping->filter = DatumGetJsonbPCopy(filter);
			MemoryContextSwitchTo(procedure);
		}
		mapping->max_retries = DatumGetInt32(column_datum(0, 9, &isnull));
		mapping->bisect = DatumGetBool(column_datum(0, 10, &isnull));
		mapping->parallelization = DatumGetInt32(column_datum(0, 11, &isnull));
		mapping->on_failure = DatumGetObjectId(column_datum(0, 12, &isnull));
		if (isnull)
			mapping->on_failure = InvalidOid;
	}
	disconnect(user, context);
	return found;
}

List *
dyn_mapping_lanes(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List	   *lanes = NIL;
	Oid			user;
	int			context;
	bool		isnull;

	connect_as_owner(&user, &context);
	if (SPI_execute("SELECT number, parallelization FROM dynamo.event_source_mappings WHERE enabled", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read dynamo.event_source_mappings");
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		int32		number = DatumGetInt32(column_datum(row, 1, &isnull));
		int32		parallelization = DatumGetInt32(column_datum(row, 2, &isnull));
		MemoryContext procedure = MemoryContextSwitchTo(caller);

		for (int lane = 0; lane < parallelization; lane++)
			lanes = lappend_oid(lanes, dyn_mapping_task_argument(number, lane));
		MemoryContextSwitchTo(procedure);
	}
	disconnect(user, context);
	return lanes;
}

/* A restored mapping has no lanes yet. */
void
dyn_lane_read(const DynMapping *mapping, int lane, DynLane *result)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid			types[2] = {UUIDOID, INT4OID};
	Datum		values[2] = {UUIDPGetDatum(&mapping->id), Int32GetDatum(lane)};
	Oid			user;
	int			context;

	memset(result, 0, sizeof(DynLane));
	connect_as_owner(&user, &context);
	if (SPI_execute_with_args("SELECT label, position FROM dynamo.event_source_lanes "
							  "WHERE mapping OPERATOR(pg_catalog.=) $1 AND lane OPERATOR(pg_catalog.=) $2",
							  2, types, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read dynamo.event_source_lanes");
	if (SPI_processed > 0)
	{
		const char *position = text_column(0, 2);

		result->label = keep(caller, text_column(0, 1));
		result->has_position = position != NULL && dyn_sequence_read(position, strlen(position), &result->position);
	}
	else if (SPI_execute_with_args("INSERT INTO dynamo.event_source_lanes (mapping, lane) VALUES ($1, $2)",
								   2, types, values, NULL, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "could not write dynamo.event_source_lanes");
	disconnect(user, context);
}

void
dyn_lane_advance(const DynMapping *mapping, int lane, const DynLane *to, int records)
{
	update_lane(mapping, lane, to, records > 0 ?
				"UPDATE dynamo.event_source_lanes SET label = $3, position = $4, records = records OPERATOR(pg_catalog.+) $5, "
				"batches = batches OPERATOR(pg_catalog.+) 1, failures = 0, last_batch_at = pg_catalog.clock_timestamp() "
				"WHERE mapping OPERATOR(pg_catalog.=) $1 AND lane OPERATOR(pg_catalog.=) $2" :
				"UPDATE dynamo.event_source_lanes SET label = $3, position = $4, records = records OPERATOR(pg_catalog.+) $5 "
				"WHERE mapping OPERATOR(pg_catalog.=) $1 AND lane OPERATOR(pg_catalog.=) $2", records);
}

void
dyn_lane_bury(const DynMapping *mapping, int lane, const DynLane *to, int records)
{
	update_lane(mapping, lane, to,
				"UPDATE dynamo.event_source_lanes SET label = $3, position = $4, "
				"dead_records = dead_records OPERATOR(pg_catalog.+) $5, failures = 0 "
				"WHERE mapping OPERATOR(pg_catalog.=) $1 AND lane OPERATOR(pg_catalog.=) $2", records);
}

static void
update_lane(const DynMapping *mapping, int lane, const DynLane *to, const char *statement, int records)
{
	Oid			types[5] = {UUIDOID, INT4OID, TEXTOID, TEXTOID, INT4OID};
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	char		number[DYN_SEQUENCE_DIGITS + 1];
	Datum		values[5] = {UUIDPGetDatum(&mapping->id), Int32GetDatum(lane), CStringGetTextDatum(to->label)};

	if (to->has_position)
	{
		dyn_sequence_write(&to->position, number);
		values[3] = CStringGetTextDatum(number);
	}
	else
		nulls[3] = 'n';
	values[4] = Int32GetDatum(records);
	if (dyn_own_execute(statement, 5, types, values, nulls) != 1)
		elog(ERROR, "a lane of an event source mapping is gone");
}

void
dyn_lane_failed(const DynMapping *mapping, int lane, const char *message)
{
	Oid			types[3] = {UUIDOID, INT4OID, TEXTOID};
	Datum		values[3] = {UUIDPGetDatum(&mapping->id), Int32GetDatum(lane), CStringGetTextDatum(message)};

	(void) dyn_own_execute("UPDATE dynamo.event_source_lanes SET failures = failures OPERATOR(pg_catalog.+) 1, last_error = $3, "
						   "last_error_at = pg_catalog.clock_timestamp() "
						   "WHERE mapping OPERATOR(pg_catalog.=) $1 AND lane OPERATOR(pg_catalog.=) $2", 3, types, values, NULL);
}
