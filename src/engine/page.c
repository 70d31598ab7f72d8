/*-------------------------------------------------------------------------
 *
 * page.c
 *	  One page of a Query or a Scan: from a range of keys to items, up to
 *	  Limit or 1 MB.
 *
 * An item is evaluated as the table or the index has it: that is what counts
 * for the end of the page, what a read costs, and what the filter sees.  What
 * is returned is projected from that, or, if a local index reaches back to
 * its table, from the item itself.
 *
 * The page that ends at a limit tells where, even if nothing follows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/error.h"
#include "base/settings.h"
#include "engine/capacity.h"
#include "engine/index_entry.h"
#include "engine/page.h"

/* The service's limit of a page, in bytes of evaluated items. */
#define MAX_PAGE_BYTES	(1024 * 1024)

/* What has been evaluated so far. */
typedef struct Progress
{
	Size		bytes;			/* of items, or of entries of the index */
	Size		table_bytes;	/* of items that a local index reached back for */
	int64		count;
	int64		scanned;
} Progress;

static const DynIndex *find_index(const DynPage *page);
static void check_status(const DynPage *page);
static void read_range(DynPage *page, const DynKeyRange *range, bool backward, bool from_start, Progress *progress,
					   DynPageResponse *response);
static void finish(DynPage *page, const Progress *progress, DynPageResponse *response);
static bool is_over(const DynPage *page, const Progress *progress);
static void evaluate(const DynPage *page, const DynRangeScan *scan, Progress *progress, DynValue *item);
static DynValue key_entry(const DynPage *page, const DynRangeScan *scan);
static void add_key(DynBuilder *builder, const DynKeySchema *schema, const struct varlena *key);
static void hand_over(const DynPage *page, const DynValue *entry, const DynValue *item);

void
dyn_page_open(DynPage *page, const char *operation, const DynPageRequest *request)
{
	memset(page, 0, sizeof(DynPage));
	page->request = request;
	page->context = AllocSetContextCreate(CurrentMemoryContext, "dynamo page", ALLOCSET_DEFAULT_SIZES);
	page->caller = MemoryContextSwitchTo(page->context);

	dyn_relation_open(operation, request->table_name.data, request->table_name.length,
					  ACL_SELECT, AccessShareLock, &page->relation);
	page->key_schema = &page->relation.table->key_schema;
	if (request->index_name == NULL)
		return;

	page->index = find_index(page);
	check_status(page);
	page->key_schema = &page->index->key_schema;
	if (request->consistent_read && page->index->kind == DYN_INDEX_GLOBAL)
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("Consistent reads are not supported on global secondary indexes"),
				 errhint("Leave ConsistentRead out: here all reads are consistent.")));
}

void
dyn_page_close(DynPage *page)
{
	dyn_relation_close(&page->relation);
	MemoryContextSwitchTo(page->caller);
	MemoryContextDelete(page->context);
}

static const DynIndex *
find_index(const DynPage *page)
{
	const DynTable *table = page->relation.table;
	const char *name = page->request->index_name;
	size_t		length = page->request->index_name_length;

	for (int i = 0; i < table->nindexes; i++)
		if (strlen(table->indexes[i].name) == length && memcmp(table->indexes[i].name, name, length) == 0 &&
			table->indexes[i].status != DYN_INDEX_DELETING)
			return &table->indexes[i];
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("The table does not have the specified index: %s", pnstrdup(name, length)),
			 errhint("DescribeTable lists the indexes of a table.")));
}

static void
check_status(const DynPage *page)
{
	if (page->index->status == DYN_INDEX_ACTIVE)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DYN_VALIDATION),
			 errmsg("Cannot read from backfilling global secondary index: %s", page->index->name),
			 errhint("It is being built; DescribeTable says when it is ACTIVE.")));
}

void
dyn_page_read(DynPage *page, const DynKeyRange *range, bool backward, DynPageResponse *response)
{
	Progress	progress = {0};

	memset(response, 0, sizeof(DynPageResponse));
	read_range(page, range, backward, page->has_start, &progress, response);
	finish(page, &progress, response);
}

void
dyn_page_read_ranges(DynPage *page, int nranges, const DynKeyRange *ranges, bool backward,
					 DynPageResponse *response)
{
	Progress	progress = {0};
	bool		start = page->has_start;

	memset(response, 0, sizeof(DynPageResponse));
	for (int i = 0; i < nranges && !response->has_last_evaluated_key; i++)
	{
		if (start && !dyn_key_range_contains(&ranges[i], page->index != NULL ? page->start.index_key : page->start.key))
			continue;
		read_range(page, &ranges[i], backward, start, &progress, response);
		start = false;
	}
	finish(page, &progress, response);
}

/* Read a range, from the page's start on if it is in it, until the page or the range is at its end. */
static void
read_range(DynPage *page, const DynKeyRange *range, bool backward, bool from_start, Progress *progress,
		   DynPageResponse *response)
{
	const DynPageRequest *request = page->request;
	MemoryContext each = AllocSetContextCreate(page->context, "dynamo item", ALLOCSET_DEFAULT_SIZES);
	DynRangeScan scan = {0};

	scan.index = page->index;
	scan.backward = backward;
	scan.after = from_start ? &page->start : NULL;
	scan.expected = request->limit > 0 ? request->limit - progress->scanned : 0;
	scan.keys_suffice = page->index != NULL && page->index->projection == DYN_PROJECT_KEYS_ONLY &&
		!page->reaches_back;

	dyn_range_scan_begin(&scan, &page->relation, range);
	while (dyn_range_scan_next(&scan))
	{
		DynValue	item;

		MemoryContextSwitchTo(each);
		evaluate(page, &scan, progress, &item);
		if (is_over(page, progress))
		{
			MemoryContextSwitchTo(page->caller);
			response->has_last_evaluated_key = true;
			response->last_evaluated_key = dyn_last_evaluated_key(page, &item);
		}
		MemoryContextSwitchTo(page->context);
		MemoryContextReset(each);
		if (response->has_last_evaluated_key)
			break;
	}
	dyn_range_scan_end(&scan);
	MemoryContextDelete(each);
}

static void
finish(DynPage *page, const Progress *progress, DynPageResponse *response)
{
	const DynPageRequest *request = page->request;

	response->count = progress->count;
	response->scanned_count = progress->scanned;
	if (request->return_consumed_capacity == DYN_CAPACITY_NONE)
		return;
	MemoryContextSwitchTo(page->caller);
	dyn_capacity_of_page(&request->table_name, page->index, progress->bytes, progress->table_bytes,
						 request->consistent_read, &response->consumed_capacity);
	MemoryContextSwitchTo(page->context);
}

static bool
is_over(const DynPage *page, const Progress *progress)
{
	return progress->scanned == page->request->limit ||
		(dyn_enforce_limits && progress->bytes >= MAX_PAGE_BYTES);
}

/* Evaluate what the scan has found; "item" is what its key attributes can be read from. */
static void
evaluate(const DynPage *page, const DynRangeScan *scan, Progress *progress, DynValue *item)
{
	DynValue	entry;

	if (scan->has_item)
	{
		*item = dyn_item_view(scan->item);
		entry = page->index != NULL ? dyn_index_projection(page->relation.table, page->index, item) : *item;
	}
	else
		*item = entry = key_entry(page, scan);

	progress->scanned++;
	progress->bytes += dyn_item_size(&entry);
	if (page->reaches_back)
		progress->table_bytes += dyn_item_size(item);

	if (page->request->filter != NULL && !dyn_condition_matches(page->request->filter, &entry))
		return;
	progress->count++;
	if (page->request->select != DYN_SELECT_COUNT)
		hand_over(page, &entry, item);
}

/* The entry of an index that projects keys only, made of the keys. */
static DynValue
key_entry(const DynPage *page, const DynRangeScan *scan)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	add_key(&builder, &page->relation.table->key_schema, scan->key);
	add_key(&builder, page->key_schema, scan->index_key);
	return dyn_builder_finish(&builder, 0);
}

static void
add_key(DynBuilder *builder, const DynKeySchema *schema, const struct varlena *key)
{
	DynKeyParts parts;

	if (!dyn_key_decode((const uint8 *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key), &parts) ||
		parts.nhash != schema->nhash || parts.nrange != schema->nrange || !dyn_key_values_are_valid(&parts))
		ereport(ERROR,
				(errcode(ERRCODE_INDEX_CORRUPTED),
				 errmsg("an index has a key that is not of its key schema"),
				 errhint("Check the table with amcheck, and REINDEX it.")));
	for (int i = 0; i < dyn_key_schema_count(schema); i++)
		dyn_builder_add(builder, schema->attributes[i].name, schema->attributes[i].name_length, &parts.values[i]);
}

static void
hand_over(const DynPage *page, const DynValue *entry, const DynValue *item)
{
	const DynValue *whole = page->reaches_back ? item : entry;
	DynValue	projected;

	if (page->request->projection == NULL)
	{
		page->request->receive(page->request->receive_arg, whole);
		return;
	}
	projected = dyn_project(page->request->projection, whole);
	page->request->receive(page->request->receive_arg, &projected);
}
