/*-------------------------------------------------------------------------
 *
 * heap_rows.c
 *	  The rows of an index scan, a few pages of the table at a time.
 *
 * Entries next to each other in key order lead to rows of one page, because
 * that is how the access method places them.  index_getnext_slot would lock
 * and look at the page for each row; here the rows of all entries that follow
 * each other and are of one page are found under one lock, as a sequential
 * scan does.  The pin keeps them where they are until they are returned.
 *
 * Where each entry leads to another page, the time goes into waiting for
 * memory.  So several pages are pinned before the first is looked at, and
 * what is going to be read of them is fetched into the processor's cache
 * meanwhile.  It begins with one page and takes more as it goes on, so that a
 * short scan reads none in vain.
 *
 * An entry all of whose versions are dead should be told to the index, which
 * takes that for the last entry only that it returned.  So where there are
 * dead ones, entries are followed one by one for a while.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/rel.h"

#include "index/heap_rows.h"

/* How many rows without a dead entry among them make several at a time worth while again. */
#define SINGLE_AFTER_DEAD	256

/* A line of the processor's cache, nearly everywhere; a wrong guess costs only time. */
#define CACHE_LINE			64

/* How far ahead the bytes of a row are fetched, and how many lines of it. */
#define ROWS_AHEAD			2
#define LINES_OF_ROW		5

static bool read_rows(DynHeapRows *rows);
static void read_entries(DynHeapRows *rows);
static bool add_entry(DynHeapRows *rows, ItemPointer entry);
static void pin_pages(DynHeapRows *rows, int nbefore, const DynHeapPage *before);
static bool read_page(DynHeapRows *rows, const DynHeapPage *page, ItemPointerData *entries);
static void fetch_headers(const DynHeapRows *rows);
static void fetch_row(const HeapTupleData *row);
static int	page_limit(Relation relation);

void
dyn_heap_rows_begin(DynHeapRows *rows, IndexScanDesc scan, ScanDirection direction, int64 wanted)
{
	rows->scan = scan;
	rows->direction = direction;
	rows->wanted = wanted > 0 ? wanted : -1;
	rows->npages = rows->nentries = rows->nrows = rows->next = 0;
	rows->most_pages = 1;
	rows->has_ahead = rows->ended = false;
	rows->single = 0;
}

HeapTuple
dyn_heap_rows_next(DynHeapRows *rows)
{
	while (rows->next == rows->nrows)
	{
		CHECK_FOR_INTERRUPTS();
		if (!read_rows(rows))
			return NULL;
	}
	if (rows->wanted > 0)
		rows->wanted--;
	if (rows->next + ROWS_AHEAD < rows->nrows)
		fetch_row(&rows->rows[rows->next + ROWS_AHEAD]);
	return &rows->rows[rows->next++];
}

void
dyn_heap_rows_end(DynHeapRows *rows)
{
	for (int i = 0; i < rows->npages; i++)
		ReleaseBuffer(rows->pages[i].buffer);
	rows->npages = 0;
}

/* Find the rows of the entries that come next; perhaps none is visible.  False at the end. */
static bool
read_rows(DynHeapRows *rows)
{
	DynHeapPage before[DYN_HEAP_ROWS_PAGES];
	int			nbefore = rows->npages;
	int			first = 0;
	bool		dead = false;

	memcpy(before, rows->pages, nbefore * sizeof(DynHeapPage));
	rows->npages = rows->nentries = rows->nrows = rows->next = 0;
	read_entries(rows);
	pin_pages(rows, nbefore, before);
	if (rows->nentries == 0)
		return false;

	fetch_headers(rows);
	for (int i = 0; i < rows->npages; i++)
	{
		dead |= read_page(rows, &rows->pages[i], &rows->entries[first]);
		first += rows->pages[i].nentries;
	}
	for (int i = 0; i < Min(ROWS_AHEAD, rows->nrows); i++)
		fetch_row(&rows->rows[i]);

	/* What is dead to a standby need not be so to what it follows. */
	if (dead && !rows->scan->xactStartedInRecovery)
	{
		if (rows->nentries == 1 && !rows->has_ahead)
			rows->scan->kill_prior_tuple = true;
		rows->single = SINGLE_AFTER_DEAD;
	}
	else if (rows->single > 0)
		rows->single--;
	return true;
}

static void
read_entries(DynHeapRows *rows)
{
	int			most = rows->single > 0 ? 1 : DYN_HEAP_ROWS_ENTRIES;

	if (rows->wanted >= 0)
		most = Min(most, Max(rows->wanted, 1));
	if (rows->has_ahead)
	{
		rows->has_ahead = false;
		add_entry(rows, &rows->ahead);
	}
	while (rows->nentries < most && !rows->ended)
	{
		ItemPointer entry = index_getnext_tid(rows->scan, rows->direction);

		if (entry == NULL)
			rows->ended = true;
		else if (!add_entry(rows, entry))
		{
			rows->ahead = *entry;
			rows->has_ahead = true;
			break;
		}
	}
	if (rows->most_pages < DYN_HEAP_ROWS_PAGES)
		rows->most_pages = Min(2 * rows->most_pages, page_limit(rows->scan->heapRelation));
}

/* False if it is of a page that is one too many. */
static bool
add_entry(DynHeapRows *rows, ItemPointer entry)
{
	BlockNumber block = ItemPointerGetBlockNumber(entry);

	if (rows->npages == 0 || rows->pages[rows->npages - 1].block != block)
	{
		if (rows->npages == rows->most_pages)
			return false;
		rows->pages[rows->npages].block = block;
		rows->pages[rows->npages].offset = ItemPointerGetOffsetNumber(entry);
		rows->pages[rows->npages].buffer = InvalidBuffer;
		rows->pages[rows->npages].nentries = 0;
		rows->npages++;
	}
	rows->pages[rows->npages - 1].nentries++;
	rows->entries[rows->nentries++] = *entry;
	return true;
}

/*
 * Pin the pages, and let go of those before.  The first is often the last of
 * those.  What is pinned is told at once, so that an error leaves nothing to
 * the caller: resource owners release what a failed scan held.
 */
static void
pin_pages(DynHeapRows *rows, int nbefore, const DynHeapPage *before)
{
	Relation	relation = rows->scan->heapRelation;
	int			first = 0;

	if (nbefore > 0 && rows->npages > 0 && before[nbefore - 1].block == rows->pages[0].block)
	{
		rows->pages[0].buffer = before[--nbefore].buffer;
		first = 1;
	}
	for (int i = 0; i < nbefore; i++)
		ReleaseBuffer(before[i].buffer);
	for (int i = first; i < rows->npages; i++)
	{
		Page		page;

		rows->pages[i].buffer = ReadBuffer(relation, rows->pages[i].block);
		page = BufferGetPage(rows->pages[i].buffer);
		__builtin_prefetch(page);
		__builtin_prefetch(PageGetItemId(page, rows->pages[i].offset));
	}
	for (int i = first; i < rows->npages; i++)
		heap_page_prune_opt(relation, rows->pages[i].buffer);
}

/* Find the visible rows of a page.  True if there are dead entries. */
static bool
read_page(DynHeapRows *rows, const DynHeapPage *page, ItemPointerData *entries)
{
	Relation	relation = rows->scan->heapRelation;
	bool		dead = false;

	LockBuffer(page->buffer, BUFFER_LOCK_SHARE);
	for (int i = 0; i < page->nentries; i++)
	{
		HeapTuple	row = &rows->rows[rows->nrows];
		bool		all_dead = false;

		if (heap_hot_search_buffer(&entries[i], relation, page->buffer, rows->scan->xs_snapshot, row, &all_dead, true))
		{
			row->t_self = entries[i];
			rows->nrows++;
			pgstat_count_heap_fetch(relation);
		}
		dead |= all_dead;
	}
	LockBuffer(page->buffer, BUFFER_LOCK_UNLOCK);
	return dead;
}

/*
 * Fetch the headers of rows into the cache.  The pages are not locked: what
 * is read of them may be changing, which makes the guess of an address wrong,
 * not more; fetching takes any address.
 */
static void
fetch_headers(const DynHeapRows *rows)
{
	const ItemPointerData *entry = rows->entries;

	for (int i = 0; i < rows->npages; i++)
	{
		Page		page = BufferGetPage(rows->pages[i].buffer);

		for (int j = 0; j < rows->pages[i].nentries; j++, entry++)
			if (ItemPointerGetOffsetNumber(entry) <= MaxHeapTuplesPerPage)
				__builtin_prefetch(page + ((const volatile ItemIdData *) PageGetItemId(page, ItemPointerGetOffsetNumber(entry)))->lp_off);
	}
}

static void
fetch_row(const HeapTupleData *row)
{
	for (Size i = CACHE_LINE; i < Min(row->t_len, LINES_OF_ROW * CACHE_LINE); i += CACHE_LINE)
		__builtin_prefetch((const char *) row->t_data + i);
}

/* All sessions must find unpinned buffers, also where there are few. */
static int
page_limit(Relation relation)
{
	int			share = RelationUsesLocalBuffers(relation) ? 4 : NBuffers / (4 * MaxBackends);

	return Max(1, Min(share, DYN_HEAP_ROWS_PAGES));
}
