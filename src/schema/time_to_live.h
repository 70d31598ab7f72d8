/*-------------------------------------------------------------------------
 *
 * time_to_live.h
 *	  The rows of dynamo.time_to_live: whether, and by which attribute, the
 *	  items of a table expire.
 *
 * A table without a row has time to live DISABLED.  Its row is alive as long
 * as that of dynamo.tables is.  Who writes it holds dyn_catalog_lock_name of
 * the table's name; see catalog.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_TIME_TO_LIVE_H
#define DYN_SCHEMA_TIME_TO_LIVE_H

#include "nodes/pg_list.h"

typedef enum DynTimeToLiveStatus
{
	DYN_TTL_DISABLED,			/* there is no row */
	DYN_TTL_ENABLING,			/* its index is to be built: nothing expires yet */
	DYN_TTL_ENABLED,
	DYN_TTL_DISABLING			/* its index is to be dropped: nothing expires any more */
} DynTimeToLiveStatus;

typedef struct DynTimeToLiveRow
{
	char	   *table_name;
	char	   *attribute;
	DynTimeToLiveStatus status;
	int32		attempts;		/* failed ones: at the index, or at deleting expired items */
	char	   *last_error;		/* or NULL */
} DynTimeToLiveRow;

extern const char *dyn_time_to_live_status_name(DynTimeToLiveStatus status);

/* Find the row of a table; without one it is DYN_TTL_DISABLED, and false is returned. */
extern bool dyn_time_to_live_find(const char *table_name, DynTimeToLiveRow *row);

/* All rows, of tables alive or dead, List of DynTimeToLiveRow *, palloc'd. */
extern List *dyn_time_to_live_rows(void);

extern void dyn_time_to_live_insert(const DynTimeToLiveRow *row);
extern void dyn_time_to_live_update(const DynTimeToLiveRow *row);

/* Remove the row of a table, if there is one. */
extern void dyn_time_to_live_remove(const char *table_name);

#endif							/* DYN_SCHEMA_TIME_TO_LIVE_H */
