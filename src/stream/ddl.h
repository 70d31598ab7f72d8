/*-------------------------------------------------------------------------
 *
 * ddl.h
 *	  What must not be done to a table that has a stream.  For this folder
 *	  only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_STREAM_DDL_H
#define DYN_STREAM_DDL_H

#include "utils/relcache.h"

/* Is it the worker that alters a table? */
extern bool dyn_stream_ddl_by_worker;

/* Register the hooks. */
extern void dyn_stream_ddl_init(void);

#endif							/* DYN_STREAM_DDL_H */
