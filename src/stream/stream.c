/*-------------------------------------------------------------------------
 *
 * stream.c
 *	  What streams register when the library is loaded.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "stream/notice.h"
#include "stream/stream.h"

void
dyn_stream_init(void)
{
	dyn_stream_notice_init();
}
