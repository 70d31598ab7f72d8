/*-------------------------------------------------------------------------
 *
 * query_text.h
 *	  The query that Postgres plans for a Query or a Scan.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_API_QUERY_TEXT_H
#define DYN_API_QUERY_TEXT_H

#include "engine/page.h"

/*
 * What the query reads, and by which of its parameters; a parameter's number
 * is 0 where there is nothing of the kind.
 */
typedef struct DynQueryText
{
	const DynPage *page;		/* open */
	bool		keyed;			/* a Query, not a Scan */
	bool		one_key;		/* the key condition is for all attributes of the table's key, by = */
	bool		ordered;
	bool		backward;
	const char *check;			/* what is to be checked before anything is read, in SQL; or NULL */

	int			key_condition;	/* of a Query */
	int			filter;
	int			projection;
	int			values;			/* never 0 */
	int			names;			/* never 0 */
	int			segment;
	int			total_segments; /* 0: not a segment */
} DynQueryText;

/* Make the text, palloc'd.  It finds nothing through search_path. */
extern char *dyn_query_text(const DynQueryText *query);

#endif							/* DYN_API_QUERY_TEXT_H */
