/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  Definition of the settings dynamo.*.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"

#include "base/settings.h"

bool		dyn_enforce_limits = true;
bool		dyn_on_the_wire = false;
bool		dyn_partiql_scans = true;
bool		dyn_direct_path = true;
bool		dyn_placement = true;
bool		dyn_expression_hot = true;
bool		dyn_rewrite_in_key_order = true;
bool		dyn_planner_paths = true;
bool		dyn_workers = false;
int			dyn_naptime = 60;
int			dyn_max_index_builds = 2;
int			dyn_stream_shards = 1;
int			dyn_stream_retention = 24 * 60 * 60;
int			dyn_stream_shard_lifetime = 4 * 60 * 60;
int			dyn_ttl_interval = 60;
int			dyn_ttl_max_deletes_per_second = 10000;
double		dyn_ttl_clock = 0;
char	   *dyn_schema = NULL;
char	   *dyn_region = NULL;
char	   *dyn_account_id = NULL;

static bool check_enforce_limits(bool *newval, void **extra, GucSource source);
static bool check_schema(char **newval, void **extra, GucSource source);
static bool check_region(char **newval, void **extra, GucSource source);
static bool check_account_id(char **newval, void **extra, GucSource source);

static void
define_bool(const char *name, const char *description, bool *variable)
{
	DefineCustomBoolVariable(name, description, NULL, variable, true,
							 PGC_USERSET, 0, NULL, NULL, NULL);
}

void
dyn_settings_define(void)
{
	DefineCustomBoolVariable("dynamo.enforce_limits",
							 "Enforces the service's size limits for SQL callers.",
							 NULL, &dyn_enforce_limits, true,
							 PGC_USERSET, 0, check_enforce_limits, NULL, NULL);
	define_bool("dynamo.direct_path",
				"Lets item operations read and write tables without planning a statement.",
				&dyn_direct_path);
	define_bool("dynamo.partiql_scans",
				"Lets PartiQL read whole tables and indexes.",
				&dyn_partiql_scans);
	define_bool("dynamo.placement",
				"Stores an item beside the other items of its partition key.",
				&dyn_placement);
	define_bool("dynamo.expression_hot",
				"Makes updates HOT that leave the index expressions unchanged.",
				&dyn_expression_hot);
	define_bool("dynamo.rewrite_in_key_order",
				"Makes VACUUM FULL and CLUSTER rewrite item tables in key order.",
				&dyn_rewrite_in_key_order);
	define_bool("dynamo.planner_paths",
				"Lets the planner use indexes of keys for conditions on attributes of items.",
				&dyn_planner_paths);

	DefineCustomBoolVariable("dynamo.workers",
							 "Lets background workers run in a database; set by ALTER DATABASE.",
							 NULL, &dyn_workers, false,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.naptime",
							"Time after which background workers look for work that nobody announced.",
							NULL, &dyn_naptime, 60, 1, 3600,
							PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.max_index_builds",
							"Number of tables of a database whose indexes are built at the same time.",
							NULL, &dyn_max_index_builds, 2, 1, 64,
							PGC_SIGHUP, 0, NULL, NULL, NULL);

	DefineCustomIntVariable("dynamo.stream_shards",
							"Number of shards of a new stream.",
							NULL, &dyn_stream_shards, 1, 1, 64,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.stream_retention",
							"Time for which the records of streams are kept.",
							NULL, &dyn_stream_retention, 24 * 60 * 60, 1, 365 * 24 * 60 * 60,
							PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.stream_shard_lifetime",
							"Time after which the shards of a stream are closed and new ones opened.",
							NULL, &dyn_stream_shard_lifetime, 4 * 60 * 60, 1, 365 * 24 * 60 * 60,
							PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.ttl_interval",
							"Time after which the worker looks for expired items again.",
							NULL, &dyn_ttl_interval, 60, 1, 86400,
							PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.ttl_max_deletes_per_second",
							"Number of expired items that the worker of a database deletes in a second; 0 is no limit.",
							NULL, &dyn_ttl_max_deletes_per_second, 10000, 0, 1000000000,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("dynamo.ttl_clock",
							 "Time, in seconds since 1970, at which items expire; 0 is the system's clock.",
							 NULL, &dyn_ttl_clock, 0, 0, 1e10,
							 PGC_SUSET, 0, NULL, NULL, NULL);

	DefineCustomStringVariable("dynamo.schema",
							   "Schema in which CreateTable creates relations.",
							   NULL, &dyn_schema, "public",
							   PGC_USERSET, 0, check_schema, NULL, NULL);
	DefineCustomStringVariable("dynamo.region",
							   "Region named in the ARNs of tables.",
							   NULL, &dyn_region, "us-east-1",
							   PGC_USERSET, 0, check_region, NULL, NULL);
	DefineCustomStringVariable("dynamo.account_id",
							   "Account named in the ARNs of tables, twelve digits.",
							   NULL, &dyn_account_id, "000000000000",
							   PGC_USERSET, 0, check_account_id, NULL, NULL);

	MarkGUCPrefixReserved("dynamo");
}

/* A trigger that switches it off does so without effect. */
static bool
check_enforce_limits(bool *newval, void **extra, GucSource source)
{
	*newval |= dyn_on_the_wire;
	return true;
}

/* A schema's name is taken literally, so it only has to fit. */
static bool
check_schema(char **newval, void **extra, GucSource source)
{
	if (**newval == '\0' || strlen(*newval) >= NAMEDATALEN)
	{
		GUC_check_errdetail("A schema's name has 1 to %d bytes.", NAMEDATALEN - 1);
		return false;
	}
	return true;
}

/* Regions look like us-east-1: what ARNs can carry without quoting. */
static bool
check_region(char **newval, void **extra, GucSource source)
{
	size_t		length = strlen(*newval);

	if (length == 0 || length > 64 ||
		strspn(*newval, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
	{
		GUC_check_errdetail("A region has 1 to 64 lower-case letters, digits and hyphens.");
		return false;
	}
	return true;
}

static bool
check_account_id(char **newval, void **extra, GucSource source)
{
	if (strlen(*newval) != 12 || strspn(*newval, "0123456789") != 12)
	{
		GUC_check_errdetail("An account id has 12 digits.");
		return false;
	}
	return true;
}
