/*-------------------------------------------------------------------------
 *
 * shape.h
 *	  The shapes of requests: which members there are, of which JSON type,
 *	  within which bounds.
 *
 * shapes.def lists them, as the service's API model does.  A request is
 * checked against its shape before its handler sees it, so a handler may
 * take types, presence of required members, lengths, patterns and enums for
 * granted.  A member that is null counts as absent; members that the model
 * does not know are ignored, as the service does.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_SHAPE_H
#define DYN_API_SHAPE_H

#include "base/compat.h"
#include "base/json_read.h"

typedef enum DynShapeKind
{
	DYN_SHAPE_STRING,
	DYN_SHAPE_INTEGER,
	DYN_SHAPE_LONG,
	DYN_SHAPE_BOOLEAN,
	DYN_SHAPE_LIST,
	DYN_SHAPE_MAP,
	DYN_SHAPE_STRUCTURE,
	DYN_SHAPE_ATTRIBUTE_VALUE	/* item/json_item.c knows it */
} DynShapeKind;

/* How a structure's member is asked for. */
typedef enum DynPresence
{
	DYN_OPTIONAL,
	DYN_REQUIRED,

	/*
	 * A table's name.  One that breaks its constraints is reported alone.
	 * Operations on tables also have their own words for one that is missing
	 * or has the wrong length.
	 */
	DYN_TABLE_OF_ITEMS,
	DYN_TABLE,

	/* The ARN of a table: one that is missing is an invalid one. */
	DYN_TABLE_ARN
} DynPresence;

typedef struct DynShape DynShape;

typedef struct DynShapeMember
{
	const char *name;
	const DynShape *shape;
	DynPresence presence;
} DynShapeMember;

/*
 * min and max bound the number of a number, of the characters of a string,
 * of the elements of a list.
 */
struct DynShape
{
	const char *name;			/* in the model */
	DynShapeKind kind;
	int64		min;
	int64		max;
	bool		zero_apart;		/* a 0 that is out of bounds is left to the handler, which has words of its own */
	bool		is_name;		/* a string must match [a-zA-Z0-9_.-]+ */
	bool		max_is_service_limit;	/* dynamo.enforce_limits lifts max */
	bool		keys_are_tables;	/* a map from names or ARNs of tables, of min entries at least */
	const char *const *values;	/* of an enum, NULL-terminated, as the service lists them */
	const DynShape *element;	/* of a list or a map */
	const DynShapeMember *members;	/* of a structure, in the order of checks */
	int			nmembers;
};

/* ---- shape_types.c ---- */

/*
 * Raise the service's SerializationException where a member has a JSON type
 * that is not that of its shape.
 */
extern void dyn_shape_check_types(const DynShape *shape, const DynJson *request);

/* ---- shape_constraints.c ---- */

/*
 * Raise one ValidationException for all members that are missing or out of
 * bounds ("2 validation errors detected: ...").
 */
extern void dyn_shape_check_constraints(const DynShape *shape, const DynJson *request);

/* ---- shape_failures.c ---- */

/*
 * Raise the same exception for a value as the service prints it ("null",
 * "'x'"), where it stands, and the constraint that it breaks.
 */
pg_noreturn extern void dyn_raise_constraint(const char *value, const char *path, const char *constraint);

/*
 * Raise the ValidationException of a rule for whole requests that a handler
 * checks: a bad ReturnValues, misused expression parameters, duplicates ...
 * The service puts "1 validation error detected: " before some of these
 * today and did not until lately; here is where that is decided.
 */
pg_noreturn extern void dyn_raise_request(const char *message, const char *hint);

/* ---- request_members.c ---- */

/*
 * Read members of a checked request (or of a structure in it).  Those that
 * are absent or null give NULL or the default.
 */
extern const DynJson *dyn_request_member(const DynJson *structure, const char *name);
extern const char *dyn_request_string(const DynJson *structure, const char *name, size_t *length);
extern int64 dyn_request_integer(const DynJson *structure, const char *name, int64 if_absent);
extern bool dyn_request_boolean(const DynJson *structure, const char *name, bool if_absent);

/* Is the member present, and is it this string? */
extern bool dyn_request_is(const DynJson *structure, const char *name, const char *value);

#endif							/* DYN_API_SHAPE_H */
