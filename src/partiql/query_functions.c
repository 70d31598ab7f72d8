/*-------------------------------------------------------------------------
 *
 * query_functions.c
 *	  What the queries of dynamo.partiql call.
 *
 * NULL is what is missing.  The functions that are conditions are false or
 * NULL where a value is missing or has another type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "expr/expr.h"
#include "item/number.h"
#include "partiql/tree.h"

static Datum make_number(const DynDecimal *decimal);
static bool is_ordered(DynTag tag);

PG_FUNCTION_INFO_V1(dynamo_partiql_parameter);
PG_FUNCTION_INFO_V1(dynamo_partiql_text);
PG_FUNCTION_INFO_V1(dynamo_partiql_is);
PG_FUNCTION_INFO_V1(dynamo_partiql_comparable);
PG_FUNCTION_INFO_V1(dynamo_partiql_begins_with);
PG_FUNCTION_INFO_V1(dynamo_partiql_contains);
PG_FUNCTION_INFO_V1(dynamo_partiql_like);
PG_FUNCTION_INFO_V1(dynamo_partiql_size);
PG_FUNCTION_INFO_V1(dynamo_partiql_sum);
PG_FUNCTION_INFO_V1(dynamo_partiql_rounded);
PG_FUNCTION_INFO_V1(dynamo_partiql_lesser);
PG_FUNCTION_INFO_V1(dynamo_partiql_greater);

/* A string as text, which may have U+0000 in it: for functions that only look at bytes. */
static Datum
text_of(const DynValue *string)
{
	return PointerGetDatum(cstring_to_text_with_len((const char *) string->data, string->length));
}

/* partiql_parameter(parameters, number): a parameter; mostly the planner puts it in its place */
Datum
dynamo_partiql_parameter(PG_FUNCTION_ARGS)
{
	int			number = PG_GETARG_INT32(1);
	ArrayType  *array = PG_ARGISNULL(0) ? NULL : PG_GETARG_ARRAYTYPE_P(0);
	int			count = array != NULL ? ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) : 0;
	Oid			type;
	int16		length;
	bool		by_value;
	char		alignment;
	bool		isnull;
	Datum		value;

	if (number > count || ARR_NDIM(array) != 1)
		dyn_partiql_refuse(psprintf("The statement has %d or more, the call has %d.", number, count),
						   "Number of parameters in request and statement don't match.");
	number += ARR_LBOUND(array)[0] - 1;
	type = ARR_ELEMTYPE(array);
	get_typlenbyvalalign(type, &length, &by_value, &alignment);
	value = array_get_element(PointerGetDatum(array), 1, &number, -1, length, by_value, alignment, &isnull);
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(value);
}

/* partiql_text(parameters, number): a parameter that was passed as text; mostly the planner puts that in its place */
Datum
dynamo_partiql_text(PG_FUNCTION_ARGS)
{
	Datum		parameter = dynamo_partiql_parameter(fcinfo);
	DynValue	value;

	if (fcinfo->isnull)
		PG_RETURN_NULL();
	value = dyn_value_view(parameter);
	if (value.tag != DYN_TAG_S)
		PG_RETURN_NULL();
	return text_of(&value);
}

/* partiql_is(value, type): is it of this type? */
Datum
dynamo_partiql_is(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	text	   *type = PG_GETARG_TEXT_PP(1);
	const char *name = dyn_tag_name(value.tag);

	PG_RETURN_BOOL(strlen(name) == VARSIZE_ANY_EXHDR(type) &&
				   memcmp(name, VARDATA_ANY(type), VARSIZE_ANY_EXHDR(type)) == 0);
}

/* partiql_comparable(a, b): is one of them less, greater or equal? */
Datum
dynamo_partiql_comparable(PG_FUNCTION_ARGS)
{
	DynValue	a = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	b = dyn_value_view(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(a.tag == b.tag && is_ordered(a.tag));
}

static bool
is_ordered(DynTag tag)
{
	return tag == DYN_TAG_S || tag == DYN_TAG_N || tag == DYN_TAG_B;
}

Datum
dynamo_partiql_begins_with(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	prefix = dyn_value_view(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(dyn_value_begins_with(&value, &prefix));
}

Datum
dynamo_partiql_contains(PG_FUNCTION_ARGS)
{
	DynValue	container = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	element = dyn_value_view(PG_GETARG_DATUM(1));

	PG_RETURN_BOOL(dyn_value_contains(&container, &element));
}

/* partiql_like(value, pattern [, escape]): strings, by character, as LIKE in collation C */
Datum
dynamo_partiql_like(PG_FUNCTION_ARGS)
{
	DynValue	string = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	pattern = dyn_value_view(PG_GETARG_DATUM(1));
	Datum		pattern_text;

	if (string.tag != DYN_TAG_S || pattern.tag != DYN_TAG_S)
		PG_RETURN_BOOL(false);
	pattern_text = text_of(&pattern);
	/* PartiQL has no escape character unless it is named */
	if (PG_NARGS() == 2)
		pattern_text = DirectFunctionCall2(like_escape, pattern_text, CStringGetTextDatum(""));
	else
	{
		DynValue	escape = dyn_value_view(PG_GETARG_DATUM(2));

		if (escape.tag != DYN_TAG_S)
			PG_RETURN_BOOL(false);
		pattern_text = DirectFunctionCall2(like_escape, pattern_text, text_of(&escape));
	}
	return DirectFunctionCall2Coll(textlike, C_COLLATION_OID, text_of(&string), pattern_text);
}

/* partiql_size(value): NULL where there is none */
Datum
dynamo_partiql_size(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	DynDecimal	decimal;
	uint64		size;

	if (!dyn_value_measure(&value, &size))
		PG_RETURN_NULL();
	dyn_decimal_from_uint64(size, &decimal);
	return make_number(&decimal);
}

/* partiql_sum(a, b, subtract): NULL where one is no number, or the sum would be none */
Datum
dynamo_partiql_sum(PG_FUNCTION_ARGS)
{
	DynValue	a = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	b = dyn_value_view(PG_GETARG_DATUM(1));
	DynDecimal	left;
	DynDecimal	right;
	DynDecimal	sum;

	if (a.tag != DYN_TAG_N || b.tag != DYN_TAG_N)
		PG_RETURN_NULL();
	dyn_decimal_decode(a.data, a.length, &left);
	dyn_decimal_decode(b.data, b.length, &right);
	if (dyn_decimal_add(&left, &right, PG_GETARG_BOOL(2), &sum) != DYN_NUMBER_OK)
		PG_RETURN_NULL();
	return make_number(&sum);
}

static Datum
make_number(const DynDecimal *decimal)
{
	uint8		bytes[DYN_MAX_NUMBER_BYTES];
	DynValue	number = {DYN_TAG_N, 0, bytes};

	number.length = dyn_decimal_encode(decimal, bytes);
	return PointerGetDatum(dyn_value_to_datum(&number));
}

/* Digits before the point, or, negative, zeros after it, of a number's text. */
static int
count_whole_digits(const char *text)
{
	int			zeros = 0;
	int			digits;

	text += *text == '-';
	digits = strspn(text, "0123456789");
	if (digits > 1 || *text != '0')
		return digits;
	if (text[1] == '.')
		zeros = strspn(text + 2, "0");
	return -zeros;
}

/* partiql_rounded(number): a number of at most 38 digits; raises where it is out of range */
Datum
dynamo_partiql_rounded(PG_FUNCTION_ARGS)
{
	Datum		number = PG_GETARG_DATUM(0);
	const char *text = DatumGetCString(DirectFunctionCall1(numeric_out, number));
	DynDecimal	decimal;

	if (dyn_decimal_read(text, strlen(text), &decimal) == DYN_NUMBER_DIGITS)
	{
		int			places = DYN_MAX_NUMBER_DIGITS - count_whole_digits(text);

		number = DirectFunctionCall2(numeric_round, number, Int32GetDatum(places));
		text = DatumGetCString(DirectFunctionCall1(numeric_out, number));
	}
	dyn_decimal_parse(text, strlen(text), &decimal);
	return make_number(&decimal);
}

Datum
dynamo_partiql_lesser(PG_FUNCTION_ARGS)
{
	DynValue	a = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	b = dyn_value_view(PG_GETARG_DATUM(1));

	PG_RETURN_DATUM(PG_GETARG_DATUM(dyn_value_compare(&a, &b) <= 0 ? 0 : 1));
}

Datum
dynamo_partiql_greater(PG_FUNCTION_ARGS)
{
	DynValue	a = dyn_value_view(PG_GETARG_DATUM(0));
	DynValue	b = dyn_value_view(PG_GETARG_DATUM(1));

	PG_RETURN_DATUM(PG_GETARG_DATUM(dyn_value_compare(&a, &b) >= 0 ? 0 : 1));
}
