/*-------------------------------------------------------------------------
 *
 * shapes.h
 *	  Declares dyn_shape_<name> for every row of shapes.def.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_SHAPES_H
#define DYN_API_SHAPES_H

#include "api/shape.h"

#define DYN_STRING(name, min, max)			extern const DynShape dyn_shape_##name;
#define DYN_NAME(name, min, max)			extern const DynShape dyn_shape_##name;
#define DYN_ENUM(name, ...)					extern const DynShape dyn_shape_##name;
#define DYN_INTEGER(name, min, max)			extern const DynShape dyn_shape_##name;
#define DYN_INTEGER_ZERO_APART(name, min, max) extern const DynShape dyn_shape_##name;
#define DYN_LONG(name, min, max)			extern const DynShape dyn_shape_##name;
#define DYN_BOOLEAN(name)					extern const DynShape dyn_shape_##name;
#define DYN_LIST(name, element, min, max)	extern const DynShape dyn_shape_##name;
#define DYN_LIMITED_LIST(name, element, min, max)	extern const DynShape dyn_shape_##name;
#define DYN_MAP(name, element)				extern const DynShape dyn_shape_##name;
#define DYN_MAP_BY_TABLE(name, element, min)	extern const DynShape dyn_shape_##name;
#define DYN_STRUCTURE(name, ...)			extern const DynShape dyn_shape_##name;
#define DYN_ATTRIBUTE_VALUE(name)			extern const DynShape dyn_shape_##name;
#define DYN_EMPTY_STRUCTURE(name)			extern const DynShape dyn_shape_##name;

#include "api/shapes.def"

#undef DYN_STRING
#undef DYN_NAME
#undef DYN_ENUM
#undef DYN_INTEGER
#undef DYN_INTEGER_ZERO_APART
#undef DYN_LONG
#undef DYN_BOOLEAN
#undef DYN_LIST
#undef DYN_LIMITED_LIST
#undef DYN_MAP
#undef DYN_MAP_BY_TABLE
#undef DYN_STRUCTURE
#undef DYN_ATTRIBUTE_VALUE
#undef DYN_EMPTY_STRUCTURE

#endif							/* DYN_API_SHAPES_H */
