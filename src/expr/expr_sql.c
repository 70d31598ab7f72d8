/*-------------------------------------------------------------------------
 *
 * expr_sql.c
 *	  dynamo.matches, dynamo.update and dynamo.project: expressions in SQL.
 *
 * A call site keeps its last expression and binding, so that a statement
 * compiles once, however many rows it has.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "base/error.h"
#include "expr/bind.h"

PG_FUNCTION_INFO_V1(dynamo_matches);
PG_FUNCTION_INFO_V1(dynamo_update);
PG_FUNCTION_INFO_V1(dynamo_project);

/* What a call site keeps; the arguments are copies. */
typedef struct CallSite
{
	MemoryContext context;		/* of all that follows; deleted when an argument changes */
	text	   *expression;
	struct varlena *values;		/* NULL where there are none */
	struct varlena *names;
	DynBinding *binding;
} CallSite;

static DynBinding *bind_call(FunctionCallInfo fcinfo, DynExpressionKind kind, int values_arg, int names_arg);

/* Is this argument the one that was kept? */
static bool
same_argument(FunctionCallInfo fcinfo, int arg, const struct varlena *kept)
{
	if (arg < 0)
		return true;
	if (PG_ARGISNULL(arg) || kept == NULL)
		return PG_ARGISNULL(arg) && kept == NULL;
	return datum_image_eq(PG_GETARG_DATUM(arg), PointerGetDatum(kept), false, -1);
}

static struct varlena *
keep_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg < 0 || PG_ARGISNULL(arg))
		return NULL;
	return PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(arg));
}

/* The expression of argument 1 with the values and names of the others. */
static DynBinding *
bind_call(FunctionCallInfo fcinfo, DynExpressionKind kind, int values_arg, int names_arg)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;
	MemoryContext context;
	MemoryContext old_context;
	CallSite   *fresh;
	const DynExpression *expression;
	DynValue	values;
	DynNames   *names = NULL;

	if (site != NULL &&
		same_argument(fcinfo, 1, (struct varlena *) site->expression) &&
		same_argument(fcinfo, values_arg, site->values) &&
		same_argument(fcinfo, names_arg, site->names))
		return site->binding;

	context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "dynamo expression", ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(context);
	fresh = palloc0(sizeof(CallSite));
	fresh->context = context;
	fresh->expression = (text *) keep_argument(fcinfo, 1);
	fresh->values = keep_argument(fcinfo, values_arg);
	fresh->names = keep_argument(fcinfo, names_arg);

	expression = dyn_expression_parse(kind, VARDATA(fresh->expression), VARSIZE(fresh->expression) - VARHDRSZ);
	if (fresh->names != NULL)
		names = dyn_names_from_jsonb(PointerGetDatum(fresh->names));
	if (fresh->values != NULL)
		values = dyn_item_view(PointerGetDatum(fresh->values));
	dyn_expressions_bind(1, &expression, names, fresh->values != NULL ? &values : NULL, &fresh->binding);
	MemoryContextSwitchTo(old_context);

	if (site != NULL)
		MemoryContextDelete(site->context);
	fcinfo->flinfo->fn_extra = fresh;
	return fresh->binding;
}

DynNames *
dyn_names_from_jsonb(Datum datum)
{
	Jsonb	   *json = DatumGetJsonbP(datum);
	DynNames   *names = palloc0(sizeof(DynNames));
	DynNameEntry *entries;
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_DYN_VALIDATION),
				 errmsg("names of an expression must be a JSON object"),
				 errhint("Write them as {\"#s\": \"Status\"}.")));
	entries = palloc(sizeof(DynNameEntry) * (JB_ROOT_COUNT(json) + 1));
	names->entries = entries;

	iterator = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			entries[names->count].placeholder = value.val.string.val;
			entries[names->count].placeholder_length = value.val.string.len;
		}
		else if (token == WJB_VALUE)
		{
			if (value.type != jbvString)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("names of an expression must be strings"),
						 errhint("Write them as {\"#s\": \"Status\"}.")));
			entries[names->count].name = value.val.string.val;
			entries[names->count].name_length = value.val.string.len;
			names->count++;
		}
	}
	return names;
}

/* matches(item, expression, values, names): is the condition true of the item? */
Datum
dynamo_matches(PG_FUNCTION_ARGS)
{
	DynBinding *binding;
	DynValue	item;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, DYN_EXPR_CONDITION, 2, 3);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	PG_RETURN_BOOL(dyn_condition_matches(binding, &item));
}

/* update(item, expression, values, names): the item after the update. */
Datum
dynamo_update(PG_FUNCTION_ARGS)
{
	DynBinding *binding;
	DynValue	item;
	DynUpdateResult result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, DYN_EXPR_UPDATE, 2, 3);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	dyn_update_apply(binding, &item, NULL, &result);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&result.item));
}

/* project(item, expression, names): the item's parts that the paths name. */
Datum
dynamo_project(PG_FUNCTION_ARGS)
{
	DynBinding *binding;
	DynValue	item;
	DynValue	result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, DYN_EXPR_PROJECTION, -1, 2);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	result = dyn_project(binding, &item);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&result));
}
