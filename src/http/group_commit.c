/*-------------------------------------------------------------------------
 *
 * group_commit.c
 *	  Making the writes of several requests durable by one flush.
 *
 * An asynchronous commit is seen by others before it is durable.  An answer
 * must not show what a crash takes back: not to the client that wrote it, and
 * not to one that read it through another worker.  So before such a commit a
 * worker sets its mark in shared memory, and takes it back after its flush;
 * and whoever is about to answer, whatever the answer is, flushes the log up
 * to its end while any worker's mark is set.  Who has seen the commit sees the
 * mark, because the mark was set before, unless the flush is over.
 *
 * (The LSN of a page that was read does not tell: the commit record is not
 * on any page.)
 *
 * With synchronous replication the same holds for the wait for the standbys.
 * Where synchronous_commit is off nothing of this is done: it has been chosen
 * that answers run ahead of the disk.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "miscadmin.h"
#include "replication/syncrep.h"
#include "replication/walsender.h"
#include "storage/ipc.h"
#include "utils/guc.h"

#include "base/compat.h"
#include "http/group_commit.h"
#include "http/metrics.h"
#include "http/run.h"
#include "http/settings.h"
#include "http/shared.h"

static int	my_number = -1;

/* Is this worker's mark set? */
static bool marked = false;

/* Is synchronous_commit off for the moment, and what is it otherwise? */
static bool in_round = false;
static int	configured;

static void transaction_ends(XactEvent event, void *argument);
static void wait_for_standbys(XLogRecPtr lsn);
static bool others_are_marked(void);
static XLogRecPtr end_of_log(void);
static void clear_mark(void);
static void leave(int code, Datum argument);

void
dyn_group_commit_init(int number)
{
	my_number = number;
	pg_atomic_write_u32(&dyn_http_shared->workers[number].unflushed, 0);
	before_shmem_exit(leave, (Datum) 0);
	RegisterXactCallback(transaction_ends, NULL);
}

void
dyn_round_run(void)
{
	if (!in_round)
	{
		in_round = true;
		configured = synchronous_commit;
	}
	if (dyn_http_group_commit)
		synchronous_commit = SYNCHRONOUS_COMMIT_OFF;
}

/* Set the mark where a commit follows that is seen before it is flushed. */
static void
transaction_ends(XactEvent event, void *argument)
{
	if (event != XACT_EVENT_PRE_COMMIT || marked || !in_round ||
		configured == SYNCHRONOUS_COMMIT_OFF || !TransactionIdIsValid(GetTopTransactionIdIfAny()))
		return;
	marked = true;
	pg_atomic_write_u32(&dyn_http_shared->workers[my_number].unflushed, 1);
	pg_memory_barrier();
}

bool
dyn_round_has_written(void)
{
	return marked;
}

void
dyn_round_end(void)
{
	bool		others;

	if (!in_round)
		return;
	in_round = false;

	/* A statement that a request ran may have changed what hangs on it, too. */
	synchronous_commit = configured;
	assign_synchronous_commit(configured, NULL);

	pg_memory_barrier();
	others = others_are_marked();
	if (configured != SYNCHRONOUS_COMMIT_OFF && (marked || others))
	{
		XLogRecPtr	lsn = others ? end_of_log() : XactLastCommitEnd;

		HOLD_INTERRUPTS();
		XLogFlush(lsn);
		wait_for_standbys(lsn);
		RESUME_INTERRUPTS();

		/* Whoever ended the wait ends the process: nobody is told what may be lost. */
		CHECK_FOR_INTERRUPTS();
		dyn_metrics_count(DYN_COUNT_FLUSHES);
	}
	clear_mark();
}

/*
 * Wait for synchronous standbys.  Interrupts are held, so telling the worker
 * to end does not end the wait; that the worker is at its end does.
 */
static void
wait_for_standbys(XLogRecPtr lsn)
{
	bool		may_last = SyncRepRequested() && SyncRepStandbyNames != NULL && SyncRepStandbyNames[0] != '\0';

	if (may_last)
		dyn_run_begin_waiting();
	SyncRepWaitForLSN(lsn, true);
	if (may_last)
		dyn_run_end_waiting();
}

static bool
others_are_marked(void)
{
	for (int i = 0; i < DYN_MAX_HTTP_WORKERS; i++)
		if (i != my_number && pg_atomic_read_u32(&dyn_http_shared->workers[i].unflushed) != 0)
			return true;
	return false;
}

/*
 * Where the log ends.  At the begin of a page the next record comes after the
 * page's header, which is a place that nothing was written to yet.
 */
static XLogRecPtr
end_of_log(void)
{
	XLogRecPtr	lsn = GetXLogInsertRecPtr();

	if (lsn % XLOG_BLCKSZ == SizeOfXLogShortPHD)
		return lsn - SizeOfXLogShortPHD;
	if (XLogSegmentOffset(lsn, wal_segment_size) == SizeOfXLogLongPHD)
		return lsn - SizeOfXLogLongPHD;
	return lsn;
}

static void
clear_mark(void)
{
	if (!marked)
		return;
	pg_memory_barrier();
	pg_atomic_write_u32(&dyn_http_shared->workers[my_number].unflushed, 0);
	marked = false;
}

/* A worker that ends in the middle of a round leaves nothing behind that others may show. */
static void
leave(int code, Datum argument)
{
	if (marked)
		XLogFlush(end_of_log());
	clear_mark();
}
