/*-------------------------------------------------------------------------
 *
 * subscript.c
 *	  Subscripting of dynamo.item and dynamo.value, for reading and in
 *	  assignments: item['Address']['City'], item['Tags'][0].
 *
 * Text subscripts name attributes of maps, integer subscripts are indexes of
 * lists; the result is a dynamo.value.  All subscripts of one expression are
 * one path, walked without intermediate values.
 *
 * Reading what is not there gives NULL, whatever the reason, so that reading
 * is leakproof; only an index that is visibly negative is refused, when the
 * statement is parsed.  Assigning NULL removes what the path leads to.
 * Assigning into a NULL item or value starts from an empty one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/execExpr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/subscripting.h"
#include "parser/parse_coerce.h"
#include "parser/parse_expr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "item/path.h"

/* SubscriptingRefState.workspace: the subscripts as a path. */
typedef struct SubscriptPath
{
	int			nsteps;
	bool	   *is_index;		/* by the type of each subscript */
	DynPathStep *steps;			/* room, filled at each evaluation */
} SubscriptPath;

static void item_transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate,
						   bool isSlice, bool isAssignment);
static void value_transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate,
							bool isSlice, bool isAssignment);
static void transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate);
static Node *transform_subscript(ParseState *pstate, Node *raw);
static Oid	value_type_beside(Oid item_type);
static void item_exec_setup(const SubscriptingRef *sbsref, SubscriptingRefState *state, SubscriptExecSteps *methods);
static void value_exec_setup(const SubscriptingRef *sbsref, SubscriptingRefState *state, SubscriptExecSteps *methods);
static SubscriptPath *make_path(const SubscriptingRef *sbsref);
static bool collect_steps(SubscriptingRefState *state);
static void item_fetch(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext);
static void value_fetch(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext);
static void item_assign(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext);
static void value_assign(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext);
static bool assign(SubscriptingRefState *state, DynValue *document, bool exists, bool is_item);

PG_FUNCTION_INFO_V1(dynamo_item_subscript);
PG_FUNCTION_INFO_V1(dynamo_value_subscript);

Datum
dynamo_item_subscript(PG_FUNCTION_ARGS)
{
	static const SubscriptRoutines routines = {
		.transform = item_transform,
		.exec_setup = item_exec_setup,
		.fetch_strict = true,
		.fetch_leakproof = true,
		.store_leakproof = false
	};

	PG_RETURN_POINTER(&routines);
}

Datum
dynamo_value_subscript(PG_FUNCTION_ARGS)
{
	static const SubscriptRoutines routines = {
		.transform = value_transform,
		.exec_setup = value_exec_setup,
		.fetch_strict = true,
		.fetch_leakproof = true,
		.store_leakproof = false
	};

	PG_RETURN_POINTER(&routines);
}

/* ---- parse analysis ---- */

static void
item_transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate, bool isSlice, bool isAssignment)
{
	transform(sbsref, indirection, pstate);
	sbsref->refrestype = value_type_beside(sbsref->refcontainertype);
	sbsref->reftypmod = -1;
}

static void
value_transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate, bool isSlice, bool isAssignment)
{
	transform(sbsref, indirection, pstate);
	sbsref->refrestype = sbsref->refcontainertype;
	sbsref->reftypmod = -1;
}

static void
transform(SubscriptingRef *sbsref, List *indirection, ParseState *pstate)
{
	List	   *subscripts = NIL;
	ListCell   *cell;

	foreach(cell, indirection)
	{
		A_Indices  *indices = lfirst_node(A_Indices, cell);

		if (indices->is_slice)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("type %s does not support slices", format_type_be(sbsref->refcontainertype)),
					 errhint("Write one subscript, a name or an index, between the brackets."),
					 parser_errposition(pstate, exprLocation(indices->lidx ? indices->lidx : indices->uidx))));
		subscripts = lappend(subscripts, transform_subscript(pstate, indices->uidx));
	}

	sbsref->refupperindexpr = subscripts;
	sbsref->reflowerindexpr = NIL;
}

/* Coerce a subscript to int4 (an index) or text (a name). */
static Node *
transform_subscript(ParseState *pstate, Node *raw)
{
	Node	   *subscript = transformExpr(pstate, raw, pstate->p_expr_kind);
	Oid			type = exprType(subscript);
	Oid			base = getBaseType(type);
	bool		is_index = (base == INT2OID || base == INT4OID || base == INT8OID);
	Node	   *coerced;

	coerced = coerce_to_target_type(pstate, subscript, type,
									is_index ? INT4OID : TEXTOID, -1,
									is_index ? COERCION_ASSIGNMENT : COERCION_IMPLICIT,
									COERCE_IMPLICIT_CAST, -1);
	if (coerced == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a subscript cannot be of type %s", format_type_be(type)),
				 errhint("Write the name of an attribute as text or the index in a list as integer."),
				 parser_errposition(pstate, exprLocation(subscript))));

	if (is_index && IsA(coerced, Const) && !((Const *) coerced)->constisnull &&
		DatumGetInt32(((Const *) coerced)->constvalue) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("list index %d is negative", DatumGetInt32(((Const *) coerced)->constvalue)),
				 errhint("The first element of a list has index 0."),
				 parser_errposition(pstate, exprLocation(subscript))));

	return coerced;
}

/* Find the type "value" in the schema of the type "item". */
static Oid
value_type_beside(Oid item_type)
{
	HeapTuple	tuple;
	Oid			schema;
	Oid			value_type;

	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(item_type));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", item_type);
	schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	ReleaseSysCache(tuple);

	value_type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
								 CStringGetDatum("value"), ObjectIdGetDatum(schema));
	if (!OidIsValid(value_type))
		elog(ERROR, "could not find type \"value\" beside type %u", item_type);
	return value_type;
}

/* ---- execution ---- */

static void
item_exec_setup(const SubscriptingRef *sbsref, SubscriptingRefState *state, SubscriptExecSteps *methods)
{
	state->workspace = make_path(sbsref);
	methods->sbs_check_subscripts = NULL;
	methods->sbs_fetch = item_fetch;
	methods->sbs_assign = item_assign;
	methods->sbs_fetch_old = NULL;
}

static void
value_exec_setup(const SubscriptingRef *sbsref, SubscriptingRefState *state, SubscriptExecSteps *methods)
{
	state->workspace = make_path(sbsref);
	methods->sbs_check_subscripts = NULL;
	methods->sbs_fetch = value_fetch;
	methods->sbs_assign = value_assign;
	methods->sbs_fetch_old = NULL;
}

static SubscriptPath *
make_path(const SubscriptingRef *sbsref)
{
	SubscriptPath *path = palloc(sizeof(SubscriptPath));
	ListCell   *cell;

	path->nsteps = list_length(sbsref->refupperindexpr);
	path->is_index = palloc(path->nsteps * sizeof(bool));
	path->steps = palloc0(path->nsteps * sizeof(DynPathStep));
	foreach(cell, sbsref->refupperindexpr)
		path->is_index[foreach_current_index(cell)] = (exprType(lfirst(cell)) == INT4OID);
	return path;
}

/* Make the path of the subscripts just computed; false if one is NULL. */
static bool
collect_steps(SubscriptingRefState *state)
{
	SubscriptPath *path = (SubscriptPath *) state->workspace;

	for (int i = 0; i < path->nsteps; i++)
	{
		if (state->upperindexnull[i])
			return false;
		if (path->is_index[i])
			path->steps[i].index = DatumGetInt32(state->upperindex[i]);
		else
		{
			text	   *name = DatumGetTextPP(state->upperindex[i]);

			path->steps[i].name = VARDATA_ANY(name);
			path->steps[i].name_length = VARSIZE_ANY_EXHDR(name);
		}
	}
	return true;
}

static void
item_fetch(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext)
{
	SubscriptingRefState *state = op->d.sbsref.state;
	SubscriptPath *path = (SubscriptPath *) state->workspace;
	DynValue	value;

	Assert(!*op->resnull);

	*op->resnull = !collect_steps(state) ||
		!dyn_path_get_from_item(*op->resvalue, path->steps, path->nsteps, &value);
	if (!*op->resnull)
		*op->resvalue = PointerGetDatum(dyn_value_to_datum(&value));
}

static void
value_fetch(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext)
{
	SubscriptingRefState *state = op->d.sbsref.state;
	SubscriptPath *path = (SubscriptPath *) state->workspace;
	DynValue	document;
	DynValue	value;

	Assert(!*op->resnull);

	if (collect_steps(state))
	{
		document = dyn_value_view(*op->resvalue);
		if (dyn_path_get(&document, path->steps, path->nsteps, &value))
		{
			*op->resvalue = PointerGetDatum(dyn_value_to_datum(&value));
			return;
		}
	}
	*op->resnull = true;
}

static void
item_assign(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext)
{
	SubscriptingRefState *state = op->d.sbsref.state;
	DynValue	document;

	if (!*op->resnull)
		document = dyn_item_view(*op->resvalue);
	if (assign(state, &document, !*op->resnull, true))
	{
		*op->resvalue = PointerGetDatum(dyn_value_to_item_datum(&document));
		*op->resnull = false;
	}
}

static void
value_assign(ExprState *exprstate, ExprEvalStep *op, ExprContext *econtext)
{
	SubscriptingRefState *state = op->d.sbsref.state;
	DynValue	document;

	if (!*op->resnull)
		document = dyn_value_view(*op->resvalue);
	if (assign(state, &document, !*op->resnull, false))
	{
		*op->resvalue = PointerGetDatum(dyn_value_to_datum(&document));
		*op->resnull = false;
	}
}

/*
 * Change the document as the assignment says; false where it stays as it is.
 * One that does not exist yet (NULL) starts empty: an item and a value that a
 * name leads into as a map, a value that an index leads into as a list.
 */
static bool
assign(SubscriptingRefState *state, DynValue *document, bool exists, bool is_item)
{
	SubscriptPath *path = (SubscriptPath *) state->workspace;
	const uint8 *before;
	DynValue	value;

	if (!collect_steps(state))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a subscript in an assignment cannot be null"),
				 errhint("Write the name of an attribute or the index in a list.")));

	if (!exists)
	{
		DynBuilder	builder;

		if (state->replacenull)
			return false;
		dyn_builder_init(&builder, path->is_index[0] && !is_item ? DYN_TAG_L : DYN_TAG_M);
		*document = dyn_builder_finish(&builder, 0);
	}

	if (!state->replacenull)
		value = dyn_value_view(state->replacevalue);
	before = document->data;
	*document = dyn_path_set(document, path->steps, path->nsteps,
							 state->replacenull ? NULL : &value,
							 is_item ? DYN_MAX_NESTING + 1 : DYN_MAX_NESTING);
	return document->data != before;
}
