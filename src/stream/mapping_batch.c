/*-------------------------------------------------------------------------
 *
 * mapping_batch.c
 *	  One batch of an event source mapping: records are read, the function is
 *	  called with them, and how far the lane has got is written down, in one
 *	  transaction.
 *
 * From the first look at the stream to the end of the transaction the current
 * user is the role that made the mapping, and cannot become another one
 * (SECURITY_LOCAL_USERID_CHANGE): deferred triggers of what the function
 * writes run as that role, too.  What the function SETs is undone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_proc.h"
#include "commands/extension.h"
#include "commands/prepare.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "stream/mapping.h"
#include "stream/mapping_event.h"
#include "stream/stream_operations.h"

static bool open_mapping(const DynMapping *wanted, DynBatch *batch, DynMapping *mapping);
static int	begin_acting(Oid role);
static void forget_session(void);
static void take_through(const DynMapping *mapping, DynBatch *batch);
static bool find_stream(const DynMapping *mapping, const char *label, bool or_next, DynStreamRow *stream);
static bool may_go(const DynMapping *mapping, DynBatch *batch, const DynEvent *event);
static bool has_ended(const DynStreamRow *stream);
static void call_function(const DynMapping *mapping, const DynEvent *event);

void
dyn_mapping_run_batch(const DynMapping *wanted, DynBatch *batch)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid			user;
	int			context;
	DynMapping	mapping;

	batch->gone = batch->moved = batch->poisoned = false;
	batch->count = 0;
	batch->wait_ms = -1;

	StartTransactionCommand();
	GetUserIdAndSecContext(&user, &context);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (open_mapping(wanted, batch, &mapping))
	{
		int			settings = begin_acting(mapping.role);

		forget_session();
		take_through(&mapping, batch);
		PopActiveSnapshot();
		AfterTriggerFireDeferred();
		AtEOXact_GUC(false, settings);
	}
	else
	{
		batch->gone = true;
		PopActiveSnapshot();
	}
	CommitTransactionCommand();
	SetUserIdAndSecContext(user, context);
	MemoryContextSwitchTo(caller);
}

/* Lock the mapping and read it.  False where it is paused or gone. */
static bool
open_mapping(const DynMapping *wanted, DynBatch *batch, DynMapping *mapping)
{
	if (!OidIsValid(get_extension_oid("dynamo", true)))
		return false;
	dyn_mapping_lock(wanted->number, ShareLock);

	/* Who held the lock may have changed it. */
	PopActiveSnapshot();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (!OidIsValid(get_extension_oid("dynamo", true)) || !dyn_mapping_find(wanted->number, mapping))
		return false;
	return memcmp(&mapping->id, &wanted->id, sizeof(mapping->id)) == 0 && batch->lane < mapping->parallelization;
}

/* Become the role.  Returns what AtEOXact_GUC takes to undo what the function SETs. */
static int
begin_acting(Oid role)
{
	int			settings = NewGUCNestLevel();

	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the role that made this event source mapping was dropped"),
				 errhint("Delete the mapping and make it again as another role.")));
	SetUserIdAndSecContext(role, SECURITY_LOCAL_USERID_CHANGE);
	return settings;
}

/* What a call leaves behind in its session is not there for the next one, as if each had its own. */
static void
forget_session(void)
{
	PortalHashTableDeleteAll();
	DropAllPreparedStatements();
	LockReleaseAll(USER_LOCKMETHOD, true);
	ResetTempTableNamespace();
}

static void
take_through(const DynMapping *mapping, DynBatch *batch)
{
	DynStreamRow stream;
	DynStreamRow next;
	DynLane		lane;
	DynEvent	event;

	dyn_lane_read(mapping, batch->lane, &lane);
	if (!find_stream(mapping, lane.label, true, &stream))
		return;
	dyn_stream_check_access(&stream);
	if (lane.label == NULL || strcmp(lane.label, stream.label) != 0)
	{
		lane.label = stream.label;
		lane.has_position = false;
	}

	dyn_event_collect(mapping, batch, &stream, &lane, &event);
	batch->count = event.count;
	batch->poisoned = event.poisoned;
	if (event.count > 0)
	{
		if (!batch->bury && (event.poisoned || !may_go(mapping, batch, &event)))
			return;
		batch->moved = true;
		if (batch->bury)
		{
			dyn_lane_bury(mapping, batch->lane, &event.reached, event.count);
			dyn_event_bury(mapping, batch, &event);
		}
		else
		{
			dyn_lane_advance(mapping, batch->lane, &event.reached, event.count);
			call_function(mapping, &event);
		}
	}
	else if (event.passed_over > 0)
	{
		dyn_lane_advance(mapping, batch->lane, &event.reached, 0);
		batch->moved = true;
	}
	else if (has_ended(&stream) && mapping->label == NULL && find_stream(mapping, stream.label, false, &next))
	{
		lane.label = next.label;
		lane.has_position = false;
		dyn_lane_advance(mapping, batch->lane, &lane, 0);
		batch->moved = true;
	}
}

/*
 * Find the stream of a label, or the next one of the table.  A lane without
 * a label, and one whose stream is gone, goes on with what there is.
 */
static bool
find_stream(const DynMapping *mapping, const char *label, bool or_next, DynStreamRow *stream)
{
	ListCell   *cell;

	foreach(cell, dyn_streams_list(mapping->table_name))
	{
		const DynStreamRow *row = lfirst(cell);
		int			order = label == NULL ? 1 : strcmp(row->label, label);

		if (mapping->label != NULL ? strcmp(row->label, mapping->label) == 0 : order > 0 || (or_next && order == 0))
		{
			*stream = *row;
			return true;
		}
	}
	return false;
}

/* Is a batch complete, or has it waited for long enough? */
static bool
may_go(const DynMapping *mapping, DynBatch *batch, const DynEvent *event)
{
	TimestampTz now = GetCurrentTimestamp();

	if (mapping->window_ms == 0 || event->more || event->count >= batch->limit)
		return true;
	if (batch->waiting_since == 0)
		batch->waiting_since = now;
	batch->wait_ms = TimestampDifferenceMilliseconds(now, TimestampTzPlusMilliseconds(batch->waiting_since, mapping->window_ms));
	return batch->wait_ms <= 0;
}

/* Will there never be another record? */
static bool
has_ended(const DynStreamRow *stream)
{
	ListCell   *cell;

	if (stream->status != DYN_STREAM_DISABLED)
		return false;
	foreach(cell, dyn_shards_list(stream->id))
		if (XLogRecPtrIsInvalid(((const DynShard *) lfirst(cell))->ends))
			return false;
	return true;
}

static void
call_function(const DynMapping *mapping, const DynEvent *event)
{
	LOCAL_FCINFO(call, 1);
	FmgrInfo	function_info;
	Oid			function;

	function = DatumGetObjectId(DirectFunctionCall1(regprocedurein, CStringGetDatum(mapping->function)));
	if (dyn_function_aclcheck(function, GetUserId(), ACL_EXECUTE) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FUNCTION, mapping->function);
	fmgr_info(function, &function_info);
	InitFunctionCallInfoData(*call, &function_info, 1, InvalidOid, NULL, NULL);
	call->args[0].value = dyn_event_jsonb(event);
	call->args[0].isnull = false;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	(void) FunctionCallInvoke(call);
	PopActiveSnapshot();
}
