/*-------------------------------------------------------------------------
 *
 * value_parts.c
 *	  What a cast of an attribute value gives, or NULL where it would raise.
 *
 * For what must not fail on any item, such as statistics, which ANALYZE
 * computes for whatever a table holds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/numeric.h"

#include "base/compat.h"
#include "item/value_casts.h"

PG_FUNCTION_INFO_V1(dynamo_text_or_null);
PG_FUNCTION_INFO_V1(dynamo_number_or_null);
PG_FUNCTION_INFO_V1(dynamo_bytes_or_null);

Datum
dynamo_text_or_null(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	text	   *result;

	if (value.tag == DYN_TAG_S && memchr(value.data, '\0', value.length) != NULL)
		PG_RETURN_NULL();
	result = dyn_value_to_text(&value);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

Datum
dynamo_number_or_null(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));

	if (value.tag != DYN_TAG_N)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(dyn_number_to_numeric(&value));
}

Datum
dynamo_bytes_or_null(PG_FUNCTION_ARGS)
{
	DynValue	value = dyn_value_view(PG_GETARG_DATUM(0));
	bytea	   *result;

	if (value.tag != DYN_TAG_B)
		PG_RETURN_NULL();
	result = palloc(VARHDRSZ + value.length);
	SET_VARSIZE(result, VARHDRSZ + value.length);
	memcpy(VARDATA(result), value.data, value.length);
	PG_RETURN_BYTEA_P(result);
}
