/*-------------------------------------------------------------------------
 *
 * query_check.c
 *	  dynamo.query_check and dynamo.scan_check: the first condition of queries
 *	  whose arguments were not all known to the planner.
 *
 * They raise what the operation would raise, and are true else.  Where the
 * arguments come from another table the planner may well ask for each row of
 * the result, so a call site remembers the arguments it found good.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/supportnodes.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "api/query_arguments.h"

/* The arguments that were good, last. */
typedef struct CallSite
{
	MemoryContext context;		/* of the values; NULL: there are none */
	int16	   *lengths;		/* of the arguments' types */
	bool	   *by_value;
	NullableDatum *args;
} CallSite;

static Datum check(FunctionCallInfo fcinfo, const DynQuerySignature *signature);
static CallSite *make_site(FunctionCallInfo fcinfo);
static bool is_known_good(FunctionCallInfo fcinfo, const CallSite *site);
static void remember(FunctionCallInfo fcinfo, CallSite *site);

PG_FUNCTION_INFO_V1(dynamo_query_check);
PG_FUNCTION_INFO_V1(dynamo_scan_check);
PG_FUNCTION_INFO_V1(dynamo_check_support);

Datum
dynamo_query_check(PG_FUNCTION_ARGS)
{
	return check(fcinfo, &dyn_query_signature);
}

Datum
dynamo_scan_check(PG_FUNCTION_ARGS)
{
	return check(fcinfo, &dyn_scan_signature);
}

/* The planner is to know that the condition leaves nothing out. */
Datum
dynamo_check_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	((SupportRequestSelectivity *) request)->selectivity = 1.0;
	PG_RETURN_POINTER(request);
}

static Datum
check(FunctionCallInfo fcinfo, const DynQuerySignature *signature)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;
	bool		known[FUNC_MAX_ARGS];
	DynRowCall	call = {.nargs = PG_NARGS(), .args = fcinfo->args, .known = known};
	DynOpenedQuery opened = {0};

	if (site == NULL)
		fcinfo->flinfo->fn_extra = site = make_site(fcinfo);
	if (is_known_good(fcinfo, site))
		PG_RETURN_BOOL(true);

	memset(known, true, sizeof(known));
	dyn_arguments_check(&call, signature, &opened);
	dyn_page_close(&opened.page);
	remember(fcinfo, site);
	PG_RETURN_BOOL(true);
}

static CallSite *
make_site(FunctionCallInfo fcinfo)
{
	int			nargs = PG_NARGS();
	MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	CallSite   *site = palloc0(sizeof(CallSite));
	Oid		   *types;
	int			ntypes;

	site->lengths = palloc(sizeof(int16) * nargs);
	site->by_value = palloc(sizeof(bool) * nargs);
	site->args = palloc0(sizeof(NullableDatum) * nargs);
	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &ntypes);
	Assert(ntypes == nargs);
	for (int i = 0; i < nargs; i++)
		get_typlenbyval(types[i], &site->lengths[i], &site->by_value[i]);
	MemoryContextSwitchTo(caller);
	return site;
}

static bool
is_known_good(FunctionCallInfo fcinfo, const CallSite *site)
{
	if (site->context == NULL)
		return false;
	for (int i = 0; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i) != site->args[i].isnull ||
			(!PG_ARGISNULL(i) &&
			 !datum_image_eq(PG_GETARG_DATUM(i), site->args[i].value, site->by_value[i], site->lengths[i])))
			return false;
	return true;
}

/* Copy the arguments; until all of them are there, nothing is known. */
static void
remember(FunctionCallInfo fcinfo, CallSite *site)
{
	MemoryContext context = site->context;
	MemoryContext caller;

	site->context = NULL;
	if (context == NULL)
		context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "dynamo checked arguments", ALLOCSET_SMALL_SIZES);
	else
		MemoryContextReset(context);
	caller = MemoryContextSwitchTo(context);
	for (int i = 0; i < PG_NARGS(); i++)
	{
		site->args[i].isnull = PG_ARGISNULL(i);
		if (!PG_ARGISNULL(i))
			site->args[i].value = datumCopy(PG_GETARG_DATUM(i), site->by_value[i], site->lengths[i]);
	}
	MemoryContextSwitchTo(caller);
	site->context = context;
}
