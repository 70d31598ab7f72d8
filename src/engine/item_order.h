/*-------------------------------------------------------------------------
 *
 * item_order.h
 *	  The order in which an operation on several items goes through them.
 *
 * It is the order of tables, and in a table that of keys, whatever order the
 * request has.  Who locks several items takes the locks in this order, so
 * that of two such operations one waits for the other, and never both.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_ITEM_ORDER_H
#define DYN_ENGINE_ITEM_ORDER_H

#include "base/compat.h"

typedef struct DynNamedItem
{
	Oid			relid;			/* of the table */
	struct varlena *key;		/* not toasted */
	int			position;		/* in the request */
} DynNamedItem;

/* Sort them.  Returns false where two are the same item. */
extern bool dyn_named_items_sort(DynNamedItem *items, int count);

/* Are two items of one partition of one table? */
extern bool dyn_named_items_share_partition(const DynNamedItem *a, const DynNamedItem *b);

#endif							/* DYN_ENGINE_ITEM_ORDER_H */
