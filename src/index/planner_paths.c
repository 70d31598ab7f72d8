/*-------------------------------------------------------------------------
 *
 * planner_paths.c
 *	  Index paths for conditions on attributes.
 *
 * No index has item['Genre'] as its column: they are on keys, which are made
 * of attributes.  So a condition on an attribute is no index condition to
 * Postgres, and set_rel_pathlist_hook adds the paths that read the ranges of
 * keys in which the items are that meet the conditions:
 *
 *		conditions ─ planner_clauses ─ clauses on attributes
 *		clauses + an index ─ planner_ranges ─ conditions on its column
 *		those ─ IndexPath, BitmapHeapPath
 *
 * The index conditions are "lossy": the condition itself stays as a filter,
 * and the estimate of rows stays what Postgres makes of it.  The share of the
 * index that is read is set to the share of the rows that meet the
 * conditions, where Postgres would guess from bounds of keys.
 *
 * Index conditions have nothing to do with row-level security: they compare
 * keys, with functions that leak nothing, and the values that they compare
 * keys with do not come from the row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/settings.h"
#include "index/planner.h"

/* Sets of other relations that paths depending on them are made for, for each index. */
#define MAX_OUTER_SETS	16

/* What is known while paths are made for one relation. */
typedef struct Planning
{
	PlannerInfo *root;
	RelOptInfo *rel;
	DynPlannedTable *table;
	List	   *base;			/* clauses that depend on the relation alone */
	List	   *join;			/* and those that join it with others */
} Planning;

/* An attribute that equivalence classes are searched for. */
typedef struct Wanted
{
	AttrNumber	item;
	const DynKeyAttribute *attribute;
} Wanted;

static set_rel_pathlist_hook_type previous_hook = NULL;

static void add_item_paths(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte);
static bool is_scanned(RelOptInfo *rel, const RangeTblEntry *rte);
static void collect_clauses(Planning *planning);
static List *key_attributes(const DynPlannedTable *table);
static bool is_attribute(PlannerInfo *root, RelOptInfo *rel, EquivalenceClass *class, EquivalenceMember *member, void *argument);
static void add_paths_of_index(Planning *planning, IndexOptInfo *index, const DynPlannedIndex *planned);
static void add_paths(Planning *planning, IndexOptInfo *index, const DynPlannedIndex *planned, DynIndexRanges *ranges);
static IndexPath *make_path(Planning *planning, IndexOptInfo *index, List *conditions, Expr *recheck, Selectivity share,
							List *pathkeys, bool backward, Relids outer, double loops);
static List *condition_infos(Planning *planning, List *conditions, Selectivity share);
static Expr *points_as_array(List *ranges);
static List *order_of_range(Planning *planning, const DynPlannedIndex *planned, const DynIndexRanges *ranges, bool *backward);
static bool orders_attribute(Planning *planning, const PathKey *pathkey, const DynKeyAttribute *attribute);
static double count_loops(PlannerInfo *root, Relids outer);

void
dyn_planner_init(void)
{
	dyn_planned_tables_init();
	dyn_planner_statistics_init();
	previous_hook = set_rel_pathlist_hook;
	set_rel_pathlist_hook = add_item_paths;
}

static void
add_item_paths(PlannerInfo *root, RelOptInfo *rel, Index rti, RangeTblEntry *rte)
{
	Planning	planning = {.root = root, .rel = rel};
	ListCell   *cell;

	if (previous_hook != NULL)
		previous_hook(root, rel, rti, rte);

	if (!dyn_planner_paths || rel->indexlist == NIL || !is_scanned(rel, rte) || !dyn_planned_may_be_item_table(rel))
		return;
	planning.table = dyn_planned_table(rte->relid);
	if (planning.table == NULL)
		return;
	collect_clauses(&planning);
	if (planning.base == NIL && planning.join == NIL)
		return;

	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(cell);

		for (int i = 0; i < planning.table->nindexes; i++)
			if (planning.table->indexes[i].oid == index->indexoid)
				add_paths_of_index(&planning, index, &planning.table->indexes[i]);
	}
}

/* Is this a table that is read itself, in any order? */
static bool
is_scanned(RelOptInfo *rel, const RangeTblEntry *rte)
{
	ListCell   *cell;

	if (rte->rtekind != RTE_RELATION || rte->inh || rte->tablesample != NULL || !IS_SIMPLE_REL(rel) || IS_DUMMY_REL(rel))
		return false;

	/* WHERE CURRENT OF is answered by the cursor's row only. */
	foreach(cell, rel->baserestrictinfo)
		if (IsA(lfirst_node(RestrictInfo, cell)->clause, CurrentOfExpr))
			return false;
	return true;
}

/* Find the conditions on attributes. */
static void
collect_clauses(Planning *planning)
{
	PlannerInfo *root = planning->root;
	RelOptInfo *rel = planning->rel;
	AttrNumber	item = planning->table->item_attnum;
	ListCell   *cell;

	foreach(cell, rel->baserestrictinfo)
		planning->base = list_concat(planning->base, dyn_item_clauses_of(root, lfirst(cell), rel, item));
	foreach(cell, rel->joininfo)
		if (join_clause_is_movable_to(lfirst(cell), rel))
			planning->join = list_concat(planning->join, dyn_item_clauses_of(root, lfirst(cell), rel, item));
	if (rel->has_eclass_joins)
		foreach(cell, key_attributes(planning->table))
		{
			Wanted		wanted = {item, lfirst(cell)};
			List	   *equalities = generate_implied_equalities_for_column(root, rel, is_attribute, &wanted,
																			rel->lateral_referencers);
			ListCell   *equality;

			foreach(equality, equalities)
				planning->join = list_concat(planning->join, dyn_item_clauses_of(root, lfirst(equality), rel, item));
		}
}

/* The attributes that the keys of any index have, once each. */
static List *
key_attributes(const DynPlannedTable *table)
{
	List	   *attributes = NIL;

	for (int i = 0; i < table->nindexes; i++)
		for (int j = 0; j < dyn_key_schema_count(&table->indexes[i].key_schema); j++)
		{
			DynKeyAttribute *attribute = &table->indexes[i].key_schema.attributes[j];
			bool		known = false;
			ListCell   *cell;

			foreach(cell, attributes)
				known = known || strcmp(((DynKeyAttribute *) lfirst(cell))->name, attribute->name) == 0;
			if (!known)
				attributes = lappend(attributes, attribute);
		}
	return attributes;
}

/* Is the member of an equivalence class this attribute?  Postgres gives equalities of one class only, so it is asked for each. */
static bool
is_attribute(PlannerInfo *root, RelOptInfo *rel, EquivalenceClass *class, EquivalenceMember *member, void *argument)
{
	const Wanted *wanted = argument;
	DynItemForm form;
	const char *name;
	uint32		name_length;

	return dyn_item_attribute_match((Node *) member->em_expr, rel->relid, wanted->item, &form, &name, &name_length) &&
		name_length == wanted->attribute->name_length && memcmp(name, wanted->attribute->name, name_length) == 0;
}

/* Add the paths of an index: without other relations, and for sets of them that conditions come from. */
static void
add_paths_of_index(Planning *planning, IndexOptInfo *index, const DynPlannedIndex *planned)
{
	DynIndexRanges *ranges = dyn_index_ranges_make(index, planned, planning->base);
	List	   *sets = NIL;
	Relids		all = NULL;
	List	   *done = NIL;
	ListCell   *cell;

	if (ranges != NULL)
		add_paths(planning, index, planned, ranges);

	foreach(cell, planning->join)
	{
		Relids		outer = ((DynItemClause *) lfirst(cell))->outer;

		if (list_length(sets) < MAX_OUTER_SETS)
			sets = lappend(sets, outer);
		all = bms_add_members(all, outer);
	}
	if (list_length(planning->join) > 1)
		sets = lappend(sets, all);

	foreach(cell, sets)
	{
		Relids		outer = lfirst(cell);
		List	   *clauses = list_copy(planning->base);
		ListCell   *other;
		bool		known = false;

		foreach(other, planning->join)
			if (bms_is_subset(((DynItemClause *) lfirst(other))->outer, outer))
				clauses = lappend(clauses, lfirst(other));
		ranges = dyn_index_ranges_make(index, planned, clauses);
		if (ranges == NULL || bms_is_empty(ranges->outer))
			continue;
		foreach(other, done)
			known = known || bms_equal(lfirst(other), ranges->outer);
		if (known)
			continue;
		done = lappend(done, ranges->outer);
		add_paths(planning, index, planned, ranges);
	}
}

/* Add an index path and a bitmap path for ranges of an index. */
static void
add_paths(Planning *planning, IndexOptInfo *index, const DynPlannedIndex *planned, DynIndexRanges *ranges)
{
	PlannerInfo *root = planning->root;
	RelOptInfo *rel = planning->rel;
	Relids		outer = bms_union(ranges->outer, rel->lateral_relids);
	double		loops;
	List	   *infos = NIL;
	Selectivity share;
	IndexPath  *path = NULL;
	Path	   *bitmap;
	ListCell   *cell;

	if (bms_is_empty(outer))
		outer = NULL;
	loops = count_loops(root, outer);

	foreach(cell, ranges->clauses)
		infos = list_append_unique_ptr(infos, ((DynItemClause *) lfirst(cell))->rinfo);
	share = clauselist_selectivity(root, infos, rel->relid, JOIN_INNER, NULL);

	if (list_length(ranges->ranges) == 1)
	{
		bool		backward;
		List	   *pathkeys = order_of_range(planning, planned, ranges, &backward);

		path = make_path(planning, index, linitial(ranges->ranges), linitial(ranges->arms), share, pathkeys, backward, outer, loops);
	}
	else if (ranges->points)
		path = make_path(planning, index, list_make1(points_as_array(ranges->ranges)),
						 ((DynItemClause *) linitial(ranges->clauses))->rinfo->clause,
						 share, NIL, false, outer, loops);

	if (path != NULL)
	{
		add_path(rel, (Path *) path);
		bitmap = (Path *) path;
	}
	else
	{
		List	   *parts = NIL;
		ListCell   *arm;

		forboth(cell, ranges->ranges, arm, ranges->arms)
			parts = lappend(parts, make_path(planning, index, lfirst(cell), lfirst(arm),
											 share / list_length(ranges->ranges), NIL, false, outer, loops));
		bitmap = (Path *) create_bitmap_or_path(root, rel, parts);
	}
	add_path(rel, (Path *) create_bitmap_heap_path(root, rel, bitmap, outer, loops, 0));
}

/* Make an index path of conditions on the index's column; "recheck" is what a bitmap scan checks on lossy pages. */
static IndexPath *
make_path(Planning *planning, IndexOptInfo *index, List *conditions, Expr *recheck, Selectivity share,
		  List *pathkeys, bool backward, Relids outer, double loops)
{
	IndexClause *clause = makeNode(IndexClause);

	/*
	 * Not the condition's own RestrictInfo: a bitmap scan would not filter by
	 * what is of the same equivalence class.
	 */
	clause->rinfo = make_simple_restrictinfo(planning->root, recheck);
	clause->indexquals = condition_infos(planning, conditions, share);
	clause->lossy = true;
	clause->indexcol = 0;
	clause->indexcols = NIL;
	return create_index_path(planning->root, index, list_make1(clause), NIL, NIL, pathkeys,
							 backward ? BackwardScanDirection : ForwardScanDirection, false, outer, loops, false);
}

/* Make RestrictInfos of conditions that together hold for this share of the rows. */
static List *
condition_infos(Planning *planning, List *conditions, Selectivity share)
{
	List	   *infos = NIL;
	ListCell   *cell;

	foreach(cell, conditions)
	{
		RestrictInfo *info = make_simple_restrictinfo(planning->root, lfirst(cell));

		/*
		 * The share is taken from here where the condition seems to depend on
		 * this relation alone.  With both sides depending on it, two of them
		 * are not taken for a pair of limits, which would be corrected by a
		 * guess of NULLs.
		 */
		info->clause_relids = info->left_relids = info->right_relids = bms_copy(planning->rel->relids);
		dyn_restrictinfo_one_relation(info);
		info->norm_selec = lnext(conditions, cell) == NULL ? share : 1.0;
		infos = lappend(infos, info);
	}
	return infos;
}

/* key = ANY (ARRAY[...]) of conditions key = ... */
static Expr *
points_as_array(List *ranges)
{
	OpExpr	   *first = linitial(linitial(ranges));
	ArrayExpr  *array = makeNode(ArrayExpr);
	ScalarArrayOpExpr *comparison = makeNode(ScalarArrayOpExpr);
	ListCell   *cell;

	foreach(cell, ranges)
		array->elements = lappend(array->elements, lsecond(((OpExpr *) linitial(lfirst(cell)))->args));
	array->element_typeid = exprType(linitial(array->elements));
	array->array_typeid = get_array_type(array->element_typeid);
	array->location = -1;

	comparison->opno = first->opno;
	comparison->opfuncid = get_opcode(first->opno);
	comparison->useOr = true;
	comparison->args = list_make2(linitial(first->args), eval_const_expressions(NULL, (Node *) array));
	comparison->location = -1;
	return (Expr *) comparison;
}

/* ---- order ---- */

/*
 * The sort order that a range of the index has, as far as the statement asks
 * for it: that of the attributes after those that have one value.
 */
static List *
order_of_range(Planning *planning, const DynPlannedIndex *planned, const DynIndexRanges *ranges, bool *backward)
{
	List	   *pathkeys = NIL;
	int			position = ranges->nequal;
	ListCell   *cell;

	*backward = false;
	if (planning->rel->reloptkind != RELOPT_BASEREL)
		return NIL;
	foreach(cell, planning->root->query_pathkeys)
	{
		PathKey    *pathkey = lfirst(cell);
		bool		descending = dyn_pathkey_is_descending(pathkey);

		if (position == dyn_key_schema_count(&planned->key_schema) ||
			(pathkeys != NIL && descending != *backward) ||
			!orders_attribute(planning, pathkey, &planned->key_schema.attributes[position]))
			break;
		*backward = descending;
		pathkeys = lappend(pathkeys, pathkey);
		position++;
	}
	return pathkeys;
}

/* Is it NULL for some strings? */
static bool
lacks_strings(const Node *node)
{
	const char *function = IsA(node, FuncExpr) ? dyn_function_name_of(((const FuncExpr *) node)->funcid) : NULL;

	return function != NULL && strcmp(function, "text_or_null") == 0;
}

/* Does a pathkey sort by an attribute, and as keys do?  No item of the range lacks it, so NULLs do not matter. */
static bool
orders_attribute(Planning *planning, const PathKey *pathkey, const DynKeyAttribute *attribute)
{
	ListCell   *cell;

	foreach(cell, pathkey->pk_eclass->ec_members)
	{
		EquivalenceMember *member = lfirst(cell);
		DynItemForm form;
		const char *name;
		uint32		name_length;

		if (!bms_equal(member->em_relids, planning->rel->relids) ||
			!dyn_item_attribute_match((Node *) member->em_expr, planning->rel->relid, planning->table->item_attnum,
									  &form, &name, &name_length) ||
			name_length != attribute->name_length || memcmp(name, attribute->name, name_length) != 0 ||
			lacks_strings((Node *) member->em_expr) ||
			pathkey->pk_opfamily != lookup_type_cache(exprType((Node *) member->em_expr), TYPECACHE_BTREE_OPFAMILY)->btree_opf)
			continue;
		if (form == DYN_FORM_VALUE ||
			(form == DYN_FORM_NUMBER && attribute->tag == DYN_TAG_N) ||
			(form == DYN_FORM_BINARY && attribute->tag == DYN_TAG_B) ||
			(form == DYN_FORM_TEXT && attribute->tag == DYN_TAG_S && dyn_collation_is_c(pathkey->pk_eclass->ec_collation)))
			return true;
	}
	return false;
}

/* How often a path is run that depends on other relations: as often as the smallest of them has rows. */
static double
count_loops(PlannerInfo *root, Relids outer)
{
	double		loops = 0;
	int			relid = -1;

	while ((relid = bms_next_member(outer, relid)) >= 0)
	{
		RelOptInfo *rel = relid < root->simple_rel_array_size ? root->simple_rel_array[relid] : NULL;

		if (rel != NULL && !IS_DUMMY_REL(rel) && (loops == 0 || rel->rows < loops))
			loops = rel->rows;
	}
	return Max(loops, 1);
}
