/*-------------------------------------------------------------------------
 *
 * query_items.c
 *	  The items that queries of dynamo.partiql make.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "item/value.h"

/* The names of a call, which are the same for all rows. */
typedef struct Names
{
	int			count;
	Datum	   *texts;
} Names;

static const Names *read_names(FunctionCallInfo fcinfo, int argument);

PG_FUNCTION_INFO_V1(dynamo_partiql_item);
PG_FUNCTION_INFO_V1(dynamo_partiql_part);
PG_FUNCTION_INFO_V1(dynamo_partiql_list);

/* partiql_item(names, values): an item of the values that are there */
Datum
dynamo_partiql_item(PG_FUNCTION_ARGS)
{
	const Names *names = read_names(fcinfo, 0);
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	ArrayIterator iterator = array_create_iterator(array, 0, NULL);
	DynBuilder	builder;
	Datum		datum;
	bool		isnull;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < names->count && array_iterate(iterator, &datum, &isnull); i++)
	{
		DynValue	value;

		if (isnull)
			continue;
		value = dyn_value_view(datum);
		dyn_builder_add(&builder, VARDATA_ANY(names->texts[i]), VARSIZE_ANY_EXHDR(names->texts[i]), &value);
	}
	array_free_iterator(iterator);
	PG_RETURN_POINTER(dyn_builder_finish_item(&builder));
}

/* partiql_list(values): a list of the values that are there */
Datum
dynamo_partiql_list(PG_FUNCTION_ARGS)
{
	ArrayIterator iterator = array_create_iterator(PG_GETARG_ARRAYTYPE_P(0), 0, NULL);
	DynBuilder	builder;
	DynValue	list;
	Datum		datum;
	bool		isnull;

	dyn_builder_init(&builder, DYN_TAG_L);
	while (array_iterate(iterator, &datum, &isnull))
	{
		DynValue	value;

		if (isnull)
			continue;
		value = dyn_value_view(datum);
		dyn_builder_add(&builder, NULL, 0, &value);
	}
	array_free_iterator(iterator);
	list = dyn_builder_finish(&builder, 0);
	PG_RETURN_POINTER(dyn_value_to_datum(&list));
}

/* partiql_part(item, names): the attributes of these names */
Datum
dynamo_partiql_part(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	const Names *names = read_names(fcinfo, 1);
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < names->count; i++)
	{
		const char *name = VARDATA_ANY(names->texts[i]);
		Size		length = VARSIZE_ANY_EXHDR(names->texts[i]);
		DynValue	value;

		if (dyn_map_get(&item, name, length, &value))
			dyn_builder_add(&builder, name, length, &value);
	}
	PG_RETURN_POINTER(dyn_builder_finish_item(&builder));
}

static const Names *
read_names(FunctionCallInfo fcinfo, int argument)
{
	Names	   *names = fcinfo->flinfo->fn_extra;
	MemoryContext caller;

	if (names != NULL)
		return names;
	caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	names = palloc0(sizeof(Names));
	deconstruct_array(DatumGetArrayTypePCopy(PG_GETARG_DATUM(argument)), TEXTOID, -1, false, TYPALIGN_INT,
					  &names->texts, NULL, &names->count);
	MemoryContextSwitchTo(caller);
	if (get_fn_expr_arg_stable(fcinfo->flinfo, argument))
		fcinfo->flinfo->fn_extra = names;
	return names;
}
