/*-------------------------------------------------------------------------
 *
 * ddl.c
 *	  What must not be done to a table that has a stream.
 *
 * TRUNCATE would remove items without saying which; SET UNLOGGED, and another
 * REPLICA IDENTITY, would leave out of the WAL what capture needs.  Streams
 * need the library preloaded, so the hooks are there in every session.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/objectaccess.h"
#include "catalog/pg_class.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "schema/catalog.h"
#include "schema/streams.h"
#include "stream/ddl.h"

bool		dyn_stream_ddl_by_worker = false;

static object_access_hook_type next_access_hook = NULL;
static ProcessUtility_hook_type next_utility_hook = NULL;

static void object_accessed(ObjectAccessType access, Oid class, Oid object, int column, void *argument);
static void utility(PlannedStmt *statement, const char *text, bool read_only_tree, ProcessUtilityContext context,
					ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
					QueryCompletion *completion);
static void check_alter(const AlterTableStmt *statement);
static void refuse(Oid relid, const char *what);

void
dyn_stream_ddl_init(void)
{
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	next_access_hook = object_access_hook;
	object_access_hook = object_accessed;
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = utility;
}

static void
object_accessed(ObjectAccessType access, Oid class, Oid object, int column, void *argument)
{
	if (next_access_hook)
		next_access_hook(access, class, object, column, argument);
	if (access == OAT_TRUNCATE && class == RelationRelationId)
		refuse(object, "TRUNCATE");
}

static void
utility(PlannedStmt *statement, const char *text, bool read_only_tree, ProcessUtilityContext context,
		ParamListInfo parameters, QueryEnvironment *environment, DestReceiver *receiver,
		QueryCompletion *completion)
{
	if (IsA(statement->utilityStmt, AlterTableStmt) && !dyn_stream_ddl_by_worker)
		check_alter((const AlterTableStmt *) statement->utilityStmt);
	if (next_utility_hook)
		next_utility_hook(statement, text, read_only_tree, context, parameters, environment, receiver, completion);
	else
		standard_ProcessUtility(statement, text, read_only_tree, context, parameters, environment, receiver, completion);
}

static void
check_alter(const AlterTableStmt *statement)
{
	ListCell   *cell;

	foreach(cell, statement->cmds)
	{
		const AlterTableCmd *command = lfirst(cell);

		if (command->subtype == AT_SetUnLogged)
			refuse(RangeVarGetRelid(statement->relation, NoLock, true), "SET UNLOGGED");
		else if (command->subtype == AT_ReplicaIdentity &&
				 ((const ReplicaIdentityStmt *) command->def)->identity_type != REPLICA_IDENTITY_FULL)
			refuse(RangeVarGetRelid(statement->relation, NoLock, true), "another REPLICA IDENTITY");
	}
}

/* Raise if the relation has a stream. */
static void
refuse(Oid relid, const char *what)
{
	DynStreamRow row;

	if (!OidIsValid(relid) || !OidIsValid(get_extension_oid("dynamo", true)) || creating_extension ||
		!dyn_is_item_table(relid) || !dyn_streams_find_live(relid, &row))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("table \"%s\" has a stream, which does not allow %s", get_rel_name(relid), what),
			 errdetail("The stream could not tell what became of the items."),
			 errhint("Disable the stream first: SELECT dynamo.update_table('{\"TableName\":\"%s\",\"StreamSpecification\":"
					 "{\"StreamEnabled\":false}}');", row.table_name)));
}
