/*-------------------------------------------------------------------------
 *
 * stream_rows.c
 *	  dynamo.stream: the records of a stream as rows, for people.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/error.h"
#include "stream/record_json.h"
#include "stream/stream_operations.h"

PG_FUNCTION_INFO_V1(dynamo_stream);

/* The arguments. */
typedef struct RowsRequest
{
	bool		has_after;
	DynSequence from;
	bool		has_since;
	TimestampTz since;
	int			max_records;
	long		wait_ms;
} RowsRequest;

static void read_arguments(FunctionCallInfo fcinfo, RowsRequest *request);
static int	put_rows(const DynStreamRow *stream, const RowsRequest *request, ReturnSetInfo *result);
static void put_row(const DynStreamRecord *record, ReturnSetInfo *result);

/* dynamo.stream(stream text, after text, since timestamptz, max_records int, wait interval) → a row a record */
Datum
dynamo_stream(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	DynStreamRow stream;
	RowsRequest request;
	TimestampTz give_up;

	InitMaterializedSRF(fcinfo, 0);
	read_arguments(fcinfo, &request);
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("stream must not be null"),
				 errhint("Give the name of a table, or the ARN of a stream.")));
	dyn_stream_find_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)), &stream);
	dyn_stream_check_access(&stream);

	give_up = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), request.wait_ms);
	for (;;)
	{
		uint64		notices = dyn_stream_notices();
		long		left_ms;

		if (put_rows(&stream, &request, result) > 0 || request.wait_ms <= 0)
			break;
		left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), give_up);
		if (left_ms <= 0)
			break;
		dyn_stream_wait(notices, left_ms);
	}
	return (Datum) 0;
}

static void
read_arguments(FunctionCallInfo fcinfo, RowsRequest *request)
{
	memset(request, 0, sizeof(RowsRequest));
	request->has_after = !PG_ARGISNULL(1);
	if (request->has_after)
	{
		char	   *after = text_to_cstring(PG_GETARG_TEXT_PP(1));

		if (!dyn_sequence_read(after, strlen(after), &request->from))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid sequence number \"%s\"", after),
					 errhint("Give the sequence_number of a row that this function returned.")));
		request->from.ordinal++;
	}
	request->has_since = !PG_ARGISNULL(2);
	if (request->has_since)
		request->since = PG_GETARG_TIMESTAMPTZ(2);
	request->max_records = PG_ARGISNULL(3) ? PG_INT32_MAX : PG_GETARG_INT32(3);
	if (request->max_records < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_records must not be negative"),
				 errhint("Leave it out to read all records.")));
	request->wait_ms = PG_ARGISNULL(4) ? 0 : dyn_interval_milliseconds(PG_GETARG_INTERVAL_P(4));
}

static int
put_rows(const DynStreamRow *stream, const RowsRequest *request, ReturnSetInfo *result)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	DynStreamScan *scan = dyn_stream_scan_begin(stream->id, request->has_after ? &request->from : NULL, snapshot);
	int			count = 0;

	while (count < request->max_records)
	{
		const DynStreamRecord *record = dyn_stream_scan_next(scan);

		if (record == NULL)
			break;
		if (request->has_since && record->committed_at < request->since)
			continue;
		put_row(record, result);
		count++;
	}
	dyn_stream_scan_end(scan);
	UnregisterSnapshot(snapshot);
	if (request->has_after && dyn_stream_is_trimmed(&request->from))
		dyn_raise_trimmed();
	return count;
}

static Datum
item_datum(bool is_there, const DynValue *item, bool *isnull)
{
	*isnull = !is_there;
	return is_there ? PointerGetDatum(dyn_value_to_item_datum(item)) : (Datum) 0;
}

static void
put_row(const DynStreamRecord *record, ReturnSetInfo *result)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo stream row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	char		number[DYN_SEQUENCE_DIGITS + 1];
	Datum		values[8];
	bool		nulls[8] = {false};

	dyn_sequence_write(&record->sequence, number);
	values[0] = CStringGetTextDatum(number);
	values[1] = CStringGetTextDatum(dyn_event_name(record->event));
	values[2] = TimestampTzGetDatum(record->committed_at);
	values[3] = item_datum(true, &record->keys, &nulls[3]);
	values[4] = item_datum(record->has_new_image, &record->new_image, &nulls[4]);
	values[5] = item_datum(record->has_old_image, &record->old_image, &nulls[5]);
	values[6] = BoolGetDatum(record->service);
	values[7] = CStringGetTextDatum(record->shard->id);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}
