/*-------------------------------------------------------------------------
 *
 * row_function_plan.c
 *	  Queries in place of the functions that return their rows.
 *
 * The planner first simplifies a function in FROM, for which it asks our
 * support function, and at once tries to inline it: if it is an SQL function
 * of the right kind, its body is parsed, analysed and rewritten, and becomes
 * a subquery.  So the support function leaves the query that it has made
 * here, and the hook after parse analysis puts it in the body's place.
 * Locks, privileges, row-level security, parameters, lateral references and
 * the invalidation of plans are all left to Postgres.
 *
 * What is left here must never reach the body of another call.  It is left
 * only where Postgres is going to inline the call (will_be_inlined has its
 * conditions), for the very next parse analysis, and within the same
 * subtransaction; and only the body of that function takes it.  A body that
 * finds nothing is as good: it gives the same rows.
 *
 * Nothing of this needs the library to be preloaded: asking the support
 * function loads it, before the body is parsed.
 *
 * PostgreSQL 19 is to have SupportRequestInlineInFrom, which does the same
 * without a hook.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parse_func.h"
#include "parser/parse_node.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/row_function.h"
#include "schema/catalog.h"

/* The query that was made for the next parse analysis. */
typedef struct MadeQuery
{
	char	   *text;			/* NULL: there is none */
	char	   *body;			/* what it is to take the place of */
	LocalTransactionId transaction;
	SubTransactionId subtransaction;
} MadeQuery;

static MadeQuery made = {0};
static MemoryContext made_context = NULL;
static post_parse_analyze_hook_type previous_hook = NULL;

static FuncExpr *make_for_planner(SupportRequestSimplify *request, DynRowQuery make_query, const char *inlined_name);
static FuncExpr *call_inlined(const FuncExpr *function, const char *name);
static char *find_body(const FuncExpr *function);
static bool is_plain(HeapTuple tuple);
static int	find_in_from(PlannerInfo *root, const FuncExpr *function);
static DynRowOrder order_of(const Query *query, int varno);
static bool is_also_run(const PlannerInfo *root, Oid function);
static TupleDesc columns_of(const PlannerInfo *root, int varno);
static char *call_query(const FuncExpr *function, DynRowOrder order, TupleDesc columns, DynRowQuery make_query);
static void leave(const char *text, const char *body);
static char *take(const char *body);
static void replace_body(ParseState *pstate, Query *query, JumbleState *jumble);
static Query *analyze(char *text, const ParseState *body_state);

void
dyn_row_function_init(void)
{
	previous_hook = post_parse_analyze_hook;
	post_parse_analyze_hook = replace_body;
}

Datum
dyn_row_function_plan(FunctionCallInfo fcinfo, DynRowQuery make_query)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	made.text = NULL;
	if (IsA(request, SupportRequestSimplify))
		(void) make_for_planner((SupportRequestSimplify *) request, make_query, NULL);
	/* the call stays as it is: its body changes */
	PG_RETURN_POINTER(NULL);
}

Datum
dyn_record_function_plan(FunctionCallInfo fcinfo, DynRowQuery make_query, const char *inlined)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	made.text = NULL;
	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(make_for_planner((SupportRequestSimplify *) request, make_query, inlined));
}

/* Make the query of a call; returns the call that Postgres is to inline, or NULL where it is not going to. */
static FuncExpr *
make_for_planner(SupportRequestSimplify *request, DynRowQuery make_query, const char *inlined_name)
{
	PlannerInfo *root = request->root;
	FuncExpr   *function = request->fcall;
	FuncExpr   *inlined = inlined_name != NULL ? call_inlined(function, inlined_name) : function;
	char	   *body;
	int			varno;
	char	   *text;

	if (root == NULL || root->parse == NULL)
		return NULL;
	body = find_body(inlined);
	varno = body != NULL ? find_in_from(root, function) : 0;
	if (varno == 0 || (inlined != function && is_also_run(root, function->funcid)))
		return NULL;

	text = call_query(function, order_of(root->parse, varno), inlined_name != NULL ? columns_of(root, varno) : NULL,
					  make_query);
	if (text == NULL)
		return NULL;
	/* the text depends on the names of tables, and on their indexes */
	root->glob->relationOids = lappend_oid(root->glob->relationOids, dyn_catalog_tables_oid);
	if (OidIsValid(dyn_catalog_indexes_oid))
		root->glob->relationOids = lappend_oid(root->glob->relationOids, dyn_catalog_indexes_oid);
	leave(text, body);
	return inlined;
}

/* The same call of the function of this name in the schema dynamo. */
static FuncExpr *
call_inlined(const FuncExpr *function, const char *name)
{
	FuncExpr   *inlined = copyObject(unconstify(FuncExpr *, function));
	Oid		   *types;
	int			ntypes;

	(void) get_func_signature(function->funcid, &types, &ntypes);
	inlined->funcid = LookupFuncName(list_make2(makeString("dynamo"), makeString(pstrdup(name))), ntypes, types, false);
	inlined->funcvariadic = false;
	return inlined;
}

static HeapTuple
look_up(Oid function)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	return tuple;
}

/*
 * The body of a function, palloc'd, or NULL where Postgres is not going to
 * inline the call: these are the conditions of inline_set_returning_function.
 */
static char *
find_body(const FuncExpr *function)
{
	HeapTuple	tuple = look_up(function->funcid);
	char	   *body = NULL;
	Datum		source;
	bool		isnull;

	if (function->funcretset && is_plain(tuple) &&
		!contain_volatile_functions((Node *) function->args) &&
		!contain_subplans((Node *) function->args) &&
		dyn_function_aclcheck(function->funcid, GetUserId(), ACL_EXECUTE) == ACLCHECK_OK &&
		!FmgrHookIsNeeded(function->funcid))
	{
		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
		body = isnull ? NULL : TextDatumGetCString(source);
	}
	ReleaseSysCache(tuple);
	return body;
}

/* Is the function what it was created as?  Somebody may have altered it. */
static bool
is_plain(HeapTuple tuple)
{
	Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

	return form->prolang == SQLlanguageId &&
		form->prokind == PROKIND_FUNCTION &&
		form->proretset &&
		!form->proisstrict &&
		!form->prosecdef &&
		form->provolatile != PROVOLATILE_VOLATILE &&
		heap_attisnull(tuple, Anum_pg_proc_proconfig, NULL) &&
		heap_attisnull(tuple, Anum_pg_proc_prosqlbody, NULL);
}

/*
 * Find the item of FROM that is this call, alone; 0 where there is none.  The
 * call has its defaults filled in and its arguments simplified, those in FROM
 * not yet.
 */
static int
find_in_from(PlannerInfo *root, const FuncExpr *function)
{
	HeapTuple	tuple = look_up(function->funcid);
	int			varno = 0;
	int			found = 0;
	ListCell   *cell;

	foreach(cell, root->parse->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		FuncExpr   *candidate;
		List	   *args;

		varno++;
		if (rte->rtekind != RTE_FUNCTION || rte->funcordinality || list_length(rte->functions) != 1)
			continue;
		candidate = (FuncExpr *) linitial_node(RangeTblFunction, rte->functions)->funcexpr;
		if (!IsA(candidate, FuncExpr) || candidate->funcid != function->funcid)
			continue;
		args = expand_function_arguments(copyObject(candidate->args), false, candidate->funcresulttype, tuple);
		if (equal(eval_const_expressions(root, (Node *) args), function->args))
		{
			found = varno;
			break;
		}
	}
	ReleaseSysCache(tuple);
	return found;
}

/*
 * Is the function called in FROM where it is not inlined?  It is not told
 * which call is being simplified, and what is inlined cannot run.
 */
static bool
is_also_run(const PlannerInfo *root, Oid function)
{
	ListCell   *cell;

	foreach(cell, root->parse->rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);
		ListCell   *other;

		if (rte->rtekind != RTE_FUNCTION || (!rte->funcordinality && list_length(rte->functions) == 1))
			continue;
		foreach(other, rte->functions)
		{
			FuncExpr   *call = (FuncExpr *) lfirst_node(RangeTblFunction, other)->funcexpr;

			if (IsA(call, FuncExpr) && call->funcid == function)
				return true;
		}
	}
	return false;
}

/* The columns that a call has in FROM. */
static TupleDesc
columns_of(const PlannerInfo *root, int varno)
{
	const RangeTblEntry *rte = list_nth_node(RangeTblEntry, root->parse->rtable, varno - 1);
	const RangeTblFunction *function = linitial_node(RangeTblFunction, rte->functions);

	return BuildDescFromLists(function->funccolnames, function->funccoltypes, function->funccoltypmods,
							  function->funccolcollations);
}

/* What a query shows of the order of an item in its FROM. */
static DynRowOrder
order_of(const Query *query, int varno)
{
	Node	   *item;

	if (query->commandType != CMD_SELECT || query->setOperations != NULL ||
		query->groupClause != NIL || query->groupingSets != NIL || query->distinctClause != NIL ||
		query->sortClause != NIL || list_length(query->jointree->fromlist) != 1)
		return DYN_ORDER_UNSEEN;
	item = linitial(query->jointree->fromlist);
	if (!IsA(item, RangeTblRef) || ((RangeTblRef *) item)->rtindex != varno)
		return DYN_ORDER_UNSEEN;
	if (query->hasAggs)
		return DYN_ORDER_AGGREGATED;
	return query->limitCount != NULL || query->limitOffset != NULL ? DYN_ORDER_OF_FIRST : DYN_ORDER_OF_ALL;
}

/* Make the query of a call with the arguments that are constant by now. */
static char *
call_query(const FuncExpr *function, DynRowOrder order, TupleDesc columns, DynRowQuery make_query)
{
	int			nargs = list_length(function->args);
	NullableDatum *args = palloc0(sizeof(NullableDatum) * nargs);
	bool	   *known = palloc0(sizeof(bool) * nargs);
	DynRowCall	call = {.nargs = nargs, .args = args, .known = known, .expressions = function->args, .order = order,
	.columns = columns};

	for (int i = 0; i < nargs; i++)
	{
		Const	   *constant = list_nth(function->args, i);

		if (!IsA(constant, Const))
			continue;
		known[i] = true;
		args[i].value = constant->constvalue;
		args[i].isnull = constant->constisnull;
	}
	return make_query(&call);
}

static void
leave(const char *text, const char *body)
{
	if (made_context == NULL)
		made_context = AllocSetContextCreate(TopMemoryContext, "dynamo made query", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(made_context);
	made.body = MemoryContextStrdup(made_context, body);
	made.transaction = dyn_local_transaction_id();
	made.subtransaction = GetCurrentSubTransactionId();
	made.text = MemoryContextStrdup(made_context, text);
}

/* Take the query that was made for a body, or NULL; copied.  Whichever body comes, nothing stays. */
static char *
take(const char *body)
{
	char	   *text = made.text;

	made.text = NULL;
	if (text == NULL || made.transaction != dyn_local_transaction_id() ||
		made.subtransaction != GetCurrentSubTransactionId() ||
		body == NULL || strcmp(body, made.body) != 0)
		return NULL;
	return pstrdup(text);
}

/* The hook after parse analysis. */
static void
replace_body(ParseState *pstate, Query *query, JumbleState *jumble)
{
	char	   *text = take(pstate->p_sourcetext);

	if (previous_hook != NULL)
		previous_hook(pstate, query, jumble);
	if (text != NULL)
	{
		uint64		query_id = query->queryId;

		*query = *analyze(text, pstate);
		query->queryId = query_id;
	}
}

/* Analyse a text with the parameters of the body that it replaces. */
static Query *
analyze(char *text, const ParseState *body_state)
{
	ParseState *pstate = make_parsestate(NULL);
	Query	   *query;

	pstate->p_sourcetext = text;
	pstate->p_queryEnv = body_state->p_queryEnv;
	pstate->p_pre_columnref_hook = body_state->p_pre_columnref_hook;
	pstate->p_post_columnref_hook = body_state->p_post_columnref_hook;
	pstate->p_paramref_hook = body_state->p_paramref_hook;
	pstate->p_coerce_param_hook = body_state->p_coerce_param_hook;
	pstate->p_ref_hook_state = body_state->p_ref_hook_state;

	query = transformTopLevelStmt(pstate, linitial_node(RawStmt, pg_parse_query(text)));
	free_parsestate(pstate);
	return query;
}
