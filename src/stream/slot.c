/*-------------------------------------------------------------------------
 *
 * slot.c
 *	  The replication slot of a database and the decoding of what it holds.
 *
 * There is one decoding context for the life of the worker: making one reads
 * WAL from the slot's restart position again.  It is made inside a
 * transaction, because outside of one Postgres takes the process for one
 * that only decodes, and vacuum would ignore the snapshots that it writes
 * records under.  It lives in a memory context of its own, because it
 * outlives that transaction.
 *
 * WAL is read up to what is flushed, and a page that is not flushed far
 * enough is "not yet" rather than something to wait for, so that what was
 * decoded can be written meanwhile.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogreader.h"
#include "access/xlogutils.h"
#include "miscadmin.h"
#include "replication/decode.h"
#include "replication/logical.h"
#include "replication/slot.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/compat.h"
#include "stream/plugin.h"
#include "stream/slot.h"
#include "stream/spool.h"

static LogicalDecodingContext *decoding = NULL;
static MemoryContext decoding_context = NULL;
static ResourceOwner decoding_owner = NULL;

/* Everything before it was decoded. */
static XLogRecPtr decoded = InvalidXLogRecPtr;

static int	read_page(XLogReaderState *reader, XLogRecPtr page, int length, XLogRecPtr record, char *buffer);

char *
dyn_slot_name(const pg_uuid_t *incarnation)
{
	return psprintf("dynamo_%u_%02x%02x%02x%02x", MyDatabaseId, incarnation->data[0], incarnation->data[1],
					incarnation->data[2], incarnation->data[3]);
}

DynSlotCheck
dyn_slot_check(const char *name)
{
	DynSlotCheck result = DYN_CAPTURE_SLOT_MISSING;
	ReplicationSlot *slot;

	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	slot = SearchNamedReplicationSlot(name, false);
	if (slot != NULL)
	{
		SpinLockAcquire(&slot->mutex);
		result = dyn_slot_is_invalid(&slot->data) || XLogRecPtrIsInvalid(slot->data.restart_lsn) ?
			DYN_CAPTURE_SLOT_INVALID : DYN_CAPTURE_SLOT_GOOD;
		SpinLockRelease(&slot->mutex);
	}
	LWLockRelease(ReplicationSlotControlLock);
	return result;
}

void
dyn_slots_drop(const char *keep)
{
	for (int i = 0; i < max_replication_slots; i++)
	{
		ReplicationSlot *slot = &ReplicationSlotCtl->replication_slots[i];
		NameData	name;
		bool		drop;

		LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
		SpinLockAcquire(&slot->mutex);
		drop = slot->in_use && slot->active_pid == 0 && slot->data.database == MyDatabaseId &&
			strcmp(NameStr(slot->data.plugin), DYN_STREAM_PLUGIN) == 0 &&
			(keep == NULL || strcmp(NameStr(slot->data.name), keep) != 0);
		name = slot->data.name;
		SpinLockRelease(&slot->mutex);
		LWLockRelease(ReplicationSlotControlLock);
		if (!drop)
			continue;
		ereport(LOG, (errmsg("dropping replication slot \"%s\"", NameStr(name)),
					  errdetail("No stream of this database needs it.")));
		ReplicationSlotDrop(NameStr(name), true);
	}
}

XLogRecPtr
dyn_slot_make(const char *name)
{
	LogicalDecodingContext *ctx;
	XLogRecPtr	position;

	dyn_plugin_allow();
	StartTransactionCommand();
	CheckLogicalDecodingRequirements();
	dyn_slot_create(name);
	ctx = CreateInitDecodingContext(DYN_STREAM_PLUGIN, NIL, false, InvalidXLogRecPtr,
									XL_ROUTINE(.page_read = read_local_xlog_page,
											   .segment_open = wal_segment_open,
											   .segment_close = wal_segment_close),
									NULL, NULL, NULL);
	DecodingContextFindStartpoint(ctx);
	position = MyReplicationSlot->data.confirmed_flush;
	FreeDecodingContext(ctx);
	ReplicationSlotPersist();
	ReplicationSlotRelease();
	InvalidateSystemCaches();
	CommitTransactionCommand();
	return position;
}

void
dyn_decoding_begin(const char *name, XLogRecPtr position)
{
	MemoryContext caller = CurrentMemoryContext;

	dyn_plugin_allow();
	if (decoding_context == NULL)
		decoding_context = AllocSetContextCreate(TopMemoryContext, "dynamo decoding", ALLOCSET_DEFAULT_SIZES);
	if (decoding_owner == NULL)
		decoding_owner = ResourceOwnerCreate(NULL, "dynamo decoding");

	dyn_slot_acquire(name);
	StartTransactionCommand();
	MemoryContextSwitchTo(decoding_context);
	decoding = CreateDecodingContext(position, NIL, false,
									 XL_ROUTINE(.page_read = read_page,
												.segment_open = wal_segment_open,
												.segment_close = wal_segment_close),
									 NULL, NULL, NULL);
	XLogBeginRead(decoding->reader, MyReplicationSlot->data.restart_lsn);
	decoded = MyReplicationSlot->data.restart_lsn;
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	InvalidateSystemCaches();
}

void
dyn_decoding_end(void)
{
	if (decoding == NULL)
		return;
	StartTransactionCommand();
	FreeDecodingContext(decoding);
	decoding = NULL;
	CommitTransactionCommand();
	ReplicationSlotRelease();
	MemoryContextReset(decoding_context);
}

XLogRecPtr
dyn_decode(Size max_bytes)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	while (dyn_spool_bytes() < max_bytes)
	{
		char	   *error = NULL;
		XLogRecord *record;

		CHECK_FOR_INTERRUPTS();

		/* The reader keeps what it allocates; a decoded transaction ends with its own owner and context. */
		CurrentResourceOwner = decoding_owner;
		MemoryContextSwitchTo(decoding_context);
		record = XLogReadRecord(decoding->reader, &error);
		if (record == NULL)
		{
			if (error != NULL)
				ereport(ERROR,
						(errcode(ERRCODE_DATA_CORRUPTED),
						 errmsg("could not read WAL at %X/%X: %s", LSN_FORMAT_ARGS(decoded), error),
						 errhint("Look into the server's log.")));
			break;
		}
		LogicalDecodingProcessRecord(decoding, decoding->reader);
		decoded = decoding->reader->EndRecPtr;
	}
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(caller);
	return decoded;
}

/* Read a page of WAL as far as it is flushed; -1 if that is not far enough. */
static int
read_page(XLogReaderState *reader, XLogRecPtr page, int length, XLogRecPtr record, char *buffer)
{
	TimeLineID	timeline;
	XLogRecPtr	flushed = GetFlushRecPtr(&timeline);
	WALReadError error;
	int			count;

	if (page + length > flushed)
		return -1;
	count = (int) Min(flushed - page, XLOG_BLCKSZ);
	if (!WALRead(reader, buffer, page, count, timeline, &error))
		WALReadRaiseError(&error);
	return count;
}

void
dyn_slot_confirm(XLogRecPtr position)
{
	LogicalConfirmReceivedLocation(position);
}
