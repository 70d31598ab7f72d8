/*-------------------------------------------------------------------------
 *
 * planner_attributes.c
 *	  The expressions that conditions on items consist of: attributes, names
 *	  and values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/planner.h"
#include "item/number.h"

static bool form_of_cast(Oid function, DynItemForm *form);

/* Look through what makes a varchar a text, and the other way round, or gives it a collation. */
static Node *
strip_text_label(Node *node)
{
	while (IsA(node, RelabelType))
	{
		Oid			type = ((RelabelType *) node)->resulttype;

		if (type != TEXTOID && type != VARCHAROID)
			break;
		node = (Node *) ((RelabelType *) node)->arg;
	}
	return node;
}

bool
dyn_item_attribute_match(Node *node, Index relid, AttrNumber item_attnum, DynItemForm *form,
						 const char **name, uint32 *name_length)
{
	Oid			cast = InvalidOid;
	SubscriptingRef *reference;
	Var		   *item;

	node = strip_text_label(node);
	if (IsA(node, FuncExpr) && list_length(((FuncExpr *) node)->args) == 1)
	{
		cast = ((FuncExpr *) node)->funcid;
		node = linitial(((FuncExpr *) node)->args);
	}

	reference = (SubscriptingRef *) node;
	if (!IsA(node, SubscriptingRef) || reference->refassgnexpr != NULL || list_length(reference->refupperindexpr) != 1)
		return false;
	item = (Var *) reference->refexpr;
	if (!IsA(item, Var) || item->varno != relid || item->varattno != item_attnum || item->varlevelsup != 0 ||
		!dyn_attribute_name_read(linitial(reference->refupperindexpr), name, name_length))
		return false;

	*form = DYN_FORM_VALUE;
	return !OidIsValid(cast) || form_of_cast(cast, form);
}

static bool
form_of_cast(Oid function, DynItemForm *form)
{
	static const struct
	{
		const char *name;
		DynItemForm form;
	}			casts[] = {
		{"value_to_text", DYN_FORM_TEXT},
		{"text_or_null", DYN_FORM_TEXT},
		{"value_to_numeric", DYN_FORM_NUMBER},
		{"value_to_int2", DYN_FORM_INTEGER},
		{"value_to_int4", DYN_FORM_INTEGER},
		{"value_to_int8", DYN_FORM_INTEGER},
		{"value_to_bytea", DYN_FORM_BINARY}
	};
	const char *name = dyn_function_name_of(function);

	for (int i = 0; name != NULL && i < lengthof(casts); i++)
		if (strcmp(name, casts[i].name) == 0)
		{
			*form = casts[i].form;
			return true;
		}
	return false;
}

bool
dyn_attribute_name_read(Node *node, const char **name, uint32 *name_length)
{
	Const	   *constant = (Const *) node;
	text	   *datum;

	if (!IsA(node, Const) || constant->consttype != TEXTOID || constant->constisnull)
		return false;
	datum = DatumGetTextPP(constant->constvalue);
	*name = VARDATA_ANY(datum);
	*name_length = VARSIZE_ANY_EXHDR(datum);
	return true;
}

/* ---- values ---- */

bool
dyn_value_tag_known(Expr *value, DynTag *tag, int64 *most_bytes)
{
	const char *name;

	if (IsA(value, Const))
	{
		DynValue	constant = dyn_value_view(((Const *) value)->constvalue);

		*tag = constant.tag;
		*most_bytes = constant.length;
		return true;
	}
	if (!IsA(value, FuncExpr) || list_length(((FuncExpr *) value)->args) != 1)
		return false;
	name = dyn_function_name_of(((FuncExpr *) value)->funcid);
	if (name == NULL)
		return false;

	*most_bytes = -1;
	if (strcmp(name, "text_to_value") == 0 || strcmp(name, "bpchar_to_value") == 0)
		*tag = DYN_TAG_S;
	else if (strcmp(name, "bytea_to_value") == 0)
		*tag = DYN_TAG_B;
	else if (strcmp(name, "numeric_to_value") == 0 || strcmp(name, "float4_to_value") == 0 ||
			 strcmp(name, "float8_to_value") == 0 || strcmp(name, "int2_to_value") == 0 ||
			 strcmp(name, "int4_to_value") == 0 || strcmp(name, "int8_to_value") == 0)
	{
		*tag = DYN_TAG_N;
		*most_bytes = DYN_MAX_NUMBER_BYTES;
	}
	else
		return false;
	return true;
}

Oid
dyn_value_type(void)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("value"),
						   ObjectIdGetDatum(get_namespace_oid("dynamo", true)));
}

const char *
dyn_function_name_of(Oid function)
{
	if (!OidIsValid(function) || function < FirstNormalObjectId ||
		get_func_namespace(function) != get_namespace_oid("dynamo", true))
		return NULL;
	return get_func_name(function);
}
