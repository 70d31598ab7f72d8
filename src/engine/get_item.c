/*-------------------------------------------------------------------------
 *
 * get_item.c
 *	  GetItem: the item with a key, as the current snapshot sees it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "engine/capacity.h"
#include "engine/item_key.h"
#include "engine/item_operations.h"
#include "engine/key_paths.h"
#include "index/row.h"

static void respond(const GetItemRequest *request, const DynRow *row, GetItemResponse *response);

void
dyn_get_item(const GetItemRequest *request, GetItemResponse *response)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "dynamo operation", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	DynRelation relation;
	DynRow		row;
	DynValue	partition_key;
	struct varlena *key;

	dyn_relation_open("GetItem", request->table_name.data, request->table_name.length,
					  ACL_SELECT, AccessShareLock, &relation);
	key = dyn_request_key(relation.table, &request->key, &partition_key);
	dyn_check_key_paths(relation.table, request->projection);

	dyn_row_begin(&row, &relation, key);
	dyn_row_read(&row);
	MemoryContextSwitchTo(caller);
	respond(request, &row, response);
	MemoryContextSwitchTo(context);
	dyn_row_end(&row);
	dyn_relation_close(&relation);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
}

/* In the caller's memory context. */
static void
respond(const GetItemRequest *request, const DynRow *row, GetItemResponse *response)
{
	DynValue	item;

	memset(response, 0, sizeof(GetItemResponse));
	response->found = row->found;
	if (row->found)
	{
		response->item_datum = PG_DETOAST_DATUM_COPY(row->item);
		item = dyn_item_view(PointerGetDatum(response->item_datum));
		response->item = item;
		if (request->projection != NULL)
		{
			DynValue	projected = dyn_project(request->projection, &item);

			response->item_datum = dyn_value_to_item_datum(&projected);
			response->item = dyn_item_view(PointerGetDatum(response->item_datum));
		}
	}
	if (request->return_consumed_capacity != DYN_CAPACITY_NONE)
		dyn_capacity_of_read(&request->table_name, row->found ? &item : NULL, request->consistent_read,
							 &response->consumed_capacity);
}
