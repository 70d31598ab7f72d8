/*-------------------------------------------------------------------------
 *
 * scan.c
 *	  Scan: all items of a table or an index, or a segment of them.
 *
 * The order is that of the hashes of partitions, and in a partition that of
 * the sort key; a segment is an equal share of the hashes.  The checks come
 * in the service's order, which is not that of Query.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "engine/key_paths.h"
#include "engine/page.h"

static void check_segment(const DynPage *page, const ScanRequest *request, const DynKeyRange *range);

void
dyn_scan(const ScanRequest *request, DynPageResponse *response)
{
	DynPage		page;
	DynKeyRange range;

	dyn_scan_open(&page, request, &range);
	dyn_page_read(&page, &range, false, response);
	dyn_page_close(&page);
}

void
dyn_scan_open(DynPage *page, const ScanRequest *request, DynKeyRange *range)
{
	if (request->total_segments > 0)
		dyn_key_range_of_segment(request->segment, request->total_segments, range);
	else
		dyn_key_range_of_all(range);

	dyn_page_open(page, "Scan", &request->page);
	dyn_start_key_check_count(page, false);
	if (page->index != NULL)
	{
		for (int i = 0; i < dyn_key_schema_count(page->key_schema); i++)
			dyn_start_key_check_attribute(page, i);
	}
	dyn_page_check_select(page);
	dyn_start_key_make(page);
	check_segment(page, request, range);
	dyn_check_key_paths(page->relation.table, request->page.projection);
	dyn_check_key_paths(page->relation.table, request->page.filter);
	dyn_page_check_projected(page, false);
}

/* Is the start key of this segment? */
static void
check_segment(const DynPage *page, const ScanRequest *request, const DynKeyRange *range)
{
	if (!page->has_start ||
		dyn_key_range_contains(range, page->index != NULL ? page->start.index_key : page->start.key))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: %u Segment: %u",
					request->total_segments, request->segment),
			 errhint("Go on with the segment that the LastEvaluatedKey is of, and the same TotalSegments.")));
}
