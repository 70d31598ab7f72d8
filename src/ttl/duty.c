/*-------------------------------------------------------------------------
 *
 * duty.c
 *	  The housekeeping worker's duty of deleting expired items.
 *
 * It goes through the tables that have time to live ENABLED, in one pass each
 * (ttl.h), and begins the next pass dynamo.ttl_interval after the last one
 * was done.  A pass is made of transactions of a few hundred items, so that
 * nobody waits long for a row.  The duty returns after a second or so, for
 * the other duties, and is called again at once where there is more to do.
 *
 * Its transactions commit asynchronously: what a crash takes back is deleted
 * again.  They wait for nobody: a table that is locked is left for later, and
 * code of its owner gets a lock time-out.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lmgr.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "schema/catalog.h"
#include "ttl/duty.h"
#include "ttl/ttl.h"

/* Items of one transaction. */
#define BATCH			500

/* After that time the other duties have their turn. */
#define SLICE_MS		1000

/* For what the transactions meet, and for a table that is locked. */
#define LOCK_TIMEOUT	"1s"
#define LOCKED_MS		1000

/* A pass that failed begins anew after 1, 2, 4 ... seconds, at most this many. */
#define LONGEST_DELAY	1024

/* A table with time to live, as this worker knows it. */
typedef struct ExpiringTable
{
	char		name[DYN_MAX_TABLE_NAME + 1];	/* hash key */
	bool		listed;			/* when the tables were last looked for */
	bool		in_pass;
	bool		locked;			/* was it, now? */
	bool		has_error;		/* is an old error written down? */
	int			failures;		/* in a row */
	TimestampTz not_before;		/* after a failure, or while it is locked */
	TimestampTz done_at;		/* the last pass; 0: there was none */
	DynExpiryPass pass;
	int64		limit;			/* of the next transaction */
	char	   *error;			/* to be written down */
} ExpiringTable;

static HTAB *tables = NULL;

/* How many items may be deleted now, by dynamo.ttl_max_deletes_per_second, and as of when. */
static double allowance = 0;
static TimestampTz allowance_at = 0;

static long expire_all(void);
static List *look_for_tables(void);
static long run_table(ExpiringTable *table);
static long allow(int64 *limit);
static void run_transaction(void *argument);
static void begin_transaction(void);
static void end_transaction(void);
static void set_local(const char *name, const char *value);
static void note_failure(ExpiringTable *table, char *message);
static void write_failure(void *argument);
static void write_success(void *argument);

const DynDuty dyn_ttl_duty = {.name = "deleting expired items", .run = expire_all};

static long
expire_all(void)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), SLICE_MS);
	List	   *listed = look_for_tables();
	long		again_ms;
	ListCell   *cell;

	do
	{
		again_ms = -1;
		foreach(cell, listed)
		{
			long		wait_ms = run_table(lfirst(cell));

			again_ms = again_ms < 0 ? wait_ms : Min(again_ms, wait_ms);
		}
	} while (again_ms == 0 && GetCurrentTimestamp() < end);
	return again_ms;
}

/* List the tables whose items expire (ExpiringTable *), and forget the others. */
static List *
look_for_tables(void)
{
	List	   *listed = NIL;
	HASH_SEQ_STATUS status;
	ExpiringTable *table;
	List	   *rows;
	ListCell   *cell;

	if (tables == NULL)
	{
		HASHCTL		control = {.keysize = DYN_MAX_TABLE_NAME + 1, .entrysize = sizeof(ExpiringTable), .hcxt = TopMemoryContext};

		tables = hash_create("dynamo expiring tables", 16, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	}
	hash_seq_init(&status, tables);
	while ((table = hash_seq_search(&status)) != NULL)
		table->listed = false;

	begin_transaction();
	rows = dyn_time_to_live_rows();
	foreach(cell, rows)
	{
		const DynTimeToLiveRow *row = lfirst(cell);
		DynTableRow alive;
		bool		found;

		if (row->status != DYN_TTL_ENABLED || !dyn_catalog_find_table(row->table_name, &alive))
			continue;
		table = hash_search(tables, row->table_name, HASH_ENTER, &found);
		if (!found)
			memset((char *) table + sizeof(table->name), 0, sizeof(ExpiringTable) - sizeof(table->name));
		table->listed = true;
		table->has_error = row->last_error != NULL;
		listed = lappend(listed, table);
	}
	end_transaction();

	hash_seq_init(&status, tables);
	while ((table = hash_seq_search(&status)) != NULL)
		if (!table->listed)
			(void) hash_search(tables, table->name, HASH_REMOVE, NULL);
	return listed;
}

/* Run a transaction, if it is time.  Returns after how many milliseconds it is time for the next one. */
static long
run_table(ExpiringTable *table)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz start = 0;
	char	   *message = NULL;
	long		wait_ms;

	/* The setting may have changed since the pass. */
	if (!table->in_pass && table->done_at != 0)
		start = TimestampTzPlusMilliseconds(table->done_at, dyn_ttl_interval * 1000L);
	start = Max(start, table->not_before);
	if (start > now)
		return TimestampDifferenceMilliseconds(now, start);
	wait_ms = allow(&table->limit);
	if (wait_ms > 0)
		return wait_ms;

	if (!table->in_pass)
		dyn_expiry_pass_begin(&table->pass, table->name);
	table->in_pass = true;
	dyn_worker_says(psprintf("deleting expired items of table \"%s\"", table->name));
	if (!dyn_worker_try(run_transaction, table, &message))
	{
		note_failure(table, message);
		return 0;
	}
	allowance -= table->pass.deleted;
	if (table->locked)
		table->not_before = TimestampTzPlusMilliseconds(now, LOCKED_MS);
	else if (table->pass.done)
	{
		table->in_pass = false;
		table->failures = 0;
		table->done_at = GetCurrentTimestamp();
		if (table->has_error)
			(void) dyn_worker_try(write_success, table, NULL);
		table->has_error = false;
	}
	return 0;
}

/*
 * How many items may the next transaction delete?  Returns after how many
 * milliseconds there may be one.
 */
static long
allow(int64 *limit)
{
	double		rate = dyn_ttl_max_deletes_per_second;
	TimestampTz now = GetCurrentTimestamp();
	double		wanted;

	*limit = BATCH;
	if (rate <= 0)
		return 0;

	/* What was not used is kept for a tenth of a second, so that there are no bursts. */
	wanted = Max(1, Min(BATCH, rate / 10));
	allowance += rate * (now - allowance_at) / USECS_PER_SEC;
	allowance = Min(allowance, Max(wanted, rate / 10));
	allowance_at = now;
	if (allowance < wanted)
		return (long) ((wanted - allowance) * 1000 / rate) + 1;
	*limit = (int64) wanted;
	return 0;
}

static void
run_transaction(void *argument)
{
	ExpiringTable *table = argument;
	Oid			relid;

	begin_transaction();
	table->pass.deleted = 0;
	relid = dyn_table_find(table->name, strlen(table->name));
	table->locked = OidIsValid(relid) && !ConditionalLockRelationOid(relid, RowExclusiveLock);
	if (!table->locked)
	{
		AcceptInvalidationMessages();
		dyn_expiry_pass_run(&table->pass, table->limit);
	}
	end_transaction();
}

/* A deferred trigger could not be queued in a security-restricted operation. */
static void
begin_transaction(void)
{
	ConstraintsSetStmt *immediate;
	MemoryContext caller = CurrentMemoryContext;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(caller);
	set_local("synchronous_commit", "off");
	set_local("lock_timeout", LOCK_TIMEOUT);
	immediate = makeNode(ConstraintsSetStmt);
	AfterTriggerSetState(immediate);
}

static void
end_transaction(void)
{
	MemoryContext caller = CurrentMemoryContext;

	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(caller);
}

static void
set_local(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_OVERRIDE, GUC_ACTION_LOCAL, true, 0, false);
}

/* Begin anew after a while. */
static void
note_failure(ExpiringTable *table, char *message)
{
	long		delay = table->failures < 10 ? 1L << table->failures : LONGEST_DELAY;

	table->failures++;
	table->in_pass = false;
	table->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), delay * 1000);
	table->error = message;
	(void) dyn_worker_try(write_failure, table, NULL);
}

/*
 * Write down why it failed.  If that is for want of the index, nothing else is
 * done: a restore may be about to make it, and would meet one of its name.
 */
static void
write_failure(void *argument)
{
	ExpiringTable *table = argument;
	DynTableRow found;
	DynTimeToLiveRow row;

	begin_transaction();
	dyn_catalog_lock_name(table->name);
	if (dyn_catalog_find_table(table->name, &found) &&
		dyn_time_to_live_find(table->name, &row) && row.status == DYN_TTL_ENABLED)
	{
		row.attempts++;
		row.last_error = table->error;
		dyn_time_to_live_update(&row);
	}
	end_transaction();
}

static void
write_success(void *argument)
{
	ExpiringTable *table = argument;
	DynTimeToLiveRow row;

	begin_transaction();
	dyn_catalog_lock_name(table->name);
	if (dyn_time_to_live_find(table->name, &row) && row.status == DYN_TTL_ENABLED)
	{
		row.attempts = 0;
		row.last_error = NULL;
		dyn_time_to_live_update(&row);
	}
	end_transaction();
}
