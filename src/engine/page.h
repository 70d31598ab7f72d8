/*-------------------------------------------------------------------------
 *
 * page.h
 *	  One page of a Query or a Scan.
 *
 * A page is opened (table, index), its request is checked by query.c or
 * scan.c in the order of theirs, and then it is read:
 *
 *		dyn_page_open(&page, "Query", &request->page);
 *		... checks ...
 *		dyn_page_read(&page, &range, backward, response);
 *		dyn_page_close(&page);
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_ENGINE_PAGE_H
#define DYN_ENGINE_PAGE_H

#include "engine/query.h"
#include "index/range_scan.h"

typedef struct DynPage
{
	const DynPageRequest *request;
	DynRelation relation;
	const DynIndex *index;		/* NULL: the table */
	const DynKeySchema *key_schema; /* of the index or the table */
	bool		reaches_back;	/* is more returned than the index projects? */
	bool		has_start;
	DynRangeCursor start;		/* of ExclusiveStartKey */
	MemoryContext context;		/* of the page */
	MemoryContext caller;
} DynPage;

/* ---- page.c ---- */

/*
 * Open the table and find the index, in a memory context of the page's own,
 * which becomes the current one.  Raises the service's errors.
 */
extern void dyn_page_open(DynPage *page, const char *operation, const DynPageRequest *request);

/* Read the page.  What the response holds is in the caller's memory context. */
extern void dyn_page_read(DynPage *page, const DynKeyRange *range, bool backward, DynPageResponse *response);

/*
 * The same of several ranges, one after the other; no two have a key in
 * common.  Where the page has a start, it must be in one of them: reading
 * goes on there.
 */
extern void dyn_page_read_ranges(DynPage *page, int nranges, const DynKeyRange *ranges, bool backward,
								 DynPageResponse *response);

/* Close it, and go back to the caller's memory context. */
extern void dyn_page_close(DynPage *page);

/* ---- query.c, scan.c ---- */

/*
 * Open the page of a request, check all of the request, and make the range
 * that it reads: for who reads it otherwise.
 */
extern void dyn_query_open(DynPage *page, const QueryRequest *request, DynKeyRange *range);
extern void dyn_scan_open(DynPage *page, const ScanRequest *request, DynKeyRange *range);

/* ---- page_check.c ---- */

/* Raise where the index cannot give all attributes, which are asked for. */
extern void dyn_page_check_select(const DynPage *page);

/* Raise where the filter names an attribute of the key. */
extern void dyn_page_check_filter_keys(const DynPage *page);

/*
 * Raise where a global index is asked for attributes that it does not
 * project, and where a Query's filter ("keyed") needs such an attribute of
 * any index.
 */
extern void dyn_page_check_projected(DynPage *page, bool keyed);

/* Has the index (or the table) the attribute that a path begins with? */
extern bool dyn_page_projects(const DynPage *page, const DynPathStep *step);

/* ---- start_key.c ---- */

/* Has ExclusiveStartKey as many attributes as it must?  Raises for a Query or a Scan. */
extern void dyn_start_key_check_count(const DynPage *page, bool query);

/* Raise unless it has the attribute at a position of the page's key schema, and a legal value of it. */
extern void dyn_start_key_check_attribute(const DynPage *page, int position);

/* Raise unless it has the table's key; make the place where the page starts. */
extern void dyn_start_key_make(DynPage *page);

/* The key attributes of table and index that an item has, palloc'd. */
extern DynValue dyn_last_evaluated_key(const DynPage *page, const DynValue *item);

#endif							/* DYN_ENGINE_PAGE_H */
