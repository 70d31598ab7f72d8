/*-------------------------------------------------------------------------
 *
 * phases.h
 *	  What a connection waits for, and for how long.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_HTTP_PHASES_H
#define DYN_HTTP_PHASES_H

#include "http/connection.h"

/* Enter a phase, which gives it a deadline; a phase that goes on keeps its own. */
extern void dyn_phase_enter(DynConnection *connection, DynPhase phase, TimestampTz now);

/* The client has taken some of what is sent, and has as long again for the rest. */
extern void dyn_phase_extend(DynConnection *connection, TimestampTz now);

/* When to look at all connections again; no deadline is earlier. */
extern TimestampTz dyn_phases_next(void);

/*
 * Look at all of them: begin, and ask of each whether its time is over.  The
 * buffers of those that have been idle for a while are freed by the way.
 */
extern void dyn_phases_begin_look(void);
extern bool dyn_phase_is_over(DynConnection *connection, TimestampTz now);

#endif							/* DYN_HTTP_PHASES_H */
