/*-------------------------------------------------------------------------
 *
 * try.h
 *	  Trying something that may fail, in a subtransaction.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_TRY_H
#define DYN_BASE_TRY_H

#include "utils/elog.h"

/*
 * Call a function.  Returns NULL where it came to its end: what it did stays.
 * Where it raised an error whose SQLSTATE "catches" accepts, everything it did
 * is taken back, its locks are released, and the error is returned, palloc'd
 * in the current memory context.  Other errors are raised again.
 */
extern ErrorData *dyn_try(void (*run) (void *argument), void *argument, bool (*catches) (int sqlerrcode));

/*
 * The same without a subtransaction: for what only computes, and takes no
 * locks, pins or other resources.
 */
extern ErrorData *dyn_catch(void (*run) (void *argument), void *argument, bool (*catches) (int sqlerrcode));

#endif							/* DYN_BASE_TRY_H */
