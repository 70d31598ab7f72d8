/*-------------------------------------------------------------------------
 *
 * functions.c
 *	  SQL functions: opting a database in and out, and looking at workers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/dbcommands.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/compat.h"
#include "worker/shared.h"

PG_FUNCTION_INFO_V1(dynamo_start_workers);
PG_FUNCTION_INFO_V1(dynamo_stop_workers);
PG_FUNCTION_INFO_V1(dynamo_list_workers);

static void alter_database(VariableSetKind kind, const char *what);

/* dynamo.start_workers() */
Datum
dynamo_start_workers(PG_FUNCTION_ARGS)
{
	alter_database(VAR_SET_VALUE, "ALTER DATABASE by dynamo.start_workers");
	if (dyn_worker_shared == NULL)
		ereport(WARNING,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("no workers run until the server preloads the library"),
				 errhint("Add dynamo to shared_preload_libraries and restart the server.")));
	PG_RETURN_VOID();
}

/* dynamo.stop_workers() */
Datum
dynamo_stop_workers(PG_FUNCTION_ARGS)
{
	alter_database(VAR_RESET, "ALTER DATABASE by dynamo.stop_workers");
	PG_RETURN_VOID();
}

/*
 * ALTER DATABASE ... SET dynamo.workers = on, or RESET dynamo.workers.  Who
 * may do that may start and stop workers; its commit wakes the launcher.
 */
static void
alter_database(VariableSetKind kind, const char *what)
{
	AlterDatabaseSetStmt *statement = makeNode(AlterDatabaseSetStmt);
	VariableSetStmt *set = makeNode(VariableSetStmt);
	PlannedStmt *wrapper = makeNode(PlannedStmt);

	set->kind = kind;
	set->name = "dynamo.workers";
	if (kind == VAR_SET_VALUE)
	{
		A_Const    *value = makeNode(A_Const);

		value->val.sval.type = T_String;
		value->val.sval.sval = "on";
		value->location = -1;
		set->args = list_make1(value);
	}
	statement->dbname = get_database_name(MyDatabaseId);
	statement->setstmt = set;

	wrapper->commandType = CMD_UTILITY;
	wrapper->utilityStmt = (Node *) statement;
	ProcessUtility(wrapper, what, false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver, NULL);
}

/* dynamo.list_workers() → the workers of this database */
Datum
dynamo_list_workers(PG_FUNCTION_ARGS)
{
	static const char *const states[] = {"free", "starting", "running", "ended", "failed"};
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	if (dyn_worker_shared == NULL)
		return (Datum) 0;

	for (int i = 0; i < dyn_worker_shared->nslots; i++)
	{
		DynWorkerSlot slot;
		Datum		values[7];
		bool		nulls[7] = {false};

		LWLockAcquire(dyn_worker_shared->lock, LW_SHARED);
		slot = dyn_worker_shared->slots[i];
		LWLockRelease(dyn_worker_shared->lock);
		if (slot.state == DYN_SLOT_FREE || slot.database != MyDatabaseId)
			continue;

		values[0] = CStringGetTextDatum(dyn_worker_kinds[slot.kind]->name);
		values[1] = Int32GetDatum(slot.number);
		values[2] = ObjectIdGetDatum(slot.argument);
		nulls[2] = !OidIsValid(slot.argument);
		values[3] = CStringGetTextDatum(slot.stopping ? "stopping" : states[slot.state]);
		values[4] = Int32GetDatum(slot.pid);
		nulls[4] = slot.state != DYN_SLOT_RUNNING;
		values[5] = TimestampTzGetDatum(slot.since);
		values[6] = Int32GetDatum(slot.failures);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
