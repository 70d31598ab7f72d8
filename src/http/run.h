/*-------------------------------------------------------------------------
 *
 * run.h
 *	  One operation in a transaction of its own: who asks, what, and what came
 *	  of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_RUN_H
#define DYN_HTTP_RUN_H

#include "lib/stringinfo.h"

#include "api/dispatch.h"
#include "http/head.h"

typedef struct DynOutcome
{
	int			status;			/* of HTTP */
	const char *error;			/* its name, or NULL: it was done */
	bool		conflict;		/* only because others were at work: it may be tried again */
} DynOutcome;

/* Called once, by each worker. */
extern void dyn_run_init(void);

/*
 * Run an operation; NULL is one that nobody knows.  "signed_body" is the body
 * as it was received, "body" after it was decompressed; "again" is that it met a
 * lock before.  Writes the body of the
 * answer into *answer.  Raises nothing.
 */
extern DynOutcome dyn_run(const DynOperation *operation, const DynHttpHead *head, DynSlice signed_body,
						  DynSlice body, int lock_wait_ms, bool again, StringInfo answer);

/* Around a wait that is no request's, for which the following holds, too. */
extern void dyn_run_begin_waiting(void);
extern void dyn_run_end_waiting(void);

/* From a signal handler: the request that runs is to end within seconds, or the process does. */
extern void dyn_run_hurry(void);

#endif							/* DYN_HTTP_RUN_H */
