/*-------------------------------------------------------------------------
 *
 * write_item.c
 *	  The one read-check-apply-write path under all operations that write.
 *
 * Nothing is locked beforehand.  The newest version of the row is read, the
 * operation decides on it, and the write waits for whoever is writing the
 * row; if that made another version, all of it is done again.  So writers of
 * one item are serial, and no update is lost.
 *
 * An item that is put as it is already writes nothing.
 *
 * A write that writes nothing leaves nothing for others to wait for.  That is
 * right for an operation alone.  But where the transaction does more, what it
 * read must stay true until it ends: two transactions that each find the
 * other's key absent, and write their own, must not both commit.  So there a
 * row that stays as it is is locked, and a key that is absent is claimed.
 * Whether the transaction does more is known in a transaction block, and from
 * its second write on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/proc.h"

#include "base/compat.h"
#include "engine/capacity.h"
#include "engine/collection.h"
#include "engine/write_item.h"
#include "worker/worker.h"

static bool apply(DynRow *row, DynVerdict verdict, struct varlena *item, bool hold);

void
dyn_write_item(DynRow *row, DynDecide decide, void *argument)
{
	dyn_write_row(row, dyn_is_one_of_many(), decide, argument);
}

void
dyn_write_row(DynRow *row, bool hold, DynDecide decide, void *argument)
{
	bool		done;

	/* See what the surrounding command has written until now, as a statement would. */
	CommandCounterIncrement();
	do
	{
		struct varlena *item = NULL;
		DynVerdict	verdict;

		CHECK_FOR_INTERRUPTS();
		dyn_row_find(row);
		verdict = decide(argument, row, &item);
		if (verdict == DYN_PUT && row->found && dyn_row_item_equals(row, item))
			verdict = DYN_KEEP;
		done = apply(row, verdict, item, hold);
	} while (!done);
	CommandCounterIncrement();
	if (row->relation->table->streaming)
		dyn_workers_follow_at_commit();
}

/* Returns false where another transaction was faster. */
static bool
apply(DynRow *row, DynVerdict verdict, struct varlena *item, bool hold)
{
	switch (verdict)
	{
		case DYN_KEEP:
			if (!hold)
				return true;
			return row->found ? dyn_row_lock(row) : dyn_row_claim(row);
		case DYN_LEAVE:
			return true;
		case DYN_PUT:
			return row->found ? dyn_row_replace(row, item) : dyn_row_insert(row, item);
		case DYN_DELETE:
			return dyn_row_delete(row);
	}
	pg_unreachable();
}

bool
dyn_is_one_of_many(void)
{
	static LocalTransactionId last_writer = InvalidLocalTransactionId;
	LocalTransactionId transaction = dyn_local_transaction_id();
	bool		wrote_before = last_writer == transaction;

	last_writer = transaction;
	return wrote_before || IsTransactionBlock() || IsSubTransaction() ||
		(MyXactFlags & XACT_FLAGS_PIPELINING) != 0;
}

bool
dyn_guard_allows(DynGuard *guard, const DynRow *row)
{
	DynValue	item;

	guard->failed = false;
	if (guard->condition == NULL)
		return true;
	if (row->found)
		item = dyn_row_item(row);
	guard->failed = !dyn_condition_matches(guard->condition, row->found ? &item : NULL);
	return !guard->failed;
}

/* Give a copy of the item that was found. */
static void
return_found(const DynRow *row, WriteItemResponse *response)
{
	response->has_attributes = true;
	response->attributes_datum = PG_DETOAST_DATUM_COPY(row->item);
	response->attributes = dyn_item_view(PointerGetDatum(response->attributes_datum));
}

/* Give a copy of an item; of an empty one there is nothing to return. */
static void
return_item(const DynValue *item, WriteItemResponse *response)
{
	if (dyn_value_count(item) == 0)
		return;
	response->has_attributes = true;
	response->attributes_datum = dyn_value_to_item_datum(item);
	response->attributes = dyn_item_view(PointerGetDatum(response->attributes_datum));
}

/* Give what of an image the update named. */
static void
return_touched(const DynWriteReport *report, const DynValue *image, WriteItemResponse *response)
{
	DynValue	touched;

	if (image == NULL || report->update == NULL)
		return;
	touched = dyn_update_touched(report->update, image);
	return_item(&touched, response);
}

/* Operations of their own are errors then; as statements of a batch they are charged. */
static void
report_refused(const DynRow *row, const DynWriteReport *report, bool found, WriteItemResponse *response)
{
	DynValue	old_item;

	if (found)
		old_item = dyn_row_item(row);
	dyn_capacity_of_refused_write(report->table_name, found ? &old_item : NULL, report->new_item,
								  &response->consumed_capacity);
}

void
dyn_report_write(const DynRow *row, const DynWriteReport *report, MemoryContext context,
				 WriteItemResponse *response)
{
	bool		found = row->found && !row->suppressed;
	bool		measure = report->return_consumed_capacity != DYN_CAPACITY_NONE;
	MemoryContext old = MemoryContextSwitchTo(context);
	DynValue	old_item;

	memset(response, 0, sizeof(WriteItemResponse));
	if (report->guard->failed)
	{
		response->condition_failed = true;
		if (found && report->return_item_on_failure)
			return_found(row, response);
		if (measure)
			report_refused(row, report, found, response);
		MemoryContextSwitchTo(old);
		return;
	}

	if (found && (measure || report->return_values == DYN_RETURN_UPDATED_OLD))
		old_item = dyn_row_item(row);
	switch (report->return_values)
	{
		case DYN_RETURN_NONE:
			break;
		case DYN_RETURN_ALL_OLD:
			if (found)
				return_found(row, response);
			break;
		case DYN_RETURN_ALL_NEW:
			if (report->new_item != NULL)
				return_item(report->new_item, response);
			break;
		case DYN_RETURN_UPDATED_OLD:
			return_touched(report, found ? &old_item : NULL, response);
			break;
		case DYN_RETURN_UPDATED_NEW:
			return_touched(report, report->new_item, response);
			break;
	}
	if (measure)
		dyn_capacity_of_write(report->table_name, row->relation->table, found ? &old_item : NULL,
							  report->new_item, &response->consumed_capacity);
	if (report->return_item_collection_metrics)
		dyn_item_collection_metrics(row->relation, row->key, report->partition_key,
									&response->item_collection_metrics);
	MemoryContextSwitchTo(old);
}
