/*-------------------------------------------------------------------------
 *
 * get_records.c
 *	  GetRecords.
 *
 * The shard's row and how far capture has got are read before the snapshot is
 * taken: of a shard that is closed by then the snapshot sees all records, and
 * of an open one all before that position.  So the next iterator moves on
 * to that position also where there were no records, and what a reader who
 * keeps reading has not seen is never older than his last call.
 *
 * Slices are emptied under the snapshot's feet.  So whether the place that was
 * read from is still there is asked after reading.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/error.h"
#include "stream/record_json.h"
#include "stream/shard_iterator.h"
#include "stream/stream_operations.h"

/* One attempt to read a shard. */
typedef struct Reading
{
	const DynStreamRow *stream;
	DynShard	shard;
	DynStreamCapture capture;
	DynSequence from;			/* the first record at or after it */
	bool		from_start;		/* of what is left, wherever that is */
	int			limit;
	int			count;
	int64		bytes;
	bool		more;			/* did a limit end it? */
	DynSequence last;			/* record, if count > 0 */
} Reading;

static void read_iterator(const char *text, DynShardIterator *iterator);
static void begin_reading(Reading *reading, const DynShardIterator *iterator);
static void read_shard(Reading *reading, const DynRecordWriter *writer, StringInfo out);
static bool is_finished(const Reading *reading);
static char *next_iterator(const Reading *reading, const DynShardIterator *iterator);

char *
dyn_get_records(const GetRecordsRequest *request, StringInfo records)
{
	TimestampTz give_up = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), request->wait_ms);
	DynShardIterator iterator;
	DynStreamRow stream;
	DynRecordWriter writer;
	Reading		reading;

	if (request->limit > DYN_MAX_GOT_RECORDS)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: "
						"Member must have value less than or equal to %d", request->limit, DYN_MAX_GOT_RECORDS),
				 errhint("GetRecords returns at most %d records.", DYN_MAX_GOT_RECORDS)));
	read_iterator(request->shard_iterator, &iterator);
	dyn_stream_find(iterator.stream_arn, &stream);
	dyn_stream_check_access(&stream);
	dyn_record_writer_init(&writer, &stream, DYN_RECORD_OF_API);

	appendStringInfoChar(records, '[');
	for (;;)
	{
		uint64		notices = dyn_stream_notices();
		long		left_ms;

		reading = (Reading) {.stream = &stream, .limit = request->limit};
		begin_reading(&reading, &iterator);
		read_shard(&reading, &writer, records);
		if (reading.count > 0 || request->wait_ms <= 0 || is_finished(&reading))
			break;
		left_ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), give_up);
		if (left_ms <= 0)
			break;
		dyn_stream_wait(notices, left_ms);
	}
	appendStringInfoChar(records, ']');
	return is_finished(&reading) ? NULL : next_iterator(&reading, &iterator);
}

static void
read_iterator(const char *text, DynShardIterator *iterator)
{
	TimestampTz now = GetCurrentTimestamp();

	if (!dyn_shard_iterator_read(text, strlen(text), iterator))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Invalid ShardIterator"),
				 errhint("Iterators come from GetShardIterator and GetRecords of this server.")));
	if (TimestampDifferenceExceeds(iterator->issued_at, now, DYN_ITERATOR_SECONDS * 1000))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_EXPIRED_ITERATOR),
				 errmsg("The provided iterator exceeds the maximum age allowed."),
				 errdetail("Iterators are good for %d minutes.", DYN_ITERATOR_SECONDS / 60),
				 errhint("Get another one AFTER_SEQUENCE_NUMBER of the last record that was read.")));
}

static void
begin_reading(Reading *reading, const DynShardIterator *iterator)
{
	/* The iterator was made for a shard that there was. */
	if (!dyn_shards_find(reading->stream->id, iterator->shard_id, &reading->shard))
		dyn_raise_trimmed();
	dyn_stream_capture(&reading->capture);
	reading->from_start = iterator->sequence_number[0] == '\0';
	if (reading->from_start)
		reading->from = (DynSequence) {.generation = reading->shard.generation, .node = reading->shard.node};
	else if (!dyn_sequence_read(iterator->sequence_number, strlen(iterator->sequence_number), &reading->from))
		elog(ERROR, "a shard iterator holds no sequence number");
	if (iterator->after)
		reading->from.ordinal++;
}

static void
read_shard(Reading *reading, const DynRecordWriter *writer, StringInfo out)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	DynRecordScan *scan = dyn_record_scan_begin(&reading->shard, reading->from.lsn, reading->from.ordinal, snapshot);
	const DynStreamRecord *record;

	while ((record = dyn_record_scan_next(scan)) != NULL)
	{
		if (reading->count >= reading->limit ||
			(reading->count > 0 && reading->bytes + record->size > DYN_MAX_GOT_BYTES))
		{
			reading->more = true;
			break;
		}
		if (reading->count > 0)
			appendStringInfoChar(out, ',');
		dyn_record_write(writer, record, out);
		reading->last = record->sequence;
		reading->bytes += record->size;
		reading->count++;
	}
	dyn_record_scan_end(scan);
	UnregisterSnapshot(snapshot);

	if (!reading->from_start && dyn_stream_is_trimmed(&reading->from))
		dyn_raise_trimmed();
}

/* Was all of a closed shard read? */
static bool
is_finished(const Reading *reading)
{
	return !reading->more && !XLogRecPtrIsInvalid(reading->shard.ends);
}

static char *
next_iterator(const Reading *reading, const DynShardIterator *iterator)
{
	DynShardIterator next = *iterator;
	DynSequence captured = {.generation = reading->capture.generation, .lsn = reading->capture.position,
	.node = reading->capture.node};
	char		number[DYN_SEQUENCE_DIGITS + 1];

	next.issued_at = GetCurrentTimestamp();
	next.sequence_number = number;
	if (reading->count > 0)
	{
		dyn_sequence_write(&reading->last, number);
		next.after = true;
	}
	else if (captured.generation == reading->shard.generation &&
			 dyn_sequence_compare(&captured, &reading->from) > 0)
	{
		dyn_sequence_write(&captured, number);
		next.after = false;
	}
	else
		next.sequence_number = iterator->sequence_number;
	return dyn_shard_iterator_write(&next);
}
