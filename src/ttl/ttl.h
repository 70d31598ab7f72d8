/*-------------------------------------------------------------------------
 *
 * ttl.h
 *	  Time to live: which tables' items expire, and deleting expired items.
 *
 * An item is expired when its attribute is a Number of seconds since 1970
 * that lies in the past, but not by more than five years.  Reads still return
 * it until it is deleted, as the service's do.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TTL_TTL_H
#define DYN_TTL_TTL_H

#include "datatype/timestamp.h"

#include "schema/time_to_live.h"

/* Longest name of an attribute; the service's limit. */
#define DYN_MAX_TTL_NAME	255

/* ---- update_time_to_live.c ---- */

/* UpdateTimeToLive: strings are NUL-terminated; the table's ARN will do for its name. */
typedef struct UpdateTimeToLiveRequest
{
	const char *table_name;
	bool		enabled;
	const char *attribute_name;
} UpdateTimeToLiveRequest;

extern void dyn_update_time_to_live(const UpdateTimeToLiveRequest *request);

/* DescribeTimeToLive: fills the row in; its attribute is NULL where it is DYN_TTL_DISABLED. */
extern void dyn_describe_time_to_live(const char *table_name, DynTimeToLiveRow *row);

/* ---- expire.c ---- */

/*
 * One pass over the expired items of a table, in one or several transactions,
 * from those that expired first.  What is locked by others is left for the
 * next pass.
 */
typedef struct DynExpiryPass
{
	const char *table_name;
	TimestampTz now;			/* what expires before is expired */
	int			leaf;			/* how many of the table's relations are finished */
	TimestampTz from;			/* what expires before is finished in the next one */
	bool		done;			/* nothing is left, except what was skipped */
	int64		deleted;		/* by the last call */
	int64		skipped;
} DynExpiryPass;

extern void dyn_expiry_pass_begin(DynExpiryPass *pass, const char *table_name);

/*
 * Delete up to so many items in the current transaction, acting as the
 * table's owner in a security-restricted operation.  The caller has locked
 * the relation with RowExclusiveLock or more.  A table that has no time to
 * live ENABLED is done at once.  Raises
 * ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE where the index is gone.
 */
extern void dyn_expiry_pass_run(DynExpiryPass *pass, int64 limit);

/* ---- backlog.c ---- */

/* Items that are expired and still there. */
typedef struct DynTtlBacklog
{
	int64		items;			/* counted to a limit */
	TimestampTz oldest;			/* when the first of them expired; DT_NOEND where there is none */
} DynTtlBacklog;

/*
 * Those of all tables together, of each of which at most so many are counted;
 * returns for how long the first has been expired, in seconds.  Nobody's
 * privileges are asked for, and tables that are locked are left out.
 */
extern int64 dyn_ttl_total_backlog(int64 most, DynTtlBacklog *backlog);

/* ---- clock.c ---- */

/* What time it is, in whole seconds: by the setting dynamo.ttl_clock, or in fact. */
extern TimestampTz dyn_ttl_now(void);

/* What expired before that is not expired any more: five years ago. */
extern TimestampTz dyn_ttl_oldest(TimestampTz now);

/* Is an item expired? */
extern bool dyn_ttl_is_expired(Datum item, const char *attribute, TimestampTz now, TimestampTz *at);

#endif							/* DYN_TTL_TTL_H */
