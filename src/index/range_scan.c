/*-------------------------------------------------------------------------
 *
 * range_scan.c
 *	  What both ways through a range of keys have in common: what a cursor
 *	  leaves of the range.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "index/range_scan.h"

static void check_index(const DynRangeScan *scan);
static void apply_cursor(DynRangeScan *scan);

void
dyn_range_scan_begin(DynRangeScan *scan, const DynRelation *relation, const DynKeyRange *range)
{
	scan->relation = relation;
	scan->range = *range;
	scan->has_item = false;
	check_index(scan);
	if (scan->after != NULL && !range->empty)
		apply_cursor(scan);
	if (scan->range.empty)
		return;
	scan->methods = relation->direct ? &dyn_direct_range_methods : &dyn_planned_range_methods;
	scan->methods->begin(scan);
}

bool
dyn_range_scan_next(DynRangeScan *scan)
{
	CHECK_FOR_INTERRUPTS();
	return !scan->range.empty && scan->methods->next(scan);
}

void
dyn_range_scan_end(DynRangeScan *scan)
{
	if (!scan->range.empty)
		scan->methods->end(scan);
}

/* Without the Postgres index there would be an answer, but one that reads and sorts the whole table. */
static void
check_index(const DynRangeScan *scan)
{
	char	   *call;

	if (scan->index == NULL || OidIsValid(scan->index->index_oid))
		return;
	call = psprintf("dynamo.index_key(%s, %s)",
					NameStr(TupleDescAttr(RelationGetDescr(scan->relation->relation),
										  scan->relation->table->item_attnum - 1)->attname),
					dyn_key_schema_literals(&scan->index->key_schema));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" has no valid Postgres index for its secondary index \"%s\"",
					scan->relation->table->name, scan->index->name),
			 errhint("Run: CREATE INDEX ON %s (%s, %s) WHERE %s IS NOT NULL;",
					 dyn_relation_quoted_name(scan->relation->relation), call,
					 NameStr(TupleDescAttr(RelationGetDescr(scan->relation->relation),
										   scan->relation->table->key_attnum - 1)->attname), call)));
}

/*
 * A cursor within the range takes the place of the bound that the scan would
 * begin at.  One before the range says nothing, and one behind it leaves
 * nothing.
 */
static void
apply_cursor(DynRangeScan *scan)
{
	const struct varlena *place = scan->index != NULL ? scan->after->index_key : scan->after->key;
	bool		below = scan->range.lower != NULL && dyn_key_compare(place, scan->range.lower) < 0;
	bool		above = scan->range.upper != NULL && dyn_key_compare(place, scan->range.upper) >= 0;

	if (scan->backward ? below : above)
		scan->range.empty = true;
	else if (scan->backward ? above : below)
		scan->after = NULL;
	else if (scan->backward)
		scan->range.upper = NULL;
	else
		scan->range.lower = NULL;
}
