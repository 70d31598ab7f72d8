/*-------------------------------------------------------------------------
 *
 * batch_functions.c
 *	  dynamo.batch_get_item and dynamo.batch_write_item with typed arguments,
 *	  for people.
 *
 * They are for one table, and do everything they are asked for: there are no
 * unprocessed keys or items.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "api/expression_json.h"
#include "base/compat.h"
#include "engine/batch_operations.h"

static DynRequestKey *keys_argument(FunctionCallInfo fcinfo, int argument, const char *name, int *count);
static void bind_projection(FunctionCallInfo fcinfo, int projection_at, int names_at, DynRequestExpressions *expressions);
static void return_items(FunctionCallInfo fcinfo, const BatchGetTableAnswer *answer);

PG_FUNCTION_INFO_V1(dynamo_batch_get_item);
PG_FUNCTION_INFO_V1(dynamo_batch_write_item);

/* batch_get_item(table_name text, keys dynamo.item[], projection text, names jsonb) → setof dynamo.item */
Datum
dynamo_batch_get_item(PG_FUNCTION_ARGS)
{
	BatchGetTable table = {0};
	BatchGetItemRequest request = {.ntables = 1, .tables = &table, .complete = true};
	BatchGetItemResponse response;
	DynRequestExpressions expressions;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	table.table_name = dyn_table_name_argument(fcinfo);
	table.keys = keys_argument(fcinfo, 1, "keys", &table.nkeys);
	bind_projection(fcinfo, 2, 3, &expressions);
	table.projection = expressions.projection;

	dyn_batch_get_item(&request, &response);
	dyn_release_expressions(&expressions);
	return_items(fcinfo, &response.tables[0]);
	return (Datum) 0;
}

/* batch_write_item(table_name text, puts dynamo.item[], deletes dynamo.item[]) → void */
Datum
dynamo_batch_write_item(PG_FUNCTION_ARGS)
{
	BatchWriteTable table = {.table_name = dyn_table_name_argument(fcinfo)};
	BatchWriteItemRequest request = {.ntables = 1, .tables = &table, .complete = true};
	BatchWriteItemResponse response;
	BatchWrite *writes;
	int			nputs;
	int			ndeletes;
	Datum	   *puts = dyn_items_argument(fcinfo, 1, "puts", &nputs);
	DynRequestKey *deletes = keys_argument(fcinfo, 2, "deletes", &ndeletes);

	table.nwrites = nputs + ndeletes;
	table.writes = writes = palloc0(sizeof(BatchWrite) * table.nwrites);
	for (int i = 0; i < nputs; i++)
	{
		writes[i].item_datum = PG_DETOAST_DATUM_PACKED(puts[i]);
		writes[i].item = dyn_item_view(PointerGetDatum(writes[i].item_datum));
	}
	for (int i = 0; i < ndeletes; i++)
	{
		writes[nputs + i].delete = true;
		writes[nputs + i].key = deletes[i];
	}

	dyn_batch_write_item(&request, &response);
	PG_RETURN_VOID();
}

/* Keys are items of the key attributes; none where the argument is NULL. */
static DynRequestKey *
keys_argument(FunctionCallInfo fcinfo, int argument, const char *name, int *count)
{
	Datum	   *items = dyn_items_argument(fcinfo, argument, name, count);
	DynRequestKey *keys = palloc0(sizeof(DynRequestKey) * *count);

	for (int i = 0; i < *count; i++)
		keys[i].map = dyn_item_view(items[i]);
	return keys;
}

static void
bind_projection(FunctionCallInfo fcinfo, int projection_at, int names_at, DynRequestExpressions *expressions)
{
	const char *texts[DYN_NTEXTS] = {NULL};
	size_t		lengths[DYN_NTEXTS] = {0};
	DynNames   *names = NULL;

	if (!PG_ARGISNULL(projection_at))
	{
		text	   *projection = PG_GETARG_TEXT_PP(projection_at);

		texts[DYN_TEXT_PROJECTION] = VARDATA_ANY(projection);
		lengths[DYN_TEXT_PROJECTION] = VARSIZE_ANY_EXHDR(projection);
	}
	if (!PG_ARGISNULL(names_at))
		names = dyn_names_from_jsonb(PG_GETARG_DATUM(names_at));
	dyn_bind_texts(texts, lengths, NULL, names, expressions);
}

/* Return the items as rows of one column. */
static void
return_items(FunctionCallInfo fcinfo, const BatchGetTableAnswer *answer)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	for (int i = 0; i < answer->nitems; i++)
	{
		Datum		value = PointerGetDatum(dyn_value_to_item_datum(&answer->items[i]));
		bool		isnull = false;

		tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
		pfree(DatumGetPointer(value));
	}
}
