/*-------------------------------------------------------------------------
 *
 * index_entry.h
 *	  What a secondary index holds of an item: its projection, and its size.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_INDEX_ENTRY_H
#define DYN_ENGINE_INDEX_ENTRY_H

#include "schema/table.h"

typedef struct DynIndexEntry
{
	struct varlena *key;		/* NULL: the item is not in the index */
	DynValue	projection;		/* M */
	Size		size;			/* by the service's accounting; 0 where there is no entry */
} DynIndexEntry;

/* Make the entry of an item; palloc'd, or slices of the item.  NULL has none. */
extern void dyn_index_entry(const DynTable *table, const DynIndex *index, const DynValue *item,
							DynIndexEntry *entry);

/* The attributes that an index has of an item which is in it; palloc'd, or the item itself. */
extern DynValue dyn_index_projection(const DynTable *table, const DynIndex *index, const DynValue *item);

#endif							/* DYN_ENGINE_INDEX_ENTRY_H */
