/*-------------------------------------------------------------------------
 *
 * siblings.h
 *	  The items of one partition key, as far as placement asks for them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_SIBLINGS_H
#define DYN_TABLEAM_SIBLINGS_H

#include "storage/itemptr.h"

#include "tableam/item_relation.h"

typedef struct DynSiblings
{
	int			count;			/* other keys of the partition, up to the limit */
	bool		more;			/* there may be more than these */
	bool		appends;		/* the key sorts after all others */
	BlockNumber newest;			/* the highest block that one of them is in */
} DynSiblings;

/*
 * Look up at most "limit" of the last items of a key's partition, in the
 * order of keys.  What is deleted counts until vacuum removes it; versions of
 * one item count once, and those of the key itself not at all.  The caller
 * holds a lock on the relation.
 */
extern void dyn_siblings_find(Relation relation, const DynItemRelation *item_relation, Datum key, int limit,
							  DynSiblings *siblings);

#endif							/* DYN_TABLEAM_SIBLINGS_H */
