/*-------------------------------------------------------------------------
 *
 * key_range_plan.c
 *	  dynamo.in_range(key, lower, upper), and what the planner knows of it.
 *
 * It is the same as key >= lower AND key < upper, which it becomes where an
 * index serves it.  As one condition it can be estimated: of two bounds that
 * are not known before run time Postgres thinks that each takes a third of
 * the table, but a Query reads a part of one partition.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/stratnum.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "base/compat.h"
#include "index/key_range.h"

/* The share of a table that a Query reads, where nothing is known of the table. */
#define UNKNOWN_SHARE	0.005

static List *index_conditions(SupportRequestIndexCondition *request);
static Expr *compare(const SupportRequestIndexCondition *request, int strategy, Node *key, Node *bound);
static Selectivity share(SupportRequestSelectivity *request);
static Selectivity share_by_histogram(const AttStatsSlot *histogram, double rows, Node *lower, Node *upper);
static int	count_partitions(const AttStatsSlot *histogram);
static int	count_within(const AttStatsSlot *histogram, const Const *lower, const Const *upper);

/* in_range(key, lower, upper): lower <= key < upper; strict */
PG_FUNCTION_INFO_V1(dynamo_in_range);
Datum
dynamo_in_range(PG_FUNCTION_ARGS)
{
	DynKeyRange range = {0};

	range.lower = PG_GETARG_VARLENA_PP(1);
	range.upper = PG_GETARG_VARLENA_PP(2);
	PG_RETURN_BOOL(dyn_key_range_contains(&range, PG_GETARG_VARLENA_PP(0)));
}

PG_FUNCTION_INFO_V1(dynamo_in_range_support);
Datum
dynamo_in_range_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(index_conditions((SupportRequestIndexCondition *) request));
	if (IsA(request, SupportRequestSelectivity))
	{
		((SupportRequestSelectivity *) request)->selectivity = share((SupportRequestSelectivity *) request);
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}

/* The two comparisons, where the index is on the key and the bounds are there before it is read. */
static List *
index_conditions(SupportRequestIndexCondition *request)
{
	List	   *args;
	Expr	   *from;
	Expr	   *to;

	if (!is_funcclause(request->node) || request->indexarg != 0)
		return NIL;
	args = ((FuncExpr *) request->node)->args;
	if (!is_pseudo_constant_for_index(request->root, lsecond(args), request->index) ||
		!is_pseudo_constant_for_index(request->root, lthird(args), request->index))
		return NIL;
	from = compare(request, BTGreaterEqualStrategyNumber, linitial(args), lsecond(args));
	to = compare(request, BTLessStrategyNumber, linitial(args), lthird(args));
	if (from == NULL || to == NULL)
		return NIL;
	request->lossy = false;
	return list_make2(from, to);
}

/* NULL where it is another kind of index. */
static Expr *
compare(const SupportRequestIndexCondition *request, int strategy, Node *key, Node *bound)
{
	Oid			type = exprType(key);
	Oid			operator = get_opfamily_member(request->opfamily, type, type, strategy);

	if (!OidIsValid(operator) || get_op_opfamily_strategy(operator, request->opfamily) != strategy)
		return NULL;
	return make_opclause(operator, BOOLOID, false, (Expr *) key, (Expr *) bound, InvalidOid, InvalidOid);
}

/* The share of the rows that are in the range. */
static Selectivity
share(SupportRequestSelectivity *request)
{
	VariableStatData key;
	AttStatsSlot histogram;
	Selectivity result = UNKNOWN_SHARE;

	examine_variable(request->root, linitial(request->args), request->varRelid, &key);
	if (HeapTupleIsValid(key.statsTuple) &&
		get_attstatsslot(&histogram, key.statsTuple, STATISTIC_KIND_HISTOGRAM, InvalidOid, ATTSTATSSLOT_VALUES))
	{
		if (histogram.nvalues > 1)
			result = share_by_histogram(&histogram, key.rel != NULL ? key.rel->tuples : 0,
										lsecond(request->args), lthird(request->args));
		free_attstatsslot(&histogram);
	}
	ReleaseVariableStats(key);
	return result;
}

/*
 * The histogram has keys that divide the table into equal parts.  How many
 * are in the range says how large it is, if any is.  Else the range is taken
 * for a partition of average size.
 */
static Selectivity
share_by_histogram(const AttStatsSlot *histogram, double rows, Node *lower, Node *upper)
{
	int			keys = histogram->nvalues;
	int			partitions = count_partitions(histogram);
	Selectivity of_partition;

	/* all from different partitions: there are between as many and one a row, and nothing tells how many */
	of_partition = partitions < keys ? 1.0 / partitions : 1.0 / sqrt(keys * Max(rows, keys));

	if (IsA(lower, Const) && IsA(upper, Const))
	{
		int			within = count_within(histogram, (Const *) lower, (Const *) upper);

		return within > 0 ? Min((double) within / (keys - 1), 1.0) : Min(of_partition, 1.0 / (keys - 1));
	}
	return of_partition;
}

/* How many partitions the keys are of, which are in order. */
static int
count_partitions(const AttStatsSlot *histogram)
{
	const uint8 *before = NULL;
	uint32		length_before = 0;
	int			partitions = 0;

	for (int i = 0; i < histogram->nvalues; i++)
	{
		const struct varlena *key = (const struct varlena *) DatumGetPointer(histogram->values[i]);
		const uint8 *bytes = (const uint8 *) VARDATA_ANY(key);
		uint32		length = dyn_key_partition_length(bytes, VARSIZE_ANY_EXHDR(key));

		if (before == NULL || length != length_before || memcmp(bytes, before, length) != 0)
			partitions++;
		before = bytes;
		length_before = length;
	}
	return partitions;
}

static int
count_within(const AttStatsSlot *histogram, const Const *lower, const Const *upper)
{
	DynKeyRange range = {0};
	int			within = 0;

	/* without a bound the condition is NULL */
	if (lower->constisnull || upper->constisnull)
		return 0;
	range.lower = (struct varlena *) DatumGetPointer(lower->constvalue);
	range.upper = (struct varlena *) DatumGetPointer(upper->constvalue);
	for (int i = 0; i < histogram->nvalues; i++)
		if (dyn_key_range_contains(&range, (const struct varlena *) DatumGetPointer(histogram->values[i])))
			within++;
	return within;
}
