/*-------------------------------------------------------------------------
 *
 * shapes.c
 *	  The rows of shapes.def as constants.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/shapes.h"

#define UNBOUNDED		PG_INT64_MAX
#define LOWEST			PG_INT64_MIN
#define SHAPE(name)		&dyn_shape_##name

#define DYN_STRING(name_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_STRING, .min = min_, .max = max_};
#define DYN_NAME(name_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_STRING, .min = min_, .max = max_, .is_name = true};
#define DYN_ENUM(name_, ...) \
	static const char *const values_##name_[] = {__VA_ARGS__, NULL}; \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_STRING, .max = UNBOUNDED, .values = values_##name_};
#define DYN_INTEGER(name_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_INTEGER, .min = min_, .max = max_};
#define DYN_INTEGER_ZERO_APART(name_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_INTEGER, .min = min_, .max = max_, .zero_apart = true};
#define DYN_LONG(name_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_LONG, .min = min_, .max = max_};
#define DYN_BOOLEAN(name_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_BOOLEAN};
#define DYN_LIST(name_, element_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_LIST, .min = min_, .max = max_, .element = SHAPE(element_)};
#define DYN_LIMITED_LIST(name_, element_, min_, max_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_LIST, .min = min_, .max = max_, \
		.max_is_service_limit = true, .element = SHAPE(element_)};
#define DYN_MAP_BY_TABLE(name_, element_, min_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_MAP, .min = min_, .keys_are_tables = true, \
		.element = SHAPE(element_)};
#define DYN_MAP(name_, element_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_MAP, .element = SHAPE(element_)};
#define DYN_ATTRIBUTE_VALUE(name_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_ATTRIBUTE_VALUE};
#define DYN_STRUCTURE(name_, ...) \
	static const DynShapeMember members_##name_[] = {__VA_ARGS__}; \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_STRUCTURE, \
		.members = members_##name_, .nmembers = lengthof(members_##name_)};
#define DYN_EMPTY_STRUCTURE(name_) \
	const DynShape dyn_shape_##name_ = {.name = #name_, .kind = DYN_SHAPE_STRUCTURE};

#include "api/shapes.def"
