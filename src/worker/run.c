/*-------------------------------------------------------------------------
 *
 * run.c
 *	  The life of a worker's process: from its slot to its main function and
 *	  back, and what main functions call.
 *
 * SIGTERM ends a worker at the next CHECK_FOR_INTERRUPTS, wherever it is.
 * One that waits for work goes without a word, because that is how every stop
 * ends; one that is at work says so in the log.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/procsignal.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "worker/shared.h"

/* Has the main function returned? */
static bool out_of_work = false;

static bool attach(int number, uint32 generation);
static void detach(int code, Datum argument);

void
dyn_worker_main(Datum argument)
{
	uint32		generation;
	DynWorkerJob job;
	DynWorkerSlot *slot;

	memcpy(&generation, MyBgworkerEntry->bgw_extra, sizeof(generation));
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();

	if (dyn_worker_shared == NULL || !attach(DatumGetInt32(argument), generation))
		proc_exit(0);
	slot = dyn_worker_my_slot;
	job.number = slot->number;
	job.argument = slot->argument;

	BackgroundWorkerInitializeConnectionByOid(slot->database, slot->role, 0);
	dyn_worker_fix_settings(dyn_worker_kinds[slot->kind]->keeps_search_path);
	dyn_worker_kinds[slot->kind]->main(&job);

	out_of_work = true;
	proc_exit(0);
}

/* Take the slot that this process was started for, unless it is not wanted any more. */
static bool
attach(int number, uint32 generation)
{
	DynWorkerSlot *slot = &dyn_worker_shared->slots[number];
	bool		wanted;

	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	wanted = slot->state == DYN_SLOT_STARTING && slot->generation == generation;
	if (wanted)
	{
		slot->state = DYN_SLOT_RUNNING;
		slot->since = GetCurrentTimestamp();
		slot->pid = MyProcPid;
		slot->latch = MyLatch;
		dyn_worker_my_slot = slot;
		before_shmem_exit(detach, (Datum) 0);
	}
	LWLockRelease(dyn_worker_shared->lock);
	return wanted;
}

/* Give the slot back, and tell whoever started this process. */
static void
detach(int code, Datum argument)
{
	DynWorkerSlot *slot = dyn_worker_my_slot;

	/* An error may have left a lock held, even this one. */
	LWLockReleaseAll();
	LWLockAcquire(dyn_worker_shared->lock, LW_EXCLUSIVE);
	if (slot->stopping)
		slot->state = DYN_SLOT_FREE;
	else if (out_of_work)
	{
		slot->state = DYN_SLOT_ENDED;
		slot->since = GetCurrentTimestamp();
		slot->failures = 0;
	}
	else
		dyn_worker_failed(slot);
	slot->pid = 0;
	slot->latch = NULL;
	if (slot->starter < 0)
		dyn_worker_wake_launcher();
	else
	{
		DynWorkerSlot *starter = &dyn_worker_shared->slots[slot->starter];

		if (starter->state == DYN_SLOT_RUNNING)
			SetLatch(starter->latch);
	}
	dyn_worker_my_slot = NULL;
	LWLockRelease(dyn_worker_shared->lock);
}

/*
 * ALTER DATABASE and the configuration set things up for sessions; a worker
 * must not be stopped, or led astray, by them.
 */
void
dyn_worker_fix_settings(bool keep_search_path)
{
	static const char *const fixed[][2] = {
		{"statement_timeout", "0"},
		{"lock_timeout", "0"},
		{"idle_in_transaction_session_timeout", "0"},
		{"default_transaction_isolation", "read committed"},
		{"default_transaction_read_only", "off"},
		{"default_transaction_deferrable", "off"},
		{"zero_damaged_pages", "off"},
		{"row_security", "on"},
	};

	if (!keep_search_path)
		SetConfigOption("search_path", "", PGC_SUSET, PGC_S_OVERRIDE);
	for (int i = 0; i < lengthof(fixed); i++)
		SetConfigOption(fixed[i][0], fixed[i][1], PGC_SUSET, PGC_S_OVERRIDE);
}

void
dyn_worker_wait(long timeout_ms)
{
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_EXIT_ON_PM_DEATH | (timeout_ms >= 0 ? WL_TIMEOUT : 0),
					 timeout_ms, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	dyn_worker_interrupts();
}

void
dyn_worker_interrupts(void)
{
	/* The postmaster starts the launcher again where it exits with 1. */
	if (ProcDiePending)
		proc_exit(dyn_worker_my_slot != NULL ? 0 : 1);
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

void
dyn_worker_says(const char *what)
{
	pgstat_report_activity(what == NULL ? STATE_IDLE : STATE_RUNNING, what);
}

bool
dyn_worker_has_extension(void)
{
	bool		found;

	StartTransactionCommand();
	found = OidIsValid(get_extension_oid("dynamo", true));
	CommitTransactionCommand();
	return found;
}

bool
dyn_worker_try(void (*function) (void *argument), void *argument, char **message)
{
	MemoryContext caller = CurrentMemoryContext;
	volatile bool done = false;

	PG_TRY();
	{
		function(argument);
		done = true;
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		EmitErrorReport();
		MemoryContextSwitchTo(caller);
		if (message != NULL)
		{
			ErrorData  *error = CopyErrorData();

			*message = error->hint == NULL ? pstrdup(error->message) :
				psprintf("%s (%s)", error->message, error->hint);
			FreeErrorData(error);
		}
		FlushErrorState();
		AbortOutOfAnyTransaction();
		pgstat_report_activity(STATE_IDLE, NULL);
		RESUME_INTERRUPTS();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	return done;
}
