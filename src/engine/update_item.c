/*-------------------------------------------------------------------------
 *
 * update_item.c
 *	  UpdateItem: change attributes of the item with a key, or create it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "engine/item_key.h"
#include "engine/item_operations.h"
#include "engine/key_paths.h"
#include "engine/write_item.h"

typedef struct GuardedUpdate
{
	DynGuard	guard;
	DynUpdate	update;
} GuardedUpdate;

static DynVerdict decide_guarded_update(void *argument, const DynRow *row, struct varlena **item);

void
dyn_update_item(const UpdateItemRequest *request, WriteItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	DynRelation relation;
	DynRow		row;
	struct varlena *key;
	DynValue	partition_key;
	GuardedUpdate guarded = {.guard = {.condition = request->condition}};
	DynUpdate  *update = &guarded.update;
	DynWriteReport report = {
		.guard = &guarded.guard,
		.return_item_on_failure = request->return_item_on_failure,
		.return_values = request->return_values,
		.update = request->update,
		.return_consumed_capacity = request->return_consumed_capacity,
		.return_item_collection_metrics = request->return_item_collection_metrics,
		.table_name = &request->table_name,
		.partition_key = &partition_key,
	};

	dyn_relation_open("UpdateItem", request->table_name.data, request->table_name.length,
					  ACL_SELECT | ACL_UPDATE | (request->only_existing ? 0 : ACL_INSERT), RowExclusiveLock, &relation);
	key = dyn_request_key(relation.table, &request->key, &partition_key);
	dyn_check_update_targets(relation.table, request->update);
	dyn_check_key_paths(relation.table, request->update);
	dyn_check_key_paths(relation.table, request->condition);
	update->table = relation.table;
	update->expression = request->update;
	update->measure_flat = request->measure_flat;
	update->key_map = dyn_request_key_map(relation.table, &request->key);

	dyn_row_begin(&row, &relation, key);
	dyn_write_item(&row, decide_guarded_update, &guarded);
	report.new_item = update->has_item ? &update->new_item : NULL;
	dyn_report_write(&row, &report, caller, response);
	dyn_row_end(&row);
	dyn_relation_close(&relation);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

static DynVerdict
decide_guarded_update(void *argument, const DynRow *row, struct varlena **item)
{
	GuardedUpdate *guarded = argument;

	if (dyn_guard_allows(&guarded->guard, row))
		return dyn_decide_update(&guarded->update, row, item);
	guarded->update.has_item = row->found;
	if (row->found)
		guarded->update.new_item = dyn_row_item(row);
	return DYN_KEEP;
}

DynVerdict
dyn_decide_update(DynUpdate *update, const DynRow *row, struct varlena **item)
{
	const DynBinding *expression = update->expression;
	DynValue	old_item;
	DynUpdateResult result;

	update->has_item = row->found;
	if (row->found)
		update->new_item = old_item = dyn_row_item(row);

	if (expression != NULL)
	{
		dyn_update_apply(expression, row->found ? &old_item : NULL, &update->key_map, &result);
		if (!result.writes)
			return DYN_KEEP;
		update->new_item = result.item;
		dyn_check_updated_size(update->table, &update->new_item,
							   update->measure_flat ? 0 : dyn_update_cost(expression));
		dyn_check_updated_index_keys(update->table, expression, &update->new_item);
		dyn_check_local_index_size(update->table, &update->new_item);
	}
	else if (row->found)
		return DYN_KEEP;
	else
		update->new_item = update->key_map;

	update->has_item = true;
	*item = dyn_value_to_item_datum(&update->new_item);
	return DYN_PUT;
}
