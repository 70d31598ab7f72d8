/*-------------------------------------------------------------------------
 *
 * record_json.c
 *	  A stream record as JSON, written without a detour.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "stream/record_json.h"

/* The version of the form of records that the service is at. */
#define EVENT_VERSION	"1.1"

static void append_event_id(const DynRecordWriter *writer, const DynSequence *sequence, StringInfo out);
static int64 epoch_seconds(TimestampTz time);

void
dyn_record_writer_init(DynRecordWriter *writer, const DynStreamRow *stream, DynRecordForm form)
{
	writer->form = form;
	writer->stream = stream->id;
	writer->region = pstrdup(dyn_region);
	writer->view_type = dyn_stream_view_name(stream->view);
	writer->arn = dyn_stream_arn(stream->table_name, stream->label);
}

const char *
dyn_event_name(char event)
{
	switch (event)
	{
		case DYN_EVENT_INSERT:
			return "INSERT";
		case DYN_EVENT_MODIFY:
			return "MODIFY";
		case DYN_EVENT_REMOVE:
			return "REMOVE";
	}
	elog(ERROR, "unexpected kind of stream record: %d", event);
}

/* Region, view type and ARN consist of characters that JSON takes as they are. */
void
dyn_record_write(const DynRecordWriter *writer, const DynStreamRecord *record, StringInfo out)
{
	char		number[DYN_SEQUENCE_DIGITS + 1];

	dyn_sequence_write(&record->sequence, number);
	appendStringInfoString(out, "{\"eventID\":\"");
	append_event_id(writer, &record->sequence, out);
	appendStringInfo(out, "\",\"eventName\":\"%s\",\"eventVersion\":\"" EVENT_VERSION "\","
					 "\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"%s\",\"dynamodb\":"
					 "{\"ApproximateCreationDateTime\":" INT64_FORMAT ",\"Keys\":",
					 dyn_event_name(record->event), writer->region, epoch_seconds(record->committed_at));
	dyn_item_write_json(out, &record->keys);
	if (record->has_new_image)
	{
		appendStringInfoString(out, ",\"NewImage\":");
		dyn_item_write_json(out, &record->new_image);
	}
	if (record->has_old_image)
	{
		appendStringInfoString(out, ",\"OldImage\":");
		dyn_item_write_json(out, &record->old_image);
	}
	appendStringInfo(out, ",\"SequenceNumber\":\"%s\",\"SizeBytes\":%d,\"StreamViewType\":\"%s\"}",
					 number, record->size, writer->view_type);
	if (writer->form == DYN_RECORD_OF_API)
	{
		if (record->service)
			appendStringInfoString(out, ",\"userIdentity\":{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}");
	}
	else
	{
		if (record->service)
			appendStringInfoString(out, ",\"userIdentity\":{\"principalId\":\"dynamodb.amazonaws.com\",\"type\":\"Service\"}");
		appendStringInfo(out, ",\"eventSourceARN\":\"%s\"", writer->arn);
	}
	appendStringInfoChar(out, '}');
}

/* 32 hexadecimal digits that are the record's own, whenever it is read. */
static void
append_event_id(const DynRecordWriter *writer, const DynSequence *sequence, StringInfo out)
{
	static const char digits[] = "0123456789abcdef";
	uint64		place[3] = {(uint64) writer->stream, sequence->lsn,
	((uint64) (uint32) sequence->generation << 40) ^ (uint64) sequence->ordinal};
	uint64		halves[2];
	char		id[32];

	halves[0] = hash_bytes_extended((const unsigned char *) place, sizeof(place), 1);
	halves[1] = hash_bytes_extended((const unsigned char *) place, sizeof(place), 2);
	for (int i = 0; i < 32; i++)
		id[i] = digits[(halves[i / 16] >> (4 * (15 - i % 16))) & 15];
	appendBinaryStringInfo(out, id, sizeof(id));
}

static int64
epoch_seconds(TimestampTz time)
{
	int64		microseconds = time + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;

	return microseconds / USECS_PER_SEC;
}
