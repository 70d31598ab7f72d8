/*-------------------------------------------------------------------------
 *
 * key_bounds.c
 *	  Bounds of keys in SQL, for the index conditions that the planner makes
 *	  of conditions on attributes.
 *
 *		dynamo.key_exact('S/N', a, b)	the key of these values
 *		dynamo.key_from('S/N', a, b)	what no key with a, and b or more, is less than
 *		dynamo.key_to('S/N', a, b)		what every key with a, and b or less, is less than
 *		dynamo.key_to_prefix('S/S', a, b)	what every key with a, and what begins with b, is less than
 *
 * The first argument says of which types the key's attributes are, HASH
 * before the slash and RANGE after it.  Values are dynamo.value, or text (S),
 * numbers (N) or bytea (B).  A bound may take fewer values than the key has
 * attributes; all HASH attributes are needed.
 *
 * Values come when a plan runs, so anything may come.  Where no item can have
 * an equal value (it has another type, or is empty or too long for a key),
 * the result is NULL, which no index entry meets.  Where that is true of the
 * last value of a bound, it is left out, and the bound is wider: these
 * functions serve conditions that are checked again on each item.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "index/key_range.h"

/* What a call site keeps: the first argument is constant wherever the planner writes it. */
typedef struct CallSite
{
	DynKeySchema schema;
	int			nvalues;
	Oid			types[DYN_MAX_KEY_ATTRIBUTES];
	Oid			value_type;
} CallSite;

static const CallSite *look_at_call(FunctionCallInfo fcinfo);
static void read_types(const char *text, DynKeySchema *schema);
static bool read_value(FunctionCallInfo fcinfo, const CallSite *site, int position, DynValue *value);
static bool make_range(FunctionCallInfo fcinfo, const CallSite *site, DynKeyOperator operator, DynKeyRange *range);

PG_FUNCTION_INFO_V1(dynamo_key_exact);
PG_FUNCTION_INFO_V1(dynamo_key_from);
PG_FUNCTION_INFO_V1(dynamo_key_to);
PG_FUNCTION_INFO_V1(dynamo_key_to_prefix);

Datum
dynamo_key_exact(PG_FUNCTION_ARGS)
{
	const CallSite *site = look_at_call(fcinfo);
	DynValue	values[DYN_MAX_KEY_ATTRIBUTES];
	DynKeyFault fault;
	struct varlena *key;

	if (site->nvalues != dyn_key_schema_count(&site->schema))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a key of %d attributes cannot be made of %d values",
						dyn_key_schema_count(&site->schema), site->nvalues),
				 errhint("Pass one value for each attribute.")));
	for (int i = 0; i < site->nvalues; i++)
		if (!read_value(fcinfo, site, i, &values[i]))
			PG_RETURN_NULL();
	key = dyn_key_make_from_values(&site->schema, values, site->nvalues, &fault);
	if (key == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(key);
}

Datum
dynamo_key_from(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	if (!make_range(fcinfo, look_at_call(fcinfo), DYN_KEY_GE, &range))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(range.lower);
}

Datum
dynamo_key_to(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	if (!make_range(fcinfo, look_at_call(fcinfo), DYN_KEY_LE, &range))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(range.upper);
}

Datum
dynamo_key_to_prefix(PG_FUNCTION_ARGS)
{
	DynKeyRange range;

	if (!make_range(fcinfo, look_at_call(fcinfo), DYN_KEY_BEGINS_WITH, &range))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(range.upper);
}

/*
 * Make the range of the keys whose values equal those of the call, but for
 * the last one after the HASH values, which is a limit.  False where there is
 * no such key.
 */
static bool
make_range(FunctionCallInfo fcinfo, const CallSite *site, DynKeyOperator operator, DynKeyRange *range)
{
	const DynKeySchema *schema = &site->schema;
	DynKeyCondition condition;
	DynKeyFault fault;

	memset(&condition, 0, sizeof(condition));
	condition.nequal = Max(site->nvalues - 1, schema->nhash);
	condition.operator = operator;
	for (int i = 0; i < condition.nequal; i++)
		if (!read_value(fcinfo, site, i, &condition.equal[i]))
			return false;

	condition.ranged = site->nvalues > condition.nequal &&
		read_value(fcinfo, site, condition.nequal, &condition.values[0]);
	if (dyn_key_range_of_condition(&condition, schema, range, &fault))
		return true;
	condition.ranged = false;
	return dyn_key_range_of_condition(&condition, schema, range, &fault);
}

static const CallSite *
look_at_call(FunctionCallInfo fcinfo)
{
	FmgrInfo   *function = fcinfo->flinfo;
	CallSite   *site = function->fn_extra;

	if (site != NULL)
		return site;

	site = MemoryContextAllocZero(function->fn_mcxt, sizeof(CallSite));
	read_types(text_to_cstring(PG_GETARG_TEXT_PP(0)), &site->schema);
	site->nvalues = PG_NARGS() - 1;
	if (site->nvalues < site->schema.nhash || site->nvalues > dyn_key_schema_count(&site->schema) ||
		get_fn_expr_variadic(function))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a bound of keys takes %d to %d values", site->schema.nhash, dyn_key_schema_count(&site->schema)),
				 errhint("Pass a value for each HASH attribute, and for RANGE attributes from the left.")));
	for (int i = 0; i < site->nvalues; i++)
		site->types[i] = get_fn_expr_argtype(function, i + 1);
	site->value_type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("value"),
									   ObjectIdGetDatum(get_namespace_oid("dynamo", false)));
	if (get_fn_expr_arg_stable(function, 0))
		function->fn_extra = site;
	return site;
}

/* Read the types of a key's attributes, "S/N". */
static void
read_types(const char *text, DynKeySchema *schema)
{
	bool		range = false;

	for (const char *c = text; *c != '\0'; c++)
	{
		int		   *count = range ? &schema->nrange : &schema->nhash;

		if (*c == '/' && !range && schema->nhash > 0 && c[1] != '\0')
		{
			range = true;
			continue;
		}
		if (strchr("SNB", *c) == NULL || *count == (range ? DYN_MAX_RANGE_ATTRIBUTES : DYN_MAX_HASH_ATTRIBUTES))
			break;
		schema->attributes[dyn_key_schema_count(schema)].tag =
			*c == 'S' ? DYN_TAG_S : *c == 'N' ? DYN_TAG_N : DYN_TAG_B;
		(*count)++;
		if (c[1] == '\0')
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" does not say which types a key's attributes have", text),
			 errhint("Write a letter (S, N or B) for each HASH attribute, then a slash and one for each RANGE attribute, as in S/N.")));
}

/* View an argument as a value; false for a number that no item can have. */
static bool
read_value(FunctionCallInfo fcinfo, const CallSite *site, int position, DynValue *value)
{
	Datum		argument = PG_GETARG_DATUM(position + 1);
	Oid			type = site->types[position];
	struct varlena *bytes;
	const char *digits;

	if (type == site->value_type)
	{
		*value = dyn_value_view(argument);
		return true;
	}
	switch (type)
	{
		case TEXTOID:
		case VARCHAROID:
		case BYTEAOID:
			bytes = PG_DETOAST_DATUM_PACKED(argument);
			value->tag = type == BYTEAOID ? DYN_TAG_B : DYN_TAG_S;
			value->data = (const uint8 *) VARDATA_ANY(bytes);
			value->length = VARSIZE_ANY_EXHDR(bytes);
			return true;
		case NUMERICOID:
			digits = DatumGetCString(DirectFunctionCall1(numeric_out, argument));
			return dyn_read_number(digits, strlen(digits), value);
		case INT4OID:
			digits = DatumGetCString(DirectFunctionCall1(int4out, argument));
			return dyn_read_number(digits, strlen(digits), value);
		case INT8OID:
			digits = DatumGetCString(DirectFunctionCall1(int8out, argument));
			return dyn_read_number(digits, strlen(digits), value);
		default:
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("a value of type %s cannot be part of a key", format_type_be(type)),
					 errhint("Cast it to dynamo.value, text, numeric or bytea.")));
	}
}
