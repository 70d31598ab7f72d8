/*-------------------------------------------------------------------------
 *
 * notice.h
 *	  The worker's side of notices of new records.  For this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_NOTICE_H
#define DYN_STREAM_NOTICE_H

/* Set up shared memory. */
extern void dyn_stream_notice_init(void);

/* Wake everybody in dyn_stream_wait; called after the commit of records. */
extern void dyn_stream_notify(void);

#endif							/* DYN_STREAM_NOTICE_H */
