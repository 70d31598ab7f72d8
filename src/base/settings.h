/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  The settings (dynamo.*) of the extension.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_SETTINGS_H
#define DYN_BASE_SETTINGS_H

/* dynamo.enforce_limits: do SQL callers meet the service's size limits? */
extern bool dyn_enforce_limits;

/* Does this process serve the wire protocol?  Then that setting cannot be switched off. */
extern bool dyn_on_the_wire;

/* dynamo.direct_path: may item operations bypass the planner? */
extern bool dyn_direct_path;

/* dynamo.partiql_scans: may PartiQL read whole tables and indexes? */
extern bool dyn_partiql_scans;

/* dynamo.placement: does the access method group items by partition key? */
extern bool dyn_placement;

/* dynamo.expression_hot: are updates HOT that keep index expressions? */
extern bool dyn_expression_hot;

/* dynamo.rewrite_in_key_order: do VACUUM FULL and CLUSTER sort by key? */
extern bool dyn_rewrite_in_key_order;

/* dynamo.planner_paths: does the planner find items by conditions on attributes? */
extern bool dyn_planner_paths;

/* dynamo.schema: where CreateTable puts relations */
extern char *dyn_schema;

/* dynamo.workers: asked of databases, not of sessions; the launcher reads what ALTER DATABASE says */
extern bool dyn_workers;

/* dynamo.naptime: seconds after which launcher and workers look for what nobody announced */
extern int	dyn_naptime;

/* dynamo.max_index_builds: how many tables of a database are worked on at a time */
extern int	dyn_max_index_builds;

/* dynamo.stream_shards: how many shards a new stream has */
extern int	dyn_stream_shards;

/* dynamo.stream_retention, dynamo.stream_shard_lifetime: seconds; how long records are kept, and shards open */
extern int	dyn_stream_retention;
extern int	dyn_stream_shard_lifetime;
/* dynamo.ttl_interval: seconds between two looks for expired items of a table */
extern int	dyn_ttl_interval;

/* dynamo.ttl_max_deletes_per_second: of the worker of a database; 0 is no limit */
extern int	dyn_ttl_max_deletes_per_second;

/* dynamo.ttl_clock: what time it is for time to live, in seconds since 1970; 0 is the system's clock */
extern double dyn_ttl_clock;

/* dynamo.region and dynamo.account_id: parts of every ARN */
extern char *dyn_region;
extern char *dyn_account_id;

/* Define all settings.  Called once, from _PG_init. */
extern void dyn_settings_define(void);

#endif							/* DYN_BASE_SETTINGS_H */
