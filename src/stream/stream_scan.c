/*-------------------------------------------------------------------------
 *
 * stream_scan.c
 *	  Reading the records of all shards of a stream, in the order of commits.
 *
 * The shards' scans are merged.  A shard is opened when the records come to
 * its beginning, so that of a line of shards one is open at a time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "stream/record_scan.h"

/* A shard's scan and its first record that was not returned yet. */
typedef struct Input
{
	DynRecordScan *scan;
	const DynStreamRecord *record;
} Input;

struct DynStreamScan
{
	DynSequence from;
	Snapshot	snapshot;
	List	   *shards;			/* not opened yet, in order of their beginnings */
	List	   *inputs;			/* those with records, Input * */
	Input	   *returned;		/* the one whose record was returned last */
};

static bool may_have_records(const DynShard *shard, const DynSequence *from);
static int	compare_beginnings(const ListCell *a, const ListCell *b);
static void open_next_shard(DynStreamScan *scan);
static Input *first_input(const DynStreamScan *scan);
static bool begins_by(const DynShard *shard, const DynSequence *sequence);
static void advance(DynStreamScan *scan, Input *input);

int
dyn_sequence_compare(const DynSequence *a, const DynSequence *b)
{
	if (a->generation != b->generation)
		return a->generation < b->generation ? -1 : 1;
	if (a->lsn != b->lsn)
		return a->lsn < b->lsn ? -1 : 1;
	if (a->ordinal != b->ordinal)
		return a->ordinal < b->ordinal ? -1 : 1;
	return 0;
}

DynStreamScan *
dyn_stream_scan_begin(int64 stream, const DynSequence *from, Snapshot snapshot)
{
	DynStreamScan *scan = palloc0(sizeof(DynStreamScan));
	ListCell   *cell;

	if (from != NULL)
		scan->from = *from;
	scan->snapshot = snapshot;
	foreach(cell, dyn_shards_list(stream))
		if (may_have_records(lfirst(cell), &scan->from))
			scan->shards = lappend(scan->shards, lfirst(cell));
	list_sort(scan->shards, compare_beginnings);
	return scan;
}

const DynStreamRecord *
dyn_stream_scan_next(DynStreamScan *scan)
{
	Input	   *first;

	if (scan->returned != NULL)
	{
		advance(scan, scan->returned);
		scan->returned = NULL;
	}
	for (;;)
	{
		first = first_input(scan);
		if (scan->shards == NIL ||
			(first != NULL && !begins_by(linitial(scan->shards), &first->record->sequence)))
			break;
		open_next_shard(scan);
	}
	scan->returned = first;
	return first == NULL ? NULL : first->record;
}

void
dyn_stream_scan_end(DynStreamScan *scan)
{
	ListCell   *cell;

	foreach(cell, scan->inputs)
		dyn_record_scan_end(((Input *) lfirst(cell))->scan);
	pfree(scan);
}

static bool
may_have_records(const DynShard *shard, const DynSequence *from)
{
	return shard->generation > from->generation ||
		(shard->generation == from->generation && (XLogRecPtrIsInvalid(shard->ends) || shard->ends > from->lsn));
}

static int
compare_beginnings(const ListCell *a, const ListCell *b)
{
	const DynShard *one = lfirst(a);
	const DynShard *other = lfirst(b);

	if (one->generation != other->generation)
		return one->generation < other->generation ? -1 : 1;
	if (one->begins != other->begins)
		return one->begins < other->begins ? -1 : 1;
	return one->number < other->number ? -1 : 1;
}

static bool
begins_by(const DynShard *shard, const DynSequence *sequence)
{
	return shard->generation < sequence->generation ||
		(shard->generation == sequence->generation && shard->begins <= sequence->lsn);
}

static void
open_next_shard(DynStreamScan *scan)
{
	const DynShard *shard = linitial(scan->shards);
	bool		all = shard->generation > scan->from.generation;
	Input	   *input = palloc(sizeof(Input));

	scan->shards = list_delete_first(scan->shards);
	input->scan = dyn_record_scan_begin(shard, all ? InvalidXLogRecPtr : scan->from.lsn,
										all ? 0 : scan->from.ordinal, scan->snapshot);
	scan->inputs = lappend(scan->inputs, input);
	advance(scan, input);
}

/* Go to an input's next record; it is closed where there is none. */
static void
advance(DynStreamScan *scan, Input *input)
{
	input->record = dyn_record_scan_next(input->scan);
	if (input->record != NULL)
		return;
	dyn_record_scan_end(input->scan);
	scan->inputs = list_delete_ptr(scan->inputs, input);
	pfree(input);
}

static Input *
first_input(const DynStreamScan *scan)
{
	Input	   *first = NULL;
	ListCell   *cell;

	foreach(cell, scan->inputs)
	{
		Input	   *input = lfirst(cell);

		if (first == NULL || dyn_sequence_compare(&input->record->sequence, &first->record->sequence) < 0)
			first = input;
	}
	return first;
}
