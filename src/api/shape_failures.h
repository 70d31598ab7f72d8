/*-------------------------------------------------------------------------
 *
 * shape_failures.h
 *	  The members that a check of constraints found wrong.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_SHAPE_FAILURES_H
#define DYN_API_SHAPE_FAILURES_H

#include "lib/stringinfo.h"

#include "base/compat.h"
#include "base/json_read.h"

/*
 * Where in a request a value stands; written out only when it fails.  Either
 * a structure's member (name), a map's (name and in_map) or a list's element
 * (name is NULL).
 */
typedef struct DynShapePath
{
	const struct DynShapePath *parent;	/* NULL: the request itself */
	const char *name;
	bool		in_map;
	size_t		index;
} DynShapePath;

/* The failures found so far. */
typedef struct DynShapeFailures
{
	StringInfoData text;
	int			count;
} DynShapeFailures;

/* Add a failure of a value, which is NULL where it is missing; the eleventh and later ones are not listed. */
extern void dyn_shape_fail(DynShapeFailures *failures, const DynJson *json, const DynShapePath *path,
						   const char *format,...) pg_attribute_printf(4, 5);

/* Raise one ValidationException for all of them. */
pg_noreturn extern void dyn_shape_raise(const DynShapeFailures *failures);

#endif							/* DYN_API_SHAPE_FAILURES_H */
