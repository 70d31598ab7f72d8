/*-------------------------------------------------------------------------
 *
 * key_statistics.h
 *	  Statistics of the attributes that keys are made of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_KEY_STATISTICS_H
#define DYN_INDEX_KEY_STATISTICS_H

#include "item/key_schema.h"

/*
 * CREATE STATISTICS for the attributes of a key schema, the table's or an
 * index', where they have none yet: one object for each attribute, of its
 * value and of the type of Postgres that it is cast to.  ANALYZE fills them.
 *
 * For whoever made the table or an index of it, in a transaction, as the
 * table's owner.  Does nothing where that role may not create objects in the
 * table's schema any more: statistics help, and nothing needs them.
 */
extern void dyn_key_statistics_create(Oid relid, const DynKeySchema *key_schema);

#endif							/* DYN_INDEX_KEY_STATISTICS_H */
