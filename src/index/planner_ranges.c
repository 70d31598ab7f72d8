/*-------------------------------------------------------------------------
 *
 * planner_ranges.c
 *	  From conditions on attributes to ranges of an index's keys.
 *
 * All HASH attributes need an equality.  RANGE attributes follow from the
 * left: equalities, then at most one with limits.  The conditions are checked
 * again on every item, so a range may be wider than they are, and must never
 * be narrower.
 *
 * Whether the index holds all items that meet the conditions is asked of
 * planner_proof.c; where it does, all that is found has the types of the key
 * schema.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "base/compat.h"
#include "index/planner.h"
#include "item/key.h"
#include "item/number.h"

/* Ranges that one statement of an index may be read in; keys are cheaper than ranges. */
#define MAX_RANGES	64
#define MAX_POINTS	1000

/* What is known of the conditions while ranges are made of them. */
typedef struct Search
{
	const IndexOptInfo *index;
	const DynKeySchema *schema;
	List	   *clauses;
	DynIndexRanges *result;
	int			nequal;			/* attributes with equalities */
	const DynItemClause *equal[DYN_MAX_KEY_ATTRIBUTES];
	const DynItemClause *lower; /* limits of the attribute after them, or NULL */
	const DynItemClause *upper;
	int			nranges;
} Search;

static bool bind_attributes(Search *search);
static const DynItemClause *find_equality(const Search *search, int position);
static const DynItemClause *find_limit(const Search *search, int position, bool lower);
static void use(Search *search, const DynItemClause *clause);
static void make_ranges(Search *search);
static Expr *make_limit(const DynItemClause *clause, bool lower);
static Expr *make_bound(const Search *search, const char *function, List *values);
static Expr *compare_key(const Search *search, int strategy, Expr *bound);

DynIndexRanges *
dyn_index_ranges_make(const IndexOptInfo *index, const DynPlannedIndex *planned, List *clauses)
{
	Search		search = {0};

	search.index = index;
	search.schema = &planned->key_schema;
	search.clauses = clauses;
	search.result = palloc0(sizeof(DynIndexRanges));

	if (!bind_attributes(&search))
		return NULL;
	/* where the statement says that the key is not NULL, it asks for no other items */
	if (!index->predOK && !dyn_index_holds_all(planned, clauses, &search.result->outer))
		return NULL;
	make_ranges(&search);
	return search.result;
}

/* ---- which conditions make ranges ---- */

/* Choose the conditions; false where there are too few. */
static bool
bind_attributes(Search *search)
{
	int			count = dyn_key_schema_count(search->schema);
	int			ranges = 1;

	for (int i = 0; i < count; i++)
	{
		const DynItemClause *clause = find_equality(search, i);

		if (clause != NULL && (int64) ranges * list_length(clause->values) > (i + 1 == count ? MAX_POINTS : MAX_RANGES))
			clause = NULL;
		if (clause == NULL)
			break;
		ranges *= list_length(clause->values);
		search->equal[i] = clause;
		search->nequal = i + 1;
	}
	if (search->nequal < search->schema->nhash)
		return false;
	search->nranges = ranges;
	search->result->points = search->nequal == count;

	if (search->nequal < count)
	{
		search->lower = find_limit(search, search->nequal, true);
		search->upper = find_limit(search, search->nequal, false);
	}

	while (search->result->nequal < search->nequal && list_length(search->equal[search->result->nequal]->values) == 1)
		search->result->nequal++;
	for (int i = 0; i < search->nequal; i++)
		use(search, search->equal[i]);
	use(search, search->lower);
	use(search, search->upper);
	return true;
}

/* Find an equality of an attribute, rather with one value than with several. */
static const DynItemClause *
find_equality(const Search *search, int position)
{
	const DynKeyAttribute *attribute = &search->schema->attributes[position];
	const DynItemClause *found = NULL;
	ListCell   *cell;

	foreach(cell, search->clauses)
	{
		const DynItemClause *clause = lfirst(cell);

		/* many numbers are rounded to one integer */
		if ((clause->operator != DYN_ITEM_EQ && clause->operator != DYN_ITEM_IN) ||
			clause->form == DYN_FORM_INTEGER || !clause->equal_bytes ||
			!dyn_item_clause_is_of(clause, attribute) || !dyn_item_clause_fits(clause, attribute->tag))
			continue;
		if (found == NULL || list_length(clause->values) < list_length(found->values))
			found = clause;
	}
	return found;
}

/* Find a lower or upper limit of an attribute. */
static const DynItemClause *
find_limit(const Search *search, int position, bool lower)
{
	const DynKeyAttribute *attribute = &search->schema->attributes[position];
	ListCell   *cell;

	foreach(cell, search->clauses)
	{
		const DynItemClause *clause = lfirst(cell);
		bool		limits = lower ?
			clause->operator == DYN_ITEM_GT || clause->operator == DYN_ITEM_GE :
			clause->operator == DYN_ITEM_LT || clause->operator == DYN_ITEM_LE;

		if ((clause->form == DYN_FORM_INTEGER && clause->operator == DYN_ITEM_EQ) || clause->operator == DYN_ITEM_BEGINS)
			limits = true;
		if (limits && clause->byte_order && dyn_item_clause_is_of(clause, attribute) && dyn_item_clause_fits(clause, attribute->tag))
			return clause;
	}
	return NULL;
}

/* Note that a condition is used. */
static void
use(Search *search, const DynItemClause *clause)
{
	if (clause == NULL)
		return;
	search->result->clauses = list_append_unique_ptr(search->result->clauses, unconstify(DynItemClause *, clause));
	search->result->outer = bms_add_members(search->result->outer, clause->outer);
}

/* ---- the ranges ---- */

/* Make a range for every combination of the values. */
static void
make_ranges(Search *search)
{
	DynIndexRanges *result = search->result;

	for (int n = 0; n < search->nranges; n++)
	{
		List	   *values = NIL;
		Expr	   *arm = NULL;
		int			rest = n;

		for (int i = 0; i < search->nequal; i++)
		{
			const DynItemClause *clause = search->equal[i];
			int			count = list_length(clause->values);

			values = lappend(values, list_nth(clause->values, rest % count));
			if (arm == NULL && clause->arms != NIL)
				arm = list_nth(clause->arms, rest % count);
			rest /= count;
		}
		if (arm == NULL)
			arm = ((DynItemClause *) linitial(result->clauses))->rinfo->clause;
		result->arms = lappend(result->arms, arm);

		if (result->points)
			result->ranges = lappend(result->ranges,
									 list_make1(compare_key(search, BTEqualStrategyNumber, make_bound(search, "key_exact", values))));
		else
		{
			List	   *from = list_copy(values);
			List	   *to = list_copy(values);
			const char *end = search->upper != NULL && search->upper->operator == DYN_ITEM_BEGINS ? "key_to_prefix" : "key_to";

			if (search->lower != NULL)
				from = lappend(from, make_limit(search->lower, true));
			if (search->upper != NULL)
				to = lappend(to, make_limit(search->upper, false));
			result->ranges = lappend(result->ranges,
									 list_make2(compare_key(search, BTGreaterEqualStrategyNumber, make_bound(search, "key_from", from)),
												compare_key(search, BTLessStrategyNumber, make_bound(search, end, to))));
		}
	}
}

/* The value of a limit; that of rounded numbers is half a unit away. */
static Expr *
make_limit(const DynItemClause *clause, bool lower)
{
	Node	   *value = linitial(clause->values);
	Oid			type = exprType(value);
	Datum		half;
	List	   *arguments;

	if (clause->form != DYN_FORM_INTEGER)
		return (Expr *) value;

	half = DirectFunctionCall3(numeric_in, CStringGetDatum("0.5"), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	arguments = list_make2(makeFuncExpr(type == INT2OID ? F_NUMERIC_INT2 : type == INT4OID ? F_NUMERIC_INT4 : F_NUMERIC_INT8,
										NUMERICOID, list_make1(value), InvalidOid, InvalidOid, COERCE_EXPLICIT_CAST),
						   makeConst(NUMERICOID, -1, InvalidOid, -1, half, false, false));
	return (Expr *) eval_const_expressions(NULL, (Node *)
										   makeFuncExpr(lower ? F_NUMERIC_SUB : F_NUMERIC_ADD, NUMERICOID, arguments,
														InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
}

/*
 * A call of a function of key_bounds.c.  A key of constants is a constant; a
 * bound is not made one, because it may not be printable as a key.
 */
static Expr *
make_bound(const Search *search, const char *function, List *values)
{
	static const Oid argument_types[] = {TEXTOID, ANYOID};
	char		types[DYN_MAX_KEY_ATTRIBUTES + 2];
	char	   *next = types;
	Oid			oid = LookupFuncName(list_make2(makeString("dynamo"), makeString(pstrdup(function))), 2, argument_types, false);
	List	   *arguments;
	FuncExpr   *call;

	for (int i = 0; i < dyn_key_schema_count(search->schema); i++)
	{
		DynTag		tag = search->schema->attributes[i].tag;

		if (i == search->schema->nhash)
			*next++ = '/';
		*next++ = tag == DYN_TAG_S ? 'S' : tag == DYN_TAG_N ? 'N' : 'B';
	}
	*next = '\0';

	arguments = lcons(makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, CStringGetTextDatum(types), false, false),
					  copyObject(values));
	call = makeFuncExpr(oid, get_func_rettype(oid), arguments, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
	return search->result->points ? (Expr *) eval_const_expressions(NULL, (Node *) call) : (Expr *) call;
}

static Expr *
compare_key(const Search *search, int strategy, Expr *bound)
{
	Expr	   *key = ((TargetEntry *) linitial(search->index->indextlist))->expr;
	Oid			type = exprType((Node *) key);
	Oid			operator = get_opfamily_member(search->index->opfamily[0], type, type, strategy);

	return make_opclause(operator, BOOLOID, false, copyObject(key), bound, InvalidOid, InvalidOid);
}
