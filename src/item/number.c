/*-------------------------------------------------------------------------
 *
 * number.c
 *	  Numbers: the service's grammar and range, the stored form, the plain
 *	  decimal text, the accounting size.
 *
 * The stored form is described in number.h.  A decimal whose first digit has
 * the exponent x starts in the pair of the exponent e = floor(x / 2) + 1: as
 * its tens digit if x is odd, as its units digit if x is even.
 *
 * The range is asked of the exponent that Java's BigDecimal gives the text,
 * because that is what the service does: a zero has an exponent, too, namely
 * the written one less the digits after the point.  So 0e126 is too large
 * while 0.0e126 is zero.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/error.h"
#include "item/number.h"

/* Exponents of 100 are stored with this added. */
#define PAIR_BIAS		64

/* Written exponents stop counting here: far out of range, far from overflow. */
#define EXPONENT_CAP	INT64CONST(1000000000000)

#define ZERO_BYTE		0x80
#define NEGATIVE_END	0xFF

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Read the service's grammar: sign, digits with at most one point among or
 * around them, exponent.  Leading and trailing zeros are no significant
 * digits.
 */
DynNumberFault
dyn_decimal_read(const char *text, size_t length, DynDecimal *decimal)
{
	const char *p = text;
	const char *end = text + length;
	bool		any = false;	/* a digit at all? */
	bool		point = false;
	bool		too_many = false;
	int64		fraction = 0;	/* digits after the point */
	int64		seen = 0;		/* digits from the first that is not zero */
	int64		significant = 0;	/* of them, up to the last that is not zero */
	int64		exponent = 0;
	int64		written = 0;

	decimal->negative = false;
	if (p < end && (*p == '+' || *p == '-'))
		decimal->negative = (*p++ == '-');

	for (; p < end; p++)
	{
		if (is_digit(*p))
		{
			any = true;
			if (point)
				fraction++;
			if (seen == 0 && *p == '0')
				continue;
			if (seen == 0 && point)
				exponent = -fraction;
			else if (seen > 0 && !point)
				exponent++;
			if (seen < DYN_MAX_NUMBER_DIGITS)
				decimal->digits[seen] = *p - '0';
			else if (*p != '0')
				too_many = true;
			seen++;
			if (*p != '0')
				significant = seen;
		}
		else if (*p == '.' && !point)
			point = true;
		else
			break;
	}
	if (!any)
		return DYN_NUMBER_SYNTAX;

	if (p < end && (*p == 'e' || *p == 'E'))
	{
		bool		negative = false;

		p++;
		if (p < end && (*p == '+' || *p == '-'))
			negative = (*p++ == '-');
		if (p == end)
			return DYN_NUMBER_SYNTAX;
		for (; p < end && is_digit(*p); p++)
		{
			if (written < EXPONENT_CAP)
				written = written * 10 + (*p - '0');
		}
		if (negative)
			written = -written;
	}
	if (p < end)
		return DYN_NUMBER_SYNTAX;

	/* A zero: see the head of this file. */
	if (seen == 0)
		exponent = -fraction;
	exponent += written;
	if (exponent > DYN_MAX_NUMBER_EXPONENT)
		return DYN_NUMBER_OVERFLOW;
	if (exponent < DYN_MIN_NUMBER_EXPONENT)
		return DYN_NUMBER_UNDERFLOW;
	if (too_many)
		return DYN_NUMBER_DIGITS;

	decimal->ndigits = (int) significant;
	decimal->exponent = (int) exponent;
	if (significant == 0)
	{
		decimal->negative = false;
		decimal->exponent = 0;
	}
	return DYN_NUMBER_OK;
}

void
dyn_decimal_parse(const char *text, size_t length, DynDecimal *decimal)
{
	DynNumberFault fault = dyn_decimal_read(text, length, decimal);

	if (fault != DYN_NUMBER_OK)
		dyn_number_raise(fault, text, length);
}

/* Raise the service's error for a text that is no number. */
void
dyn_number_raise(DynNumberFault fault, const char *text, size_t length)
{
	switch (fault)
	{
		case DYN_NUMBER_OK:
			break;
		case DYN_NUMBER_SYNTAX:
			if (length == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DYN_VALIDATION),
						 errmsg("The parameter cannot be converted to a numeric value"),
						 errhint("Write a number such as \"12\", \"-0.5\" or \"1e10\".")));
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("The parameter cannot be converted to a numeric value: %.*s",
							(int) length, text),
					 errhint("Write a number such as \"12\", \"-0.5\" or \"1e10\", without spaces.")));
			break;
		case DYN_NUMBER_DIGITS:
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Attempting to store more than 38 significant digits in a Number"),
					 errhint("Round the number, or store it as a string.")));
			break;
		case DYN_NUMBER_OVERFLOW:
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Number overflow. Attempting to store a number with magnitude larger than supported range"),
					 errhint("Magnitudes up to 9.9999999999999999999999999999999999999E+125 can be stored as a number.")));
			break;
		case DYN_NUMBER_UNDERFLOW:
			ereport(ERROR,
					(errcode(ERRCODE_DYN_VALIDATION),
					 errmsg("Number underflow. Attempting to store a number with magnitude smaller than supported range"),
					 errhint("Magnitudes from 1E-130 can be stored as a number.")));
			break;
	}
	elog(ERROR, "unexpected fault of a number: %d", (int) fault);
}

int
dyn_decimal_encode(const DynDecimal *decimal, uint8 *bytes)
{
	uint8	   *out = bytes;
	int			pair_exponent;
	int			position = 0;

	if (decimal->ndigits == 0)
	{
		bytes[0] = ZERO_BYTE;
		return 1;
	}

	/* floor(x / 2) + 1; the bias makes the operand positive */
	pair_exponent = (decimal->exponent + 2 * PAIR_BIAS + 2) / 2 - PAIR_BIAS;
	*out++ = decimal->negative ? 0x7F - (pair_exponent + PAIR_BIAS) : 0x80 + (pair_exponent + PAIR_BIAS);

	/* An even exponent: the first digit is the units digit of its pair. */
	if ((decimal->exponent & 1) == 0)
		*out++ = decimal->digits[position++] + 1;
	for (; position < decimal->ndigits; position += 2)
	{
		int			pair = decimal->digits[position] * 10;

		if (position + 1 < decimal->ndigits)
			pair += decimal->digits[position + 1];
		*out++ = pair + 1;
	}

	if (decimal->negative)
	{
		for (uint8 *p = bytes + 1; p < out; p++)
			*p = 255 - *p;
		*out++ = NEGATIVE_END;
	}
	return out - bytes;
}

void
dyn_decimal_decode(const uint8 *bytes, uint32 length, DynDecimal *decimal)
{
	int			ndigits = 0;
	int			pair_exponent;
	uint32		npairs;

	decimal->negative = false;
	decimal->ndigits = 0;
	decimal->exponent = 0;
	if (length == 1)
		return;

	decimal->negative = bytes[0] < 0x80;
	pair_exponent = (decimal->negative ? 0x7F - bytes[0] : bytes[0] - 0x80) - PAIR_BIAS;
	npairs = length - 1 - (decimal->negative ? 1 : 0);
	for (uint32 i = 1; i <= npairs; i++)
	{
		int			pair = (decimal->negative ? 255 - bytes[i] : bytes[i]) - 1;

		if (i > 1 || pair >= 10)
			decimal->digits[ndigits++] = pair / 10;
		else
			decimal->exponent = -1; /* the first digit is a units digit */
		if (i < npairs || pair % 10 != 0)
			decimal->digits[ndigits++] = pair % 10;
	}
	decimal->ndigits = ndigits;
	decimal->exponent += 2 * pair_exponent - 1;
}

bool
dyn_number_is_valid(const uint8 *bytes, uint32 length)
{
	bool		negative;
	uint32		npairs;
	int			ndigits;
	int			first = 0;
	int			last = 0;

	if (length == 0 || length > DYN_MAX_NUMBER_BYTES)
		return false;
	if (length == 1)
		return bytes[0] == ZERO_BYTE;

	/* Any first byte is an exponent within the range. */
	negative = bytes[0] < 0x80;
	npairs = length - 1;
	if (negative)
	{
		if (bytes[length - 1] != NEGATIVE_END)
			return false;
		npairs--;
	}
	if (npairs == 0)
		return false;

	for (uint32 i = 1; i <= npairs; i++)
	{
		int			pair = (negative ? 255 - bytes[i] : bytes[i]) - 1;

		if (pair < 0 || pair > 99)
			return false;
		if (i == 1)
			first = pair;
		last = pair;
	}
	if (first == 0 || last == 0)
		return false;
	ndigits = 2 * npairs - (first < 10 ? 1 : 0) - (last % 10 == 0 ? 1 : 0);
	return ndigits <= DYN_MAX_NUMBER_DIGITS;
}

/* Append count zeros. */
static void
write_zeros(StringInfo out, int count)
{
	enlargeStringInfo(out, count);
	memset(out->data + out->len, '0', count);
	out->len += count;
	out->data[out->len] = '\0';
}

/* Append digits from .. to - 1. */
static void
write_digits(StringInfo out, const DynDecimal *decimal, int from, int to)
{
	enlargeStringInfo(out, to - from);
	for (int i = from; i < to; i++)
		out->data[out->len++] = '0' + decimal->digits[i];
	out->data[out->len] = '\0';
}

void
dyn_number_write(StringInfo out, const uint8 *bytes, uint32 length)
{
	DynDecimal	decimal;
	int			integral;		/* digits before the point */

	dyn_decimal_decode(bytes, length, &decimal);
	if (decimal.negative)
		appendStringInfoCharMacro(out, '-');

	integral = decimal.exponent + 1;
	if (decimal.ndigits == 0)
		appendStringInfoCharMacro(out, '0');
	else if (integral <= 0)
	{
		appendStringInfoString(out, "0.");
		write_zeros(out, -integral);
		write_digits(out, &decimal, 0, decimal.ndigits);
	}
	else if (integral >= decimal.ndigits)
	{
		write_digits(out, &decimal, 0, decimal.ndigits);
		write_zeros(out, integral - decimal.ndigits);
	}
	else
	{
		write_digits(out, &decimal, 0, integral);
		appendStringInfoCharMacro(out, '.');
		write_digits(out, &decimal, integral, decimal.ndigits);
	}
}

Size
dyn_number_size(const uint8 *bytes, uint32 length)
{
	DynDecimal	decimal;
	int			integral;

	dyn_decimal_decode(bytes, length, &decimal);

	/* Digits before and after the point, without zeros at either end. */
	integral = Min(Max(decimal.exponent + 1, 0), decimal.ndigits);
	return 1 + (integral + 1) / 2 + (decimal.ndigits - integral + 1) / 2 + (decimal.negative ? 1 : 0);
}
