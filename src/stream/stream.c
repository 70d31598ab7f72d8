/*-------------------------------------------------------------------------
 *
 * stream.c
 *	  What streams register when the library is loaded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "stream/ddl.h"
#include "stream/notice.h"
#include "stream/stream.h"
#include "stream/worker.h"

void
dyn_stream_init(void)
{
	dyn_stream_notice_init();
	dyn_stream_ddl_init();
	dyn_stream_worker_init();
}
