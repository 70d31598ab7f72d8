/*-------------------------------------------------------------------------
 *
 * key_statistics.h
 *	  Statistics of the attributes that keys are made of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_KEY_STATISTICS_H
#define DYN_INDEX_KEY_STATISTICS_H

#include "nodes/nodes.h"

#include "item/key_schema.h"

/*
 * CREATE STATISTICS for the attributes of a key schema, the table's or an
 * index', where they have none yet: one object for each attribute, of its
 * value and of what the cast to a type of Postgres gives.  ANALYZE fills them.
 *
 * For whoever made the table or an index of it, in a transaction, as the
 * table's owner.  Does nothing where that role may not create objects in the
 * table's schema any more: statistics help, and nothing needs them.
 */
extern void dyn_key_statistics_create(Oid relid, const DynKeySchema *key_schema);

/* The parse tree of the second form of an attribute's expression, by the type that keys have there. */
extern Node *dyn_key_statistics_cast(Node *attribute, DynTag tag);

#endif							/* DYN_INDEX_KEY_STATISTICS_H */
