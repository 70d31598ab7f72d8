/*-------------------------------------------------------------------------
 *
 * key_condition.h
 *	  What a Query asks of the key: KeyConditionExpression and KeyConditions.
 *
 *	bound expression, or older parameter ─ clauses: attribute, operator, values
 *	clauses + key schema ─ condition: equal values from the left, then at most
 *						   one attribute with another operator
 *
 * Clauses are made without knowing the table, because the service refuses
 * what is wrong with them before it looks for the table.  Values are slices
 * of the request's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_EXPR_KEY_CONDITION_H
#define DYN_EXPR_KEY_CONDITION_H

#include "expr/legacy.h"
#include "item/key_schema.h"

typedef enum DynKeyOperator
{
	DYN_KEY_EQ,
	DYN_KEY_LT,
	DYN_KEY_LE,
	DYN_KEY_GT,
	DYN_KEY_GE,
	DYN_KEY_BETWEEN,			/* two values, both included */
	DYN_KEY_BEGINS_WITH,
	DYN_KEY_NO_OPERATOR			/* one of KeyConditions that keys cannot answer */
} DynKeyOperator;

typedef struct DynKeyClause
{
	DynBoundName name;
	DynKeyOperator operator;
	int			nvalues;
	DynValue	values[2];
} DynKeyClause;

/* No two clauses are of the same attribute. */
typedef struct DynKeyClauses
{
	int			count;
	DynKeyClause clauses[DYN_MAX_KEY_ATTRIBUTES];
} DynKeyClauses;

/* Read the clauses of a bound KEY_CONDITION, or of KeyConditions.  Raises the service's errors. */
extern void dyn_key_clauses_from_expression(const DynBinding *binding, DynKeyClauses *clauses);
extern void dyn_key_clauses_from_legacy(int count, const DynLegacyCondition *conditions, DynKeyClauses *clauses);

/* What a Query asks of a key of a certain schema. */
typedef struct DynKeyCondition
{
	int			nequal;			/* all HASH attributes, and RANGE attributes from the left */
	DynValue	equal[DYN_MAX_KEY_ATTRIBUTES];
	bool		ranged;			/* the next RANGE attribute has a condition, too */
	DynKeyOperator operator;	/* of that one; never DYN_KEY_EQ */
	DynValue	values[2];
} DynKeyCondition;

/* Match clauses with a key schema.  Raises the service's errors. */
extern void dyn_key_condition_make(const DynKeyClauses *clauses, const DynKeySchema *schema,
								   DynKeyCondition *condition);

/*
 * The same for who has something of his own to check with each attribute of
 * the key: the service looks at one attribute after the other, and "check" is
 * called before what the clauses ask of it is looked at.
 */
typedef void (*DynKeyAttributeCheck) (void *arg, const DynKeySchema *schema, int position);

extern void dyn_key_condition_make_checked(const DynKeyClauses *clauses, const DynKeySchema *schema,
										   DynKeyAttributeCheck check, void *arg, DynKeyCondition *condition);

#endif							/* DYN_EXPR_KEY_CONDITION_H */
