/*-------------------------------------------------------------------------
 *
 * shared.h
 *	  The workers in shared memory.  For files of this folder only.
 *
 * There is one slot for every worker that is to run, runs, or has ended and
 * may have to run again.  The lock protects all of them.  A slot that is
 * RUNNING has a process with a latch: the process leaves the state under the
 * lock before either goes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_WORKER_SHARED_H
#define DYN_WORKER_SHARED_H

#include "storage/latch.h"
#include "storage/lwlock.h"

#include "worker/worker.h"

/* Most kinds of workers, and most duties of the housekeeping worker. */
#define DYN_MAX_KINDS	8
#define DYN_MAX_DUTIES	8

typedef enum DynSlotState
{
	DYN_SLOT_FREE,
	DYN_SLOT_STARTING,			/* the postmaster was asked for a process */
	DYN_SLOT_RUNNING,
	DYN_SLOT_ENDED,				/* for want of work */
	DYN_SLOT_FAILED				/* to be started again at start_at */
} DynSlotState;

typedef struct DynWorkerSlot
{
	DynSlotState state;
	int			kind;
	Oid			database;
	int			number;			/* of a worker of the launcher */
	Oid			argument;		/* of a task */
	Oid			role;			/* InvalidOid: the bootstrap superuser */
	int			starter;		/* the slot of the worker that started this task, or -1 */
	uint32		generation;		/* which process of this slot: an older one must not take it */
	bool		stopping;		/* was told to end */
	bool		woken;			/* after it had ended */
	pid_t		pid;
	Latch	   *latch;
	TimestampTz since;			/* of this state */
	TimestampTz start_at;
	int			failures;		/* in a row */
} DynWorkerSlot;

typedef struct DynWorkerShared
{
	LWLock	   *lock;
	Latch	   *launcher;		/* NULL while there is none */
	int			nslots;
	DynWorkerSlot slots[FLEXIBLE_ARRAY_MEMBER];
} DynWorkerShared;

/* NULL where the library was not preloaded. */
extern DynWorkerShared *dyn_worker_shared;

extern const DynWorkerKind *dyn_worker_kinds[DYN_MAX_KINDS];
extern int	dyn_worker_nkinds;
extern int	dyn_housekeeping_kind;

/* The slot of this process, or NULL. */
extern DynWorkerSlot *dyn_worker_my_slot;

/* ---- shared.c ---- */

extern void dyn_worker_shared_init(void);

/* Find a slot, or NULL; the lock is held.  A number or an argument that does not apply is 0. */
extern DynWorkerSlot *dyn_worker_find_slot(int kind, Oid database, int number, Oid argument);

/* Take a free slot for a worker, or return NULL; the lock is held exclusively. */
extern DynWorkerSlot *dyn_worker_take_slot(int kind, Oid database, int number, Oid argument);

/* Set the launcher's latch; the lock is held. */
extern void dyn_worker_wake_launcher(void);

/* ---- start.c ---- */

/*
 * Ask the postmaster for a process for a slot, which the caller has put into
 * STARTING.  Returns false, with the slot as FAILED, where none is to be had.
 */
extern bool dyn_worker_start(DynWorkerSlot *slot, const char *database_name);

/* A slot's process has failed, or could not be started; the lock is held exclusively. */
extern void dyn_worker_failed(DynWorkerSlot *slot);

/* ---- databases.c ---- */

/* The databases that allow connections, List of DynWorkerDatabase *, palloc'd.  Outside transactions. */
extern List *dyn_worker_databases(void);

/* ---- housekeeping.c, launcher.c, wake.c, run.c ---- */

extern void dyn_housekeeping_init(void);
extern void dyn_launcher_register(void);
extern void dyn_wake_init(void);
extern PGDLLEXPORT void dyn_launcher_main(Datum argument);
extern PGDLLEXPORT void dyn_worker_main(Datum argument);

/* Make the settings of a process that runs other people's statements what those expect. */
extern void dyn_worker_fix_settings(bool keep_search_path);

#endif							/* DYN_WORKER_SHARED_H */
