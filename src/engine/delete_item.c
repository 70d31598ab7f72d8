/*-------------------------------------------------------------------------
 *
 * delete_item.c
 *	  DeleteItem: remove the item with a key, if there is one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "engine/item_key.h"
#include "engine/item_operations.h"
#include "engine/key_paths.h"
#include "engine/write_item.h"

static DynVerdict decide_delete(void *argument, const DynRow *row, struct varlena **item);

void
dyn_delete_item(const DeleteItemRequest *request, WriteItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	DynRelation relation;
	DynRow		row;
	struct varlena *key;
	DynValue	partition_key;
	DynGuard	guard = {.condition = request->condition};
	DynWriteReport report = {
		.guard = &guard,
		.return_item_on_failure = request->return_item_on_failure,
		.return_values = request->return_values,
		.return_consumed_capacity = request->return_consumed_capacity,
		.return_item_collection_metrics = request->return_item_collection_metrics,
		.table_name = &request->table_name,
		.partition_key = &partition_key,
		.new_item = NULL,
	};

	dyn_relation_open("DeleteItem", request->table_name.data, request->table_name.length,
					  ACL_SELECT | ACL_DELETE, RowExclusiveLock, &relation);
	key = dyn_request_key(relation.table, &request->key, &partition_key);
	dyn_check_key_paths(relation.table, request->condition);

	dyn_row_begin(&row, &relation, key);
	dyn_write_item(&row, decide_delete, &guard);
	dyn_report_write(&row, &report, caller, response);
	dyn_row_end(&row);
	dyn_relation_close(&relation);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

static DynVerdict
decide_delete(void *argument, const DynRow *row, struct varlena **item)
{
	return dyn_guard_allows(argument, row) && row->found ? DYN_DELETE : DYN_KEEP;
}
