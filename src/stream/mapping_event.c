/*-------------------------------------------------------------------------
 *
 * mapping_event.c
 *	  Puts together what a mapping's function is called with.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/try.h"
#include "item/key.h"
#include "stream/event_filter.h"
#include "stream/mapping_event.h"
#include "stream/record_json.h"
#include "stream/stream_operations.h"

/* Records that one transaction passes over, and bytes of an event. */
#define MOST_PASSED_OVER	10000
#define MOST_BYTES			(6 * 1024 * 1024)

/* How JSON has U+0000, which jsonb does not take. */
#define ESCAPED_NUL			"\\u0000"

/* What becomes of a record. */
typedef enum Verdict
{
	TAKEN,
	PASSED_OVER,
	LEFT						/* for the next event */
} Verdict;

static Verdict judge(const DynMapping *mapping, int lane, const DynStreamRow *stream, const DynRecordWriter *writer,
					 const DynStreamRecord *record, DynEvent *event);
static bool is_of_lane(const DynMapping *mapping, int lane, const DynStreamRow *stream, const DynStreamRecord *record);
static Jsonb *try_jsonb(const char *text);

void
dyn_event_collect(const DynMapping *mapping, const DynBatch *batch, const DynStreamRow *stream, const DynLane *lane,
				  DynEvent *event)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	MemoryContext record_context = AllocSetContextCreate(CurrentMemoryContext, "dynamo event record", ALLOCSET_DEFAULT_SIZES);
	DynSequence from = lane->position;
	DynRecordWriter writer;
	DynStreamScan *scan;
	const DynStreamRecord *record;

	memset(event, 0, sizeof(DynEvent));
	event->reached = *lane;
	initStringInfo(&event->text);
	appendStringInfoString(&event->text, "{\"Records\":[");
	dyn_record_writer_init(&writer, stream, DYN_RECORD_OF_EVENT);

	from.ordinal++;
	scan = dyn_stream_scan_begin(stream->id, lane->has_position ? &from : NULL, snapshot);
	while ((record = dyn_stream_scan_next(scan)) != NULL && !event->poisoned)
	{
		MemoryContext caller;
		Verdict		verdict;

		event->more = event->count >= batch->limit || event->passed_over >= MOST_PASSED_OVER;
		if (event->more)
			break;
		caller = MemoryContextSwitchTo(record_context);
		verdict = judge(mapping, batch->lane, stream, &writer, record, event);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(record_context);
		event->more = verdict == LEFT;
		if (event->more)
			break;
		if (verdict == PASSED_OVER)
			event->passed_over++;
		else if (event->count++ == 0)
			event->first = record->sequence;
		event->reached.position = record->sequence;
		event->reached.has_position = true;
	}
	dyn_stream_scan_end(scan);
	UnregisterSnapshot(snapshot);
	MemoryContextDelete(record_context);
	appendStringInfoString(&event->text, "]}");

	if (lane->has_position && dyn_stream_is_trimmed(&lane->position))
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("an event source mapping of table \"%s\" is so late that records may have been trimmed before",
						mapping->table_name),
				 errhint("Raise dynamo.stream_retention, or make the function %s faster.", mapping->function)));
}

/* Take a record into the event, if it belongs there and fits. */
static Verdict
judge(const DynMapping *mapping, int lane, const DynStreamRow *stream, const DynRecordWriter *writer,
	  const DynStreamRecord *record, DynEvent *event)
{
	StringInfoData text;
	bool		has_nul;

	if (!is_of_lane(mapping, lane, stream, record))
		return PASSED_OVER;
	initStringInfo(&text);
	dyn_record_write(writer, record, &text);
	has_nul = strstr(text.data, ESCAPED_NUL) != NULL;
	if (mapping->filter != NULL || has_nul)
	{
		Jsonb	   *jsonb = try_jsonb(text.data);

		/* Whether it matches cannot be known, so it is not passed over. */
		if (jsonb == NULL && event->count > 0)
			return LEFT;
		event->poisoned = jsonb == NULL;
		if (jsonb != NULL && mapping->filter != NULL && !dyn_event_filter_matches(mapping->filter, jsonb))
			return PASSED_OVER;
	}
	if (event->count > 0 && event->text.len + text.len > MOST_BYTES)
		return LEFT;
	if (event->count > 0)
		appendStringInfoChar(&event->text, ',');
	appendBinaryStringInfo(&event->text, text.data, text.len);
	return TAKEN;
}

/* Lanes share the partition keys by their hash. */
static bool
is_of_lane(const DynMapping *mapping, int lane, const DynStreamRow *stream, const DynStreamRecord *record)
{
	DynKeyFault fault;
	struct varlena *key;

	if (mapping->parallelization == 1)
		return true;
	key = dyn_key_make(&stream->key_schema, &record->keys, &fault);
	if (key == NULL)
		return lane == 0;
	return dyn_key_hash((const uint8 *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)) % (uint32) mapping->parallelization == lane;
}

/* An argument of make_jsonb. */
typedef struct Conversion
{
	const char *text;
	Jsonb	   *jsonb;
} Conversion;

static void
make_jsonb(void *argument)
{
	Conversion *conversion = argument;

	conversion->jsonb = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(conversion->text)));
}

static bool
is_untranslatable(int sqlerrcode)
{
	return sqlerrcode == ERRCODE_UNTRANSLATABLE_CHARACTER;
}

/* The jsonb of a text, or NULL where it has U+0000. */
static Jsonb *
try_jsonb(const char *text)
{
	Conversion	conversion = {.text = text};

	if (dyn_catch(make_jsonb, &conversion, is_untranslatable) != NULL)
		return NULL;
	return conversion.jsonb;
}

Datum
dyn_event_jsonb(const DynEvent *event)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(event->text.data));
}

void
dyn_event_bury(const DynMapping *mapping, const DynBatch *batch, const DynEvent *event)
{
	Oid			types[8] = {UUIDOID, OIDOID, TIMESTAMPTZOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, JSONOID};
	Datum		values[8];
	char		first[DYN_SEQUENCE_DIGITS + 1];
	char		last[DYN_SEQUENCE_DIGITS + 1];
	bool		own = OidIsValid(mapping->on_failure);
	char	   *statement;

	dyn_sequence_write(&event->first, first);
	dyn_sequence_write(&event->reached.position, last);
	values[0] = UUIDPGetDatum(&mapping->id);
	values[1] = ObjectIdGetDatum(mapping->role);
	values[2] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[3] = Int32GetDatum(batch->attempts);
	values[4] = CStringGetTextDatum(batch->message);
	values[5] = CStringGetTextDatum(first);
	values[6] = CStringGetTextDatum(last);
	values[7] = PointerGetDatum(cstring_to_text_with_len(event->text.data, event->text.len));

	if (own && get_rel_name(mapping->on_failure) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the dead-letter table of an event source mapping was dropped"),
				 errhint("Delete the mapping and make it again with another one.")));
	statement = psprintf("INSERT INTO %s (mapping, role, failed_at, attempts, message, first_sequence_number, "
						 "last_sequence_number, event) VALUES ($1, $2::pg_catalog.regrole, $3, $4, $5, $6, $7, $8)",
						 own ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(mapping->on_failure)),
														  get_rel_name(mapping->on_failure)) : "dynamo.dead_letters");
	if (!own)
	{
		(void) dyn_own_execute(statement, lengthof(types), types, values, NULL);
		return;
	}

	/* As the role that made the mapping. */
	CommandCounterIncrement();
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_with_args(statement, lengthof(types), types, values, NULL, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "could not write a dead letter");
	SPI_finish();
}
