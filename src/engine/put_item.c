/*-------------------------------------------------------------------------
 *
 * put_item.c
 *	  PutItem: store an item, in the place of one with the same key.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "engine/item_key.h"
#include "engine/item_operations.h"
#include "engine/key_paths.h"
#include "engine/write_item.h"

/* What the decision needs. */
typedef struct Put
{
	DynGuard	guard;
	struct varlena *item;
} Put;

static DynVerdict decide_put(void *argument, const DynRow *row, struct varlena **item);

void
dyn_put_item(const PutItemRequest *request, WriteItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	DynRelation relation;
	DynRow		row;
	struct varlena *key;
	Put			put = {.guard = {.condition = request->condition}};
	DynValue	partition_key = {0};
	DynWriteReport report = {
		.guard = &put.guard,
		.return_item_on_failure = request->return_item_on_failure,
		.return_values = request->return_values,
		.return_consumed_capacity = request->return_consumed_capacity,
		.return_item_collection_metrics = request->return_item_collection_metrics,
		.table_name = &request->table_name,
		.partition_key = &partition_key,
		.new_item = &request->item,
	};

	dyn_check_item_size(&request->item);
	dyn_relation_open("PutItem", request->table_name.data, request->table_name.length,
					  ACL_SELECT | ACL_INSERT | (request->only_new ? 0 : ACL_UPDATE), RowExclusiveLock, &relation);
	key = dyn_item_key(relation.table, &request->item, &partition_key);
	dyn_check_local_index_size(relation.table, &request->item);
	dyn_check_key_paths(relation.table, request->condition);
	put.item = request->item_datum != NULL ? request->item_datum : dyn_value_to_item_datum(&request->item);

	dyn_row_begin(&row, &relation, key);
	dyn_write_item(&row, decide_put, &put);
	dyn_report_write(&row, &report, caller, response);
	dyn_row_end(&row);
	dyn_relation_close(&relation);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

static DynVerdict
decide_put(void *argument, const DynRow *row, struct varlena **item)
{
	Put		   *put = argument;

	if (!dyn_guard_allows(&put->guard, row))
		return DYN_KEEP;
	*item = put->item;
	return DYN_PUT;
}
