/*-------------------------------------------------------------------------
 *
 * mapping_functions.c
 *	  SQL functions that make, pause, resume and delete event source
 *	  mappings, and tell how late they are.
 *
 * A mapping runs as the role that made it, so whoever has that role may
 * pause, resume and delete it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/compat.h"
#include "base/error.h"
#include "stream/event_filter.h"
#include "stream/mapping.h"
#include "stream/stream_operations.h"

PG_FUNCTION_INFO_V1(dynamo_create_event_source_mapping);
PG_FUNCTION_INFO_V1(dynamo_pause_event_source_mapping);
PG_FUNCTION_INFO_V1(dynamo_resume_event_source_mapping);
PG_FUNCTION_INFO_V1(dynamo_delete_event_source_mapping);
PG_FUNCTION_INFO_V1(dynamo_event_source_lag);

/* Longest window of a batch, in milliseconds: that of Lambda. */
#define MAX_WINDOW_MS	(300 * 1000)

/* Arguments of create_event_source_mapping, in the order of mappings.sql. */
enum
{
	ARG_STREAM,
	ARG_FUNCTION,
	ARG_BATCH_SIZE,
	ARG_WINDOW,
	ARG_STARTING_POSITION,
	ARG_FILTER,
	ARG_MAX_RETRIES,
	ARG_BISECT,
	ARG_PARALLELIZATION,
	ARG_ON_FAILURE
};

static void check_nulls(FunctionCallInfo fcinfo);
static void check_range(const char *name, int32 value, int32 least, int32 most);
static bool read_starting_position(FunctionCallInfo fcinfo);
static void check_function(Oid function);
static void check_dead_letter_table(Oid relid);
static void insert_mapping(FunctionCallInfo fcinfo, const pg_uuid_t *id, const DynStreamRow *stream, bool one_stream);
static void insert_lanes(const pg_uuid_t *id, int count, const DynStreamRow *stream, bool latest);
static int32 lock_own_mapping(const pg_uuid_t *id, bool cancel);

/* dynamo.create_event_source_mapping(...) → its id */
Datum
dynamo_create_event_source_mapping(PG_FUNCTION_ARGS)
{
	DynStreamRow stream;
	pg_uuid_t  *id;
	char	   *name;
	bool		latest;

	PreventCommandIfReadOnly("dynamo.create_event_source_mapping()");
	check_nulls(fcinfo);
	check_range("batch_size", PG_GETARG_INT32(ARG_BATCH_SIZE), 1, DYN_MAX_BATCH_SIZE);
	check_range("max_retries", PG_GETARG_INT32(ARG_MAX_RETRIES), -1, DYN_MAX_RETRIES);
	check_range("parallelization", PG_GETARG_INT32(ARG_PARALLELIZATION), 1, DYN_MAX_PARALLELIZATION);
	if (dyn_interval_milliseconds(PG_GETARG_INTERVAL_P(ARG_WINDOW)) > MAX_WINDOW_MS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("batching_window must not be longer than 5 minutes"),
				 errhint("A batch is passed on as soon as it is full, or its window is over.")));
	latest = read_starting_position(fcinfo);
	if (!PG_ARGISNULL(ARG_FILTER))
		dyn_event_filter_check(PG_GETARG_JSONB_P(ARG_FILTER));

	name = text_to_cstring(PG_GETARG_TEXT_PP(ARG_STREAM));
	dyn_stream_find_by_name(name, &stream);
	dyn_stream_check_access(&stream);
	check_function(PG_GETARG_OID(ARG_FUNCTION));
	if (!PG_ARGISNULL(ARG_ON_FAILURE))
		check_dead_letter_table(PG_GETARG_OID(ARG_ON_FAILURE));

	id = DatumGetUUIDP(DirectFunctionCall1(gen_random_uuid, (Datum) 0));
	insert_mapping(fcinfo, id, &stream, strstr(name, "/stream/") != NULL);
	insert_lanes(id, PG_GETARG_INT32(ARG_PARALLELIZATION), &stream, latest);
	dyn_workers_wake_at_commit();
	if (!dyn_workers_run_here())
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("the function is not called before this database has background workers"),
				 errhint("SELECT dynamo.start_workers();")));
	PG_RETURN_UUID_P(id);
}

static void
check_nulls(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i) && i != ARG_FILTER && i != ARG_ON_FAILURE)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("only filter and on_failure may be null"),
					 errhint("Leave out what is to have its default.")));
}

static void
check_range(const char *name, int32 value, int32 least, int32 most)
{
	if (value < least || value > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from %d to %d", name, least, most),
				 errhint("It is %d.", value)));
}

/* Is it LATEST? */
static bool
read_starting_position(FunctionCallInfo fcinfo)
{
	char	   *position = text_to_cstring(PG_GETARG_TEXT_PP(ARG_STARTING_POSITION));

	if (strcmp(position, "LATEST") == 0)
		return true;
	if (strcmp(position, "TRIM_HORIZON") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("starting_position must be TRIM_HORIZON or LATEST"),
				 errhint("TRIM_HORIZON begins with the oldest record that is left, LATEST with what is written from now on.")));
	return false;
}

static void
check_function(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("function with OID %u does not exist", function),
				 errhint("Name a function, such as 'public.consume(jsonb)'.")));
	form = (Form_pg_proc) GETSTRUCT(tuple);
	if (form->prokind != PROKIND_FUNCTION || form->proretset || form->pronargs != 1 ||
		form->proargtypes.values[0] != JSONBOID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				 errmsg("function %s cannot consume a stream", format_procedure(function)),
				 errhint("It must have one argument of type jsonb, and return one value or void.")));
	if (dyn_function_aclcheck(function, GetUserId(), ACL_EXECUTE) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, NameStr(form->proname));
	ReleaseSysCache(tuple);
}

/* It has the columns of dynamo.dead_letters, and the current user may insert. */
static void
check_dead_letter_table(Oid relid)
{
	static const char *const columns[] = {"mapping", "role", "failed_at", "attempts", "message", "first_sequence_number",
	"last_sequence_number", "event"};
	char	   *name = get_rel_name(relid);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid),
				 errhint("Make a dead-letter table: CREATE TABLE failed (LIKE dynamo.dead_letters);")));
	for (int i = 0; i < lengthof(columns); i++)
		if (get_attnum(relid, columns[i]) == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("\"%s\" is no dead-letter table: it has no column \"%s\"", name, columns[i]),
					 errhint("Make one: CREATE TABLE failed (LIKE dynamo.dead_letters);")));
	if (pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, get_relkind_objtype(get_rel_relkind(relid)), name);
}

static void
insert_mapping(FunctionCallInfo fcinfo, const pg_uuid_t *id, const DynStreamRow *stream, bool one_stream)
{
	Oid			types[14] = {UUIDOID, OIDOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, INTERVALOID, TEXTOID, JSONBOID, INT4OID,
	BOOLOID, INT4OID, OIDOID, TIMESTAMPTZOID};
	Datum		values[14];
	char		nulls[14];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = UUIDPGetDatum(id);
	values[1] = ObjectIdGetDatum(GetUserId());
	values[2] = CStringGetTextDatum(stream->table_name);
	values[3] = CStringGetTextDatum(stream->label);
	nulls[3] = one_stream ? ' ' : 'n';
	values[4] = CStringGetTextDatum(format_procedure_qualified(PG_GETARG_OID(ARG_FUNCTION)));
	values[5] = PG_GETARG_DATUM(ARG_BATCH_SIZE);
	values[6] = PG_GETARG_DATUM(ARG_WINDOW);
	values[7] = PG_GETARG_DATUM(ARG_STARTING_POSITION);
	values[8] = PG_GETARG_DATUM(ARG_FILTER);
	nulls[8] = PG_ARGISNULL(ARG_FILTER) ? 'n' : ' ';
	values[9] = PG_GETARG_DATUM(ARG_MAX_RETRIES);
	values[10] = PG_GETARG_DATUM(ARG_BISECT);
	values[11] = PG_GETARG_DATUM(ARG_PARALLELIZATION);
	values[12] = PG_GETARG_DATUM(ARG_ON_FAILURE);
	nulls[12] = PG_ARGISNULL(ARG_ON_FAILURE) ? 'n' : ' ';
	values[13] = TimestampTzGetDatum(GetCurrentTimestamp());

	/* Two that are made at a time must not get the same number. */
	(void) dyn_own_execute("LOCK TABLE dynamo.event_source_mappings IN SHARE ROW EXCLUSIVE MODE", 0, NULL, NULL, NULL);
	(void) dyn_own_execute("INSERT INTO dynamo.event_source_mappings (id, number, role, table_name, label, function, batch_size, "
						   "batching_window, starting_position, filter, max_retries, bisect_on_error, parallelization, on_failure, "
						   "enabled, created_at) "
						   "SELECT $1, COALESCE(pg_catalog.max(number), 0) OPERATOR(pg_catalog.+) 1, $2::pg_catalog.regrole, $3, $4, $5, "
						   "$6, $7, $8, $9, $10, $11, $12, $13::pg_catalog.regclass, true, $14 FROM dynamo.event_source_mappings",
						   lengthof(types), types, values, nulls);
}

static void
insert_lanes(const pg_uuid_t *id, int count, const DynStreamRow *stream, bool latest)
{
	Oid			types[4] = {UUIDOID, INT4OID, TEXTOID, TEXTOID};
	char		nulls[4] = {' ', ' ', ' ', latest ? ' ' : 'n'};
	Datum		values[4] = {UUIDPGetDatum(id), Int32GetDatum(count), CStringGetTextDatum(stream->label)};
	char		number[DYN_SEQUENCE_DIGITS + 1];

	if (latest)
	{
		DynStreamCapture capture;
		DynSequence now;

		dyn_stream_capture(&capture);
		dyn_stream_latest(&capture, &now);
		dyn_sequence_write(&now, number);
		values[3] = CStringGetTextDatum(number);
	}
	(void) dyn_own_execute("INSERT INTO dynamo.event_source_lanes (mapping, lane, label, position) "
						   "SELECT $1, lane, $3, $4 FROM pg_catalog.generate_series(0, $2 OPERATOR(pg_catalog.-) 1) AS lane",
						   lengthof(types), types, values, nulls);
}

/* ---- mappings that are there ---- */

Datum
dynamo_pause_event_source_mapping(PG_FUNCTION_ARGS)
{
	Oid			types[1] = {UUIDOID};
	Datum		values[1] = {PG_GETARG_DATUM(0)};

	PreventCommandIfReadOnly("dynamo.pause_event_source_mapping()");
	(void) lock_own_mapping(PG_GETARG_UUID_P(0), true);
	(void) dyn_own_execute("UPDATE dynamo.event_source_mappings SET enabled = false WHERE id OPERATOR(pg_catalog.=) $1",
						   1, types, values, NULL);
	PG_RETURN_VOID();
}

Datum
dynamo_resume_event_source_mapping(PG_FUNCTION_ARGS)
{
	Oid			types[1] = {UUIDOID};
	Datum		values[1] = {PG_GETARG_DATUM(0)};

	PreventCommandIfReadOnly("dynamo.resume_event_source_mapping()");
	(void) lock_own_mapping(PG_GETARG_UUID_P(0), false);
	(void) dyn_own_execute("UPDATE dynamo.event_source_mappings SET enabled = true WHERE id OPERATOR(pg_catalog.=) $1",
						   1, types, values, NULL);
	dyn_workers_wake_at_commit();
	PG_RETURN_VOID();
}

Datum
dynamo_delete_event_source_mapping(PG_FUNCTION_ARGS)
{
	Oid			types[1] = {UUIDOID};
	Datum		values[1] = {PG_GETARG_DATUM(0)};

	PreventCommandIfReadOnly("dynamo.delete_event_source_mapping()");
	(void) lock_own_mapping(PG_GETARG_UUID_P(0), true);
	(void) dyn_own_execute("DELETE FROM dynamo.event_source_lanes WHERE mapping OPERATOR(pg_catalog.=) $1",
						   1, types, values, NULL);
	(void) dyn_own_execute("DELETE FROM dynamo.event_source_mappings WHERE id OPERATOR(pg_catalog.=) $1",
						   1, types, values, NULL);
	PG_RETURN_VOID();
}

pg_noreturn static void
raise_no_mapping(const pg_uuid_t *id)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("event source mapping %s does not exist",
					DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(id)))),
			 errhint("See dynamo.list_event_source_mappings().")));
}

/* Read the number and the role of a mapping; false where there is none. */
static bool
read_mapping(const pg_uuid_t *id, int32 *number, Oid *role)
{
	Oid			types[1] = {UUIDOID};
	Datum		values[1] = {UUIDPGetDatum(id)};
	bool		isnull;
	bool		found;

	/* Everybody may read this table. */
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_with_args("SELECT number, role FROM dynamo.event_source_mappings WHERE id OPERATOR(pg_catalog.=) $1",
							  1, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read dynamo.event_source_mappings");
	found = SPI_processed > 0;
	if (found)
	{
		*number = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
		*role = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	}
	SPI_finish();
	return found;
}

/* Keep the workers of a mapping of the current user out; those that run are ended, if that is asked for. */
static int32
lock_own_mapping(const pg_uuid_t *id, bool cancel)
{
	int32		number;
	Oid			role;

	if (!read_mapping(id, &number, &role))
		raise_no_mapping(id);
	if (!has_privs_of_role(GetUserId(), role))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for event source mapping"),
				 errdetail("Only those who have the role that made it may do this."),
				 errhint("See dynamo.list_event_source_mappings().")));
	if (cancel)
		dyn_mapping_cancel(number);
	dyn_mapping_lock(number, ExclusiveLock);
	if (!read_mapping(id, &number, &role))
		raise_no_mapping(id);
	return number;
}

/* ---- lag ---- */

/* dynamo.event_source_lag(table_name, label, position) → the age of the first record that is not done with */
Datum
dynamo_event_source_lag(PG_FUNCTION_ARGS)
{
	Interval   *lag = palloc0(sizeof(Interval));
	DynSequence from;
	DynStreamRow stream;
	List	   *streams;
	Snapshot	snapshot;
	DynStreamScan *scan;
	const DynStreamRecord *record;
	bool		has_position = !PG_ARGISNULL(2);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (has_position)
	{
		char	   *position = text_to_cstring(PG_GETARG_TEXT_PP(2));

		if (!dyn_sequence_read(position, strlen(position), &from))
			PG_RETURN_NULL();
		from.ordinal++;
	}
	if (PG_ARGISNULL(1))
	{
		streams = dyn_streams_list(text_to_cstring(PG_GETARG_TEXT_PP(0)));
		if (streams == NIL)
			PG_RETURN_NULL();
		stream = *(DynStreamRow *) linitial(streams);
	}
	else if (!dyn_streams_find(text_to_cstring(PG_GETARG_TEXT_PP(0)), text_to_cstring(PG_GETARG_TEXT_PP(1)), &stream))
		PG_RETURN_NULL();

	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = dyn_stream_scan_begin(stream.id, has_position ? &from : NULL, snapshot);
	record = dyn_stream_scan_next(scan);
	if (record != NULL)
		lag->time = Max(GetCurrentTimestamp() - record->committed_at, 0);
	dyn_stream_scan_end(scan);
	UnregisterSnapshot(snapshot);
	PG_RETURN_INTERVAL_P(lag);
}
