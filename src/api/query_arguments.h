/*-------------------------------------------------------------------------
 *
 * query_arguments.h
 *	  The arguments of dynamo.query and dynamo.scan, and of the functions
 *	  beside them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_QUERY_ARGUMENTS_H
#define DYN_API_QUERY_ARGUMENTS_H

#include "engine/page.h"
#include "index/row_function.h"

/* Where the arguments of a function are; -1: it has none of the kind. */
typedef struct DynQuerySignature
{
	const char *name;
	const char *check;			/* the function that checks its arguments */
	int			table_name;
	int			key_condition;	/* of a Query, not of a Scan */
	int			filter;
	int			projection;
	int			values;
	int			names;
	int			index_name;
	int			descending;
	int			segment;
	int			total_segments;
} DynQuerySignature;

extern const DynQuerySignature dyn_query_signature;
extern const DynQuerySignature dyn_scan_signature;

#define dyn_is_query(signature) ((signature)->key_condition >= 0)

/* Is the argument's value known (an argument that the function does not have is)?  Is it there, as far as it is known? */
extern bool dyn_argument_known(const DynRowCall *call, int argument);
extern bool dyn_argument_given(const DynRowCall *call, int argument);

/* A page that is open, and its request. */
typedef struct DynOpenedQuery
{
	DynPageRequest request;
	DynPage		page;
} DynOpenedQuery;

/*
 * Open the page of a request with these arguments; dyn_page_close closes it.
 * The first one wants to know all of them, and checks all of the request, as
 * the operation does; the second one takes only table and index.  Raises the
 * service's errors.
 */
extern void dyn_arguments_check(const DynRowCall *call, const DynQuerySignature *signature, DynOpenedQuery *opened);
extern void dyn_arguments_open(const DynRowCall *call, const DynQuerySignature *signature, DynOpenedQuery *opened);

/*
 * Is the key condition for one key of the table of the page?  False where it
 * is not known.
 */
extern bool dyn_arguments_name_one_key(const DynRowCall *call, const DynQuerySignature *signature, const DynPage *page);

#endif							/* DYN_API_QUERY_ARGUMENTS_H */
