/*-------------------------------------------------------------------------
 *
 * legacy.h
 *	  The parameters that expressions replaced, as the same trees.
 *
 * Source: AWS, DynamoDB developer guide, "Legacy conditional parameters".
 * The trees are bound already; names and values are slices of the request's.
 * Everything is palloc'd in the current memory context.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_EXPR_LEGACY_H
#define DYN_EXPR_LEGACY_H

#include "expr/bind.h"

typedef struct DynBoundName
{
	const char *name;
	uint32		length;
} DynBoundName;

typedef enum DynComparisonOperator
{
#define DYN_COMPARISON(symbol, minimum, maximum, types) DYN_COMPARISON_##symbol,
#include "expr/comparisons.def"
#undef DYN_COMPARISON
} DynComparisonOperator;

/* The operator of a name such as "EQ"; false where there is none. */
extern bool dyn_comparison_from_name(const char *name, size_t length, DynComparisonOperator *comparison);
extern const char *dyn_comparison_name(DynComparisonOperator comparison);

/* How many values an operator takes; the maximum is PG_INT32_MAX for IN. */
extern void dyn_comparison_counts(DynComparisonOperator comparison, int *minimum, int *maximum);

/* Can a value of this type be its operand? */
extern bool dyn_comparison_takes(DynComparisonOperator comparison, DynTag tag);

/* One entry of Expected, QueryFilter, ScanFilter or KeyConditions. */
typedef struct DynLegacyCondition
{
	DynBoundName name;
	DynComparisonOperator comparison;
	int			nvalues;
	const DynValue *values;
} DynLegacyCondition;

/* All of them, or any of them, must hold; count is at least 1. */
extern DynBinding *dyn_legacy_condition(DynExpressionKind kind, int count, const DynLegacyCondition *conditions,
										bool any);

typedef enum DynLegacyAction
{
	DYN_LEGACY_PUT,
	DYN_LEGACY_ADD,
	DYN_LEGACY_DELETE
} DynLegacyAction;

/* One entry of AttributeUpdates. */
typedef struct DynLegacyUpdate
{
	DynBoundName name;
	DynLegacyAction action;
	bool		has_value;		/* only DELETE can be without */
	DynValue	value;
} DynLegacyUpdate;

extern DynBinding *dyn_legacy_update(int count, const DynLegacyUpdate *updates);

/* AttributesToGet. */
extern DynBinding *dyn_legacy_projection(int count, const DynBoundName *names);

#endif							/* DYN_EXPR_LEGACY_H */
