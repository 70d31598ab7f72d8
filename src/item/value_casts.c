/*-------------------------------------------------------------------------
 *
 * value_casts.c
 *	  Casts between dynamo.value and Postgres' scalar types, and dynamo.item.
 *
 * A cast takes the type of the attribute seriously: N becomes a number, S
 * does not, even if it looks like one; the error names both types.  The
 * exception is text: every value has a text (S as it is, N in plain decimal,
 * BOOL as true or false, B as Postgres writes bytea, \x and hexadecimal
 * digits, the others as DynamoDB JSON).  So what is not a string, and neither
 * true nor false, begins with a digit, a sign, a backslash or a brace: from
 * most texts it is seen that only a string can have them, which the use of
 * indexes on strings depends on.  A value of type NULL is the SQL NULL in
 * every type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/shortest_dec.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "base/compat.h"
#include "base/json_write.h"
#include "item/number.h"
#include "item/path.h"
#include "item/value_casts.h"

/* Decimal digits that surely fit into an int64. */
#define INT64_DIGITS	18

static bool view_argument(FunctionCallInfo fcinfo, DynTag tag, const char *type_name, DynValue *value);
static bool decimal_to_int64(const DynDecimal *decimal, int *scale, int64 *result);
static Datum cast_to_integer(FunctionCallInfo fcinfo, const char *type_name, PGFunction from_int8,
							 PGFunction from_numeric);
static Datum cast_to_float(FunctionCallInfo fcinfo, const char *type_name, PGFunction float_in);
static Datum number_datum(const char *text);
static Datum value_datum(DynTag tag, const void *data, Size length);

PG_FUNCTION_INFO_V1(dynamo_value_to_text);
PG_FUNCTION_INFO_V1(dynamo_value_to_numeric);
PG_FUNCTION_INFO_V1(dynamo_value_to_int2);
PG_FUNCTION_INFO_V1(dynamo_value_to_int4);
PG_FUNCTION_INFO_V1(dynamo_value_to_int8);
PG_FUNCTION_INFO_V1(dynamo_value_to_float4);
PG_FUNCTION_INFO_V1(dynamo_value_to_float8);
PG_FUNCTION_INFO_V1(dynamo_value_to_boolean);
PG_FUNCTION_INFO_V1(dynamo_value_to_bytea);
PG_FUNCTION_INFO_V1(dynamo_value_to_item);
PG_FUNCTION_INFO_V1(dynamo_text_to_value);
PG_FUNCTION_INFO_V1(dynamo_bpchar_to_value);
PG_FUNCTION_INFO_V1(dynamo_numeric_to_value);
PG_FUNCTION_INFO_V1(dynamo_int2_to_value);
PG_FUNCTION_INFO_V1(dynamo_int4_to_value);
PG_FUNCTION_INFO_V1(dynamo_int8_to_value);
PG_FUNCTION_INFO_V1(dynamo_float4_to_value);
PG_FUNCTION_INFO_V1(dynamo_float8_to_value);
PG_FUNCTION_INFO_V1(dynamo_boolean_to_value);
PG_FUNCTION_INFO_V1(dynamo_bytea_to_value);
PG_FUNCTION_INFO_V1(dynamo_item_to_value);
PG_FUNCTION_INFO_V1(dynamo_parse_value);

/* ---- from a value ---- */

text *
dyn_value_to_text(const DynValue *value)
{
	StringInfoData out;

	if (value->tag == DYN_TAG_NULL)
		return NULL;
	if (value->tag == DYN_TAG_S)
	{
		dyn_check_no_nul((const char *) value->data, value->length, "text");
		return cstring_to_text_with_len((const char *) value->data, value->length);
	}
	if (value->tag == DYN_TAG_TRUE || value->tag == DYN_TAG_FALSE)
		return cstring_to_text(value->tag == DYN_TAG_TRUE ? "true" : "false");

	initStringInfo(&out);
	if (value->tag == DYN_TAG_B)
	{
		appendStringInfoString(&out, "\\x");
		enlargeStringInfo(&out, value->length * 2 + 1);
		out.len += hex_encode((const char *) value->data, value->length, out.data + out.len);
	}
	else if (value->tag == DYN_TAG_N)
		dyn_number_write(&out, value->data, value->length);
	else
		dyn_value_write_json(&out, value);
	return cstring_to_text_with_len(out.data, out.len);
}

void
dyn_check_no_nul(const char *bytes, Size length, const char *type_name)
{
	if (memchr(bytes, '\0', length) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
				 errmsg("a string with the character U+0000 cannot become %s", type_name),
				 errhint("Its DynamoDB JSON can: format('%%s', value) writes the character as \\u0000.")));
}

Datum
dynamo_value_to_text(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	text	   *result = dyn_value_to_text(&value);

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/*
 * View the argument, which must be of a type (DYN_TAG_TRUE stands for BOOL).
 * Returns false for a value of type NULL.
 */
static bool
view_argument(FunctionCallInfo fcinfo, DynTag tag, const char *type_name, DynValue *value)
{
	*value = dyn_value_view(PG_GETARG_DATUM(0));

	if (value->tag == DYN_TAG_NULL)
		return false;
	if (value->tag != tag && !(tag == DYN_TAG_TRUE && value->tag == DYN_TAG_FALSE))
		ereport(ERROR,
				(errcode(ERRCODE_CANNOT_COERCE),
				 errmsg("cannot cast an attribute value of type %s to %s", dyn_tag_name(value->tag), type_name),
				 errdetail("Only values of type %s can be cast to %s.", dyn_tag_name(tag), type_name),
				 errhint("Any value can be cast to text, and dynamo.attribute_type tells the type of one.")));
	return true;
}

Datum
dynamo_value_to_numeric(PG_FUNCTION_ARGS)
{
	DynValue	value;

	if (!view_argument(fcinfo, DYN_TAG_N, "numeric", &value))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(dyn_number_to_numeric(&value));
}

/* Numbers of few digits, the usual ones, do without the detour by text. */
struct NumericData *
dyn_number_to_numeric(const DynValue *value)
{
	StringInfoData text;
	DynDecimal	decimal;
	int64		digits;
	int			scale;

	dyn_decimal_decode(value->data, value->length, &decimal);
	if (decimal_to_int64(&decimal, &scale, &digits))
		return scale == 0 ? int64_to_numeric(digits) : int64_div_fast_to_numeric(digits, scale);

	initStringInfo(&text);
	dyn_number_write(&text, value->data, value->length);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text.data),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * Make a number of an int64 and of how many of its digits are after the
 * decimal point.  Returns false if that takes too many digits.
 */
static bool
decimal_to_int64(const DynDecimal *decimal, int *scale, int64 *result)
{
	int64		digits = 0;
	int			integer_digits = decimal->exponent + 1;
	int			ndigits;

	if (decimal->ndigits == 0)
	{
		*scale = 0;
		*result = 0;
		return true;
	}

	*scale = Max(decimal->ndigits - integer_digits, 0);
	ndigits = Max(decimal->ndigits, integer_digits);
	if (ndigits > INT64_DIGITS || *scale > INT64_DIGITS)
		return false;

	for (int i = 0; i < ndigits; i++)
		digits = digits * 10 + (i < decimal->ndigits ? decimal->digits[i] : 0);
	*result = decimal->negative ? -digits : digits;
	return true;
}

Datum
dynamo_value_to_int2(PG_FUNCTION_ARGS)
{
	return cast_to_integer(fcinfo, "smallint", int82, numeric_int2);
}

Datum
dynamo_value_to_int4(PG_FUNCTION_ARGS)
{
	return cast_to_integer(fcinfo, "integer", int84, numeric_int4);
}

Datum
dynamo_value_to_int8(PG_FUNCTION_ARGS)
{
	return cast_to_integer(fcinfo, "bigint", NULL, numeric_int8);
}

/* Cast as numeric would be: rounded, and refused where it is out of range. */
static Datum
cast_to_integer(FunctionCallInfo fcinfo, const char *type_name, PGFunction from_int8, PGFunction from_numeric)
{
	DynValue	value;
	DynDecimal	decimal;
	int64		digits;
	int			scale;

	if (!view_argument(fcinfo, DYN_TAG_N, type_name, &value))
		PG_RETURN_NULL();

	dyn_decimal_decode(value.data, value.length, &decimal);
	if (!decimal_to_int64(&decimal, &scale, &digits) || scale != 0)
		return DirectFunctionCall1(from_numeric, NumericGetDatum(dyn_number_to_numeric(&value)));
	if (from_int8 == NULL)
		PG_RETURN_INT64(digits);
	return DirectFunctionCall1(from_int8, Int64GetDatum(digits));
}

Datum
dynamo_value_to_float4(PG_FUNCTION_ARGS)
{
	return cast_to_float(fcinfo, "real", float4in);
}

Datum
dynamo_value_to_float8(PG_FUNCTION_ARGS)
{
	return cast_to_float(fcinfo, "double precision", float8in);
}

/* The nearest float; the text is read so that it is rounded only once. */
static Datum
cast_to_float(FunctionCallInfo fcinfo, const char *type_name, PGFunction float_in)
{
	DynValue	value;
	StringInfoData text;

	if (!view_argument(fcinfo, DYN_TAG_N, type_name, &value))
		PG_RETURN_NULL();

	initStringInfo(&text);
	dyn_number_write(&text, value.data, value.length);
	return DirectFunctionCall1(float_in, CStringGetDatum(text.data));
}

Datum
dynamo_value_to_boolean(PG_FUNCTION_ARGS)
{
	DynValue	value;

	if (!view_argument(fcinfo, DYN_TAG_TRUE, "boolean", &value))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value.tag == DYN_TAG_TRUE);
}

Datum
dynamo_value_to_bytea(PG_FUNCTION_ARGS)
{
	DynValue	value;

	if (!view_argument(fcinfo, DYN_TAG_B, "bytea", &value))
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P((bytea *) cstring_to_text_with_len((const char *) value.data, value.length));
}

Datum
dynamo_value_to_item(PG_FUNCTION_ARGS)
{
	DynValue	value;

	if (!view_argument(fcinfo, DYN_TAG_M, "dynamo.item", &value))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(dyn_value_to_item_datum(&value));
}

/* ---- to a value ---- */

Datum
dynamo_text_to_value(PG_FUNCTION_ARGS)
{
	text	   *string = PG_GETARG_TEXT_PP(0);

	return value_datum(DYN_TAG_S, VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
}

/* The blanks that pad a character(n) do not count, as in its cast to text. */
Datum
dynamo_bpchar_to_value(PG_FUNCTION_ARGS)
{
	BpChar	   *string = PG_GETARG_BPCHAR_PP(0);

	return value_datum(DYN_TAG_S, VARDATA_ANY(string),
					   bpchartruelen(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string)));
}

Datum
dynamo_numeric_to_value(PG_FUNCTION_ARGS)
{
	return number_datum(DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(0))));
}

Datum
dynamo_int2_to_value(PG_FUNCTION_ARGS)
{
	char		text[7];

	pg_itoa(PG_GETARG_INT16(0), text);
	return number_datum(text);
}

Datum
dynamo_int4_to_value(PG_FUNCTION_ARGS)
{
	char		text[12];

	pg_ltoa(PG_GETARG_INT32(0), text);
	return number_datum(text);
}

Datum
dynamo_int8_to_value(PG_FUNCTION_ARGS)
{
	char		text[MAXINT8LEN + 1];

	pg_lltoa(PG_GETARG_INT64(0), text);
	return number_datum(text);
}

/* Floats become the shortest decimal that reads back as the same float. */
Datum
dynamo_float4_to_value(PG_FUNCTION_ARGS)
{
	char		text[FLOAT_SHORTEST_DECIMAL_LEN];

	float_to_shortest_decimal_buf(PG_GETARG_FLOAT4(0), text);
	return number_datum(text);
}

Datum
dynamo_float8_to_value(PG_FUNCTION_ARGS)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(PG_GETARG_FLOAT8(0), text);
	return number_datum(text);
}

Datum
dynamo_boolean_to_value(PG_FUNCTION_ARGS)
{
	return value_datum(PG_GETARG_BOOL(0) ? DYN_TAG_TRUE : DYN_TAG_FALSE, "", 0);
}

Datum
dynamo_bytea_to_value(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);

	return value_datum(DYN_TAG_B, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
}

/* An item as a map: one level more than its attributes have. */
Datum
dynamo_item_to_value(PG_FUNCTION_ARGS)
{
	DynValue	item = dyn_item_view(PG_GETARG_DATUM(0));

	if (dyn_value_levels(&item) > DYN_MAX_NESTING)
		dyn_raise_nesting();
	PG_RETURN_POINTER(dyn_value_to_datum(&item));
}

/* Text is cast to a string whatever it says, so reading it takes a function. */
Datum
dynamo_parse_value(PG_FUNCTION_ARGS)
{
	text	   *json = PG_GETARG_TEXT_PP(0);

	PG_RETURN_POINTER(dyn_value_from_text(VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json)));
}

/* A value of type N; raises the service's errors for what it cannot be. */
static Datum
number_datum(const char *text)
{
	DynValue	number = dyn_make_number(text, strlen(text));

	return PointerGetDatum(dyn_value_to_datum(&number));
}

static Datum
value_datum(DynTag tag, const void *data, Size length)
{
	DynValue	value = {.tag = tag, .length = length, .data = data};

	return PointerGetDatum(dyn_value_to_datum(&value));
}
