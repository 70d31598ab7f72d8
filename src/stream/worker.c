/*-------------------------------------------------------------------------
 *
 * worker.c
 *	  The stream worker: one a database, while it has streams.
 *
 * It decodes what was flushed, writes what was captured, and tells the slot.
 * Between that it looks at the catalog: streams to be enabled or disabled,
 * shards whose time is over, slices to be emptied.
 *
 * Nobody wakes it at a flush.  Operations that write a table with a stream
 * set its latch after their commit; what is written in other ways, or
 * committed asynchronously, is found when it looks by itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "replication/origin.h"
#include "replication/slot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/compat.h"
#include "base/settings.h"
#include "schema/catalog.h"
#include "stream/notice.h"
#include "stream/slot.h"
#include "stream/spool.h"
#include "stream/worker.h"
#include "worker/worker.h"

/* Bytes to decode before they are written. */
#define BATCH_BYTES		(1024 * 1024)

/*
 * How long to wait for more commits after one has woken it: what is written
 * together costs one flush.
 */
#define GATHER_US		10000

/* How often to look at what was flushed, and at the catalog, when nobody asks. */
#define LOOK_MS			100

/* How often to see whether shards are to be rolled and slices to be emptied. */
#define TIDY_MS			1000

static TimestampTz tidied_at = 0;

static DynStreamCapture capture;
static bool decoding = false;

/* Everything before it is stored; invalid while nothing is decoded. */
static XLogRecPtr decoded = InvalidXLogRecPtr;

static int	count(const DynWorkerDatabase *database);
static void run(const DynWorkerJob *job);
static void load_capture(void);
static bool look_at_catalog(void);
static void open_slot(void *argument);
static void close_slot(void);
static const char *what_happened(DynSlotCheck check, const char *name);
static void begin_generation(const char *name, const char *reason, XLogRecPtr position);
static void roll_shards(void *argument);
static void trim(void *argument);

static const DynWorkerKind kind = {.name = "streams", .count = count, .follows_writes = true, .main = run};

void
dyn_stream_worker_init(void)
{
	dyn_worker_register(&kind);
}

/* The launcher cannot know whether there are streams: the worker ends where there are none. */
static int
count(const DynWorkerDatabase *database)
{
	return 1;
}

static void
run(const DynWorkerJob *job)
{
	MemoryContext round = AllocSetContextCreate(TopMemoryContext, "dynamo streams", ALLOCSET_DEFAULT_SIZES);
	TimestampTz looked_at = 0;

	/* What it writes is not for others to capture, and is there to stay. */
	replorigin_session_origin = DoNotReplicateId;
	SetConfigOption("synchronous_commit", "on", PGC_SUSET, PGC_S_OVERRIDE);

	for (;;)
	{
		bool		more = false;

		MemoryContextSwitchTo(round);
		MemoryContextReset(round);
		if (!decoding || TimestampDifferenceExceeds(looked_at, GetCurrentTimestamp(), LOOK_MS))
		{
			if (!look_at_catalog())
				return;
			looked_at = GetCurrentTimestamp();
		}
		if (decoding)
		{
			dyn_worker_says("decoding");
			decoded = dyn_decode(BATCH_BYTES);
			more = dyn_spool_bytes() >= BATCH_BYTES;
			if (dyn_spool_count() > 0)
				dyn_records_write(&capture, decoded);
			dyn_slot_confirm(decoded);
		}
		if (more)
			dyn_worker_interrupts();
		else
		{
			dyn_worker_wait(decoding ? LOOK_MS : Min(dyn_naptime, dyn_stream_retention) * 1000L);
			if (decoding)
				pg_usleep(GATHER_US);
		}
	}
}

static void
load_capture(void)
{
	StartTransactionCommand();
	MemoryContextSwitchTo(TopMemoryContext);
	dyn_stream_capture(&capture);
	CommitTransactionCommand();
}

/* Do what the catalog asks for; false where there is nothing to do in this database. */
static bool
look_at_catalog(void)
{
	MemoryContext caller = CurrentMemoryContext;
	bool		left = false;
	bool		needed;

	if (!dyn_worker_has_extension())
	{
		if (decoding)
			dyn_decoding_end();
		dyn_slots_drop(NULL);
		return false;
	}
	if (!decoding && capture.slot == NULL)
		load_capture();
	MemoryContextSwitchTo(caller);

	dyn_worker_says("looking for streams");
	needed = dyn_streams_advance(&capture, decoded);
	if (needed && !decoding)
	{
		char	   *message;

		if (!dyn_worker_try(open_slot, NULL, &message))
		{
			if (MyReplicationSlot != NULL)
				ReplicationSlotRelease();
			dyn_streams_note_failure(message);
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the streams of this database cannot be captured"),
					 errdetail("Reason: %s.", message),
					 errhint("It is tried again after a while.")));
		}
		(void) dyn_streams_advance(&capture, decoded);
	}
	else if (!needed && (decoding || capture.slot != NULL))
		close_slot();
	if (!needed || TimestampDifferenceExceeds(tidied_at, GetCurrentTimestamp(), TIDY_MS))
	{
		if (decoding)
			(void) dyn_worker_try(roll_shards, NULL, NULL);
		(void) dyn_worker_try(trim, &left, NULL);
		tidied_at = GetCurrentTimestamp();
	}
	MemoryContextSwitchTo(caller);
	return needed || left;
}

/* ---- the slot and the generation ---- */

/* Begin to decode where the slot and the position say, or with a new slot. */
static void
open_slot(void *argument)
{
	char	   *name = dyn_slot_name(&capture.incarnation);
	DynSlotCheck check;
	const char *reason;

	dyn_slots_drop(name);
	check = dyn_slot_check(name);
	reason = what_happened(check, name);
	if (reason != NULL)
	{
		if (check != DYN_CAPTURE_SLOT_MISSING)
			ReplicationSlotDrop(name, true);
		dyn_worker_says("making the replication slot");
		begin_generation(name, reason, dyn_slot_make(name));
	}
	dyn_decoding_begin(name, capture.position);
	decoding = true;
	decoded = capture.position;
}

/* Why must there be a new slot?  NULL: there is no need. */
static const char *
what_happened(DynSlotCheck check, const char *name)
{
	char	   *system_id = psprintf(UINT64_FORMAT, GetSystemIdentifier());

	if (capture.slot == NULL)
		return "the first stream was enabled";
	if (capture.system_id == NULL || strcmp(capture.system_id, system_id) != 0)
		return "the database is that of another server now";
	if (capture.timeline != (int32) GetWALInsertionTimeLine())
		return psprintf("the server's timeline was %d and is %d: it was promoted, or restored to an earlier time",
						capture.timeline, (int) GetWALInsertionTimeLine());
	if (check == DYN_CAPTURE_SLOT_MISSING)
		return psprintf("replication slot \"%s\" is gone", name);
	if (check == DYN_CAPTURE_SLOT_INVALID)
		return psprintf("replication slot \"%s\" fell behind by more than max_slot_wal_keep_size", name);
	return NULL;
}

/* Note the new slot.  The shards of streams that are enabled already end, and their children begin. */
static void
begin_generation(const char *name, const char *reason, XLogRecPtr position)
{
	XLogRecPtr	from = capture.position;
	bool		gap = false;
	ListCell   *cell;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(TopMemoryContext);
	capture.slot = pstrdup(name);
	capture.system_id = psprintf(UINT64_FORMAT, GetSystemIdentifier());
	MemoryContextSwitchTo(CurTransactionContext);
	capture.generation++;
	capture.timeline = (int32) GetWALInsertionTimeLine();
	capture.position = position;
	dyn_stream_capture_update(&capture);
	foreach(cell, dyn_streams_list(NULL))
	{
		const DynStreamRow *row = lfirst(cell);

		if (row->status != DYN_STREAM_ENABLED && row->status != DYN_STREAM_DISABLING)
			continue;
		if (memcmp(&row->incarnation, &capture.incarnation, UUID_LEN) != 0)
			continue;
		dyn_shards_roll(row->id, &capture, position);
		gap = true;
	}
	if (gap)
		dyn_stream_gap(&capture, reason, from);
	PopActiveSnapshot();
	CommitTransactionCommand();
	if (gap)
		ereport(WARNING,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("changes may be missing from the streams of this database"),
				 errdetail("Reason: %s.  Commits from %X/%X up to %X/%X may have no records.", reason,
						   LSN_FORMAT_ARGS(from), LSN_FORMAT_ARGS(position)),
				 errhint("Consumers find new shards; see dynamo.stream_gaps.")));
}

/* No stream needs the slot any more. */
static void
close_slot(void)
{
	if (decoding)
		dyn_decoding_end();
	decoding = false;
	decoded = InvalidXLogRecPtr;
	dyn_slots_drop(NULL);

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	capture.slot = NULL;
	dyn_stream_capture_update(&capture);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* ---- shards and slices ---- */

/* Close the shards that have been open for long enough, and open their children. */
static void
roll_shards(void *argument)
{
	TimestampTz now = GetCurrentTimestamp();
	ListCell   *cell;
	ListCell   *inner;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach(cell, dyn_streams_list(NULL))
	{
		const DynStreamRow *row = lfirst(cell);
		bool		due = false;

		if (row->status != DYN_STREAM_ENABLED)
			continue;
		foreach(inner, dyn_shards_list(row->id))
		{
			const DynShard *shard = lfirst(inner);

			if (XLogRecPtrIsInvalid(shard->ends) && decoded > shard->begins &&
				now - shard->opened_at >= dyn_stream_shard_lifetime * USECS_PER_SEC)
				due = true;
		}
		if (due)
			dyn_shards_roll(row->id, &capture, decoded);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Empty slices; *argument: is there anything left that will have to be removed? */
static void
trim(void *argument)
{
	bool	   *left = argument;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	*left = dyn_slices_trim(&capture);
	dyn_shards_trim();
	if (dyn_streams_list(NULL) != NIL)
		*left = true;
	PopActiveSnapshot();
	CommitTransactionCommand();
}
