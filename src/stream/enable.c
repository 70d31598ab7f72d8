/*-------------------------------------------------------------------------
 *
 * enable.c
 *	  Enabling and disabling streams, by the worker.
 *
 * Enabling takes the table's AccessExclusiveLock for a moment, sets REPLICA
 * IDENTITY FULL and the row to ENABLED: no writer spans the cut, and what
 * comes after it says what every item was.  The lock has a time-out, because
 * others queue up behind who waits for it, and the worker has records to
 * write; it is tried again until it is had.
 *
 * A stream ends when somebody set it DISABLING, when its table is gone, or
 * when it was restored from a dump.  What was committed before then is still
 * to be captured: so a mark is written to the WAL, and the shards are closed
 * once everything before the mark is stored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "replication/message.h"
#include "storage/lmgr.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "engine/table_ddl.h"
#include "schema/catalog.h"
#include "stream/capture.h"
#include "stream/ddl.h"
#include "worker/worker.h"

/* How long to wait for locks; after that, how long to go on with something else. */
#define LOCK_TIMEOUT	"200ms"
#define RETRY_MS		1000

/* A stream that is to end once everything before the mark is stored. */
typedef struct Ending
{
	int64		stream;
	XLogRecPtr	mark;
} Ending;

/* What a look at the catalog has found. */
typedef struct Seen
{
	const DynStreamRow *row;
	bool		table_is_there;
	bool		owner_changed;
} Seen;

/* What a step works on. */
typedef struct Step
{
	DynStreamCapture *capture;
	XLogRecPtr	decoded;
	int64		stream;
	char	   *table_name;
	char	   *message;		/* of note_failure: why it failed */
} Step;

static List *endings = NIL;		/* of Ending *, in TopMemoryContext */
static TimestampTz retry_at = 0;

static void enable(void *argument);
static void note_failure(void *argument);
static void disable(void *argument);
static void begin_anew(void *argument);
static void refresh_owner(void *argument);
static void remove_ended(void *argument);
static XLogRecPtr ending_mark(int64 stream);
static void forget_ending(int64 stream);
static bool owner_changed(const DynStreamRow *row);
static bool begin_step(const Step *step, DynStreamRow *row);
static void end_step(void);
static void set_identity(Oid relid, char identity);

/* Look at all streams and their tables; List of Seen *, palloc'd in the caller's context. */
static List *
look_at_streams(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List	   *result = NIL;
	ListCell   *cell;

	StartTransactionCommand();
	MemoryContextSwitchTo(caller);
	foreach(cell, dyn_streams_list(NULL))
	{
		Seen	   *seen = palloc(sizeof(Seen));

		seen->row = lfirst(cell);
		seen->table_is_there = seen->row->status != DYN_STREAM_DISABLED && dyn_is_item_table(seen->row->relation);
		seen->owner_changed = seen->table_is_there && owner_changed(seen->row);
		result = lappend(result, seen);
	}
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
	return result;
}

bool
dyn_streams_advance(DynStreamCapture *capture, XLogRecPtr decoded)
{
	List	   *streams = look_at_streams();
	bool		may_try = GetCurrentTimestamp() >= retry_at;
	bool		failed = false;
	bool		needed = false;
	ListCell   *cell;

	foreach(cell, streams)
	{
		const Seen *seen = lfirst(cell);
		const DynStreamRow *row = seen->row;
		Step		step = {.capture = capture, .decoded = decoded, .stream = row->id, .table_name = row->table_name};

		if (row->status == DYN_STREAM_DISABLED)
		{
			if (GetCurrentTimestamp() - row->ended_at >= dyn_stream_retention * USECS_PER_SEC)
				failed |= !dyn_worker_try(remove_ended, &step, NULL);
			continue;
		}
		if (memcmp(&row->incarnation, &capture->incarnation, UUID_LEN) != 0)
		{
			if (may_try)
				failed |= !dyn_worker_try(begin_anew, &step, NULL);
			needed = true;
			continue;
		}

		/* Without the slot there is nothing that a stream could be enabled or ended at. */
		needed = true;
		if (XLogRecPtrIsInvalid(decoded))
			continue;
		if (row->status == DYN_STREAM_DISABLING || !seen->table_is_there)
		{
			if (decoded >= ending_mark(row->id) && may_try)
				failed |= !dyn_worker_try(disable, &step, NULL);
		}
		else if (row->status == DYN_STREAM_ENABLING)
		{
			if (may_try && !dyn_worker_try(enable, &step, &step.message))
			{
				failed = true;
				(void) dyn_worker_try(note_failure, &step, NULL);
			}
		}
		else if (seen->owner_changed)
			failed |= !dyn_worker_try(refresh_owner, &step, NULL);
	}
	if (failed)
		retry_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RETRY_MS);
	return needed;
}

/* ---- steps: each a transaction of its own ---- */

/* Begin a transaction, lock the table's name and read the stream's row again; false where it is gone. */
static bool
begin_step(const Step *step, DynStreamRow *row)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	(void) set_config_option("lock_timeout", LOCK_TIMEOUT, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	dyn_catalog_lock_name(step->table_name);
	return dyn_streams_find_id(step->stream, row);
}

static void
end_step(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
}

static void
enable(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;

	if (begin_step(step, &row) && row.status == DYN_STREAM_ENABLING)
	{
		Relation	relation;
		const char *fault = NULL;

		LockRelationOid(row.relation, AccessExclusiveLock);
		relation = dyn_is_item_table(row.relation) ? table_open(row.relation, NoLock) : NULL;
		if (relation != NULL)
			fault = dyn_stream_fault(relation);
		if (relation == NULL || fault != NULL)
		{
			row.status = DYN_STREAM_DISABLED;
			row.ended_at = GetCurrentTimestamp();
			row.last_error = (char *) (fault != NULL ? fault : "its table is gone");
		}
		else
		{
			char		identity = relation->rd_rel->relreplident;

			row.status = DYN_STREAM_ENABLED;
			row.last_error = NULL;
			row.owner = relation->rd_rel->relowner;
			if (row.identity == '\0')
				row.identity = identity;
			table_close(relation, NoLock);
			relation = NULL;
			if (identity != REPLICA_IDENTITY_FULL)
				set_identity(row.relation, REPLICA_IDENTITY_FULL);
			dyn_shards_open(row.id, step->capture, step->decoded, NIL);
		}
		if (relation != NULL)
			table_close(relation, NoLock);
		dyn_streams_update(&row);
	}
	end_step();
}

/* Say in the row of a stream why it is ENABLING still. */
static void
note_failure(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;

	if (begin_step(step, &row) && row.status == DYN_STREAM_ENABLING)
	{
		row.attempts++;
		row.last_error = step->message;
		dyn_streams_update(&row);
	}
	end_step();
}

void
dyn_streams_note_failure(const char *message)
{
	ListCell   *cell;

	foreach(cell, look_at_streams())
	{
		const DynStreamRow *row = ((const Seen *) lfirst(cell))->row;
		Step		step = {.stream = row->id, .table_name = row->table_name, .message = pstrdup(message)};

		if (row->status == DYN_STREAM_ENABLING)
			(void) dyn_worker_try(note_failure, &step, NULL);
	}
}

static void
disable(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;
	ListCell   *cell;

	if (begin_step(step, &row) && row.status != DYN_STREAM_DISABLED)
	{
		if (row.identity == REPLICA_IDENTITY_DEFAULT && dyn_is_item_table(row.relation))
			set_identity(row.relation, REPLICA_IDENTITY_DEFAULT);
		foreach(cell, dyn_shards_list(row.id))
		{
			DynShard   *shard = lfirst(cell);

			if (XLogRecPtrIsInvalid(shard->ends))
				dyn_shard_close(shard, Max(step->decoded, shard->begins + 1));
		}
		row.status = DYN_STREAM_DISABLED;
		row.ended_at = GetCurrentTimestamp();
		dyn_streams_update(&row);
	}
	end_step();
	forget_ending(step->stream);
}

/* A stream that came with a restore ends; its table gets a new one. */
static void
begin_anew(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;

	if (begin_step(step, &row) && row.status != DYN_STREAM_DISABLED)
	{
		DynStreamRow next;

		dyn_streams_init(&next, row.table_name, row.relation, &row.key_schema, row.view);
		next.identity = row.identity;
		row.status = DYN_STREAM_DISABLED;
		row.ended_at = GetCurrentTimestamp();
		row.owner = next.owner;
		row.incarnation = next.incarnation;
		row.last_error = "it was restored from a dump, without its records";
		dyn_streams_update(&row);
		if (dyn_is_item_table(row.relation))
			dyn_streams_insert(&next);
	}
	end_step();
}

static void
refresh_owner(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;

	if (begin_step(step, &row) && dyn_is_item_table(row.relation))
	{
		Relation	relation = table_open(row.relation, AccessShareLock);

		row.owner = relation->rd_rel->relowner;
		table_close(relation, NoLock);
		dyn_streams_update(&row);
	}
	end_step();
}

/* Remove a stream that has ended so long ago that its records are gone. */
static void
remove_ended(void *argument)
{
	const Step *step = argument;
	DynStreamRow row;

	if (begin_step(step, &row) && row.status == DYN_STREAM_DISABLED && dyn_shards_list(row.id) == NIL)
		dyn_streams_remove(row.id);
	end_step();
}

/* ---- endings ---- */

/* Write something to the WAL, flush it, and say where it ends. */
static XLogRecPtr
write_mark(void)
{
	XLogRecPtr	mark = dyn_log_mark("dynamo.mark");

	XLogFlush(mark);
	return mark;
}

/* The mark of a stream that is to end; made when it is first asked for. */
static XLogRecPtr
ending_mark(int64 stream)
{
	MemoryContext caller;
	Ending	   *ending;
	ListCell   *cell;

	foreach(cell, endings)
		if (((Ending *) lfirst(cell))->stream == stream)
			return ((Ending *) lfirst(cell))->mark;

	caller = MemoryContextSwitchTo(TopMemoryContext);
	ending = palloc(sizeof(Ending));
	ending->stream = stream;
	ending->mark = write_mark();
	endings = lappend(endings, ending);
	MemoryContextSwitchTo(caller);
	return ending->mark;
}

static void
forget_ending(int64 stream)
{
	ListCell   *cell;

	foreach(cell, endings)
	{
		if (((Ending *) lfirst(cell))->stream == stream)
		{
			pfree(lfirst(cell));
			endings = foreach_delete_current(endings, cell);
		}
	}
}

/* ---- tables ---- */

static bool
owner_changed(const DynStreamRow *row)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(row->relation));
	bool		changed = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relowner != row->owner;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return changed;
}

/* ALTER TABLE ... REPLICA IDENTITY */
static void
set_identity(Oid relid, char identity)
{
	ReplicaIdentityStmt *definition = makeNode(ReplicaIdentityStmt);
	AlterTableCmd *command = makeNode(AlterTableCmd);
	AlterTableStmt *statement = makeNode(AlterTableStmt);

	definition->identity_type = identity;
	command->subtype = AT_ReplicaIdentity;
	command->def = (Node *) definition;
	statement->relation = dyn_ddl_range_var(relid);
	statement->cmds = list_make1(command);
	statement->objtype = OBJECT_TABLE;
	dyn_stream_ddl_by_worker = true;
	PG_TRY();
	{
		dyn_ddl_run((Node *) statement, "ALTER TABLE by the stream worker");
	}
	PG_FINALLY();
	{
		dyn_stream_ddl_by_worker = false;
	}
	PG_END_TRY();
}
