/*-------------------------------------------------------------------------
 *
 * planner_statistics.c
 *	  Statistics of attributes serve estimates of casts.
 *
 * Statements say item['Genre']::text, which raises for what cannot be cast;
 * statistics are of dynamo.text_or_null(item['Genre']), which does not.  Where
 * a statement compares the cast, it is that value or there is no result.  So
 * in what the planner knows of a relation the one stands for the other.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/plancat.h"
#include "parser/parse_func.h"

#include "base/compat.h"
#include "index/planner.h"

static get_relation_info_hook_type previous_hook = NULL;

static void read_statistics_as_casts(PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel);
static void read_as_cast(FuncExpr *call);

void
dyn_planner_statistics_init(void)
{
	previous_hook = get_relation_info_hook;
	get_relation_info_hook = read_statistics_as_casts;
}

/* The expressions were read for this plan, so they may be changed. */
static void
read_statistics_as_casts(PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel)
{
	List	   *kept = NIL;
	ListCell   *cell;

	if (previous_hook != NULL)
		previous_hook(root, relid, inhparent, rel);

	/* queries of dynamo.partiql have the functions themselves; several kinds of statistics share their expressions */
	foreach(cell, rel->statlist)
	{
		StatisticExtInfo *as_they_are = palloc(sizeof(StatisticExtInfo));

		*as_they_are = *lfirst_node(StatisticExtInfo, cell);
		as_they_are->exprs = copyObject(as_they_are->exprs);
		if (as_they_are->exprs != NIL)
			kept = lappend(kept, as_they_are);
	}
	foreach(cell, rel->statlist)
	{
		ListCell   *expression;

		foreach(expression, lfirst_node(StatisticExtInfo, cell)->exprs)
		{
			FuncExpr   *call = lfirst(expression);

			if (IsA(call, FuncExpr) && list_length(call->args) == 1 && IsA(linitial(call->args), SubscriptingRef))
				read_as_cast(call);
		}
	}
	rel->statlist = list_concat(rel->statlist, kept);
}

static void
read_as_cast(FuncExpr *call)
{
	static const char *const casts[][2] = {
		{"text_or_null", "value_to_text"},
		{"number_or_null", "value_to_numeric"},
		{"bytes_or_null", "value_to_bytea"}
	};
	const char *function = dyn_function_name_of(call->funcid);

	for (int i = 0; function != NULL && i < lengthof(casts); i++)
		if (strcmp(function, casts[i][0]) == 0)
		{
			Oid			type = exprType(linitial(call->args));

			call->funcid = LookupFuncName(list_make2(makeString("dynamo"), makeString(pstrdup(casts[i][1]))), 1, &type, false);
			return;
		}
}
