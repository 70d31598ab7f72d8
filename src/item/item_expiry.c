/*-------------------------------------------------------------------------
 *
 * item_expiry.c
 *	  When an item expires.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/compat.h"
#include "item/item_expiry.h"
#include "item/number.h"

PG_FUNCTION_INFO_V1(dynamo_expires_at);

/* The seconds of a timestamptz have at most 13 digits. */
#define MOST_DIGITS	13

/* 1970, in seconds of a timestamptz */
#define UNIX_EPOCH	((UNIX_EPOCH_JDATE - POSTGRES_EPOCH_JDATE) * INT64CONST(86400))

static bool read_seconds(const DynValue *number, int64 *seconds);

bool
dyn_item_expiry(Datum item, const char *attribute, size_t length, TimestampTz *at)
{
	DynValue	value;
	int64		seconds;

	if (!dyn_item_get(item, attribute, length, &value) || value.tag != DYN_TAG_N ||
		!read_seconds(&value, &seconds))
		return false;
	seconds += UNIX_EPOCH;
	if (seconds < MIN_TIMESTAMP / USECS_PER_SEC || seconds >= END_TIMESTAMP / USECS_PER_SEC)
		return false;
	*at = seconds * USECS_PER_SEC;
	return true;
}

/* Read the whole seconds of a number, rounding down. */
static bool
read_seconds(const DynValue *number, int64 *seconds)
{
	DynDecimal	decimal;
	int64		result = 0;

	dyn_decimal_decode(number->data, number->length, &decimal);
	if (decimal.ndigits > 0 && decimal.exponent >= MOST_DIGITS)
		return false;
	for (int i = 0; i <= decimal.exponent; i++)
		result = result * 10 + (i < decimal.ndigits ? decimal.digits[i] : 0);
	if (decimal.negative)
		result = -result - (decimal.ndigits > decimal.exponent + 1 ? 1 : 0);
	*seconds = result;
	return true;
}

/* dynamo.expires_at(item dynamo.item, attribute text) → timestamptz */
Datum
dynamo_expires_at(PG_FUNCTION_ARGS)
{
	text	   *attribute = PG_GETARG_TEXT_PP(1);
	TimestampTz at;

	if (!dyn_item_expiry(PG_GETARG_DATUM(0), VARDATA_ANY(attribute), VARSIZE_ANY_EXHDR(attribute), &at))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(at);
}
