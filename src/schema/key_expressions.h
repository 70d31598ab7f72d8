/*-------------------------------------------------------------------------
 *
 * key_expressions.h
 *	  Reading key schemas from the catalog: from a table's CHECK
 *	  key_matches(key, item, 'Artist S', ...) and from an index on
 *	  index_key(item, 'Genre S', ...); and the attribute of an index on
 *	  expires_at(item, 'ttl').
 *
 * All read node trees and know the functions by what they are, not by how
 * they are printed.  They read catalogs and parse: cache what they return.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_SCHEMA_KEY_EXPRESSIONS_H
#define DYN_SCHEMA_KEY_EXPRESSIONS_H

#include "access/attnum.h"
#include "nodes/pg_list.h"
#include "utils/relcache.h"

#include "item/key_schema.h"

/* What a table's CHECK says. */
typedef struct DynKeyCheck
{
	DynKeySchema key_schema;
	AttrNumber	key_attnum;
	AttrNumber	item_attnum;
	char	   *constraint_name;	/* palloc'd */
	bool		valid;			/* false: NOT VALID (or, since 18, NOT ENFORCED) */
	bool		enforced;		/* false: NOT ENFORCED */
} DynKeyCheck;

/*
 * Read the first CHECK of a relation that is key_matches(key, item, ...) and
 * nothing else; a valid one is preferred.  Returns false where there is none.
 * Names are palloc'd.
 */
extern bool dyn_relation_key_check(Relation relation, DynKeyCheck *check);

/*
 * Read the valid CHECKs of a relation that are indexable(item, ...) and
 * nothing else; List of DynKeySchema *.  Each says of an index of that key
 * schema that it holds every item that has the attributes.
 */
extern List *dyn_relation_indexable_checks(Relation relation, AttrNumber item_attnum);

/*
 * Read the key schema of a secondary index: a b-tree whose first column is
 * index_key(item, ...), item being the column item_attnum of the table (any
 * column where that is InvalidAttrNumber).  Returns false where it is not
 * one.  Names are palloc'd.
 */
extern bool dyn_index_key_schema(Relation index, AttrNumber item_attnum, DynKeySchema *schema);

/*
 * Read the attribute of an expiry index: a b-tree on expires_at(item, ...),
 * and on nothing else, that holds every item that expires.  Returns NULL
 * where it is not one; else palloc'd.
 */
extern char *dyn_index_expiry_attribute(Relation index, AttrNumber item_attnum);

#endif							/* DYN_SCHEMA_KEY_EXPRESSIONS_H */
