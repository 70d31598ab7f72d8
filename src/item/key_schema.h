/*-------------------------------------------------------------------------
 *
 * key_schema.h
 *	  Key schemas: which attributes, of which types, make a key.
 *
 * In SQL a key schema is a list of texts, one an attribute: its name, a
 * space, its type (S, N or B), and optionally a space and its role (HASH or
 * RANGE).  Without roles the first attribute is HASH and the others are
 * RANGE.  'Artist S', 'SongTitle S' is the usual case.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_KEY_SCHEMA_H
#define DYN_ITEM_KEY_SCHEMA_H

#include "item/value.h"

#define DYN_MAX_HASH_ATTRIBUTES		4
#define DYN_MAX_RANGE_ATTRIBUTES	4
#define DYN_MAX_KEY_ATTRIBUTES		(DYN_MAX_HASH_ATTRIBUTES + DYN_MAX_RANGE_ATTRIBUTES)

typedef struct DynKeyAttribute
{
	char	   *name;			/* NUL-terminated, too */
	uint32		name_length;
	DynTag		tag;			/* DYN_TAG_S, DYN_TAG_N or DYN_TAG_B */
} DynKeyAttribute;

/* HASH attributes come first, then RANGE attributes. */
typedef struct DynKeySchema
{
	int			nhash;
	int			nrange;
	DynKeyAttribute attributes[DYN_MAX_KEY_ATTRIBUTES];
} DynKeySchema;

#define dyn_key_schema_count(schema) ((schema)->nhash + (schema)->nrange)

/*
 * Read a key schema from its texts.  Raises
 * ERRCODE_INVALID_PARAMETER_VALUE.  Names are palloc'd.
 */
extern void dyn_key_schema_parse(int nspecs, const char *const *specs, DynKeySchema *schema);

/* The text of one attribute, with its role where the default is another. */
extern char *dyn_key_schema_spec(const DynKeySchema *schema, int position);

/* All of them as SQL literals, "'Artist S', 'SongTitle S'"; palloc'd. */
extern char *dyn_key_schema_text(const DynKeySchema *schema);

extern bool dyn_key_schema_equal(const DynKeySchema *a, const DynKeySchema *b);

#endif							/* DYN_ITEM_KEY_SCHEMA_H */
