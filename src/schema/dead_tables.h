/*-------------------------------------------------------------------------
 *
 * dead_tables.h
 *	  The housekeeping worker's duty of removing the rows of dead tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_DEAD_TABLES_H
#define DYN_SCHEMA_DEAD_TABLES_H

#include "worker/worker.h"

extern const DynDuty dyn_dead_tables_duty;

#endif							/* DYN_SCHEMA_DEAD_TABLES_H */
