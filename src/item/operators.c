/*-------------------------------------------------------------------------
 *
 * operators.c
 *	  Operators and functions that look into items and values, or make items
 *	  of items.
 *
 * Equality, order and hashing are not here: the form is canonical, so the
 * backend's own functions for bytea serve (operators.sql).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "item/path.h"
#include "item/value_casts.h"

static bool get_from_item(FunctionCallInfo fcinfo, DynValue *value);
static bool get_from_value(FunctionCallInfo fcinfo, DynValue *value);
static bool get_at(FunctionCallInfo fcinfo, DynValue *value);
static DynPathStep name_step(text *name);
static bool follow(const DynValue *document, ArrayType *path, DynValue *value);
static int32 parse_index(const char *text, uint32 length);
static Datum return_value(FunctionCallInfo fcinfo, bool found, const DynValue *value);
static Datum return_text(FunctionCallInfo fcinfo, bool found, const DynValue *value);

PG_FUNCTION_INFO_V1(dynamo_item_get);
PG_FUNCTION_INFO_V1(dynamo_item_get_text);
PG_FUNCTION_INFO_V1(dynamo_value_get);
PG_FUNCTION_INFO_V1(dynamo_value_get_text);
PG_FUNCTION_INFO_V1(dynamo_value_at);
PG_FUNCTION_INFO_V1(dynamo_value_at_text);
PG_FUNCTION_INFO_V1(dynamo_item_has);
PG_FUNCTION_INFO_V1(dynamo_value_has);
PG_FUNCTION_INFO_V1(dynamo_item_follow);
PG_FUNCTION_INFO_V1(dynamo_item_follow_text);
PG_FUNCTION_INFO_V1(dynamo_value_follow);
PG_FUNCTION_INFO_V1(dynamo_value_follow_text);
PG_FUNCTION_INFO_V1(dynamo_item_concat);
PG_FUNCTION_INFO_V1(dynamo_item_remove);
PG_FUNCTION_INFO_V1(dynamo_item_remove_all);
PG_FUNCTION_INFO_V1(dynamo_size);
PG_FUNCTION_INFO_V1(dynamo_attribute_names);
PG_FUNCTION_INFO_V1(dynamo_attribute_type);
PG_FUNCTION_INFO_V1(dynamo_each);

/* ---- -> and ->> and ?: one step ---- */

Datum
dynamo_item_get(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_value(fcinfo, get_from_item(fcinfo, &value), &value);
}

Datum
dynamo_item_get_text(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_text(fcinfo, get_from_item(fcinfo, &value), &value);
}

Datum
dynamo_item_has(PG_FUNCTION_ARGS)
{
	DynValue	value;

	PG_RETURN_BOOL(get_from_item(fcinfo, &value));
}

Datum
dynamo_value_get(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_value(fcinfo, get_from_value(fcinfo, &value), &value);
}

Datum
dynamo_value_get_text(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_text(fcinfo, get_from_value(fcinfo, &value), &value);
}

Datum
dynamo_value_has(PG_FUNCTION_ARGS)
{
	DynValue	value;

	PG_RETURN_BOOL(get_from_value(fcinfo, &value));
}

Datum
dynamo_value_at(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_value(fcinfo, get_at(fcinfo, &value), &value);
}

Datum
dynamo_value_at_text(PG_FUNCTION_ARGS)
{
	DynValue	value;

	return return_text(fcinfo, get_at(fcinfo, &value), &value);
}

static bool
get_from_item(FunctionCallInfo fcinfo, DynValue *value)
{
	DynPathStep step = name_step(PG_GETARG_TEXT_PP(1));

	return dyn_path_get_from_item(PG_GETARG_DATUM(0), &step, 1, value);
}

static bool
get_from_value(FunctionCallInfo fcinfo, DynValue *value)
{
	DynPathStep step = name_step(PG_GETARG_TEXT_PP(1));
	DynValue	document = dyn_value_view(PG_GETARG_DATUM(0));

	return dyn_path_get(&document, &step, 1, value);
}

static bool
get_at(FunctionCallInfo fcinfo, DynValue *value)
{
	DynPathStep step = {.index = PG_GETARG_INT32(1)};
	DynValue	document = dyn_value_view(PG_GETARG_DATUM(0));

	return dyn_path_get(&document, &step, 1, value);
}

static DynPathStep
name_step(text *name)
{
	DynPathStep step = {.name = VARDATA_ANY(name), .name_length = VARSIZE_ANY_EXHDR(name)};

	return step;
}

static Datum
return_value(FunctionCallInfo fcinfo, bool found, const DynValue *value)
{
	if (!found)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(dyn_value_to_datum(value));
}

static Datum
return_text(FunctionCallInfo fcinfo, bool found, const DynValue *value)
{
	text	   *result = found ? dyn_value_to_text(value) : NULL;

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/* ---- #> and #>>: a path ---- */

Datum
dynamo_item_follow(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	DynValue	value;

	return return_value(fcinfo, follow(&item, PG_GETARG_ARRAYTYPE_P(1), &value), &value);
}

Datum
dynamo_item_follow_text(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	DynValue	value;

	return return_text(fcinfo, follow(&item, PG_GETARG_ARRAYTYPE_P(1), &value), &value);
}

Datum
dynamo_value_follow(PG_FUNCTION_ARGS)
{
	DynValue	document = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	value;

	return return_value(fcinfo, follow(&document, PG_GETARG_ARRAYTYPE_P(1), &value), &value);
}

Datum
dynamo_value_follow_text(PG_FUNCTION_ARGS)
{
	DynValue	document = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	value;

	return return_text(fcinfo, follow(&document, PG_GETARG_ARRAYTYPE_P(1), &value), &value);
}

/*
 * Follow a path of texts; what a text means, name or index, depends on what
 * is there.  A NULL in the path leads nowhere.
 */
static bool
follow(const DynValue *document, ArrayType *path, DynValue *value)
{
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;

	deconstruct_array(path, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &nelements);

	*value = *document;
	for (int i = 0; i < nelements; i++)
	{
		DynValue	container = *value;
		DynPathStep step;

		if (nulls[i])
			return false;
		step = name_step(DatumGetTextPP(elements[i]));
		if (container.tag == DYN_TAG_L)
		{
			step.index = parse_index(step.name, step.name_length);
			step.name = NULL;
		}
		if (!dyn_path_get(&container, &step, 1, value))
			return false;
	}
	return true;
}

/* Read the index of an element; -1 if the text is not one. */
static int32
parse_index(const char *text, uint32 length)
{
	int64		index = 0;

	if (length == 0)
		return -1;
	for (uint32 i = 0; i < length; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return -1;
		index = index * 10 + (text[i] - '0');
		if (index > PG_INT32_MAX)
			return -1;
	}
	return (int32) index;
}

/* ---- || and -: items of items ---- */

Datum
dynamo_item_concat(PG_FUNCTION_ARGS)
{
	DynBuilder	builder;

	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < 2; i++)
	{
		DynValue	item = dyn_item_view(PG_GETARG_DATUM(i));
		DynIterator iterator;
		DynEntry	entry;

		dyn_iterator_begin(&iterator, &item);
		while (dyn_iterator_next(&iterator, &entry))
			dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
	}
	PG_RETURN_POINTER(dyn_builder_finish_item(&builder));
}

Datum
dynamo_item_remove(PG_FUNCTION_ARGS)
{
	DynPathStep step = name_step(PG_GETARG_TEXT_PP(1));
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	DynValue	rest = dyn_path_set(&item, &step, 1, NULL, DYN_MAX_NESTING + 1);

	if (rest.data == item.data)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(dyn_value_to_item_datum(&rest));
}

Datum
dynamo_item_remove_all(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	DynValue	nothing = {.tag = DYN_TAG_NULL, .data = (const uint8 *) ""};
	DynValue	names;
	DynBuilder	builder;
	DynIterator iterator;
	DynEntry	entry;

	/* A map of the names, to look them up. */
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &nelements);
	dyn_builder_init(&builder, DYN_TAG_M);
	for (int i = 0; i < nelements; i++)
	{
		DynPathStep step;

		if (nulls[i])
			continue;
		step = name_step(DatumGetTextPP(elements[i]));
		dyn_builder_add(&builder, step.name, step.name_length, &nothing);
	}
	names = dyn_builder_finish(&builder, 0);

	dyn_builder_init(&builder, DYN_TAG_M);
	dyn_iterator_begin(&iterator, &item);
	while (dyn_iterator_next(&iterator, &entry))
	{
		if (!dyn_map_get(&names, entry.name, entry.name_length, &nothing))
			dyn_builder_add(&builder, entry.name, entry.name_length, &entry.value);
	}
	PG_RETURN_POINTER(dyn_builder_finish_item(&builder));
}

/* ---- functions ---- */

Datum
dynamo_size(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));

	PG_RETURN_INT64((int64) dyn_item_size(&item));
}

Datum
dynamo_attribute_type(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));

	PG_RETURN_TEXT_P(cstring_to_text(dyn_tag_name(value.tag)));
}

Datum
dynamo_attribute_names(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	uint32		count = dyn_value_count(&item);
	Datum	   *names = palloc(Max(count, 1) * sizeof(Datum));
	DynIterator iterator;
	DynEntry	entry;

	dyn_iterator_begin(&iterator, &item);
	for (uint32 i = 0; dyn_iterator_next(&iterator, &entry); i++)
		names[i] = PointerGetDatum(cstring_to_text_with_len(entry.name, entry.name_length));
	PG_RETURN_ARRAYTYPE_P(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* One row at a time: name, value. */
Datum
dynamo_each(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	DynIterator *iterator;
	DynEntry	entry;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old_context;
		DynValue	item;

		call = SRF_FIRSTCALL_INIT();
		old_context = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &call->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		call->tuple_desc = BlessTupleDesc(call->tuple_desc);

		/* The argument may live shorter than the calls: walk a copy. */
		item = dyn_item_view(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))));
		iterator = palloc(sizeof(DynIterator));
		dyn_iterator_begin(iterator, &item);
		call->user_fctx = iterator;
		MemoryContextSwitchTo(old_context);
	}

	call = SRF_PERCALL_SETUP();
	iterator = (DynIterator *) call->user_fctx;
	if (dyn_iterator_next(iterator, &entry))
	{
		Datum		columns[2];
		bool		nulls[2] = {false, false};

		columns[0] = PointerGetDatum(cstring_to_text_with_len(entry.name, entry.name_length));
		columns[1] = PointerGetDatum(dyn_value_to_datum(&entry.value));
		SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, columns, nulls)));
	}
	SRF_RETURN_DONE(call);
}
