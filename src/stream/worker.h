/*-------------------------------------------------------------------------
 *
 * worker.h
 *	  The stream worker.  For this folder only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_WORKER_H
#define DYN_STREAM_WORKER_H

/* Register the kind of worker. */
extern void dyn_stream_worker_init(void);

#endif							/* DYN_STREAM_WORKER_H */
