/*-------------------------------------------------------------------------
 *
 * key_sql.c
 *	  SQL functions that make keys of items, and those of the hash operator
 *	  class.  Comparison operators are the backend's own for bytea.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "item/key.h"
#include "item/key_call.h"

/* The key of an item; raises the service's errors where it has none. */
PG_FUNCTION_INFO_V1(dynamo_key_of);
Datum
dynamo_key_of(PG_FUNCTION_ARGS)
{
	const DynKeySchema *schema = dyn_key_schema_of_call(fcinfo, 1);
	DynKeyFault fault;
	struct varlena *key = dyn_key_make_from_datum(schema, PG_GETARG_DATUM(0), &fault);

	if (key == NULL)
		dyn_key_raise(schema, &fault, NULL);
	PG_RETURN_POINTER(key);
}

/* The key of an item in an index; NULL where it is not in it. */
PG_FUNCTION_INFO_V1(dynamo_index_key);
Datum
dynamo_index_key(PG_FUNCTION_ARGS)
{
	DynKeyFault fault;
	struct varlena *key = dyn_key_make_from_datum(dyn_key_schema_of_call(fcinfo, 1), PG_GETARG_DATUM(0), &fault);

	if (key == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(key);
}

/* May the item be in a table that has an index of this key schema? */
PG_FUNCTION_INFO_V1(dynamo_indexable);
Datum
dynamo_indexable(PG_FUNCTION_ARGS)
{
	const DynKeySchema *schema = dyn_key_schema_of_call(fcinfo, 1);
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));
	DynKeyFault fault;

	PG_RETURN_BOOL(dyn_key_may_be_indexed(schema, &item, &fault));
}

/*
 * The 64-bit hash is that of the partition part alone, which the key begins
 * with: PARTITION BY HASH, its only user, then keeps a collection together.
 */
PG_FUNCTION_INFO_V1(dynamo_key_hash_extended);
Datum
dynamo_key_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *key = PG_DETOAST_DATUM_SLICE(PG_GETARG_DATUM(0), 0, DYN_KEY_HASH_BYTES);

	return hash_uint32_extended(dyn_key_hash((const uint8 *) VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)), PG_GETARG_INT64(1));
}

const DynKeySchema *
dyn_key_schema_of_call(FunctionCallInfo fcinfo, int first)
{
	FmgrInfo   *function = fcinfo->flinfo;
	int			nspecs = PG_NARGS() - first;
	const char *specs[DYN_MAX_KEY_ATTRIBUTES];
	bool		constant = true;
	MemoryContext context = CurrentMemoryContext;
	DynKeySchema *schema;

	if (function->fn_extra != NULL)
		return function->fn_extra;

	Assert(nspecs <= DYN_MAX_KEY_ATTRIBUTES);
	for (int i = 0; i < nspecs; i++)
	{
		specs[i] = text_to_cstring(PG_GETARG_TEXT_PP(first + i));
		constant = constant && get_fn_expr_arg_stable(function, first + i);
	}

	if (constant)
		MemoryContextSwitchTo(function->fn_mcxt);
	schema = palloc(sizeof(DynKeySchema));
	dyn_key_schema_parse(nspecs, specs, schema);
	MemoryContextSwitchTo(context);
	if (constant)
		function->fn_extra = schema;
	return schema;
}
