/*-------------------------------------------------------------------------
 *
 * plan.h
 *	  How a statement finds its items: by one key, by ranges of keys, or by
 *	  looking at all of them.
 *
 *	WHERE ─ key_branches.c ─ what each branch of it asks of the key
 *		  ─ key_ranges.c ─ ranges of keys that hold all items it can be true of
 *		  ─ plan.c ─ access path, order, and the filter for what is left
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_PARTIQL_PLAN_H
#define DYN_PARTIQL_PLAN_H

#include "engine/item_operations.h"
#include "index/key_range.h"
#include "partiql/compile.h"
#include "schema/table.h"

/* The service's limit for what IN and OR decompose a SELECT into. */
#define DYN_MAX_DECOMPOSED_READS	50

/* ---- key_branches.c ---- */

/* A condition on the sort key. */
typedef struct DynSortTest
{
	DynKeyOperator operator;
	DynValue	values[2];
} DynSortTest;

/* One of some values, or of some tests. */
typedef struct DynHashChoice
{
	int			count;
	DynValue   *values;
} DynHashChoice;

typedef struct DynSortChoice
{
	int			count;
	DynSortTest *tests;
} DynSortChoice;

/*
 * What one branch asks of the key: all of these.  An item that the WHERE
 * clause is true of is in one of its branches, but not every item of a branch
 * meets the WHERE clause.
 */
typedef struct DynKeyBranch
{
	List	   *hashes;			/* of DynHashChoice; NIL: any partition */
	List	   *sorts;			/* of DynSortChoice */
	bool		negated;		/* says <> or NOT of the sort key */
} DynKeyBranch;

/* The branches of a condition (NULL: none), for a key of at most one HASH and one RANGE attribute. */
extern List *dyn_partiql_key_branches(const DynBinding *where, const DynKeySchema *schema);

/* The conditions that a WHERE clause joins by AND, in the order of the text. */
extern List *dyn_partiql_conjuncts(DynNode *condition);

/*
 * Does a simple condition ask something of an attribute of the key that a
 * range of keys can answer?  The choice is filled in.
 */
extern bool dyn_partiql_hash_choice(const DynBinding *where, const DynNode *node, const DynKeySchema *schema,
									DynHashChoice *choice);
extern bool dyn_partiql_sort_choice(const DynBinding *where, const DynNode *node, const DynKeySchema *schema,
									DynSortChoice *choice);

/* Is it attribute = value?  The value is filled in. */
extern bool dyn_partiql_equality(const DynBinding *where, const DynNode *node, const DynKeyAttribute *attribute,
								 DynValue *value);

/* ---- key_ranges.c ---- */

/* In which order the items are wanted. */
typedef struct DynPartiqlOrdering
{
	bool		by_hash;
	bool		hash_descending;
	bool		descending;		/* of the sort key */
} DynPartiqlOrdering;

/*
 * Make the ranges of all branches, each of which names partitions; they are
 * disjoint, and in the order in which they are to be read.  Sets *exact to
 * false where a range has more than the branch asks for.
 */
extern int	dyn_partiql_key_ranges(const List *branches, const DynKeySchema *schema,
								   const DynPartiqlOrdering *ordering, DynKeyRange **ranges, bool *exact);

/* How many partitions the branches name, up to one too many; -1: any. */
extern int	dyn_partiql_count_partitions(const List *branches);

/* ---- plan.c ---- */

typedef enum DynPartiqlAccess
{
	PARTIQL_BY_KEY,				/* GetItem */
	PARTIQL_BY_RANGES,			/* Query, or several */
	PARTIQL_BY_SCAN
} DynPartiqlAccess;

typedef struct DynPartiqlPlan
{
	DynPartiqlAccess access;
	DynRequestKey key;			/* BY_KEY */
	int			nranges;		/* BY_RANGES; SCAN has one, of everything */
	DynKeyRange *ranges;
	bool		one_partition;	/* BY_RANGES */
	bool		backward;
	bool		keyed;			/* does a condition on the partition key stand beside the others? */
	const DynBinding *filter;	/* what the access path does not answer; NULL: nothing */
} DynPartiqlPlan;

/* Plan a SELECT of a table or an index (NULL).  Raises the service's errors. */
extern void dyn_partiql_plan_select(const DynPartiqlStatement *statement, const DynBinding *where,
									const DynTable *table, const DynIndex *index, DynPartiqlPlan *plan);

/* Find the one key that an UPDATE or a DELETE is for, and what else it asks. */
extern void dyn_partiql_plan_write(const DynBinding *where, const DynTable *table, DynRequestKey *key,
								   const DynBinding **condition);

#endif							/* DYN_PARTIQL_PLAN_H */
