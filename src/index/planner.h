/*-------------------------------------------------------------------------
 *
 * planner.h
 *	  What lets Postgres' planner find items by their attributes.
 *
 *	planner_paths.c		the hook: index paths for a relation
 *	planner_tables.c	which of its indexes hold which items
 *	planner_attributes.c	attributes, names and values in expressions
 *	planner_clauses.c	conditions on attributes, as SQL writes them
 *	planner_matches.c	the same in an expression of dynamo.matches
 *	planner_proof.c		does an index hold all items that meet conditions?
 *	planner_ranges.c	from conditions and a key schema to ranges of keys
 *	planner_statistics.c	statistics of attributes, for estimates of casts
 *	planner_support.c	the support function of our functions
 *	key_bounds.c		the functions that plans compute bounds with
 *
 * See docs/architecture/planner.md.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_PLANNER_H
#define DYN_INDEX_PLANNER_H

#include "nodes/pathnodes.h"

#include "item/key_schema.h"

/* Install the hook, and what the cache of planner_tables.c needs.  Called once, from _PG_init. */
extern void dyn_planner_init(void);

/* ---- planner_statistics.c ---- */

extern void dyn_planner_statistics_init(void);

/* ---- planner_tables.c ---- */

/* An index that is in the order of keys of a certain schema. */
typedef struct DynPlannedIndex
{
	Oid			oid;
	DynKeySchema key_schema;

	/*
	 * Does it hold every item that has the attributes, whatever they are?
	 * The primary key does, and each item has them.  A secondary index leaves
	 * out items whose attributes no key can have, unless a CHECK excludes
	 * them.
	 */
	bool		complete;
	bool		primary;

	/*
	 * By attribute: the most bytes that it can have where it is one of the
	 * table's key, which every item has as keys need it; else 0.
	 */
	uint32		key_bytes[DYN_MAX_KEY_ATTRIBUTES];
} DynPlannedIndex;

typedef struct DynPlannedTable
{
	AttrNumber	item_attnum;
	int			nindexes;
	DynPlannedIndex *indexes;
} DynPlannedTable;

extern void dyn_planned_tables_init(void);

/* Is there an index on a dynamo.key among them?  Of what is no item table, that is all that is asked. */
extern bool dyn_planned_may_be_item_table(const RelOptInfo *rel);

/* What is known of a relation that is locked; palloc'd, or NULL where it has no such indexes. */
extern DynPlannedTable *dyn_planned_table(Oid relid);

/* ---- planner_clauses.c ---- */

/* What of an attribute is compared. */
typedef enum DynItemForm
{
	DYN_FORM_VALUE,				/* item['a'], by the operators of dynamo.value */
	DYN_FORM_TEXT,				/* item['a']::text, item ->> 'a' */
	DYN_FORM_NUMBER,			/* item['a']::numeric */
	DYN_FORM_INTEGER,			/* item['a']::int: rounded */
	DYN_FORM_BINARY				/* item['a']::bytea */
} DynItemForm;

typedef enum DynItemOperator
{
	DYN_ITEM_EQ,
	DYN_ITEM_LT,
	DYN_ITEM_LE,
	DYN_ITEM_GT,
	DYN_ITEM_GE,
	DYN_ITEM_IN,				/* equal to one of the values */
	DYN_ITEM_BEGINS,			/* begins with the value */
	DYN_ITEM_EXISTS				/* IS NOT NULL, item ? 'a': no values */
} DynItemOperator;

/* A condition on one attribute that must be true of the rows. */
typedef struct DynItemClause
{
	RestrictInfo *rinfo;		/* the condition that it is, or follows from */
	Relids		outer;			/* relations that the values come from, or NULL */
	const char *name;			/* of the attribute, not NUL-terminated */
	uint32		name_length;
	DynItemForm form;
	DynItemOperator operator;
	List	   *values;			/* of Expr *, on the right side of the operator */
	List	   *arms;			/* of Expr *, for IN: the condition for each value */
	bool		equal_bytes;	/* are equal texts equal bytes (in the condition's collation)? */
	bool		byte_order;		/* is the order of texts that of their bytes? */
	bool		same_type;		/* is it false of values of another type? (dynamo.matches) */
} DynItemClause;

/*
 * The conditions on attributes of an item column that follow from one
 * condition; List of DynItemClause *, mostly of none or one.
 */
extern List *dyn_item_clauses_of(PlannerInfo *root, RestrictInfo *rinfo, RelOptInfo *rel, AttrNumber item_attnum);

/* ---- planner_attributes.c ---- */

/* Is the expression an attribute of that item column? */
extern bool dyn_item_attribute_match(Node *node, Index relid, AttrNumber item_attnum, DynItemForm *form,
									 const char **name, uint32 *name_length);

/* Read the name of an attribute, a constant text; a slice of that. */
extern bool dyn_attribute_name_read(Node *node, const char **name, uint32 *name_length);

/* The type of an expression's values of type dynamo.value, where that is known; their most bytes, or -1. */
extern bool dyn_value_tag_known(Expr *value, DynTag *tag, int64 *most_bytes);

/* OID of dynamo.value; the name of a function that is one of ours, else NULL. */
extern Oid	dyn_value_type(void);
extern const char *dyn_function_name_of(Oid function);

/* ---- planner_matches.c ---- */

/* The conditions on attributes in a call of dynamo.matches with constant arguments; "complete": nothing else is asked. */
extern List *dyn_item_clauses_of_matches(FuncExpr *call, bool *complete);

/* ---- planner_proof.c ---- */

/* Does the index hold all items that meet the conditions?  Adds the relations that this depends on to *outer. */
extern bool dyn_index_holds_all(const DynPlannedIndex *planned, List *clauses, Relids *outer);

/* Is it a condition on this attribute?  Does its form say something of values of this type? */
extern bool dyn_item_clause_is_of(const DynItemClause *clause, const DynKeyAttribute *attribute);
extern bool dyn_item_clause_fits(const DynItemClause *clause, DynTag tag);

/* ---- planner_ranges.c ---- */

/* What of an index has to be read for some conditions. */
typedef struct DynIndexRanges
{
	List	   *clauses;		/* of DynItemClause *: those that the ranges come from */
	Relids		outer;			/* relations that the bounds, or the proof, depend on */
	List	   *ranges;			/* of List of Expr *: conditions on the index's column */
	List	   *arms;			/* of Expr *: for each range the condition that it serves */
	bool		points;			/* each range is one key: its only condition is an equality */
	int			nequal;			/* attributes from the left that have one value */
} DynIndexRanges;

/* Find the ranges; NULL where the index does not serve the conditions. */
extern DynIndexRanges *dyn_index_ranges_make(const IndexOptInfo *index, const DynPlannedIndex *planned, List *clauses);

#endif							/* DYN_INDEX_PLANNER_H */
