/*-------------------------------------------------------------------------
 *
 * heap_rows.h
 *	  The rows of an index scan, a few pages of the table at a time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_INDEX_HEAP_ROWS_H
#define DYN_INDEX_HEAP_ROWS_H

#include "access/htup.h"
#include "access/relscan.h"
#include "storage/block.h"
#include "storage/buf.h"
#include "storage/off.h"

/* What is looked up together: so many entries, of so many pages. */
#define DYN_HEAP_ROWS_ENTRIES	64
#define DYN_HEAP_ROWS_PAGES		16

/* Entries next to each other that lead to one page. */
typedef struct DynHeapPage
{
	BlockNumber block;
	OffsetNumber offset;		/* of the first of them */
	Buffer		buffer;
	int			nentries;
} DynHeapPage;

typedef struct DynHeapRows
{
	IndexScanDesc scan;
	ScanDirection direction;
	int64		wanted;			/* rows that are still going to be asked for; negative: not known */

	/* What was looked up last; the pins keep the rows in their places. */
	DynHeapPage pages[DYN_HEAP_ROWS_PAGES];
	int			npages;
	ItemPointerData entries[DYN_HEAP_ROWS_ENTRIES];
	int			nentries;
	HeapTupleData rows[DYN_HEAP_ROWS_ENTRIES];
	int			nrows;
	int			next;

	int			most_pages;		/* to look up at once; grows as the scan goes on */
	ItemPointerData ahead;		/* an entry that was read and is of a page behind those */
	bool		has_ahead;
	bool		ended;			/* the index has no more entries */
	int			single;			/* so many entries are yet to be looked up one by one */
} DynHeapRows;

/*
 * Begin to read what an index scan, on which index_rescan was called, leads
 * to.  The table must be a heap, or one of our access method.  "wanted" is how
 * many rows will be asked for at most, 0 if that is not known: no entry
 * behind them is read.
 */
extern void dyn_heap_rows_begin(DynHeapRows *rows, IndexScanDesc scan, ScanDirection direction, int64 wanted);

/* The next row that the scan's snapshot sees, valid until the next call; or NULL. */
extern HeapTuple dyn_heap_rows_next(DynHeapRows *rows);

/* Release the pages. */
extern void dyn_heap_rows_end(DynHeapRows *rows);

#endif							/* DYN_INDEX_HEAP_ROWS_H */
