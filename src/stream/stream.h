/*-------------------------------------------------------------------------
 *
 * stream.h
 *	  What streams consist of, for those who capture and those who read them:
 *	  sequence numbers, shards, slices, and where the worker has got to.
 *
 * The worker of a database (worker.c) drains a replication slot and writes
 * each captured change to dynamo.stream_records, in the order of commits.  It
 * alone writes records, shards, slices and dynamo.stream_capture.
 *
 * A reader needs no lock.  It takes a snapshot, finds the shard, and reads
 * the records of the shard, which are those with its number, in the order of
 * (commit_lsn, ordinal): slice by slice as dyn_stream_slices returns them,
 * each by its index on (shard, commit_lsn, ordinal, slice), since all records
 * of a slice come before those of the next.  Records and position are
 * committed together: what a snapshot does not see yet has a position at or
 * after dyn_stream_capture's, and an open shard has no more than a snapshot
 * sees.  Emptying a slice is a TRUNCATE, for which no snapshot matters: who
 * has the slice's lock and then finds in dynamo.stream_slices (with a newer
 * snapshot) that its period is another one, has read nothing.
 *
 * Where things are:
 *	- before the first record: TRIM_HORIZON is (shard->begins, 0), but no
 *	  record before dyn_stream_horizon is left;
 *	- LATEST: (GetXLogInsertRecPtr(), 0), as commits before it count as made;
 *	- a sequence number of a shard says (commit_lsn, ordinal).  It is trimmed
 *	  where it is before the horizon;
 *	- a closed shard ends at shard->ends: nothing follows once its records
 *	  have been read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_STREAM_H
#define DYN_STREAM_STREAM_H

#include "access/xlogdefs.h"
#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/uuid.h"

#include "schema/streams.h"

/* ---- sequence_number.c ---- */

/*
 * Sequence numbers are 38 decimal digits, so their order as texts is their
 * order as numbers: 10000 + generation (5), position of the commit (20),
 * ordinal within the transaction (10), node (3).
 */
#define DYN_SEQUENCE_DIGITS		38
#define DYN_MAX_GENERATION		89999
#define DYN_MAX_ORDINAL			INT64CONST(9999999999)
#define DYN_MAX_NODE			999

typedef struct DynSequence
{
	int32		generation;
	XLogRecPtr	lsn;			/* of the commit */
	int64		ordinal;		/* of the change in its transaction, from 1 */
	int32		node;
} DynSequence;

/* Write a sequence number, NUL-terminated, to DYN_SEQUENCE_DIGITS + 1 bytes. */
extern void dyn_sequence_write(const DynSequence *sequence, char *text);

/* Read one; false where the text is none of ours. */
extern bool dyn_sequence_read(const char *text, size_t length, DynSequence *sequence);

/* ---- shards.c ---- */

typedef struct DynShard
{
	int64		stream;
	int64		number;
	char	   *id;				/* "shardId-00000001415575208348-98d954b6" */
	int64		parent;			/* 0: none */
	int32		generation;
	int32		node;
	uint32		hash_from;		/* both inclusive; of dyn_key_hash */
	uint32		hash_to;
	XLogRecPtr	begins;			/* inclusive */
	XLogRecPtr	ends;			/* exclusive; InvalidXLogRecPtr while it is open */
	TimestampTz opened_at;
	TimestampTz closed_at;		/* DYN_NEVER while it is open */
} DynShard;

/* The shards of a stream in order of their numbers, parents first; List of DynShard *, palloc'd. */
extern List *dyn_shards_list(int64 stream);

/* Find a shard by its ShardId; false where it is not there, or not any more. */
extern bool dyn_shards_find(int64 stream, const char *id, DynShard *shard);

/* StartingSequenceNumber, less than that of its first record; EndingSequenceNumber of a closed shard. */
extern void dyn_shard_starting(const DynShard *shard, char *text);
extern void dyn_shard_ending(const DynShard *shard, char *text);

/* ---- slices.c ---- */

#define DYN_STREAM_SLICES	26

typedef struct DynStreamSlice
{
	int16		slice;
	Oid			relation;		/* dynamo.stream_records_NN */
	int64		period;
	TimestampTz began_at;
	TimestampTz ended_at;		/* DYN_NEVER for the current one */
	int32		generation;		/* of its first record */
	XLogRecPtr	begins;			/* capture's position before its first record; invalid where none was ever before it */
} DynStreamSlice;

/* The slices that hold records, the oldest first; List of DynStreamSlice *, palloc'd. */
extern List *dyn_stream_slices(void);

/* The place before which no record is left, where the oldest slice begins; false where nothing was trimmed. */
extern bool dyn_stream_horizon(DynSequence *horizon);

/* ---- records: columns of every slice ---- */

enum
{
	RECORDS_SHARD = 1,			/* int8 */
	RECORDS_COMMIT_LSN,			/* pg_lsn */
	RECORDS_ORDINAL,			/* int8 */
	RECORDS_SLICE,				/* int2 */
	RECORDS_EVENT,				/* "char", DYN_EVENT_* */
	RECORDS_SERVICE,			/* bool: {Type: Service, PrincipalId: dynamodb.amazonaws.com} */
	RECORDS_SIZE,				/* int4 */
	RECORDS_COMMITTED_AT,		/* timestamptz */
	RECORDS_STREAM,				/* int8 */
	RECORDS_KEYS,				/* dynamo.item */
	RECORDS_NEW_IMAGE,			/* dynamo.item, NULL where the view or the event has none */
	RECORDS_OLD_IMAGE,
	RECORDS_COLUMNS = RECORDS_OLD_IMAGE
};

#define DYN_EVENT_INSERT	'I'
#define DYN_EVENT_MODIFY	'M'
#define DYN_EVENT_REMOVE	'R'

/* ---- position.c ---- */

typedef struct DynStreamCapture
{
	pg_uuid_t	incarnation;
	int32		generation;		/* 0: there was never a slot */
	int32		node;
	char	   *slot;			/* NULL: there is none */
	char	   *system_id;
	int32		timeline;
	XLogRecPtr	position;		/* all records of commits before it are stored */
} DynStreamCapture;

extern void dyn_stream_capture(DynStreamCapture *capture);

/* ---- notice.c: new records ---- */

/*
 * Each commit of records by the worker does NOTIFY dynamo_streams, once a
 * stream, with '<table name>/stream/<label>' as payload, for those who LISTEN.
 * In C, a count in shared memory rises with it: take the count, look for
 * records, and where there are none wait until the count is another one or
 * the time is over.  Where nothing is preloaded it waits for the time.
 * Interrupts are served.
 */
#define DYN_STREAM_CHANNEL	"dynamo_streams"

extern uint64 dyn_stream_notices(void);
extern void dyn_stream_wait(uint64 notices, long timeout_ms);



/*
 * TTL marks a delete, before it and in its transaction, by
 * LogLogicalMessage(DYN_TTL_MESSAGE, ..., true): the relation's OID (4 bytes,
 * most significant first) and the key's bytes without their varlena header.
 */
#define DYN_TTL_MESSAGE		"dynamo.ttl"

/* Register the worker, hooks and shared memory.  Called once, from _PG_init, before dyn_worker_init. */
extern void dyn_stream_init(void);

#endif							/* DYN_STREAM_STREAM_H */
