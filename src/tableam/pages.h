/*-------------------------------------------------------------------------
 *
 * pages.h
 *	  Pages with room for tuples.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_TABLEAM_PAGES_H
#define DYN_TABLEAM_PAGES_H

#include "storage/block.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"

/* What a tuple of this length takes of a page. */
#define dyn_tuple_space(length) (MAXALIGN(length) + sizeof(ItemIdData))

/*
 * How much of a page the heap fills with new tuples, by the table's
 * fillfactor; and how much a page must have free so that it takes another
 * tuple of this length.
 */
extern Size dyn_page_capacity(Relation relation);
extern Size dyn_page_demand(Relation relation, Size length);

/*
 * How much a page has free, and how long the tuple at tid is (0 where there
 * is none).  Hints: they are read without a lock on the page.
 */
extern Size dyn_page_room(Relation relation, BlockNumber block);
extern Size dyn_page_tuple_length(Relation relation, ItemPointer tid);

/* Add a page at the end of a relation. */
extern BlockNumber dyn_page_extend(Relation relation);

/*
 * May a page have room for a tuple of this length, as far as the free space
 * map knows, without a look at the page?
 */
extern bool dyn_page_may_have_room(Relation relation, BlockNumber block, Size length);

/* Tell the map that a partition has left a page, which has no room for it. */
extern void dyn_page_leave(Relation relation, BlockNumber block);

/*
 * Find a page with room that nobody has reserved, or add one, and reserve
 * "space" bytes of it for the tuples to come.
 */
extern BlockNumber dyn_page_reserve(Relation relation, Size space);

#endif							/* DYN_TABLEAM_PAGES_H */
