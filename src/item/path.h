/*-------------------------------------------------------------------------
 *
 * path.h
 *	  Document paths: where inside an item or a value something is.
 *
 * A step is the name of a map's attribute or the index of a list's element.
 * A path that leads nowhere is a result when reading and an error when
 * writing: the service never invents the maps and lists on the way.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ITEM_PATH_H
#define DYN_ITEM_PATH_H

#include "item/value.h"

typedef struct DynPathStep
{
	const char *name;			/* NULL: the step is an index */
	uint32		name_length;
	int32		index;			/* nothing is at a negative one */
} DynPathStep;

/* Follow a path into a document.  False where it leads nowhere. */
extern bool dyn_path_get(const DynValue *document, const DynPathStep *steps, int nsteps, DynValue *value);

/* The same from the datum of an item, detoasting no more than it takes. */
extern bool dyn_path_get_from_item(Datum item, const DynPathStep *steps, int nsteps, DynValue *value);

/*
 * Return a document with the value at a path replaced, or, where value is
 * NULL, removed.  An index beyond the end of a list appends; removing what
 * is not there changes nothing.  Raises the service's ValidationException
 * where a parent is missing or is not a map or list as the path demands, and
 * where the value does not fit into "levels": DYN_MAX_NESTING when the
 * document is an attribute's value, one more when it is an item.  The payload
 * is palloc'd in the current context, or is that of the argument.
 */
extern DynValue dyn_path_set(const DynValue *document, const DynPathStep *steps, int nsteps, const DynValue *value,
							 int levels);

/* Levels a value consists of: 1, and one more for what is in its L and M. */
extern int	dyn_value_levels(const DynValue *value);

#endif							/* DYN_ITEM_PATH_H */
