/*-------------------------------------------------------------------------
 *
 * key_range.h
 *	  What part of an index a Query or a Scan reads: a range of keys.
 *
 * A b-tree on dynamo.key orders by bytes, so every condition that a Query can
 * have, and every segment of a Scan, is one range: from a lower bound, which
 * is in it, to an upper bound, which is not.  Bounds are bytes as of keys, but
 * not always those of a key: compare them with the operators of dynamo.key,
 * and do not take them apart or print them.
 *
 *		dyn_key_condition_make(&clauses, schema, &condition);
 *		if (!dyn_key_range_of_condition(&condition, schema, &range, &fault))
 *			... no item can have such a key; say so, or find nothing ...
 *		else if (!range.empty)
 *			... scan from range.lower to range.upper ...
 *
 * The key schema is that of the index: the table's own for the primary key,
 * that of index_key(item, ...) for a secondary one.  The range of a condition
 * has exactly the keys of that schema that meet it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_KEY_RANGE_H
#define DYN_INDEX_KEY_RANGE_H

#include "expr/key_condition.h"
#include "item/key.h"

typedef struct DynKeyRange
{
	bool		empty;			/* no key is in it */
	struct varlena *lower;		/* the first key is this one or greater; NULL: the first of all */
	struct varlena *upper;		/* the last key is less than this; NULL: the last of all */
} DynKeyRange;

/* The service's limit for TotalSegments. */
#define DYN_MAX_SEGMENTS	1000000

/*
 * Make the range of the keys that meet a condition, which has all HASH
 * attributes of the schema.  Bounds are palloc'd, with a 4-byte varlena
 * header.  Returns false, and says why in *fault, where one of the values is
 * none that a key can have: it is of another type than its attribute
 * (DYN_KEY_TYPE), empty, or too long.  For an equality that means that no
 * item meets the condition.
 */
extern bool dyn_key_range_of_condition(const DynKeyCondition *condition, const DynKeySchema *schema,
									   DynKeyRange *range, DynKeyFault *fault);

/*
 * Make the range of a segment (0 .. total - 1) of a Scan: an equal share of
 * the hashes.  Segments are disjoint, and together they are everything.
 */
extern void dyn_key_range_of_segment(uint32 segment, uint32 total, DynKeyRange *range);

/* Make the range of all keys. */
extern void dyn_key_range_of_all(DynKeyRange *range);

/* Is a key in the range? */
extern bool dyn_key_range_contains(const DynKeyRange *range, const struct varlena *key);

/* The order of two keys, or bounds: that of their bytes. */
extern int	dyn_key_compare(const struct varlena *a, const struct varlena *b);

#endif							/* DYN_INDEX_KEY_RANGE_H */
