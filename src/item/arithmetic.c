/*-------------------------------------------------------------------------
 *
 * arithmetic.c
 *	  Exact sums and differences of numbers.
 *
 * The operands are laid under each other digit by digit.  Between the first
 * digit of the one and the last digit of the other there may be 255 places,
 * but a result with more than 38 significant digits is an error anyway: if
 * the places are more than 40, the result has at least 39 digits whatever is
 * carried or borrowed, because its last digit is not zero.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "item/number.h"

#define MAX_PLACES		(DYN_MAX_NUMBER_DIGITS + 2)

/* The digit of a decimal at a place (10^place). */
static inline int
digit_at(const DynDecimal *decimal, int place)
{
	int			position = decimal->exponent - place;

	return position >= 0 && position < decimal->ndigits ? decimal->digits[position] : 0;
}

/* Compare magnitudes, place by place from the top. */
static int
compare_magnitudes(const DynDecimal *a, const DynDecimal *b, int top, int bottom)
{
	for (int place = top; place >= bottom; place--)
	{
		int			difference = digit_at(a, place) - digit_at(b, place);

		if (difference != 0)
			return difference;
	}
	return 0;
}

/* Take digits (least first, from 10^bottom) as a decimal without outer zeros. */
static DynNumberFault
normalize(const uint8 *digits, int ndigits, int bottom, bool negative, DynDecimal *result)
{
	int			last = 0;

	while (ndigits > 0 && digits[ndigits - 1] == 0)
		ndigits--;
	while (last < ndigits && digits[last] == 0)
		last++;
	if (ndigits - last > DYN_MAX_NUMBER_DIGITS)
		return DYN_NUMBER_DIGITS;

	result->ndigits = ndigits - last;
	result->negative = result->ndigits > 0 && negative;
	result->exponent = result->ndigits > 0 ? bottom + ndigits - 1 : 0;
	for (int i = 0; i < result->ndigits; i++)
		result->digits[i] = digits[ndigits - 1 - i];
	if (result->ndigits > 0 && result->exponent > DYN_MAX_NUMBER_EXPONENT)
		return DYN_NUMBER_OVERFLOW;
	if (result->ndigits > 0 && result->exponent < DYN_MIN_NUMBER_EXPONENT)
		return DYN_NUMBER_UNDERFLOW;
	return DYN_NUMBER_OK;
}

DynNumberFault
dyn_decimal_add(const DynDecimal *a, const DynDecimal *b, bool subtract, DynDecimal *result)
{
	bool		b_negative = b->negative != subtract;
	int			top;
	int			bottom;
	int			places;
	int			carry = 0;
	uint8		digits[MAX_PLACES + 1];

	if (a->ndigits == 0 || b->ndigits == 0)
	{
		*result = b->ndigits == 0 ? *a : *b;
		if (b->ndigits != 0)
			result->negative = b_negative;
		return DYN_NUMBER_OK;
	}

	top = Max(a->exponent, b->exponent);
	bottom = Min(a->exponent - a->ndigits, b->exponent - b->ndigits) + 1;
	places = top - bottom + 1;
	if (places > MAX_PLACES)
		return DYN_NUMBER_DIGITS;

	if (a->negative == b_negative)
	{
		for (int i = 0; i < places; i++)
		{
			int			sum = digit_at(a, bottom + i) + digit_at(b, bottom + i) + carry;

			digits[i] = sum % 10;
			carry = sum / 10;
		}
		digits[places] = carry;
		return normalize(digits, places + 1, bottom, a->negative, result);
	}
	else
	{
		bool		swap = compare_magnitudes(a, b, top, bottom) < 0;
		const DynDecimal *large = swap ? b : a;
		const DynDecimal *small = swap ? a : b;

		for (int i = 0; i < places; i++)
		{
			int			difference = digit_at(large, bottom + i) - digit_at(small, bottom + i) - carry;

			carry = difference < 0;
			digits[i] = carry ? difference + 10 : difference;
		}
		return normalize(digits, places, bottom, swap ? b_negative : a->negative, result);
	}
}

void
dyn_decimal_from_uint64(uint64 value, DynDecimal *decimal)
{
	uint8		digits[20];
	int			n = 0;

	for (; value > 0; value /= 10)
		digits[n++] = value % 10;
	(void) normalize(digits, n, 0, false, decimal);
}
