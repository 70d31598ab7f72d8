/*-------------------------------------------------------------------------
 *
 * notice.h
 *	  The workers' side of notices of new records.  For this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_NOTICE_H
#define DYN_STREAM_NOTICE_H

/* Set up shared memory. */
extern void dyn_stream_notice_init(void);

/*
 * Wait in a worker of ours, as dyn_worker_wait does, until there are new
 * records, the time is over, or something else sets the latch.
 */
extern void dyn_stream_worker_wait(uint64 seen, long timeout_ms);

/* Wake everybody in dyn_stream_wait; called after the commit of records. */
extern void dyn_stream_notify(void);

#endif							/* DYN_STREAM_NOTICE_H */
