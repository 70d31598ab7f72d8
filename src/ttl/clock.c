/*-------------------------------------------------------------------------
 *
 * clock.c
 *	  What is expired at what time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/settings.h"
#include "item/item_expiry.h"
#include "ttl/ttl.h"

/* What is past for longer never was meant as a time to live: five years of 365.25 days. */
#define LONGEST_PAST	(INT64CONST(157788000) * USECS_PER_SEC)

TimestampTz
dyn_ttl_now(void)
{
	TimestampTz now = GetCurrentTimestamp();

	if (dyn_ttl_clock > 0)
		now = ((int64) dyn_ttl_clock -
			   (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * INT64CONST(86400)) * USECS_PER_SEC;
	return now - now % USECS_PER_SEC;
}

TimestampTz
dyn_ttl_oldest(TimestampTz now)
{
	return now - LONGEST_PAST + USECS_PER_SEC;
}

bool
dyn_ttl_is_expired(Datum item, const char *attribute, TimestampTz now, TimestampTz *at)
{
	return dyn_item_expiry(item, attribute, strlen(attribute), at) &&
		*at >= dyn_ttl_oldest(now) && *at < now;
}
