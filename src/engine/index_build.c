/*-------------------------------------------------------------------------
 *
 * index_build.c
 *	  Building and dropping secondary indexes and expiry indexes in the
 *	  background.
 *
 * The rows of dynamo.indexes and dynamo.time_to_live say what is to be done,
 * so a crash loses no work.  The housekeeping worker starts one task for each
 * table that has any, dynamo.max_index_builds at a time; the task becomes the
 * table's owner and runs CREATE INDEX CONCURRENTLY or DROP INDEX CONCURRENTLY,
 * which evaluate index expressions in a security-restricted operation, and
 * writes the outcome down.  What a task that died left behind is an index that
 * is not valid; the next one drops it first.
 *
 * Locks: a task takes the relation's ShareUpdateExclusiveLock for its session
 * with a time-out, and holds it from looking at the indexes to the end of the
 * statement: that keeps out other builders, VACUUM and ALTER, but no writers.
 * It lets go of it before it locks the table's name, because DeleteTable takes
 * the name first.  Waiting for old snapshots has no time-out: it is CREATE INDEX
 * CONCURRENTLY's last step, and nobody waits for it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "engine/expiry_index.h"
#include "engine/index_build.h"
#include "engine/index_ddl.h"

/* How long a task waits for the relation's lock. */
#define LOCK_TIMEOUT	"5s"

/* Where a build failed it is tried again after 1, 2, 4 ... seconds, at most this many. */
#define LONGEST_DELAY	256

/* Where no process is to be had, or one may be about to end. */
#define RETRY_MS		5000

/* ---- the housekeeping worker ---- */

/* A table whose work has failed. */
typedef struct Failure
{
	Oid			relid;			/* hash key */
	int			failures;		/* in a row */
	TimestampTz not_before;
} Failure;

static HTAB *failures = NULL;
static int	build_task = -1;

static long have_work_done(void);
static List *find_work(void);
static long may_start_at(Oid relid);
static void build_main(const DynWorkerJob *job);

const DynDuty dyn_index_build_duty = {.name = "looking for indexes to be built", .run = have_work_done};
static const DynWorkerKind build_kind = {.name = "index build", .main = build_main};

void
dyn_index_build_init(void)
{
	build_task = dyn_worker_register(&build_kind);
	dyn_duty_register(&dyn_index_build_duty);
}

void
dyn_index_work_cancel(Oid relid)
{
	dyn_worker_cancel_task(build_task, relid);
}

/* Start tasks, those first that have failed least. */
static long
have_work_done(void)
{
	List	   *relids = find_work();
	long		again_ms = -1;
	int			round = 0;
	bool		left = relids != NIL;

	for (; left && round <= 30; round++)
	{
		ListCell   *cell;

		left = false;
		foreach(cell, relids)
		{
			Oid			relid = lfirst_oid(cell);
			Failure    *failure = hash_search(failures, &relid, HASH_FIND, NULL);
			long		wait_ms;

			if ((failure == NULL ? 0 : Min(failure->failures, 30)) != round)
			{
				left |= failure != NULL && failure->failures > round;
				continue;
			}
			wait_ms = may_start_at(relid);
			if (wait_ms == 0)
			{
				if (dyn_worker_count_tasks(build_task) >= dyn_max_index_builds)
					continue;	/* the end of one wakes us */
				if (dyn_worker_start_task(build_task, relid))
					continue;
				wait_ms = RETRY_MS;
			}
			if (wait_ms > 0)
				again_ms = again_ms < 0 ? wait_ms : Min(again_ms, wait_ms);
		}
	}
	return again_ms;
}

/* The relations that have work, List of OIDs; what is known of others is forgotten. */
static List *
find_work(void)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *relids = NIL;
	List	   *names;
	ListCell   *cell;
	HASH_SEQ_STATUS status;
	Failure    *failure;

	if (failures == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(Failure), .hcxt = TopMemoryContext};

		failures = hash_create("dynamo index builds", 16, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		dyn_worker_forget_tasks(build_task);
	}

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	names = list_concat(dyn_catalog_index_work(), dyn_expiry_index_work());
	MemoryContextSwitchTo(context);
	foreach(cell, names)
	{
		DynTableRow row;

		if (dyn_catalog_find_table(lfirst(cell), &row))
			relids = list_append_unique_oid(relids, row.relation);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);

	/* A task that has ended is heard of even where it left no work. */
	hash_seq_init(&status, failures);
	while ((failure = hash_seq_search(&status)) != NULL)
		if (!list_member_oid(relids, failure->relid))
		{
			(void) dyn_worker_task_state(build_task, failure->relid);
			(void) hash_search(failures, &failure->relid, HASH_REMOVE, NULL);
		}
	return relids;
}

/* May a task start?  0: now; -1: one is running; else after so many milliseconds. */
static long
may_start_at(Oid relid)
{
	TimestampTz now = GetCurrentTimestamp();
	DynTaskState state = dyn_worker_task_state(build_task, relid);
	bool		found;
	Failure    *failure;

	if (state == DYN_TASK_RUNNING)
		return -1;
	failure = hash_search(failures, &relid, HASH_ENTER, &found);
	if (!found || state == DYN_TASK_DONE)
	{
		failure->failures = 0;
		failure->not_before = now;
	}
	if (state == DYN_TASK_FAILED)
	{
		long		delay = failure->failures < 8 ? 1L << failure->failures : LONGEST_DELAY;

		failure->failures++;
		failure->not_before = TimestampTzPlusMilliseconds(now, delay * 1000);
	}
	return failure->not_before <= now ? 0 : TimestampDifferenceMilliseconds(now, failure->not_before);
}

/* ---- the task ---- */

/* One index that is to be created or deleted: a secondary index, or the expiry index. */
typedef struct Work
{
	Oid			relid;
	LockRelId	lock;			/* held by this session */
	bool		partitioned;
	char	   *table_name;
	bool		create;
	bool		is_expiry;
	DynIndexRow index;
	DynTimeToLiveRow expiry;
	const char *name;			/* of either */
	DynIndexSubject subject;
	List	   *states;			/* of its Postgres indexes, DynKeyIndexState * */
	bool		shared;			/* has another index its key schema? */
	char	   *error;			/* why it failed */
} Work;

static void do_all_work(void *argument);
static bool find_next(Work *work);
static bool find_index(Work *work, const DynTableRow *row);
static bool find_expiry(Work *work, const DynTableRow *row);
static void lock_relation(Work *work);
static void become_owner(Oid relid);
static void create_index(Work *work);
static void drop_indexes(Work *work, bool only_invalid);
static void finish(Work *work);
static void finish_index(const Work *work, Relation relation);
static void note_failure(void *argument);

static void
build_main(const DynWorkerJob *job)
{
	Work		work = {.relid = job->argument};
	char	   *message = NULL;

	/* Statements that make transactions of their own expect a portal's context. */
	PortalContext = AllocSetContextCreate(TopMemoryContext, "dynamo index build", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(PortalContext);
	if (dyn_worker_try(do_all_work, &work, &message))
		return;
	work.error = message;
	(void) dyn_worker_try(note_failure, &work, NULL);
	proc_exit(1);
}

static void
do_all_work(void *argument)
{
	Work	   *work = argument;

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(PortalContext);
		lock_relation(work);
		if (!find_next(work))
		{
			UnlockRelationIdForSession(&work->lock, ShareUpdateExclusiveLock);
			return;
		}
		dyn_worker_says(psprintf("%s index \"%s\" of table \"%s\"",
								 work->create ? "building" : "dropping", work->name, work->table_name));
		if (work->create)
			create_index(work);
		else if (!work->shared)
			drop_indexes(work, false);
		UnlockRelationIdForSession(&work->lock, ShareUpdateExclusiveLock);
		finish(work);
	}
}

/* Keep other builders, VACUUM and ALTER out, or raise where one is at it for long; and become the owner. */
static void
lock_relation(Work *work)
{
	StartTransactionCommand();
	work->lock.dbId = MyDatabaseId;
	work->lock.relId = work->relid;
	SetConfigOption("lock_timeout", LOCK_TIMEOUT, PGC_SUSET, PGC_S_OVERRIDE);
	LockRelationIdForSession(&work->lock, ShareUpdateExclusiveLock);
	SetConfigOption("lock_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	AcceptInvalidationMessages();
	become_owner(work->relid);
	CommitTransactionCommand();
}

/* Under the lock there can be no ALTER TABLE ... OWNER TO. */
static void
become_owner(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));

	if (HeapTupleIsValid(tuple))
	{
		Oid			owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;

		SetSessionAuthorization(owner, superuser_arg(owner));
		ReleaseSysCache(tuple);
	}
}

/* Find an index that is to be created or deleted.  Returns false where there is none. */
static bool
find_next(Work *work)
{
	MemoryContext context = CurrentMemoryContext;
	DynTableRow row;
	bool		found = false;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(context);
	if (OidIsValid(get_extension_oid("dynamo", true)) && dyn_catalog_find_relation(work->relid, &row))
		found = find_index(work, &row) || find_expiry(work, &row);
	if (found)
	{
		Relation	relation = table_open(work->relid, AccessShareLock);

		work->partitioned = relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;
		work->states = dyn_key_indexes(relation, dyn_table_describe(relation), work->subject);
		table_close(relation, AccessShareLock);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
	return found;
}

/* Find a secondary index that is to be created or deleted. */
static bool
find_index(Work *work, const DynTableRow *row)
{
	List	   *indexes = dyn_catalog_indexes(row->name);
	bool		found = false;
	ListCell   *cell;

	foreach(cell, indexes)
	{
		const DynIndexRow *index = lfirst(cell);

		if (index->status == DYN_INDEX_ACTIVE || found)
			continue;
		found = true;
		work->table_name = row->name;
		work->create = index->status == DYN_INDEX_CREATING;
		work->is_expiry = false;
		work->index = *index;
		work->name = index->name;
		work->subject = (DynIndexSubject) {.key_schema = &work->index.key_schema};
	}
	work->shared = false;
	foreach(cell, indexes)
	{
		const DynIndexRow *index = lfirst(cell);

		if (found && index->status != DYN_INDEX_DELETING && strcmp(index->name, work->index.name) != 0)
			work->shared |= dyn_key_schema_equal(&index->key_schema, &work->index.key_schema);
	}
	return found;
}

/* Is the expiry index to be created or deleted? */
static bool
find_expiry(Work *work, const DynTableRow *row)
{
	if (!dyn_expiry_index_is_work(row->name, &work->expiry))
		return false;
	work->table_name = row->name;
	work->create = work->expiry.status == DYN_TTL_ENABLING;
	work->is_expiry = true;
	work->name = DYN_EXPIRY_INDEX_NAME;
	work->subject = dyn_expiry_subject(work->expiry.attribute);
	work->shared = false;
	return true;
}

/* Make a valid index, unless there is one. */
static void
create_index(Work *work)
{
	bool		valid = dyn_has_valid_index(work->states);

	StartTransactionCommand();
	{
		Relation	relation = table_open(work->relid, ShareUpdateExclusiveLock);
		const DynTable *table = dyn_table_describe(relation);

		if (!work->is_expiry)
			dyn_ddl_create_statistics(table, &work->index.key_schema);

		/* Concurrently is not to be had there. */
		if (!valid && work->partitioned)
			dyn_ddl_create_index(table, work->name, work->subject);
		table_close(relation, NoLock);
	}
	CommitTransactionCommand();
	MemoryContextSwitchTo(PortalContext);

	if (!valid && !work->partitioned)
	{
		drop_indexes(work, true);
		dyn_ddl_create_index_concurrently(work->relid, work->name, work->subject);
		MemoryContextSwitchTo(PortalContext);
	}
}

/* Drop its Postgres indexes. */
static void
drop_indexes(Work *work, bool only_invalid)
{
	ListCell   *cell;

	foreach(cell, work->states)
	{
		const DynKeyIndexState *state = lfirst(cell);

		if (!state->plain || (only_invalid && state->valid))
			continue;
		if (work->partitioned)
		{
			StartTransactionCommand();
			dyn_ddl_drop_index(state->oid);
			CommitTransactionCommand();
		}
		else
			dyn_ddl_drop_index_concurrently(state->oid);
		MemoryContextSwitchTo(PortalContext);
	}
}

/*
 * Write down that an index is there, or gone, if it still is: since the lock
 * went somebody may have asked for something else.
 */
static void
finish(Work *work)
{
	DynTableRow row;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	dyn_catalog_lock_name(work->table_name);
	if (dyn_catalog_find_table(work->table_name, &row) && row.relation == work->relid)
	{
		Relation	relation = table_open(work->relid, AccessShareLock);

		if (work->is_expiry)
			dyn_expiry_index_done(relation, dyn_table_describe(relation), &work->expiry);
		else
			finish_index(work, relation);
		table_close(relation, NoLock);
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
}

static void
finish_index(const Work *work, Relation relation)
{
	const DynTable *table = dyn_table_describe(relation);
	DynIndexRow index;

	if (!dyn_catalog_find_index(work->table_name, work->index.name, &index) ||
		index.status != work->index.status ||
		!dyn_key_schema_equal(&index.key_schema, &work->index.key_schema))
		return;
	if (index.status == DYN_INDEX_DELETING)
	{
		dyn_catalog_remove_index(work->table_name, index.name);
		dyn_ddl_drop_statistics(table, &index.key_schema, dyn_catalog_indexes(work->table_name));
		return;
	}
	if (dyn_has_valid_index(dyn_key_indexes(relation, table, work->subject)))
		index.status = DYN_INDEX_ACTIVE;
	index.attempts = 0;
	index.last_error = NULL;
	dyn_catalog_update_index(work->table_name, &index);
}

/* Write down why it failed. */
static void
note_failure(void *argument)
{
	Work	   *work = argument;
	DynTableRow row;
	DynTimeToLiveRow expiry;
	ListCell   *cell;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (OidIsValid(get_extension_oid("dynamo", true)) && dyn_catalog_find_relation(work->relid, &row))
	{
		dyn_catalog_lock_name(row.name);
		foreach(cell, dyn_catalog_indexes(row.name))
		{
			DynIndexRow *index = lfirst(cell);

			if (index->status == DYN_INDEX_ACTIVE)
				continue;
			index->attempts++;
			index->last_error = work->error;
			dyn_catalog_update_index(row.name, index);
		}
		if (dyn_expiry_index_is_work(row.name, &expiry))
		{
			expiry.attempts++;
			expiry.last_error = work->error;
			dyn_time_to_live_update(&expiry);
		}
	}
	PopActiveSnapshot();
	CommitTransactionCommand();
}
