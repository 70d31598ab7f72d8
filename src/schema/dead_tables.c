/*-------------------------------------------------------------------------
 *
 * dead_tables.c
 *	  The housekeeping worker's duty of removing the rows of dead tables.
 *
 * Control operations do it, too: where no worker runs nothing is missing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "schema/catalog.h"
#include "schema/dead_tables.h"

static long remove_dead(void);

const DynDuty dyn_dead_tables_duty = {.name = "removing the rows of dead tables", .run = remove_dead};

static long
remove_dead(void)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	dyn_catalog_remove_dead();
	PopActiveSnapshot();
	CommitTransactionCommand();
	return -1;
}
