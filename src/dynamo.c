/*-------------------------------------------------------------------------
 *
 * dynamo.c
 *	  The library's entry point: settings, caches and hooks are set up here.
 *
 * This file sees all folders; no folder sees this file.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

#include "base/settings.h"
#include "schema/table.h"
#include "tableam/tableam.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	dyn_settings_define();
	dyn_table_cache_init();
	dyn_tableam_init();
}
