/*-------------------------------------------------------------------------
 *
 * item_relation.h
 *	  What a backend remembers of a relation whose rows have keys.
 *
 * A relation has keys when a column of type dynamo.key leads a unique b-tree
 * index of it, the primary key if there is a choice.  Any other relation of
 * the access method (CREATE TABLE AS, a materialized view, the target of a
 * rewrite) is treated as a plain heap.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_ITEM_RELATION_H
#define DYN_TABLEAM_ITEM_RELATION_H

#include "access/attnum.h"
#include "fmgr.h"
#include "storage/block.h"
#include "utils/relcache.h"

/*
 * Where placement is in a relation.  It is a guess about pages that others
 * fill, too; nothing depends on it but where a tuple goes.
 */
typedef struct DynPlacement
{
	Oid			relation_number;	/* the file that all of this is about */
	BlockNumber nblocks;		/* the file had at least so many pages */
	BlockNumber fill_block;		/* where small collections go at present */
	Size		fill_allowance; /* how much of it they may fill */
	uint32		shrinking;		/* see predict_length; 0: not known */
	uint32		toasted_length;
	uint8		misses_in_vain; /* consecutive look-ups without a sibling */
	uint8		misses;			/* look-ups that were saved, modulo */
} DynPlacement;

typedef struct DynItemRelation
{
	Oid			relid;			/* key of the hash table; first */
	bool		valid;			/* false since an invalidation */
	AttrNumber	key_attnum;		/* InvalidAttrNumber: has no keys */
	Oid			key_index;		/* the index that it leads */
	FmgrInfo	key_ge;			/* comparisons with this index */
	FmgrInfo	key_lt;
	DynPlacement placement;		/* survives an invalidation */
} DynItemRelation;

/*
 * Describe a relation that the caller has opened and locked.  Returns NULL
 * where its rows have no keys.  The result stays where it is until the next
 * call.  Every callback of ours that writes must ask for it first: it notices
 * that the file may have been truncated.
 */
extern DynItemRelation *dyn_item_relation(Relation relation);

#endif							/* DYN_TABLEAM_ITEM_RELATION_H */
