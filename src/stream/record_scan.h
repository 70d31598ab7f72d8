/*-------------------------------------------------------------------------
 *
 * record_scan.h
 *	  Reading the records of one shard, or of all shards of a stream, in the
 *	  order of their sequence numbers.
 *
 * A scan sees what its snapshot sees; it reads on where a slice ends and the
 * next begins.  A slice that is emptied meanwhile is found empty, whatever the
 * snapshot: whoever must know that nothing was missed asks dyn_stream_horizon
 * afterwards.  Locks of slices are released when they have been read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_RECORD_SCAN_H
#define DYN_STREAM_RECORD_SCAN_H

#include "utils/snapshot.h"

#include "item/value.h"
#include "stream/stream.h"

/* A record; it is valid until the scan's next one, and it is of that scan's memory. */
typedef struct DynStreamRecord
{
	const DynShard *shard;
	DynSequence sequence;
	char		event;			/* DYN_EVENT_* */
	bool		service;		/* made by time to live */
	int32		size;
	TimestampTz committed_at;
	bool		has_new_image;
	bool		has_old_image;
	DynValue	keys;
	DynValue	new_image;
	DynValue	old_image;
} DynStreamRecord;

/* Order of sequence numbers of a stream. */
extern int	dyn_sequence_compare(const DynSequence *a, const DynSequence *b);

/* ---- one shard ---- */

typedef struct DynRecordScan DynRecordScan;

/* Begin at the first record at or after (lsn, ordinal).  The shard and the snapshot must stay. */
extern DynRecordScan *dyn_record_scan_begin(const DynShard *shard, XLogRecPtr lsn, int64 ordinal, Snapshot snapshot);

/* Get the next record; NULL where there is none (yet). */
extern const DynStreamRecord *dyn_record_scan_next(DynRecordScan *scan);

extern void dyn_record_scan_end(DynRecordScan *scan);

/* ---- all shards of a stream ---- */

typedef struct DynStreamScan DynStreamScan;

/* Begin at the first record at or after "from"; NULL is the first that is left. */
extern DynStreamScan *dyn_stream_scan_begin(int64 stream, const DynSequence *from, Snapshot snapshot);

extern const DynStreamRecord *dyn_stream_scan_next(DynStreamScan *scan);

extern void dyn_stream_scan_end(DynStreamScan *scan);

#endif							/* DYN_STREAM_RECORD_SCAN_H */
