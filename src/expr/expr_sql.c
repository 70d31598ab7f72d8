/*-------------------------------------------------------------------------
 *
 * expr_sql.c
 *	  dynamo.matches, dynamo.update and dynamo.project: expressions in SQL;
 *	  dynamo.query_filter and dynamo.query_project, which are lenient.
 *
 * A call site keeps its last expression and binding, so that a statement
 * compiles once, however many rows it has; where the values come from the
 * rows, only binding is repeated.
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
PG_FUNCTION_INFO_V1(dynamo_query_filter);
PG_FUNCTION_INFO_V1(dynamo_query_project);

/* The expression of a function's argument 1, and where its values and names are (-1: it has none). */
typedef struct Signature
{
	DynExpressionKind kind;
	int			values_arg;
	int			names_arg;
	bool		shared;			/* values and names are those of a whole request: others may use the rest */
} Signature;

/*
 * What a call site keeps: the expression as long as its text stays, what is
 * bound as long as values and names stay.  The arguments are copies, each in
 * the context of what was made of it.
 */
typedef struct CallSite
{
	MemoryContext expression_context;	/* NULL: nothing is kept */
	text	   *text;
	DynExpression *expression;

	MemoryContext binding_context;	/* NULL: nothing is bound */
	struct varlena *values;		/* NULL where there are none */
	struct varlena *names;
	DynBinding *binding;
} CallSite;

static DynBinding *bind_call(FunctionCallInfo fcinfo, const Signature *signature);
static void compile(CallSite *site, DynExpressionKind kind, FunctionCallInfo fcinfo);
static void bind(CallSite *site, const Signature *signature, FunctionCallInfo fcinfo);

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
bind_call(FunctionCallInfo fcinfo, const Signature *signature)
{
	CallSite   *site = fcinfo->flinfo->fn_extra;

	if (site == NULL)
		fcinfo->flinfo->fn_extra = site =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
	if (site->expression_context == NULL || !same_argument(fcinfo, 1, (struct varlena *) site->text))
		compile(site, signature->kind, fcinfo);
	if (site->binding_context == NULL ||
		!same_argument(fcinfo, signature->values_arg, site->values) ||
		!same_argument(fcinfo, signature->names_arg, site->names))
		bind(site, signature, fcinfo);
	return site->binding;
}

/* Delete a context that may be NULL; it is forgotten first. */
static void
forget(MemoryContext *context)
{
	MemoryContext old_context = *context;

	*context = NULL;
	if (old_context != NULL)
		MemoryContextDelete(old_context);
}

/* Contexts are remembered when they are complete: an error leaves the caller's to take them away. */
static void
compile(CallSite *site, DynExpressionKind kind, FunctionCallInfo fcinfo)
{
	MemoryContext context;
	MemoryContext old_context;

	forget(&site->binding_context);
	forget(&site->expression_context);
	context = AllocSetContextCreate(CurrentMemoryContext, "dynamo expression", ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(context);
	site->text = (text *) keep_argument(fcinfo, 1);
	site->expression = dyn_expression_parse(kind, VARDATA(site->text), VARSIZE(site->text) - VARHDRSZ);
	MemoryContextSwitchTo(old_context);
	MemoryContextSetParent(context, fcinfo->flinfo->fn_mcxt);
	site->expression_context = context;
}

static void
bind(CallSite *site, const Signature *signature, FunctionCallInfo fcinfo)
{
	MemoryContext context;
	MemoryContext old_context;
	DynNames   *names = NULL;
	DynValue	values;
	DynBinder  *binder;

	forget(&site->binding_context);
	context = AllocSetContextCreate(CurrentMemoryContext, "dynamo binding", ALLOCSET_SMALL_SIZES);
	old_context = MemoryContextSwitchTo(context);
	site->values = keep_argument(fcinfo, signature->values_arg);
	site->names = keep_argument(fcinfo, signature->names_arg);
	if (site->names != NULL)
		names = dyn_names_from_jsonb(PointerGetDatum(site->names));
	if (site->values != NULL)
		values = dyn_item_view(PointerGetDatum(site->values));
	binder = dyn_binder_begin(names, site->values != NULL ? &values : NULL);
	site->binding = dyn_binder_bind(binder, site->expression);
	if (!signature->shared)
		dyn_binder_end(binder);
	MemoryContextSwitchTo(old_context);
	MemoryContextSetParent(context, fcinfo->flinfo->fn_mcxt);
	site->binding_context = context;
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
	static const Signature signature = {DYN_EXPR_CONDITION, 2, 3, false};
	DynBinding *binding;
	DynValue	item;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, &signature);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	PG_RETURN_BOOL(dyn_condition_matches(binding, &item));
}

/* update(item, expression, values, names): the item after the update. */
Datum
dynamo_update(PG_FUNCTION_ARGS)
{
	static const Signature signature = {DYN_EXPR_UPDATE, 2, 3, false};
	DynBinding *binding;
	DynValue	item;
	DynUpdateResult result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, &signature);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	dyn_update_apply(binding, &item, NULL, &result);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&result.item));
}

/* project(item, expression, names): the item's parts that the paths name. */
Datum
dynamo_project(PG_FUNCTION_ARGS)
{
	static const Signature signature = {DYN_EXPR_PROJECTION, -1, 2, false};
	DynBinding *binding;
	DynValue	item;
	DynValue	result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	binding = bind_call(fcinfo, &signature);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	result = dyn_project(binding, &item);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&result));
}

/* query_filter(item, filter, values, names): does the item pass? */
Datum
dynamo_query_filter(PG_FUNCTION_ARGS)
{
	static const Signature signature = {DYN_EXPR_FILTER, 2, 3, true};
	DynBinding *binding;
	DynValue	item;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_BOOL(true);
	binding = bind_call(fcinfo, &signature);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	PG_RETURN_BOOL(dyn_condition_matches(binding, &item));
}

/* query_project(item, projection, names): the item's parts that the paths name. */
Datum
dynamo_query_project(PG_FUNCTION_ARGS)
{
	static const Signature signature = {DYN_EXPR_PROJECTION, -1, 2, true};
	DynBinding *binding;
	DynValue	item;
	DynValue	result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	binding = bind_call(fcinfo, &signature);
	item = dyn_item_view(PG_GETARG_DATUM(0));
	result = dyn_project(binding, &item);
	PG_RETURN_POINTER(dyn_value_to_item_datum(&result));
}
