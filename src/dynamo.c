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
#include "engine/index_build.h"
#include "http/access_keys.h"
#include "http/endpoint.h"
#include "http/metrics.h"
#include "http/settings.h"
#include "index/planner.h"
#include "index/row_function.h"
#include "schema/dead_tables.h"
#include "schema/table.h"
#include "stream/mapping.h"
#include "stream/stream.h"
#include "tableam/tableam.h"
#include "ttl/duty.h"
#include "worker/worker.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	dyn_http_settings_define();
	dyn_settings_define();		/* reserves the prefix of all of them */
	dyn_table_cache_init();
	dyn_tableam_init();
	dyn_planner_init();
	dyn_row_function_init();

	dyn_duty_register(&dyn_dead_tables_duty);
	dyn_duty_register(&dyn_access_keys_duty);
	dyn_index_build_init();
	dyn_duty_register(&dyn_ttl_duty);
	dyn_stream_init();
	dyn_mapping_init();
	dyn_metrics_init();
	dyn_endpoint_init();
	dyn_worker_init();
}
