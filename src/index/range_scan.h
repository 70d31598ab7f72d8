/*-------------------------------------------------------------------------
 *
 * range_scan.h
 *	  The items of a range of keys, in the order of an index.
 *
 * As for single rows (row.h), there are two ways, which give the same
 * answers: direct_range.c calls the access methods and reads no more index
 * entries and rows than it returns; planned_range.c runs saved statements.
 * The resolver says which (relation.h).
 *
 *		dyn_range_scan_begin(&scan, &relation, index, &range);
 *		while (dyn_range_scan_next(&scan))
 *			... look at dyn_range_scan_item(&scan) ...
 *		dyn_range_scan_end(&scan);
 *
 * All of it is seen through the active snapshot, which must stay active.
 * The caller asked for privileges when he opened the relation.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_RANGE_SCAN_H
#define DYN_INDEX_RANGE_SCAN_H

#include "index/key_range.h"
#include "index/relation.h"

/*
 * A place in an index, between two entries.  Entries of one index key are in
 * the order of the table's keys, so both are needed in a secondary index.
 * There need not be such an entry.
 */
typedef struct DynRangeCursor
{
	const struct varlena *index_key;	/* NULL in the primary key */
	const struct varlena *key;
} DynRangeCursor;

typedef struct DynRangeScan DynRangeScan;

typedef struct DynRangeScanMethods
{
	void		(*begin) (DynRangeScan *scan);
	bool		(*next) (DynRangeScan *scan);
	void		(*end) (DynRangeScan *scan);
} DynRangeScanMethods;

struct DynRangeScan
{
	/* What is asked for: zero-initialise, then set. */
	const DynIndex *index;		/* NULL: the table's own key */
	bool		backward;
	const DynRangeCursor *after;	/* begin behind this place, in the scan's direction; or NULL */
	int64		expected;		/* how many items the caller is going to take, at most; 0: not known */
	bool		keys_suffice;	/* if the keys can be had without the item, the item need not be read */

	/* What was found. */
	bool		has_item;		/* else there are only the keys, and none is digested */
	Datum		item;			/* as stored, perhaps toasted; valid until the next step */
	struct varlena *index_key;
	struct varlena *key;

	/* Of the implementation. */
	const DynRelation *relation;
	DynKeyRange range;			/* as far as the cursor leaves it open */
	const DynRangeScanMethods *methods;
	void	   *state;
};

extern const DynRangeScanMethods dyn_direct_range_methods;
extern const DynRangeScanMethods dyn_planned_range_methods;

/*
 * Begin; allocates in the current memory context, which must live until
 * dyn_range_scan_end, as must range and cursor.  Raises
 * ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE where the table has lost the
 * Postgres index of a secondary index.
 */
extern void dyn_range_scan_begin(DynRangeScan *scan, const DynRelation *relation, const DynKeyRange *range);

/* Find the next entry; false where there is none.  Checks for interrupts. */
extern bool dyn_range_scan_next(DynRangeScan *scan);

/* Release what the scan holds. */
extern void dyn_range_scan_end(DynRangeScan *scan);

#endif							/* DYN_INDEX_RANGE_SCAN_H */
