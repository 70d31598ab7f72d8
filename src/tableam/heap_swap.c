/*-------------------------------------------------------------------------
 *
 * heap_swap.c
 *	  Scans for CREATE INDEX and REINDEX.
 *
 * The heap's two functions that read a table for an index call heap_getnext,
 * which refuses any relation whose access method is not literally the heap's.
 * So the relation wears the heap's routine while they run.
 *
 * An invalidation of the relation during the scan (a GRANT on it, while an
 * index expression opens another table) rebuilds its cache entry, and with it
 * comes our routine.  The entries that are being scanned are therefore on a
 * stack, and the relcache callback, which runs after the rebuild, dresses
 * them again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/rel.h"

#include "tableam/callbacks.h"

/* One relation that is being scanned; the scans of a backend nest. */
typedef struct SwappedRelation
{
	Relation	relation;
	struct SwappedRelation *outer;
} SwappedRelation;

static SwappedRelation *innermost = NULL;

static void swap_begin(SwappedRelation *swapped, Relation relation);
static void swap_end(SwappedRelation *swapped);

double
dyn_index_build_range_scan(Relation table, Relation index, IndexInfo *info, bool allow_sync, bool anyvisible,
						   bool progress, BlockNumber start, BlockNumber nblocks, IndexBuildCallback callback,
						   void *state, TableScanDesc scan)
{
	SwappedRelation swapped;
	double		ntuples;

	swap_begin(&swapped, table);
	PG_TRY();
	{
		ntuples = dyn_heap->index_build_range_scan(table, index, info, allow_sync, anyvisible, progress,
												   start, nblocks, callback, state, scan);
	}
	PG_FINALLY();
	{
		swap_end(&swapped);
	}
	PG_END_TRY();
	return ntuples;
}

void
dyn_index_validate_scan(Relation table, Relation index, IndexInfo *info, Snapshot snapshot,
						ValidateIndexState *state)
{
	SwappedRelation swapped;

	swap_begin(&swapped, table);
	PG_TRY();
	{
		dyn_heap->index_validate_scan(table, index, info, snapshot, state);
	}
	PG_FINALLY();
	{
		swap_end(&swapped);
	}
	PG_END_TRY();
}

static void
swap_begin(SwappedRelation *swapped, Relation relation)
{
	swapped->relation = relation;
	swapped->outer = innermost;
	innermost = swapped;
	relation->rd_tableam = dyn_heap;
}

/*
 * Give a relation our routine back, unless an outer scan of it still runs.
 * The callers hold a reference to it, so that the entry is there even after
 * an error.
 */
static void
swap_end(SwappedRelation *swapped)
{
	innermost = swapped->outer;
	for (SwappedRelation *outer = innermost; outer != NULL; outer = outer->outer)
		if (outer->relation == swapped->relation)
			return;
	swapped->relation->rd_tableam = dyn_tableam;
}

void
dyn_heap_swap_invalidate(Oid relid)
{
	for (SwappedRelation *swapped = innermost; swapped != NULL; swapped = swapped->outer)
		if ((!OidIsValid(relid) || relid == RelationGetRelid(swapped->relation)) &&
			swapped->relation->rd_tableam == dyn_tableam)
			swapped->relation->rd_tableam = dyn_heap;
}
