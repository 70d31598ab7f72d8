/*-------------------------------------------------------------------------
 *
 * record_json.h
 *	  A stream record as JSON.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_RECORD_JSON_H
#define DYN_STREAM_RECORD_JSON_H

#include "lib/stringinfo.h"

#include "stream/record_scan.h"

/* Which form: the API's, or that in which consumers' functions get records. */
typedef enum DynRecordForm
{
	DYN_RECORD_OF_API,
	DYN_RECORD_OF_EVENT			/* eventSourceARN, and userIdentity in small letters */
} DynRecordForm;

/* What the records of a stream have in common; made once for many records. */
typedef struct DynRecordWriter
{
	DynRecordForm form;
	int64		stream;
	const char *region;
	const char *view_type;
	const char *arn;
} DynRecordWriter;

extern void dyn_record_writer_init(DynRecordWriter *writer, const DynStreamRow *stream, DynRecordForm form);

/* "INSERT", "MODIFY" or "REMOVE". */
extern const char *dyn_event_name(char event);

/* Append a record. */
extern void dyn_record_write(const DynRecordWriter *writer, const DynStreamRecord *record, StringInfo out);

#endif							/* DYN_STREAM_RECORD_JSON_H */
