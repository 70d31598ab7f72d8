/*-------------------------------------------------------------------------
 *
 * describe_table.h
 *	  Descriptions and new rows, for the operations that share them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_DESCRIBE_TABLE_H
#define DYN_ENGINE_DESCRIBE_TABLE_H

#include "engine/table_operations.h"

/*
 * Describe a table, whose relation is open, from its row.  The status is
 * that of its indexes, too, but an ACTIVE table may have indexes that are not.
 */
extern void dyn_table_description_make(Relation relation, const DynTableRow *row, DynTableStatus status,
									   DynTableDescription *description);

/* How often a throughput was decreased on the day (UTC) of "now". */
extern int	dyn_decreases_today(const DynThroughput *throughput, TimestampTz now);

/* Set provisioned units, and count a decrease on its day (UTC).  (update_table.c) */
extern void dyn_throughput_set(DynThroughput *throughput, int64 read_units, int64 write_units, TimestampTz now);

/* Make the row of a new table on demand, but for its relation.  (create_table.c) */
extern void dyn_table_row_init(DynTableRow *row, const char *name);

#endif							/* DYN_ENGINE_DESCRIBE_TABLE_H */
