/*-------------------------------------------------------------------------
 *
 * housekeeping.c
 *	  The housekeeping worker: one a database, which goes round the duties
 *	  that others have registered.
 *
 * It goes when it is woken: by a commit that left it work, by a task that
 * ended.  The time that it waits at most (dynamo.naptime) is for what nobody
 * announces, such as COMMIT PREPARED.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "worker/shared.h"

/* A duty that failed is called again in 1, 2, 4 ... seconds, at most this many. */
#define LONGEST_DELAY	64

typedef struct DutyState
{
	const DynDuty *duty;
	int			failures;		/* in a row */
	TimestampTz not_before;
	long		again_ms;		/* what the duty returned */
} DutyState;

int			dyn_housekeeping_kind = -1;

static DutyState duties[DYN_MAX_DUTIES];
static int	nduties = 0;

static int	count(const DynWorkerDatabase *database);
static void go_round(const DynWorkerJob *job);
static long run_duty(DutyState *state);

static const DynWorkerKind kind = {.name = "housekeeping", .count = count, .main = go_round};

void
dyn_housekeeping_init(void)
{
	dyn_housekeeping_kind = dyn_worker_register(&kind);
}

void
dyn_duty_register(const DynDuty *duty)
{
	if (nduties == DYN_MAX_DUTIES)
		elog(ERROR, "too many duties");
	duties[nduties++].duty = duty;
}

static int
count(const DynWorkerDatabase *database)
{
	return 1;
}

static void
go_round(const DynWorkerJob *job)
{
	MemoryContext round = AllocSetContextCreate(TopMemoryContext, "dynamo housekeeping", ALLOCSET_DEFAULT_SIZES);

	/* CREATE EXTENSION wakes it again. */
	while (dyn_worker_has_extension())
	{
		long		wait_ms = dyn_naptime * 1000L;

		for (int i = 0; i < nduties; i++)
		{
			long		again_ms;

			MemoryContextSwitchTo(round);
			MemoryContextReset(round);
			again_ms = run_duty(&duties[i]);
			if (again_ms >= 0)
				wait_ms = Min(wait_ms, again_ms);
		}
		MemoryContextSwitchTo(TopMemoryContext);
		dyn_worker_wait(wait_ms);
	}
}

static void
call_duty(void *argument)
{
	DutyState  *state = argument;

	state->again_ms = state->duty->run();
}

/* Returns after how many milliseconds to come again, or -1. */
static long
run_duty(DutyState *state)
{
	TimestampTz now = GetCurrentTimestamp();

	if (state->not_before > now)
		return TimestampDifferenceMilliseconds(now, state->not_before);

	dyn_worker_says(state->duty->name);
	if (dyn_worker_try(call_duty, state, NULL))
	{
		state->failures = 0;
		return state->again_ms;
	}
	state->again_ms = 1000L * (state->failures < 6 ? 1 << state->failures : LONGEST_DELAY);
	state->failures++;
	state->not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), state->again_ms);
	return state->again_ms;
}
