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

/* ---- slices.c ---- */

/* OID of a relation of schema dynamo. */
extern Oid	dyn_stream_relid(const char *name);

/* ---- shards.c ---- */

/*
 * Open shards for a stream: one for each parent, of the same range, or, where
 * there is none, as many as dynamo.stream_shards says.
 */
extern void dyn_shards_open(int64 stream, const DynStreamCapture *capture, XLogRecPtr begins, List *parents);

/* Close an open shard. */
extern void dyn_shard_close(DynShard *shard, XLogRecPtr ends);

extern void dyn_shard_remove(const DynShard *shard);

#endif							/* DYN_STREAM_CAPTURE_H */
