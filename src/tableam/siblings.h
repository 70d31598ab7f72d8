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

/* How many of the blocks that siblings are in are reported. */
#define DYN_SIBLING_BLOCKS	16

typedef struct DynSiblings
{
	int			count;			/* other keys of the partition, up to the limit */
	bool		more;			/* there may be more than these */
	bool		appends;		/* the key sorts after all others */
	BlockNumber adjacent;		/* then: the page of the one before it, if it has room */
	int			nblocks;
	BlockNumber blocks[DYN_SIBLING_BLOCKS]; /* the highest ones, and so the newest, descending */
} DynSiblings;

/*
 * Look up at most "limit" of the last items of a key's partition, in the
 * order of keys; or only one, if the key sorts after it and its page has room
 * for a tuple of this length.  What is deleted counts until vacuum removes it;
 * versions of one item count once, and those of the key itself not at all.
 * The caller holds a lock on the relation.
 */
extern void dyn_siblings_find(Relation relation, const DynItemRelation *item_relation, Datum key, Size length,
							  int limit, DynSiblings *siblings);

#endif							/* DYN_TABLEAM_SIBLINGS_H */
