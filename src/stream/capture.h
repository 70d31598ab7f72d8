/*-------------------------------------------------------------------------
 *
 * capture.h
 *	  What the stream worker writes.  For files of this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_CAPTURE_H
#define DYN_STREAM_CAPTURE_H

#include "stream/stream.h"

/* ---- position.c ---- */

/* Replace the row. */
extern void dyn_stream_capture_update(const DynStreamCapture *capture);

/* Note that changes may have been missed. */
extern void dyn_stream_gap(const DynStreamCapture *capture, const char *reason, XLogRecPtr from);

/* ---- slices.c ---- */

/* OID of a relation of schema dynamo. */
extern Oid	dyn_stream_relid(const char *name);

/*
 * The slice that records go to now.  Moves on to the next one where its
 * period is over and the next one's records are old enough to be emptied,
 * and nobody reads it.
 */
extern Oid	dyn_slices_current(const DynStreamCapture *capture, int16 *slice);

/*
 * Empty the slices whose records are all older than the retention; returns
 * whether there are any that hold records.
 */
extern bool dyn_slices_trim(const DynStreamCapture *capture);

/* When the oldest slice that holds records was begun; now, if there is none. */
extern TimestampTz dyn_slices_oldest(void);

/* ---- shards.c ---- */

/*
 * Open shards for a stream: one for each parent, of the same range, or, where
 * there is none, as many as dynamo.stream_shards says.
 */
extern void dyn_shards_open(int64 stream, const DynStreamCapture *capture, XLogRecPtr begins, List *parents);

/* Close an open shard. */
extern void dyn_shard_close(DynShard *shard, XLogRecPtr ends);

/* Close all open shards of a stream and open their children. */
extern void dyn_shards_roll(int64 stream, const DynStreamCapture *capture, XLogRecPtr position);

/* Remove the closed shards of which no record is left. */
extern void dyn_shards_trim(void);

/* ---- records.c ---- */

/*
 * Write what is in the spool, and the position, in a transaction of its own,
 * and tell those who wait.
 */
extern void dyn_records_write(DynStreamCapture *capture, XLogRecPtr position);

/* ---- enable.c ---- */

/*
 * Enable and disable streams, as far as they can be now.  "decoded" is the
 * position up to which everything is stored.  Returns whether there are any
 * that need the slot.
 */
extern bool dyn_streams_advance(DynStreamCapture *capture, XLogRecPtr decoded);

/* Say in the rows of the streams that are ENABLING why they are. */
extern void dyn_streams_note_failure(const char *message);

#endif							/* DYN_STREAM_CAPTURE_H */
