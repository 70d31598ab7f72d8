/*-------------------------------------------------------------------------
 *
 * row_function_run.c
 *	  The rows of a made query, one by one, where the planner could not take
 *	  the query in.
 *
 * The query is planned when the first row is asked for, and run in the
 * executor of the query around it: it has that one's snapshot and resource
 * owner, and lives as long, over savepoints and in held cursors, too (a
 * portal would not).  Each call runs it for one row, so whoever stops early
 * has read no more; memory does not grow with the rows.
 *
 * The plan is one that gives the first rows fast: how many will be wanted is
 * not known.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "nodes/params.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "index/row_function.h"

/* A query that is being run, and where its rows go. */
typedef struct Run
{
	DestReceiver receiver;		/* first: the executor has a pointer to it */
	QueryDesc  *query;			/* NULL: it has ended */
	ExprContext *econtext;		/* of the query around it */
	MemoryContext caller;		/* of the call that asks for a row */
	int16		length;			/* of the column's type */
	bool		by_value;
	TupleDesc	record;			/* rows are records of these columns; NULL: they are that column */
	NullableDatum row;			/* the last one, in the caller's memory context */
} Run;

static Run *start(FunctionCallInfo fcinfo, DynRowQuery make_query);
static ParamListInfo make_parameters(FunctionCallInfo fcinfo, const Oid *types);
static TupleDesc columns_of(FunctionCallInfo fcinfo);
static char *call_query(FunctionCallInfo fcinfo, DynRowQuery make_query);
static PlannedStmt *plan(const char *text, const Oid *types, ParamListInfo parameters);
static bool next(Run *run);
static void end(Run *run);
static void around_ends(Datum run);
static void receiver_startup(DestReceiver *self, int operation, TupleDesc columns);
static bool receive(TupleTableSlot *slot, DestReceiver *self);
static void receiver_does_nothing(DestReceiver *self);

Datum
dyn_row_function_run(FunctionCallInfo fcinfo, DynRowQuery make_query)
{
	FuncCallContext *call;
	Run		   *run;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		call->user_fctx = start(fcinfo, make_query);
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	run = call->user_fctx;
	run->caller = CurrentMemoryContext;
	if (!next(run))
	{
		end(run);
		UnregisterExprContextCallback(run->econtext, around_ends, PointerGetDatum(run));
		SRF_RETURN_DONE(call);
	}
	if (run->row.isnull)
		SRF_RETURN_NEXT_NULL(call);
	SRF_RETURN_NEXT(call, run->row.value);
}

/* Plan and start; everything is in the current memory context. */
static Run *
start(FunctionCallInfo fcinfo, DynRowQuery make_query)
{
	Run		   *run = palloc0(sizeof(Run));
	char	   *text = call_query(fcinfo, make_query);
	Oid		   *types;
	int			ntypes;
	ParamListInfo parameters;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &ntypes);
	Assert(ntypes == PG_NARGS());
	parameters = make_parameters(fcinfo, types);

	run->receiver.receiveSlot = receive;
	run->receiver.rStartup = receiver_startup;
	run->receiver.rShutdown = receiver_does_nothing;
	run->receiver.rDestroy = receiver_does_nothing;
	run->receiver.mydest = DestNone;
	run->query = CreateQueryDesc(plan(text, types, parameters), text, GetActiveSnapshot(), InvalidSnapshot,
								 &run->receiver, parameters, NULL, 0);
	ExecutorStart(run->query, EXEC_FLAG_SKIP_TRIGGERS);
	if (get_func_rettype(fcinfo->flinfo->fn_oid) == RECORDOID)
		run->record = BlessTupleDesc(CreateTupleDescCopy(run->query->tupDesc));
	else
		get_typlenbyval(TupleDescAttr(run->query->tupDesc, 0)->atttypid, &run->length, &run->by_value);

	/* comes before the context goes, which SRF_FIRSTCALL_INIT has registered */
	run->econtext = ((ReturnSetInfo *) fcinfo->resultinfo)->econtext;
	RegisterExprContextCallback(run->econtext, around_ends, PointerGetDatum(run));
	return run;
}

/* The columns that the call has in FROM. */
static TupleDesc
columns_of(FunctionCallInfo fcinfo)
{
	TupleDesc	columns = ((ReturnSetInfo *) fcinfo->resultinfo)->expectedDesc;

	if (columns == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function %s is called where it is not said which columns it has",
						format_procedure(fcinfo->flinfo->fn_oid)),
				 errhint("Call it in FROM, with AS alias (column type, ...).")));
	return columns;
}

static char *
call_query(FunctionCallInfo fcinfo, DynRowQuery make_query)
{
	int			nargs = PG_NARGS();
	bool	   *known = palloc(sizeof(bool) * nargs);
	DynRowCall	call = {.nargs = nargs, .args = fcinfo->args, .known = known, .order = DYN_ORDER_OF_FIRST};
	char	   *text;

	memset(known, true, sizeof(bool) * nargs);
	if (get_func_rettype(fcinfo->flinfo->fn_oid) == RECORDOID)
		call.columns = columns_of(fcinfo);
	text = make_query(&call);
	if (text == NULL)
		elog(ERROR, "function %u made no query", fcinfo->flinfo->fn_oid);
	return text;
}

/* The arguments, copied: those of the call are there only once. */
static ParamListInfo
make_parameters(FunctionCallInfo fcinfo, const Oid *types)
{
	ParamListInfo parameters = makeParamList(PG_NARGS());

	for (int i = 0; i < PG_NARGS(); i++)
	{
		ParamExternData *parameter = &parameters->params[i];

		parameter->ptype = types[i];
		parameter->pflags = PARAM_FLAG_CONST;
		parameter->isnull = PG_ARGISNULL(i);
		parameter->value = (Datum) 0;
		if (!parameter->isnull)
		{
			int16		length;
			bool		by_value;

			get_typlenbyval(types[i], &length, &by_value);
			parameter->value = datumCopy(PG_GETARG_DATUM(i), by_value, length);
		}
	}
	return parameters;
}

static PlannedStmt *
plan(const char *text, const Oid *types, ParamListInfo parameters)
{
	RawStmt    *raw = linitial_node(RawStmt, pg_parse_query(text));
	List	   *queries = pg_analyze_and_rewrite_fixedparams(raw, text, types, parameters->numParams, NULL);

	return pg_plan_query(linitial_node(Query, queries), text, CURSOR_OPT_FAST_PLAN, parameters);
}

/* Run the query for its next row; false where there is none. */
static bool
next(Run *run)
{
	dyn_executor_run(run->query, 1);
	return run->query->estate->es_processed > 0;
}

static void
end(Run *run)
{
	QueryDesc  *query = run->query;

	run->query = NULL;
	ExecutorFinish(query);
	ExecutorEnd(query);
	FreeQueryDesc(query);
}

/* The query around it ends before the rows do, or begins anew. */
static void
around_ends(Datum run)
{
	end((Run *) DatumGetPointer(run));
}

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc columns)
{
}

/* Keep the row for the caller. */
static bool
receive(TupleTableSlot *slot, DestReceiver *self)
{
	Run		   *run = (Run *) self;
	MemoryContext executor = MemoryContextSwitchTo(run->caller);
	Datum		value;

	if (run->record != NULL)
	{
		slot_getallattrs(slot);
		run->row.isnull = false;
		run->row.value = HeapTupleGetDatum(heap_form_tuple(run->record, slot->tts_values, slot->tts_isnull));
	}
	else
	{
		value = slot_getattr(slot, 1, &run->row.isnull);
		if (!run->row.isnull)
			run->row.value = datumCopy(value, run->by_value, run->length);
	}
	MemoryContextSwitchTo(executor);
	return true;
}

static void
receiver_does_nothing(DestReceiver *self)
{
}
