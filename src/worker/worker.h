/*-------------------------------------------------------------------------
 *
 * worker.h
 *	  Background workers: who registers one, what one may call, and how
 *	  sessions wake them.
 *
 * The launcher, which shared_preload_libraries starts, keeps the workers of
 * every database that has dynamo.workers = on.  A kind of worker is
 * registered from _PG_init; launcher and workers know of it only what it says
 * here.  The housekeeping worker is one kind, and goes round the duties that
 * are registered.  See docs/architecture/workers.md.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_WORKER_WORKER_H
#define DYN_WORKER_WORKER_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

/* ---- kinds of workers ---- */

/* A database as the launcher sees it. */
typedef struct DynWorkerDatabase
{
	Oid			oid;
	const char *name;
	List	   *settings;		/* "name=value" of ALTER DATABASE ... SET, char * */
	bool		opted_in;		/* has it dynamo.workers = on? */
} DynWorkerDatabase;

/*
 * What one worker is for: the launcher numbers those of a kind and database
 * from 0; a task has the argument that it was started with.
 */
typedef struct DynWorkerJob
{
	int			number;
	Oid			argument;
} DynWorkerJob;

typedef struct DynWorkerKind
{
	const char *name;			/* "housekeeping": pg_stat_activity says "dynamo housekeeping" */

	/*
	 * How many does a database get?  Called in the launcher, which sees
	 * nothing of the database but what it is passed.  NULL: the launcher
	 * starts none, another worker does: a task.
	 */
	int			(*count) (const DynWorkerDatabase *database);

	/* Is count asked for databases, too, that have not opted in?  For what the server's own settings ask for. */
	bool		without_opting_in;

	/* Does it run on a standby, too? */
	bool		on_standby;

	/* Does it follow what operations write to tables with a stream?  Their commits set its latch. */
	bool		follows_writes;

	/* The role that it connects as; NULL is the bootstrap superuser. */
	const char *role;

	/* Does it run statements of users, which expect the search_path of the database? */
	bool		keeps_search_path;

	/*
	 * Runs connected to the database, outside transactions.  Returning is
	 * ending for want of work: the worker is started again once somebody
	 * wakes the database's workers.  An error, too, ends it; then it is
	 * started again after a while, or, if it is a task, reported to the
	 * worker that started it.
	 */
	void		(*main) (const DynWorkerJob *job);
} DynWorkerKind;

/* Register a kind, which must stay where it is.  Returns what dyn_worker_start_task takes. */
extern int	dyn_worker_register(const DynWorkerKind *kind);

/* The value that ALTER DATABASE gave a setting, or NULL. */
extern const char *dyn_worker_database_setting(const DynWorkerDatabase *database, const char *name);

/* ---- for the main functions of workers (run.c) ---- */

/*
 * Report statistics and activity, and wait until somebody sets the latch or
 * the time is over (-1: however long).  Reads the configuration again after
 * SIGHUP; ends the process after SIGTERM or the postmaster's death.
 */
extern void dyn_worker_wait(long timeout_ms);

/* What a worker that waits by itself (in a WaitEventSet) calls after each wait. */
extern void dyn_worker_interrupts(void);

/* Show in pg_stat_activity what is being done; NULL is nothing. */
extern void dyn_worker_says(const char *what);

/* Is the extension there, in this database?  Outside transactions. */
extern bool dyn_worker_has_extension(void);

/*
 * Call a function outside transactions.  An error is logged, its transaction
 * is rolled back, and the result is false; "message" gets its text, palloc'd
 * in the caller's context, unless it is NULL.
 */
extern bool dyn_worker_try(void (*function) (void *argument), void *argument, char **message);

/* ---- tasks: workers that a worker starts (tasks.c) ---- */

typedef enum DynTaskState
{
	DYN_TASK_NONE,
	DYN_TASK_RUNNING,			/* or starting */
	DYN_TASK_DONE,
	DYN_TASK_FAILED
} DynTaskState;

/*
 * Start a task in this database.  Returns false where no more processes can
 * be had.  The caller's latch is set when it ends.
 */
extern bool dyn_worker_start_task(int kind, Oid argument);

/* How many of a kind run in this database, or are about to? */
extern int	dyn_worker_count_tasks(int kind);

/* The state of a task.  One that has ended is forgotten with this. */
extern DynTaskState dyn_worker_task_state(int kind, Oid argument);

/* Forget the tasks of a kind that have ended in this database: those of a former starter. */
extern void dyn_worker_forget_tasks(int kind);

/* End a task of this database, if there is one; it may take a moment. */
extern void dyn_worker_cancel_task(int kind, Oid argument);

/* ---- duties of the housekeeping worker (housekeeping.c) ---- */

typedef struct DynDuty
{
	const char *name;			/* "removing dead tables": what pg_stat_activity says */

	/*
	 * Do what there is to do, outside transactions, and return after how
	 * many milliseconds to come again at the latest, or -1.  Errors are
	 * logged, and the duty is called again after a while.
	 */
	long		(*run) (void);
} DynDuty;

/* Register a duty, which must stay where it is. */
extern void dyn_duty_register(const DynDuty *duty);

/* ---- for sessions (wake.c) ---- */

/* When this transaction commits, wake the workers of this database. */
extern void dyn_workers_wake_at_commit(void);

/* When this transaction commits, set the latches of the workers that follow writes, where they run. */
extern void dyn_workers_follow_at_commit(void);

/* Was the library preloaded, so that there can be workers? */
extern bool dyn_workers_preloaded(void);

/* Has this database a housekeeping worker, or is it about to have one? */
extern bool dyn_workers_run_here(void);

/* Set up shared memory, hooks and the launcher.  Called once, from _PG_init, after all kinds were registered. */
extern void dyn_worker_init(void);

#endif							/* DYN_WORKER_WORKER_H */
