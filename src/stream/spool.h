/*-------------------------------------------------------------------------
 *
 * spool.h
 *	  Captured changes on their way from decoding to the records.  For this
 *	  folder only.
 *
 * Decoding runs in a transaction of its own, which is rolled back, so what it
 * finds is noted here and written afterwards.  Memory holds a few megabytes;
 * what a large transaction has more goes to a temporary file.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_SPOOL_H
#define DYN_STREAM_SPOOL_H

#include "access/xlogdefs.h"
#include "datatype/timestamp.h"

typedef struct DynCapturedChange
{
	int64		stream;
	XLogRecPtr	commit_lsn;
	int64		ordinal;
	TimestampTz committed_at;
	uint32		hash;			/* of the key: which shard */
	int32		size;			/* SizeBytes */
	char		event;			/* DYN_EVENT_* */
	bool		service;
	struct varlena *keys;		/* dynamo.item, with 4-byte headers */
	struct varlena *new_image;	/* or NULL */
	struct varlena *old_image;
} DynCapturedChange;

extern void dyn_spool_add(const DynCapturedChange *change);

/* How many changes, and bytes, are there to be read? */
extern uint64 dyn_spool_count(void);
extern Size dyn_spool_bytes(void);

/* Read them again, from the first; items are palloc'd in the current context.  False at the end. */
extern void dyn_spool_rewind(void);
extern bool dyn_spool_next(DynCapturedChange *change);

/* Forget all of them. */
extern void dyn_spool_reset(void);

#endif							/* DYN_STREAM_SPOOL_H */
